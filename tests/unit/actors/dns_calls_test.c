#include "sim/actors/dns_calls.h"

#include "sim/proto/dns_stream.h"
#include "tests/lib/small_world.h"

#include <criterion/criterion.h>

/* RFC 7766 6.2.1: an id is in use on one connection, and only there. */
Test(dns_calls, a_question_has_its_id_and_its_answer)
{
    struct small_world w;
    cr_assert(small_world_new(&w, SMALL_HOSTS));
    struct stage *s = world_stage(w.world);
    struct dns_calls c = { .self = stage_find(s, SLICE("dns.isp.test")) };
    uint32_t ip = network_ip_of(s->net, stage_find(s, SLICE("ns.names.test"))->id);
    uint32_t other = network_ip_of(s->net, stage_find(s, SLICE("mail.example.net"))->id);
    uint32_t flow = 0, again = 0;
    pool_id call = dns_calls_to(&c, ip, &flow);
    struct pump *p = NULL;
    for (uint32_t at = 0, n = 0; n < 2; n++) {
        static const slice queries[] = { SLICE_INIT("\1\2first"), SLICE_INIT("\1\3second") };
        pool_id id;
        p = n == 0 ? pool_each(&s->pumps, &at, &id) : p;
        cr_expect_eq(dns_calls_to(&c, ip, &again), call, "one connection (6.2.2)");
        cr_expect_eq(again, flow);
        dns_calls_ask(&c, call, queries[n], 10 + n);
    }
    cr_expect(dns_calls_has(&c, call, 0x102) && dns_calls_has(&c, call, 0x103));
    cr_expect(!dns_calls_has(&c, call, 0x104));
    pool_id elsewhere = dns_calls_to(&c, other, &again);
    cr_expect(elsewhere != call && again != flow && !dns_calls_has(&c, elsewhere, 0x102));

    static const struct {
        slice response;
        uint64_t user; /* 0: nobody's */
    } rows[] = {
        { SLICE_INIT("\1\3x"), 11 }, { SLICE_INIT("\1\3x"), 11 }, { SLICE_INIT("\1\4x"), 0 },
        { SLICE_INIT("\1"), 0 },     { SLICE_INIT(""), 0 },       { SLICE_INIT("\1\2"), 10 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct session_event ev = { .kind = DNS_STREAM_RESPONSE, .text = rows[i].response };
        uint64_t whose = 0;
        cr_expect_eq(dns_calls_heard(&c, p, &ev, &whose), rows[i].user != 0, "row %zu", i);
        cr_expect_eq(whose, rows[i].user, "row %zu", i);
    }
    dns_calls_done(&c, call, 11);
    cr_expect(!dns_calls_has(&c, call, 0x103), "free for another");

    uint64_t lost = 0;
    bool served = false;
    cr_expect(dns_calls_lost(&c, p, &lost, &served) && lost == 10 && served);
    cr_expect(dns_calls_to(&c, ip, &again) != call, "what is over is not used");
    cr_expect(!dns_calls_lost(&c, p, &lost, &served), "nobody waits any more");
    dns_calls_deinit(&c);
    small_world_free(&w);
}

/* Silence makes a connection doubtful; an answer to somebody else shows that it lives. */
Test(dns_calls, a_silent_connection_is_left)
{
    for (int heard = 0; heard < 2; heard++) {
        struct small_world w;
        cr_assert(small_world_new(&w, SMALL_HOSTS));
        struct stage *s = world_stage(w.world);
        struct dns_calls c = { .self = stage_find(s, SLICE("dns.isp.test")) };
        uint32_t ip = network_ip_of(s->net, stage_find(s, SLICE("ns.names.test"))->id), flow;
        pool_id call = dns_calls_to(&c, ip, &flow);
        actor_power(stage_find(s, SLICE("ns.names.test")), false);
        dns_calls_ask(&c, call, SLICE("\0\1"), 1);
        dns_calls_ask(&c, call, SLICE("\0\2"), 2);
        (void)world_run(w.world, 2 * SIM_SECOND);
        if (heard == 1) {
            dns_calls_done(&c, call, 2);
        }
        dns_calls_leave(&c, call, 1);
        cr_expect_eq(dns_calls_to(&c, ip, &flow) == call, heard == 1);
        dns_calls_drop(&c);
        dns_calls_leave(&c, call, 2); /* the power was lost in between: nothing is left of it */
        dns_calls_deinit(&c);
        small_world_free(&w);
    }
}
