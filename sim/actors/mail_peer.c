/* mail_peer.c - how TLS is asked of the servers that this host calls, and what comes of it.
 * Opportunistic (RFC 7435): any certificate will do, and where TLS fails the letter goes in the
 * clear, for one that anybody may read is better than one that does not arrive.  Required: without
 * TLS it waits.  Whose policy it is, mail_route.c knows.
 * Not done: sessions are not resumed. */
#include "sim/actors/mail_host.h"

#include "sim/base/mem.h"
#include "sim/proto/sasl.h"

/* A server that was called: what its connections are told stays where it is. */
struct peer {
    struct pump_tls tls, verified; /* with one name */
};

void peers_init(struct mail_host *m)
{
    for (size_t i = 0; i < COUNT(m->smtp_out); i++) {
        m->smtp_out[i] = m->smtp_out[0];
        m->smtp_out[i].tls = (enum tls_policy)i;
        m->smtp_smart[i] = m->smtp_out[i];
        m->smtp_smart[i].extensions |= SMTP_AUTH;
        m->smtp_smart[i].mechanisms = SASL_PLAIN | SASL_LOGIN | SASL_CRAM_MD5;
        m->smtp_smart[i].relays = true;
        m->smtp_smart[i].user = m->config->smarthost_user;
        m->smtp_smart[i].password = m->config->smarthost_password;
    }
    intern_init(&m->peer_names);
}

void peers_deinit(struct mail_host *m)
{
    mem_free(m->peers);
    intern_deinit(&m->peer_names);
}

static struct peer *find(struct mail_host *m, slice name)
{
    uint32_t id = intern_id(&m->peer_names, name);
    while (m->peer_count <= id) {
        struct peer *p = arena_alloc(mail_stage(m)->arena, sizeof *p);
        p->tls = (struct pump_tls){ .name = intern_name(&m->peer_names, (uint32_t)m->peer_count) };
        p->verified = p->tls;
        p->verified.must_verify = true;
        m->peers = mem_grow(m->peers, m->peer_count, &m->peer_cap, sizeof(struct peer *));
        m->peers[m->peer_count++] = p;
    }
    return m->peers[id];
}

struct pump_service peer_service(struct mail_host *m, slice name, struct peer_policy how)
{
    struct pump_service s = { .ops = &smtp_client_ops, .config = &m->smtp_out[how.tls] };
    if (how.tls != TLS_POLICY_NONE) {
        struct peer *peer = find(m, name);
        s.tls = how.must_verify ? &peer->verified : &peer->tls;
    }
    return s;
}

bool peer_tls_failed(const struct pump *p)
{
    const struct session_tls *tls = pump_tls(p);
    return tls && tls->version.len == 0;
}

static void note(struct mail_host *m, const struct pump *p, slice topic, const char *before,
                 slice name, const char *after)
{
    struct buf *b = &m->text;
    buf_clear(b);
    buf_addz(b, before);
    buf_add(b, name);
    buf_addz(b, " (");
    buf_add(b, pump_tls(p)->problem);
    buf_addz(b, after);
    (void)actor_note(&m->base, topic, buf_slice(b));
}

void peer_look_at(struct mail_host *m, const struct pump *p, slice name)
{
    const struct session_tls *tls = pump_tls(p);
    if (tls && tls->version.len > 0 && tls->problem.len > 0) {
        note(m, p, SLICE("any certificate"), "Nobody knows whether this is ", name,
             "). It is no worse than no TLS at all, and the letter goes there all the same "
             "(RFC 7435 section 3)");
    }
}

void peer_goes_clear(struct mail_host *m, const struct pump *p, slice name)
{
    note(m, p, SLICE("in the clear"), "TLS fails with ", name,
         "), but was only asked for because it was offered: the letter goes in the clear, on a "
         "connection of its own (RFC 7435 section 3)");
}

void peer_why(const struct pump *p, const struct smtp_reply *r, struct buf *out)
{
    if (peer_tls_failed(p)) {
        buf_addz(out, "454 4.7.5 TLS fails: ");
        buf_add(out, pump_tls(p)->problem);
    } else if (slice_eq(slice_of(r->after), SLICE("STARTTLS"))) {
        slice rest = r->text;
        buf_addz(out, "454 4.7.4 TLS is required, and is refused: ");
        fmt_u64(out, r->code);
        buf_byte(out, ' ');
        buf_add(out, slice_cut(&rest, '\n'));
    } else {
        buf_addz(out, "454 4.7.4 TLS is required, and is not offered");
    }
}
