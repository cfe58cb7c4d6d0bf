/* A letter goes through two servers, which may differ in what a bare LF is to them: SMTP smuggling
 * (CVE-2023-51764), from the bytes of a stranger to the letters in the second server's hands. */
#include "sim/base/mem.h"
#include "sim/proto/smtp.h"

#include <criterion/criterion.h>

static const struct session_ops *const servers = &smtp_server_ops;

struct side {
    const struct session_ops *ops;
    void *self;
    struct outq out;
    struct session_io io;
    struct message *letters[4];
    size_t count;
    uint16_t refused; /* the last code that the session itself refused with */
    bool ready, sent;
    struct smtp_reply reply; /* a client's: of the letter */
};

static void side_open(struct side *s, const struct session_ops *ops, const void *config)
{
    *s = (struct side){ .ops = ops, .self = mem_alloc(ops->size) };
    outq_init(&s->out);
    s->io = (struct session_io){ .out = &s->out, .room = SIZE_MAX };
    ops->open(s->self, config, s->io);
}

static void side_close(struct side *s)
{
    for (size_t i = 0; i < s->count; i++) {
        message_unref(&s->letters[i]);
    }
    s->ops->deinit(s->self);
    outq_deinit(&s->out);
    mem_free(s->self);
}

/* Everything that next() has to say. */
static void run(struct side *s)
{
    struct session_event ev;
    while (s->ops->next(s->self, s->io, &ev) == STEP_EVENT) {
        switch (ev.kind) {
        case SMTP_EV_MESSAGE:
            cr_assert_lt(s->count, COUNT(s->letters));
            s->letters[s->count++] = message_ref(ev.message);
            /* fall through */
        case SMTP_EV_MAIL:
        case SMTP_EV_RCPT:
            s->ops->answer(s->self, s->io, (struct session_answer){ 0 });
            break;
        case SMTP_EV_SYNTAX:
            s->refused = (uint16_t)ev.number;
            break;
        case SMTP_EV_READY:
            s->ready = true;
            break;
        case SMTP_EV_SENT:
            s->sent = true;
            s->reply.code = ((const struct smtp_reply *)ev.detail)->code;
            break;
        default:
            break;
        }
    }
}

static void hand_over(struct side *from, struct side *to)
{
    struct chunk c;
    while (outq_take(&from->out, SIZE_MAX, &c)) {
        to->ops->feed(to->self, c);
        run(to);
        blob_unref(&c.owner);
    }
}

static void talk(struct side *client, struct side *server)
{
    while (client->out.count > 0 || server->out.count > 0) {
        hand_over(server, client);
        hand_over(client, server);
    }
}

/* The letter as the second server has it from the first; how many it sees, and how it refused. */
static size_t relay(struct message *letter, enum smtp_bare bare, uint32_t extensions,
                    uint16_t *code_r)
{
    const struct smtp_server_config there = { .host = SLICE_INIT("mx.example.net"),
                                              .extensions = extensions,
                                              .bare = bare };
    const struct smtp_client_config here = { .host = SLICE_INIT("mx.example.org"),
                                             .extensions = extensions };
    const slice to = SLICE("bob@example.net");
    const struct smtp_letter order = {
        .from = SLICE("a@a.example"), .to = &to, .to_count = 1, .message = letter
    };
    struct side server, client;
    side_open(&server, servers, &there);
    side_open(&client, &smtp_client_ops, &here);
    run(&client);
    talk(&client, &server);
    cr_assert(client.ready);
    client.ops->tell(client.self, client.io, &(struct session_order){ ORDER_LETTER, &order });
    run(&client);
    talk(&client, &server);
    cr_expect(client.sent);
    *code_r = client.reply.code;
    size_t count = server.count;
    side_close(&client);
    side_close(&server);
    return count;
}

#define SMUGGLED(end)                                                                              \
    "one\r\n" end "MAIL FROM:<boss@a.example>\r\nRCPT TO:<bob@example.net>\r\nDATA\r\ntwo\r\n"

Test(smtp_smuggled, one_letter_is_two_where_two_servers_differ)
{
    static const struct {
        const char *why;
        enum smtp_bare first, second;
        uint32_t extensions;
        slice text;
        size_t taken, seen; /* by the first server, by the second */
        uint16_t code;      /* what the first gets from the second */
    } rows[] = {
        { "LF . LF", SMTP_BARE_KEEP, SMTP_BARE_END, 0, SLICE_INIT(SMUGGLED("\n.\n")), 1, 2, 250 },
        { "LF . CR LF", SMTP_BARE_KEEP, SMTP_BARE_END, 0, SLICE_INIT(SMUGGLED("\n.\r\n")), 1, 2,
          250 },
        { "CR LF . LF, whose dot the first server has taken away", SMTP_BARE_KEEP, SMTP_BARE_END,
          SMTP_PIPELINING, SLICE_INIT(SMUGGLED(".\n")), 1, 1, 250 },
        { "a first server that refuses", SMTP_BARE_REFUSE, SMTP_BARE_END, 0,
          SLICE_INIT(SMUGGLED("\n.\n")), 0, 0, 0 },
        { "a second server that refuses", SMTP_BARE_KEEP, SMTP_BARE_REFUSE, 0,
          SLICE_INIT(SMUGGLED("\n.\n")), 1, 0, 554 },
        { "two that keep", SMTP_BARE_KEEP, SMTP_BARE_KEEP, 0, SLICE_INIT(SMUGGLED("\n.\n")), 1, 1,
          250 },
        { "two that end: both see two, and nobody is deceived", SMTP_BARE_END, SMTP_BARE_END, 0,
          SLICE_INIT(SMUGGLED("\n.\n")), 2, 1, 250 },
        { "octets that are counted", SMTP_BARE_KEEP, SMTP_BARE_END, SMTP_CHUNKING,
          SLICE_INIT(SMUGGLED("\n.\n")), 1, 1, 250 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct smtp_server_config config = { .host = SLICE_INIT("mx.example.org"),
                                                   .bare = rows[i].first };
        struct side first;
        side_open(&first, servers, &config);
        struct buf said = { 0 };
        buf_addz(&said,
                 "HELO a\r\nMAIL FROM:<a@a.example>\r\nRCPT TO:<bob@example.net>\r\nDATA\r\n");
        buf_add(&said, rows[i].text);
        buf_addz(&said, ".\r\n");
        first.ops->feed(first.self, (struct chunk){ buf_slice(&said), NULL });
        run(&first);
        cr_expect_eq(first.count, rows[i].taken, "%s: %zu", rows[i].why, first.count);
        cr_expect_eq(first.refused, rows[i].taken == 0 ? 554 : 0, "%s", rows[i].why);
        for (size_t n = 0; n < first.count && n < 1; n++) {
            uint16_t code;
            size_t seen = relay(first.letters[n], rows[i].second, rows[i].extensions, &code);
            cr_expect_eq(seen, rows[i].seen, "%s: %zu", rows[i].why, seen);
            cr_expect_eq(code, rows[i].code, "%s: %u", rows[i].why, code);
        }
        side_close(&first);
        buf_deinit(&said);
    }
}
