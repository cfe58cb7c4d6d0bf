/* hops.h - how a letter came to where it is: each conversation that carried it, what of it was in
 * there, and so what each host on the way has added or taken away.
 * Compares texts; never knows which field means what. */
#ifndef MAILFLOW_UI_HOPS_H
#define MAILFLOW_UI_HOPS_H

#include "ui/talk.h"

#define HOPS_MAX 12 /* of a longer way only the last ones */

struct hop_field {
    size_t first, count; /* lines; a header field with its folds */
};
struct hop {
    uint64_t record;   /* the first that tells of it: ENVELOPE or FETCHED */
    uint64_t envelope; /* ENVELOPE; 0: a device fetches it, and there is none */
    uint32_t flow;     /* 0: a server wrote it itself, and from is to */
    uint32_t from, to;
    size_t *lines; /* of talk.side[side]: the letter as far as it is said, without what ends it */
    size_t count, cap;
    struct hop_field *fields;
    size_t field_count, field_cap;
    size_t body; /* the first line behind the empty one; count: not so far yet */
    int side;
    struct talk talk;
    uint64_t read; /* private: talk.last when this was read */
};

struct hops {
    struct hop list[HOPS_MAX]; /* from the writer on */
    size_t count;
    size_t shown;            /* the last that carries something of it; count: none */
    uint32_t letter;         /* number in the cast */
    struct hops_mark *marks; /* private: the records that tell of any letter, */
    size_t mark_count, mark_cap;
    uint32_t *newest; /* private: by letter the last of them + 1; 0: none */
    size_t newest_count, newest_cap;
    uint64_t scanned; /* private: as far as was looked for them */
};

void hops_init(struct hops *h);
void hops_deinit(struct hops *h);
/* The way of a letter up to a record.  Always of the same cast. */
void hops_read(struct hops *h, const struct cast *c, uint32_t letter, uint64_t record);

const struct talk_line *hop_line(const struct hop *hop, size_t line);
/* As it is stored: without the dot that the sender put before a dot (RFC 5321 4.5.2). */
slice hop_text(const struct hop *hop, size_t line);
/* The same field in another hop: its first line, or that hop's count. */
size_t hop_find_field(const struct hop *in, const struct hop *of, const struct hop_field *f);
/* The nearest hop before it of whose letter something is known; NULL: none. */
const struct hop *hops_before(const struct hops *h, size_t at);
/* The first hop that had this field of hop `at`; what it is is what that hop's sender added. */
size_t hops_origin(const struct hops *h, size_t at, const struct hop_field *f);
/* Is the text of a hop another one than that of the hop before it? */
bool hops_changed_body(const struct hops *h, size_t at);
/* The letter as it is stored, with CRLF at the end of each line. */
void hop_letter(const struct hop *hop, struct buf *out);

#endif
