/* mua_news_wrong_test.c - what a server that is wrong, or worse, tells a device costs it nothing of its
 * own. */
#include "sim/actors/mua_box.h"
#include "tests/lib/small_world.h"

#include <criterion/criterion.h>

/* The INBOX of a device has one letter of the server and one of its own. */
static struct mua *device(struct small_world *w)
{
    cr_assert(small_world_new(
        w, "'hosts':{" SMALL_ALICE "," SMALL_ORG "," SMALL_NET ",'bob-pc':{'kind':'mua',"
           "'account':'bob@example.net','download':'headers'}},'script':[" SMALL_SEND(
               "1s", "bob@example.net") "," SMALL_DO("10s", "bob-pc", "fetch") "]"));
    small_world_run(w);
    struct mua *u = (struct mua *)stage_find(world_stage(w->world), SLICE("bob-pc"));
    (void)local_add(u->box->inbox, (struct local_item){ .letter = 7 });
    mua_line_reset(u, NULL);
    u->line->open = u->box->inbox;
    u->line->exists = 1;
    return u;
}

static void item(struct mua *u, uint32_t uid)
{
    struct imap_item found = { .number = 2,
                               .uid = uid,
                               .has_flags = true,
                               .envelope = SLICE("(NIL \"x\" NIL NIL NIL NIL NIL NIL NIL NIL)") };
    mua_news_item(u, &(struct session_event){ .detail = &found });
}

static const struct {
    const char *why;
    uint32_t uid;   /* of an item; 0: none */
    slice vanished; /* empty: none */
    slice there;    /* all UIDs */
    size_t all, known;
    const char *missing;
} cases[] = {
    { "a UID that is given here is no server's", LOCAL_UID_OWN, { 0 }, { 0 }, 2, 1, "" },
    { "nor is the last of all", UINT32_MAX, { 0 }, { 0 }, 2, 1, "" },
    { "another one is", LOCAL_UID_OWN - 1, { 0 }, { 0 }, 3, 2, "" },
    { "all have vanished: ours are not the server's",
      0,
      SLICE_INIT("1:4294967295"),
      { 0 },
      1,
      0,
      "" },
    { "ours alone have vanished", 0, SLICE_INIT("3221225472:4294967295"), { 0 }, 2, 1, "" },
    { "all UIDs are there: a range is asked for, whatever it claims",
      0,
      { 0 },
      SLICE_INIT("1:4294967295"),
      2,
      1,
      "2:3221225471" },
    { "one, and those around it", 0, { 0 }, SLICE_INIT("1,5:6,9"), 2, 1, "5:6,9" },
};

Test(mua_news_wrong, of_a_server_that_is_wrong)
{
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct small_world w;
        struct mua *u = device(&w);
        if (cases[i].uid > 0) {
            item(u, cases[i].uid);
        }
        mua_news_vanished(u, cases[i].vanished, false);
        u->line->at = AT_UIDS;
        mua_news_set(u, cases[i].there);
        cr_expect_eq(local_count(u->box->inbox), cases[i].all, "%s", cases[i].why);
        cr_expect_eq(local_count_known(u->box->inbox), cases[i].known, "%s", cases[i].why);
        cr_expect(slice_eq(buf_slice(&u->line->missing), slice_of(cases[i].missing)), "%s: %.*s",
                  cases[i].why, (int)u->line->missing.len, u->line->missing.ptr);
        small_world_free(&w);
    }
}

/* UIDNEXT moves the end of what is swept. */
Test(mua_news_wrong, a_sweep_ends_before_our_own)
{
    struct small_world w;
    struct mua *u = device(&w);
    u->line->sweep = 5;
    mua_news_sweep(u, UINT32_MAX);
    cr_expect_eq(local_count(u->box->inbox), 1);
    cr_expect_eq(local_count_known(u->box->inbox), 0);
    small_world_free(&w);
}
