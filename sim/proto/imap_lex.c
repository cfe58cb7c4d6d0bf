/* imap_lex.c - the tokens of IMAP.
 * Never knows a command; never reads past the unit it was given. */
#include "sim/proto/imap_lex.h"

#include <string.h>

#define LIST_DEPTH_MAX 64 /* nested lists skipped; deeper is malformed */

struct imap_lex imap_lex_of(const struct imap_input *in, struct arena *lent)
{
    return (struct imap_lex){ in->unit, in->literals, in->literal_count, lent, false };
}

struct imap_lex imap_lex_begun(const struct imap_input *in, struct arena *lent)
{
    return (struct imap_lex){ imap_input_begun(in), in->literals, in->literal_count, lent, false };
}

bool lex_end(const struct imap_lex *l)
{
    return l->rest.len == 0;
}

bool lex_is(const struct imap_lex *l, char c)
{
    return l->rest.len > 0 && l->rest.ptr[0] == c;
}

bool lex_char(struct imap_lex *l, char c)
{
    if (!lex_is(l, c)) {
        return false;
    }
    l->rest = slice_from(l->rest, 1);
    return true;
}

bool lex_sp(struct imap_lex *l)
{
    return lex_char(l, ' ');
}

/* atom-specials are "(" ")" "{" SP CTL "%" "*" DQUOTE "\" "]" (RFC 9051 9); 8-bit is no CHAR. */
static bool is_atom(char c)
{
    return c > ' ' && c < 127 && !strchr("(){%*\"\\]", c);
}

static bool is_astring(char c)
{
    return is_atom(c) || c == ']';
}

static bool is_tag(char c)
{
    return is_astring(c) && c != '+';
}

static bool is_word(char c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c) || c == '-' || c == '.';
}

static bool is_list(char c)
{
    return is_astring(c) || c == '%' || c == '*';
}

static bool is_set(char c)
{
    return ascii_is_digit(c) || c == ':' || c == ',' || c == '*';
}

static bool run_of(struct imap_lex *l, bool (*is)(char), slice *s_r)
{
    size_t n = 0;
    while (n < l->rest.len && is(l->rest.ptr[n])) {
        n++;
    }
    *s_r = slice_sub(l->rest, 0, n);
    l->rest = slice_from(l->rest, n);
    return n > 0;
}

bool lex_atom(struct imap_lex *l, slice *s_r)
{
    return run_of(l, is_atom, s_r);
}

bool lex_tag(struct imap_lex *l, slice *s_r)
{
    return run_of(l, is_tag, s_r);
}

bool lex_word(struct imap_lex *l, slice *s_r)
{
    return run_of(l, is_word, s_r);
}

bool lex_number(struct imap_lex *l, uint64_t *n_r)
{
    slice digits;
    return run_of(l, ascii_is_digit, &digits) && slice_to_u64(digits, n_r);
}

bool lex_set(struct imap_lex *l, struct imap_set *set_r)
{
    slice text;
    if (l->dollar && lex_char(l, '$')) {
        *set_r = (struct imap_set){ .saved = true };
        return true;
    }
    return run_of(l, is_set, &text) && imap_set_parse(text, l->arena, set_r);
}

/* Behind the opening quote.  Only DQUOTE and "\" may be escaped (quoted-specials); CR and LF cannot
 * occur, and NUL is refused.  8-bit is let through: RFC 9051 has UTF-8 here. */
static bool quoted(struct imap_lex *l, slice *s_r)
{
    size_t n = 0;
    size_t escapes = 0;
    slice s = l->rest;
    for (; n < s.len && s.ptr[n] != '"'; n++) {
        if (s.ptr[n] == '\\') {
            n++;
            escapes++;
            if (n == s.len || (s.ptr[n] != '"' && s.ptr[n] != '\\')) {
                return false;
            }
        } else if (s.ptr[n] == '\0' || s.ptr[n] == '\r' || s.ptr[n] == '\n') {
            return false;
        }
    }
    if (n == s.len) {
        return false;
    }
    *s_r = slice_sub(s, 0, n);
    l->rest = slice_from(s, n + 1);
    if (escapes > 0) {
        char *plain = arena_alloc(l->arena, n);
        size_t used = 0;
        for (size_t i = 0; i < n; i++) {
            i += s.ptr[i] == '\\';
            plain[used++] = s.ptr[i];
        }
        *s_r = (slice){ plain, used };
    }
    return true;
}

/* Takes "{n}" CRLF and, for a short literal, its octets; for a long one gives the message. */
static bool literal(struct imap_lex *l, slice *s_r, struct message **long_r)
{
    size_t eol = slice_find(l->rest, SLICE("\r\n"));
    uint64_t octets;
    bool waits;
    *long_r = NULL;
    *s_r = (slice){ 0 };
    if (eol == SLICE_NONE || !lex_is(l, '{') ||
        !imap_literal_announced(slice_sub(l->rest, 0, eol), &octets, &waits)) {
        return false;
    }
    l->rest = slice_from(l->rest, eol + 2);
    if (octets > IMAP_INLINE_MAX) {
        if (l->literal_count == 0) {
            return false;
        }
        *long_r = *l->literals++;
        l->literal_count--;
        return true;
    }
    if (octets > l->rest.len) {
        return false;
    }
    *s_r = slice_sub(l->rest, 0, (size_t)octets);
    l->rest = slice_from(l->rest, (size_t)octets);
    return true;
}

static slice flatten(struct imap_lex *l, const struct message *m)
{
    if (m->part_count == 1) {
        return m->parts[0].bytes;
    }
    struct buf flat;
    buf_init(&flat);
    message_copy(m, &flat);
    slice copy = arena_copy(l->arena, buf_slice(&flat));
    buf_deinit(&flat);
    return copy;
}

bool lex_string(struct imap_lex *l, slice *s_r)
{
    if (lex_char(l, '"')) {
        return quoted(l, s_r);
    }
    struct message *whole;
    if (!literal(l, s_r, &whole)) {
        return false;
    }
    if (whole) {
        *s_r = flatten(l, whole);
    }
    return slice_find_byte(*s_r, '\0') == SLICE_NONE;
}

bool lex_astring(struct imap_lex *l, slice *s_r)
{
    bool string = lex_is(l, '"') || lex_is(l, '{');
    return string ? lex_string(l, s_r) : run_of(l, is_astring, s_r);
}

bool lex_nstring(struct imap_lex *l, slice *s_r, bool *nil_r)
{
    *nil_r = false;
    if (lex_is(l, '"') || lex_is(l, '{')) {
        return lex_string(l, s_r);
    }
    *nil_r = true;
    return lex_atom(l, s_r) && slice_eq_nocase(*s_r, SLICE("NIL"));
}

bool lex_list_mailbox(struct imap_lex *l, slice *s_r)
{
    bool string = lex_is(l, '"') || lex_is(l, '{');
    return string ? lex_string(l, s_r) : run_of(l, is_list, s_r);
}

bool lex_literal(struct imap_lex *l, struct message **m_r)
{
    slice text = { 0 };
    struct message *whole;
    if (!literal(l, &text, &whole)) {
        return false;
    }
    *m_r = whole ? message_ref(whole) : message_from(text);
    return true;
}

bool lex_flag(struct imap_lex *l, slice *s_r)
{
    slice before = l->rest;
    bool system = lex_char(l, '\\');
    bool ok = system && lex_char(l, '*');
    ok = ok || lex_atom(l, s_r);
    *s_r = slice_sub(before, 0, before.len - l->rest.len);
    return ok;
}

static bool is_other(char c)
{
    return c > ' ' && c != '(' && c != ')' && c != '"' && c != '{' && c != 127;
}

/* An atom of a response, with a section behind it such as "BODY[HEADER.FIELDS (TO)]<0>". */
static bool skip_atom(struct imap_lex *l)
{
    size_t n = 0;
    size_t open = 0;
    while (n < l->rest.len) {
        char c = l->rest.ptr[n];
        open += c == '[';
        if (open == 0 && !is_other(c)) {
            break;
        }
        open -= c == ']' && open > 0;
        n++;
    }
    l->rest = slice_from(l->rest, n);
    return n > 0 && open == 0;
}

/* What has been skipped so far. */
struct skipped {
    slice from;      /* from here on it stands in the unit */
    struct buf text; /* what is in front of that, once a long literal came */
};

static bool skip_string(struct imap_lex *l, struct skipped *k)
{
    slice text;
    size_t before = l->literal_count;
    if (!lex_string(l, &text)) {
        return false;
    }
    if (l->literal_count < before) {
        buf_add(&k->text, slice_sub(k->from, 0, k->from.len - l->rest.len));
        buf_add(&k->text, text);
        k->from = l->rest;
    }
    return true;
}

static bool skip_values(struct imap_lex *l, struct skipped *k)
{
    size_t depth = 0;
    do {
        bool ok = true;
        if (depth > 0 && lex_sp(l)) {
            continue;
        }
        if (lex_char(l, '(')) {
            ok = ++depth <= LIST_DEPTH_MAX;
        } else if (depth > 0 && lex_char(l, ')')) {
            depth--;
        } else {
            ok = lex_is(l, '"') || lex_is(l, '{') ? skip_string(l, k) : skip_atom(l);
        }
        if (!ok) {
            return false;
        }
    } while (depth > 0);
    return true;
}

bool lex_skip_value(struct imap_lex *l, slice *s_r)
{
    struct skipped k = { .from = l->rest };
    bool ok = skip_values(l, &k);
    *s_r = slice_sub(k.from, 0, k.from.len - l->rest.len);
    if (ok && k.text.len > 0) {
        buf_add(&k.text, *s_r);
        *s_r = arena_copy(l->arena, buf_slice(&k.text));
    }
    buf_deinit(&k.text);
    return ok;
}
