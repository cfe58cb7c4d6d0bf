/* http_fuzz.c - any bytes, cut anywhere, into the HTTP server (first byte even) or the client (odd).
 * The second byte is how long the pieces are; the host's answers come from it too. */
#include "sim/base/mem.h"
#include "sim/proto/http.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BODY_MAX 64

struct host {
    const struct session_ops *ops;
    void *self;
    struct outq out;
    unsigned choice;
    size_t asked;
};

static struct session_io io_of(struct host *h)
{
    return (struct session_io){ .out = &h->out, .room = 1 };
}

static void look_at(const struct http_message *m)
{
    slice value;
    assert(m->body.len <= BODY_MAX);
    assert(m->path.len + m->query.len <= m->target.len + 1);
    assert(!http_field(m->fields, SLICE("no such field"), &value) && value.len == 0);
}

static void answer(struct host *h)
{
    static const struct http_reply reply = { .type = SLICE_INIT("text/plain"),
                                             .body = SLICE_INIT("body") };
    static const uint16_t codes[] = { 0, 204, 404, 503 };
    h->choice = h->choice * 5 + 3;
    struct session_answer a = { .code = codes[h->choice / 2 % COUNT(codes)] };
    a.grant = h->choice % 2 ? (void *)(uintptr_t)&reply : NULL;
    h->ops->answer(h->self, io_of(h), a);
}

static void ask(struct host *h)
{
    static const slice methods[] = { SLICE_INIT("GET"), SLICE_INIT("HEAD"), SLICE_INIT("POST") };
    struct http_order order = { .method = methods[h->asked++ % COUNT(methods)],
                                .target = SLICE("/"),
                                .host = SLICE("h"),
                                .body = SLICE("x") };
    struct session_order o = { ORDER_REQUEST, &order };
    h->ops->tell(h->self, io_of(h), &o);
}

static void on_event(struct host *h, const struct session_event *ev)
{
    if (h->ops == &http_server_ops) {
        look_at(ev->detail);
        answer(h);
    } else if (ev->kind == HTTP_EV_RESPONSE) {
        look_at(ev->detail);
        ask(h);
    } else if (ev->kind == HTTP_EV_READY) {
        ask(h);
    } else {
        assert(ev->text.len > 0);
    }
}

/* false: it has closed. */
static bool run(struct host *h)
{
    for (;;) {
        struct session_event ev = { 0 };
        switch (h->ops->next(h->self, io_of(h), &ev)) {
        case STEP_EVENT:
            on_event(h, &ev);
            break;
        case STEP_WANT_ROOM:
            assert(h->out.size > 0);
            outq_clear(&h->out);
            break;
        case STEP_WANT_INPUT:
            outq_clear(&h->out);
            return true;
        case STEP_CLOSE:
            return false;
        default:
            assert(false); /* a step these sessions never take */
        }
        assert(h->ops->state(h->self));
    }
}

static void play(struct host *h, const void *config, slice bytes, size_t piece)
{
    h->self = mem_alloc(h->ops->size);
    h->ops->open(h->self, config, io_of(h));
    bool open = run(h);
    while (open && bytes.len > 0) {
        struct blob *b = blob_new(slice_sub(bytes, 0, piece));
        bytes = slice_from(bytes, piece);
        h->ops->feed(h->self, (struct chunk){ blob_slice(b), piece % 2 ? b : NULL });
        open = run(h);
        blob_unref(&b);
    }
    if (open) {
        h->ops->eof(h->self);
        open = run(h);
    }
    assert(!open);
    h->ops->deinit(h->self);
    mem_free(h->self);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct http_server_config server = { .body_max = BODY_MAX };
    static const struct http_client_config client = { .body_max = BODY_MAX };
    if (size < 2) {
        return 0;
    }
    struct host h = { .choice = data[1] };
    bool is_client = data[0] % 2 != 0;
    h.ops = is_client ? &http_client_ops : &http_server_ops;
    outq_init(&h.out);
    play(&h, is_client ? (const void *)&client : &server,
         (slice){ (const char *)data + 2, size - 2 }, data[1] + 1u);
    outq_deinit(&h.out);
    return 0;
}
