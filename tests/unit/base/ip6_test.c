#include "sim/base/ip6.h"

#include <criterion/criterion.h>
#include <string.h>

/* `is` as RFC 5952 writes it; NULL: no address. */
Test(ip6, text_is_read_and_written)
{
    static const struct {
        const char *text, *is, *rule;
    } rows[] = {
        { "2001:db8::1", "2001:db8::1", "RFC 5952 4" },
        { "2001:0DB8:0:0:0:0:0:0001", "2001:db8::1", "RFC 5952 4.1, 4.3" },
        { "::", "::", "RFC 4291 2.2" },
        { "::1", "::1", "RFC 4291 2.2" },
        { "1::", "1::", "RFC 4291 2.2" },
        { "0:0:0:0:0:0:0:0", "::", "RFC 5952 4.2.1" },
        { "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1", "RFC 5952 4.2.2: one group stays" },
        { "2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1", "RFC 5952 4.2.2" },
        { "2001:0:0:1:0:0:0:1", "2001:0:0:1::1", "RFC 5952 4.2.3: the longest" },
        { "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1", "RFC 5952 4.2.3: the first of equals" },
        { "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0", "one group as ::" },
        { "::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8", "one group as ::" },
        { "1:2:3:4:5:6:192.0.2.7", "1:2:3:4:5:6:c000:207", "RFC 4291 2.2, 3" },
        { "64:ff9b::192.0.2.33", "64:ff9b::c000:221", "RFC 4291 2.2, 3" },
        { "::ffff:c000:221", "::ffff:192.0.2.33", "RFC 5952 5" },
        { "::192.0.2.33", "::c000:221", "RFC 4291 2.2, 3" },
        { "", NULL, "nothing" },
        { ":", NULL, "no group" },
        { ":::", NULL, "three colons" },
        { "1:2:3:4:5:6:7", NULL, "too few" },
        { "1:2:3:4:5:6:7:8:9", NULL, "too many" },
        { "1:2:3:4:5:6:7:8::", NULL, "nothing left for ::" },
        { "1::2::3", NULL, "twice ::" },
        { "1:2:3:4:5:6:7:", NULL, "a colon at the end" },
        { ":1:2:3:4:5:6:7", NULL, "a colon at the beginning" },
        { "12345::", NULL, "five digits" },
        { "g::", NULL, "no digit" },
        { "1:2:3:4:5:6:7:192.0.2.7", NULL, "IPv4 is two groups" },
        { "::192.0.2.7:1", NULL, "IPv4 is last" },
        { "192.0.2.7::", NULL, "IPv4 is last" },
        { "192.0.2.7", NULL, "IPv4 alone" },
        { "::256.0.0.1", NULL, "no IPv4 address" },
        { "fe80::1%eth0", NULL, "RFC 4007 11: not done" },
        { " ::1", NULL, "a blank" },
    };
    struct buf out = { 0 };
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t octets[IP6_OCTETS], again[IP6_OCTETS];
        bool ok = parse_ip6(slice_of(rows[i].text), octets);
        cr_expect_eq(ok, rows[i].is != NULL, "\"%s\": %s", rows[i].text, rows[i].rule);
        if (ok && rows[i].is) {
            buf_clear(&out);
            fmt_ip6(&out, octets);
            cr_expect_str_eq(buf_z(&out), rows[i].is, "\"%s\": %s, not %s", rows[i].text,
                             rows[i].rule, buf_z(&out));
            cr_expect(parse_ip6(buf_slice(&out), again) &&
                      memcmp(octets, again, sizeof octets) == 0);
        }
    }
    buf_deinit(&out);
}

Test(ip6, handles_stand_for_octets)
{
    struct ip6_table t;
    struct buf out = { 0 };
    uint8_t a[IP6_OCTETS], b[IP6_OCTETS];
    ip6_init(&t);
    cr_assert(parse_ip6(SLICE("2001:db8::a"), a) && parse_ip6(SLICE("2001:db8::b"), b));
    uint32_t one = ip6_add(&t, a);
    cr_expect(is_ip6(one) && one != IP6_NOBODY && !is_ip6(0xe0000001) && !is_ip6(0xc0000201));
    cr_expect_eq(ip6_add(&t, a), one, "the same address has one row");
    cr_expect_eq(ip6_find(&t, a), one);
    cr_expect_eq(ip6_find(&t, b), IP6_NOBODY);
    cr_expect_neq(ip6_add(&t, b), one);
    cr_expect_eq(memcmp(ip6_octets(&t, one), a, sizeof a), 0);
    const uint32_t rowless[] = { IP6_NOBODY, IP6_FIRST + 3, UINT32_MAX, 0xc0000201 };
    for (size_t i = 0; i < COUNT(rowless); i++) {
        cr_expect_null(ip6_octets(&t, rowless[i]), "%zu", i);
    }
    fmt_ip_literal(&out, &t, one);
    fmt_ip_literal(&out, &t, 0xc0000201);
    fmt_ip(&out, &t, IP6_NOBODY);
    cr_expect_str_eq(buf_z(&out), "[IPv6:2001:db8::a][192.0.2.1]::");
    buf_deinit(&out);
    ip6_deinit(&t);
}
