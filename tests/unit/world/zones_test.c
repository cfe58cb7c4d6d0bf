#include "sim/world/zones.h"

#include <criterion/criterion.h>

static const struct dns_record *find(const struct dns_zone *zone, const char *name,
                                     enum dns_type type)
{
    const struct dns_record *rr = dns_zone_find(zone, slice_of(name), NULL);
    while (rr && rr->type != type) {
        rr = dns_zone_next(zone, rr);
    }
    return rr;
}

static const uint32_t one = 1; /* an address */

Test(zones, are_made_from_domains_and_host_names)
{
    static const struct {
        const char *host, *origin;
    } hosts[] = {
        { "mail.example.org", "example.org" },
        { "example.org", "example.org" },
        { "a.deep.lab.example.org", "lab.example.org" }, /* the closest one above it */
        { "ns.names.test", "names.test" },               /* a zone of its own */
        { "two.names.test", "names.test" },
        { "other.test", "other.test" },
    };
    struct zones z;
    zones_init(&z, 3600, NULL);
    zones_add_server(&z, SLICE("ns.names.test"), &one, 1, (struct key_list){ 0 });
    zones_add_mx(&z, SLICE("example.org"), SLICE("mail.example.org"), 10);
    zones_add_mx(&z, SLICE("EXAMPLE.ORG"), SLICE("mx2.example.org"), 20);
    (void)zones_origin(&z, SLICE("lab.example.org"));
    cr_assert_eq(z.count, 2);
    for (size_t i = 0; i < COUNT(hosts); i++) {
        zones_add_address(&z, slice_of(hosts[i].host), 0xc0000201 + (uint32_t)i);
    }
    cr_assert_eq(z.count, 4);
    for (size_t i = 0; i < COUNT(hosts); i++) {
        const struct dns_record *a =
            find(&zones_origin(&z, slice_of(hosts[i].origin))->zone, hosts[i].host, DNS_A);
        cr_assert_not_null(a, "%s", hosts[i].host);
        cr_expect_eq(a->a, 0xc0000201 + i, "%s", hosts[i].host);
    }
    const struct dns_record *mx = find(&z.items[0]->zone, "example.org", DNS_MX);
    cr_assert_not_null(mx);
    cr_expect_eq(mx->preference, 10);
    cr_expect(slice_eq(dns_name_slice(&mx->target), SLICE("mail.example.org")));
    for (size_t i = 0; i < z.count; i++) {
        slice origin = dns_name_slice(&z.items[i]->zone.origin);
        cr_expect_not_null(dns_zone_find(&z.items[i]->zone, origin, NULL));
        cr_expect_eq(dns_zone_find(&z.items[i]->zone, origin, NULL)->type, DNS_SOA);
    }
    zones_deinit(&z);
}

Test(zones, have_a_root_that_delegates_them)
{
    struct zones z;
    bool exists = false;
    zones_init(&z, 3600, NULL);
    zones_add_server(&z, SLICE("ns.names.test"), &one, 1, (struct key_list){ 0 });
    zones_add_mx(&z, SLICE("example.org"), SLICE("mail.example.org"), 10);
    zones_add_address(&z, SLICE("ns.names.test"), 1);
    zones_delegate(&z);
    cr_assert_eq(z.count, 3);
    const struct dns_zone *root = &zones_find(&z, SLICE("."))->zone;
    cr_expect_not_null(find(root, "example.org", DNS_NS));
    cr_expect_not_null(find(root, "names.test", DNS_NS));
    (void)dns_zone_find(root, SLICE("org"), &exists);
    cr_expect(exists, "a top level domain exists where there is something below it");
    (void)dns_zone_find(root, SLICE("invalid"), &exists);
    cr_expect(!exists);
    zones_deinit(&z);
}

Test(zones, have_the_two_names_of_a_policy)
{
    struct zones z;
    static const uint32_t ips[] = { 0xc0000201, 0xc0000202 };
    struct arena keep;
    struct buf text = { 0 };
    char longest[254];
    arena_init(&keep);
    zones_init(&z, 3600, NULL);
    zones_add_server(&z, SLICE("ns.names.test"), &one, 1, (struct key_list){ 0 });
    zones_add_sts(&z, &keep, SLICE("example.org"), SLICE("1"), ips, 1);
    zones_add_sts(&z, &keep, SLICE("example.org"), SLICE("2"), ips + 1, 1); /* it has one */
    const struct dns_record *txt = find(&z.items[0]->zone, "_mta-sts.example.org", DNS_TXT);
    const struct dns_record *a = find(&z.items[0]->zone, "mta-sts.example.org", DNS_A);
    cr_assert(txt && a);
    dns_txt_join(txt->txt, &text);
    cr_expect_str_eq(buf_z(&text), "v=STSv1; id=1;");
    cr_expect_eq(a->a, 0xc0000201);
    cr_expect_null(find(&z.items[0]->zone, "_mta-sts.example.org", DNS_A));
    for (size_t i = 0; i < sizeof longest; i++) { /* a name with no room for one more label */
        longest[i] = i % 2 ? '.' : 'a';
    }
    zones_add_sts(&z, &keep, (slice){ longest, 253 }, SLICE("1"), &one, 1);
    buf_deinit(&text);
    zones_deinit(&z);
    arena_deinit(&keep);
}

Test(zones, know_both_families)
{
    struct ip6_table six;
    struct zones z;
    uint8_t octets[IP6_OCTETS];
    ip6_init(&six);
    cr_assert(parse_ip6(SLICE("2001:db8:1::25"), octets));
    const uint32_t ips[] = { 0xc0000219, ip6_add(&six, octets) };
    zones_init(&z, 3600, &six);
    zones_add_server(&z, SLICE("ns.example.org"), ips, 2,
                     (struct key_list){ &(slice)SLICE_INIT("example.org"), 1 });
    zones_add_server(&z, SLICE("ns.names.test"), &one, 1, (struct key_list){ 0 });
    for (size_t i = 0; i < 2; i++) {
        zones_add_address(&z, SLICE("ns.example.org"), ips[i]);
        zones_add_reverse(&z, SLICE("ns.example.org"), ips[i]);
    }
    zones_delegate(&z);
    static const struct {
        const char *origin, *name;
        uint16_t type;
        const char *text;
    } rows[] = {
        { "example.org", "ns.example.org", DNS_A, "ns.example.org. 3600 IN A 192.0.2.25" },
        { "example.org", "ns.example.org", DNS_AAAA,
          "ns.example.org. 3600 IN AAAA 2001:db8:1::25" },
        { ".", "ns.example.org", DNS_A, "ns.example.org. 86400 IN A 192.0.2.25" },
        { ".", "ns.example.org", DNS_AAAA, "ns.example.org. 86400 IN AAAA 2001:db8:1::25" },
        { "2.0.192.in-addr.arpa", "25.2.0.192.in-addr.arpa", DNS_PTR,
          "25.2.0.192.in-addr.arpa. 3600 IN PTR ns.example.org." },
        { "0.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
          "5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", DNS_PTR,
          "5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. 3600 IN PTR "
          "ns.example.org." },
    };
    struct buf text = { 0 };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct world_zone *zone = zones_find(&z, slice_of(rows[i].origin));
        cr_assert(zone, "row %zu", i);
        const struct dns_record *rr = find(&zone->zone, rows[i].name, rows[i].type);
        cr_assert(rr, "row %zu", i);
        buf_clear(&text);
        dns_record_text(rr, &text);
        cr_expect_str_eq(buf_z(&text), rows[i].text, "row %zu: %s", i, buf_z(&text));
    }
    buf_deinit(&text);
    zones_deinit(&z);
    ip6_deinit(&six);
}
