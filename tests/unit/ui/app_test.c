#include "ui/app.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/lib/sample_trace.h"
#include "tests/lib/watcher.h"
#include "ui/words.h"

static struct trace trace;
static struct app app;

static void setup(void)
{
    watcher_begins(&app, &trace, 100, 30);
}

static void teardown(void)
{
    watcher_leaves(&app, &trace);
}

TestSuite(app, .init = setup, .fini = teardown);

static void keys(const char *typed)
{
    watcher_types(&app, typed);
}

/* Half a minute at the keyboard, in pictures; the clock starts anywhere. */
static void watch(uint64_t seconds)
{
    uint64_t start = 77 * SIM_SECOND;
    for (uint64_t ms = 0; ms <= seconds * 1000; ms += APP_FRAME_MS)
        app_tick(&app, start + ms * SIM_MS);
}

static bool screen_has(const char *text)
{
    return watcher_sees(&app, text);
}

Test(app, is_idle_until_played_and_again_at_the_end)
{
    uint64_t home = app.at.record;
    cr_expect_eq(app_patience_ms(&app), -1);
    watch(5);
    cr_expect_eq(app.at.record, home, "time passed while paused");
    keys(" ");
    cr_expect_eq(app_patience_ms(&app), APP_FRAME_MS);
    watch(3);
    cr_expect(app.at.watch_us >= 2900000 && app.at.watch_us <= 3000000);
    keys("]");
    watch(1);
    cr_expect(app.at.watch_us >= 4800000 && app.at.watch_us <= 5100000, "twice as fast");
    keys("]]]]]]]]");
    watch(60);
    cr_expect(app_at_end(&app) && !app.playing);
    cr_expect_eq(app_patience_ms(&app), -1);
    keys(" ");
    cr_expect_eq(app.at.record, home, "play at the end begins anew");
}

Test(app, true_time_follows_the_simulated_clock)
{
    keys("t ");
    watch(10); /* 100 ms a second */
    uint64_t one_s = app.at.now;
    cr_expect(one_s >= 980 * SIM_MS && one_s <= SIM_SECOND, "%lu", (unsigned long)one_s);
    keys("]");
    watch(10);
    cr_expect(app.at.now >= 10 * SIM_SECOND && app.at.now <= 11 * SIM_SECOND);
}

Test(app, a_long_suspension_is_not_watched_through)
{
    keys(" ");
    app_tick(&app, SIM_SECOND);
    app_tick(&app, SIM_SECOND + SIM_HOUR);
    cr_expect(app.at.watch_us <= 250000);
}

Test(app, steps_pause_and_come_back)
{
    static const struct {
        const char *forwards, *backwards;
    } rows[] = { { "l", "h" }, { "e", "E" }, { ".", "," }, { "}", "{" } };
    for (size_t i = 0; i < COUNT(rows); i++) {
        keys("g ");
        keys(rows[i].forwards);
        uint64_t first = app.at.record;
        cr_expect(!app.playing, "row %zu", i);
        keys(rows[i].forwards);
        cr_expect(app.at.record > first, "row %zu", i);
        keys(rows[i].backwards);
        cr_expect_eq(app.at.record, first, "row %zu", i);
    }
    keys("G");
    cr_expect_eq(app.at.record, trace.count);
}

Test(app, why_leads_to_the_person_and_back)
{
    keys("W");
    cr_expect(app.notice != NULL, "there is no way back yet");
    keys("Gw");
    cr_expect(!app.notice && app.at.record < trace.count, "the end is no beginning");
    keys("WG");
    for (uint64_t n = trace.count; n > 0 && trace_at(&trace, n)->kind != TRACE_STORED; n--)
        app_seek_record(&app, n - 1);
    uint64_t stored = app.at.record;
    for (int i = 0; i < APP_WHYS && !app.notice; i++) {
        uint64_t before = app.at.record;
        keys("w");
        cr_expect(app.notice || app.at.record < before);
    }
    cr_expect(app.notice != NULL, "the chain of causes has a beginning");
    cr_expect_eq(trace_at(&trace, app.at.record)->kind, TRACE_SCRIPT);
    for (int i = 0; i < APP_WHYS; i++)
        keys("W");
    cr_expect_eq(app.at.record, stored);
}

Test(app, find_asks_goes_there_and_goes_on)
{
    keys("/RCPT to");
    cr_expect(screen_has("find: RCPT to"));
    app_key(&app, TKEY_ENTER);
    uint64_t first = app.at.record;
    cr_expect(!app.prompt.what && first > 1);
    keys("n");
    cr_expect_neq(app.at.record, first, "submission and relay both say it");
    keys("N");
    cr_expect_eq(app.at.record, first);
    keys("/no such text");
    app_key(&app, TKEY_ENTER);
    cr_expect_eq(app.at.record, first);
    cr_expect(screen_has("Not found."));
    keys("/qv ?");
    app_key(&app, TKEY_ESCAPE);
    cr_expect(!app.quit && !app.help, "what is typed into the prompt acts nowhere else");
    keys("q");
    cr_expect(app.quit);
}

Test(app, help_lists_every_action_and_any_key_closes_it)
{
    static const int sizes[][2] = { { 80, 24 }, { 100, 30 }, { 200, 60 } };
    for (size_t i = 0; i < COUNT(sizes); i++) {
        app_resize(&app, sizes[i][0], sizes[i][1]);
        for (int page = 0; page < 2; page++) {
            keys("?");
            for (int a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
                enum action_group group = action_row((enum action)a)->group;
                bool first = group == GROUP_TIME || group == GROUP_LOOK;
                cr_expect(first != (page == 0) || screen_has(action_row((enum action)a)->help),
                          "%dx%d: %s", app.w, app.h, action_row((enum action)a)->name);
            }
        }
        keys("?");
        for (size_t k = 0; panes_table[k]; k++)
            cr_expect(screen_has(panes_table[k]->doc), "%s", panes_table[k]->name);
        for (int ink = 0; ink < INK_COUNT; ink++)
            cr_expect(screen_has(theme_ink_doc((enum ink)ink)), "%s",
                      theme_ink_name((enum ink)ink));
        uint64_t before = app.at.record;
        keys(" ");
        cr_expect(!app.help && !app.playing && app.at.record == before);
    }
}

Test(app, every_size_and_depth_draws_whole_borders)
{
    for (int w = 40; w <= 200; w += 23)
        for (int h = 10; h <= 70; h += 7)
            for (int depth = 0; depth < DEPTH_COUNT; depth++) {
                struct canvas c;
                app_resize(&app, w, h);
                app.depth = (enum depth)depth;
                canvas_init(&c, w, h);
                for (int step = 0; step < 12; step++) {
                    app_seek_record(&app, trace.count * (uint64_t)step / 11);
                    screen_draw(&app, &c);
                    for (int y = 1; y < h; y++) {
                        uint8_t left = glyph_arms(canvas_cell(&c, 0, y)->glyph);
                        uint8_t right = glyph_arms(canvas_cell(&c, w - 1, y)->glyph);
                        cr_assert(left & right & (ARM_UP | ARM_DOWN), "%dx%d row %d", w, h, y);
                    }
                }
                canvas_deinit(&c);
            }
    app_resize(&app, 12, 3);
    cr_expect(screen_has("mailflow"), "too small for anything but a word");
}

/* A terminal that plays a script of events and keeps the last picture. */
static struct {
    const struct term_event *events;
    size_t at, count;
    int pictures, blocked;
} fake;

static bool fake_open(const struct term_config *config, struct err *err_r)
{
    (void)config;
    (void)err_r;
    return true;
}

static void fake_size(int *w_r, int *h_r)
{
    *w_r = 90;
    *h_r = 25;
}

static void fake_draw(const struct canvas *c)
{
    cr_assert(c->w == 90 && c->h == 25);
    fake.pictures++;
}

static void fake_nothing(void)
{
}

static struct term_event fake_wait(int timeout_ms)
{
    if (timeout_ms == 0)
        return (struct term_event){ .what = TERM_NOTHING };
    fake.blocked += timeout_ms < 0;
    if (fake.at < fake.count)
        return fake.events[fake.at++];
    return (struct term_event){ .what = TERM_GONE };
}

static uint64_t fake_now(void)
{
    return (uint64_t)(fake.pictures + 1) * SIM_SECOND / 30;
}

Test(app, the_loop_draws_only_after_something_happened)
{
    static const struct terminal terminal = { "fake",       fake_open, fake_size, fake_draw,
                                              fake_nothing, fake_wait, fake_now,  fake_nothing };
    static const struct term_event some[] = {
        { .what = TERM_KEY, .key = '.' },
        { .what = TERM_RESIZE },
        { .what = TERM_KEY, .key = ' ' },
        { .what = TERM_NOTHING },
        { .what = TERM_NOTHING },
        { .what = TERM_MOUSE, .mouse = MOUSE_DOWN, .x = 40, .y = 22 },
        { .what = TERM_KEY, .key = 'q' },
    };
    memset(&fake, 0, sizeof fake);
    fake.events = some;
    fake.count = COUNT(some);
    cr_expect(app_loop(&app, &terminal), "left by q");
    cr_expect_eq(fake.pictures, (int)COUNT(some));
    app.quit = false;
    fake.at = fake.count;
    cr_expect(!app_loop(&app, &terminal), "the terminal went away");
}

Test(app, goes_on_with_a_trace_that_grows)
{
    keys("G");
    struct playhead old_end = app.at;
    uint64_t steps = app.steps;
    for (uint32_t i = 0; i < 3; i++) {
        (void)trace_put_text(&trace,
                             (struct trace_rec){ .at = 60 * SIM_SECOND + i * SIM_SECOND,
                                                 .actor = SAMPLE_ORG,
                                                 .kind = TRACE_NOTE,
                                                 .a = trace_name(&trace, SLICE("late")) },
                             SLICE("something more"));
    }
    app_extend(&app);
    keys("G");
    cr_expect(app.at.record > old_end.record, "the end is where the trace ends now");
    cr_expect_eq(app.at.record, trace.count);
    cr_expect(app.steps >= steps);
}

static void happen(sim_time at)
{
    (void)trace_put_text(&trace,
                         (struct trace_rec){ .at = at,
                                             .until = at + SIM_SECOND,
                                             .actor = SAMPLE_ORG,
                                             .kind = TRACE_NOTE,
                                             .a = trace_name(&trace, SLICE("late")) },
                         SLICE("something more"));
}

/* While it happens: at the end and with the clock, until the person goes somewhere else. */
Test(app, follows_what_happens_until_somebody_moves)
{
    const sim_time late = 60 * SIM_SECOND;
    app_live(&app, late);
    cr_expect(app.following && app.playing);
    cr_expect_eq(app.at.record, trace.count);
    happen(late + 5);
    app_live(&app, late + 7);
    cr_expect_eq(app.at.record, trace.count);
    cr_expect_eq(app.at.now, late + 7, "what is under way is half-way");
    keys("h");
    struct playhead here = app.at;
    cr_expect(!app.following && !app.playing);
    happen(late + 9);
    app_live(&app, late + 10);
    cr_expect_eq(app.at.record, here.record, "who looks back is left in peace");
    keys("G");
    app_live(&app, late + 11);
    cr_expect(app.following);
    cr_expect_eq(app.at.record, trace.count);
    keys(" ");
    cr_expect(!app.following && !app.playing, "space stops");
}
