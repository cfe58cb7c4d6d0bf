#include "sim/proto/imap_decode.h"

#include <criterion/criterion.h>

Test(imap_decode, says_what_a_field_means)
{
    static const struct {
        const char *body, *means;
    } rows[] = {
        { "", "" },
        { "plain", "plain" },
        { "=?utf-8?q?f=C3=A5r_?=x", "f\xc3\xa5r x" },
        { "=?UTF-8?B?w6U=?=", "\xc3\xa5" },
        { "a =?utf-8?q?b?= =?utf-8?q?c?= d =?utf-8?q?e?=", "a bc d e" },
        { "=?iso-8859-1*sv?Q?=E5?=", "\xc3\xa5" },
        { "=?us-ascii?q?a=3D?=", "a=" },
        { "=?iso-8859-15?q?=A4=E5?=", "\xe2\x82\xac\xc3\xa5" },
        { "=?Windows-1252?q?=80=9F=81=E5?=", "\xe2\x82\xac\xc5\xb8\xc2\x81\xc3\xa5" },
        { "=?koi8-r?q?=C1?=", "=?koi8-r?q?=C1?=" },
        { "=?utf-8?x?abc?=", "=?utf-8?x?abc?=" },
        { "=?utf-8?b?!!?=", "=?utf-8?b?!!?=" },
        { "=?utf-8?q?open", "=?utf-8?q?open" },
        { "=?", "=?" },
        { "=?utf-8?q?=4?=", "=4" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf out = { 0 };
        imap_decode_field(slice_of(rows[i].body), &out);
        cr_expect_str_eq(buf_z(&out), rows[i].means, "row %zu: %s", i, buf_z(&out));
        buf_deinit(&out);
    }
}

#define QP  "Content-Transfer-Encoding: quoted-printable\r\n"
#define B64 "Content-Transfer-Encoding: BASE64\r\n"

Test(imap_decode, says_what_a_letter_says)
{
    static const struct {
        const char *letter, *means;
    } rows[] = {
        { "\r\nabc", "abc\r\n" },
        { QP "\r\nf=C3=A5=\r\nr =\t=zz=", "f\xc3\xa5r =\t=zz=\r\n" },
        { B64 "\r\nw6\r\nU=\r\n", "\xc3\xa5\r\n" },
        { B64 "\r\nno base64!", "no base64!\r\n" },
        { "Content-Type: text/plain; charset=ISO-8859-1\r\n" QP "\r\n=E5", "\xc3\xa5\r\n" },
        { "Content-Type: text/plain; charset=koi8-r\r\n" QP "\r\n=E5", "=E5\r\n" },
        { "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" QP "\r\n=41\r\n--b\r\n"
          "Content-Type: image/png\r\n" B64 "\r\nw6U=\r\n--b\r\n" B64 "\r\nw6U=\r\n--b--",
          "A\r\n\xc3\xa5\r\n" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf out = { 0 };
        imap_decode_text(slice_of(rows[i].letter), &out);
        cr_expect_str_eq(buf_z(&out), rows[i].means, "row %zu: %s", i, buf_z(&out));
        buf_deinit(&out);
    }
}
