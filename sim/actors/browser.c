/* browser.c - a person who reads and writes mail in a browser: pages, forms and one cookie.
 * It speaks HTTP to the webmail host and to nobody else, and keeps no mail: what is not on the
 * screen is not here.  It knows a page as people do, by its links and forms.
 * Not done: attachments, and letters as HTML. */
#include "sim/actors/browser.h"

#include "sim/actors/lookup.h"
#include "sim/actors/table.h"
#include "sim/base/mem.h"
#include "sim/proto/dns_stream.h"
#include "sim/proto/http.h"
#include "sim/proto/http_form.h"

#include <assert.h>
#include <stddef.h>

#define PAGE_MAX ((size_t)16 << 20)
#define TIMEOUT  (2 * SIM_MINUTE) /* the webmail host waits for others, too */

struct browser_config {
    slice account, password, webmail;
    bool tls;
};

/* Where somebody is who wants a task done. */
enum at { AT_HOME, AT_LOGIN, AT_INBOX, AT_MESSAGE, AT_SEND, AT_SENT };

struct browse_task {
    enum verb verb;
    const void *args; /* the verb's */
    uint64_t cause;
};

struct browser {
    struct actor base;
    const struct browser_config *config;
    struct lookups lookups;
    slice password;
    struct buf cookie, form,
        target;                /* cookie: "name=value"; form: the secret of the page's forms */
    struct browse_task *tasks; /* the first is being done when busy */
    size_t task_count, task_cap;
    bool busy, offline, tried; /* tried: the form of the log-in was sent for this task */
    enum at at;
    struct pump *pump;
    struct pump_tls tls;
    struct http_client_config http;
};

static const struct key browser_keys[] = {
    { "account", KEY_ADDRESS, offsetof(struct browser_config, account), NULL, 0, 0, NULL,
      "whose browser this is" },
    { "webmail", KEY_HOST, offsetof(struct browser_config, webmail), NULL, 0, 0, "webmail",
      "the host of kind webmail that it goes to" },
    { "password", KEY_TEXT, offsetof(struct browser_config, password), "", 0, 0, NULL,
      "what the person types; without it the right one" },
    { "tls", KEY_BOOL, offsetof(struct browser_config, tls), "true", 0, 0, NULL,
      "https; false: http, where everybody on the way can read the password and the cookie" },
    KEY_ROW_END,
};

static struct browser *browser_of(struct actor *a)
{
    return (struct browser *)(void *)a;
}

void browser_set_up(struct actor *browser, slice password)
{
    assert(browser->ops == &browser_ops);
    browser_of(browser)->password = password;
}

static bool browser_start(struct actor *self, struct err *err_r)
{
    struct browser *b = browser_of(self);
    (void)err_r;
    b->config = self->config;
    if (b->config->password.len > 0) {
        b->password = b->config->password;
    }
    lookups_init(&b->lookups, self);
    b->http = (struct http_client_config){ .body_max = PAGE_MAX, .timeout = TIMEOUT };
    b->tls = (struct pump_tls){ .name = b->config->webmail, .implicit = true, .must_verify = true };
    return true;
}

/* ---- one thing after the other ---- */

static void soon(struct browser *b)
{
    struct trace *t = b->base.stage->trace;
    uint64_t cause = t->cause;
    if (b->task_count > 0 && !b->busy && !b->offline) {
        t->cause = b->tasks[0].cause;
        actor_wake(&b->base, 0, 0);
        t->cause = cause;
    }
}

static void task_over(struct browser *b)
{
    assert(b->task_count > 0);
    for (size_t i = 1; i < b->task_count; i++) {
        b->tasks[i - 1] = b->tasks[i];
    }
    b->task_count--;
    b->busy = false;
    b->pump = NULL;
    soon(b);
}

static void note(struct browser *b, const char *topic, const char *what, slice detail)
{
    struct buf text = { 0 };
    buf_addz(&text, what);
    buf_add(&text, detail);
    (void)actor_note(&b->base, slice_of(topic), buf_slice(&text));
    buf_deinit(&text);
}

static void address_known(struct actor *self, uint64_t user, const struct addresses *found)
{
    struct browser *b = browser_of(self);
    const struct pump_service service = { .ops = &http_client_ops,
                                          .config = &b->http,
                                          .tls = b->config->tls ? &b->tls : NULL };
    (void)user;
    if (!b->busy) {
        return;
    }
    if (found->count == 0) {
        note(b, "failed", "The name of the web mail cannot be resolved", SLICE(""));
        task_over(b);
        return;
    }
    b->pump = pump_connect(self, found->ips[0], b->config->tls ? 443 : 80,
                           b->config->tls ? SLICE("https") : SLICE("http"), &service, 0);
}

static void browser_wake(struct actor *self, uint64_t cookie)
{
    struct browser *b = browser_of(self);
    (void)cookie;
    if (!b->busy && !b->offline && b->task_count > 0) {
        b->busy = true;
        b->tried = false;
        b->at = b->cookie.len > 0 ? AT_INBOX : AT_HOME;
        lookup_addresses(&b->lookups, b->config->webmail, address_known, 0);
    }
}

/* ---- asking for pages ---- */

static void list(struct buf *form, const char *name, const struct key_list *addresses)
{
    struct buf text = { 0 };
    for (size_t i = 0; i < addresses->count; i++) {
        buf_addz(&text, i > 0 ? ", " : "");
        buf_add(&text, addresses->items[i]);
    }
    http_form_add(form, name, buf_slice(&text));
    buf_deinit(&text);
}

static void fill_in(const struct browser *b, struct buf *form)
{
    if (b->at == AT_LOGIN) {
        http_form_add(form, "user", b->config->account);
        http_form_add(form, "password", b->password);
        return;
    }
    const struct verb_send *letter = b->tasks[0].args;
    http_form_add(form, "form", buf_slice(&b->form));
    list(form, "to", &letter->to);
    list(form, "cc", &letter->cc);
    list(form, "bcc", &letter->bcc);
    http_form_add(form, "subject", letter->words.subject);
    http_form_add(form, "text", letter->words.text);
}

static void ask(struct browser *b)
{
    static const slice targets[] = {
        [AT_HOME] = SLICE_INIT("/"),       [AT_LOGIN] = SLICE_INIT("/login"),
        [AT_INBOX] = SLICE_INIT("/inbox"), [AT_SEND] = SLICE_INIT("/send"),
        [AT_SENT] = SLICE_INIT("/inbox"),
    };
    bool post = b->at == AT_LOGIN || b->at == AT_SEND;
    struct buf fields = { 0 }, form = { 0 };
    if (b->cookie.len > 0) {
        buf_addz(&fields, "Cookie: ");
        buf_add(&fields, buf_slice(&b->cookie));
        buf_addz(&fields, "\r\n");
    }
    if (post) {
        fill_in(b, &form);
    }
    const struct http_order order = {
        .method = post ? SLICE("POST") : SLICE("GET"),
        .target = b->target.len > 0 ? buf_slice(&b->target) : targets[b->at],
        .host = b->config->webmail,
        .type = SLICE("application/x-www-form-urlencoded"),
        .body = buf_slice(&form),
        .fields = buf_slice(&fields),
    };
    pump_tell(b->pump, ORDER_REQUEST, &order);
    buf_clear(&b->target);
    buf_deinit(&fields);
    buf_deinit(&form);
}

static void go_to(struct browser *b, enum at at)
{
    b->at = at;
    ask(b);
}

/* The next thing begins on a connection of its own. */
static void done(struct browser *b)
{
    pump_tell(b->pump, ORDER_QUIT, NULL);
    task_over(b);
}

/* ---- looking at pages ---- */

/* What stands between two marks; false: the first or the second is not there. */
static bool between(slice page, const char *before, const char *after, slice *found_r)
{
    size_t at = slice_find(page, slice_of(before));
    if (at == SLICE_NONE) {
        return false;
    }
    slice rest = slice_from(page, at + slice_of(before).len);
    size_t end = slice_find(rest, slice_of(after));
    *found_r = slice_sub(rest, 0, end);
    return end != SLICE_NONE;
}

static void take_cookie(struct browser *b, const struct http_message *m)
{
    slice set, name, value;
    if (http_field(m->fields, SLICE("Set-Cookie"), &set) && http_cookie_read(set, &name, &value) &&
        value.len > 0) {
        buf_clear(&b->cookie);
        buf_add(&b->cookie, name);
        buf_byte(&b->cookie, '=');
        buf_add(&b->cookie, value);
    }
}

static void take_form(struct browser *b, slice page)
{
    slice secret;
    if (between(page, "name=\"form\" value=\"", "\"", &secret)) {
        buf_clear(&b->form);
        html_plain(&b->form, secret);
    }
}

/* The link whose text is the subject; without one the first that is set in bold, from below: the
 * list has the newest on top. */
static bool find_link(slice page, slice subject, struct buf *target)
{
    static const char mark[] = "<a href=\"/message?uid=";
    bool found = false;
    struct buf text = { 0 };
    for (;;) {
        size_t at = slice_find(page, slice_of(mark));
        if (at == SLICE_NONE) {
            break;
        }
        bool bold = at >= 3 && slice_eq(slice_sub(page, at - 3, 3), SLICE("<b>"));
        slice number, label;
        page = slice_from(page, at + sizeof mark - 1);
        number = slice_sub(page, 0, slice_find_byte(page, '"'));
        if (!between(page, ">", "</a>", &label)) {
            break;
        }
        buf_clear(&text);
        html_plain(&text, label);
        if (subject.len > 0 ? slice_eq(buf_slice(&text), subject) : bold) {
            buf_clear(target);
            buf_addz(target, "/message?uid=");
            buf_add(target, number);
            found = true;
        }
    }
    buf_deinit(&text);
    return found;
}

static void on_inbox(struct browser *b, const struct http_message *m)
{
    const struct browse_task *task = &b->tasks[0];
    take_form(b, m->body);
    if (task->verb == VERB_SEND) {
        go_to(b, AT_SEND);
    } else if (task->verb == VERB_FETCH) {
        done(b);
    } else if (find_link(m->body, ((const struct verb_read *)task->args)->subject, &b->target)) {
        go_to(b, AT_MESSAGE);
    } else {
        (void)actor_note(&b->base, SLICE("nothing to read"),
                         SLICE("There is no such letter on the page"));
        done(b);
    }
}

/* Where a page says "see there", a browser goes there. */
static void on_redirect(struct browser *b, const struct http_message *m)
{
    slice there;
    if (http_field(m->fields, SLICE("Location"), &there) && slice_starts(there, SLICE("/"))) {
        buf_clear(&b->target);
        buf_add(&b->target, there);
    }
    if (b->at == AT_LOGIN || b->at == AT_HOME) {
        go_to(b, AT_INBOX);
    } else if (b->at == AT_SEND) {
        go_to(b, AT_SENT);
    } else if (!b->tried) { /* not logged in any more */
        buf_clear(&b->cookie);
        buf_clear(&b->target);
        go_to(b, AT_HOME);
    } else {
        note(b, "failed", "The web mail asks to log in again and again", SLICE(""));
        done(b);
    }
}

static void on_page(struct browser *b, const struct http_message *m)
{
    switch (b->at) {
    case AT_HOME:
        b->tried = true;
        go_to(b, AT_LOGIN);
        break;
    case AT_INBOX:
        on_inbox(b, m);
        break;
    case AT_SEND: /* sent, but not to everybody */
    case AT_LOGIN:
    case AT_MESSAGE:
    case AT_SENT:
        done(b);
        break;
    }
}

static void on_response(struct browser *b, const struct http_message *m)
{
    struct buf why = { 0 };
    slice title = { 0 };
    take_cookie(b, m);
    if (m->status == 303) {
        on_redirect(b, m);
    } else if (m->status == 200) {
        on_page(b, m);
    } else {
        fmt_u64(&why, m->status);
        buf_byte(&why, ' ');
        (void)between(m->body, "<title>", "</title>", &title);
        buf_add(&why, title);
        note(b, "refused", "The page says: ", buf_slice(&why));
        done(b);
    }
    buf_deinit(&why);
}

static void browser_session(struct actor *self, struct pump *p, const struct session_event *ev)
{
    struct browser *b = browser_of(self);
    if (pump_ops(p) == &dns_stream_client) {
        lookup_session(&b->lookups, p, ev);
        return;
    }
    if (b->pump != p) {
        return;
    }
    switch ((enum http_client_event)ev->kind) {
    case HTTP_EV_READY:
        ask(b);
        break;
    case HTTP_EV_RESPONSE:
        on_response(b, ev->detail);
        break;
    case HTTP_EV_FAILED:
        note(b, "failed", "The page does not come: ", ev->text);
        task_over(b);
        break;
    }
}

static void browser_session_end(struct actor *self, struct pump *p, enum trace_why why)
{
    struct browser *b = browser_of(self);
    const struct session_tls *tls = pump_tls(p);
    if (pump_ops(p) == &dns_stream_client) {
        lookup_session_end(&b->lookups, p);
    } else if (b->pump == p) {
        note(b, "failed", "The page does not come: ",
             tls && tls->version.len == 0 ? tls->problem : slice_of(trace_why_name(why)));
        task_over(b);
    }
}

/* ---- hands ---- */

static void browser_power(struct actor *self, bool on)
{
    struct browser *b = browser_of(self);
    b->offline = !on;
    if (on) {
        soon(b);
    } else {
        lookups_drop(&b->lookups);
        b->busy = false;
        b->pump = NULL;
    }
}

static void browser_act(struct actor *self, enum verb verb, const void *args)
{
    struct browser *b = browser_of(self);
    if (verb == VERB_OFFLINE || verb == VERB_ONLINE) {
        actor_power(self, verb == VERB_ONLINE);
        return;
    }
    b->tasks = mem_grow(b->tasks, b->task_count, &b->task_cap, sizeof *b->tasks);
    b->tasks[b->task_count++] =
        (struct browse_task){ .verb = verb, .args = args, .cause = self->stage->trace->cause };
    soon(b);
}

static void browser_datagram(struct actor *self, const struct datagram *d)
{
    lookup_heard(&browser_of(self)->lookups, d);
}

static void browser_deinit(struct actor *self)
{
    struct browser *b = browser_of(self);
    lookups_deinit(&b->lookups);
    mem_free(b->tasks);
    buf_deinit(&b->cookie);
    buf_deinit(&b->form);
    buf_deinit(&b->target);
}

const struct actor_ops browser_ops = {
    .kind = { "browser", "a device with a web browser, for mail by web mail", 'B', ROLE_MUA,
              sizeof(struct browser_config), browser_keys, NULL },
    .size = sizeof(struct browser),
    .start = browser_start,
    .on_session = browser_session,
    .on_session_end = browser_session_end,
    .on_datagram = browser_datagram,
    .on_wake = browser_wake,
    .act = browser_act,
    .power = browser_power,
    .deinit = browser_deinit,
};
