/* mail_route.c - the way to a destination: its MX, their addresses, the next server (RFC 5321 5.1).
 * A job carries one letter to one destination domain, for all its recipients there.
 * Not done: smarthosts, connection reuse. */
#include "sim/actors/mail_host.h"

#include "sim/base/mem.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#define HOSTS_MAX 8 /* mail exchangers tried in one round */
#define IPS_MAX   8 /* addresses of each of them */

struct job {
    pool_id id, entry;
    uint16_t host_count, host_at;
    slice *to;       /* addresses, for the session; one allocation with the next two */
    uint32_t *rcpts; /* the same as indexes into the entry's */
    bool *told;      /* the letter's fate for this one is settled */
    size_t count;
    struct smtp_letter letter;
    bool hope;     /* an exchanger failed in a way that may pass */
    bool in_clear; /* TLS failed with the exchanger at hand, and need not be */
    uint16_t ip_count, ip_at;
    uint32_t ips[IPS_MAX]; /* of the exchanger at hand */
    struct peer_policy policy;
    const struct sts_policy *sts; /* of the domain; NULL: it has none that binds us */
    struct dns_name domain;
    struct dns_name hosts[HOSTS_MAX]; /* best first; only those that count are filled in */
};

void route_init(struct mail_host *m)
{
    pool_init(&m->jobs, sizeof(struct job));
}

static void free_job(struct mail_host *m, struct job *j)
{
    mem_free(j->to);
    pool_free(&m->jobs, j->id);
}

void route_drop(struct mail_host *m)
{
    uint32_t at = 0;
    pool_id id;
    struct job *j;
    while ((j = pool_each(&m->jobs, &at, &id))) {
        free_job(m, j);
    }
}

void route_deinit(struct mail_host *m)
{
    route_drop(m);
    pool_deinit(&m->jobs);
}

/* ---- how a job ends ---- */

typedef void verdict_fn(struct mail_host *m, struct entry *e, size_t i, slice host, slice reply);

static void settle_rest(struct mail_host *m, struct job *j, verdict_fn *verdict, slice host,
                        slice reply)
{
    struct entry *e = pool_get(&m->entries, j->entry);
    for (size_t i = 0; i < j->count; i++) {
        if (!j->told[i]) {
            j->told[i] = true;
            verdict(m, e, j->rcpts[i], host, reply);
        }
    }
}

static void end_job(struct mail_host *m, struct job *j)
{
    struct entry *e = pool_get(&m->entries, j->entry);
    free_job(m, j);
    queue_job_done(m, e);
}

static void give_up(struct mail_host *m, struct job *j, verdict_fn *verdict, slice reply)
{
    settle_rest(m, j, verdict, SLICE(""), reply);
    end_job(m, j);
}

static slice current_host(const struct job *j)
{
    return dns_name_slice(&j->hosts[j->host_at]);
}

static void try_host(struct mail_host *m, struct job *j);

static void call(struct mail_host *m, struct job *j)
{
    const struct peer_policy none = { TLS_POLICY_NONE, false };
    const struct pump_service service =
        peer_service(m, current_host(j), j->in_clear ? none : j->policy);
    (void)pump_connect(&m->base, j->ips[j->ip_at], PORT_SMTP, SLICE("smtp"), &service, j->id);
}

/* Whoever was refused for good, or told to come later, is not named to the next exchanger. */
static void forget_told(struct job *j)
{
    size_t keep = 0;
    for (size_t i = 0; i < j->count; i++) {
        if (!j->told[i]) {
            j->rcpts[keep] = j->rcpts[i];
            j->to[keep++] = j->to[i];
        }
    }
    for (size_t i = 0; i < keep; i++) {
        j->told[i] = false;
    }
    j->count = j->letter.to_count = keep;
}

/* "450 4.4.1 The connection was refused" -> "450 4.4.1 mx.example.net: The connection was refused":
 * found out here, so that no host may be named as the one that said it (RFC 3464 2.3.5). */
static slice found_here(struct mail_host *m, const struct job *j, slice why)
{
    struct buf *b = &mail_stage(m)->scratch;
    size_t code = slice_find_byte(why, ' ') + 1;
    code += slice_find_byte(slice_from(why, code), ' ') + 1;
    buf_clear(b);
    buf_add(b, slice_sub(why, 0, code));
    buf_add(b, current_host(j));
    buf_addz(b, current_host(j).len > 0 ? ": " : "");
    buf_add(b, slice_from(why, code));
    return buf_slice(b);
}

/* The next address, the next exchanger.  RFC 5321 5.1 wants all of them tried before the letter
 * waits; where all are unusable for good, that is an error. */
static void try_next(struct mail_host *m, struct job *j, bool may_pass, bool said, slice why)
{
    j->hope = j->hope || may_pass;
    forget_told(j);
    if (j->count > 0 && may_pass && ++j->ip_at < j->ip_count) {
        j->in_clear = false;
        call(m, j);
        return;
    }
    if (j->count > 0 && ++j->host_at < j->host_count) {
        try_host(m, j);
        return;
    }
    j->host_at = j->host_at < j->host_count ? j->host_at : (uint16_t)(j->host_count - 1);
    verdict_fn *verdict = j->hope ? queue_deferred : queue_failed;
    if (said) {
        settle_rest(m, j, verdict, current_host(j), why);
    } else {
        settle_rest(m, j, verdict, SLICE(""), found_here(m, j, why));
    }
    end_job(m, j);
}

/* ---- finding addresses ---- */

/* RFC 5321 5.1: each of its addresses is tried. */
static void addresses_known(struct actor *self, uint64_t user, const struct addresses *found)
{
    struct mail_host *m = mail_host_of(self);
    struct job *j = pool_get(&m->jobs, user);
    if (!j) {
        return;
    }
    if (found->count > 0) {
        j->ip_count = (uint16_t)(found->count < IPS_MAX ? found->count : IPS_MAX);
        memcpy(j->ips, found->ips, j->ip_count * sizeof *j->ips);
        j->ip_at = 0;
        call(m, j);
    } else if (found->sure) {
        try_next(m, j, false, false, SLICE("550 5.4.4 The mail exchanger has no address"));
    } else {
        try_next(m, j, true, false, SLICE("450 4.4.3 The name service does not answer"));
    }
}

static void try_host(struct mail_host *m, struct job *j)
{
    j->in_clear = false;
    j->ip_count = j->ip_at = 0;
    if (j->sts && !sts_admits(m, j->sts, dns_name_slice(&j->domain), current_host(j))) {
        try_next(m, j, true, false,
                 SLICE("450 4.7.0 The domain's MTA-STS policy does not name this exchanger"));
        return;
    }
    lookup_addresses(&m->lookups, current_host(j), addresses_known, j->id);
}

/* Equal preferences in random order (RFC 5321 5.1), which spreads the load. */
static void shuffle_equals(struct mail_host *m, struct dns_stub_mx *mx, size_t count)
{
    for (size_t i = 0; i + 1 < count; i++) {
        size_t same = 1;
        while (i + same < count && mx[i + same].preference == mx[i].preference) {
            same++;
        }
        size_t pick = i + (size_t)rng_below(&m->base.rng, same);
        struct dns_stub_mx swap = mx[i];
        mx[i] = mx[pick];
        mx[pick] = swap;
    }
}

/* Our own place in the list and everything behind it is left out: RFC 5321 5.1 against loops. */
static size_t before_ourselves(const struct mail_host *m, const struct dns_stub_mx *mx,
                               size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (slice_eq_nocase(dns_name_slice(&mx[i].host), m->base.name)) {
            size_t keep = 0;
            while (mx[keep].preference < mx[i].preference) {
                keep++;
            }
            return keep;
        }
    }
    return count;
}

static void use_exchangers(struct mail_host *m, struct job *j, const struct dns_stub_answer *answer)
{
    struct dns_stub_mx mx[DNS_STUB_MAX];
    size_t count = answer->mx_count;
    for (size_t i = 0; i < count; i++) {
        mx[i] = answer->mx[i];
    }
    count = before_ourselves(m, mx, count);
    if (count == 0) {
        give_up(m, j, queue_failed,
                SLICE("554 5.4.6 The mail exchanger would be this host itself"));
        return;
    }
    shuffle_equals(m, mx, count);
    j->host_count = (uint16_t)(count < HOSTS_MAX ? count : HOSTS_MAX);
    for (size_t i = 0; i < j->host_count; i++) {
        j->hosts[i] = mx[i].host;
    }
    try_host(m, j);
}

static void implicit_mx(struct mail_host *m, struct job *j)
{
    (void)actor_note(&m->base, SLICE("implicit MX"),
                     SLICE("No MX record: the domain's own address is used instead, as if it had "
                           "an MX of preference 0 (RFC 5321 5.1)."));
    j->hosts[0] = j->domain;
    j->host_count = 1;
    try_host(m, j);
}

static void exchangers_known(struct actor *self, uint64_t user,
                             const struct dns_stub_answer *answer)
{
    struct mail_host *m = mail_host_of(self);
    struct job *j = pool_get(&m->jobs, user);
    if (!j) {
        return;
    }
    if (!answer || (answer->rcode != DNS_NOERROR && answer->rcode != DNS_NXDOMAIN)) {
        give_up(m, j, queue_deferred, SLICE("450 4.4.3 The name service does not answer"));
    } else if (answer->rcode == DNS_NXDOMAIN) {
        give_up(m, j, queue_failed, SLICE("550 5.1.2 There is no such domain"));
    } else if (answer->null_mx) {
        give_up(m, j, queue_failed, SLICE("556 5.1.10 This domain takes no mail (RFC 7505)"));
    } else if (answer->mx_count == 0) {
        implicit_mx(m, j);
    } else {
        use_exchangers(m, j, answer);
    }
}

void route_policy_known(struct mail_host *m, pool_id job)
{
    struct job *j = pool_get(&m->jobs, job);
    if (j) {
        j->sts = sts_policy_of(m, dns_name_slice(&j->domain));
        if (j->sts && j->sts->mode == STS_ENFORCE) {
            j->policy = (struct peer_policy){ TLS_POLICY_REQUIRED, .must_verify = true };
        }
        lookup_start(&m->lookups, dns_name_slice(&j->domain), DNS_MX, exchangers_known, job);
    }
}

/* ---- beginning ---- */

static void collect(struct mail_host *m, struct job *j, struct entry *e, size_t first)
{
    slice domain = entry_rcpt_domain(e, first);
    sim_time now = mail_stage(m)->engine->now;
    size_t most = e->rcpt_count - first;
    j->to = mem_array(most, sizeof *j->to + sizeof *j->rcpts + sizeof *j->told);
    j->rcpts = (uint32_t *)(void *)(j->to + most);
    j->told = (bool *)(j->rcpts + most);
    for (size_t i = first; i < e->rcpt_count; i++) {
        struct rcpt *r = &e->rcpts[i];
        if (r->state == RCPT_WAITING && r->next_try <= now &&
            slice_eq_nocase(entry_rcpt_domain(e, i), domain)) {
            r->state = RCPT_BUSY;
            j->rcpts[j->count] = (uint32_t)i;
            j->to[j->count++] = entry_rcpt(e, i);
        }
    }
}

/* An address literal is its own exchanger: RFC 5321 5.1 looks nothing up for it. */
static bool literal_ip(const struct mail_host *m, slice domain, uint32_t *ip_r)
{
    uint8_t octets[IP6_OCTETS];
    slice inside = slice_sub(domain, 1, domain.len - 2);
    if (domain.len <= 2 || domain.ptr[0] != '[' || domain.ptr[domain.len - 1] != ']') {
        return false;
    }
    if (slice_starts_nocase(inside, SLICE("IPv6:")) && parse_ip6(slice_from(inside, 5), octets)) {
        *ip_r = ip6_find(network_ip6(mail_stage(m)->net), octets);
        return true;
    }
    return parse_ip4(inside, ip_r) && !is_ip6(*ip_r);
}

void route_start(struct mail_host *m, struct entry *e, size_t first)
{
    struct stage *s = mail_stage(m);
    slice domain = entry_rcpt_domain(e, first);
    bool ours = mail_is_local(m, domain);
    pool_id id;
    struct job *j = pool_new_raw(&m->jobs, &id);
    memset(j, 0, offsetof(struct job, domain));
    j->id = id;
    j->entry = e->id;
    j->policy = (struct peer_policy){ .tls = (enum tls_policy)m->config->send_tls };
    collect(m, j, e, first);
    j->letter = (struct smtp_letter){ .from = entry_from(e),
                                      .to = j->to,
                                      .to_count = j->count,
                                      .message = e->message,
                                      .body_8bit = e->body_8bit };
    uint64_t cause = s->trace->cause;
    s->trace->cause = trace_put(
        s->trace, (struct trace_rec){ .at = s->engine->now,
                                      .actor = m->base.id,
                                      .kind = TRACE_ATTEMPT,
                                      .a = e->letter,
                                      .b = (uint32_t)e->number,
                                      .c = trace_name(s->trace, ours ? m->config->next : domain) });
    if (ours) {
        (void)dns_name_set(&j->hosts[0], m->config->next);
        j->host_count = 1;
        try_host(m, j);
    } else if (literal_ip(m, domain, &j->ips[0])) {
        (void)dns_name_set(&j->hosts[0], SLICE(""));
        j->host_count = 1;
        j->ip_count = 1;
        call(m, j);
    } else if (!dns_name_set(&j->domain, domain)) {
        give_up(m, j, queue_failed, SLICE("550 5.1.2 This is not a domain name"));
    } else if (m->sts) {
        sts_seek(m, domain, id);
    } else {
        lookup_start(&m->lookups, domain, DNS_MX, exchangers_known, id);
    }
    s->trace->cause = cause;
}

/* ---- the conversation ---- */

/* "550 5.1.1 No such user": the reply as it was said, for reports and reasons. */
static slice reply_line(struct mail_host *m, const struct smtp_reply *r)
{
    struct buf *b = &mail_stage(m)->scratch;
    buf_clear(b);
    if (r->code == 0) {
        return SLICE("450 4.4.2 The connection was lost");
    }
    fmt_u64(b, r->code);
    buf_byte(b, ' ');
    buf_add(b, r->text);
    return buf_slice(b);
}

static verdict_fn *verdict_on(uint16_t code)
{
    return code / 100 == 2 ? queue_relayed : code / 100 == 5 ? queue_failed : queue_deferred;
}

static void rcpt_done(struct mail_host *m, struct job *j, const struct session_event *ev)
{
    const struct smtp_reply *r = ev->detail;
    struct entry *e = pool_get(&m->entries, j->entry);
    assert(ev->number < j->count);
    if (r->code / 100 != 2 && !j->told[ev->number]) {
        j->told[ev->number] = true;
        verdict_on(r->code)(m, e, j->rcpts[ev->number], current_host(j), reply_line(m, r));
    }
}

/* The handshake failed; or TLS must be, and was not offered (the session's words) or was refused.
 * Where TLS stood, and broke, the connection is lost like any other. */
static bool tls_is_missing(const struct job *j, const struct pump *p, const struct smtp_reply *r)
{
    slice after = slice_of(r->after);
    bool not_offered = r->code == 454 && slice_eq(after, SLICE("EHLO"));
    bool none = not_offered || (r->code >= 400 && slice_eq(after, SLICE("STARTTLS")));
    return r->code != 0 &&
           (peer_tls_failed(p) || (none && j->policy.tls == TLS_POLICY_REQUIRED && !pump_tls(p)));
}

static void do_without_tls(struct mail_host *m, struct job *j, const struct pump *p,
                           const struct smtp_reply *r)
{
    if (j->policy.tls == TLS_POLICY_OPPORTUNISTIC) {
        peer_goes_clear(m, p, current_host(j));
        j->in_clear = true;
        call(m, j);
        return;
    }
    struct buf why = { 0 };
    peer_why(p, r, &why);
    if (j->sts) {
        sts_refuses(m, dns_name_slice(&j->domain), current_host(j));
    }
    try_next(m, j, true, false, buf_slice(&why));
    buf_deinit(&why);
}

void route_session(struct mail_host *m, struct pump *p, const struct session_event *ev)
{
    struct job *j = pool_get(&m->jobs, pump_user(p));
    if (!j) {
        return;
    }
    const struct smtp_reply *r = ev->detail;
    switch ((enum smtp_client_event)ev->kind) {
    case SMTP_EV_READY:
        peer_look_at(m, p, current_host(j));
        if (j->sts) {
            sts_look_at(m, p, j->sts, dns_name_slice(&j->domain), current_host(j));
        }
        pump_tell(p, ORDER_LETTER, &j->letter);
        break;
    case SMTP_EV_RCPT_DONE:
        rcpt_done(m, j, ev);
        break;
    case SMTP_EV_SENT:
        settle_rest(m, j, verdict_on(r->code), current_host(j), reply_line(m, r));
        pump_set_user(p, 0);
        end_job(m, j);
        pump_tell(p, ORDER_QUIT, NULL);
        break;
    case SMTP_EV_FAILED:
        pump_set_user(p, 0);
        if (tls_is_missing(j, p, r)) {
            do_without_tls(m, j, p, r);
        } else if (r->code / 100 == 5) {
            settle_rest(m, j, queue_failed, current_host(j), reply_line(m, r));
            end_job(m, j);
        } else {
            try_next(m, j, true, r->code != 0, reply_line(m, r));
        }
        break;
    }
}

void route_session_end(struct mail_host *m, struct pump *p, enum trace_why why)
{
    static const char *const reasons[WHY_COUNT] = {
        [WHY_DONE] = "450 4.4.2 The connection was closed too early",
        [WHY_RESET] = "450 4.4.2 The connection was reset",
        [WHY_REFUSED] = "450 4.4.1 The connection was refused",
        [WHY_TIMED_OUT] = "450 4.4.1 The server does not answer",
        [WHY_UNREACHABLE] = "450 4.4.1 The server cannot be reached",
    };
    struct job *j = pool_get(&m->jobs, pump_user(p));
    if (j) {
        try_next(m, j, true, false, slice_of(reasons[why]));
    }
}
