#include "sim/base/idna.h"

#include <criterion/criterion.h>

/* Examples of RFC 3492 7.1 and of RFC 5894; what IDNA2008 forbids (RFC 5892) is no name. */
Test(idna, u_labels_become_a_labels)
{
    static const struct {
        const char *name, *ascii; /* NULL: no name */
    } rows[] = {
        { "bücher.example", "xn--bcher-kva.example" },
        { "BÜCHER.Example", "xn--bcher-kva.example" },
        { "bu\xcc\x88"
          "cher.example",
          "xn--bcher-kva.example" }, /* ü of two: u and two dots */
        { "mail.bücher.example", "mail.xn--bcher-kva.example" },
        { "straße.example", "xn--strae-oqa.example" },
        { "例え.テスト", "xn--r8jz45g.xn--zckzah" },
        { "почта.example", "xn--80a1acny.example" },
        { "bücher。example", "xn--bcher-kva.example" }, /* the full stop of Chinese texts */
        { "xn--bcher-kva.example", "xn--bcher-kva.example" },
        { "example.org", "example.org" },
        { "_dmarc.bücher.example", "_dmarc.xn--bcher-kva.example" },
        { "b\xfc"
          "cher.example",
          NULL }, /* Latin 1 */
        { "bücher\xe2\x80\x8b☃-.example", NULL },
        { "-bücher.example", NULL },
        { "a\xe2\x80\x8d"
          "b.example",
          NULL },               /* a joiner where nothing is joined */
        { "שa.example", NULL }, /* right to left and not (RFC 5893) */
        { "", NULL },
    };
    struct idna name;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool ok = idna_ascii(slice_of(rows[i].name), &name);
        cr_expect_eq(ok, rows[i].ascii != NULL, "%s: %.*s", rows[i].name,
                     SLICE_ARG(idna_slice(&name)));
        cr_expect(!ok || slice_eq(idna_slice(&name), slice_of(rows[i].ascii)), "%s: %.*s",
                  rows[i].name, SLICE_ARG(idna_slice(&name)));
    }
    char longest[1100];
    for (size_t at = 0; at + 2 < sizeof longest; at += 2) {
        memcpy(longest + at, at % 60 == 58 ? "x." : "ü", 2);
    }
    for (size_t len = 100; len < sizeof longest; len += 100) {
        slice s = { longest, len };
        cr_expect_eq(idna_ascii(s, &name), len < 400, "%zu octets", len);
    }
    cr_expect(!idna_ascii(SLICE("a\0b"), &name));
}
