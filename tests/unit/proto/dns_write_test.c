#include "sim/proto/dns.h"

#include <criterion/criterion.h>

#include <string.h>

static struct dns_record record(const char *name, uint16_t type, uint8_t section)
{
    struct dns_record rr = { .type = type, .class_ = DNS_IN, .ttl = 3600, .section = section };
    cr_assert(dns_name_set(&rr.name, slice_of(name)));
    return rr;
}

static void expect_bytes(slice seen, slice wanted)
{
    cr_expect_eq(seen.len, wanted.len, "%zu octets, not %zu", seen.len, wanted.len);
    for (size_t i = 0; i < seen.len && i < wanted.len; i++) {
        cr_assert_eq(seen.ptr[i], wanted.ptr[i], "octet %zu: %02x, not %02x", i,
                     (unsigned)(uint8_t)seen.ptr[i], (unsigned)(uint8_t)wanted.ptr[i]);
    }
}

Test(dns_write, compresses_names_and_keeps_their_case)
{
    struct dns_writer w = { 0 };
    struct dns_question q = { .type = DNS_MX, .class_ = DNS_IN };
    struct dns_record mx = record("Example.org", DNS_MX, DNS_ANSWER);
    struct dns_record a = record("mail.example.org", DNS_A, DNS_ADDITIONAL);
    cr_assert(dns_name_set(&q.name, SLICE("Example.org")));
    mx.preference = 10;
    cr_assert(dns_name_set(&mx.target, SLICE("mail.example.org")));
    a.a = 0xc0000201;
    dns_write(&w, (struct dns_header){ .id = 0x1234, .response = true, .authoritative = true },
              DNS_UDP_MAX);
    dns_write_question(&w, &q);
    cr_expect(dns_write_record(&w, &mx));
    cr_expect(dns_write_record(&w, &a));
    expect_bytes(dns_write_end(&w),
                 SLICE("\x12\x34\x84\0\0\1\0\1\0\0\0\1"
                       "\7Example\3org\0\0\x0f\0\1"
                       "\xc0\x0c\0\x0f\0\1\0\0\x0e\x10\0\x11\0\x0a\4mail\7example\xc0\x14"
                       "\xc0\x2b\0\1\0\1\0\0\x0e\x10\0\4\xc0\0\2\1"));
    dns_writer_deinit(&w);
}

/* RFC 2782: its target stands there whole, though the same name stands in front of it. */
Test(dns_write, an_srv_is_not_compressed_and_reads_back)
{
    struct dns_writer w = { 0 };
    struct dns_reader r;
    struct dns_record srv = record("mail.x", DNS_SRV, DNS_ANSWER), back;
    srv.preference = 1;
    srv.weight = 2;
    srv.port = 587;
    cr_assert(dns_name_set(&srv.target, SLICE("mail.x")));
    dns_write(&w, (struct dns_header){ .response = true }, DNS_UDP_MAX);
    cr_expect(dns_write_record(&w, &srv));
    slice packet = dns_write_end(&w);
    expect_bytes(packet, SLICE("\0\0\x80\0\0\0\0\1\0\0\0\0\4mail\1x\0\0\x21\0\1\0\0\x0e\x10"
                               "\0\x0e\0\1\0\2\2\x4b\4mail\1x\0"));
    cr_assert(dns_read(&r, packet) && dns_read_record(&r, &back) && dns_read_done(&r));
    cr_expect(back.preference == 1 && back.weight == 2 && back.port == 587);
    cr_expect_str_eq(back.target.text, "mail.x");
    dns_writer_deinit(&w);
}

Test(dns_write, truncates_between_records)
{
    /* Each A of "a.example" after the first costs 16 octets; the question 15 + 12 of header. */
    static const struct {
        uint8_t section;
        size_t limit;
        uint16_t written;
        bool truncated;
    } rows[] = {
        { DNS_ANSWER, 27 + 16 * 4, 4, true },      { DNS_ANSWER, 27 + 16 * 5, 5, false },
        { DNS_ANSWER, 27 + 16 * 5 - 1, 4, true },  { DNS_AUTHORITY, 27 + 16 * 2, 2, true },
        { DNS_ADDITIONAL, 27 + 16 * 2, 2, false },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dns_writer w = { 0 };
        struct dns_question q = { .type = DNS_A, .class_ = DNS_IN };
        struct dns_record rr = record("a.example", DNS_A, rows[i].section);
        cr_assert(dns_name_set(&q.name, SLICE("a.example")));
        dns_write(&w, (struct dns_header){ .response = true }, rows[i].limit);
        dns_write_question(&w, &q);
        uint16_t written = 0;
        for (int n = 0; n < 5; n++) {
            written += dns_write_record(&w, &rr);
        }
        slice packet = dns_write_end(&w);
        struct dns_reader r;
        cr_expect_eq(written, rows[i].written, "row %zu", i);
        cr_expect(packet.len <= rows[i].limit, "row %zu", i);
        cr_expect(dns_read(&r, packet) && r.header.truncated == rows[i].truncated, "row %zu", i);
        while (dns_read_record(&r, &rr)) {
        }
        cr_expect(dns_read_done(&r), "row %zu", i);
        dns_writer_deinit(&w);
    }
}

Test(dns_write, what_was_written_is_read_back)
{
    struct dns_writer w = { 0 };
    struct dns_record rows[6] = {
        record("x.example", DNS_SOA, DNS_ANSWER),
        record("a\\000b.x.example", DNS_TXT, DNS_ANSWER),
        record("", DNS_NS, DNS_ANSWER),
        record("y.x.example", DNS_AAAA, DNS_ANSWER),
        record("X.example", DNS_CNAME, DNS_AUTHORITY),
        record("x.example", 257, DNS_ADDITIONAL),
    };
    cr_assert(dns_name_set(&rows[0].target, SLICE("ns.x.example")));
    cr_assert(dns_name_set(&rows[0].rname, SLICE("root.ns.x.example")));
    rows[0].serial = 2026090701;
    rows[0].refresh = 1;
    rows[0].retry = 2;
    rows[0].expire = 3;
    rows[0].minimum = UINT32_MAX;
    rows[1].txt = SLICE("\4v=s1\0");
    memcpy(rows[3].aaaa, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16);
    rows[5].rdata = SLICE("\0\5issue");
    static const char *const texts[] = {
        "x.example. 3600 IN SOA ns.x.example. root.ns.x.example. 2026090701 1 2 3 4294967295",
        "a\\000b.x.example. 3600 IN TXT \"v=s1\" \"\"",
        ". 3600 IN NS .",
        "y.x.example. 3600 IN AAAA 2001:db8::1",
        "X.example. 3600 IN CNAME .",
        "x.example. 3600 IN TYPE257 \\# 7 00056973737565",
    };
    dns_write(&w, (struct dns_header){ .rcode = 3, .opcode = 2, .recursion_available = true },
              DNS_TCP_MAX);
    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_expect(dns_write_record(&w, &rows[i]), "row %zu", i);
    }
    struct dns_reader r;
    struct buf text;
    buf_init(&text);
    cr_expect(dns_read(&r, dns_write_end(&w)));
    cr_expect(r.header.rcode == 3 && r.header.opcode == 2 && r.header.recursion_available);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dns_record rr;
        cr_assert(dns_read_record(&r, &rr), "row %zu", i);
        buf_clear(&text);
        dns_record_text(&rr, &text);
        cr_expect_str_eq(buf_z(&text), texts[i], "row %zu", i);
        cr_expect_eq(rr.section, rows[i].section, "row %zu", i);
    }
    cr_expect(dns_read_done(&r));
    buf_deinit(&text);
    dns_writer_deinit(&w);
}
