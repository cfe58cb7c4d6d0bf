#include "sim/world/expect.h"

#include "sim/world/key.h"
#include "tests/lib/sample_trace.h"
#include "tests/lib/small_trace.h"
#include "tests/lib/small_vocabulary.h"

#include <criterion/criterion.h>

static const char head[] =
    "{ \"title\": \"t\", \"hosts\": {"
    "\"alice-laptop\": { \"kind\": \"mua\", \"account\": \"alice@example.org\" },"
    "\"mail.example.org\": { \"kind\": \"mail\", \"domain\": \"example.org\","
    "   \"accounts\": { \"alice\": \"a\" } },"
    "\"mail.example.net\": { \"kind\": \"mail\", \"domain\": \"example.net\","
    "   \"accounts\": { \"bob\": \"b\" } },"
    "\"bob-phone\": { \"kind\": \"mua\", \"account\": \"bob@example.net\" } },"
    "\"expect\": [ ";

static void load(struct scenario *sc, const char *entry)
{
    struct problems problems;
    struct buf text;
    buf_init(&text);
    problems_init(&problems, SLICE("t"));
    buf_addz(&text, head);
    buf_addz(&text, entry);
    buf_addz(&text, " ] }");
    bool ok = scenario_load(sc, buf_slice(&text), &small_vocabulary, &problems);
    buf_clear(&text);
    problems_text(&problems, &text);
    cr_assert(ok, "%s: %s", entry, buf_z(&text));
    problems_deinit(&problems);
    buf_deinit(&text);
}

struct row {
    const char *entry;
    bool ok;
    const char *expected, *seen; /* NULL: not looked at */
};

static void check(const struct row *row, const struct trace *t)
{
    struct scenario sc;
    struct buf expected, seen;
    buf_init(&expected);
    buf_init(&seen);
    load(&sc, row->entry);
    bool ok = expect_look(&sc, 0, t, &expected, &seen);
    cr_expect_eq(ok, row->ok, "%s: %s", row->entry, buf_z(&seen));
    if (row->expected) {
        cr_expect_str_eq(buf_z(&expected), row->expected);
    }
    if (row->seen) {
        cr_expect_str_eq(buf_z(&seen), row->seen, "%s: %s", row->entry, buf_z(&seen));
    }
    scenario_free(&sc);
    buf_deinit(&expected);
    buf_deinit(&seen);
}

static void check_all(const struct row *rows, size_t count)
{
    struct trace t;
    small_trace(&t, TRACE_LEVEL_LINES);
    for (size_t i = 0; i < count; i++) {
        check(&rows[i], &t);
    }
    trace_deinit(&t);
}

Test(expect, boxes_and_queues_are_as_the_records_left_them)
{
    static const struct row rows[] = {
        { "{ \"mailbox\": \"bob@example.net\", \"at\": \"2s\", \"messages\": 0 }", true,
          "at 2s: bob@example.net has 0 messages in INBOX", "0 messages, 0 unread" },
        { "{ \"mailbox\": \"Bob@Example.net\", \"at\": \"3s\", \"messages\": 1, \"unseen\": 1 }",
          true, "at 3s: Bob@Example.net has 1 message in INBOX, 1 of them unread",
          "1 message, 1 unread" },
        { "{ \"mailbox\": \"bob@example.net\", \"at\": \"79s\", \"unseen\": 0 }", true, NULL,
          "1 message, 0 unread" },
        { "{ \"mailbox\": \"bob@example.net\" }", false, "bob@example.net has a message in INBOX",
          "0 messages, 0 unread" },
        { "{ \"mailbox\": \"bob@example.net\", \"folder\": \"Sent\", \"messages\": 0 }", true, NULL,
          NULL },
        { "{ \"mailbox\": \"alice@example.org\", \"messages\": 0 }", true, NULL, NULL },
        { "{ \"device\": \"bob-phone\", \"messages\": 1, \"unread\": 0 }", true, NULL,
          "1 message, 0 unread" },
        { "{ \"device\": \"bob-phone\", \"at\": \"71s\", \"unread\": 1 }", true, NULL, NULL },
        { "{ \"device\": \"bob-phone\", \"subject\": \"Hello\" }", true,
          "bob-phone has a message \"Hello\" in INBOX", NULL },
        { "{ \"device\": \"bob-phone\", \"subject\": \"Hell\", \"messages\": 0 }", true, NULL,
          NULL },
        { "{ \"device\": \"alice-laptop\", \"say\": \"Alice has it\" }", false, "Alice has it",
          "0 messages, 0 unread" },
        { "{ \"queue\": \"mail.example.org\", \"messages\": 1, \"at\": \"80s\" }", true,
          "at 80s: 1 letter waits in the queue of mail.example.org", "1 letter waits" },
        { "{ \"queue\": \"mail.example.org\", \"messages\": 0 }", true, NULL, NULL },
        { "{ \"queue\": \"mail.example.net\", \"messages\": 2 }", false, NULL, "0 letters wait" },
    };
    check_all(rows, COUNT(rows));
}

Test(expect, what_was_said_is_found_however_it_was_cut)
{
    static const struct row rows[] = {
        { "{ \"said\": \"EHLO mail.example.org\\r\\nMAIL\" }", true,
          "somebody says \"EHLO mail.example.org\\r\\nMAIL\", at least once", "it was said once" },
        { "{ \"said\": \"250 Ok\", \"line\": true, \"count\": 1, \"host\": \"mail.example.net\", "
          "\"by\": \"server\", \"service\": \"smtp\" }",
          true, "mail.example.net, as server, says the line \"250 Ok\" in smtp, exactly 1 time",
          NULL },
        { "{ \"said\": \"250\", \"count\": 3 }", true, NULL, "it was said 3 times" },
        { "{ \"said\": \"RCPT TO\", \"min\": 3 }", false, NULL, "it was said 2 times" },
        { "{ \"said\": \"RCPT TO:<bob@example.net>\", \"line\": true }", true, NULL, NULL },
        { "{ \"said\": \"RCPT TO\", \"line\": true }", false, NULL, "it was never said" },
        { "{ \"said\": \"RCPT\", \"by\": \"server\", \"max\": 0 }", true,
          "the server says \"RCPT\", never", "it was never said" },
        { "{ \"said\": \"RCPT\", \"after\": \"2400ms\", \"max\": 0 }", true, NULL, NULL },
        { "{ \"said\": \"RCPT\", \"at\": \"2s\", \"max\": 0 }", true, NULL, NULL },
        { "{ \"said\": \"EHLO\", \"service\": \"submission\", \"count\": 1 }", true, NULL, NULL },
        { "{ \"said\": \"EHLO\", \"service\": \"pop3\" }", false, NULL,
          "it was never said, nothing at all was said there" },
        { "{ \"said\": \"EHLO\", \"host\": \"bob-phone\", \"max\": 0 }", true, NULL, NULL },
    };
    check_all(rows, COUNT(rows));
}

Test(expect, events_are_counted_and_shown_when_the_count_is_wrong)
{
    static const struct row rows[] = {
        { "{ \"outcome\": \"delivered\", \"to\": \"bob@example.net\", \"subject\": \"Hello\" }",
          true, "a letter \"Hello\" for bob@example.net is delivered, at least once", "once" },
        { "{ \"outcome\": \"delivered\", \"to\": \"carol@example.net\" }", false, NULL,
          "never; what happened: mail.example.org bounced carol@example.net 550 5.1.1 Nobody "
          "here" },
        { "{ \"outcome\": \"bounced\", \"reason\": \"5.1.1\", \"host\": \"mail.example.org\", "
          "\"count\": 1 }",
          true, "a letter is bounced at mail.example.org because of \"5.1.1\", exactly 1 time",
          NULL },
        { "{ \"outcome\": \"bounced\", \"subject\": \"Bye\", \"count\": 0 }", true, NULL, NULL },
        { "{ \"deferred\": \"dave@example.com\", \"min\": 2, \"max\": 2 }", true,
          "a letter for dave@example.com is deferred, at least 2 times, at most 2 times", NULL },
        { "{ \"deferred\": \"dave@example.com\", \"after\": \"10s\", \"count\": 2 }", false, NULL,
          "once: mail.example.org deferred dave@example.com no answer" },
        { "{ \"refused\": 550, \"to\": \"carol@example.net\", \"reply\": \"5.1.1\" }", true,
          "a server refuses carol@example.net with 550 \"5.1.1\", at least once", NULL },
        { "{ \"refused\": 421, \"host\": \"mail.example.net\" }", false, NULL,
          "never; what happened: mail.example.net refuses carol@example.net with 550 5.1.1 Nobody "
          "here" },
        { "{ \"dns\": \"Example.net\", \"type\": \"MX\", \"host\": \"mail.example.org\", "
          "\"count\": 1 }",
          true, "mail.example.org asks for MX of Example.net, exactly 1 time", NULL },
        { "{ \"dns\": \"any\", \"type\": \"MX\", \"host\": \"alice-laptop\", \"count\": 0 }", true,
          "alice-laptop asks for MX of any name, never", "never" },
        { "{ \"dns\": \"example.net\", \"answer\": \"NXDOMAIN\" }", false, NULL,
          "never; what happened: mail.example.org knows MX of example.net: NOERROR example.net. "
          "3600 IN MX 10 mail.example.net." },
        { "{ \"connections\": \"any\", \"count\": 3 }", true, NULL, "3 times" },
        { "{ \"connections\": \"smtp\", \"from\": \"mail.example.org\", \"to\": "
          "\"mail.example.net\", \"count\": 1 }",
          true, "mail.example.org opens a connection for smtp to mail.example.net, exactly 1 time",
          NULL },
        { "{ \"connections\": \"smtp\", \"from\": \"alice-laptop\" }", false, NULL,
          "never; what happened: alice-laptop to mail.example.org submission; mail.example.org to "
          "mail.example.net smtp; bob-phone to mail.example.net imap" },
        { "{ \"connections\": \"any\", \"ended\": \"timed-out\", \"to\": \"mail.example.net\" }",
          true, NULL, NULL },
        { "{ \"counter\": \"round-trips\", \"service\": \"smtp\", \"count\": 2 }", true, NULL,
          "2" },
        { "{ \"counter\": \"bytes\", \"service\": \"submission\", \"count\": 19 }", true,
          "bytes said in dialogues in submission, exactly 19", NULL },
        { "{ \"counter\": \"connections\", \"host\": \"bob-phone\", \"max\": 1, \"min\": 1 }", true,
          NULL, NULL },
        { "{ \"counter\": \"questions\", \"count\": 1 }", true, NULL, NULL },
        { "{ \"counter\": \"deferrals\", \"host\": \"mail.example.org\", \"count\": 2 }", true,
          NULL, NULL },
        { "{ \"counter\": \"letters\", \"count\": 2 }", false, NULL, "1" },
    };
    check_all(rows, COUNT(rows));
}

Test(expect, what_was_said_is_judged_only_where_it_was_kept)
{
    static const struct {
        const char *entry;
        enum trace_level level;
        bool can;
    } rows[] = {
        { "{ \"said\": \"x\", \"max\": 0 }", TRACE_LEVEL_HOPS, false },
        { "{ \"said\": \"x\", \"max\": 0 }", TRACE_LEVEL_LINES, true },
        { "{ \"counter\": \"bytes\", \"max\": 0 }", TRACE_LEVEL_HOPS, false },
        { "{ \"connections\": \"any\", \"count\": 1 }", TRACE_LEVEL_HOPS, true },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct scenario sc;
        struct trace t;
        load(&sc, rows[i].entry);
        small_trace(&t, rows[i].level);
        cr_expect_eq(expect_can_look(&sc, 0, &t), rows[i].can, "row %zu", i);
        trace_deinit(&t);
        scenario_free(&sc);
    }
}

Test(expect, words_of_fate_are_in_the_order_of_the_trace)
{
    for (uint32_t i = 0; i < FATE_COUNT; i++) {
        const struct key *k = key_find(expect_kinds[2]->keys, SLICE("outcome"));
        cr_assert(k != NULL);
        slice word = key_choice_word(k->of, i);
        cr_expect(slice_starts(slice_of(trace_fate_name(i)), word) && word.len > 0, "%u", i);
    }
}

/* Alice's password goes under STARTTLS; the second connection fails, by the client's and by the
 * server's words. */
Test(expect, tls_and_what_listeners_read)
{
    static const struct row rows[] = {
        { "{ \"secured\": \"submission\" }", true,
          "a connection for submission comes under TLS, at least once", "once" },
        { "{ \"secured\": \"any\", \"from\": \"alice-laptop\", \"to\": \"mail.example.org\", "
          "\"version\": \"TLSv1.3\", \"certificate\": \"good\", \"count\": 1 }",
          true,
          "a connection from alice-laptop to mail.example.org comes under TLSv1.3, with a good "
          "certificate, exactly 1 time",
          NULL },
        { "{ \"secured\": \"any\", \"version\": \"TLSv1.2\" }", false,
          "a connection comes under TLSv1.2, at least once",
          "never; what happened: alice-laptop: TLSv1.3, good certificate" },
        { "{ \"secured\": \"any\", \"certificate\": \"bad\", \"count\": 0 }", true, NULL, NULL },
        { "{ \"secured\": \"smtp\", \"count\": 0 }", true, NULL, NULL },
        { "{ \"secured\": \"any\", \"from\": \"bob-phone\", \"count\": 0 }", true, NULL, NULL },
        { "{ \"unsecured\": \"any\", \"count\": 1 }", true,
          "TLS fails on a connection, exactly 1 time", NULL },
        { "{ \"unsecured\": \"imap\", \"why\": \"expired\" }", true,
          "TLS fails on a connection for imap because of \"expired\", at least once", "once" },
        { "{ \"unsecured\": \"imap\", \"why\": \"name\" }", false, NULL,
          "never; what happened: alice-laptop: no TLS, certificate has expired" },
        { "{ \"readable\": \"STARTTLS\\r\\n220\", \"count\": 0 }", true, NULL, NULL },
        { "{ \"readable\": \"STARTTLS\", \"count\": 2 }", true,
          "whoever listens can read \"STARTTLS\", exactly 2 times", "it was to be read 2 times" },
        { "{ \"readable\": \"EHLO\", \"between\": [\"alice-laptop\", \"mail.example.org\"], "
          "\"count\": 1 }",
          true,
          "whoever listens can read \"EHLO\" between alice-laptop and mail.example.org, exactly "
          "1 time",
          NULL },
        { "{ \"readable\": \"EHLO\", \"between\": [\"bob-phone\", \"mail.example.org\"] }", false,
          NULL, "nobody could read it" },
        { "{ \"readable\": \"EHLO\", \"host\": \"bob-phone\", \"count\": 0 }", true,
          "whoever listens can read \"EHLO\" at bob-phone, never", NULL },
        { "{ \"readable\": \"AUTH PLAIN\", \"count\": 0 }", true, NULL, NULL },
        { "{ \"said\": \"AUTH PLAIN AGF\", \"count\": 1 }", true, NULL, NULL },
    };
    struct trace t;
    trace_init(&t, TRACE_LEVEL_BYTES);
    sample_trace_tls(&t);
    struct trace_rec rec = { .at = 2 * SIM_SECOND, .flow = 9, .actor = 1, .kind = TRACE_OPEN };
    rec.a = 2, rec.c = trace_name(&t, SLICE("imap"));
    trace_put(&t, rec);
    rec = (struct trace_rec){ .at = rec.at, .flow = 9, .actor = 1, .kind = TRACE_UNSECURED };
    rec.a = trace_name(&t, SLICE("certificate has expired"));
    trace_put(&t, rec);
    rec.actor = 2, rec.a = trace_name(&t, SLICE("sslv3 alert certificate expired"));
    trace_put(&t, rec);
    for (size_t i = 0; i < COUNT(rows); i++) {
        check(&rows[i], &t);
    }
    trace_deinit(&t);
}
