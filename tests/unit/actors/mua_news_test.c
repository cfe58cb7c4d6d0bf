/* mua_news_test.c - what a device keeps of HIGHESTMODSEQ (RFC 7162 6). */
#include "sim/actors/mua_box.h"

#include <criterion/criterion.h>

/* What comes between two tagged responses: letters with a mod-sequence, HIGHESTMODSEQ; and what is
 * kept then. */
struct row {
    const char *why;
    uint64_t letters[2]; /* 0: none */
    uint64_t told;       /* NOT_TOLD */
    uint64_t kept;
};
#define NOT_TOLD UINT64_MAX

static const struct row rows[] = {
    { "nothing", { 0 }, NOT_TOLD, 90 },
    { "the highest of all letters", { 103, 101 }, NOT_TOLD, 103 },
    { "an old one changes nothing", { 102 }, NOT_TOLD, 103 },
    { "what is told is right, though letters had more: a removal is not told yet",
      { 104, 105 },
      99,
      99 },
    { "and once it is", { 0 }, 105, 105 },
    { "NOMODSEQ", { 106 }, 0, 0 },
    { "after which nothing is known", { 107 }, NOT_TOLD, 0 },
};

static void tell(struct mua *u, uint64_t modseq)
{
    const struct imap_item item = { .uid = 1, .modseq = modseq };
    mua_news_item(u, &(struct session_event){ .kind = IMAP_EV_ITEM, .detail = &item });
}

Test(mua_news, highest_modseq_as_rfc_7162_wants_it)
{
    struct mua_config config = { 0 };
    struct mua_box box = { 0 };
    struct local_folder folder = { .modseq = 90, .uid_next = 2 };
    struct mua_line line = { .open = &folder, .live = true, .highest = 90, .at = AT_NOOP };
    struct mua u = { .config = &config, .box = &box, .line = &line };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (size_t k = 0; k < 2; k++) {
            if (rows[i].letters[k] > 0) {
                tell(&u, rows[i].letters[k]);
            }
        }
        if (rows[i].told != NOT_TOLD) {
            mua_news_modseq(&u, rows[i].told);
        }
        mua_news_tagged(&u);
        cr_expect_eq(folder.modseq, rows[i].kept, "%s: %u", rows[i].why, (unsigned)folder.modseq);
    }
    folder.modseq = line.highest = 7;
    line.live = false; /* it does not agree yet: nothing is to be skipped next time */
    tell(&u, 9);
    mua_news_tagged(&u);
    cr_expect_eq(folder.modseq, 7);
}
