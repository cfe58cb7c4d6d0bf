#include "tests/lib/small_world.h"
#include "tests/lib/stranger.h"

#include "sim/world/key.h"

#include <criterion/criterion.h>

/* A letter as it is written, what the server is told to look at, and what comes of it. */
struct row {
    const char *why, *config, *letter;
    const char *relayed; /* in what goes to the next server; NULL: nothing goes */
    const char *heard;   /* of the submission server */
    bool not_relayed;    /* instead: it must not stand there */
};

#define REST                                                                                       \
    "Subject: S\r\nDate: Mon, 7 Sep 2026 08:00:00 +0000\r\nMessage-ID: <x@y.test>\r\n\r\nT\r\n"

/* clang-format off */
static const struct row rows[] = {
    { "a letter without From is no letter (RFC 5322 3.6)", "", "To: bob@example.net\r\n" REST, NULL,
      "554 5.6.0", false },
    { "nor with one that names nobody", "", "From: me\r\n" REST, NULL, "554 5.6.0", false },
    { "an obsolete form names somebody (RFC 5322 4.4)", ",'check-from':true",
      "From: alice (at home) @ example . org\r\n" REST, "alice (at home) @ example . org\r\n",
      "queued as", false },
    { "what stands in From is the writer's affair by default (RFC 5321 7.1)", "",
      "From: Boss <boss@example.com>\r\n" REST, "From: Boss <boss@example.com>\r\n", "queued as",
      false },
    { "or not: 550 5.7.1", ",'check-from':true", "From: Boss <boss@example.com>\r\n" REST, NULL,
      "550 5.7.1", false },
    { "nor one of several", ",'check-from':true",
      "From: alice@example.org, dave@example.org\r\n" REST, NULL, "550 5.7.1", false },
    { "nor in Sender", ",'check-from':true",
      "From: alice@example.org\r\nSender: dave@example.org\r\n" REST, NULL, "550 5.7.1", false },
    { "nor in a second From (RFC 5322 3.6 allows one)", ",'check-from':true",
      "From: alice@example.org\r\nFrom: boss@example.com\r\n" REST, NULL, "550 5.7.1", false },
    { "nor in an obsolete form, which readers show all the same (RFC 5322 4.4)",
      ",'check-from':true", "From: alice@example.org, Boss <boss @ example.com>\r\n" REST, NULL,
      "550 5.7.1", false },
    { "nor one without a domain", ",'check-from':true",
      "From: alice@example.org, <boss>\r\n" REST, NULL, "550 5.7.1", false },
    { "nor in a group", ",'check-from':true",
      "From: us: alice@example.org, boss@example.com;\r\n" REST, NULL, "550 5.7.1", false },
    { "domains of address fields are whole (RFC 6409 4.2)", "",
      "From: alice@example.org\r\nTo: bob@net\r\n" REST, NULL, "554 5.6.0", false },
    { "each of them", "", "From: alice@example.org\r\nCc: bob@example.net, \"B\" <b@sales>\r\n" REST,
      NULL, "554 5.6.0", false },
    { "a name that looks like an address is none, nor is a comment", "",
      "From: \"alice@work\" <alice@example.org> (at@home)\r\n" REST,
      "From: \"alice@work\" <alice@example.org> (at@home)\r\n", "queued as", false },
    { "an address literal is whole", "",
      "From: alice@example.org\r\nTo: bob@[192.0.2.99]\r\n" REST,
      "To: bob@[192.0.2.99]\r\n", "queued as", false },
    { "her own, in any case", ",'check-from':true", "From: \"A. L.\" <ALICE@example.org>\r\n" REST,
      "From: \"A. L.\" <ALICE@example.org>\r\n", "queued as", false },
    { "Sender says who really sent it (RFC 6409 8.1)", ",'add-sender':true",
      "From: boss@example.com\r\n" REST, "\r\nSender: alice@example.org\r\n", "queued as", false },
    { "and so where From names several (RFC 5322 3.6.2)", ",'add-sender':true",
      "From: alice@example.org, dave@example.org\r\n" REST,
      "\r\nSender: alice@example.org\r\n", "queued as", false },
    { "but not where From does", ",'add-sender':true", "From: alice@example.org\r\n" REST,
      "Sender:", "queued as", true },
    { "a Bcc field does not leave the house (RFC 5322 3.6.3)", "",
      "From: alice@example.org\r\nBcc: carol@example.net,\r\n dave@example.org\r\n" REST,
      "\r\nFrom: alice@example.org\r\n" REST, "queued as", false },
    { "not even its folded lines", "",
      "From: alice@example.org\r\nResent-Bcc: c@d.test,\r\n dave@example.org\r\nBCC: e@f.test\r\n" REST,
      "dave@example.org", "queued as", true },
};
/* clang-format on */

static bool read_letter(const struct file_source *self, slice path, uint64_t octets_max,
                        struct buf *out, struct err *why)
{
    uint32_t which = 0;
    (void)self, (void)octets_max, (void)why;
    cr_assert(slice_to_u32(path, &which));
    buf_addz(out, rows[which].letter);
    return true;
}

/* Said by the sending server on its way to the next. */
static bool relayed(const struct small_world *w, const char *text)
{
    struct buf scratch = { 0 };
    bool found = false;
    uint32_t org = stage_find(world_stage(w->world), SLICE("mail.example.org"))->id;
    for (uint64_t n = 1; n <= w->trace.count; n++) {
        const struct trace_rec *r = trace_at(&w->trace, n);
        slice said = r->kind == TRACE_SAID && r->actor == org
                         ? trace_payload(&w->trace, r->c, &scratch)
                         : SLICE("");
        found = found || slice_find(said, slice_of(text)) != SLICE_NONE;
    }
    buf_deinit(&scratch);
    return found;
}

Test(mail_submit, asks_for_fields_and_adds_them)
{
    static const struct file_source files = { read_letter };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct row *row = &rows[i];
        struct small_world w;
        struct buf text = { 0 }, json = { 0 };
        buf_addz(&text, "{'title':'t','hosts':{" SMALL_ALICE ",'mail.example.org':{'kind':'mail',"
                        "'domain':'example.org','accounts':{'alice':'wonderland'}");
        buf_addz(&text, row->config);
        buf_addz(&text, "}," SMALL_NET "},'script':[{'at':'1s','host':'alice-laptop','do':'send',"
                        "'to':'bob@example.net','eml':'");
        fmt_u64(&text, i);
        buf_addz(&text, "'}]}");
        for (size_t k = 0; k < text.len; k++) {
            buf_byte(&json, text.ptr[k] == '\'' ? '"' : text.ptr[k]);
        }
        cr_assert(small_world_read(&w, buf_slice(&json), &files), "%s", w.err.text);
        small_world_run(&w);
        cr_expect_gt(small_world_said(&w, row->heard), 0, "%s", row->why);
        bool goes = small_world_fates(&w, FATE_RELAYED) == 1;
        cr_expect_eq(goes, row->relayed != NULL, "%s", row->why);
        cr_expect(!goes || relayed(&w, row->relayed) != row->not_relayed, "%s", row->why);
        cr_expect(small_world_all_settled(&w), "%s", row->why);
        small_world_free(&w);
        buf_deinit(&text);
        buf_deinit(&json);
    }
}

Test(mail_submit, a_relay_asks_for_nothing_and_takes_nothing_out)
{
    struct small_world w;
    static const char said[] =
        "EHLO x.test\r\nMAIL FROM:<x@a.test>\r\nRCPT TO:<bob@example.net>\r\n"
        "DATA\r\nX-One: 1\r\nBcc: carol@example.net\r\nFrom: x@a.test\r\nX-Two: "
        "2\r\n\r\nT\r\n.\r\nQUIT\r\n";
    cr_assert(small_world_new(
        &w, "'hosts':{" SMALL_ALICE "," SMALL_ORG ",'store.example.net':{'kind':'store',"
            "'domain':'example.net','accounts':{'bob':'b'}},'mx.example.net':{'kind':'mx',"
            "'domain':'example.net','next':'store.example.net','check-from':true}},'expect':["
            "{'mailbox':'bob@example.net','messages':1},"
            "{'said':'Bcc: carol@example.net','service':'smtp','line':true,'count':1}]"));
    struct stage *s = world_stage(w.world);
    uint32_t ip = network_ip_of(s->net, stage_find(s, SLICE("mx.example.net"))->id);
    struct stranger x = { .first = slice_of(said) };
    stranger_call(&x, stage_find(s, SLICE("alice-laptop")), ip, 25);
    small_world_run(&w);
    cr_expect_eq(w.verdict.met, 2, "%s", buf_z(&x.got));
    cr_expect_gt(small_world_said(&w, "\r\nX-One: 1\r\nBcc: carol@example.net\r\n"
                                      "From: x@a.test\r\nX-Two: 2\r\n\r\n"),
                 0, "in their order (RFC 5322 3.6)");
    stranger_deinit(&x);
    small_world_free(&w);
}
