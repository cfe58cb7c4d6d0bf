/* slice.h - a borrowed view of bytes.
 * A slice never owns and is never freed; it must not outlive what it points into.
 * Comparisons "_nocase" fold ASCII letters only, as mail protocols do (RFC 5321 2.4). */
#ifndef MAILFLOW_BASE_SLICE_H
#define MAILFLOW_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct slice {
    const char *ptr;
    size_t len;
} slice;

/* A slice of a string literal: its length is counted by the compiler. */
#define SLICE(literal)                                                                             \
    ((slice){                                                                                      \
        "" literal,                                                                                \
        sizeof(literal) - 1,                                                                       \
    })
/* The same where a constant initialiser is wanted (static tables). */
#define SLICE_INIT(literal)                                                                        \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* For printf("%.*s", SLICE_ARG(s)) in messages to people. */
#define SLICE_ARG(s) (int)(s).len, (s).ptr

/* The small ones are inline: every byte of every letter passes through them. */

/* NULL gives the empty slice. */
static inline slice slice_of(const char *zero_terminated)
{
    return zero_terminated ? (slice){ zero_terminated, strlen(zero_terminated) } : (slice){ 0 };
}

/* The rest, clipped. */
static inline slice slice_from(slice s, size_t from)
{
    if (from >= s.len) {
        return (slice){ s.ptr ? s.ptr + s.len : NULL, 0 };
    }
    return (slice){ s.ptr + from, s.len - from };
}

/* Clipped to s. */
static inline slice slice_sub(slice s, size_t from, size_t len)
{
    slice rest = slice_from(s, from);
    if (rest.len > len) {
        rest.len = len;
    }
    return rest;
}

static inline bool slice_eq(slice a, slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool slice_starts(slice s, slice prefix)
{
    return s.len >= prefix.len && slice_eq(slice_sub(s, 0, prefix.len), prefix);
}

slice slice_trim(slice s); /* without SP and TAB at both ends */
bool slice_same_nocase(const char *a, const char *b, size_t len); /* private */
/* Names that differ mostly do so in their first letter: bit 5 tells its cases apart. */
static inline bool slice_eq_nocase(slice a, slice b)
{
    if (a.len != b.len || a.len == 0) {
        return a.len == b.len;
    }
#ifndef __clang_analyzer__ /* which believes in slices of NULL with a length */
    if (((a.ptr[0] ^ b.ptr[0]) & ~0x20) != 0) {
        return false;
    }
#endif
    return slice_same_nocase(a.ptr, b.ptr, a.len);
}
bool slice_starts_nocase(slice s, slice prefix);
bool slice_ends(slice s, slice suffix);
/* A name with dots: is it this domain, or below it?  Without case. */
bool slice_in_domain(slice name, slice domain);
int slice_cmp(slice a, slice b); /* a total order: bytes, then length */

#define SLICE_NONE ((size_t)-1)
/* SLICE_NONE where there is none. */
static inline size_t slice_find_byte(slice s, char c)
{
    const char *hit = s.len > 0 ? memchr(s.ptr, c, s.len) : NULL;
    return hit ? (size_t)(hit - s.ptr) : SLICE_NONE;
}

size_t slice_find(slice s, slice needle);
size_t slice_find_nocase(slice s, slice needle);

/* Takes the part before the first `sep` from *rest, and the separator with it.  Without a
 * separator the whole of *rest is taken and *rest is left empty with ptr NULL. */
slice slice_cut(slice *rest, char sep);
/* The next run of non-blanks (SP, TAB) of *rest; empty at the end. */
slice slice_word(slice *rest);

/* Decimal digits only, no sign, no blanks; false on overflow or anything else. */
bool slice_to_u64(slice s, uint64_t *value_r);
bool slice_to_u32(slice s, uint32_t *value_r);

static inline char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static inline char ascii_upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - ('a' - 'A')) : c;
}

static inline bool ascii_is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool ascii_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* -1: not a hexadecimal digit. */
static inline int ascii_hex(char c)
{
    char l = ascii_lower(c);
    return ascii_is_digit(l) ? l - '0' : l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

/* 64-bit hash of the bytes; the same on every machine and compiler.  Not cryptographic. */
uint64_t slice_hash(slice s, uint64_t seed);

#endif
