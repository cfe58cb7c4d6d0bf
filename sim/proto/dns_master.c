/* dns_master.c - one line of a master file (RFC 1035 5.1) into a zone.
 * Written for people: what is wrong is said in one sentence.
 * Not done: $INCLUDE, $GENERATE, brackets that go on over several lines. */
#include "sim/base/err.h"
#include "sim/base/ip6.h"
#include "sim/proto/dns_wire.h"

#include <string.h>

#define WORDS_MAX 64

struct words {
    slice word[WORDS_MAX];
    bool quoted[WORDS_MAX];
    size_t count, at;
};

static bool is_gap(char c)
{
    return c == ' ' || c == '\t' || c == '(' || c == ')' || c == '\r' || c == '\n';
}

/* Where the word that begins at `at` ends; false: a quote is not closed. */
static bool word_end(slice line, size_t at, bool quoted, size_t *end_r)
{
    for (; at < line.len; at++) {
        char c = line.ptr[at];
        if (c == '\\' && at + 1 < line.len) {
            at++;
        } else if (quoted ? c == '"' : (is_gap(c) || c == ';' || c == '"')) {
            break;
        }
    }
    *end_r = at;
    return !quoted || at < line.len;
}

static bool split(slice line, struct words *ws, struct err *err_r)
{
    for (size_t at = 0; at < line.len && line.ptr[at] != ';';) {
        if (is_gap(line.ptr[at])) {
            at++;
            continue;
        }
        bool quoted = line.ptr[at] == '"';
        size_t start = at + quoted, end;
        if (!word_end(line, start, quoted, &end)) {
            return err_set(err_r, "a quotation mark is not closed");
        }
        if (ws->count == WORDS_MAX) {
            return err_set(err_r, "more than %d words on one line", WORDS_MAX);
        }
        ws->word[ws->count] = slice_sub(line, start, end - start);
        ws->quoted[ws->count++] = quoted;
        at = end + quoted;
    }
    return true;
}

static slice next_word(struct words *ws)
{
    return ws->at < ws->count ? ws->word[ws->at++] : (slice){ 0 };
}

/* "3600", and with units as servers write them: "1h30m", "2d", "1w". */
static bool to_ttl(slice s, uint32_t *ttl_r)
{
    static const struct {
        char unit;
        uint32_t seconds;
    } units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 'w', 604800 } };
    uint64_t total = 0, number = 0;
    bool digits = false;
    if (s.len == 0 || !ascii_is_digit(s.ptr[0])) {
        return false;
    }
    for (size_t i = 0; i < s.len; i++) {
        if (ascii_is_digit(s.ptr[i])) {
            number = number * 10 + (uint64_t)(s.ptr[i] - '0');
            digits = true;
        } else {
            size_t u = 0;
            while (u < COUNT(units) && units[u].unit != ascii_lower(s.ptr[i])) {
                u++;
            }
            if (u == COUNT(units) || !digits) {
                return false;
            }
            total += number * units[u].seconds;
            number = 0;
            digits = false;
        }
        if (number > INT32_MAX || total > INT32_MAX) {
            return false;
        }
    }
    *ttl_r = (uint32_t)(total + number);
    return total + number <= INT32_MAX;
}

/* "@" is the origin; a name without a final dot is relative to it. */
static bool to_name(const struct dns_zone *z, slice word, struct dns_name *n, struct err *err_r)
{
    bool absolute = slice_ends(word, SLICE(".")) && !slice_ends(word, SLICE("\\."));
    if (slice_eq(word, SLICE("@"))) {
        dns_name_copy(n, &z->relative);
        return true;
    }
    if (word.len == 0) {
        return err_set(err_r, "a name is missing");
    }
    if (!dns_name_read(n, word)) {
        return err_set(err_r, "\"%.*s\" is not a domain name", SLICE_ARG(word));
    }
    if (absolute || z->relative.len == 0) {
        return true;
    }
    if ((size_t)n->len + 1 + z->relative.len > DNS_NAME_MAX) {
        return err_set(err_r, "the name \"%.*s\" is too long", SLICE_ARG(word));
    }
    struct dns_name whole = *n;
    whole.text[whole.len++] = '.';
    memcpy(whole.text + whole.len, z->relative.text, (size_t)z->relative.len + 1);
    whole.len = (uint8_t)(whole.len + z->relative.len);
    return dns_name_set(n, dns_name_slice(&whole)) ||
           err_set(err_r, "the name \"%.*s\" is too long", SLICE_ARG(word));
}

static bool to_number(slice word, uint32_t max, const char *what, uint32_t *v_r, struct err *err_r)
{
    if (word.len == 0) {
        return err_set(err_r, "%s is missing", what);
    }
    if (!slice_to_u32(word, v_r) || *v_r > max) {
        return err_set(err_r, "%s is a number up to %u, not \"%.*s\"", what, (unsigned)max,
                       SLICE_ARG(word));
    }
    return true;
}

static bool add_strings(struct words *ws, struct arena *keep, slice *txt_r, struct err *err_r)
{
    struct buf wire;
    bool ok = ws->at < ws->count || err_set(err_r, "TXT needs a text");
    buf_init(&wire);
    while (ok && ws->at < ws->count) {
        slice word = next_word(ws);
        size_t length_at = wire.len;
        buf_byte(&wire, '\0');
        for (size_t at = 0; ok && at < word.len;) {
            uint8_t byte = 0;
            ok = dns_unescape(word, &at, &byte) || err_set(err_r, "a bad \\ in a text");
            buf_byte(&wire, (char)byte);
        }
        size_t len = wire.len - length_at - 1;
        ok = ok && (len <= 255 || err_set(err_r, "a text over 255 octets: cut it into several "
                                                 "quoted ones (RFC 1035 3.3.14)"));
        wire.ptr[length_at] = (char)(uint8_t)len;
    }
    if (ok) {
        *txt_r = arena_copy(keep, buf_slice(&wire));
    }
    buf_deinit(&wire);
    return ok;
}

/* RFC 3597 5: \# COUNT HEX... for types that this program does not know. */
static bool add_raw(struct words *ws, struct arena *keep, slice *rdata_r, struct err *err_r)
{
    uint32_t count;
    if (!slice_eq(next_word(ws), SLICE("\\#"))) {
        return err_set(err_r, "this type is written as \\# and hexadecimal digits (RFC 3597 5)");
    }
    if (!to_number(next_word(ws), 4096, "the count of octets", &count, err_r)) {
        return false;
    }
    uint8_t *octets = arena_alloc(keep, (size_t)count + 1);
    size_t digits = 0;
    while (ws->at < ws->count) {
        slice word = next_word(ws);
        for (size_t i = 0; i < word.len; i++, digits++) {
            int v = ascii_hex(word.ptr[i]);
            if (v < 0 || digits >= 2 * (size_t)count) {
                return err_set(err_r, "the hexadecimal digits do not fit their count");
            }
            octets[digits / 2] = (uint8_t)(octets[digits / 2] << 4 | v);
        }
    }
    *rdata_r = (slice){ (const char *)octets, count };
    return digits == 2 * (size_t)count ||
           err_set(err_r, "the hexadecimal digits do not fit their count");
}

static bool add_soa(const struct dns_zone *z, struct words *ws, struct dns_record *rr,
                    struct err *err_r)
{
    uint32_t *times[] = { &rr->refresh, &rr->retry, &rr->expire, &rr->minimum };
    if (!to_name(z, next_word(ws), &rr->target, err_r) ||
        !to_name(z, next_word(ws), &rr->rname, err_r) ||
        !to_number(next_word(ws), UINT32_MAX, "the serial of an SOA", &rr->serial, err_r)) {
        return false;
    }
    for (size_t i = 0; i < COUNT(times); i++) {
        if (!to_ttl(next_word(ws), times[i])) {
            return err_set(err_r, "an SOA ends in serial, refresh, retry, expire and minimum");
        }
    }
    return true;
}

static bool add_srv(const struct dns_zone *z, struct words *ws, struct dns_record *rr,
                    struct err *err_r)
{
    static const char *const what[] = { "the priority of an SRV", "the weight of an SRV",
                                        "the port of an SRV" };
    uint16_t *to[] = { &rr->preference, &rr->weight, &rr->port };
    for (size_t i = 0; i < COUNT(to); i++) {
        uint32_t number;
        if (!to_number(next_word(ws), UINT16_MAX, what[i], &number, err_r)) {
            return false;
        }
        *to[i] = (uint16_t)number;
    }
    return to_name(z, next_word(ws), &rr->target, err_r);
}

static bool add_rdata(const struct dns_zone *z, struct words *ws, struct arena *keep,
                      struct dns_record *rr, struct err *err_r)
{
    uint32_t number;
    slice word;
    switch (dns_shape(rr->type, DNS_IN)) {
    case DNS_SHAPE_A:
        word = next_word(ws);
        return parse_ip4(word, &rr->a) ||
               err_set(err_r, "\"%.*s\" is not an IPv4 address", SLICE_ARG(word));
    case DNS_SHAPE_AAAA:
        word = next_word(ws);
        return parse_ip6(word, rr->aaaa) ||
               err_set(err_r, "\"%.*s\" is not an IPv6 address", SLICE_ARG(word));
    case DNS_SHAPE_MX:
        if (!to_number(next_word(ws), UINT16_MAX, "the preference of an MX", &number, err_r)) {
            return false;
        }
        rr->preference = (uint16_t)number;
        return to_name(z, next_word(ws), &rr->target, err_r);
    case DNS_SHAPE_SRV:
        return add_srv(z, ws, rr, err_r);
    case DNS_SHAPE_NAME:
        return to_name(z, next_word(ws), &rr->target, err_r);
    case DNS_SHAPE_SOA:
        return add_soa(z, ws, rr, err_r);
    case DNS_SHAPE_TXT:
        return add_strings(ws, keep, &rr->txt, err_r);
    case DNS_SHAPE_RAW:
        return add_raw(ws, keep, &rr->rdata, err_r);
    }
    return false;
}

/* TTL and class in either order, both optional, then the type. */
static bool take_type(const struct dns_zone *z, struct words *ws, struct dns_record *rr,
                      struct err *err_r)
{
    rr->ttl = z->default_ttl;
    rr->class_ = DNS_IN;
    bool class_ = false, ttl = false;
    while (ws->at < ws->count && (!class_ || !ttl)) {
        slice word = ws->word[ws->at];
        bool is_class = !class_ && slice_eq_nocase(word, SLICE("IN"));
        bool is_ttl = !is_class && !ttl && to_ttl(word, &rr->ttl);
        if (!is_class && !is_ttl) {
            break;
        }
        class_ = class_ || is_class;
        ttl = ttl || is_ttl;
        ws->at++;
    }
    slice word = next_word(ws);
    if (word.len == 0) {
        return err_set(err_r, "the type is missing, as in \"mail 3600 IN A 192.0.2.1\"");
    }
    if (ascii_is_digit(word.ptr[0]) && !ttl) {
        return err_set(err_r, "\"%.*s\" is no time to live: seconds, or \"30m\", \"2h\", \"1d\"",
                       SLICE_ARG(word));
    }
    if (!dns_type_parse(word, &rr->type) || rr->type == DNS_ANY || rr->type == DNS_OPT) {
        return err_set(err_r, "\"%.*s\" is not a type of record", SLICE_ARG(word));
    }
    return true;
}

/* RFC 1034 3.6.2: where an alias stands, nothing else does.  RFC 1035 5.2: one SOA, at the top. */
static bool fits(const struct dns_zone *z, const struct dns_record *fresh, struct err *err_r)
{
    slice owner = dns_name_slice(&fresh->name);
    if (!dns_name_under(owner, dns_name_slice(&z->origin))) {
        return err_set(err_r, "%s is not in the zone %s", fresh->name.text, z->origin.text);
    }
    if (fresh->type == DNS_SOA && owner.len != z->origin.len) {
        return err_set(err_r, "the SOA stands at %s only", z->origin.text);
    }
    const struct dns_record *rr = dns_zone_find(z, owner, NULL);
    for (; rr; rr = dns_zone_next(z, rr)) {
        if (rr->type == DNS_CNAME || fresh->type == DNS_CNAME) {
            return err_set(err_r, "%s is an alias (CNAME), which must stand alone",
                           fresh->name.text);
        }
        if (rr->type == DNS_SOA && fresh->type == DNS_SOA) {
            return err_set(err_r, "%s has two SOA records", z->origin.text);
        }
    }
    return true;
}

static bool add_record(struct dns_zone *z, struct words *ws, bool same_owner, struct arena *keep,
                       struct err *err_r)
{
    struct dns_record rr = { 0 };
    dns_name_copy(&rr.name, &z->owner);
    if ((!same_owner && !to_name(z, next_word(ws), &rr.name, err_r)) ||
        !take_type(z, ws, &rr, err_r) || !add_rdata(z, ws, keep, &rr, err_r)) {
        return false;
    }
    if (ws->at < ws->count) {
        return err_set(err_r, "\"%.*s\" is one word too many", SLICE_ARG(ws->word[ws->at]));
    }
    if (!fits(z, &rr, err_r)) {
        return false;
    }
    dns_name_copy(&z->owner, &rr.name);
    struct dns_record *slot =
        dns_zone_add(z, dns_name_slice(&rr.name), (enum dns_type)rr.type, rr.ttl);
    dns_record_copy(slot, &rr);
    return true;
}

bool dns_zone_line(struct dns_zone *z, slice line, struct arena *keep, struct err *err_r)
{
    struct words ws = { 0 };
    if (!split(line, &ws, err_r)) {
        return false;
    }
    if (ws.count == 0) {
        return true;
    }
    if (slice_eq_nocase(ws.word[0], SLICE("$TTL"))) {
        return (ws.count == 2 && to_ttl(ws.word[1], &z->default_ttl)) ||
               err_set(err_r, "$TTL takes one duration in seconds");
    }
    if (slice_eq_nocase(ws.word[0], SLICE("$ORIGIN"))) {
        struct dns_name fresh;
        if (ws.count != 2 || !to_name(z, ws.word[1], &fresh, err_r)) {
            return err_set(err_r, "$ORIGIN takes one domain name");
        }
        dns_name_copy(&z->relative, &fresh);
        return true;
    }
    if (slice_starts(ws.word[0], SLICE("$")) && !ws.quoted[0]) {
        return err_set(err_r,
                       "%.*s is not done here: write the lines themselves; $TTL and $ORIGIN "
                       "are understood",
                       SLICE_ARG(ws.word[0]));
    }
    bool same_owner = is_gap(line.ptr[0]);
    return add_record(z, &ws, same_owner, keep, err_r);
}

bool dns_zone_pair(const struct dns_zone *z, slice text, struct dns_name *name_r, uint16_t *type_r,
                   struct err *err_r)
{
    struct words ws = { 0 };
    if (!split(text, &ws, err_r) || !to_name(z, next_word(&ws), name_r, err_r)) {
        return false;
    }
    slice word = next_word(&ws);
    *type_r = DNS_ANY;
    if (word.len > 0 && !dns_type_parse(word, type_r)) {
        return err_set(err_r, "\"%.*s\" is not a type of record", SLICE_ARG(word));
    }
    return ws.at == ws.count ||
           err_set(err_r, "what goes is a name and a type, as in \"- mail A\"");
}
