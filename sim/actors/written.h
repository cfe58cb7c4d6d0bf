/* written.h - a letter made of what a scenario says of it. */
#ifndef MAILFLOW_ACTORS_WRITTEN_H
#define MAILFLOW_ACTORS_WRITTEN_H

#include "sim/actors/verbs.h"
#include "sim/base/buf.h"
#include "sim/base/rng.h"
#include "sim/mail/compose.h"

/* c: everything but subject, text, html and boundaries, which are put in here, as are the files of
 * words that have any.  rng is forked by the Message-ID, not drawn from. */
struct message *letter_write(struct compose *c, const struct letter_words *words,
                             const struct rng *rng);

/* The file that an attachment is; its slices are borrowed. */
struct compose_file letter_file(const struct letter_attachment *a);

/* Is an address in other letters than ASCII among them (RFC 6531 3.4)? */
bool letter_needs_utf8(slice from, const slice *to, size_t to_count);

struct pump;
struct network;
/* The trace field of who takes a letter by HTTP and sends it on by mail: a gateway must tell how it
 * came in (RFC 5321 3.7.2), and all of them call it "HTTP", which is an Atom that nobody registered
 * (4.4, Attdl-Protocol). */
void received_by_http(struct buf *out, const struct network *net, slice host, const struct pump *p,
                      uint64_t id, int64_t unix_now);

#endif
