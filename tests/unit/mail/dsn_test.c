#include "sim/mail/dsn.h"

#include "sim/mail/header.h"

#include <criterion/criterion.h>

Test(dsn, status_of_a_reply)
{
    static const struct {
        slice reply;
        bool permanent;
        slice status;
    } rows[] = {
        { SLICE_INIT("550 5.1.1 No such user"), true, SLICE_INIT("5.1.1") },
        { SLICE_INIT("550-5.7.26 no\n550 5.7.26 really"), true, SLICE_INIT("5.7.26") },
        { SLICE_INIT("451 4.4.1 later"), false, SLICE_INIT("4.4.1") },
        { SLICE_INIT("550 5.1.1"), true, SLICE_INIT("5.1.1") },
        { SLICE_INIT("550 No such user"), true, SLICE_INIT("5.0.0") },
        { SLICE_INIT("450 No"), false, SLICE_INIT("4.0.0") },
        { SLICE_INIT("550 4.1.1 contradicts itself"), true, SLICE_INIT("5.0.0") },
        { SLICE_INIT("550 5.1.1.1 an address?"), true, SLICE_INIT("5.0.0") },
        { SLICE_INIT("550 5.1234.1 too long"), true, SLICE_INIT("5.0.0") },
        { SLICE_INIT("550 5.1. cut"), true, SLICE_INIT("5.0.0") },
        { SLICE_INIT("550 5."), true, SLICE_INIT("5.0.0") },
        { SLICE_INIT("550 5.0.0 no word"), true, SLICE_INIT("5.0.0") },
        { SLICE_INIT("550 5.1.10 null MX"), true, SLICE_INIT("5.1.10") },
        { SLICE_INIT("550 5.01.1 RFC 3463 2"), true, SLICE_INIT("5.0.0") },
        { SLICE_INIT("550 5.1.010 RFC 3463 2"), true, SLICE_INIT("5.0.0") },
        { SLICE_INIT("550 5. 1.1 blanks"), true, SLICE_INIT("5.0.0") },
        { SLICE_INIT("550 5.1.999 nobody knows this one"), true, SLICE_INIT("5.1.999") },
        { SLICE_INIT("250 2.1.5 fine"), true, SLICE_INIT("5.0.0") },
        { SLICE_INIT(""), false, SLICE_INIT("4.0.0") },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        slice got = dsn_status_of(rows[i].reply, rows[i].permanent);
        cr_expect(slice_eq(got, rows[i].status), "row %zu: %.*s", i, SLICE_ARG(got));
    }
}

static const struct dsn_recipient refused[] = {
    { SLICE_INIT("bob@example.net"), SLICE_INIT("5.1.1"), SLICE_INIT("mx.example.net"),
      SLICE_INIT("550-5.1.1 No such user\n550 5.1.1 here, b\xc3\xa5"), SLICE_INIT(""), 0 },
    { SLICE_INIT("carol@example.com"), SLICE_INIT("4.4.7"), SLICE_INIT(""), SLICE_INIT(""),
      SLICE_INIT(""), 0 },
};

static struct dsn report(bool whole)
{
    return (struct dsn){
        .reporting_host = SLICE("mta.example.org"),
        .message_id = SLICE("r1@mta.example.org"),
        .to = SLICE("alice@example.org"),
        .now = 1788771601,
        .arrived = 1788771600,
        .recipients = refused,
        .count = COUNT(refused),
        .whole = whole,
    };
}

static const slice letter = SLICE_INIT("Message-ID: <1@x>\r\nSubject: hi\r\n\r\nThe body.\r\n");

/* Replaces the boundary by "B", so that a wanted text can be written down. */
static void copy_with_boundary(const struct message *m, struct buf *out, struct buf *boundary)
{
    struct buf all;
    buf_init(&all);
    message_copy(m, &all);
    slice rest = buf_slice(&all);
    size_t at = slice_find(rest, SLICE("boundary=\"")) + 10;
    slice b = slice_from(rest, at);
    buf_add(boundary, slice_sub(b, 0, slice_find_byte(b, '"')));
    while (rest.len > 0) {
        size_t hit = slice_find(rest, buf_slice(boundary));
        buf_add(out, slice_sub(rest, 0, hit));
        if (hit == SLICE_NONE) {
            break;
        }
        buf_byte(out, 'B');
        rest = slice_from(rest, hit + boundary->len);
    }
    buf_deinit(&all);
}

static const char expected_front[] =
    "From: Mail Delivery System <MAILER-DAEMON@mta.example.org>\r\n"
    "To: alice@example.org\r\n"
    "Subject: Your letter could not be delivered\r\n"
    "Date: Mon, 7 Sep 2026 09:00:01 +0000\r\n"
    "Message-ID: <r1@mta.example.org>\r\n"
    "In-Reply-To: <1@x>\r\n"
    "References: <1@x>\r\n"
    "Auto-Submitted: auto-replied\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: multipart/report; report-type=delivery-status;\r\n"
    " boundary=\"B\"\r\n"
    "\r\n"
    "--B\r\n"
    "Content-Type: text/plain; charset=us-ascii\r\n"
    "Content-Description: Notification\r\n"
    "\r\n"
    "This is the mail system at host mta.example.org.\r\n"
    "\r\n"
    "Your letter did not reach:\r\n"
    "\r\n"
    "<bob@example.net>\r\n"
    "    at mx.example.net\r\n"
    "    550-5.1.1 No such user\r\n"
    "    550 5.1.1 here, b??\r\n"
    "\r\n"
    "<carol@example.com>\r\n"
    "\r\n"
    "The header of the letter is enclosed.\r\n"
    "\r\n"
    "--B\r\n"
    "Content-Type: message/delivery-status\r\n"
    "Content-Description: Delivery report\r\n"
    "\r\n"
    "Reporting-MTA: dns; mta.example.org\r\n"
    "Arrival-Date: Mon, 7 Sep 2026 09:00:00 +0000\r\n"
    "\r\n"
    "Final-Recipient: rfc822; bob@example.net\r\n"
    "Action: failed\r\n"
    "Status: 5.1.1\r\n"
    "Remote-MTA: dns; mx.example.net\r\n"
    "Diagnostic-Code: smtp; 550-5.1.1 No such user\r\n"
    " 550 5.1.1 here, b??\r\n"
    "\r\n"
    "Final-Recipient: rfc822; carol@example.com\r\n"
    "Action: failed\r\n"
    "Status: 4.4.7\r\n"
    "\r\n"
    "--B\r\n"
    "Content-Type: text/rfc822-headers\r\n"
    "\r\n"
    "Message-ID: <1@x>\r\n"
    "Subject: hi\r\n"
    "\r\n"
    "\r\n"
    "--B--\r\n";

/* RFC 6533: addresses that are not of ASCII letters, by SMTPUTF8 and without. */
Test(dsn, addresses_of_other_letters)
{
    static const struct utf8_row {
        slice address, original;
        bool utf8, whole;
        const char *has[4];
    } rows[] = {
        { SLICE_INIT("b\xc3\xa5+1@example.net"),
          SLICE_INIT("utf-8;b\xc3\xa5@x"),
          true,
          true,
          { "To: \xc3\xa6@example.org\r\n", "Final-Recipient: utf-8; b\xc3\xa5+1@example.net\r\n",
            "Original-Recipient: utf-8;b\xc3\xa5@x\r\n",
            "Content-Type: message/global-delivery-status\r\n" } },
        { SLICE_INIT("b\xc3\xa5+1@example.net"),
          SLICE_INIT(""),
          true,
          false,
          { "\r\n\r\n--B\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Description: "
            "Notification\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
            "\r\n<b\xc3\xa5+1@example.net>\r\n",
            " boundary=\"B\"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
            "Content-Type: message/global-headers\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" } },
        { SLICE_INIT("bob@example.net"),
          SLICE_INIT(""),
          true,
          true,
          { "Final-Recipient: rfc822; bob@example.net\r\n",
            "Content-Type: message/delivery-status\r\nContent-Description",
            "Content-Type: text/plain; charset=us-ascii\r\n",
            "Content-Type: message/global\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" } },
        { SLICE_INIT("b\xc3\xa5+=\xe2\x82\xac\xf0\x9f\x93\xa7@x"),
          SLICE_INIT(""),
          false,
          false,
          { "Final-Recipient: utf-8; b\\x{e5}\\x{2b}\\x{3d}\\x{20ac}\\x{1f4e7}@x\r\n",
            "Content-Type: message/delivery-status\r\n", "Content-Type: text/rfc822-headers\r\n",
            "charset=us-ascii" } },
        { SLICE_INIT("bob@example.net"),
          SLICE_INIT("utf-8;b\xc3\xa5@x"),
          false,
          false,
          { "Original-Recipient: utf-8;b\\x{e5}@x\r\n",
            "Final-Recipient: rfc822; bob@example.net\r\n",
            "Content-Type: message/delivery-status\r\n", "charset=us-ascii" } },
        { SLICE_INIT("b\xff@x"),
          SLICE_INIT(""),
          true,
          false,
          { "Final-Recipient: rfc822; b?@x\r\n", "<b?@x>", "Action: failed", "Status: 5.1.1" } },
    };
    struct message *original = message_from(SLICE("Subject: h\xc3\xa5\r\n\r\nThe body.\r\n"));
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dsn_recipient r = { .address = rows[i].address,
                                   .original = rows[i].original,
                                   .status = SLICE("5.1.1") };
        struct dsn d = report(rows[i].whole);
        struct buf got = { 0 }, boundary = { 0 };
        d.recipients = &r;
        d.count = 1;
        d.utf8 = rows[i].utf8;
        d.to = d.utf8 ? SLICE("\xc3\xa6@example.org") : d.to;
        struct message *m = dsn_report(&d, original);
        copy_with_boundary(m, &got, &boundary);
        for (size_t k = 0; k < COUNT(rows[i].has); k++) {
            cr_expect(slice_find(buf_slice(&got), slice_of(rows[i].has[k])) != SLICE_NONE,
                      "row %zu has no %s:\n%s", i, rows[i].has[k], buf_z(&got));
        }
        message_unref(&m);
        buf_deinit(&got);
        buf_deinit(&boundary);
    }
    message_unref(&original);
}

Test(dsn, is_a_report_that_people_and_programs_can_read)
{
    struct dsn d = report(false);
    struct message *original = message_from(letter);
    struct message *m = dsn_failure(&d, original);
    struct buf got, boundary, scratch;
    buf_init(&got);
    buf_init(&boundary);
    buf_init(&scratch);
    copy_with_boundary(m, &got, &boundary);
    cr_expect_str_eq(buf_z(&got), expected_front, "got: %s", buf_z(&got));
    slice header = message_header(m, &scratch);
    cr_expect(slice_ends(header, SLICE("\r\n\r\n")) && header.len == m->header_size);
    message_unref(&m);
    message_unref(&original);
    buf_deinit(&got);
    buf_deinit(&boundary);
    buf_deinit(&scratch);
}

Test(dsn, the_whole_letter_is_enclosed_by_reference)
{
    static const struct {
        slice letter;
        bool is_8bit;
    } rows[] = {
        { SLICE_INIT("Subject: x\r\n\r\nplain\r\n"), false },
        { SLICE_INIT("Subject: x\r\n\r\n\xc3\xa5\r\n"), true },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dsn d = report(true);
        struct message *original = message_from(rows[i].letter);
        struct message *m = dsn_failure(&d, original);
        cr_expect(message_contains(m, rows[i].letter), "row %zu", i);
        cr_expect(message_contains(m, SLICE("Content-Type: message/rfc822\r\n")), "row %zu", i);
        cr_expect_eq(message_contains(m, SLICE("8bit")), rows[i].is_8bit, "row %zu", i);
        cr_expect_eq(original->parts[0].owner->refs, 2, "row %zu", i);
        message_unref(&original);
        message_unref(&m);
    }
}

Test(dsn, says_what_became_of_the_letter)
{
    static const struct {
        enum dsn_action action;
        slice shows, hides;
    } rows[] = {
        { DSN_FAILED, SLICE_INIT("\r\nAction: failed\r\n"), SLICE_INIT("Will-Retry") },
        { DSN_FAILED, SLICE_INIT("\r\n\r\nThe body.\r\n"), SLICE_INIT("gives up on") },
        { DSN_DELAYED, SLICE_INIT("\r\nAction: delayed\r\n"), SLICE_INIT("The body") },
        { DSN_DELAYED, SLICE_INIT("\r\nWill-Retry-Until: Mon, 7 Sep 2026 09:00:01 +0000\r\n"),
          SLICE_INIT("message/rfc822") },
        { DSN_DELAYED, SLICE_INIT("\r\nSubject: Your letter is delayed\r\n"),
          SLICE_INIT("could not") },
        { DSN_DELIVERED, SLICE_INIT("\r\nAction: delivered\r\n"), SLICE_INIT("Will-Retry") },
        { DSN_RELAYED, SLICE_INIT("\r\nAction: relayed\r\n"), SLICE_INIT("The body") },
        { DSN_RELAYED, SLICE_INIT("\r\nOriginal-Envelope-Id: QQ314159\r\nReporting-MTA: "),
          SLICE_INIT("failed") },
        { DSN_RELAYED,
          SLICE_INIT("\r\nOriginal-Recipient: rfc822;bob@old.example\r\nFinal-Recipient: rfc822; "),
          SLICE_INIT("failed") },
    };
    static const struct dsn_recipient bob[] = { {
        .address = SLICE_INIT("bob@example.net"),
        .status = SLICE_INIT("2.0.0"),
        .original = SLICE_INIT("rfc822;bob@old.example"),
    } };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dsn d = report(true);
        d.action = rows[i].action;
        d.recipients = bob;
        d.count = COUNT(bob);
        d.envelope_id = SLICE("QQ314159");
        d.retry_until = 1788771601;
        struct message *original = message_from(letter);
        struct message *m = dsn_report(&d, original);
        cr_expect(message_contains(m, rows[i].shows), "row %zu", i);
        cr_expect_not(message_contains(m, rows[i].hides), "row %zu", i);
        message_unref(&original);
        message_unref(&m);
    }
}

Test(dsn, its_boundary_stands_nowhere_in_what_it_encloses)
{
    struct dsn d = report(true);
    struct message *original = message_from(letter);
    struct buf seen;
    buf_init(&seen);
    for (int round = 0; round < 4; round++) {
        struct message *m = dsn_failure(&d, original);
        struct buf got, boundary;
        buf_init(&got);
        buf_init(&boundary);
        copy_with_boundary(m, &got, &boundary);
        cr_expect_not(message_contains(original, buf_slice(&boundary)), "round %d", round);
        message_unref(&m);
        message_unref(&original);
        buf_add(&seen, buf_slice(&boundary));
        original = message_from(buf_slice(&seen));
        buf_deinit(&got);
        buf_deinit(&boundary);
    }
    message_unref(&original);
    buf_deinit(&seen);
}

Test(dsn, a_strangers_words_cannot_add_fields)
{
    static const struct dsn_recipient evil[] = {
        { SLICE_INIT("a@x\r\nBcc: z@z"), SLICE_INIT("5.0.0\r\nX: y"), SLICE_INIT("mx\r\nX: y"),
          SLICE_INIT("550 x\r\rX: y\r\nAction: delivered"), SLICE_INIT("rfc822;a\r\nX: y"),
          1788771600 },
    };
    struct dsn d = report(false);
    d.recipients = evil;
    d.count = COUNT(evil);
    struct message *original = message_from(SLICE("Message-ID: <a\r\n b@x>\r\n\r\n"));
    struct message *m = dsn_failure(&d, original);
    static const slice bad[] = { SLICE_INIT("\nBcc:"), SLICE_INIT("\nX:"),
                                 SLICE_INIT("\nAction: delivered"), SLICE_INIT("In-Reply-To") };
    for (size_t i = 0; i < COUNT(bad); i++) {
        cr_expect_not(message_contains(m, bad[i]), "row %zu", i);
    }
    message_unref(&original);
    message_unref(&m);
}

/* Unfolded it is what was said (RFC 3461 9.2). */
Test(dsn, a_long_reply_is_folded_where_it_has_blanks)
{
#define TEN   "0123456789"
#define SIXTY TEN TEN TEN TEN TEN TEN
    static const struct {
        slice reply, shows;
    } rows[] = {
        { SLICE_INIT("550 5.1.1 " SIXTY " a longer word"),
          SLICE_INIT("Diagnostic-Code: smtp; 550 5.1.1 " SIXTY " a\r\n longer word\r\n") },
        { SLICE_INIT("550 " SIXTY TEN "01 of 76"),
          SLICE_INIT("Diagnostic-Code: smtp; 550 " SIXTY TEN "01\r\n of 76\r\n") },
        { SLICE_INIT("550-" SIXTY TEN "012345\n550 x"), /* no blank: cut */
          SLICE_INIT("Diagnostic-Code: smtp; 550-" SIXTY TEN "01\r\n 2345\r\n 550 x\r\n") },
        { SLICE_INIT("550 " SIXTY TEN "0 "), SLICE_INIT(" 550 " SIXTY TEN "0 \r\nLast-") },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dsn d = report(false);
        struct dsn_recipient bob = refused[0];
        bob.reply = rows[i].reply;
        bob.last_attempt = 1788771600;
        d.recipients = &bob;
        d.count = 1;
        struct message *original = message_from(letter);
        struct message *m = dsn_failure(&d, original);
        cr_expect(message_contains(m, rows[i].shows), "row %zu", i);
        message_unref(&original);
        message_unref(&m);
    }
}

/* RFC 3461 4. */
Test(dsn, xtext_there_and_back)
{
    static const struct {
        slice text;
        const char *want;
    } rows[] = {
        { SLICE_INIT("Bob@example.net"), "Bob@example.net" },
        { SLICE_INIT("a+b=c"), "a+2Bb+3Dc" },
        { SLICE_INIT("two words\r\n"), "two+20words+0D+0A" },
        { SLICE_INIT("\xc3\xab\x7f"), "+C3+AB+7F" },
        { SLICE_INIT(""), "" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf xtext = { 0 }, back = { 0 };
        dsn_to_xtext(rows[i].text, &xtext);
        cr_expect_str_eq(buf_z(&xtext), rows[i].want, "row %zu", i);
        dsn_from_xtext(buf_slice(&xtext), &back);
        cr_expect(slice_eq(buf_slice(&back), rows[i].text), "row %zu", i);
        buf_deinit(&xtext);
        buf_deinit(&back);
    }
}
