/* mail_call.c - the conversation with a destination: one letter after the other on one connection,
 * as long as there are letters for it (RFC 5321 3.3), and what is made of the replies.
 * Never knows which exchanger comes next, nor when a letter is tried again. */
#include "sim/actors/mail_dest.h"

#include "sim/base/mem.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

/* ---- the parcel at hand ---- */

/* One allocation for all that is kept of each recipient. */
static void make_room(struct call *c, size_t count, bool asks)
{
    const size_t each = sizeof *c->to + sizeof *c->asked + 2 * sizeof *c->rcpts + sizeof *c->told;
    if (count > c->cap) {
        mem_free(c->to);
        c->to = mem_array(count, each);
        c->cap = count;
    }
    c->asked = (struct smtp_asked *)(void *)(c->to + c->cap);
    c->all = (uint32_t *)(void *)(c->asked + c->cap);
    c->rcpts = c->all + c->cap;
    c->told = (bool *)(c->rcpts + c->cap);
    c->asked = asks ? c->asked : NULL;
}

static void load(struct mail_host *m, struct call *c, struct parcel *p)
{
    struct entry *e = pool_get(&m->entries, p->entry);
    make_room(c, p->count, e->asks);
    c->parcel = p->id;
    c->accepted = 0;
    size_t n = 0;
    for (uint32_t i = p->first; i != RCPT_NONE; i = e->rcpts[i].next, n++) {
        c->all[n] = c->rcpts[n] = i;
        c->told[n] = false;
        c->to[n] = entry_rcpt(e, i);
        if (c->asked) {
            c->asked[n] = (struct smtp_asked){ e->rcpts[i].notify, entry_orcpt(e, i) };
        }
    }
    c->all_count = c->count = n;
    c->letter = (struct smtp_letter){ .from = entry_from(e),
                                      .to = c->to,
                                      .to_count = n,
                                      .message = e->message,
                                      .body_8bit = e->body_8bit,
                                      .utf8 = e->utf8,
                                      .ret = e->ret,
                                      .envid = entry_envid(e),
                                      .asked = c->asked };
}

/* The cause of all that follows is that this letter is tried.  The cause that was. */
static uint64_t trace_attempt(struct mail_host *m, const struct parcel *p)
{
    struct stage *s = mail_stage(m);
    const struct entry *e = pool_get(&m->entries, p->entry);
    uint64_t cause = s->trace->cause;
    s->trace->cause = trace_put(s->trace, (struct trace_rec){ .at = s->engine->now,
                                                              .actor = m->base.id,
                                                              .kind = TRACE_ATTEMPT,
                                                              .a = e->letter,
                                                              .b = (uint32_t)e->number,
                                                              .c = p->dest->shown,
                                                              .cause = p->cause });
    return cause;
}

void call_settle(struct mail_host *m, struct call *c, verdict_fn *verdict, slice host, slice reply)
{
    const struct parcel *p = pool_get(&m->parcels, c->parcel);
    struct entry *e = pool_get(&m->entries, p->entry);
    for (size_t i = 0; i < c->count; i++) {
        if (!c->told[i]) {
            c->told[i] = true;
            verdict(m, e, c->rcpts[i], host, reply);
        }
    }
}

/* Whoever was refused for good, or told to come later, is not named to the next exchanger. */
bool call_all_told(struct call *c)
{
    size_t keep = 0;
    for (size_t i = 0; i < c->count; i++) {
        if (!c->told[i]) {
            c->rcpts[keep] = c->rcpts[i];
            if (c->asked) {
                c->asked[keep] = c->asked[i];
            }
            c->to[keep++] = c->to[i];
        }
    }
    memset(c->told, 0, keep * sizeof *c->told);
    c->count = c->letter.to_count = keep;
    c->accepted = 0;
    return keep == 0;
}

/* ---- coming and going ---- */

static void unload(struct mail_host *m, struct call *c)
{
    struct parcel *p = pool_get(&m->parcels, c->parcel);
    c->parcel = 0;
    parcel_tried(m, p, c->all, c->all_count);
}

static void free_call(struct mail_host *m, struct call *c)
{
    mem_free(c->to);
    pool_free(&m->calls, c->id);
}

static void free_busy_call(struct mail_host *m, struct call *c)
{
    call_counts(m, c->dest, -1);
    free_call(m, c);
    dests_run(m);
}

void call_over(struct mail_host *m, struct call *c)
{
    unload(m, c);
    free_busy_call(m, c);
}

void call_start(struct mail_host *m, struct dest *d, struct parcel *p)
{
    pool_id id;
    struct call *c = pool_new_raw(&m->calls, &id);
    memset(c, 0, offsetof(struct call, hosts));
    c->id = id;
    c->dest = d;
    c->policy = (struct peer_policy){ .tls = (enum tls_policy)m->config->send_tls };
    call_counts(m, d, 1);
    load(m, c, p);
    uint64_t cause = trace_attempt(m, p);
    route_find(m, c);
    mail_stage(m)->trace->cause = cause;
}

static const struct smtp_client_config *login(const struct mail_host *m, const struct call *c,
                                              const struct pump_service *service)
{
    bool logs_in = c->dest->way == WAY_SMART && m->config->smarthost_user.len > 0;
    size_t tls = (size_t)((const struct smtp_client_config *)service->config - m->smtp_out);
    return logs_in ? &m->smtp_smart[tls] : service->config;
}

void call_connect(struct mail_host *m, struct call *c)
{
    const struct peer_policy none = { TLS_POLICY_NONE, false };
    uint32_t ip = c->ips[c->ip_at];
    uint16_t port = c->dest->way == WAY_SMART ? (uint16_t)m->config->smarthost_port : PORT_SMTP;
    c->answered = false;
    c->letters = 0;
    if (dest_ip_is_dead(m, ip)) {
        route_next(m, c, true, false, SLICE("450 4.4.1 It did not answer a moment ago"));
        return;
    }
    struct pump_service service = peer_service(m, route_host(c), c->in_clear ? none : c->policy);
    service.config = login(m, c, &service);
    c->pump = pump_id(pump_connect(&m->base, ip, port,
                                   port == PORT_SMTP ? SLICE("smtp") : SLICE("submission"),
                                   &service, c->id));
}

/* ---- idle ---- */

struct call *call_idle(struct mail_host *m, struct dest *d)
{
    struct call *c = pool_get(&m->calls, d->idle);
    while (d->idle && (!c || c->parcel)) {
        d->idle = c ? c->next_idle : 0;
        c = pool_get(&m->calls, d->idle);
    }
    return c;
}

static void leave(struct mail_host *m, struct call *c, struct pump *p)
{
    pump_set_user(p, 0);
    pump_tell(p, ORDER_QUIT, NULL);
    free_call(m, c);
}

static void idle_over(void *self, uint64_t id)
{
    struct mail_host *m = self;
    struct call *c = pool_get(&m->calls, id);
    if (c && !c->parcel && c->idle_until == mail_stage(m)->engine->now) {
        struct pump *p = pump_by_id(mail_stage(m), c->pump);
        c->dest->idle = c->dest->idle == c->id ? c->next_idle : c->dest->idle;
        leave(m, c, p);
    }
}

static bool is_idle(void *self, uint64_t id)
{
    const struct call *c = pool_get(&((struct mail_host *)self)->calls, id);
    return c && !c->parcel;
}

static void stay(struct mail_host *m, struct call *c)
{
    sim_time reuse = m->config->reuse;
    c->idle_until = mail_stage(m)->engine->now + reuse;
    c->next_idle = call_idle(m, c->dest) ? c->dest->idle : 0;
    c->dest->idle = c->id;
    timers_in(&mail_stage(m)->timers, reuse, idle_over, is_idle, m, c->id);
}

/* Until the end of the event at hand all is said because of this letter, also what the session says
 * later in it.  The cause that was. */
static uint64_t say_letter(struct mail_host *m, struct call *c, struct parcel *p, struct pump *pump)
{
    load(m, c, p);
    c->letters++;
    uint64_t cause = trace_attempt(m, p);
    pump_tell(pump, ORDER_LETTER, &c->letter);
    return cause;
}

void call_go_on(struct mail_host *m, struct call *c, struct parcel *p)
{
    struct pump *pump = pump_by_id(mail_stage(m), c->pump);
    c->dest->idle = c->next_idle;
    call_counts(m, c->dest, 1);
    mail_stage(m)->trace->cause = say_letter(m, c, p, pump);
}

/* The letter is done with.  RFC 5321 4.5.4.1: who has more for that host sends it now. */
static void next_letter(struct mail_host *m, struct call *c, struct pump *pump)
{
    bool may = c->letters < (uint32_t)m->config->letters_per_connection;
    unload(m, c);
    struct parcel *p = may ? dest_next(m, c->dest) : NULL;
    if (p) {
        (void)say_letter(m, c, p, pump); /* the session says it when this event is dealt with */
        return;
    }
    call_counts(m, c->dest, -1);
    if (may && m->config->reuse > 0) {
        stay(m, c);
    } else {
        leave(m, c, pump);
    }
    dests_run(m);
}

/* ---- what is said ---- */

/* As RFC 3461 9.2 writes replies: "550-5.1.1 No such\n550 5.1.1 user". */
static slice reply_line(struct mail_host *m, const struct smtp_reply *r)
{
    struct buf *b = &mail_stage(m)->scratch;
    slice rest = r->text;
    buf_clear(b);
    if (r->code == 0) {
        return SLICE("450 4.4.2 The connection was lost");
    }
    do {
        slice line = slice_cut(&rest, '\n');
        buf_addz(b, b->len > 0 ? "\n" : "");
        fmt_u64(b, r->code);
        buf_byte(b, rest.ptr && rest.len > 0 ? '-' : ' ');
        buf_add(b, line);
    } while (rest.len > 0);
    return buf_slice(b);
}

static verdict_fn *verdict_on(const struct call *c, uint16_t code)
{
    verdict_fn *relayed = c->dsn ? queue_relayed_with_dsn : queue_relayed;
    return code / 100 == 2 ? relayed : code / 100 == 5 ? queue_failed : queue_deferred;
}

static bool is_enhanced(slice text)
{
    return text.len > 5 && ascii_is_digit(text.ptr[0]) && text.ptr[1] == '.' &&
           ascii_is_digit(text.ptr[2]);
}

/* RFC 5321 4.5.3.1.10: 452 says that the transaction is full, and so may 552; but both also say
 * other things, where an enhanced code tells (RFC 3463 3.6). */
static bool is_too_many(const struct call *c, const struct smtp_reply *r)
{
    return (r->code == 452 || r->code == 552) && c->accepted > 0 &&
           (!is_enhanced(r->text) || slice_starts(slice_from(r->text, 1), SLICE(".5.3")));
}

static void again(struct mail_host *m, struct entry *e, size_t i, slice host, slice reply)
{
    (void)m, (void)host, (void)reply;
    e->rcpts[i].state = RCPT_AGAIN;
}

/* What the session did not even offer to the server was said by nobody. */
static void own_reply(struct mail_host *m, struct call *c, const struct smtp_reply *r)
{
    struct buf why = { 0 };
    buf_add(&why, reply_line(m, r));
    call_settle(m, c, verdict_on(c, r->code), SLICE(""), route_found_here(m, c, buf_slice(&why)));
    buf_deinit(&why);
}

static void rcpt_done(struct mail_host *m, struct call *c, const struct session_event *ev)
{
    const struct smtp_reply *r = ev->detail;
    const struct parcel *p = pool_get(&m->parcels, c->parcel);
    struct entry *e = pool_get(&m->entries, p->entry);
    assert(ev->number < c->count);
    if (r->code / 100 == 2) {
        c->accepted++;
    } else if (!c->told[ev->number]) {
        verdict_fn *verdict = verdict_on(c, r->code);
        if (is_too_many(c, r)) {
            if (is_enhanced(r->text)) { /* else it may have been short of room, and once */
                c->dest->rcpts_max = (uint16_t)c->accepted;
            }
            verdict = again;
        }
        c->told[ev->number] = true;
        verdict(m, e, c->rcpts[ev->number], route_host(c), reply_line(m, r));
    }
}

/* The handshake failed; or TLS must be, and was not offered (the session's words) or was refused.
 * Where TLS stood, and broke, the connection is lost like any other. */
static bool tls_is_missing(const struct call *c, const struct pump *p, const struct smtp_reply *r)
{
    slice after = slice_of(r->after);
    bool not_offered = r->code == 454 && slice_eq(after, SLICE("EHLO"));
    bool none = not_offered || (r->code >= 400 && slice_eq(after, SLICE("STARTTLS")));
    return r->code != 0 &&
           (peer_tls_failed(p) || (none && c->policy.tls == TLS_POLICY_REQUIRED && !pump_tls(p)));
}

static void do_without_tls(struct mail_host *m, struct call *c, const struct pump *p,
                           const struct smtp_reply *r)
{
    if (c->policy.tls == TLS_POLICY_OPPORTUNISTIC) {
        peer_goes_clear(m, p, route_host(c));
        c->in_clear = true;
        call_connect(m, c);
        return;
    }
    struct buf why = { 0 };
    peer_why(p, r, &why);
    if (c->sts) {
        sts_refuses(m, c->dest->name, route_host(c));
    }
    route_next(m, c, true, false, buf_slice(&why));
    buf_deinit(&why);
}

static void on_ready(struct mail_host *m, struct call *c, struct pump *p, uint64_t extensions)
{
    c->answered = true;
    c->dsn = (extensions & SMTP_DSN) != 0;
    c->letters = 1;
    dest_answers(m, c->dest, c->ips[c->ip_at]);
    peer_look_at(m, p, route_host(c));
    if (c->sts) {
        sts_look_at(m, p, c->sts, c->dest->name, route_host(c));
    }
    pump_tell(p, ORDER_LETTER, &c->letter);
}

/* An idle connection may be closed by the other side at any time, and nobody has seen the letter
 * then: a new one is made. */
static bool is_stale(const struct call *c, const struct smtp_reply *r)
{
    slice after = slice_of(r->after);
    return c->letters > 1 && (r->code == 0 || r->code == 421) &&
           (after.len == 0 || slice_eq(after, SLICE("RSET")) ||
            slice_eq(after, SLICE("MAIL FROM")));
}

static void on_failed(struct mail_host *m, struct call *c, struct pump *p,
                      const struct smtp_reply *r)
{
    pump_set_user(p, 0);
    if (!c->parcel) {
        c->dest->idle = c->dest->idle == c->id ? c->next_idle : c->dest->idle;
        free_call(m, c);
    } else if (is_stale(c, r)) {
        call_connect(m, c);
    } else if (tls_is_missing(c, p, r)) {
        do_without_tls(m, c, p, r);
    } else if (r->code / 100 == 5 && !slice_eq(slice_of(r->after), SLICE("AUTH"))) {
        call_settle(m, c, queue_failed, route_host(c), reply_line(m, r));
        call_over(m, c);
    } else if (r->code == 0 && slice_eq(slice_of(r->after), SLICE("."))) {
        /* It may have been taken: another exchanger would only make a second copy more likely. */
        call_settle(m, c, queue_deferred, SLICE(""), reply_line(m, r));
        call_over(m, c);
    } else { /* no letter is to blame for a password that is wrong */
        route_next(m, c, true, r->code != 0, reply_line(m, r));
    }
}

void call_session(struct mail_host *m, struct pump *p, const struct session_event *ev)
{
    struct call *c = pool_get(&m->calls, pump_user(p));
    if (!c) {
        return;
    }
    const struct smtp_reply *r = ev->detail;
    switch ((enum smtp_client_event)ev->kind) {
    case SMTP_EV_READY:
        on_ready(m, c, p, ev->number);
        break;
    case SMTP_EV_RCPT_DONE:
        rcpt_done(m, c, ev);
        break;
    case SMTP_EV_SENT:
        if (r->own) {
            own_reply(m, c, r);
        } else {
            call_settle(m, c, verdict_on(c, r->code), route_host(c), reply_line(m, r));
        }
        next_letter(m, c, p);
        break;
    case SMTP_EV_FAILED:
        on_failed(m, c, p, r);
        break;
    }
}

void call_session_end(struct mail_host *m, struct pump *p, enum trace_why why)
{
    static const char *const reasons[WHY_COUNT] = {
        [WHY_DONE] = "450 4.4.2 The connection was closed too early",
        [WHY_RESET] = "450 4.4.2 The connection was reset",
        [WHY_REFUSED] = "450 4.4.1 The connection was refused",
        [WHY_TIMED_OUT] = "450 4.4.1 The server does not answer",
        [WHY_UNREACHABLE] = "450 4.4.1 The server cannot be reached",
    };
    struct call *c = pool_get(&m->calls, pump_user(p));
    if (!c) {
        return;
    }
    if (!c->parcel) {
        c->dest->idle = c->dest->idle == c->id ? c->next_idle : c->dest->idle;
        free_call(m, c);
        return;
    }
    if (!c->answered) {
        dest_ip_died(m, c->ips[c->ip_at]);
    }
    route_next(m, c, true, false, slice_of(reasons[why]));
}

/* ---- the end ---- */

void calls_drop(struct mail_host *m)
{
    uint32_t at = 0;
    pool_id id;
    struct call *c;
    while ((c = pool_each(&m->calls, &at, &id))) {
        struct parcel *p = pool_get(&m->parcels, c->parcel);
        if (p) {
            parcel_back(m, p, c->all, c->all_count);
        }
        free_call(m, c);
    }
}

void calls_deinit(struct mail_host *m)
{
    uint32_t at = 0;
    pool_id id;
    struct call *c;
    while ((c = pool_each(&m->calls, &at, &id))) {
        free_call(m, c);
    }
    pool_deinit(&m->calls);
}
