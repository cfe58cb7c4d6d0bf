/* imap_cmd_select.c - SELECT EXAMINE UNSELECT (RFC 9051 6.3.2, 6.3.3, 6.4.2). */
#include "sim/proto/imap_server.h"
#include "sim/proto/imap_write.h"

static void say_code(struct outq *out, const char *code, uint64_t number, const char *words)
{
    outq_textz(out, "* OK [");
    outq_textz(out, code);
    outq_u64(out, number);
    outq_textz(out, words);
}

static void say_selected(struct imap_server *s, struct outq *out)
{
    const struct imap_view *v = &s->view;
    uint32_t all = FLAG_SEEN | FLAG_ANSWERED | FLAG_FLAGGED | FLAG_DELETED | FLAG_DRAFT;
    outq_textz(out, "* FLAGS ");
    imap_write_flags(out, all);
    outq_textz(out, "\r\n* OK [PERMANENTFLAGS ");
    imap_write_flags(out, v->read_only ? 0 : all);
    outq_textz(out, "] Flags kept\r\n* ");
    outq_u64(out, v->count);
    outq_textz(out, " EXISTS\r\n* ");
    outq_u64(out, imap_view_recent(v));
    outq_textz(out, " RECENT\r\n");
    for (size_t i = 0; i < v->count; i++) {
        if ((v->rows[i].flags & FLAG_SEEN) == 0) {
            say_code(out, "UNSEEN ", i + 1, "] First unseen\r\n");
            break;
        }
    }
    say_code(out, "UIDVALIDITY ", v->box->uid_validity, "] UIDs valid\r\n");
    say_code(out, "UIDNEXT ", v->box->uid_next, "] Predicted next UID\r\n");
}

static enum imap_result open_box(struct imap_server *s, struct session_io io, struct imap_lex *l,
                                 bool read_only)
{
    slice name;
    if (!imap_one_name(l, &name)) {
        return IMAP_BAD;
    }
    imap_server_enter(s, IMAP_AUTH); /* a failing SELECT leaves nothing selected, RFC 9051 6.3.2 */
    struct mailbox *box = account_box(s->account, name);
    if (!box) {
        return imap_no_box(s);
    }
    imap_view_open(&s->view, box, read_only);
    imap_server_enter(s, IMAP_SELECTED);
    say_selected(s, io.out);
    imap_server_tell(s, IMAP_EV_SELECTED, !read_only, box);
    s->events[s->event_count - 1].text = box->name;
    s->code = read_only ? SLICE("READ-ONLY") : SLICE("READ-WRITE");
    s->words = read_only ? SLICE("Examined") : SLICE("Selected");
    return IMAP_OK;
}

static enum imap_result select_box(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    return open_box(s, io, l, false);
}

static enum imap_result examine(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    return open_box(s, io, l, true);
}

static enum imap_result unselect(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    (void)io;
    if (!lex_end(l)) {
        return IMAP_BAD;
    }
    imap_server_enter(s, IMAP_AUTH);
    return IMAP_OK;
}

static const struct imap_command commands[] = {
    { .name = SLICE_INIT("SELECT"), .legal = IMAP_IN, .begin = select_box },
    { .name = SLICE_INIT("EXAMINE"), .legal = IMAP_IN, .begin = examine },
    { .name = SLICE_INIT("UNSELECT"),
      .legal = IMAP_SELECTED,
      .needs = IMAP_UNSELECT,
      .begin = unselect },
};
const struct imap_family imap_family_select = { commands, COUNT(commands) };
