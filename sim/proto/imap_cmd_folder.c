/* imap_cmd_folder.c - CREATE DELETE RENAME SUBSCRIBE UNSUBSCRIBE (RFC 9051 6.3.4 to 6.3.8).
 * Never looks into a message. */
#include "sim/proto/imap_names.h"

static enum imap_result cannot(struct imap_server *s, slice words)
{
    return imap_refuse(s, SLICE("CANNOT"), words);
}

static enum imap_result name_is_free(struct imap_server *s, slice name)
{
    if (!s->config->names || !account_name_possible(name)) {
        return cannot(s, SLICE("No mailbox of that name can be made"));
    }
    return IMAP_OK;
}

static enum imap_result is_there(struct imap_server *s)
{
    return imap_refuse(s, SLICE("ALREADYEXISTS"), SLICE("That mailbox is there"));
}

/* A name that ends in a separator says that there will be others under it (RFC 9051 6.3.4). */
static slice without_end(slice name)
{
    bool ends = name.len > 1 && name.ptr[name.len - 1] == MAILBOX_SEPARATOR;
    return ends ? slice_sub(name, 0, name.len - 1) : name;
}

/* " (USE (\\Sent))" (RFC 6154 3).  MAILBOX_USE_COUNT: one that nobody knows here, or several. */
static bool parse_use(const struct imap_server *s, struct imap_lex *l, enum mailbox_use *use_r)
{
    slice name;
    if (!imap_offers(s, IMAP_SPECIAL_USE | IMAP_CREATE_USE) || !lex_sp(l) || !lex_char(l, '(') ||
        !lex_word(l, &name) || !slice_eq_nocase(name, SLICE("USE")) || !lex_sp(l) ||
        !lex_char(l, '(')) {
        return false;
    }
    size_t uses = 0;
    for (bool more = !lex_is(l, ')'); more; more = lex_sp(l)) {
        size_t i = 1;
        if (!lex_flag(l, &name)) {
            return false;
        }
        while (i < MAILBOX_USE_COUNT && !slice_eq_nocase(name, mailbox_use_names[i])) {
            i++;
        }
        *use_r = uses++ == 0 ? (enum mailbox_use)i : MAILBOX_USE_COUNT;
    }
    return lex_char(l, ')') && lex_char(l, ')') && lex_end(l);
}

static enum imap_result create(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    (void)io;
    slice name;
    enum mailbox_use use = MAILBOX_NO_USE;
    if (!lex_sp(l) || !imap_mailbox(s, l, &name) || (!lex_end(l) && !parse_use(s, l, &use))) {
        return IMAP_BAD;
    }
    if (use == MAILBOX_USE_COUNT) {
        return imap_refuse(s, SLICE("USEATTR"), SLICE("A mailbox is made for one use known here"));
    }
    name = without_end(name);
    enum imap_result possible = name_is_free(s, name);
    if (possible != IMAP_OK) {
        return possible;
    }
    if (account_box(s->account, name)) {
        return is_there(s);
    }
    struct mailbox *box = account_box_add(s->account, name);
    box->use = use == MAILBOX_NO_USE ? box->use : (uint8_t)use;
    imap_server_tell(s, IMAP_EV_CREATED, 0, box);
    return IMAP_OK;
}

/* RFC 9051 6.3.5: with others under it the name stays; a name alone goes only when it is bare. */
static enum imap_result delete_box(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    (void)io;
    slice name;
    if (!imap_one_mailbox(s, l, &name)) {
        return IMAP_BAD;
    }
    struct mailbox *box = account_name(s->account, name);
    if (!box) {
        return imap_no_box(s);
    }
    if (box == s->account->boxes[0]) {
        return cannot(s, SLICE("INBOX stays"));
    }
    if (box->no_select && account_has_under(s->account, box)) {
        return imap_refuse(s, SLICE("HASCHILDREN"), SLICE("There are mailboxes under that name"));
    }
    if (box == s->view.box) {
        imap_server_enter(s, IMAP_AUTH);
    }
    account_box_remove(s->account, box);
    if (!box->no_select) {
        imap_server_tell(s, IMAP_EV_DELETED, 0, box);
    }
    return IMAP_OK;
}

static enum imap_result rename_box(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    slice from;
    slice to;
    if (!lex_sp(l) || !imap_mailbox(s, l, &from) || !imap_one_mailbox(s, l, &to)) {
        return IMAP_BAD;
    }
    struct mailbox *box = account_name(s->account, without_end(from));
    if (!box) {
        return imap_no_box(s);
    }
    to = without_end(to);
    enum imap_result possible = name_is_free(s, to);
    if (possible != IMAP_OK) {
        return possible;
    }
    if (account_name(s->account, to)) {
        return is_there(s);
    }
    if (box ==
        s->account->boxes[0]) { /* RFC 9051 6.3.6: its messages move, what is under it stays */
        struct mailbox *made = account_box_add(s->account, to);
        imap_server_tell(s, IMAP_EV_CREATED, 0, made);
        imap_move_box(s, box, made, io.at);
        return IMAP_MORE;
    }
    if (account_name_under(to, box->name)) {
        return cannot(s, SLICE("A mailbox cannot be under itself"));
    }
    if (!account_rename_possible(s->account, box, to)) {
        return cannot(s, SLICE("A name under it would be too long or too deep"));
    }
    slice old = box->name;
    account_box_rename(s->account, box, to);
    imap_server_tell(s, IMAP_EV_RENAMED, 0, box);
    s->events[s->event_count - 1].text = old;
    return IMAP_OK;
}

static enum imap_result subscribe(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    (void)io;
    slice name;
    if (!imap_one_mailbox(s, l, &name)) {
        return IMAP_BAD;
    }
    if (!account_name(s->account, name)) {
        return imap_no_box(s);
    }
    account_subscribe(s->account, name);
    return IMAP_OK;
}

/* Also of what is not there any more: a deleted mailbox stays subscribed (RFC 9051 6.3.7). */
static enum imap_result unsubscribe(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    (void)io;
    slice name;
    if (!imap_one_mailbox(s, l, &name)) {
        return IMAP_BAD;
    }
    (void)account_unsubscribe(s->account, name);
    return IMAP_OK;
}

static const struct imap_command commands[] = {
    { .name = SLICE_INIT("CREATE"), .legal = IMAP_IN, .begin = create },
    { .name = SLICE_INIT("DELETE"), .legal = IMAP_IN, .begin = delete_box },
    { .name = SLICE_INIT("RENAME"), .legal = IMAP_IN, .begin = rename_box, .run = imap_copy_run },
    { .name = SLICE_INIT("SUBSCRIBE"), .legal = IMAP_IN, .begin = subscribe },
    { .name = SLICE_INIT("UNSUBSCRIBE"), .legal = IMAP_IN, .begin = unsubscribe },
};
const struct imap_family imap_family_folder = { commands, COUNT(commands) };
