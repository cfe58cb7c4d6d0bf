#include "tests/lib/small_world.h"

#include <criterion/criterion.h>

/* clang-format off */
#define SEND_BOB SMALL_SEND("1s", "bob@example.net")
#define ASKED(name, count)                                                                         \
    "{'dns':'" name "','host':'dns.isp.test','count':" count "}"

static const struct small_row rows[] = {
    { "an answer is kept for its time to live, and asked for again after it",
      SMALL_HOSTS ",'script':[" SMALL_DO("1s", "bob-pc", "fetch") ","
      SMALL_DO("50min", "bob-pc", "fetch") "," SMALL_DO("2h", "bob-pc", "fetch") "],'expect':["
      "{'at':'1h','dns':'mail.example.net','host':'bob-pc','count':2},"
      "{'at':'1h','dns':'mail.example.net','host':'dns.isp.test','count':1},"
      ASKED("mail.example.net", "2") "]" },
    { "switched off it forgets: answers and questions",
      SMALL_HOSTS ",'script':[" SMALL_DO("1s", "bob-pc", "fetch") ","
      SMALL_DO("1min", "dns.isp.test", "down") "," SMALL_DO("2min", "dns.isp.test", "up") ","
      SMALL_DO("3min", "bob-pc", "fetch") "],'expect':[" ASKED("mail.example.net", "2") ","
      "{'connections':'imap','count':2}]" },
    { "switched off in the middle of a question: it asks nobody any more",
      SMALL_HOSTS ",'script':[" SMALL_DO("0s", "ns.names.test", "down") "," SEND_BOB ","
      SMALL_DO("1.1s", "dns.isp.test", "down") "],'expect':[" ASKED("mail.example.org", "1") ","
      "{'dns':'mail.example.org','host':'alice-laptop','count':3},"
      "{'connections':'any','count':0}]" },
    { "a name that nobody has is remembered too (RFC 2308)",
      SMALL_HOSTS ",'script':[" SMALL_SEND("1s", "a@nowhere.invalid") ","
      SMALL_SEND("1min", "b@nowhere.invalid") "],'expect':[" ASKED("nowhere.invalid", "1") ","
      "{'outcome':'bounced','reason':'5.1.2','count':2}]" },
    { "the same question twice at once",
      SMALL_HOSTS ",'script':[" SMALL_DO("1s", "bob-pc", "fetch") "," SEND_BOB "],'expect':["
      "{'mailbox':'bob@example.net','messages':1},{'connections':'imap','count':1}]" },
};
/* clang-format on */

/* clang-format off */
#define LABELS "a123456789012345678901234567890123456789012345678901234567890.b123456789012345678901234567890123456789012345678901234567890.c"
#define LONG(n) "'@ MX 5" n " " LABELS n "'"
#define LONG_ZONE "['@ MX 1 mail'," LONG("1") "," LONG("2") "," LONG("3") "," LONG("4") "," LONG("5") "," LONG("6") "," LONG("7") "," LONG("8") "," LONG("9") "]"
#define LONG_WORLD                                                                                 \
    "'zones':{'example.net':" LONG_ZONE ",'example.org':" LONG_ZONE "}," SMALL_HOSTS ",'script':[" \
    "{'at':'0s','host':'ns.names.test','do':'dns-fault','what':'slow','domain':'example.net'," \
    "'delay':'1s','for':'1h'}," SEND_BOB ",{'at':'1.6s','host':'bob-pc','do':'send','to':['alice@example.org'],'subject':'S','text':'T'}"
#define BY_TCP(name) "'dns':'" name "','host':'dns.isp.test','over':'tcp'"
#define HEARS(at, name, count) "{'at':'" at "'," BY_TCP(name) ",'rcode':'NOERROR','count':" count "}"
#define CONNECTIONS(count) "{'connections':'dns','from':'dns.isp.test','count':" count "}"
#define BOTH "{'mailbox':'bob@example.net','messages':1},{'mailbox':'alice@example.org','messages':1}"

static const struct small_row by_tcp[] = {
    { "the second question overtakes the first on their connection (RFC 7766 6.2.1.1, 7)",
      LONG_WORLD "],'expect':["
      "{'at':'2.4s'," BY_TCP("example.net") ",'count':1},{'at':'2.4s'," BY_TCP("example.org") ",'count':0},"
      HEARS("3.2s", "example.net", "0") "," HEARS("3.2s", "example.org", "1") ","
      HEARS("1min", "example.net", "1") "," CONNECTIONS("1") "," BOTH "]" },
    { "it is lost between two questions: the second is asked again, of the same server (RFC 7766 6.2.4)",
      SMALL_HOSTS ",'script':[{'at':'0s','host':'ns.names.test','do':'dns-fault','what':'truncate','for':'1h'},"
      SEND_BOB ",{'at':'1.2s','host':'ns.names.test','do':'down','for':'10ms'}],'expect':["
      "{'at':'1.2s'," BY_TCP("mail.example.org") ",'rcode':'NOERROR','count':1},"
      "{'connections':'dns','from':'dns.isp.test','ended':'reset','count':1},"
      "{'at':'1.6s'," BY_TCP("example.net") ",'count':2}," CONNECTIONS("2")
      ",{'at':'2.5s','mailbox':'bob@example.net','messages':1}]" },
};
/* clang-format on */

Test(resolver, asks_all_by_one_connection)
{
    SMALL_WORLDS_HOLD(by_tcp);
}

Test(resolver, remembers_and_forgets)
{
    SMALL_WORLDS_HOLD(rows);
}

/* What it keeps, and until when, stands in the trace; power lost, all is forgotten. */
Test(resolver, shows_what_it_keeps)
{
    static const struct {
        const char *name, *text;
        uint32_t type;
        sim_time life;
    } kept[] = {
        { "example.net", "mail.example.net.", DNS_MX, SIM_HOUR },
        { "mail.example.net", " IN A ", DNS_A, SIM_HOUR },
        { "nowhere.invalid", "NXDOMAIN", DNS_ANY, SIM_HOUR },
    };
    struct small_world w;
    cr_assert(small_world_new(
        &w, SMALL_HOSTS ",'script':[" SEND_BOB "," SMALL_SEND(
                "2s", "a@nowhere.invalid") "," SMALL_DO("1min", "dns.isp.test", "down") "]"));
    small_world_run(&w);
    struct buf scratch = { 0 };
    size_t seen[COUNT(kept)] = { 0 }, flushed = 0;
    for (uint64_t n = 1; n <= w.trace.count; n++) {
        const struct trace_rec *r = trace_at(&w.trace, n);
        flushed += r->kind == TRACE_CACHED && r->a == 0 && r->c == 0 && r->at == SIM_MINUTE;
        for (size_t i = 0; r->kind == TRACE_CACHED && i < COUNT(kept); i++) {
            seen[i] += slice_eq(trace_name_of(&w.trace, r->a), slice_of(kept[i].name)) &&
                       r->b == kept[i].type && r->until - r->at == kept[i].life &&
                       slice_find(trace_payload(&w.trace, r->c, &scratch),
                                  slice_of(kept[i].text)) != SLICE_NONE;
        }
    }
    for (size_t i = 0; i < COUNT(kept); i++) {
        cr_expect_eq(seen[i], 1, "%s %s: %zu", kept[i].name, kept[i].text, seen[i]);
    }
    cr_expect_eq(flushed, 1);
    buf_deinit(&scratch);
    small_world_free(&w);
}
