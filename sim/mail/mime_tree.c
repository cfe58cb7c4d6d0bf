/* mime_tree.c - the parts of a letter as MIME nests them.
 * Recursion is bounded by MIME_DEPTH_MAX, work by the letter's size times the depth. */
#include "sim/mail/mime_tree.h"

#include "sim/base/mem.h"
#include "sim/mail/header.h"

#include <string.h>

static bool is_token(char c)
{
    return c > ' ' && c < 127 && !strchr("()<>@,;:\\\"/[]?=", c);
}

/* Blanks, line ends of folds, and comments (RFC 2045 5.1 allows them between tokens). */
static void skip_blanks(slice *rest)
{
    size_t depth = 0;
    size_t i = 0;
    for (; i < rest->len; i++) {
        char c = rest->ptr[i];
        if (depth > 0 && c == '\\') {
            i++;
        } else if (c == '(') {
            depth++;
        } else if (c == ')' && depth > 0) {
            depth--;
        } else if (depth == 0 && c != ' ' && c != '\t' && c != '\r' && c != '\n') {
            break;
        }
    }
    *rest = slice_from(*rest, i);
}

static slice token(slice *rest)
{
    size_t n = 0;
    skip_blanks(rest);
    while (n < rest->len && is_token(rest->ptr[n])) {
        n++;
    }
    slice t = slice_sub(*rest, 0, n);
    *rest = slice_from(*rest, n);
    return t;
}

static bool take(slice *rest, char c)
{
    skip_blanks(rest);
    if (rest->len == 0 || rest->ptr[0] != c) {
        return false;
    }
    *rest = slice_from(*rest, 1);
    return true;
}

/* Behind the opening quote. */
static slice quoted(slice *rest, struct arena *a)
{
    char *plain = arena_alloc(a, rest->len + 1);
    size_t used = 0;
    size_t i = 0;
    for (; i < rest->len && rest->ptr[i] != '"'; i++) {
        if (rest->ptr[i] == '\\' && i + 1 < rest->len) {
            i++;
        }
        if (rest->ptr[i] != '\r' && rest->ptr[i] != '\n') {
            plain[used++] = rest->ptr[i];
        }
    }
    *rest = slice_from(*rest, i + 1);
    return (slice){ plain, used };
}

slice mime_value(slice *body)
{
    return token(body);
}

bool mime_param_next(slice *rest, struct arena *a, slice *name_r, slice *value_r)
{
    while (rest->len > 0) {
        size_t semicolon = slice_find_byte(*rest, ';');
        if (semicolon == SLICE_NONE) {
            return false;
        }
        *rest = slice_from(*rest, semicolon + 1);
        *name_r = token(rest);
        if (name_r->len == 0 || !take(rest, '=')) {
            continue;
        }
        *value_r = take(rest, '"') ? quoted(rest, a) : token(rest);
        return true;
    }
    return false;
}

/* "--boundary" at the front of a line, and what stands behind it. */
static bool is_delimiter(slice line, slice boundary, bool *last_r)
{
    if (line.len < boundary.len + 2 || line.ptr[0] != '-' || line.ptr[1] != '-' ||
        memcmp(line.ptr + 2, boundary.ptr, boundary.len) != 0) {
        return false;
    }
    slice behind = slice_from(line, boundary.len + 2);
    *last_r = slice_starts(behind, SLICE("--"));
    behind = slice_trim(*last_r ? slice_from(behind, 2) : behind);
    return behind.len == 0 || behind.ptr[0] == '\r' || behind.ptr[0] == '\n';
}

static size_t line_end(slice s, size_t from)
{
    size_t lf = slice_find_byte(slice_from(s, from), '\n');
    return lf == SLICE_NONE ? s.len : from + lf + 1;
}

static size_t add_part(struct mime_tree *t)
{
    t->parts = mem_grow(t->parts, t->count, &t->cap, sizeof *t->parts);
    t->parts[t->count] = (struct mime_part){ .child = MIME_NO_PART, .next = MIME_NO_PART };
    return t->count++;
}

static size_t read_entity(struct mime_tree *t, size_t at, size_t len, size_t depth, bool digest);

static void link_child(struct mime_tree *t, size_t parent, size_t *last, size_t child)
{
    if (*last == MIME_NO_PART) {
        t->parts[parent].child = child;
    } else {
        t->parts[*last].next = child;
    }
    *last = child;
}

/* RFC 2046 5.1.1: the CRLF before a delimiter belongs to the delimiter. */
static void read_multipart(struct mime_tree *t, size_t self, slice boundary, size_t depth,
                           bool digest)
{
    size_t base = t->parts[self].body_at;
    slice body = slice_sub(t->letter, base, t->parts[self].body_len);
    size_t last = MIME_NO_PART;
    size_t open = SIZE_MAX; /* where the part being read begins */
    bool end = false;
    for (size_t at = 0; at < body.len && !end;) {
        size_t next = line_end(body, at);
        if (is_delimiter(slice_sub(body, at, next - at), boundary, &end)) {
            size_t stop = at;
            stop -= stop > 0 && body.ptr[stop - 1] == '\n';
            stop -= stop > 0 && stop < at && body.ptr[stop - 1] == '\r';
            if (open != SIZE_MAX && t->count < MIME_PARTS_MAX) {
                stop = stop > open ? stop : open;
                link_child(t, self, &last,
                           read_entity(t, base + open, stop - open, depth + 1, digest));
            }
            open = next;
        }
        at = next;
    }
    if (!end && open != SIZE_MAX && t->count < MIME_PARTS_MAX) { /* the closing one is missing */
        link_child(t, self, &last, read_entity(t, base + open, body.len - open, depth + 1, digest));
    }
}

static uint64_t count_lines(slice s)
{
    uint64_t n = 0;
    for (size_t at = 0; at < s.len; at = line_end(s, at)) {
        n++;
    }
    return n;
}

/* The header section of an entity: fields, then an empty line. */
static size_t header_length(slice entity)
{
    for (size_t at = 0; at < entity.len;) {
        size_t next = line_end(entity, at);
        slice line = slice_sub(entity, at, next - at);
        if (line.ptr[0] == '\n' || slice_eq(line, SLICE("\r\n"))) {
            return next;
        }
        at = next;
    }
    return entity.len;
}

/* false: none, or not readable. */
static bool read_type(slice header, struct mime_part *p, slice *params_r)
{
    struct header_field f;
    if (!header_find(header, SLICE("Content-Type"), &f)) {
        return false;
    }
    slice rest = f.body;
    slice type = token(&rest);
    bool slash = take(&rest, '/');
    slice subtype = token(&rest);
    if (type.len == 0 || !slash || subtype.len == 0) {
        return false;
    }
    p->type = type;
    p->subtype = subtype;
    *params_r = rest;
    return true;
}

static void find_boundary(slice params, struct arena *a, slice *boundary_r)
{
    slice name;
    slice value;
    while (mime_param_next(&params, a, &name, &value)) {
        if (slice_eq_nocase(name, SLICE("boundary")) && value.len > 0) {
            *boundary_r = value;
            return;
        }
    }
}

/* RFC 2046 5.2.1, and RFC 6532 3.7 for those who know it. */
static bool is_letter(const struct mime_tree *t, const struct mime_part *p)
{
    return slice_eq_nocase(p->type, SLICE("message")) &&
           (slice_eq_nocase(p->subtype, SLICE("rfc822")) ||
            (t->global && slice_eq_nocase(p->subtype, SLICE("global"))));
}

static void read_children(struct mime_tree *t, size_t self, slice params, size_t depth)
{
    struct mime_part p = t->parts[self];
    if (slice_eq_nocase(p.type, SLICE("multipart"))) {
        struct arena a;
        slice boundary = { 0 };
        arena_init(&a);
        find_boundary(params, &a, &boundary);
        if (boundary.len > 0) {
            read_multipart(t, self, boundary, depth, slice_eq_nocase(p.subtype, SLICE("digest")));
        }
        arena_deinit(&a);
        t->parts[self].kind = t->parts[self].child == MIME_NO_PART ? MIME_LEAF : MIME_MULTIPART;
    } else if (is_letter(t, &p) && t->count < MIME_PARTS_MAX) {
        size_t child = read_entity(t, p.body_at, p.body_len, depth + 1, false);
        t->parts[self].child = child;
        t->parts[self].kind = MIME_MESSAGE;
    }
}

/* RFC 2046 5.1.5: within multipart/digest a part without a type is a letter. */
static size_t read_entity(struct mime_tree *t, size_t at, size_t len, size_t depth, bool digest)
{
    size_t self = add_part(t);
    struct mime_part *p = &t->parts[self];
    slice entity = slice_sub(t->letter, at, len);
    p->header_at = at;
    p->header_len = header_length(entity);
    p->body_at = at + p->header_len;
    p->body_len = len - p->header_len;
    p->lines = count_lines(slice_from(entity, p->header_len));
    slice params = { 0 };
    p->typed = read_type(slice_sub(entity, 0, p->header_len), p, &params);
    if (!p->typed) {
        p->type = digest ? SLICE("MESSAGE") : SLICE("TEXT");
        p->subtype = digest ? SLICE("RFC822") : SLICE("PLAIN");
    }
    if (depth < MIME_DEPTH_MAX) {
        read_children(t, self, params, depth);
    }
    p = &t->parts[self];
    bool composite = slice_eq_nocase(p->type, SLICE("multipart")) || is_letter(t, p);
    if (p->kind == MIME_LEAF && composite) { /* it says so, but nothing of it can be read */
        p->typed = false;
        p->type = SLICE("TEXT");
        p->subtype = SLICE("PLAIN");
    }
    return self;
}

void mime_tree_read_as(struct mime_tree *t, slice letter, bool global)
{
    *t = (struct mime_tree){ .letter = letter.ptr ? letter : SLICE(""), .global = global };
    (void)read_entity(t, 0, letter.len, 0, false);
}

void mime_tree_read(struct mime_tree *t, slice letter)
{
    mime_tree_read_as(t, letter, false);
}

void mime_tree_deinit(struct mime_tree *t)
{
    mem_free(t->parts);
    *t = (struct mime_tree){ 0 };
}

slice mime_part_header(const struct mime_tree *t, size_t part)
{
    return slice_sub(t->letter, t->parts[part].header_at, t->parts[part].header_len);
}

slice mime_part_body(const struct mime_tree *t, size_t part)
{
    return slice_sub(t->letter, t->parts[part].body_at, t->parts[part].body_len);
}

/* A letter that is not multipart has one part, number 1, which is its body. */
size_t mime_part_at(const struct mime_tree *t, const uint32_t *numbers, size_t count)
{
    size_t at = 0;
    bool letter = true;
    for (size_t i = 0; i < count; i++) {
        if (!letter && t->parts[at].kind == MIME_MESSAGE) {
            at = t->parts[at].child;
            letter = true;
        }
        if (t->parts[at].kind != MIME_MULTIPART) {
            if (!letter || numbers[i] != 1) {
                return MIME_NO_PART;
            }
            letter = false;
            continue;
        }
        at = t->parts[at].child;
        for (uint32_t n = 1; n < numbers[i] && at != MIME_NO_PART; n++) {
            at = t->parts[at].next;
        }
        if (at == MIME_NO_PART) {
            return MIME_NO_PART;
        }
        letter = false;
    }
    return at;
}
