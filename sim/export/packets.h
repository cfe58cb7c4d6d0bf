/* packets.h - Ethernet frames with IPv4 or IPv6, and TCP or UDP, as a network card would give
 * them.
 * Never knows a trace, nor why anything is sent.
 * A frame is written straight to its place: begin, then the data, then end, which fills in the
 * lengths and the checksums. */
#ifndef MAILFLOW_EXPORT_PACKETS_H
#define MAILFLOW_EXPORT_PACKETS_H

#include "sim/base/buf.h"

#define PACKET_MSS     1460  /* an Ethernet frame of 1500 octets without the headers' 40 */
#define PACKET_MSS6    1440  /* by IPv6, whose header has 40 itself */
#define PACKET_UDP_MAX 65507 /* what an IPv4 packet can hold */

enum packet_flag {
    PACKET_FIN = 1,
    PACKET_SYN = 2,
    PACKET_RST = 4,
    PACKET_PSH = 8,
    PACKET_ACK = 16
};

struct packet_mac {
    uint8_t octets[6];
};

struct packet_ends {
    struct packet_mac mac_from, mac_to;
    uint32_t ip_from, ip_to;                /* IPv4, host order */
    const uint8_t *octets_from, *octets_to; /* of IPv6 addresses, 16 each; NULL: by IPv4 */
    uint32_t flow;                          /* IPv6: its label, 20 bits (RFC 6437) */
    uint16_t port_from, port_to;
    uint16_t ip_id;
    uint8_t ttl;
};

struct packet_tcp {
    uint32_t seq, ack;
    uint16_t window;
    uint8_t flags;        /* of enum packet_flag */
    uint8_t window_scale; /* SYN: how far windows are to be shifted (RFC 7323 2) */
};

/* The frame's start in out, for packet_end. */
size_t packet_begin_tcp(struct buf *out, const struct packet_ends *e, const struct packet_tcp *tcp);
size_t packet_begin_udp(struct buf *out, const struct packet_ends *e);
void packet_end(struct buf *out, size_t start);

/* RFC 1071: the ones' complement of the ones' complement sum; pass 0 at first.  Only the last part
 * may be of odd length. */
uint32_t checksum_add(uint32_t sum, slice bytes);
uint16_t checksum_end(uint32_t sum);

#endif
