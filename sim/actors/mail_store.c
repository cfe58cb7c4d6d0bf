/* mail_store.c - mailboxes: local delivery, and who may open them by POP3 and IMAP.
 * What is said in those sessions is theirs; this file hands out mailboxes and writes what
 * changed. */
#include "sim/actors/mail_policy.h"

#include "sim/base/mem.h"
#include "sim/mail/header.h"

static struct trace_rec record(struct mail_host *m, uint32_t flow, enum trace_kind kind)
{
    return (struct trace_rec){
        .at = mail_stage(m)->engine->now, .actor = m->base.id, .flow = flow, .kind = kind
    };
}

/* "bob@example.net/INBOX" */
static uint32_t box_name(struct mail_host *m, const struct account *a, const struct mailbox *box)
{
    return folder_name(m, a, box->name);
}

bool store_is_postmaster(slice local)
{
    return slice_eq_nocase(local, SLICE("postmaster")) ||
           slice_eq_nocase(local, SLICE("mailer-daemon"));
}

struct account *store_account(const struct mail_host *m, const struct address *to)
{
    struct account *a = directory_find(&m->directory, to->local, to->domain);
    if (!a && m->directory.count > 0 && store_is_postmaster(to->local) &&
        directory_serves(&m->directory, to->domain)) {
        a = m->directory.accounts[0];
    }
    return a;
}

/* ---- who hears of changes at once: sessions in IDLE (RFC 2177 3) ---- */

static void tell_news(void *self, uint64_t arg)
{
    struct mail_host *m = self;
    (void)arg;
    m->news = false;
    for (size_t i = 0; i < m->idler_count; i++) {
        struct mail_idler *idler = &m->idlers[i];
        struct pump *p = idler->news ? pump_by_id(mail_stage(m), idler->pump) : NULL;
        idler->news = false;
        if (p) {
            pump_tell(p, IMAP_ORDER_CHANGED, NULL);
        }
    }
}

/* By an event of its own: a letter that is being removed is not gone yet, and the session that
 * changed something is still speaking. */
void store_news(struct mail_host *m, const struct mailbox *box)
{
    for (size_t i = 0; i < m->idler_count; i++) {
        bool his = m->idlers[i].box == box;
        m->idlers[i].news = m->idlers[i].news || his;
        if (his && !m->news) {
            m->news = true;
            engine_in(mail_stage(m)->engine, 0, tell_news, m, 0);
        }
    }
}

static void idle_ends(struct mail_host *m, pool_id pump)
{
    size_t kept = 0;
    for (size_t i = 0; i < m->idler_count; i++) {
        if (m->idlers[i].pump != pump) {
            m->idlers[kept++] = m->idlers[i];
        }
    }
    m->idler_count = kept;
}

static void idle_begins(struct mail_host *m, pool_id pump, const struct mailbox *box)
{
    idle_ends(m, pump);
    m->idlers = mem_grow(m->idlers, m->idler_count, &m->idler_cap, sizeof *m->idlers);
    m->idlers[m->idler_count++] = (struct mail_idler){ .pump = pump, .box = box };
}

void store_put(struct mail_host *m, const struct account *a, struct mailbox *box,
               struct mail_item item)
{
    struct stage *s = mail_stage(m);
    struct trace_rec rec = record(m, 0, TRACE_STORED);
    rec.a = item.letter;
    rec.b = mailbox_append(box, item.message, item.letter, item.flags, s->engine->now,
                           item.internal_date);
    rec.c = box_name(m, a, box);
    (void)trace_put(s->trace, rec);
    if (item.flags != 0) { /* STORED says nothing of them */
        rec.kind = TRACE_FLAGGED;
        rec.b = item.flags;
        (void)trace_put(s->trace, rec);
    }
    store_news(m, box);
}

bool store_deliver(struct mail_host *m, struct entry *e, size_t i, struct message *message)
{
    struct address a;
    struct account *account = NULL;
    struct mailbox *box = NULL;
    if (m->rules) {
        box = policy_box(m, e, i, &account);
    } else if (address_parse(entry_rcpt(e, i), &a) && (account = store_account(m, &a))) {
        box = account->boxes[0];
    }
    if (!box) {
        return false;
    }
    store_put(m, account, box,
              (struct mail_item){ .internal_date = actor_unix(&m->base),
                                  .letter = e->letter,
                                  .message = message_ref(message) });
    if (m->rules) {
        policy_stored(m, e, account);
    }
    return true;
}

static void trace_login(struct mail_host *m, struct pump *p, slice user, bool ok, slice mechanism)
{
    struct trace *t = mail_stage(m)->trace;
    struct trace_rec rec = record(m, pump_flow(p), TRACE_LOGIN);
    rec.a = trace_name(t, user);
    rec.b = ok;
    rec.c = trace_name(t, mechanism);
    (void)trace_put(t, rec);
}

/* pump_user holds the account once somebody is logged in; accounts never move. */
static struct account *account_of(const struct pump *p)
{
    return (struct account *)(uintptr_t)pump_user(p);
}

static void log_in(struct pump *p, struct account *a)
{
    pump_set_user(p, (uintptr_t)a);
}

static void trace_item(struct mail_host *m, struct pump *p, enum trace_kind kind,
                       const struct mailbox *box, uint32_t letter, uint32_t number)
{
    struct trace_rec rec = record(m, pump_flow(p), kind);
    rec.a = letter;
    rec.b = number;
    rec.c = box_name(m, account_of(p), box);
    (void)trace_put(mail_stage(m)->trace, rec);
}

static uint32_t letter_of(struct mail_host *m, const struct message *message)
{
    struct stage *s = mail_stage(m);
    slice id = header_message_id(message_header(message, &s->scratch));
    return id.len > 0 ? trace_name(s->trace, id) : 0;
}

/* ---- POP3 ---- */

/* What the host keeps no longer goes before the mailbox is numbered. */
static void pop3_expire(struct mail_host *m, struct pump *p, struct mailbox *box)
{
    size_t at = 0;
    const struct mail_item *item;
    while ((item = pop_expired(m, box, &at))) {
        uint32_t uid = item->uid;
        trace_item(m, p, TRACE_REMOVED, box, item->letter, uid);
        (void)mailbox_remove(box, uid);
        store_news(m, box);
    }
}

static void pop3_login(struct mail_host *m, struct pump *p, const struct pop3_login *login)
{
    struct account *a = mail_login(m, login->user, login->password, login->proved);
    enum pop3_code code = a ? pop_may_enter(m, a) : POP3_NO_CODE;
    bool in = a && code == POP3_NO_CODE;
    trace_login(m, p, login->user, in, login->mechanism);
    if (in) {
        log_in(p, a);
        pop3_expire(m, p, a->boxes[0]);
    }
    pump_answer(
        p, (struct session_answer){ .code = (uint16_t)code, .grant = in ? a->boxes[0] : NULL });
}

void store_pop3_event(struct mail_host *m, struct pump *p, const struct session_event *ev)
{
    struct account *a = account_of(p);
    switch ((enum pop3_server_event)ev->kind) {
    case POP3_EV_LOGIN:
        pop3_login(m, p, ev->detail);
        break;
    case POP3_EV_DELETED:
        trace_item(m, p, TRACE_REMOVED, a->boxes[0], letter_of(m, ev->message),
                   (uint32_t)ev->number);
        store_news(m, a->boxes[0]);
        break;
    case POP3_EV_LOGOUT:
        pump_set_user(p, 0);
        break;
    case POP3_EV_RETRIEVED:
        break;
    case POP3_EV_GREETING:
        mail_on_greeting(m, p);
        break;
    case POP3_EV_SECRET:
        mail_on_secret(m, p, ev->text);
        break;
    }
}

/* ---- IMAP ---- */

static void imap_login(struct mail_host *m, struct pump *p, const struct imap_login *login)
{
    struct account *a =
        login->refused ? NULL : mail_login(m, login->user, login->password, login->proved);
    trace_login(m, p, login->user, a != NULL, login->mechanism);
    if (a) {
        a->quota = quota_limit(m, a);
        log_in(p, a);
    }
    pump_answer(p, (struct session_answer){ .grant = a });
}

static void imap_appended(struct mail_host *m, struct pump *p, struct mailbox *box,
                          struct mail_item *item)
{
    item->letter = letter_of(m, item->message);
    trace_item(m, p, TRACE_STORED, box, item->letter, item->uid);
    if (item->flags != 0) {
        trace_item(m, p, TRACE_FLAGGED, box, item->letter, item->flags);
    }
}

static void imap_folder(struct mail_host *m, struct pump *p, const struct session_event *ev,
                        const struct mailbox *box)
{
    const struct account *a = account_of(p);
    if (ev->kind == IMAP_EV_CREATED) {
        folder_made(m, pump_flow(p), a, box);
    } else if (ev->kind == IMAP_EV_RENAMED) {
        folder_renamed(m, pump_flow(p), a, box, ev->text);
    } else {
        folder_gone(m, pump_flow(p), a, box);
        store_news(m, box);
    }
}

static void imap_item(struct mail_host *m, struct pump *p, const struct session_event *ev,
                      struct mailbox *box)
{
    struct mail_item *item = mailbox_find(box, (uint32_t)ev->number);
    if (!item) {
        return;
    }
    store_news(m, box);
    folder_keywords(m, pump_flow(p), account_of(p), box);
    if (ev->kind == IMAP_EV_FLAGS) {
        trace_item(m, p, TRACE_FLAGGED, box, item->letter, item->flags);
    } else if (ev->kind == IMAP_EV_EXPUNGED) {
        trace_item(m, p, TRACE_REMOVED, box, item->letter, item->uid);
    } else {
        imap_appended(m, p, box, item);
    }
}

void store_imap_event(struct mail_host *m, struct pump *p, const struct session_event *ev)
{
    struct mailbox *box = (struct mailbox *)(uintptr_t)ev->detail;
    switch ((enum imap_server_event)ev->kind) {
    case IMAP_EV_LOGIN:
        imap_login(m, p, ev->detail);
        return;
    case IMAP_EV_SECRET:
        mail_on_secret(m, p, ev->text);
        return;
    case IMAP_EV_FLAGS:
    case IMAP_EV_APPENDED:
    case IMAP_EV_EXPUNGED:
        imap_item(m, p, ev, box);
        return;
    case IMAP_EV_CREATED:
    case IMAP_EV_DELETED:
    case IMAP_EV_RENAMED:
        imap_folder(m, p, ev, box);
        return;
    case IMAP_EV_IDLING:
        if (ev->number == 1) {
            idle_begins(m, pump_id(p), box);
        } else {
            idle_ends(m, pump_id(p));
        }
        return;
    case IMAP_EV_SELECTED:
    case IMAP_EV_FETCHED:
    case IMAP_EV_LOGOUT:
    case IMAP_EV_SYNTAX:
        return;
    }
}

void store_imap_end(struct mail_host *m, struct pump *p)
{
    idle_ends(m, pump_id(p));
}
