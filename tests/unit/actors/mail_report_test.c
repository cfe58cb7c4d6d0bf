/* Reports as they lie in the writer's mailbox, octet for octet: tests/golden/reports
 * (MAILFLOW_REGENERATE=1 writes them anew); and who gets which. */
#include "tests/lib/small_world.h"
#include "tests/lib/stranger.h"

#include "sim/actors/mail_host.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

/* clang-format off */
#define NO_DSN_NET /* a next hop that takes no such requests */                                    \
    "'mail.example.net':{'kind':'mail','domain':'example.net','dsn':false,"                        \
    "'accounts':{'bob':'builder','carol':'c'}}"
#define ORG(more)                                                                                  \
    "'mail.example.org':{'kind':'mail','domain':'example.org',"                                    \
    "'accounts':{'alice':'w','dave':'d'}" more "}"
#define ASKING(to, what)                                                                           \
    "{'at':'1s','host':'alice-laptop','do':'send','to':" to ",'subject':'Party','text':'T\\n'," what "}"
#define FOUR(text) text text text text
#define WORLD(org, net) "'hosts':{" SMALL_ALICE "," org "," net "}"

/* How many reports there are, and the first of them. */
static const struct report_row {
    const char *name, *body;
    size_t reports;
} rows[] = {
    { "failed", WORLD(ORG(""), SMALL_NET) ",'script':["
      ASKING("['bob@example.net','nobody@example.net','gone@nowhere.invalid']", "'ret':'any'") "]", 1 },
    { "failed-full", WORLD(ORG(""), SMALL_NET) ",'script':["
      ASKING("'nobody@example.net'", "'notify':'failure','ret':'full','envid':'Party+1'") "]", 1 },
    { "failed-headers", WORLD(ORG(""), NO_DSN_NET) ",'script':["
      ASKING("['nobody@example.net']", "'notify':['failure','delay'],'ret':'headers'") "]", 1 },
    { "delayed", WORLD(ORG(""), SMALL_NET) ",'until':'5h','script':["
      SMALL_DO("0s", "mail.example.net", "down") ","
      ASKING("['bob@example.net','carol@example.net']", "'notify':['failure','delay'],'envid':'E 7'") "]", 1 },
    { "delivered", WORLD(ORG(""), SMALL_NET) ",'script':["
      ASKING("['dave@example.org','bob@example.net']", "'notify':'success','envid':'A'") "]", 2 },
    { "relayed", WORLD(ORG(""), NO_DSN_NET) ",'script':["
      ASKING("['bob@example.net','carol@example.net']", "'notify':'success','envid':'A'") "]", 1 },
    { "expanded", WORLD(ORG(",'aliases':{'info':['dave@example.org','alice@example.org']}"), SMALL_NET)
      ",'script':[" ASKING("'info@example.org'", "'notify':['success','failure']") "]", 1 },
    { "failed-large", WORLD(ORG(""), "'mail.example.net':{'kind':'mail','domain':'example.net',"
      "'accounts':{'bob':'b'},'size-max':'1KiB'}") ",'script':[{'at':'1s','host':'alice-laptop',"
      "'do':'send','to':'bob@example.net','subject':'Big','text':'T','attachments':[{'name':'a.txt',"
      "'text':'" FOUR(FOUR(FOUR("0123456789abcde "))) "'}]}],'expect':["
      "{'outcome':'bounced','to':'bob@example.net','reason':'552 5.3.4 mail.example.net: larger','count':1}]", 1 },
    { NULL, WORLD(ORG(""), SMALL_NET) ",'script':["
      ASKING("['nobody@example.net']", "'notify':'never'") "],'expect':["
      "{'outcome':'failed','to':'nobody@example.net','count':1}]", 0 },
    { NULL, WORLD(ORG(""), SMALL_NET) ",'script':["
      ASKING("['nobody@example.net']", "'notify':'success'") "],'expect':["
      "{'outcome':'failed','to':'nobody@example.net','count':1}]", 0 },
    { NULL, WORLD(ORG(""), SMALL_NET) ",'script':["
      ASKING("['bob@example.net']", "'notify':'failure'") "],'expect':["
      "{'outcome':'delivered','to':'bob@example.net','count':1}]", 0 },
    { NULL, WORLD(ORG(""), SMALL_NET) ",'until':'5h','script':["
      SMALL_DO("0s", "mail.example.net", "down") ","
      ASKING("['bob@example.net']", "'notify':'failure'") "]", 0 },
};

/* Who hands in and who takes in are two, so that a report is said over SMTP. */
#define UTF8_HOSTS                                                                                 \
    "'hosts':{'pc':{'kind':'mua','account':'ælice@example.org','server':'mta.example.org',"        \
    "'password':'w'},'mta.example.org':{'kind':'mta','domain':'example.org',"                      \
    "'accounts':{'ælice':'w'}},'mx.example.org':{'kind':'mail','domain':'example.org',"            \
    "'accounts':{'ælice':'w'}},'mail.example.net':{'kind':'mail','domain':'example.net',"          \
    "'accounts':{'bob':'b','carol':'c'},'aliases':{'sales':'özgür@example.com'}},"                 \
    "'mail.example.com':{'kind':'mail','domain':'example.com','accounts':{'özgür':'o'}}}"
#define UTF8_SEND(to) "'script':[{'at':'1s','host':'pc','do':'send','to':'" to "','subject':'S','text':'T'}]"
static const struct small_row utf8_rows[] = {
    { "what was asked for of such an address is said and reported as RFC 6533 3 has it",
      UTF8_HOSTS ",'script':[{'at':'1s','host':'pc','do':'send','to':'özgür@example.com','notify':['success'],"
      "'subject':'S','text':'T'}],'expect':["
      "{'said':'ORCPT=utf-8;\\\\x{f6}zg\\\\x{fc}r@example.com','by':'client','service':'smtp','count':1},"
      "{'readable':'Original-Recipient: utf-8;\\\\x{f6}zg\\\\x{fc}r@example.com','min':1},"
      "{'readable':'Final-Recipient: utf-8; özgür@example.com','min':1},"
      "{'readable':'Content-Type: message/global-delivery-status','min':1},"
      "{'mailbox':'ælice@example.org','messages':1}]" },
    { "a report to an address of other letters says SMTPUTF8 (RFC 6531 3.4)",
      UTF8_HOSTS "," UTF8_SEND("nobody@example.net") ",'expect':["
      "{'said':'SMTPUTF8','service':'smtp','count':4},"
      "{'said':'To: ælice@example.org','service':'smtp','line':true,'count':1},"
      "{'outcome':'bounced','to':'nobody@example.net','count':1},{'refused':553,'count':0},"
      "{'mailbox':'ælice@example.org','messages':1}]" },
    { "and a copy for an alias of other letters, whoever wrote it",
      "'hosts':{" SMALL_ALICE "," SMALL_ORG ",'mail.example.net':{'kind':'mail',"
      "'domain':'example.net','accounts':{'bob':'b'},'aliases':{'bob':'özgür@example.com'}},"
      "'mail.example.com':{'kind':'mail','domain':'example.com','accounts':{'özgür':'o'}}},"
      "'script':[" SMALL_SEND("1s", "bob@example.net") "],'expect':["
      "{'outcome':'delivered','to':'özgür@example.com','count':1}]" },
    { "and an automatic reply to one (RFC 3834 3.1.1)",
      "'hosts':{'pc':{'kind':'mua','account':'ælice@example.org'},'mail.example.org':"
      "{'kind':'mail','domain':'example.org','accounts':{'ælice':'w'}},'mail.example.net':{'kind':"
      "'mail','domain':'example.net','accounts':{'bob':'b'},'vacation':{'bob':{'text':'Away'}}}},"
      UTF8_SEND("bob@example.net") ",'expect':["
      "{'outcome':'delivered','to':'ælice@example.org','count':1}]" },
};
/* clang-format on */

Test(mail_report, to_addresses_of_other_letters)
{
    SMALL_WORLDS_HOLD(utf8_rows);
}

static bool is_report(const struct message *m)
{
    return message_contains(m, SLICE("report-type=delivery-status"));
}

static size_t reports_of(const struct small_world *w, const struct message **first_r)
{
    struct mail_host *m =
        mail_host_of(stage_find(world_stage(w->world), SLICE("mail.example.org")));
    struct account *alice = directory_find(&m->directory, SLICE("alice"), SLICE("example.org"));
    struct mailbox *box = alice->boxes[0];
    size_t count = 0;
    for (size_t i = 0; i < box->count; i++) {
        const struct message *letter = mailbox_at(box, i)->message;
        if (is_report(letter)) {
            *first_r = count == 0 ? letter : *first_r;
            count++;
        }
    }
    return count;
}

static void hold_golden(const char *name, const struct message *report)
{
    char path[100];
    struct buf got = { 0 }, wanted = { 0 };
    char part[4096];
    size_t n;
    message_copy(report, &got);
    (void)snprintf(path, sizeof path, "tests/golden/reports/%s.eml", name);
    if (getenv("MAILFLOW_REGENERATE")) {
        FILE *out = fopen(path, "wb");
        cr_assert_not_null(out, "%s", path);
        (void)fwrite(buf_slice(&got).ptr, 1, got.len, out);
        (void)fclose(out);
    }
    FILE *f = fopen(path, "rb");
    cr_assert_not_null(f, "%s", path);
    while ((n = fread(part, 1, sizeof part, f)) > 0) {
        buf_add(&wanted, (slice){ part, n });
    }
    (void)fclose(f);
    cr_expect(slice_eq(buf_slice(&got), buf_slice(&wanted)), "%s is now:\n%s", path, buf_z(&got));
    buf_deinit(&got);
    buf_deinit(&wanted);
}

Test(mail_report, each_kind_is_what_it_says_to_the_octet)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct small_world w;
        const struct message *first = NULL;
        cr_assert(small_world_new(&w, rows[i].body), "row %zu", i);
        small_world_run(&w);
        size_t count = reports_of(&w, &first);
        cr_expect_eq(count, rows[i].reports, "row %zu: %zu", i, count);
        cr_expect_eq(small_world_count(&w, TRACE_REPORT, ""), count, "row %zu", i);
        cr_expect_eq(w.verdict.met, w.verdict.expected, "row %zu", i);
        if (count > 0 && rows[i].name) {
            hold_golden(rows[i].name, first);
        }
        small_world_free(&w);
    }
}

/* ---- who gets which ---- */

/* What a stranger asks mx.example.net, which passes everything on to mail.example.net, where bob
 * is and nobody else.  Reports go to alice by SMTP, so that all of their text is seen. */
struct asked {
    const char *why;
    const char *mail, *rcpt; /* "FROM:<...> PARAMETERS"; recipients, one a line, with theirs */
    const char *behind;      /* keys of mail.example.net */
    const char *said;        /* on the way; NULL: anything */
    const char *unsaid;
    const char *reported; /* actions, in the order of the reports */
    const char *report;   /* a text in the reports */
};

#define ALICE  "FROM:<alice@example.org>"
#define BOB    "TO:<bob@example.net>"
#define NOBODY "TO:<nobody@example.net>"
#define OLD    ",'dsn':false"

/* clang-format off */
static const struct asked passed_on[] = {
    { "everything that was asked goes on as it was said (RFC 3461 5.2.1)",
      ALICE " RET=HDRS ENVID=QQ+2B7", BOB " NOTIFY=SUCCESS,DELAY ORCPT=rfc822;Bob+2Bx@Example.NET",
      "", " RET=HDRS ENVID=QQ+2B7\r\n", "NOTIFY=FAILURE", "delivered",
      "\r\n\r\nOriginal-Envelope-Id: QQ+7\r\nReporting-MTA: dns; mail.example.net\r\n" },
    { "for each recipient", ALICE,
      BOB " NOTIFY=SUCCESS,DELAY ORCPT=rfc822;Bob+2Bx@Example.NET", "",
      "RCPT TO:<bob@example.net> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;Bob+2Bx@Example.NET\r\n",
      "Original-Envelope-Id", "delivered",
      "\r\n\r\nOriginal-Recipient: rfc822;Bob+x@Example.NET\r\n"
      "Final-Recipient: rfc822; bob@example.net\r\nAction: delivered\r\nStatus: 2.1.5\r\n" },
    { "and what was not asked is not (5.2.1)", ALICE, BOB, "", "RCPT TO:<bob@example.net>\r\n",
      "RET=", "", NULL },
    { "no envelope id, no notify", ALICE " RET=FULL", BOB " ORCPT=rfc822;bob@example.net", "",
      " RET=FULL\r\n", "NOTIFY", "", NULL },
    { "a report itself comes from nobody, and says nothing of what is to be returned (6.1)",
      ALICE " RET=FULL ENVID=id", NOBODY " NOTIFY=FAILURE", OLD, "MAIL FROM:<> SIZE=", "RET=",
      "failed", NULL },
    { "nothing is said of it to a server that does not offer it (5.2.2 (a)); who asked for success"
      " hears how far it went (b)", ALICE " RET=FULL ENVID=id",
      BOB " NOTIFY=SUCCESS ORCPT=rfc822;bob@example.net", OLD,
      "RCPT TO:<bob@example.net>\r\n", "NOTIFY", "relayed",
      "Original-Recipient: rfc822;bob@example.net\r\nFinal-Recipient: rfc822; bob@example.net\r\n"
      "Action: relayed\r\nStatus: 2.0.0\r\nRemote-MTA: dns; mail.example.net\r\n"
      "Diagnostic-Code: smtp; 250 2.0.0 " },
    { "of failure only: no report of success (5.2.2, 5.2.3 (b))", ALICE, BOB " NOTIFY=FAILURE", OLD,
      NULL, "RET=", "", NULL },
    { "the same, delivered", ALICE, BOB " NOTIFY=FAILURE", "", NULL, "RET=", "", NULL },
    { "a failure that was asked for (5.2.2 (c), 5.2.6 (a))", ALICE " ENVID=id",
      NOBODY " NOTIFY=FAILURE ORCPT=rfc822;nobody@example.net", OLD, NULL, "NOTIFY", "failed",
      "Original-Envelope-Id: id\r\nReporting-MTA: dns; mx.example.net\r\n" },
    { "with what the other host said, word by word (6.3, 9.2)", ALICE, NOBODY " NOTIFY=FAILURE", OLD,
      NULL, "Original-Recipient", "failed",
      "Final-Recipient: rfc822; nobody@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n"
      "Remote-MTA: dns; mail.example.net\r\n"
      "Diagnostic-Code: smtp; 550 5.1.1 No such user here\r\n" },
    { "the address as it was written (RFC 3464 2.3.2)", ALICE,
      "TO:<NoBody@example.net> NOTIFY=FAILURE", OLD, NULL, "Original-Recipient", "failed",
      "Final-Recipient: rfc822; NoBody@example.net\r\n" },
    { "never is never (5.2.2 (d))", ALICE, NOBODY " NOTIFY=NEVER", OLD, NULL, "Action:", "", NULL },
    { "delivered or not", ALICE, BOB " NOTIFY=NEVER", OLD, NULL, "Action:", "", NULL },
    { "who asks for nothing hears of no success (5.2.2 (e), 5.2.3 (c))", ALICE, BOB, OLD, NULL,
      "Action:", "", NULL },
    { "and of failure (5.2.2 (f), 5.2.6 (c))", ALICE, NOBODY, OLD, NULL, "Original-", "failed",
      "Action: failed\r\n" },
    { "but not who asked for something else (5.2.6 (b))", ALICE, NOBODY " NOTIFY=SUCCESS,DELAY", "",
      NULL, "Action:", "", NULL },
    { "a report has only those who asked (5.2.8)", ALICE,
      "TO:<one@example.net> NOTIFY=FAILURE\nTO:<two@example.net> NOTIFY=NEVER\n"
      "TO:<three@example.net> NOTIFY=FAILURE", "", NULL, "rfc822; two@example.net", "failed",
      "rfc822; three@example.net" },
    { "nobody writes to nobody (5.2)", "FROM:<>", NOBODY " NOTIFY=FAILURE", "", NULL, "Action:", "",
      NULL },
};

/* The letter's body is "The words of it." */
static const struct asked returned[] = {
    { "the whole letter comes back (6.2)", ALICE " RET=FULL", NOBODY, OLD, NULL,
      "text/rfc822-headers", "failed", "Content-Type: message/rfc822\r\n\r\nReceived: " },
    { "or its header", ALICE " RET=HDRS", NOBODY, OLD, NULL, "message/rfc822", "failed",
      "Content-Type: text/rfc822-headers\r\n\r\nReceived: " },
    { "of what succeeded only the header", ALICE " RET=FULL", BOB " NOTIFY=SUCCESS", OLD, NULL,
      "message/rfc822", "relayed", "text/rfc822-headers" },
};

static const struct asked delayed[] = {
    { "a delay may be told of where nothing was said (5.2.5 (b))", ALICE, BOB, "", NULL, "NOTIFY",
      "delayed", "Will-Retry-Until: " },
    { "or where it was asked for (5.2.5 (a))", ALICE, BOB " NOTIFY=DELAY", "", NULL, "RET=",
      "delayed", "Action: delayed\r\nStatus: 4.4.1\r\n" },
    { "but never else (5.2.5 (c))", ALICE, BOB " NOTIFY=FAILURE", "", NULL, "Action:", "", NULL },
};
/* clang-format on */

static void say(struct buf *out, const struct asked *row)
{
    slice to = slice_of(row->rcpt);
    buf_addz(out, "EHLO x.test\r\nMAIL ");
    buf_addz(out, row->mail);
    while (to.len > 0) {
        buf_addz(out, "\r\nRCPT ");
        buf_add(out, slice_cut(&to, '\n'));
    }
    buf_addz(out, "\r\nDATA\r\nFrom: alice@example.org\r\n\r\nThe words of it.\r\n.\r\nQUIT\r\n");
}

static void world_of(struct small_world *w, const struct asked *row, bool is_down)
{
    struct buf body = { 0 };
    buf_addz(&body, "'hosts':{" SMALL_ALICE "," SMALL_ORG
                    ",'mx.example.net':{'kind':'mx','domain':'example.net',"
                    "'next':'mail.example.net'},'mail.example.net':{'kind':'mail',"
                    "'domain':'example.net','accounts':{'bob':'b'}");
    buf_addz(&body, row->behind);
    buf_addz(&body, is_down ? "}},'until':'6h','script':[" SMALL_DO(
                                  "0s", "mail.example.net",
                                  "down") "," SMALL_DO("5h", "mail.example.net", "up") "]"
                            : "}}");
    cr_assert(small_world_new(w, buf_z(&body)), "%s: %s", row->why, w->err.text);
    buf_deinit(&body);
}

static void actions_of(const struct small_world *w, struct buf *out)
{
    for (uint64_t n = 1; n <= w->trace.count; n++) {
        const struct trace_rec *r = trace_at(&w->trace, n);
        if (r->kind == TRACE_REPORT) {
            buf_addz(out, out->len > 0 ? " " : "");
            buf_add(out, trace_name_of(&w->trace, r->b));
        }
    }
}

static void hold(const struct asked *row, bool is_down)
{
    struct small_world w;
    struct buf said = { 0 }, actions = { 0 };
    world_of(&w, row, is_down);
    say(&said, row);
    struct stage *s = world_stage(w.world);
    uint32_t ip = network_ip_of(s->net, stage_find(s, SLICE("mx.example.net"))->id);
    struct stranger x = { .first = buf_slice(&said) };
    stranger_call(&x, stage_find(s, SLICE("alice-laptop")), ip, 25);
    small_world_run(&w);
    cr_expect(!row->said || small_world_said(&w, row->said) > 0, "%s: said", row->why);
    cr_expect_eq(small_world_said(&w, row->unsaid), 0, "%s: unsaid", row->why);
    cr_expect(!row->report || small_world_said(&w, row->report) > 0, "%s: report", row->why);
    actions_of(&w, &actions);
    cr_expect_str_eq(buf_z(&actions), row->reported, "%s: %s", row->why, buf_z(&actions));
    cr_expect(small_world_all_settled(&w), "%s", row->why);
    buf_deinit(&actions);
    buf_deinit(&said);
    stranger_deinit(&x);
    small_world_free(&w);
}

Test(mail_report, is_written_for_who_asked_for_it)
{
    for (size_t i = 0; i < sizeof passed_on / sizeof *passed_on; i++) {
        hold(&passed_on[i], false);
    }
}

Test(mail_report, brings_the_letter_back_or_its_header)
{
    for (size_t i = 0; i < sizeof returned / sizeof *returned; i++) {
        hold(&returned[i], false);
    }
}

Test(mail_report, tells_of_delay_unless_told_not_to)
{
    for (size_t i = 0; i < sizeof delayed / sizeof *delayed; i++) {
        hold(&delayed[i], true);
    }
}
