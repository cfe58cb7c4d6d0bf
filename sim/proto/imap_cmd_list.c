/* imap_cmd_list.c - STATUS LIST LSUB. */
#include "sim/proto/imap_names.h"
#include "sim/proto/imap_resync.h"
#include "sim/proto/imap_write.h"

#include <string.h>

/* ---- STATUS ---- */

static uint64_t status_messages(const struct mailbox *m)
{
    return m->count;
}

static uint64_t status_recent(const struct mailbox *m)
{
    return m->count - (m->recent_from > 0 ? mailbox_lower(m, m->recent_from) : 0);
}

static uint64_t status_uidnext(const struct mailbox *m)
{
    return m->uid_next;
}

static uint64_t status_uidvalidity(const struct mailbox *m)
{
    return m->uid_validity;
}

static uint64_t status_unseen(const struct mailbox *m)
{
    return m->unseen;
}

static uint64_t status_modseq(const struct mailbox *m)
{
    return m->modseq;
}

static const struct {
    slice name;
    uint64_t (*value)(const struct mailbox *m);
    uint32_t needs;
} status_items[] = {
    { SLICE_INIT("MESSAGES"), status_messages, 0 },
    { SLICE_INIT("RECENT"), status_recent, 0 },
    { SLICE_INIT("UIDNEXT"), status_uidnext, 0 },
    { SLICE_INIT("UIDVALIDITY"), status_uidvalidity, 0 },
    { SLICE_INIT("UNSEEN"), status_unseen, 0 },
    { SLICE_INIT("HIGHESTMODSEQ"), status_modseq, IMAP_CONDSTORE },
};

/* "(MESSAGES UNSEEN)" to a bit mask of rows. */
static bool status_list(const struct imap_server *s, struct imap_lex *l, uint32_t *wanted_r)
{
    *wanted_r = 0;
    if (!lex_char(l, '(')) {
        return false;
    }
    do {
        slice name;
        size_t i = 0;
        if (!lex_atom(l, &name)) {
            return false;
        }
        while (i < COUNT(status_items) && !slice_eq_nocase(name, status_items[i].name)) {
            i++;
        }
        if (i == COUNT(status_items) || !imap_offers(s, status_items[i].needs)) {
            return false;
        }
        *wanted_r |= UINT32_C(1) << i;
    } while (lex_sp(l));
    return lex_char(l, ')') && lex_end(l);
}

static enum imap_result status(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    slice name;
    uint32_t wanted;
    if (!lex_sp(l) || !imap_mailbox(s, l, &name) || !lex_sp(l) || !status_list(s, l, &wanted)) {
        return IMAP_BAD;
    }
    const struct mailbox *box = account_box(s->account, name);
    if (!box) {
        return imap_no_box(s);
    }
    for (size_t i = 0; i < COUNT(status_items); i++) { /* RFC 7162 3.1: an enabling command */
        if ((wanted & (UINT32_C(1) << i)) && status_items[i].needs == IMAP_CONDSTORE) {
            imap_now_aware(s, io.out);
        }
    }
    outq_textz(io.out, "* STATUS ");
    imap_write_mailbox(s, box->name, io.out);
    const char *before = " (";
    for (size_t i = 0; i < COUNT(status_items); i++) {
        if (wanted & (UINT32_C(1) << i)) {
            outq_textz(io.out, before);
            outq_text(io.out, status_items[i].name);
            outq_textz(io.out, " ");
            outq_u64(io.out, status_items[i].value(box));
            before = " ";
        }
    }
    outq_textz(io.out, ")\r\n");
    return IMAP_OK;
}

/* ---- LIST ---- */

/* "*" is anything, "%" anything without a separator (RFC 9051 6.3.9).  at[j]: the pattern so far
 * matches the first j bytes of the name; linear in both, however many wildcards there are. */
static bool list_matches(slice pattern, slice name, bool nocase, bool *at)
{
    memset(at, 0, (name.len + 1) * sizeof *at);
    at[0] = true;
    for (size_t p = 0; p < pattern.len; p++) {
        char c = pattern.ptr[p];
        if (c == '*' || c == '%') {
            for (size_t j = 1; j <= name.len; j++) {
                at[j] = at[j] || (at[j - 1] && (c == '*' || name.ptr[j - 1] != MAILBOX_SEPARATOR));
            }
            continue;
        }
        for (size_t j = name.len; j > 0; j--) {
            char n = name.ptr[j - 1];
            bool same = nocase ? ascii_lower(c) == ascii_lower(n) : c == n;
            at[j] = at[j - 1] && same;
        }
        at[0] = false;
    }
    return at[name.len];
}

static void list_row(const struct imap_server *s, struct outq *out, slice command, slice attribute,
                     slice name)
{
    outq_textz(out, "* ");
    outq_text(out, command);
    outq_textz(out, " (");
    outq_text(out, attribute);
    outq_textz(out, ") \"/\" ");
    imap_write_mailbox(s, name, out);
    outq_textz(out, "\r\n");
}

static slice attribute(const struct imap_server *s, const struct mailbox *m)
{
    return m->no_select                       ? SLICE("\\Noselect")
           : imap_offers(s, IMAP_SPECIAL_USE) ? mailbox_use_names[m->use]
                                              : SLICE("");
}

static enum imap_result list(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    slice reference;
    slice mailbox;
    slice command = s->running->name;
    if (!lex_sp(l) || !lex_astring(l, &reference) || !lex_sp(l) || !lex_list_mailbox(l, &mailbox) ||
        !lex_end(l)) {
        return IMAP_BAD;
    }
    if (mailbox.len == 0) { /* asks for the separator only, RFC 9051 6.3.9 */
        list_row(s, io.out, command, SLICE("\\Noselect"), SLICE(""));
        return IMAP_OK;
    }
    reference = imap_mailbox_meaning(s, reference);
    mailbox = imap_mailbox_meaning(s, mailbox);
    size_t len = reference.len + mailbox.len;
    char *both = arena_alloc(&s->arena, len + 1);
    memcpy(both, reference.ptr, reference.len);
    memcpy(both + reference.len, mailbox.ptr, mailbox.len);
    for (size_t i = 0; i < s->account->box_count; i++) {
        slice name = s->account->boxes[i]->name;
        bool *at = arena_array(&s->arena, name.len + 1, sizeof *at);
        if (list_matches((slice){ both, len }, name, i == 0, at)) {
            list_row(s, io.out, command, attribute(s, s->account->boxes[i]), name);
        }
    }
    return IMAP_OK;
}

static const struct imap_command commands[] = {
    { .name = SLICE_INIT("STATUS"), .legal = IMAP_IN, .begin = status },
    { .name = SLICE_INIT("LIST"), .legal = IMAP_IN, .begin = list },
    { .name = SLICE_INIT("LSUB"), .legal = IMAP_IN, .begin = list },
};
const struct imap_family imap_family_box = { commands, COUNT(commands) };
