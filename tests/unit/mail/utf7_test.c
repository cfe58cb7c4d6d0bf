#include "sim/mail/utf7.h"

#include <criterion/criterion.h>

Test(utf7, every_name_has_one_form)
{
    static const struct {
        const char *utf8, *name;
    } rows[] = {
        { "", "" },
        { "INBOX", "INBOX" },
        { "a & b", "a &- b" },
        { "&", "&-" },
        { "-+,/~\\\"", "-+,/~\\\"" },
        /* the examples of RFC 3501 5.1.3 */
        { "~peter/mail/\xe5\x8f\xb0\xe5\x8c\x97/\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e",
          "~peter/mail/&U,BTFw-/&ZeVnLIqe-" },
        { "\xe5\x8f\xb0\xe5\x8c\x97\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", "&U,BTF2XlZyyKng-" },
        { "\xe2\x98\xba!", "&Jjo-!" },
        /* what real servers have */
        { "Entw\xc3\xbcrfe", "Entw&APw-rfe" },
        { "\xd0\x9e\xd1\x82\xd0\xbf\xd1\x80\xd0\xb0\xd0\xb2\xd0\xbb\xd0\xb5\xd0\xbd\xd0\xbd\xd1\x8b"
          "\xd0\xb5",
          "&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-" },
        { "\xc3\xa5&", "&AOU-&-" },
        { "\xc3\xa5-\xc3\xa5", "&AOU--&AOU-" },
        /* outside of the first plane: a surrogate pair */
        { "\xf0\x9f\x93\xac", "&2D3c7A-" },
        { "\xf4\x8f\xbf\xbf", "&2,,f,w-" },
        { "\x01\x7f", "&AAEAfw-" },
    };
    struct buf b = { 0 };
    for (size_t i = 0; i < COUNT(rows); i++) {
        buf_clear(&b);
        cr_expect(utf7_encode(slice_of(rows[i].utf8), &b), "row %zu", i);
        cr_expect_str_eq(buf_z(&b), rows[i].name, "row %zu", i);
        buf_clear(&b);
        cr_expect(utf7_decode(slice_of(rows[i].name), &b), "row %zu", i);
        cr_expect_str_eq(buf_z(&b), rows[i].utf8, "row %zu", i);
    }
    buf_deinit(&b);
}

Test(utf7, no_other_form_is_read)
{
    static const struct {
        const char *name, *why;
    } rows[] = {
        { "&", "no end" },
        { "a&Jjo", "no end, RFC 3501 5.1.3" },
        { "&Jjo!", "no end: \"!\" is no letter of base64" },
        { "&U,BTFw-&ZeVnLIqe-", "a shift without need, RFC 3501 5.1.3" },
        { "&AGE-", "\"a\" stands for itself" },
        { "&AOUAYQ-", "and behind another" },
        { "&ACY-", "so does \"&\"" },
        { "&AAA-", "NUL" },
        { "&AOV-", "bits left over" },
        { "&AOUA-", "six bits too many" },
        { "&AOUAA-", "and twelve" },
        { "&A-", "less than a unit" },
        { "&AO-", "less than a unit" },
        { "&2D0-", "the first half of a pair" },
        { "&3Kw-", "the second half of one" },
        { "&2D3YPQ-", "two first halves" },
        { "&2D0A5Q-", "half a pair and a character" },
        { "&AOU=-", "padding" },
        { "&U/BTFw-", "\"/\" is \",\" here" },
        { "\xc3\xa5", "8-bit" },
        { "a\tb", "a control character" },
        { "a\x7f", "DEL" },
    };
    struct buf b = { 0 };
    for (size_t i = 0; i < COUNT(rows); i++) {
        buf_clear(&b);
        buf_byte(&b, 'x');
        cr_expect_not(utf7_decode(slice_of(rows[i].name), &b), "%s", rows[i].why);
        cr_expect_eq(b.len, 1, "%s", rows[i].why);
    }
    buf_clear(&b);
    cr_expect_not(utf7_encode(SLICE("a\xc3"), &b));
    cr_expect_not(utf7_encode(SLICE("a\xed\xa0\xbd"), &b), "a surrogate is no character");
    cr_expect_not(utf7_encode(SLICE("a\0b"), &b));
    cr_expect_not(utf7_decode(SLICE("a\0b"), &b));
    cr_expect_eq(b.len, 0);
    buf_deinit(&b);
}
