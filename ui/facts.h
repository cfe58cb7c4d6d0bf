/* facts.h - what a record has of the fields that somebody asks for, record after record.
 * A flight has what it carries too: the commands, replies and letters that were said since the last
 * flight of its side, as one packet of a capture has TCP and SMTP in it.  Gathers only what is
 * wanted, and keeps of each connection a few numbers. */
#ifndef MAILFLOW_UI_FACTS_H
#define MAILFLOW_UI_FACTS_H

#include "ui/cast.h"
#include "ui/field.h"
#include "ui/segments.h"

struct facts {
    const struct cast *cast;
    const struct segments *segments;
    const uint8_t *wanted; /* by field */
    uint64_t seen;         /* the record that `parts` are of */
    const struct hits *parts[2];
    size_t part_count;
    struct hits now; /* private, all that follows */
    struct facts_flow **flows;
    size_t flow_cap;
    uint32_t streams;  /* TCP connections so far */
    struct buf octets; /* of IPv6 addresses, 16 each, by handle */
    struct buf scratch;
    bool talks, wires, tls, dns; /* something of these is wanted */
};

/* All three outlive it; the segments are extended before facts_next. */
void facts_init(struct facts *f, const struct cast *c, const struct segments *s,
                const uint8_t *wanted);
void facts_deinit(struct facts *f);
void facts_next(struct facts *f); /* the next record, which must be there */

#endif
