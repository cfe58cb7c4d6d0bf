/* mua_read.c - fetching and reading, by POP3 or IMAP, and the device's own copy of the mail. */
#include "sim/actors/mua.h"

#include "sim/base/mem.h"
#include "sim/mail/header.h"

static struct local_item *add_item(struct mua *u)
{
    u->items = mem_grow(u->items, u->item_count, &u->item_cap, sizeof *u->items);
    u->items[u->item_count] = (struct local_item){ 0 };
    return &u->items[u->item_count++];
}

static void trace_item(struct mua *u, enum trace_kind kind, const struct local_item *item,
                       uint32_t number)
{
    struct trace_rec rec = mua_record(u, kind);
    rec.a = item->letter;
    rec.b = number;
    rec.c = u->folder;
    (void)trace_put(u->base.stage->trace, rec);
}

/* What the device learns from the whole letter. */
static void take_message(struct mua *u, struct local_item *item, struct message *message)
{
    struct stage *s = u->base.stage;
    slice header = message_header(message, &s->scratch);
    struct header_field f;
    slice id = header_message_id(header);
    item->message = message_ref(message);
    if (id.len > 0) {
        item->letter = trace_name(s->trace, id);
    }
    if (item->subject.len == 0 && header_find(header, SLICE("Subject"), &f)) {
        item->subject = arena_copy(s->arena, f.body);
    }
    trace_item(u, TRACE_FETCHED, item, item->uid);
    if (item->flags != 0) { /* read on another device, or by this very fetch */
        trace_item(u, TRACE_FLAGGED, item, item->flags);
    }
}

bool mua_pick(const struct mua *u, slice subject, size_t *item_r)
{
    for (size_t i = 0; i < u->item_count; i++) {
        bool fits = subject.len > 0 ? slice_eq(u->items[i].subject, subject)
                                    : !(u->items[i].flags & FLAG_SEEN);
        if (fits) {
            *item_r = i;
            return true;
        }
    }
    return false;
}

void mua_mark_seen(struct mua *u, struct local_item *item)
{
    if (!(item->flags & FLAG_SEEN)) {
        item->flags |= FLAG_SEEN;
        trace_item(u, TRACE_FLAGGED, item, item->flags);
    }
}

void mua_read_reset(struct mua *u)
{
    u->fetched_to = 0; /* a session that was cut may have listed what it did not bring */
    u->selected = u->listed = false;
}

/* line: the server's, or why there is no TLS. */
static void failed(struct mua *u, const struct pump *p, slice line, bool no_tls)
{
    struct buf *b = &u->base.stage->scratch;
    if (mua_tls_failed(u, p)) {
        return;
    }
    if (no_tls) {
        mua_no_tls(u, line);
        return;
    }
    buf_clear(b);
    buf_addz(b, "The server said no: ");
    buf_add(b, line);
    mua_task_failed(u, line.len > 0 ? buf_slice(b) : SLICE("The connection was lost"));
}

/* ---- POP3 ---- */

static struct local_item *by_unique_id(struct mua *u, slice unique_id)
{
    for (size_t i = 0; i < u->item_count && unique_id.len > 0; i++) {
        if (slice_eq(u->items[i].unique_id, unique_id)) {
            return &u->items[i];
        }
    }
    return NULL;
}

void mua_pop3_event(struct mua *u, struct pump *p, const struct session_event *ev)
{
    const struct pop3_listed *listed = ev->detail;
    uint16_t done_with = u->config->keep ? POP3_KEEP : POP3_DELETE;
    if (u->pump != p) {
        return;
    }
    switch ((enum pop3_client_event)ev->kind) {
    case POP3_EV_READY:
        mua_look_at_peer(u, p);
        break;
    case POP3_EV_REFUSED: /* that letter stays where it is */
        break;
    case POP3_EV_LISTED: /* what is here already, from a session that was cut, is not taken twice */
        pump_answer(p, (struct session_answer){
                           .code = by_unique_id(u, listed->uid) ? done_with : POP3_RETRIEVE });
        break;
    case POP3_EV_MESSAGE: {
        struct local_item *item = add_item(u);
        item->unique_id = arena_copy(u->base.stage->arena, listed->uid);
        item->uid = listed->number;
        take_message(u, item, ev->message);
        pump_answer(p, (struct session_answer){ .code = done_with });
        break;
    }
    case POP3_EV_DONE:
        mua_task_done(u);
        break;
    case POP3_EV_FAILED:
        failed(u, p, ev->text, ev->number == 1);
        break;
    }
}

/* ---- IMAP ---- */

static struct local_item *by_uid(struct mua *u, uint32_t uid)
{
    for (size_t i = 0; i < u->item_count; i++) {
        if (u->items[i].uid == uid) {
            return &u->items[i];
        }
    }
    return NULL;
}

static void learn_envelope(struct mua *u, struct local_item *item, slice envelope)
{
    struct stage *s = u->base.stage;
    slice rest = slice_sub(envelope, 1, envelope.len >= 2 ? envelope.len - 2 : 0);
    slice last = { 0 };
    for (size_t i = 0; rest.len > 0; i++) {
        last = imap_envelope_next(&rest);
        if (i == 1) {
            item->subject = arena_copy(s->arena, last);
        }
    }
    if (last.len > 2 && last.ptr[0] == '<') {
        item->letter = trace_name(s->trace, slice_sub(last, 1, last.len - 2));
    }
}

static void learn_item(struct mua *u, const struct session_event *ev)
{
    const struct imap_item *found = ev->detail;
    struct local_item *item = by_uid(u, found->uid);
    if (found->uid == 0) {
        return; /* an unasked FLAGS response without UID */
    }
    if (!item) {
        item = add_item(u);
        item->uid = found->uid;
    }
    if (found->envelope.len > 0 && item->letter == 0) {
        learn_envelope(u, item, found->envelope);
    }
    if (found->has_flags && found->flags != item->flags) {
        item->flags = found->flags;
        if (item->message) {
            trace_item(u, TRACE_FLAGGED, item, item->flags);
        }
    }
    if (ev->message && !item->message) {
        take_message(u, item, ev->message);
    }
}

static uint32_t highest_uid(const struct mua *u)
{
    uint32_t highest = 0;
    for (size_t i = 0; i < u->item_count; i++) {
        highest = u->items[i].uid > highest ? u->items[i].uid : highest;
    }
    return highest;
}

/* The next body to fetch; false: there is none. */
static bool wants_body(struct mua *u, uint32_t *uid_r)
{
    while (u->config->download == MUA_WHOLE && u->fetched_to < u->item_count) {
        struct local_item *item = &u->items[u->fetched_to++];
        if (!item->message) {
            *uid_r = item->uid;
            return true;
        }
    }
    return false;
}

static void next_fetch_order(struct mua *u, struct pump *p)
{
    uint32_t uid;
    if (!u->listed) {
        u->listed = true;
        uid = highest_uid(u) + 1;
        pump_tell(p, IMAP_ORDER_LIST_NEW, &uid);
    } else if (wants_body(u, &uid)) {
        pump_tell(p, IMAP_ORDER_PEEK, &uid);
    } else {
        pump_tell(p, ORDER_QUIT, NULL);
        mua_task_done(u);
    }
}

/* A letter that is here already only gets its flag; else its body comes now, and fetching it sets
 * \Seen on the server by itself (RFC 9051 6.4.5, BODY without PEEK). */
static void next_read_order(struct mua *u, struct pump *p)
{
    struct local_item *item = &u->items[u->tasks[0].item];
    if (u->listed) {
        mua_mark_seen(u, item);
        pump_tell(p, ORDER_QUIT, NULL);
        mua_task_done(u);
        return;
    }
    u->listed = true;
    if (item->message) {
        pump_tell(p, IMAP_ORDER_STORE,
                  &(struct imap_store){ .uid = item->uid, .flags = FLAG_SEEN, .mode = 1 });
    } else {
        pump_tell(p, IMAP_ORDER_BODY, &item->uid);
    }
}

static void next_order(struct mua *u, struct pump *p)
{
    if (!u->selected) {
        u->selected = true;
        pump_tell(p, IMAP_ORDER_SELECT, &u->inbox);
    } else if (u->tasks[0].kind == TASK_READ) {
        next_read_order(u, p);
    } else {
        next_fetch_order(u, p);
    }
}

void mua_imap_event(struct mua *u, struct pump *p, const struct session_event *ev)
{
    if (u->pump != p) {
        return;
    }
    switch ((enum imap_client_event)ev->kind) {
    case IMAP_EV_READY:
        mua_look_at_peer(u, p);
        next_order(u, p);
        break;
    case IMAP_EV_ITEM:
        learn_item(u, ev);
        break;
    case IMAP_EV_REFUSED:
        pump_tell(p, ORDER_QUIT, NULL);
        failed(u, p, ev->text, false);
        break;
    case IMAP_EV_FAILED:
        failed(u, p, ev->text, ev->number == 1);
        break;
    case IMAP_EV_EXISTS:
    case IMAP_EV_VALIDITY:
    case IMAP_EV_REMOVED:
    case IMAP_EV_WAITING:
    case IMAP_EV_OFFERS:
    case IMAP_EV_NEXT:
    case IMAP_EV_MODSEQ:
    case IMAP_EV_SET:
    case IMAP_EV_VANISHED:
    case IMAP_EV_COPIED:
    case IMAP_EV_MODIFIED:
    case IMAP_EV_FOLDER:
    case IMAP_EV_ENABLED:
        break;
    }
}
