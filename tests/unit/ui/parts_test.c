#include "ui/parts.h"

#include "sim/base/fmt.h"

#include <criterion/criterion.h>

/* "depth type name taken/inside": a line a part; '/' closes the last of its parent's. */
Test(parts, are_what_a_letter_is_made_of)
{
    static const struct {
        const char *letter, *says;
    } rows[] = {
        { "", "0 text/plain  0/0 /\n" },
        { "Subject: x\r\n\r\nHi\r\n", "0 text/plain  4/4 /\n" },
        { "Content-Type: TEXT/Plain\r\nContent-Transfer-Encoding: Quoted-Printable\r\n\r\n"
          "caf=C3=A9=\r\n!\r\n",
          "0 text/plain  8/15 /\n" },
        { "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHi\r\n--b\r\n"
          "Content-Type: image/png; name=\"old.png\"\r\n"
          "Content-Disposition: attachment;\r\n filename=\"new kite.png\"\r\n"
          "Content-Transfer-Encoding: base64\r\n\r\nSGkh\r\nSGk=\r\n--b--\r\n",
          "0 multipart/mixed  173/173 /\n1 text/plain  2/2\n"
          "1 image/png new kite.png 5/10 /\n" },
        { "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
          "Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nText\r\n--b\r\n"
          "Content-Type: application/pdf; name*0*=utf-8''caf%C3;\r\n name*1*=%A9; "
          "name*2=.pdf\r\n\r\n"
          "x\r\n--b--\r\n",
          "0 multipart/mixed  157/157 /\n1 message/rfc822  19/19\n2 text/plain  4/4 /\n"
          "1 application/pdf caf\xC3\xA9.pdf 1/1 /\n" },
        { "Content-Type: image/png; name=\"kite.png\"; name*=utf-8''k%C3%AFte.png\r\n\r\nx",
          "0 image/png k\xC3\xAFte.png 1/1 /\n" },
        { "Content-Type: image/png; NAME*=utf-8''k%C3%AFte.png; Name=\"kite.png\"\r\n\r\nx",
          "0 image/png k\xC3\xAFte.png 1/1 /\n" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct parts p;
        struct buf out = { 0 };
        parts_init(&p);
        parts_read(&p, SLICE("Content-Type: image/gif\r\n\r\nx")); /* what was before is gone */
        parts_read(&p, slice_of(rows[i].letter));
        for (size_t k = 0; k < p.count; k++) {
            fmt_u64(&out, p.list[k].depth);
            buf_byte(&out, ' ');
            buf_add(&out, p.list[k].type);
            buf_byte(&out, ' ');
            buf_add(&out, p.list[k].name);
            buf_byte(&out, ' ');
            fmt_u64(&out, p.list[k].taken);
            buf_byte(&out, '/');
            fmt_u64(&out, p.list[k].inside);
            buf_addz(&out, p.list[k].last ? " /\n" : "\n");
        }
        cr_expect_str_eq(buf_z(&out), rows[i].says, "row %zu: %s", i, buf_z(&out));
        buf_deinit(&out);
        parts_deinit(&p);
    }
}
