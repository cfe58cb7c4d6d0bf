#include "ui/dissect.h"

#include "ui/explain.h"
#include "ui/filter.h"

#include <criterion/criterion.h>
#include <stdio.h>

/* "label|value" of each field that lies in the bytes, a line each, deeper ones further in. */
static void tell(const struct hits *h, struct buf *out)
{
    for (size_t i = 0; i < h->count; i++) {
        const struct hit *hit = &h->rows[i];
        if (hit->len == 0) {
            continue;
        }
        fmt_u64(out, hit->at);
        buf_byte(out, '+');
        fmt_u64(out, hit->len);
        buf_byte(out, ' ');
        buf_addz(out, field_label((enum field)hit->field));
        buf_byte(out, '|');
        hit_value(h, hit, out);
        buf_byte(out, '\n');
    }
}

Test(dissect, names_the_fields_of_a_dialogue)
{
    static const struct {
        enum words_protocol protocol;
        const char *before[2]; /* said before: by the client, then by the server */
        size_t side;
        const char *said, *fields;
    } rows[] = {
        { WORDS_SMTP,
          { NULL, NULL },
          0,
          "RCPT TO:<a@x> NOTIFY=NEVER\r\n",
          "0+28 Command line|RCPT TO:<a@x> NOTIFY=NEVER\r\n\n0+4 Command|RCPT\n"
          "5+21 Parameter|TO:<a@x> NOTIFY=NEVER\n8+5 Path|<a@x>\n"
          "14+12 ESMTP parameter|NOTIFY=NEVER\n" },
        { WORDS_SMTP,
          { NULL, NULL },
          1,
          "550-5.1.1 no\r\n",
          "0+14 Response|550-5.1.1 no\r\n\n0+3 Reply code|550\n0+1 First digit|5\n"
          "1+1 Second digit|5\n2+1 Third digit|0\n3+1 More lines|\n4+8 Reply text|5.1.1 no\n"
          "4+5 Enhanced status code|5.1.1\n4+1 Class|5\n6+1 Subject|1\n8+1 Detail|1\n" },
        { WORDS_SMTP, { NULL, NULL }, 1, "25\r\n", "0+4 Response|25\r\n\n" },
        { WORDS_SMTP,
          { "DATA\r\n", "354 go\r\n" },
          0,
          "Subject: hi\r\n\r\n..a\r\nb\r\n.\r\nQUIT\r\n",
          "0+11 Subject|hi\n13+2 End of the header|\n15+1 Stuffed dot|\n15+8 Text of the letter|\n"
          "23+3 End of the letter|\n26+6 Command line|QUIT\r\n\n26+4 Command|QUIT\n" },
        { WORDS_SMTP, { NULL, "334 \r\n" }, 0, "AGFsaWNl\r\n", "0+10 Proof of identity|\n" },
        { WORDS_SMTP,
          { "BDAT 4\r\n", "250 ok\r\n" },
          0,
          "a: bBDAT 3 LAST\r\nc\r\nQUIT\r\n",
          "0+4 Header field|b\n4+13 Command line|BDAT 3 LAST\r\n\n4+4 Command|BDAT\n"
          "9+6 Parameter|3 LAST\n17+3 Text of the letter|\n20+6 Command line|QUIT\r\n\n"
          "20+4 Command|QUIT\n" },
        { WORDS_POP,
          { "RETR 1\r\nLIST\r\n", NULL },
          1,
          "+OK 9 octets\r\nTo: b\r\n\r\nx\r\n.\r\n+OK\r\n1 9\r\n.\r\n-ERR [IN-USE] no\r\n",
          "0+14 Response|+OK 9 octets\n0+3 Indicator|+OK\n4+8 Description|9 octets\n14+5 To|b\n"
          "21+2 End of the header|\n23+3 Text of the letter|\n26+3 End of the answer|\n"
          "29+5 Response|+OK\n29+3 Indicator|+OK\n34+5 Line of the answer|\n"
          "39+3 End of the answer|\n42+18 Response|-ERR [IN-USE] no\n42+4 Indicator|-ERR\n"
          "47+11 Description|[IN-USE] no\n48+6 Response code|IN-USE\n" },
        { WORDS_IMAP,
          { NULL, NULL },
          0,
          "a1 UID FETCH 1 (BODY[])\r\n",
          "0+25 Request|a1 UID FETCH 1 (BODY[])\n0+2 Tag|a1\n0+2 Tag|a1\n3+3 UID|1\n"
          "7+5 Command|FETCH\n13+10 Arguments|1 (BODY[])\n" },
        { WORDS_IMAP,
          { NULL, NULL },
          0,
          "a SELECT \"My box\"\r\n",
          "0+19 Request|a SELECT \"My box\"\n0+1 Tag|a\n0+1 Tag|a\n2+6 Command|SELECT\n"
          "9+8 Arguments|\"My box\"\n10+6 Folder|My box\n" },
        { WORDS_IMAP,
          { NULL, NULL },
          1,
          "* 1 FETCH (BODY[] {9}\r\nCc: d\r\n\r\n FLAGS ())\r\na OK x\r\n",
          "0+1 Untagged|\n2+1 Number|1\n4+5 Data|FETCH\n10+11 Text|(BODY[] {9}\n18+3 Literal|9\n"
          "23+5 Cc|d\n30+2 End of the header|\n32+10 Text| FLAGS ())\n44+8 Response|a OK x\n"
          "44+1 Tag|a\n44+1 Tag|a\n46+2 Status|OK\n49+1 Text|x\n" },
        { WORDS_IMAP,
          { NULL, NULL },
          1,
          "x23}\r\na OK x\r\n", /* announces nothing */
          "0+6 Response|x23}\n0+4 Tag|x23}\n0+4 Tag|x23}\n6+8 Response|a OK x\n6+1 Tag|a\n"
          "6+1 Tag|a\n8+2 Status|OK\n11+1 Text|x\n" },
        { WORDS_IMAP, { NULL, NULL }, 1, "+ go on\r\n", "0+1 Continuation|\n2+5 Text|go on\n" },
        { WORDS_IMAP,
          { NULL, NULL },
          1,
          "* OK [UIDNEXT 4] Next\r\n",
          "0+1 Untagged|\n2+2 Data|OK\n5+16 Text|[UIDNEXT 4] Next\n6+7 Response code|UIDNEXT\n" },
        { WORDS_HTTP,
          { NULL, NULL },
          0,
          "POST /send HTTP/1.1\r\nHost: x\r\n",
          "0+4 Method|POST\n5+5 Target|/send\n21+9 Text|\n" },
        { WORDS_HTTP, { NULL, NULL }, 1, "HTTP/1.1 404 No\r\n", "9+3 Status code|404\n" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct speech s;
        struct hits h;
        struct buf out;
        speech_init(&s, rows[i].protocol);
        hits_init(&h);
        buf_init(&out);
        for (size_t side = 0; side < 2; side++) {
            dissect_skip(&s, side, slice_of(rows[i].before[side]));
        }
        dissect_said(&s, rows[i].side, slice_of(rows[i].said), &h);
        tell(&h, &out);
        cr_expect_str_eq(buf_z(&out), rows[i].fields, "row %zu, %s:\n%s", i, rows[i].said,
                         buf_z(&out));
        buf_deinit(&out);
        hits_deinit(&h);
    }
}

Test(dissect, names_the_fields_of_a_dns_message)
{
    static const char message[] = "\x12\x34\x85\x83\0\1\0\1\0\1\0\1"
                                  "\1x\4test\0\0\x0f\0\1"
                                  "\xc0\x0c\0\x0f\0\1\0\0\1\x2c\0\7\0\x0a\2mx\xc0\x0c"
                                  "\xc0\x0e\0\6\0\1\0\0\0\5\0\x1c\1a\xc0\x0e\1b\xc0\x0e\0\0\0\7"
                                  "\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4"
                                  "\0\0\x29\x04\xd0\0\0\0\0\0\0";
    static const char *const lines[] = {
        "0+2 Transaction ID|4660",
        "2+1 QR: answer|1",
        "2+1 AA: authoritative|1",
        "3+1 RA: recursion available|1",
        "3+1 Reply code|NXDOMAIN",
        "12+8 Name|x.test",
        "20+2 Type|MX",
        "24+2 Name|x.test",
        "30+4 Time to live|300",
        "36+2 Preference|10",
        "38+5 Mail server|mx.x.test",
        "55+4 First server|a.test",
        "63+4 Serial|7",
        "79+4 Negative TTL|4",
        "86+2 UDP size|1232",
    };
    struct hits h;
    struct buf out;
    hits_init(&h);
    buf_init(&out);
    dissect_dns((slice){ message, sizeof message - 1 }, &h);
    tell(&h, &out);
    for (size_t i = 0; i < COUNT(lines); i++) {
        cr_expect(strstr(buf_z(&out), lines[i]), "%s is not in\n%s", lines[i], buf_z(&out));
    }
    /* cut anywhere, and with a name that points at itself: what there is, and no more */
    for (size_t len = 0; len < sizeof message; len++) {
        hits_clear(&h);
        dissect_dns((slice){ message, len }, &h);
        for (size_t i = 0; i < h.count; i++) {
            cr_expect((size_t)h.rows[i].at + h.rows[i].len <= len);
        }
    }
    hits_clear(&h);
    dissect_dns(SLICE("\0\0\0\0\0\1\0\0\0\0\0\0\xc0\x0c\0\1\0\1"), &h);
    cr_expect_eq(h.rows[h.count - 1].field, FIELD_DNS_ADDITIONALS);
    buf_deinit(&out);
    hits_deinit(&h);
}

Test(dissect, finds_tls_records_however_they_are_cut)
{
    static const char records[] = "\x16\3\1\0\5\x0e\0\0\1z" /* ServerHelloDone of one octet */
                                  "\x14\3\3\0\1\1"
                                  "\x17\3\3\0\3abc";
    const slice all = { records, sizeof records - 1 };
    for (size_t cut = 0; cut <= all.len; cut++) {
        struct dissect_tls t = { 0 };
        struct hits h;
        unsigned types[3] = { 0 }, count = 0;
        hits_init(&h);
        dissect_tls(&t, slice_sub(all, 0, cut), &h);
        dissect_tls(&t, slice_from(all, cut), &h);
        for (size_t i = 0; i < h.count; i++) {
            if (h.rows[i].field == FIELD_TLS_TYPE && count < 3) {
                types[count++] = (unsigned)h.rows[i].number;
            }
        }
        cr_expect(count == 3 && types[0] == 22 && types[1] == 20 && types[2] == 23, "cut at %zu",
                  cut);
        cr_expect(t.sealed && !t.lost);
        hits_deinit(&h);
    }
    struct dissect_tls t = { 0 };
    struct hits h;
    hits_init(&h);
    dissect_tls(&t, SLICE("EHLO x\r\n"), &h);
    cr_expect(t.lost && h.count == 1);
    hits_deinit(&h);
}

/* Whoever points at a field learns what it is; and each says where that is written. */
Test(dissect, every_field_that_can_be_pointed_at_is_explained)
{
    for (unsigned f = FIELD_TCP_SRC; f < FIELD_ROWS; f++) {
        static const unsigned markers[] = {
            FIELD_TCP_STREAM, FIELD_UDP,  FIELD_UDP_PORT,
            FIELD_TLS,        FIELD_SMTP, FIELD_SMTP_REQ,
            FIELD_SMTP_RSP,   FIELD_IMAP, FIELD_IMAP_IS_REQUEST,
            FIELD_POP,        FIELD_HTTP, FIELD_IMF,
            FIELD_DNS,
        };
        struct hits h;
        bool marker = false;
        for (size_t i = 0; i < COUNT(markers); i++) {
            marker = marker || markers[i] == f;
        }
        hits_init(&h);
        hits_number(&h, (enum field)f, 0, 1, 0, 0);
        struct explanation e = explain(&h, &h.rows[0]);
        cr_expect(marker || (e.field && e.rfc && strncmp(e.rfc, "RFC ", 4) == 0), "%s",
                  field_label((enum field)f));
        cr_expect(!e.field || strlen(e.field) < 160, "%s is too long", field_label((enum field)f));
        hits_deinit(&h);
    }
}

/* A value that has a rule of its own names that. */
Test(dissect, a_value_says_where_its_own_rule_is)
{
    static const struct {
        enum field field;
        const char *text;
        uint64_t number;
        const char *rfc;
    } rows[] = {
        { FIELD_DNS_MX, "mail.example.net", 0, "RFC 1035, 3.3.9" },
        { FIELD_DNS_MX, "<Root>", 0, "RFC 7505, 3" },
        { FIELD_SMTP_COMMAND, "rcpt", 0, "RFC 5321, 4.1.1.3" },
        { FIELD_SMTP_DIGIT1, NULL, 4, "RFC 5321, 4.2.1" },
        { FIELD_TLS_TYPE, NULL, 22, "RFC 8446, 4" },
        { FIELD_TLS_TYPE, NULL, 23, "RFC 8446, 5.2" },
        { FIELD_DNS_TYPE, NULL, 28, "RFC 3596, 2.1" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct hits h;
        hits_init(&h);
        if (rows[i].text) {
            hits_text(&h, rows[i].field, 0, 1, 0, slice_of(rows[i].text));
        } else {
            hits_number(&h, rows[i].field, 0, 1, 0, rows[i].number);
        }
        cr_expect_str_eq(explain(&h, &h.rows[0]).rfc, rows[i].rfc, "row %zu", i);
        hits_deinit(&h);
    }
}
