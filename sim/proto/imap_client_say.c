/* imap_client_say.c - what an order is as a command (RFC 9051 6).
 * Never knows what comes back; says nothing that the server does not offer. */
#include "sim/proto/imap_client.h"

#include "sim/mail/date.h"
#include "sim/mail/mailbox.h"
#include "sim/mail/mime.h"
#include "sim/mail/utf7.h"
#include "sim/proto/imap_write.h"

#include <assert.h>

#define LITERAL_MINUS_MAX 4096 /* RFC 7888 5 */

/* ---- a command on its way ---- */

/* Everything is put into `later` first; what stands before the first stop goes at once. */
void imap_client_begin(struct imap_client *c, const char *command)
{
    assert(c->later.size == 0 && c->stop_count == 0);
    outq_textz(&c->later, "a");
    outq_u64(&c->later, ++c->tag);
    outq_textz(&c->later, " ");
    outq_textz(&c->later, command);
}

/* A synchronising literal is announced, and its octets wait for "+" (RFC 9051 4.3). */
static void announce(struct imap_client *c, size_t octets)
{
    bool at_once = (c->offers & IMAP_LITERAL_PLUS) != 0 ||
                   ((c->offers & IMAP_LITERAL_MINUS) != 0 && octets <= LITERAL_MINUS_MAX);
    outq_textz(&c->later, "{");
    outq_u64(&c->later, octets);
    outq_textz(&c->later, at_once ? "+}\r\n" : "}\r\n");
    if (!at_once) {
        assert(c->stop_count < IMAP_STOPS_MAX);
        c->stops[c->stop_count++] = c->later.size;
    }
}

void imap_client_string(struct imap_client *c, slice s)
{
    if (imap_quotable(s)) {
        imap_write_string(&c->later, s);
    } else {
        announce(c, s.len);
        outq_text(&c->later, s);
    }
}

static bool one_line(slice s)
{
    return slice_find_byte(s, '\r') == SLICE_NONE && slice_find_byte(s, '\n') == SLICE_NONE &&
           slice_find_byte(s, '\0') == SLICE_NONE;
}

/* Modified UTF-7, until UTF-8 is switched on (RFC 9051 5.1, RFC 6855 3). */
void imap_client_mailbox(struct imap_client *c, slice utf8)
{
    struct buf seven = { 0 };
    slice name = utf8;
    if (!c->utf8 && utf7_encode(utf8, &seven)) {
        name = buf_slice(&seven);
    }
    if (imap_quotable(name)) {
        imap_write_astring(&c->later, name);
    } else if (c->utf8 && mime_is_utf8(name) && one_line(name)) {
        imap_write_quoted(&c->later, name);
    } else {
        imap_client_string(c, name);
    }
    buf_deinit(&seven);
}

/* Moves what may go now; stops count from the beginning of the command. */
static void send_part(struct imap_client *c, struct outq *out)
{
    size_t done = c->stop_at > 0 ? c->stops[c->stop_at - 1] : 0;
    size_t left = c->stop_at < c->stop_count ? c->stops[c->stop_at] - done : SIZE_MAX;
    c->stop_at++;
    struct chunk piece;
    while (left > 0 && outq_take(&c->later, left, &piece)) {
        left -= piece.bytes.len;
        outq_chunk(out, piece);
        blob_unref(&piece.owner);
    }
    if (c->stop_at > c->stop_count) {
        c->stop_at = c->stop_count = 0;
    }
}

void imap_client_end(struct imap_client *c, struct session_io io)
{
    outq_textz(&c->later, "\r\n");
    c->heard = io.now;
    send_part(c, io.out);
}

void imap_client_go_on(struct imap_client *c, struct session_io io)
{
    if (c->stop_count > 0) {
        send_part(c, io.out);
    } else if (c->state == IMAP_C_BUSY && c->order == IMAP_ORDER_IDLE) {
        imap_client_enter(c, IMAP_C_IDLE);
    }
}

void imap_client_drop_rest(struct imap_client *c)
{
    outq_clear(&c->later);
    c->stop_at = c->stop_count = 0;
}

void imap_client_ask_capability(struct imap_client *c, struct session_io io)
{
    imap_client_enter(c, IMAP_C_CAPABILITY);
    imap_client_begin(c, "CAPABILITY");
    imap_client_end(c, io);
}

void imap_client_starttls(struct imap_client *c, struct session_io io)
{
    imap_client_enter(c, IMAP_C_STARTTLS);
    imap_client_begin(c, "STARTTLS");
    imap_client_end(c, io);
}

/* ---- opening ---- */

/* What was known of the mailbox before is void; the server may still speak of it. */
static void leave(struct imap_client *c, slice name)
{
    c->leaving = c->selected && (c->offers & (IMAP_CONDSTORE | IMAP_QRESYNC | IMAP_REV2)) != 0;
    c->selected = false;
    imap_numbers_clear(&c->numbers);
    buf_clear(&c->opened);
    buf_add(&c->opened, name);
}

static void order_select(struct imap_client *c, const void *detail)
{
    leave(c, *(const slice *)detail);
    imap_client_mailbox(c, *(const slice *)detail);
}

/* RFC 7162 3.2.5: the parameter is legal once QRESYNC is enabled, and no mod-sequence is 0. */
static void order_open(struct imap_client *c, const void *detail)
{
    const struct imap_open *o = detail;
    leave(c, o->mailbox);
    outq_textz(&c->later, o->read_only ? "EXAMINE " : "SELECT ");
    imap_client_mailbox(c, o->mailbox);
    bool known = o->uid_validity > 0 && o->modseq > 0;
    if (known && c->qresync) {
        outq_textz(&c->later, " (QRESYNC (");
        outq_u64(&c->later, o->uid_validity);
        outq_textz(&c->later, " ");
        outq_u64(&c->later, o->modseq);
        outq_textz(&c->later, o->known.len > 0 ? " " : "");
        outq_text(&c->later, o->known);
        outq_textz(&c->later, "))");
    } else if ((known || o->condstore) && (c->offers & IMAP_CONDSTORE)) {
        outq_textz(&c->later, " (CONDSTORE)");
    }
}

static void order_mailbox(struct imap_client *c, const void *detail)
{
    imap_client_mailbox(c, *(const slice *)detail);
}

static void order_rename(struct imap_client *c, const void *detail)
{
    const slice *names = detail;
    imap_client_mailbox(c, names[0]);
    outq_textz(&c->later, " ");
    imap_client_mailbox(c, names[1]);
}

/* ---- messages ---- */

static void order_list_new(struct imap_client *c, const void *detail)
{
    uint32_t from = *(const uint32_t *)detail;
    c->list_from = from > 0 ? from : 1;
    outq_u64(&c->later, c->list_from);
    outq_textz(&c->later, ":* (UID FLAGS RFC822.SIZE ENVELOPE)");
}

static void order_body(struct imap_client *c, const void *detail)
{
    outq_u64(&c->later, *(const uint32_t *)detail);
    outq_textz(&c->later,
               c->order == IMAP_ORDER_BODY ? " (UID FLAGS BODY[])" : " (UID FLAGS BODY.PEEK[])");
}

static const struct {
    uint32_t want;
    const char *item;
    uint32_t needs;
} wants[] = {
    { IMAP_WANT_FLAGS, " FLAGS", 0 },
    { IMAP_WANT_MODSEQ, " MODSEQ", IMAP_CONDSTORE },
    { IMAP_WANT_DATE, " INTERNALDATE", 0 },
    { IMAP_WANT_SIZE, " RFC822.SIZE", 0 },
    { IMAP_WANT_ENVELOPE, " ENVELOPE", 0 },
    { IMAP_WANT_STRUCTURE, " BODYSTRUCTURE", 0 },
    { IMAP_WANT_PREVIEW, " PREVIEW", IMAP_PREVIEW },
    { IMAP_WANT_HEADER, " BODY.PEEK[HEADER]", 0 },
    { IMAP_WANT_PEEK, " BODY.PEEK[]", 0 },
    { IMAP_WANT_BODY, " BODY[]", 0 },
};

/* Without CONDSTORE more comes than was asked for.  VANISHED is legal once QRESYNC is enabled, and
 * only beside CHANGEDSINCE (RFC 7162 3.2.6). */
static void order_fetch(struct imap_client *c, const void *detail)
{
    const struct imap_fetch *f = detail;
    assert(f->set.len > 0);
    outq_text(&c->later, f->set);
    outq_textz(&c->later, " (UID");
    for (size_t i = 0; i < COUNT(wants); i++) {
        bool may = (wants[i].needs & ~c->offers) == 0;
        outq_textz(&c->later, (f->want & wants[i].want) && may ? wants[i].item : "");
    }
    outq_textz(&c->later, ")");
    if (f->changed_since > 0 && (c->offers & IMAP_CONDSTORE)) {
        outq_textz(&c->later, " (CHANGEDSINCE ");
        outq_u64(&c->later, f->changed_since);
        outq_textz(&c->later, f->vanished && c->qresync ? " VANISHED)" : ")");
    }
}

static void say_flags(struct imap_client *c, uint32_t flags, slice keywords)
{
    const char *before = "";
    outq_textz(&c->later, "(");
    for (size_t i = 0; i < FLAG_SYSTEM_COUNT; i++) {
        if (flags & (UINT32_C(1) << i)) {
            outq_textz(&c->later, before);
            outq_text(&c->later, mailbox_flag_names[i]);
            before = " ";
        }
    }
    outq_textz(&c->later, keywords.len > 0 ? before : "");
    outq_text(&c->later, keywords);
    outq_textz(&c->later, ")");
}

static const char *store_item(int mode, bool silent)
{
    static const char *const items[][2] = { { " -FLAGS", " -FLAGS.SILENT" },
                                            { " FLAGS", " FLAGS.SILENT" },
                                            { " +FLAGS", " +FLAGS.SILENT" } };
    return items[(mode > 0) - (mode < 0) + 1][silent];
}

static void order_store(struct imap_client *c, const void *detail)
{
    const struct imap_store *st = detail;
    outq_u64(&c->later, st->uid);
    outq_textz(&c->later, store_item(st->mode, false));
    outq_textz(&c->later, " ");
    say_flags(c, st->flags, SLICE(""));
}

static void order_change(struct imap_client *c, const void *detail)
{
    const struct imap_change *ch = detail;
    assert(ch->set.len > 0);
    outq_text(&c->later, ch->set);
    if (ch->unchanged_since > 0 && (c->offers & IMAP_CONDSTORE)) {
        outq_textz(&c->later, " (UNCHANGEDSINCE ");
        outq_u64(&c->later, ch->unchanged_since);
        outq_textz(&c->later, ")");
    }
    outq_textz(&c->later, store_item(ch->mode, ch->silent));
    outq_textz(&c->later, " ");
    say_flags(c, ch->flags, ch->keywords);
}

static void order_copy(struct imap_client *c, const void *detail)
{
    const struct imap_copy *copy = detail;
    assert(copy->set.len > 0);
    outq_text(&c->later, copy->set);
    outq_textz(&c->later, " ");
    imap_client_mailbox(c, copy->mailbox);
}

static void order_text(struct imap_client *c, const void *detail)
{
    outq_text(&c->later, *(const slice *)detail);
}

static void order_search(struct imap_client *c, const void *detail)
{
    outq_textz(&c->later, c->offers & IMAP_ESEARCH ? "RETURN (ALL) " : "");
    outq_text(&c->later, c->order == IMAP_ORDER_UIDS            ? SLICE("ALL")
                         : c->order == IMAP_ORDER_SEARCH_UNSEEN ? SLICE("UNSEEN")
                                                                : *(const slice *)detail);
}

static void order_append(struct imap_client *c, const void *detail)
{
    const struct imap_append *a = detail;
    imap_client_mailbox(c, a->mailbox);
    outq_textz(&c->later, " ");
    if (a->flags != 0 || a->keywords.len > 0) {
        say_flags(c, a->flags, a->keywords);
        outq_textz(&c->later, " ");
    }
    if (a->date != 0) {
        struct buf date = { 0 };
        date_imap(&date, a->date);
        imap_write_quoted(&c->later, buf_slice(&date));
        outq_textz(&c->later, " ");
        buf_deinit(&date);
    }
    announce(c, a->message->size);
    imap_write_octets(&c->later, a->message, 0, a->message->size);
}

/* ---- mailboxes ---- */

void imap_client_status_items(struct imap_client *c)
{
    outq_textz(&c->later, " (MESSAGES UNSEEN UIDNEXT UIDVALIDITY");
    outq_textz(&c->later, c->offers & IMAP_CONDSTORE ? " HIGHESTMODSEQ" : "");
    outq_textz(&c->later, c->offers & IMAP_STATUS_SIZE ? " SIZE)" : ")");
}

static void order_status(struct imap_client *c, const void *detail)
{
    order_mailbox(c, detail);
    imap_client_status_items(c);
}

/* RFC 5258 3.2, RFC 6154 2, RFC 5819 2. */
static void order_list(struct imap_client *c, const void *detail)
{
    (void)detail;
    bool said = false;
    static const struct {
        uint32_t needs;
        const char *option;
    } options[] = { { IMAP_LIST_EXTENDED, "SUBSCRIBED CHILDREN" },
                    { IMAP_LIST_EXTENDED | IMAP_SPECIAL_USE, "SPECIAL-USE" },
                    { IMAP_LIST_STATUS, "STATUS" } };
    imap_client_forget_list(c);
    for (size_t i = 0; i < COUNT(options); i++) {
        if ((options[i].needs & ~c->offers) == 0) {
            outq_textz(&c->later, said ? " " : " RETURN (");
            outq_textz(&c->later, options[i].option);
            said = true;
        }
    }
    if (c->offers & IMAP_LIST_STATUS) {
        imap_client_status_items(c);
    }
    outq_textz(&c->later, said ? ")" : "");
}

/* ---- orders ---- */

static const struct {
    uint16_t kind;
    const char *command;
    void (*arguments)(struct imap_client *c, const void *detail);
    uint32_t needs;
    slice refusal;
} orders[] = {
    { IMAP_ORDER_SELECT, "SELECT ", order_select, 0, { 0 } },
    { IMAP_ORDER_EXAMINE, "EXAMINE ", order_select, 0, { 0 } },
    { IMAP_ORDER_LIST_NEW, "UID FETCH ", order_list_new, 0, { 0 } },
    { IMAP_ORDER_BODY, "UID FETCH ", order_body, 0, { 0 } },
    { IMAP_ORDER_PEEK, "UID FETCH ", order_body, 0, { 0 } },
    { IMAP_ORDER_STORE, "UID STORE ", order_store, 0, { 0 } },
    { IMAP_ORDER_SEARCH_UNSEEN, "UID SEARCH ", order_search, 0, { 0 } },
    { IMAP_ORDER_APPEND, "APPEND ", order_append, 0, { 0 } },
    { IMAP_ORDER_EXPUNGE, "EXPUNGE", NULL, 0, { 0 } },
    { IMAP_ORDER_NOOP, "NOOP", NULL, 0, { 0 } },
    { IMAP_ORDER_IDLE, "IDLE", NULL, IMAP_IDLE, SLICE_INIT("NO IDLE is not offered") },
    { IMAP_ORDER_CREATE, "CREATE ", order_mailbox, 0, { 0 } },
    { IMAP_ORDER_OPEN, "", order_open, 0, { 0 } },
    { IMAP_ORDER_FETCH, "UID FETCH ", order_fetch, 0, { 0 } },
    { IMAP_ORDER_CHANGE, "UID STORE ", order_change, 0, { 0 } },
    { IMAP_ORDER_COPY, "UID COPY ", order_copy, 0, { 0 } },
    { IMAP_ORDER_MOVE, "UID MOVE ", order_copy, IMAP_MOVE, SLICE_INIT("NO MOVE is not offered") },
    { IMAP_ORDER_UIDS, "UID SEARCH ", order_search, 0, { 0 } },
    { IMAP_ORDER_SEARCH, "UID SEARCH ", order_search, 0, { 0 } },
    { IMAP_ORDER_REMOVE, "UID EXPUNGE ", order_text, IMAP_UIDPLUS,
      SLICE_INIT("NO UIDPLUS is not offered") },
    { IMAP_ORDER_LIST, "LIST \"\" \"*\"", order_list, 0, { 0 } },
    { IMAP_ORDER_STATUS, "STATUS ", order_status, 0, { 0 } },
    { IMAP_ORDER_DELETE, "DELETE ", order_mailbox, 0, { 0 } },
    { IMAP_ORDER_RENAME, "RENAME ", order_rename, 0, { 0 } },
    { IMAP_ORDER_SUBSCRIBE, "SUBSCRIBE ", order_mailbox, 0, { 0 } },
    { IMAP_ORDER_ENABLE, "ENABLE ", order_text, IMAP_ENABLE,
      SLICE_INIT("NO ENABLE is not offered") },
    { IMAP_ORDER_UNSELECT, "UNSELECT", NULL, IMAP_UNSELECT,
      SLICE_INIT("NO UNSELECT is not offered") },
};

void imap_client_order(struct imap_client *c, struct session_io io, const struct session_order *o)
{
    size_t i = 0;
    while (i < COUNT(orders) && orders[i].kind != o->kind) {
        i++;
    }
    assert(i < COUNT(orders)); /* an order that imap.h names */
    c->order = o->kind;
    c->append_uid = 0;
    c->set_told = false;
    imap_client_enter(c, IMAP_C_BUSY);
    if (orders[i].needs & ~c->offers) {
        c->refusal = orders[i].refusal;
        return;
    }
    imap_client_begin(c, orders[i].command);
    if (orders[i].arguments) {
        orders[i].arguments(c, o->detail);
    }
    imap_client_end(c, io);
}
