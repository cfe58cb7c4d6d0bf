/* prompt.h - the line in which a person types what to look for: a cursor, what was typed before,
 * and names of fields that are completed.  Never looks for anything itself. */
#ifndef MAILFLOW_UI_PROMPT_H
#define MAILFLOW_UI_PROMPT_H

#include "ui/action.h"
#include "ui/canvas.h"
#include "ui/filter.h"

#define PROMPT_HISTORY 32

enum prompt_for { PROMPT_CLOSED, PROMPT_FIND, PROMPT_FILTER };
enum prompt_done { PROMPT_OPEN, PROMPT_LEFT, PROMPT_TAKEN };

struct prompt {
    enum prompt_for what;
    char text[FILTER_MAX + 1];     /* zero-terminated */
    size_t len, cursor;            /* in octets, between characters */
    struct filter_err wrong;       /* of what was taken last */
    char *history[PROMPT_HISTORY]; /* the newest first; of both kinds */
    size_t back;                   /* rows into the history; 0: what is being typed */
    char typed[FILTER_MAX + 1];    /* what was being typed before somebody went back */
};

void prompt_open(struct prompt *p, enum prompt_for what, slice text);
void prompt_deinit(struct prompt *p);
/* A key.  TAKEN: enter; the caller looks at the text, and calls prompt_close or prompt_refuse. */
enum prompt_done prompt_key(struct prompt *p, uint32_t key);
void prompt_close(struct prompt *p); /* and remembers the text */
void prompt_refuse(struct prompt *p, const struct filter_err *why);
slice prompt_text(const struct prompt *p);
/* Two rows at the bottom of the canvas: what helps, and what is typed. */
void prompt_draw(const struct prompt *p, struct canvas *c);

#endif
