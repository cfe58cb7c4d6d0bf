/* resolver.c - a caching resolver (RFC 1034 5.3): takes recursive questions, asks servers one after
 * the other, remembers what it learnt for as long as the TTL allows.  Its clients come by datagram
 * or by TCP (RFC 7766 5); itself it asks by datagram, and by TCP where an answer did not fit.
 * Which question waits on which connection knows dns_calls.c. */
#include "sim/actors/dns_calls.h"
#include "sim/actors/nameserver.h"
#include "sim/actors/table.h"
#include "sim/base/mem.h"
#include "sim/proto/dns_stream.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#define SERVER_TIMEOUT (2 * SIM_SECOND)
#define STREAM_TIMEOUT (5 * SIM_SECOND) /* of a connection with its question */
#define HINTS_MAX      16

struct resolver {
    struct actor base;
    struct dns_cache *cache;
    struct pool questions;
    struct dns_calls calls;
    pool_id *by_port; /* [port - NETWORK_PORT_FIRST]: whose it was last */
    struct dns_writer writer;
    uint32_t hints[HINTS_MAX];
    const struct ip6_table *six; /* NULL: it has no IPv6 */
    bool no_ip4;
    size_t hint_count;
};

/* A client's question under way. */
struct question {
    pool_id id;
    uint32_t client_ip, our_ip;
    uint16_t client_port, our_port;
    uint32_t client_flow, flow; /* flow: the exchange with the servers */
    pool_id client_pump;        /* it asked by TCP; 0: by datagram */
    pool_id call;               /* we ask by TCP, over this one; 0: by datagram */
    sim_time deadline;          /* of the newest send: wake-ups before it are old ones */
    struct dns_query client;
    struct dns_resolve work;
};

static const struct key resolver_keys[] = { KEY_ROW_END };

static struct resolver *resolver_of(struct actor *a)
{
    return (struct resolver *)(void *)a;
}

void resolver_add_hint(struct actor *resolver, uint32_t ip)
{
    assert(resolver->ops == &resolver_ops);
    struct resolver *r = resolver_of(resolver);
    if (r->hint_count < HINTS_MAX) {
        r->hints[r->hint_count++] = ip;
    }
}

static void send(struct resolver *r, const struct question *q, uint32_t to_ip, uint16_t to_port,
                 uint16_t from_port, uint32_t flow)
{
    struct stage *s = r->base.stage;
    host_id to = 0;
    (void)network_by_ip(s->net, to_ip, &to);
    datagram_send(s->net, &(struct datagram){ .from = r->base.id,
                                              .to = to,
                                              .from_ip = q->our_ip,
                                              .to_ip = to_ip,
                                              .from_port = from_port,
                                              .to_port = to_port,
                                              .flow = flow,
                                              .bytes = dns_write_end(&r->writer) });
}

static void answer(struct resolver *r, const struct question *q)
{
    struct pump *p = pump_by_id(r->base.stage, q->client_pump);
    if (p) {
        pump_answer(p, (struct session_answer){ .text = dns_write_end(&r->writer) });
    } else if (q->client_pump == 0) {
        send(r, q, q->client_ip, q->client_port, DNS_PORT, q->client_flow);
    }
}

static void close_port(struct resolver *r, struct question *q)
{
    if (q->our_port != 0) {
        network_unbind(r->base.stage->net, r->base.id, q->our_port);
        q->our_port = 0;
    }
}

static void leave_call(struct resolver *r, struct question *q)
{
    pool_id call = q->call;
    q->call = 0;
    if (call != 0) {
        dns_calls_leave(&r->calls, call, q->id);
    }
}

static void free_question(struct resolver *r, struct question *q)
{
    close_port(r, q);
    leave_call(r, q);
    dns_resolve_deinit(&q->work);
    pool_free(&r->questions, q->id);
}

static void on_timeout(void *self, uint64_t id);
static bool still_open(void *self, uint64_t id);

/* The record of the question becomes the cause of what follows. */
static void trace_ask(struct resolver *r, const struct question *q, uint32_t ip)
{
    struct stage *s = r->base.stage;
    uint16_t type = 0;
    const struct dns_name *name = dns_resolve_asked(&q->work, &type);
    host_id server = 0;
    (void)network_by_ip(s->net, ip, &server);
    s->trace->cause =
        trace_put(s->trace, (struct trace_rec){ .at = s->engine->now,
                                                .actor = r->base.id,
                                                .flow = q->flow,
                                                .kind = TRACE_ASK,
                                                .a = trace_name(s->trace, dns_name_slice(name)),
                                                .b = type,
                                                .c = server });
}

static void ask_by_datagram(struct resolver *r, struct question *q, uint32_t ip)
{
    struct stage *s = r->base.stage;
    q->our_port = network_port(s->net, r->base.id);
    r->by_port[q->our_port - NETWORK_PORT_FIRST] = q->id;
    network_bind(s->net, r->base.id, q->our_port);
    q->flow = network_flow(s->net);
    trace_ask(r, q, ip);
    send(r, q, ip, DNS_PORT, q->our_port, q->flow);
}

static void ask_by_tcp(struct resolver *r, struct question *q, uint32_t ip)
{
    q->call = dns_calls_to(&r->calls, ip, &q->flow);
    while (dns_calls_has(&r->calls, q->call, q->work.id)) {
        q->work.id = (uint16_t)rng_below(&r->base.rng, 65536);
    }
    trace_ask(r, q, ip);
    dns_resolve_query(&q->work, &r->writer);
    dns_calls_ask(&r->calls, q->call, dns_write_end(&r->writer), q->id);
}

/* The server's turn: a record of the question, the question, and a time-out. */
static void ask_server(struct resolver *r, struct question *q, uint32_t ip)
{
    struct stage *s = r->base.stage;
    uint64_t cause = s->trace->cause;
    sim_time patience = q->work.tcp ? STREAM_TIMEOUT : SERVER_TIMEOUT;
    close_port(r, q);
    leave_call(r, q); /* who has not answered by now need not any more */
    q->deadline = s->engine->now + patience;
    if (q->work.tcp) {
        ask_by_tcp(r, q, ip);
    } else {
        ask_by_datagram(r, q, ip);
    }
    timers_in(&s->timers, patience, on_timeout, still_open, r, q->id);
    s->trace->cause = cause;
}

/* What it has just learnt, for who wants to see its cache. */
static void trace_news(struct resolver *r, uint32_t flow)
{
    struct stage *s = r->base.stage;
    struct dns_cache_news news;
    while (dns_cache_news(r->cache, &news)) {
        buf_clear(&s->scratch);
        dns_answer_text(news.message, &s->scratch);
        (void)trace_put_text(s->trace,
                             (struct trace_rec){ .at = s->engine->now,
                                                 .until = news.until,
                                                 .actor = r->base.id,
                                                 .flow = flow,
                                                 .kind = TRACE_CACHED,
                                                 .a = trace_name(s->trace, news.name),
                                                 .b = news.type },
                             buf_slice(&s->scratch));
    }
}

static void reply_to_client(struct resolver *r, struct question *q)
{
    struct stage *s = r->base.stage;
    dns_resolve_reply(&q->work, r->cache, s->engine->now, &q->client, &r->writer);
    answer(r, q);
    free_question(r, q);
}

static void go_on(struct resolver *r, struct question *q)
{
    struct stage *s = r->base.stage;
    uint32_t ip = 0;
    uint16_t fresh_id = (uint16_t)rng_below(&r->base.rng, 65536);
    switch (dns_resolve_next(&q->work, r->cache, s->engine->now, fresh_id, &r->writer, &ip)) {
    case DNS_SEND:
        ask_server(r, q, ip);
        break;
    case DNS_DONE:
        reply_to_client(r, q);
        break;
    case DNS_FAILED:
        trace_news(r, q->flow);
        reply_to_client(r, q);
        break;
    case DNS_WAITING:
        break;
    }
}

static struct question *new_question(struct resolver *r, const struct dns_query *client)
{
    pool_id id;
    struct question *q = pool_new_raw(&r->questions, &id);
    memset(q, 0, offsetof(struct question, client));
    q->id = id;
    q->client = *client;
    dns_resolve_start(&q->work, &client->question, r->hints, r->hint_count);
    q->work.six = r->six;
    q->work.no_ip4 = r->no_ip4;
    return q;
}

static void take_up(struct resolver *r, struct question *q)
{
    if (q->client.refusal != DNS_NOERROR || !q->client.has_question) {
        dns_query_refuse(&q->client, q->client.refusal, &r->writer);
        answer(r, q);
        free_question(r, q);
        return;
    }
    go_on(r, q);
}

static void client_asks(struct resolver *r, const struct datagram *d)
{
    struct dns_query client;
    if (!dns_query_read(&client, d->bytes, DNS_UDP_MAX)) {
        return;
    }
    struct question *q = new_question(r, &client);
    q->client_ip = d->from_ip;
    q->our_ip = d->to_ip;
    q->client_port = d->from_port;
    q->client_flow = d->flow;
    take_up(r, q);
}

static bool resolver_connect(struct actor *self, uint16_t port, struct pump_service *service_r)
{
    (void)self;
    *service_r = (struct pump_service){ .ops = &dns_stream_server };
    return port == DNS_PORT;
}

static void client_asks_by_tcp(struct resolver *r, struct pump *p, const struct session_event *ev)
{
    struct dns_query client;
    if (!dns_query_read(&client, ev->text, DNS_TCP_MAX)) {
        pump_answer(p, (struct session_answer){ 0 });
        return;
    }
    struct question *q = new_question(r, &client);
    q->client_pump = pump_id(p);
    q->our_ip = pump_self_ip(p);
    take_up(r, q);
}

static void trace_answer(struct resolver *r, struct question *q, slice packet)
{
    struct stage *s = r->base.stage;
    uint16_t type = 0;
    const struct dns_name *name = dns_resolve_asked(&q->work, &type);
    struct trace_rec rec = { .at = s->engine->now,
                             .actor = r->base.id,
                             .flow = q->flow,
                             .kind = TRACE_ANSWER,
                             .a = trace_name(s->trace, dns_name_slice(name)),
                             .b = type };
    buf_clear(&s->scratch);
    dns_answer_text(packet, &s->scratch);
    s->trace->cause = trace_put_text(s->trace, rec, buf_slice(&s->scratch));
}

static void server_says(struct resolver *r, struct question *q, slice packet, uint32_t ip)
{
    if (!dns_resolve_fits(&q->work, packet, ip)) {
        return;
    }
    trace_answer(r, q, packet);
    if (dns_resolve_heard(&q->work, r->cache, packet, ip, r->base.stage->engine->now)) {
        trace_news(r, q->flow);
        go_on(r, q);
    }
}

static void server_answers(struct resolver *r, const struct datagram *d)
{
    bool dynamic = d->to_port >= NETWORK_PORT_FIRST;
    pool_id id = dynamic ? r->by_port[d->to_port - NETWORK_PORT_FIRST] : 0;
    struct question *q = pool_get(&r->questions, id);
    if (!q || q->our_port != d->to_port || q->flow != d->flow) {
        return;
    }
    server_says(r, q, d->bytes, d->from_ip);
}

static void server_speaks(struct resolver *r, struct pump *p, const struct session_event *ev)
{
    uint64_t id = 0;
    if (!dns_calls_heard(&r->calls, p, ev, &id)) {
        return;
    }
    struct question *q = pool_get(&r->questions, id);
    if (dns_resolve_fits(&q->work, ev->text, pump_peer_ip(p))) {
        dns_calls_done(&r->calls, q->call, id);
        q->call = 0;
        server_says(r, q, ev->text, pump_peer_ip(p));
    }
}

static void resolver_session(struct actor *self, struct pump *p, const struct session_event *ev)
{
    if (pump_ops(p) == &dns_stream_client) {
        server_speaks(resolver_of(self), p, ev);
    } else {
        client_asks_by_tcp(resolver_of(self), p, ev);
    }
}

static void resolver_session_end(struct actor *self, struct pump *p, enum trace_why why)
{
    struct resolver *r = resolver_of(self);
    uint64_t id = 0;
    bool served = false;
    (void)why;
    while (pump_ops(p) == &dns_stream_client && dns_calls_lost(&r->calls, p, &id, &served)) {
        struct question *q = pool_get(&r->questions, id);
        q->call = 0;
        if (served) {
            dns_resolve_lost(&q->work);
        } else {
            dns_resolve_timeout(&q->work, r->cache, self->stage->engine->now);
        }
        go_on(r, q);
    }
}

static void resolver_datagram(struct actor *self, const struct datagram *d)
{
    if (d->to_port == DNS_PORT) {
        client_asks(resolver_of(self), d);
    } else {
        server_answers(resolver_of(self), d);
    }
}

static bool still_open(void *self, uint64_t id)
{
    return pool_get(&((struct resolver *)self)->questions, id) != NULL;
}

static void on_timeout(void *self, uint64_t id)
{
    struct resolver *r = self;
    struct question *q = pool_get(&r->questions, id);
    if (q && r->base.stage->engine->now >= q->deadline) {
        dns_resolve_timeout(&q->work, r->cache, r->base.stage->engine->now);
        go_on(r, q);
    }
}

static bool resolver_start(struct actor *self, struct err *err_r)
{
    (void)err_r;
    struct resolver *r = resolver_of(self);
    r->calls.self = self;
    r->cache = dns_cache_new();
    pool_init(&r->questions, sizeof(struct question));
    r->by_port = mem_array(NETWORK_PORT_LAST - NETWORK_PORT_FIRST + 1, sizeof *r->by_port);
    const struct network *n = self->stage->net;
    r->six = network_ip_for(n, self->id, IP6_NOBODY) != 0 ? network_ip6(n) : NULL;
    r->no_ip4 = r->six && network_ip_for(n, self->id, 0) == 0;
    network_bind(self->stage->net, self->id, DNS_PORT);
    network_listen(self->stage->net, self->id, DNS_PORT);
    return true;
}

static void drop_questions(struct resolver *r)
{
    uint32_t at = 0;
    pool_id id;
    struct question *q;
    dns_calls_drop(&r->calls);
    while ((q = pool_each(&r->questions, &at, &id))) {
        free_question(r, q);
    }
}

/* What it knew and what it was asked was only in its memory. */
static void resolver_power(struct actor *self, bool on)
{
    struct resolver *r = resolver_of(self);
    if (!on) {
        drop_questions(r);
        dns_cache_flush(r->cache);
        (void)trace_put(self->stage->trace, (struct trace_rec){ .at = self->stage->engine->now,
                                                                .until = self->stage->engine->now,
                                                                .actor = self->id,
                                                                .kind = TRACE_CACHED,
                                                                .b = DNS_ANY });
    }
}

static void resolver_deinit(struct actor *self)
{
    struct resolver *r = resolver_of(self);
    drop_questions(r);
    if (r->cache) {
        dns_cache_free(r->cache);
    }
    dns_calls_deinit(&r->calls);
    pool_deinit(&r->questions);
    mem_free(r->by_port);
    dns_writer_deinit(&r->writer);
}

const struct actor_ops resolver_ops = {
    .kind = { "resolver", "a caching DNS resolver, asked by all hosts that name no other", 'R',
              ROLE_RESOLVER, 0, resolver_keys, NULL },
    .size = sizeof(struct resolver),
    .start = resolver_start,
    .on_connect = resolver_connect,
    .on_session = resolver_session,
    .on_session_end = resolver_session_end,
    .on_datagram = resolver_datagram,
    .power = resolver_power,
    .deinit = resolver_deinit,
};
