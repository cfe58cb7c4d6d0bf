#include "sim/export/packets.h"

#include <criterion/criterion.h>

static slice bytes(const char *hex, struct buf *out)
{
    buf_clear(out);
    for (; hex[0] != '\0'; hex += hex[0] == ' ' ? 1 : 2) {
        uint32_t v = 0;
        for (int i = 0; hex[0] != ' ' && i < 2; i++) {
            char c = hex[i];
            v = v * 16 + (uint32_t)(c >= 'a' ? c - 'a' + 10 : c - '0');
        }
        if (hex[0] != ' ') {
            buf_byte(out, (char)v);
        }
    }
    return buf_slice(out);
}

Test(packets, checksums_are_those_of_the_books)
{
    static const struct {
        const char *hex, *what;
        uint16_t sum;
    } rows[] = {
        { "0001 f203 f4f5 f6f7", "RFC 1071 3", (uint16_t)~0xddf2U },
        { "0001 f203 f4f5 f6f7 01", "an odd end is padded", (uint16_t)~0xdef2U },
        { "4500 0073 0000 4000 4011 0000 c0a8 0001 c0a8 00c7", "an IPv4 header", 0xb861 },
        { "ffff ffff", "no carry is lost", 0 },
        { "", "nothing", 0xffff },
    };
    struct buf b = { 0 };
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint16_t sum = checksum_end(checksum_add(0, bytes(rows[i].hex, &b)));
        cr_expect_eq(sum, rows[i].sum, "%s: %04x", rows[i].what, sum);
    }
    buf_deinit(&b);
}

Test(packets, checksums_do_not_mind_parts)
{
    char much[4096];
    for (size_t i = 0; i < sizeof much; i++) {
        much[i] = (char)(i * 7 + i / 256);
    }
    uint16_t whole = checksum_end(checksum_add(0, (slice){ much, sizeof much }));
    for (size_t cut = 0; cut <= sizeof much; cut += 2) {
        uint32_t sum = checksum_add(0, (slice){ much, cut });
        sum = checksum_add(sum, (slice){ much + cut, sizeof much - cut });
        cr_expect_eq(checksum_end(sum), whole, "cut at %zu", cut);
    }
}

static const struct packet_ends ends = {
    .mac_from = { { 2, 0, 192, 0, 2, 1 } },
    .mac_to = { { 2, 0, 192, 0, 2, 2 } },
    .ip_from = 0xc0000201,
    .ip_to = 0xc0000202,
    .port_from = 49152,
    .port_to = 25,
    .ip_id = 7,
    .flow = 7,
    .ttl = 64,
};

static const uint8_t six_from[16] = { 0x20, 0x01, 0x0d, 0xb8, 0, 1, [15] = 0x0a };
static const uint8_t six_to[16] = { 0x20, 0x01, 0x0d, 0xb8, 0, 2, [15] = 0x19 };

/* The checksums were counted by other hands. */
Test(packets, look_like_this)
{
    static const struct {
        const char *what, *hex;
        struct packet_tcp tcp;
        bool udp, six;
        const char *data;
    } rows[] = {
        { "SYN",
          "0200c0000202 0200c0000201 0800"
          "4500 0030 0007 4000 4006 b6bd c0000201 c0000202"
          "c000 0019 00000001 00000000 7002 ffff 3ffe 0000 020405b4 01030303",
          { .seq = 1, .flags = PACKET_SYN, .window = 65535, .window_scale = 3 },
          false,
          false,
          "" },
        { "data",
          "0200c0000202 0200c0000201 0800"
          "4500 002b 0007 4000 4006 b6c2 c0000201 c0000202"
          "c000 0019 00000002 fffffff0 5018 8000 5b4d 0000 6f6b21",
          { .seq = 2, .ack = 0xfffffff0, .flags = PACKET_PSH | PACKET_ACK, .window = 32768 },
          false,
          false,
          "ok!" },
        { "a datagram",
          "0200c0000202 0200c0000201 0800"
          "4500 001e 0007 4000 4011 b6c4 c0000201 c0000202"
          "c000 0019 000a 4c51 6f6b",
          { 0 },
          true,
          false,
          "ok" },
        { "a datagram whose sum is zero says ffff",
          "0200c0000202 0200c0000201 0800"
          "4500 001e 0007 4000 4011 b6c4 c0000201 c0000202"
          "c000 0019 000a ffff bbbc",
          { 0 },
          true,
          false,
          "\xbb\xbc" },
        { "SYN by IPv6, with less for the MSS",
          "0200c0000202 0200c0000201 86dd"
          "60000007 001c 06 40 20010db800010000000000000000000a 20010db8000200000000000000000019"
          "c000 0019 00000001 00000000 7002 ffff 687e 0000 020405a0 01030303",
          { .seq = 1, .flags = PACKET_SYN, .window = 65535, .window_scale = 3 },
          false,
          true,
          "" },
        { "data by IPv6",
          "0200c0000202 0200c0000201 86dd"
          "60000007 0017 06 40 20010db800010000000000000000000a 20010db8000200000000000000000019"
          "c000 0019 00000002 fffffff0 5018 8000 83b9 0000 6f6b21",
          { .seq = 2, .ack = 0xfffffff0, .flags = PACKET_PSH | PACKET_ACK, .window = 32768 },
          false,
          true,
          "ok!" },
        { "a datagram by IPv6",
          "0200c0000202 0200c0000201 86dd"
          "60000007 000a 11 40 20010db800010000000000000000000a 20010db8000200000000000000000019"
          "c000 0019 000a 74bd 6f6b",
          { 0 },
          true,
          true,
          "ok" },
        { "RFC 8200 8.1: no datagram goes without a checksum",
          "0200c0000202 0200c0000201 86dd"
          "60000007 000a 11 40 20010db800010000000000000000000a 20010db8000200000000000000000019"
          "c000 0019 000a ffff e428",
          { 0 },
          true,
          true,
          "\xe4\x28" },
    };
    struct buf out = { 0 }, hex = { 0 };
    for (size_t i = 0; i < COUNT(rows); i++) {
        buf_clear(&out);
        struct packet_ends e = ends;
        e.octets_from = rows[i].six ? six_from : NULL;
        e.octets_to = rows[i].six ? six_to : NULL;
        size_t start =
            rows[i].udp ? packet_begin_udp(&out, &e) : packet_begin_tcp(&out, &e, &rows[i].tcp);
        buf_addz(&out, rows[i].data);
        packet_end(&out, start);
        slice want = bytes(rows[i].hex, &hex);
        for (size_t n = 0; n < out.len; n++) {
            cr_expect(n < want.len && out.ptr[n] == want.ptr[n], "%s: octet %zu is %02x",
                      rows[i].what, n, (unsigned char)out.ptr[n]);
        }
        cr_expect_eq(out.len, want.len, "%s: %zu octets", rows[i].what, out.len);
    }
    buf_deinit(&out);
    buf_deinit(&hex);
}
