/* ip6.c - IPv6 addresses as octets, as text and as rows of a table.
 * Never knows who has them.
 * Not done: zones of scoped addresses (RFC 4007 11). */
#include "sim/base/ip6.h"

#include "sim/base/fmt.h"

#include <assert.h>
#include <string.h>

#define GROUPS 8

static const uint8_t unspecified[IP6_OCTETS]; /* RFC 4291 2.5.2 */

/* ---- the table */

static slice as_name(const uint8_t octets[IP6_OCTETS])
{
    return (slice){ (const char *)octets, IP6_OCTETS };
}

void ip6_init(struct ip6_table *t)
{
    intern_init(&t->rows);
}

void ip6_deinit(struct ip6_table *t)
{
    intern_deinit(&t->rows);
}

uint32_t ip6_add(struct ip6_table *t, const uint8_t octets[IP6_OCTETS])
{
    uint32_t row = intern_id(&t->rows, as_name(octets));
    assert(row > 0 && row <= UINT32_MAX - IP6_FIRST);
    return IP6_FIRST + row;
}

uint32_t ip6_find(const struct ip6_table *t, const uint8_t octets[IP6_OCTETS])
{
    uint32_t row;
    return intern_find(&t->rows, as_name(octets), &row) ? IP6_FIRST + row : IP6_NOBODY;
}

const uint8_t *ip6_octets(const struct ip6_table *t, uint32_t ip)
{
    slice name = is_ip6(ip) ? intern_name(&t->rows, ip - IP6_FIRST) : (slice){ 0 };
    return name.len == IP6_OCTETS ? (const uint8_t *)name.ptr : NULL;
}

/* ---- text */

/* The longest run of zero groups becomes "::", the first where two are equal (RFC 5952 4.2). */
static void find_gap(const uint16_t groups[GROUPS], size_t *at_r, size_t *len_r)
{
    *at_r = GROUPS;
    *len_r = 1; /* one group alone is written (4.2.2) */
    for (size_t i = 0, len; i < GROUPS; i += len + 1) {
        for (len = 0; i + len < GROUPS && groups[i + len] == 0; len++) {
        }
        if (len > *len_r) {
            *at_r = i;
            *len_r = len;
        }
    }
}

static void put_group(struct buf *b, uint16_t group)
{
    size_t digits = 4;
    while (digits > 1 && group >> (4 * (digits - 1)) == 0) {
        digits--;
    }
    fmt_hex(b, group, digits);
}

void fmt_ip6(struct buf *b, const uint8_t octets[IP6_OCTETS])
{
    static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff }; /* RFC 4291 2.5.5.2 */
    uint16_t groups[GROUPS];
    size_t gap, gap_len;
    for (size_t i = 0; i < GROUPS; i++) {
        groups[i] = (uint16_t)(octets[2 * i] << 8 | octets[2 * i + 1]);
    }
    if (memcmp(octets, mapped, sizeof mapped) == 0) { /* RFC 5952 5 */
        buf_addz(b, "::ffff:");
        fmt_ip4(b, (uint32_t)groups[6] << 16 | groups[7]);
        return;
    }
    find_gap(groups, &gap, &gap_len);
    for (size_t i = 0; i < GROUPS; i++) {
        if (i == gap) {
            buf_addz(b, "::");
            i += gap_len - 1;
            continue;
        }
        if (i > 0 && i != gap + gap_len) {
            buf_byte(b, ':');
        }
        put_group(b, groups[i]);
    }
}

/* One to four hexadecimal digits. */
static bool read_group(slice text, uint16_t *group_r)
{
    uint32_t v = 0;
    for (size_t i = 0; i < text.len && i <= 4; i++) {
        int digit = ascii_hex(text.ptr[i]);
        if (digit < 0) {
            return false;
        }
        v = v << 4 | (uint32_t)digit;
    }
    *group_r = (uint16_t)v;
    return text.len > 0 && text.len <= 4;
}

/* What stands on one side of a "::", or all of it; the last two groups may be an IPv4 address. */
static bool read_groups(slice text, bool at_end, uint16_t groups[GROUPS], size_t *count_r)
{
    uint32_t ip4;
    *count_r = 0;
    while (text.ptr && (text.len > 0 || *count_r > 0)) {
        slice part = slice_cut(&text, ':');
        bool last = text.ptr == NULL;
        if (last && at_end && *count_r + 2 <= GROUPS && parse_ip4(part, &ip4)) {
            groups[(*count_r)++] = (uint16_t)(ip4 >> 16);
            groups[(*count_r)++] = (uint16_t)ip4;
        } else if (*count_r == GROUPS || !read_group(part, &groups[(*count_r)++])) {
            return false;
        }
    }
    return true;
}

bool parse_ip6(slice s, uint8_t octets_r[IP6_OCTETS])
{
    uint16_t head[GROUPS], tail[GROUPS];
    size_t heads = 0, tails = 0, gap = slice_find(s, SLICE("::"));
    bool ok = gap == SLICE_NONE ? read_groups(s, true, head, &heads) && heads == GROUPS
                                : read_groups(slice_sub(s, 0, gap), false, head, &heads) &&
                                      read_groups(slice_from(s, gap + 2), true, tail, &tails) &&
                                      heads + tails < GROUPS;
    for (size_t i = 0; ok && i < GROUPS; i++) {
        size_t zeros_end = GROUPS - tails;
        uint16_t group = i < heads ? head[i] : i >= zeros_end ? tail[i - zeros_end] : 0;
        octets_r[2 * i] = (uint8_t)(group >> 8);
        octets_r[2 * i + 1] = (uint8_t)group;
    }
    return ok;
}

/* ---- of either family */

void fmt_ip(struct buf *b, const struct ip6_table *t, uint32_t ip)
{
    const uint8_t *octets = ip6_octets(t, ip);
    if (!is_ip6(ip)) {
        fmt_ip4(b, ip);
    } else {
        fmt_ip6(b, octets ? octets : unspecified);
    }
}

void fmt_ip_literal(struct buf *b, const struct ip6_table *t, uint32_t ip)
{
    buf_addz(b, is_ip6(ip) ? "[IPv6:" : "[");
    fmt_ip(b, t, ip);
    buf_byte(b, ']');
}

static void put_digits(struct buf *b, const uint8_t octets[IP6_OCTETS])
{
    for (size_t i = IP6_OCTETS; i > 0; i--) {
        fmt_hex(b, octets[i - 1] & 15, 1);
        buf_byte(b, '.');
        fmt_hex(b, octets[i - 1] >> 4, 1);
        buf_addz(b, i > 1 ? "." : "");
    }
}

void fmt_ip_reversed(struct buf *b, const struct ip6_table *t, uint32_t ip)
{
    const uint8_t *octets = ip6_octets(t, ip);
    if (is_ip6(ip)) {
        put_digits(b, octets ? octets : unspecified);
        return;
    }
    for (int shift = 0; shift < 32; shift += 8) {
        fmt_u64(b, ip >> shift & 255);
        buf_addz(b, shift < 24 ? "." : "");
    }
}
