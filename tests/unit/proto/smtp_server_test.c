#include "sim/proto/smtp.h"

#include "sim/base/mem.h"
#include "tests/lib/dialogue_smtp.h"

#include <criterion/criterion.h>

Test(smtp_server, transcripts)
{
    static const struct dialogue_kind *const kinds[] = { &dialogue_smtp_server };
    dialogue_play_all("smtp_server", kinds, COUNT(kinds));
}

/* ---- every command in every state ---- */

enum at { AT_NEW, AT_READY, AT_MAIL, AT_RCPT, AT_REFUSED, AT_COUNT };
static const slice ways[AT_COUNT] = {
    [AT_NEW] = SLICE_INIT(""),
    [AT_READY] = SLICE_INIT("EHLO a\r\n"),
    [AT_MAIL] = SLICE_INIT("EHLO a\r\nMAIL FROM:<a@b>\r\n"),
    [AT_RCPT] = SLICE_INIT("EHLO a\r\nMAIL FROM:<a@b>\r\nRCPT TO:<ok@b>\r\n"),
    /* a refused recipient is no recipient */
    [AT_REFUSED] = SLICE_INIT("EHLO a\r\nMAIL FROM:<a@b>\r\nRCPT TO:<no@b>\r\n"),
};

static const struct {
    slice line;
    const char *replies[AT_COUNT]; /* with codes, before EHLO too: RFC 2034 4 */
    const char *then[AT_COUNT];
} orders[] = {
    { SLICE_INIT("HELO a\r\n"),
      { "250 mx", "250 mx", "250 mx", "250 mx", "250 mx" },
      { "S_READY", "S_READY", "S_READY", "S_READY", "S_READY" } },
    { SLICE_INIT("EHLO a\r\n"),
      { "250-mx", "250-mx", "250-mx", "250-mx", "250-mx" },
      { "S_READY", "S_READY", "S_READY", "S_READY", "S_READY" } },
    { SLICE_INIT("MAIL FROM:<x@y>\r\n"),
      { "503 5.5.1 HELO", "250 2.1.0", "503 5.5.1", "503 5.5.1", "503 5.5.1" },
      { "S_NEW", "S_MAIL", "S_MAIL", "S_RCPT", "S_MAIL" } },
    { SLICE_INIT("RCPT TO:<ok@y>\r\n"),
      { "503 5.5.1 HELO", "503 5.5.1", "250 2.1.5", "250 2.1.5", "250 2.1.5" },
      { "S_NEW", "S_READY", "S_RCPT", "S_RCPT", "S_RCPT" } },
    { SLICE_INIT("DATA\r\n"),
      { "503 5.5.1 HELO", "503 5.5.1", "554 5.5.1", "354 go", "554 5.5.1" },
      { "S_NEW", "S_READY", "S_MAIL", "S_DATA", "S_MAIL" } },
    { SLICE_INIT("AUTH PLAIN\r\n"),
      { "503 5.5.1 HELO", "334 \r\n", "503 5.5.1", "503 5.5.1", "503 5.5.1" },
      { "S_NEW", "S_AUTH", "S_MAIL", "S_RCPT", "S_MAIL" } },
    { SLICE_INIT("RSET\r\n"),
      { "250 2.0.0", "250 2.0.0", "250 2.0.0", "250 2.0.0", "250 2.0.0" },
      { "S_NEW", "S_READY", "S_READY", "S_READY", "S_READY" } },
    { SLICE_INIT("NOOP\r\n"),
      { "250 2.0.0", "250 2.0.0", "250 2.0.0", "250 2.0.0", "250 2.0.0" },
      { "S_NEW", "S_READY", "S_MAIL", "S_RCPT", "S_MAIL" } },
    { SLICE_INIT("VRFY x\r\n"),
      { "252 2.0.0", "252 2.0.0", "252 2.0.0", "252 2.0.0", "252 2.0.0" },
      { "S_NEW", "S_READY", "S_MAIL", "S_RCPT", "S_MAIL" } },
    { SLICE_INIT("HELP\r\n"),
      { "214-2.0.0", "214-2.0.0", "214-2.0.0", "214-2.0.0", "214-2.0.0" },
      { "S_NEW", "S_READY", "S_MAIL", "S_RCPT", "S_MAIL" } },
    { SLICE_INIT("EXPN x\r\n"),
      { "252 2.0.0", "252 2.0.0", "252 2.0.0", "252 2.0.0", "252 2.0.0" },
      { "S_NEW", "S_READY", "S_MAIL", "S_RCPT", "S_MAIL" } },
    { SLICE_INIT("TURN\r\n"),
      { "502 5.5.1", "502 5.5.1", "502 5.5.1", "502 5.5.1", "502 5.5.1" },
      { "S_NEW", "S_READY", "S_MAIL", "S_RCPT", "S_MAIL" } },
    { SLICE_INIT("BDAT 0\r\n"),
      { "503 5.5.1 HELO", "503 5.5.1 M", "554 5.5.1", "250 2.0.0", "554 5.5.1" },
      { "S_NEW", "S_READY", "S_MAIL", "S_MORE", "S_MAIL" } },
    { SLICE_INIT("XYZZY\r\n"),
      { "500 5.5.2", "500 5.5.2", "500 5.5.2", "500 5.5.2", "500 5.5.2" },
      { "S_NEW", "S_READY", "S_MAIL", "S_RCPT", "S_MAIL" } },
    { SLICE_INIT("QUIT\r\n"),
      { "221 2.0.0", "221 2.0.0", "221 2.0.0", "221 2.0.0", "221 2.0.0" },
      { "S_GONE", "S_GONE", "S_GONE", "S_GONE", "S_GONE" } },
};

/* Feeds whole lines; recipients "no@..." are refused. */
static void say(void *self, struct outq *out, slice lines)
{
    const struct session_ops *ops = &smtp_server_ops;
    struct session_io io = { .out = out, .room = SIZE_MAX };
    struct session_event ev;
    enum step step;
    ops->feed(self, (struct chunk){ lines, NULL });
    while ((step = ops->next(self, io, &ev)) == STEP_EVENT) {
        bool no = ev.kind == SMTP_EV_RCPT && slice_starts(ev.text, SLICE("no@"));
        if (ev.kind == SMTP_EV_RCPT || ev.kind == SMTP_EV_MAIL) {
            ops->answer(self, io, (struct session_answer){ .code = no ? 550 : 0 });
        } else if (ev.kind == SMTP_EV_VRFY || ev.kind == SMTP_EV_EXPN) {
            ops->answer(self, io, (struct session_answer){ 0 });
        }
    }
}

static void expect_order(size_t row, size_t at)
{
    static const struct smtp_server_config config = { .host = SLICE_INIT("mx"),
                                                      .extensions = SMTP_ALL | SMTP_CHUNKING };
    const struct session_ops *ops = &smtp_server_ops;
    void *self = mem_alloc(ops->size);
    struct outq out;
    outq_init(&out);
    ops->open(self, &config, (struct session_io){ .out = &out, .room = SIZE_MAX, .now = 0 });
    say(self, &out, ways[at]);
    outq_clear(&out);
    say(self, &out, orders[row].line);
    struct buf got = { 0 };
    struct chunk c;
    while (outq_take(&out, SIZE_MAX, &c)) {
        buf_add(&got, c.bytes);
        blob_unref(&c.owner);
    }
    cr_expect(slice_starts(buf_slice(&got), slice_of(orders[row].replies[at])),
              "%.*s in state %zu: %s", SLICE_ARG(orders[row].line), at, buf_z(&got));
    cr_expect_str_eq(ops->state(self), orders[row].then[at], "%.*s in state %zu",
                     SLICE_ARG(orders[row].line), at);
    buf_deinit(&got);
    ops->deinit(self);
    outq_deinit(&out);
    mem_free(self);
}

Test(smtp_server, every_command_in_every_state)
{
    for (size_t i = 0; i < COUNT(orders); i++) {
        for (size_t at = 0; at < AT_COUNT; at++) {
            expect_order(i, at);
        }
    }
}

/* ---- limits ---- */

Test(smtp_server, takes_so_many_recipients_and_no_more)
{
    static const struct smtp_server_config config = { .host = SLICE_INIT("mx") };
    const struct session_ops *ops = &smtp_server_ops;
    void *self = mem_alloc(ops->size);
    struct outq out;
    outq_init(&out);
    ops->open(self, &config, (struct session_io){ .out = &out, .room = SIZE_MAX, .now = 0 });
    say(self, &out, SLICE("HELO a\r\nMAIL FROM:<>\r\n"));
    for (size_t i = 0; i < SMTP_RCPT_MAX; i++) {
        say(self, &out, SLICE("RCPT TO:<ok@b>\r\n"));
        say(self, &out, SLICE("RCPT TO:<no@b>\r\n")); /* refused ones do not count */
    }
    outq_clear(&out);
    say(self, &out, SLICE("RCPT TO:<ok@b>\r\n"));
    struct chunk c;
    cr_assert(outq_take(&out, SIZE_MAX, &c));
    /* 4.5.3.1.10; the code "4.5.3" is cut out */
    cr_expect(slice_eq(c.bytes, SLICE("452 too many recipients\r\n")));
    blob_unref(&c.owner);
    say(self, &out, SLICE("DATA\r\n"));
    cr_expect_str_eq(ops->state(self), "S_DATA", "those taken are taken");
    ops->deinit(self);
    outq_deinit(&out);
    mem_free(self);
}

Test(smtp_server, ordinary_commands_allocate_nothing_and_copy_no_literal)
{
    static const struct smtp_server_config config = { .host = SLICE_INIT("mx"),
                                                      .extensions = SMTP_ALL };
    const struct session_ops *ops = &smtp_server_ops;
    void *self = mem_alloc(ops->size);
    struct outq out;
    outq_init(&out);
    ops->open(self, &config, (struct session_io){ .out = &out, .room = SIZE_MAX, .now = 0 });
    say(self, &out, ways[AT_RCPT]);
    outq_clear(&out);
    static const slice lines[] = { SLICE_INIT("NOOP\r\n"), SLICE_INIT("RCPT TO:<ok@b>\r\n"),
                                   SLICE_INIT("RSET\r\n"), SLICE_INIT("BOGUS\r\n") };
    for (size_t i = 0; i < COUNT(lines); i++) {
        say(self, &out, lines[i]);
        cr_assert_eq(out.count, 1);
        cr_expect_null(outq_peek(&out, 0)->owner, "reply %zu is a literal", i);
        outq_clear(&out);
    }
    ops->deinit(self);
    outq_deinit(&out);
    mem_free(self);
}
