/* pane.h - the contract of a pane: one file that draws one part of the model into one rectangle and
 * handles its own keys.  A pane sees the trace (through the model) and nothing of the engine; it
 * keeps only what a person did to it (scrolling, a selection), so that the screen stays a function
 * of trace, position and that.
 * To add one: a file in ui/panes/ and a row in ui/panes/table.c. */
#ifndef MAILFLOW_UI_PANE_H
#define MAILFLOW_UI_PANE_H

#include "sim/base/fmt.h"
#include "ui/action.h"
#include "ui/canvas.h"
#include "ui/playhead.h"

struct marks;
struct model;
struct record_set;
struct segments;
struct sheet_ops;

enum depth { DEPTH_PICTURE, DEPTH_TALK, DEPTH_WIRE, DEPTH_COUNT };

/* What there is to look at: the moment, and how a person wants to see it.  Lent for one call. */
struct stage {
    const struct trace *trace;
    const struct model *model; /* folded up to at.record */
    const struct pace *pace;
    struct playhead at;
    enum depth depth;
    bool secrets;                  /* passwords are shown */
    bool listen;                   /* as somebody on the way has it: nothing that is under TLS */
    bool focus;                    /* this pane has the keys */
    bool covered;                  /* a sheet lies over the panes, and has them */
    bool drag;                     /* for click: the button has been down before */
    int w, h;                      /* the room inside of the pane's frame */
    const struct record_set *only; /* the records that are shown; NULL: all */
    const struct marks *marks;     /* bookmarks; NULL: there are none */
    const struct segments *segments;
    uint32_t
        chosen; /* the host that somebody picked on the map, 0: none; panes about hosts show it */
};

#define HOST_NOT_PICKED UINT32_MAX

/* Where the layout puts it. */
enum pane_place {
    PANE_MAP,      /* the picture: one pane */
    PANE_STORY,    /* what is being told: full width, few lines */
    PANE_TIMELINE, /* one or two lines above the footer */
    PANE_SIDE,     /* one of the tabs beside or below the map */
};

struct pane {
    const struct pane_ops *ops;
    uint64_t wish; /* set by act or click: the record the pane wants the playhead at; 0: none */
    uint32_t
        pick; /* set by act or click: the host that was picked; 0: none, HOST_NOT_PICKED: nobody */
    const struct sheet_ops *open; /* set by act or click: the sheet that is to be opened; or NULL */
    void *own;                    /* ops->size bytes, zeroed at the start */
};

struct pane_ops {
    const char *name; /* one word: its tab */
    const char *doc;  /* a sentence for the help */
    const char *keys; /* and one about what the keys do in it; may be NULL */
    enum pane_place place;
    enum depth depth; /* SIDE: the least depth at which its tab is there */
    size_t size;
    void (*init)(struct pane *p);   /* each of these but draw may be NULL */
    void (*deinit)(struct pane *p); /* frees what it allocated, not `own` itself */
    /* The moment has changed; called before the next draw. */
    void (*seek)(struct pane *p, const struct stage *s);
    /* Into the whole canvas, which is blank; borders and tabs are drawn by others.  Pure. */
    void (*draw)(const struct pane *p, const struct stage *s, struct canvas *c);
    bool (*act)(struct pane *p, const struct stage *s, enum action a); /* false: not mine */
    /* false: the app does with this action what it always does.  NULL: it does.  For panes in which
     * arrows have a meaning of their own for a while. */
    bool (*takes)(const struct pane *p, enum action a);
    /* An expression for what is selected, that a filter may begin with. */
    void (*expression)(const struct pane *p, const struct stage *s, struct buf *out);
    /* The button went down, or moved while it was down, at a cell of its canvas of w x h. */
    bool (*click)(struct pane *p, const struct stage *s, int x, int y, int w, int h);
    /* What the border says beside the tab or the title ("SMTP, connection 3"); may be nothing. */
    void (*caption)(const struct pane *p, const struct stage *s, struct buf *out);
};

/* Side panes leave a column free on both sides; marks of a selection may stand in the left one. */
static inline struct canvas pane_padded(const struct canvas *whole)
{
    return canvas_sub(whole, rect_inset(canvas_area(whole), 1, 0));
}

/* ui/panes/table.c: the list, NULL at its end; tabs stand in this order. */
extern const struct pane_ops *const panes_table[];

#endif
