/* fate_text.c - what fate does, in words: which link, which port, who is cut off from whom.
 * Never does anything. */
#include "sim/world/internal.h"

/* "the link carries nothing" says which one: "the link between A and B carries nothing"; "the link
 * of A", where it is the one into the internet. */
static void add_link_text(const struct world *w, const struct scenario_step *step, slice rest,
                          struct buf *out)
{
    const struct scenario_link *l =
        step->link != SCENARIO_NONE ? &w->scenario->links[step->link] : NULL;
    size_t a = l ? l->a : step->host, b = l ? l->b : SCENARIO_NONE;
    buf_addz(out, "the link");
    buf_addz(out, b == SCENARIO_NONE ? " of " : " between ");
    buf_add(out, w->hosts[a]->name);
    if (b != SCENARIO_NONE) {
        buf_addz(out, " and ");
        buf_add(out, w->hosts[b]->name);
    }
    buf_add(out, rest);
}

static void add_names(struct buf *out, const struct key_list *names)
{
    for (size_t i = 0; i < names->count; i++) {
        buf_addz(out, i == 0 ? "" : i + 1 < names->count ? ", " : " and ");
        buf_add(out, names->items[i]);
    }
}

static void add_partition(struct buf *out, const struct verb_partition *p)
{
    add_names(out, &p->hosts);
    buf_addz(out, " cannot reach ");
    if (p->from.count == 0) {
        buf_addz(out, "anybody else, nor they them");
    } else {
        add_names(out, &p->from);
        buf_addz(out, ", nor they them");
    }
}

static void add_refuse(struct buf *out, const struct verb_refuse *r)
{
    uint16_t port = verb_refuse_port(r);
    buf_addz(out, "the host takes no new connections");
    if (port != 0) {
        buf_addz(out, " on port ");
        fmt_u64(out, port);
    }
    buf_addz(out, r->from.count > 0 ? " from " : "");
    add_names(out, &r->from);
    buf_addz(out, r->how == REFUSE_SILENCE ? ", and says nothing" : "");
}

static void add_temp_fail(struct buf *out, const struct verb_temp_fail *f)
{
    static const char *const at[] = { "MAIL", "RCPT", "the letter" };
    buf_addz(out, "the host's SMTP server says ");
    fmt_u64(out, (uint64_t)f->code);
    buf_addz(out, " to ");
    buf_addz(out, at[f->at]);
}

void fate_text(const struct world *w, const struct scenario_step *step, struct buf *out)
{
    const slice link = SLICE("the link");
    slice doc = slice_of(step->verb->doc);
    switch ((enum verb)(step->verb - verb_kinds)) {
    case VERB_PARTITION:
        add_partition(out, step->args);
        break;
    case VERB_REFUSE:
        add_refuse(out, step->args);
        break;
    case VERB_TEMP_FAIL:
        add_temp_fail(out, step->args);
        break;
    case VERB_SLOW_REPLIES:
        buf_addz(out, "each reply of the host's servers is late by ");
        fmt_duration(out, ((const struct verb_slow_replies *)step->args)->delay);
        break;
    case VERB_DNS_FAULT:
        buf_addz(out, "the name server ");
        buf_addz(out, verb_dns_fault_text(step->args));
        break;
    case VERB_ZONE_SET:
        buf_addz(out, "the zone ");
        buf_add(out, ((const struct verb_zone *)step->args)->domain);
        buf_addz(out, " is changed");
        break;
    default:
        if (step->verb->target == VERB_LINK && slice_starts(doc, link)) {
            add_link_text(w, step, slice_from(doc, link.len), out);
        } else {
            buf_add(out, doc);
        }
    }
}
