/* talk.h - between the files of the Talk pane: a conversation as rows, and what in them can be
 * selected. */
#ifndef MAILFLOW_UI_PANES_TALK_H
#define MAILFLOW_UI_PANES_TALK_H

#include "ui/model.h"
#include "ui/pane.h"
#include "ui/talk.h"

#define TALK_FOLDS 32 /* more that are open close the one that was opened first */

enum talk_item_kind {
    TALK_ITEM_LINE, /* something said */
    TALK_ITEM_FOLD, /* lines that are hidden behind so many others */
    TALK_ITEM_LONG  /* the rest of a long line */
};
/* The same thing, however far the conversation has come. */
struct talk_key {
    uint32_t flow; /* 0: nothing */
    uint8_t side, kind;
    size_t line; /* of its side; of a fold: the first of the lines of its kind */
};
struct talk_item {
    struct talk_key key;
    uint64_t record; /* SAID */
    int row, height, x, w;
};
struct talk_rows {
    struct talk_item *items; /* from top to bottom; mem_free */
    size_t count;
    int height;
    bool secrets; /* there is something to hide */
    bool ahead;   /* somebody did not wait for an answer */
};
struct talk_folds {
    struct talk_key open[TALK_FOLDS];
    size_t count;
};

bool talk_key_eq(struct talk_key a, struct talk_key b);
bool talk_fold_is_open(const struct talk_folds *f, struct talk_key key);
void talk_fold_turn(struct talk_folds *f, struct talk_key key); /* opens or closes */

/* Which item that is, or rows->count. */
size_t talk_rows_find(const struct talk_rows *rows, struct talk_key key);
void talk_rows_lay(struct talk_rows *rows, const struct talk *t, const struct talk_folds *folds,
                   const struct stage *st, int width);
/* From row `top` on, in the whole canvas. */
void talk_rows_draw(const struct talk *t, const struct talk_folds *folds, const struct stage *st,
                    struct canvas *c, int top, struct talk_key picked);

#endif
