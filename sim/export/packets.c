/* packets.c - Ethernet frames: headers, lengths, checksums.
 * Never knows a trace, nor why anything is sent.
 * Not done: fragments (a datagram of more than a frame's 1500 octets stays whole). */
#include "sim/export/packets.h"

#include <assert.h>

#define ETHERNET     14
#define IPV4         20
#define IPV6         40
#define TYPE_IPV4    0x0800
#define TYPE_IPV6    0x86dd /* RFC 2464 3 */
#define PROTOCOL_TCP 6
#define PROTOCOL_UDP 17
#define FLAG_DF      0x4000 /* RFC 791 3.1 */

uint32_t checksum_add(uint32_t sum, slice bytes)
{
    const unsigned char *p = (const unsigned char *)bytes.ptr;
    uint64_t wide = sum;
    size_t i = 0;
    for (; i + 1 < bytes.len; i += 2) {
        wide += (uint32_t)p[i] << 8 | p[i + 1];
    }
    if (i < bytes.len) {
        wide += (uint32_t)p[i] << 8; /* as if a zero octet followed */
    }
    while (wide > 0xffff) {
        wide = (wide & 0xffff) + (wide >> 16);
    }
    return (uint32_t)wide;
}

uint16_t checksum_end(uint32_t sum)
{
    return (uint16_t)(~sum & 0xffff);
}

/* ---- numbers in network order */

static void put_u8(struct buf *b, uint32_t v)
{
    buf_byte(b, (char)(v & 255));
}

static void put_u16(struct buf *b, uint32_t v)
{
    put_u8(b, v >> 8);
    put_u8(b, v);
}

static void put_u32(struct buf *b, uint32_t v)
{
    put_u16(b, v >> 16);
    put_u16(b, v);
}

static void set_u16(struct buf *b, size_t at, uint32_t v)
{
    b->ptr[at] = (char)(v >> 8 & 255);
    b->ptr[at + 1] = (char)(v & 255);
}

/* ---- headers */

static void put_mac(struct buf *b, struct packet_mac mac)
{
    for (size_t i = 0; i < sizeof mac.octets; i++) {
        put_u8(b, mac.octets[i]);
    }
}

static void put_ip4(struct buf *out, const struct packet_ends *e, uint32_t protocol)
{
    put_u16(out, TYPE_IPV4);
    put_u16(out, 0x4500); /* version 4, five words, no service wanted */
    put_u16(out, 0);      /* the length: packet_end */
    put_u16(out, e->ip_id);
    put_u16(out, FLAG_DF);
    put_u8(out, e->ttl);
    put_u8(out, protocol);
    put_u16(out, 0); /* the checksum: packet_end */
    put_u32(out, e->ip_from);
    put_u32(out, e->ip_to);
}

/* RFC 8200 3: no checksum, no fragments. */
static void put_ip6(struct buf *out, const struct packet_ends *e, uint32_t protocol)
{
    put_u16(out, TYPE_IPV6);
    put_u32(out, 0x60000000 | (e->flow & 0xfffff)); /* version 6, no traffic class */
    put_u16(out, 0);                                /* the length: packet_end */
    put_u8(out, protocol);
    put_u8(out, e->ttl);
    buf_add(out, (slice){ (const char *)e->octets_from, 16 });
    buf_add(out, (slice){ (const char *)e->octets_to, 16 });
}

static size_t begin(struct buf *out, const struct packet_ends *e, uint32_t protocol)
{
    size_t start = out->len;
    put_mac(out, e->mac_to);
    put_mac(out, e->mac_from);
    if (e->octets_from && e->octets_to) {
        put_ip6(out, e, protocol);
    } else {
        put_ip4(out, e, protocol);
    }
    put_u16(out, e->port_from);
    put_u16(out, e->port_to);
    return start;
}

/* RFC 9293 3.1, 3.7.1; RFC 7323 2.2.  The NOP makes whole words of them. */
static void put_syn_options(struct buf *out, uint32_t mss, uint8_t window_scale)
{
    put_u16(out, 0x0204);
    put_u16(out, mss);
    put_u16(out, 0x0103);
    put_u16(out, 0x0300 | window_scale);
}

size_t packet_begin_tcp(struct buf *out, const struct packet_ends *e, const struct packet_tcp *tcp)
{
    bool syn = (tcp->flags & PACKET_SYN) != 0;
    size_t start = begin(out, e, PROTOCOL_TCP);
    put_u32(out, tcp->seq);
    put_u32(out, tcp->ack);
    put_u8(out, (syn ? 7U : 5U) << 4);
    put_u8(out, tcp->flags);
    put_u16(out, tcp->window);
    put_u16(out, 0); /* the checksum: packet_end */
    put_u16(out, 0); /* nothing is urgent */
    if (syn) {
        put_syn_options(out, e->octets_from ? PACKET_MSS6 : PACKET_MSS, tcp->window_scale);
    }
    return start;
}

size_t packet_begin_udp(struct buf *out, const struct packet_ends *e)
{
    size_t start = begin(out, e, PROTOCOL_UDP);
    put_u16(out, 0); /* the length: packet_end */
    put_u16(out, 0); /* the checksum: packet_end */
    return start;
}

/* ---- lengths and checksums */

/* Over the pseudo header too: RFC 9293 3.1, RFC 768; RFC 8200 8.1.  Both have the same sum, for the
 * wider fields of the latter hold no more: addresses, protocol, length. */
static uint16_t transport_checksum(slice addresses, slice segment, uint32_t protocol)
{
    const char lengths[] = { 0, (char)protocol, (char)(segment.len >> 8 & 255),
                             (char)(segment.len & 255) };
    uint32_t sum = checksum_add(0, addresses);
    sum = checksum_add(sum, (slice){ lengths, sizeof lengths });
    return checksum_end(checksum_add(sum, segment));
}

static void end_ip4(struct buf *out, size_t ip, size_t len)
{
    assert(len + IPV4 <= 0xffff);
    set_u16(out, ip + 2, (uint32_t)(len + IPV4));
    set_u16(out, ip + 10, checksum_end(checksum_add(0, (slice){ out->ptr + ip, IPV4 })));
}

void packet_end(struct buf *out, size_t start)
{
    size_t ip = start + ETHERNET;
    bool six = (out->ptr[ip] & (char)0xf0) == 0x60;
    size_t transport = ip + (six ? IPV6 : IPV4), len = out->len - transport;
    bool udp = out->ptr[ip + (six ? 6 : 9)] == PROTOCOL_UDP;
    slice addresses = { out->ptr + ip + (six ? 8 : 12), six ? 32 : 8 };
    if (six) {
        assert(len <= 0xffff);
        set_u16(out, ip + 4, (uint32_t)len);
    } else {
        end_ip4(out, ip, len);
    }
    if (udp) {
        set_u16(out, transport + 4, (uint32_t)len);
    }
    uint16_t sum = transport_checksum(addresses, (slice){ out->ptr + transport, len },
                                      udp ? PROTOCOL_UDP : PROTOCOL_TCP);
    if (udp && sum == 0) {
        sum = 0xffff; /* RFC 768: zero would mean that there is none; RFC 8200 8.1: it must be */
    }
    set_u16(out, transport + (udp ? 6 : 16), sum);
}
