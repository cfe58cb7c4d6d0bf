#include "sim/base/err.h"
#include "tests/lib/dns_lab.h"

#include <criterion/criterion.h>

static const struct {
    slice line;
    const char *text;  /* of the newest record, NULL: none is made */
    const char *wrong; /* a part of what is said */
} lines[] = {
    { SLICE_INIT("mail 3600 IN A 192.0.2.1"), "mail.x.test. 3600 IN A 192.0.2.1", NULL },
    { SLICE_INIT("mail in 5m a 192.0.2.2 ; the second"), "mail.x.test. 300 IN A 192.0.2.2", NULL },
    { SLICE_INIT("\tMX 10 mail"), "mail.x.test. 3600 IN MX 10 mail.x.test.", NULL },
    { SLICE_INIT("$TTL 1h30m"), NULL, NULL },
    { SLICE_INIT("@ MX 0 ."), "x.test. 5400 IN MX 0 .", NULL },
    { SLICE_INIT("@ SOA ns.y.test. root ( 7 1h 15m 2w 60 )"),
      "x.test. 5400 IN SOA ns.y.test. root.x.test. 7 3600 900 1209600 60", NULL },
    { SLICE_INIT("six AAAA 2001:DB8::1:0:0:1"), "six.x.test. 5400 IN AAAA 2001:db8::1:0:0:1",
      NULL },
    { SLICE_INIT("_imaps._tcp SRV 0 5 993 mail"),
      "_imaps._tcp.x.test. 5400 IN SRV 0 5 993 mail.x.test.", NULL },
    { SLICE_INIT("s SRV 0 5 70000 mail"), NULL, "the port of an SRV" },
    { SLICE_INIT("s SRV 0 5 99"), NULL, "name is missing" },
    { SLICE_INIT("six AAAA ::"), "six.x.test. 5400 IN AAAA ::", NULL },
    { SLICE_INIT("k._domainkey TXT \"v=DKIM1; p=a\\\"b\" c"),
      "k._domainkey.x.test. 5400 IN TXT \"v=DKIM1; p=a\\\"b\" \"c\"", NULL },
    { SLICE_INIT("caa TYPE257 \\# 7 0005 6973737565"),
      "caa.x.test. 5400 IN TYPE257 \\# 7 00056973737565", NULL },
    { SLICE_INIT("   ; nothing"), NULL, NULL },
    { SLICE_INIT(""), NULL, NULL },
    { SLICE_INIT("$ORIGIN sub"), NULL, NULL },
    { SLICE_INIT("a CNAME b"), "a.sub.x.test. 5400 IN CNAME b.sub.x.test.", NULL },
    { SLICE_INIT("a A 192.0.2.1"), NULL, "must stand alone" },
    { SLICE_INIT("mail.x.test. CNAME a"), NULL, "must stand alone" },
    { SLICE_INIT("x.test. SOA a b 1 2 3 4 5"), NULL, "two SOA" },
    { SLICE_INIT("s SOA a b 1 2 3 4 5"), NULL, "stands at x.test only" },
    { SLICE_INIT("y.test. A 192.0.2.1"), NULL, "not in the zone" },
    { SLICE_INIT("m A 192.0.2"), NULL, "\"192.0.2\" is not an IPv4 address" },
    { SLICE_INIT("m A"), NULL, "not an IPv4 address" },
    { SLICE_INIT("m A 192.0.2.1 x"), NULL, "one word too many" },
    { SLICE_INIT("m MX mail"), NULL, "preference" },
    { SLICE_INIT("m MX 65536 mail"), NULL, "preference" },
    { SLICE_INIT("m MX 1"), NULL, "name is missing" },
    { SLICE_INIT("m MX"), NULL, "the preference of an MX is missing" },
    { SLICE_INIT("m AAAA 1::2::3"), NULL, "IPv6" },
    { SLICE_INIT("m AAAA 1:2:3:4:5:6:7"), NULL, "IPv6" },
    { SLICE_INIT("m AAAA 1:2:3:4:5:6:7:8:"), NULL, "IPv6" },
    { SLICE_INIT("m"), NULL, "type is missing" },
    { SLICE_INIT("m 30min A 192.0.2.1"), NULL, "\"30min\" is no time to live" },
    { SLICE_INIT("m 60 120 A 192.0.2.1"), NULL, "\"120\" is not a type" },
    { SLICE_INIT("m IN IN A 192.0.2.1"), NULL, "\"IN\" is not a type" },
    { SLICE_INIT("m WKS 1"), NULL, "not a type" },
    { SLICE_INIT("m MD mail"), NULL, "not a type" },
    { SLICE_INIT("m MF mail"), NULL, "not a type" },
    { SLICE_INIT("m CH A 192.0.2.1"), NULL, "not a type" },
    { SLICE_INIT("m ANY 1"), NULL, "not a type" },
    { SLICE_INIT("m TYPE41 \\# 0"), NULL, "not a type" },
    { SLICE_INIT("m TXT"), NULL, "needs a text" },
    { SLICE_INIT("m TXT \"a"), NULL, "not closed" },
    { SLICE_INIT("a..b A 192.0.2.1"), NULL, "not a domain name" },
    { SLICE_INIT("m TYPE257 \\# 1 0000"), NULL, "do not fit" },
    { SLICE_INIT("m TYPE257 \\# 2 0g"), NULL, "do not fit" },
    { SLICE_INIT("m TYPE257 00"), NULL, "RFC 3597" },
    { SLICE_INIT("$TTL x"), NULL, "duration" },
};

Test(dns_master, reads_what_people_write)
{
    struct dns_zone z;
    struct arena keep;
    struct buf text;
    dns_zone_init(&z, SLICE("x.test"));
    arena_init(&keep);
    buf_init(&text);
    for (size_t i = 0; i < COUNT(lines); i++) {
        struct err err = { "" };
        size_t before = z.count;
        bool ok = dns_zone_line(&z, lines[i].line, &keep, &err);
        cr_expect_eq(ok, lines[i].wrong == NULL, "%s: %s", lines[i].line.ptr, err.text);
        cr_expect_eq(z.count - before, lines[i].text != NULL, "%s", lines[i].line.ptr);
        if (lines[i].text) {
            buf_clear(&text);
            dns_record_text(&z.records[z.count - 1], &text);
            cr_expect_str_eq(buf_z(&text), lines[i].text);
        }
        cr_expect(!lines[i].wrong ||
                      slice_find(slice_of(err.text), slice_of(lines[i].wrong)) != SLICE_NONE,
                  "%s: %s", lines[i].line.ptr, err.text);
    }
    char line[400];
    for (size_t i = 0; i < sizeof line; i++) {
        line[i] = i < 6 ? "t TXT "[i] : 'x';
    }
    struct err err;
    cr_expect(dns_zone_line(&z, (slice){ line, 6 + 255 }, &keep, &err));
    cr_expect(!dns_zone_line(&z, (slice){ line, 6 + 256 }, &keep, &err));
    buf_deinit(&text);
    arena_deinit(&keep);
    dns_zone_deinit(&z);
}
