/* message.h - a letter as bytes: a rope of blobs, immutable once built, shared by all who have it.
 * The bytes are what stands between DATA and CRLF.CRLF, dot stuffing removed, with CRLF line
 * ends. */
#ifndef MAILFLOW_MAIL_MESSAGE_H
#define MAILFLOW_MAIL_MESSAGE_H

#include "sim/base/buf.h"
#include "sim/base/outq.h"

#define MESSAGE_FEW 5 /* as most have: Return-Path, two Received, header, body */

struct message {
    uint32_t refs;
    bool header_known; /* header_size below has been found out */
    size_t part_count, part_cap;
    struct chunk
        *parts; /* each holds a reference; `few` while they fit, so never copy the struct */
    size_t size;
    size_t header_size; /* ask message_header_size() */
    struct chunk few[MESSAGE_FEW];
};

struct message *message_new(void); /* empty; refs 1 */
struct message *message_from(slice copied);
struct message *message_ref(struct message *m);
void message_unref(struct message **m);
/* Only while nobody else holds it (refs == 1).  By reference where the chunk has an owner, else
 * copied; neighbours in one blob become one part. */
void message_add(struct message *m, struct chunk c);
/* Likewise: the part [at, at+len) of another message, clipped, by reference. */
void message_add_part(struct message *m, const struct message *from, size_t at, size_t len);
/* A new message: text in front (whole header fields, say a trace field), the rest shared. */
struct message *message_with_front(struct message *m, slice copied);

/* The part [from, from+len) of the bytes, clipped, by reference. */
void message_out_part(const struct message *m, size_t from, size_t len, struct outq *out);
void message_copy(const struct message *m, struct buf *out);
/* All of it: borrowed where it lies in one piece, else copied to scratch (cleared first). */
slice message_whole(const struct message *m, struct buf *scratch);

/* Reads the bytes in order without copying: as many chunks as there are parts. */
struct message_cursor {
    const struct message *m;
    size_t part, at; /* the next byte: parts[part].bytes.ptr[at] */
};
struct message_cursor message_read_at(const struct message *m, size_t from);
/* At most max (> 0) bytes; false: the end.  The chunk is borrowed from the message. */
bool message_read(struct message_cursor *c, size_t max, struct chunk *c_r);

/* Header section with its empty line.  Borrowed from the message where it lies in one piece, else
 * copied to scratch (cleared first). */
slice message_header(const struct message *m, struct buf *scratch);
/* Bytes up to and including the empty line, == size where there is none; found out once. */
size_t message_header_size(struct message *m);
/* Offset behind so many lines that begin at `from`; size where there are fewer. */
size_t message_lines_end(const struct message *m, size_t from, uint64_t lines);
bool message_same(const struct message *a, const struct message *b); /* byte for byte */
bool message_contains(const struct message *m, slice needle);        /* also across parts */
/* Has it an 8-bit octet?  (RFC 6152) */
bool message_is_8bit(const struct message *m);

#endif
