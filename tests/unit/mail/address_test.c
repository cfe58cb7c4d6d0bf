#include "sim/mail/address.h"

#include "sim/base/buf.h"

#include <criterion/criterion.h>

Test(address, paths_are_taken_off_or_refused)
{
    static const struct {
        const char *text, *local, *domain; /* local NULL: refused */
        const char *rest;
        bool null_ok, postmaster_ok;
    } rows[] = {
        { "<alice@example.org>", "alice", "example.org", "", false, false },
        { "<alice@example.org> SIZE=100", "alice", "example.org", " SIZE=100", false, false },
        { "<@a.example,@b.example:bob@c.example>", "bob", "c.example", "", false, false },
        { "<\"a b>@\\\"c\"@example.org>x", "\"a b>@\\\"c\"", "example.org", "x", false, false },
        { "<a@[192.0.2.1]>", "a", "[192.0.2.1]", "", false, false },
        { "<a@[IPv6:2001:db8::1]>", "a", "[IPv6:2001:db8::1]", "", false, false },
        { "<a.b+c!#$%&'*/=?^_`{|}~-d@x>", "a.b+c!#$%&'*/=?^_`{|}~-d", "x", "", false, false },
        { "<> NEXT", "", "", " NEXT", true, false },
        { "<postMASTER>", "postMASTER", "", "", false, true },
        { "<>", NULL, NULL, NULL, false, true },
        { "<Postmaster>", NULL, NULL, NULL, true, false },
        { "", NULL, NULL, NULL, true, true },
        { "alice@example.org", NULL, NULL, NULL, true, true },
        { "<alice@example.org", NULL, NULL, NULL, true, true },
        { "< alice@example.org>", NULL, NULL, NULL, true, true },
        { "<alice>", NULL, NULL, NULL, true, true },
        { "<@example.org>", NULL, NULL, NULL, true, true },
        { "<alice@>", NULL, NULL, NULL, true, true },
        { "<.alice@x>", NULL, NULL, NULL, true, true },
        { "<alice.@x>", NULL, NULL, NULL, true, true },
        { "<al..ice@x>", NULL, NULL, NULL, true, true },
        { "<a b@x>", NULL, NULL, NULL, true, true },
        { "<\"a\"b@x>", NULL, NULL, NULL, true, true },
        { "<\"a@x>", NULL, NULL, NULL, true, true },
        { "<\"a\r\n\"@x>", NULL, NULL, NULL, true, true },
        { "<a@-x>", NULL, NULL, NULL, true, true },
        { "<a@x->", NULL, NULL, NULL, true, true },
        { "<a@x.>", NULL, NULL, NULL, true, true },
        { "<a@x..y>", NULL, NULL, NULL, true, true },
        { "<a@x_y>", NULL, NULL, NULL, true, true },
        { "<a@[300.0.2.1]>", NULL, NULL, NULL, true, true },
        { "<a@[192.0.2.1>", NULL, NULL, NULL, true, true },
        { "<@a.example;bob@c.example>", NULL, NULL, NULL, true, true },
        { "<@a.example,bob@c.example>", NULL, NULL, NULL, true, true },
        { "<@a.example>", NULL, NULL, NULL, true, true },
        { "<\xc3\xa5sa@example.org>", "\xc3\xa5sa", "example.org", "", true, true },
        { "<\"\xc3\xa5 sa\"@b\xc3\xbc"
          "cher.example>",
          "\"\xc3\xa5 sa\"",
          "b\xc3\xbc"
          "cher.example",
          "", true, true },
        { "<\xe4\xb8\xad@\xe4\xb8\xad.example>", "\xe4\xb8\xad", "\xe4\xb8\xad.example", "", true,
          true },
        { "<\xe5sa@example.org>", NULL, NULL, NULL, true, true },
        { "<a@b\xc3.example>", NULL, NULL, NULL, true, true },
        { "<a@b\xed\xa0\x80.example>", NULL, NULL, NULL, true, true },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        slice text = slice_of(rows[i].text);
        slice rest = text;
        struct address a = { 0 };
        bool good = address_path(&rest, rows[i].null_ok, rows[i].postmaster_ok, &a);
        cr_expect_eq(good, rows[i].local != NULL, "%s", rows[i].text);
        if (!good) {
            cr_expect(rest.ptr == text.ptr && rest.len == text.len, "%s", rows[i].text);
            continue;
        }
        cr_expect(slice_eq(a.local, slice_of(rows[i].local)), "%s", rows[i].text);
        cr_expect(slice_eq(a.domain, slice_of(rows[i].domain)), "%s", rows[i].text);
        cr_expect(slice_eq(rest, slice_of(rows[i].rest)), "%s", rows[i].text);
    }
}

/* RFC 5321 4.5.3.1.1 to .3, each one at its limit and one past it. */
Test(address, limits_are_exact)
{
    static const struct {
        size_t local, label, labels;
        bool good;
    } rows[] = {
        { 64, 10, 1, true }, { 65, 10, 1, false }, { 1, 63, 1, true },  { 1, 64, 1, false },
        { 1, 63, 3, true },  { 1, 63, 4, false },  { 61, 63, 3, true }, /* 1 + 61 + 1 + 191 + 1 = 255 */
        { 62, 63, 3, true }, { 63, 63, 3, false },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf b;
        buf_init(&b);
        buf_byte(&b, '<');
        buf_fill(&b, 'l', rows[i].local);
        for (size_t n = 0; n < rows[i].labels; n++) {
            buf_byte(&b, n == 0 ? '@' : '.');
            buf_fill(&b, 'd', rows[i].label);
        }
        buf_byte(&b, '>');
        struct address a;
        slice rest = buf_slice(&b);
        cr_expect_eq(address_path(&rest, false, false, &a), rows[i].good, "row %zu", i);
        slice bare = slice_sub(buf_slice(&b), 1, b.len - 2);
        cr_expect_eq(address_parse(bare, &a), rows[i].good, "row %zu bare", i);
        buf_deinit(&b);
    }
}

Test(address, literals_and_domains)
{
    static const struct {
        const char *text;
        bool domain, literal;
    } rows[] = {
        { "example.org", true, false },
        { "a", true, false },
        { "1.2.3.4", true, false },
        { "", false, false },
        { "example.org.", false, false },
        { "ex ample.org", false, false },
        { "a-1.org", true, false },
        { "a-.org", false, false },
        { "-a.org", false, false },
        { "a_1.org", false, false },
        { "[192.0.2.1]", false, true },
        { "[192.0.2]", false, false },
        { "[IPv6:::]", false, true },
        { "[IPv6:::1]", false, true },
        { "[IPv6:1:2:3:4:5:6:7:8]", false, true },
        { "[IPv6:1:2:3:4:5:6:7]", false, false },
        { "[IPv6:1:2:3:4:5:6:7:8:9]", false, false },
        { "[IPv6:1::2::3]", false, false },
        { "[IPv6:1:2:3:4:5:6:192.0.2.1]", false, true },
        { "[IPv6:::ffff:192.0.2.1]", false, true },
        { "[IPv6:12345::]", false, false },
        { "[IPv6:1:2:]", false, false },
        { "[tag:content]", false, true },
        { "[tag-:content]", false, false },
        { "[:content]", false, false },
        { "[tag:]", false, false },
        { "[]", false, false },
        { "[a]b]", false, false },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        slice s = slice_of(rows[i].text);
        cr_expect_eq(domain_valid(s), rows[i].domain, "%s", rows[i].text);
        cr_expect_eq(address_literal_valid(s), rows[i].literal, "%s", rows[i].text);
    }
}

Test(address, same_means_the_same_mailbox)
{
    static const struct {
        slice a, b;
        bool same;
    } rows[] = {
        { SLICE_INIT("alice@example.org"), SLICE_INIT("alice@EXAMPLE.ORG"), true },
        { SLICE_INIT("alice@example.org"), SLICE_INIT("Alice@example.org"), false },
        { SLICE_INIT("\"alice\"@example.org"), SLICE_INIT("alice@example.org"), true },
        { SLICE_INIT("\"al\\ice\"@example.org"), SLICE_INIT("alice@example.org"), true },
        { SLICE_INIT("alice@example.org"), SLICE_INIT("alicee@example.org"), false },
        { SLICE_INIT("alice@example.org"), SLICE_INIT("alice@example.net"), false },
        { SLICE_INIT("a@bücher.example"), SLICE_INIT("a@XN--BCHER-KVA.example"), true },
        { SLICE_INIT("a@bücher.example"), SLICE_INIT("A@bücher.example"), false },
        { SLICE_INIT("a@BÜCHER.example"), SLICE_INIT("a@bücher.example"), true },
        { SLICE_INIT("a@bücher.example"), SLICE_INIT("a@bucher.example"), false },
        { SLICE_INIT("a@☃.example"), SLICE_INIT("a@☃.EXAMPLE"), true }, /* no name of IDNA */
        { SLICE_INIT("a@☃.example"), SLICE_INIT("a@xn--n3h.example"), false },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct address a, b;
        cr_assert(address_parse(rows[i].a, &a) && address_parse(rows[i].b, &b), "row %zu", i);
        cr_expect_eq(address_same(&a, &b), rows[i].same, "row %zu", i);
    }
}

Test(address, header_bodies_give_their_addresses_in_order)
{
    static const struct {
        const char *body, *wanted; /* joined by ' ' */
    } rows[] = {
        { "alice@example.org", "alice@example.org" },
        { "\"Alice L.\" <alice@example.org>", "alice@example.org" },
        { "Alice <alice@example.org>, bob@x (Bob),\r\n <c@y>", "alice@example.org bob@x c@y" },
        { "\"eve@evil.example\" <alice@example.org>", "alice@example.org" },
        { "eve@evil.example <alice@example.org>", "alice@example.org" },
        { "eve@evil.example (x) <alice@example.org>", "alice@example.org" },
        { "(a comment (nested) <x@y>) alice@z", "alice@z" },
        { "\"<x@y>, \\\" z@z\" <alice@z>", "alice@z" },
        { "A Group:Ed Jones <joe@where.test>,John <jdoe@one.test>;",
          "joe@where.test jdoe@one.test" },
        { "Undisclosed recipients:;", "" },
        { "a@[IPv6:2001:db8::1], \"q q\"@x", "a@[IPv6:2001:db8::1] \"q q\"@x" },
        { "<>", "" },
        { "<broken@ , fine@x", "fine@x" },
        { "\"never ends <a@b>", "" },
        { "", "" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf got;
        struct address a;
        slice body = slice_of(rows[i].body);
        buf_init(&got);
        while (address_list_next(&body, &a)) {
            buf_addz(&got, got.len > 0 ? " " : "");
            buf_add(&got, a.whole);
        }
        cr_expect_str_eq(buf_z(&got), rows[i].wanted, "%s: %s", rows[i].body, buf_z(&got));
        bool any = address_from_header(slice_of(rows[i].body), &a);
        cr_expect_eq(any, rows[i].wanted[0] != '\0', "%s", rows[i].body);
        buf_deinit(&got);
    }
}
