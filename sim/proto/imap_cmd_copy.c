/* imap_cmd_copy.c - COPY and MOVE (RFC 9051 6.4.7, 6.4.8).  A copy shares the letter's octets. */
#include "sim/proto/imap_server.h"

struct copy {
    struct imap_set set;
    struct mailbox *to;
    uint32_t *from_uids, *to_uids; /* pairs, for COPYUID (RFC 4315 3) */
    size_t count;
    size_t row, last; /* only what the view had when it began: a copy into itself ends */
    size_t moved;
    uint32_t uid; /* of MOVE: told to the host, not yet removed; 0: none */
    bool moves, missing;
};

static enum imap_result copy_begin(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    (void)io;
    struct copy *c = arena_alloc(&s->arena, sizeof *c);
    slice name;
    if (!lex_sp(l) || !lex_set(l, &c->set) || !lex_sp(l) || !lex_astring(l, &name) || !lex_end(l) ||
        !imap_set_fits(s, &c->set, s->uid)) {
        return IMAP_BAD;
    }
    c->to = account_box(s->account, name);
    if (!c->to) {
        return imap_refuse(s, SLICE("TRYCREATE"), SLICE("No such mailbox"));
    }
    c->moves = slice_eq(s->running->name, SLICE("MOVE"));
    if (c->moves && s->view.read_only) {
        return imap_refuse(s, (slice){ 0 }, SLICE("Mailbox was opened with EXAMINE"));
    }
    c->last = s->view.count;
    c->from_uids = arena_array(&s->arena, c->last, sizeof *c->from_uids);
    c->to_uids = arena_array(&s->arena, c->last, sizeof *c->to_uids);
    s->work = c;
    return IMAP_MORE;
}

static void copy_one(struct imap_server *s, struct copy *c, size_t row, struct session_io io)
{
    const struct mail_item *mail = imap_view_item(&s->view, row);
    if (!mail) {
        c->missing = true;
        return;
    }
    struct message *letter = message_ref(mail->message);
    c->from_uids[c->count] = mail->uid;
    c->to_uids[c->count] =
        mailbox_append(c->to, letter, mail->letter, mail->flags, io.at, mail->internal_date);
    imap_server_tell(s, IMAP_EV_APPENDED, c->to_uids[c->count], c->to);
    s->events[s->event_count - 1].message = letter;
    c->count++;
}

/* "3:5,9": both lists rise, so neighbours join. */
static void add_uids(struct buf *b, const uint32_t *uids, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t first = i;
        while (i + 1 < count && uids[i + 1] == uids[i] + 1) {
            i++;
        }
        buf_addz(b, first > 0 ? "," : " ");
        fmt_u64(b, uids[first]);
        if (i > first) {
            buf_byte(b, ':');
            fmt_u64(b, uids[i]);
        }
    }
}

static slice copyuid(struct imap_server *s, const struct copy *c)
{
    if (c->count == 0 || !imap_offers(s, IMAP_UIDPLUS)) {
        return (slice){ 0 };
    }
    struct buf b;
    buf_init(&b);
    buf_addz(&b, "COPYUID ");
    fmt_u64(&b, c->to->uid_validity);
    add_uids(&b, c->from_uids, c->count);
    add_uids(&b, c->to_uids, c->count);
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
        (void)mailbox_remove(s->view.box, c->uid);
        c->uid = 0;
    }
    while (c->moved < c->count) {
        uint32_t uid = c->from_uids[c->moved++];
        if (mailbox_find(s->view.box, uid)) {
            c->uid = uid;
            imap_server_tell(s, IMAP_EV_EXPUNGED, uid, s->view.box);
            return IMAP_MORE;
        }
    }
    return IMAP_OK;
}

static enum imap_result copy_run(struct imap_server *s, struct session_io io)
{
    struct copy *c = s->work;
    while (c->row < c->last) {
        size_t row = c->row++;
        if (imap_set_has_row(s, &c->set, row, s->uid)) {
            copy_one(s, c, row, io);
            return IMAP_MORE;
        }
    }
    if (c->moves) {
        return move_away(s, c, io.out);
    }
    if (c->missing && !s->uid) {
        return imap_refuse(s, SLICE("EXPUNGEISSUED"), SLICE("Some of the messages are gone"));
    }
    s->code = copyuid(s, c);
    return IMAP_OK;
}

static const struct imap_command commands[] = {
    { .name = SLICE_INIT("COPY"),
      .legal = IMAP_SELECTED,
      .flags = IMAP_CMD_UID,
      .begin = copy_begin,
      .run = copy_run },
    { .name = SLICE_INIT("MOVE"),
      .legal = IMAP_SELECTED,
      .needs = IMAP_MOVE,
      .flags = IMAP_CMD_UID,
      .begin = copy_begin,
      .run = copy_run },
};
const struct imap_family imap_family_copy = { commands, COUNT(commands) };
