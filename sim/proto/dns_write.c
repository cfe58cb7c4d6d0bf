/* dns_write.c - DNS messages onto the wire, with name compression (RFC 1035 4.1.4).
 * A record is written whole or not at all. */
#include "sim/proto/dns_wire.h"

#include <assert.h>
#include <string.h>

static void put16(struct buf *b, uint32_t v)
{
    buf_byte(b, (char)(uint8_t)(v >> 8));
    buf_byte(b, (char)(uint8_t)v);
}

static void put32(struct buf *b, uint32_t v)
{
    put16(b, v >> 16);
    put16(b, v & 0xffff);
}

static void patch16(struct buf *b, size_t at, uint32_t v)
{
    b->ptr[at] = (char)(uint8_t)(v >> 8);
    b->ptr[at + 1] = (char)(uint8_t)v;
}

void dns_write(struct dns_writer *w, struct dns_header h, size_t limit)
{
    static const char zeros[DNS_HEADER_SIZE];
    assert(limit >= DNS_HEADER_SIZE && limit <= DNS_TCP_MAX);
    buf_clear(&w->out);
    buf_add(&w->out, (slice){ zeros, sizeof zeros });
    w->header = h;
    w->header.questions = w->header.answers = w->header.authorities = w->header.additionals = 0;
    w->limit = limit;
    w->reserved = 0;
    w->name_count = 0;
    w->section = DNS_ANSWER;
    w->truncated = false;
}

/* A name as labels on the wire, and where each label begins. */
struct wire_name {
    uint8_t bytes[DNS_NAME_MAX + 1];
    size_t len; /* without the root's octet */
    uint8_t starts[DNS_LABELS_MAX];
    size_t labels;
};

static void to_wire(const struct dns_name *n, struct wire_name *to)
{
    slice text = dns_name_slice(n);
    to->len = 0;
    to->labels = 0;
    for (size_t at = 0; at < text.len;) {
        size_t start = to->len++;
        to->starts[to->labels++] = (uint8_t)start;
        size_t run = dns_plain_run(slice_from(text, at));
        assert(to->len + run < DNS_NAME_MAX && "a name that dns_name_set did not make");
        memcpy(to->bytes + to->len, text.ptr + at, run);
        to->len += run;
        at += run;
        while (at < text.len && text.ptr[at] != '.') {
            bool ok = dns_unescape(text, &at, &to->bytes[to->len++]);
            assert(ok && to->len < DNS_NAME_MAX && "a name that dns_name_set did not make");
        }
        at++;
        to->bytes[start] = (uint8_t)(to->len - start - 1);
    }
}

/* Does the name at `at` of the packet, which this writer wrote, say exactly these labels? */
static bool says(slice packet, size_t at, const uint8_t *labels, size_t len)
{
    for (size_t i = 0; i < len;) {
        uint8_t octet = (uint8_t)packet.ptr[at];
        if (octet >= 0xc0) {
            at = (size_t)(octet & 0x3f) << 8 | (uint8_t)packet.ptr[at + 1];
            continue;
        }
        if (octet != labels[i] || memcmp(packet.ptr + at, labels + i, (size_t)octet + 1) != 0) {
            return false;
        }
        at += (size_t)octet + 1;
        i += (size_t)octet + 1;
    }
    while ((uint8_t)packet.ptr[at] >= 0xc0) {
        at = (size_t)(packet.ptr[at] & 0x3f) << 8 | (uint8_t)packet.ptr[at + 1];
    }
    return packet.ptr[at] == 0;
}

static bool find_name(const struct dns_writer *w, uint32_t hash, const uint8_t *labels, size_t len,
                      uint16_t *at_r)
{
    for (size_t i = 0; i < w->name_count; i++) {
        if (w->names[i].hash == hash && says(buf_slice(&w->out), w->names[i].at, labels, len)) {
            *at_r = w->names[i].at;
            return true;
        }
    }
    return false;
}

/* RFC 2782: the target of an SRV record is not compressed. */
static void put_whole_name(struct dns_writer *w, const struct dns_name *n)
{
    struct wire_name wire;
    to_wire(n, &wire);
    buf_add(&w->out, (slice){ (const char *)wire.bytes, wire.len });
    buf_byte(&w->out, '\0');
}

/* Case is part of what is compared, so that every name comes out as it went in (RFC 4343 4.1). */
static void put_name(struct dns_writer *w, const struct dns_name *n)
{
    struct wire_name wire;
    uint32_t hashes[DNS_LABELS_MAX];
    to_wire(n, &wire);
    uint32_t hash = 2166136261U;
    for (size_t i = wire.labels, end = wire.len; i-- > 0; end = wire.starts[i]) {
        for (size_t at = wire.starts[i]; at < end; at++) {
            hash = (hash ^ wire.bytes[at]) * 16777619U;
        }
        hashes[i] = hash;
    }
    size_t label = 0;
    uint16_t target = 0;
    while (label < wire.labels && !find_name(w, hashes[label], wire.bytes + wire.starts[label],
                                             wire.len - wire.starts[label], &target)) {
        label++;
    }
    size_t fresh = label < wire.labels ? wire.starts[label] : wire.len;
    for (size_t i = 0; i < label; i++) {
        size_t at = w->out.len + wire.starts[i];
        if (w->name_count < COUNT(w->names) && at < 0x4000) {
            w->names[w->name_count].hash = hashes[i];
            w->names[w->name_count++].at = (uint16_t)at;
        }
    }
    buf_add(&w->out, (slice){ (const char *)wire.bytes, fresh });
    if (label < wire.labels) {
        put16(&w->out, 0xc000U | target);
    } else {
        buf_byte(&w->out, '\0');
    }
}

void dns_write_question(struct dns_writer *w, const struct dns_question *q)
{
    put_name(w, &q->name);
    put16(&w->out, q->type);
    put16(&w->out, q->class_);
    w->header.questions++;
}

static void put_rdata(struct dns_writer *w, const struct dns_record *rr)
{
    switch (dns_shape(rr->type, rr->class_)) {
    case DNS_SHAPE_A:
        put32(&w->out, rr->a);
        break;
    case DNS_SHAPE_AAAA:
        buf_add(&w->out, (slice){ (const char *)rr->aaaa, sizeof rr->aaaa });
        break;
    case DNS_SHAPE_MX:
        put16(&w->out, rr->preference);
        put_name(w, &rr->target);
        break;
    case DNS_SHAPE_SRV:
        put16(&w->out, rr->preference);
        put16(&w->out, rr->weight);
        put16(&w->out, rr->port);
        put_whole_name(w, &rr->target);
        break;
    case DNS_SHAPE_NAME:
        put_name(w, &rr->target);
        break;
    case DNS_SHAPE_SOA:
        put_name(w, &rr->target);
        put_name(w, &rr->rname);
        put32(&w->out, rr->serial);
        put32(&w->out, rr->refresh);
        put32(&w->out, rr->retry);
        put32(&w->out, rr->expire);
        put32(&w->out, rr->minimum);
        break;
    case DNS_SHAPE_TXT:
        buf_add(&w->out, rr->txt);
        break;
    case DNS_SHAPE_RAW:
        buf_add(&w->out, rr->rdata);
        break;
    }
}

static uint16_t *counter(struct dns_header *h, uint8_t section)
{
    return section == DNS_ANSWER      ? &h->answers
           : section == DNS_AUTHORITY ? &h->authorities
                                      : &h->additionals;
}

bool dns_write_record(struct dns_writer *w, const struct dns_record *rr)
{
    assert(rr->section >= w->section && rr->section <= DNS_ADDITIONAL && "sections in order");
    w->section = rr->section;
    size_t before = w->out.len, names_before = w->name_count;
    uint16_t *count = counter(&w->header, rr->section);
    if (w->truncated || *count == UINT16_MAX) {
        return false;
    }
    put_name(w, &rr->name);
    put16(&w->out, rr->type);
    put16(&w->out, rr->class_);
    put32(&w->out, rr->ttl);
    size_t length_at = w->out.len;
    put16(&w->out, 0);
    put_rdata(w, rr);
    size_t length = w->out.len - length_at - 2;
    if (w->out.len + w->reserved > w->limit || length > UINT16_MAX) {
        w->out.len = before;
        w->name_count = names_before;
        w->truncated = rr->section != DNS_ADDITIONAL;
        return false;
    }
    patch16(&w->out, length_at, (uint32_t)length);
    ++*count;
    return true;
}

void dns_write_reserve_edns(struct dns_writer *w)
{
    w->reserved = DNS_OPT_SIZE;
}

void dns_write_edns(struct dns_writer *w, uint16_t udp_size, uint8_t extended)
{
    w->reserved = 0;
    if (w->out.len + DNS_OPT_SIZE > w->limit) {
        return;
    }
    buf_byte(&w->out, '\0');
    put16(&w->out, DNS_OPT);
    put16(&w->out, udp_size);
    put32(&w->out, (uint32_t)extended << 24); /* version 0, no flags */
    put16(&w->out, 0);
    w->header.additionals++;
}

slice dns_write_end(struct dns_writer *w)
{
    const struct dns_header *h = &w->header;
    uint32_t flags = (uint32_t)h->response << 15 | (uint32_t)(h->opcode & 15) << 11 |
                     (uint32_t)h->authoritative << 10 |
                     (uint32_t)(h->truncated || w->truncated) << 9 |
                     (uint32_t)h->recursion_desired << 8 | (uint32_t)h->recursion_available << 7 |
                     (uint32_t)(h->rcode & 15);
    const uint32_t words[] = { h->id,      flags,          h->questions,
                               h->answers, h->authorities, h->additionals };
    for (size_t i = 0; i < COUNT(words); i++) {
        patch16(&w->out, 2 * i, words[i]);
    }
    return buf_slice(&w->out);
}

void dns_writer_deinit(struct dns_writer *w)
{
    buf_deinit(&w->out);
}
