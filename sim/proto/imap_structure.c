/* imap_structure.c - BODY and BODYSTRUCTURE of a letter (RFC 9051 7.5.2).
 * Never looks into what a parameter says (imap_params.h). */
#include "sim/mail/header.h"
#include "sim/mail/mime_tree.h"
#include "sim/proto/imap_describe.h"
#include "sim/proto/imap_params.h"
#include "sim/proto/imap_write.h"

struct describe {
    const struct mime_tree *tree;
    struct arena *arena;
    struct outq *out;
    uint32_t how; /* enum imap_describe */
};

static bool field(const struct describe *d, slice header, slice name, slice *body_r)
{
    struct header_field f;
    if (!header_find(header, name, &f) || f.body.len == 0) {
        return false;
    }
    struct buf flat;
    buf_init(&flat);
    header_unfold(f.body, &flat);
    *body_r = arena_copy(d->arena, buf_slice(&flat));
    buf_deinit(&flat);
    return true;
}

static void write_field(const struct describe *d, slice header, slice name)
{
    slice body = { 0 };
    bool there = field(d, header, name, &body);
    imap_write_nstring(d->out, body, !there);
}

static void write_params(const struct describe *d, slice rest)
{
    imap_write_params(rest, (d->how & DESCRIBE_REV2) != 0, d->arena, d->out);
}

static void write_type_params(const struct describe *d, const struct mime_part *p, slice header)
{
    slice body;
    if (p->typed && field(d, header, SLICE("Content-Type"), &body)) {
        write_params(d, body);
    } else if (slice_eq_nocase(p->type, SLICE("text"))) { /* RFC 2045 5.2 */
        outq_textz(d->out, "(\"CHARSET\" \"us-ascii\")");
    } else {
        outq_textz(d->out, "NIL");
    }
}

/* RFC 3282 3: one language, or several with commas between them. */
static void write_language(const struct describe *d, slice header)
{
    slice body = { 0 };
    bool there = field(d, header, SLICE("Content-Language"), &body);
    if (slice_find_byte(body, ',') == SLICE_NONE) {
        imap_write_nstring(d->out, body, !there);
        return;
    }
    const char *before = "(";
    while (body.len > 0) {
        slice one = slice_cut(&body, ',');
        slice tag = mime_value(&one);
        if (tag.len > 0) {
            outq_textz(d->out, before);
            imap_write_string(d->out, tag);
            before = " ";
        }
    }
    outq_textz(d->out, *before == '(' ? "NIL" : ")");
}

/* The extension data that all kinds share. */
static void write_extension(const struct describe *d, slice header)
{
    slice body;
    outq_textz(d->out, " ");
    if (field(d, header, SLICE("Content-Disposition"), &body)) {
        slice kind = mime_value(&body);
        outq_textz(d->out, "(");
        imap_write_string(d->out, kind);
        outq_textz(d->out, " ");
        write_params(d, body);
        outq_textz(d->out, ")");
    } else {
        outq_textz(d->out, "NIL");
    }
    outq_textz(d->out, " ");
    write_language(d, header);
    outq_textz(d->out, " ");
    write_field(d, header, SLICE("Content-Location"));
}

static void write_part(const struct describe *d, size_t part);

static void write_multipart(const struct describe *d, const struct mime_part *p, slice header)
{
    for (size_t c = p->child; c != MIME_NO_PART; c = d->tree->parts[c].next) {
        write_part(d, c);
    }
    outq_textz(d->out, " ");
    imap_write_string(d->out, p->subtype);
    if (d->how & DESCRIBE_EXTENDED) {
        outq_textz(d->out, " ");
        write_type_params(d, p, header);
        write_extension(d, header);
    }
}

static void write_basic(const struct describe *d, const struct mime_part *p, slice header)
{
    slice encoding = SLICE("7bit");
    slice body;
    imap_write_string(d->out, p->type);
    outq_textz(d->out, " ");
    imap_write_string(d->out, p->subtype);
    outq_textz(d->out, " ");
    write_type_params(d, p, header);
    outq_textz(d->out, " ");
    write_field(d, header, SLICE("Content-ID"));
    outq_textz(d->out, " ");
    write_field(d, header, SLICE("Content-Description"));
    outq_textz(d->out, " ");
    if (field(d, header, SLICE("Content-Transfer-Encoding"), &body)) {
        slice value = mime_value(&body);
        encoding = value.len > 0 ? value : encoding;
    }
    imap_write_string(d->out, encoding);
    outq_textz(d->out, " ");
    outq_u64(d->out, p->body_len);
}

static void write_leaf(const struct describe *d, size_t part, slice header)
{
    const struct mime_part *p = &d->tree->parts[part];
    write_basic(d, p, header);
    if (p->kind == MIME_MESSAGE) {
        outq_textz(d->out, " ");
        imap_write_envelope(mime_part_header(d->tree, p->child), d->arena, d->out);
        outq_textz(d->out, " ");
        write_part(d, p->child);
    }
    if (p->kind == MIME_MESSAGE || slice_eq_nocase(p->type, SLICE("text"))) {
        outq_textz(d->out, " ");
        outq_u64(d->out, p->lines);
    }
    if (d->how & DESCRIBE_EXTENDED) {
        outq_textz(d->out, " ");
        write_field(d, header, SLICE("Content-MD5"));
        write_extension(d, header);
    }
}

/* As deep as the tree, which mime_tree bounds. */
static void write_part(const struct describe *d, size_t part)
{
    const struct mime_part *p = &d->tree->parts[part];
    slice header = mime_part_header(d->tree, part);
    outq_textz(d->out, "(");
    if (p->kind == MIME_MULTIPART) {
        write_multipart(d, p, header);
    } else {
        write_leaf(d, part, header);
    }
    outq_textz(d->out, ")");
}

void imap_write_structure(const struct message *m, uint32_t how, struct arena *a, struct outq *out)
{
    struct buf flat;
    struct mime_tree tree;
    buf_init(&flat);
    mime_tree_read_as(&tree, message_whole(m, &flat), (how & DESCRIBE_REV2) != 0);
    write_part(&(struct describe){ &tree, a, out, how }, 0);
    mime_tree_deinit(&tree);
    buf_deinit(&flat);
}
