/* The connection is lost after each single byte: nobody may be left in doubt that he is in doubt. */
#include "sim/base/mem.h"
#include "sim/proto/smtp.h"

#include <criterion/criterion.h>

struct seen {
    uint32_t ready, rcpts, sent, sent_ok, failed, failed_code, messages;
};

static void look(struct seen *seen, const struct session_event *ev)
{
    const struct smtp_reply *reply = ev->detail;
    switch (ev->kind) {
    case SMTP_EV_READY:
        seen->ready++;
        break;
    case SMTP_EV_RCPT_DONE:
        seen->rcpts++;
        break;
    case SMTP_EV_SENT:
        seen->sent++;
        seen->sent_ok += reply->code == 250;
        break;
    case SMTP_EV_FAILED:
        seen->failed++;
        seen->failed_code = reply->code;
        cr_expect_not_null(reply->after);
        break;
    case SMTP_EV_MESSAGE:
        seen->messages++;
        break;
    default:
        break;
    }
}

/* Until it waits; the client gives one letter, then quits; the server's host says yes. */
static enum step run(const struct session_ops *ops, void *self, struct session_io io,
                     const struct smtp_letter *letter, struct seen *seen)
{
    struct session_event ev;
    enum step step;
    while ((step = ops->next(self, io, &ev)) == STEP_EVENT) {
        look(seen, &ev);
        if (ev.kind == SMTP_EV_READY) {
            ops->tell(self, io, &(struct session_order){ ORDER_LETTER, letter });
        } else if (ev.kind == SMTP_EV_SENT) {
            ops->tell(self, io, &(struct session_order){ .kind = ORDER_QUIT });
        } else if (ev.kind == SMTP_EV_AUTH || ev.kind == SMTP_EV_MAIL || ev.kind == SMTP_EV_RCPT ||
                   ev.kind == SMTP_EV_MESSAGE) {
            ops->answer(self, io, (struct session_answer){ 0 });
        }
        outq_clear(io.out);
    }
    outq_clear(io.out);
    return step;
}

static struct seen play(const struct session_ops *ops, const void *config, slice bytes,
                        const struct smtp_letter *letter)
{
    struct seen seen = { 0 };
    void *self = mem_alloc(ops->size);
    struct outq out;
    outq_init(&out);
    struct session_io io = { .out = &out, .room = SIZE_MAX };
    ops->open(self, config, io);
    enum step step = run(ops, self, io, letter, &seen);
    if (bytes.len > 0) {
        ops->feed(self, (struct chunk){ bytes, NULL });
        step = run(ops, self, io, letter, &seen);
    }
    if (step != STEP_CLOSE) {
        ops->eof(self);
        step = run(ops, self, io, letter, &seen);
    }
    cr_expect_eq(step, STEP_CLOSE, "lost after %zu bytes", bytes.len);
    ops->deinit(self);
    outq_deinit(&out);
    mem_free(self);
    return seen;
}

Test(smtp_lost, client_after_any_byte)
{
    static const slice to[] = { SLICE_INIT("x@b.example"), SLICE_INIT("y@b.example") };
    static const slice dialogues[] = {
        SLICE_INIT("220 mx\r\n250-mx\r\n250 PIPELINING\r\n250 ok\r\n250 ok\r\n550 no\r\n"
                   "354 go\r\n250 queued\r\n221 bye\r\n"),
        SLICE_INIT("220 mx\r\n250 mx\r\n250 ok\r\n250 ok\r\n550 no\r\n354 go\r\n250 queued\r\n"
                   "221 bye\r\n"),
    };
    struct smtp_client_config config = { .host = SLICE("c.example"), .extensions = SMTP_ALL };
    struct smtp_letter letter = { .from = SLICE("a@a.example"), .to = to, .to_count = 2 };
    letter.message = message_from(SLICE("Subject: x\r\n\r\nhi\r\n"));
    for (size_t i = 0; i < COUNT(dialogues); i++) {
        size_t queued = slice_find(dialogues[i], SLICE("250 queued\r\n")) + 12;
        for (size_t n = 0; n <= dialogues[i].len; n++) {
            slice bytes = slice_sub(dialogues[i], 0, n);
            struct seen seen = play(&smtp_client_ops, &config, bytes, &letter);
            bool taken = n >= queued;
            cr_expect_eq(seen.sent_ok, taken, "dialogue %zu lost after %zu", i, n);
            cr_expect_eq(seen.sent, taken, "dialogue %zu lost after %zu", i, n);
            cr_expect_eq(seen.failed, !taken, "dialogue %zu lost after %zu", i, n);
            cr_expect_eq(seen.failed_code, 0);
            cr_expect_leq(seen.rcpts, 2);
        }
    }
    message_unref(&letter.message);
}

/* RFC 5321 3.8: 421 in the place of any reply. */
Test(smtp_lost, client_hears_421_at_any_moment)
{
    static const slice to[] = { SLICE_INIT("x@b.example") };
    static const slice replies[] = {
        SLICE_INIT("220 mx\r\n"), SLICE_INIT("250-mx\r\n250 AUTH PLAIN\r\n"),
        SLICE_INIT("235 ok\r\n"), SLICE_INIT("250 ok\r\n"),
        SLICE_INIT("250 ok\r\n"), SLICE_INIT("354 go\r\n"),
        SLICE_INIT("250 ok\r\n"), SLICE_INIT("221 bye\r\n"),
    };
    struct smtp_client_config config = { .host = SLICE("c.example"),
                                         .extensions = SMTP_ALL,
                                         .user = SLICE("u"),
                                         .password = SLICE("p") };
    struct smtp_letter letter = { .from = SLICE("a@a.example"), .to = to, .to_count = 1 };
    letter.message = message_from(SLICE("hi\r\n"));
    for (size_t at = 0; at < COUNT(replies); at++) {
        struct buf bytes = { 0 };
        for (size_t i = 0; i < at; i++) {
            buf_add(&bytes, replies[i]);
        }
        buf_addz(&bytes, "421-4.3.2 going\r\n421 4.3.2 down\r\n");
        struct seen seen = play(&smtp_client_ops, &config, buf_slice(&bytes), &letter);
        cr_expect_eq(seen.sent_ok, at == 7, "instead of reply %zu", at);
        cr_expect_eq(seen.failed, at < 7, "instead of reply %zu", at);
        cr_expect_eq(seen.failed_code, at < 7 ? 421 : 0, "instead of reply %zu", at);
        buf_deinit(&bytes);
    }
    message_unref(&letter.message);
}

Test(smtp_lost, server_after_any_byte)
{
    static const struct smtp_server_config config = { .host = SLICE_INIT("mx"),
                                                      .extensions = SMTP_ALL };
    slice bytes = SLICE("EHLO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nx\r\n..\r\n.\r\n"
                        "MAIL FROM:<>\r\nRCPT TO:<c@d>\r\nDATA\r\ny\r\n.\r\nQUIT\r\n");
    size_t first = slice_find(bytes, SLICE("\r\n.\r\n")) + 5;
    size_t second = slice_find(bytes, SLICE("y\r\n.\r\n")) + 6;
    for (size_t n = 0; n <= bytes.len; n++) {
        struct seen seen = play(&smtp_server_ops, &config, slice_sub(bytes, 0, n), NULL);
        cr_expect_eq(seen.messages, (n >= first) + (n >= second), "lost after %zu", n);
    }
}
