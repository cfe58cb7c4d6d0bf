#include "tests/lib/small_world.h"

#include <criterion/criterion.h>

/* clang-format off */
#define ORG(more)                                                                                  \
    "'mail.example.org':{'kind':'mail','domain':'example.org','accounts':{'alice':'w'}," more "}"
#define COM "'mail.example.com':{'kind':'mail','domain':'example.com','accounts':{'carl':'c'}}"
#define WORLD(org, hosts) "'hosts':{" SMALL_ALICE "," ORG(org) "," hosts "}"
#define MANY(at, to, n, every)                                                                     \
    "{'at':'" at "','host':'alice-laptop','do':'send','to':" to ",'subject':'S','text':'T',"       \
    "'repeat':" n ",'every':'" every "'}"
/* Fifteen milliseconds to the laptop's server, far more to the other: letters come faster than
 * they go. */
#define LINKS ",'links':[{'between':['alice-laptop','mail.example.org'],'latency':'1ms'}]"

static const struct small_row line_rows[] = {
    { "whoever stands behind one that is refused without a call has his turn, too",
      WORLD("'connections-per-destination':1", SMALL_NET ",'alice-phone':{'kind':'mua',"
      "'account':'alice@example.org'}") ",'script':["
      "{'at':'1s','host':'alice-laptop','do':'send','to':'a@nowhere.test','subject':'S','text':'T'},"
      "{'at':'1s','host':'alice-phone','do':'send','to':'b@nowhere.test','subject':'S','text':'T'}"
      "],'expect':[{'at':'1min','outcome':'bounced','count':2}]" },
    { "one connection: the letters stand in line and go one after the other, on the same",
      WORLD("'connections-per-destination':1", SMALL_NET) LINKS ",'script':["
      MANY("1s", "'bob@example.net'", "6", "1ms") "],'expect':["
      "{'connections':'smtp','count':1},"
      "{'attempt':'example.net','host':'mail.example.org','count':6},"
      "{'held':'example.net','host':'mail.example.org','count':5},"
      "{'said':'MAIL FROM','service':'smtp','by':'client','count':6},"
      "{'said':'QUIT','service':'smtp','line':true,'count':1},"
      "{'mailbox':'bob@example.net','messages':6}]" },
    { "so many at a time, and no more",
      WORLD("'connections-per-destination':3", SMALL_NET) LINKS ",'script':["
      MANY("1s", "'bob@example.net'", "9", "1ms") "],'expect':["
      "{'connections':'smtp','count':3},{'mailbox':'bob@example.net','messages':9}]" },
    { "a connection carries only so many",
      WORLD("'connections-per-destination':1,'letters-per-connection':2", SMALL_NET) LINKS
      ",'script':[" MANY("1s", "'bob@example.net'", "5", "1ms") "],'expect':["
      "{'connections':'smtp','count':3},{'mailbox':'bob@example.net','messages':5}]" },
    { "sixty a minute are one a second",
      WORLD("'rate-per-destination':60", SMALL_NET) LINKS ",'script':["
      MANY("1s", "'bob@example.net'", "5", "1ms") "],'expect':["
      "{'at':'2.5s','mailbox':'bob@example.net','messages':2},"
      "{'at':'4.5s','mailbox':'bob@example.net','messages':4},"
      "{'mailbox':'bob@example.net','messages':5}]" },
    { "one at a time to all together",
      WORLD("'connections':1", SMALL_NET "," COM) LINKS ",'script':["
      MANY("1s", "['bob@example.net','carl@example.com']", "2", "1ms") "],'expect':["
      "{'connections':'smtp','min':2,'max':4},{'mailbox':'bob@example.net','messages':2},"
      "{'mailbox':'carl@example.com','messages':2}]" },
    { "nobody stands behind a slow destination but those who go there",
      WORLD("'connections-per-destination':1", SMALL_NET "," COM) ","
      "'links':[{'between':['mail.example.org','mail.example.net'],'latency':'10s'}],'script':["
      MANY("1s", "'bob@example.net'", "3", "1ms") "," SMALL_SEND("2s", "carl@example.com")
      "],'expect':["
      "{'at':'4s','mailbox':'carl@example.com','messages':1},"
      "{'at':'1min','mailbox':'bob@example.net','messages':0},"
      "{'mailbox':'bob@example.net','messages':3}]" },
};

#define FIVE "['bob@example.net','carol@example.net','b1@example.net','b2@example.net',"           \
    "'b3@example.net']"
#define NET_OF_FIVE "'mail.example.net':{'kind':'mail','domain':'example.net',"                    \
    "'accounts':{'bob':'b','carol':'c','b1':'b','b2':'b','b3':'b'}}"
static const struct small_row batch_rows[] = {
    { "two recipients a transaction: three of them, all connections free",
      WORLD("'recipients-per-transaction':2", NET_OF_FIVE) ",'script':["
      MANY("1s", FIVE, "1", "1s") "],'expect':["
      "{'said':'MAIL FROM','service':'smtp','by':'client','count':3},"
      "{'connections':'smtp','count':3},{'outcome':'relayed','count':5},"
      "{'outcome':'delivered','count':5}]" },
    { "the same on one connection",
      WORLD("'recipients-per-transaction':2,'connections-per-destination':1", NET_OF_FIVE)
      ",'script':[" MANY("1s", FIVE, "1", "1s") "],'expect':["
      "{'said':'MAIL FROM','service':'smtp','by':'client','count':3},"
      "{'connections':'smtp','count':1},{'outcome':'delivered','count':5}]" },
    { "the server takes two at a time: the rest at once, on the same connection (RFC 5321 4.5.3.1.10)",
      WORLD("'rate-per-destination':0", "'mail.example.net':{'kind':'mail','domain':'example.net',"
      "'max-recipients':2,'accounts':{'bob':'b','carol':'c','b1':'b','b2':'b','b3':'b'}}")
      ",'script':[" MANY("1s", FIVE, "1", "1s") "],'expect':["
      "{'refused':452,'reply':'4.5.3','count':3},{'deferred':'bob@example.net','count':0},"
      "{'deferred':'b3@example.net','count':0},{'connections':'smtp','count':1},"
      "{'said':'MAIL FROM','service':'smtp','by':'client','count':3},"
      "{'said':'354','service':'smtp','count':3},"
      "{'at':'5s','outcome':'delivered','count':5}]" },
    { "a plain 452 may mean something else: no limit is learnt from it, and each is tried again",
      WORLD("'rate-per-destination':0", "'mail.example.net':{'kind':'mail','domain':'example.net',"
      "'max-recipients':2,'enhanced-status-codes':false,'accounts':{'bob':'b','carol':'c','b1':'b',"
      "'b2':'b','b3':'b'}}")
      ",'script':[" MANY("1s", FIVE, "1", "1s") "],'expect':["
      "{'refused':452,'count':4},{'said':'MAIL FROM','service':'smtp','by':'client','count':3},"
      "{'at':'5s','outcome':'delivered','count':5}]" },
};

static const struct small_row reuse_rows[] = {
    { "kept for two seconds: the second letter finds it still there",
      WORLD("'reuse':'2s'", SMALL_NET) ",'script':[" MANY("1s", "'bob@example.net'", "2", "2s")
      "],'expect':[{'connections':'smtp','count':1},"
      "{'said':'QUIT','service':'smtp','line':true,'count':1},"
      "{'mailbox':'bob@example.net','messages':2}]" },
    { "the second comes too late",
      WORLD("'reuse':'2s'", SMALL_NET) ",'script':[" MANY("1s", "'bob@example.net'", "2", "9s")
      "],'expect':[{'connections':'smtp','count':2},"
      "{'at':'5s','said':'QUIT','service':'smtp','line':true,'count':1},"
      "{'mailbox':'bob@example.net','messages':2}]" },
    { "the other side went away meanwhile: a new connection, and nothing waits for it",
      WORLD("'reuse':'5min'", SMALL_NET) ",'script':["
      MANY("1s", "'bob@example.net'", "2", "20s") ","
      SMALL_DO("10s", "mail.example.net", "down") "," SMALL_DO("11s", "mail.example.net", "up")
      "],'expect':[{'connections':'smtp','count':2},"
      "{'outcome':'delivered','to':'bob@example.net','count':2},"
      "{'deferred':'bob@example.net','count':0}]" },
};

static const struct small_row shut_rows[] = {
    { "who did not answer a moment ago is not called again for each letter",
      WORLD("'retry':'10min'", SMALL_NET) ",'script':[" SMALL_DO("0s", "mail.example.net", "down")
      "," MANY("1s", "'bob@example.net'", "5", "2min") ","
      SMALL_DO("30min", "mail.example.net", "up") "],'expect':["
      "{'at':'11min','connections':'smtp','count':1},"
      "{'at':'11min','deferred':'bob@example.net','count':5},"
      "{'mailbox':'bob@example.net','messages':5}]" },
    { "as long as he does not, one at a time tries",
      WORLD("'retry':'10min'", SMALL_NET) ",'script':[" SMALL_DO("0s", "mail.example.net", "down")
      "," MANY("1s", "'bob@example.net'", "5", "10ms") ","
      SMALL_DO("30min", "mail.example.net", "up") "],'expect':["
      "{'at':'9min','connections':'smtp','max':5},"
      "{'at':'14min','connections':'smtp','max':6},"
      "{'mailbox':'bob@example.net','messages':5}]" },
    { "a host that is known to be away is passed over for the next exchanger at once",
      WORLD("'retry':'10min'", "'store.example.net':{'kind':'store','domain':'example.net',"
      "'accounts':{'bob':'b'}},"
      "'mx1.example.net':{'kind':'mx','domain':'example.net','next':'store.example.net'},"
      "'mx2.example.net':{'kind':'mx','domain':'example.net','next':'store.example.net',"
      "'preference':20}")
      ",'script':[" SMALL_DO("0s", "mx1.example.net", "down") ","
      MANY("1s", "'bob@example.net'", "2", "2min") "],'expect':["
      "{'connections':'smtp','to':'mx1.example.net','count':1},"
      "{'connections':'smtp','to':'mx2.example.net','count':2},"
      "{'at':'2min 5s','mailbox':'bob@example.net','messages':2}]" },
};

static const struct small_row crash_rows[] = {
    { "what stood in line stands there again, what was asleep sleeps on",
      WORLD("'connections-per-destination':1,'retry':'10min'", SMALL_NET "," COM) LINKS
      ",'script':[" SMALL_DO("0s", "mail.example.com", "down") ","
      SMALL_SEND("1s", "carl@example.com") ","
      MANY("2min", "'bob@example.net'", "9", "1ms") ","
      SMALL_DO("120.5s", "mail.example.org", "down") ","
      SMALL_DO("3min", "mail.example.org", "up") "," SMALL_DO("5min", "mail.example.com", "up")
      "],'expect':["
      "{'at':'190s','outcome':'relayed','to':'bob@example.net','count':9},"
      "{'outcome':'delivered','to':'bob@example.net','min':9,'max':10},"
      "{'at':'11min','mailbox':'carl@example.com','messages':0},"
      "{'at':'12min','mailbox':'carl@example.com','messages':1}]" },
};
/* clang-format on */

Test(mail_dest, a_line_for_each_destination)
{
    SMALL_WORLDS_HOLD(line_rows);
}

Test(mail_dest, recipients_share_a_transaction_as_far_as_they_may)
{
    SMALL_WORLDS_HOLD(batch_rows);
}

Test(mail_dest, a_connection_is_kept_for_a_while)
{
    SMALL_WORLDS_HOLD(reuse_rows);
}

Test(mail_dest, nobody_knocks_all_the_time_where_nobody_opens)
{
    SMALL_WORLDS_HOLD(shut_rows);
}

Test(mail_dest, lines_are_not_on_disk_but_letters_are)
{
    SMALL_WORLDS_HOLD(crash_rows);
}

/* How the record of an outcome tells which entry is meant, also on a connection that others used
 * before, and for who was put off because of others: docs/trace.md, "The queue of a host, folded". */
Test(mail_dest, an_outcome_leads_to_the_try_that_it_is_of)
{
    static const struct row {
        const char *what, *text;
        enum trace_fate fate;
    } rows[] = {
        { "one after the other",
          WORLD("'connections-per-destination':1", SMALL_NET) LINKS
          ",'script':[" MANY("1s", "'bob@example.net'", "3", "1ms") "]",
          FATE_RELAYED },
        { "nobody ever answers: the last try of one is the end of all",
          WORLD("'connections-per-destination':1,'retry':'1min','give-up':'4min'", SMALL_NET) LINKS
          ",'script':[" SMALL_DO("0s", "mail.example.net",
                                 "down") "," MANY("1s", "'bob@example.net'", "3", "1ms") "]",
          FATE_BOUNCED },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct small_world w;
        size_t outcomes = 0;
        cr_assert(small_world_new(&w, rows[i].text), "%s", w.err.text);
        small_world_run(&w);
        for (uint64_t n = 1; n <= w.trace.count; n++) {
            const struct trace_rec *outcome = trace_at(&w.trace, n), *r = outcome;
            if (outcome->kind != TRACE_OUTCOME || outcome->b != rows[i].fate) {
                continue;
            }
            while (r && (r->actor != outcome->actor ||
                         (r->kind != TRACE_ATTEMPT && r->kind != TRACE_HELD))) {
                r = trace_at(&w.trace, r->cause);
            }
            cr_assert(r, "%s: outcome %zu", rows[i].what, outcomes);
            cr_expect_eq(r->a, outcome->a, "%s: outcome %zu", rows[i].what, outcomes);
            outcomes++;
        }
        cr_expect_eq(outcomes, 3, "%s: %zu outcomes", rows[i].what, outcomes);
        small_world_free(&w);
    }
}
