/* capture_reader.c - reads a pcapng file back and is strict. */
#include "tests/lib/capture_reader.h"

#include "sim/base/mem.h"

static uint32_t little(slice s, size_t at, size_t octets)
{
    uint32_t v = 0;
    for (size_t i = 0; i < octets && at + i < s.len; i++) {
        v |= (uint32_t)(unsigned char)s.ptr[at + i] << 8 * i;
    }
    return v;
}

static uint32_t big(slice s, size_t at, size_t octets)
{
    uint32_t v = 0;
    for (size_t i = 0; i < octets && at + i < s.len; i++) {
        v = v << 8 | (unsigned char)s.ptr[at + i];
    }
    return v;
}

static void wrong(struct captured *c, const char *what)
{
    c->wrong = c->wrong ? c->wrong : what;
}

/* Of whole words, odd ends padded: 0 where the checksum within is right. */
static uint32_t sum(slice s, uint32_t more)
{
    for (size_t i = 0; i < s.len; i++) {
        more += (uint32_t)(unsigned char)s.ptr[i] << (i % 2 == 0 ? 8 : 0);
        more = (more & 0xffff) + (more >> 16);
    }
    return more ^ 0xffff;
}

static size_t padded(size_t len)
{
    return (len + 3) / 4 * 4;
}

/* The value of the first option of this code; the list must be whole and end as it should. */
static slice option(struct captured *c, slice options, uint32_t code)
{
    slice found = { 0 };
    while (options.len >= 4) {
        uint32_t now = little(options, 0, 2), len = little(options, 2, 2);
        if (now == 0) {
            if (len != 0 || options.len != 4) {
                wrong(c, "options go on behind their end");
            }
            return found;
        }
        if (4 + padded(len) > options.len) {
            wrong(c, "an option is cut");
            return found;
        }
        for (size_t i = len; i < padded(len); i++) {
            if (options.ptr[4 + i] != 0) {
                wrong(c, "padding is not zero");
            }
        }
        found = now == code && !found.ptr ? slice_sub(options, 4, len) : found;
        options = slice_from(options, 4 + padded(len));
    }
    wrong(c, "options without an end");
    return found;
}

static slice read_ip6(struct captured *c, struct captured_packet *p, slice ip)
{
    p->six = true;
    p->six_from = slice_sub(ip, 8, 16);
    p->six_to = slice_sub(ip, 24, 16);
    p->ip_from = big(ip, 20, 4);
    p->ip_to = big(ip, 36, 4);
    if (ip.len < 40 || big(ip, 4, 2) != ip.len - 40 || big(ip, 0, 4) >> 20 != 0x600) {
        wrong(c, "an IPv6 header");
    }
    return slice_from(ip, 40);
}

static slice read_ip4(struct captured *c, struct captured_packet *p, slice ip)
{
    p->ip_from = big(ip, 12, 4);
    p->ip_to = big(ip, 16, 4);
    if (big(ip, 0, 1) != 0x45 || big(ip, 2, 2) != ip.len || sum(slice_sub(ip, 0, 20), 0) != 0) {
        wrong(c, "an IPv4 header");
    }
    return slice_from(ip, 20);
}

static void read_transport(struct captured *c, struct captured_packet *p, slice ip, uint32_t type)
{
    p->six = type == 0x86dd;
    slice segment = p->six ? read_ip6(c, p, ip) : read_ip4(c, p, ip);
    slice addresses = p->six ? slice_sub(ip, 8, 32) : slice_sub(ip, 12, 8);
    uint32_t protocol = big(ip, p->six ? 6 : 9, 1);
    p->udp = protocol == 17;
    p->port_from = (uint16_t)big(segment, 0, 2);
    p->port_to = (uint16_t)big(segment, 2, 2);
    if (sum(segment, (sum(addresses, 0) ^ 0xffff) + protocol + (uint32_t)segment.len)) {
        wrong(c, "a transport checksum");
    }
    if (p->udp) {
        if (big(segment, 4, 2) != segment.len || big(segment, 6, 2) == 0) {
            wrong(c, "a datagram's length, or no checksum");
        }
        p->data = slice_from(segment, 8);
        return;
    }
    if (protocol != 6) {
        wrong(c, "neither TCP nor UDP");
    }
    p->seq = big(segment, 4, 4);
    p->ack = big(segment, 8, 4);
    p->flags = (uint8_t)big(segment, 13, 1);
    p->window = (uint16_t)big(segment, 14, 2);
    p->data = slice_from(segment, (size_t)(big(segment, 12, 1) >> 4) * 4);
    if (p->data.len > (p->six ? 1440 : 1460) || (p->ack != 0 && !(p->flags & 16))) {
        wrong(c, "a segment that is too large, or acknowledges without saying so");
    }
}

static void read_packet(struct captured *c, slice body)
{
    struct captured_packet p = { .interface = little(body, 0, 4) };
    uint32_t len = little(body, 12, 4);
    p.at = (uint64_t)little(body, 4, 4) << 32 | little(body, 8, 4);
    if (len != little(body, 16, 4) || 20 + padded(len) > body.len || len < 42) {
        wrong(c, "a packet's length");
        return;
    }
    slice frame = slice_sub(body, 20, len), options = slice_from(body, 20 + padded(len));
    slice ip = slice_from(frame, 14);
    p.comment = option(c, options, 1);
    p.outbound = little(option(c, options, 2), 0, 4) == 2;
    if (p.interface >= c->interface_count) {
        wrong(c, "an interface that was not told");
    }
    if (c->count > 0 && c->packets[c->count - 1].at > p.at) {
        wrong(c, "time runs backwards");
    }
    uint32_t type = big(frame, 12, 2);
    if (type != 0x0800 && type != 0x86dd) {
        wrong(c, "neither IPv4 nor IPv6");
    }
    read_transport(c, &p, ip, type);
    c->packets = mem_grow(c->packets, c->count, &c->cap, sizeof *c->packets);
    c->packets[c->count++] = p;
}

static void read_names(struct captured *c, slice body)
{
    while (little(body, 0, 2) != 0 && body.len >= 8) {
        uint32_t len = little(body, 2, 2);
        if (4 + padded(len) > body.len || len < 6 || body.ptr[4 + len - 1] != '\0') {
            wrong(c, "a name");
            return;
        }
        c->names++;
        body = slice_from(body, 4 + padded(len));
    }
}

static void read_block(struct captured *c, uint32_t type, slice body, bool first)
{
    if (first != (type == 0x0a0d0d0a)) {
        wrong(c, "a section does not begin where it should");
    } else if (type == 0x0a0d0d0a) {
        (void)option(c, slice_from(body, 16), 4);
    } else if (type == 1 && c->interface_count < COUNT(c->interfaces)) {
        c->interfaces[c->interface_count++] = option(c, slice_from(body, 8), 2);
        if (little(option(c, slice_from(body, 8), 9), 0, 1) != 9) {
            wrong(c, "no nanoseconds");
        }
    } else if (type == 4) {
        read_names(c, body);
    } else if (type == 6) {
        read_packet(c, body);
    } else if (type == 10) {
        c->secrets++;
        c->key_log = slice_sub(body, 8, little(body, 4, 4));
    } else {
        wrong(c, "a block of another kind");
    }
}

void captured_read(struct captured *c, slice file)
{
    *c = (struct captured){ .count = 0 };
    for (bool first = true; file.len > 0 && !c->wrong; first = false) {
        size_t len = little(file, 4, 4);
        if (len < 12 || len % 4 != 0 || len > file.len || little(file, len - 4, 4) != len) {
            wrong(c, "a block's length");
            return;
        }
        read_block(c, little(file, 0, 4), slice_sub(file, 8, len - 12), first);
        file = slice_from(file, len);
    }
}

void captured_free(struct captured *c)
{
    mem_free(c->packets);
    *c = (struct captured){ .count = 0 };
}
