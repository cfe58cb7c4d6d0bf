/* field.c - the rows of field.h as a table, and the list of what was found.
 * Never looks at bytes. */
#include "ui/field.h"

#include "sim/base/fmt.h"
#include "sim/base/ip6.h"
#include "sim/base/mem.h"

#include <assert.h>

enum { OURS, WIRESHARK };
static const struct row {
    const char *name, *label, *doc;
    enum field_type type;
    bool wiresharks;
} rows[FIELD_ROWS] = {
#define X(id, name, type, whose, label, doc)                                                       \
    [FIELD_##id] = { name, label, doc, FIELD_T_##type, (whose) == WIRESHARK },
    FIELDS(X)
#undef X
};

static const struct trace_kind_info *kind_of(enum field f, size_t *part_r)
{
    bool part = (size_t)f >= FIELD_PARTS;
    size_t at = (size_t)f - (part ? FIELD_PARTS : FIELD_KINDS);
    *part_r = part ? at % 3 : 3;
    return trace_kind_info((uint32_t)(part ? at / 3 : at));
}

void field_name(enum field f, struct buf *out)
{
    size_t part;
    if ((size_t)f < FIELD_ROWS) {
        buf_addz(out, rows[f].name);
        return;
    }
    const struct trace_kind_info *info = kind_of(f, &part);
    if (!info || (part < 3 && info->field[part].type == TRACE_T_NONE)) {
        return;
    }
    buf_addz(out, info->name);
    if (part < 3) {
        buf_byte(out, '.');
        buf_addz(out, info->field[part].name);
    }
}

const char *field_row_name(enum field f)
{
    size_t part;
    if ((size_t)f < FIELD_ROWS) {
        return rows[f].name;
    }
    const struct trace_kind_info *info = kind_of(f, &part);
    return info && part == 3 ? info->name : NULL;
}

enum field_type field_type(enum field f)
{
    static const enum field_type types[] = {
        [TRACE_T_NONE] = FIELD_T_NONE, [TRACE_T_NUM] = FIELD_T_NUM,
        [TRACE_T_NAME] = FIELD_T_TEXT, [TRACE_T_HOST] = FIELD_T_TEXT,
        [TRACE_T_BYTES] = FIELD_T_NUM, [TRACE_T_DATA] = FIELD_T_TEXT,
        [TRACE_T_IP] = FIELD_T_IP,     [TRACE_T_PORTS] = FIELD_T_NUM,
        [TRACE_T_FLAG] = FIELD_T_BOOL, [TRACE_T_WHY] = FIELD_T_TEXT,
        [TRACE_T_FATE] = FIELD_T_TEXT, [TRACE_T_DNSTYPE] = FIELD_T_NUM,
        [TRACE_T_RCODE] = FIELD_T_NUM,
    };
    size_t part;
    if ((size_t)f < FIELD_ROWS) {
        return rows[f].type;
    }
    const struct trace_kind_info *info = kind_of(f, &part);
    return info && part < 3 ? types[info->field[part].type] : FIELD_T_NONE;
}

bool field_is_wiresharks(enum field f)
{
    return (size_t)f < FIELD_ROWS && rows[f].wiresharks;
}

const char *field_label(enum field f)
{
    size_t part;
    if ((size_t)f < FIELD_ROWS) {
        return rows[f].label ? rows[f].label : "";
    }
    const struct trace_kind_info *info = kind_of(f, &part);
    return !info ? "" : part < 3 ? info->field[part].name : info->name;
}

const char *field_doc(enum field f)
{
    size_t part;
    if ((size_t)f < FIELD_ROWS) {
        return rows[f].doc ? rows[f].doc : "";
    }
    const struct trace_kind_info *info = kind_of(f, &part);
    return info ? info->doc : "";
}

enum field field_find(slice name)
{
    for (size_t i = 1; i < FIELD_ROWS; i++) {
        if (name.len > 0 && slice_eq(name, slice_of(rows[i].name))) {
            return (enum field)i;
        }
    }
    slice part = name, kind = slice_cut(&part, '.');
    for (uint32_t k = 1; k < TRACE_KIND_COUNT; k++) {
        const struct trace_kind_info *info = trace_kind_info(k);
        if (!slice_eq(kind, slice_of(info->name))) {
            continue;
        }
        if (kind.len == name.len) {
            return (enum field)(FIELD_KINDS + k);
        }
        for (uint32_t i = 0; i < 3; i++) {
            if (info->field[i].type != TRACE_T_NONE &&
                slice_eq(part, slice_of(info->field[i].name)))
                return (enum field)(FIELD_PARTS + 3 * k + i);
        }
    }
    return FIELD_NONE;
}

/* ---- numbers that have words */

struct word {
    uint64_t number;
    const char *word;
};
static const struct word types[] = {
    { 1, "A" },     { 2, "NS" },     { 5, "CNAME" }, { 6, "SOA" },     { 12, "PTR" },
    { 15, "MX" },   { 16, "TXT" },   { 28, "AAAA" }, { 33, "SRV" },    { 41, "OPT" },
    { 43, "DS" },   { 46, "RRSIG" }, { 47, "NSEC" }, { 48, "DNSKEY" }, { 52, "TLSA" },
    { 64, "SVCB" }, { 65, "HTTPS" }, { 255, "ANY" }, { 257, "CAA" },   { 0, NULL },
};
static const struct word rcodes[] = {
    { 0, "NOERROR" }, { 1, "FORMERR" }, { 2, "SERVFAIL" }, { 3, "NXDOMAIN" },
    { 4, "NOTIMP" },  { 5, "REFUSED" }, { 0, NULL },
};
static const struct word classes[] = { { 1, "IN" }, { 3, "CH" }, { 255, "ANY" }, { 0, NULL } };
static const struct word contents[] = {
    { 20, "change_cipher_spec" }, { 21, "alert" }, { 22, "handshake" },
    { 23, "application_data" },   { 0, NULL },
};
static const struct word shakes[] = {
    { 1, "client_hello" },         { 2, "server_hello" },       { 4, "new_session_ticket" },
    { 8, "encrypted_extensions" }, { 11, "certificate" },       { 12, "server_key_exchange" },
    { 13, "certificate_request" }, { 14, "server_hello_done" }, { 15, "certificate_verify" },
    { 16, "client_key_exchange" }, { 20, "finished" },          { 0, NULL },
};
static const struct word versions[] = {
    { 0x0301, "TLS 1.0" },
    { 0x0302, "TLS 1.1" },
    { 0x0303, "TLS 1.2" },
    { 0, NULL },
};

static const struct word *words_for(enum field f)
{
    size_t part;
    switch ((unsigned)f) {
    case FIELD_DNS_QTYPE:
    case FIELD_DNS_TYPE:
        return types;
    case FIELD_DNS_RCODE:
        return rcodes;
    case FIELD_DNS_QCLASS:
    case FIELD_DNS_CLASS:
        return classes;
    case FIELD_TLS_TYPE:
        return contents;
    case FIELD_TLS_SHAKE:
        return shakes;
    case FIELD_TLS_VERSION:
        return versions;
    default:
        break;
    }
    const struct trace_kind_info *info = (size_t)f >= FIELD_PARTS ? kind_of(f, &part) : NULL;
    return !info                                       ? NULL
           : info->field[part].type == TRACE_T_DNSTYPE ? types
           : info->field[part].type == TRACE_T_RCODE   ? rcodes
                                                       : NULL;
}

bool field_word(enum field f, slice word, uint64_t *number_r)
{
    for (const struct word *w = words_for(f); w && w->word; w++) {
        if (slice_eq_nocase(word, slice_of(w->word))) {
            *number_r = w->number;
            return true;
        }
    }
    return false;
}

const char *field_number_word(enum field f, uint64_t number)
{
    for (const struct word *w = words_for(f); w && w->word; w++) {
        if (w->number == number) {
            return w->word;
        }
    }
    return NULL;
}

/* ---- what was found */

void hits_init(struct hits *h)
{
    *h = (struct hits){ 0 };
    buf_init(&h->text);
}

void hits_deinit(struct hits *h)
{
    mem_free(h->rows);
    buf_deinit(&h->text);
    *h = (struct hits){ 0 };
}

void hits_clear(struct hits *h)
{
    h->count = 0;
    buf_clear(&h->text);
}

struct hit *hits_add(struct hits *h, enum field f, size_t at, size_t len, uint8_t level)
{
    if (h->wanted && !h->wanted[f]) {
        return NULL;
    }
    h->rows = mem_grow(h->rows, h->count, &h->cap, sizeof *h->rows);
    h->rows[h->count] = (struct hit){ .field = (uint16_t)f,
                                      .level = level,
                                      .at = (uint32_t)at,
                                      .len = (uint32_t)len,
                                      .text = h->text.len };
    return &h->rows[h->count++];
}

void hits_text(struct hits *h, enum field f, size_t at, size_t len, uint8_t level, slice text)
{
    struct hit *hit = hits_add(h, f, at, len, level);
    if (hit) {
        hit->text_len = text.len;
        buf_add(&h->text, text);
    }
}

void hits_number(struct hits *h, enum field f, size_t at, size_t len, uint8_t level,
                 uint64_t number)
{
    struct hit *hit = hits_add(h, f, at, len, level);
    if (hit) {
        hit->number = number;
    }
}

slice hit_text(const struct hits *h, const struct hit *hit)
{
    return slice_sub(buf_slice(&h->text), hit->text, hit->text_len);
}

static void add_ip(slice octets, struct buf *out)
{
    if (octets.len == IP6_OCTETS) {
        fmt_ip6(out, (const uint8_t *)octets.ptr);
        return;
    }
    uint32_t ip = 0;
    for (size_t i = 0; i < octets.len && i < 4; i++) {
        ip = ip << 8 | (unsigned char)octets.ptr[i];
    }
    fmt_ip4(out, ip);
}

void hit_value(const struct hits *h, const struct hit *hit, struct buf *out)
{
    const char *word = field_number_word((enum field)hit->field, hit->number);
    switch (field_type((enum field)hit->field)) {
    case FIELD_T_NONE:
        break;
    case FIELD_T_TEXT:
        buf_add(out, hit_text(h, hit));
        break;
    case FIELD_T_BOOL:
        buf_addz(out, hit->number ? "1" : "0");
        break;
    case FIELD_T_IP:
        add_ip(hit_text(h, hit), out);
        break;
    case FIELD_T_TIME:
        fmt_duration(out, hit->number);
        break;
    case FIELD_T_NUM:
        if (word) {
            buf_addz(out, word);
        } else {
            fmt_u64(out, hit->number);
        }
        break;
    }
}
