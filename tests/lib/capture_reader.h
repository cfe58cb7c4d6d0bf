/* capture_reader.h - reads a pcapng file back and is strict: lengths, padding, order of blocks,
 * rising times, checksums.  Shares no code with what writes them. */
#ifndef MAILFLOW_TESTS_LIB_CAPTURE_READER_H
#define MAILFLOW_TESTS_LIB_CAPTURE_READER_H

#include "sim/base/buf.h"

struct captured_packet {
    uint64_t at;
    uint32_t interface, ip_from, ip_to, seq, ack;
    uint16_t port_from, port_to, window;
    uint8_t flags;           /* TCP's, as on the wire */
    bool udp, outbound, six; /* six: by IPv6; ip_from and ip_to are the last four octets then */
    slice six_from, six_to;  /* the whole of them */
    slice data, comment;     /* the first comment; both point into the file */
};

struct captured {
    struct captured_packet *packets;
    size_t count, cap;
    slice interfaces[16]; /* their names */
    size_t interface_count, names, secrets;
    slice key_log;     /* of the last block of secrets */
    const char *wrong; /* NULL: nothing */
};

void captured_read(struct captured *c, slice file);
void captured_free(struct captured *c);

#endif
