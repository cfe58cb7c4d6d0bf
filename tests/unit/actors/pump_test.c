/* Faults at every moment of a letter's way: nothing that was accepted may vanish, and nothing may
 * come twice but where the reply to the final dot was lost (RFC 5321 4.5.4.1, RFC 1047). */
#include "tests/lib/small_world.h"
#include "tests/lib/stranger.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define BODY_MAX 3000

/* clang-format off */
static const char sending[] =
    SMALL_HOSTS ",'until':'8h','script':[{'at':'1s','host':'alice-laptop','do':'send',"
    "'to':['bob@example.net','nobody@example.net','dave@example.org'],'subject':'S','text':'T'},"
    "{'at':'%ums','host':'%s','do':'%s'},{'at':'30min','host':'%s','do':'%s'},"
    SMALL_DO("1h", "alice-laptop", "fetch") "," SMALL_DO("2h", "alice-laptop", "fetch") ","
    SMALL_DO("3h", "bob-pc", "fetch") "]";

static const char fetching[] =
    "'hosts':{" SMALL_ALICE ",'bob-pc':{'kind':'mua','account':'bob@example.net','read':'%s'},"
    SMALL_ORG "," SMALL_NET "},'until':'8h','script':["
    SMALL_SEND("1s", "bob@example.net") "," SMALL_SEND("5s", "bob@example.net") ","
    SMALL_DO("10s", "bob-pc", "fetch") ",{'at':'%ums','host':'%s','do':'%s'},"
    "{'at':'30min','host':'%s','do':'%s'}," SMALL_DO("1h", "bob-pc", "fetch") "]";
/* clang-format on */

static const struct fault {
    const char *host, *does, *undoes;
} faults[] = {
    { "alice-laptop", "cut", "mend" },       { "mail.example.org", "cut", "mend" },
    { "mail.example.net", "cut", "mend" },   { "dns.isp.test", "cut", "mend" },
    { "alice-laptop", "offline", "online" }, { "mail.example.org", "down", "up" },
    { "mail.example.net", "down", "up" },    { "dns.isp.test", "down", "up" },
};

static size_t records(const struct small_world *w, enum trace_kind kind, const char *host,
                      const char *contains)
{
    struct buf scratch = { 0 };
    uint32_t actor = stage_find(world_stage(w->world), slice_of(host))->id;
    size_t count = 0;
    for (uint64_t n = 1; n <= w->trace.count; n++) {
        const struct trace_rec *r = trace_at(&w->trace, n);
        if (r->kind == kind && r->actor == actor) {
            slice text = trace_payload(&w->trace, trace_payload_id(r), &scratch);
            count += slice_find(text, slice_of(contains)) != SLICE_NONE;
        }
    }
    buf_deinit(&scratch);
    return count;
}

/* The client of the flow of record n never said QUIT after it: it did not hear the 250. */
static bool unheard(const struct small_world *w, uint64_t n)
{
    struct buf scratch = { 0 };
    uint32_t flow = trace_at(&w->trace, n)->flow;
    bool quit = false;
    while (!quit && ++n <= w->trace.count) {
        const struct trace_rec *r = trace_at(&w->trace, n);
        quit = r->kind == TRACE_SAID && r->flow == flow &&
               slice_starts(trace_payload(&w->trace, r->c, &scratch), SLICE("QUIT"));
    }
    buf_deinit(&scratch);
    return !quit;
}

static size_t lost_replies(const struct small_world *w, const char *host)
{
    uint32_t actor = stage_find(world_stage(w->world), slice_of(host))->id;
    size_t count = 0;
    for (uint64_t n = 1; n <= w->trace.count; n++) {
        const struct trace_rec *r = trace_at(&w->trace, n);
        count += r->kind == TRACE_ENVELOPE && r->actor == actor && unheard(w, n);
    }
    return count;
}

static void check_sending(const struct small_world *w, const char *why)
{
    size_t lost_org = lost_replies(w, "mail.example.org");
    size_t lost_net = lost_replies(w, "mail.example.net");
    size_t at_org = records(w, TRACE_ENVELOPE, "mail.example.org", "");
    size_t at_net = records(w, TRACE_ENVELOPE, "mail.example.net", "");
    cr_expect(small_world_all_settled(w), "%s", why);
    cr_expect_eq(small_world_fates(w, FATE_QUEUED), 0, "%s", why);
    cr_expect_eq(at_org, 1 + lost_org, "%s: %zu, replies lost %zu", why, at_org, lost_org);
    cr_expect_eq(at_net, at_org + lost_net, "%s: %zu, replies lost %zu", why, at_net, lost_net);
    cr_expect_eq(records(w, TRACE_OUTCOME, "mail.example.net", "bob@example.net\n"), at_net, "%s",
                 why);
    cr_expect_eq(records(w, TRACE_OUTCOME, "mail.example.org", "nobody@example.net\n"), at_org,
                 "%s", why);
    cr_expect_eq(records(w, TRACE_FETCHED, "bob-pc", ""), at_net, "%s", why);
    cr_expect_eq(records(w, TRACE_FETCHED, "alice-laptop", ""), at_org, "%s: reports", why);
}

static void check_fetching(const struct small_world *w, const char *why)
{
    cr_expect(small_world_all_settled(w), "%s", why);
    cr_expect_eq(records(w, TRACE_FETCHED, "bob-pc", ""), 2, "%s", why);
}

static void run(const char *body, const char *why,
                void (*check)(const struct small_world *, const char *))
{
    struct small_world w;
    bool ok = small_world_new(&w, body);
    struct buf said = { 0 };
    problems_text(&w.problems, &said);
    cr_assert(ok, "%s: %.*s", why, SLICE_ARG(buf_slice(&said)));
    buf_deinit(&said);
    small_world_run(&w);
    check(&w, why);
    small_world_free(&w);
}

Test(pump, a_letter_survives_a_fault_at_any_moment)
{
    char body[BODY_MAX], why[100];
    for (size_t i = 0; i < COUNT(faults); i++) {
        const struct fault *f = &faults[i];
        for (unsigned at = 1000; at < 1900; at += 9) {
            (void)snprintf(why, sizeof why, "%s %s at %u ms", f->host, f->does, at);
            (void)snprintf(body, sizeof body, sending, at, f->host, f->does, f->host, f->undoes);
            run(body, why, check_sending);
        }
    }
}

/* clang-format off */
static const char lossy[] =
    "'seed':%u," SMALL_HOSTS ",'until':'2d','links':["
    "{'host':'mail.example.org','latency':'15ms','loss':'20%%','jitter':'9ms'},"
    "{'host':'mail.example.net','latency':'15ms','loss':'20%%','bandwidth':'1Mbit/s'}],"
    "'script':[{'at':'1s','host':'alice-laptop','do':'send',"
    "'to':['bob@example.net','nobody@example.net','dave@example.org'],'subject':'S','text':'T'},"
    "{'at':'1h','host':'alice-laptop','do':'fetch','repeat':5,'every':'1h'},"
    "{'at':'12h','host':'bob-pc','do':'fetch','repeat':5,'every':'1h'}]";
/* clang-format on */

Test(pump, bad_lines_lose_nothing)
{
    char body[BODY_MAX], why[100];
    for (unsigned seed = 1; seed <= 40; seed++) {
        (void)snprintf(why, sizeof why, "bad lines, seed %u", seed);
        (void)snprintf(body, sizeof body, lossy, seed);
        run(body, why, check_sending);
    }
}

/* POP3 deletes, IMAP keeps: either way each letter comes to the device exactly once. */
Test(pump, fetching_survives_a_fault_at_any_moment)
{
    static const struct {
        const char *protocol;
        struct fault fault;
    } rows[] = {
        { "pop", { "bob-pc", "cut", "mend" } },
        { "pop", { "bob-pc", "offline", "online" } },
        { "pop", { "mail.example.net", "down", "up" } },
        { "imap", { "bob-pc", "cut", "mend" } },
        { "imap", { "bob-pc", "offline", "online" } },
        { "imap", { "mail.example.net", "down", "up" } },
    };
    char body[BODY_MAX], why[100];
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct fault *f = &rows[i].fault;
        for (unsigned at = 10000; at < 10700; at += 9) {
            (void)snprintf(why, sizeof why, "%s: %s %s at %u ms", rows[i].protocol, f->host,
                           f->does, at);
            (void)snprintf(body, sizeof body, fetching, rows[i].protocol, at, f->host, f->does,
                           f->host, f->undoes);
            run(body, why, check_fetching);
        }
    }
}

/* Flights of octets from a host, and what stands in the last of them. */
static size_t flights_of(const struct small_world *w, const struct actor *a, struct buf *last)
{
    size_t count = 0;
    struct buf scratch = { 0 };
    for (uint64_t n = 1; n <= w->trace.count; n++) {
        const struct trace_rec *r = trace_at(&w->trace, n);
        if (r->kind == TRACE_SAID && r->actor == a->id) {
            buf_clear(last);
            buf_add(last, trace_payload(&w->trace, r->c, &scratch));
        }
        count += r->kind == TRACE_FLIGHT && r->actor == a->id && r->b > 0;
    }
    buf_deinit(&scratch);
    return count;
}

/* RFC 2920 3.2: what came in one flight is answered by one, in order, when all of it is used up;
 * nothing waits for what has not come. */
Test(pump, one_flight_is_answered_by_one)
{
    static const struct {
        const char *said, *heard; /* ""; nothing */
    } rows[] = {
        { "EHLO a.test\r\n", "250-mail.example.net" },
        { "MAIL FROM:<x@a.test>\r\nRCPT TO:<bob@example.net>\r\nRSET\r\nMAIL FROM:<y@a.test>\r\n"
          "RCPT TO:<nobody@example.net>\r\nRCPT TO:<bob@example.net>\r\nDATA\r\n",
          "250 2.1.0 sender ok\r\n250 2.1.5 recipient ok\r\n250 2.0.0 forgotten\r\n"
          "250 2.1.0 sender ok\r\n550 5.1.1 No such user here\r\n250 2.1.5 recipient ok\r\n"
          "354 go ahead" },
        { "Subject: S\r\n\r\nT\r\n.\r\nMAIL FROM:<z@a.test>\r\nRCPT TO:<bob@example.net>\r\nDA",
          "250 2.0.0 Ok: queued" },
        { "T", "" },
        { "A\r\n", "354 go ahead" },
        { "S\r\n.\r\n", "250 2.0.0 Ok: queued" },
        { "NOOP\r\n", "250 2.0.0 ok\r\n" },
        { "VRFY bob\r\n", "252 2.0.0 " },
        { "XYZZY\r\n", "500 5.5.2 unknown command\r\n" },
        { "QUIT\r\n", "221 2.0.0 goodbye\r\n" },
    };
    struct small_world w;
    struct buf last = { 0 };
    cr_assert(small_world_new(&w, SMALL_HOSTS));
    struct stage *s = world_stage(w.world);
    struct actor *server = stage_find(s, SLICE("mail.example.net"));
    struct stranger x = { 0 };
    stranger_call(&x, stage_find(s, SLICE("alice-laptop")), network_ip_of(s->net, server->id), 25);
    sim_time now = SIM_SECOND;
    (void)world_run(w.world, now);
    size_t flights = flights_of(&w, server, &last);
    cr_expect_eq(flights, 1, "the greeting");
    for (size_t i = 0; i < COUNT(rows); i++) {
        stranger_say(&x, slice_of(rows[i].said));
        (void)world_run(w.world, now += SIM_SECOND);
        size_t more = flights_of(&w, server, &last) - flights;
        flights += more;
        cr_expect_eq(more, rows[i].heard[0] != '\0', "row %zu: %zu flights", i, more);
        cr_expect(slice_starts(buf_slice(&last), slice_of(rows[i].heard)), "row %zu: %s", i,
                  buf_z(&last));
    }
    small_world_run(&w);
    cr_expect_eq(w.trace.kinds[TRACE_STORED], 2);
    buf_deinit(&last);
    stranger_deinit(&x);
    small_world_free(&w);
}
