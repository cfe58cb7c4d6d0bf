/* expect_net.c - connections and sums over the whole traffic: counted in the trace. */
#include "sim/world/expect_fold.h"
#include "sim/world/key.h"

/* ---- connections */

static void add_or(struct buf *out, slice name, const char *nobody)
{
    if (name.len > 0) {
        buf_add(out, name);
    } else {
        buf_addz(out, nobody);
    }
}

struct connection_args {
    slice service, from, to;
    uint32_t ended; /* 0: however; else enum trace_why + 1 */
    struct tally tally;
};

static const struct key connection_keys[] = {
    { "connections", KEY_TEXT, offsetof(struct connection_args, service), NULL, 0, 0, NULL,
      "of which service: \"smtp\", \"submission\", \"submissions\", \"imap\", \"imaps\", \"pop3\", "
      "\"pop3s\"; \"any\" for all" },
    { "from", KEY_HOST, offsetof(struct connection_args, from), "", 0, 0, NULL, "the client" },
    { "to", KEY_HOST, offsetof(struct connection_args, to), "", 0, 0, NULL, "the server" },
    { "ended", KEY_CHOICE, offsetof(struct connection_args, ended), "any", 0, 0,
      "any done reset refused timed-out unreachable", "count those that ended so for the client" },
    TALLY_ROWS(connection_args),
    KEY_ROW_END,
};

static enum tally_fit fit_connection(const struct tally_walk *w, const struct trace_rec *r,
                                     const void *args)
{
    const struct connection_args *a = args;
    struct flow flow = flows_get(&w->flows, r->flow);
    slice service = slice_eq(a->service, SLICE("any")) ? (slice){ 0 } : a->service;
    bool counts =
        a->ended == 0 ? r->kind == TRACE_OPEN : r->kind == TRACE_CLOSED && r->actor == flow.client;
    if (!counts) {
        return NO;
    }
    bool yes = who_fits(w->from, flow.client) && who_fits(w->to, flow.server) &&
               flows_is(&w->flows, w->trace, r->flow, service) &&
               (a->ended == 0 || r->a == a->ended - 1);
    return yes ? YES : NEARLY;
}

static void show_connection(const struct trace *t, const struct trace_rec *r, struct buf *out)
{
    buf_add(out, actor_name(t, r->actor));
    if (r->kind == TRACE_CLOSED) {
        buf_addz(out, " ended one, ");
        buf_addz(out, trace_why_name(r->a));
        return;
    }
    buf_addz(out, " to ");
    buf_add(out, actor_name(t, r->a));
    buf_byte(out, ' ');
    buf_add(out, trace_name_of(t, r->c));
}

static bool look_connections(const struct expect_view *v, const void *args, struct buf *expected,
                             struct buf *seen)
{
    static const char *const ends[] = {
        "opens a connection",      "ends a connection in order",     "sees a connection broken off",
        "is refused a connection", "waits for a connection in vain", "cannot reach a host",
    };
    const struct connection_args *a = args;
    struct tally_walk w = { .from = who_is(v->trace, a->from), .to = who_is(v->trace, a->to) };
    add_or(expected, a->from, "somebody");
    buf_byte(expected, ' ');
    buf_addz(expected, ends[a->ended]);
    if (!slice_eq(a->service, SLICE("any"))) {
        buf_addz(expected, " for ");
        buf_add(expected, a->service);
    }
    buf_addz(expected, a->to.len > 0 ? " to " : "");
    buf_add(expected, a->to);
    tally_words(&a->tally, true, expected);
    return tally_count(v, &w, &a->tally, a, fit_connection, show_connection, seen);
}

const struct expect_kind expect_connections = {
    .name = "connections",
    .doc = "who connects to whom",
    .args_size = sizeof(struct connection_args),
    .keys = connection_keys,
    .look = look_connections,
};

/* ---- counter */

struct counter_args {
    uint32_t counter;
    slice service, host, client;
    struct tally tally;
};

#define COUNTERS(X)                                                                                \
    X("connections", "connections asked for")                                                      \
    X("round-trips", "times that a server answered a client")                                      \
    X("bytes", "bytes said in dialogues")                                                          \
    X("letters", "letters written")                                                                \
    X("questions", "DNS questions")                                                                \
    X("deferrals", "times that a letter had to wait for another try")                              \
    X("lost", "segments and datagrams lost")                                                       \
    X("records", "records of any kind")
enum counter { CONNECTIONS, ROUND_TRIPS, BYTES, LETTERS, QUESTIONS, DEFERRALS, LOST, RECORDS };
#define X(word, doc) word " "
static const char counter_words[] = COUNTERS(X);
#undef X

static const struct key counter_keys[] = {
    { "counter", KEY_CHOICE, offsetof(struct counter_args, counter), NULL, 0, 0, counter_words,
      "what is counted" },
    { "service", KEY_TEXT, offsetof(struct counter_args, service), "", 0, 0, NULL,
      "only on connections of this service" },
    { "host", KEY_HOST, offsetof(struct counter_args, host), "", 0, 0, NULL,
      "only what this host does; for round-trips: the server" },
    { "client", KEY_HOST, offsetof(struct counter_args, client), "", 0, 0, NULL,
      "only on connections that this host has asked for" },
    TALLY_ROWS(counter_args),
    KEY_ROW_END,
};

/* What one record adds; flows as they were before it. */
static uint64_t adds(enum counter counter, const struct flows *flows, const struct trace_rec *r)
{
    struct flow flow = flows_get(flows, r->flow);
    switch (counter) {
    case CONNECTIONS:
        return r->kind == TRACE_OPEN;
    case ROUND_TRIPS:
        return r->kind == TRACE_SAID && r->actor != flow.client && flow.client != 0 &&
               flow.speaker == flow.client;
    case BYTES:
        return r->kind == TRACE_SAID ? r->a : 0;
    case LETTERS:
        return r->kind == TRACE_COMPOSE;
    case QUESTIONS:
        return r->kind == TRACE_ASK;
    case DEFERRALS:
        return r->kind == TRACE_DEFER;
    case LOST:
        return r->kind == TRACE_LOST;
    case RECORDS:
        return 1;
    }
    return 0;
}

static bool look_counter(const struct expect_view *v, const void *args, struct buf *expected,
                         struct buf *seen)
{
    static const char *const docs[] = {
#define X(word, doc) doc,
        COUNTERS(X)
#undef X
    };
    const struct counter_args *a = args;
    struct who who = who_is(v->trace, a->host), client = who_is(v->trace, a->client);
    struct flows flows;
    uint64_t at = 0, sum = 0;
    const struct trace_rec *r;
    flows_init(&flows);
    while ((r = view_next(v, &at))) {
        struct flows *before = &flows;
        uint64_t more = adds((enum counter)a->counter, before, r);
        flows_fold(&flows, v->trace, r); /* an OPEN tells its own service */
        bool counts = (r->at > a->tally.after || a->tally.after == 0) && who_fits(who, r->actor) &&
                      who_fits(client, flows_get(&flows, r->flow).client) &&
                      flows_is(&flows, v->trace, r->flow, a->service);
        sum += counts ? more : 0;
    }
    flows_deinit(&flows);
    buf_addz(expected, docs[a->counter]);
    buf_addz(expected, a->service.len > 0 ? " in " : "");
    buf_add(expected, a->service);
    buf_addz(expected, a->host.len > 0 ? " by " : "");
    buf_add(expected, a->host);
    buf_addz(expected, a->client.len > 0 ? " on connections of " : "");
    buf_add(expected, a->client);
    tally_words(&a->tally, false, expected);
    fmt_u64(seen, sum);
    return tally_holds(&a->tally, sum);
}

const struct expect_kind expect_counter = {
    .name = "counter",
    .doc = "a number over the whole run: connections, round trips, bytes",
    .level = TRACE_LEVEL_LINES,
    .args_size = sizeof(struct counter_args),
    .keys = counter_keys,
    .look = look_counter,
};
