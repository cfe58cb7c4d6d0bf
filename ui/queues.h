/* queues.h - what waits on the servers at one moment, and why: the records of queues folded as
 * docs/trace.md says.  A fold over the trace and nothing else; entries that are done stay for a
 * little while, so that one can see how it ended. */
#ifndef MAILFLOW_UI_QUEUES_H
#define MAILFLOW_UI_QUEUES_H

#include "sim/trace/trace.h"
#include "ui/vec.h"

#define QUEUES_DONE 16 /* so many finished entries are kept, the newest */

enum queue_state {
    QUEUE_NEW,    /* nobody has tried yet, or the server lost power and must begin again */
    QUEUE_HELD,   /* stands in line: HELD */
    QUEUE_TRYING, /* ATTEMPT */
    QUEUE_ASLEEP, /* DEFER, until its `until` */
    QUEUE_DONE    /* OUTCOME */
};

struct queue_rcpt {
    uint64_t last;             /* the record that made it so; 0: none */
    uint64_t reply;            /* its last DEFER or OUTCOME; 0: none */
    uint32_t text, start, len; /* its address: octets of this payload */
    uint32_t deferred;         /* how often it was tried in vain */
    uint32_t next;             /* of the same entry: number + 1; 0: the last */
    uint8_t state, fate;       /* enum queue_state, enum trace_fate */
    uint16_t spare;
};

struct queue_entry {
    uint64_t accept;         /* record; 0: this slot is free */
    uint64_t envelope;       /* record; 0: the host wrote the letter itself */
    uint64_t done;           /* the OUTCOME after which nobody was left; 0: it waits */
    uint64_t news;           /* the last record about it */
    uint32_t letter;         /* trace name */
    uint32_t host, number;   /* actor; as the records name it */
    uint32_t count, open;    /* recipients, and those without an outcome */
    uint32_t first, cursor;  /* recipient + 1: the first, and where to look first; 0: none */
    uint32_t nameless;       /* open recipients whom no record names */
    uint32_t older, younger; /* entry + 1 of the same letter; 0: none */
};

/* The parts of the fold: rows that the caller keeps, zeroed at the start but for `size`. */
enum queues_part {
    QUEUES_ENTRIES,
    QUEUES_RCPTS,
    QUEUES_LETTERS,   /* by trace name */
    QUEUES_ENVELOPES, /* the newest of each letter and host */
    QUEUES_ENDED,     /* entries that are done, the oldest first */
    QUEUES_FREE,      /* heads of the lists of free slots */
    QUEUES_PARTS
};
extern const size_t queues_sizes[QUEUES_PARTS];

void queues_fold(struct vec *parts, const struct trace *t, uint64_t record,
                 const struct trace_rec *r);

size_t queues_slots(const struct vec *parts);
const struct queue_entry *queues_entry(const struct vec *parts, size_t i); /* NULL: a free slot */
const struct queue_rcpt *queues_rcpt(const struct vec *parts, uint32_t number); /* + 1; 0: NULL */
slice queue_address(const struct trace *t, const struct queue_rcpt *r);
slice queue_domain(const struct trace *t, const struct queue_rcpt *r);
/* What was said to the last try, without the recipient: "450 4.4.1 ...". */
slice queue_reply(const struct trace *t, const struct queue_rcpt *r);
slice queue_sender(const struct trace *t, const struct queue_entry *e); /* "" is nobody: <> */
/* The last REPORT that tells the writer of this letter about it, the REPORT that wrote this letter
 * itself; 0: none. */
uint64_t queue_told(const struct vec *parts, uint32_t letter);
uint64_t queue_is_report(const struct vec *parts, uint32_t letter);
/* The recipient that the last OUTCOME took; NULL: none. */
const struct queue_rcpt *queues_last_done(const struct vec *parts);
/* When something happens of itself: ns; 0: nothing is known. */
uint64_t queue_next(const struct trace *t, const struct queue_rcpt *r);

/* The whole fold by itself. */
struct queues {
    struct vec parts[QUEUES_PARTS];
};
void queues_init(struct queues *q);
void queues_deinit(struct queues *q);

#endif
