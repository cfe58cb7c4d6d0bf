/* smtp_client_fuzz.c - whatever a server says, in any cut: no crash, and the same commands and
 * events each time. */
#include "sim/base/mem.h"
#include "sim/proto/sasl.h"
#include "sim/proto/smtp.h"
#include "tests/fuzz/upgrade.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LETTERS 3

struct host {
    const struct session_ops *ops;
    void *self;
    struct outq out;
    struct buf *said;
    struct smtp_letter letter;
    uint32_t given;
    bool closed;
    const struct session_tls *tls; /* NULL: not yet */
};

static void drain(struct host *h)
{
    struct chunk c;
    while (outq_take(&h->out, SIZE_MAX, &c)) {
        buf_add(h->said, c.bytes);
        blob_unref(&c.owner);
    }
}

/* Orders are given at once, so that it is never idle with bytes unread. */
static void order(struct host *h, struct session_io io)
{
    struct session_order o = { .kind = ORDER_QUIT };
    if (h->given < LETTERS) {
        h->given++;
        o = (struct session_order){ .kind = ORDER_LETTER, .detail = &h->letter };
    }
    h->ops->tell(h->self, io, &o);
}

static void on_event(struct host *h, struct session_io io, const struct session_event *ev)
{
    drain(h);
    buf_byte(h->said, (char)ev->kind);
    if (ev->kind != SMTP_EV_READY) {
        const struct smtp_reply *reply = ev->detail;
        fmt_u64(h->said, reply->code);
        buf_add(h->said, reply->text);
        buf_addz(h->said, reply->after);
    }
    if (ev->kind == SMTP_EV_READY || ev->kind == SMTP_EV_SENT) {
        order(h, io);
    }
}

/* true: TLS is wanted; *unread_r octets of the chunk came behind that. */
static bool run(struct host *h, size_t *unread_r)
{
    while (!h->closed) {
        struct session_event ev;
        struct session_io io = { .out = &h->out, .room = 7, .now = 0, .tls = h->tls };
        switch (h->ops->next(h->self, io, &ev)) {
        case STEP_EVENT:
            on_event(h, io, &ev);
            break;
        case STEP_WANT_ROOM:
            drain(h);
            break;
        case STEP_CLOSE:
            h->closed = true;
            break;
        case STEP_UPGRADE:
            drain(h);
            *unread_r = ev.text.len;
            return true;
        default:
            drain(h);
            return false;
        }
    }
    drain(h);
    return false;
}

/* What is left of the input when TLS has come up, or failed. */
static slice secure(struct host *h, slice rest)
{
    size_t none;
    if (fuzz_upgrade(h->ops, h->self, (struct session_io){ .out = &h->out }, &rest, &h->tls)) {
        bool again = run(h, &none);
        assert(!again);
    }
    return rest;
}

static void play(const uint8_t *head, slice input, size_t step, struct sasl_keys *keys,
                 struct buf *said)
{
    static const slice to[] = { SLICE_INIT("x@example.org"), SLICE_INIT("y@example.org") };
    static const struct smtp_asked asked[] = { { .notify = SMTP_NOTIFY_NEVER },
                                               { .orcpt = SLICE_INIT("rfc822;y") } };
    struct smtp_client_config config = { .host = SLICE("client.example"),
                                         .extensions = head[0] & SMTP_ALL };
    config.tls = (enum tls_policy)(head[1] % 3);
    if (head[0] & 32) {
        config.user = SLICE("alice");
        config.password = SLICE("sesame");
        config.mechanisms = head[1] & 128 ? SASL_ALL : SASL_PLAIN;
        config.nonce = SLICE("rOprNGfwEbeRWgbNEkqO");
        config.keys = keys;
    }
    if (head[0] & 128) {
        config.extensions |= SMTP_CHUNKING | SMTP_DSN | SMTP_SMTPUTF8;
    }
    struct host h = { .ops = &smtp_client_ops, .said = said };
    h.self = mem_alloc(h.ops->size);
    h.letter = (struct smtp_letter){
        .from = SLICE("a@example.com"),
        .to = to,
        .to_count = COUNT(to),
        .message = message_from(SLICE("Subject: x\r\n\r\n.dot\r\n")),
        .body_8bit = (head[0] & 64) != 0,
        .ret = SMTP_RET_HDRS,
        .asked = asked,
    };
    size_t unread = 0;
    outq_init(&h.out);
    h.ops->open(h.self, &config, (struct session_io){ .out = &h.out, .room = 1000, .now = 0 });
    (void)run(&h, &unread);
    while (input.len > 0 && !h.closed) {
        struct blob *b = blob_new(slice_sub(input, 0, step));
        h.ops->feed(h.self, (struct chunk){ blob_slice(b), step == 1 ? NULL : b });
        if (run(&h, &unread)) {
            input = secure(&h, slice_from(input, blob_slice(b).len - unread));
        } else {
            input = slice_from(input, step);
        }
        blob_unref(&b);
    }
    if (!h.closed) {
        h.ops->eof(h.self);
        (void)run(&h, &unread);
    }
    assert(h.closed);
    h.ops->deinit(h.self);
    message_unref(&h.letter.message);
    outq_deinit(&h.out);
    mem_free(h.self);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3) {
        return 0;
    }
    slice input = { (const char *)data + 2, size - 2 };
    struct buf whole = { 0 }, parts = { 0 };
    struct sasl_keys keys = { 0 };
    play(data, input, input.len, &keys, &whole);
    play(data, input, 1 + data[1] % 50, &keys, &parts);
    assert(slice_eq(buf_slice(&whole), buf_slice(&parts)));
    buf_deinit(&whole);
    buf_deinit(&parts);
    return 0;
}
