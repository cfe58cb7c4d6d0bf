#include "tests/lib/small_world.h"

#include "sim/proto/http.h"

#include <criterion/criterion.h>

/* A browser that asks for one thing after the other on one connection. */
static const struct {
    const char *method, *host, *target, *want; /* "status type body", to the end of the body */
} rows[] = {
    { "GET", "mta-sts.example.net", "/.well-known/mta-sts.txt",
      "200 text/plain version: STSv1\r\nmode: testing\r\nmx: mail.example.net\r\n"
      "max_age: 3600\r\n" },
    { "GET", "MTA-STS.example.com:443", "/.well-known/mta-sts.txt?x=y",
      "200 text/plain version: STSv1\r\nmode: testing\r\nmx: mail.example.net\r\n"
      "max_age: 3600\r\n" },
    { "HEAD", "mta-sts.example.net", "/.well-known/mta-sts.txt", "200 text/plain " },
    { "GET", "mta-sts.example.net", "/", "404 text/plain 404 Not Found\n" },
    { "GET", "mail.example.net", "/.well-known/mta-sts.txt",
      "421 text/plain 421 Misdirected Request: no such host is served here\n" },
    { "POST", "mta-sts.example.net", "/.well-known/mta-sts.txt",
      "405 text/plain 405: there is only something to read here\n" },
};

struct browser {
    struct actor base;
    size_t at;
};

static void ask(const struct browser *b, struct pump *p)
{
    struct http_order order = { .method = slice_of(rows[b->at].method),
                                .host = slice_of(rows[b->at].host),
                                .target = slice_of(rows[b->at].target),
                                .close = b->at + 1 == COUNT(rows) };
    pump_tell(p, ORDER_REQUEST, &order);
}

static void on_session(struct actor *self, struct pump *p, const struct session_event *ev)
{
    struct browser *b = (struct browser *)(void *)self;
    const struct http_message *m = ev->detail;
    if (ev->kind == HTTP_EV_RESPONSE) {
        struct buf got = { 0 };
        fmt_u64(&got, m->status);
        buf_byte(&got, ' ');
        buf_add(&got, m->type);
        buf_byte(&got, ' ');
        buf_add(&got, m->body);
        cr_expect_str_eq(buf_z(&got), rows[b->at].want, "row %zu", b->at);
        buf_deinit(&got);
        b->at++;
    }
    if (ev->kind != HTTP_EV_FAILED && b->at < COUNT(rows)) {
        ask(b, p);
    }
}

static const struct actor_ops browser_ops = {
    .kind = { "browser", "asks", 'B', 0, 0, NULL, NULL },
    .size = sizeof(struct browser),
    .on_session = on_session,
};

Test(mail_web, answers)
{
    static const struct http_client_config config = { .body_max = 1000 };
    static const struct pump_tls tls = { .name = SLICE_INIT("mta-sts.example.com"),
                                         .implicit = true,
                                         .must_verify = true };
    static const struct pump_service service = { &http_client_ops, &config, &tls };
    struct small_world w;
    cr_assert(small_world_new(&w, "'hosts':{'mail.example.net':{'kind':'mail','domain':["
                                  "'example.net','example.com'],'mta-sts':'testing',"
                                  "'mta-sts-max-age':'1h'}},'until':'1min'"));
    struct stage *s = world_stage(w.world);
    struct actor *a = stage_add(s, &browser_ops, SLICE("browser"), NULL);
    network_address(s->net, a->id, 0xc6120101);
    (void)network_uplink(s->net, a->id, (struct link_config){ .latency = SIM_MS });
    uint32_t ip = network_ip_of(s->net, stage_find(s, SLICE("mail.example.net"))->id);
    (void)pump_connect(a, ip, 443, SLICE("https"), &service, 0);
    small_world_run(&w);
    cr_expect_eq(((struct browser *)(void *)a)->at, COUNT(rows));
    cr_expect_eq(small_world_said(&w, "Allow: GET, HEAD\r\n"), 1);
    small_world_free(&w);
}

/* However many domains a host has, its certificate is for the policies of all. */
Test(mail_web, many_domains_have_one_certificate)
{
    static const struct http_client_config config = { .body_max = 1000 };
    static const struct pump_tls tls = { .name = SLICE_INIT("mta-sts.t.example"),
                                         .implicit = true,
                                         .must_verify = true };
    static const struct pump_service service = { &http_client_ops, &config, &tls };
    struct small_world w;
    cr_assert(small_world_new(
        &w, "'hosts':{'mail.a.example':{'kind':'mail','mta-sts':'testing','domain':["
            "'a.example','b.example','c.example','d.example','e.example','f.example','g.example',"
            "'h.example','i.example','j.example','k.example','l.example','m.example','n.example',"
            "'o.example','p.example','q.example','r.example','s.example','t.example']}},"
            "'until':'1min'"));
    struct stage *s = world_stage(w.world);
    struct actor *a = stage_add(s, &browser_ops, SLICE("browser"), NULL);
    network_address(s->net, a->id, 0xc6120101);
    (void)network_uplink(s->net, a->id, (struct link_config){ .latency = SIM_MS });
    ((struct browser *)(void *)a)->at = COUNT(rows); /* asks for nothing */
    (void)pump_connect(a, network_ip_of(s->net, stage_find(s, SLICE("mail.a.example"))->id), 443,
                       SLICE("https"), &service, 0);
    small_world_run(&w);
    cr_expect_eq(w.trace.kinds[TRACE_SECURED], 2);
    cr_expect_eq(w.trace.kinds[TRACE_UNSECURED], 0);
    small_world_free(&w);
}
