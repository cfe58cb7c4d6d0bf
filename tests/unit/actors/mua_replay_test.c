/* mua_replay_test.c - a line that breaks while a server is told what was done (RFC 4549 5.1). */
#include "sim/base/fmt.h"
#include "tests/lib/small_world.h"

#include <criterion/criterion.h>

/* clang-format off */
#define DO(at, rest) "{'at':'" at "','host':'bob-pc'," rest "}"
#define BEGIN(server, device) "'hosts':{" SMALL_ALICE "," SMALL_ORG ",'mail.example.net':{'kind':'mail'," \
    "'domain':'example.net','accounts':{'bob':'b'}" server "},'bob-pc':{'kind':'mua'," \
    "'account':'bob@example.net','sent':'server'" device "}},'script':["                           \
    SMALL_SEND("1s", "bob@example.net") "," SMALL_SEND("2s", "bob@example.net") ","                \
    DO("10s", "'do':'sync'") "," DO("30s", "'do':'offline'") ","                                   \
    DO("31s", "'do':'draft','to':['a@example.org'],'subject':'D','text':'T'") ","                  \
    DO("32s", "'do':'move','subject':'D','folder':'Drafts','to':'Work'") ","                       \
    DO("33s", "'do':'flag','subject':'D','folder':'Work'") ","                                     \
    DO("34s", "'do':'move','subject':'S','to':'Play'") ","                                         \
    DO("35s", "'do':'delete','subject':'S'") "," DO("60s", "'do':'online'") ","                    \
    "{'host':'bob-pc','do':'offline','at':'"
#define END "'}," DO("190s", "'do':'online'") "," DO("200s", "'do':'sync'") ","                    \
    DO("400s", "'do':'sync'") "],'expect':["                                                       \
    "{'pending':'bob-pc','count':0},{'same':['bob-pc'],'account':'bob@example.net'},"              \
    "{'same':['bob-pc'],'account':'bob@example.net','folder':'Work'},"                             \
    "{'same':['bob-pc'],'account':'bob@example.net','folder':'Play'},"                             \
    "{'same':['bob-pc'],'account':'bob@example.net','folder':'Trash'},"                            \
    "{'mailbox':'bob@example.net','folder':'Drafts','messages':0},"                                \
    "{'mailbox':'bob@example.net','folder':'Work','subject':'D','messages':1,'flagged':1},"        \
    "{'mailbox':'bob@example.net','folder':'Play','messages':1},"                                  \
    "{'mailbox':'bob@example.net','folder':'Trash','messages':1},"                                 \
    "{'mailbox':'bob@example.net','messages':0},"                                                  \
    "{'said':'32212','service':'imap','by':'client','count':0},"                                   \
    "{'said':' CLOSE','service':'imap','by':'client','line':false,'count':0}]"
static const char *const worlds[][2] = {
    { "all that it knows", BEGIN("", "") },
    { "no UIDPLUS, no MOVE", BEGIN(",'imap-without':['uidplus','move','qresync']", "") },
    { "no mod-sequences", BEGIN(",'imap-without':['condstore','qresync']", ",'resync':'flags'") },
};
/* clang-format on */

/* How many connections ended without a farewell, or never had one. */
static size_t play(const char *const *world, uint64_t ms)
{
    struct small_world w;
    struct buf body = { 0 };
    buf_addz(&body, world[1]);
    fmt_u64(&body, ms);
    buf_addz(&body, "ms" END);
    cr_assert(small_world_new(&w, buf_z(&body)), "%s", buf_z(&body));
    small_world_run(&w);
    size_t rude = small_world_count(&w, TRACE_OPEN, "") - small_world_said(&w, " LOGOUT");
    cr_expect(!small_world_failed(&w, ""), "%s: lost at %u ms", world[0], (unsigned)ms);
    small_world_free(&w);
    buf_deinit(&body);
    return rude;
}

Test(mua_replay, a_line_that_breaks_loses_nothing_and_makes_nothing_twice)
{
    for (size_t i = 0; i < sizeof worlds / sizeof *worlds; i++) {
        size_t whole = play(worlds[i], 150000), broke = 0;
        for (uint64_t ms = 60020; ms < 61500; ms += 20) {
            broke += play(worlds[i], ms) > whole;
        }
        cr_expect(broke > 20, "%s: it was in use %zu times", worlds[i][0], broke);
    }
}

/* RFC 4315 2.1: with UIDPLUS what another marked \Deleted stays, without it that goes as well. */
/* clang-format off */
#define KEPT(subject, flags) "{'for':'bob@example.net','folder':'Trash','from':'a@example.org'," \
    "'subject':'" subject "','text':'T'" flags "}"
#define TRASH(keys) "'hosts':{'mail.example.net':{'kind':'mail','domain':'example.net'," \
    "'accounts':{'bob':'b'},'folders':['Trash'],'mail':[" KEPT("mine", "") "," \
    KEPT("theirs", ",'flags':['deleted']") "]" keys "},'bob-pc':{'kind':'mua'," \
    "'account':'bob@example.net'}},'script':[" DO("10s", "'do':'sync'") "," \
    DO("20s", "'do':'delete','subject':'mine','folder':'Trash'") "," DO("60s", "'do':'sync'") "],'expect':["
static const struct small_row plus_rows[] = {
    { "UIDPLUS", TRASH("") "{'said':' UID EXPUNGE 1','by':'client','line':false,'count':1},"
      "{'mailbox':'bob@example.net','folder':'Trash','messages':1}]" },
    { "without", TRASH(",'imap-without':['uidplus','qresync']")
      "{'said':' EXPUNGE','by':'client','line':false,'count':1},"
      "{'mailbox':'bob@example.net','folder':'Trash','messages':0}]" },
};
/* clang-format on */

Test(mua_replay, uidplus_is_used)
{
    SMALL_WORLDS_HOLD(plus_rows);
}

#define LETTERS 1000

/* RFC 7162 4: what does not fit into some 8000 octets is said in parts. */
Test(mua_replay, long_sets_are_said_in_parts)
{
    struct small_world w;
    struct buf body = { 0 }, text = { 0 };
    buf_addz(&body, "'hosts':{'mail.example.net':{'kind':'mail','domain':'example.net',"
                    "'accounts':{'bob':'b'},'folders':['Trash'],'mail':[");
    for (size_t i = 0; i < LETTERS; i++) {
        buf_addz(&body, i > 0 ? "," : "");
        buf_addz(&body, KEPT("S", ""));
    }
    buf_addz(
        &body,
        "]},'bob-pc':{'kind':'mua','account':'bob@example.net','download':'headers'}},"
        "'script':[" DO("10s", "'do':'sync'") "," DO(
            "20s",
            "'do':'empty-trash'") "],"
                                  "'expect':[{'mailbox':'bob@example.net','folder':'Trash','"
                                  "messages':0},"
                                  "{'said':' UID EXPUNGE ','by':'client','line':false,'min':2},"
                                  "{'device':'bob-pc','folder':'Trash','messages':0}]");
    cr_assert(small_world_new(&w, buf_z(&body)), "%s", w.err.text);
    small_world_run(&w);
    cr_expect(!small_world_failed(&w, ""));
    for (uint64_t n = 1; n <= w.trace.count; n++) {
        const struct trace_rec *r = trace_at(&w.trace, n);
        if (r->kind == TRACE_SAID) {
            slice said = trace_payload(&w.trace, trace_payload_id(r), &text);
            bool command = slice_find(said, SLICE(" UID ")) != SLICE_NONE;
            cr_expect(!command || said.len <= 8192, "%zu octets", said.len);
        }
    }
    buf_deinit(&text);
    buf_deinit(&body);
    small_world_free(&w);
}
