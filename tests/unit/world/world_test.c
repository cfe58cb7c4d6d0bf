#include "tests/lib/small_world.h"

#include <criterion/criterion.h>

/* clang-format off */
#define SEND_BOB SMALL_SEND("1s", "bob@example.net")
#define TWO_WAYS /* a link of their own between the servers, beside the internet */                \
    SMALL_HOSTS ",'links':[{'between':['mail.example.org','mail.example.net'],'latency':'1s'}]"
#define EXPECT_AFTER(at, n) "'expect':[{'at':'" at "','mailbox':'bob@example.net','messages':" n "}"

static const struct small_row link_rows[] = {
    { "what is not linked meets in the internet", SMALL_HOSTS ",'script':[" SEND_BOB "],"
      EXPECT_AFTER("1.7s", "1") "]" },
    { "a declared link is taken, however slow", TWO_WAYS ",'script':[" SEND_BOB "],"
      EXPECT_AFTER("6s", "0") ",{'mailbox':'bob@example.net','messages':1}]" },
    { "slow makes a link slow, mend makes it as it was",
      TWO_WAYS ",'script':[{'at':'0s','link':['mail.example.org','mail.example.net'],'do':'slow',"
      "'latency':'1ms'}," SEND_BOB ","
      "{'at':'5s','link':['mail.example.net','mail.example.org'],'do':'mend'},"
      SMALL_SEND("10s", "carol@example.net") "],"
      EXPECT_AFTER("1.6s", "1") ",{'at':'14s','mailbox':'carol@example.net','messages':0},"
      "{'mailbox':'carol@example.net','messages':1}]" },
    { "a link that is down from the start", SMALL_HOSTS ",'links':[{'host':'alice-laptop',"
      "'latency':'5ms','down':true}],'script':[" SEND_BOB ","
      SMALL_DO("10min", "alice-laptop", "mend") "," SMALL_DO("20min", "alice-laptop", "fetch")
      "]," EXPECT_AFTER("9min", "0") ",{'mailbox':'bob@example.net','messages':1}]" },
    { "a way into the internet is mended to what it was",
      SMALL_HOSTS ",'links':[{'host':'alice-laptop','latency':'1s'}],'script':["
      SMALL_DO("0s", "alice-laptop", "cut") "," SMALL_DO("0.5s", "alice-laptop", "mend") "," SEND_BOB
      "]," EXPECT_AFTER("9s", "0") ",{'mailbox':'bob@example.net','messages':1}]" },
    { "loss, jitter and a narrow line: slow, and all arrives",
      SMALL_HOSTS ",'links':[{'host':'mail.example.net','latency':'20ms','jitter':'9ms',"
      "'loss':'5%','bandwidth':'64kbit/s'}],'script':[{'at':'1s','host':'alice-laptop','do':'send',"
      "'to':['bob@example.net'],'subject':'S','text':'T','repeat':20,'every':'10s'},"
      SMALL_DO("2h", "bob-pc", "fetch") "],'expect':["
      "{'mailbox':'bob@example.net','messages':20},{'device':'bob-pc','messages':20}]" },
    { "a step that is repeated", SMALL_HOSTS ",'script':[{'at':'1s','host':'alice-laptop',"
      "'do':'send','to':['bob@example.net'],'subject':'S','text':'T','repeat':3,'every':'1h'}],"
      EXPECT_AFTER("59min", "1") ",{'at':'90min','mailbox':'bob@example.net','messages':2},"
      "{'mailbox':'bob@example.net','messages':3}]" },
};
/* clang-format on */

Test(world, links_and_steps)
{
    SMALL_WORLDS_HOLD(link_rows);
}

Test(world, what_makes_no_sense_is_said)
{
    static const struct {
        const char *body, *says;
    } rows[] = {
        { "'hosts':{'mx.example.org':{'kind':'mx','domain':'example.org'}}", "next" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct small_world w;
        cr_expect(!small_world_new(&w, rows[i].body), "%s", rows[i].body);
        cr_expect_neq(slice_find(slice_of(w.err.text), slice_of(rows[i].says)), SLICE_NONE, "%s",
                      w.err.text);
        small_world_free(&w);
    }
}

/* Pending timers are no part of the story: the run ends with the last thing that happened. */
Test(world, ends_with_the_last_thing_that_happened)
{
    static const struct {
        const char *body;
        sim_time from, to;
    } rows[] = {
        { SMALL_HOSTS, 0, 0 },
        { SMALL_HOSTS ",'script':[" SEND_BOB "]", 1500 * SIM_MS, 2000 * SIM_MS },
        { SMALL_HOSTS ",'script':[" SEND_BOB "],'expect':[{'at':'3h','mailbox':'bob@example.net'}]",
          1500 * SIM_MS, 2000 * SIM_MS },
        { SMALL_HOSTS ",'story':[{'at':'90min','say':'x'}]", 90 * SIM_MINUTE, 90 * SIM_MINUTE },
        { SMALL_HOSTS ",'script':[" SMALL_DO("0s", "mail.example.net", "down") "," SEND_BOB
                                                                               "],'until':'1h'",
          30 * SIM_MINUTE, SIM_HOUR },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct small_world w;
        cr_assert(small_world_new(&w, rows[i].body), "row %zu", i);
        small_world_run(&w);
        cr_expect_geq(w.verdict.ended_at, rows[i].from, "row %zu", i);
        cr_expect_leq(w.verdict.ended_at, rows[i].to, "row %zu", i);
        cr_expect_eq(trace_at(&w.trace, w.trace.count)->at, w.verdict.ended_at, "row %zu", i);
        small_world_free(&w);
    }
}

static uint64_t digest_in_slices(const char *body, sim_time slice_ns)
{
    struct small_world w;
    cr_assert(small_world_new(&w, body));
    for (sim_time at = 0; slice_ns > 0 && world_run(w.world, at); at += slice_ns) {
        cr_expect_leq(world_now(w.world), at);
    }
    small_world_run(&w);
    uint64_t digest = w.trace.digest;
    small_world_free(&w);
    return digest;
}

Test(world, runs_the_same_in_one_go_and_in_slices)
{
    static const char body[] =
        SMALL_HOSTS ",'script':[" SEND_BOB "," SMALL_DO("20s", "bob-pc", "fetch") "]";
    uint64_t whole = digest_in_slices(body, 0);
    cr_expect_eq(digest_in_slices(body, SIM_SECOND), whole);
    cr_expect_eq(digest_in_slices(body, 7 * SIM_MS), whole);
}

/* Two worlds side by side do not disturb each other; time never runs backwards; causes are older
 * than what they cause. */
Test(world, is_alone_and_in_order)
{
    struct small_world a, b;
    static const char body[] = SMALL_HOSTS ",'script':[" SEND_BOB "]";
    cr_assert(small_world_new(&a, body));
    cr_assert(small_world_new(&b, body));
    sim_time at = 0;
    bool more = true;
    while (more) {
        at += 10 * SIM_MS;
        more = world_run(a.world, at);
        more = world_run(b.world, at) || more;
    }
    a.verdict = world_finish(a.world);
    b.verdict = world_finish(b.world);
    cr_expect_eq(a.trace.digest, b.trace.digest);
    for (uint64_t n = 2; n <= a.trace.count; n++) {
        const struct trace_rec *r = trace_at(&a.trace, n);
        cr_expect_geq(r->at, trace_at(&a.trace, n - 1)->at);
        cr_expect_lt(r->cause, n);
    }
    small_world_free(&a);
    small_world_free(&b);
}

/* Each domain has a network of its own (RFC 5737), and nobody's address is taken twice. */
Test(world, gives_addresses_that_are_easy_to_tell_apart)
{
    static const struct {
        const char *host, *ip;
    } rows[] = {
        { "alice-laptop", "192.0.2.10" },      { "mail.example.org", "192.0.2.11" },
        { "bob-pc", "198.51.100.10" },         { "mail.example.net", "198.51.100.11" },
        { "fixed.example.org", "192.0.2.12" }, { "late.example.org", "192.0.2.13" },
    };
    struct small_world w;
    cr_assert(small_world_new(
        &w, "'hosts':{" SMALL_ALICE "," SMALL_BOB "," SMALL_ORG "," SMALL_NET
            ",'late.example.org':{'kind':'mta','domain':'example.org'},"
            "'fixed.example.org':{'kind':'mta','domain':'example.org','ip':'192.0.2.12'}}"));
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf ip = { 0 };
        struct actor *a = stage_find(world_stage(w.world), slice_of(rows[i].host));
        cr_assert_not_null(a, "%s", rows[i].host);
        fmt_ip4(&ip, network_ip_of(world_stage(w.world)->net, a->id));
        cr_expect(slice_eq(buf_slice(&ip), slice_of(rows[i].ip)), "%s: %.*s", rows[i].host,
                  SLICE_ARG(buf_slice(&ip)));
        buf_deinit(&ip);
    }
    small_world_free(&w);
}
