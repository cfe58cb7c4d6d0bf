/* app.c - a program that sends: a shop, a door bell, a school's time-table.  It speaks no SMTP and
 * keeps no mail; it asks an e-mail API by HTTP, and asks again where the answer may become another
 * one: no answer at all, 429, or any 5xx (RFC 9110 15.6).  Each request carries an Idempotency-Key,
 * so that one that was heard, and whose answer was lost, does not send twice. */
#include "sim/actors/app.h"

#include "sim/actors/api.h"
#include "sim/actors/table.h"
#include "sim/base/err.h"
#include "sim/base/mem.h"
#include "sim/proto/dns_stream.h"

#include <assert.h>
#include <stddef.h>

#define KEY(member) offsetof(struct app_config, member)
#define ANSWER_MAX  ((size_t)1 << 20)

static const struct key app_keys[] = {
    { "from", KEY_ADDRESS, KEY(from), NULL, 0, 0, NULL, "the address that it sends from" },
    { "name", KEY_TEXT, KEY(name), "", 0, 0, NULL, "shown in the From field beside it" },
    { "api", KEY_HOST, KEY(api), NULL, 0, 0, "api", "the host of kind api that it asks" },
    { "key", KEY_TEXT, KEY(key), NULL, 0, 0, NULL, "the key that it shows there" },
    { "tls", KEY_BOOL, KEY(tls), "true", 0, 0, NULL,
      "ask on port 443 under TLS; false: on port 80, where everybody on the way can read the key" },
    { "tries", KEY_INT, KEY(tries), "5", 1, 100, NULL, "how often it asks at most" },
    { "retry", KEY_DURATION, KEY(retry), "2s", 1, (int64_t)SIM_DAY, NULL,
      "wait after the first try that failed; it doubles with each further one" },
    { "timeout", KEY_DURATION, KEY(timeout), "30s", 1, (int64_t)SIM_HOUR, NULL,
      "for a whole answer" },
    KEY_ROW_END,
};

static bool app_start(struct actor *self, struct err *err_r)
{
    struct app *app = app_of(self);
    app->config = self->config;
    lookups_init(&app->lookups, self);
    app->http =
        (struct http_client_config){ .body_max = ANSWER_MAX, .timeout = app->config->timeout };
    app->tls = (struct pump_tls){ .name = app->config->api, .implicit = true, .must_verify = true };
    return api_key_valid(app->config->key) ||
           err_set(
               err_r,
               "host \"%.*s\": its key must have letters, digits and -._~+/ only (RFC 6750 2.1)",
               SLICE_ARG(self->name));
}

/* ---- one call after the other ---- */

enum { WAKE_BEGIN, WAKE_WAITED };

static void soon(struct app *app)
{
    struct trace *t = app->base.stage->trace;
    uint64_t cause = t->cause;
    if (app->call_count > 0 && !app->busy && !app->waiting) {
        t->cause = app->calls[0].cause;
        actor_wake(&app->base, 0, WAKE_BEGIN);
        t->cause = cause;
    }
}

static void drop_first(struct app *app)
{
    blob_unref(&app->calls[0].body);
    for (size_t i = 1; i < app->call_count; i++) {
        app->calls[i - 1] = app->calls[i];
    }
    app->call_count--;
}

static void note(struct app *app, const char *topic, const char *text, slice detail)
{
    struct buf b = { 0 };
    buf_addz(&b, text);
    buf_add(&b, detail);
    (void)actor_note(&app->base, slice_of(topic), buf_slice(&b));
    buf_deinit(&b);
}

static void try_later(struct app *app, slice why)
{
    struct app_call *call = &app->calls[0];
    app->busy = false;
    app->pump = NULL;
    if (++call->tries >= app->config->tries) {
        note(app, "given up", "The API was asked as often as it may be: ", why);
        drop_first(app);
        soon(app);
        return;
    }
    uint32_t doubled = call->tries - 1 < 16 ? call->tries - 1 : 16;
    app->waiting = true;
    note(app, "asks again", "The same request goes again, with the same Idempotency-Key: ", why);
    actor_wake(&app->base, app->config->retry << doubled, WAKE_WAITED + ++app->wait);
}

static void address_known(struct actor *self, uint64_t user, const struct addresses *found)
{
    struct app *app = app_of(self);
    (void)user;
    if (!app->busy) {
        return;
    }
    if (found->count == 0) {
        try_later(app, SLICE("the name of the API cannot be resolved"));
        return;
    }
    const struct pump_service service = { .ops = &http_client_ops,
                                          .config = &app->http,
                                          .tls = app->config->tls ? &app->tls : NULL };
    app->pump = pump_connect(self, found->ips[0], app->config->tls ? 443 : 80,
                             app->config->tls ? SLICE("https") : SLICE("http"), &service, 0);
}

static void begin_first(struct app *app)
{
    if (app->busy || app->waiting || app->offline || app->call_count == 0) {
        return;
    }
    app->busy = true;
    lookup_addresses(&app->lookups, app->config->api, address_known, 0);
}

static void app_wake(struct actor *self, uint64_t cookie)
{
    struct app *app = app_of(self);
    if (cookie == WAKE_WAITED + app->wait) {
        app->waiting = false;
    }
    begin_first(app);
}

/* ---- hands ---- */

static slice retry_key(struct app *app)
{
    struct buf key = { 0 };
    stage_secret(app->base.stage, &app->base.rng, &key);
    slice kept = arena_copy(app->base.stage->arena, buf_slice(&key));
    buf_deinit(&key);
    return kept;
}

static void add_call(struct app *app, const char *target, slice body)
{
    app->calls = mem_grow(app->calls, app->call_count, &app->call_cap, sizeof *app->calls);
    app->calls[app->call_count++] = (struct app_call){ .target = target,
                                                       .body = blob_new(body),
                                                       .retry_key = retry_key(app),
                                                       .cause = app->base.stage->trace->cause };
    soon(app);
}

static void app_act(struct actor *self, enum verb verb, const void *args)
{
    struct app *app = app_of(self);
    struct buf body = { 0 };
    assert(verb == VERB_SEND || verb == VERB_NEWSLETTER);
    if (verb == VERB_SEND) {
        app_letter_json(app, args, &body);
    } else {
        app_news_json(app, args, &body);
    }
    add_call(app, verb == VERB_SEND ? "/v1/messages" : "/v1/newsletters", buf_slice(&body));
    buf_deinit(&body);
}

static void app_power(struct actor *self, bool on)
{
    struct app *app = app_of(self);
    app->offline = !on;
    if (on) {
        soon(app);
    } else {
        lookups_drop(&app->lookups);
        app->busy = app->waiting = false;
        app->pump = NULL;
    }
}

/* ---- the conversation ---- */

static void ask(struct app *app)
{
    const struct app_call *call = &app->calls[0];
    struct buf fields = { 0 };
    buf_addz(&fields, "Authorization: Bearer ");
    buf_add(&fields, app->config->key);
    buf_addz(&fields, "\r\nIdempotency-Key: ");
    buf_add(&fields, call->retry_key);
    buf_addz(&fields, "\r\n");
    const struct http_order order = { .method = SLICE("POST"),
                                      .target = slice_of(call->target),
                                      .host = app->config->api,
                                      .type = SLICE("application/json"),
                                      .body = blob_slice(call->body),
                                      .fields = buf_slice(&fields),
                                      .close = app->call_count == 1 };
    pump_tell(app->pump, ORDER_REQUEST, &order);
    buf_deinit(&fields);
}

static void answered(struct app *app, const struct http_message *m)
{
    struct buf why = { 0 };
    struct pump *p = app->pump;
    bool again = m->status == 429 || m->status >= 500;
    fmt_u64(&why, m->status);
    buf_byte(&why, ' ');
    buf_add(&why, http_reason(m->status));
    if (again) {
        if (!m->close) {
            pump_tell(p, ORDER_QUIT, NULL);
        }
        try_later(app, buf_slice(&why));
    } else {
        if (m->status >= 300) {
            note(app, "refused", "The API refuses the request: ", buf_slice(&why));
        }
        drop_first(app);
        if (app->call_count > 0 && !m->close) {
            ask(app); /* on the connection that stands */
        } else {
            if (!m->close) {
                pump_tell(p, ORDER_QUIT, NULL);
            }
            app->busy = false;
            app->pump = NULL;
            soon(app);
        }
    }
    buf_deinit(&why);
}

static void app_session(struct actor *self, struct pump *p, const struct session_event *ev)
{
    struct app *app = app_of(self);
    if (pump_ops(p) == &dns_stream_client) {
        lookup_session(&app->lookups, p, ev);
        return;
    }
    if (app->pump != p) {
        return;
    }
    switch ((enum http_client_event)ev->kind) {
    case HTTP_EV_READY:
        ask(app);
        break;
    case HTTP_EV_RESPONSE:
        answered(app, ev->detail);
        break;
    case HTTP_EV_FAILED:
        try_later(app, ev->text);
        break;
    }
}

static void app_session_end(struct actor *self, struct pump *p, enum trace_why why)
{
    struct app *app = app_of(self);
    const struct session_tls *tls = pump_tls(p);
    if (pump_ops(p) == &dns_stream_client) {
        lookup_session_end(&app->lookups, p);
    } else if (app->pump == p) {
        try_later(app, tls && tls->version.len == 0 ? tls->problem : slice_of(trace_why_name(why)));
    }
}

static void app_datagram(struct actor *self, const struct datagram *d)
{
    lookup_heard(&app_of(self)->lookups, d);
}

static void app_deinit(struct actor *self)
{
    struct app *app = app_of(self);
    while (app->call_count > 0) {
        drop_first(app);
    }
    mem_free(app->calls);
    lookups_deinit(&app->lookups);
}

const struct actor_ops app_ops = {
    .kind = { "app", "a program that sends by an e-mail API: a shop, say", 'P', ROLE_APP,
              sizeof(struct app_config), app_keys, NULL },
    .size = sizeof(struct app),
    .start = app_start,
    .on_session = app_session,
    .on_session_end = app_session_end,
    .on_datagram = app_datagram,
    .on_wake = app_wake,
    .act = app_act,
    .power = app_power,
    .deinit = app_deinit,
};
