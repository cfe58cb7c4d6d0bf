/* menu.c - the choice of a lesson.  See menu.h. */
#include "ui/menu.h"

#include "ui/linear.h"

static const char *const levels[] = {
    "More", "First lessons", "At school", "Computer science", "Security and operations", "Expert",
};

void menu_init(struct menu *m, const struct lesson *lessons, size_t count)
{
    *m = (struct menu){ .lessons = lessons, .count = count, .w = 80, .h = 24 };
}

/* ---- where things are */

static struct rect list_frame(const struct menu *m)
{
    int widest = 30;
    for (size_t i = 0; i < m->count; i++) {
        int w = text_width(m->lessons[i].title) + 6;
        widest = w > widest ? w : widest;
    }
    int most = m->w / 2 + 1;
    return (struct rect){ 0, 1, widest < most ? widest : most, m->h - 1 };
}

static bool has_heading(const struct menu *m, size_t i)
{
    if (i == 0)
        return m->lessons[i].level > 0;
    return m->lessons[i - 1].level != m->lessons[i].level;
}

/* The line of a lesson when the list is drawn from its beginning; headings take one, with a blank
 * line before all but the first. */
static int line_of(const struct menu *m, size_t lesson)
{
    int line = 0;
    for (size_t i = 0; i <= lesson && i < m->count; i++) {
        if (has_heading(m, i))
            line += i == 0 ? 1 : 2;
        line += i < lesson;
    }
    return line;
}

/* The first line shown: the chosen lesson stands in the middle, without empty lines at the end. */
static int scroll_of(const struct menu *m)
{
    int height = list_frame(m).h - 2, lines = m->count ? line_of(m, m->count - 1) + 1 : 0;
    int first = m->count ? line_of(m, m->selected) - height / 2 : 0;
    first = first > lines - height ? lines - height : first;
    return first > 0 ? first : 0;
}

/* ---- drawing */

/* "1 First lessons ------" */
static void draw_heading(struct canvas *c, int y, unsigned level)
{
    int x = canvas_put(c, 1, y, level ? '0' + level % 10 : ' ', INK_TITLE) + (level ? 1 : -1);
    x = canvas_textz(c, x, y, levels[level % COUNT(levels)], INK_TITLE) + 1;
    canvas_hline(c, x, y, c->w - 1 - x, 0x2508, INK_BORDER);
}

static void draw_list(const struct menu *m, struct rect inside, struct canvas *c)
{
    struct canvas view = canvas_sub(c, inside);
    int scroll = scroll_of(m);
    for (size_t i = 0; i < m->count; i++) {
        const struct lesson *lesson = &m->lessons[i];
        int y = line_of(m, i) - scroll;
        if (has_heading(m, i))
            draw_heading(&view, y - 1, lesson->level);
        bool selected = i == m->selected;
        enum ink ink = selected ? INK_SELECT : INK_TEXT;
        if (selected) {
            canvas_fill(&view, (struct rect){ 0, y, inside.w, 1 }, ' ', ink);
            canvas_put(&view, 1, y, 0x25B8, ink);
        }
        canvas_text_max(&view, 3, y, inside.w - 4, lesson->title, ink);
    }
}

/* What one may type; the path goes to a line of its own where both do not fit. */
static void draw_command(const struct lesson *lesson, struct rect r, struct canvas *c)
{
    bool serves = lesson->level == 0; /* a world to be visited, not a lesson */
    slice command = serves ? SLICE("mailflow serve ") : SLICE("mailflow play --linear ");
    int behind = text_width(command);
    bool fits = behind + text_width(lesson->path) <= r.w;
    int y = r.y + r.h - (fits ? 2 : 3);
    canvas_text_max(c, r.x, y, r.w,
                    serves ? SLICE("To open it to your mail program:")
                           : SLICE("To read it in words, or print it:"),
                    INK_DIM);
    canvas_text_max(c, r.x, y + 1, r.w, command, INK_DIM);
    canvas_text_max(c, fits ? r.x + behind : r.x + 2, fits ? y + 1 : y + 2,
                    fits ? r.w - behind : r.w - 2, lesson->path, INK_TEXT);
}

static void draw_about(const struct menu *m, struct rect inside, struct canvas *whole)
{
    if (m->selected >= m->count)
        return;
    const struct lesson *lesson = &m->lessons[m->selected];
    struct canvas view = canvas_sub(whole, inside), *c = &view; /* titles may be of any length */
    struct rect text = rect_inset(canvas_area(c), 2, 1);
    int wide = text.w > 68 ? 68 : text.w; /* longer lines are hard to read */
    text.w = wide;
    int used = canvas_wrap(c, text, lesson->title, INK_LETTER) + 1;
    if (inside.h < 14) {
        canvas_wrap(c, (struct rect){ text.x, text.y + used, text.w, text.h - used - 2 },
                    lesson->about, INK_TEXT);
        canvas_text_max(c, text.x, text.y + text.h - 1, wide, lesson->path, INK_DIM);
        return;
    }
    canvas_text_max(c, text.x, text.y + used++, wide, SLICE("What you will see"), INK_DIM);
    struct rect rest = { text.x, text.y + used, text.w, text.h - used - 4 };
    used = canvas_wrap(c, rest, lesson->about, INK_TEXT) + 1;
    rest = (struct rect){ rest.x, rest.y + used, rest.w, rest.h - used };
    if (lesson->aim.len > 0 && rest.h > text_lines(lesson->aim, rest.w)) {
        canvas_text_max(c, rest.x, rest.y++, rest.w, SLICE("What you will understand"), INK_DIM);
        canvas_wrap(c, rest, lesson->aim, INK_TEXT);
    }
    draw_command(lesson, text, c);
}

static void draw_keys(struct rect keys, struct canvas *c)
{
    static const char *const words[][2] = { { "↑↓", "choose" },
                                            { "enter", "play" },
                                            { "q", "quit" } };
    int x = keys.x + 1;
    for (size_t i = 0; i < COUNT(words); i++) {
        x = canvas_put(c, x, keys.y, ' ', INK_BORDER);
        x = canvas_textz(c, x, keys.y, words[i][0], INK_TITLE);
        x = canvas_put(c, x, keys.y, ' ', INK_BORDER);
        x = canvas_textz(c, x, keys.y, words[i][1], INK_DIM);
        x = canvas_put(c, x, keys.y, ' ', INK_BORDER);
    }
}

void menu_draw(const struct menu *m, struct canvas *c)
{
    struct rect list = list_frame(m);
    struct rect about = { list.w - 1, 1, m->w - list.w + 1, m->h - 1 };
    canvas_clear(c);
    int x = canvas_textz(c, 1, 0, "mailflow", INK_TITLE);
    canvas_textz(c, x + 2, 0, "how e-mail travels", INK_DIM);
    canvas_box(c, (struct rect){ 0, 1, m->w, m->h - 1 }, INK_BORDER);
    canvas_box(c, list, INK_BORDER);
    canvas_textz(c, 2, 1, " Lessons ", INK_FOCUS);
    draw_list(m, rect_inset(list, 1, 1), c);
    draw_about(m, rect_inset(about, 1, 1), c);
    draw_keys((struct rect){ 1, m->h - 1, m->w - 2, 1 }, c);
}

void menu_list(const struct lesson *lessons, size_t count, bool ascii, struct buf *out)
{
    int widest = 0;
    for (size_t i = 0; i < count; i++) {
        int w = text_width(lessons[i].title);
        widest = w > widest ? w : widest;
    }
    for (size_t i = 0; i < count; i++) {
        int w = text_width(lessons[i].title);
        linear_text(lessons[i].title, ascii, out);
        buf_fill(out, ' ', (size_t)(widest - w) + 2);
        buf_add(out, lessons[i].path);
        buf_byte(out, '\n');
    }
}

/* ---- choosing */

static void move(struct menu *m, int by)
{
    long to = (long)m->selected + by, last = (long)m->count - 1;
    to = to > last ? last : to;
    m->selected = to < 0 ? 0 : (size_t)to;
}

enum menu_wish menu_key(struct menu *m, uint32_t key)
{
    int page = list_frame(m).h - 3;
    const struct {
        enum action action;
        int by;
    } moves[] = {
        { ACTION_UP, -1 },          { ACTION_DOWN, 1 },         { ACTION_PAGE_UP, -page },
        { ACTION_PAGE_DOWN, page }, { ACTION_START, -1000000 }, { ACTION_END, 1000000 },
    };
    enum action action = action_of_key(key);
    for (size_t i = 0; i < COUNT(moves); i++)
        if (moves[i].action == action)
            move(m, moves[i].by);
    if (action == ACTION_QUIT || action == ACTION_CANCEL)
        return MENU_QUIT;
    bool plays = action == ACTION_CHOOSE || action == ACTION_PLAY || action == ACTION_STEP_NEXT;
    return plays && m->count > 0 ? MENU_PLAY : MENU_NOTHING;
}

enum menu_wish menu_mouse(struct menu *m, enum term_mouse what, int x, int y)
{
    struct rect inside = rect_inset(list_frame(m), 1, 1);
    move(m, term_wheel(what));
    if (what != MOUSE_DOWN || !rect_has(inside, x, y))
        return MENU_NOTHING;
    int line = y - inside.y + scroll_of(m);
    for (size_t i = 0; i < m->count; i++)
        if (line_of(m, i) == line) {
            bool again = m->selected == i;
            m->selected = i;
            return again ? MENU_PLAY : MENU_NOTHING;
        }
    return MENU_NOTHING;
}

bool menu_loop(struct menu *m, const struct terminal *terminal)
{
    enum menu_wish wish = MENU_NOTHING;
    struct term_event event = { .what = TERM_NOTHING };
    struct canvas c;
    canvas_init(&c, 1, 1);
    while (wish == MENU_NOTHING && event.what != TERM_GONE) {
        terminal->size(&m->w, &m->h);
        if (m->w != c.w || m->h != c.h)
            canvas_resize(&c, m->w, m->h);
        menu_draw(m, &c);
        terminal->draw(&c);
        event = terminal->wait(-1);
        if (event.what == TERM_KEY)
            wish = menu_key(m, event.key);
        else if (event.what == TERM_MOUSE)
            wish = menu_mouse(m, event.mouse, event.x, event.y);
    }
    canvas_deinit(&c);
    return wish == MENU_PLAY;
}
