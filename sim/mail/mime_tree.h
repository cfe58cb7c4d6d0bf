/* mime_tree.h - the parts of a letter as MIME nests them (RFC 2045, 2046), read without copying.
 * Forgiving: what is malformed becomes a plain leaf, as RFC 2045 5.2 has it.
 * Not done: decoding (octets are given as they stand); RFC 2231 continuations are left as
 * written. */
#ifndef MAILFLOW_MAIL_MIME_TREE_H
#define MAILFLOW_MAIL_MIME_TREE_H

#include "sim/base/arena.h"

#define MIME_DEPTH_MAX 32
#define MIME_PARTS_MAX 1000
#define MIME_NO_PART   SIZE_MAX

enum mime_kind { MIME_LEAF, MIME_MULTIPART, MIME_MESSAGE };

struct mime_part {
    enum mime_kind kind;
    slice type, subtype; /* "TEXT" "PLAIN"; as written, or static where nothing is written */
    bool typed;          /* a Content-Type was there and could be read */
    size_t header_at, header_len; /* offsets in the letter; with the empty line */
    size_t body_at, body_len;
    uint64_t lines; /* of the body */
    size_t child;   /* index of the first, MIME_NO_PART: none; the enclosed letter of a message */
    size_t next;    /* the next sibling */
};

struct mime_tree {
    slice letter; /* borrowed */
    struct mime_part *parts;
    size_t count, cap;
    bool global; /* message/global encloses a letter, too (RFC 6532 3.7) */
};

void mime_tree_read_as(struct mime_tree *t, slice letter, bool global);
void mime_tree_read(struct mime_tree *t, slice letter); /* parts[0] is the letter itself */
void mime_tree_deinit(struct mime_tree *t);
slice mime_part_header(const struct mime_tree *t, size_t part);
slice mime_part_body(const struct mime_tree *t, size_t part);
/* "2.1" as IMAP counts (RFC 9051 6.4.5.1); MIME_NO_PART where there is none. */
size_t mime_part_at(const struct mime_tree *t, const uint32_t *numbers, size_t count);

/* Parameters behind "text/plain": "; charset=utf-8".  Values lie in the arena, unquoted. */
bool mime_param_next(slice *rest, struct arena *a, slice *name_r, slice *value_r);
/* The value in front of the parameters of a field body ("attachment; ..."), which are left. */
slice mime_value(slice *body);

#endif
