/* smtp_server_fuzz.c - any bytes, any cut: no crash, and the same replies and letters each time. */
#include "sim/base/mem.h"
#include "sim/proto/sasl.h"
#include "sim/proto/smtp.h"
#include "tests/fuzz/upgrade.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HEAD 4 /* octets that say how the server is configured, and of what mood its host is */

static void drain(struct outq *out, struct buf *said)
{
    struct chunk c;
    while (outq_take(out, SIZE_MAX, &c)) {
        buf_add(said, c.bytes);
        blob_unref(&c.owner);
    }
}

/* The host refuses now and then, as its byte says. */
static struct session_answer decide(const struct session_event *ev, uint8_t moods, uint32_t asked)
{
    static const struct session_answer answers[] = {
        { 0, { 0 }, NULL },
        { 550, SLICE_INIT("5.1.1 no such user"), NULL },
        { 0, SLICE_INIT("2.1.5 in\nmany lines"), NULL },
        { 451, { 0 }, NULL },
    };
    static const struct sasl_secret secret = { .password = SLICE_INIT("sesame"),
                                               .nonce = SLICE_INIT("nonce"),
                                               .salt = SLICE_INIT("salt"),
                                               .iterations = 1 };
    size_t mood = (moods >> (asked % 4 * 2)) & 3;
    if (ev->kind == SMTP_EV_SECRET) {
        return (struct session_answer){ .code = mood == 1 ? 535 : 0,
                                        .grant = mood == 3 ? NULL : (void *)(uintptr_t)&secret };
    }
    if (ev->kind == SMTP_EV_AUTH && mood == 2) {
        mood = 1;
    }
    return answers[mood];
}

static bool asks(uint16_t kind)
{
    return kind == SMTP_EV_AUTH || kind == SMTP_EV_MAIL || kind == SMTP_EV_RCPT ||
           kind == SMTP_EV_MESSAGE || kind == SMTP_EV_CONNECT || kind == SMTP_EV_VRFY ||
           kind == SMTP_EV_EXPN || kind == SMTP_EV_SECRET;
}

struct host {
    void *self;
    struct outq out;
    struct buf *said;
    uint32_t asked;
    uint8_t moods;
    const struct session_tls *tls; /* NULL: not yet */
};

/* true: TLS is wanted; *unread_r octets of the chunk came behind that. */
static bool run(struct host *h, size_t *unread_r)
{
    const struct session_ops *ops = &smtp_server_ops;
    struct outq *out = &h->out;
    struct buf *said = h->said;
    for (;;) {
        struct session_event ev;
        struct session_io io = { .out = out, .room = 1, .now = 0, .tls = h->tls };
        switch (ops->next(h->self, io, &ev)) {
        case STEP_EVENT:
            drain(out, said);
            buf_byte(said, (char)('0' + ev.kind));
            buf_add(said, ev.text);
            if (ev.message) {
                message_copy(ev.message, said);
            }
            if (asks(ev.kind)) {
                ops->answer(h->self, io, decide(&ev, h->moods, h->asked++));
            }
            break;
        case STEP_WANT_ROOM:
            drain(out, said);
            break;
        case STEP_UPGRADE:
            drain(out, said);
            *unread_r = ev.text.len;
            return true;
        default:
            drain(out, said);
            return false;
        }
    }
}

static bool gone(const struct host *h)
{
    return slice_eq(slice_of(smtp_server_ops.state(h->self)), SLICE("S_GONE"));
}

/* What is left of the input when TLS has come up, or failed. */
static slice secure(struct host *h, slice rest)
{
    size_t none;
    if (fuzz_upgrade(&smtp_server_ops, h->self, (struct session_io){ .out = &h->out }, &rest,
                     &h->tls)) {
        bool again = run(h, &none);
        assert(!again);
    }
    return rest;
}

static void play(const uint8_t *head, slice input, size_t step, struct buf *said)
{
    struct smtp_server_config config = {
        .host = SLICE("mx.example.org"),
        .extensions = head[0] & (SMTP_PIPELINING | SMTP_SIZE | SMTP_8BITMIME |
                                 SMTP_ENHANCEDSTATUSCODES | SMTP_AUTH),
        .auth_required = (head[0] & 32) != 0,
        .size_max = (head[0] & 64) != 0 ? 50 : 0,
        .tls_required = (head[2] & 128) != 0,
        .bare = (enum smtp_bare)(head[3] % 3),
        .asks_at_connect = (head[3] & 128) != 0,
        .auth_needs_tls = (head[3] & 64) != 0,
        .mechanisms = (head[3] & 32) != 0 ? SASL_ALL : 0,
    };
    config.extensions |= (head[3] & 16) != 0 ? SMTP_CHUNKING | SMTP_DSN | SMTP_SMTPUTF8 : 0;
    config.extensions |= (head[0] & 128) != 0 ? SMTP_STARTTLS : 0;
    const struct session_ops *ops = &smtp_server_ops;
    struct host h = { .self = mem_alloc(ops->size), .said = said, .moods = head[1] };
    size_t unread = 0;
    outq_init(&h.out);
    ops->open(h.self, &config, (struct session_io){ .out = &h.out, .room = 1000, .now = 0 });
    (void)run(&h, &unread);
    while (input.len > 0 && !gone(&h)) {
        struct blob *b = blob_new(slice_sub(input, 0, step));
        ops->feed(h.self, (struct chunk){ blob_slice(b), step == 1 ? NULL : b });
        if (run(&h, &unread)) {
            input = secure(&h, slice_from(input, blob_slice(b).len - unread));
        } else {
            input = slice_from(input, step);
        }
        blob_unref(&b);
    }
    ops->eof(h.self);
    (void)run(&h, &unread);
    assert(gone(&h));
    ops->deinit(h.self);
    outq_deinit(&h.out);
    mem_free(h.self);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < HEAD + 1) {
        return 0;
    }
    slice input = { (const char *)data + HEAD, size - HEAD };
    struct buf whole = { 0 }, parts = { 0 };
    play(data, input, input.len, &whole);
    play(data, input, 1 + data[2] % 50, &parts);
    assert(slice_eq(buf_slice(&whole), buf_slice(&parts)));
    buf_deinit(&whole);
    buf_deinit(&parts);
    return 0;
}
