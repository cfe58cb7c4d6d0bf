#include "sim/actors/nameserver.h"

#include "sim/proto/dns_stub.h"
#include "tests/lib/small_world.h"
#include "tests/lib/stranger.h"

#include <criterion/criterion.h>

static void add_query(struct buf *out, uint16_t id, slice name, enum dns_type type)
{
    struct dns_writer w = { 0 };
    struct dns_name asked;
    cr_assert(dns_name_set(&asked, name));
    slice query = dns_stub_query(&w, id, &asked, type);
    buf_byte(out, (char)(uint8_t)(query.len >> 8));
    buf_byte(out, (char)(uint8_t)query.len);
    buf_add(out, query);
    dns_writer_deinit(&w);
}

/* The next message with its length in front; empty: none. */
static slice take_message(slice *in)
{
    if (in->len < 2) {
        return (slice){ 0 };
    }
    size_t len = (size_t)(uint8_t)in->ptr[0] << 8 | (uint8_t)in->ptr[1];
    slice message = slice_sub(*in, 2, len);
    *in = slice_from(*in, 2 + len);
    return message;
}

static bool reads(slice message, uint16_t id, slice name, enum dns_type type,
                  struct dns_stub_answer *a_r)
{
    struct dns_name asked;
    return dns_name_set(&asked, name) && dns_stub_read(message, id, &asked, type, a_r);
}

static void expect_answers(const struct stranger *x, const char *who)
{
    struct dns_stub_answer a;
    slice in = buf_slice(&x->got);
    cr_expect(reads(take_message(&in), 7, SLICE("example.net"), DNS_MX, &a), "%s", who);
    cr_expect_eq(a.mx_count, 1, "%s", who);
    cr_expect(reads(take_message(&in), 8, SLICE("mail.example.net"), DNS_A, &a), "%s", who);
    cr_expect_eq(a.address_count, 1, "%s", who);
    cr_expect(reads(take_message(&in), 9, SLICE("no.example.net"), DNS_A, &a), "%s", who);
    cr_expect_eq(a.rcode, DNS_NXDOMAIN, "%s", who);
    cr_expect_eq(in.len, 0, "%s: %zu octets more", who, in.len);
}

/* RFC 7766 5 and 6.2.1: by TCP as by datagram, several on one connection, which ends when idle. */
Test(nameserver, answers_by_tcp_as_the_resolver_does)
{
    static const char *const servers[] = { "ns.names.test", "dns.isp.test" };
    for (size_t i = 0; i < COUNT(servers); i++) {
        struct small_world w;
        cr_assert(small_world_new(
            &w, SMALL_HOSTS ",'script':[" SMALL_DO("2s", "bob-pc", "fetch") "," SMALL_DO(
                    "1min", "bob-pc",
                    "fetch") "],'expect':[{'at':'4s','connections':'imap','count':1}]"));
        struct stage *s = world_stage(w.world);
        struct actor *server = stage_find(s, slice_of(servers[i]));
        struct buf queries = { 0 };
        add_query(&queries, 7, SLICE("example.net"), DNS_MX);
        add_query(&queries, 8, SLICE("mail.example.net"), DNS_A);
        buf_add(&queries, SLICE("\0\0")); /* an empty message is no query */
        add_query(&queries, 9, SLICE("no.example.net"), DNS_A);
        struct stranger x = { .first = buf_slice(&queries) };
        stranger_call(&x, stage_find(s, SLICE("bob-pc")), network_ip_of(s->net, server->id), 53);
        (void)world_run(w.world, 5 * SIM_SECOND);
        expect_answers(&x, servers[i]);
        cr_expect(!x.ended, "%s: it may be asked more", servers[i]);
        (void)world_run(w.world, 30 * SIM_SECOND);
        cr_expect(x.ended && x.gone && x.why == WHY_DONE, "%s: idle, and left open", servers[i]);
        cr_expect_eq(s->pumps.in_use, 0, "%s", servers[i]);
        small_world_run(&w);
        cr_expect_eq(w.verdict.met, 1, "%s: others do not wait meanwhile", servers[i]);
        buf_deinit(&queries);
        stranger_deinit(&x);
        small_world_free(&w);
    }
}

/* RFC 7766 7: what is ready is said, whatever was asked before it on that connection; and nothing
 * is forgotten where a client ends its side before that. */
Test(nameserver, answers_by_tcp_in_the_order_in_which_they_are_ready)
{
    static const char *const servers[] = { "ns.names.test", "dns.isp.test" };
    for (size_t i = 0; i < COUNT(servers); i++) {
        struct small_world w;
        struct dns_stub_answer a;
        cr_assert(small_world_new(
            &w, SMALL_HOSTS ",'script':[{'at':'0s','host':'ns.names.test','do':'dns-fault','what':"
                            "'slow','domain':'example.net','delay':'1s','for':'1h'}]"));
        struct stage *s = world_stage(w.world);
        struct actor *server = stage_find(s, slice_of(servers[i]));
        (void)world_run(w.world, 1); /* the fault has begun */
        struct buf queries = { 0 };
        add_query(&queries, 7, SLICE("example.net"), DNS_MX);
        add_query(&queries, 8, SLICE("mail.example.org"), DNS_A);
        add_query(&queries, 9, SLICE("mail.example.net"), DNS_A);
        struct stranger x = { .first = buf_slice(&queries) };
        stranger_call(&x, stage_find(s, SLICE("bob-pc")), network_ip_of(s->net, server->id), 53);
        (void)world_run(w.world, SIM_SECOND);
        slice in = buf_slice(&x.got);
        cr_expect(reads(take_message(&in), 8, SLICE("mail.example.org"), DNS_A, &a), "%s",
                  servers[i]);
        cr_expect_eq(in.len, 0, "%s", servers[i]);
        stream_finish(x.stream);
        (void)world_run(w.world, 4 * SIM_SECOND);
        in = buf_slice(&x.got);
        (void)take_message(&in);
        cr_expect(reads(take_message(&in), 7, SLICE("example.net"), DNS_MX, &a), "%s", servers[i]);
        cr_expect(reads(take_message(&in), 9, SLICE("mail.example.net"), DNS_A, &a), "%s",
                  servers[i]);
        cr_expect(in.len == 0 && x.gone && x.why == WHY_DONE, "%s: all is answered", servers[i]);
        buf_deinit(&queries);
        stranger_deinit(&x);
        small_world_free(&w);
    }
}

/* Who asked is gone before the answer is there: nobody is disturbed. */
Test(nameserver, an_asker_that_vanishes_is_forgotten)
{
    struct small_world w;
    cr_assert(small_world_new(
        &w,
        SMALL_HOSTS ",'script':[" SMALL_SEND(
            "2s", "bob@example.net") "],'expect':[{'mailbox':'bob@example.net','messages':1}]"));
    struct stage *s = world_stage(w.world);
    struct actor *server = stage_find(s, SLICE("dns.isp.test"));
    struct buf queries = { 0 };
    add_query(&queries, 7, SLICE("mail.example.net"), DNS_A);
    struct stranger x = { .first = buf_slice(&queries) };
    stranger_call(&x, stage_find(s, SLICE("bob-pc")), network_ip_of(s->net, server->id), 53);
    uint64_t asked = w.trace.kinds[TRACE_ASK];
    while (w.trace.kinds[TRACE_ASK] == asked) {
        (void)engine_step(s->engine);
    }
    stream_reset(x.stream);
    small_world_run(&w);
    cr_expect(w.verdict.met == w.verdict.expected && small_world_all_settled(&w));
    cr_expect_eq(s->pumps.in_use, 0);
    buf_deinit(&queries);
    stranger_deinit(&x);
    small_world_free(&w);
}
