#include "sim/proto/pop3.h"

#include "sim/base/mem.h"
#include "sim/mail/message.h"
#include "tests/lib/dialogue_pop3.h"

#include <criterion/criterion.h>

Test(pop3_server, transcripts)
{
    static const struct dialogue_kind *const kinds[] = { &dialogue_pop3_server };
    dialogue_play_all("pop3_server", kinds, COUNT(kinds));
}

#define BIG  (1u << 20)
#define ROOM 10000u

/* What of `out` lies in the letter's own blob; asserts that no call queued much more than its room. */
static size_t take_shared(struct outq *out, const struct blob *body)
{
    size_t shared = 0;
    struct chunk c;
    cr_assert(out->size <= ROOM + 64, "%zu", out->size);
    while (outq_take(out, SIZE_MAX, &c)) {
        shared += c.owner == body ? c.bytes.len : 0;
        blob_unref(&c.owner);
    }
    return shared;
}

Test(pop3_server, a_big_letter_goes_by_reference_and_by_room)
{
    static const struct pop3_server_config config = { .host = SLICE_INIT("h"),
                                                      .offers = POP3_USUAL };
    struct mailbox m;
    struct buf text = { 0 };
    mailbox_init(&m, SLICE("INBOX"), 1);
    for (size_t i = 0; i < BIG / 64; i++) {
        buf_fill(&text, i % 100 == 0 ? '.' : 'x', 62);
        buf_addz(&text, "\r\n");
    }
    struct message *letter = message_from(buf_slice(&text));
    const struct blob *body = letter->parts[0].owner;
    (void)mailbox_append(&m, letter, 0, 0, 0, 0);
    buf_deinit(&text);

    struct outq out;
    outq_init(&out);
    struct session_io io = { .out = &out, .room = ROOM };
    void *self = mem_alloc(pop3_server_ops.size);
    pop3_server_ops.open(self, &config, io);
    pop3_server_ops.feed(self,
                         (struct chunk){ SLICE("USER bob\r\nPASS x\r\nRETR 1\r\nQUIT\r\n"), NULL });
    size_t shared = 0;
    size_t calls = 0;
    for (enum step step = STEP_EVENT; step != STEP_CLOSE; calls++) {
        struct session_event ev = { 0 };
        step = pop3_server_ops.next(self, io, &ev);
        if (step == STEP_EVENT && ev.kind == POP3_EV_LOGIN) {
            pop3_server_ops.answer(self, io, (struct session_answer){ .grant = &m });
        }
        shared += take_shared(&out, body);
    }
    cr_expect_eq(shared, BIG, "every octet of the letter, and none copied");
    cr_expect(calls >= BIG / ROOM);
    pop3_server_ops.deinit(self);
    mem_free(self);
    outq_deinit(&out);
    mailbox_deinit(&m);
}
