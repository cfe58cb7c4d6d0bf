#include "tests/lib/dns_lab.h"

#include <criterion/criterion.h>

static void add_numbered(struct buf *b, const char *prefix, uint64_t n, const char *suffix)
{
    buf_clear(b);
    buf_addz(b, prefix);
    fmt_u64(b, n);
    buf_addz(b, suffix);
}

Test(dns_zone, finds_each_of_many_names_and_the_empty_ones_between)
{
    struct dns_zone z;
    struct buf name;
    buf_init(&name);
    dns_zone_init(&z, SLICE("test"));
    for (uint32_t i = 0; i < 3000; i++) {
        add_numbered(&name, "ns.d", i, ".test");
        dns_zone_add(&z, buf_slice(&name), DNS_A, 60)->a = i;
    }
    dns_zone_add(&z, SLICE("NS.D7.test"), DNS_A, 60)->a = 70007;
    for (uint32_t i = 0; i < 3000; i++) {
        bool exists;
        add_numbered(&name, "NS.d", i, ".Test");
        const struct dns_record *rr = dns_zone_find(&z, buf_slice(&name), &exists);
        cr_assert(exists && rr && rr->a == i, "%u", i);
        add_numbered(&name, "d", i, ".test");
        cr_assert(!dns_zone_find(&z, buf_slice(&name), &exists) && exists, "%u", i);
    }
    const struct dns_record *rr = dns_zone_find(&z, SLICE("ns.d7.test"), NULL);
    cr_assert(rr && (rr = dns_zone_next(&z, rr)));
    cr_expect(rr->a == 70007 && !dns_zone_next(&z, rr));

    dns_zone_remove(&z, SLICE("ns.d7.test"), DNS_A);
    bool exists;
    cr_expect(!dns_zone_find(&z, SLICE("d7.test"), &exists) && !exists);
    cr_expect(dns_zone_find(&z, SLICE("ns.d2999.test"), &exists)->a == 2999);
    cr_expect_eq(z.count, 2999);

    cr_expect_null(dns_zone_add(&z, SLICE("a.example"), DNS_A, 60), "another zone");
    cr_expect_null(dns_zone_add(&z, SLICE("a..test"), DNS_A, 60), "not a name");
    dns_zone_deinit(&z);
    buf_deinit(&name);
}

Test(dns_zone, the_closest_of_many_zones_is_found)
{
    enum { MANY = 1000 };
    static struct dns_zone zones[MANY + 3];
    struct dns_zones zs;
    struct buf name;
    buf_init(&name);
    dns_zones_init(&zs);
    cr_expect_null(dns_zones_find(&zs, SLICE("a.test")));
    for (size_t i = 0; i < MANY; i++) {
        add_numbered(&name, "d", i, ".test");
        dns_zone_init(&zones[i], buf_slice(&name));
        cr_assert(dns_zones_add(&zs, &zones[i]));
    }
    dns_zone_init(&zones[MANY], SLICE("sub.d5.test"));
    dns_zone_init(&zones[MANY + 1], SLICE("D5.TEST"));
    cr_expect(dns_zones_add(&zs, &zones[MANY]));
    cr_expect(!dns_zones_add(&zs, &zones[MANY + 1]), "there already, but for case");
    for (size_t i = 0; i < MANY; i++) {
        add_numbered(&name, "www.D", i, ".test");
        cr_assert_eq(dns_zones_find(&zs, buf_slice(&name)), &zones[i], "%zu", i);
    }
    cr_expect_eq(dns_zones_find(&zs, SLICE("d5.test")), &zones[5]);
    cr_expect_eq(dns_zones_find(&zs, SLICE("x.sub.d5.test")), &zones[MANY]);
    cr_expect_null(dns_zones_find(&zs, SLICE("test")));
    dns_zone_init(&zones[MANY + 2], SLICE(""));
    cr_expect(dns_zones_add(&zs, &zones[MANY + 2]));
    cr_expect_eq(dns_zones_find(&zs, SLICE("org")), &zones[MANY + 2]);
    for (size_t i = 0; i < MANY + 3; i++) {
        dns_zone_deinit(&zones[i]);
    }
    dns_zones_deinit(&zs);
    buf_deinit(&name);
}
