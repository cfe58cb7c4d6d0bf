/* imap_cmd_store.c - STORE, EXPUNGE, UID EXPUNGE, CLOSE: what changes a mailbox's messages.
 * What EXPUNGE took away is reported by the view, like what others took away. */
#include "sim/proto/imap_server.h"
#include "sim/proto/imap_write.h"

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
    const struct store_how *how;
    uint32_t flags;
    size_t row;
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

static enum imap_result store_begin(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    (void)io;
    struct store *st = arena_alloc(&s->arena, sizeof *st);
    if (!lex_sp(l) || !lex_set(l, &st->set) || !lex_sp(l) || !parse_how(l, st) || !lex_sp(l) ||
        !imap_flags_parse(l, true, &st->flags) || !lex_end(l)) {
        return IMAP_BAD;
    }
    if (!imap_set_fits(s, &st->set, s->uid)) {
        s->words = SLICE("No such message number");
        return IMAP_BAD;
    }
    s->work = st;
    return s->view.read_only ? read_only(s) : IMAP_MORE;
}

static void store_one(struct imap_server *s, struct store *st, size_t row, struct outq *out)
{
    struct imap_row *told = &s->view.rows[row];
    const struct mail_item *mail = imap_view_item(&s->view, row);
    if (!mail) {
        st->missing = true;
        return;
    }
    uint32_t before = mail->flags;
    uint32_t after = st->how->mode == 0  ? st->flags
                     : st->how->mode > 0 ? before | st->flags
                                         : before & ~st->flags;
    if (mailbox_flags(s->view.box, told->uid, after)) {
        imap_server_tell(s, IMAP_EV_FLAGS, told->uid, s->view.box);
    }
    /* .SILENT keeps quiet about this change only; another session's is told later. */
    bool known = before == (told->flags & ~IMAP_RECENT);
    if (st->how->silent) {
        told->flags = known ? after | (told->flags & IMAP_RECENT) : told->flags;
        return;
    }
    told->flags = after | (told->flags & IMAP_RECENT);
    outq_textz(out, "* ");
    outq_u64(out, row + 1);
    outq_textz(out, " FETCH (");
    if (s->uid) {
        outq_textz(out, "UID ");
        outq_u64(out, told->uid);
        outq_textz(out, " ");
    }
    outq_textz(out, "FLAGS ");
    imap_write_flags(out, told->flags);
    outq_textz(out, ")\r\n");
}

static enum imap_result store_run(struct imap_server *s, struct session_io io)
{
    struct store *st = s->work;
    while (st->row < s->view.count) {
        size_t row = st->row++;
        if (imap_set_has_row(s, &st->set, row, s->uid)) {
            store_one(s, st, row, io.out);
            return IMAP_MORE;
        }
    }
    if (st->missing && !s->uid) {
        return imap_refuse(s, SLICE("EXPUNGEISSUED"), SLICE("Some of the messages are gone"));
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
};

/* The host hears of a message before it is gone, so removing it is the next step's work. */
static enum imap_result expunge_run(struct imap_server *s, struct session_io io)
{
    (void)io;
    struct expunge *e = s->work;
    if (e->uid > 0) {
        (void)mailbox_remove(s->view.box, e->uid);
        e->uid = 0;
    }
    while (e->row < s->view.count) {
        size_t row = e->row++;
        const struct mail_item *mail = imap_view_item(&s->view, row);
        if (mail && (mail->flags & FLAG_DELETED) != 0 &&
            (!e->chosen || imap_set_has_row(s, &e->set, row, true))) {
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
