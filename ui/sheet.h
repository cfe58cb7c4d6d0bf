/* sheet.h - the contract of a sheet: one file that lays something over the screen and has the keys
 * until it is closed: a title page, a question, the page of a host, faults to choose from,
 * the bookmarks.
 * There is one at a time, and while it is there no time passes.  It sees what the app sees, and
 * acts on it by the app's own functions.
 * To add one: a file in ui/sheets/, opened by an action or by the moment. */
#ifndef MAILFLOW_UI_SHEET_H
#define MAILFLOW_UI_SHEET_H

#include "ui/canvas.h"
#include "ui/term.h"

struct app;
struct sheet;

struct sheet_ops {
    const char *name;
    size_t size; /* of sheet.own, zeroed at the start */
    /* Each of these but draw may be NULL. */
    void (*init)(struct sheet *sh, struct app *a);
    void (*deinit)(struct sheet *sh); /* frees what it allocated, not `own` itself */
    /* Over the drawn screen, in the whole canvas, at any size.  Pure. */
    void (*draw)(const struct sheet *sh, const struct app *a, struct canvas *c);
    /* false: not mine; the app then hears sheet_leaves(), and nothing else. */
    bool (*key)(struct sheet *sh, struct app *a, uint32_t key);
    void (*mouse)(struct sheet *sh, struct app *a, enum term_mouse what, int x, int y);
};

struct sheet {
    const struct sheet_ops *ops; /* NULL: none is open */
    void *own;
};

/* In ui/app_sheet.c.  Opening closes what was open; a sheet may close itself while it acts, and
 * then touches `own` no more. */
void app_sheet_open(struct app *a, const struct sheet_ops *ops);
void app_sheet_close(struct app *a);
/* What the keys and the mouse do while a sheet is open. */
void app_sheet_key(struct app *a, uint32_t key);
void app_sheet_mouse(struct app *a, enum term_mouse what, int x, int y);
/* Quit, help, redraw: what works under any sheet that leaves it to the app. */
bool sheet_leaves(enum action what);
/* Where a sheet stands that wants w x h: in the middle below the header; where only edges would be
 * left of what is there, it takes these, too. */
struct rect sheet_place(int w, int h, int screen_w, int screen_h);
/* A frame there, cleared, with a title and a footer in its border, and around it everything dim;
 * returns the inside. */
struct canvas sheet_frame(struct canvas *c, int w, int h, slice title, slice footer);

#endif
