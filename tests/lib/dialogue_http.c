/* dialogue_http.c - HTTP sessions for the transcript runner. */
#include "tests/lib/dialogue_http.h"

#include "sim/proto/http.h"
#include "tests/lib/dialogue_adapter.h"

#include <criterion/criterion.h>

#define BODY_MAX   2000
#define BODY_SHOWN 300 /* a longer one is logged by its size */

static void add_word(struct buf *log, slice s)
{
    buf_byte(log, ' ');
    if (s.len > BODY_SHOWN) {
        fmt_size(log, s.len);
    } else if (s.len > 0) {
        dialogue_escape(log, s);
    } else {
        buf_byte(log, '-');
    }
}

/* ---- server ---- */

struct server_world {
    struct http_server_config config;
    struct http_reply reply;
    struct buf body;
};

static void server_begin(void *world)
{
    struct http_server_config *c = &((struct server_world *)world)->config;
    c->body_max = BODY_MAX;
    cr_assert(parse_rfc3339(SLICE("2026-09-07T09:00:00Z"), &c->unix_start));
}

static bool server_setup(void *world, slice name, slice value)
{
    struct http_server_config *c = &((struct server_world *)world)->config;
    const struct dialogue_key keys[] = {
        { "server", .text = &c->server },
        { "body_max", .size = &c->body_max },
        { "timeout", .time = &c->timeout },
    };
    return dialogue_set(keys, COUNT(keys), name, value);
}

static bool server_event(void *world, const struct session_event *ev, struct buf *log)
{
    const struct http_message *m = ev->detail;
    (void)world;
    cr_expect(slice_eq(ev->text, m->path));
    buf_addz(log, "request ");
    buf_add(log, m->method);
    add_word(log, m->host);
    add_word(log, m->path);
    add_word(log, m->query);
    add_word(log, m->type);
    add_word(log, m->body);
    return true;
}

static struct session_answer server_decide(void *world, const struct session_event *ev,
                                           slice decision)
{
    struct server_world *w = world;
    struct session_answer a = dialogue_answer(decision);
    (void)ev;
    slice body = a.text, type = slice_word(&body);
    if (slice_starts(type, SLICE("type="))) {
        buf_clear(&w->body);
        dialogue_unescape(&w->body, slice_trim(body));
        w->reply.type = slice_from(type, 5);
        w->reply.body = buf_slice(&w->body);
        w->reply.fields = a.code == 405 ? SLICE("Allow: GET, HEAD\r\n") : SLICE("");
        a.grant = &w->reply;
    }
    return a;
}

static void server_end(void *world)
{
    struct server_world *w = world;
    buf_deinit(&w->body);
}

const struct dialogue_kind dialogue_http_server = {
    .ops = &http_server_ops,
    .world_size = sizeof(struct server_world),
    .begin = server_begin,
    .setup = server_setup,
    .event = server_event,
    .decide = server_decide,
    .end = server_end,
};

/* ---- client ---- */

struct client_world {
    struct http_client_config config;
    struct http_order order;
    struct buf body;
};

static void client_begin(void *world)
{
    ((struct client_world *)world)->config.body_max = BODY_MAX;
}

static bool client_setup(void *world, slice name, slice value)
{
    struct http_client_config *c = &((struct client_world *)world)->config;
    const struct dialogue_key keys[] = {
        { "agent", .text = &c->agent },
        { "body_max", .size = &c->body_max },
        { "timeout", .time = &c->timeout },
    };
    return dialogue_set(keys, COUNT(keys), name, value);
}

static bool client_event(void *world, const struct session_event *ev, struct buf *log)
{
    const struct http_message *m = ev->detail;
    (void)world;
    switch ((enum http_client_event)ev->kind) {
    case HTTP_EV_READY:
        buf_addz(log, "ready");
        break;
    case HTTP_EV_RESPONSE:
        cr_expect_eq(ev->number, m->status);
        buf_addz(log, "response ");
        fmt_u64(log, m->status);
        add_word(log, m->type);
        add_word(log, m->body);
        buf_addz(log, m->close ? " close" : "");
        break;
    case HTTP_EV_FAILED:
        buf_addz(log, "failed ");
        buf_add(log, ev->text);
        break;
    }
    return false;
}

static bool client_act(void *world, slice text, struct session_order *order_r)
{
    struct client_world *w = world;
    slice verb = slice_word(&text);
    bool post = slice_eq(verb, SLICE("post")), head = slice_eq(verb, SLICE("head"));
    w->order = (struct http_order){ .method = post   ? SLICE("POST")
                                              : head ? SLICE("HEAD")
                                                     : SLICE("GET"),
                                    .close = slice_eq(verb, SLICE("last")) };
    w->order.host = slice_word(&text);
    w->order.target = slice_word(&text);
    w->order.type = slice_word(&text);
    buf_clear(&w->body);
    dialogue_unescape(&w->body, slice_trim(text));
    w->order.body = buf_slice(&w->body);
    *order_r = (struct session_order){ ORDER_REQUEST, &w->order };
    return post || head || w->order.close || slice_eq(verb, SLICE("get"));
}

static void client_end(void *world)
{
    struct client_world *w = world;
    buf_deinit(&w->body);
}

const struct dialogue_kind dialogue_http_client = {
    .ops = &http_client_ops,
    .client = true,
    .world_size = sizeof(struct client_world),
    .begin = client_begin,
    .setup = client_setup,
    .event = client_event,
    .act = client_act,
    .end = client_end,
};
