/* A run that is watched while it is made: in slices it is the same run, nothing waits for it, and
 * nobody takes its end so far for its end. */
#include "ui/app.h"

#include "tests/lib/lesson_trace.h"
#include "tests/lib/watcher.h"
#include "ui/show.h"

#include <criterion/criterion.h>

static struct trace whole, part;
static struct app app;

/* As it was written before, record by record. */
static bool make(struct making *m, uint64_t events)
{
    (void)m;
    for (; events > 0 && part.count < whole.count; events--) {
        const struct trace_rec *r = trace_at(&whole, part.count + 1);
        uint32_t payload = trace_payload_id(r);
        struct buf scratch = { 0 };
        if (payload == part.payload_count + 1)
            (void)trace_put_text(&part, trace_without_payload(r),
                                 trace_payload(&whole, payload, &scratch));
        else
            (void)trace_put(&part, *r);
        buf_deinit(&scratch);
    }
    return part.count < whole.count;
}

static struct making making = { make };

static void begin(void)
{
    struct err err;
    cr_assert(lesson_trace(&whole, "scenarios/why-is-my-mail-late.json", &err), "%s", err.text);
    trace_init(&part, TRACE_LEVEL_BYTES);
    for (uint32_t i = 1; i < whole.names.count; i++)
        (void)trace_name(&part, trace_name_of(&whole, i));
    (void)make(&making, 100);
    app_init(&app, &part);
    app_resize(&app, 120, 36);
    app.making = &making;
}

static void leave(void)
{
    app_deinit(&app);
    trace_deinit(&part);
    trace_deinit(&whole);
}

TestSuite(making, .init = begin, .fini = leave);

static bool shows(const char *text)
{
    return watcher_sees(&app, text);
}

Test(making, its_end_so_far_is_not_the_end)
{
    cr_expect(shows("made up to "));
    app_act(&app, ACTION_END);
    app_act(&app, ACTION_PLAY);
    app_tick(&app, SIM_SECOND);
    app_tick(&app, 2 * SIM_SECOND);
    cr_expect(app.playing, "it waits for more");
    uint64_t here = app.at.record;
    app_make(&app);
    app_extend(&app);
    for (uint64_t ms = 2000; ms < 6000; ms += APP_FRAME_MS)
        app_tick(&app, ms * SIM_MS);
    cr_expect_gt(app.at.record, here, "and goes on");
    app_act(&app, ACTION_WHATIF);
    cr_expect(app.notice && !app.sheet.ops, "what if is asked of what is there to its end");
    while (app.making) {
        app_make(&app);
        app_extend(&app);
    }
    cr_expect_eq(part.count, whole.count);
    cr_expect_not(shows("made up to "));
    app_act(&app, ACTION_END);
    app_act(&app, ACTION_PLAY);
    cr_expect_lt(app.at.record, part.count, "now space plays it again");
}

/* Between two pictures there is time for slices, and a wait for keys takes none. */
static uint64_t clock_ns;
static uint64_t now(void)
{
    return clock_ns += SIM_MS;
}
static void size(int *w_r, int *h_r)
{
    *w_r = 120;
    *h_r = 36;
}
static void draw(const struct canvas *c)
{
    (void)c;
}

Test(making, a_picture_does_not_wait_for_it)
{
    const struct terminal terminal = { .size = size, .draw = draw, .now = now };
    struct canvas c;
    uint64_t before = part.count;
    int frames = 0;
    canvas_init(&c, 1, 1);
    cr_expect_eq(app_patience_ms(&app), 0);
    app_frame(&app, &terminal, &c);
    cr_expect_gt(part.count, before);
    cr_expect_eq(app.pace.count, part.count, "what is drawn knows of all");
    while (app.making && frames++ < 1000)
        app_frame(&app, &terminal, &c);
    cr_expect_eq(part.count, whole.count);
    cr_expect_eq(app_patience_ms(&app), -1, "then it sleeps");
    canvas_deinit(&c);
}
