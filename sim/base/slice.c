/* slice.c - a borrowed view of bytes.
 * Never allocates, never looks at a locale. */
#include "sim/base/slice.h"

/* Eight bytes, little-endian on every machine; compilers make one load of it. */
static inline uint64_t load64(const char *p)
{
    const unsigned char *u = (const unsigned char *)p;
    return (uint64_t)u[0] | (uint64_t)u[1] << 8 | (uint64_t)u[2] << 16 | (uint64_t)u[3] << 24 |
           (uint64_t)u[4] << 32 | (uint64_t)u[5] << 40 | (uint64_t)u[6] << 48 |
           (uint64_t)u[7] << 56;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

slice slice_trim(slice s)
{
    while (s.len > 0 && is_blank(s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    while (s.len > 0 && is_blank(s.ptr[s.len - 1])) {
        s.len--;
    }
    return s;
}

bool slice_same_nocase(const char *a, const char *b, size_t len)
{
    size_t i = 0;
    while (i + 8 <= len && load64(a + i) == load64(b + i)) {
        i += 8;
    }
    for (; i < len; i++) {
        if (a[i] != b[i] && ascii_lower(a[i]) != ascii_lower(b[i])) {
            return false;
        }
    }
    return true;
}

bool slice_starts_nocase(slice s, slice prefix)
{
    return s.len >= prefix.len && slice_eq_nocase(slice_sub(s, 0, prefix.len), prefix);
}

bool slice_ends(slice s, slice suffix)
{
    return s.len >= suffix.len && slice_eq(slice_from(s, s.len - suffix.len), suffix);
}

int slice_cmp(slice a, slice b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int order = n > 0 ? memcmp(a.ptr, b.ptr, n) : 0;
    if (order != 0) {
        return order < 0 ? -1 : 1;
    }
    return a.len == b.len ? 0 : a.len < b.len ? -1 : 1;
}

bool slice_in_domain(slice name, slice domain)
{
    if (name.len < domain.len ||
        !slice_eq_nocase(slice_from(name, name.len - domain.len), domain)) {
        return false;
    }
    return name.len == domain.len || name.ptr[name.len - domain.len - 1] == '.';
}

size_t slice_find(slice s, slice needle)
{
    if (needle.len == 0) {
        return 0;
    }
    for (size_t i = 0; i + needle.len <= s.len; i++) {
        size_t first = slice_find_byte(slice_sub(s, i, s.len - i - needle.len + 1), *needle.ptr);
        if (first == SLICE_NONE) {
            break;
        }
        i += first;
        if (slice_eq(slice_sub(s, i, needle.len), needle)) {
            return i;
        }
    }
    return SLICE_NONE;
}

size_t slice_find_nocase(slice s, slice needle)
{
    for (size_t i = 0; i + needle.len <= s.len; i++) {
        if (slice_eq_nocase(slice_sub(s, i, needle.len), needle)) {
            return i;
        }
    }
    return SLICE_NONE;
}

slice slice_cut(slice *rest, char sep)
{
    size_t at = slice_find_byte(*rest, sep);
    slice head = *rest;
    if (at == SLICE_NONE) {
        *rest = (slice){ 0 };
        return head;
    }
    head.len = at;
    *rest = (slice){ rest->ptr + at + 1, rest->len - at - 1 };
    return head;
}

slice slice_word(slice *rest)
{
    slice s = *rest;
    while (s.len > 0 && is_blank(s.ptr[0])) {
        s = slice_from(s, 1);
    }
    size_t n = 0;
    while (n < s.len && !is_blank(s.ptr[n])) {
        n++;
    }
    *rest = slice_from(s, n);
    return slice_sub(s, 0, n);
}

bool slice_to_u64(slice s, uint64_t *value_r)
{
    uint64_t value = 0;
    if (s.len == 0) {
        return false;
    }
    for (size_t i = 0; i < s.len; i++) {
        if (!ascii_is_digit(s.ptr[i])) {
            return false;
        }
        uint64_t digit = (uint64_t)(s.ptr[i] - '0');
        if (value > (UINT64_MAX - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    *value_r = value;
    return true;
}

bool slice_to_u32(slice s, uint32_t *value_r)
{
    uint64_t wide;
    if (!slice_to_u64(s, &wide) || wide > UINT32_MAX) {
        return false;
    }
    *value_r = (uint32_t)wide;
    return true;
}

/* The last bytes, eight at most, with zeros behind them.  Where as many stand before them, one load
 * and a shift will do. */
static inline uint64_t load_last(const char *p, size_t left, size_t len)
{
    if (left > 0 && len >= 8) {
        return load64(p + left - 8) >> 8 * (8 - left);
    }
    uint64_t word = 0;
    while (left-- > 0) {
        word = word << 8 | (unsigned char)p[left];
    }
    return word;
}

static inline uint64_t mix(uint64_t h, uint64_t word)
{
    h ^= word;
    h *= UINT64_C(0x9fb21c651e98df25);
    return h ^ (h >> 29);
}

uint64_t slice_hash(slice s, uint64_t seed)
{
    uint64_t lane_a = seed ^ UINT64_C(0x243f6a8885a308d3);
    uint64_t lane_b = (uint64_t)s.len * UINT64_C(0x9e3779b97f4a7c15);
    const char *p = s.ptr;
    size_t left = s.len;
    for (; left >= 16; left -= 16, p += 16) {
        lane_a = mix(lane_a, load64(p));
        lane_b = mix(lane_b, load64(p + 8));
    }
    /* What is left, with zeros behind it. */
    const char *half = left > 8 ? p + 8 : p;
    lane_a = mix(lane_a, left > 8 ? load64(p) : load_last(half, left, s.len));
    lane_b = mix(lane_b, left > 8 ? load_last(half, left - 8, s.len) : 0);
    return mix(mix(lane_a, lane_b), lane_a >> 7);
}
