#include "ui/menu.h"

#include "tests/lib/whole_screen.h"

#include <criterion/criterion.h>

#define LESSON(title, about, path, level)                                                          \
    {                                                                                              \
        SLICE_INIT(title), SLICE_INIT(about), SLICE_INIT(path), SLICE_INIT("Its aim."), level      \
    }
static const struct lesson lessons[] = {
    LESSON("Your first e-mail", "Alice writes to Bob. Follow the letter.", "a.json", 1),
    LESSON("Nobody by that name", "A letter to somebody who is not there.", "b.json", 1),
    LESSON("\x1B[2J hostile", "b\ra\nd", "c.json", 2),
    LESSON("Why is my mail late?", "It waits.", "d.json", 3),
};

static void picture(const struct menu *m, struct buf *out)
{
    struct canvas c;
    canvas_init(&c, m->w, m->h);
    menu_draw(m, &c);
    buf_clear(out);
    term_text(&c, false, out);
    canvas_deinit(&c);
}

Test(menu, shows_lessons_and_what_the_chosen_one_is_about)
{
    struct menu m;
    struct buf out;
    buf_init(&out);
    menu_init(&m, lessons, COUNT(lessons));
    m.w = 70;
    m.h = 12;
    picture(&m, &out);
    cr_expect_str_eq(buf_z(&out),
                     " mailflow  how e-mail travels\n"
                     "╭─ Lessons ──────────────────┬───────────────────────────────────────╮\n"
                     "│ 1 First lessons ┈┈┈┈┈┈┈┈┈┈ │                                       │\n"
                     "│ ▸ Your first e-mail        │  Your first e-mail                    │\n"
                     "│   Nobody by that name      │                                       │\n"
                     "│                            │  Alice writes to Bob. Follow the      │\n"
                     "│ 2 At school ┈┈┈┈┈┈┈┈┈┈┈┈┈┈ │  letter.                              │\n"
                     "│   ·[2J hostile             │                                       │\n"
                     "│                            │                                       │\n"
                     "│ 3 Computer science ┈┈┈┈┈┈┈ │  a.json                               │\n"
                     "│   Why is my mail late?     │                                       │\n"
                     "╰─ ↑↓ choose  enter play  q quit ────────────────────────────────────╯\n",
                     "%s", buf_z(&out));
    buf_deinit(&out);
}

/* Where there is room for it. */
Test(menu, says_what_the_chosen_one_teaches)
{
    static const struct {
        int h;
        bool says;
    } rows[] = { { 24, true }, { 18, true }, { 13, false } };
    struct menu m;
    struct buf out;
    buf_init(&out);
    menu_init(&m, lessons, COUNT(lessons));
    for (size_t i = 0; i < COUNT(rows); i++) {
        m.h = rows[i].h;
        picture(&m, &out);
        bool says = slice_find(buf_slice(&out), SLICE("Its aim.")) != SLICE_NONE;
        cr_expect_eq(says, rows[i].says, "%d rows:\n%s", rows[i].h, buf_z(&out));
        bool named = slice_find(buf_slice(&out), SLICE("What you will understand")) != SLICE_NONE;
        cr_expect_eq(named, says);
    }
    buf_deinit(&out);
}

/* A title that fills the pane pushes nothing over its border. */
Test(menu, stays_inside_of_its_frame)
{
    char title[600];
    struct canvas c;
    for (size_t i = 0; i < sizeof title; i++) {
        title[i] = i % 7 ? 'x' : ' ';
    }
    canvas_init(&c, 1, 1);
    for (int w = 40; w < 100; w += 3) {
        for (int h = 10; h < 30; h++) {
            slice all = { title, sizeof title }, some = { title, (size_t)(w + h) };
            const struct lesson long_ones[] = {
                { .title = all, .about = all, .aim = all, .path = all, .level = 1 },
                { .title = some, .about = some, .aim = some, .path = some }
            };
            for (size_t chosen = 0; chosen < COUNT(long_ones); chosen++) {
                struct menu m;
                menu_init(&m, long_ones, COUNT(long_ones));
                m.w = w, m.h = h, m.selected = chosen;
                canvas_resize(&c, w, h);
                menu_draw(&m, &c);
                const char *wrong = whole_frame(&c, (struct rect){ 0, 1, w, h - 1 });
                cr_expect(!wrong, "%d x %d, %zu: %s", w, h, chosen, wrong);
            }
        }
    }
    canvas_deinit(&c);
}

Test(menu, keys_and_mouse_choose)
{
    static const struct {
        uint32_t key;
        size_t selected;
        enum menu_wish wish;
    } rows[] = {
        { TKEY_UP, 0, MENU_NOTHING },   { TKEY_DOWN, 1, MENU_NOTHING },
        { 'j', 2, MENU_NOTHING },       { 'k', 1, MENU_NOTHING },
        { TKEY_END, 3, MENU_NOTHING },  { TKEY_DOWN, 3, MENU_NOTHING },
        { TKEY_HOME, 0, MENU_NOTHING }, { TKEY_PAGE_DOWN, 3, MENU_NOTHING },
        { 'x', 3, MENU_NOTHING },       { TKEY_ENTER, 3, MENU_PLAY },
        { 'q', 3, MENU_QUIT },          { TKEY_ESCAPE, 3, MENU_QUIT },
    };
    struct menu m;
    menu_init(&m, lessons, COUNT(lessons));
    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_expect_eq(menu_key(&m, rows[i].key), rows[i].wish, "row %zu", i);
        cr_expect_eq(m.selected, rows[i].selected, "row %zu", i);
    }
    cr_expect_eq(menu_mouse(&m, MOUSE_DOWN, 5, 4), MENU_NOTHING);
    cr_expect_eq(m.selected, 1);
    cr_expect_eq(menu_mouse(&m, MOUSE_DOWN, 5, 4), MENU_PLAY);
    cr_expect_eq(menu_mouse(&m, MOUSE_DOWN, 5, 2), MENU_NOTHING, "a heading");
    cr_expect_eq(menu_mouse(&m, MOUSE_DOWN, 60, 4), MENU_NOTHING, "beside the list");
    cr_expect_eq(m.selected, 1);
    menu_init(&m, NULL, 0);
    cr_expect_eq(menu_key(&m, TKEY_ENTER), MENU_NOTHING);
}

Test(menu, the_chosen_lesson_is_always_in_sight)
{
    struct lesson many[60];
    struct menu m;
    struct buf out;
    buf_init(&out);
    for (size_t i = 0; i < COUNT(many); i++)
        many[i] = (struct lesson){ .title = SLICE("lesson"), .level = (uint32_t)(1 + i / 15) };
    menu_init(&m, many, COUNT(many));
    for (int h = 10; h < 80; h += 13)
        for (size_t i = 0; i < COUNT(many); i++) {
            m.h = h;
            m.selected = i;
            picture(&m, &out);
            cr_expect(slice_find(buf_slice(&out), SLICE("▸ lesson")) != SLICE_NONE, "%d: %zu", h,
                      i);
        }
    buf_deinit(&out);
}

Test(menu, without_a_terminal_there_is_a_list)
{
    struct buf out;
    buf_init(&out);
    menu_list(lessons, COUNT(lessons), false, &out);
    cr_expect_str_eq(buf_z(&out), "Your first e-mail     a.json\n"
                                  "Nobody by that name   b.json\n"
                                  "·[2J hostile          c.json\n"
                                  "Why is my mail late?  d.json\n");
    buf_deinit(&out);
}
