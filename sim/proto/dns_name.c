/* dns_name.c - names in presentation form: checking, comparing, hashing.
 * Never knows a packet; the wire form is read and written by dns_read.c and dns_write.c. */
#include "sim/base/idna.h"
#include "sim/proto/dns.h"
#include "sim/proto/dns_wire.h"

#include <assert.h>
#include <string.h>

size_t dns_plain_run(slice s)
{
    size_t n = 0;
    while (n < s.len && dns_is_plain((uint8_t)s.ptr[n])) {
        n++;
    }
    return n;
}

bool dns_name_plain(struct dns_name *n, slice run)
{
    if (run.len > (size_t)DNS_NAME_MAX - n->len) {
        return false;
    }
    memcpy(n->text + n->len, run.ptr, run.len);
    n->len = (uint8_t)(n->len + run.len);
    return true;
}

bool dns_name_byte(struct dns_name *n, uint8_t byte)
{
    size_t width = dns_is_plain(byte) ? 1 : 4;
    if (n->len + width > DNS_NAME_MAX) {
        return false;
    }
    char *p = n->text + n->len;
    if (width == 1) {
        p[0] = (char)byte;
    } else {
        p[0] = '\\';
        p[1] = (char)('0' + byte / 100);
        p[2] = (char)('0' + byte / 10 % 10);
        p[3] = (char)('0' + byte % 10);
    }
    n->len = (uint8_t)(n->len + width);
    return true;
}

bool dns_name_dot(struct dns_name *n)
{
    if (n->len >= DNS_NAME_MAX) {
        return false;
    }
    n->text[n->len++] = '.';
    return true;
}

/* One byte of a label, by itself or escaped; false: a bad escape. */
bool dns_unescape(slice text, size_t *at, uint8_t *byte_r)
{
    uint8_t c = (uint8_t)text.ptr[(*at)++];
    if (c != '\\') {
        *byte_r = c;
        return true;
    }
    if (*at >= text.len) {
        return false;
    }
    if (!ascii_is_digit(text.ptr[*at])) {
        *byte_r = (uint8_t)text.ptr[(*at)++];
        return true;
    }
    uint32_t value;
    if (text.len - *at < 3 || !slice_to_u32(slice_sub(text, *at, 3), &value) || value > 255) {
        return false;
    }
    *at += 3;
    *byte_r = (uint8_t)value;
    return true;
}

static bool set_labels(struct dns_name *n, slice text)
{
    size_t label = 0; /* octets in the current label */
    size_t wire = 1;  /* with its length octet, and the root's */
    for (size_t at = 0; at < text.len;) {
        if (text.ptr[at] == '.') {
            at++;
            if (label == 0 || (at < text.len && !dns_name_dot(n))) {
                return false;
            }
            wire += label + 1;
            label = 0;
            continue;
        }
        size_t run = dns_plain_run(slice_from(text, at));
        if (run > 0) {
            label += run;
            if (label > 63 || !dns_name_plain(n, slice_sub(text, at, run))) {
                return false;
            }
            at += run;
            continue;
        }
        uint8_t byte;
        if (!dns_unescape(text, &at, &byte) || ++label > 63 || !dns_name_byte(n, byte)) {
            return false;
        }
    }
    wire += label > 0 ? label + 1 : 0;
    return wire <= DNS_NAME_MAX;
}

bool dns_name_set(struct dns_name *n, slice text)
{
    n->len = 0;
    bool ok = slice_eq(text, SLICE(".")) || set_labels(n, text);
    if (!ok) {
        n->len = 0;
    }
    n->text[n->len] = '\0';
    return ok;
}

/* A name grows only where something in it was escaped, and that is what U-labels are. */
bool dns_name_read(struct dns_name *n, slice text)
{
    struct idna plain;
    return dns_name_set(n, text) &&
           (n->len <= text.len || !idna_ascii(text, &plain) || dns_name_set(n, idna_slice(&plain)));
}

slice dns_name_slice(const struct dns_name *n)
{
    return (slice){ n->text, n->len };
}

void dns_name_copy(struct dns_name *n, const struct dns_name *from)
{
    n->len = from->len;
    memcpy(n->text, from->text, (size_t)from->len + 1);
}

bool dns_name_under(slice name, slice zone)
{
    return zone.len == 0 || slice_in_domain(name, zone);
}

slice dns_name_parent(slice name)
{
    size_t dot = slice_find_byte(name, '.');
    return dot == SLICE_NONE ? slice_from(name, name.len) : slice_from(name, dot + 1);
}

#define HASH_START UINT64_C(0xcbf29ce484222325)

/* From the end to the front, so that each suffix's hash is met on the way. */
size_t dns_name_suffixes(slice name, struct dns_suffix suffixes_r[DNS_LABELS_MAX + 1])
{
    struct dns_suffix found[DNS_LABELS_MAX + 1];
    size_t count = 0;
    uint64_t hash = HASH_START;
    assert(name.len <= DNS_NAME_MAX);
    found[count++] = (struct dns_suffix){ hash, (uint8_t)name.len };
    for (size_t i = name.len; i-- > 0;) {
        hash = (hash ^ (uint8_t)ascii_lower(name.ptr[i])) * UINT64_C(0x100000001b3);
        if (i == 0 || name.ptr[i - 1] == '.') {
            assert(count <= DNS_LABELS_MAX);
            found[count++] = (struct dns_suffix){ hash ^ hash >> 32, (uint8_t)i };
        }
    }
    for (size_t i = 0; i < count; i++) {
        suffixes_r[i] = found[count - 1 - i];
    }
    return count;
}

uint64_t dns_name_hash(slice name)
{
    uint64_t hash = HASH_START;
    for (size_t i = name.len; i-- > 0;) {
        hash = (hash ^ (uint8_t)ascii_lower(name.ptr[i])) * UINT64_C(0x100000001b3);
    }
    return name.len > 0 ? hash ^ hash >> 32 : hash;
}
