/* imap_cmd_status.c - STATUS (RFC 9051 6.3.11), whose items LIST may ask for as well (RFC 5819). */
#include "sim/proto/imap_list.h"
#include "sim/proto/imap_names.h"
#include "sim/proto/imap_resync.h"
#include "sim/proto/imap_write.h"

static uint64_t status_messages(const struct imap_server *s, const struct mailbox *m)
{
    (void)s;
    return m->count;
}

static uint64_t status_recent(const struct imap_server *s, const struct mailbox *m)
{
    (void)s;
    return m->count - mailbox_lower(m, m->recent_from);
}

static uint64_t status_uidnext(const struct imap_server *s, const struct mailbox *m)
{
    (void)s;
    return m->uid_next;
}

static uint64_t status_uidvalidity(const struct imap_server *s, const struct mailbox *m)
{
    (void)s;
    return m->uid_validity;
}

static uint64_t status_unseen(const struct imap_server *s, const struct mailbox *m)
{
    (void)s;
    return m->unseen;
}

static uint64_t status_modseq(const struct imap_server *s, const struct mailbox *m)
{
    (void)s;
    return m->modseq;
}

static uint64_t status_deleted(const struct imap_server *s, const struct mailbox *m)
{
    (void)s;
    return m->deleted;
}

static uint64_t status_size(const struct imap_server *s, const struct mailbox *m)
{
    (void)s;
    return m->octets;
}

static uint64_t status_limit(const struct imap_server *s, const struct mailbox *m)
{
    (void)m;
    return imap_append_limit(s);
}

static const struct {
    slice name;
    uint64_t (*value)(const struct imap_server *s, const struct mailbox *m);
    uint32_t needs; /* one of these */
} status_items[] = {
    { SLICE_INIT("MESSAGES"), status_messages, 0 },
    { SLICE_INIT("RECENT"), status_recent, 0 },
    { SLICE_INIT("UIDNEXT"), status_uidnext, 0 },
    { SLICE_INIT("UIDVALIDITY"), status_uidvalidity, 0 },
    { SLICE_INIT("UNSEEN"), status_unseen, 0 },
    { SLICE_INIT("HIGHESTMODSEQ"), status_modseq, IMAP_CONDSTORE },
    { SLICE_INIT("DELETED"), status_deleted, IMAP_REV2 },
    { SLICE_INIT("SIZE"), status_size, IMAP_STATUS_SIZE | IMAP_REV2 },
    { SLICE_INIT("APPENDLIMIT"), status_limit, IMAP_APPENDLIMIT },
};

bool imap_status_items(const struct imap_server *s, struct imap_lex *l, uint32_t *wanted_r)
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
        if (i == COUNT(status_items) ||
            (status_items[i].needs && !(s->config->extensions & status_items[i].needs))) {
            return false;
        }
        *wanted_r |= UINT32_C(1) << i;
    } while (lex_sp(l));
    return lex_char(l, ')');
}

void imap_status_asked(struct imap_server *s, uint32_t wanted, struct outq *out)
{
    for (size_t i = 0; i < COUNT(status_items); i++) {
        if ((wanted & (UINT32_C(1) << i)) && status_items[i].needs == IMAP_CONDSTORE) {
            imap_now_aware(s, out);
        }
    }
}

void imap_say_status(const struct imap_server *s, const struct mailbox *box, uint32_t wanted,
                     struct outq *out)
{
    outq_textz(out, "* STATUS ");
    imap_write_mailbox(s, box->name, out);
    const char *before = " (";
    for (size_t i = 0; i < COUNT(status_items); i++) {
        if (wanted & (UINT32_C(1) << i)) {
            outq_textz(out, before);
            outq_text(out, status_items[i].name);
            outq_textz(out, " ");
            outq_u64(out, status_items[i].value(s, box));
            before = " ";
        }
    }
    outq_textz(out, ")\r\n");
}

static enum imap_result status(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    slice name;
    uint32_t wanted;
    if (!lex_sp(l) || !imap_mailbox(s, l, &name) || !lex_sp(l) ||
        !imap_status_items(s, l, &wanted) || !lex_end(l)) {
        return IMAP_BAD;
    }
    const struct mailbox *box = account_box(s->account, name);
    if (!box) {
        return imap_no_box(s);
    }
    imap_status_asked(s, wanted, io.out);
    imap_say_status(s, box, wanted, io.out);
    return IMAP_OK;
}

static const struct imap_command commands[] = {
    { .name = SLICE_INIT("STATUS"), .legal = IMAP_IN, .begin = status },
};
const struct imap_family imap_family_status = { commands, COUNT(commands) };
