#include "tests/lib/dns_lab.h"

#include <criterion/criterion.h>

#define SOA_ORG                                                                                    \
    "example.org. 300 IN SOA ns1.example.org. hostmaster.example.org. 1 7200 900 1209600 300\n"

static void fill(struct dns_lab *lab)
{
    dns_lab_init(lab);
    dns_lab_zone(lab, "example.org",
                 "@ 3600 IN SOA ns1 hostmaster 1 7200 900 1209600 300\n"
                 "@ NS ns1\n"
                 "@ NS ns2.example.net.\n"
                 "@ MX 10 mail\n"
                 "@ MX 20 backup.example.net.\n"
                 "@ TXT \"v=spf1 mx -all\"\n"
                 "ns1 A 192.0.2.53\n"
                 "mail A 192.0.2.25\n"
                 "mail AAAA 2001:db8::25\n"
                 "www CNAME mail\n"
                 "away CNAME mx.example.net.\n"
                 "lost CNAME nowhere.example.net.\n"
                 "abroad CNAME www.example.com.\n"
                 "ring1 CNAME ring2\n"
                 "ring2 CNAME ring1\n"
                 "sub NS ns.sub\n"
                 "sub NS ns1\n"
                 "ns.sub A 192.0.2.54\n"
                 "a.b.c A 192.0.2.1\n"
                 "*.wild MX 5 mail\n"
                 "here.wild A 192.0.2.2\n");
    dns_lab_zone(lab, "example.net",
                 "@ 60 SOA ns2 hostmaster 1 2 3 4 3600\n"
                 "backup A 198.51.100.25\n"
                 "mx A 198.51.100.26\n"
                 "ns2 A 198.51.100.53\n");
}

static const struct {
    const char *name;
    uint16_t type;
    const char *answer;
} questions[] = {
    { "mail.example.org", DNS_A, "NOERROR aa\nan mail.example.org. 3600 IN A 192.0.2.25\n" },
    { "MAIL.example.ORG", DNS_A, "NOERROR aa\nan MAIL.example.ORG. 3600 IN A 192.0.2.25\n" },
    { "example.org", DNS_MX,
      "NOERROR aa\n"
      "an example.org. 3600 IN MX 10 mail.example.org.\n"
      "an example.org. 3600 IN MX 20 backup.example.net.\n"
      "ar mail.example.org. 3600 IN A 192.0.2.25\n"
      "ar mail.example.org. 3600 IN AAAA 2001:db8::25\n"
      "ar backup.example.net. 3600 IN A 198.51.100.25\n" },
    { "mail.example.org", DNS_MX, "NOERROR aa\nns " SOA_ORG },
    { "nobody.example.org", DNS_A, "NXDOMAIN aa\nns " SOA_ORG },
    { "b.c.example.org", DNS_A, "NOERROR aa\nns " SOA_ORG },
    { "x.b.c.example.org", DNS_A, "NXDOMAIN aa\nns " SOA_ORG },
    { "x.mail.example.org", DNS_A, "NXDOMAIN aa\nns " SOA_ORG },
    { "nobody.example.net", DNS_A,
      "NXDOMAIN aa\nns example.net. 60 IN SOA ns2.example.net. hostmaster.example.net. 1 2 3 4 "
      "3600\n" },
    { "www.example.org", DNS_A,
      "NOERROR aa\nan www.example.org. 3600 IN CNAME mail.example.org.\n"
      "an mail.example.org. 3600 IN A 192.0.2.25\n" },
    { "www.example.org", DNS_CNAME,
      "NOERROR aa\nan www.example.org. 3600 IN CNAME mail.example.org.\n" },
    { "away.example.org", DNS_A,
      "NOERROR aa\nan away.example.org. 3600 IN CNAME mx.example.net.\n"
      "an mx.example.net. 3600 IN A 198.51.100.26\n" },
    { "lost.example.org", DNS_A,
      "NXDOMAIN aa\nan lost.example.org. 3600 IN CNAME nowhere.example.net.\n"
      "ns example.net. 60 IN SOA ns2.example.net. hostmaster.example.net. 1 2 3 4 3600\n" },
    { "abroad.example.org", DNS_A,
      "NOERROR aa\nan abroad.example.org. 3600 IN CNAME www.example.com.\n" },
    { "x.sub.example.org", DNS_MX,
      "NOERROR\nns sub.example.org. 3600 IN NS ns.sub.example.org.\n"
      "ns sub.example.org. 3600 IN NS ns1.example.org.\n"
      "ar ns.sub.example.org. 3600 IN A 192.0.2.54\n"
      "ar ns1.example.org. 3600 IN A 192.0.2.53\n" },
    { "ns.sub.example.org", DNS_A,
      "NOERROR\nns sub.example.org. 3600 IN NS ns.sub.example.org.\n"
      "ns sub.example.org. 3600 IN NS ns1.example.org.\n"
      "ar ns.sub.example.org. 3600 IN A 192.0.2.54\n"
      "ar ns1.example.org. 3600 IN A 192.0.2.53\n" },
    { "some.one.wild.example.org", DNS_MX,
      "NOERROR aa\nan some.one.wild.example.org. 3600 IN MX 5 mail.example.org.\n"
      "ar mail.example.org. 3600 IN A 192.0.2.25\n"
      "ar mail.example.org. 3600 IN AAAA 2001:db8::25\n" },
    { "some.wild.example.org", DNS_A, "NOERROR aa\nns " SOA_ORG },
    { "here.wild.example.org", DNS_MX, "NOERROR aa\nns " SOA_ORG },
    { "x.here.wild.example.org", DNS_MX, "NXDOMAIN aa\nns " SOA_ORG },
    { "mail.example.org", DNS_ANY, "NOERROR aa\nan mail.example.org. 3600 IN A 192.0.2.25\n" },
    { "example.com", DNS_MX, "REFUSED\n" },
    { "org", DNS_NS, "REFUSED\n" },
    { "example.org", 252, "REFUSED\n" },
};

Test(dns_authority, answers_as_rfc_1034_says)
{
    struct dns_lab lab;
    struct buf text;
    buf_init(&text);
    fill(&lab);
    for (size_t i = 0; i < COUNT(questions); i++) {
        buf_clear(&text);
        dns_lab_ask(&lab, questions[i].name, questions[i].type, &text);
        cr_expect_str_eq(buf_z(&text), questions[i].answer, "%s type %u", questions[i].name,
                         questions[i].type);
    }
    buf_clear(&text);
    dns_lab_ask(&lab, "ring1.example.org", DNS_A, &text);
    cr_expect(slice_starts(buf_slice(&text), SLICE("NOERROR aa\nan ring1")), "%s", buf_z(&text));
    dns_lab_deinit(&lab);
    buf_deinit(&text);
}

#define ASK "\7example\3org\0\0\x01\0\x01"

Test(dns_authority, strange_queries_get_what_they_deserve)
{
    static const struct {
        const char *why;
        slice query;
        const char *answer; /* NULL: silence */
        uint16_t additionals;
    } rows[] = {
        { "too short", SLICE_INIT("\0\1\0\0\0\1\0\0\0\0\0"), NULL, 0 },
        { "a response", SLICE_INIT("\0\1\x80\0\0\1\0\0\0\0\0\0" ASK), NULL, 0 },
        { "opcode NOTIFY", SLICE_INIT("\0\1\x20\0\0\1\0\0\0\0\0\0" ASK), "NOTIMP\n", 0 },
        { "no question", SLICE_INIT("\0\1\0\0\0\0\0\0\0\0\0\0"), "FORMERR\n", 0 },
        { "two questions", SLICE_INIT("\0\1\0\0\0\2\0\0\0\0\0\0" ASK ASK), "FORMERR\n", 0 },
        { "half a question", SLICE_INIT("\0\1\0\0\0\1\0\0\0\0\0\0\7exam"), "FORMERR\n", 0 },
        { "octets behind it", SLICE_INIT("\0\1\0\0\0\1\0\0\0\0\0\0" ASK "x"), "FORMERR\n", 0 },
        { "class CH", SLICE_INIT("\0\1\0\0\0\1\0\0\0\0\0\0\7example\3org\0\0\1\0\3"), "REFUSED\n",
          0 },
        { "any class", SLICE_INIT("\0\1\0\0\0\1\0\0\0\0\0\0\7example\3org\0\0\1\0\xff"),
          "REFUSED\n", 0 },
        { "an inverse query (RFC 1035 6.4)",
          SLICE_INIT("\0\1\x08\0\0\0\0\1\0\0\0\0\0\0\1\0\1\0\0\0\0\0\4\x0a\1\0\x34"), "NOTIMP\n",
          0 },
        { "EDNS", SLICE_INIT("\0\1\0\0\0\1\0\0\0\0\0\1" ASK "\0\0\x29\x10\0\0\0\0\0\0\0"),
          "NOERROR aa\nns " SOA_ORG "ar . 0 CLASS1232 OPT \\# 0\n", 1 },
        { "EDNS version 1", SLICE_INIT("\0\1\0\0\0\1\0\0\0\0\0\1" ASK "\0\0\x29\x10\0\0\1\0\0\0\0"),
          "NOERROR\nar . 16777216 CLASS1232 OPT \\# 0\n", 1 },
        { "EDNS twice",
          SLICE_INIT("\0\1\0\0\0\1\0\0\0\0\0\2" ASK
                     "\0\0\x29\x10\0\0\0\0\0\0\0\0\0\x29\x10\0\0\0\0\0\0\0"),
          "FORMERR\nar . 0 CLASS1232 OPT \\# 0\n", 1 },
        { "EDNS not at the root",
          SLICE_INIT("\0\1\0\0\0\1\0\0\0\0\0\1" ASK "\1a\0\0\x29\x10\0\0\0\0\0\0\0"), "FORMERR\n",
          0 },
        { "EDNS with options that nobody knows, and flags (RFC 6891 6.1.2, 6.1.4)",
          SLICE_INIT("\0\1\0\0\0\1\0\0\0\0\0\1" ASK
                     "\0\0\x29\x10\0\0\0\x7f\xff\0\x0a\xfd\xe9\0\2ab\xfd\xea\0\0"),
          "NOERROR aa\nns " SOA_ORG "ar . 0 CLASS1232 OPT \\# 0\n", 1 },
        { "EDNS with half an option (RFC 6891 7)",
          SLICE_INIT("\0\1\0\0\0\1\0\0\0\0\0\1" ASK "\0\0\x29\x10\0\0\0\0\0\0\5\xfd\xe9\0\2a"),
          "FORMERR\nar . 0 CLASS1232 OPT \\# 0\n", 1 },
        { "EDNS with an option that has no length",
          SLICE_INIT("\0\1\0\0\0\1\0\0\0\0\0\1" ASK "\0\0\x29\x10\0\0\0\0\0\0\2\xfd\xe9"),
          "FORMERR\nar . 0 CLASS1232 OPT \\# 0\n", 1 },
    };
    struct dns_lab lab;
    struct buf text;
    buf_init(&text);
    fill(&lab);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dns_writer w = { 0 };
        struct dns_reader r;
        bool answered = dns_authority_answer(&lab.zones, rows[i].query, DNS_UDP_MAX, &w);
        cr_expect_eq(answered, rows[i].answer != NULL, "%s", rows[i].why);
        if (answered && rows[i].answer) {
            slice packet = dns_write_end(&w);
            buf_clear(&text);
            dns_lab_text(packet, &text);
            cr_expect_str_eq(buf_z(&text), rows[i].answer, "%s", rows[i].why);
            cr_expect(dns_read(&r, packet) && r.header.id == 1, "%s", rows[i].why);
            cr_expect_eq(r.header.additionals, rows[i].additionals, "%s", rows[i].why);
        }
        dns_writer_deinit(&w);
    }
    dns_lab_deinit(&lab);
    buf_deinit(&text);
}

/* RFC 6891 6.2.3 and 6.2.5: by datagram 512 octets at least, what the asker takes, and no more than
 * we think wise; it holds for the one query. */
Test(dns_authority, edns_says_how_long_an_answer_may_be)
{
    static const struct {
        bool edns;
        uint16_t size;
        size_t from, limit; /* of the transport; of the answer */
    } rows[] = {
        { true, 1000, DNS_UDP_MAX, 1000 },
        { false, 0, DNS_UDP_MAX, DNS_UDP_MAX },
        { true, 0, DNS_UDP_MAX, DNS_UDP_MAX },
        { true, 511, DNS_UDP_MAX, DNS_UDP_MAX },
        { true, UINT16_MAX, DNS_UDP_MAX, DNS_EDNS_MAX },
        { true, 100, DNS_TCP_MAX, DNS_TCP_MAX },
    };
    struct dns_lab lab;
    struct dns_writer ask = { 0 }, w = { 0 };
    struct dns_question q = { .type = DNS_TXT, .class_ = DNS_IN };
    cr_assert(dns_name_set(&q.name, SLICE("long.test")));
    dns_lab_init(&lab);
    dns_lab_zone(&lab, "long.test", "@ 60 SOA a b 1 2 3 4 5\n");
    for (size_t i = 0; i < 20; i++) {
        struct dns_record *rr = dns_zone_add(&lab.zone[0], SLICE("long.test"), DNS_TXT, 60);
        rr->txt = SLICE("\x3f"
                        "0123456789012345678901234567890123456789012345678901234567890123");
        rr->txt.len = 64;
    }
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dns_query read;
        struct dns_reader r;
        struct dns_record rr = { 0 };
        dns_write(&ask, (struct dns_header){ .id = 1 }, DNS_UDP_MAX);
        dns_write_question(&ask, &q);
        if (rows[i].edns) {
            dns_write_edns(&ask, rows[i].size, 0);
        }
        slice query = dns_write_end(&ask);
        cr_assert(dns_query_read(&read, query, rows[i].from), "row %zu", i);
        cr_expect_eq(read.limit, rows[i].limit, "row %zu: %zu", i, read.limit);
        cr_assert(dns_authority_answer(&lab.zones, query, rows[i].from, &w));
        slice answer = dns_write_end(&w);
        cr_assert(dns_read(&r, answer) && answer.len <= rows[i].limit, "row %zu", i);
        cr_expect_eq(r.header.truncated, rows[i].limit < DNS_TCP_MAX, "row %zu", i);
        cr_expect_eq(r.header.questions, 1, "row %zu", i);
        cr_expect_eq(r.header.additionals, rows[i].edns, "row %zu", i);
        while (dns_read_record(&r, &rr)) {
        }
        cr_expect(dns_read_done(&r) && (rr.type == DNS_OPT) == rows[i].edns,
                  "row %zu: also what is cut has its OPT record (RFC 6891 7)", i);
    }
    dns_writer_deinit(&ask);
    dns_writer_deinit(&w);
    dns_lab_deinit(&lab);
}
