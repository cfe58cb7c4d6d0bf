#include "tests/lib/small_world.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */
#define HOSTS(net)                                                                                 \
    "'hosts':{" SMALL_ALICE "," SMALL_BOB_POP "," SMALL_ORG ",'mail.example.net':{'kind':'mail',"      \
    "'domain':'example.net','accounts':{'bob':'builder','carol':'c'}," net "}},'until':'3d'"
#define BIG "'subject':'Big','text':'0123456789012345678901234567890123456789012345678901234567890"\
    "123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890'"
#define SEND(at, to) "{'at':'" at "','host':'alice-laptop','do':'send','to':[" to "]," BIG "}"

static const struct small_row rows[] = {
    { "full: 452 4.2.2 while the sender is there; when the mailbox is emptied, it gets through",
      HOSTS("'quota':'800B'") ",'script':[" SEND("1s", "'bob@example.net'") ","
      SEND("2s", "'bob@example.net'") "," SMALL_DO("1h", "bob-pc", "fetch")
      "],'expect':["
      "{'at':'30min','mailbox':'bob@example.net','messages':1},"
      "{'refused':452,'to':'bob@example.net','reply':'4.2.2','min':2},"
      "{'deferred':'bob@example.net','reason':'452 4.2.2','host':'mail.example.org','min':2},"
      "{'outcome':'delivered','to':'bob@example.net','count':2}]" },
    { "one user may keep less than the others",
      HOSTS("'quota':'1MB','quotas':{'bob':'300B'}") ",'script':["
      SEND("1s", "'bob@example.net','carol@example.net'") "],'expect':["
      "{'refused':552,'to':'bob@example.net','reply':'5.2.3','count':1},"
      "{'outcome':'bounced','to':'bob@example.net','reason':'5.2.3','count':1},"
      "{'mailbox':'carol@example.net','messages':1}]" },
    { "without SIZE nobody knows at RCPT; one reply at the end for one recipient",
      HOSTS("'quota':'800B','size':false") ",'script':[" SEND("1s", "'bob@example.net'") ","
      SEND("1min", "'bob@example.net'") "],'expect':["
      "{'refused':452,'to':'bob@example.net','count':0},"
      "{'refused':452,'reply':'4.2.2','min':1},{'mailbox':'bob@example.net','messages':1}]" },
    { "where it fits for one of two, it is taken, and waits here for the other",
      HOSTS("'quota':'800B','size':false") ",'script':[" SEND("1s", "'bob@example.net'") ","
      SEND("1min", "'bob@example.net','carol@example.net'") "],'expect':["
      "{'deferred':'bob@example.net','host':'mail.example.net','reason':'4.2.2','min':1},"
      "{'mailbox':'bob@example.net','messages':1},{'mailbox':'carol@example.net','messages':1}]" },
    { "mailboxes behind this host are not its business",
      HOSTS("'quota':'100B','next':'store.example.net','aliases':{'team':'bob@example.net'}},"
            "'store.example.net':{'kind':'store','domain':'example.net','accounts':{'bob':'builder'}")
      ",'script':[" SEND("1s", "'team@example.net','bob@example.net'") "],'expect':["
      "{'refused':552,'count':0},{'mailbox':'bob@example.net','messages':1}]" },
    { "a full disk is everybody's (452 4.3.1), and said at MAIL",
      HOSTS("'disk':'800B'") ",'script':[" SEND("1s", "'bob@example.net'") ","
      SEND("1min", "'carol@example.net'") "],'expect':["
      "{'refused':452,'reply':'4.3.1','min':1},{'mailbox':'carol@example.net','messages':0},"
      "{'deferred':'carol@example.net','reason':'4.3.1','min':1}]" },
};
/* clang-format on */

Test(mail_quota, what_does_not_fit_waits)
{
    SMALL_WORLDS_HOLD(rows);
}

Test(mail_quota, sizes_and_users_must_be_such)
{
    static const struct {
        const char *quotas, *why;
    } wrong[] = {
        { "{'bob':'much'}", "is not a size" },
        { "{'zed':'1kB'}", "there is no account" },
    };
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct small_world w;
        char body[400];
        (void)snprintf(body, sizeof body,
                       "'hosts':{'m.example.net':{'kind':'mail','domain':'example.net',"
                       "'accounts':{'bob':'b'},'quotas':%s}}",
                       wrong[i].quotas);
        cr_expect(!small_world_new(&w, body));
        cr_expect(strstr(w.err.text, wrong[i].why), "%s", w.err.text);
        small_world_free(&w);
    }
}
