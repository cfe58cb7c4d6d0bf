/* whatif.h - THE list of what can be different: what may befall a host or a link, and the knobs of
 * a host.  Each is a row: what it is called, whom it fits, what it says in a scenario.
 * Knows hosts and links as the trace shows them; whether a change makes sense in this scenario the
 * scenario's own checks tell. */
#ifndef MAILFLOW_UI_WHATIF_H
#define MAILFLOW_UI_WHATIF_H

#include "ui/cast.h"

/* A host, a link between two hosts, or a host's line into the internet. */
struct whatif_target {
    uint32_t host, other; /* other 0: the host, or its line */
    uint32_t link;        /* 0: the host itself */
};

struct whatif_row {
    const char *say;    /* behind the name: "is switched off"; $ is the value */
    const char *values; /* "10s|1min": what one may choose; NULL: nothing.  A first one that is
                           empty is shown as "for good", and says nothing in the scenario */
    const char *json;  /* of a step of the script, "do" first; or a key of the host; $ is the value,
                           and [what is left out where the value is empty] */
    const char *kinds; /* of hosts: " mua mail "; NULL: all; "": a link */
    bool knob;         /* a key of the host, which holds from the start */
};

extern const struct whatif_row whatif_rows[];
extern const size_t whatif_row_count;

/* Everybody and everything that something can befall, hosts first.  Returns how many there are; at
 * most `most` are written. */
size_t whatif_targets(const struct cast *c, struct whatif_target *out, size_t most);
/* "mail.example.net", "alice-laptop -- mail.example.org", "the line of bob-phone" */
void whatif_target_say(const struct cast *c, struct whatif_target t, struct buf *out);

bool whatif_fits(const struct whatif_row *row, const struct cast *c, struct whatif_target t);
size_t whatif_values(const struct whatif_row *row);
slice whatif_value(const struct whatif_row *row, size_t i); /* as it is written in the scenario */
slice whatif_value_say(const struct whatif_row *row, size_t i); /* as people say it */

/* One change, whole. */
struct whatif {
    const struct whatif_row *row;
    struct whatif_target target;
    size_t value;
    uint64_t at; /* ns; 0: from the start */
};
/* "is switched off for 10min".  Returns how many octets stand in front of the value; SLICE_NONE:
 * there is none. */
size_t whatif_row_say(const struct whatif_row *row, size_t value, struct buf *out);
/* "mail.example.net is switched off from 12s on" */
void whatif_say(const struct whatif *w, const struct cast *c, struct buf *out);
/* Members of a variant: what show_change.patch wants. */
void whatif_patch(const struct whatif *w, const struct cast *c, struct buf *out);

#endif
