/* parts.c - the parts of a letter.  See parts.h. */
#include "ui/parts.h"

#include "sim/base/base64.h"
#include "sim/mail/header.h"
#include "sim/mail/mime_tree.h"

void parts_init(struct parts *p)
{
    *p = (struct parts){ 0 };
    arena_init(&p->arena);
}

void parts_deinit(struct parts *p)
{
    arena_deinit(&p->arena);
    *p = (struct parts){ 0 };
}

/* utf-8'en'a%20b (RFC 2231 4); the language and the character set are left out. */
static void add_extended(slice value, bool first, struct buf *out)
{
    for (int quotes = 0; first && quotes < 2; quotes++) {
        slice_cut(&value, '\'');
    }
    buf_add_percent(out, value);
}

/* A parameter that may come in pieces: name, name*, name*0, name*0* ... (RFC 2231 3).  Many send a
 * plain one beside them, for those who do not know this. */
static slice parameter(slice body, slice wanted, struct arena *a)
{
    struct buf out;
    slice rest = body, name, value, plain = { 0 };
    bool first = true;
    buf_init(&out);
    (void)mime_value(&rest);
    while (mime_param_next(&rest, a, &name, &value)) {
        slice tail = slice_from(name, wanted.len);
        bool piece = slice_starts_nocase(name, wanted) && slice_starts(tail, SLICE("*"));
        if (piece && slice_ends(tail, SLICE("*"))) {
            add_extended(value, first, &out);
        } else if (piece) {
            buf_add(&out, value);
        } else if (slice_eq_nocase(name, wanted)) {
            plain = value;
        }
        first = first && !piece;
    }
    slice text = out.len ? arena_copy(a, buf_slice(&out)) : plain;
    buf_deinit(&out);
    return text;
}

static slice name_of(slice header, struct arena *a)
{
    struct header_field f;
    slice name = { 0 };
    if (header_find(header, SLICE("Content-Disposition"), &f)) {
        name = parameter(f.body, SLICE("filename"), a);
    }
    if (name.len == 0 && header_find(header, SLICE("Content-Type"), &f)) {
        name = parameter(f.body, SLICE("name"), a);
    }
    return name;
}

/* Four characters of base64 are three octets (RFC 2045 6.8). */
static uint64_t from_base64(slice body)
{
    return (uint64_t)base64_letters(body) * 3 / 4;
}

/* "=3D" is one octet, "=" at the end of a line none, nor is the line end (RFC 2045 6.7). */
static uint64_t from_quoted_printable(slice body)
{
    uint64_t octets = 0;
    for (size_t i = 0; i < body.len; i++) {
        bool soft = body.ptr[i] == '=' && i + 1 < body.len &&
                    (body.ptr[i + 1] == '\r' || body.ptr[i + 1] == '\n');
        if (soft) {
            i += body.ptr[i + 1] == '\r' && i + 2 < body.len && body.ptr[i + 2] == '\n' ? 2 : 1;
            continue;
        }
        i += body.ptr[i] == '=' && i + 2 < body.len ? 2 : 0;
        octets++;
    }
    return octets;
}

static void measure(slice header, slice body, struct part *part)
{
    struct header_field f;
    part->inside = part->taken = body.len;
    if (part->branch || !header_find(header, SLICE("Content-Transfer-Encoding"), &f)) {
        return;
    }
    slice how = slice_trim(f.body);
    bool base64 = slice_eq_nocase(how, SLICE("base64"));
    part->encoded = base64 || slice_eq_nocase(how, SLICE("quoted-printable"));
    if (part->encoded) {
        part->taken = base64 ? from_base64(body) : from_quoted_printable(body);
    }
}

static void add(struct parts *p, const struct mime_tree *t, size_t at, size_t depth)
{
    const struct mime_part *m = &t->parts[at];
    if (p->count < PARTS_MAX) {
        struct part *part = &p->list[p->count++];
        struct buf type;
        buf_init(&type);
        buf_add_lower(&type, m->type);
        buf_byte(&type, '/');
        buf_add_lower(&type, m->subtype);
        *part = (struct part){ .type = arena_copy(&p->arena, buf_slice(&type)),
                               .depth = depth,
                               .last = m->next == MIME_NO_PART,
                               .branch = m->child != MIME_NO_PART };
        buf_deinit(&type);
        slice header = mime_part_header(t, at);
        part->name = name_of(header, &p->arena);
        measure(header, mime_part_body(t, at), part);
    }
    for (size_t child = m->child; child != MIME_NO_PART; child = t->parts[child].next) {
        add(p, t, child, depth + 1); /* as deep as MIME_DEPTH_MAX */
    }
}

void parts_read(struct parts *p, slice letter)
{
    struct mime_tree t;
    parts_deinit(p);
    parts_init(p);
    mime_tree_read(&t, letter);
    if (t.count) {
        add(p, &t, 0, 0);
    }
    mime_tree_deinit(&t);
}
