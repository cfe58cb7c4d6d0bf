/* parts.h - the parts of a letter as a list that can be drawn as a tree: what each is, what it is
 * called, how large it is in the letter and how large when it is taken out.
 * Reads with the simulator's own eyes (sim/mail/mime_tree.h); knows nothing of traces. */
#ifndef MAILFLOW_UI_PARTS_H
#define MAILFLOW_UI_PARTS_H

#include "sim/base/arena.h"
#include "sim/base/buf.h"

#define PARTS_MAX 64 /* more are left out */

struct part {
    slice type;      /* "image/png", in lower case */
    slice name;      /* of the file; empty: none */
    bool encoded;    /* in base64 or quoted-printable, which change octets */
    size_t depth;    /* 0: the letter itself */
    bool last;       /* of its parent's */
    bool branch;     /* holds parts, or a letter */
    uint64_t inside; /* octets of its body in the letter */
    uint64_t taken;  /* and when it is decoded */
};
struct parts {
    struct part list[PARTS_MAX];
    size_t count;
    struct arena arena;
};

void parts_init(struct parts *p);
void parts_deinit(struct parts *p);
void parts_read(struct parts *p, slice letter); /* borrows nothing of it */

#endif
