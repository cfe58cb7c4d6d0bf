#include "sim/base/mem.h"
#include "sim/proto/imap.h"
#include "tests/lib/dialogue_imap.h"

#include <criterion/criterion.h>

Test(imap_server, keeps_to_its_transcripts)
{
    static const struct dialogue_kind *const kinds[] = { &dialogue_imap_server };
    dialogue_play_all("imap_server", kinds, COUNT(kinds));
}

#define LETTERS     50
#define LETTER_SIZE 10000
#define ROOM        25000

static void fill(struct mailbox *box)
{
    struct buf text = { 0 };
    buf_fill(&text, 'x', LETTER_SIZE);
    struct message *m = message_from(buf_slice(&text));
    for (size_t i = 0; i < LETTERS; i++) {
        (void)mailbox_append(box, message_ref(m), 0, 0, 0, 0);
    }
    message_unref(&m);
    buf_deinit(&text);
}

/* As a pump lends it: what waits already is room no more. */
static struct session_io lend(struct outq *out)
{
    return (struct session_io){ .out = out, .room = out->size < ROOM ? ROOM - out->size : 0 };
}

static enum step run(void *self, struct outq *out, struct account *a)
{
    struct session_event ev;
    enum step step;
    while ((step = imap_server_ops.next(self, lend(out), &ev)) == STEP_EVENT) {
        if (ev.kind == IMAP_EV_LOGIN) {
            imap_server_ops.answer(self, lend(out), (struct session_answer){ .grant = a });
        }
    }
    return step;
}

/* A slow reader of a big mailbox: what waits is never more than the room and one response. */
Test(imap_server, stops_where_there_is_no_room)
{
    static const struct imap_server_config config = { .host = SLICE_INIT("h") };
    struct arena arena;
    struct directory directory;
    struct outq out;
    size_t sent = 0, stops = 0;
    arena_init(&arena);
    directory_init(&directory, &arena, SLICE("example.org"));
    struct account *a =
        directory_add(&directory, SLICE("alice"), SLICE("example.org"), SLICE("secret"));
    fill(a->boxes[0]);
    outq_init(&out);
    void *self = mem_alloc(imap_server_ops.size);
    imap_server_ops.open(self, &config, lend(&out));
    struct blob *b =
        blob_new(SLICE("1 LOGIN alice secret\r\n2 SELECT INBOX\r\n3 FETCH 1:* RFC822\r\n"));
    imap_server_ops.feed(self, (struct chunk){ blob_slice(b), b });
    while (run(self, &out, a) == STEP_WANT_ROOM) {
        cr_assert_leq(out.size, ROOM + LETTER_SIZE + 1000);
        sent += out.size;
        stops++;
        outq_clear(&out);
    }
    sent += out.size;
    cr_expect_geq(sent, LETTERS * LETTER_SIZE);
    cr_expect_geq(stops, LETTERS * LETTER_SIZE / (ROOM + LETTER_SIZE + 1000));
    imap_server_ops.deinit(self);
    mem_free(self);
    blob_unref(&b);
    outq_deinit(&out);
    directory_deinit(&directory);
    arena_deinit(&arena);
}
