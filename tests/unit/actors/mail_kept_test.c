#include "tests/lib/small_world.h"

#include "sim/world/expect.h"

#include <criterion/criterion.h>

#define KEPT(more)                                                                                 \
    "'hosts':{'bob-pc':{'kind':'mua','account':'bob@example.net'},"                                \
    "'mail.example.net':{'kind':'mail','domain':['example.net','example.com'],"                    \
    "'accounts':{'bob':'builder'},'mail':[" more "]}}"

/* clang-format off */
static const struct small_row rows[] = {
    { "what is there from the start is fetched like any other letter",
      KEPT("{'for':'bob@example.net','from':'carol@example.org','subject':'One','text':'1'},"
           "{'for':'BOB@Example.NET','from':'carol@example.org','flags':['seen','flagged'],"
           "'age':'30d','text':'2'}")
      ",'script':[" SMALL_DO("10s", "bob-pc", "fetch") "],'expect':["
      "{'at':'1s','mailbox':'bob@example.net','messages':2},"
      "{'said':'Received: by mail.example.net id ','count':2},"
      "{'said':'Sun, 6 Sep 2026 09:00:00 +0000','min':1},"
      "{'said':'Sat, 8 Aug 2026 09:00:00 +0000','min':1},"
      "{'said':'Message-ID: <1.kept@mail.example.net>','count':1},"
      "{'device':'bob-pc','messages':2}]" },
    { "each domain has a mailbox of its own, and folders are made where there are none",
      KEPT("{'for':'bob@example.com','folder':'Travel/2026','from':'bob@example.com',"
           "'to':['carol@example.org'],'text':'1'},"
           "{'for':'bob@example.com','folder':'inbox','from':'carol@example.org'}")
      ",'expect':[{'mailbox':'bob@example.com','folder':'Travel/2026','messages':1},"
      "{'mailbox':'bob@example.com','messages':1},{'mailbox':'bob@example.net','messages':0}]" },
    { "many like it, each older than the next, are known by their numbers",
      KEPT("{'for':'bob@example.net','from':'carol@example.org','subject':'News','age':'2d',"
           "'messages':20,'apart':'1d','flags':['seen']},"
           "{'for':'bob@example.net','from':'carol@example.org','subject':'Tea'}")
      ",'script':[" SMALL_DO("10s", "bob-pc", "fetch") "],'expect':["
      "{'mailbox':'bob@example.net','messages':21,'unseen':1},"
      "{'mailbox':'bob@example.net','subject':'Tea','messages':1,'uid':21},"
      "{'device':'bob-pc','subject':'News 1','messages':1,'uid':1},"
      "{'said':'Subject: News 20','count':1},{'said':'Subject: News 21','count':0},"
      "{'said':'Date: Sat, 5 Sep 2026 09:00:00 +0000','service':'imap','count':1},"
      "{'said':'Date: Mon, 17 Aug 2026 09:00:00 +0000','service':'imap','count':1},"
      "{'counter':'letters','count':0}]" },
};
/* clang-format on */

Test(mail_kept, letters_are_there_before_time_begins)
{
    small_worlds_hold(rows, COUNT(rows));
}

static const struct {
    const char *body, *says;
} mistakes[] = {
    { KEPT("{'for':'bbo@example.net','from':'c@example.org'}"),
      "/hosts/mail.example.net/mail/0/for: no host has the account \"bbo@example.net\", did you "
      "mean \"bob@example.net\"?" },
    { KEPT("{'for':'bob','from':'c@example.org'}"),
      "/mail/0/for: \"bob\" is not an address; try \"alice@example.org\"" },
    { KEPT("{'from':'c@example.org'}"), "/mail/0: \"for\" is missing" },
    { KEPT("{'for':'bob@example.net'}"), "/mail/0: \"from\" is missing" },
    { KEPT("7"), "/mail/0: this must be an object, not a number" },
    { KEPT("{'for':'bob@example.net','from':'c@example.org','flags':['red']}"),
      "/mail/0/flags/0: there is no \"red\" here; one of: seen answered "
      "flagged deleted draft" },
    { KEPT("{'for':'bob@example.net','from':'c@example.org','eml':'x.eml'}"),
      "/mail/0/eml: this scenario is no file, so there is no folder to look in" },
    { KEPT("{'for':'bob@example.net','from':'c@example.org','attachments':[{'name':'x'}]}"),
      "/mail/0/attachments/0: \"text\" or \"file\" is missing: what is in it" },
    { "'hosts':{" SMALL_BOB "," SMALL_NET ",'mail.example.org':{'kind':'mail','domain':"
      "'example.org','mail':[{'for':'bob@example.net','from':'c@example.org'}]}}",
      "/mail/0/for: this account is kept by \"mail.example.net\"" },
};

Test(mail_kept, mistakes_have_their_place)
{
    for (size_t i = 0; i < COUNT(mistakes); i++) {
        struct small_world w;
        struct buf said = { 0 };
        cr_expect(!small_world_new(&w, mistakes[i].body), "row %zu", i);
        problems_text(&w.problems, &said);
        cr_expect_neq(slice_find(buf_slice(&said), slice_of(mistakes[i].says)), SLICE_NONE,
                      "row %zu: %s", i, buf_z(&said));
        cr_expect_eq(w.problems.count, 1, "row %zu: %s", i, buf_z(&said));
        buf_deinit(&said);
        small_world_free(&w);
    }
}
