#include "tests/lib/small_world.h"

#include <criterion/criterion.h>

/* clang-format off */
#define BOB(at)   SMALL_SEND(at, "bob@example.net")
#define TWO       "'hosts':{" SMALL_ALICE "," SMALL_BOB "," SMALL_ORG "," SMALL_NET ",'ns1.example.net':{'kind':'nameserver','serves':'example.net'},'ns2.example.net':{'kind':'nameserver','serves':'example.net'}}"
#define ZONE(at, set) "{'at':'" at "','do':'zone','domain':'example.net','set':" set "}"
#define FAULT(what, more) "{'at':'0s','host':'ns.names.test','do':'dns-fault','what':'" what "','for':'10min'" more "}"
#define ARRIVE(n) "{'mailbox':'bob@example.net','messages':" n "}"
#define HEARS(answer, n) "{'dns':'example.net','type':'MX','host':'mail.example.org','answer':'" answer "','count':" n "}"

static const struct small_row rows[] = {
    { "the MX moves, and the TTL has to run out before a sender notices",
      "'zones':{'example.net':['@ 30m MX 10 mail','new A 198.51.100.11']}," SMALL_HOSTS ",'script':["
      BOB("1s") "," ZONE("10min", "['@ 300 MX 10 new']") "," BOB("20min") "," BOB("31min") "],'expect':["
      HEARS("1800 IN MX 10 mail.example.net.", "1") "," HEARS("602 IN MX 10 mail.example.net.", "1") ","
      HEARS("300 IN MX 10 new.example.net.", "1") "," ARRIVE("3") "]" },
    { "a secondary that nobody told stays behind; one that is alone with a change has it alone",
      TWO ",'script':[{'at':'0s','do':'zone','host':'ns1.example.net','domain':'example.net','set':'@ 60 MX 1 none'},"
      SMALL_DO("1s", "ns1.example.net", "down") "," BOB("2s") "],'expect':["
      HEARS("mail.example.net.", "1") "," HEARS("none.example.net.", "0") "," ARRIVE("1") "]" },
    { "what is changed for all reaches also the one that is different",
      TWO ",'script':[{'at':'0s','do':'zone','host':'ns1.example.net','domain':'example.net','set':['@ 60 MX 1 none']},"
      ZONE("1s", "['@ 60 MX 2 mail']") "," BOB("2s") "],'expect':[" HEARS("60 IN MX 2 mail.example.net.", "1") "]" },
    { "a new zone has servers and a way to it at once",
      SMALL_HOSTS ",'script':[{'at':'0s','do':'zone','domain':'other.example','set':['@ MX 1 mail.example.net.']},"
      SMALL_SEND("1s", "x@other.example") "],'expect':[{'dns':'other.example','host':'mail.example.org','answer':'MX 1 mail','count':1}]" },
    { "SERVFAIL: the letter waits, and arrives when that is over",
      SMALL_HOSTS ",'script':[" FAULT("servfail", ",'domain':'example.net'") "," BOB("1s") "],'expect':["
      "{'at':'1min','dns':'example.net','type':'MX','host':'mail.example.org','answer':'SERVFAIL','count':1}" ",{'deferred':'bob@example.net','min':1},{'at':'9min','mailbox':'bob@example.net','messages':0}," ARRIVE("1") "]" },
    { "REFUSED", SMALL_HOSTS ",'script':[" FAULT("refused", ",'domain':'example.net'") "," BOB("1s") "],'expect':["
      "{'at':'1min','dns':'example.net','type':'MX','host':'dns.isp.test','answer':'REFUSED','count':1}," "{'at':'1min','dns':'example.net','type':'MX','host':'mail.example.org','answer':'SERVFAIL','count':1}" "," ARRIVE("1") "]" },
    { "lame: the other server is asked, and the lame one not again",
      TWO ",'script':[{'at':'0s','host':'ns1.example.net','do':'dns-fault','what':'lame'}," BOB("1s") "," BOB("2min")
      "],'expect':[{'dns':'example.net','type':'MX','server':'ns1.example.net','count':1},"
      "{'dns':'mail.example.net','type':'A','server':'ns1.example.net','count':0}," ARRIVE("2") "]" },
    { "wrong: the letter goes where the lie points, and back when it has run out",
      SMALL_HOSTS ",'script':[" FAULT("wrong", ",'domain':'example.net','records':['@ 60 MX 10 mail','mail 60 A 192.0.2.99']") ","
      BOB("1s") "],'expect':[{'dns':'mail.example.net','answer':'60 IN A 192.0.2.99','host':'mail.example.org','min':1},"
      "{'connections':'smtp','ended':'unreachable','min':1}," ARRIVE("1") "]" },
    { "silent: asked twice, and the letter waits",
      SMALL_HOSTS ",'script':[" FAULT("silent", ",'domain':'example.net'") "," BOB("1s") "],'expect':["
      "{'at':'3.2s','dns':'example.net','host':'dns.isp.test','count':1},"
      "{'at':'1min','dns':'example.net','host':'dns.isp.test','count':2}," "{'at':'1min','dns':'example.net','type':'MX','host':'mail.example.org','answer':'SERVFAIL','count':1}" "," ARRIVE("1") "]" },
    { "truncate: by TCP, at once",
      SMALL_HOSTS ",'script':[" FAULT("truncate", "") "," BOB("1s") "],'expect':["
      "{'dns':'any','host':'dns.isp.test','over':'tcp','count':3},{'at':'2s','mailbox':'bob@example.net','messages':1}]" },
    { "by TCP, three questions over one connection, which is closed when it is idle (RFC 7766 6.2.1, 6.2.3)",
      SMALL_HOSTS ",'script':[" FAULT("truncate", "") "," BOB("1s") "],'expect':["
      "{'connections':'dns','from':'dns.isp.test','count':1},"
      "{'at':'3s','connections':'dns','ended':'done','count':0},"
      "{'at':'4s','connections':'dns','from':'dns.isp.test','ended':'done','count':1}]" },
    { "used no more once it is closed",
      SMALL_HOSTS ",'script':[" FAULT("truncate", "") "," BOB("1s") "," SMALL_SEND("4min", "a@nowhere.invalid") "],'expect':["
      "{'connections':'dns','from':'dns.isp.test','ended':'done','count':2}]" },
    { "by TCP, and no question waits for the answer to another (RFC 7766 6.2.1.1), nor has a connection of its own (6.2.2)",
      SMALL_HOSTS ",'script':[" FAULT("truncate", "") "," SMALL_DO("1s", "bob-pc", "fetch") "," BOB("1s") "],'expect':["
      "{'at':'1.12s','dns':'any','host':'dns.isp.test','over':'tcp','count':2},"
      "{'at':'1.12s','dns':'any','host':'dns.isp.test','over':'tcp','rcode':'NOERROR','count':0},"
      "{'connections':'dns','from':'dns.isp.test','count':1}]" },
    { "by TCP, and the server breaks down in between: the question is asked again (RFC 7766 6.2.4)",
      SMALL_HOSTS ",'script':[" FAULT("truncate", "") "," BOB("1s") ","
      "{'at':'1.11s','host':'ns.names.test','do':'down','for':'50ms'}],'expect':["
      "{'connections':'dns','from':'dns.isp.test','count':2},"
      "{'connections':'dns','from':'dns.isp.test','ended':'done','count':1},"
      "{'at':'9min','mailbox':'bob@example.net','messages':1}]" },
    { "slow for one domain: the answer for another overtakes it (RFC 7766 7)",
      SMALL_HOSTS ",'script':[" FAULT("slow", ",'domain':'example.net','delay':'1s'") "," SMALL_DO("1s", "bob-pc", "fetch") ","
      SMALL_SEND("1.1s", "dave@example.org") "],'expect':[{'at':'1.9s','mailbox':'dave@example.org','messages':1},"
      "{'at':'1.9s','connections':'imap','count':0},{'at':'10s','connections':'imap','count':1}]" },
    { "slow, but not too slow",
      SMALL_HOSTS ",'script':[" FAULT("slow", ",'delay':'1s'") "," BOB("1s") "],'expect':["
      "{'at':'3s','mailbox':'bob@example.net','messages':0},{'at':'10s','mailbox':'bob@example.net','messages':1}]" },
    { "switched off before its slow answer is out",
      SMALL_HOSTS ",'script':[" FAULT("slow", ",'delay':'1s'") "," BOB("1s") "," SMALL_DO("1.5s", "ns.names.test", "down") ","
      SMALL_DO("2min", "ns.names.test", "up") ",{'at':'2min','host':'ns.names.test','do':'repair'}],'expect':["
      "{'dns':'mail.example.org','host':'alice-laptop','answer':'192.0.2','min':0}]" },
};
/* clang-format on */

Test(world_names, change_and_are_told_wrongly)
{
    SMALL_WORLDS_HOLD(rows);
}

Test(world_names, changes_are_in_the_trace)
{
    struct small_world w;
    cr_assert(small_world_new(
        &w, TWO ",'script':[" ZONE(
                "1s", "['@ 300 MX 10 new','- mail A']") ",{'at':'2s','do':'zone',"
                                                        "'host':'ns2.example.net','domain':'"
                                                        "example.net.','set':['x A 192.0.2.9']}]"));
    small_world_run(&w);
    cr_expect_eq(small_world_count(&w, TRACE_ZONE,
                                   "- example.net. 3600 IN MX 10 mail.example.net.\n"
                                   "- mail.example.net. 3600 IN A 198.51.100.11\n"
                                   "+ example.net. 300 IN MX 10 new.example.net."),
                 1);
    cr_expect_eq(small_world_count(&w, TRACE_ZONE, "+ x.example.net. 3600 IN A 192.0.2.9"), 1);
    uint32_t serial = 2026090701;
    for (uint64_t n = 1; n <= w.trace.count; n++) {
        const struct trace_rec *r = trace_at(&w.trace, n);
        if (r->kind == TRACE_ZONE) {
            cr_expect_eq(r->b, ++serial);
            cr_expect_eq(r->actor != 0, serial == 2026090703);
        }
    }
    small_world_free(&w);
}

Test(world_names, steps_that_are_wrong_are_problems)
{
    static const struct {
        const char *step, *problem;
    } wrong[] = {
        { "{'at':'1s','do':'zone','domain':'example.net','set':['@ MX mail']}",
          "/script/0/set/0: the preference" },
        { "{'at':'1s','do':'zone','domain':'google.com','set':['@ MX 1 mail']}", "may belong" },
        { "{'at':'1s','do':'zone','set':['@ MX 1 mail']}", "\"domain\" is missing" },
        { "{'at':'1s','do':'zone','domain':'example.net','host':'bob-pc','set':[]}",
          "only a name server" },
        { "{'at':'1s','do':'dns-fault','what':'lame'}", "\"host\" is missing" },
        { "{'at':'1s','do':'dns-fault','what':'lame','host':'bob-pc'}", "only a name server" },
        { "{'at':'1s','do':'dns-fault','what':'wrong','domain':'a..example','host':'ns.names.test'"
          "}",
          "/script/0/domain: \"a..example\" is not a zone" },
        { "{'at':'1s','do':'dns-fault','what':'wrong','host':'ns.names.test','records':['a A 1']}",
          "not a zone" },
        { "{'at':'1s','do':'dns-fault','what':'wrong','domain':'example.net',"
          "'host':'ns.names.test','records':['a A 8.8.8.8']}",
          "may belong" },
    };
    struct buf text = { 0 };
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct small_world w;
        struct buf shown = { 0 };
        buf_clear(&text);
        buf_addz(&text, SMALL_HOSTS ",'script':[");
        buf_addz(&text, wrong[i].step);
        buf_addz(&text, "]");
        cr_expect(!small_world_new(&w, buf_z(&text)), "%s", wrong[i].step);
        problems_text(&w.problems, &shown);
        cr_expect(slice_find(buf_slice(&shown), slice_of(wrong[i].problem)) != SLICE_NONE, "%s: %s",
                  wrong[i].step, buf_z(&shown));
        small_world_free(&w);
        buf_deinit(&shown);
    }
    buf_deinit(&text);
}
