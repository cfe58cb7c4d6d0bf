#include "tests/lib/small_world.h"

#include <criterion/criterion.h>

/* clang-format off */
#define WORLD(mua, net, script, more)                                                              \
    "'hosts':{'pc':{'kind':'mua','account':'ghost@example.com','direct':true" mua "},"             \
    "'mail.example.net':{'kind':'mail','domain':'example.net','accounts':{'bob':'b','carol':'c'}"  \
    net "},'mail.example.org':{'kind':'mail','domain':'example.org','accounts':{'dave':'d'}}}"      \
    more ",'script':[" script "]"
#define SEND(at, to) "{'at':'" at "','host':'pc','do':'send','to':[" to "],'subject':'Hi','text':'Hi'}"
#define NOTE(text) ",'story':[{'on':{'kind':'note','contains':'" text "'},'say':'.'}]"

static const struct small_row rows[] = {
    { "it asks for the MX and calls it on port 25, without a password, whoever it says it is",
      WORLD("", "", SEND("1s", "'bob@example.net'"), "") ",'expect':["
      "{'dns':'example.net','type':'MX','host':'pc','count':1},"
      "{'connections':'smtp','from':'pc','to':'mail.example.net','count':1},"
      "{'connections':'any','from':'pc','count':1},{'said':'AUTH','count':0},"
      "{'said':'EHLO [','by':'client','count':1},"
      "{'said':'MAIL FROM:<ghost@example.com>','count':1},"
      "{'mailbox':'bob@example.net','messages':1}]" },
    { "a transaction for each domain, with all that live there",
      WORLD("", "", SEND("1s", "'bob@example.net','dave@example.org','carol@example.net'"), "")
      ",'expect':[{'connections':'smtp','from':'pc','count':2},"
      "{'said':'RCPT TO:','by':'client','count':3},{'said':'DATA','line':true,'count':2},"
      "{'mailbox':'bob@example.net','messages':1},{'mailbox':'carol@example.net','messages':1},"
      "{'mailbox':'dave@example.org','messages':1}]" },
    { "what is asked for receipts goes with each",
      WORLD("", "", "{'at':'1s','host':'pc','do':'send','to':['bob@example.net','dave@example.org'],"
      "'subject':'Hi','text':'Hi','notify':'never'}", "")
      ",'expect':[{'said':'NOTIFY=NEVER ORCPT=rfc822;bob@example.net','count':1},"
      "{'said':'NOTIFY=NEVER ORCPT=rfc822;dave@example.org','count':1}]" },
    { "the best exchanger only, and once: what it puts off waits until somebody does something",
      WORLD("", ",'greylist':'5min'", SEND("1s", "'bob@example.net'"),
            ",'zones':{'example.net':['@ MX 10 mail','@ MX 20 mail.example.org.']}")
      ",'expect':[{'connections':'smtp','from':'pc','count':1},{'refused':450,'count':1},"
      "{'connections':'smtp','to':'mail.example.org','count':0},"
      "{'mailbox':'bob@example.net','messages':0}]"
      NOTE("The letter stays in the outbox: 450 4.7.1") },
    { "an address where there is no MX",
      WORLD("", ",'ip':'192.0.2.44'", SEND("1s", "'bob@example.net'"),
            ",'zones':{'example.net':['- @ MX','@ A 192.0.2.44']}")
      ",'expect':[{'mailbox':'bob@example.net','messages':1}]" },
    { "nobody takes mail there",
      WORLD("", "", SEND("1s", "'bob@example.com'"), ",'zones':{'example.com':['@ MX 0 .']}")
      ",'expect':[{'connections':'any','count':0},{'dns':'example.com','type':'MX','count':2}]"
      NOTE("no server is known that takes mail for that domain") },
    { "STARTTLS where it is offered, with any certificate, also where it asks for more at home",
      WORLD(",'tls':'implicit'", ",'tls':'opportunistic','certificate':'expired'",
            SEND("1s", "'bob@example.net'"), "")
      ",'expect':[{'secured':'smtp','from':'pc','certificate':'bad','count':1},"
      "{'mailbox':'bob@example.net','messages':1}]" },
    { "but it need not",
      WORLD(",'tls':'none'", ",'tls':'opportunistic'", SEND("1s", "'bob@example.net'"), "")
      ",'expect':[{'secured':'any','count':0},{'mailbox':'bob@example.net','messages':1}]" },
};
/* clang-format on */

Test(mua_direct, it_calls_the_exchangers_itself)
{
    SMALL_WORLDS_HOLD(rows);
}
