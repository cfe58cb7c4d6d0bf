/* dns_read.c - DNS messages off the wire (RFC 1035 4).
 * Trusts nothing: every length is checked against the packet, and a compression pointer must point
 * to before the labels it was met in, which ends every loop; and a name is followed over no more
 * pointers than it can have labels, or a packet full of them would keep us busy. */
#include "sim/proto/dns_wire.h"

#include <string.h>

static uint32_t u8(slice packet, size_t at)
{
    return (uint8_t)packet.ptr[at];
}

static uint16_t u16(slice packet, size_t at)
{
    return (uint16_t)(u8(packet, at) << 8 | u8(packet, at + 1));
}

static uint32_t u32(slice packet, size_t at)
{
    return (uint32_t)u16(packet, at) << 16 | u16(packet, at + 2);
}

static bool has(slice packet, size_t at, size_t octets)
{
    return at <= packet.len && packet.len - at >= octets;
}

bool dns_read(struct dns_reader *r, slice packet)
{
    *r = (struct dns_reader){ .packet = packet, .malformed = true };
    if (packet.len < DNS_HEADER_SIZE) {
        return false;
    }
    uint16_t flags = u16(packet, 2);
    r->header = (struct dns_header){
        .id = u16(packet, 0),
        .response = (flags & 0x8000) != 0,
        .opcode = flags >> 11 & 15,
        .authoritative = (flags & 0x0400) != 0,
        .truncated = (flags & 0x0200) != 0,
        .recursion_desired = (flags & 0x0100) != 0,
        .recursion_available = (flags & 0x0080) != 0,
        .rcode = flags & 15,
        .questions = u16(packet, 4),
        .answers = u16(packet, 6),
        .authorities = u16(packet, 8),
        .additionals = u16(packet, 10),
    };
    r->questions_left = r->header.questions;
    r->records_left[DNS_ANSWER] = r->header.answers;
    r->records_left[DNS_AUTHORITY] = r->header.authorities;
    r->records_left[DNS_ADDITIONAL] = r->header.additionals;
    r->at = DNS_HEADER_SIZE;
    r->malformed = false;
    return true;
}

static bool add_label(struct dns_name *n, slice label)
{
    if (n->len > 0 && !dns_name_dot(n)) {
        return false;
    }
    size_t i = 0;
    size_t room = (size_t)DNS_NAME_MAX - n->len;
    char *to = n->text + n->len;
    for (; i < label.len && i < room && dns_is_plain((uint8_t)label.ptr[i]); i++) {
        to[i] = label.ptr[i];
    }
    n->len = (uint8_t)(n->len + i);
    for (; i < label.len; i++) {
        if (!dns_name_byte(n, (uint8_t)label.ptr[i])) {
            return false;
        }
    }
    return true;
}

static bool walk_name(slice packet, size_t *at, struct dns_name *name_r)
{
    size_t p = *at, run = *at; /* run: where the labels being read began */
    size_t wire = 1, jumps = 0;
    bool jumped = false;
    for (;;) {
        if (!has(packet, p, 1)) {
            return false;
        }
        uint32_t octet = u8(packet, p);
        if (octet >= 0xc0) {
            if (!has(packet, p, 2) || (u16(packet, p) & 0x3fff) >= run ||
                ++jumps > DNS_LABELS_MAX) {
                return false;
            }
            *at = jumped ? *at : p + 2;
            jumped = true;
            p = run = u16(packet, p) & 0x3fff;
            continue;
        }
        /* 01 and 10 in the two high bits are reserved (RFC 1035 4.1.4). */
        if (octet > 63 || !has(packet, p + 1, octet)) {
            return false;
        }
        if (octet == 0) {
            *at = jumped ? *at : p + 1;
            return true;
        }
        wire += octet + 1;
        if (wire > DNS_NAME_MAX ||
            (name_r && !add_label(name_r, slice_sub(packet, p + 1, octet)))) {
            return false;
        }
        p += octet + 1;
    }
}

bool dns_read_name(slice packet, size_t *at, struct dns_name *name_r)
{
    if (name_r) {
        name_r->len = 0;
    }
    bool ok = walk_name(packet, at, name_r);
    if (name_r) {
        name_r->text[name_r->len] = '\0';
    }
    return ok;
}

static bool fail(struct dns_reader *r)
{
    r->malformed = true;
    return false;
}

bool dns_read_question(struct dns_reader *r, struct dns_question *q_r)
{
    if (r->malformed || r->questions_left == 0) {
        return false;
    }
    if (!dns_read_name(r->packet, &r->at, &q_r->name) || !has(r->packet, r->at, 4)) {
        return fail(r);
    }
    q_r->type = u16(r->packet, r->at);
    q_r->class_ = u16(r->packet, r->at + 2);
    r->at += 4;
    r->questions_left--;
    return true;
}

enum dns_shape dns_shape(uint16_t type, uint16_t class_)
{
    static const struct {
        uint16_t type;
        uint8_t shape;
    } shapes[] = {
        { DNS_A, DNS_SHAPE_A },        { DNS_MX, DNS_SHAPE_MX },    { DNS_NS, DNS_SHAPE_NAME },
        { DNS_CNAME, DNS_SHAPE_NAME }, { DNS_SOA, DNS_SHAPE_SOA },  { DNS_TXT, DNS_SHAPE_TXT },
        { DNS_AAAA, DNS_SHAPE_AAAA },  { DNS_PTR, DNS_SHAPE_NAME }, { DNS_SRV, DNS_SHAPE_SRV },
    };
    for (size_t i = 0; class_ == DNS_IN && i < COUNT(shapes); i++) {
        if (shapes[i].type == type) {
            return (enum dns_shape)shapes[i].shape;
        }
    }
    return DNS_SHAPE_RAW;
}

/* RFC 1035 3.3.14: one or more strings, each a length octet and that many octets. */
static bool is_txt(slice rdata)
{
    size_t at = 0;
    while (at < rdata.len) {
        at += 1 + u8(rdata, at);
    }
    return rdata.len > 0 && at == rdata.len;
}

static bool read_soa(slice packet, size_t at, size_t end, struct dns_record *rr)
{
    if (!dns_read_name(packet, &at, &rr->target) || !dns_read_name(packet, &at, &rr->rname) ||
        at + 20 != end) {
        return false;
    }
    rr->serial = u32(packet, at);
    rr->refresh = u32(packet, at + 4);
    rr->retry = u32(packet, at + 8);
    rr->expire = u32(packet, at + 12);
    rr->minimum = u32(packet, at + 16);
    return true;
}

/* The rdata is [at, end) of the packet, and must be used up exactly. */
static bool read_rdata(slice packet, size_t at, size_t end, struct dns_record *rr)
{
    slice rdata = slice_sub(packet, at, end - at);
    switch (dns_shape(rr->type, rr->class_)) {
    case DNS_SHAPE_A:
        rr->a = rdata.len == 4 ? u32(rdata, 0) : 0;
        return rdata.len == 4;
    case DNS_SHAPE_AAAA:
        if (rdata.len != sizeof rr->aaaa) {
            return false;
        }
        memcpy(rr->aaaa, rdata.ptr, sizeof rr->aaaa);
        return true;
    case DNS_SHAPE_MX:
        if (rdata.len < 3) {
            return false;
        }
        rr->preference = u16(rdata, 0);
        at += 2;
        return dns_read_name(packet, &at, &rr->target) && at == end;
    case DNS_SHAPE_SRV:
        if (rdata.len < 7) {
            return false;
        }
        rr->preference = u16(rdata, 0);
        rr->weight = u16(rdata, 2);
        rr->port = u16(rdata, 4);
        at += 6;
        return dns_read_name(packet, &at, &rr->target) && at == end;
    case DNS_SHAPE_NAME:
        return dns_read_name(packet, &at, &rr->target) && at == end;
    case DNS_SHAPE_SOA:
        return read_soa(packet, at, end, rr);
    case DNS_SHAPE_TXT:
        rr->txt = rdata;
        return is_txt(rdata);
    case DNS_SHAPE_RAW:
        rr->rdata = rdata;
        return true;
    }
    return false;
}

static void clear_record(struct dns_record *rr)
{
    memset(rr, 0, offsetof(struct dns_record, name));
    struct dns_name *names[] = { &rr->name, &rr->target, &rr->rname };
    for (size_t i = 0; i < COUNT(names); i++) {
        names[i]->len = 0;
        names[i]->text[0] = '\0';
    }
}

void dns_record_copy(struct dns_record *to, const struct dns_record *from)
{
    memcpy(to, from, offsetof(struct dns_record, name));
    dns_name_copy(&to->name, &from->name);
    dns_name_copy(&to->target, &from->target);
    dns_name_copy(&to->rname, &from->rname);
}

static bool skip_questions(struct dns_reader *r)
{
    for (; r->questions_left > 0; r->questions_left--) {
        if (!dns_read_name(r->packet, &r->at, NULL) || !has(r->packet, r->at, 4)) {
            return fail(r);
        }
        r->at += 4;
    }
    return true;
}

bool dns_read_record(struct dns_reader *r, struct dns_record *rr_r)
{
    uint8_t section = DNS_ANSWER;
    if (r->malformed || !skip_questions(r)) {
        return false;
    }
    while (section < DNS_ADDITIONAL && r->records_left[section] == 0) {
        section++;
    }
    if (r->records_left[section] == 0) {
        return false;
    }
    clear_record(rr_r);
    rr_r->section = section;
    if (!dns_read_name(r->packet, &r->at, &rr_r->name) || !has(r->packet, r->at, 10)) {
        return fail(r);
    }
    rr_r->type = u16(r->packet, r->at);
    rr_r->class_ = u16(r->packet, r->at + 2);
    rr_r->ttl = u32(r->packet, r->at + 4);
    if (rr_r->ttl > INT32_MAX && rr_r->type != DNS_OPT) {
        rr_r->ttl = 0; /* RFC 2181 8 */
    }
    size_t length = u16(r->packet, r->at + 8);
    r->at += 10;
    if (!has(r->packet, r->at, length) || !read_rdata(r->packet, r->at, r->at + length, rr_r)) {
        return fail(r);
    }
    r->at += length;
    r->records_left[section]--;
    return true;
}

bool dns_answers_with(slice packet, uint16_t type)
{
    struct dns_reader r;
    if (!dns_read(&r, packet) || !skip_questions(&r)) {
        return false;
    }
    for (; r.records_left[DNS_ANSWER] > 0; r.records_left[DNS_ANSWER]--) {
        if (!dns_read_name(packet, &r.at, NULL) || !has(packet, r.at, 10)) {
            return false;
        }
        if (u16(packet, r.at) == type) {
            return true;
        }
        r.at += (size_t)10 + u16(packet, r.at + 8);
    }
    return false;
}

bool dns_read_done(const struct dns_reader *r)
{
    return !r->malformed && r->questions_left == 0 && r->records_left[DNS_ANSWER] == 0 &&
           r->records_left[DNS_AUTHORITY] == 0 && r->records_left[DNS_ADDITIONAL] == 0 &&
           r->at == r->packet.len;
}
