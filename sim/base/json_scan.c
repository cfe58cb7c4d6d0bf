/* json_scan.c - the grammar of RFC 8259 in one pass, with a small stack instead of recursion.
 * Builds nothing; says where the first mistake is and what to write instead. */
#include "sim/base/err.h"
#include "sim/base/json.h"
#include "sim/base/safe.h"

#include <string.h>

struct scan {
    slice text;
    size_t at;
    size_t depth, values;
    char open[JSON_DEPTH_MAX]; /* '{' or '[' */
    struct err *err;
};

#define END (-1)

static int peek(const struct scan *s)
{
    return s->at < s->text.len ? (unsigned char)s->text.ptr[s->at] : END;
}

static void blanks(struct scan *s)
{
    int c = peek(s);
    while (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        s->at++;
        c = peek(s);
    }
}

static bool fail(struct scan *s, const char *why)
{
    return err_set(s->err, "%s", why);
}

/* Four hexadecimal digits behind \u. */
static bool hex4(struct scan *s, uint32_t *value_r)
{
    uint32_t value = 0;
    for (size_t i = 0; i < 4; i++) {
        int c = peek(s);
        const char *digit = c > 0 ? strchr("0123456789abcdef", ascii_lower((char)c)) : NULL;
        if (!digit || *digit == '\0') {
            return fail(s, "\\u needs four hexadecimal digits");
        }
        value = value << 4 | (uint32_t)(digit - "0123456789abcdef");
        s->at++;
    }
    *value_r = value;
    return true;
}

static bool escape(struct scan *s)
{
    size_t start = s->at++; /* the backslash */
    int c = peek(s);
    if (c == END || !strchr("\"\\/bfnrtu", c) || c == 0) {
        s->at = start;
        return fail(s, "JSON has no such escape; a backslash itself is written \\\\");
    }
    s->at++;
    uint32_t high = 0, low = 0;
    if (c != 'u') {
        return true;
    }
    if (!hex4(s, &high)) {
        return false;
    }
    if (high == 0) {
        s->at = start;
        return fail(s, "\\u0000 is not allowed in a scenario");
    }
    if (high < 0xd800 || high > 0xdfff) {
        return true;
    }
    if (high < 0xdc00 && slice_starts(slice_from(s->text, s->at), SLICE("\\u"))) {
        s->at += 2;
        if (!hex4(s, &low)) {
            return false;
        }
        if (low >= 0xdc00 && low <= 0xdfff) {
            return true;
        }
    }
    s->at = start;
    return fail(s, "half of a surrogate pair stands alone");
}

static bool string(struct scan *s, bool is_key)
{
    size_t start = s->at++;
    for (;;) {
        int c = peek(s);
        if (c == '"') {
            s->at++;
            break;
        }
        if (c == END || c == '\n' || c == '\r') {
            s->at = start;
            return fail(s, "this string does not end on its line; a line break in it is written "
                           "\\n");
        }
        if (c < 0x20) {
            return fail(s, c == '\t' ? "a raw TAB in a string is written \\t"
                                     : "a raw control character in a string");
        }
        if (c == '\\') {
            if (!escape(s)) {
                return false;
            }
            continue;
        }
        size_t len = utf8_sequence(slice_from(s->text, s->at));
        if (len == 0) {
            return fail(s, "this is not UTF-8; save the file as UTF-8");
        }
        s->at += len;
    }
    if (is_key && s->at - start > JSON_KEY_MAX + 2) {
        s->at = start;
        return fail(s, "this key is too long");
    }
    return true;
}

static size_t digits(struct scan *s)
{
    size_t from = s->at;
    while (s->at < s->text.len && ascii_is_digit(s->text.ptr[s->at])) {
        s->at++;
    }
    return s->at - from;
}

static bool number(struct scan *s)
{
    size_t start = s->at;
    if (peek(s) == '-') {
        s->at++;
    }
    bool zero = peek(s) == '0';
    size_t whole = digits(s);
    if (whole == 0 || (zero && whole > 1)) {
        s->at = start;
        return fail(s, zero ? "a number does not begin with 0" : "a number needs a digit here");
    }
    if (peek(s) == '.') {
        s->at++;
        if (digits(s) == 0) {
            s->at = start;
            return fail(s, "a number does not end in a point");
        }
    }
    if (peek(s) == 'e' || peek(s) == 'E') {
        s->at++;
        if (peek(s) == '+' || peek(s) == '-') {
            s->at++;
        }
        if (digits(s) == 0) {
            s->at = start;
            return fail(s, "the exponent of this number has no digits");
        }
    }
    if (s->at - start > 40) {
        s->at = start;
        return fail(s, "this number is too long");
    }
    return true;
}

static bool word(struct scan *s)
{
    static const slice words[] = { SLICE_INIT("true"), SLICE_INIT("false"), SLICE_INIT("null") };
    slice rest = slice_from(s->text, s->at);
    for (size_t i = 0; i < COUNT(words); i++) {
        if (slice_starts(rest, words[i])) {
            s->at += words[i].len;
            return true;
        }
    }
    int c = peek(s);
    if (c == END) {
        return fail(s, s->values == 0 ? "the file is empty" : "the file ends too early");
    }
    if (c == '/') {
        return fail(s, "JSON has no comments; use the key \"about\"");
    }
    if (c == '\'') {
        return fail(s, "strings stand in double quotes");
    }
    if (c == '}' || c == ']') {
        return fail(s, "a value is missing here");
    }
    return fail(s, "this is no value; text stands in double quotes");
}

/* A key and its colon. */
static bool key(struct scan *s)
{
    blanks(s);
    int c = peek(s);
    if (c != '"') {
        return fail(s, c == END   ? "the file ends inside an object"
                       : c == '}' ? "the comma before this } is one too many"
                                  : "a key in double quotes is missing here");
    }
    if (!string(s, true)) {
        return false;
    }
    blanks(s);
    if (peek(s) != ':') {
        return fail(s, "a colon is missing between key and value");
    }
    s->at++;
    return true;
}

/* The next value, or the beginning of one.  *whole_r: it is complete. */
static bool value(struct scan *s, bool *whole_r)
{
    blanks(s);
    *whole_r = true;
    if (s->values >= JSON_VALUES_MAX) {
        return err_set(s->err, "more than %d values in one file", JSON_VALUES_MAX);
    }
    int c = peek(s);
    if (c == '{' || c == '[') {
        if (s->depth == JSON_DEPTH_MAX) {
            return err_set(s->err, "nested more than %d deep", JSON_DEPTH_MAX);
        }
        s->values++;
        s->open[s->depth++] = (char)c;
        s->at++;
        blanks(s);
        if (peek(s) == (c == '{' ? '}' : ']')) {
            s->at++;
            s->depth--;
            return true;
        }
        *whole_r = false;
        return c == '[' || key(s);
    }
    bool ok = c == '"'                             ? string(s, false)
              : c == '-' || (c >= '0' && c <= '9') ? number(s)
                                                   : word(s);
    s->values++;
    return ok;
}

/* What may follow a value inside a container: a comma (*more_r), or its end. */
static bool after(struct scan *s, bool *more_r)
{
    bool object = s->open[s->depth - 1] == '{';
    blanks(s);
    int c = peek(s);
    *more_r = c == ',';
    if (c == (object ? '}' : ']')) {
        s->at++;
        s->depth--;
        return true;
    }
    if (c != ',') {
        return fail(s, c == END ? (object ? "the file ends inside an object"
                                          : "the file ends inside an array")
                                : "a comma or the closing bracket is missing here");
    }
    s->at++;
    if (object) {
        return key(s);
    }
    blanks(s);
    return peek(s) != ']' || fail(s, "the comma before this ] is one too many");
}

bool json_scan(slice text, size_t *at_r, struct err *err_r)
{
    struct scan s = { .text = text, .err = err_r };
    bool whole = true, more = true, ok = true;
    if (slice_starts(text, SLICE("\xef\xbb\xbf"))) {
        ok = fail(&s, "the file begins with a byte order mark; save it as UTF-8 without one");
    }
    while (ok && more) {
        ok = value(&s, &whole);
        more = !whole;
        while (ok && whole && !more && s.depth > 0) {
            ok = after(&s, &more);
        }
    }
    if (ok) {
        blanks(&s);
        ok = s.at == text.len || fail(&s, "the scenario has ended before this");
    }
    *at_r = s.at;
    return ok;
}
