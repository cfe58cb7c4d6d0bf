#include "tests/lib/small_world.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

Test(mail_policy, names_must_be_somebodys)
{
    static const struct {
        const char *keys, *why;
    } rows[] = {
        { "'vacation':{'zed':{'text':'away'}}", "vacation: there is no account \"zed\" here" },
        { "'forwards':{'zed@example.net':'bob@example.net'}", "forwards: there is no account" },
        { "'lists':{'l@example.org':{'owner':'bob@example.net'}}",
          "lists: there is no domain \"example.org\" here" },
        { "'catch-all':'zed'", "catch-all: there is no account \"zed\" here" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct small_world w;
        char body[400];
        (void)snprintf(body, sizeof body,
                       "'hosts':{'m.example.net':{'kind':'mail','domain':'example.net',"
                       "'accounts':{'bob':'b'},%s}}",
                       rows[i].keys);
        cr_expect(!small_world_new(&w, body));
        cr_expect(strstr(w.err.text, rows[i].why), "%s", w.err.text);
        small_world_free(&w);
    }
}

/* clang-format off */
#define NET(keys)                                                                                  \
    "'hosts':{" SMALL_ALICE "," SMALL_ORG ",'mail.example.net':{'kind':'mail',"                    \
    "'domain':'example.net','accounts':{'bob':'b','carol':'c'}," keys "}}"

static const struct small_row rows[] = {
    { "all of them at once: a letter still gets through, and waits where it must",
      NET("'aliases':{'team':['bob@example.net','carol@example.net']},'quota':'10kB','disk':'1MB',"
          "'greylist':'1min','check-sender-domain':true,'check-helo':true,'max-connections':3,"
          "'rate-letters':100,'rate-recipients':100,'dnsbl':'none.invalid','plus':true,"
          "'vacation':{'carol':{'text':'Away.','addresses':'team@example.net'}}")
      ",'script':[" SMALL_SEND("1s", "team@example.net") "],'expect':["
      "{'refused':450,'to':'team@example.net','count':1},"
      "{'mailbox':'bob@example.net','messages':1},{'mailbox':'carol@example.net','messages':1},"
      "{'mailbox':'alice@example.org','subject':'Auto: S','messages':1}]" },
    { "a host that goes down while it looks something up forgets who called, and no letter",
      NET("'check-sender-domain':true,'dnsbl':'none.invalid'") ",'script':["
      SMALL_SEND("1s", "bob@example.net") "," SMALL_DO("1.62s", "mail.example.net", "down") ","
      SMALL_DO("1min", "mail.example.net", "up") "],'expect':["
      "{'deferred':'bob@example.net','min':1},{'mailbox':'bob@example.net','messages':1}]" },
};
/* clang-format on */

Test(mail_policy, parts_live_beside_each_other)
{
    SMALL_WORLDS_HOLD(rows);
}
