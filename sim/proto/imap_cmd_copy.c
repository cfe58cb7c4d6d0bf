/* imap_cmd_copy.c - COPY and MOVE (RFC 9051 6.4.7, 6.4.8).  A copy shares the letter's octets. */
#include "sim/proto/imap_names.h"

struct copy {
    struct imap_set set;
    struct mailbox *from, *to;
    uint32_t *from_uids, *to_uids; /* pairs, for COPYUID (RFC 4315 3) */
    size_t count;
    size_t told, moved;
    uint32_t uid;      /* of MOVE: told to the host, not yet removed; 0: none */
    bool moves, quiet; /* quiet: no COPYUID */
};

/* Are all there that the client numbered?  Before one is copied: a COPY that fails leaves nothing
 * behind (RFC 9051 6.4.7).  By UID nothing can be missing. */
static bool all_there(const struct imap_server *s, const struct copy *c)
{
    struct imap_walk at = { .set = &c->set, .uid = s->uid };
    size_t row;
    while (!s->uid && imap_walk_next(s, &at, &row)) {
        if (!imap_view_item(&s->view, row)) {
            return false;
        }
    }
    return true;
}

static void copy_one(struct copy *c, const struct mail_item *mail, sim_time now)
{
    uint32_t flags = mailbox_flags_in(c->to, c->from, mail->flags);
    c->from_uids[c->count] = mail->uid;
    c->to_uids[c->count++] = mailbox_append(c->to, message_ref(mail->message), mail->letter, flags,
                                            now, mail->internal_date);
}

/* All of it at once, so that nobody else comes between; the host hears of it step by step. */
static void copy_all(struct imap_server *s, struct copy *c, sim_time now)
{
    struct imap_walk at = { .set = &c->set, .uid = s->uid };
    size_t row;
    c->from_uids = arena_array(&s->arena, s->view.count, sizeof *c->from_uids);
    c->to_uids = arena_array(&s->arena, s->view.count, sizeof *c->to_uids);
    while (imap_walk_next(s, &at, &row)) {
        const struct mail_item *mail = imap_view_item(&s->view, row);
        if (mail) {
            copy_one(c, mail, now);
        }
    }
}

void imap_move_box(struct imap_server *s, struct mailbox *from, struct mailbox *to, sim_time now)
{
    struct copy *c = arena_alloc(&s->arena, sizeof *c);
    *c = (struct copy){ .from = from, .to = to, .moves = true, .quiet = true };
    c->from_uids = arena_array(&s->arena, from->count, sizeof *c->from_uids);
    c->to_uids = arena_array(&s->arena, from->count, sizeof *c->to_uids);
    for (size_t i = 0; i < from->count; i++) {
        copy_one(c, mailbox_at(from, i), now);
    }
    s->work = c;
}

/* RFC 9208 5.4: nothing is copied where not all has room; what is moved takes none. */
static bool too_much(struct imap_server *s, const struct copy *c)
{
    struct imap_walk at = { .set = &c->set, .uid = s->uid };
    uint64_t octets = 0;
    size_t row;
    while (s->account->quota > 0 && !c->moves && imap_walk_next(s, &at, &row)) {
        const struct mail_item *mail = imap_view_item(&s->view, row);
        octets += mail ? mail->message->size : 0;
    }
    return octets > 0 && imap_over_quota(s, octets);
}

static enum imap_result copy_begin(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    struct copy *c = arena_alloc(&s->arena, sizeof *c);
    slice name;
    if (!lex_sp(l) || !lex_set(l, &c->set) || !lex_sp(l) || !imap_mailbox(s, l, &name) ||
        !lex_end(l) || !imap_set_fits(s, &c->set, s->uid)) {
        return IMAP_BAD;
    }
    c->from = s->view.box;
    c->to = account_box(s->account, name);
    if (!c->to) {
        return imap_refuse(s, SLICE("TRYCREATE"), SLICE("No such mailbox"));
    }
    c->moves = slice_eq(s->running->name, SLICE("MOVE"));
    if (c->moves && s->view.read_only) {
        return imap_refuse(s, (slice){ 0 }, SLICE("Mailbox was opened with EXAMINE"));
    }
    if (!all_there(s, c)) {
        return imap_refuse(s, SLICE("EXPUNGEISSUED"), SLICE("Some of the messages are gone"));
    }
    if (too_much(s, c)) {
        return IMAP_NO;
    }
    copy_all(s, c, io.at);
    s->work = c;
    return IMAP_MORE;
}

static slice copyuid(struct imap_server *s, const struct copy *c)
{
    if (c->count == 0 || c->quiet || !imap_offers(s, IMAP_UIDPLUS)) {
        return (slice){ 0 };
    }
    struct buf b;
    buf_init(&b);
    buf_addz(&b, "COPYUID ");
    fmt_u64(&b, c->to->uid_validity);
    buf_byte(&b, ' ');
    imap_add_numbers(&b, c->from_uids, c->count);
    buf_byte(&b, ' ');
    imap_add_numbers(&b, c->to_uids, c->count);
    slice code = arena_copy(&s->arena, buf_slice(&b));
    buf_deinit(&b);
    return code;
}

/* RFC 6851 4.3: COPYUID comes untagged, before the messages vanish. */
static enum imap_result move_away(struct imap_server *s, struct copy *c, struct outq *out)
{
    slice code = c->moved == 0 && c->uid == 0 ? copyuid(s, c) : (slice){ 0 };
    if (code.len > 0) {
        outq_textz(out, "* OK [");
        outq_text(out, code);
        outq_textz(out, "] Copied\r\n");
    }
    if (c->uid > 0) {
        (void)mailbox_remove(c->from, c->uid);
        c->uid = 0;
    }
    while (c->moved < c->count) {
        uint32_t uid = c->from_uids[c->moved++];
        if (mailbox_find(c->from, uid)) {
            c->uid = uid;
            imap_server_tell(s, IMAP_EV_EXPUNGED, uid, c->from);
            return IMAP_MORE;
        }
    }
    return IMAP_OK;
}

enum imap_result imap_copy_run(struct imap_server *s, struct session_io io)
{
    struct copy *c = s->work;
    while (c->told < c->count) {
        const struct mail_item *mail = mailbox_find(c->to, c->to_uids[c->told++]);
        if (mail) {
            imap_server_tell(s, IMAP_EV_APPENDED, mail->uid, c->to);
            s->events[s->event_count - 1].message = mail->message;
            return IMAP_MORE;
        }
    }
    if (c->moves) {
        return move_away(s, c, io.out);
    }
    s->code = copyuid(s, c);
    return IMAP_OK;
}

static const struct imap_command commands[] = {
    { .name = SLICE_INIT("COPY"),
      .legal = IMAP_SELECTED,
      .flags = IMAP_CMD_UID,
      .begin = copy_begin,
      .run = imap_copy_run },
    { .name = SLICE_INIT("MOVE"),
      .legal = IMAP_SELECTED,
      .needs = IMAP_MOVE,
      .flags = IMAP_CMD_UID,
      .begin = copy_begin,
      .run = imap_copy_run },
};
const struct imap_family imap_family_copy = { commands, COUNT(commands) };
