/* Every lesson that comes with the program, as the class sees it on 80 x 24: its first and last
 * page and all its questions are there whole, without scrolling. */
#include "ui/app.h"
#include "ui/files.h"

#include <criterion/criterion.h>

#include "tests/lib/lesson_trace.h"

/* Does the sheet say that there is more of it below? */
static bool scrolls(const struct app *a)
{
    struct canvas c;
    bool more = false, in = false;
    canvas_init(&c, a->w, a->h);
    screen_draw(a, &c);
    for (int y = 0; y < c.h; y++) {
        in = in ||
             (canvas_cell(&c, 0, y)->glyph == 0x256D && canvas_cell(&c, 0, y)->ink == INK_FOCUS);
        for (int x = 1; x < c.w - 1 && in; x++)
            more = more || canvas_cell(&c, x, y)->glyph == 0x25BE;
    }
    canvas_deinit(&c);
    return more;
}

static void look_at_answers(struct app *a, const char *path, size_t question)
{
    const struct class_question q = a->class.items[question];
    struct class_text text;
    struct buf scratch = { 0 };
    cr_assert(class_text_read(a->trace, q.record, &scratch, &text));
    for (uint32_t answer = 1; answer <= text.count; answer++) {
        a->class.items[question].asked = false;
        app_sheet_close(a);
        app_seek(a, playhead_home(&a->pace));
        for (size_t i = 0; i < a->class.count; i++)
            a->class.items[i].asked = i != question;
        app_onwards(a, playhead_end(&a->pace));
        cr_assert(a->sheet.ops, "%s: question %zu is not asked", path, question + 1);
        cr_expect(!scrolls(a), "%s: question %zu does not fit", path, question + 1);
        app_key(a, '0' + answer);
        cr_expect(!scrolls(a), "%s: the reasons of answer %u to question %zu do not fit", path,
                  answer, question + 1);
    }
    app_sheet_close(a);
    buf_deinit(&scratch);
}

static void look_at(const char *path)
{
    struct trace t;
    struct err err = { "" };
    struct app a;
    cr_assert(lesson_trace_of_few(&t, path, &err), "%s: %s", path, err.text);
    app_init(&a, &t);
    app_resize(&a, 80, 24);
    app_teach(&a);
    cr_expect(!a.sheet.ops || !scrolls(&a), "%s: the title page does not fit", path);
    for (size_t i = 0; i < a.class.count; i++)
        look_at_answers(&a, path, i);
    for (size_t i = 0; i < a.class.count; i++)
        (void)classroom_answer(&a.class, a.class.items[i].record, 1);
    if (app_close_lesson(&a))
        cr_expect(!scrolls(&a), "%s: the last page does not fit", path);
    app_deinit(&a);
    trace_deinit(&t);
}

Test(lesson_fits, every_page_and_question_is_seen_whole)
{
    struct file_list files = { 0 };
    struct err err = { "" };
    cr_assert(files_find(&files, "scenarios", &err), "%s", err.text);
    for (size_t i = 0; i < files.count; i++)
        look_at(files.paths[i]);
    cr_expect_gt(files.count, 40);
    files_free(&files);
}
