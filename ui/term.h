/* term.h - what a terminal must be able to do for the program; the backends stand behind it.
 * term_curses.c is the only one with a screen; term_text.c turns a canvas into text; tests bring a
 * scripted one.  The monotonic clock is here too, so that nobody above reads one. */
#ifndef MAILFLOW_UI_TERM_H
#define MAILFLOW_UI_TERM_H

#include "sim/base/err.h"
#include "ui/action.h"
#include "ui/canvas.h"

struct term_config {
    bool ascii;    /* asked for by --ascii */
    bool no_color; /* asked for by --no-color */
    enum theme theme;
};

enum term_what { TERM_NOTHING, TERM_KEY, TERM_MOUSE, TERM_RESIZE, TERM_GONE };
enum term_mouse { MOUSE_DOWN, MOUSE_DRAG, MOUSE_UP, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };
/* The lines that the wheel goes, -1 or 1; 0: it is not the wheel. */
static inline int term_wheel(enum term_mouse what)
{
    return (what == MOUSE_WHEEL_DOWN) - (what == MOUSE_WHEEL_UP);
}
struct term_event {
    enum term_what what; /* NOTHING: the time-out; GONE: there is no terminal any more */
    uint32_t key;        /* a code point or enum term_key */
    enum term_mouse mouse;
    int x, y; /* the cell of the mouse */
};

struct terminal {
    const char *name;
    bool (*open)(const struct term_config *config, struct err *err_r);
    void (*size)(int *w_r, int *h_r);
    void (*draw)(const struct canvas *c);      /* what changed; the canvas must have the size */
    void (*redraw)(void);                      /* the next draw draws everything */
    struct term_event (*wait)(int timeout_ms); /* -1: until something happens */
    uint64_t (*now)(void);                     /* monotonic, ns */
    void (*close)(void);
};

extern const struct terminal terminal_curses;

/* What the environment decides; strings may be NULL where a variable is not set. */
bool term_usable(const char *term); /* can a full screen be shown at all? */
bool term_needs_ascii(const struct term_config *config, const char *codeset, const char *term);
enum palette term_palette(const struct term_config *config, const char *no_color, int colors);

/* term_text.c: each row a line, trailing blanks cut, ASCII where wanted. */
void term_text(const struct canvas *c, bool ascii, struct buf *out);
/* The inks in the same shape: a letter a cell, listed at the end ("C client"). */
void term_text_inks(const struct canvas *c, struct buf *out);

#endif
