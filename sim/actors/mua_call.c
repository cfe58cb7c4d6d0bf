/* mua_call.c - calling the account's server: which port, and how TLS is asked for.
 * `required` and `implicit` know whom they want to talk to, and stop where they cannot be sure (RFC
 * 8314 5.3); `opportunistic` is what mail clients called "TLS, if available": any certificate
 * will do, and where TLS fails they go on without.  So whoever breaks it gets the password. */
#include "sim/actors/mua_box.h"

#include <string.h>

static const struct door {
    uint16_t port, tls_port; /* TLS first: RFC 8314 7 */
    const char *service, *tls_service;
    const struct session_ops *ops;
} submission = { 587, 465, "submission", "submissions", &smtp_client_ops },
  readers[] = { [MUA_IMAP] = { 143, 993, "imap", "imaps", &imap_client_ops },
                [MUA_POP] = { 110, 995, "pop3", "pop3s", &pop3_client_ops } },
  exchanger = { 25, 25, "smtp", "smtp", &smtp_client_ops };

static bool is_direct(const struct mua *u)
{
    return u->config->direct && u->tasks[0].kind == TASK_SEND;
}

static enum mua_tls way_of(const struct mua *u)
{
    enum mua_tls way = (enum mua_tls)u->config->tls;
    if (is_direct(u) && way != MUA_TLS_NONE) {
        way = MUA_TLS_OPPORTUNISTIC; /* port 25 asks for no more (RFC 3207 4) */
    }
    return u->in_clear ? MUA_TLS_NONE : way;
}

/* What sessions are told: with implicit TLS it stands before they begin. */
static enum tls_policy policy_of(enum mua_tls way)
{
    static const enum tls_policy policies[] = {
        [MUA_TLS_NONE] = TLS_POLICY_NONE,
        [MUA_TLS_OPPORTUNISTIC] = TLS_POLICY_OPPORTUNISTIC,
        [MUA_TLS_REQUIRED] = TLS_POLICY_REQUIRED,
        [MUA_TLS_IMPLICIT] = TLS_POLICY_REQUIRED,
    };
    return policies[way];
}

/* What SCRAM needs fresh each time (RFC 5802 5.1). */
static void draw_nonce(struct mua *u)
{
    struct buf b = { 0 };
    fmt_hex(&b, rng_u64(&u->nonces), 16);
    fmt_hex(&b, rng_u64(&u->nonces), 16);
    memcpy(u->nonce, b.ptr, sizeof u->nonce);
    buf_deinit(&b);
}

/* Calls the server at the address at hand, and whatever session there was before is over. */
static void connect(struct mua *u)
{
    bool sending = u->tasks[0].kind == TASK_SEND;
    const struct door *door = is_direct(u) ? &exchanger
                              : sending    ? &submission
                                           : &readers[u->config->read];
    const void *config = sending                      ? (const void *)&u->smtp
                         : u->config->read == MUA_POP ? (const void *)&u->pop3
                                                      : (const void *)&u->imap;
    enum mua_tls way = way_of(u);
    bool first = way == MUA_TLS_IMPLICIT;
    const struct pump_service service = { .ops = door->ops,
                                          .config = config,
                                          .tls = way == MUA_TLS_NONE ? NULL : &u->tls };
    u->smtp.tls = u->pop3.tls = u->imap.tls = policy_of(way);
    u->tls = (struct pump_tls){ .name = u->called,
                                .implicit = first,
                                .must_verify = first || way == MUA_TLS_REQUIRED };
    draw_nonce(u);
    uint32_t self_ip = network_ip_for(u->base.stage->net, u->base.id, u->ips[u->ip_at]);
    if (is_ip6(self_ip) != u->hello_six && self_ip != 0) { /* it says the address that it uses */
        u->hello_six = is_ip6(self_ip);
        u->smtp.host = mua_literal(u, self_ip);
    }
    u->pump = pump_connect(&u->base, u->ips[u->ip_at], first ? door->tls_port : door->port,
                           slice_of(first ? door->tls_service : door->service), &service, 0);
    if (door->ops == &imap_client_ops) {
        mua_line_reset(u, u->pump);
    }
}

/* One after the other.  Not done: RFC 8305, which calls the second before the first has failed. */
void mua_call(struct mua *u, const struct addresses *found)
{
    u->ip_count = found->count < MUA_IPS ? found->count : MUA_IPS;
    memcpy(u->ips, found->ips, u->ip_count * sizeof *u->ips);
    u->ip_at = 0;
    u->in_clear = u->answered = false;
    connect(u);
}

bool mua_call_next(struct mua *u)
{
    if (u->answered || u->ip_at + 1 >= u->ip_count) {
        return false;
    }
    u->ip_at++;
    connect(u);
    return true;
}

void mua_no_tls(struct mua *u, slice why)
{
    struct buf b = { 0 };
    if (u->tasks[0].kind == TASK_SEND) {
        buf_addz(&b, "The letter stays in the outbox: ");
    }
    buf_addz(&b, "no TLS with ");
    buf_add(&b, u->called);
    buf_addz(&b, ": ");
    buf_add(&b, why);
    mua_task_failed(u, buf_slice(&b));
    buf_deinit(&b);
}

bool mua_tls_failed(struct mua *u, const struct pump *p)
{
    const struct session_tls *tls = pump_tls(p);
    if (!tls || tls->version.len > 0) {
        return false;
    }
    if (way_of(u) != MUA_TLS_OPPORTUNISTIC) {
        mua_no_tls(u, tls->problem);
        return true;
    }
    struct buf b = { 0 };
    buf_addz(&b, "TLS with ");
    buf_add(&b, u->called);
    buf_addz(&b, " fails (");
    buf_add(&b, tls->problem);
    buf_addz(&b, "). This client was told to use it if it is available, and calls again without: "
                 "everybody on the way can read the password (RFC 8314 section 5)");
    (void)actor_note(&u->base, SLICE("in the clear"), buf_slice(&b));
    buf_deinit(&b);
    u->in_clear = true;
    connect(u);
    return true;
}

void mua_look_at_peer(struct mua *u, const struct pump *p)
{
    const struct session_tls *tls = pump_tls(p);
    if (u->peer_seen || !tls || tls->version.len == 0 || tls->problem.len == 0) {
        return;
    }
    struct buf b = { 0 };
    u->peer_seen = true;
    buf_addz(&b, "Whether this is ");
    buf_add(&b, u->called);
    buf_addz(&b, " nobody knows (");
    buf_add(&b, tls->problem);
    buf_addz(&b, "), and this client does not mind: what it says is hidden from all but whoever "
                 "answers (RFC 7435 section 3)");
    (void)actor_note(&u->base, SLICE("any certificate"), buf_slice(&b));
    buf_deinit(&b);
}
