/* wires.c - two hosts, a link, and users of streams that write down what they were told. */
#include "tests/lib/wires.h"

#include "sim/base/mem.h"

static void tell(struct party *p, char what)
{
    bool run = what == 'a' && p->told_count > 0 && p->told[p->told_count - 1] == 'a';
    if (!run && p->told_count + 1 < sizeof p->told) {
        p->told[p->told_count++] = what;
    }
}

static void opened(void *user, struct stream *s)
{
    struct party *p = user;
    (void)s;
    tell(p, 'o');
    p->opened_at = p->wires->engine.now;
    if (p->on_opened) {
        p->on_opened(p);
    }
}

static void arrived(void *user, struct stream *s, struct chunk in)
{
    struct party *p = user;
    tell(p, 'a');
    p->arrived_at = p->wires->engine.now;
    if (!p->keep_untaken) {
        stream_taken(s, in.bytes.len);
    }
    if (p->on_arrived) {
        p->on_arrived(p, in.bytes);
    }
    buf_add(&p->got, in.bytes); /* still lent, whatever the callback did */
}

static void drained(void *user, struct stream *s)
{
    struct party *p = user;
    (void)s;
    tell(p, 'd');
    if (p->on_drained) {
        p->on_drained(p);
    }
}

static void ended(void *user, struct stream *s)
{
    struct party *p = user;
    tell(p, 'e');
    p->ended_at = p->wires->engine.now;
    if (p->on_ended) {
        p->on_ended(p);
    } else if (p->finish_on_end) {
        stream_finish(s);
    }
}

static void closed(void *user, struct stream *s, enum trace_why why)
{
    struct party *p = user;
    (void)s;
    tell(p, 'c');
    p->closed_at = p->wires->engine.now;
    p->why = why;
    p->stream = NULL;
}

static const struct stream_ops party_ops = { opened, arrived, drained, ended, closed };

static bool on_accept(void *user, struct stream *s, uint16_t port, const struct stream_ops **ops_r,
                      void **user_r)
{
    struct wires *w = user;
    (void)port;
    w->server.stream = s;
    *ops_r = &party_ops;
    *user_r = &w->server;
    if (w->hold) {
        stream_hold(s);
    }
    return !w->refuse;
}

static void on_datagram(void *user, const struct datagram *d)
{
    struct wires *w = user;
    w->datagrams++;
    w->datagram_at = w->engine.now;
    buf_add(&w->datagram_bytes, d->bytes);
}

static const struct host_ops host_ops = { on_accept, on_datagram };

void wires_init(struct wires *w, uint64_t seed, struct link_config link, enum trace_level level)
{
    struct rng rng = rng_seeded(seed);
    *w = (struct wires){ .client = { .wires = w }, .server = { .wires = w } };
    trace_init(&w->trace, level);
    engine_init(&w->engine, &w->trace);
    w->net = network_new(&w->engine, &w->trace, &rng);
    w->a = network_host(w->net, SLICE("a"), SLICE("mua"), ROLE_MUA, &host_ops, w);
    w->b = network_host(w->net, SLICE("b"), SLICE("mx"), ROLE_MX, &host_ops, w);
    w->c = network_host(w->net, SLICE("c"), SLICE("mx"), ROLE_MX, &host_ops, w);
    network_address(w->net, w->a, WIRES_IP_A);
    network_address(w->net, w->b, WIRES_IP_B);
    network_address(w->net, w->c, WIRES_IP_C);
    network_listen(w->net, w->b, 25);
    network_listen(w->net, w->c, 25);
    w->link = network_link(w->net, w->a, w->b, SLICE("cable"), link);
}

void wires_deinit(struct wires *w)
{
    network_free(w->net);
    engine_deinit(&w->engine);
    trace_deinit(&w->trace);
    buf_deinit(&w->client.got);
    buf_deinit(&w->server.got);
    buf_deinit(&w->datagram_bytes);
}

void wires_connect(struct wires *w, uint32_t ip, uint16_t port)
{
    w->client.stream =
        stream_connect(w->net, w->a, ip, port, SLICE("smtp"), &party_ops, &w->client);
}

void wires_run(struct wires *w, sim_time until)
{
    (void)engine_run(&w->engine, until);
}

void party_say(struct party *p, slice text)
{
    struct outq out;
    outq_init(&out);
    outq_text(&out, text);
    stream_send(p->stream, &out);
    outq_deinit(&out);
}

static char pattern(size_t i)
{
    return (char)('a' + (i * 7 + i / 251) % 26);
}

void party_say_much(struct party *p, size_t bytes)
{
    struct blob *b = blob_with_room(bytes);
    for (size_t i = 0; i < bytes; i++) {
        char c = pattern(i);
        (void)blob_append(b, (slice){ &c, 1 });
    }
    struct outq out;
    outq_init(&out);
    for (size_t from = 0; from < bytes; from += 9999) { /* in pieces that fit nothing */
        outq_blob(&out, b, from, 9999);
    }
    stream_send(p->stream, &out);
    outq_deinit(&out);
    blob_unref(&b);
}

bool party_got_much(const struct party *p, size_t bytes)
{
    bool same = p->got.len == bytes;
    for (size_t i = 0; same && i < bytes; i++) {
        same = p->got.ptr[i] == pattern(i);
    }
    return same;
}

const char *party_told(struct party *p)
{
    p->told[p->told_count] = '\0';
    return p->told;
}
