/* mua_lost_test.c - a device loses its line, or its server the power, in the middle of telling what
 * was done; whatever the moment and whatever the server can, in the end all of it was done once. */
#include "tests/lib/small_world.h"

#include <criterion/criterion.h>

#define DOES(at, rest) "{'at':'" at "','host':'bob-pc'," rest "}"
#define LETTER(subject)                                                                            \
    "{'for':'bob@example.net','from':'c@example.com','subject':'" subject "','text':'T'}"
#define DRAFT(at, text)                                                                            \
    DOES(at, "'do':'draft','to':['x@example.org'],'subject':'D','text':'" text "'")

enum how { BY_HAND, OFFLINE, CRASH, HOWS };

static const char *const deeds[] = {
    "'do':'flag','subject':'0','flag':'flagged'",
    "'do':'flag','subject':'1','flag':'flagged'",
    "'do':'move','subject':'1','to':'Work'",
    "'do':'delete','subject':'2'",
    "'do':'empty-trash'",
    "'do':'copy','subject':'0','to':'Work'",
    "'do':'draft','to':['x@example.org'],'subject':'D','text':'T'",
    "'do':'flag','subject':'3','flag':'seen'",
    "'do':'unread','subject':'3'",
};

static void step(struct buf *b, uint64_t at_ms, const char *rest)
{
    buf_addz(b, b->ptr[b->len - 1] == '[' ? "{'at':'" : ",{'at':'");
    fmt_u64(b, at_ms);
    buf_addz(b, "ms',");
    buf_addz(b, rest);
    buf_byte(b, '}');
}

static void on_pc(struct buf *b, uint64_t at_ms, const char *rest)
{
    struct buf all = { 0 };
    buf_addz(&all, "'host':'bob-pc',");
    buf_addz(&all, rest);
    buf_byte(&all, '\0');
    step(b, at_ms, all.ptr);
    buf_deinit(&all);
}

/* offset: by hand from each deed to the next, else from the begin of the telling to the end of the
 * line. */
static void script(struct buf *b, enum how how, uint64_t offset)
{
    on_pc(b, 1000, "'do':'sync'");
    if (how != BY_HAND) {
        on_pc(b, 9000, "'do':'offline'");
    }
    for (uint64_t i = 0; i < COUNT(deeds); i++) {
        on_pc(b, 10000 + (how == BY_HAND ? i * offset : 0), deeds[i]);
    }
    if (how != BY_HAND) {
        on_pc(b, 20000, "'do':'online'");
    }
    if (how == OFFLINE) {
        on_pc(b, 20000 + offset, "'do':'offline'");
        on_pc(b, 30000, "'do':'flag','subject':'4','flag':'flagged'");
        on_pc(b, 40000, "'do':'online'");
    } else if (how == CRASH) {
        step(b, 20000 + offset, "'host':'mail.example.net','do':'crash','for':'10s'");
    }
    if (how != OFFLINE) {
        on_pc(b, 1200000, "'do':'flag','subject':'4','flag':'flagged'");
    }
    on_pc(b, 1300000, "'do':'sync'");
    on_pc(b, 1400000, "'do':'sync'");
}

static void play(const char *without, const char *resync, enum how how, uint64_t offset)
{
    struct small_world w;
    struct buf b = { 0 };
    buf_addz(&b,
             "'until':'30min','hosts':{'mail.example.net':{'kind':'mail','domain':'example.net',"
             "'accounts':{'bob':'b'},'folders':['Work'],'imap-without':[");
    buf_addz(&b, without);
    buf_addz(&b,
             "],'mail':[" LETTER("0") "," LETTER("1") "," LETTER("2") "," LETTER("3") "," LETTER(
                 "4") "]},'bob-pc':{'kind':'mua','account':'bob@example.net','resync':'");
    buf_addz(&b, resync);
    buf_addz(&b, "'}},'script':[");
    script(&b, how, offset);
    buf_addz(&b, "],'expect':["
                 "{'mailbox':'bob@example.net','messages':3,'flagged':2,'unseen':3},"
                 "{'mailbox':'bob@example.net','folder':'Work','messages':2,'flagged':2},"
                 "{'mailbox':'bob@example.net','folder':'Trash','messages':0},"
                 "{'mailbox':'bob@example.net','folder':'Drafts','messages':1},"
                 "{'pending':'bob-pc','count':0},"
                 "{'same':['bob-pc'],'account':'bob@example.net','folder':'Work'},"
                 "{'same':['bob-pc'],'account':'bob@example.net','folder':'Trash'},"
                 "{'same':['bob-pc'],'account':'bob@example.net','folder':'Drafts'},"
                 "{'same':['bob-pc'],'account':'bob@example.net'}]");
    buf_byte(&b, '\0');
    cr_assert(small_world_new(&w, b.ptr), "not a scenario: %s", b.ptr);
    small_world_run(&w);
    cr_expect(!small_world_failed(&w, ""), "without %s, %s, how %d, %u ms:\n%s", without, resync,
              (int)how, (unsigned)offset, b.ptr);
    small_world_free(&w);
    buf_deinit(&b);
}

Test(mua_lost, in_the_middle_of_telling)
{
    static const char *const without[] = { "", "'move'", "'uidplus'", "'uidplus','move'" };
    for (uint64_t offset = 0; offset < 1400; offset += 74) {
        for (size_t i = 0; i < COUNT(without); i++) {
            for (enum how how = BY_HAND; how < HOWS; how++) {
                play(without[i], (offset / 74 + i) % 2 == 0 ? "best" : "flags", how, offset);
            }
        }
    }
}

/* clang-format off */
#define BOB(server, rest) "'until':'5min','hosts':{'mail.example.net':{'kind':'mail'," \
    "'domain':'example.net','accounts':{'bob':'b'}," server "},'bob-phone':{'kind':'mua'," \
    "'account':'bob@example.net'},'bob-pc':{'kind':'mua','account':'bob@example.net'" rest "}}"
#define GONE(at) "{'at':'" at "','host':'bob-phone','do':'delete-folder','folder':'Drafts'}"
static const struct small_row rows[] = {
    { "the mailbox of a letter that may have been appended is gone: it is made again",
      BOB("'folders':['Drafts']", "") ",'script':[" DOES("1s", "'do':'sync'") ","
      SMALL_DO("2s", "bob-phone", "sync") "," DOES("9s", "'do':'offline'") ","
      DRAFT("10s", "T") "," DOES("20s", "'do':'online'") ","
      DOES("20220ms", "'do':'offline'") "," GONE("25s") "," DOES("40s", "'do':'online'")
      "],'expect':[{'said':'APPEND','by':'client','count':3},{'pending':'bob-pc','count':0},"
      "{'mailbox':'bob@example.net','folder':'Drafts','messages':1}]" },
    { "what the server refused is here alone, and stays when its folder is gone there",
      BOB("'quota':'1KB'", "") ",'script':[" DOES("1s", "'do':'sync'") ","
      DRAFT("10s", "0123456789012345678901234567890123456789012345678901234567890123456789"
                   "0123456789012345678901234567890123456789012345678901234567890123456789"
                   "0123456789012345678901234567890123456789012345678901234567890123456789"
                   "0123456789012345678901234567890123456789012345678901234567890123456789"
                   "0123456789012345678901234567890123456789012345678901234567890123456789"
                   "0123456789012345678901234567890123456789012345678901234567890123456789"
                   "0123456789012345678901234567890123456789012345678901234567890123456789"
                   "0123456789012345678901234567890123456789012345678901234567890123456789"
                   "0123456789012345678901234567890123456789012345678901234567890123456789"
                   "0123456789012345678901234567890123456789012345678901234567890123456789"
                   "0123456789012345678901234567890123456789012345678901234567890123456789"
                   "0123456789012345678901234567890123456789012345678901234567890123456789"
                   "0123456789012345678901234567890123456789012345678901234567890123456789"
                   "0123456789012345678901234567890123456789012345678901234567890123456789"
                   "0123456789012345678901234567890123456789012345678901234567890123456789")
      "," SMALL_DO("20s", "bob-phone", "sync") "," GONE("25s") "," DOES("40s", "'do':'sync'")
      "],'expect':[{'said':'[OVERQUOTA]','by':'server','count':1},"
      "{'device':'bob-pc','folder':'Drafts','messages':1}]" },
    { "a mailbox has the name of a folder that is on this device alone",
      BOB("'folders':['Local Folders/Sent']", ",'sent':'local'") ",'script':["
      DOES("1s", "'do':'send','to':['bob@example.net'],'subject':'S','text':'T'") ","
      DOES("40s", "'do':'sync'") "],'expect':["
      "{'device':'bob-pc','folder':'Local Folders/Sent','messages':1},"
      "{'mailbox':'bob@example.net','folder':'Local Folders/Sent','messages':0}]" },
};
/* clang-format on */

Test(mua_lost, a_mailbox_that_went)
{
    SMALL_WORLDS_HOLD(rows);
}
