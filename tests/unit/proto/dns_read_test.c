#include "sim/proto/dns.h"

#include <criterion/criterion.h>

#include <string.h>

#define HEADER(flags, qd, an, ns, ar) "\x12\x34" flags "\0" qd "\0" an "\0" ns "\0" ar
#define EXAMPLE_ORG                   "\7example\3org\0" /* 13 octets, at 12 */
#define QUESTION_MX                   EXAMPLE_ORG "\0\x0f\0\1"
#define FIXED(type, length)           "\0" type "\0\1\0\0\x0e\x10\0" length

/* RFC 1035 4.1.4: F.ISI.ARPA, FOO.F.ISI.ARPA, ARPA and the root, at the offsets it gives them. */
Test(dns_read, names_as_in_the_rfc)
{
    char packet[128] = { 0 };
    memcpy(packet + 20, "\1F\3ISI\4ARPA\0", 12);
    memcpy(packet + 40, "\3FOO\xc0\x14", 6);
    memcpy(packet + 64, "\xc0\x1a", 2);
    static const struct {
        size_t at;
        const char *name;
    } rows[] = { { 20, "F.ISI.ARPA" }, { 40, "FOO.F.ISI.ARPA" }, { 64, "ARPA" }, { 92, "" } };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dns_reader r = { .packet = { packet, sizeof packet },
                                .at = rows[i].at,
                                .questions_left = 1 };
        struct dns_question q;
        cr_assert(dns_read_question(&r, &q), "row %zu", i);
        cr_expect_str_eq(q.name.text, rows[i].name, "row %zu", i);
    }
}

static const struct {
    const char *why;
    slice packet;
    size_t records; /* read before the end */
    bool done;
} packets[] = {
    { "a plain response",
      SLICE_INIT(HEADER("\x84\0", "\1", "\1", "\0", "\0") QUESTION_MX
                 "\xc0\x0c" FIXED("\x0f", "\x09") "\0\x0a\4mail\xc0\x0c"),
      1, true },
    { "too short for a header", SLICE_INIT("\x12\x34\0\0\0\0\0\0\0\0\0"), 0, false },
    { "a header alone", SLICE_INIT(HEADER("\x80\0", "\0", "\0", "\0", "\0")), 0, true },
    { "octets behind the end", SLICE_INIT(HEADER("\x80\0", "\0", "\0", "\0", "\0") "x"), 0, false },
    { "more questions than there are",
      SLICE_INIT(HEADER("\0\0", "\2", "\0", "\0", "\0") QUESTION_MX), 0, false },
    { "a pointer to itself",
      SLICE_INIT(HEADER("\x80\0", "\0", "\1", "\0", "\0") "\xc0\x0c" FIXED("\1", "\4") "abcd"), 0,
      false },
    { "a pointer forwards",
      SLICE_INIT(HEADER("\x80\0", "\0", "\1", "\0", "\0") "\xc0\x0e\1a\0" FIXED("\1", "\4") "abcd"),
      0, false },
    { "two pointers in a ring",
      SLICE_INIT(HEADER("\x80\0", "\0", "\1", "\0", "\0") "\1a\xc0\x10\xc0\x0c" FIXED("\1", "\4")),
      0, false },
    { "a label and a pointer to that label",
      SLICE_INIT(HEADER("\x80\0", "\0", "\1", "\0", "\0") "\1a\xc0\x0c" FIXED("\1", "\4") "abcd"),
      0, false },
    { "half a pointer", SLICE_INIT(HEADER("\x80\0", "\0", "\1", "\0", "\0") "\xc0"), 0, false },
    { "a reserved label type",
      SLICE_INIT(HEADER("\x80\0", "\0", "\1", "\0", "\0") "\x41"
                                                          "a\0" FIXED("\1", "\4") "abcd"),
      0, false },
    { "a label longer than the packet",
      SLICE_INIT(HEADER("\x80\0", "\0", "\1", "\0", "\0") "\x3f"
                                                          "abc"),
      0, false },
    { "cut in the fixed part",
      SLICE_INIT(HEADER("\x80\0", "\0", "\1", "\0", "\0") "\0\0\1\0\1\0\0\0\0\0"), 0, false },
    { "rdata longer than the packet",
      SLICE_INIT(HEADER("\x80\0", "\0", "\1", "\0", "\0") "\0" FIXED("\1", "\4") "abc"), 0, false },
    { "an A of three octets",
      SLICE_INIT(HEADER("\x80\0", "\0", "\1", "\0", "\0") "\0" FIXED("\1", "\3") "abc"), 0, false },
    { "an MX with octets behind its name",
      SLICE_INIT(HEADER("\x80\0", "\0", "\1", "\0", "\0") "\0" FIXED("\x0f", "\4") "\0\1\0x"), 0,
      false },
    { "an NS whose name goes on behind its rdata",
      SLICE_INIT(HEADER("\x80\0", "\0", "\1", "\0", "\0") "\0" FIXED("\2", "\2") "\1a\0"), 0,
      false },
    { "a TXT whose string is too long for it",
      SLICE_INIT(HEADER("\x80\0", "\0", "\1", "\0", "\0") "\0" FIXED("\x10", "\3") "\3ab"), 0,
      false },
    { "an empty TXT", SLICE_INIT(HEADER("\x80\0", "\0", "\1", "\0", "\0") "\0" FIXED("\x10", "\0")),
      0, false },
    { "an SRV",
      SLICE_INIT(HEADER("\x80\0", "\0", "\1", "\0", "\0") "\0" FIXED("\x21",
                                                                     "\x09") "\0\1\0\2\2\x4b\1a\0"),
      1, true },
    { "an SRV without its name",
      SLICE_INIT(
          HEADER("\x80\0", "\0", "\1", "\0", "\0") "\0" FIXED("\x21", "\6") "\0\1\0\2\2\x4b"),
      0, false },
    { "an SRV with octets behind its name",
      SLICE_INIT(
          HEADER("\x80\0", "\0", "\1", "\0", "\0") "\0" FIXED("\x21", "\x09") "\0\1\0\2\2\x4b\0ab"),
      0, false },
    { "the second of two is broken",
      SLICE_INIT(HEADER("\x80\0", "\0", "\2", "\0", "\0") "\0" FIXED("\1", "\4") "abcd\0"), 1,
      false },
};

Test(dns_read, hostile_packets_are_refused_and_good_ones_are_not)
{
    for (size_t i = 0; i < COUNT(packets); i++) {
        /* An exact copy: a sanitizer then sees every read past the end. */
        char *copy = malloc(packets[i].packet.len);
        memcpy(copy, packets[i].packet.ptr, packets[i].packet.len);
        struct dns_reader r;
        struct dns_record rr;
        size_t records = 0;
        (void)dns_read(&r, (slice){ copy, packets[i].packet.len });
        while (dns_read_record(&r, &rr)) {
            records++;
        }
        cr_expect_eq(records, packets[i].records, "%s: %zu records", packets[i].why, records);
        cr_expect_eq(dns_read_done(&r), packets[i].done, "%s", packets[i].why);
        free(copy);
    }
}

Test(dns_read, every_truncation_of_a_good_packet_is_refused)
{
    static const slice packet =
        SLICE_INIT(HEADER("\x84\0", "\1", "\2", "\0", "\0") QUESTION_MX "\xc0\x0c" FIXED(
            "\x0f", "\x09") "\0\x0a\4mail\xc0\x0c\xc0\x0c" FIXED("\x10", "\5") "\4v=s1");
    for (size_t len = 0; len <= packet.len; len++) {
        struct dns_reader r;
        struct dns_record rr;
        char *copy = malloc(len + 1);
        memcpy(copy, packet.ptr, len);
        (void)dns_read(&r, (slice){ copy, len });
        while (dns_read_record(&r, &rr)) {
        }
        cr_expect_eq(dns_read_done(&r), len == packet.len, "%zu octets", len);
        free(copy);
    }
}

Test(dns_read, a_name_over_255_octets_is_refused)
{
    char packet[12 + 64 * 5 + 16] = { 0 };
    packet[5] = 1;
    size_t at = 12;
    for (int label = 0; label < 4; label++) {
        packet[at] = 63;
        memset(packet + at + 1, 'a', 63);
        at += 64;
    }
    at += 5; /* the root's octet, type and class */
    struct dns_reader r;
    struct dns_question q;
    cr_expect(dns_read(&r, (slice){ packet, at }));
    cr_expect(!dns_read_question(&r, &q));
    /* 61 in the last label make it 255. */
    packet[12 + 3 * 64] = 61;
    packet[12 + 3 * 64 + 62] = 0;
    cr_expect(dns_read(&r, (slice){ packet, at - 2 }));
    cr_expect(dns_read_question(&r, &q));
    cr_expect_eq(q.name.len, 253);
}

/* Each points to the one before it: a name that needs more of them than it can have labels was
 * written by nobody. */
Test(dns_read, pointers_to_pointers_have_an_end)
{
    static const struct {
        size_t pointers;
        bool ok;
    } rows[] = { { 1, true }, { DNS_LABELS_MAX, true }, { DNS_LABELS_MAX + 1, false } };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char packet[1000] = "\0\0\0\0\0\1\0\0\0\0\0\0\1a";
        size_t at = 15; /* the root's octet is the one before */
        for (size_t n = 0; n < rows[i].pointers; n++, at += 2) {
            size_t to = n == 0 ? 12 : at - 2;
            packet[at] = (char)(0xc0 | to >> 8);
            packet[at + 1] = (char)to;
        }
        struct dns_reader r = { .packet = { packet, at + 4 }, .at = at - 2, .questions_left = 1 };
        struct dns_question q;
        cr_expect_eq(dns_read_question(&r, &q), rows[i].ok, "row %zu", i);
        cr_expect(!rows[i].ok || slice_eq(dns_name_slice(&q.name), SLICE("a")), "row %zu", i);
    }
}
