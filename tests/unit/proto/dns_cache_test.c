#include "tests/lib/dns_lab.h"

#include <criterion/criterion.h>

static struct dns_record a_record(const char *name, uint32_t ttl, uint32_t ip)
{
    struct dns_record rr = { .type = DNS_A, .class_ = DNS_IN, .ttl = ttl, .a = ip };
    cr_assert(dns_name_set(&rr.name, slice_of(name)));
    return rr;
}

Test(dns_cache, ages_ranks_and_forgets)
{
    struct dns_cache *c = dns_cache_new();
    struct dns_cached known;
    struct dns_record rr = a_record("Mail.example", 60, 1), seen;
    slice name = SLICE("mail.EXAMPLE");
    sim_time t = 1000 * SIM_SECOND;
    dns_cache_put(c, t, DNS_RANK_GLUE, &rr, 1);
    cr_expect(!dns_cache_get(c, t, name, DNS_A, DNS_RANK_ANSWER, &known), "glue is no answer");
    cr_expect(dns_cache_get(c, t, name, DNS_A, DNS_RANK_GLUE, &known));
    rr.a = 2;
    dns_cache_put(c, t, DNS_RANK_ANSWER, &rr, 1);
    rr.a = 3;
    dns_cache_put(c, t + 1, DNS_RANK_GLUE, &rr, 1);
    cr_expect(dns_cache_get(c, t + 59 * SIM_SECOND, name, DNS_A, DNS_RANK_ANSWER, &known));
    cr_expect_eq(known.age, 59);
    cr_expect(dns_read_record(&known.records, &seen) && seen.a == 2, "glue did not overwrite it");
    cr_expect(!dns_read_record(&known.records, &seen));
    cr_expect(!dns_cache_get(c, t + 60 * SIM_SECOND, name, DNS_A, DNS_RANK_GLUE, &known));
    dns_cache_put(c, t + 61 * SIM_SECOND, DNS_RANK_GLUE, &rr, 1);
    cr_expect(dns_cache_get(c, t + 61 * SIM_SECOND, name, DNS_A, DNS_RANK_GLUE, &known));
    cr_expect_eq(dns_cache_count(c), 1);

    struct dns_record soa = { .type = DNS_SOA, .class_ = DNS_IN, .ttl = 900, .minimum = 30 };
    dns_cache_put_negative(c, t, SLICE("gone.example"), DNS_ANY, DNS_NXDOMAIN, &soa);
    cr_expect(dns_cache_get(c, t + 29 * SIM_SECOND, SLICE("GONE.example"), DNS_MX, DNS_RANK_ANSWER,
                            &known));
    cr_expect(known.negative && known.rcode == DNS_NXDOMAIN);
    cr_expect(!dns_cache_get(c, t + 30 * SIM_SECOND, SLICE("gone.example"), DNS_MX, DNS_RANK_ANSWER,
                             &known));
    dns_cache_put_negative(c, t, SLICE("once.example"), DNS_MX, DNS_NOERROR, NULL);
    cr_expect(dns_cache_get(c, t, SLICE("once.example"), DNS_MX, DNS_RANK_ANSWER, &known));
    cr_expect(!dns_cache_get(c, t, SLICE("once.example"), DNS_A, DNS_RANK_ANSWER, &known));
    cr_expect(!dns_cache_get(c, t + 1, SLICE("once.example"), DNS_MX, DNS_RANK_ANSWER, &known));
    dns_cache_flush(c);
    cr_expect_eq(dns_cache_count(c), 0);
    dns_cache_free(c);
}

/* What was learnt is forgotten, however long its owner wants it to be known: records after a week,
 * "no such name" after three hours (RFC 1035 7.3, RFC 2308 5). */
Test(dns_cache, believes_no_ttl_without_end)
{
    enum { WEEK = 7 * 86400, HOURS = 3 * 3600 };
    struct dns_cache *c = dns_cache_new();
    struct dns_cached known;
    struct dns_record rr = a_record("long.example", INT32_MAX, 1), seen;
    struct dns_record soa = { .type = DNS_SOA, .class_ = DNS_IN, .ttl = 999999 };
    soa.minimum = 999999;
    dns_cache_put(c, 1, DNS_RANK_ANSWER, &rr, 1);
    dns_cache_put_negative(c, 1, SLICE("no.example"), DNS_ANY, DNS_NXDOMAIN, &soa);
    static const struct {
        slice name;
        uint32_t ttl;
    } rows[] = { { SLICE_INIT("long.example"), WEEK }, { SLICE_INIT("no.example"), HOURS } };
    for (size_t i = 0; i < COUNT(rows); i++) {
        sim_time end = 1 + rows[i].ttl * SIM_SECOND;
        slice name = rows[i].name;
        cr_assert(dns_cache_get(c, end - 1, name, DNS_A, DNS_RANK_ANSWER, &known), "row %zu", i);
        cr_expect(dns_read_record(&known.records, &seen) && seen.ttl == rows[i].ttl, "row %zu", i);
        cr_expect(!dns_cache_get(c, end, name, DNS_A, DNS_RANK_ANSWER, &known), "row %zu", i);
    }
    dns_cache_free(c);
}

Test(dns_cache, holds_many_and_throws_the_oldest_out_at_its_limit)
{
    enum { LIMIT = 65536, MORE = 10 };
    struct dns_cache *c = dns_cache_new();
    struct dns_cached known;
    struct buf name;
    buf_init(&name);
    for (uint32_t i = 0; i < LIMIT + MORE; i++) {
        buf_clear(&name);
        fmt_u64(&name, i);
        struct dns_record rr = a_record(buf_z(&name), 60, i);
        dns_cache_put(c, 0, DNS_RANK_ANSWER, &rr, 1);
    }
    cr_expect_eq(dns_cache_count(c), LIMIT);
    for (uint32_t i = 0; i < LIMIT + MORE; i++) {
        struct dns_record rr;
        buf_clear(&name);
        fmt_u64(&name, i);
        bool found = dns_cache_get(c, 1, buf_slice(&name), DNS_A, DNS_RANK_ANSWER, &known);
        cr_assert_eq(found, i >= MORE, "%u", i);
        cr_assert(!found || (dns_read_record(&known.records, &rr) && rr.a == i), "%u", i);
    }
    buf_deinit(&name);
    dns_cache_free(c);
}
