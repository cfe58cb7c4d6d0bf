#include "sim/world/names.h"

#include "sim/base/err.h"
#include "sim/base/fmt.h"

#include <criterion/criterion.h>

Test(names, only_reserved_names_and_ranges_may_be_used)
{
    static const struct {
        const char *name;
        bool domain, address, host;
    } rows[] = {
        { "example.org", true, false, true },
        { "mail.Example.COM", true, false, true },
        { "example", true, false, true },
        { "a.b.test", true, false, true },
        { "localhost", true, false, true },
        { "x.invalid", true, false, true },
        { "notexample.org", false, false, false },
        { "example.org.evil.com", false, false, false },
        { "example.de", false, false, false },
        { "alice-laptop", false, false, true }, /* a name, no domain that mail could go to */
        { "-x", false, false, false },
        { "a..b.test", false, false, false },
        { "m\xc3\xa4il.example.org", false, false,
          false }, /* EHLO has to say it (RFC 6531 3.7.1) */
        { "xn--mil-qla.example.org", true, false, true },
        { "", false, false, false },
        { "alice@example.org", false, true, false },
        { "\"a b\"@sub.example.net", false, true, false },
        { "alice@gmail.com", false, false, false },
        { "alice@", false, false, false },
        { "alice", false, false, true },
        { "bob@[192.0.2.1]", false, true, false },
        { "bob@[8.8.8.8]", false, false, false },
        { "bob@[IPv6:2001:db8::1]", false, true, false },
        { "bob@[IPv6:fd00::1]", false, true, false },
        { "bob@[IPv6:3fff:fff::1]", false, true, false },
        { "bob@[IPv6:2606:4700::1]", false, false, false },
        { "bob@[IPv6:2001:db9::1]", false, false, false },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        slice name = slice_of(rows[i].name);
        struct err why;
        cr_expect_eq(names_check_domain(name, &why), rows[i].domain, "%s", rows[i].name);
        cr_expect_eq(names_check_address(name, &why), rows[i].address, "%s", rows[i].name);
        cr_expect_eq(names_check_host(name, &why), rows[i].host, "%s", rows[i].name);
    }
    static const struct {
        const char *ip;
        bool ok;
    } ips[] = {
        { "192.0.2.0", true },      { "192.0.2.255", true },      { "192.0.3.0", false },
        { "198.51.100.7", true },   { "203.0.113.7", true },      { "198.18.0.1", true },
        { "198.19.255.255", true }, { "198.20.0.0", false },      { "10.255.0.1", true },
        { "172.16.0.1", true },     { "172.31.255.255", true },   { "172.32.0.0", false },
        { "192.168.1.1", true },    { "127.0.0.1", false },       { "8.8.8.8", false },
        { "0.0.0.0", false },       { "255.255.255.255", false }, { "192.0.2.256", false },
        { "192.0.2", false },
    };
    for (size_t i = 0; i < COUNT(ips); i++) {
        uint32_t ip;
        struct err why;
        cr_expect_eq(names_check_ip(slice_of(ips[i].ip), &ip, &why), ips[i].ok, "%s", ips[i].ip);
    }
}

Test(names, paths_stay_below_their_folder_and_folders_can_be_said_in_imap)
{
    static const struct {
        const char *name;
        bool path, folder;
    } rows[] = {
        { "a", true, true },      { "a/b.txt", true, true },
        { "INBOX", true, true },  { "Caf\xc3\xa9", true, false },
        { "a b/c", true, true },  { "...", true, true },
        { "", false, false },     { "/etc/passwd", false, false },
        { "..", false, true },    { "a/../b", false, true },
        { "./a", false, true },   { "a//b", false, false },
        { "a/", false, false },   { "a\\b", false, false },
        { "a\nb", false, false }, { "a\x7f", false, false },
        { " a", true, false },    { "a /b", true, false },
        { "*", true, false },     { "50%", true, false },
        { "R&D", true, false },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct err why;
        cr_expect_eq(names_check_path(slice_of(rows[i].name), &why), rows[i].path, "row %zu", i);
        cr_expect_eq(names_check_folder(slice_of(rows[i].name), &why), rows[i].folder, "row %zu",
                     i);
    }
    struct buf name = { 0 };
    struct err why;
    buf_fill(&name, 'x', 256);
    cr_expect(!names_check_path(buf_slice(&name), &why));
    cr_expect(!names_check_folder(buf_slice(&name), &why));
    buf_deinit(&name);
}

Test(names, what_was_probably_meant)
{
    static const char *const candidates[] = { "latency", "jitter",   "loss",
                                              "account", "accounts", "at" };
    static const struct {
        const char *word, *text;
    } rows[] = {
        { "latencey", ", did you mean \"latency\"?" },
        { "Latency", ", did you mean \"latency\"?" },
        { "altency", ", did you mean \"latency\"?" }, /* a swap is one mistake */
        { "los", ", did you mean \"loss\"?" },
        { "acounts", ", did you mean \"accounts\"?" },
        { "ta", ", did you mean \"at\"?" },
        { "bandwidth", "" },
        { "", "" },
        { "a-word-that-is-far-too-long-to-be-a-typing-mistake-of-anything", "" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct nearest near = nearest_to(slice_of(rows[i].word));
        char text[64];
        for (size_t c = 0; c < COUNT(candidates); c++) {
            nearest_try(&near, slice_of(candidates[c]));
        }
        cr_expect_str_eq(nearest_text(&near, text, sizeof text), rows[i].text, "%s", rows[i].word);
    }
}

Test(names, a_clip_never_cuts_a_character)
{
    struct buf b;
    buf_init(&b);
    buf_fill(&b, 'x', 59);
    buf_addz(&b, "\xc3\xa4\xc3\xa4");
    cr_expect_eq(names_clip(buf_slice(&b)).len, 59);
    cr_expect_eq(names_clip(SLICE("\xc3\xa4")).len, 2);
    buf_deinit(&b);
}
