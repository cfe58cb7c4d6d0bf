#include "sim/proto/pop3_drop.h"

#include <criterion/criterion.h>

Test(pop3_drop, octets_count_the_line_end_that_retr_adds)
{
    static const struct {
        slice text;
        uint64_t octets;
    } rows[] = {
        { SLICE_INIT(""), 0 },    { SLICE_INIT("a"), 3 },          { SLICE_INIT("a\r\n"), 3 },
        { SLICE_INIT("a\n"), 4 }, { SLICE_INIT("a\r"), 4 },        { SLICE_INIT("\r\n"), 2 },
        { SLICE_INIT("\n"), 3 },  { SLICE_INIT(".\r\n.\r\n"), 6 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct pop3_slot slot = { .message = message_from(rows[i].text) };
        cr_expect_eq(pop3_drop_octets(&slot), rows[i].octets, "row %zu", i);
        message_unref(&slot.message);
    }
}

Test(pop3_drop, keeps_what_lay_there_and_gives_the_lock_back)
{
    struct mailbox m;
    mailbox_init(&m, SLICE("INBOX"), 1);
    for (int i = 0; i < 4; i++) {
        (void)mailbox_append(&m, message_from(SLICE("letter\r\n")), 0, 0, 0, 0);
    }
    struct pop3_drop d = { 0 };
    pop3_drop_open(&d, &m);
    cr_expect(m.locked);
    cr_expect(mailbox_remove(&m, 2));
    uint64_t octets = 0;
    cr_expect_eq(pop3_drop_count(&d, &octets), 4);
    cr_expect_eq(octets, 32);
    d.slots[1].marked = d.slots[3].marked = true;
    cr_expect_eq(pop3_drop_count(&d, &octets), 2);
    size_t at = 0;
    uint32_t uid = 0;
    cr_expect(pop3_drop_next_marked(&d, &at, &uid) && uid == 4, "2 is gone already");
    cr_expect_not(pop3_drop_next_marked(&d, &at, &uid));
    pop3_drop_close(&d);
    cr_expect_not(m.locked);
    pop3_drop_close(&d);
    mailbox_deinit(&m);
}
