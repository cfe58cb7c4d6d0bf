/* webmail_mail.c - what a request needs of the mail host: IMAP to look, submission to send, and
 * IMAP again for the copy in Sent.  One connection for each, as the person who asks.
 * Never knows a page's look, nor who may ask. */
#include "sim/actors/webmail.h"

#include "sim/actors/written.h"
#include "sim/base/mem.h"
#include "sim/mail/address.h"
#include "sim/mail/header.h"
#include "sim/mail/mailbox.h"
#include "sim/proto/http_form.h"

#define SENT "Sent"

struct web_job *job_new(struct webmail *w, struct pump *http, enum web_job_kind kind,
                        struct web_session *s)
{
    pool_id id;
    struct web_job *j = pool_new(&w->jobs, &id);
    j->id = id;
    j->http = pump_id(http);
    j->kind = kind;
    j->session = s;
    arena_init(&j->texts);
    return j;
}

void job_free(struct webmail *w, struct web_job *j)
{
    message_unref(&j->message);
    mem_free(j->items);
    buf_deinit(&j->refusals);
    arena_deinit(&j->texts);
    pool_free(&w->jobs, j->id);
}

/* ---- answers; the job is over with each ---- */

/* Its session closes by itself. */
static struct pump *let_go(struct web_job *j)
{
    struct pump *p = j->pump;
    j->pump = NULL;
    return p;
}

static void over(struct webmail *w, struct web_job *j)
{
    struct pump *p = let_go(j);
    if (p) {
        pump_tell(p, ORDER_QUIT, NULL);
    }
    job_free(w, j);
}

static void show(struct webmail *w, struct web_job *j, uint16_t status, const struct buf *page)
{
    struct pump *http = pump_by_id(w->base.stage, j->http);
    over(w, j);
    if (http) {
        webmail_show(http, status, page);
    }
}

static void send_to(struct webmail *w, struct web_job *j, const char *path, slice fields)
{
    struct pump *http = pump_by_id(w->base.stage, j->http);
    over(w, j);
    if (http) {
        webmail_send_to(http, path, fields);
    }
}

static void show_refusals(struct webmail *w, struct web_job *j)
{
    struct buf page = { 0 };
    page_problem(&page, "The letter was sent, but not to everybody", buf_slice(&j->refusals));
    show(w, j, 200, &page);
    buf_deinit(&page);
}

/* 502: the mail host said what makes no sense here; 503: it is not to be had (RFC 9110 15.6). */
static void fail(struct webmail *w, struct web_job *j, uint16_t status, slice detail)
{
    struct buf page = { 0 };
    if (j->kind == WEB_SEND && j->appending && j->refusals.len > 0) {
        show_refusals(w, j);
        return;
    }
    if (j->kind == WEB_SEND && j->appending) {
        send_to(w, j, "/inbox?sent=1&copy=none", SLICE("")); /* the letter itself is on its way */
        return;
    }
    page_problem(&page,
                 status == 503 ? "The mail host cannot be reached; try again later"
                               : "The mail host did not do it",
                 detail);
    show(w, j, status, &page);
    buf_deinit(&page);
}

static void refuse_login(struct webmail *w, struct web_job *j)
{
    struct buf page = { 0 };
    page_login(&page, WEBMAIL_NO_ENTRY);
    show(w, j, 403, &page);
    buf_deinit(&page);
}

/* ---- connections ---- */

static void connect(struct webmail *w, struct web_job *j)
{
    j->step = 0;
    j->pump = line_connect(w, j, j->kind == WEB_SEND && !j->appending);
}

static void address_known(struct actor *self, uint64_t user, const struct addresses *found)
{
    struct webmail *w = webmail_of(self);
    struct web_job *j = pool_get(&w->jobs, user);
    if (j && found->count > 0) {
        j->ip = found->ips[0];
        connect(w, j);
    } else if (j) {
        fail(w, j, 503, SLICE("Its name cannot be resolved"));
    }
}

void job_begin(struct webmail *w, struct web_job *j)
{
    lookup_addresses(&w->lookups, w->config->mail_host, address_known, j->id);
}

void job_session_end(struct webmail *w, struct pump *p, enum trace_why why)
{
    struct web_job *j = line_job(w, p);
    const struct session_tls *tls = pump_tls(p);
    line_over(w, p);
    if (j && j->pump == p) {
        j->pump = NULL;
        fail(w, j, 503,
             tls && tls->version.len == 0 ? tls->problem : slice_of(trace_why_name(why)));
    }
}

/* ---- what is written ---- */

struct named {
    slice *items;
    size_t count;
};

static struct named read_addresses(struct web_job *j, slice form, const char *name)
{
    struct buf text = { 0 };
    struct address a;
    struct named all = { 0 };
    (void)http_form_get(form, name, &text);
    slice rest = buf_slice(&text), counting = rest;
    size_t most = 0;
    while (address_list_next(&counting, &a)) {
        most++;
    }
    all.items = arena_array(&j->texts, most, sizeof *all.items);
    while (address_list_next(&rest, &a)) {
        all.items[all.count++] = arena_copy(&j->texts, a.whole);
    }
    buf_deinit(&text);
    return all;
}

static void write_letter(struct webmail *w, struct pump *http, struct web_job *j, struct compose *c,
                         slice text)
{
    struct buf front = { 0 };
    const struct letter_words words = { .subject = c->subject, .text = text };
    struct message *plain = letter_write(c, &words, &w->base.rng);
    received_by_http(&front, w->base.stage->net, w->base.name, http, ++w->next_id,
                     actor_unix(&w->base));
    j->message = message_with_front(plain, buf_slice(&front));
    message_unref(&plain);
    buf_deinit(&front);
    actor_composed(&w->base,
                   &(struct composed){ .flow = pump_flow(http),
                                       .letter = trace_name(w->base.stage->trace, c->message_id),
                                       .size = j->message->size,
                                       .from = c->from,
                                       .subject = c->subject,
                                       .to = c->to,
                                       .to_count = c->to_count });
}

static slice message_id(struct webmail *w, struct web_job *j)
{
    struct buf id = { 0 };
    fmt_u64(&id, ++w->base.stage->next_message);
    buf_byte(&id, '.');
    buf_add(&id, w->base.name);
    buf_byte(&id, '@');
    domain_add_plain(&id, slice_from(j->session->user, slice_find_byte(j->session->user, '@') + 1));
    slice kept = arena_copy(&j->texts, buf_slice(&id));
    buf_deinit(&id);
    return kept;
}

bool job_write(struct webmail *w, struct pump *http, struct web_job *j, slice form)
{
    const struct named lists[] = { read_addresses(j, form, "to"), read_addresses(j, form, "cc"),
                                   read_addresses(j, form, "bcc") };
    struct buf subject = { 0 }, text = { 0 };
    size_t count = lists[0].count + lists[1].count + lists[2].count;
    if (count == 0) {
        return false;
    }
    slice *to = arena_array(&j->texts, count, sizeof *to);
    count = 0;
    for (size_t l = 0; l < COUNT(lists); l++) {
        for (size_t i = 0; i < lists[l].count; i++) {
            to[count++] = lists[l].items[i];
        }
    }
    (void)http_form_get(form, "subject", &subject);
    (void)http_form_get(form, "text", &text);
    struct compose c = { .from = j->session->user,
                         .message_id = message_id(w, j),
                         .subject = buf_slice(&subject),
                         .to = lists[0].items,
                         .to_count = lists[0].count,
                         .cc = lists[1].items,
                         .cc_count = lists[1].count,
                         .now = actor_unix(&w->base) };
    write_letter(w, http, j, &c, buf_slice(&text));
    j->letter = (struct smtp_letter){ .from = j->session->user,
                                      .to = to,
                                      .to_count = count,
                                      .message = j->message,
                                      .body_8bit = message_is_8bit(j->message),
                                      .utf8 = letter_needs_utf8(j->session->user, to, count) };
    buf_deinit(&subject);
    buf_deinit(&text);
    return true;
}

/* ---- submission ---- */

static void add_refusal(struct web_job *j, slice whom, const struct smtp_reply *r)
{
    buf_add(&j->refusals, whom);
    buf_addz(&j->refusals, whom.len > 0 ? ": " : "");
    fmt_u64(&j->refusals, r->code);
    buf_byte(&j->refusals, ' ');
    buf_add(&j->refusals, r->text);
    buf_byte(&j->refusals, '\n');
}

static void sent(struct webmail *w, struct web_job *j, const struct smtp_reply *r)
{
    if (r->code / 100 != 2) {
        add_refusal(j, SLICE(""), r);
        fail(w, j, 502, buf_slice(&j->refusals));
        return;
    }
    pump_tell(let_go(j), ORDER_QUIT, NULL);
    j->appending = true;
    connect(w, j);
}

static void on_smtp(struct webmail *w, struct web_job *j, const struct session_event *ev)
{
    const struct smtp_reply *r = ev->detail;
    switch ((enum smtp_client_event)ev->kind) {
    case SMTP_EV_READY:
        pump_tell(j->pump, ORDER_LETTER, &j->letter);
        break;
    case SMTP_EV_RCPT_DONE:
        if (r->code / 100 != 2) {
            add_refusal(j, j->letter.to[ev->number], r);
        }
        break;
    case SMTP_EV_SENT:
        sent(w, j, r);
        break;
    case SMTP_EV_FAILED:
        (void)let_go(j);
        fail(w, j, r->code == 0 ? 503 : 502, r->text);
        break;
    }
}

/* ---- IMAP ---- */

static slice inside(slice list)
{
    return list.len >= 2 && list.ptr[0] == '(' ? slice_sub(list, 1, list.len - 2) : (slice){ 0 };
}

/* (("The Shop" NIL "orders" "shop.example")) */
static slice first_address(struct web_job *j, slice list)
{
    struct buf b = { 0 };
    slice rest = inside(inside(list)), parts[4];
    for (size_t i = 0; i < COUNT(parts); i++) {
        parts[i] = imap_envelope_next(&rest, &j->texts);
    }
    buf_add(&b, parts[2]);
    buf_byte(&b, '@');
    buf_add(&b, parts[3]);
    slice kept = arena_copy(&j->texts, buf_slice(&b));
    buf_deinit(&b);
    return kept;
}

static void learn(struct web_job *j, const struct session_event *ev)
{
    const struct imap_item *found = ev->detail;
    if (ev->message && found->uid == j->uid && !j->message) {
        j->message = message_ref(ev->message);
    }
    if (j->kind != WEB_INBOX || found->envelope.len == 0) {
        return;
    }
    struct web_item item = { .uid = found->uid, .seen = (found->flags & FLAG_SEEN) != 0 };
    slice rest = inside(found->envelope);
    (void)imap_envelope_next(&rest, &j->texts); /* its date */
    item.subject = arena_copy(&j->texts, imap_envelope_next(&rest, &j->texts));
    item.from = first_address(j, imap_envelope_next(&rest, &j->texts));
    j->items = mem_grow(j->items, j->item_count, &j->item_cap, sizeof *j->items);
    j->items[j->item_count++] = item;
}

static void finish(struct webmail *w, struct web_job *j)
{
    struct buf page = { 0 };
    struct pump *http = pump_by_id(w->base.stage, j->http);
    switch (j->kind) {
    case WEB_LOGIN:
        if (http) {
            webmail_let_in(w, j->session, http, &page);
        }
        send_to(w, j, "/inbox", buf_slice(&page));
        break;
    case WEB_INBOX:
        page_inbox(&page, j);
        show(w, j, 200, &page);
        break;
    case WEB_MESSAGE:
        if (j->message) {
            page_message(&page, j);
            show(w, j, 200, &page);
        } else {
            page_problem(&page, "There is no such message", SLICE(""));
            show(w, j, 404, &page);
        }
        break;
    case WEB_SEND:
        if (j->refusals.len > 0) {
            show_refusals(w, j);
        } else {
            send_to(w, j, "/inbox?sent=1", SLICE(""));
        }
        break;
    case WEB_JOB_KINDS:
        break;
    }
    buf_deinit(&page);
}

static void append(struct web_job *j)
{
    const struct imap_append copy = { .mailbox = SLICE(SENT),
                                      .flags = FLAG_SEEN,
                                      .message = j->message };
    pump_tell(j->pump, IMAP_ORDER_APPEND, &copy);
}

/* The orders of each kind, one after the other; false: all are done. */
static bool next_order(struct web_job *j)
{
    static const slice inbox = SLICE_INIT("INBOX");
    static const uint32_t from_first = 1;
    uint32_t step = j->step++;
    if (j->kind == WEB_INBOX && step < 2) {
        pump_tell(j->pump, step == 0 ? IMAP_ORDER_EXAMINE : IMAP_ORDER_LIST_NEW,
                  step == 0 ? (const void *)&inbox : (const void *)&from_first);
    } else if (j->kind == WEB_MESSAGE && step == 0) {
        pump_tell(j->pump, IMAP_ORDER_SELECT, &inbox);
    } else if (j->kind == WEB_MESSAGE && step == 1) {
        pump_tell(j->pump, IMAP_ORDER_PEEK, &j->uid);
    } else if (j->kind == WEB_MESSAGE && step == 2 && j->message) {
        pump_tell(j->pump, IMAP_ORDER_STORE,
                  &(struct imap_store){ .uid = j->uid, .flags = FLAG_SEEN, .mode = 1 });
    } else if (j->kind == WEB_SEND && !j->copied) {
        j->copied = true;
        append(j);
    } else {
        return false;
    }
    return true;
}

/* RFC 9051 6.3.12: APPEND into a mailbox that is not there says TRYCREATE, and nothing is made. */
static void refused(struct webmail *w, struct web_job *j, slice line)
{
    static const slice name = SLICE_INIT(SENT);
    if (j->kind == WEB_SEND && !j->created) {
        j->created = true;
        j->copied = false;
        pump_tell(j->pump, IMAP_ORDER_CREATE, &name);
    } else {
        fail(w, j, 502, line);
    }
}

static void on_imap(struct webmail *w, struct web_job *j, const struct session_event *ev)
{
    switch ((enum imap_client_event)ev->kind) {
    case IMAP_EV_READY:
        if (!next_order(j)) {
            finish(w, j);
        }
        break;
    case IMAP_EV_ITEM:
        learn(j, ev);
        break;
    case IMAP_EV_REFUSED:
        refused(w, j, ev->text);
        break;
    case IMAP_EV_FAILED:
        (void)let_go(j);
        if (j->kind == WEB_LOGIN && slice_find_nocase(ev->text, SLICE("NO ")) != SLICE_NONE) {
            refuse_login(w, j);
        } else {
            fail(w, j, ev->text.len > 0 ? 502 : 503, ev->text);
        }
        break;
    case IMAP_EV_ALERT: /* its pages have no place for it */
        (void)actor_note(&w->base, SLICE("alert"), ev->text);
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

void job_session(struct webmail *w, struct pump *p, const struct session_event *ev)
{
    struct web_job *j = line_job(w, p);
    if (!j || j->pump != p) {
        return;
    }
    if (pump_ops(p) == &smtp_client_ops) {
        on_smtp(w, j, ev);
    } else {
        on_imap(w, j, ev);
    }
}
