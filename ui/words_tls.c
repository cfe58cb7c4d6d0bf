/* words_tls.c - what TLS means for those who talk, and for those who listen, in plain words.
 * Knows of certificates only what SECURED says: whose it is, and what is wrong with it. */
#include "ui/words.h"

static void add_host(const struct cast *c, uint32_t actor, struct buf *out)
{
    slice name = cast_host_name(c, actor);
    buf_add(out, name.len ? name : SLICE("somebody"));
}

static uint32_t peer_of(const struct cast *c, const struct trace_rec *r)
{
    const struct cast_flow *f = cast_flow(c, r->flow);
    return f ? (f->client == r->actor ? f->server : f->client) : 0;
}

static void tell_upgrade(const struct cast *c, const struct trace_rec *r, struct buf *out)
{
    add_host(c, r->actor, out);
    buf_addz(out, " and ");
    add_host(c, peer_of(c, r), out);
    buf_addz(out, " begin to agree on a secret (TLS).");
}

static void tell_nobody_reads(const struct cast *c, const struct trace_rec *r, struct buf *out)
{
    buf_addz(out, "From here on only ");
    add_host(c, r->actor, out);
    buf_addz(out, " and ");
    add_host(c, peer_of(c, r), out);
    buf_addz(out, " can read what they say (");
    buf_add(out, trace_name_of(c->trace, r->a));
    buf_addz(out, ").");
}

static void tell_secured(const struct cast *c, const struct trace_rec *r, struct buf *out)
{
    slice problem = trace_payload_chunk(c->trace, r->c, 0), peer = slice_cut(&problem, '\n');
    if (problem.len > 0) {
        add_host(c, r->actor, out);
        buf_addz(out, " cannot be sure that this is ");
        add_host(c, peer_of(c, r), out);
        buf_addz(out, " (");
        buf_add(out, problem);
        buf_addz(out, ") and goes on: only the two ends can read, whoever the other is (");
        buf_add(out, trace_name_of(c->trace, r->a));
        buf_addz(out, ").");
        return;
    }
    if (peer.len > 0) {
        add_host(c, r->actor, out);
        buf_addz(out, " has seen the certificate: this really is ");
        buf_add(out, peer);
        buf_addz(out, ". ");
    }
    tell_nobody_reads(c, r, out);
}

static void tell_unsecured(const struct cast *c, const struct trace_rec *r, struct buf *out)
{
    add_host(c, r->actor, out);
    buf_addz(out, " and ");
    add_host(c, peer_of(c, r), out);
    buf_addz(out, " come to no secret: ");
    buf_add(out, trace_name_of(c->trace, r->a));
    buf_byte(out, '.');
}

static void tell_dropped(const struct cast *c, const struct trace_rec *r, struct buf *out)
{
    add_host(c, r->actor, out);
    buf_addz(out, " throws away what came before the secret was agreed on: anybody on the way "
                  "could have put it there.");
}

/* The first line that is not what it was.  false: none can be named. */
static bool changed_line(const struct cast *c, const struct trace_rec *r, slice *was_r, slice *is_r)
{
    const struct trace_rec *flight = trace_at(c->trace, r->cause);
    slice before = flight && flight->kind == TRACE_FLIGHT
                       ? trace_payload_chunk(c->trace, flight->c, 0)
                       : (slice){ 0 };
    slice after = trace_payload_chunk(c->trace, r->c, 0);
    while (before.len && after.len) {
        *was_r = slice_cut(&before, '\n');
        *is_r = slice_cut(&after, '\n');
        if (!slice_eq(*was_r, *is_r)) {
            was_r->len = slice_ends(*was_r, SLICE("\r")) ? was_r->len - 1 : was_r->len;
            is_r->len = slice_ends(*is_r, SLICE("\r")) ? is_r->len - 1 : is_r->len;
            return true;
        }
    }
    return false;
}

static void tell_tamper(const struct cast *c, const struct trace_rec *r, struct buf *out)
{
    slice was, is;
    if (changed_line(c, r, &was, &is)) {
        buf_addz(out, "Somebody on the way turns \"");
        buf_add(out, was);
        buf_addz(out, "\" into \"");
        buf_add(out, is);
        buf_addz(out, "\". ");
        add_host(c, r->actor, out);
        buf_addz(out, " said the one, ");
        add_host(c, r->a, out);
        buf_addz(out, " hears the other.");
        return;
    }
    buf_addz(out, "Somebody on the way changes what ");
    add_host(c, r->actor, out);
    buf_addz(out, " says to ");
    add_host(c, r->a, out);
    buf_byte(out, '.');
}

void words_tls(const struct cast *c, const struct trace_rec *r, struct buf *out)
{
    static const struct {
        uint32_t kind;
        void (*tell)(const struct cast *c, const struct trace_rec *r, struct buf *out);
    } rows[] = {
        { TRACE_UPGRADE, tell_upgrade },     { TRACE_SECURED, tell_secured },
        { TRACE_UNSECURED, tell_unsecured }, { TRACE_DROPPED, tell_dropped },
        { TRACE_TAMPER, tell_tamper },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (rows[i].kind == r->kind) {
            rows[i].tell(c, r, out);
        }
    }
}
