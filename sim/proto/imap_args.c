/* imap_args.c - arguments that several commands share. */
#include "sim/proto/imap_server.h"

enum imap_result imap_no_box(struct imap_server *s)
{
    return imap_refuse(s, SLICE("NONEXISTENT"), SLICE("No such mailbox"));
}

bool imap_one_name(struct imap_lex *l, slice *name_r)
{
    return lex_sp(l) && lex_astring(l, name_r) && lex_end(l);
}

bool imap_set_fits(const struct imap_server *s, struct imap_set *set, bool uid)
{
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

/* A flag the mailbox does not keep is no error: it is just not kept (RFC 9051 7.1,
 * PERMANENTFLAGS). */
static bool add_flag(struct imap_lex *l, uint32_t *flags)
{
    slice name;
    if (!lex_flag(l, &name)) {
        return false;
    }
    for (size_t i = 0; i < FLAG_SYSTEM_COUNT; i++) {
        if (slice_eq_nocase(name, mailbox_flag_names[i])) {
            *flags |= UINT32_C(1) << i;
        }
    }
    return true;
}

bool imap_flags_parse(struct imap_lex *l, bool bare_ok, uint32_t *flags_r)
{
    *flags_r = 0;
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
