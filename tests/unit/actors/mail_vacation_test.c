#include "tests/lib/small_world.h"
#include "tests/lib/stranger.h"

#include "sim/world/key.h"

#include <criterion/criterion.h>

/* clang-format off */
#define NET(away)                                                                                  \
    "'mail.example.net':{'kind':'mail','domain':'example.net','accounts':{'bob':'builder',"        \
    "'carol':'c'}," away "}"
#define HOSTS(away) "'hosts':{" SMALL_ALICE "," SMALL_ORG "," NET(away) "}"
#define AWAY "'vacation':{'bob':{'text':'I am away.','name':'Bob'}}"
#define BOX(address, count) "{'mailbox':'" address "','messages':" count "}"
#define SAID(text, count) "{'said':'" text "','service':'smtp','line':true,'count':" count "}"

static const struct small_row rows[] = {
    { "an answer: to the reverse-path, from nobody, marked (RFC 3834 3)",
      HOSTS(AWAY) ",'script':[" SMALL_SEND("1s", "bob@example.net") "],'expect':["
      "{'said':'MAIL FROM:<>','service':'smtp','count':1},"
      "{'said':'RCPT TO:<alice@example.org> NOTIFY=NEVER','service':'smtp','line':true,'count':1},"
      SAID("Auto-Submitted: auto-replied", "1") "," SAID("Subject: Auto: S", "1") ","
      SAID("From: Bob <bob@example.net>", "1") "," SAID("To: alice@example.org", "1") ","
      SAID("In-Reply-To: <1.alice-laptop@example.org>", "1") ","
      SAID("References: <1.alice-laptop@example.org>", "1") ","
      BOX("bob@example.net", "1") "," BOX("alice@example.org", "1") "]" },
    { "to somebody whose address is not ASCII, and so is a report (RFC 6531 3.1)",
      "'hosts':{'pc':{'kind':'mua','account':'jörg@example.org'},'mail.example.org':{'kind':'mail',"
      "'domain':'example.org','accounts':{'jörg':'j'}}," NET(AWAY) "},'script':[{'at':'1s',"
      "'host':'pc','do':'send','to':'bob@example.net','subject':'S','text':'T','notify':'success'}],"
      "'expect':[{'said':' SMTPUTF8','service':'smtp','by':'client','count':3},"
      BOX("jörg@example.org", "2") "]" },
    { "a subject beyond ASCII is encoded once, not twice (RFC 2047 2)",
      HOSTS(AWAY) ",'script':[{'at':'1s','host':'alice-laptop','do':'send','to':'bob@example.net',"
      "'subject':'Grüße','text':'T'}],'expect':["
      SAID("Subject: =?utf-8?Q?Auto:_Gr=C3=BC=C3=9Fe?=", "1") "]" },
    { "once in seven days for each correspondent",
      HOSTS(AWAY) ",'script':[" SMALL_SEND("1s", "bob@example.net") ","
      SMALL_SEND("6d", "bob@example.net") "," SMALL_SEND("8d", "bob@example.net") "],'expect':["
      BOX("bob@example.net", "3") "," BOX("alice@example.org", "2") "]" },
    { "only where To or Cc names the user: not for a blind copy",
      HOSTS(AWAY) ",'script':[{'at':'1s','host':'alice-laptop','do':'send','to':'carol@example.net',"
      "'bcc':'bob@example.net','subject':'S','text':'T'}],'expect':["
      BOX("bob@example.net", "1") "," BOX("alice@example.org", "0") "]" },
    { "or another address of hers",
      HOSTS("'aliases':{'builder':'bob@example.net'},'vacation':{'bob':{'text':'I am away.',"
            "'addresses':'builder@example.net','subject':'Away','from':'builder@example.net'}}")
      ",'script':[" SMALL_SEND("1s", "builder@example.net") "],'expect':["
      SAID("Subject: Away", "1") "," SAID("From: builder@example.net", "1") ","
      BOX("alice@example.org", "1") "]" },
    { "an alias that is not hers gets none",
      HOSTS("'aliases':{'all':'bob@example.net'}," AWAY) ",'script':["
      SMALL_SEND("1s", "all@example.net") "],'expect':[" BOX("bob@example.net", "1") ","
      BOX("alice@example.org", "0") "]" },
    { "both are away: one answer each way at most, and no end of it",
      "'hosts':{" SMALL_ALICE ",'mail.example.org':{'kind':'mail','domain':'example.org',"
      "'accounts':{'alice':'wonderland'},'vacation':{'alice':{'text':'Me too.'}}}," NET(AWAY)
      "},'script':[" SMALL_SEND("1s", "bob@example.net") "],'expect':["
      BOX("bob@example.net", "1") "," BOX("alice@example.org", "1") "]" },
    { "not over a mailing list",
      "'hosts':{" SMALL_ALICE ",'mail.example.org':{'kind':'mail','domain':'example.org',"
      "'accounts':{'alice':'wonderland','dave':'d'},'lists':{'bob@example.org':{"
      "'owner':'dave@example.org','members':'bob@example.net'}}},"
      NET("'vacation':{'bob':{'text':'I am away.','addresses':'bob@example.org'}}")
      "},'script':[" SMALL_SEND("1s", "bob@example.org") "],'expect':["
      BOX("bob@example.net", "1") "," BOX("alice@example.org", "0") ","
      BOX("dave@example.org", "0") "]" },
};

/* Letters that no device writes: a header of its own, for bob. */
static const struct {
    const char *why, *fields, *answered;
} letters[] = {
    { "an ordinary one", "", "1" },
    { "a person may say so", "Auto-Submitted: no\\r\\n", "1" },
    { "a program", "Auto-Submitted: auto-generated; x-y=z\\r\\n", "0" },
    { "a list", "List-Id: <x.test>\\r\\n", "0" },
    { "many", "Precedence: bulk\\r\\n", "0" },
};
/* clang-format on */

Test(mail_vacation, who_is_away_says_so)
{
    SMALL_WORLDS_HOLD(rows);
}

static bool read_letter(const struct file_source *self, slice path, uint64_t octets_max,
                        struct buf *out, struct err *why)
{
    (void)self, (void)octets_max, (void)why;
    size_t which = (size_t)(path.ptr[0] - '0');
    buf_addz(out, "From: alice@example.org\r\nTo: bob@example.net\r\nSubject: S\r\n");
    for (const char *p = letters[which].fields; *p; p++) {
        if (*p == '\\') {
            p++;
            buf_byte(out, *p == 'r' ? '\r' : '\n');
        } else {
            buf_byte(out, *p);
        }
    }
    buf_addz(out, "Message-ID: <x@example.org>\r\nReferences: <a@b.test>\r\n <c@d.test> (by hand) "
                  "<\xc3\xbc@d.test>\r\n\r\n"
                  "T\r\n");
    return true;
}

Test(mail_vacation, whom_it_does_not_answer)
{
    static const struct file_source files = { read_letter };
    for (size_t i = 0; i < COUNT(letters); i++) {
        struct small_world w;
        struct buf text = { 0 };
        buf_addz(&text, "{\"title\":\"t\",");
        const char body[] = HOSTS(AWAY) ",'script':[{'at':'1s','host':'alice-laptop','do':'send',"
                                        "'to':'bob@example.net','eml':'0'}]}";
        for (const char *p = body; *p; p++) {
            buf_byte(&text, *p == '\''                   ? '"'
                            : *p == '0' && p[-1] == '\'' ? (char)('0' + (int)i)
                                                         : *p);
        }
        cr_assert(small_world_read(&w, buf_slice(&text), &files), "%s", w.err.text);
        small_world_run(&w);
        size_t said = small_world_said(&w, "Auto-Submitted: auto-replied");
        cr_expect_eq(said > 0, letters[i].answered[0] == '1', "%s", letters[i].why);
        if (i == 0) { /* RFC 5322 3.6.4 */
            cr_expect_gt(small_world_said(&w, "References: <a@b.test>\r\n <c@d.test>\r\n "
                                              "<x@example.org>\r\n"),
                         0);
        }
        cr_expect(small_world_all_settled(&w));
        small_world_free(&w);
        buf_deinit(&text);
    }
}

/* Only the reverse-path counts (RFC 3834 2, 4); what is in the header is for people. */
static const struct {
    const char *why, *path, *fields;
    bool answered;
} paths[] = {
    { "to the reverse-path, whatever the fields name", "alice@example.org",
      "From: dave@example.org\r\nSender: dave@example.org\r\nReply-To: dave@example.org\r\n"
      "Subject: Auto: S\r\n",
      true },
    { "nobody", "", "From: alice@example.org\r\n", false },
    { "nobody, and the fields name somebody", "",
      "From: alice@example.org\r\nReply-To: alice@example.org\r\n", false },
    { "who writes for a list", "owner-x@example.org", "From: alice@example.org\r\n", false },
    { "a program", "Mailer-Daemon@example.org", "From: alice@example.org\r\n", false },
    { "Bob himself", "bob@example.net", "From: bob@example.net\r\n", false },
};

static const char *const answer_has[] = {
    "\r\nDate: Mon, 7 Sep 2026 09:00:0",
    "\r\nTo: alice@example.org\r\n",
    "\r\nSubject: Auto: Auto: S\r\n",
    "Content-Type: text/plain",
    "\r\n\r\nI am away.",
};

Test(mail_vacation, answers_who_sent_it_and_nobody_else)
{
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct small_world w;
        struct buf said = { 0 };
        cr_assert(small_world_new(&w, HOSTS(AWAY)), "%s", w.err.text);
        buf_addz(&said, "EHLO x.test\r\nMAIL FROM:<");
        buf_addz(&said, paths[i].path);
        buf_addz(&said, ">\r\nRCPT TO:<bob@example.net>\r\nDATA\r\nTo: bob@example.net\r\n");
        buf_addz(&said, paths[i].fields);
        buf_addz(&said, "\r\nSecret words.\r\n.\r\nQUIT\r\n");
        struct stage *s = world_stage(w.world);
        uint32_t ip = network_ip_of(s->net, stage_find(s, SLICE("mail.example.net"))->id);
        struct stranger x = { .first = buf_slice(&said) };
        stranger_call(&x, stage_find(s, SLICE("alice-laptop")), ip, 25);
        small_world_run(&w);
        cr_expect_eq(small_world_said(&w, "Auto-Submitted: auto-replied") > 0, paths[i].answered,
                     "%s", paths[i].why);
        cr_expect_eq(small_world_said(&w, "RCPT TO:<") > 0, paths[i].answered, "%s", paths[i].why);
        for (size_t k = 0; paths[i].answered && k < COUNT(answer_has); k++) {
            cr_expect_gt(small_world_said(&w, answer_has[k]), 0, "%s", answer_has[k]);
        }
        cr_expect_eq(small_world_said(&w, "<dave@example.org>"), 0, "%s", paths[i].why);
        cr_expect_eq(small_world_said(&w, "Secret words"), 0, "%s", paths[i].why);
        buf_deinit(&said);
        stranger_deinit(&x);
        small_world_free(&w);
    }
}
