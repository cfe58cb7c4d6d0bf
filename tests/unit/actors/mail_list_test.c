#include "tests/lib/small_world.h"
#include "tests/lib/stranger.h"

#include <criterion/criterion.h>

/* clang-format off */
#define HOSTS(list)                                                                                \
    "'hosts':{" SMALL_ALICE "," SMALL_BOB ",'mail.example.org':{'kind':'mail','domain':'example.org',"\
    "'accounts':{'alice':'wonderland','dave':'d','olga':'o'},'lists':{'friends@example.org':{"     \
    "'owner':'olga@example.org'," list "}}}," SMALL_NET "}"
#define MEMBERS "'members':['dave@example.org','bob@example.net','carol@example.net']"
#define SEND(to) ",'script':[" SMALL_SEND("1s", to) "],'expect':["
#define SEND_SUBJECT(at, to, subject)                                                              \
    "{'at':'" at "','host':'alice-laptop','do':'send','to':'" to "','subject':'" subject "','text':'T'}"
#define BOX(address, count) "{'mailbox':'" address "','messages':" count "}"
#define SAID(text, count) "{'said':'" text "','service':'smtp','line':true,'count':" count "}"

static const struct small_row rows[] = {
    { "a new envelope: reports go to the list and not to the writer (RFC 5321 3.9.2)",
      HOSTS(MEMBERS) SEND("friends@example.org")
      "{'outcome':'expanded','to':'friends@example.org','reason':'list: 3 members','count':1},"
      "{'said':'MAIL FROM:<friends-bounces@example.org>','service':'smtp','count':1},"
      "{'said':'RCPT TO:<bob@example.net>','service':'smtp','line':true,'count':1},"
      SAID("List-Id: <friends.example.org>", "1") ","
      SAID("List-Unsubscribe: <mailto:friends-request@example.org?subject=unsubscribe>", "1") ","
      SAID("From: alice@example.org", "1") "," SAID("Subject: S", "1") ","
      SAID("To: friends@example.org", "1") ","
      BOX("dave@example.org", "1") "," BOX("bob@example.net", "1") ","
      BOX("carol@example.net", "1") "]" },
    { "what it is told to change, it changes",
      HOSTS(MEMBERS ",'subject-prefix':'[friends]','footer':'Bye','reply-to-list':true,"
            "'description':'Old friends'") SEND("friends@example.org")
      SAID("Subject: [friends] S", "1") "," SAID("Reply-To: friends@example.org", "1") ","
      SAID("List-Id: Old friends <friends.example.org>", "1") "," SAID("Bye", "1") "]" },
    { "a member who is not there any more: the owner hears of it",
      HOSTS("'members':['nobody@example.net','dave@example.org']") SEND("friends@example.org")
      "{'outcome':'bounced','to':'nobody@example.net','count':1},"
      "{'outcome':'expanded','to':'friends-bounces@example.org','reason':'list report','count':1},"
      BOX("olga@example.org", "1") "," BOX("alice@example.org", "0") "]" },
    { "a report that comes to the list has no reverse-path, and gets none (RFC 5321 4.5.5)",
      HOSTS("'verp':true,'members':['nobody@example.net','dave@example.org']},'trap@example.org':{"
            "'owner':'friends@example.org','members':'nobody@example.net'")
      SEND("trap@example.org")
      "{'outcome':'expanded','to':'friends@example.org','count':1},"
      "{'outcome':'bounced','to':'nobody@example.net','count':1},"
      "{'outcome':'failed','to':'nobody@example.net','count':1},"
      BOX("dave@example.org", "1") "," BOX("olga@example.org", "0") "]" },
    { "with VERP each member has a reverse-path, and is taken off after some bounces",
      HOSTS("'verp':true,'bounces-max':2,'members':['nobody@example.net','dave@example.org']")
      ",'script':[" SMALL_SEND("1s", "friends@example.org") ","
      SMALL_SEND("1h", "friends@example.org") "," SMALL_SEND("2h", "friends@example.org")
      "],'expect':["
      "{'said':'MAIL FROM:<friends-bounces+nobody=example.net@example.org>','service':'smtp','count':2},"
      "{'outcome':'discarded','reason':'bounces-max: 1 of 2','count':1},"
      "{'outcome':'discarded','reason':'bounces-max: 2 of 2','count':1},"
      "{'outcome':'expanded','reason':'list: 2 members','count':2},"
      "{'outcome':'expanded','reason':'list: 1 member','count':1},"
      BOX("dave@example.org", "3") "," BOX("olga@example.org", "0") "]" },
    { "whose name is too long for a reverse-path of his own shares the list's (RFC 5321 4.5.3.1.1)",
      HOSTS("'verp':true,'members':["
            "'somebody.who.has.a.name.that.is.much.too.long@example.net','bob@example.net']")
      SEND("friends@example.org")
      "{'said':'MAIL FROM:<friends-bounces@example.org>','service':'smtp','count':1},"
      "{'said':'MAIL FROM:<friends-bounces+bob=example.net@example.org>','service':'smtp','count':1},"
      BOX("olga@example.org", "1") "," BOX("bob@example.net", "1") "]" },
    { "only members: refused while the writer is there (550 5.7.2)",
      HOSTS(MEMBERS ",'post':'members'") SEND("friends@example.org")
      "{'refused':550,'reply':'5.7.2','count':1}," BOX("dave@example.org", "0") "]" },
    { "a member may, and the owner",
      HOSTS("'members':['alice@example.org','dave@example.org'],'post':'members'")
      SEND("friends@example.org") BOX("dave@example.org", "1") "," BOX("alice@example.org", "1") "]" },
    { "among others: what was accepted for them is reported for the list",
      HOSTS(MEMBERS ",'post':'owner'") ",'script':[{'at':'1s','host':'alice-laptop','do':'send',"
      "'to':['friends@example.org','bob@example.net'],'subject':'S','text':'T'}],'expect':["
      "{'outcome':'bounced','to':'friends@example.org','reason':'5.7.2','count':1},"
      BOX("bob@example.net", "1") "," BOX("dave@example.org", "0") "]" },
    { "commands are asked back before anything is done; anything else is for the owner",
      HOSTS(MEMBERS ",'description':'Old friends'") ",'script':["
      SEND_SUBJECT("1s", "friends-request@example.org", "subscribe") ","
      SEND_SUBJECT("1min", "friends@example.org", "one") ","
      "{'at':'2min','host':'bob-pc','do':'send','to':'Friends-Request@example.org',"
      "'subject':'Unsubscribe','text':'T'},"
      SEND_SUBJECT("3min", "friends@example.org", "two") ","
      SEND_SUBJECT("4min", "friends-request@example.org", "What is this?") ","
      SEND_SUBJECT("5min", "friends-owner@example.org", "Hello") ","
      SEND_SUBJECT("6min", "friends-request@example.org", "help") ","
      SEND_SUBJECT("7min", "friends-request@example.org", "unsubscribe") ","
      SEND_SUBJECT("8min", "friends-request+0123456789abcdef@example.org", "Re: what?") ","
      SMALL_DO("9min", "alice-laptop", "fetch") "],'expect':["
      "{'said':'From: Old friends <friends-owner@example.org>','service':'imap','line':true,"
      "'count':2},"
      "{'said':'From: Old friends <friends-request+','service':'imap','count':1},"
      "{'mailbox':'alice@example.org','subject':'Auto: subscribe','messages':1},"
      "{'mailbox':'bob@example.net','subject':'Auto: Unsubscribe','messages':1},"
      BOX("alice@example.org", "3") "," BOX("olga@example.org", "3") ","
      BOX("dave@example.org", "2") "," BOX("bob@example.net", "3") "]" },
};

/* Lists on two hosts that are members of each other. */
#define EACH(list, members)                                                                        \
    "'" list "@example.org':{'owner':'alice@example.org','members':[" members "]}"
static const struct small_row loop_rows[] = {
    { "a letter that has been on the list is not taken again",
      "'hosts':{" SMALL_ALICE ",'mail.example.org':{'kind':'mail','domain':'example.org',"
      "'accounts':{'alice':'wonderland','dave':'d'},'lists':{'a@example.org':{"
      "'owner':'dave@example.org','members':'b@example.net'}}},'mail.example.net':{'kind':'mail',"
      "'domain':'example.net','accounts':{'bob':'b','carol':'c'},'lists':{'b@example.net':{"
      "'owner':'carol@example.net','members':['a@example.org','bob@example.net']}}}}"
      SEND("a@example.org")
      "{'refused':550,'host':'mail.example.org','reply':'5.4.6','count':1},"
      "{'outcome':'expanded','to':'a@example.org','count':1}," BOX("bob@example.net", "1") "]" },
    { "an owner who is the list's own owner address",
      "'hosts':{" SMALL_ALICE ",'mail.example.org':{'kind':'mail','domain':'example.org',"
      "'accounts':{'alice':'wonderland'},'lists':{'a@example.org':{"
      "'owner':'a-owner@example.org','members':'alice@example.org'}}}}" SEND("a-owner@example.org")
      "{'outcome':'expanded','count':1},"
      "{'outcome':'bounced','to':'a-owner@example.org','reason':'5.4.6','count':1},"
      BOX("alice@example.org", "1") "]" },
    { "lists of one host that are members of each other, and do not say for whom they were",
      "'hosts':{" SMALL_ALICE ",'mail.example.org':{'kind':'mail','domain':'example.org',"
      "'delivered-to':false,'accounts':{'alice':'wonderland','dave':'d'},'lists':{'a@example.org':{"
      "'owner':'dave@example.org','members':['b@example.org','alice@example.org']},'b@example.org':{"
      "'owner':'dave@example.org','members':['a@example.org']}}}}" SEND("a@example.org")
      "{'outcome':'bounced','to':'a@example.org','reason':'5.4.6','count':1},"
      BOX("alice@example.org", "1") "," BOX("dave@example.org", "1") "]" },
    { "lists of one host that are all members of each other: each posts it once",
      "'hosts':{" SMALL_ALICE ",'mail.example.org':{'kind':'mail','domain':'example.org',"
      "'accounts':{'alice':'wonderland','dave':'d'},'lists':{"
      EACH("a", "'b@example.org','c@example.org','d@example.org','e@example.org'") ","
      EACH("b", "'a@example.org','c@example.org','d@example.org','e@example.org'") ","
      EACH("c", "'a@example.org','b@example.org','d@example.org','e@example.org'") ","
      EACH("d", "'a@example.org','b@example.org','c@example.org','e@example.org'") ","
      EACH("e", "'a@example.org','b@example.org','c@example.org','d@example.org','dave@example.org'")
      "}}}" SEND("a@example.org")
      "{'outcome':'expanded','reason':'list: 4 members','count':4},"
      "{'outcome':'expanded','reason':'list: 5 members','count':1},"
      BOX("dave@example.org", "1") "]" },
};
#undef EACH
/* clang-format on */

Test(mail_list, redistributes)
{
    SMALL_WORLDS_HOLD(rows);
}

Test(mail_list, does_not_run_in_circles)
{
    SMALL_WORLDS_HOLD(loop_rows);
}

/* ---- what the list asks back ---- */

static const struct answer_row {
    const char *why, *asker, *asks;
    const char *from, *fields; /* of the answer; fields NULL: there is none */
    sim_time at;               /* when, or at the next event before */
    const char *letters;       /* that the asker has of the list afterwards */
} answer_rows[] = {
    { "who answers is a member", "alice", "subscribe", "alice@example.org", "", SIM_HOUR, "1" },
    { "whatever stands in his answer", "alice", "subscribe", "alice@example.org",
      "Subject: Re: Auto: subscribe\r\n", 2 * SIM_DAY, "1" },
    { "who is silent is none", "alice", "subscribe", "", NULL, SIM_HOUR, "0" },
    { "a machine's answer is no yes (RFC 3834 2)", "alice", "subscribe", "alice@example.org",
      "Auto-Submitted: auto-replied\r\n", SIM_HOUR, "0" },
    { "nor is a report", "alice", "subscribe", "", "", SIM_HOUR, "0" },
    { "after three days nobody knows any more what it was", "alice", "subscribe",
      "alice@example.org", "", 4 * SIM_DAY, "0" },
    { "who answers has left", "dave", "unsubscribe", "dave@example.org", "", SIM_HOUR, "0" },
    { "who is silent stays", "dave", "unsubscribe", "", NULL, SIM_HOUR, "1" },
};

/* "friends-request+0123456789abcdef@example.org", as the list has said it. */
static bool asked_back(const struct small_world *w, struct buf *out)
{
    struct buf scratch = { 0 };
    for (uint64_t n = 1; n <= w->trace.count && out->len == 0; n++) {
        const struct trace_rec *r = trace_at(&w->trace, n);
        slice said = r->kind == TRACE_COMPOSE
                         ? trace_payload(&w->trace, trace_payload_id(r), &scratch)
                         : SLICE("");
        size_t at = slice_find(said, SLICE("friends-request+"));
        slice rest = at != SLICE_NONE ? slice_from(said, at) : SLICE("");
        buf_add(out, slice_cut(&rest, '\n'));
    }
    buf_deinit(&scratch);
    return out->len > 0;
}

static void hold_answer(const struct answer_row *row)
{
    struct small_world w;
    struct buf json = { 0 }, to = { 0 }, said = { 0 };
    bool alice = row->asker[0] == 'a';
    buf_addz(&json, "'until':'7d','hosts':{'pc':{'kind':'mua','account':'");
    buf_addz(&json, row->asker);
    buf_addz(&json, "@example.org'},'mail.example.org':{'kind':'mail','domain':'example.org',"
                    "'accounts':{'alice':'wonderland','dave':'d','olga':'o'},'lists':{"
                    "'friends@example.org':{'owner':'olga@example.org','members':"
                    "'dave@example.org'}}}," SMALL_NET "," SMALL_BOB
                    "},'script':[{'at':'1s','host':'pc','do':'send','to':"
                    "'friends-request@example.org','text':'T','subject':'");
    buf_addz(&json, row->asks);
    buf_addz(&json,
             "'}," SMALL_DO("47h", "bob-pc", "fetch") "," SMALL_DO(
                 "95h", "bob-pc",
                 "fetch") ",{'at':'5d','host':'bob-pc','do':'send','to':'friends@example.org',"
                          "'text':'T','subject':'post'}],'expect':[{'mailbox':'");
    buf_addz(&json, alice ? "alice" : "dave");
    buf_addz(&json, "@example.org','subject':'post','messages':");
    buf_addz(&json, row->letters);
    buf_addz(&json, "}]");
    cr_assert(small_world_new(&w, buf_z(&json)), "%s", w.err.text);
    struct stage *s = world_stage(w.world);
    (void)world_run(w.world, row->at);
    cr_assert(asked_back(&w, &to), "%s", row->why);
    buf_addz(&said, "EHLO x.test\r\nMAIL FROM:<");
    buf_addz(&said, row->from);
    buf_addz(&said, ">\r\nRCPT TO:<");
    buf_add(&said, buf_slice(&to));
    buf_addz(&said, ">\r\nDATA\r\nFrom: x@example.org\r\n");
    buf_addz(&said, row->fields ? row->fields : "");
    buf_addz(&said, "\r\nYes\r\n.\r\nQUIT\r\n");
    struct stranger x = { .first = buf_slice(&said) };
    if (row->fields) {
        stranger_call(&x, stage_find(s, SLICE("bob-pc")),
                      network_ip_of(s->net, stage_find(s, SLICE("mail.example.org"))->id), 25);
    }
    small_world_run(&w);
    cr_expect_eq(w.verdict.met, 1, "%s: %s", row->why, buf_z(&x.got));
    cr_expect(small_world_all_settled(&w), "%s", row->why);
    stranger_deinit(&x);
    small_world_free(&w);
    buf_deinit(&json);
    buf_deinit(&to);
    buf_deinit(&said);
}

Test(mail_list, asks_back_before_anything_is_done)
{
    for (size_t i = 0; i < COUNT(answer_rows); i++) {
        hold_answer(&answer_rows[i]);
    }
}
