#include "sim/actors/mail_host.h"
#include "tests/lib/small_world.h"

#include <criterion/criterion.h>

static struct account *bob_of(const struct small_world *w)
{
    struct mail_host *m =
        mail_host_of(stage_find(world_stage(w->world), SLICE("mail.example.net")));
    return directory_find(&m->directory, SLICE("bob"), SLICE("example.net"));
}

#define NET_WITH(more)                                                                             \
    "'hosts':{" SMALL_ALICE "," SMALL_BOB "," SMALL_ORG                                            \
    ",'mail.example.net':{'kind':'mail','domain':'example.net'," more                              \
    "'accounts':{'bob':'builder','carol':'c'}}}"
#define LOSE(at, which)                                                                            \
    "{'at':'" at "','host':'mail.example.net','do':'new-uidvalidity','mailbox':'" which "'}"

Test(mail_folders, are_there_from_the_start)
{
    struct small_world w;
    cr_assert(
        small_world_new(&w, NET_WITH("'folders':['Sent','Work/2026'],") ",'script':[" SMALL_SEND(
                                "1s", "bob@example.net") "]"));
    const struct account *bob = bob_of(&w);
    cr_expect_eq(account_box(bob, SLICE("Sent"))->use, MAILBOX_SENT);
    cr_expect_not_null(account_box(bob, SLICE("Work/2026")));
    cr_expect_null(account_box(bob, SLICE("Work")), "only a name");
    cr_expect(account_subscribed(bob, SLICE("Work/2026")));
    cr_expect_eq(small_world_count(&w, TRACE_FOLDER, ""), 4, "two each for Bob and Carol");
    small_world_free(&w);
    cr_expect_not(small_world_new(&w, NET_WITH("'folders':['a//b'],") ",'script':[]"));
    small_world_free(&w);
}

#define LETTERS                                                                                    \
    SMALL_SEND("1s", "bob@example.net")                                                            \
    "," SMALL_SEND("2s", "bob@example.net") "," SMALL_SEND("3s", "carol@example.net")
#define LOSSES LOSE("1min", "bob/INBOX") "," LOSE("2min", "carol") "," LOSE("3min", "bob/None")

Test(mail_folders, have_new_uids_when_the_index_is_lost)
{
    struct small_world w;
    cr_assert(small_world_new(&w, SMALL_HOSTS ",'script':[" LETTERS "," LOSSES "]"));
    uint32_t before = bob_of(&w)->boxes[0]->uid_validity;
    small_world_run(&w);
    const struct mailbox *inbox = bob_of(&w)->boxes[0];
    cr_expect_gt(inbox->uid_validity, before);
    cr_expect_eq(inbox->count, 2);
    cr_expect_eq(mailbox_at(inbox, 1)->uid, 2);
    cr_expect_eq(small_world_count(&w, TRACE_FOLDER, ""), 2);
    cr_expect_eq(small_world_count(&w, TRACE_STORED, ""), 6, "each was written anew");
    cr_expect_eq(small_world_count(&w, TRACE_NOTE, "bob/None"), 1);
    small_world_free(&w);
}

/* A verb for hosts that keep mailboxes. */
Test(mail_folders, are_lost_only_where_they_are)
{
    struct small_world w;
    cr_expect_not(small_world_new(
        &w, SMALL_HOSTS ",'script':[{'at':'1s','host':'bob-pc','do':'new-uidvalidity'}]"));
    small_world_free(&w);
}
