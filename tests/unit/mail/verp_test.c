#include "sim/mail/verp.h"

#include <criterion/criterion.h>

static const struct row {
    const char *why, *local, *recipient, *domain, *made;
    char separator;
} rows[] = {
    { "a member of a list", "friends-bounces", "bob@example.net", "example.org",
      "friends-bounces+bob=example.net@example.org", '+' },
    { "who has a plus of his own", "a-bounces", "bob+x=y@example.net", "example.org",
      "a-bounces+bob+x=y=example.net@example.org", '+' },
    { "nobody", "friends-bounces", "", "example.org", "friends-bounces@example.org", '+' },
    { "just 64 octets before the @ (RFC 5321 4.5.3.1.1)", "bounce-1.1",
      "a234567890123456789012345678901234567890123@long.test", "x.test",
      "bounce-1.1-a234567890123456789012345678901234567890123=long.test@x.test", '-' },
    { "and one more", "bounce-1.1", "a2345678901234567890123456789012345678901234@long.test",
      "x.test", "bounce-1.1@x.test", '-' },
    { "quotes", "bounce-1.1", "\"a b\"@example.net", "x.test", "bounce-1.1@x.test", '-' },
    { "an address literal", "bounce-1.1", "bob@[192.0.2.1]", "x.test", "bounce-1.1@x.test", '-' },
};

Test(verp, a_reverse_path_names_whom_it_is_for)
{
    struct buf out = { 0 };
    for (size_t i = 0; i < COUNT(rows); i++) {
        buf_clear(&out);
        buf_addz(&out, rows[i].local);
        verp_add(&out, rows[i].separator, slice_of(rows[i].recipient), slice_of(rows[i].domain));
        cr_expect_str_eq(buf_z(&out), rows[i].made, "%s: %s", rows[i].why, buf_z(&out));
    }
    buf_deinit(&out);
}

Test(verp, and_he_is_found_in_it)
{
    static const struct {
        const char *written, *recipient;
        bool yes;
    } found[] = { { "bob=example.net", "bob@example.net", true },
                  { "BOB=Example.NET", "bob@example.net", true },
                  { "bob=x=example.net", "bob=x@example.net", true },
                  { "bob=example.ne", "bob@example.net", false },
                  { "bob=example.com", "bob@example.net", false },
                  { "bob-example.net", "bob@example.net", false },
                  { "", "bob@example.net", false },
                  { "", "", false } };
    for (size_t i = 0; i < COUNT(found); i++) {
        cr_expect_eq(verp_means(slice_of(found[i].written), slice_of(found[i].recipient)),
                     found[i].yes, "%s", found[i].written);
    }
}
