/* written.h - a letter made of what a scenario says of it. */
#ifndef MAILFLOW_ACTORS_WRITTEN_H
#define MAILFLOW_ACTORS_WRITTEN_H

#include "sim/actors/verbs.h"
#include "sim/base/rng.h"
#include "sim/mail/compose.h"

/* c: everything but subject, text, html, files and boundaries, which are put in here.  rng is
 * forked by the Message-ID, not drawn from. */
struct message *letter_write(struct compose *c, const struct letter_words *words,
                             const struct rng *rng);

#endif
