/* slice.h - a borrowed view of bytes.
 * A slice never owns and is never freed; it must not outlive what it points into.
 * Comparisons "_nocase" fold ASCII letters only, as mail protocols do (RFC 5321 2.4). */
#ifndef MAILFLOW_BASE_SLICE_H
#define MAILFLOW_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

slice slice_of(const char *zero_terminated);       /* NULL gives the empty slice */
slice slice_sub(slice s, size_t from, size_t len); /* clipped to s */
slice slice_from(slice s, size_t from);            /* the rest, clipped */
slice slice_trim(slice s);                         /* without SP and TAB at both ends */
bool slice_eq(slice a, slice b);
bool slice_eq_nocase(slice a, slice b);
bool slice_starts(slice s, slice prefix);
bool slice_starts_nocase(slice s, slice prefix);
bool slice_ends(slice s, slice suffix);
int slice_cmp(slice a, slice b); /* a total order: bytes, then length */

#define SLICE_NONE ((size_t)-1)
size_t slice_find_byte(slice s, char c); /* SLICE_NONE where there is none */
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

char ascii_lower(char c);
char ascii_upper(char c);
bool ascii_is_alpha(char c);
bool ascii_is_digit(char c);

/* 64-bit hash of the bytes; the same on every machine and compiler.  Not cryptographic. */
uint64_t slice_hash(slice s, uint64_t seed);

#endif
