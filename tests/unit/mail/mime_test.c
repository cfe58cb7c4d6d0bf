#include "sim/mail/mime.h"

#include <criterion/criterion.h>
#include <string.h>

static const char aao[] = "\xc3\xa5\xc3\xa4\xc3\xb6"; /* three letters, two bytes each */

Test(mime, header_text_is_plain_quoted_or_encoded)
{
    static const struct {
        enum mime_place place;
        bool name;
        const char *text, *wanted;
    } rows[] = {
        { MIME_UNSTRUCTURED, false, "Lunch?", "Lunch?" },
        { MIME_UNSTRUCTURED, false, "  trimmed ", "trimmed" },
        { MIME_UNSTRUCTURED, false, "a\r\nBcc: eve@x", "a  Bcc: eve@x" },
        { MIME_UNSTRUCTURED, false, "\xc3\xa5", "=?utf-8?Q?=C3=A5?=" },
        { MIME_UNSTRUCTURED, false, "=?x", "=?utf-8?Q?=3D=3Fx?=" },
        { MIME_UNSTRUCTURED, false, "\xc3\xa5 a_b.c\n", "=?utf-8?Q?=C3=A5_a=5Fb.c_?=" },
        { MIME_PHRASE, true, "Alice Liddell", "Alice Liddell" },
        { MIME_PHRASE, true, "Alice L.", "\"Alice L.\"" },
        { MIME_PHRASE, true, "say \"hi\\ho\"\n", "\"say \\\"hi\\\\ho\\\" \"" },
        { MIME_PHRASE, true, "\xc3\x85sa (x)", "=?utf-8?Q?=C3=85sa_=28x=29?=" },
        { MIME_UNSTRUCTURED, false, "", "" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf out;
        buf_init(&out);
        if (rows[i].name) {
            mime_display_name(&out, slice_of(rows[i].text), 6);
        } else {
            mime_header_text(&out, slice_of(rows[i].text), rows[i].place, 9);
        }
        cr_expect_str_eq(buf_z(&out), rows[i].wanted, "row %zu: %s", i, buf_z(&out));
        buf_deinit(&out);
    }
}

/* RFC 2047 2: words of at most 75, lines of at most 76, no character in two words. */
Test(mime, long_header_text_is_folded_within_the_limits)
{
    for (size_t ascii = 0; ascii < 2; ascii++) {
        struct buf text, out;
        buf_init(&text);
        buf_init(&out);
        for (int i = 0; i < 40; i++) {
            buf_addz(&text, ascii ? "word " : aao);
        }
        mime_header_text(&out, buf_slice(&text), MIME_UNSTRUCTURED, 9);
        slice rest = buf_slice(&out);
        size_t column = 9;
        size_t lines = 0;
        while (rest.len > 0) {
            slice line = slice_cut(&rest, '\n');
            cr_expect(column + line.len <= 77, "with its CR");
            cr_expect(lines == 0 || line.ptr[0] == ' ');
            cr_expect(ascii || slice_starts(slice_trim(line), SLICE("=?utf-8?Q?=C3=")));
            column = 0;
            lines++;
        }
        cr_expect(lines > 2);
        buf_deinit(&text);
        buf_deinit(&out);
    }
}

Test(mime, a_word_that_no_fold_can_shorten_is_encoded)
{
    struct buf text, out;
    buf_init(&text);
    buf_init(&out);
    buf_fill(&text, 'x', 2000);
    mime_header_text(&out, buf_slice(&text), MIME_UNSTRUCTURED, 9);
    cr_expect(slice_starts(buf_slice(&out), SLICE("=?utf-8?Q?xxx")));
    cr_expect(mime_fits_unencoded(buf_slice(&out)));
    buf_deinit(&text);
    buf_deinit(&out);
}

Test(mime, line_ends_become_crlf)
{
    static const struct {
        slice text, wanted;
    } rows[] = {
        { SLICE_INIT("a\nb\rc\r\nd"), SLICE_INIT("a\r\nb\r\nc\r\nd\r\n") },
        { SLICE_INIT("\n\r\r\n\n"), SLICE_INIT("\r\n\r\n\r\n\r\n") },
        { SLICE_INIT("a\r"), SLICE_INIT("a\r\n") },
        { SLICE_INIT(""), SLICE_INIT("") },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf out;
        buf_init(&out);
        mime_line_ends(&out, rows[i].text);
        cr_expect(slice_eq(buf_slice(&out), rows[i].wanted), "row %zu", i);
        buf_deinit(&out);
    }
}

Test(mime, fits_unencoded_knows_the_longest_line)
{
    struct buf b;
    buf_init(&b);
    buf_fill(&b, 'x', MIME_LINE_MAX);
    buf_addz(&b, "\r\n");
    cr_expect(mime_fits_unencoded(buf_slice(&b)));
    buf_fill(&b, 'x', MIME_LINE_MAX + 1);
    buf_addz(&b, "\r\n");
    cr_expect_not(mime_fits_unencoded(buf_slice(&b)));
    cr_expect_not(mime_fits_unencoded(SLICE("a\0b\r\n")));
    buf_deinit(&b);
}

Test(mime, quoted_printable_encodes_what_it_must)
{
    static const struct {
        slice text, wanted;
    } rows[] = {
        { SLICE_INIT("plain\r\n"), SLICE_INIT("plain\r\n") },
        { SLICE_INIT("1+1=2\r\n"), SLICE_INIT("1+1=3D2\r\n") },
        { SLICE_INIT("\xc3\xa5 \r\n"), SLICE_INIT("=C3=A5=20\r\n") },
        { SLICE_INIT("tab\there\t\r\n"), SLICE_INIT("tab\there=09\r\n") },
        { SLICE_INIT("\r\n\r\n"), SLICE_INIT("\r\n\r\n") },
        { SLICE_INIT("nul\0\r\n"), SLICE_INIT("nul=00\r\n") },
        { SLICE_INIT("no end"), SLICE_INIT("no end") },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf out;
        buf_init(&out);
        mime_quoted_printable(&out, rows[i].text);
        cr_expect(slice_eq(buf_slice(&out), rows[i].wanted), "row %zu: %s", i, buf_z(&out));
        buf_deinit(&out);
    }
}

Test(mime, quoted_printable_lines_are_76_long_and_come_back)
{
    for (size_t len = 70; len < 240; len++) {
        struct buf text, out, back;
        buf_init(&text);
        buf_init(&out);
        buf_init(&back);
        for (size_t i = 0; i < len; i++) {
            buf_byte(&text, i % 7 == len % 7 ? '\xe9' : 'x');
        }
        mime_quoted_printable(&out, buf_slice(&text));
        slice rest = buf_slice(&out);
        while (rest.len > 0) {
            slice line = slice_cut(&rest, '\n');
            bool soft = slice_ends(line, SLICE("=\r"));
            cr_expect(line.len - (soft ? 1 : 0) <= 76, "length %zu", len);
            for (size_t i = 0; i < line.len - (soft ? 2 : 0); i++) {
                bool encoded = line.ptr[i] == '=';
                buf_byte(&back, encoded ? '\xe9' : line.ptr[i]);
                i += encoded ? 2 : 0;
            }
        }
        cr_expect(slice_eq(buf_slice(&back), buf_slice(&text)), "length %zu", len);
        buf_deinit(&text);
        buf_deinit(&out);
        buf_deinit(&back);
    }
}

Test(mime, knows_utf8_from_what_only_looks_like_it)
{
    static const struct {
        slice text;
        bool good;
    } rows[] = {
        { SLICE_INIT(""), true },
        { SLICE_INIT("plain\0"), true },
        { SLICE_INIT("\xc3\xa5\xe2\x82\xac\xf0\x9f\x93\xa7"), true },
        { SLICE_INIT("\xed\x9f\xbf\xf4\x8f\xbf\xbf"), true },
        { SLICE_INIT("bl\xe5"), false },
        { SLICE_INIT("\xc0\xaf"), false },
        { SLICE_INIT("\xe0\x80\xaf"), false },
        { SLICE_INIT("\xed\xa0\x80"), false },
        { SLICE_INIT("\xf0\x80\x80\xaf"), false },
        { SLICE_INIT("\xf4\x90\x80\x80"), false },
        { SLICE_INIT("\xff"), false },
        { SLICE_INIT("\xa5"), false },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_expect_eq(mime_is_utf8(rows[i].text), rows[i].good, "row %zu", i);
    }
    /* One octet beyond ASCII is found wherever it stands, and none behind the end. */
    char text[25];
    for (size_t len = 0; len < sizeof text; len++) {
        for (size_t at = 0; at <= len; at++) {
            memset(text, '~', sizeof text);
            text[at] = '\x80';
            cr_expect_eq(mime_is_ascii((slice){ text, len }), at == len, "%zu of %zu", at, len);
        }
    }
}
