/* imap_section.c - BODY[section]<partial>: its grammar, its name, its octets.
 * Sends the letter's own blobs; only a MIME part number makes it read a scattered letter in one
 * piece, for as long as it looks for the part. */
#include "sim/proto/imap_section.h"

#include "sim/mail/header.h"
#include "sim/mail/mime_tree.h"
#include "sim/proto/imap_write.h"

#define NUMBERS_MAX 64
#define END_OF_LINE SIZE_MAX /* a piece that is the CRLF behind chosen fields */

struct piece {
    size_t at, len;
};
struct pieces {
    struct piece *items;
    size_t count, cap;
    uint64_t size;
};

static const struct {
    slice name;
    enum imap_section_what what;
    bool needs_number, alone;
} words[] = {
    { SLICE_INIT("HEADER"), SECTION_HEADER, false, true },
    { SLICE_INIT("HEADER.FIELDS"), SECTION_FIELDS, false, false },
    { SLICE_INIT("HEADER.FIELDS.NOT"), SECTION_FIELDS_NOT, false, false },
    { SLICE_INIT("TEXT"), SECTION_TEXT, false, true },
    { SLICE_INIT("MIME"), SECTION_MIME, true, true },
};

/* ---- grammar ---- */

static bool parse_fields(struct imap_lex *l, struct imap_section *s)
{
    if (!lex_sp(l) || !lex_char(l, '(')) {
        return false;
    }
    size_t most = l->rest.len / 2 + 1; /* a name and its blank or parenthesis */
    s->fields = arena_array(l->arena, most, sizeof *s->fields);
    do {
        if (s->field_count == most || !lex_astring(l, &s->fields[s->field_count++])) {
            return false;
        }
    } while (lex_sp(l));
    return lex_char(l, ')');
}

static bool parse_words(struct imap_lex *l, struct imap_section *s, slice name)
{
    for (size_t i = 0; i < COUNT(words); i++) {
        if (slice_eq_nocase(name, words[i].name)) {
            s->what = words[i].what;
            return (!words[i].needs_number || s->number_count > 0) &&
                   (words[i].alone || parse_fields(l, s));
        }
    }
    return false;
}

/* "1.2.HEADER": numbers, then perhaps a word. */
static bool parse_spec(struct imap_lex *l, struct imap_section *s)
{
    slice rest;
    if (!lex_word(l, &rest)) {
        return false;
    }
    s->numbers = arena_array(l->arena, NUMBERS_MAX, sizeof *s->numbers);
    while (rest.ptr && rest.len > 0 && ascii_is_digit(rest.ptr[0])) {
        slice digits = slice_cut(&rest, '.');
        bool more = rest.ptr != NULL;
        if (s->number_count == NUMBERS_MAX || !slice_to_u32(digits, &s->numbers[s->number_count]) ||
            s->numbers[s->number_count++] == 0 || (more && rest.len == 0)) {
            return false;
        }
    }
    return rest.len == 0 || parse_words(l, s, rest);
}

bool imap_section_parse(struct imap_lex *l, struct imap_section *s_r)
{
    *s_r = (struct imap_section){ .what = SECTION_WHOLE };
    if (!lex_char(l, '[') || (!lex_is(l, ']') && !parse_spec(l, s_r)) || !lex_char(l, ']')) {
        return false;
    }
    if (!lex_char(l, '<')) {
        return true;
    }
    s_r->partial = true;
    return lex_number(l, &s_r->from) && lex_char(l, '.') && lex_number(l, &s_r->octets) &&
           s_r->octets > 0 && lex_char(l, '>');
}

void imap_section_name(const struct imap_section *s, struct outq *out)
{
    outq_textz(out, "[");
    for (size_t i = 0; i < s->number_count; i++) {
        outq_textz(out, i > 0 ? "." : "");
        outq_u64(out, s->numbers[i]);
    }
    for (size_t i = 0; i < COUNT(words); i++) {
        if (words[i].what == s->what) {
            outq_textz(out, s->number_count > 0 ? "." : "");
            outq_text(out, words[i].name);
        }
    }
    for (size_t i = 0; i < s->field_count; i++) {
        outq_textz(out, i > 0 ? " " : " (");
        imap_write_astring(out, s->fields[i]);
    }
    outq_textz(out, s->field_count > 0 ? ")]" : "]");
    if (s->partial) {
        outq_textz(out, "<");
        outq_u64(out, s->from);
        outq_textz(out, ">");
    }
}

/* ---- octets ---- */

static void add_piece(struct pieces *p, struct arena *a, size_t at, size_t len)
{
    if (p->count > 0 && at != END_OF_LINE && p->items[p->count - 1].at != END_OF_LINE &&
        p->items[p->count - 1].at + p->items[p->count - 1].len == at) {
        p->items[p->count - 1].len += len;
        p->size += len;
        return;
    }
    if (p->count == p->cap) {
        size_t cap = p->cap > 0 ? 2 * p->cap : 8;
        struct piece *more = arena_array(a, cap, sizeof *more);
        for (size_t i = 0; i < p->count; i++) {
            more[i] = p->items[i];
        }
        p->items = more;
        p->cap = cap;
    }
    p->items[p->count++] = (struct piece){ at, len };
    p->size += len;
}

static bool ends_in_empty_line(slice header)
{
    slice line = slice_ends(header, SLICE("\r\n")) ? SLICE("\r\n") : SLICE("\n");
    slice before = slice_sub(header, 0, header.len - line.len);
    return slice_ends(header, line) && (before.len == 0 || slice_ends(before, SLICE("\n")));
}

/* RFC 9051 6.4.5.1: the subset keeps the order of the header and ends in an empty line, unless the
 * header itself does not, in a letter without a body. */
static void choose_fields(const struct imap_section *s, slice header, size_t base, struct arena *a,
                          struct pieces *p)
{
    struct header_field f;
    slice rest = header;
    while (header_next(&rest, &f)) {
        bool named = false;
        for (size_t i = 0; i < s->field_count && !named; i++) {
            named = slice_eq_nocase(f.name, s->fields[i]);
        }
        if (named == (s->what == SECTION_FIELDS)) {
            add_piece(p, a, base + (size_t)(f.whole.ptr - header.ptr), f.whole.len);
        }
    }
    if (ends_in_empty_line(header)) {
        add_piece(p, a, END_OF_LINE, 2);
    }
}

static void choose(const struct imap_section *s, slice header, size_t header_at, size_t body_at,
                   size_t body_len, struct arena *a, struct pieces *p)
{
    switch (s->what) {
    case SECTION_FIELDS:
    case SECTION_FIELDS_NOT:
        choose_fields(s, header, header_at, a, p);
        break;
    case SECTION_HEADER:
    case SECTION_MIME:
        add_piece(p, a, header_at, header.len);
        break;
    case SECTION_WHOLE:
    case SECTION_TEXT:
        add_piece(p, a, body_at, body_len);
        break;
    }
}

static bool choose_part(const struct imap_section *s, const struct message *m, struct arena *a,
                        struct pieces *p)
{
    struct buf flat;
    struct mime_tree tree;
    buf_init(&flat);
    mime_tree_read_as(&tree, message_whole(m, &flat), s->global);
    size_t at = mime_part_at(&tree, s->numbers, s->number_count);
    bool inside = s->what != SECTION_WHOLE && s->what != SECTION_MIME; /* of an enclosed letter */
    if (at != MIME_NO_PART && inside) {
        at = tree.parts[at].kind == MIME_MESSAGE ? tree.parts[at].child : MIME_NO_PART;
    }
    if (at != MIME_NO_PART) {
        const struct mime_part *part = &tree.parts[at];
        choose(s, mime_part_header(&tree, at), part->header_at, part->body_at, part->body_len, a,
               p);
    }
    mime_tree_deinit(&tree);
    buf_deinit(&flat);
    return at != MIME_NO_PART;
}

static void choose_top(const struct imap_section *s, struct message *m, struct arena *a,
                       struct pieces *p)
{
    struct buf scratch;
    buf_init(&scratch);
    size_t end = message_header_size(m);
    if (s->what == SECTION_WHOLE) {
        add_piece(p, a, 0, m->size);
    } else {
        slice header = message_header(m, &scratch);
        choose(s, header, 0, end, m->size - end, a, p);
    }
    buf_deinit(&scratch);
}

static void write_pieces(const struct imap_section *s, const struct message *m,
                         const struct pieces *p, struct outq *out)
{
    uint64_t from = s->partial ? (s->from < p->size ? s->from : p->size) : 0;
    uint64_t len = p->size - from;
    len = s->partial && s->octets < len ? s->octets : len;
    imap_write_announce(out, len);
    for (size_t i = 0; i < p->count && len > 0; i++) {
        struct piece piece = p->items[i];
        if (from >= piece.len) {
            from -= piece.len;
            continue;
        }
        size_t take = piece.len - (size_t)from;
        take = take > len ? (size_t)len : take;
        if (piece.at == END_OF_LINE) {
            outq_text(out, slice_sub(SLICE("\r\n"), (size_t)from, take));
        } else {
            imap_write_octets(out, m, piece.at + (size_t)from, take);
        }
        len -= take;
        from = 0;
    }
}

void imap_section_write(const struct imap_section *s, struct message *m, struct arena *a,
                        struct outq *out)
{
    struct pieces p = { 0 };
    if (s->number_count > 0) {
        if (!choose_part(s, m, a, &p)) {
            outq_textz(out, "NIL");
            return;
        }
    } else {
        choose_top(s, m, a, &p);
    }
    write_pieces(s, m, &p, out);
}

bool imap_section_is_whole(const struct imap_section *s, const struct message *m)
{
    bool what = s->what == SECTION_WHOLE || s->what == SECTION_TEXT;
    bool to_end = !s->partial || (s->from == 0 && s->octets >= m->size);
    return what && s->number_count == 0 && to_end;
}
