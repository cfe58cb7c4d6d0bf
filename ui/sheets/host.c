/* host.c - the page of the chosen host: tabs of lines, one of which is selected; enter goes to its
 * moment.  The lines are ui/host_page.h's; here is only where they stand on the screen. */
#include "ui/sheets/host.h"

#include "ui/app.h"
#include "ui/sheets/lines.h"

static const struct tab {
    const char *name;
    void (*fill)(struct host_page *p, const struct host_view *v);
    bool newest; /* the last line is the news */
    bool hosts;  /* a line leads to a host, not to a record */
} tabs[] = {
    { "About", host_about, false, false }, { "Letters", host_letters, false, false },
    { "Queue", host_queue, false, false }, { "DNS", host_names, false, false },
    { "Calls", host_calls, false, false }, { "Log", host_log, true, false },
    { "All", host_all, false, true },
};

struct host {
    uint32_t host;
    size_t tab;
    struct lines lines;
};

static void fill(struct host *own, const struct app *a, size_t tab)
{
    const struct host_view view = { &a->model, own->host, a->at.now };
    own->tab = tab;
    host_page_clear(&own->lines.page);
    tabs[tab].fill(&own->lines.page, &view);
    own->lines.selected = tabs[tab].newest && own->lines.page.count ? own->lines.page.count - 1 : 0;
    if (tabs[tab].hosts) {
        for (size_t i = 0; i < own->lines.page.count; i++) {
            own->lines.selected =
                own->lines.page.lines[i].record == own->host ? i : own->lines.selected;
        }
    }
}

static void host_init(struct sheet *sh, struct app *a)
{
    struct host *own = sh->own;
    own->host = a->chosen;
    host_page_init(&own->lines.page);
    fill(own, a, 0);
}

static void host_deinit(struct sheet *sh)
{
    struct host *own = sh->own;
    host_page_deinit(&own->lines.page);
}

/* ---- drawing */

/* Where everything stands, for the eye and for the mouse. */
struct places {
    struct canvas in; /* inside the frame */
    int tabs_y, list_y, list_h;
};

static struct places places_of(const struct canvas *in)
{
    int gap = in->h > 8 ? 1 : 0;
    return (struct places){ *in, 0, 1 + gap, in->h - 1 - gap };
}

static struct canvas frame_of(const struct host *own, const struct app *a, struct canvas *c)
{
    const int widest = 132;
    const struct cast_host *h = cast_host(&a->cast, own->host);
    struct buf title;
    buf_init(&title);
    buf_add(&title, cast_host_name(&a->cast, own->host));
    if (h) {
        buf_addz(&title, ": ");
        buf_add(&title, host_plain_kind(&a->cast, h));
    }
    struct canvas in =
        sheet_frame(c, widest, c->h, buf_slice(&title),
                    SLICE("\u2190\u2192 page  \u2191\u2193 line  enter goes there  esc closes"));
    buf_deinit(&title);
    return in;
}

static int tab_width(size_t tab)
{
    return text_width(slice_of(tabs[tab].name)) + 2;
}

/* The column of a tab; where there is no room for all, the first ones leave. */
static int tab_x(const struct host *own, const struct places *p, size_t tab)
{
    int x = 0, end = 0;
    for (size_t i = 0; i < COUNT(tabs); i++) {
        x += i < tab ? tab_width(i) : 0;
        end += i <= own->tab ? tab_width(i) : 0;
    }
    return end > p->in.w ? x - (end - p->in.w) : x;
}

static void draw_tabs(const struct host *own, struct places *p)
{
    for (size_t i = 0; i < COUNT(tabs); i++) {
        bool shown = i == own->tab;
        int x = tab_x(own, p, i);
        if (x < 0) {
            continue;
        }
        x = canvas_put(&p->in, x, p->tabs_y, shown ? '[' : ' ', INK_FOCUS);
        x = canvas_textz(&p->in, x, p->tabs_y, tabs[i].name, shown ? INK_FOCUS : INK_DIM);
        canvas_put(&p->in, x, p->tabs_y, shown ? ']' : ' ', INK_FOCUS);
    }
}

static void host_draw(const struct sheet *sh, const struct app *a, struct canvas *c)
{
    const struct host *own = sh->own;
    struct canvas in = frame_of(own, a, c);
    struct places p = places_of(&in);
    draw_tabs(own, &p);
    struct canvas list = canvas_sub(&p.in, (struct rect){ 0, p.list_y, p.in.w, p.list_h });
    lines_draw(&own->lines, &list);
}

/* ---- keys and the mouse */

static void go(struct sheet *sh, struct app *a)
{
    struct host *own = sh->own;
    uint64_t record = lines_record(&own->lines);
    if (record == 0) {
        return;
    }
    if (tabs[own->tab].hosts) {
        own->host = a->chosen = (uint32_t)record;
        fill(own, a, 0);
        return;
    }
    app_sheet_close(a);
    app_seek_record(a, record);
}

static bool host_key(struct sheet *sh, struct app *a, uint32_t key)
{
    static const struct {
        enum action action;
        int by;
    } pages[] = {
        { ACTION_STEP_BACK, -1 },
        { ACTION_STEP_NEXT, 1 },
        { ACTION_PANE_BACK, -1 },
        { ACTION_PANE_NEXT, 1 },
    };
    struct host *own = sh->own;
    enum action what = action_of_key(key);
    if (key >= '1' && key < '1' + COUNT(tabs)) {
        fill(own, a, key - '1');
        return true;
    }
    for (size_t i = 0; i < COUNT(pages); i++) {
        if (pages[i].action == what) {
            fill(own, a, (own->tab + COUNT(tabs) + (size_t)pages[i].by) % COUNT(tabs));
            return true;
        }
    }
    if (lines_act(&own->lines, what)) {
        return true;
    }
    if (what == ACTION_CHOOSE) {
        go(sh, a);
    } else if (what == ACTION_CANCEL) {
        app_sheet_close(a);
    }
    return what == ACTION_CHOOSE || what == ACTION_CANCEL;
}

static void click(struct sheet *sh, struct app *a, struct places *p, int x, int y)
{
    struct host *own = sh->own;
    for (size_t i = 0; i < COUNT(tabs) && y == p->tabs_y; i++) {
        int from = tab_x(own, p, i);
        if (x >= from && x < from + tab_width(i)) {
            fill(own, a, i);
            return;
        }
    }
    if (y >= p->list_y && lines_click(&own->lines, p->in.w, p->list_h, y - p->list_y)) {
        go(sh, a);
    }
}

static void host_mouse(struct sheet *sh, struct app *a, enum term_mouse what, int x, int y)
{
    struct host *own = sh->own;
    struct canvas c;
    lines_move(&own->lines, 3 * term_wheel(what));
    if (what != MOUSE_DOWN) {
        return;
    }
    canvas_init(&c, a->w, a->h); /* the same arithmetic as for drawing, on cells nobody sees */
    struct canvas in = frame_of(own, a, &c);
    struct places p = places_of(&in);
    click(sh, a, &p, x - in.x0, y - in.y0);
    canvas_deinit(&c);
}

const struct sheet_ops sheet_host = {
    .name = "host",
    .size = sizeof(struct host),
    .init = host_init,
    .deinit = host_deinit,
    .draw = host_draw,
    .key = host_key,
    .mouse = host_mouse,
};
