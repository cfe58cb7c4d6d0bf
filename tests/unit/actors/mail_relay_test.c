#include "tests/lib/small_world.h"

#include <criterion/criterion.h>

/* clang-format off */
#define ORG_BY(smarthost, more)                                                                    \
    "'mail.example.org':{'kind':'mail','domain':'example.org','accounts':{'alice':'w'},"           \
    "'smarthost':'" smarthost "'" more "}"
#define RELAY(name, more)                                                                          \
    "'" name "':{'kind':'mta','domain':'relay.test','accounts':{}," more "}"
#define WORLD(hosts) "'hosts':{" SMALL_ALICE "," SMALL_NET "," hosts "}"
#define SEND_BOB "'script':[" SMALL_SEND("1s", "bob@example.net") "]"

static const struct small_row smarthost_rows[] = {
    { "a smarthost gets everything, and asks for the MX itself",
      WORLD(ORG_BY("a.relay.test", "") "," RELAY("a.relay.test", "'relay-for':'mail.example.org'"))
      "," SEND_BOB ",'expect':["
      "{'connections':'smtp','from':'mail.example.org','to':'a.relay.test','count':1},"
      "{'connections':'smtp','from':'a.relay.test','to':'mail.example.net','count':1},"
      "{'dns':'example.net','type':'MX','host':'mail.example.org','count':0},"
      "{'outcome':'relayed','count':2},{'mailbox':'bob@example.net','messages':1}]" },
    { "a chain of relays, set up for a host and for a network",
      WORLD(ORG_BY("a.relay.test", ",'ip':'203.0.113.7'") ","
            RELAY("a.relay.test", "'relay-for':['203.0.113.0/24'],'smarthost':'b.relay.test'") ","
            RELAY("b.relay.test", "'relay-for':['a.relay.test']"))
      "," SEND_BOB ",'expect':["
      "{'connections':'smtp','from':'a.relay.test','to':'b.relay.test','count':1},"
      "{'outcome':'relayed','count':3},{'mailbox':'bob@example.net','messages':1}]" },
    { "a relay that is set up for others refuses, and its reply comes back to the writer",
      WORLD(ORG_BY("a.relay.test", "") "," RELAY("a.relay.test", "'relay-for':['203.0.113.0/32']"))
      "," SEND_BOB ",'expect':["
      "{'refused':550,'host':'a.relay.test','reply':'5.7.1','count':1},"
      "{'outcome':'bounced','to':'bob@example.net','reason':'a.relay.test: 550','count':1},"
      "{'mailbox':'alice@example.org','messages':1}]" },
    { "on the port for submission, with a password",
      WORLD("'mail.example.org':{'kind':'mail','domain':'example.org','accounts':{'alice':'w'},"
            "'smarthost':'out.example.com','smarthost-port':587,'smarthost-user':'alice',"
            "'smarthost-password':'pw'},"
            "'out.example.com':{'kind':'mta','domain':'example.org','accounts':{'alice':'pw'}}")
      "," SEND_BOB ",'expect':["
      "{'connections':'submission','from':'mail.example.org','to':'out.example.com','count':1},"
      "{'said':'235','host':'out.example.com','count':1},"
      "{'said':'MAIL FROM:<alice@example.org> SIZE=','service':'submission','count':2},"
      "{'said':' AUTH=<>','service':'submission','by':'client','count':1},"
      "{'mailbox':'bob@example.net','messages':1}]" },
    { "a wrong password is nothing that a letter can do anything about: it waits",
      WORLD("'mail.example.org':{'kind':'mail','domain':'example.org','accounts':{'alice':'w'},"
            "'smarthost':'out.example.com','smarthost-port':587,'smarthost-user':'alice',"
            "'smarthost-password':'guess','give-up':'1h'},"
            "'out.example.com':{'kind':'mta','domain':'example.org','accounts':{'alice':'pw'}}")
      "," SEND_BOB ",'expect':["
      "{'at':'50min','deferred':'bob@example.net','reason':'535','min':3},"
      "{'outcome':'bounced','to':'bob@example.net','reason':'535','count':1},"
      "{'mailbox':'bob@example.net','messages':0}]" },
};

#define FALLBACK "'mail.example.org':{'kind':'mail','domain':'example.org','accounts':{'alice':'w'},"  \
    "'ip':'192.0.2.25','fallback':'out.example.org'},"                                            \
    "'out.example.org':{'kind':'mta','domain':'out.example.org','accounts':{},"                   \
    "'ip':'203.0.113.25','relay-for':'mail.example.org'}"
#define GREY_NET "'mail.example.net':{'kind':'mail','domain':'example.net',"                        \
    "'accounts':{'bob':'b'},'greylist':'5min'}"
static const struct small_row fallback_rows[] = {
    { "at the first try it has nothing to do",
      WORLD(FALLBACK) "," SEND_BOB ",'expect':["
      "{'connections':'smtp','to':'out.example.org','count':0},"
      "{'mailbox':'bob@example.net','messages':1}]" },
    { "the second try is its first: who greylists has never seen it, and it goes on trying",
      "'hosts':{" SMALL_ALICE "," GREY_NET "," FALLBACK "}," SEND_BOB ",'expect':["
      "{'connections':'smtp','from':'mail.example.org','to':'mail.example.net','count':1},"
      "{'connections':'smtp','from':'mail.example.org','to':'out.example.org','count':1},"
      "{'outcome':'relayed','host':'mail.example.org','reason':'out.example.org: 250','count':1},"
      "{'refused':450,'reply':'4.7.1','count':2},"
      "{'at':'9min','mailbox':'bob@example.net','messages':0},"
      "{'connections':'smtp','from':'out.example.org','count':2},"
      "{'at':'11min','mailbox':'bob@example.net','messages':1}]" },
    { "what is refused for good does not go there",
      WORLD(FALLBACK) ",'script':[" SMALL_SEND("1s", "bbo@example.net") "],'expect':["
      "{'connections':'smtp','to':'out.example.org','count':0},"
      "{'outcome':'bounced','to':'bbo@example.net','count':1}]" },
};

#define BACKUP "'mx2.example.net':{'kind':'mx','domain':'example.net',"                            \
    "'relay-domains':'example.net','preference':20}"
static const struct small_row backup_rows[] = {
    { "the first is down: the second keeps it until he is back, and brings it to him",
      WORLD(SMALL_ORG "," BACKUP) ",'script':[" SMALL_DO("0s", "mail.example.net", "down") ","
      SMALL_SEND("1s", "bob@example.net") "," SMALL_DO("1h", "mail.example.net", "up")
      "],'expect':["
      "{'outcome':'relayed','host':'mail.example.org','count':1},"
      "{'at':'50min','queue':'mx2.example.net','messages':1},"
      "{'deferred':'bob@example.net','host':'mail.example.org','count':0},"
      "{'connections':'smtp','from':'mx2.example.net','to':'mx2.example.net','count':0},"
      "{'outcome':'relayed','host':'mx2.example.net','count':1},"
      "{'mailbox':'bob@example.net','messages':1}]" },
    { "the first is there: the second has nothing to do",
      WORLD(SMALL_ORG "," BACKUP) "," SEND_BOB ",'expect':["
      "{'connections':'smtp','to':'mx2.example.net','count':0},"
      "{'mailbox':'bob@example.net','messages':1}]" },
    { "it takes mail for its domains only",
      WORLD(SMALL_ORG "," BACKUP ",'mail.example.com':{'kind':'mail','domain':'example.com',"
            "'accounts':{'carl':'c'},'smarthost':'mx2.example.net'},"
            "'carl-pc':{'kind':'mua','account':'carl@example.com'}")
      ",'script':[{'at':'1s','host':'carl-pc','do':'send','to':['bob@example.net',"
      "'dave@example.org'],'subject':'S','text':'T'}],'expect':["
      "{'refused':550,'host':'mx2.example.net','to':'dave@example.org','count':1},"
      "{'mailbox':'bob@example.net','messages':1}]" },
    { "without a better one it runs in a circle with itself, and is told so",
      "'hosts':{" SMALL_ALICE "," SMALL_ORG ",'mx.example.net':{'kind':'mx',"
      "'domain':'example.net','relay-domains':'example.net'}}," SEND_BOB ",'expect':["
      "{'outcome':'bounced','host':'mx.example.net','reason':'5.4.6','count':1},"
      "{'mailbox':'alice@example.org','messages':1}]" },
};

static const struct small_row open_rows[] = {
    { "an open relay passes on anything for anybody",
      WORLD(ORG_BY("open.example.com", "") ",'open.example.com':{'kind':'mail',"
            "'domain':'example.com','accounts':{},'open-relay':true}")
      "," SEND_BOB ",'expect':["
      "{'outcome':'relayed','host':'open.example.com','count':1},"
      "{'mailbox':'bob@example.net','messages':1}]" },
    { "any other does not",
      WORLD(ORG_BY("open.example.com", "") ",'open.example.com':{'kind':'mail',"
            "'domain':'example.com','accounts':{}}")
      "," SEND_BOB ",'expect':["
      "{'refused':550,'host':'open.example.com','reply':'5.7.1','count':1},"
      "{'mailbox':'bob@example.net','messages':0}]" },
    { "two who send everything to each other: the hops are counted (RFC 5321 6.3)",
      "'hosts':{" SMALL_ALICE "," ORG_BY("a.relay.test", "") ","
      RELAY("a.relay.test", "'open-relay':true,'smarthost':'b.relay.test','hops-max':10") ","
      RELAY("b.relay.test", "'open-relay':true,'smarthost':'a.relay.test','hops-max':10") "},"
      SEND_BOB ",'expect':["
      "{'refused':554,'reply':'5.4.6','count':2},"
      "{'outcome':'relayed','min':20,'max':22,'say':'the report runs in a circle, too'},"
      "{'outcome':'failed','to':'alice@example.org','reason':'5.4.6','count':1},"
      "{'outcome':'bounced','reason':'5.4.6','count':1}]" },
};
/* clang-format on */

Test(mail_relay, a_smarthost_gets_everything)
{
    SMALL_WORLDS_HOLD(smarthost_rows);
}

Test(mail_relay, a_fallback_tries_instead)
{
    SMALL_WORLDS_HOLD(fallback_rows);
}

Test(mail_relay, a_backup_keeps_what_the_first_cannot_take)
{
    SMALL_WORLDS_HOLD(backup_rows);
}

Test(mail_relay, who_passes_on_what_for_whom)
{
    SMALL_WORLDS_HOLD(open_rows);
}

/* It would come back, and be the loop of one. */
Test(mail_relay, nobody_sends_on_to_himself)
{
    static const struct {
        const char *host, *place;
    } wrong[] = {
        { "'kind':'mta','domain':'a.test','smarthost':'a.test'", "/hosts/a.test/smarthost: " },
        { "'kind':'mail','domain':'a.test','fallback':'a.test'", "/hosts/a.test/fallback: " },
        { "'kind':'mx','domain':'a.test','next':'a.test'", "/hosts/a.test/next: " },
    };
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct small_world w;
        struct buf text = { 0 }, said = { 0 };
        buf_addz(&text, "'hosts':{'a.test':{");
        buf_addz(&text, wrong[i].host);
        buf_addz(&text, "}}");
        cr_expect(!small_world_new(&w, buf_z(&text)), "row %zu", i);
        problems_text(&w.problems, &said);
        cr_expect(slice_find(buf_slice(&said), slice_of(wrong[i].place)) != SLICE_NONE &&
                      slice_find(buf_slice(&said), SLICE("this is the host itself")) != SLICE_NONE,
                  "row %zu: %s", i, buf_z(&said));
        small_world_free(&w);
        buf_deinit(&text);
        buf_deinit(&said);
    }
}
