/* pcapng_blocks.h - the blocks of a pcapng file, little-endian, each padded to whole words.
 * Never knows what is in a packet.
 * The format: draft-ietf-opsawg-pcapng. */
#ifndef MAILFLOW_EXPORT_PCAPNG_BLOCKS_H
#define MAILFLOW_EXPORT_PCAPNG_BLOCKS_H

#include "sim/base/buf.h"

void pcapng_section(struct buf *out, slice application, slice comment);
/* Ethernet, times in nanoseconds; interfaces count from 0 in the order of their blocks. */
void pcapng_interface(struct buf *out, slice name);

struct pcapng_name {
    uint32_t ip;           /* IPv4, host order */
    const uint8_t *octets; /* of an IPv6 address; NULL: by IPv4 */
    slice name;
};
void pcapng_names(struct buf *out, const struct pcapng_name *names, size_t count);
/* Lines of an NSS key log, each with its newline: for the TLS of packets that follow. */
void pcapng_secrets(struct buf *out, slice key_log);

struct pcapng_packet {
    uint32_t interface;
    uint64_t at_ns; /* since 1970 */
    bool outbound;  /* the host at which it was captured sends it; else it receives it */
    slice comments; /* each ends with a zero octet */
};
/* The packet's start in out, behind which its bytes are to be added. */
size_t pcapng_packet_begin(struct buf *out, const struct pcapng_packet *p);
void pcapng_packet_end(struct buf *out, const struct pcapng_packet *p, size_t start);

#endif
