#include "sim/base/mem.h"
#include "sim/proto/imap.h"
#include "tests/lib/dialogue_imap.h"

#include <criterion/criterion.h>

Test(imap_client, keeps_to_its_transcripts)
{
    static const struct dialogue_kind *const kinds[] = { &dialogue_imap_client };
    dialogue_play_all("imap_client", kinds, COUNT(kinds));
}

/* The host gives an order that cannot be sent, and goes before it has heard so. */
Test(imap_client, farewell_is_the_last_word)
{
    static const slice greeting = SLICE_INIT("* PREAUTH [CAPABILITY IMAP4rev1] welcome\r\n");
    static const slice bye = SLICE_INIT("* BYE\r\na1 OK done\r\n");
    const struct imap_client_config config = { .user = SLICE("alice") };
    const struct imap_copy copy = { SLICE("1"), SLICE("Trash") };
    struct outq out;
    struct session_event ev;
    void *c = mem_alloc(imap_client_ops.size);
    outq_init(&out);
    const struct session_io io = { .out = &out, .room = 1 << 20 };
    imap_client_ops.open(c, &config, io);
    imap_client_ops.feed(c, (struct chunk){ .bytes = greeting });
    while (imap_client_ops.next(c, io, &ev) == STEP_EVENT) {
    }
    imap_client_ops.tell(c, io, &(struct session_order){ IMAP_ORDER_MOVE, &copy });
    imap_client_ops.tell(c, io, &(struct session_order){ ORDER_QUIT, NULL });
    cr_expect_eq(imap_client_ops.next(c, io, &ev), STEP_WANT_INPUT);
    cr_expect_str_eq(imap_client_ops.state(c), "LOGOUT");
    imap_client_ops.feed(c, (struct chunk){ .bytes = bye });
    cr_expect_eq(imap_client_ops.next(c, io, &ev), STEP_CLOSE);
    imap_client_ops.deinit(c);
    mem_free(c);
    outq_deinit(&out);
}
