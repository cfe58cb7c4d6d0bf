#include "sim/proto/dns.h"

#include <criterion/criterion.h>

#include <string.h>

#define L63 "a23456789b123456789c123456789d123456789e123456789f123456789g123"

Test(dns_name, set_takes_names_and_nothing_else)
{
    static const struct {
        slice text;
        bool ok;
        slice canonical;
    } rows[] = {
        { SLICE_INIT("example.org"), true, SLICE_INIT("example.org") },
        { SLICE_INIT("example.org."), true, SLICE_INIT("example.org") },
        { SLICE_INIT(""), true, SLICE_INIT("") },
        { SLICE_INIT("."), true, SLICE_INIT("") },
        { SLICE_INIT("_dmarc.*.Example"), true, SLICE_INIT("_dmarc.*.Example") },
        { SLICE_INIT("a\\.b.c"), true, SLICE_INIT("a\\046b.c") },
        { SLICE_INIT("a\\046b\\097"), true, SLICE_INIT("a\\046ba") },
        { SLICE_INIT("\xc3\xa9"), true, SLICE_INIT("\\195\\169") },
        { SLICE_INIT("a b"), true, SLICE_INIT("a\\032b") },
        { SLICE_INIT(L63 ".org"), true, SLICE_INIT(L63 ".org") },
        { SLICE_INIT(L63 "x.org"), false, SLICE_INIT("") },
        { SLICE_INIT(L63 "." L63 "." L63
                         ".a23456789b123456789c123456789d123456789e123456789f123456789"),
          true,
          SLICE_INIT(L63 "." L63 "." L63
                         ".a23456789b123456789c123456789d123456789e123456789f123456789") },
        { SLICE_INIT(L63 "." L63 "." L63 "." L63), false, SLICE_INIT("") },
        { SLICE_INIT(".org"), false, SLICE_INIT("") },
        { SLICE_INIT("a..org"), false, SLICE_INIT("") },
        { SLICE_INIT("a.."), false, SLICE_INIT("") },
        { SLICE_INIT("a\\256"), false, SLICE_INIT("") },
        { SLICE_INIT("a\\2x"), false, SLICE_INIT("") },
        { SLICE_INIT("a\\"), false, SLICE_INIT("") },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dns_name n;
        cr_expect_eq(dns_name_set(&n, rows[i].text), rows[i].ok, "row %zu", i);
        cr_expect(slice_eq(dns_name_slice(&n), rows[i].canonical), "row %zu: %s", i, n.text);
        cr_expect_eq(strlen(n.text), n.len, "row %zu", i);
    }
}

Test(dns_name, read_turns_u_labels_into_a_labels)
{
    static const struct {
        slice text, name;
    } rows[] = {
        { SLICE_INIT("mail.bücher.example."), SLICE_INIT("mail.xn--bcher-kva.example") },
        { SLICE_INIT("Mail.Example"), SLICE_INIT("Mail.Example") },
        { SLICE_INIT("a\\195\\169.test"), SLICE_INIT("a\\195\\169.test") },
        { SLICE_INIT("☃.test"), SLICE_INIT("\\226\\152\\131.test") },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dns_name n;
        cr_expect(dns_name_read(&n, rows[i].text), "row %zu", i);
        cr_expect(slice_eq(dns_name_slice(&n), rows[i].name), "row %zu: %s", i, n.text);
    }
    struct dns_name n;
    cr_expect(!dns_name_read(&n, SLICE("bücher..example")));
}

Test(dns_name, under_and_parent_go_by_labels)
{
    static const struct {
        slice name, zone;
        bool under;
        slice parent;
    } rows[] = {
        { SLICE_INIT("mail.example.org"), SLICE_INIT("Example.ORG"), true,
          SLICE_INIT("example.org") },
        { SLICE_INIT("example.org"), SLICE_INIT("example.org"), true, SLICE_INIT("org") },
        { SLICE_INIT("badexample.org"), SLICE_INIT("example.org"), false, SLICE_INIT("org") },
        { SLICE_INIT("org"), SLICE_INIT("example.org"), false, SLICE_INIT("") },
        { SLICE_INIT("org"), SLICE_INIT(""), true, SLICE_INIT("") },
        { SLICE_INIT(""), SLICE_INIT(""), true, SLICE_INIT("") },
        { SLICE_INIT("a[.test"), SLICE_INIT("A{.test"), false, SLICE_INIT("test") },
        { SLICE_INIT("\\195\\169.test"), SLICE_INIT("\\195\\137.test"), false, SLICE_INIT("test") },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_expect_eq(dns_name_under(rows[i].name, rows[i].zone), rows[i].under, "row %zu", i);
        cr_expect(slice_eq(dns_name_parent(rows[i].name), rows[i].parent), "row %zu", i);
    }
}

Test(dns_name, suffixes_hash_alike_in_every_case)
{
    struct dns_suffix upper[DNS_LABELS_MAX + 1], lower[DNS_LABELS_MAX + 1];
    slice name = SLICE("MX1.Example.org");
    cr_expect_eq(dns_name_suffixes(name, upper), 4);
    cr_expect_eq(dns_name_suffixes(SLICE("mx1.example.ORG"), lower), 4);
    for (size_t i = 0; i < 4; i++) {
        cr_expect_eq(upper[i].hash, lower[i].hash, "suffix %zu", i);
        cr_expect_eq(upper[i].hash, dns_name_hash(slice_from(name, upper[i].at)), "suffix %zu", i);
    }
    cr_expect_eq(upper[1].at, 4);
    cr_expect_neq(upper[0].hash, upper[1].hash);
    cr_expect_eq(upper[3].at, name.len);

    /* The longest name there is: 127 labels of one octet. */
    char many[253];
    for (size_t i = 0; i < sizeof many; i++) {
        many[i] = i % 2 == 0 ? 'a' : '.';
    }
    cr_expect_eq(dns_name_suffixes((slice){ many, sizeof many }, lower), DNS_LABELS_MAX);
    cr_expect_eq(dns_name_suffixes(SLICE(""), lower), 1);
}
