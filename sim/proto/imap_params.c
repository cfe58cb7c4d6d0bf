/* imap_params.c - parameters of Content-Type and Content-Disposition as BODYSTRUCTURE lists them
 * (RFC 9051 7.5.2): values in pieces are put together, and percent signs undone (RFC 2231).
 * Forgiving: what is no RFC 2231, or of a character set unknown here, is given as it stands. */
#include "sim/proto/imap_params.h"

#include "sim/mail/mime_tree.h"
#include "sim/proto/imap_decode.h"
#include "sim/proto/imap_write.h"

#define PARAMS_MAX 64 /* of one field; the others are given as they stand */

struct param {
    slice name, value; /* as written */
    slice base;        /* "title" of "title*1*" */
    uint32_t piece;
    bool numbered, extended, done;
};

/* RFC 2231 3 and 4: "title", "title*", "title*0" or "title*0*". */
static struct param param_of(slice name, slice value)
{
    struct param p = { .name = name, .value = value };
    slice rest = name;
    slice base = slice_cut(&rest, '*');
    p.base = name;
    if (!rest.ptr) {
        return p;
    }
    bool ends = rest.len == 0 || rest.ptr[rest.len - 1] == '*';
    slice number = rest.len > 0 && ends ? slice_sub(rest, 0, rest.len - 1) : rest;
    if (number.len > 0 && !slice_to_u32(number, &p.piece)) {
        return p;
    }
    p.base = base;
    p.numbered = number.len > 0;
    p.extended = ends;
    return p;
}

static struct param *find_piece(struct param *all, size_t count, const struct param *of,
                                uint32_t piece)
{
    for (size_t i = 0; i < count; i++) {
        if (all[i].numbered && all[i].piece == piece && slice_eq_nocase(all[i].base, of->base)) {
            return &all[i];
        }
    }
    return NULL;
}

/* All of it in UTF-8; the first piece says the character set.  false: not known here. */
static bool put_together(struct param *all, size_t count, struct param *first, struct buf *out)
{
    struct buf octets = { 0 };
    slice charset = SLICE("us-ascii");
    struct param *p = first;
    for (uint32_t piece = 0; p; p = find_piece(all, count, first, ++piece)) {
        slice value = p->value;
        if (p == first && p->extended) {
            charset = slice_cut(&value, '\'');
            (void)slice_cut(&value, '\''); /* the language */
        }
        if (p->extended) {
            buf_add_percent(&octets, value);
        } else {
            buf_add(&octets, value);
        }
        if (!first->numbered) {
            break;
        }
    }
    bool known = imap_decode_charset(charset, buf_slice(&octets), out);
    buf_deinit(&octets);
    return known;
}

static void settle(struct param *all, size_t count, struct param *first)
{
    first->done = true;
    for (uint32_t piece = 1; first->numbered; piece++) {
        struct param *p = find_piece(all, count, first, piece);
        if (!p) {
            break;
        }
        p->done = true;
    }
}

static void say(struct outq *out, bool *any, slice name, slice value)
{
    outq_textz(out, *any ? " " : "(");
    imap_write_string(out, name);
    outq_textz(out, " ");
    imap_write_string(out, value);
    *any = true;
}

static void say_param(struct param *all, size_t count, struct param *p, struct outq *out, bool *any)
{
    struct buf value = { 0 };
    struct buf name = { 0 };
    bool whole = (p->extended && !p->numbered) || (p->numbered && p->piece == 0);
    if (whole && put_together(all, count, p, &value)) {
        buf_add(&name, p->base);
        buf_addz(&name, p->extended ? "*" : "");
        say(out, any, buf_slice(&name), buf_slice(&value));
        settle(all, count, p);
    } else {
        say(out, any, p->name, p->value);
        p->done = true;
    }
    buf_deinit(&name);
    buf_deinit(&value);
}

void imap_write_params(slice rest, bool decode, struct arena *a, struct outq *out)
{
    struct param *all = arena_array(a, PARAMS_MAX, sizeof *all);
    size_t count = 0;
    bool any = false;
    slice name;
    slice value;
    while (decode && count < PARAMS_MAX && mime_param_next(&rest, a, &name, &value)) {
        all[count++] = param_of(name, value);
    }
    for (size_t i = 0; i < count; i++) { /* the pieces behind the first are told with it */
        struct param *first = all[i].numbered ? find_piece(all, count, &all[i], 0) : NULL;
        if (first && !first->done && first != &all[i]) {
            say_param(all, count, first, out, &any);
        }
        if (!all[i].done) {
            say_param(all, count, &all[i], out, &any);
        }
    }
    while (mime_param_next(&rest, a, &name, &value)) {
        say(out, &any, name, value);
    }
    outq_textz(out, any ? ")" : "NIL");
}
