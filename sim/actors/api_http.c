/* api_http.c - what programs ask by HTTP, and what they are answered: JSON both ways.
 * POST /v1/messages sends; GET /v1/messages/ID tells what became of it.  A key is shown with each
 * request (RFC 6750 2.1).  An Idempotency-Key makes it safe to ask twice: the second time gets the
 * answer of the first, and no second letter (the custom of e-mail and payment services).
 * Never knows how a letter is made or carried. */
#include "sim/actors/api.h"

#include "sim/base/err.h"
#include "sim/base/json_text.h"
#include "sim/base/mem.h"

#define MESSAGES "/v1/messages"
#define NEWS     "/v1/newsletters"

struct call {
    struct api_host *a;
    struct pump *p;
    const struct http_message *request;
    slice owner;
    struct buf body;
};

static void reply(struct call *c, uint16_t status, slice fields)
{
    buf_addz(&c->body, "\r\n");
    struct http_reply r = { .type = SLICE("application/json"),
                            .body = buf_slice(&c->body),
                            .fields = fields };
    pump_answer(c->p, (struct session_answer){ .code = status, .grant = &r });
}

/* {"error":{"field":"to[1]","message":"this is no address"}} */
static void refuse(struct call *c, uint16_t status, slice field, const char *text, slice fields)
{
    buf_clear(&c->body);
    buf_addz(&c->body, "{\"error\":{");
    if (field.len > 0) {
        json_field_text(&c->body, "field", field);
    }
    json_field_text(&c->body, "message", slice_of(text));
    buf_addz(&c->body, "}}");
    reply(c, status, fields);
}

/* ---- who asks ---- */

/* The same time for each wrong key: nobody learns how much of it was right. */
static bool same_secret(slice a, slice b)
{
    unsigned char differ = a.len != b.len;
    for (size_t i = 0; i < a.len && i < b.len; i++) {
        differ |= (unsigned char)(a.ptr[i] ^ b.ptr[i]);
    }
    return differ == 0;
}

static void trace_login(struct call *c, slice who, bool ok)
{
    struct stage *s = mail_stage(&c->a->mail);
    (void)trace_put(s->trace, (struct trace_rec){ .at = s->engine->now,
                                                  .actor = c->a->mail.base.id,
                                                  .flow = pump_flow(c->p),
                                                  .kind = TRACE_LOGIN,
                                                  .a = trace_name(s->trace, who),
                                                  .b = ok,
                                                  .c = trace_name(s->trace, SLICE("Bearer")) });
}

static bool is_known(struct call *c)
{
    const struct key_map *keys = &c->a->config->keys;
    slice value, rest;
    if (!http_field(c->request->fields, SLICE("Authorization"), &value)) {
        refuse(c, 401, SLICE(""), "a key is wanted: \"Authorization: Bearer ...\"",
               SLICE("WWW-Authenticate: Bearer realm=\"mail\"\r\n")); /* RFC 6750 3 */
        return false;
    }
    rest = value;
    slice scheme = slice_word(&rest), key = slice_trim(rest);
    for (size_t i = 0; slice_eq_nocase(scheme, SLICE("Bearer")) && i < keys->count; i++) {
        if (same_secret(keys->items[i].value, key)) {
            c->owner = keys->items[i].name;
        }
    }
    trace_login(c, c->owner, c->owner.len > 0);
    if (c->owner.len == 0) {
        refuse(c, 401, SLICE(""), "nobody has this key",
               SLICE("WWW-Authenticate: Bearer realm=\"mail\", error=\"invalid_token\"\r\n"));
    }
    return c->owner.len > 0;
}

/* ---- what became of it ---- */

static void put_recipient(struct buf *out, const struct api_rcpt *r)
{
    buf_addz(out, out->ptr[out->len - 1] == '[' ? "{" : ",{");
    json_field_text(out, "address", r->address);
    json_field_text(out, "state", slice_of(api_state_name(r->state)));
    if (r->said) {
        json_field_text(out, "reply", blob_slice(r->said));
    }
    buf_byte(out, '}');
}

static void put_message(struct buf *out, const struct api_message *m)
{
    buf_byte(out, '{');
    json_field_text(out, "id", m->id);
    json_field_text(out, "subject", m->subject);
    json_put_key(out, "tags");
    buf_add(out, m->tags);
    json_put_key(out, "recipients");
    buf_byte(out, '[');
    for (size_t i = 0; i < m->rcpt_count; i++) {
        put_recipient(out, &m->rcpts[i]);
    }
    buf_addz(out, "]}");
}

static void get_message(struct call *c, bool news, slice id)
{
    const struct api_message *m = api_find(c->a, c->owner, id);
    if (m && (m->news != NULL) == news) {
        (news ? api_news_json(m, &c->body) : put_message(&c->body, m));
        reply(c, 200, SLICE(""));
    } else {
        refuse(c, 404, SLICE(""), "there is no such message", SLICE(""));
    }
}

/* ---- sending ---- */

static void accepted(struct call *c, const struct api_message *m)
{
    struct buf fields = { 0 };
    buf_addz(&fields, m->news ? "Location: " NEWS "/" : "Location: " MESSAGES "/");
    buf_add(&fields, m->id);
    buf_addz(&fields, "\r\n");
    buf_clear(&c->body);
    buf_byte(&c->body, '{');
    json_field_text(&c->body, "id", m->id);
    json_field_text(&c->body, "status", SLICE("queued"));
    buf_byte(&c->body, '}');
    reply(c, 202, buf_slice(&fields));
    buf_deinit(&fields);
}

static bool may_be_from(const struct api_host *a, const struct api_request *r)
{
    const struct key_list *senders = &a->config->senders;
    for (size_t i = 0; i < senders->count; i++) {
        if (domain_same(senders->items[i], r->from.domain)) {
            return true;
        }
    }
    return senders->count == 0;
}

static void no_matter(void *self, const struct json_node *again, const struct json_node *first)
{
    const struct json_node **twice = self;
    (void)first;
    *twice = again;
}

/* The tree of the body; false: answered. */
static bool read_body(struct call *c, struct json *j)
{
    struct err why;
    size_t at;
    const struct json_node *twice = NULL;
    if (!http_type_is(c->request->type, SLICE("application/json"))) {
        refuse(c, 415, SLICE(""), "application/json is wanted", SLICE(""));
        return false;
    }
    if (!json_read(j, c->request->body, &at, &why)) {
        struct buf text = { 0 };
        buf_addz(&text, "the body is no JSON from octet ");
        fmt_u64(&text, at);
        buf_addz(&text, " on: ");
        buf_addz(&text, why.text);
        refuse(c, 400, SLICE(""), buf_z(&text), SLICE(""));
        buf_deinit(&text);
        return false;
    }
    if (!json_keys_unique(j->root, no_matter, &twice)) {
        refuse(c, 400, json_key(twice), "this is here twice", SLICE(""));
        json_free(j);
        return false;
    }
    return true;
}

static void send_it(struct call *c, const struct json *j, bool news, slice retry_key)
{
    struct api_request *r = mem_alloc(sizeof *r);
    struct api_problem why = { 0 };
    if (!api_read(j->root, news, r, &why)) {
        refuse(c, why.status, buf_slice(&why.field), why.text, SLICE(""));
    } else if (!may_be_from(c->a, r)) {
        refuse(c, 403, SLICE("from"), "this domain is not the caller's to send from", SLICE(""));
    } else if (r->to_crowd && !mail_stage(&c->a->mail)->crowd) {
        refuse(c, 422, SLICE("readers"), "there is no crowd", SLICE(""));
    } else {
        struct api_message *m =
            news ? api_send_news(c->a, c->owner, r) : api_send(c->a, c->p, c->owner, r);
        if (retry_key.len > 0) {
            api_remember_retry(c->a, m, retry_key, slice_hash(c->request->body, 0));
        }
        accepted(c, m);
    }
    buf_deinit(&why.field);
    buf_deinit(&r->bytes);
    mem_free(r);
}

static void post_message(struct call *c, bool news)
{
    struct json j;
    slice retry_key = { 0 };
    (void)http_field(c->request->fields, SLICE("Idempotency-Key"), &retry_key);
    const struct api_message *before =
        retry_key.len > 0 ? api_find_retry(c->a, c->owner, retry_key) : NULL;
    if (before && before->body == slice_hash(c->request->body, 0)) {
        accepted(c, before);
    } else if (before) {
        refuse(c, 422, SLICE("Idempotency-Key"), "this key came with another request before",
               SLICE(""));
    } else if (read_body(c, &j)) {
        send_it(c, &j, news, retry_key);
        json_free(&j);
    }
}

/* ---- which ---- */

static bool is_method(const struct call *c, const char *method)
{
    bool head = slice_eq(c->request->method, SLICE("HEAD")) && method[0] == 'G';
    return head || slice_eq(c->request->method, slice_of(method));
}

static void at_letters(struct call *c, bool news, slice under)
{
    if (under.len == 0 && is_method(c, "POST")) {
        post_message(c, news);
    } else if (under.len == 0) {
        refuse(c, 405, SLICE(""), "letters are sent by POST", SLICE("Allow: POST\r\n"));
    } else if (is_method(c, "GET")) {
        get_message(c, news, slice_from(under, 1));
    } else {
        refuse(c, 405, SLICE(""), "there is only something to read here",
               SLICE("Allow: GET, HEAD\r\n"));
    }
}

/* What stands behind `place` in the path, with its slash; false: the path is elsewhere. */
static bool is_at(const struct call *c, slice place, slice *under_r)
{
    *under_r = slice_from(c->request->path, place.len);
    return slice_starts(c->request->path, place) && (under_r->len == 0 || under_r->ptr[0] == '/');
}

static void page(struct call *c, const char *html)
{
    struct http_reply r = { .type = SLICE("text/html; charset=utf-8"), .body = slice_of(html) };
    pump_answer(c->p, (struct session_answer){ .code = 200, .grant = &r });
}

/* The way out of a newsletter, for people: who only looks at the address, as programs do that check
 * links, has not asked for anything yet. */
static void unsubscribe(struct call *c, slice token)
{
    if (!api_unsubscribes(c->a, token)) {
        refuse(c, 404, SLICE(""), "there is no such reader", SLICE(""));
    } else if (is_method(c, "POST")) {
        (void)api_unsubscribe(c->a, token);
        page(c, "<!DOCTYPE html><title>Newsletter</title><p>You will get no more of it.\r\n");
    } else {
        page(c, "<!DOCTYPE html><title>Newsletter</title><form method=\"post\">"
                "<button>Send me no more</button></form>\r\n");
    }
}

static void route(struct call *c)
{
    slice under;
    if (is_at(c, SLICE(MESSAGES), &under)) {
        at_letters(c, false, under);
    } else if (is_at(c, SLICE(NEWS), &under)) {
        at_letters(c, true, under);
    } else {
        refuse(c, 404, SLICE(""), "try " MESSAGES " or " NEWS, SLICE(""));
    }
}

void api_http_event(struct api_host *a, struct pump *p, const struct session_event *ev)
{
    struct call c = { .a = a, .p = p, .request = ev->detail };
    slice way_out = SLICE(API_UNSUBSCRIBE);
    if (slice_starts(c.request->path, way_out)) {
        unsubscribe(&c, slice_from(c.request->path, way_out.len));
    } else if (is_known(&c)) {
        route(&c);
    }
    buf_deinit(&c.body);
}
