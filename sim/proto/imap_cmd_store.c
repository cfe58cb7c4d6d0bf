/* imap_cmd_store.c - STORE, EXPUNGE, UID EXPUNGE, CLOSE: what changes a mailbox's messages.
 * What EXPUNGE took away is reported by the view, like what others took away. */
#include "sim/proto/imap_resync.h"

static enum imap_result read_only(struct imap_server *s)
{
    return imap_refuse(s, (slice){ 0 }, SLICE("Mailbox was opened with EXAMINE"));
}

/* ---- STORE ---- */

struct store_how {
    slice name;
    int mode; /* +1 add, -1 remove, 0 replace */
    bool silent;
};
static const struct store_how hows[] = {
    { SLICE_INIT("FLAGS"), 0, false },   { SLICE_INIT("FLAGS.SILENT"), 0, true },
    { SLICE_INIT("+FLAGS"), 1, false },  { SLICE_INIT("+FLAGS.SILENT"), 1, true },
    { SLICE_INIT("-FLAGS"), -1, false }, { SLICE_INIT("-FLAGS.SILENT"), -1, true },
};

struct store {
    struct imap_set set;
    struct imap_walk at;
    const struct store_how *how;
    struct imap_flags asked;
    uint32_t flags;
    bool conditional; /* UNCHANGEDSINCE (RFC 7162 3.1.3) */
    uint64_t since;
    uint32_t *failed; /* numbers or UIDs of those that were changed since */
    size_t failed_count;
    bool missing;
};

static bool parse_how(struct imap_lex *l, struct store *st)
{
    slice name;
    if (!lex_atom(l, &name)) {
        return false;
    }
    for (size_t i = 0; i < COUNT(hows); i++) {
        if (slice_eq_nocase(name, hows[i].name)) {
            st->how = &hows[i];
        }
    }
    return st->how != NULL;
}

/* "(UNCHANGEDSINCE 5) ", where it is there. */
static bool parse_modifiers(struct imap_server *s, struct imap_lex *l, struct store *st)
{
    slice name;
    if (!imap_offers(s, IMAP_CONDSTORE) || !lex_char(l, '(')) {
        return true;
    }
    st->conditional = true;
    return lex_word(l, &name) && slice_eq_nocase(name, SLICE("UNCHANGEDSINCE")) &&
           imap_modseq_arg(l, 0, &st->since) && lex_char(l, ')') && lex_sp(l);
}

static enum imap_result store_begin(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    struct store *st = arena_alloc(&s->arena, sizeof *st);
    if (!lex_sp(l) || !lex_set(l, &st->set) || !lex_sp(l) || !parse_modifiers(s, l, st) ||
        !parse_how(l, st) || !lex_sp(l) || !imap_flags_parse(l, true, &st->asked) || !lex_end(l)) {
        return IMAP_BAD;
    }
    if (!imap_set_fits(s, &st->set, s->uid)) {
        s->words = SLICE("No such message number");
        return IMAP_BAD;
    }
    if (st->conditional) {
        imap_now_aware(s, io.out);
    }
    if (s->view.read_only) {
        return read_only(s);
    }
    st->flags = imap_flags_bits(&st->asked, s->view.box, st->how->mode >= 0);
    st->at = (struct imap_walk){ .set = &st->set, .uid = s->uid };
    s->work = st;
    return IMAP_MORE;
}

static bool is_told(const struct imap_row *told, const struct mail_item *mail)
{
    return mail->flags == (told->flags & ~IMAP_RECENT);
}

/* RFC 7162 3.1.12: one mod-sequence stands for all flags of a message, so what others did to flags
 * that this STORE does not touch is no reason to fail - where the client names the very time up to
 * which it was told; a later one it knows from elsewhere. */
static bool was_changed(const struct imap_view *v, const struct store *st,
                        const struct imap_row *told, const struct mail_item *mail)
{
    if (!st->conditional || mail->modseq <= st->since) {
        return false;
    }
    bool untouched = st->how->mode != 0 && st->since > 0 && st->since == v->modseq &&
                     ((mail->flags ^ told->flags) & st->flags) == 0;
    return !untouched;
}

static void refuse_row(struct imap_server *s, struct store *st, size_t row, struct outq *out)
{
    struct imap_row *told = &s->view.rows[row];
    const struct mail_item *mail = imap_view_item(&s->view, row);
    if (!st->failed) {
        st->failed = arena_array(&s->arena, s->view.count, sizeof *st->failed);
    }
    st->failed[st->failed_count++] = s->uid ? told->uid : (uint32_t)row + 1;
    if (!is_told(told, mail)) { /* so that it need not ask */
        told->flags = mail->flags | (told->flags & IMAP_RECENT);
        imap_view_say_row(&s->view, row, true, s->uid, out);
    }
}

static void store_one(struct imap_server *s, struct store *st, size_t row, struct outq *out)
{
    struct imap_row *told = &s->view.rows[row];
    const struct mail_item *mail = imap_view_item(&s->view, row);
    if (!mail) {
        st->missing = true;
        return;
    }
    if (was_changed(&s->view, st, told, mail)) {
        refuse_row(s, st, row, out);
        return;
    }
    uint32_t after = st->how->mode == 0  ? st->flags
                     : st->how->mode > 0 ? mail->flags | st->flags
                                         : mail->flags & ~st->flags;
    bool known = is_told(told, mail);
    bool changed = mailbox_flags(s->view.box, told->uid, after);
    if (changed) {
        imap_server_tell(s, IMAP_EV_FLAGS, told->uid, s->view.box);
    }
    /* .SILENT keeps quiet about this change only, and not about its mod-sequence (RFC 7162
     * 3.1.3); what another session did is told. */
    bool told_modseq = s->view.aware && (changed || st->conditional);
    bool flags = !st->how->silent || (told_modseq && !known);
    if (flags || known) {
        told->flags = after | (told->flags & IMAP_RECENT);
    }
    if (flags || told_modseq) {
        imap_view_say_row(&s->view, row, flags, s->uid, out);
    }
}

static enum imap_result store_run(struct imap_server *s, struct session_io io)
{
    struct store *st = s->work;
    size_t row;
    if (imap_walk_next(s, &st->at, &row)) {
        store_one(s, st, row, io.out);
        return IMAP_MORE;
    }
    if (st->failed_count > 0) {
        struct buf b;
        buf_init(&b);
        buf_addz(&b, "MODIFIED ");
        imap_add_numbers(&b, st->failed, st->failed_count);
        s->code = arena_copy(&s->arena, buf_slice(&b));
        buf_deinit(&b);
        s->words = SLICE("Some were changed since");
    }
    if (st->missing && !s->uid) {
        slice code = s->code.len > 0 ? s->code : SLICE("EXPUNGEISSUED");
        return imap_refuse(s, code, SLICE("Some of the messages are gone"));
    }
    return IMAP_OK;
}

/* ---- EXPUNGE and CLOSE ---- */

struct expunge {
    struct imap_set set;
    bool chosen;  /* only those in the set (RFC 4315 2.1) */
    bool leaves;  /* CLOSE */
    uint32_t uid; /* told to the host, not yet removed; 0: none */
    size_t row;
    struct imap_walk at; /* where they are chosen */
};

static bool next_row(const struct imap_server *s, struct expunge *e, size_t *row_r)
{
    if (e->chosen) {
        return imap_walk_next(s, &e->at, row_r);
    }
    *row_r = e->row++;
    return *row_r < s->view.count;
}

/* The host hears of a message before it is gone, so removing it is the next step's work. */
static enum imap_result expunge_run(struct imap_server *s, struct session_io io)
{
    (void)io;
    struct expunge *e = s->work;
    if (e->uid > 0) {
        (void)mailbox_remove(s->view.box, e->uid);
        e->uid = 0;
    }
    size_t row;
    while (s->view.box->deleted > 0 && next_row(s, e, &row)) {
        const struct mail_item *mail = imap_view_item(&s->view, row);
        if (mail && (mail->flags & FLAG_DELETED) != 0) {
            e->uid = mail->uid;
            imap_server_tell(s, IMAP_EV_EXPUNGED, mail->uid, s->view.box);
            return IMAP_MORE;
        }
    }
    if (e->leaves) {
        imap_server_enter(s, IMAP_AUTH);
    }
    return IMAP_OK;
}

static enum imap_result expunge(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    (void)io;
    struct expunge *e = arena_alloc(&s->arena, sizeof *e);
    s->work = e;
    e->chosen = s->uid;
    if ((s->uid && (!lex_sp(l) || !lex_set(l, &e->set))) || !lex_end(l)) {
        return IMAP_BAD;
    }
    if (s->uid) {
        (void)imap_set_fits(s, &e->set, true);
        e->at = (struct imap_walk){ .set = &e->set, .uid = true };
    }
    return s->view.read_only ? read_only(s) : IMAP_MORE;
}

/* RFC 9051 6.4.1: removes without a word; after EXAMINE it removes nothing. */
static enum imap_result close_box(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    (void)io;
    struct expunge *e = arena_alloc(&s->arena, sizeof *e);
    s->work = e;
    e->leaves = true;
    e->row = s->view.read_only ? s->view.count : 0;
    return lex_end(l) ? IMAP_MORE : IMAP_BAD;
}

static const struct imap_command commands[] = {
    { .name = SLICE_INIT("STORE"),
      .legal = IMAP_SELECTED,
      .flags = IMAP_CMD_UID | IMAP_CMD_NO_EXPUNGE,
      .begin = store_begin,
      .run = store_run },
    { .name = SLICE_INIT("EXPUNGE"), .legal = IMAP_SELECTED, .begin = expunge, .run = expunge_run },
    { .name = SLICE_INIT("EXPUNGE"),
      .legal = IMAP_SELECTED,
      .needs = IMAP_UIDPLUS,
      .flags = IMAP_CMD_UID_ONLY,
      .begin = expunge,
      .run = expunge_run },
    { .name = SLICE_INIT("CLOSE"), .legal = IMAP_SELECTED, .begin = close_box, .run = expunge_run },
};
const struct imap_family imap_family_store = { commands, COUNT(commands) };
