/* mua_imap.c - what is said next on an IMAP connection.  One order at a time; after each the same
 * questions are asked again, in the order of RFC 4549 3: what does the server not know yet, which
 * mailboxes are there, which do not agree with ours, what is to be read.
 * Never knows what an order's responses mean: that is in mua_news.c and the files of each. */
#include "sim/actors/mua_box.h"

#include "sim/base/mem.h"

bool mua_is_imap_task(const struct mua *u, enum mua_task_kind kind)
{
    return kind != TASK_SEND && u->config->read == MUA_IMAP;
}

void mua_line_init(struct mua *u)
{
    u->line = mem_alloc(sizeof *u->line);
}

void mua_line_deinit(struct mua *u)
{
    if (u->line) {
        buf_deinit(&u->line->missing);
        mem_free(u->line);
    }
}

void mua_line_reset(struct mua *u, struct pump *p)
{
    struct mua_line *line = u->line;
    if (line) {
        struct mua_line new = { .pump = p,
                                .missing = line->missing,
                                .plain_only = line->plain_only };
        *line = new;
        buf_clear(&line->missing);
    }
}

bool mua_line_works(const struct mua *u)
{
    return u->busy && u->pump == u->line->pump;
}

void mua_line_tell(struct mua *u, enum line_at at, uint16_t order, const void *detail)
{
    u->line->at = at;
    pump_tell(u->line->pump, order, detail);
}

/* A task that is at the server for what the person sees now; it does not wait for the rest. */
static bool is_quick(const struct mua *u)
{
    return u->tasks[0].kind == TASK_READ ||
           (u->tasks[0].kind == TASK_TELL && !mua_journal_waited(u));
}

/* What has to agree when this task is over. */
static void want(struct mua *u)
{
    enum mua_task_kind kind = u->tasks[0].kind;
    struct mua_box *box = u->box;
    box->inbox->due = box->inbox->due || kind == TASK_FETCH;
    if (is_quick(u)) {
        return;
    }
    for (size_t i = box->op_first; i < box->op_count; i++) {
        struct local_folder *both[] = { box->ops[i].folder, box->ops[i].to };
        for (size_t k = 0; k < COUNT(both); k++) {
            if (both[k]) {
                both[k]->due = true;
            }
        }
    }
}

bool mua_line_use(struct mua *u)
{
    struct mua_line *line = u->line;
    if (!line->pump) {
        return false;
    }
    u->pump = line->pump;
    line->asked_noop = line->asked_new = line->asked_uids = line->listed = false;
    line->heard = 0;
    want(u);
    if (line->at == AT_IDLE && line->waiting) {
        mua_line_tell(u, AT_IDLE_ENDS, IMAP_ORDER_DONE, NULL);
    }
    return true;
}

/* RFC 7162 3.2.3: before a mailbox is open.  Whoever has nothing to compare need not ask. */
static bool enable(struct mua *u)
{
    static const slice what = SLICE_INIT("CONDSTORE QRESYNC");
    struct mua_line *line = u->line;
    bool known = u->config->watch == MUA_IDLE;
    for (size_t i = 0; i < u->box->local.count; i++) {
        known = known || u->box->local.folders[i]->modseq > 0;
    }
    bool wanted = u->config->resync == MUA_BEST || u->config->resync == MUA_QRESYNC;
    if (line->enable_asked || line->open || !wanted || !known || is_quick(u) ||
        (line->offers & IMAP_QRESYNC) == 0) {
        return false;
    }
    line->enable_asked = true;
    mua_line_tell(u, AT_ENABLE, IMAP_ORDER_ENABLE, &what);
    return true;
}

/* Its text comes now, and fetching it sets \Seen on the server by itself (RFC 9051 6.4.5, BODY
 * without PEEK). */
static bool read_text(struct mua *u)
{
    struct mua_task *task = &u->tasks[0];
    struct local_folder *f = task->kind == TASK_READ ? u->box->local.folders[task->folder] : NULL;
    struct local_item *item = f && !f->gone ? local_find(f, task->uid) : NULL;
    if (!item || item->message || item->uid >= LOCAL_UID_OWN) {
        return false;
    }
    if (mua_sync_open(u, f)) {
        return true;
    }
    if (u->line->at == AT_READ) { /* it did not come: it is gone there */
        return false;
    }
    mua_forget_text(u);
    mua_line_tell(u, AT_READ, IMAP_ORDER_BODY, &task->uid);
    return true;
}

static void next_order(struct mua *u)
{
    struct pump *p = u->line->pump;
    if (enable(u) || mua_list_uses(u) || mua_replay(u) || mua_list_all(u) || mua_sync_due(u) ||
        read_text(u) || mua_watch_inbox(u)) {
        return;
    }
    if (!mua_watch_idle(u)) {
        mua_line_reset(u, NULL);
        pump_tell(p, ORDER_QUIT, NULL);
    }
    mua_task_done(u);
}

void mua_line_failed(struct mua *u, slice text, bool no_tls)
{
    struct buf b = { 0 };
    struct pump *p = u->pump;
    mua_line_reset(u, NULL);
    if (mua_tls_failed(u, p)) {
        return;
    }
    if (no_tls) {
        mua_no_tls(u, text);
        return;
    }
    buf_addz(&b, "The server said no: ");
    buf_add(&b, text);
    mua_task_failed(u, text.len > 0 ? buf_slice(&b) : SLICE("The connection was lost"));
    buf_deinit(&b);
}

bool mua_line_ended(struct mua *u, const struct pump *p)
{
    if (!u->line || u->line->pump != p) {
        return false;
    }
    mua_line_reset(u, NULL);
    if (u->pump == p) { /* a task was at it */
        return false;
    }
    mua_watch_failed(u);
    return true;
}

/* What was told is done, by an OK. */
static void ready(struct mua *u, const struct session_event *ev)
{
    mua_news_tagged(u);
    switch (u->line->at) {
    case AT_LOGIN:
        mua_look_at_peer(u, u->line->pump);
        want(u);
        break;
    case AT_ENABLE:
        break; /* IMAP_EV_ENABLED says what is on */
    case AT_LIST:
        mua_list_done(u);
        break;
    case AT_DEED:
    case AT_MAKE:
        mua_replay_ready(u, (uint32_t)ev->number);
        break;
    case AT_IDLE:
    case AT_IDLE_ENDS:
        u->line->waiting = false;
        if (!mua_line_works(u)) { /* for a moment only */
            (void)mua_watch_idle(u);
            return;
        }
        u->line->at = AT_LOGIN;
        break;
    case AT_READ:
        break;
    default:
        mua_sync_ready(u);
        break;
    }
    next_order(u);
}

static void refused(struct mua *u, slice text)
{
    struct pump *p = u->line->pump;
    enum line_at at = u->line->at;
    mua_news_tagged(u);
    if (at == AT_DEED || at == AT_MAKE) {
        mua_replay_refused(u, text);
    } else if (at == AT_IDLE) {
        u->line->offers &= ~(uint64_t)IMAP_IDLE;
        pump_tell(p, ORDER_QUIT, NULL);
        mua_line_reset(u, NULL);
        mua_watch_failed(u);
        return;
    } else if (at != AT_ENABLE && at != AT_LIST && !mua_sync_refused(u)) {
        pump_tell(p, ORDER_QUIT, NULL);
        mua_line_failed(u, text, false);
        return;
    } else if (at == AT_LIST) {
        u->line->uses_asked = u->line->listed = true;
    }
    next_order(u);
}

static void failed(struct mua *u, const struct session_event *ev)
{
    if (mua_line_works(u)) {
        mua_line_failed(u, ev->text, ev->number == 1);
    } else {
        mua_line_reset(u, NULL);
        mua_watch_failed(u);
    }
}

static void waiting(struct mua *u)
{
    u->line->waiting = true;
    if (mua_line_works(u)) { /* somebody came before the server said "+" */
        mua_line_tell(u, AT_IDLE_ENDS, IMAP_ORDER_DONE, NULL);
    }
}

/* RFC 3501 7.1: whoever sits there must see it; RFC 9051 7.1: and that it is not to be trusted. */
static void alerted(struct mua *u, slice text, bool in_the_clear)
{
    struct buf b = { 0 };
    buf_addz(&b, in_the_clear ? "The server, or whoever is on the way to it, wants you to know: "
                              : "The server wants you to know: ");
    buf_add(&b, text);
    (void)actor_note(&u->base, SLICE("alert"), buf_slice(&b));
    buf_deinit(&b);
}

void mua_imap_event(struct mua *u, struct pump *p, const struct session_event *ev)
{
    struct mua_line *line = u->line;
    if (line->pump != p) {
        return;
    }
    switch ((enum imap_client_event)ev->kind) {
    case IMAP_EV_READY:
        ready(u, ev);
        break;
    case IMAP_EV_REFUSED:
        refused(u, ev->text);
        break;
    case IMAP_EV_FAILED:
        failed(u, ev);
        break;
    case IMAP_EV_OFFERS:
        line->offers = ev->number;
        break;
    case IMAP_EV_ENABLED:
        line->enabled = line->enabled || slice_find(ev->text, SLICE("QRESYNC")) != SLICE_NONE;
        break;
    case IMAP_EV_ITEM:
        mua_news_item(u, ev);
        break;
    case IMAP_EV_EXISTS:
        mua_news_exists(u, (uint32_t)ev->number);
        break;
    case IMAP_EV_REMOVED:
        mua_news_removed(u, (uint32_t)ev->number, *(const uint32_t *)ev->detail);
        break;
    case IMAP_EV_VANISHED:
        mua_news_vanished(u, ev->text, ev->number == 1);
        break;
    case IMAP_EV_SET:
        mua_news_set(u, ev->text);
        break;
    case IMAP_EV_VALIDITY:
        mua_news_validity(u, (uint32_t)ev->number);
        break;
    case IMAP_EV_NEXT:
        line->told_next = true;
        line->next = ev->number < LOCAL_UID_OWN ? (uint32_t)ev->number : LOCAL_UID_OWN;
        break;
    case IMAP_EV_MODSEQ:
        mua_news_modseq(u, ev->number);
        break;
    case IMAP_EV_FOLDER:
        mua_list_folder(u, ev->detail);
        break;
    case IMAP_EV_COPIED:
        mua_news_copied(u, ev->detail);
        break;
    case IMAP_EV_WAITING:
        waiting(u);
        break;
    case IMAP_EV_ALERT:
        alerted(u, ev->text, ev->number == 1);
        break;
    case IMAP_EV_MODIFIED:
        break;
    }
}
