/* letter.h - between the files of the Letter pane: the letter at this moment, and its rows. */
#ifndef MAILFLOW_UI_PANES_LETTER_H
#define MAILFLOW_UI_PANES_LETTER_H

#include "ui/hops.h"
#include "ui/model.h"
#include "ui/pane.h"
#include "ui/parts.h"

struct letter_now {
    bool known; /* there is one */
    struct hops hops;
    struct parts parts;
    size_t parts_of; /* lines of the letter from which they were read */
    size_t size;     /* octets as it is stored */
    bool dots;       /* as it goes over the wire */
    bool unfold;     /* base64 in full */
};

enum letter_kind {
    LETTER_TITLE, /* what follows */
    LETTER_HOST,  /* who added, wrote or took away what follows */
    LETTER_LINE,
    LETTER_GONE, /* a line that the host took away */
    LETTER_FOLD, /* lines of base64 */
    LETTER_PART,
    LETTER_DRAFT /* line: as cast_letter_line() counts them */
};
struct letter_row {
    enum letter_kind kind;
    size_t hop, line;      /* of the hop's letter; LETTER_PART: of the parts */
    size_t count;          /* LETTER_FOLD: lines */
    uint64_t record;       /* when it was first said; 0: nowhere to go */
    bool added, body, dot; /* dot: its first character belongs to the wire */
    bool took;             /* LETTER_HOST: took away */
    bool title_parts;      /* LETTER_TITLE: of the parts */
};
struct letter_rows {
    struct letter_row *list; /* mem_free */
    size_t count, cap;
    bool folds; /* something is folded, or could be */
};

/* parts: the tree stands among them. */
void letter_rows_make(struct letter_rows *rows, const struct letter_now *now,
                      const struct stage *st, bool parts);
slice letter_row_text(const struct letter_now *now, const struct letter_row *row);
void letter_say_host(const struct letter_now *now, const struct letter_row *row,
                     const struct cast *cast, struct buf *out);
void letter_draw_title(const struct letter_now *now, const struct letter_row *row, struct canvas *c,
                       int y);
void letter_draw_fold(const struct letter_now *now, const struct letter_row *row, struct canvas *c,
                      int y);
void letter_draw_part(const struct letter_now *now, const struct letter_row *row, struct canvas *c,
                      int y);
/* The parts by themselves, with their title, where there is more than one. */
void letter_draw_tree(const struct letter_now *now, struct canvas *c);

#endif
