#include "sim/mail/srs.h"

#include <criterion/criterion.h>

#define DAY   ((int64_t)86400)
#define TODAY (20000 * DAY)

static slice forward(const char *sender, const char *domain, const char *secret, struct buf *out)
{
    buf_clear(out);
    return srs_forward(slice_of(sender), slice_of(domain), slice_of(secret), TODAY, out)
               ? buf_slice(out)
               : SLICE("");
}

static slice local_of(slice address)
{
    return slice_cut(&address, '@');
}

Test(srs, comes_back_to_the_sender)
{
    static const char *const senders[] = { "alice@example.org", "a=b+c-d@sub.example.org",
                                           "SRSfan@example.org", "srs0@example.org",
                                           "SRS1=AAAA=f.test@example.org" };
    struct buf once = { 0 }, twice = { 0 }, thrice = { 0 }, back = { 0 };
    for (size_t i = 0; i < COUNT(senders); i++) {
        slice first = forward(senders[i], "first.test", "k1", &once);
        cr_assert_gt(first.len, 0, "%s", senders[i]);
        buf_clear(&back);
        cr_expect_eq(srs_reverse(local_of(first), SLICE("k1"), TODAY + 20 * DAY, &back), SRS_GOOD);
        cr_expect_str_eq(buf_z(&back), senders[i]);
        /* Forwarded again, and again: SRS1 knows the first and keeps what it wrote. */
        slice second = forward(buf_z(&once), "second.test", "k2", &twice);
        cr_expect(slice_starts(second, SLICE("SRS1=")), "%.*s", SLICE_ARG(second));
        slice third = forward(buf_z(&twice), "third.test", "k3", &thrice);
        cr_expect(slice_starts(third, SLICE("SRS1=")));
        buf_clear(&back);
        cr_expect_eq(srs_reverse(local_of(third), SLICE("k3"), TODAY, &back), SRS_GOOD);
        cr_expect_str_eq(buf_z(&back), buf_z(&once), "the third answers to the first");
    }
    buf_deinit(&once);
    buf_deinit(&twice);
    buf_deinit(&thrice);
    buf_deinit(&back);
}

Test(srs, is_nobodys_relay)
{
    struct buf made = { 0 }, back = { 0 }, cut = { 0 };
    slice local = local_of(forward("alice@example.org", "f.test", "key", &made));
    static const struct {
        const char *local;
        enum srs_result result;
    } wrong[] = {
        { "alice", SRS_NONE },
        { "SRS0", SRS_NONE },
        { "SRS0x=a", SRS_NONE },
        { "SRS0=", SRS_FORGED },
        { "SRS0=AAAA=TW=example.org=alice", SRS_FORGED },
        { "SRS0=AAAA=TW=example.org", SRS_FORGED },
        { "SRS0====", SRS_FORGED },
        { "SRS1=AAAA=f.test==AAAA=TW=example.org=alice", SRS_FORGED },
        { "SRS1=", SRS_FORGED },
    };
    for (size_t i = 0; i < COUNT(wrong); i++) {
        cr_expect_eq(srs_reverse(slice_of(wrong[i].local), SLICE("key"), TODAY, &back),
                     wrong[i].result, "%s", wrong[i].local);
    }
    cr_expect_eq(srs_reverse(local, SLICE("another"), TODAY, &back), SRS_FORGED);
    cr_expect_eq(srs_reverse(local, SLICE("key"), TODAY + 22 * DAY, &back), SRS_TOO_OLD);
    cr_expect_eq(srs_reverse(local, SLICE("key"), TODAY - 2 * DAY, &back), SRS_TOO_OLD);
    for (size_t i = 5; i < local.len; i++) { /* any other letter in any place */
        buf_clear(&cut);
        buf_add(&cut, local);
        cut.ptr[i] = cut.ptr[i] == 'x' ? 'y' : 'x';
        cr_expect_neq(srs_reverse(buf_slice(&cut), SLICE("key"), TODAY, &back), SRS_GOOD, "%zu", i);
    }
    cr_expect_eq(back.len, 0);
    buf_deinit(&made);
    buf_deinit(&back);
    buf_deinit(&cut);
}

Test(srs, what_cannot_be_said_is_not)
{
    struct buf out = { 0 };
    static const char *const senders[] = {
        "", "\"a b\"@example.org",
        "a-local-part-that-is-long-but-well-below-the-limit-of-64@example.org"
    };
    for (size_t i = 0; i < COUNT(senders); i++) {
        cr_expect_eq(forward(senders[i], "f.test", "key", &out).len, 0, "%s", senders[i]);
        cr_expect_eq(out.len, 0);
    }
    buf_deinit(&out);
}
