/* dissect_dns.c - a DNS message (RFC 1035 4.1), with what records of mail's own types hold.  See
 * dissect.h. */
#include "ui/dissect.h"

#define RECORDS_MAX 256 /* more are not named */
#define NAME_MAX_   255
#define JUMPS_MAX   32

struct reader {
    slice all;
    size_t at;
    bool ok;
};

static uint64_t number_at(slice s, size_t at, size_t octets)
{
    uint64_t n = 0;
    for (size_t i = 0; i < octets && at + i < s.len; i++) {
        n = n << 8 | (unsigned char)s.ptr[at + i];
    }
    return n;
}

static bool has(const struct reader *r, size_t octets)
{
    return r->ok && octets <= r->all.len && r->at <= r->all.len - octets;
}

static uint64_t number(struct reader *r, size_t octets, enum field f, uint8_t level,
                       struct hits *out)
{
    if (!has(r, octets)) {
        r->ok = false;
        return 0;
    }
    uint64_t n = number_at(r->all, r->at, octets);
    hits_number(out, f, r->at, octets, level, n);
    r->at += octets;
    return n;
}

/* A name with its pointers followed (RFC 1035 4.1.4), as text; the reader stands behind it. */
static void read_name(struct reader *r, struct buf *out)
{
    size_t at = r->at, behind = 0;
    buf_clear(out);
    for (unsigned jumps = 0; r->ok;) {
        unsigned octet = (unsigned)number_at(r->all, at, 1);
        bool jump = (octet & 0xc0) == 0xc0;
        size_t label = octet & 0x3f;
        bool inside = at < r->all.len && (jump || octet <= 63) && ++jumps <= JUMPS_MAX + 128;
        bool fits = jump || label == 0 ||
                    (inside && label < r->all.len - at && out->len + label + 1 <= NAME_MAX_);
        if (!inside || !fits) {
            r->ok = false;
        } else if (jump) {
            behind = behind ? behind : at + 2;
            size_t to = (size_t)number_at(r->all, at, 2) & 0x3fff;
            r->ok = at + 2 <= r->all.len && to < at;
            at = to;
        } else if (octet == 0) {
            behind = behind ? behind : at + 1;
            break;
        } else {
            if (out->len) {
                buf_byte(out, '.');
            }
            buf_add(out, slice_sub(r->all, at + 1, label));
            at += label + 1;
        }
    }
    r->at = r->ok ? behind : r->at;
}

static void name(struct reader *r, enum field f, uint8_t level, struct hits *out)
{
    struct buf text;
    size_t from = r->at;
    buf_init(&text);
    read_name(r, &text);
    if (r->ok) { /* the root is written as Wireshark does */
        slice shown = text.len ? buf_slice(&text) : SLICE("<Root>");
        hits_text(out, f, from, r->at - from, level, shown);
    }
    buf_deinit(&text);
}

static void flags(struct reader *r, struct hits *out)
{
    static const struct {
        enum field field;
        unsigned shift, mask;
    } rows[] = {
        { FIELD_DNS_RESPONSE, 15, 1 }, { FIELD_DNS_OPCODE, 11, 15 }, { FIELD_DNS_AA, 10, 1 },
        { FIELD_DNS_TC, 9, 1 },        { FIELD_DNS_RD, 8, 1 },       { FIELD_DNS_RA, 7, 1 },
        { FIELD_DNS_Z, 6, 1 },         { FIELD_DNS_AD, 5, 1 },       { FIELD_DNS_CD, 4, 1 },
        { FIELD_DNS_RCODE, 0, 15 },
    };
    size_t at = r->at;
    unsigned all = (unsigned)number(r, 2, FIELD_DNS_FLAGS, 0, out);
    bool answer = (all & 0x8000) != 0;
    for (size_t i = 0; r->ok && i < COUNT(rows); i++) {
        bool answers = rows[i].field == FIELD_DNS_AA || rows[i].field == FIELD_DNS_RA ||
                       rows[i].field == FIELD_DNS_RCODE;
        if (answer || !answers) { /* a question has no use for these */
            size_t octet = rows[i].shift >= 8 ? at : at + 1;
            hits_number(out, rows[i].field, octet, 1, 1, all >> rows[i].shift & rows[i].mask);
        }
    }
}

/* TXT: strings of at most 255 octets, shown as one (RFC 1035 3.3.14). */
static void txt(struct reader *r, size_t end, struct hits *out)
{
    while (r->ok && r->at < end) {
        size_t len = (size_t)number_at(r->all, r->at, 1);
        len = len < end - r->at ? len : end - r->at - 1;
        hits_text(out, FIELD_DNS_TXT, r->at + 1, len, 1, slice_sub(r->all, r->at + 1, len));
        r->at += len + 1;
    }
}

static void soa(struct reader *r, struct hits *out)
{
    name(r, FIELD_DNS_SOA, 1, out);
    struct buf person;
    buf_init(&person);
    read_name(r, &person);
    buf_deinit(&person);
    number(r, 4, FIELD_DNS_SERIAL, 1, out);
    r->at += 12; /* refresh, retry, expire */
    number(r, 4, FIELD_DNS_MINIMUM, 1, out);
}

static void data(struct reader *r, uint64_t type, size_t len, struct hits *out)
{
    enum { A = 1, NS = 2, CNAME = 5, SOA = 6, PTR = 12, MX = 15, TXT = 16, AAAA = 28 };
    slice octets = slice_sub(r->all, r->at, len);
    size_t end = r->at + len;
    if (type == A && len == 4) {
        hits_text(out, FIELD_DNS_A, r->at, len, 1, octets);
    } else if (type == AAAA && len == 16) {
        hits_text(out, FIELD_DNS_AAAA, r->at, len, 1, octets);
    } else if (type == NS) {
        name(r, FIELD_DNS_NS, 1, out);
    } else if (type == CNAME) {
        name(r, FIELD_DNS_CNAME, 1, out);
    } else if (type == PTR) {
        name(r, FIELD_DNS_PTR, 1, out);
    } else if (type == SOA) {
        soa(r, out);
    } else if (type == TXT) {
        txt(r, end, out);
    } else if (type == MX && len > 2) {
        number(r, 2, FIELD_DNS_PREFERENCE, 1, out);
        name(r, FIELD_DNS_MX, 1, out);
    } else if (len > 0) {
        hits_add(out, FIELD_DNS_DATA, r->at, len, 1);
    }
    r->at = end;
}

/* EDNS puts other things into the places of a record (RFC 6891 6.1.2). */
static void record(struct reader *r, struct hits *out)
{
    const uint64_t opt = 41;
    name(r, FIELD_DNS_NAME, 0, out);
    uint64_t type = number(r, 2, FIELD_DNS_TYPE, 1, out);
    if (type == opt) {
        number(r, 2, FIELD_DNS_SIZE, 1, out);
        hits_add(out, FIELD_DNS_OPT, r->at, has(r, 4) ? 4 : 0, 1);
        r->at += 4;
    } else {
        number(r, 2, FIELD_DNS_CLASS, 1, out);
        number(r, 4, FIELD_DNS_TTL, 1, out);
    }
    size_t len = (size_t)number(r, 2, FIELD_DNS_LEN, 1, out);
    r->ok = has(r, len);
    if (r->ok) {
        data(r, type, len, out);
    }
}

void dissect_dns(slice message, struct hits *out)
{
    struct reader r = { .all = message, .ok = true };
    uint64_t counts[4];
    static const enum field fields[] = { FIELD_DNS_QUESTIONS, FIELD_DNS_ANSWERS,
                                         FIELD_DNS_AUTHORITIES, FIELD_DNS_ADDITIONALS };
    hits_add(out, FIELD_DNS, 0, 0, 0);
    number(&r, 2, FIELD_DNS_ID, 0, out);
    flags(&r, out);
    for (size_t i = 0; i < COUNT(counts); i++) {
        counts[i] = number(&r, 2, fields[i], 0, out);
    }
    for (uint64_t i = 0; r.ok && i < counts[0] && i < RECORDS_MAX; i++) {
        name(&r, FIELD_DNS_QNAME, 0, out);
        number(&r, 2, FIELD_DNS_QTYPE, 0, out);
        number(&r, 2, FIELD_DNS_QCLASS, 0, out);
    }
    uint64_t records = counts[1] + counts[2] + counts[3];
    for (uint64_t i = 0; r.ok && i < records && i < RECORDS_MAX; i++) {
        record(&r, out);
    }
}
