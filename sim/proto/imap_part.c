/* imap_part.c - transfer encodings undone, part by part.
 * Reads a scattered letter in one piece, for as long as it looks. */
#include "sim/proto/imap_part.h"

#include "sim/base/safe.h"
#include "sim/mail/header.h"
#include "sim/mail/mime_tree.h"
#include "sim/proto/imap_decode.h"
#include "sim/proto/imap_write.h"

/* ---- BINARY ---- */

enum imap_part imap_part_octets(const struct imap_section *s, const struct message *m,
                                struct buf *out)
{
    struct buf flat;
    struct mime_tree tree;
    enum imap_part result = PART_THERE;
    buf_init(&flat);
    slice letter = message_whole(m, &flat);
    if (s->number_count == 0) { /* the letter itself, which has no encoding */
        buf_add(out, letter);
        buf_deinit(&flat);
        return PART_THERE;
    }
    mime_tree_read_as(&tree, letter, s->global);
    size_t at = mime_part_at(&tree, s->numbers, s->number_count);
    if (at == MIME_NO_PART) {
        result = PART_NONE;
    } else if (tree.parts[at].kind != MIME_LEAF) {
        buf_add(out, mime_part_body(&tree, at));
    } else if (!imap_decode_octets(mime_part_header(&tree, at), mime_part_body(&tree, at), out)) {
        result = PART_UNKNOWN;
    }
    mime_tree_deinit(&tree);
    buf_deinit(&flat);
    return result;
}

void imap_binary_write(const struct imap_section *s, const struct message *m, struct outq *out)
{
    struct buf octets;
    buf_init(&octets);
    if (imap_part_octets(s, m, &octets) != PART_THERE) {
        outq_textz(out, "NIL");
    } else {
        slice all = buf_slice(&octets);
        size_t from = s->from < all.len ? (size_t)s->from : all.len;
        size_t most = s->octets < all.len ? (size_t)s->octets : all.len;
        slice some = s->partial ? slice_sub(all, from, most) : all;
        bool nul = slice_find_byte(some, '\0') != SLICE_NONE;
        outq_textz(out, nul ? "~" : ""); /* a literal8 where it must be one (RFC 9051 7.5.2) */
        imap_write_announce(out, some.len);
        outq_text(out, some);
    }
    buf_deinit(&octets);
}

/* ---- PREVIEW ---- */

static bool is_text(const struct mime_part *p, slice subtype)
{
    return p->kind == MIME_LEAF && slice_eq_nocase(p->type, SLICE("text")) &&
           slice_eq_nocase(p->subtype, subtype);
}

static size_t first_text(const struct mime_tree *t, slice subtype)
{
    for (size_t i = 0; i < t->count; i++) {
        if (is_text(&t->parts[i], subtype)) {
            return i;
        }
    }
    return MIME_NO_PART;
}

/* Without tags, and without what stands between <style> or <script> and their ends. */
static void strip_tags(slice html, struct buf *out)
{
    static const struct {
        slice open, close;
    } silent[] = {
        { SLICE_INIT("<style"), SLICE_INIT("</style") },
        { SLICE_INIT("<script"), SLICE_INIT("</script") },
        { SLICE_INIT("<title"), SLICE_INIT("</title") },
        { SLICE_INIT("<!--"), SLICE_INIT("--") },
    };
    while (html.len > 0) {
        size_t tag = slice_find_byte(html, '<');
        buf_add(out, slice_sub(html, 0, tag == SLICE_NONE ? html.len : tag));
        html = slice_from(html, tag == SLICE_NONE ? html.len : tag);
        for (size_t i = 0; i < COUNT(silent); i++) {
            if (slice_starts_nocase(html, silent[i].open)) {
                size_t end = slice_find_nocase(html, silent[i].close);
                html = slice_from(html, end == SLICE_NONE ? html.len : end);
            }
        }
        size_t end = slice_find_byte(html, '>');
        html = slice_from(html, end == SLICE_NONE ? html.len : end + 1);
        buf_byte(out, ' ');
    }
}

/* What no screen shows is left out: a preview is no place for control characters. */
static void add_characters(slice text, struct buf *out)
{
    size_t characters = 0;
    bool blank = true; /* none in front */
    while (text.len > 0 && characters < PREVIEW_MAX) {
        uint32_t c;
        slice before = text;
        bool ok = utf8_take(&text, &c);
        bool space = ok && (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == 0xa0);
        if (space && !blank) {
            buf_byte(out, ' ');
            characters++;
        } else if (!space && ok && safe_is_shown(c)) {
            buf_add(out, slice_sub(before, 0, before.len - text.len));
            characters++;
        }
        blank = space || (blank && !(ok && safe_is_shown(c)));
    }
    while (out->len > 0 && out->ptr[out->len - 1] == ' ') {
        out->len--;
    }
}

void imap_preview(const struct message *m, struct buf *out)
{
    struct buf flat, text, plain;
    struct mime_tree tree;
    buf_init(&flat);
    buf_init(&text);
    buf_init(&plain);
    mime_tree_read(&tree, message_whole(m, &flat));
    size_t at = first_text(&tree, SLICE("plain"));
    bool html = at == MIME_NO_PART;
    at = html ? first_text(&tree, SLICE("html")) : at;
    if (at != MIME_NO_PART) {
        imap_decode_leaf(mime_part_header(&tree, at), mime_part_body(&tree, at), &text);
        if (html) {
            strip_tags(buf_slice(&text), &plain);
        }
        add_characters(html ? buf_slice(&plain) : buf_slice(&text), out);
    }
    mime_tree_deinit(&tree);
    buf_deinit(&plain);
    buf_deinit(&text);
    buf_deinit(&flat);
}
