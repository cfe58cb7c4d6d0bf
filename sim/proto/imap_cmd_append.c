/* imap_cmd_append.c - APPEND (RFC 9051 6.3.12), with APPENDUID where UIDPLUS is offered.
 * The letter's octets are kept by reference, as they came. */
#include "sim/proto/imap_names.h"

#include "sim/mail/date.h"

struct append {
    slice name;
    struct imap_flags flags;
    int64_t date;
    struct message *letter;
    bool binary;
};

static bool append_parse(struct imap_server *s, struct imap_lex *l, struct append *a)
{
    if (!lex_sp(l) || !imap_mailbox(s, l, &a->name) || !lex_sp(l)) {
        return false;
    }
    if (lex_is(l, '(') && (!imap_flags_parse(l, false, &a->flags) || !lex_sp(l))) {
        return false;
    }
    slice date;
    if (lex_is(l, '"') &&
        (!lex_string(l, &date) || !date_imap_parse(date, &a->date) || !lex_sp(l))) {
        return false;
    }
    slice word; /* RFC 6855 4: UTF8 (~{12} ...) */
    if (s->enabled & (IMAP_UTF8 | IMAP_REV2) && lex_word(l, &word)) {
        return slice_eq_nocase(word, SLICE("UTF8")) && lex_sp(l) && lex_char(l, '(') &&
               lex_char(l, '~') && lex_literal(l, &a->letter) && lex_char(l, ')') && lex_end(l);
    }
    if (imap_offers(s, IMAP_BINARY)) { /* RFC 3516 4.4: a literal8 may have NULs */
        a->binary = lex_char(l, '~');
    }
    return lex_literal(l, &a->letter) && lex_end(l);
}

static bool has_nul(const struct message *m)
{
    for (size_t i = 0; i < m->part_count; i++) {
        if (slice_find_byte(m->parts[i].bytes, '\0') != SLICE_NONE) {
            return true;
        }
    }
    return false;
}

static enum imap_result append_store(struct imap_server *s, struct session_io io, struct append *a)
{
    struct mailbox *box = account_box(s->account, a->name);
    if (!box) {
        return imap_refuse(s, SLICE("TRYCREATE"), SLICE("No such mailbox"));
    }
    if (!a->binary && has_nul(a->letter)) {
        s->words = SLICE("NUL in a literal");
        return IMAP_BAD;
    }
    if (imap_over_quota(s, a->letter->size)) {
        return IMAP_NO;
    }
    struct message *letter = a->letter;
    a->letter = NULL;
    uint32_t flags = imap_flags_bits(&a->flags, box, true);
    uint32_t uid = mailbox_append(box, letter, 0, flags, io.at, a->date);
    imap_server_tell(s, IMAP_EV_APPENDED, uid, box);
    s->events[s->event_count - 1].message = letter;
    if (imap_offers(s, IMAP_UIDPLUS)) {
        struct buf b; /* RFC 4315 3 */
        buf_init(&b);
        buf_addz(&b, "APPENDUID ");
        fmt_u64(&b, box->uid_validity);
        buf_byte(&b, ' ');
        fmt_u64(&b, uid);
        s->code = arena_copy(&s->arena, buf_slice(&b));
        buf_deinit(&b);
    }
    return IMAP_OK;
}

static enum imap_result append(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    struct append a = { .date = imap_unix_now(s, io) };
    enum imap_result result = append_parse(s, l, &a) ? append_store(s, io, &a) : IMAP_BAD;
    message_unref(&a.letter);
    return result;
}

static const struct imap_command commands[] = {
    { .name = SLICE_INIT("APPEND"), .legal = IMAP_IN, .flags = IMAP_CMD_LETTER, .begin = append },
};
const struct imap_family imap_family_append = { commands, COUNT(commands) };
