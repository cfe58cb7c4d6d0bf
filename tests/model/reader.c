/* reader.c - responses of a server, apart into words.  Its own small grammar, so that a fault of
 * the simulated client's reader cannot hide one of the server's. */
#include "tests/model/model.h"

/* Where a line ends with "{12}" its literal, and a further line, belong to it. */
static bool announces(slice line, uint64_t *size_r)
{
    if (line.len < 3 || line.ptr[line.len - 1] != '}') {
        return false;
    }
    size_t open = line.len - 1;
    while (open > 0 && line.ptr[open] != '{') {
        open--;
    }
    return line.ptr[open] == '{' &&
           slice_to_u64(slice_sub(line, open + 1, line.len - open - 2), size_r);
}

bool read_response(struct client *c, slice *r)
{
    slice rest = slice_from(buf_slice(&c->heard), c->read);
    size_t at = 0;
    for (;;) {
        size_t end = slice_find(slice_from(rest, at), SLICE("\r\n"));
        uint64_t literal;
        if (end == SLICE_NONE) {
            return false;
        }
        if (!announces(slice_sub(rest, at, end), &literal)) {
            *r = slice_sub(rest, 0, at + end);
            c->read += at + end + 2;
            return true;
        }
        at += end + 2 + (size_t)literal;
        if (at > rest.len) {
            return false;
        }
    }
}

bool eat(slice *r, const char *word)
{
    slice w = slice_of(word);
    if (!slice_starts_nocase(*r, w)) {
        return false;
    }
    *r = slice_from(*r, w.len);
    return true;
}

bool eat_number(slice *r, uint64_t *n_r)
{
    size_t len = 0;
    while (len < r->len && ascii_is_digit(r->ptr[len])) {
        len++;
    }
    bool ok = slice_to_u64(slice_sub(*r, 0, len), n_r);
    *r = slice_from(*r, len);
    return ok;
}

slice eat_atom(slice *r)
{
    size_t len = 0;
    while (len < r->len && !memchr(" ()[]\"", r->ptr[len], 6)) {
        len++;
    }
    slice atom = slice_sub(*r, 0, len);
    *r = slice_from(*r, len);
    return atom;
}

bool eat_string(slice *r, slice *s_r)
{
    uint64_t size;
    if (eat(r, "\"")) { /* no quote in a string is ever escaped here */
        size_t end = slice_find_byte(*r, '"');
        *s_r = slice_sub(*r, 0, end);
        *r = slice_from(*r, end == SLICE_NONE ? r->len : end + 1);
        return end != SLICE_NONE;
    }
    if (eat(r, "{")) {
        if (!eat_number(r, &size) || !eat(r, "}\r\n") || r->len < size) {
            return false;
        }
        *s_r = slice_sub(*r, 0, (size_t)size);
        *r = slice_from(*r, (size_t)size);
        return true;
    }
    *s_r = eat_atom(r);
    return s_r->len > 0;
}

static bool one_flag(slice name, struct box *b, uint32_t *flags)
{
    for (size_t i = 0; i < F_SYSTEM_COUNT; i++) {
        if (slice_eq_nocase(name, slice_of(model_flags[i]))) {
            *flags |= 1U << i;
            return true;
        }
    }
    uint32_t bit = slice_eq_nocase(name, SLICE("\\Recent")) ? F_RECENT
                   : slice_eq(name, SLICE("\\*"))           ? 0
                                                            : truth_keyword(b, name, false);
    *flags |= bit;
    return bit != 0 || slice_eq(name, SLICE("\\*"));
}

bool eat_flags(slice *r, struct box *b, uint32_t *flags_r, struct play *p)
{
    *flags_r = 0;
    if (!eat(r, "(")) {
        return false;
    }
    while (!eat(r, ")")) {
        slice name = eat_atom(r);
        if (name.len == 0) {
            return false;
        }
        if (!one_flag(name, b, flags_r)) {
            model_fail(p, "a flag that nobody made: %.*s", SLICE_ARG(name));
            return false;
        }
        (void)eat(r, " ");
    }
    return true;
}

bool eat_range(slice *r, uint64_t *from_r, uint64_t *to_r)
{
    (void)eat(r, ",");
    if (!eat_number(r, from_r)) {
        return false;
    }
    *to_r = *from_r;
    return !eat(r, ":") || (eat_number(r, to_r) && *to_r >= *from_r);
}
