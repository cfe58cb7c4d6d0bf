/* message.h - a letter as bytes: a rope of blobs, immutable once built, shared by all who have it.
 * The bytes are what stands between DATA and CRLF.CRLF, dot stuffing removed, with CRLF line ends. */
#ifndef MAILFLOW_MAIL_MESSAGE_H
#define MAILFLOW_MAIL_MESSAGE_H

#include "sim/base/buf.h"
#include "sim/base/outq.h"

struct message {
    uint32_t refs;
    uint32_t part_count, part_cap;
    struct chunk *parts; /* each holds a reference */
    size_t size;
    size_t header_size; /* bytes up to and including the empty line; == size where there is none */
    bool header_known;
};

struct message *message_new(void); /* empty; refs 1 */
struct message *message_from(slice copied);
struct message *message_ref(struct message *m);
void message_unref(struct message **m);
/* Only while nobody else holds it (refs == 1). */
void message_add(struct message *m,
                 struct chunk c); /* by reference where it has an owner, else copied */
/* A new message: text in front (a trace field), the rest shared. */
struct message *message_with_front(struct message *m, slice copied);
void message_out(const struct message *m, struct outq *out); /* by reference */
/* The part [from, from+len) of the bytes, clipped, by reference. */
void message_out_part(const struct message *m, size_t from, size_t len, struct outq *out);
void message_copy(const struct message *m, struct buf *out);
slice message_header(const struct message *m,
                     struct buf *scratch);     /* header section with its empty line */
size_t message_header_size(struct message *m); /* computed once */
size_t message_lines_end(const struct message *m, size_t from,
                         uint64_t lines); /* offset behind so many lines */
bool message_same(const struct message *a, const struct message *b); /* byte for byte */
/* Has it an 8-bit octet?  (RFC 6152) */
bool message_is_8bit(const struct message *m);

#endif
