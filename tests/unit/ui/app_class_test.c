#include "ui/app.h"

#include <criterion/criterion.h>

#include "tests/lib/lesson_trace.h"
#include "tests/lib/watcher.h"
#include "tests/lib/whole_screen.h"

static struct trace trace;
static struct app app;

static void setup(void)
{
    struct err err = { "" };
    cr_assert(lesson_trace(&trace, "scenarios/first-mail.json", &err), "%s", err.text);
    app_init(&app, &trace);
    app_resize(&app, 80, 24);
}

static void teardown(void)
{
    app_deinit(&app);
    trace_deinit(&trace);
}

TestSuite(app_class, .init = setup, .fini = teardown);

static void keys(const char *typed)
{
    watcher_types(&app, typed);
}

/* Lets time pass until something opens or the end is reached. */
static const char *play(void)
{
    uint64_t now = app.clock ? app.clock : SIM_SECOND;
    for (size_t i = 0; i < 100000 && app.playing && !app.sheet.ops; i++)
        app_tick(&app, now += SIM_SECOND / 5);
    return app.sheet.ops ? app.sheet.ops->name : "";
}

Test(app_class, playing_asks_and_goes_on_and_closes)
{
    app_teach(&app);
    cr_expect_str_eq(app.sheet.ops->name, "Title");
    keys(" ");
    cr_expect_str_eq(play(), "Question");
    const struct class_question *q = &app.class.items[0];
    cr_expect_lt(app.at.record, q->before, "it has not happened yet");
    cr_expect(app.playing);
    struct playhead there = app.at;
    app_tick(&app, app.clock + 10 * SIM_SECOND);
    cr_expect_eq(app.at.watch_us, there.watch_us, "no time passes");
    keys("1");
    cr_expect_eq(q->taken, 1);
    cr_expect(!q->right);
    cr_expect_str_eq(app.sheet.ops->name, "Question", "the reason is read");
    keys("3");
    cr_expect_eq(q->taken, 1, "the first answer counts");
    keys(" ");
    cr_expect_null(app.sheet.ops);
    cr_expect_str_eq(play(), "Question");
    app_key(&app, TKEY_ESCAPE);
    cr_expect_null(app.sheet.ops, "passed over");
    cr_expect_str_eq(play(), "Closing");
    cr_expect(app_at_end(&app));
    keys(" ");
    cr_expect_str_eq(play(), "Closing", "played again, nothing is asked again");
}

Test(app_class, a_step_over_a_question_ends_where_it_would_have)
{
    app_key(&app, '}');
    app_key(&app, '}');
    struct playhead untaught = app.at;
    app_key(&app, 'g');
    app_teach(&app);
    app_key(&app, TKEY_ESCAPE);
    keys("}}");
    cr_assert_str_eq(app.sheet.ops->name, "Question");
    keys("3 ");
    cr_expect_null(app.sheet.ops);
    cr_expect_eq(app.at.record, untaught.record);
    cr_expect_eq(app.at.watch_us, untaught.watch_us);
    keys("{}");
    cr_expect_null(app.sheet.ops, "asked once");
    keys("gG");
    cr_expect_null(app.sheet.ops, "who jumps is not asked");
    keys("g.......");
    cr_expect_eq(classroom_asked(&app.class), 1);
}

/* Both questions within one step. */
Test(app_class, two_questions_in_one_step_come_one_after_the_other)
{
    app_teach(&app);
    app_key(&app, TKEY_ESCAPE);
    struct playhead end = playhead_end(&app.pace);
    app_onwards(&app, end);
    cr_assert_str_eq(app.sheet.ops->name, "Question");
    keys("3 ");
    cr_assert(app.sheet.ops);
    cr_expect_eq(classroom_asked(&app.class), 1);
    keys("2 ");
    cr_expect_null(app.sheet.ops);
    cr_expect_eq(app.at.record, end.record);
    cr_expect_eq(classroom_right(&app.class), 2);
}

Test(app_class, who_was_not_taught_is_not_asked)
{
    app_act(&app, ACTION_PLAY);
    cr_expect_str_eq(play(), "");
    cr_expect(app_at_end(&app));
    cr_expect_eq(classroom_asked(&app.class), 0);
}

/* What may be typed on the title page begins the lesson in its own way. */
Test(app_class, any_action_begins)
{
    static const struct {
        uint32_t key;
        bool open, playing;
        enum depth depth;
    } rows[] = {
        { ' ', false, true, DEPTH_PICTURE },          { TKEY_ENTER, false, true, DEPTH_PICTURE },
        { TKEY_ESCAPE, false, false, DEPTH_PICTURE }, { 'v', false, false, DEPTH_TALK },
        { TKEY_RIGHT, false, false, DEPTH_PICTURE },  { TKEY_DOWN, true, true, DEPTH_PICTURE },
        { '?', true, true, DEPTH_PICTURE },           { 'Z', true, true, DEPTH_PICTURE },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        app_key(&app, 'g');
        app.depth = DEPTH_PICTURE;
        app.help = HELP_CLOSED;
        app.playing = true;
        app_teach(&app);
        app_key(&app, rows[i].key);
        cr_expect_eq(app.sheet.ops != NULL, rows[i].open, "row %zu", i);
        cr_expect_eq(app.playing, rows[i].playing, "row %zu", i);
        cr_expect_eq(app.depth, rows[i].depth, "row %zu", i);
    }
    app.help = HELP_CLOSED;
    app_mouse(&app, MOUSE_DOWN, 10, 10);
    cr_expect_null(app.sheet.ops, "a click begins");
}

/* The row of a text on the screen; -1: it is not there. */
static int row_of(const char *text)
{
    struct canvas c;
    struct buf out = { 0 };
    int row = -1, y = 0;
    canvas_init(&c, app.w, app.h);
    screen_draw(&app, &c);
    term_text(&c, false, &out);
    for (slice rest = buf_slice(&out); rest.len > 0; y++)
        if (slice_find(slice_cut(&rest, '\n'), slice_of(text)) != SLICE_NONE)
            row = y;
    buf_deinit(&out);
    canvas_deinit(&c);
    return row;
}

Test(app_class, the_mouse_answers)
{
    app_teach(&app);
    keys(" ");
    cr_expect_str_eq(play(), "Question");
    int row = row_of("Bob's mail server");
    cr_assert_gt(row, 0);
    app_mouse(&app, MOUSE_DOWN, 10, row - 3);
    cr_expect_eq(app.class.items[0].taken, 0, "the question is no answer");
    app_mouse(&app, MOUSE_DOWN, 10, row);
    cr_expect_eq(app.class.items[0].taken, 2);
    app_mouse(&app, MOUSE_DOWN, 10, row);
    cr_expect_null(app.sheet.ops, "a click goes on");
}

/* At each size, at each of its moments, whatever is pressed: no cell that a terminal would not draw. */
Test(app_class, nothing_breaks_at_any_size)
{
    static const char *const moments[] = { "", " ", " 1", " jj\r", " 1jjjjjjjjkkk" };
    for (int w = 1; w < 130; w += 9)
        for (int h = 1; h < 40; h += 3)
            for (size_t i = 0; i < COUNT(moments); i++) {
                struct canvas c;
                app_deinit(&app);
                app_init(&app, &trace);
                app_resize(&app, w, h);
                app_teach(&app);
                for (const char *k = moments[i]; *k; k++) {
                    app_key(&app, *k == '\r' ? TKEY_ENTER : (uint32_t)*k);
                    (void)play();
                }
                canvas_init(&c, w, h);
                screen_draw(&app, &c);
                const char *wrong = whole_cells(&c);
                cr_expect_null(wrong, "%dx%d, moment %zu: %s", w, h, i, wrong);
                canvas_deinit(&c);
            }
}

/* In a trace that grows it is asked behind its moment, once. */
Test(app_class, what_comes_live_is_asked_at_once)
{
    struct trace live;
    const struct class_question first = app.class.items[0];
    struct app watching;
    trace_init(&live, TRACE_LEVEL_BYTES);
    (void)trace_put(&live, *trace_at(&trace, app.cast.world));
    app_init(&watching, &live);
    watching.taught = true;
    app_live(&watching, 0);
    cr_expect_null(watching.sheet.ops);
    uint64_t cause = trace_put(&live, (struct trace_rec){ .at = 1, .kind = TRACE_END });
    struct buf scratch = { 0 };
    const struct trace_rec *q = trace_at(&trace, first.record);
    (void)trace_put_text(&live,
                         (struct trace_rec){ .at = 1, .kind = TRACE_QUESTION, .cause = cause },
                         trace_payload(&trace, trace_payload_id(q), &scratch));
    app_live(&watching, 2);
    cr_assert(watching.sheet.ops);
    cr_expect_str_eq(watching.sheet.ops->name, "Question");
    app_key(&watching, '3');
    app_key(&watching, ' ');
    app_live(&watching, 3);
    cr_expect_null(watching.sheet.ops);
    cr_expect_eq(classroom_right(&watching.class), 1);
    cr_expect(watching.following);
    buf_deinit(&scratch);
    app_deinit(&watching);
    trace_deinit(&live);
}
