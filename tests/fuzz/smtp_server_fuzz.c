/* smtp_server_fuzz.c - any bytes, any cut: no crash, and the same replies and letters each time. */
#include "sim/base/mem.h"
#include "sim/proto/smtp.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
    size_t mood = (moods >> (asked % 4 * 2)) & 3;
    if (ev->kind == SMTP_EV_AUTH && mood == 2) {
        mood = 1;
    }
    return answers[mood];
}

static void run(void *self, struct outq *out, struct buf *said, uint8_t moods, uint32_t *asked)
{
    const struct session_ops *ops = &smtp_server_ops;
    for (;;) {
        struct session_event ev;
        struct session_io io = { .out = out, .room = 1, .now = 0 };
        switch (ops->next(self, io, &ev)) {
        case STEP_EVENT:
            drain(out, said);
            buf_byte(said, (char)('0' + ev.kind));
            buf_add(said, ev.text);
            if (ev.message) {
                message_copy(ev.message, said);
            }
            if (ev.kind == SMTP_EV_AUTH || ev.kind == SMTP_EV_MAIL || ev.kind == SMTP_EV_RCPT ||
                ev.kind == SMTP_EV_MESSAGE) {
                ops->answer(self, io, decide(&ev, moods, (*asked)++));
            }
            break;
        case STEP_WANT_ROOM:
            drain(out, said);
            break;
        default:
            drain(out, said);
            return;
        }
    }
}

static void play(const uint8_t *head, slice input, size_t step, struct buf *said)
{
    struct smtp_server_config config = {
        .host = SLICE("mx.example.org"),
        .extensions = head[0] & SMTP_ALL,
        .auth_required = (head[0] & 32) != 0,
        .size_max = (head[0] & 64) != 0 ? 50 : 0,
    };
    const struct session_ops *ops = &smtp_server_ops;
    void *self = mem_alloc(ops->size);
    struct outq out;
    uint32_t asked = 0;
    outq_init(&out);
    ops->open(self, &config, (struct session_io){ .out = &out, .room = 1000, .now = 0 });
    run(self, &out, said, head[1], &asked);
    while (input.len > 0 && !slice_eq(slice_of(ops->state(self)), SLICE("S_GONE"))) {
        struct blob *b = blob_new(slice_sub(input, 0, step));
        input = slice_from(input, step);
        ops->feed(self, (struct chunk){ blob_slice(b), step == 1 ? NULL : b });
        run(self, &out, said, head[1], &asked);
        blob_unref(&b);
    }
    ops->eof(self);
    run(self, &out, said, head[1], &asked);
    assert(slice_eq(slice_of(ops->state(self)), SLICE("S_GONE")));
    ops->deinit(self);
    outq_deinit(&out);
    mem_free(self);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 4) {
        return 0;
    }
    slice input = { (const char *)data + 3, size - 3 };
    struct buf whole = { 0 }, parts = { 0 };
    play(data, input, input.len, &whole);
    play(data, input, 1 + data[2] % 50, &parts);
    assert(slice_eq(buf_slice(&whole), buf_slice(&parts)));
    buf_deinit(&whole);
    buf_deinit(&parts);
    return 0;
}
