/* dns_text.c - DNS records and answers as people read them: master-file style (RFC 1035 5.1). */
#include "sim/base/ip6.h"
#include "sim/proto/dns_wire.h"

static const struct {
    uint16_t type;
    slice name;
} types[] = {
    { DNS_A, SLICE_INIT("A") },         { DNS_NS, SLICE_INIT("NS") },
    { DNS_CNAME, SLICE_INIT("CNAME") }, { DNS_SOA, SLICE_INIT("SOA") },
    { DNS_PTR, SLICE_INIT("PTR") },     { DNS_MX, SLICE_INIT("MX") },
    { DNS_TXT, SLICE_INIT("TXT") },     { DNS_AAAA, SLICE_INIT("AAAA") },
    { DNS_SRV, SLICE_INIT("SRV") },     { DNS_OPT, SLICE_INIT("OPT") },
    { DNS_ANY, SLICE_INIT("ANY") },
};

const char *dns_type_name(uint32_t type)
{
    for (size_t i = 0; i < COUNT(types); i++) {
        if (types[i].type == type) {
            return types[i].name.ptr;
        }
    }
    return "?";
}

bool dns_type_parse(slice name, uint16_t *type_r)
{
    for (size_t i = 0; i < COUNT(types); i++) {
        if (slice_eq_nocase(types[i].name, name)) {
            *type_r = types[i].type;
            return true;
        }
    }
    uint32_t number;
    if (!slice_starts_nocase(name, SLICE("TYPE")) || !slice_to_u32(slice_from(name, 4), &number) ||
        number == 0 || number > UINT16_MAX) {
        return false;
    }
    *type_r = (uint16_t)number;
    return true;
}

const char *dns_rcode_name(uint32_t rcode)
{
    static const char *const names[] = { "NOERROR",  "FORMERR", "SERVFAIL",
                                         "NXDOMAIN", "NOTIMP",  "REFUSED" };
    if (rcode == DNS_BADVERS) {
        return "BADVERS";
    }
    return rcode < COUNT(names) ? names[rcode] : "?";
}

static void add_number(struct buf *out, uint64_t v)
{
    buf_byte(out, ' ');
    fmt_u64(out, v);
}

static void add_name(struct buf *out, const struct dns_name *n)
{
    buf_add(out, dns_name_slice(n));
    buf_byte(out, '.');
}

static void add_mnemonic(struct buf *out, const char *prefix, uint32_t number, const char *name)
{
    if (name[0] != '?') {
        buf_addz(out, name);
    } else {
        buf_addz(out, prefix);
        fmt_u64(out, number);
    }
}

static void add_string(struct buf *out, slice s)
{
    buf_addz(out, " \"");
    for (size_t i = 0; i < s.len; i++) {
        uint8_t byte = (uint8_t)s.ptr[i];
        if (byte < ' ' || byte >= 0x7f) {
            buf_byte(out, '\\');
            fmt_u64_padded(out, byte, 3, '0');
            continue;
        }
        if (byte == '"' || byte == '\\') {
            buf_byte(out, '\\');
        }
        buf_byte(out, (char)byte);
    }
    buf_byte(out, '"');
}

/* Takes the next character-string off *wire; false: the end. */
static bool next_string(slice *wire, slice *s_r)
{
    if (wire->len == 0) {
        return false;
    }
    size_t len = (uint8_t)wire->ptr[0];
    *s_r = slice_sub(*wire, 1, len);
    *wire = slice_from(*wire, 1 + len);
    return true;
}

/* RFC 3597 5: any rdata as a count and hexadecimal digits. */
static void add_raw(struct buf *out, slice rdata)
{
    buf_addz(out, " \\#");
    add_number(out, rdata.len);
    for (size_t i = 0; i < rdata.len; i++) {
        if (i == 0) {
            buf_byte(out, ' ');
        }
        fmt_hex(out, (uint8_t)rdata.ptr[i], 2);
    }
}

static void add_soa(struct buf *out, const struct dns_record *rr)
{
    const uint32_t numbers[] = { rr->serial, rr->refresh, rr->retry, rr->expire, rr->minimum };
    buf_byte(out, ' ');
    add_name(out, &rr->target);
    buf_byte(out, ' ');
    add_name(out, &rr->rname);
    for (size_t i = 0; i < COUNT(numbers); i++) {
        add_number(out, numbers[i]);
    }
}

static void add_rdata(struct buf *out, const struct dns_record *rr)
{
    slice rest = rr->txt, s;
    switch (dns_shape(rr->type, rr->class_)) {
    case DNS_SHAPE_A:
        buf_byte(out, ' ');
        fmt_ip4(out, rr->a);
        break;
    case DNS_SHAPE_AAAA:
        buf_byte(out, ' ');
        fmt_ip6(out, rr->aaaa);
        break;
    case DNS_SHAPE_MX:
        add_number(out, rr->preference);
        buf_byte(out, ' ');
        add_name(out, &rr->target);
        break;
    case DNS_SHAPE_SRV:
        add_number(out, rr->preference);
        add_number(out, rr->weight);
        add_number(out, rr->port);
        buf_byte(out, ' ');
        add_name(out, &rr->target);
        break;
    case DNS_SHAPE_NAME:
        buf_byte(out, ' ');
        add_name(out, &rr->target);
        break;
    case DNS_SHAPE_SOA:
        add_soa(out, rr);
        break;
    case DNS_SHAPE_TXT:
        while (next_string(&rest, &s)) {
            add_string(out, s);
        }
        break;
    case DNS_SHAPE_RAW:
        add_raw(out, rr->rdata);
        break;
    }
}

void dns_record_text(const struct dns_record *rr, struct buf *out)
{
    add_name(out, &rr->name);
    add_number(out, rr->ttl);
    buf_byte(out, ' ');
    add_mnemonic(out, "CLASS", rr->class_, rr->class_ == DNS_IN ? "IN" : "?");
    buf_byte(out, ' ');
    add_mnemonic(out, "TYPE", rr->type, dns_type_name(rr->type));
    add_rdata(out, rr);
}

void dns_txt_join(slice wire, struct buf *out)
{
    slice s;
    while (next_string(&wire, &s)) {
        buf_add(out, s);
    }
}

static const char *headline(const struct dns_header *h, bool referral)
{
    if (h->rcode != DNS_NOERROR) {
        const char *name = dns_rcode_name(h->rcode);
        return name[0] == '?' ? "unknown RCODE" : name;
    }
    return h->truncated ? "truncated" : referral ? "referral" : "no such record";
}

void dns_answer_text(slice packet, struct buf *out)
{
    struct dns_reader r;
    struct dns_record rr;
    if (!dns_read(&r, packet) || !r.header.response) {
        buf_addz(out, "not a DNS message");
        return;
    }
    size_t head = out->len;
    bool lines = false, referral = false;
    bool answered = r.header.answers > 0 && r.header.rcode == DNS_NOERROR && !r.header.truncated;
    struct buf under = { 0 }; /* what stands below a headline */
    struct buf *to = answered ? out : &under;
    while (dns_read_record(&r, &rr) && rr.section != DNS_ADDITIONAL) {
        if (rr.section == DNS_AUTHORITY && answered && rr.type != DNS_SOA) {
            continue;
        }
        referral = referral || (rr.section == DNS_AUTHORITY && rr.type == DNS_NS);
        if (lines) {
            buf_byte(to, '\n');
        }
        dns_record_text(&rr, to);
        lines = true;
    }
    if (r.malformed) {
        out->len = head;
        buf_addz(out, "not a DNS message");
    } else if (!answered) {
        buf_addz(out, headline(&r.header, referral));
        buf_addz(out, under.len > 0 ? "\n" : "");
        buf_add(out, buf_slice(&under));
    }
    buf_deinit(&under);
}
