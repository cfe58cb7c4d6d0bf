/* imap_args.c - arguments that several commands share. */
#include "sim/proto/imap_server.h"

enum imap_result imap_no_box(struct imap_server *s)
{
    return imap_refuse(s, SLICE("NONEXISTENT"), SLICE("No such mailbox"));
}

/* What is gone by now is no row any more; a UID of it names nothing. */
static void put_saved(struct imap_server *s, struct imap_set *set, bool uid)
{
    const struct imap_view *v = &s->view;
    set->saved = false;
    set->ranges = arena_array(&s->arena, s->saved.count + 1, sizeof *set->ranges);
    for (size_t i = 0; i < s->saved.count; i++) {
        struct imap_range r = { s->saved.items[i].from, s->saved.items[i].to };
        if (!uid) {
            size_t behind = r.to == UINT32_MAX ? v->count : imap_view_lower(v, r.to + 1);
            r = (struct imap_range){ (uint32_t)imap_view_lower(v, r.from) + 1, (uint32_t)behind };
        }
        if (r.from <= r.to) {
            set->ranges[set->count++] = r;
        }
    }
}

bool imap_set_fits(struct imap_server *s, struct imap_set *set, bool uid)
{
    if (set->saved) {
        put_saved(s, set, uid);
        return true;
    }
    const struct imap_view *v = &s->view;
    uint32_t largest = (uint32_t)v->count;
    if (uid) {
        largest = v->count > 0 ? v->rows[v->count - 1].uid : 0;
    }
    bool fits = uid || imap_set_exists(set, largest);
    imap_set_resolve(set, largest);
    return fits;
}

bool imap_set_has_row(const struct imap_server *s, const struct imap_set *set, size_t i, bool uid)
{
    return imap_set_has(set, uid ? s->view.rows[i].uid : (uint32_t)i + 1);
}

bool imap_walk_next(const struct imap_server *s, struct imap_walk *w, size_t *row_r)
{
    const struct imap_view *v = &s->view;
    for (; w->range < w->set->count; w->range++) {
        struct imap_range r = w->set->ranges[w->range];
        if (!w->uid && w->row + 1 < r.from) {
            w->row = r.from - 1;
        } else if (w->uid && w->row < v->count && v->rows[w->row].uid < r.from) {
            w->row = imap_view_lower(v, r.from);
        }
        if (w->row < v->count && (w->uid ? v->rows[w->row].uid : w->row + 1) <= r.to) {
            *row_r = w->row++;
            return true;
        }
    }
    return false;
}

void imap_add_numbers(struct buf *b, const uint32_t *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t first = i;
        while (i + 1 < count && numbers[i + 1] == numbers[i] + 1) {
            i++;
        }
        buf_addz(b, first > 0 ? "," : "");
        fmt_u64(b, numbers[first]);
        if (i > first) {
            buf_byte(b, ':');
            fmt_u64(b, numbers[i]);
        }
    }
}

slice imap_code_number(struct imap_server *s, const char *words, uint64_t number)
{
    struct buf b;
    buf_init(&b);
    buf_addz(&b, words);
    fmt_u64(&b, number);
    slice code = arena_copy(&s->arena, buf_slice(&b));
    buf_deinit(&b);
    return code;
}

/* A flag that cannot be set is no error: it is just not kept (RFC 9051 7.1, PERMANENTFLAGS). */
static bool add_flag(struct imap_lex *l, struct imap_flags *f)
{
    slice name;
    if (!lex_flag(l, &name)) {
        return false;
    }
    for (size_t i = 0; i < FLAG_SYSTEM_COUNT; i++) {
        if (slice_eq_nocase(name, mailbox_flag_names[i])) {
            f->system |= UINT32_C(1) << i;
        }
    }
    if (name.ptr[0] != '\\' && f->count < MAILBOX_KEYWORDS_MAX) {
        f->keywords[f->count++] = name;
    }
    return true;
}

bool imap_flags_parse(struct imap_lex *l, bool bare_ok, struct imap_flags *flags_r)
{
    *flags_r = (struct imap_flags){ 0 };
    flags_r->keywords = arena_array(l->arena, MAILBOX_KEYWORDS_MAX, sizeof *flags_r->keywords);
    bool list = lex_char(l, '(');
    if (!list && !bare_ok) {
        return false;
    }
    if (list && lex_char(l, ')')) {
        return true;
    }
    do {
        if (!add_flag(l, flags_r)) {
            return false;
        }
    } while (lex_sp(l));
    return !list || lex_char(l, ')');
}

uint32_t imap_flags_bits(const struct imap_flags *f, struct mailbox *box, bool add)
{
    uint32_t bits = f->system;
    for (size_t i = 0; i < f->count; i++) {
        bits |= mailbox_keyword(box, f->keywords[i], add);
    }
    return bits;
}
