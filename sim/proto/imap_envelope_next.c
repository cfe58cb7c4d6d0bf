/* imap_envelope_next.c - an ENVELOPE as it stands in a response, element by element.
 * Never fails: of what is malformed it gives what is there (RFC 9051 7.5.2 has the form). */
#include "sim/proto/imap.h"

#include "sim/proto/imap_input.h"

/* From the quote or the brace that a string begins with. */
static size_t behind_string(slice s, size_t at)
{
    if (s.ptr[at] == '{') {
        slice line = slice_from(s, at);
        size_t eol = slice_find(line, SLICE("\r\n"));
        uint64_t octets;
        bool waits;
        bool is_one = eol != SLICE_NONE &&
                      imap_literal_announced(slice_sub(line, 0, eol), &octets, &waits) &&
                      octets <= line.len - eol - 2;
        return is_one ? at + eol + 2 + (size_t)octets : s.len;
    }
    for (at++; at < s.len && s.ptr[at] != '"'; at++) {
        at += s.ptr[at] == '\\';
    }
    return at < s.len ? at + 1 : s.len;
}

/* A list in brackets is one element. */
static size_t end_of(slice s)
{
    size_t depth = 0;
    size_t at = 0;
    while (at < s.len) {
        char c = s.ptr[at];
        bool string = c == '"' || c == '{';
        if (depth == 0 && (c == ' ' || c == ')')) {
            break;
        }
        at = string ? behind_string(s, at) : at + 1;
        depth += c == '(';
        depth -= c == ')';
        if (depth == 0 && (string || c == ')')) {
            break;
        }
    }
    return at;
}

static slice without_backslashes(struct arena *arena, slice s)
{
    if (slice_find_byte(s, '\\') == SLICE_NONE) {
        return s;
    }
    struct buf plain = { 0 };
    for (size_t i = 0; i < s.len; i++) {
        i += s.ptr[i] == '\\' && i + 1 < s.len;
        buf_byte(&plain, s.ptr[i]);
    }
    slice kept = arena_copy(arena, buf_slice(&plain));
    buf_deinit(&plain);
    return kept;
}

slice imap_envelope_next(slice *rest, struct arena *arena)
{
    slice s = slice_trim(*rest);
    size_t end = end_of(s);
    slice element = slice_sub(s, 0, end);
    *rest = slice_from(s, end);
    if (slice_starts(element, SLICE("\""))) {
        bool closed = element.len >= 2 && slice_ends(element, SLICE("\""));
        return without_backslashes(arena, slice_sub(element, 1, element.len - 1 - closed));
    }
    if (slice_starts(element, SLICE("{"))) {
        size_t eol = slice_find(element, SLICE("\r\n"));
        return slice_from(element, eol == SLICE_NONE ? element.len : eol + 2);
    }
    return slice_eq_nocase(element, SLICE("NIL")) ? (slice){ 0 } : element;
}
