#include "sim/core/timers.h"

#include <criterion/criterion.h>

struct seen {
    struct engine engine;
    struct timers timers;
    sim_time at[8];
    uint64_t arg[8];
    size_t count;
    bool dead[8];
    bool again;
};

static void fire(void *self, uint64_t arg)
{
    struct seen *s = self;
    s->at[s->count] = s->engine.now;
    s->arg[s->count++] = arg;
}

static bool alive(void *self, uint64_t arg)
{
    return !((struct seen *)self)->dead[arg];
}

static void fire_again(void *self, uint64_t arg)
{
    struct seen *s = self;
    fire(self, arg);
    if (s->again) {
        s->again = false;
        timers_in(&s->timers, 10, fire, alive, s, 7);
    }
}

static void start(struct seen *s)
{
    engine_init(&s->engine, NULL);
    timers_init(&s->timers, &s->engine);
}

static void stop(struct seen *s)
{
    timers_deinit(&s->timers);
    engine_deinit(&s->engine);
}

Test(timers, fire_at_their_time_whatever_the_lane)
{
    struct seen s = { 0 };
    start(&s);
    timers_in(&s.timers, 30, fire, alive, &s, 1);
    timers_in(&s.timers, 10, fire, alive, &s, 2);
    timers_in(&s.timers, 30, fire, alive, &s, 3);
    while (engine_step(&s.engine)) {
    }
    cr_assert_eq(s.count, 3);
    cr_expect(s.at[0] == 10 && s.arg[0] == 2);
    cr_expect(s.at[1] == 30 && s.arg[1] == 1);
    cr_expect(s.at[2] == 30 && s.arg[2] == 3);
    stop(&s);
}

Test(timers, the_dead_cost_no_events)
{
    struct seen s = { 0 };
    start(&s);
    for (uint64_t i = 0; i < 6; i++) {
        timers_in(&s.timers, 100, fire, alive, &s, i);
        s.engine.now++;
        s.dead[i] = i != 0 && i != 5;
    }
    while (engine_step(&s.engine)) {
    }
    cr_assert_eq(s.count, 2);
    cr_expect_eq(s.arg[1], 5);
    cr_expect_eq(s.at[1], 105);
    cr_expect_eq(s.engine.fired, 2, "one event for each that was wanted");
    stop(&s);
}

Test(timers, may_ask_for_another_while_they_fire)
{
    struct seen s = { .again = true };
    start(&s);
    timers_in(&s.timers, 10, fire_again, alive, &s, 0);
    while (engine_step(&s.engine)) {
    }
    cr_assert_eq(s.count, 2);
    cr_expect_eq(s.at[1], 20);
    stop(&s);
}

Test(timers, more_delays_than_lanes_still_fire)
{
    struct seen s = { 0 };
    start(&s);
    for (uint64_t i = 0; i < TIMER_LANES + 1; i++) {
        timers_in(&s.timers, 10 + i, i == TIMER_LANES ? fire : fire_again, alive, &s, 6);
        s.count = 0;
    }
    size_t fired = 0;
    while (engine_step(&s.engine)) {
        fired++;
        s.count = 0;
    }
    cr_expect_eq(fired, TIMER_LANES + 1);
    stop(&s);
}
