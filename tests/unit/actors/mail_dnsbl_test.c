#include "tests/lib/small_world.h"
#include "tests/lib/stranger.h"

#include "sim/actors/nameserver.h"

#include <criterion/criterion.h>
#include <stdio.h>

/* A world whose name server knows a list, and a stranger who sends from a listed address. */
struct row {
    const char *why, *config;
    const char *from;
    uint32_t answer; /* of the list */
    bool txt;
    const char *heard;
    size_t asked; /* A questions to the list */
    uint16_t port;
};

/* clang-format off */
static const struct row rows[] = {
    { "listed: 554 5.7.1 at RCPT, with the reason from its TXT record (RFC 5782 2.1)",
      "'dnsbl':['other.test','list.test']", "x@a.test", 0x7f000002, true,
      "554 5.7.1 192.0.2.66 is listed by list.test: open relay", 1, 25 },
    { "without a reason", "'dnsbl':'list.test'", "x@a.test", 0x7f000004, false,
      "554 5.7.1 192.0.2.66 is listed by list.test\r\n", 1, 25 },
    { "an answer outside of 127/8 lists nobody (RFC 5782 2.1)", "'dnsbl':'list.test'", "x@a.test",
      0xc0000201, true, "250 2.1.5", 1, 25 },
    { "nobody asks", "'pop':true", "x@a.test", 0x7f000002, true, "250 2.1.5", 0, 25 },
    { "at the door: 554 instead of 220, and then only QUIT is heard (RFC 5321 3.1)",
      "'dnsbl':'list.test','dnsbl-at':'connect'", "x@a.test", 0x7f000002, true,
      "554 192.0.2.66 is listed by list.test: open relay\r\n503", 1, 25 },
    { "who is not listed is greeted", "'dnsbl':['list.test','other.test'],'dnsbl-at':'connect'",
      "x@a.test", 0xc0000201, true, "220 mail.example.net", 1, 25 },
    { "who submits may call from anywhere", "'dnsbl':'list.test','dnsbl-at':'connect'", "x@a.test",
      0x7f000002, true, "220 mail.example.net", 0, 587 },
    { "nor is it asked about those whom this host relays for", "'dnsbl':'list.test',"
      "'relay-for':'bad.test'", "x@a.test", 0x7f000002, true, "250 2.1.5", 0, 25 },
    { "at the door neither", "'dnsbl':'list.test','dnsbl-at':'connect','relay-for':'bad.test'",
      "x@a.test", 0x7f000002, true, "220 mail.example.net", 0, 25 },
    { "their own names are not asked for either",
      "'check-sender-domain':true,'check-helo':true,'relay-for':'bad.test'", "x@nowhere.invalid", 0,
      false, "250 2.1.5", 0, 25 },
    { "a domain that does not exist", "'check-sender-domain':true", "x@nowhere.invalid", 0, false,
      "550 5.1.8", 0, 25 },
    { "one that is there", "'check-sender-domain':true", "alice@example.org", 0, false,
      "250 2.1.5", 0, 25 },
    { "one that has only an address", "'check-sender-domain':true", "x@mail.example.org", 0, false,
      "250 2.1.5", 0, 25 },
    { "nobody at all", "'check-sender-domain':true", "", 0, false, "250 2.1.5", 0, 25 },
    { "one that takes no mail itself (RFC 7505 4.2)", "'check-sender-domain':true", "x@list.test", 0,
      false, "550 5.7.27", 0, 25 },
};
/* clang-format on */

static void add_list(struct small_world *w, const struct row *row, struct dns_zone *zone)
{
    dns_zone_init(zone, SLICE("list.test"));
    (void)dns_name_set(&dns_zone_add(zone, SLICE("list.test"), DNS_SOA, 60)->target,
                       SLICE("ns.names.test"));
    dns_zone_add(zone, SLICE("66.2.0.192.list.test"), DNS_A, 60)->a = row->answer;
    if (row->txt) {
        dns_zone_add(zone, SLICE("66.2.0.192.list.test"), DNS_TXT, 60)->txt =
            SLICE("\x0aopen relay");
    }
    struct dns_record *mx = dns_zone_add(zone, SLICE("list.test"), DNS_MX, 60);
    (void)dns_name_set(&mx->target, SLICE("."));
    cr_assert(nameserver_add_zone(stage_find(world_stage(w->world), SLICE("ns.names.test")), zone));
}

static void hold(const struct row *row)
{
    struct small_world w;
    struct dns_zone zone;
    char body[600], said[200];
    (void)snprintf(
        body, sizeof body,
        "'hosts':{'bad.test':{'kind':'mta','domain':'b.test','ip':'192.0.2.66'}," SMALL_ORG
        ",'mail.example.net':{'kind':'mail','domain':'example.net',"
        "'accounts':{'bob':'b'},%s}}",
        row->config);
    (void)snprintf(said, sizeof said,
                   "EHLO bad.test\r\nMAIL FROM:<%s>\r\nRCPT TO:<bob@example.net>\r\n"
                   "RCPT TO:<bob@example.net>\r\nQUIT\r\n",
                   row->from);
    cr_assert(small_world_new(&w, body), "%s: %s", row->why, w.err.text);
    add_list(&w, row, &zone);
    struct stage *s = world_stage(w.world);
    uint32_t ip = network_ip_of(s->net, stage_find(s, SLICE("mail.example.net"))->id);
    struct stranger x = { .first = slice_of(said) };
    stranger_call(&x, stage_find(s, SLICE("bad.test")), ip, row->port);
    small_world_run(&w);
    cr_expect(slice_find(buf_slice(&x.got), slice_of(row->heard)) != SLICE_NONE, "%s: %s", row->why,
              buf_z(&x.got));
    size_t asked = 0;
    for (uint64_t n = 1; n <= w.trace.count; n++) {
        const struct trace_rec *r = trace_at(&w.trace, n);
        asked += r->kind == TRACE_ASK && r->b == DNS_A &&
                 slice_eq(trace_name_of(&w.trace, r->a), SLICE("66.2.0.192.list.test")) &&
                 slice_eq(trace_name_of(&w.trace, trace_at(&w.trace, n)->a),
                          SLICE("66.2.0.192.list.test")) &&
                 r->actor == stage_find(s, SLICE("mail.example.net"))->id;
    }
    cr_expect_eq(asked, row->asked, "%s: %zu", row->why, asked);
    stranger_deinit(&x);
    small_world_free(&w);
    dns_zone_deinit(&zone);
}

Test(mail_dnsbl, is_asked_before_the_answer)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        hold(&rows[i]);
    }
}

/* clang-format off */
static const struct small_row silent_rows[] = {
    { "a list that nobody serves keeps no mail away",
      "'hosts':{" SMALL_ALICE "," SMALL_ORG ",'mail.example.net':{'kind':'mail',"
      "'domain':'example.net','accounts':{'bob':'b'},'dnsbl':['no.invalid','none.invalid'],"
      "'check-sender-domain':true}},'script':[" SMALL_SEND("1s", "bob@example.net") "],'expect':["
      "{'refused':554,'count':0},{'mailbox':'bob@example.net','messages':1}]" },
    { "no name service: who is asked for waits (450 4.1.8), lists say nothing",
      "'hosts':{" SMALL_ALICE "," SMALL_ORG ",'mail.example.net':{'kind':'mail',"
      "'domain':'example.net','accounts':{'bob':'b'},'dnsbl':'no.invalid',"
      "'check-sender-domain':true}},'script':[" SMALL_SEND("1s", "bob@example.net") ","
      SMALL_DO("1.46s", "dns.isp.test", "down") "," SMALL_DO("4min", "dns.isp.test", "up")
      "],'expect':[{'refused':450,'reply':'4.1.8','min':1},"
      "{'mailbox':'bob@example.net','messages':1}]" },
};
/* clang-format on */

Test(mail_dnsbl, who_is_silent_lists_nobody)
{
    SMALL_WORLDS_HOLD(silent_rows);
}
