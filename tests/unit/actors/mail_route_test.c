#include "tests/lib/small_world.h"

#include "sim/actors/nameserver.h"

#include <criterion/criterion.h>
#include <stdio.h>

/* clang-format off */
#define ALICE_AND_ORG "'hosts':{" SMALL_ALICE "," SMALL_ORG
#define SEND_BOB SMALL_SEND("1s", "bob@example.net")
/* One domain, two exchangers, one store behind them. */
#define TWO_MX                                                                                     \
    ALICE_AND_ORG ",'store.example.net':{'kind':'store','domain':'example.net',"                   \
    "'accounts':{'bob':'b'}},"                                                                     \
    "'mx2.example.net':{'kind':'mx','domain':'example.net','next':'store.example.net',"            \
    "'preference':20},"                                                                            \
    "'mx1.example.net':{'kind':'mx','domain':'example.net','next':'store.example.net',"            \
    "'preference':5}}"

static const struct small_row mx_rows[] = {
    { "the lowest preference is tried first",
      TWO_MX ",'script':[" SEND_BOB "],'expect':["
      "{'connections':'smtp','to':'mx1.example.net','count':1},"
      "{'connections':'smtp','to':'mx2.example.net','count':0},"
      "{'connections':'smtp','from':'mx1.example.net','to':'store.example.net','count':1},"
      "{'outcome':'relayed','count':2},"
      "{'outcome':'delivered','host':'store.example.net','count':1},"
      "{'mailbox':'bob@example.net','messages':1}]" },
    { "the best is down: the next one, in the same round",
      TWO_MX ",'script':[" SMALL_DO("0s", "mx1.example.net", "down") "," SEND_BOB "],'expect':["
      "{'connections':'smtp','to':'mx1.example.net','ended':'timed-out','count':1},"
      "{'connections':'smtp','to':'mx2.example.net','count':1},"
      "{'deferred':'bob@example.net','count':0},{'mailbox':'bob@example.net','messages':1}]" },
    { "all are down: all were tried before the letter waits",
      TWO_MX ",'script':[" SMALL_DO("0s", "mx1.example.net", "down") ","
      SMALL_DO("0s", "mx2.example.net", "down") "," SEND_BOB ","
      SMALL_DO("3min", "mx2.example.net", "up") "],'expect':["
      "{'at':'2min','connections':'smtp','count':2},"
      "{'at':'3min','deferred':'bob@example.net','reason':'mx2.example.net','count':1},"
      "{'deferred':'bob@example.net','count':1},{'mailbox':'bob@example.net','messages':1}]" },
    { "the host behind the exchanger refuses: the exchanger reports, for the null path nobody",
      TWO_MX ",'script':[" SMALL_SEND("1s", "nobody@example.net") "],'expect':["
      "{'outcome':'bounced','to':'nobody@example.net','host':'mx1.example.net','count':1},"
      "{'mailbox':'alice@example.org','messages':1}]" },
    { "the host behind the exchanger is down: it waits there",
      TWO_MX ",'script':[" SMALL_DO("0s", "store.example.net", "down") "," SEND_BOB ","
      SMALL_DO("1h", "store.example.net", "up") "],'expect':["
      "{'at':'30min','queue':'mx1.example.net','messages':1},"
      "{'at':'30min','outcome':'relayed','host':'mail.example.org','count':1},"
      "{'mailbox':'bob@example.net','messages':1}]" },
    { "a store without an MX host is its domain's MX itself",
      ALICE_AND_ORG ",'store.example.net':{'kind':'store','domain':'example.net',"
      "'accounts':{'bob':'b'}}},'script':[" SEND_BOB "],'expect':["
      "{'dns':'example.net','type':'MX','answer':'store.example.net','min':1},"
      "{'mailbox':'bob@example.net','messages':1}]" },
    { "an exchanger never sends to itself or to a worse one",
      ALICE_AND_ORG ",'mx.example.net':{'kind':'mail','domain':'example.net','accounts':{'x':'x'}},"
      "'mta.example.net':{'kind':'mta','domain':'example.net','accounts':{'x':'x'}}},"
      "'script':[" SMALL_SEND("1s", "x@example.net") "],'expect':["
      "{'mailbox':'x@example.net','messages':1}]" },
};

/* A backup that the list names otherwise, where only its address gives it away. */
#define OTHER_NAME                                                                                 \
    ALICE_AND_ORG "," SMALL_NET ",'mail.example.com':{'kind':'mail','domain':'example.com',"       \
    "'accounts':{'carl':'c'},'ip':'203.0.113.77','relay-domains':'example.net'}}"
#define ALSO_BY(preferences) "'zones':{'example.net':['- @ MX'," preferences ",'spare A 203.0.113.77']},"
/* A name that is an alias has nothing else (RFC 1034 3.6.2): so it is no zone, and nobody's domain.
 * Who is asked to take the letter refuses it; but it is he who is asked. */
#define ALIAS(leads_to)                                                                            \
    "'zones':{'example.net':['lists CNAME " leads_to "']}," SMALL_HOSTS                            \
    ",'script':[" SMALL_SEND("1s", "bob@lists.example.net") "],"

static const struct small_row cname_rows[] = {
    { "the domain is a CNAME: the MX of the name it leads to, and the address stays as it is",
      ALIAS("example.net.") "'expect':["
      "{'dns':'lists.example.net','type':'MX','host':'mail.example.org','count':1},"
      "{'dns':'lists.example.net','type':'A','host':'mail.example.org','count':0},"
      "{'said':'RCPT TO:<bob@lists.example.net>','service':'smtp','by':'client','count':1},"
      "{'refused':550,'host':'mail.example.net','to':'bob@lists.example.net','count':1}]" },
    { "it leads to a name without MX: that name's address",
      ALIAS("mail") "'expect':["
      "{'dns':'mail.example.net','type':'A','host':'mail.example.org','count':1},"
      "{'said':'RCPT TO:<bob@lists.example.net>','service':'smtp','by':'client','count':1},"
      "{'refused':550,'host':'mail.example.net','to':'bob@lists.example.net','count':1}]" },
    { "it leads nowhere",
      ALIAS("gone") "'expect':["
      "{'outcome':'bounced','to':'bob@lists.example.net','reason':'5.1.2','count':1},"
      "{'connections':'smtp','count':0}]" },
    { "and in a circle: no answer can be had, which may change",
      ALIAS("lists") "'expect':["
      "{'deferred':'bob@lists.example.net','reason':'4.4.3','min':1},"
      "{'connections':'smtp','count':0}]" },
};

static const struct small_row own_address_rows[] = {
    { "its own address under another name: the better ones only, and it waits for them",
      ALSO_BY("'@ MX 10 mail','@ MX 20 spare','@ MX 30 mail.example.org.'") OTHER_NAME ",'script':["
      SMALL_DO("0s", "mail.example.net", "down") "," SEND_BOB ","
      SMALL_DO("2h", "mail.example.net", "up") "],'expect':["
      "{'at':'1h','queue':'mail.example.com','messages':1},"
      "{'connections':'smtp','from':'mail.example.com','to':'mail.example.com','count':0},"
      "{'connections':'smtp','from':'mail.example.com','to':'mail.example.org','count':0},"
      "{'deferred':'bob@example.net','reason':'No better exchanger can be reached','min':1},"
      "{'mailbox':'bob@example.net','messages':1}]" },
    { "it is the best itself: nobody is left",
      ALSO_BY("'@ MX 10 spare','@ MX 20 mail'") OTHER_NAME ",'script':[" SEND_BOB "],'expect':["
      "{'outcome':'bounced','to':'bob@example.net','host':'mail.example.com','reason':'5.4.6',"
      "'count':1},{'connections':'smtp','to':'mail.example.net','count':0}]" },
};

static const struct small_row name_rows[] = {
    { "no such domain: bounced at once",
      SMALL_HOSTS ",'script':[" SMALL_SEND("1s", "bob@nowhere.invalid") ","
      SMALL_DO("9s", "alice-laptop", "fetch") "],'expect':["
      "{'said':'Status: 5.1.2','service':'imap','line':true,'count':1},"
      "{'said':'Diagnostic-Code','count':0},{'said':'Remote-MTA','count':0},"
      "{'outcome':'bounced','to':'bob@nowhere.invalid','reason':'5.1.2','count':1},"
      "{'deferred':'bob@nowhere.invalid','count':0},{'connections':'smtp','count':0},"
      "{'mailbox':'alice@example.org','messages':1}]" },
    { "a domain without MX: its own address is the exchanger",
      SMALL_HOSTS ",'script':[" SMALL_SEND("1s", "bob@mail.example.net") "],'expect':["
      "{'dns':'mail.example.net','type':'MX','host':'mail.example.org','count':1},"
      "{'dns':'mail.example.net','type':'A','host':'mail.example.org','count':1},"
      "{'connections':'smtp','to':'mail.example.net','count':1},"
      "{'refused':550,'host':'mail.example.net','reply':'5.7.1','count':1}]" },
    { "a name that exists, with neither MX nor address",
      SMALL_HOSTS ",'script':[" SMALL_SEND("1s", "bob@names.test") "],'expect':["
      "{'outcome':'bounced','to':'bob@names.test','reason':'5.4.4','count':1}]" },
    { "no such name in a domain that exists",
      SMALL_HOSTS ",'script':[" SMALL_SEND("1s", "bob@noaddress.example.org") "],'expect':["
      "{'outcome':'bounced','to':'bob@noaddress.example.org','reason':'5.1.2','count':1}]" },
    { "no name service: deferred, and sent once it is back",
      SMALL_HOSTS ",'script':[" SEND_BOB ","
      SMALL_DO("1.1s", "dns.isp.test", "down") "," SMALL_DO("10min", "dns.isp.test", "up")
      "],'expect':["
      "{'deferred':'bob@example.net','reason':'4.4.3','min':1},"
      "{'mailbox':'bob@example.net','messages':1}]" },
    { "no authoritative server: the resolver says SERVFAIL, deferred, sent once it is back",
      SMALL_HOSTS ",'script':[" SEND_BOB ","
      SMALL_DO("1.1s", "ns.names.test", "down") "," SMALL_DO("10min", "ns.names.test", "up")
      "],'expect':["
      "{'deferred':'bob@example.net','reason':'4.4.3','min':1},"
      "{'mailbox':'bob@example.net','messages':1}]" },
    { "an address literal is asked of nobody",
      SMALL_HOSTS ",'script':[" SMALL_SEND("1s", "bob@[198.51.100.11]") "],'expect':["
      "{'dns':'example.net','type':'MX','count':0},"
      "{'connections':'smtp','to':'mail.example.net','count':1}]" },
};
/* clang-format on */

Test(mail_route, exchangers_are_tried_by_preference)
{
    SMALL_WORLDS_HOLD(mx_rows);
}

Test(mail_route, domains_that_are_aliases)
{
    SMALL_WORLDS_HOLD(cname_rows);
}

Test(mail_route, stops_at_its_own_address)
{
    SMALL_WORLDS_HOLD(own_address_rows);
}

Test(mail_route, names_that_fail)
{
    SMALL_WORLDS_HOLD(name_rows);
}

/* Exchangers of one preference share the work by chance (RFC 5321 5.1): the seed decides. */
Test(mail_route, equal_preferences_are_shuffled)
{
    static const char body[] =
        "'seed':%u," ALICE_AND_ORG ",'store.example.net':{'kind':'store','domain':'example.net',"
        "'accounts':{'bob':'b'}},"
        "'mx1.example.net':{'kind':'mx','domain':'example.net','next':'store.example.net'},"
        "'mx2.example.net':{'kind':'mx','domain':'example.net','next':'store.example.net'},"
        "'mx3.example.net':{'kind':'mx','domain':'example.net','next':'store.example.net'}},"
        "'script':[" SEND_BOB "]";
    static const char *const greetings[] = { "220 mx1.example.net", "220 mx2.example.net",
                                             "220 mx3.example.net" };
    size_t greeted[COUNT(greetings)] = { 0 };
    for (unsigned seed = 1; seed <= 60; seed++) {
        struct small_world w;
        char text[sizeof body + 20];
        (void)snprintf(text, sizeof text, body, seed);
        cr_assert(small_world_new(&w, text));
        small_world_run(&w);
        for (size_t i = 0; i < COUNT(greetings); i++) {
            greeted[i] += small_world_said(&w, greetings[i]);
        }
        small_world_free(&w);
    }
    for (size_t i = 0; i < COUNT(greetings); i++) {
        cr_expect_geq(greeted[i], 10, "%s: %zu of 60", greetings[i], greeted[i]);
    }
    cr_expect_eq(greeted[0] + greeted[1] + greeted[2], 60);
}

/* ---- zones that no scenario can say yet ---- */

struct zone_row {
    const char *why;
    struct {
        uint16_t preference;
        const char *target;
    } mx[3];
    size_t mx_count;
    const char *reason; /* in the DEFER or OUTCOME of the sending host */
    enum trace_fate fate;
    size_t connections;
};

static const struct zone_row zone_rows[] = {
    { "null MX: this domain takes no mail (RFC 7505)",
      { { 0, "." } },
      1,
      "556 5.1.10",
      FATE_BOUNCED,
      0 },
    { "an exchanger without an address",
      { { 10, "gone.example.com" } },
      1,
      "5.4.4",
      FATE_BOUNCED,
      0 },
    { "the second has one",
      { { 10, "gone.example.com" }, { 20, "mail.example.net" } },
      2,
      "5.7.1",
      FATE_BOUNCED,
      1 },
    { "we are the best: a loop (RFC 5321 5.1)",
      { { 10, "mail.example.org" }, { 20, "mail.example.net" } },
      2,
      "5.4.6",
      FATE_BOUNCED,
      0 },
    { "we are the second: only the first is tried",
      { { 20, "mail.example.org" }, { 10, "mail.example.net" }, { 20, "gone.example.com" } },
      3,
      "5.7.1",
      FATE_BOUNCED,
      1 },
};

static void hold_zone(const struct zone_row *row)
{
    struct small_world w;
    struct dns_zone zone;
    cr_assert(small_world_new(&w, SMALL_HOSTS
                              ",'script':[" SMALL_SEND("1s", "bob@example.com") "],'until':'6d'"));
    dns_zone_init(&zone, SLICE("example.com"));
    (void)dns_name_set(&dns_zone_add(&zone, SLICE("example.com"), DNS_SOA, 60)->target,
                       SLICE("ns.names.test"));
    for (size_t i = 0; i < row->mx_count; i++) {
        struct dns_record *mx = dns_zone_add(&zone, SLICE("example.com"), DNS_MX, 60);
        mx->preference = row->mx[i].preference;
        (void)dns_name_set(&mx->target, slice_of(row->mx[i].target));
    }
    cr_assert(nameserver_add_zone(stage_find(world_stage(w.world), SLICE("ns.names.test")), &zone));
    small_world_run(&w);
    cr_expect(small_world_all_settled(&w), "%s", row->why);
    cr_expect_gt(small_world_count(&w, TRACE_OUTCOME, row->reason), 0, "%s", row->why);
    cr_expect_eq(small_world_fates(&w, row->fate), 1, "%s", row->why);
    size_t calls = small_world_said(&w, "EHLO mail.example.org");
    cr_expect_eq(calls, row->connections, "%s: %zu", row->why, calls);
    small_world_free(&w);
    dns_zone_deinit(&zone);
}

/* mx1 knows its users, mx2 takes all: who was refused by the one must not be tried at the other. */
static const char two_minds[] = ALICE_AND_ORG
    ",'store.example.net':{'kind':'store','domain':'example.net',"
    "'accounts':{'bob':'b'}},"
    "'mx2.example.net':{'kind':'mx','domain':'example.net','next':'store.example.net',"
    "'preference':20},"
    "'mx1.example.net':{'kind':'mx','domain':'example.net','next':'store.example.net',"
    "'preference':5,'accounts':{'bob':'b'},'pipelining':false}},"
    "'script':[{'at':'1s','host':'alice-laptop','do':'send',"
    "'to':['nobody@example.net','bob@example.net'],'subject':'S','text':'T'},"
    "{'at':'%ums','host':'mx1.example.net','do':'down'},"
    "{'at':'1h','host':'mx1.example.net','do':'up'}],'expect':["
    "{'outcome':'bounced','to':'nobody@example.net','count':1},"
    "{'outcome':'bounced','count':1},{'mailbox':'alice@example.org','messages':1},"
    "{'outcome':'delivered','to':'bob@example.net','min':1,'max':2}]";

Test(mail_route, a_refusal_is_not_tried_elsewhere)
{
    for (unsigned at = 1300; at < 2000; at += 10) {
        char body[sizeof two_minds + 10];
        (void)snprintf(body, sizeof body, two_minds, at);
        small_worlds_hold(&(struct small_row){ "mx1 goes down in mid-transaction", body }, 1);
    }
}

Test(mail_route, exchangers_that_make_no_sense)
{
    for (size_t i = 0; i < COUNT(zone_rows); i++) {
        hold_zone(&zone_rows[i]);
    }
}

/* clang-format off */
#define BUECHER "xn--bcher-kva.example"
#define WIDE(more) "'hosts':{" SMALL_ALICE "," SMALL_ORG ",'pc':{'kind':'mua','account':'bob@bücher.example'},"  \
    "'mail.example.net':{'kind':'mail','domain':['Bücher.example'],'accounts':{'bob':'b'}" more "}}"
static const struct small_row wide_rows[] = {
    { "U-labels are looked up as A-labels, and said as they were written (RFC 6531 3.2, 3.7)",
      WIDE("") ",'script':[" SMALL_SEND("1s", "postmaster@bücher.example") "],'expect':["
      "{'dns':'" BUECHER "','type':'MX','host':'mail.example.org','count':1},"
      "{'dns':'bücher.example','type':'MX','host':'mail.example.org','answer':'IN MX 10 mail.example.net','count':1},"
      "{'said':'MAIL FROM:<alice@example.org> SIZE=','service':'smtp','by':'client','count':1},"
      "{'said':' SMTPUTF8','service':'smtp','by':'client','count':1},"
      "{'said':'RCPT TO:<postmaster@bücher.example>','service':'smtp','by':'client','count':1},"
      "{'said':'To: postmaster@bücher.example','service':'smtp','by':'client','line':true,'count':1},"
      "{'mailbox':'bob@bücher.example','messages':1},{'mailbox':'bob@" BUECHER "','messages':1}]" },
    { "both forms, and any case, are one domain, which is looked up once and gets one letter",
      WIDE("") ",'script':[{'at':'1s','host':'alice-laptop','do':'send','to':['bob@" BUECHER "','postmaster@BÜCHER.example'],"
      "'subject':'S','text':'T'}],'expect':[{'dns':'" BUECHER "','type':'MX','host':'mail.example.org','count':1},"
      "{'connections':'smtp','count':1},{'outcome':'delivered','count':2},{'mailbox':'bob@bücher.example','messages':2}]" },
    { "who lives there writes with his own address, and has a Message-ID of ASCII (RFC 6532 3.3)",
      WIDE("") ",'script':[{'at':'1s','host':'pc','do':'send','to':['alice@example.org'],'subject':'S','text':'T'}],'expect':["
      "{'said':'From: bob@bücher.example','service':'submission','line':true,'count':1},"
      "{'said':'.pc@" BUECHER ">','service':'submission','min':1},{'mailbox':'alice@example.org','messages':1}]" },
    { "what is no name of IDNA is nobody's domain",
      WIDE("") ",'script':[" SMALL_SEND("1s", "bob@☃.example") "],'expect':["
      "{'outcome':'bounced','reason':'5.1.2','count':1}]" },
    { "zones and their lines may be written so, too, and zones that change",
      "'zones':{'bücher.example':['@ 60 MX 5 läden','läden A 198.51.100.11']},"
      WIDE(",'ip':'198.51.100.11'") ",'script':[" SMALL_SEND("1s", "bob@bücher.example")
      ",{'at':'1min','do':'zone','domain':'Bücher.example.','set':['@ 60 MX 5 mäh.bücher.example.','mäh A 198.51.100.11']},"
      SMALL_SEND("10min", "bob@bücher.example") "],'expect':["
      "{'dns':'bücher.example','answer':'MX 5 xn--lden-loa." BUECHER "','host':'mail.example.org','count':1},"
      "{'dns':'bücher.example','answer':'MX 5 xn--mh-via." BUECHER "','host':'mail.example.org','count':1},"
      "{'mailbox':'bob@bücher.example','messages':2}]" },
    { "aliases and lists of what a backup keeps, in either form",
      "'hosts':{" SMALL_ALICE "," SMALL_ORG ",'mail.example.net':{'kind':'mail','domain':'" BUECHER "','accounts':{'bob':'b'},"
      "'aliases':{'sales@bücher.example':'bob@" BUECHER "'}}},'script':[" SMALL_SEND("1s", "sales@" BUECHER) ","
      SMALL_SEND("2s", "sales@bücher.example") "],'expect':[{'mailbox':'bob@bücher.example','messages':2}]" },
};
/* clang-format on */

Test(mail_route, names_outside_of_ascii)
{
    SMALL_WORLDS_HOLD(wide_rows);
}
