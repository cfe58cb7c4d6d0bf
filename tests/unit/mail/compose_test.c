#include "sim/mail/compose.h"

#include "sim/mail/header.h"

#include <criterion/criterion.h>

static const slice bob[] = { SLICE_INIT("bob@example.net") };

static struct compose plain(void)
{
    return (struct compose){
        .from = SLICE("alice@example.org"),
        .message_id = SLICE("1@laptop.example.org"),
        .subject = SLICE("Lunch?"),
        .text = SLICE("Twelve o'clock.\n.\nAlice\n"),
        .to = bob,
        .to_count = COUNT(bob),
        .now = 1788771601,
    };
}

static bool composes(const struct compose *c, const char *wanted)
{
    struct message *m = compose_message(c);
    struct buf b;
    buf_init(&b);
    message_copy(m, &b);
    bool same = slice_eq(buf_slice(&b), slice_of(wanted));
    if (!same) {
        cr_log_error("got: %s", buf_z(&b));
    }
    message_unref(&m);
    buf_deinit(&b);
    return same;
}

Test(compose, writes_what_a_person_would_send)
{
    struct compose c = plain();
    cr_expect(composes(&c, "From: alice@example.org\r\n"
                           "To: bob@example.net\r\n"
                           "Subject: Lunch?\r\n"
                           "Date: Mon, 7 Sep 2026 09:00:01 +0000\r\n"
                           "Message-ID: <1@laptop.example.org>\r\n"
                           "MIME-Version: 1.0\r\n"
                           "Content-Type: text/plain; charset=utf-8\r\n"
                           "Content-Transfer-Encoding: 7bit\r\n"
                           "\r\n"
                           "Twelve o'clock.\r\n.\r\nAlice\r\n"));
    static const slice many[] = {
        SLICE_INIT("carol@a-rather-long-domain-name.example.net"),
        SLICE_INIT("dave@another-long-domain-name.example.net"),
        SLICE_INIT("eve@x\r\nBcc: z@z"),
    };
    c.from_name = SLICE("\xc3\x85sa");
    c.cc = many;
    c.cc_count = COUNT(many);
    c.to_count = 0;
    c.subject = (slice){ 0 };
    c.in_reply_to = SLICE("0@x");
    c.text = (slice){ 0 };
    cr_expect(composes(&c, "From: =?utf-8?Q?=C3=85sa?= <alice@example.org>\r\n"
                           "Cc: carol@a-rather-long-domain-name.example.net,\r\n"
                           " dave@another-long-domain-name.example.net, eve@x??Bcc: z@z\r\n"
                           "Date: Mon, 7 Sep 2026 09:00:01 +0000\r\n"
                           "Message-ID: <1@laptop.example.org>\r\n"
                           "In-Reply-To: <0@x>\r\n"
                           "References: <0@x>\r\n"
                           "MIME-Version: 1.0\r\n"
                           "Content-Type: text/plain; charset=utf-8\r\n"
                           "Content-Transfer-Encoding: 7bit\r\n"
                           "\r\n"));
}

Test(compose, chooses_the_encoding_the_text_needs)
{
    struct buf longest;
    buf_init(&longest);
    buf_fill(&longest, 'x', 999);
    struct {
        slice text;
        bool allow_8bit;
        const char *encoding;
        bool is_8bit;
    } rows[] = {
        { SLICE("ascii\n"), true, "7bit", false },
        { SLICE("bl\xc3\xa5\n"), true, "8bit", true },
        { SLICE("bl\xc3\xa5\n"), false, "quoted-printable", false },
        { buf_slice(&longest), true, "quoted-printable", false },
        { SLICE("nul\0\n"), true, "quoted-printable", false },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct compose c = plain();
        c.text = rows[i].text;
        c.allow_8bit = rows[i].allow_8bit;
        struct message *m = compose_message(&c);
        struct buf scratch;
        struct header_field f;
        buf_init(&scratch);
        slice header = message_header(m, &scratch);
        cr_assert(header_find(header, SLICE("Content-Transfer-Encoding"), &f));
        cr_expect(slice_eq(f.body, slice_of(rows[i].encoding)), "row %zu", i);
        cr_expect_eq(message_is_8bit(m), rows[i].is_8bit, "row %zu", i);
        cr_expect_eq(m->part_count, 2, "header and body are blobs of their own");
        cr_expect_eq(message_header_size(m), m->parts[0].bytes.len);
        cr_expect(slice_ends(header, SLICE("\r\n\r\n")));
        buf_deinit(&scratch);
        message_unref(&m);
    }
    buf_deinit(&longest);
}

Test(compose, puts_parts_together)
{
    static const struct compose_file files[] = {
        { SLICE_INIT("blue.bin"), SLICE_INIT("\0\xff\n"), false, SLICE_INIT("") },
        { SLICE_INIT("bl\xc3\xa5.txt"), SLICE_INIT("bl\xc3\xa5\n"), true, SLICE_INIT("") },
        { SLICE_INIT("old.txt"), SLICE_INIT("bl\xe5\n"), false, SLICE_INIT("") },
        { SLICE_INIT("in.eml"), SLICE_INIT("Subject: in\n\nIn.\n"), false, SLICE_INIT("") },
    };
    struct compose c = plain();
    c.text = SLICE("one =_0000000000000001\n");
    c.html = SLICE("<p>one\n");
    cr_expect(composes(&c, "From: alice@example.org\r\n"
                           "To: bob@example.net\r\n"
                           "Subject: Lunch?\r\n"
                           "Date: Mon, 7 Sep 2026 09:00:01 +0000\r\n"
                           "Message-ID: <1@laptop.example.org>\r\n"
                           "MIME-Version: 1.0\r\n"
                           "Content-Type: multipart/alternative;\r\n"
                           " boundary=\"=_0000000000000002\"\r\n"
                           "\r\n"
                           "--=_0000000000000002\r\n"
                           "Content-Type: text/plain; charset=utf-8\r\n"
                           "Content-Transfer-Encoding: 7bit\r\n"
                           "\r\n"
                           "one =_0000000000000001\r\n"
                           "\r\n--=_0000000000000002\r\n"
                           "Content-Type: text/html; charset=utf-8\r\n"
                           "Content-Transfer-Encoding: 7bit\r\n"
                           "\r\n"
                           "<p>one\r\n"
                           "\r\n--=_0000000000000002--\r\n"));
    c.text = (slice){ 0 };
    c.files = files;
    c.file_count = COUNT(files);
    c.random = 0xfedcba9876543210;
    cr_expect(composes(&c, "From: alice@example.org\r\n"
                           "To: bob@example.net\r\n"
                           "Subject: Lunch?\r\n"
                           "Date: Mon, 7 Sep 2026 09:00:01 +0000\r\n"
                           "Message-ID: <1@laptop.example.org>\r\n"
                           "MIME-Version: 1.0\r\n"
                           "Content-Type: multipart/mixed;\r\n"
                           " boundary=\"=_fedcba9876543211\"\r\n"
                           "\r\n"
                           "--=_fedcba9876543211\r\n"
                           "Content-Type: text/html; charset=utf-8\r\n"
                           "Content-Transfer-Encoding: 7bit\r\n"
                           "\r\n"
                           "<p>one\r\n"
                           "\r\n--=_fedcba9876543211\r\n"
                           "Content-Type: application/octet-stream\r\n"
                           "Content-Disposition: attachment;\r\n"
                           " filename=\"blue.bin\"\r\n"
                           "Content-Transfer-Encoding: base64\r\n"
                           "\r\n"
                           "AP8K"
                           "\r\n--=_fedcba9876543211\r\n"
                           "Content-Type: text/plain; charset=utf-8\r\n"
                           "Content-Disposition: attachment;\r\n"
                           " filename*=utf-8''bl%C3%A5.txt\r\n"
                           "Content-Transfer-Encoding: base64\r\n"
                           "\r\n"
                           "YmzDpQ0K"
                           "\r\n--=_fedcba9876543211\r\n"
                           "Content-Type: text/plain; charset=unknown-8bit\r\n"
                           "Content-Disposition: attachment;\r\n"
                           " filename=\"old.txt\"\r\n"
                           "Content-Transfer-Encoding: base64\r\n"
                           "\r\n"
                           "YmzlCg=="
                           "\r\n--=_fedcba9876543211\r\n"
                           "Content-Type: message/rfc822\r\n"
                           "Content-Disposition: attachment;\r\n"
                           " filename=\"in.eml\"\r\n"
                           "Content-Transfer-Encoding: 7bit\r\n"
                           "\r\n"
                           "Subject: in\r\n\r\nIn.\r\n"
                           "\r\n--=_fedcba9876543211--\r\n"));
}
