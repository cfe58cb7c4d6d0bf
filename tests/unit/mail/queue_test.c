#include "sim/mail/queue.h"

#include <criterion/criterion.h>

Test(queue, waits_double_up_to_the_longest_and_end_with_patience)
{
    static const struct queue_policy policy = { 15 * SIM_MINUTE, 4 * SIM_HOUR, 5 * SIM_DAY, NULL,
                                                0 };
    static const struct {
        uint32_t attempts;
        sim_time age, wait; /* wait 0: bounce */
    } rows[] = {
        { 1, 0, 15 * SIM_MINUTE },
        { 2, 15 * SIM_MINUTE, 30 * SIM_MINUTE },
        { 5, 4 * SIM_HOUR, 4 * SIM_HOUR },
        { 6, 8 * SIM_HOUR, 4 * SIM_HOUR },
        { 4000000000U, SIM_DAY, 4 * SIM_HOUR },
        { 30, 5 * SIM_DAY - SIM_HOUR, SIM_HOUR },
        { 30, 5 * SIM_DAY - 1, 1 },
        { 30, 5 * SIM_DAY, 0 },
        { 1, 6 * SIM_DAY, 0 },
    };
    static const sim_time since = 77 * SIM_SECOND;
    for (size_t i = 0; i < COUNT(rows); i++) {
        sim_time at = 0;
        sim_time now = since + rows[i].age;
        bool again = queue_next_try(&policy, since, rows[i].attempts, now, &at);
        cr_expect_eq(again, rows[i].wait > 0, "row %zu", i);
        cr_expect(!again || at == now + rows[i].wait, "row %zu", i);
    }
}

Test(queue, patience_without_end_never_overflows)
{
    static const struct queue_policy policy = { SIM_SECOND, SIM_HOUR, SIM_FOREVER, NULL, 0 };
    sim_time at = 0;
    for (uint32_t n = 1; n < 200; n++) {
        sim_time now = n * SIM_DAY;
        cr_expect(queue_next_try(&policy, 0, n, now, &at));
        cr_expect(at > now && at <= now + SIM_HOUR);
    }
}

Test(queue, waits_that_are_said_one_by_one_go_before_doubling)
{
    static const sim_time waits[] = { 15 * SIM_MINUTE, SIM_MINUTE, 4 * SIM_HOUR };
    static const struct queue_policy policy = { SIM_SECOND, SIM_HOUR, SIM_DAY, waits, 3 };
    static const sim_time rows[] = { 15 * SIM_MINUTE, SIM_MINUTE, 4 * SIM_HOUR, 4 * SIM_HOUR };
    sim_time at = 0;
    for (uint32_t n = 1; n <= COUNT(rows); n++) {
        cr_expect_eq(queue_wait(&policy, n), rows[n - 1], "failure %u", n);
        cr_expect(queue_next_try(&policy, 5, n, 7, &at));
        cr_expect_eq(at, 7 + rows[n - 1], "failure %u", n);
    }
    cr_expect_eq(queue_wait(&policy, UINT32_MAX), 4 * SIM_HOUR);
    cr_expect(!queue_next_try(&policy, 5, 1, 5 + SIM_DAY, &at));
}
