/* thread.h - letters put together as the conversations that they are (RFC 5256 3). */
#ifndef MAILFLOW_MAIL_THREAD_H
#define MAILFLOW_MAIL_THREAD_H

#include "sim/base/arena.h"
#include "sim/base/buf.h"

struct thread_letter {
    uint32_t number; /* as it is told; rising */
    int64_t sent;    /* Unix seconds */
    slice subject;   /* base subject, folded; empty: none */
    bool reply;      /* RFC 5256 2.1: it is a reply, or forwarded */
    slice id;        /* Message-ID without angle brackets; empty: none */
    slice *references;
    size_t reference_count;
};

/* "(1)(2 3)((4)(5 6))", appended.  All that is needed lies in the arena. */
void thread_by_subject(const struct thread_letter *letters, size_t count, struct arena *a,
                       struct buf *out);
void thread_by_references(const struct thread_letter *letters, size_t count, struct arena *a,
                          struct buf *out);
/* The ids that a References or In-Reply-To field has, in the arena; `most` at most. */
size_t thread_ids(slice body, size_t most, struct arena *a, slice **ids_r);

#endif
