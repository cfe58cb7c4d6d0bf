#include "sim/proto/dns_stub.h"

#include <criterion/criterion.h>

/* Builds a response to "name type": records are "name type ..." lines given as structs. */
struct given {
    const char *name;
    uint16_t type;
    uint8_t section;
    uint32_t ttl;
    uint32_t number; /* preference or address or SOA minimum */
    const char *target;
};

static slice respond(struct dns_writer *w, uint16_t id, const char *name, uint16_t type,
                     uint8_t rcode, const struct given *rows, size_t count)
{
    struct dns_question q = { .type = type, .class_ = DNS_IN };
    cr_assert(dns_name_set(&q.name, slice_of(name)));
    dns_write(w, (struct dns_header){ .id = id, .response = true, .rcode = rcode }, DNS_UDP_MAX);
    dns_write_question(w, &q);
    for (size_t i = 0; i < count; i++) {
        struct dns_record rr = { .type = rows[i].type,
                                 .class_ = DNS_IN,
                                 .ttl = rows[i].ttl,
                                 .section = rows[i].section,
                                 .preference = (uint16_t)rows[i].number,
                                 .minimum = rows[i].number,
                                 .a = rows[i].number };
        cr_assert(dns_name_set(&rr.name, slice_of(rows[i].name)));
        cr_assert(dns_name_set(&rr.target, slice_of(rows[i].target)));
        cr_assert(dns_write_record(w, &rr));
    }
    return dns_write_end(w);
}

static bool reads(slice packet, uint16_t id, slice name, enum dns_type type,
                  struct dns_stub_answer *a_r)
{
    struct dns_name asked;
    return dns_name_set(&asked, name) && dns_stub_read(packet, id, &asked, type, a_r);
}

Test(dns_stub, asks_with_recursion_and_edns)
{
    struct dns_writer w = { 0 };
    struct dns_name name;
    cr_assert(dns_name_set(&name, SLICE("example.org")));
    slice packet = dns_stub_query(&w, 7, &name, DNS_MX);
    struct dns_query q;
    cr_assert(dns_query_read(&q, packet, DNS_UDP_MAX));
    cr_expect(q.id == 7 && q.recursion_desired && q.edns && q.refusal == DNS_NOERROR);
    cr_expect_eq(q.limit, DNS_EDNS_MAX);
    cr_expect_str_eq(q.question.name.text, "example.org");
    cr_expect_eq(q.question.type, DNS_MX);
    dns_writer_deinit(&w);
}

Test(dns_stub, sorts_exchangers_follows_aliases_and_keeps_the_least_ttl)
{
    static const struct given rows[] = {
        { "www.example.org", DNS_MX, DNS_ANSWER, 300, 20, "b.example.org" },
        { "alias.example.org", DNS_CNAME, DNS_ANSWER, 60, 0, "WWW.example.org" },
        { "www.example.org", DNS_MX, DNS_ANSWER, 300, 10, "a.example.org" },
        { "other.example.org", DNS_MX, DNS_ANSWER, 1, 5, "c.example.org" },
        { "www.example.org", DNS_MX, DNS_ANSWER, 300, 20, "d.example.org" },
    };
    struct dns_writer w = { 0 };
    struct dns_stub_answer a;
    slice p = respond(&w, 7, "alias.example.org", DNS_MX, 0, rows, COUNT(rows));
    cr_assert(reads(p, 7, SLICE("ALIAS.example.org"), DNS_MX, &a));
    cr_expect_eq(a.mx_count, 3);
    cr_expect_str_eq(a.mx[0].host.text, "a.example.org");
    cr_expect_str_eq(a.mx[1].host.text, "b.example.org");
    cr_expect_str_eq(a.mx[2].host.text, "d.example.org");
    cr_expect_eq(a.mx[2].preference, 20);
    cr_expect(a.cnames == 1 && a.ttl == 60 && a.rcode == DNS_NOERROR);
    cr_expect(!reads(p, 8, SLICE("alias.example.org"), DNS_MX, &a), "another id");
    cr_expect(!reads(p, 7, SLICE("alia.example.org"), DNS_MX, &a), "another name");
    cr_expect(!reads(p, 7, SLICE("alias.example.org"), DNS_A, &a), "another type");
    cr_expect(!reads(slice_sub(p, 0, p.len - 1), 7, SLICE("alias.example.org"), DNS_MX, &a),
              "cut short");
    dns_writer_deinit(&w);
}

/* What is more than there is room for is the last choice, wherever it stands. */
Test(dns_stub, keeps_the_best_of_many_exchangers)
{
    struct given rows[DNS_STUB_MAX + 4];
    struct dns_writer w = { 0 };
    struct dns_stub_answer a;
    for (size_t i = 0; i < COUNT(rows); i++) {
        rows[i] =
            (struct given){ "x.org", DNS_MX, DNS_ANSWER, 9, (uint32_t)(COUNT(rows) - i), "m" };
    }
    slice p = respond(&w, 7, "x.org", DNS_MX, 0, rows, COUNT(rows));
    cr_assert(reads(p, 7, SLICE("x.org"), DNS_MX, &a));
    cr_assert_eq(a.mx_count, DNS_STUB_MAX);
    for (size_t i = 0; i < a.mx_count; i++) {
        cr_expect_eq(a.mx[i].preference, i + 1, "%zu: %u", i, a.mx[i].preference);
    }
    dns_writer_deinit(&w);
}

Test(dns_stub, tells_no_such_record_from_no_such_name_and_null_mx)
{
    static const struct given soa = { "example.org", DNS_SOA, DNS_AUTHORITY, 900, 300, "ns" };
    static const struct given null_mx = { "example.org", DNS_MX, DNS_ANSWER, 900, 0, "" };
    static const struct given ring[] = {
        { "example.org", DNS_CNAME, DNS_ANSWER, 900, 0, "x" },
        { "x", DNS_CNAME, DNS_ANSWER, 900, 0, "example.org" },
    };
    static const struct {
        const char *why;
        uint8_t rcode;
        const struct given *given;
        size_t count;
        uint32_t ttl;
        bool null_mx;
    } rows[] = {
        { "no such name", DNS_NXDOMAIN, &soa, 1, 300, false },
        { "no such record", DNS_NOERROR, &soa, 1, 300, false },
        { "a failure without SOA", DNS_SERVFAIL, NULL, 0, 0, false },
        { "null MX", DNS_NOERROR, &null_mx, 1, 900, true },
        { "aliases in a ring", DNS_NOERROR, ring, 2, 0, false },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dns_writer w = { 0 };
        struct dns_stub_answer a;
        slice p =
            respond(&w, 7, "example.org", DNS_MX, rows[i].rcode, rows[i].given, rows[i].count);
        cr_assert(reads(p, 7, SLICE("example.org"), DNS_MX, &a), "%s", rows[i].why);
        cr_expect_eq(a.rcode, rows[i].rcode, "%s", rows[i].why);
        cr_expect_eq(a.ttl, rows[i].ttl, "%s: %u", rows[i].why, (unsigned)a.ttl);
        cr_expect_eq(a.null_mx, rows[i].null_mx, "%s", rows[i].why);
        cr_expect_eq(a.mx_count, 0, "%s", rows[i].why);
        dns_writer_deinit(&w);
    }
}
