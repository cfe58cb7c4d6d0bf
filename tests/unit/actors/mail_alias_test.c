#include "tests/lib/small_world.h"
#include "tests/lib/stranger.h"

#include <criterion/criterion.h>

/* clang-format off */
#define HOSTS(org, net)                                                                            \
    "'hosts':{" SMALL_ALICE ",'mail.example.org':{'kind':'mail','domain':['example.org','a.test'],"\
    "'accounts':{'alice':'wonderland','dave':'d'}," org "},'mail.example.net':{'kind':'mail',"     \
    "'domain':'example.net','accounts':{'bob':'b','carol':'c'}" net "}}"
#define SEND(to) ",'script':[" SMALL_SEND("1s", to) "],'expect':["
#define BOX(address, count) "{'mailbox':'" address "','messages':" count "}"
#define ENDS(fate, address, reason)                                                                \
    "{'outcome':'" fate "','to':'" address "','reason':'" reason "','count':1}"

static const struct small_row alias_rows[] = {
    { "the recipient is replaced, the reverse-path kept (RFC 5321 3.9.1)",
      HOSTS("'aliases':{'team':['dave@example.org','bob@example.net']}", "")
      SEND("team@example.org")
      ENDS("expanded", "team@example.org", "alias: dave@example.org, bob@example.net") ","
      "{'said':'MAIL FROM:<alice@example.org>','service':'smtp','count':1},"
      "{'said':'RCPT TO:<bob@example.net>','service':'smtp','line':true,'count':1},"
      "{'said':'Delivered-To: team@example.org','service':'smtp','line':true,'count':1},"
      BOX("dave@example.org", "1") "," BOX("bob@example.net", "1") "]" },
    { "a name stands for itself in each domain, a whole address only in its own",
      HOSTS("'aliases':{'ours':'dave@example.org','b@a.test':'dave@example.org'}", "")
      ",'script':[" SMALL_SEND("1s", "Ours@a.test") "," SMALL_SEND("2s", "ours@example.org") ","
      SMALL_SEND("3s", "b@a.test") "," SMALL_SEND("4s", "b@example.org") "],'expect':["
      "{'refused':550,'to':'b@example.org','reply':'5.1.1','count':1},"
      BOX("dave@example.org", "3") "]" },
    { "quotes that need not be are none (RFC 5322 3.4.1), with details behind a plus too",
      HOSTS("'plus':true,'aliases':{'team':'bob@example.net','t.two@example.org':'dave@example.org'}",
            "")
      ",'script':[" SMALL_SEND("1s", "\\\"Team\\\"@example.org") ","
      SMALL_SEND("2s", "\\\"t.two+x\\\"@example.org") "," SMALL_SEND("3s", "\\\"d\\\\ave\\\"@example.org")
      "],'expect':[" BOX("bob@example.net", "1") "," BOX("dave@example.org", "2") "]" },
    { "aliases of aliases, each expanded once, nobody twice",
      HOSTS("'aliases':{'all':['some@example.org','dave@example.org'],"
            "'some':['DAVE@example.org','all@example.org','alice@example.org']}", "")
      SEND("all@example.org")
      ENDS("expanded", "all@example.org", "alias: dave@example.org, alice@example.org") ","
      BOX("dave@example.org", "1") "," BOX("alice@example.org", "1") "]" },
    { "an alias of a user's own name keeps a copy for him",
      HOSTS("'aliases':{'dave':['dave@example.org','alice@example.org']}", "")
      SEND("dave@example.org")
      BOX("dave@example.org", "1") "," BOX("alice@example.org", "1") "]" },
    { "aliases that mean only each other mean nobody",
      HOSTS("'aliases':{'x':'y@example.org','y':'x@example.org'}", "") SEND("x@example.org")
      ENDS("bounced", "x@example.org", "5.4.6") "," BOX("alice@example.org", "1") "]" },
};

static const struct small_row forward_rows[] = {
    { "a forward keeps the reverse-path, and nothing at home",
      HOSTS("'forwards':{'dave':'bob@example.net'}", "") SEND("dave@example.org")
      ENDS("expanded", "dave@example.org", "forward: bob@example.net") ","
      "{'said':'MAIL FROM:<alice@example.org>','service':'smtp','count':1},"
      BOX("dave@example.org", "0") "," BOX("bob@example.net", "1") "]" },
    { "who names himself keeps a copy",
      HOSTS("'forwards':{'dave':['dave@example.org','bob@example.net']}", "")
      SEND("dave@example.org")
      BOX("dave@example.org", "1") "," BOX("bob@example.net", "1") "]" },
    { "everybody keeps one",
      HOSTS("'keep':true,'forwards':{'dave':'bob@example.net'}", "") SEND("dave@example.org")
      BOX("dave@example.org", "1") "," BOX("bob@example.net", "1") "]" },
    { "forwards in a circle: the first who sees his own name in Delivered-To ends it (RFC 9228)",
      HOSTS("'forwards':{'dave':'bob@example.net'}", ",'forwards':{'bob':'dave@example.org'}")
      SEND("dave@example.org")
      "{'outcome':'expanded','count':2}," ENDS("bounced", "dave@example.org", "5.4.6") ","
      BOX("alice@example.org", "1") "]" },
    { "a detail stays what it is: who keeps a copy gets it, once, and in his folder (RFC 5233)",
      HOSTS("'plus':true,'plus-folders':true,'keep':true,'forwards':{'dave':'bob@example.net'},"
            "'mail':[{'for':'dave@example.org','folder':'news','from':'bob@example.net',"
            "'subject':'old','text':'T'}]", "")
      SEND("dave+news@example.org")
      "{'mailbox':'dave@example.org','folder':'news','messages':2}," BOX("bob@example.net", "1") "]" },
    { "who names himself is meant by it also where another address of his was written to",
      HOSTS("'plus':true,'forwards':{'dave':['bob@example.net','Dave@example.org']}", "")
      SEND("dave+news@example.org")
      "{'outcome':'expanded','count':1}," BOX("dave@example.org", "1") ","
      BOX("bob@example.net", "1") "]" },
    { "who gets what is nobody's, and forwards, forwards that too; so does who is Postmaster",
      HOSTS("'catch-all':'dave','forwards':{'dave':['bob@example.net','dave@example.org'],"
            "'alice':'carol@example.net'}", "")
      ",'script':[" SMALL_SEND("1s", "whoever@example.org") ","
      SMALL_SEND("2s", "postmaster@example.org") "],'expect':["
      BOX("dave@example.org", "1") "," BOX("bob@example.net", "1") ","
      BOX("carol@example.net", "1") "," BOX("alice@example.org", "0") "]" },
    { "without that field the hops are counted (RFC 5321 6.3)",
      HOSTS("'delivered-to':false,'forwards':{'dave':'bob@example.net'}",
            ",'delivered-to':false,'forwards':{'bob':'dave@example.org'}")
      SEND("dave@example.org")
      "{'refused':554,'reply':'5.4.6','count':1},{'outcome':'expanded','min':90,'max':110},"
      "{'outcome':'bounced','count':1}," BOX("alice@example.org", "1") "]" },
    { "and within one host, where there are no hops, a copy knows for whom it was before",
      HOSTS("'delivered-to':false,"
            "'forwards':{'dave':'alice@example.org','alice':'dave@example.org'}", "")
      SEND("dave@example.org")
      "{'outcome':'expanded','count':2},{'outcome':'bounced','count':1},"
      "{'outcome':'failed','count':1}]" },
    { "each who forwards to all others: a copy goes round once and not for ever",
      HOSTS("'delivered-to':false,'forwards':{'dave':['alice@example.org','postmaster@example.org'],"
            "'alice':['dave@example.org','info@example.org']},"
            "'aliases':{'info':['alice@example.org','dave@example.org'],'postmaster':'info@example.org'}",
            "")
      SEND("dave@example.org")
      "{'outcome':'expanded','count':6},{'outcome':'bounced','count':1},"
      "{'outcome':'failed','count':1}]" },
    { "whom his own alias names, and who forwards, is no loop",
      HOSTS("'aliases':{'dave':['dave@example.org','alice@example.org']},"
            "'forwards':{'dave':'bob@example.net'}", "")
      SEND("dave@example.org")
      BOX("alice@example.org", "1") "," BOX("bob@example.net", "1") ","
      "{'outcome':'bounced','count':0}]" },
};

/* Bob forwards to Carol elsewhere; what Alice sees of it. */
#define THREE(srs, carol)                                                                          \
    "'hosts':{" SMALL_ALICE "," SMALL_ORG ",'mail.example.net':{'kind':'mail',"                    \
    "'domain':'example.net','accounts':{'bob':'b'},'forwards':{'bob':'" carol "'}," srs "},"       \
    "'mail.example.com':{'kind':'mail','domain':'example.com','accounts':{'carol':'c'}}}"

static const struct small_row srs_rows[] = {
    { "with SRS a forward has a reverse-path of the forwarder",
      THREE("'srs':true", "carol@example.com") SEND("bob@example.net")
      "{'said':'MAIL FROM:<SRS0=','service':'smtp','count':1},"
      "{'said':'example.org=alice@example.net>','service':'smtp','count':1},"
      BOX("carol@example.com", "1") "]" },
    { "a report to it comes back to the writer",
      THREE("'srs':true", "nobody@example.com") SEND("bob@example.net")
      "{'outcome':'expanded','reason':'SRS: alice@example.org','count':1},"
      BOX("alice@example.org", "1") "]" },
    { "without it the writer hears at once, and learns where Bob's mail goes",
      THREE("'srs':false", "nobody@example.com") SEND("bob@example.net")
      "{'said':'MAIL FROM:<alice@example.org>','service':'smtp','count':2},"
      BOX("alice@example.org", "1") "]" },
    { "nobody else makes such addresses",
      THREE("'srs':true", "carol@example.com")
      SEND("SRS0=AAAA=TT=example.org=alice@example.net")
      "{'refused':550,'host':'mail.example.net','reply':'5.1.1','count':1}]" },
};

static const struct small_row discard_rows[] = {
    { "thrown away where a rule says so, and the rule is named",
      HOSTS("'discard':{'no news':{'to':'dave@example.org','from':'alice@','subject':'s'}}", "")
      ",'script':[{'at':'1s','host':'alice-laptop','do':'send',"
      "'to':['dave@example.org','bob@example.net'],'subject':'News','text':'T'},"
      "{'at':'1min','host':'alice-laptop','do':'send','to':'dave@example.org',"
      "'subject':'Letter','text':'T'}],'expect':["
      ENDS("discarded", "dave@example.org", "no news") ","
      BOX("dave@example.org", "1") "," BOX("bob@example.net", "1") "]" },
    { "an MX that takes mail for users that do not exist reports to whoever is named as sender",
      HOSTS("'pop':true", ",'accept-unknown':true") SEND("nobody@example.net")
      "{'refused':550,'count':0},{'outcome':'bounced','host':'mail.example.net','count':1},"
      BOX("alice@example.org", "1") "]" },
};

static const struct small_row rest_rows[] = {
    { "alice+news is alice (RFC 5233), and goes into that mailbox where there is one",
      HOSTS("'plus':true,'plus-folders':true,'mail':[{'for':'dave@example.org','folder':'news',"
            "'from':'bob@example.net','subject':'old','text':'T'}]", "")
      ",'script':[" SMALL_SEND("1s", "dave+news@example.org") ","
      SMALL_SEND("2s", "dave+other@example.org") "," SMALL_SEND("3s", "zed+x@example.org")
      "],'expect':[{'mailbox':'dave@example.org','folder':'news','messages':2},"
      "{'refused':550,'to':'zed+x@example.org','count':1}," BOX("dave@example.org", "1") "]" },
    { "another delimiter; the plus is then a letter like any",
      HOSTS("'plus':true,'recipient-delimiter':'-'", "")
      ",'script':[" SMALL_SEND("1s", "dave-x@example.org") ","
      SMALL_SEND("2s", "dave+x@example.org") "],'expect':[" BOX("dave@example.org", "1") ","
      "{'refused':550,'to':'dave+x@example.org','count':1}]" },
    { "an alias with a detail",
      HOSTS("'plus':true,'aliases':{'info':'dave@example.org'}", "") SEND("info+x@example.org")
      BOX("dave@example.org", "1") "]" },
    { "an alias may stand for somebody whose address is not ASCII: what goes on says SMTPUTF8",
      "'hosts':{" SMALL_ALICE ",'mail.example.org':{'kind':'mail','domain':'example.org',"
      "'accounts':{'alice':'wonderland'},'aliases':{'info':'jörg@example.net'}},"
      "'mail.example.net':{'kind':'mail','domain':'example.net','accounts':{'jörg':'j'}}}"
      SEND("info@example.org")
      "{'said':' SMTPUTF8','service':'smtp','by':'client','count':1},"
      BOX("jörg@example.net", "1") "]" },
    { "who is nobody else's goes to the catch-all; Postmaster is somebody (RFC 5321 4.5.1)",
      HOSTS("'catch-all':'dave'", "")
      ",'script':[" SMALL_SEND("1s", "whoever@example.org") ","
      SMALL_SEND("2s", "postmaster@example.org") "," SMALL_SEND("3s", "x@nowhere.invalid")
      "],'expect':[" BOX("dave@example.org", "1") "," BOX("alice@example.org", "2") "]" },
};
/* clang-format on */

Test(mail_alias, stands_for_others)
{
    SMALL_WORLDS_HOLD(alias_rows);
}

Test(mail_alias, forwards_and_their_loops)
{
    SMALL_WORLDS_HOLD(forward_rows);
}

Test(mail_alias, forwards_under_a_name_of_its_own)
{
    SMALL_WORLDS_HOLD(srs_rows);
}

Test(mail_alias, what_is_thrown_away_or_taken_for_nobody)
{
    SMALL_WORLDS_HOLD(discard_rows);
}

/* What a sender asks to hear of, for a name that stands for others: RFC 3461 5.2.7. */
struct asked {
    const char *why, *to, *parameters;
    const char *said;     /* by the sending host, of what goes on; NULL: nothing goes on */
    const char *reported; /* actions in the order of the reports */
};

/* clang-format off */
static const struct asked asked[] = {
    { "one target: all goes on, and nothing is said here (5.2.7.2)", "one",
      "NOTIFY=SUCCESS,DELAY ORCPT=rfc822;one@example.net",
      "RCPT TO:<dave@example.org> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;one@example.net", "delivered" },
    { "several: success is told of here, the rest goes on (5.2.7.3 (c))", "many",
      "NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;many@example.net",
      "RCPT TO:<dave@example.org> NOTIFY=FAILURE ORCPT=rfc822;many@example.net", "expanded" },
    { "only success was asked for: the copies ask for nothing", "many", "NOTIFY=SUCCESS",
      "RCPT TO:<dave@example.org> NOTIFY=NEVER", "expanded" },
    { "nothing was asked for", "many", "", "RCPT TO:<dave@example.org>\r\n", "" },
    { "a list is the end of the letter, and of what was asked (5.2.7.1)", "list",
      "NOTIFY=SUCCESS ORCPT=rfc822;list@example.net", "RCPT TO:<dave@example.org>\r\n", "delivered" },
};
/* clang-format on */

static void hold_asked(const struct asked *row)
{
    struct small_world w;
    struct buf said = { 0 };
    cr_assert(small_world_new(
        &w, "'hosts':{" SMALL_ALICE "," SMALL_ORG ",'mail.example.net':{'kind':'mail',"
            "'domain':'example.net','accounts':{'bob':'b'},'delay-notice':'0s','aliases':{"
            "'one':'dave@example.org','many':['dave@example.org','bob@example.net']},"
            "'lists':{'list@example.net':{'owner':'bob@example.net',"
            "'members':'dave@example.org'}}}}"));
    buf_addz(&said, "EHLO x.test\r\nMAIL FROM:<alice@example.org> RET=HDRS ENVID=id7\r\nRCPT TO:<");
    buf_addz(&said, row->to);
    buf_addz(&said, "@example.net> ");
    buf_addz(&said, row->parameters);
    buf_addz(&said, "\r\nDATA\r\nFrom: alice@example.org\r\n\r\nT\r\n.\r\nQUIT\r\n");
    struct stage *s = world_stage(w.world);
    uint32_t ip = network_ip_of(s->net, stage_find(s, SLICE("mail.example.net"))->id);
    struct stranger x = { .first = buf_slice(&said) };
    stranger_call(&x, stage_find(s, SLICE("alice-laptop")), ip, 25);
    small_world_run(&w);
    cr_expect_gt(small_world_said(&w, row->said), 0, "%s: %s", row->why, buf_z(&x.got));
    bool list = slice_eq(slice_of(row->to), SLICE("list"));
    cr_expect_eq(small_world_said(&w, " RET=HDRS ENVID=id7") > 0, !list, "%s", row->why);
    struct buf action = { 0 };
    buf_addz(&action, row->reported);
    size_t reports = 0;
    for (uint64_t n = 1; n <= w.trace.count; n++) {
        const struct trace_rec *r = trace_at(&w.trace, n);
        if (r->kind == TRACE_REPORT) {
            reports++;
            cr_expect(slice_eq(trace_name_of(&w.trace, r->b), buf_slice(&action)), "%s: %.*s",
                      row->why, SLICE_ARG(trace_name_of(&w.trace, r->b)));
        }
    }
    cr_expect_eq(reports, action.len > 0, "%s: %zu reports", row->why, reports);
    cr_expect(small_world_all_settled(&w), "%s", row->why);
    buf_deinit(&action);
    buf_deinit(&said);
    stranger_deinit(&x);
    small_world_free(&w);
}

Test(mail_alias, passes_on_what_the_sender_asked_to_hear_of)
{
    for (size_t i = 0; i < COUNT(asked); i++) {
        hold_asked(&asked[i]);
    }
}

Test(mail_alias, details_and_who_is_nobody)
{
    SMALL_WORLDS_HOLD(rest_rows);
}
