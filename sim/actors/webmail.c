/* webmail.c - mail in a browser: who has logged in, and which request is what.
 * The browser speaks HTTP and nothing else; what is done by SMTP and IMAP is webmail_mail.c's.
 * Never keeps a letter, nor a password longer than the session that it opened. */
#include "sim/actors/webmail.h"

#include "sim/actors/table.h"
#include "sim/base/mem.h"
#include "sim/mail/mime.h"
#include "sim/proto/dns_stream.h"
#include "sim/proto/http_form.h"

#include <stddef.h>

#define KEY(member) offsetof(struct webmail_config, member)
#define PORT_HTTP   80  /* RFC 9110 4.2.1 */
#define PORT_HTTPS  443 /* RFC 9110 4.2.2 */
#define BODY_MAX    ((size_t)1 << 20)
#define SECRET_MAX  1000 /* of a password: who tries to log in is kept as long as the stage */

#define X(name, word) word " "
static const char certificate_words[] = TLS_FAULTS(X);
#undef X

static const struct key webmail_keys[] = {
    { "mail-host", KEY_HOST, KEY(mail_host), NULL, 0, 0, "mail",
      "the host with the mailboxes, which also takes what is sent" },
    { "http", KEY_BOOL, KEY(http), "false", 0, 0, NULL,
      "answer on port 80 in the clear too, and not only on port 443 under TLS" },
    { "certificate", KEY_CHOICE, KEY(certificate), "good", 0, 0, certificate_words,
      "what is wrong with the host's certificate" },
    { "mail-tls", KEY_CHOICE, KEY(mail_tls), "opportunistic", 0, 0, "none opportunistic required",
      "TLS with the mail host, by STARTTLS" },
    { "idle", KEY_DURATION, KEY(idle), "30min", (int64_t)SIM_MINUTE, (int64_t)SIM_DAY, NULL,
      "a person who does nothing for so long has to log in again" },
    KEY_ROW_END,
};

static bool webmail_start(struct actor *self, struct err *err_r)
{
    struct webmail *w = webmail_of(self);
    (void)err_r;
    w->config = self->config;
    w->secrets = rng_fork(&self->rng, SLICE("secrets"));
    w->nonces = rng_fork(&self->rng, SLICE("nonces"));
    lookups_init(&w->lookups, self);
    pool_init(&w->jobs, sizeof(struct web_job));
    pool_init(&w->lines, sizeof(struct web_line));
    w->http_in = (struct http_server_config){ .unix_start = actor_unix_start(self),
                                              .body_max = BODY_MAX,
                                              .timeout = SIM_MINUTE };
    w->tls = (struct pump_tls){ .implicit = true };
    w->mail_tls = (struct pump_tls){ .name = w->config->mail_host,
                                     .must_verify = w->config->mail_tls == TLS_POLICY_REQUIRED };
    network_listen(self->stage->net, self->id, PORT_HTTPS);
    if (w->config->http) {
        network_listen(self->stage->net, self->id, PORT_HTTP);
    }
    return true;
}

static bool webmail_connect(struct actor *self, uint16_t port, struct pump_service *service_r)
{
    struct webmail *w = webmail_of(self);
    *service_r = (struct pump_service){ .ops = &http_server_ops,
                                        .config = &w->http_in,
                                        .tls = port == PORT_HTTPS ? &w->tls : NULL };
    return true;
}

static const struct tls_identity *webmail_identity(struct actor *self, const struct pump_tls *how)
{
    struct webmail *w = webmail_of(self);
    (void)how;
    if (!w->identity) {
        w->identity = stage_identity(self->stage, self->name, NULL, 0,
                                     (enum tls_fault)w->config->certificate);
    }
    return w->identity;
}

/* ---- answers ---- */

/* Nothing of a page is kept by the browser, loaded from elsewhere or run. */
#define PAGE_FIELDS                                                                                \
    "Cache-Control: no-store\r\n"                                                                  \
    "Content-Security-Policy: default-src 'none'; form-action 'self'; frame-ancestors 'none'\r\n"  \
    "Referrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n"

/* With the line ends of everything else that goes over this wire: browsers take any. */
void webmail_show(struct pump *p, uint16_t status, const struct buf *page)
{
    struct buf crlf = { 0 };
    mime_line_ends(&crlf, buf_slice(page));
    struct http_reply r = { .type = SLICE("text/html; charset=utf-8"),
                            .body = buf_slice(&crlf),
                            .fields = SLICE(PAGE_FIELDS) };
    pump_answer(p, (struct session_answer){ .code = status, .grant = &r });
    buf_deinit(&crlf);
}

/* RFC 9110 15.4.4: what was posted is done, look there. */
void webmail_send_to(struct pump *p, const char *path, slice more_fields)
{
    struct buf fields = { 0 };
    buf_addz(&fields, "Location: ");
    buf_addz(&fields, path);
    buf_addz(&fields, "\r\nCache-Control: no-store\r\n");
    buf_add(&fields, more_fields);
    struct http_reply r = { .type = SLICE("text/plain"),
                            .body = SLICE("See there.\r\n"),
                            .fields = buf_slice(&fields) };
    pump_answer(p, (struct session_answer){ .code = 303, .grant = &r });
    buf_deinit(&fields);
}

static void problem(struct pump *p, uint16_t status, const char *what)
{
    struct buf page = { 0 };
    page_problem(&page, what, SLICE(""));
    webmail_show(p, status, &page);
    buf_deinit(&page);
}

/* ---- who has logged in ---- */

static void session_over(struct web_session *s)
{
    s->token = s->form = (slice){ 0 };
    s->password = (slice){ 0 };
    s->keys = (struct sasl_keys){ 0 };
}

static slice secret(struct webmail *w)
{
    struct buf b = { 0 };
    stage_secret(w->base.stage, &w->secrets, &b);
    slice kept = arena_copy(w->base.stage->arena, buf_slice(&b));
    buf_deinit(&b);
    return kept;
}

static bool is_secure(const struct pump *p)
{
    const struct session_tls *tls = pump_tls(p);
    return tls && tls->version.len > 0;
}

void webmail_let_in(struct webmail *w, struct web_session *s, const struct pump *http,
                    struct buf *fields)
{
    s->token = secret(w);
    s->form = secret(w);
    s->used = w->base.stage->engine->now;
    w->sessions =
        mem_grow(w->sessions, w->session_count, &w->session_cap, sizeof(struct web_session *));
    w->sessions[w->session_count++] = s;
    buf_addz(fields, "Set-Cookie: " WEBMAIL_COOKIE "=");
    buf_add(fields, s->token);
    buf_addz(fields, "; Path=/; HttpOnly; SameSite=Strict");
    buf_addz(fields, is_secure(http) ? "; Secure\r\n" : "\r\n");
}

/* The session that the cookie names, where it is not over; NULL: none. */
static struct web_session *session_of(struct webmail *w, const struct http_message *request)
{
    slice token;
    sim_time now = w->base.stage->engine->now;
    if (!http_cookie_get(request->fields, SLICE(WEBMAIL_COOKIE), &token) || token.len == 0) {
        return NULL;
    }
    for (size_t i = w->session_count; i-- > 0;) {
        struct web_session *s = w->sessions[i];
        if (!slice_eq(s->token, token)) {
            continue;
        }
        if (now - s->used > w->config->idle) {
            session_over(s);
            return NULL;
        }
        s->used = now;
        return s;
    }
    return NULL;
}

/* Under the names that servers of mail know: the whole address. */
static struct web_session *new_session(struct webmail *w, slice user, slice password)
{
    struct arena *a = w->base.stage->arena;
    struct web_session *s = arena_alloc(a, sizeof *s);
    s->user = arena_copy(a, user);
    s->password = arena_copy(a, password);
    return s;
}

/* ---- requests ---- */

struct request {
    struct webmail *w;
    struct pump *p;
    const struct http_message *http;
    struct web_session *session; /* NULL: nobody */
};

static void on_home(struct request *r)
{
    struct buf page = { 0 };
    if (r->session) {
        webmail_send_to(r->p, "/inbox", SLICE(""));
    } else {
        page_login(&page, NULL);
        webmail_show(r->p, 200, &page);
    }
    buf_deinit(&page);
}

static void ask_again(struct request *r, const char *why)
{
    struct buf page = { 0 };
    page_login(&page, why);
    webmail_show(r->p, 403, &page);
    buf_deinit(&page);
}

static void on_login(struct request *r)
{
    struct buf user = { 0 }, password = { 0 };
    struct address a;
    (void)http_form_get(r->http->body, "user", &user);
    (void)http_form_get(r->http->body, "password", &password);
    if (!address_parse(buf_slice(&user), &a) || a.domain.len == 0) {
        ask_again(r, "The address is the whole one, such as alice@example.org.");
    } else if (password.len > SECRET_MAX) {
        ask_again(r, WEBMAIL_NO_ENTRY);
    } else {
        struct web_session *s = new_session(r->w, buf_slice(&user), buf_slice(&password));
        job_begin(r->w, job_new(r->w, r->p, WEB_LOGIN, s));
    }
    buf_deinit(&user);
    buf_deinit(&password);
}

static void on_inbox(struct request *r)
{
    job_begin(r->w, job_new(r->w, r->p, WEB_INBOX, r->session));
}

static void on_message(struct request *r)
{
    struct buf uid = { 0 };
    uint32_t number = 0;
    (void)http_form_get(r->http->query, "uid", &uid);
    if (slice_to_u32(buf_slice(&uid), &number) && number > 0) {
        struct web_job *j = job_new(r->w, r->p, WEB_MESSAGE, r->session);
        j->uid = number;
        job_begin(r->w, j);
    } else {
        problem(r->p, 404, "There is no such message");
    }
    buf_deinit(&uid);
}

static void on_send(struct request *r)
{
    struct web_job *j = job_new(r->w, r->p, WEB_SEND, r->session);
    if (job_write(r->w, r->p, j, r->http->body)) {
        job_begin(r->w, j);
    } else {
        job_free(r->w, j);
        problem(r->p, 422, "The letter names nobody to send it to");
    }
}

static void on_logout(struct request *r)
{
    session_over(r->session);
    webmail_send_to(r->p, "/", SLICE("Set-Cookie: " WEBMAIL_COOKIE "=; Path=/; Max-Age=0\r\n"));
}

static const struct page {
    slice path;
    bool post;
    bool for_users; /* who has not logged in is sent to the form; a POST has its form's secret */
    void (*on)(struct request *r);
} pages[] = {
    { SLICE_INIT("/"), false, false, on_home },
    { SLICE_INIT("/login"), true, false, on_login },
    { SLICE_INIT("/inbox"), false, true, on_inbox },
    { SLICE_INIT("/message"), false, true, on_message },
    { SLICE_INIT("/send"), true, true, on_send },
    { SLICE_INIT("/logout"), true, true, on_logout },
};

static bool is_own_form(const struct request *r)
{
    struct buf form = { 0 };
    (void)http_form_get(r->http->body, "form", &form);
    bool own = slice_eq(buf_slice(&form), r->session->form);
    buf_deinit(&form);
    return own;
}

static void on_page(struct request *r, const struct page *page)
{
    bool post = slice_eq(r->http->method, SLICE("POST"));
    if (post != page->post) {
        struct http_reply no = { .type = SLICE("text/plain"),
                                 .body = SLICE("This is not done so.\r\n"),
                                 .fields = page->post ? SLICE("Allow: POST\r\n")
                                                      : SLICE("Allow: GET, HEAD\r\n") };
        pump_answer(r->p, (struct session_answer){ .code = 405, .grant = &no });
    } else if (post && !http_type_is(r->http->type, SLICE("application/x-www-form-urlencoded"))) {
        problem(r->p, 415, "This is no form");
    } else if (page->for_users && !r->session) {
        webmail_send_to(r->p, "/", SLICE(""));
    } else if (page->for_users && post && !is_own_form(r)) {
        problem(r->p, 403, "This form is not from here");
    } else {
        page->on(r);
    }
}

static void on_request(struct webmail *w, struct pump *p, const struct http_message *http)
{
    struct request r = { w, p, http, session_of(w, http) };
    for (size_t i = 0; i < COUNT(pages); i++) {
        if (slice_eq(http->path, pages[i].path)) {
            on_page(&r, &pages[i]);
            return;
        }
    }
    problem(p, 404, "There is no such page");
}

static void webmail_session(struct actor *self, struct pump *p, const struct session_event *ev)
{
    if (pump_ops(p) == &http_server_ops) {
        on_request(webmail_of(self), p, ev->detail);
    } else if (pump_ops(p) == &dns_stream_client) {
        lookup_session(&webmail_of(self)->lookups, p, ev);
    } else {
        job_session(webmail_of(self), p, ev);
    }
}

static void webmail_session_end(struct actor *self, struct pump *p, enum trace_why why)
{
    if (pump_ops(p) == &dns_stream_client) {
        lookup_session_end(&webmail_of(self)->lookups, p);
    } else if (pump_ops(p) != &http_server_ops) {
        job_session_end(webmail_of(self), p, why);
    }
}

static void webmail_datagram(struct actor *self, const struct datagram *d)
{
    lookup_heard(&webmail_of(self)->lookups, d);
}

static void drop_jobs(struct webmail *w)
{
    uint32_t at = 0;
    pool_id id;
    struct web_job *j;
    while ((j = pool_each(&w->jobs, &at, &id))) {
        job_free(w, j);
    }
}

/* Who was logged in was only in memory. */
static void webmail_power(struct actor *self, bool on)
{
    struct webmail *w = webmail_of(self);
    if (!on) {
        lookups_drop(&w->lookups);
        drop_jobs(w);
        for (size_t i = 0; i < w->session_count; i++) {
            session_over(w->sessions[i]);
        }
    }
}

static void webmail_clock_set(struct actor *self)
{
    webmail_of(self)->http_in.unix_start = actor_unix_start(self);
}

static void webmail_deinit(struct actor *self)
{
    struct webmail *w = webmail_of(self);
    drop_jobs(w);
    pool_deinit(&w->jobs);
    pool_deinit(&w->lines);
    lookups_deinit(&w->lookups);
    mem_free(w->sessions);
}

const struct actor_ops webmail_ops = {
    .kind = { "webmail", "mail in a browser: HTTP on one side, IMAP and submission on the other",
              'W', ROLE_WEB, sizeof(struct webmail_config), webmail_keys, NULL },
    .size = sizeof(struct webmail),
    .start = webmail_start,
    .on_connect = webmail_connect,
    .identity = webmail_identity,
    .on_session = webmail_session,
    .on_session_end = webmail_session_end,
    .on_datagram = webmail_datagram,
    .power = webmail_power,
    .clock_set = webmail_clock_set,
    .deinit = webmail_deinit,
};
