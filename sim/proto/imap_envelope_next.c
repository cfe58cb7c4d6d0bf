/* imap_envelope_next.c - an ENVELOPE as it stands in a response, element by element.
 * Never undoes a quoted string's backslashes: who shows it does. */
#include "sim/proto/imap.h"

/* The next element of an ENVELOPE as it stands in the response: a quoted string's inside, or an
 * atom; a list in brackets is one element (RFC 9051 7.5.2). */
slice imap_envelope_next(slice *rest)
{
    slice s = slice_trim(*rest);
    size_t depth = 0, at = 0;
    bool quoted = false;
    for (; at < s.len; at++) {
        char c = s.ptr[at];
        if (quoted) {
            at += c == '\\';
            quoted = c != '"';
        } else if (c == '"') {
            quoted = true;
        } else if (c == '(') {
            depth++;
        } else if (c == ')') {
            depth--;
        } else if (c == ' ' && depth == 0) {
            break;
        }
    }
    *rest = slice_from(s, at);
    slice element = slice_sub(s, 0, at);
    if (element.len >= 2 && element.ptr[0] == '"') {
        element = slice_sub(element, 1, element.len - 2);
    }
    return element;
}
