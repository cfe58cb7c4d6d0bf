/* bench_deliver.c - complete letters a second on one core: submission with AUTH, queue, MX and A
 * look-up, relay, and stored in a mailbox at the other end.
 * A driver keeps so many submissions open at a time; everything else is the ordinary world. */
#include "ui/bench.h"

#include <string.h>

#include "sim/base/json_text.h"
#include "sim/base/mem.h"
#include "sim/proto/smtp.h"
#include "sim/world/world.h"

#define BODY_SIZE  2048
#define ROUNDS_MAX 99

#define WORLD(tls)                                                                                 \
    "{\"title\":\"bench\",\"until\":\"30d\",\"hosts\":{"                                           \
    "\"mail.example.org\":{\"kind\":\"mail\",\"domain\":\"example.org\",\"tls\":\"" tls "\","      \
    "\"accounts\":{\"alice\":\"wonderland\"}},"                                                    \
    "\"mail.example.net\":{\"kind\":\"mail\",\"domain\":\"example.net\",\"tls\":\"" tls "\","      \
    "\"accounts\":{\"bob\":\"builder\"}}},\"script\":[]}"
static const slice plain_world = SLICE_INIT(WORLD("none"));
static const slice tls_world = SLICE_INIT(WORLD("required"));

struct driver {
    struct actor base;
    struct smtp_client_config config;
    struct pump_tls tls;
    struct blob *body;
    slice to;
    uint32_t server_ip;
    uint64_t to_start, sent, failed;
    struct message **messages; /* one for each connection: pump_user - 1 */
    struct smtp_letter *letters;
};

static struct driver *driver_of(struct actor *a)
{
    return (struct driver *)(void *)a;
}

/* Each letter has a Message-ID and a body of its own, as letters have: what a hop looks for in a
 * body must be looked for in each. */
static struct message *new_letter(struct driver *d, uint64_t number)
{
    struct buf header = { 0 };
    buf_addz(&header, "From: <alice@example.org>\r\nTo: <bob@example.net>\r\nSubject: bench\r\n"
                      "Date: Mon, 7 Sep 2026 09:00:00 +0000\r\nMessage-ID: <");
    fmt_u64(&header, number);
    buf_addz(&header, ".bench@example.org>\r\n\r\n");
    struct message *m = message_from(buf_slice(&header));
    struct blob *body = blob_new(blob_slice(d->body));
    message_add(m, (struct chunk){ blob_slice(body), body });
    blob_unref(&body);
    buf_deinit(&header);
    return m;
}

static void start_one(struct driver *d, uint64_t slot)
{
    if (d->to_start == 0) {
        return;
    }
    d->to_start--;
    message_unref(&d->messages[slot]);
    d->messages[slot] = new_letter(d, d->to_start + 1);
    const struct pump_service service = { &smtp_client_ops, &d->config, &d->tls };
    (void)pump_connect(&d->base, d->server_ip, 587, SLICE("submission"), &service, slot + 1);
}

static void driver_session(struct actor *self, struct pump *p, const struct session_event *ev)
{
    struct driver *d = driver_of(self);
    const struct smtp_reply *reply = ev->detail;
    if (ev->kind == SMTP_EV_READY && d->messages[pump_user(p) - 1]) {
        struct smtp_letter *letter = &d->letters[pump_user(p) - 1];
        *letter = (struct smtp_letter){ .from = SLICE("alice@example.org"),
                                        .to = &d->to,
                                        .to_count = 1,
                                        .message = d->messages[pump_user(p) - 1] };
        pump_tell(p, ORDER_LETTER, letter);
    } else if (ev->kind == SMTP_EV_SENT) {
        d->sent += reply->code / 100 == 2;
        d->failed += reply->code / 100 != 2;
        message_unref(&d->messages[pump_user(p) - 1]);
        pump_tell(p, ORDER_QUIT, NULL);
    } else if (ev->kind == SMTP_EV_FAILED) {
        d->failed++;
    }
}

static void driver_end(struct actor *self, struct pump *p, enum trace_why why)
{
    (void)why;
    start_one(driver_of(self), pump_user(p) - 1);
}

/* It joins a world that has begun: nobody starts it. */
static const struct actor_ops driver_ops = {
    .kind = { "driver", "submits letters", 'D', ROLE_MUA, 0, NULL, NULL },
    .size = sizeof(struct driver),
    .on_session = driver_session,
    .on_session_end = driver_end,
};

struct result {
    uint64_t ns, cpu_ns, stored, records;
};

static struct driver *add_driver(struct world *w, const struct bench_options *o, uint64_t at_once)
{
    struct stage *s = world_stage(w);
    struct actor *server = stage_find(s, SLICE("mail.example.org"));
    struct driver *d = driver_of(stage_add(s, &driver_ops, SLICE("driver"), NULL));
    network_address(s->net, d->base.id, 0xc6120001);
    (void)network_uplink(s->net, d->base.id, (struct link_config){ .latency = 10 * SIM_MS });
    d->config =
        (struct smtp_client_config){ .host = SLICE("[198.18.0.1]"),
                                     .extensions = SMTP_ALL & ~(uint32_t)SMTP_CHUNKING,
                                     .user = SLICE("alice"),
                                     .password = SLICE("wonderland"),
                                     .timeout = 5 * SIM_MINUTE,
                                     .tls = o->tls ? TLS_POLICY_REQUIRED : TLS_POLICY_NONE };
    d->tls = (struct pump_tls){ .name = SLICE("mail.example.org"), .must_verify = true };
    d->server_ip = network_ip_of(s->net, server->id);
    d->to = SLICE("bob@example.net");
    d->to_start = o->letters;
    d->body = blob_with_room(BODY_SIZE);
    for (size_t i = 0; i < BODY_SIZE / 64; i++) {
        (void)blob_append(
            d->body, SLICE("The quick brown fox jumps over the lazy dog, and then he naps.\r\n"));
    }
    d->messages = mem_array(at_once, sizeof *d->messages);
    d->letters = mem_array(at_once, sizeof *d->letters);
    return d;
}

static bool deliver_once(const struct scenario *sc, const struct bench_options *o, uint64_t at_once,
                         bool traced, struct result *r, struct err *err_r)
{
    struct trace t;
    trace_init(&t, traced ? TRACE_LEVEL_BYTES : TRACE_LEVEL_HOPS);
    t.keep = traced;
    struct world *w = world_new(sc, sc->seed, &t, err_r);
    if (!w) {
        trace_deinit(&t);
        return false;
    }
    struct driver *d = add_driver(w, o, at_once);
    uint64_t start = bench_clock_ns();
    uint64_t cpu_start = bench_cpu_ns();
    for (uint64_t i = 0; i < at_once; i++) {
        start_one(d, i);
    }
    (void)world_run(w, SIM_FOREVER);
    r->ns = bench_clock_ns() - start;
    r->cpu_ns = bench_cpu_ns() - cpu_start;
    r->stored = t.kinds[TRACE_STORED];
    r->records = t.count;
    bool ok = d->sent == o->letters && d->failed == 0 && r->stored == o->letters;
    if (!ok) {
        (void)err_set(err_r, "bench deliver: %llu of %llu letters were stored",
                      (unsigned long long)r->stored, (unsigned long long)o->letters);
    }
    for (uint64_t i = 0; i < at_once; i++) {
        message_unref(&d->messages[i]);
    }
    mem_free(d->messages);
    mem_free(d->letters);
    blob_unref(&d->body);
    world_free(w);
    trace_deinit(&t);
    return ok;
}

static bool deliver_row(const struct scenario *sc, const struct bench_options *o, uint64_t at_once,
                        bool traced, struct buf *out, struct err *err_r)
{
    uint64_t ns[ROUNDS_MAX], cpu_ns[ROUNDS_MAX];
    struct result r = { 0 };
    for (size_t i = 0; i < o->rounds; i++) {
        if (!deliver_once(sc, o, at_once, traced, &r, err_r)) {
            return false;
        }
        ns[i] = r.ns;
        cpu_ns[i] = r.cpu_ns;
    }
    json_field_u64(out, "at_once", at_once);
    json_field_bool(out, "traced", traced);
    json_field_u64(out, "records", r.records);
    json_field_u64(out, "letters_per_second",
                   o->letters * 1000000000 / bench_median(ns, o->rounds));
    json_field_u64(out, "letters_per_cpu_second",
                   o->letters * 1000000000 / bench_median(cpu_ns, o->rounds));
    return true;
}

static bool check_options(const struct bench_options *o, struct err *err_r)
{
    if (o->letters == 0 || o->letters > UINT32_MAX) {
        return err_set(err_r, "--letters: at least 1, below 2^32");
    }
    return (o->rounds > 0 && o->rounds <= ROUNDS_MAX) ||
           err_set(err_r, "--rounds: 1 to %d", ROUNDS_MAX);
}

bool bench_deliver(const struct bench_options *o, struct buf *out, struct err *err_r)
{
    const uint64_t usual[] = { 32, 256, 2048 };
    const uint64_t *at_once = o->at_once > 0 ? &o->at_once : usual;
    size_t rows = 2 * (o->at_once > 0 ? 1 : COUNT(usual));
    if (!check_options(o, err_r)) {
        return false;
    }
    struct scenario sc;
    if (!bench_load(&sc, o->tls ? tls_world : plain_world, err_r)) {
        return false;
    }
    buf_byte(out, '{');
    json_field_text(out, "bench", SLICE("deliver"));
    json_field_u64(out, "letters", o->letters);
    json_field_u64(out, "body", BODY_SIZE);
    json_field_bool(out, "tls", o->tls);
    json_put_key(out, "results");
    buf_byte(out, '[');
    bool ok = true;
    for (size_t i = 0; ok && i < rows; i++) {
        buf_addz(out, i > 0 ? ",{" : "{");
        ok = deliver_row(&sc, o, at_once[i / 2], i % 2 == 1, out, err_r);
        buf_byte(out, '}');
    }
    buf_addz(out, "]}\n");
    scenario_free(&sc);
    return ok;
}
