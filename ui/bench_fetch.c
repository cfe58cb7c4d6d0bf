/* bench_fetch.c - complete letters a second from a server's mailboxes to who reads them, on one
 * core: RETR of POP3, UID FETCH of IMAP.
 * A driver keeps so many sessions open at a time, each with a mailbox of its own; everything else
 * is the ordinary world, from logging in to the last octet. */
#include "ui/bench.h"

#include <assert.h>
#include <string.h>

#include "sim/actors/mail_host.h"
#include "sim/base/json_text.h"
#include "sim/base/mem.h"
#include "sim/world/world.h"

#define LETTER_SIZE  2048
#define ROUNDS_MAX   99
#define SESSIONS_MAX 1000

static const slice server_name = SLICE_INIT("mail.example.org");

enum service { BY_POP3, BY_POP3_PIPELINED, BY_IMAP };
static const struct way {
    const char *name;
    const struct session_ops *ops;
    uint16_t port, tls_port;
    const char *service;
} ways[] = {
    [BY_POP3] = { "pop3", &pop3_client_ops, 110, 995, "pop3" },
    [BY_POP3_PIPELINED] = { "pop3-pipelined", &pop3_client_ops, 110, 995, "pop3" },
    [BY_IMAP] = { "imap", &imap_client_ops, 143, 993, "imap" },
};

/* One session, and who reads by it: "u1" and so on. */
struct reader {
    struct pop3_client_config pop3;
    struct imap_client_config imap;
    char name[24];
    size_t step; /* of IMAP's orders */
};

struct driver {
    struct actor base;
    enum service by;
    struct reader *readers; /* pump_user */
    struct pump_tls tls;
    uint64_t got, octets, done, failed;
};

static struct driver *driver_of(struct actor *a)
{
    return (struct driver *)(void *)a;
}

static void take(struct driver *d, const struct message *m)
{
    d->got++;
    d->octets += m->size;
}

static void pop3_event(struct driver *d, struct pump *p, const struct session_event *ev)
{
    switch ((enum pop3_client_event)ev->kind) {
    case POP3_EV_LISTED:
        pump_answer(p, (struct session_answer){ .code = POP3_RETRIEVE });
        break;
    case POP3_EV_MESSAGE:
        take(d, ev->message);
        pump_answer(p, (struct session_answer){ .code = POP3_KEEP });
        break;
    case POP3_EV_DONE:
        d->done++;
        break;
    case POP3_EV_FAILED:
    case POP3_EV_REFUSED:
        d->failed++;
        break;
    case POP3_EV_READY:
        break;
    }
}

static void imap_next(struct driver *d, struct pump *p)
{
    struct imap_open open = { .mailbox = SLICE("INBOX") };
    struct imap_fetch all = { .set = SLICE("1:*"), .want = IMAP_WANT_PEEK };
    switch (d->readers[pump_user(p)].step++) {
    case 0:
        pump_tell(p, IMAP_ORDER_OPEN, &open);
        break;
    case 1:
        pump_tell(p, IMAP_ORDER_FETCH, &all);
        break;
    default:
        d->done++;
        pump_tell(p, ORDER_QUIT, NULL);
        break;
    }
}

static void imap_event(struct driver *d, struct pump *p, const struct session_event *ev)
{
    if (ev->kind == IMAP_EV_READY) {
        imap_next(d, p);
    } else if (ev->kind == IMAP_EV_ITEM && ev->message) {
        take(d, ev->message);
    } else if (ev->kind == IMAP_EV_FAILED || ev->kind == IMAP_EV_REFUSED) {
        d->failed++;
    }
}

static void driver_session(struct actor *self, struct pump *p, const struct session_event *ev)
{
    struct driver *d = driver_of(self);
    (d->by == BY_IMAP ? imap_event : pop3_event)(d, p, ev);
}

/* It joins a world that has begun: nobody starts it. */
static const struct actor_ops driver_ops = {
    .kind = { "driver", "reads letters", 'D', ROLE_MUA, 0, NULL, NULL },
    .size = sizeof(struct driver),
    .on_session = driver_session,
};

/* ---- the world ---- */

static void write_world(const struct bench_options *o, uint64_t at_once, struct buf *out)
{
    buf_addz(out, "{\"title\":\"bench\",\"until\":\"30d\",\"hosts\":{\"");
    buf_add(out, server_name);
    buf_addz(out, "\":{\"kind\":\"mail\",\"domain\":\"example.org\",\"tls\":\"");
    buf_addz(out, o->tls ? "required" : "none");
    buf_addz(out, "\",\"accounts\":{");
    for (uint64_t i = 0; i < at_once; i++) {
        buf_addz(out, i > 0 ? ",\"u" : "\"u");
        fmt_u64(out, i + 1);
        buf_addz(out, "\":\"x\"");
    }
    buf_addz(out, "}}},\"script\":[]}");
}

/* Each letter is a blob of its own, as if it had come by SMTP. */
static struct message *new_letter(uint64_t number)
{
    struct buf text = { 0 };
    buf_addz(&text, "From: <alice@example.org>\r\nTo: <bob@example.net>\r\nSubject: bench\r\n"
                    "Date: Mon, 7 Sep 2026 09:00:00 +0000\r\nMessage-ID: <");
    fmt_u64(&text, number);
    buf_addz(&text, ".bench@example.org>\r\n\r\n");
    while (text.len < LETTER_SIZE) {
        buf_addz(&text, "The quick brown fox jumps over the lazy dog, and then he naps.\r\n");
    }
    struct message *m = message_from(slice_sub(buf_slice(&text), 0, LETTER_SIZE - 2));
    message_add(m, (struct chunk){ SLICE("\r\n"), NULL });
    buf_deinit(&text);
    return m;
}

static void fill(struct mail_host *host, uint64_t letters)
{
    size_t count = host->directory.count;
    for (uint64_t i = 0; i < letters; i++) {
        struct mailbox *box = host->directory.accounts[i % count]->boxes[0];
        (void)mailbox_append(box, new_letter(i + 1), 0, 0, 0, 0);
    }
}

static struct driver *add_driver(struct world *w, const struct bench_options *o, enum service by,
                                 uint64_t at_once)
{
    struct stage *s = world_stage(w);
    struct driver *d = driver_of(stage_add(s, &driver_ops, SLICE("driver"), NULL));
    network_address(s->net, d->base.id, 0xc6120001);
    (void)network_uplink(s->net, d->base.id, (struct link_config){ .latency = 10 * SIM_MS });
    d->by = by;
    d->tls = (struct pump_tls){ .name = server_name, .must_verify = true, .implicit = true };
    d->readers = mem_array(at_once, sizeof *d->readers);
    for (uint64_t i = 0; i < at_once; i++) {
        struct reader *r = &d->readers[i];
        struct buf name = { 0 };
        buf_byte(&name, 'u');
        fmt_u64(&name, i + 1);
        slice user = { r->name, name.len };
        assert(name.len <= sizeof r->name);
        memcpy(r->name, name.ptr, name.len);
        buf_deinit(&name);
        r->pop3 = (struct pop3_client_config){ .user = user,
                                               .password = SLICE("x"),
                                               .use_uidl = true,
                                               .use_capa = true,
                                               .use_pipelining = by == BY_POP3_PIPELINED,
                                               .timeout = 5 * SIM_MINUTE };
        /* LOGIN: a proof costs more than it, for a session and not for a letter */
        r->imap = (struct imap_client_config){ .user = user,
                                               .password = SLICE("x"),
                                               .timeout = 5 * SIM_MINUTE };
    }
    uint32_t ip = network_ip_of(s->net, stage_find(s, server_name)->id);
    const struct way *way = &ways[by];
    for (uint64_t i = 0; i < at_once; i++) {
        struct reader *r = &d->readers[i];
        const struct pump_service service = { way->ops,
                                              by == BY_IMAP ? (const void *)&r->imap : &r->pop3,
                                              o->tls ? &d->tls : NULL };
        (void)pump_connect(&d->base, ip, o->tls ? way->tls_port : way->port, slice_of(way->service),
                           &service, i);
    }
    return d;
}

struct result {
    uint64_t ns, cpu_ns;
};

static bool fetch_once(const struct scenario *sc, const struct bench_options *o, enum service by,
                       uint64_t at_once, struct result *r, struct err *err_r)
{
    struct trace t;
    trace_init(&t, TRACE_LEVEL_HOPS);
    t.keep = false;
    struct world *w = world_new(sc, sc->seed, &t, err_r);
    if (!w) {
        trace_deinit(&t);
        return false;
    }
    fill(mail_host_of(stage_find(world_stage(w), server_name)), o->letters);
    uint64_t start = bench_clock_ns(), cpu_start = bench_cpu_ns();
    struct driver *d = add_driver(w, o, by, at_once);
    (void)world_run(w, SIM_FOREVER);
    *r = (struct result){ bench_clock_ns() - start, bench_cpu_ns() - cpu_start };
    bool ok = d->got == o->letters && d->octets == o->letters * LETTER_SIZE && d->done == at_once &&
              d->failed == 0;
    if (!ok) {
        (void)err_set(err_r, "bench fetch: %llu of %llu letters were fetched by %s",
                      (unsigned long long)d->got, (unsigned long long)o->letters, ways[by].name);
    }
    mem_free(d->readers);
    world_free(w);
    trace_deinit(&t);
    return ok;
}

static bool fetch_row(const struct scenario *sc, const struct bench_options *o, enum service by,
                      uint64_t at_once, struct buf *out, struct err *err_r)
{
    uint64_t ns[ROUNDS_MAX], cpu_ns[ROUNDS_MAX];
    for (size_t i = 0; i < o->rounds; i++) {
        struct result r;
        if (!fetch_once(sc, o, by, at_once, &r, err_r)) {
            return false;
        }
        ns[i] = r.ns;
        cpu_ns[i] = r.cpu_ns;
    }
    json_field_text(out, "by", slice_of(ways[by].name));
    json_field_u64(out, "at_once", at_once);
    json_field_u64(out, "letters_per_second",
                   o->letters * 1000000000 / bench_median(ns, o->rounds));
    json_field_u64(out, "letters_per_cpu_second",
                   o->letters * 1000000000 / bench_median(cpu_ns, o->rounds));
    return true;
}

static bool load(struct scenario *sc, const struct bench_options *o, uint64_t at_once,
                 struct err *err_r)
{
    struct buf text = { 0 };
    write_world(o, at_once, &text);
    bool ok = bench_load(sc, buf_slice(&text), err_r);
    buf_deinit(&text);
    return ok;
}

static bool check_options(const struct bench_options *o, struct err *err_r)
{
    if (o->letters == 0 || o->letters > UINT32_MAX || o->at_once > SESSIONS_MAX) {
        return err_set(err_r, "--letters: at least 1, below 2^32; --at-once: at most %d",
                       SESSIONS_MAX);
    }
    return (o->rounds > 0 && o->rounds <= ROUNDS_MAX) ||
           err_set(err_r, "--rounds: 1 to %d", ROUNDS_MAX);
}

bool bench_fetch(const struct bench_options *o, struct buf *out, struct err *err_r)
{
    const uint64_t usual[] = { 1, 32 };
    const uint64_t *at_once = o->at_once > 0 ? &o->at_once : usual;
    size_t numbers = o->at_once > 0 ? 1 : COUNT(usual);
    if (!check_options(o, err_r)) {
        return false;
    }
    buf_byte(out, '{');
    json_field_text(out, "bench", SLICE("fetch"));
    json_field_u64(out, "letters", o->letters);
    json_field_u64(out, "size", LETTER_SIZE);
    json_field_bool(out, "tls", o->tls);
    json_put_key(out, "results");
    buf_byte(out, '[');
    bool ok = true;
    for (size_t i = 0; ok && i < numbers; i++) {
        struct scenario sc;
        if (!load(&sc, o, at_once[i], err_r)) {
            return false;
        }
        for (size_t by = 0; ok && by < COUNT(ways); by++) {
            buf_addz(out, i + by > 0 ? ",{" : "{");
            ok = fetch_row(&sc, o, (enum service)by, at_once[i], out, err_r);
            buf_byte(out, '}');
        }
        scenario_free(&sc);
    }
    buf_addz(out, "]}\n");
    return ok;
}
