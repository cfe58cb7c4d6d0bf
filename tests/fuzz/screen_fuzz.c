/* screen_fuzz.c - somebody at the keys, with any trace, on a screen of any size.
 * The first octets say what is watched: a run of a scenario as it is, with octets of its saved
 * trace changed, growing while it is watched, with its scenario behind it to ask what if, two runs
 * side by side, or the menu with titles of any octets.  The rest is keys, mouse, sizes and time.  After each, what is drawn must be whole: a
 * function of the state alone, borders closed, nothing outside, no cell that a terminal would not
 * draw as one or two columns. */
#include "sim/trace/file.h"
#include "sim/trace/octets.h"
#include "tests/lib/lesson_show.h"
#include "tests/lib/lesson_trace.h"
#include "tests/lib/whole_screen.h"
#include "ui/app.h"
#include "ui/lab.h"
#include "ui/linear.h"
#include "ui/menu.h"
#include "ui/second.h"
#include "ui/show.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { STEPS = 30, CHANGES = 24, RECORD = 48, SEAL = 24, W_MOST = 150, H_MOST = 60 };

/* ---- octets of the input, zeros behind its end */

struct input {
    const uint8_t *at, *end;
};

static uint32_t take(struct input *in, int octets)
{
    uint32_t value = 0;
    while (octets-- > 0)
        value = value << 8 | (in->at < in->end ? *in->at++ : 0);
    return value;
}

static slice take_text(struct input *in)
{
    size_t most = take(in, 1), left = (size_t)(in->end - in->at);
    slice s = { (const char *)in->at, most < left ? most : left };
    in->at += s.len;
    return s;
}

/* ---- traces */

static const char *const lessons[] = {
    "tests/hostile/scenario.json",       "scenarios/first-mail.json",
    "scenarios/dns-journey.json",        "scenarios/starttls-stripping.json",
    "scenarios/imap-offline-cache.json", "scenarios/why-is-my-mail-late.json",
    "scenarios/transactional.json",      "scenarios/full-mailbox.json",
};

/* Each is run once, when it is first asked for, and kept. */
static struct run {
    struct trace trace;
    struct buf saved;
} runs[COUNT(lessons)];

static const struct run *run_of(uint32_t which)
{
    struct run *run = &runs[which % COUNT(lessons)];
    struct err err = { "" };
    if (run->saved.len == 0) {
        bool ok = lesson_trace(&run->trace, lessons[which % COUNT(lessons)], &err) &&
                  trace_save(&run->trace, &run->saved);
        assert(ok);
    }
    return run;
}

/* The error of a wrong seal tells the right one in its last 16 letters. */
static void mend_seal(struct buf *file, const struct err *err)
{
    size_t len = strlen(err->text);
    struct buf number = { 0 };
    if (!strstr(err->text, "damaged") || len <= 16)
        return;
    put_u64(&number, strtoull(err->text + len - 16, NULL, 16));
    memcpy(file->ptr + SEAL, number.ptr, 8);
    buf_deinit(&number);
}

/* Records stand at the end, each with its numbers in the order of the struct; names, and what was
 * said, before them. */
static void change(struct buf *file, uint64_t records, struct input *in)
{
    static const struct {
        uint8_t at, size;
    } fields[] = { { 0, 8 },  { 8, 8 },  { 16, 8 }, { 24, 4 }, { 28, 4 },
                   { 32, 4 }, { 36, 4 }, { 40, 4 }, { 44, 4 } };
    size_t body = file->len - (size_t)records * RECORD;
    uint32_t how = take(in, 1);
    if (how % 4 == 0) {
        size_t at = take(in, 3) % body;
        slice text = take_text(in);
        if (text.len <= body - at)
            memcpy(file->ptr + at, text.ptr, text.len);
        return;
    }
    char *record = file->ptr + body + take(in, 2) % records * RECORD;
    size_t field = take(in, 1) % COUNT(fields);
    uint64_t value = how % 4 == 1 ? (uint64_t)take(in, 4) << 8 * (take(in, 1) % 5) : take(in, 1);
    for (size_t i = 0; i < fields[field].size; i++)
        record[fields[field].at + i] = (char)(value >> 8 * i);
}

/* false: it could not be loaded. */
static bool changed_trace(struct trace *t, const struct run *run, struct input *in)
{
    struct err err = { "" };
    struct buf file = { 0 };
    buf_add(&file, buf_slice(&run->saved));
    for (uint32_t n = 1 + take(in, 1) % CHANGES; n > 0; n--)
        change(&file, run->trace.count, in);
    bool ok = trace_load(t, buf_slice(&file), &err);
    if (!ok) {
        mend_seal(&file, &err);
        ok = trace_load(t, buf_slice(&file), &err);
    }
    buf_deinit(&file);
    return ok;
}

/* Goes on writing `to` as `from` was written, up to a record. */
static void grow(struct trace *to, const struct trace *from, uint64_t until)
{
    while (to->names.count < from->names.count)
        (void)trace_name(to, trace_name_of(from, (uint32_t)to->names.count));
    until = until < from->count ? until : from->count;
    for (uint64_t n = to->count + 1; n <= until; n++) {
        const struct trace_rec *r = trace_at(from, n);
        uint32_t payload = trace_payload_id(r);
        struct buf scratch = { 0 };
        if (payload == to->payload_count + 1)
            (void)trace_put_text(to, trace_without_payload(r),
                                 trace_payload(from, payload, &scratch));
        else
            (void)trace_put(to, *r);
        buf_deinit(&scratch);
    }
}

/* ---- what must hold of every picture */

/* The picture in the middle of a larger canvas, twice: on what stood there, and on a clean one. */
struct easel {
    struct canvas used, clean;
    int w, h;
};

static void easel_size(struct easel *e, int w, int h)
{
    canvas_deinit(&e->used);
    canvas_init(&e->used, w + 4, h + 2);
    canvas_fill(&e->used, canvas_area(&e->used), '#', INK_ERROR);
    canvas_deinit(&e->clean);
    canvas_init(&e->clean, w, h);
    e->w = w;
    e->h = h;
}

static struct canvas easel_view(struct easel *e)
{
    return canvas_sub(&e->used, (struct rect){ 2, 1, e->w, e->h });
}

static void check_easel(struct easel *e)
{
    struct canvas view = easel_view(e);
    for (int y = 0; y < e->h + 2; y++)
        for (int x = 0; x < e->w + 4; x++)
            if (x < 2 || y < 1 || x >= e->w + 2 || y >= e->h + 1)
                assert(canvas_cell(&e->used, x, y)->glyph == '#');
    for (int y = 0; y < e->h; y++)
        for (int x = 0; x < e->w; x++)
            assert(memcmp(canvas_cell(&view, x, y), canvas_cell(&e->clean, x, y),
                          sizeof(struct cell)) == 0);
    assert(!whole_cells(&e->clean));
}

/* ---- what a person does */

static uint32_t any_key(struct input *in)
{
    uint32_t how = take(in, 1);
    if (how < 160) { /* a key that means something */
        const struct action_row *row = action_row((enum action)(1 + how % (ACTION_COUNT - 1)));
        return how & 128 && row->other ? row->other : row->key;
    }
    if (how < 200)
        return ' ' + (how - 160) * 2 + take(in, 1) % 2;
    return how < 240 ? TKEY_BASE + (how - 200) : take(in, 3) % 0x110000;
}

static void any_size(struct easel *e, struct input *in)
{
    static const int usual[][2] = { { 80, 24 }, { 120, 36 }, { 40, 10 }, { 39, 10 }, { 100, 30 } };
    uint32_t how = take(in, 1);
    if (how < COUNT(usual))
        easel_size(e, usual[how][0], usual[how][1]);
    else
        easel_size(e, 1 + (int)(take(in, 1) % W_MOST), 1 + (int)(take(in, 1) % H_MOST));
}

/* ---- the screen */

static void draw_app(const struct app *a, struct easel *e)
{
    struct canvas view = easel_view(e);
    screen_draw(a, &view);
    screen_draw(a, &e->clean);
    check_easel(e);
    assert(!whole_screen(a, &e->clean));
}

/* A run that is made while it is watched. */
struct maker {
    struct making making; /* first */
    struct trace *to;
    const struct trace *from;
};

static bool make(struct making *m, uint64_t events)
{
    struct maker *maker = (void *)m;
    grow(maker->to, maker->from, maker->to->count + events / 16);
    return maker->to->count < maker->from->count;
}

/* A lesson with its world behind it, which writes no file. */
static struct behind {
    struct show show; /* first */
    const struct show *real;
    const struct trace *trace;
} behind;

static struct show_run *begin_again(const struct show *s, const struct show_change *c,
                                    struct err *err_r)
{
    const struct show *real = ((const struct behind *)s)->real;
    return real->ops->begin(real, c, err_r);
}

static bool save_nothing(const struct show *s, const struct show_change *c, struct buf *path_r,
                         struct err *err_r)
{
    (void)s;
    buf_add(path_r, c->say);
    return c->patch.len % 2 == 0 || err_set(err_r, "no room for %.*s", SLICE_ARG(c->say));
}

static const struct behind *lesson_behind(void)
{
    static struct show_ops ops;
    struct err err = { "" };
    if (!behind.real) {
        struct lesson_show *lesson = lesson_show_new("tests/golden/whatif.json", NULL, &err);
        assert(lesson);
        behind.real = lesson_show_of(lesson);
        behind.trace = lesson_show_trace(lesson);
        behind.show = *behind.real;
        ops = *behind.real->ops;
        ops.begin = begin_again;
        ops.save = save_nothing;
        behind.show.ops = &ops;
    }
    return &behind;
}

/* grows: the same trace, which grows by what is in `from`; NULL: it stands as it is.  show: the
 * world behind it, or NULL. */
static void use_app(const struct trace *t, struct trace *grows, const struct trace *from,
                    const struct show *show, struct input *in)
{
    struct easel e = { .w = 0 };
    struct app a;
    uint64_t clock = 1, now = 0;
    easel_size(&e, 80, 24);
    struct maker maker = { { make }, grows, from };
    app_init(&a, t);
    if (in->at < in->end && *in->at & 1) /* a byte that says more than one thing */
        app_teach(&a);
    a.show = show;
    a.making = grows && take(in, 1) % 2 ? &maker.making : NULL;
    for (int step = 0; step < STEPS && in->at < in->end && !a.quit; step++) {
        uint32_t what = take(in, 1) % 16;
        if (what < 8)
            app_key(&a, any_key(in));
        else if (what < 10)
            app_mouse(&a, (enum term_mouse)(take(in, 1) % (MOUSE_WHEEL_DOWN + 1)),
                      (int)take(in, 1) - 2, (int)(take(in, 1) % 64) - 1);
        else if (what < 12)
            app_tick(&a, clock += (uint64_t)take(in, 2) << 16);
        else if (what == 12)
            any_size(&e, in);
        else if (a.making) {
            app_make(&a);
            app_extend(&a);
        } else if (grows) {
            grow(grows, from, t->count + take(in, 1) * 4);
            app_live(&a, now += (uint64_t)take(in, 2) << 24);
        } else if (second_works(&a))
            second_pass(&a);
        else
            app_seek_record(&a, t->count > 0 ? take(in, 2) % (t->count + 1) : 0);
        app_resize(&a, e.w, e.h);
        draw_app(&a, &e);
    }
    app_deinit(&a);
    canvas_deinit(&e.used);
    canvas_deinit(&e.clean);
}

static void use_linear(const struct trace *t)
{
    struct cast cast;
    struct buf out = { 0 };
    cast_init(&cast, t);
    linear_story(&cast, false, &out);
    assert(!whole_text(buf_slice(&out), false));
    buf_deinit(&out);
    cast_deinit(&cast);
}

static void fuzz_app(struct input *in, const struct run *run)
{
    struct trace t;
    if (!changed_trace(&t, run, in))
        return;
    if (take(in, 1) % 16 == 0)
        use_linear(&t);
    use_app(&t, NULL, NULL, NULL, in);
    trace_deinit(&t);
}

static void fuzz_growing(struct input *in, const struct run *run)
{
    struct trace t;
    trace_init(&t, TRACE_LEVEL_BYTES);
    grow(&t, &run->trace, take(in, 1));
    use_app(&t, &t, &run->trace, NULL, in);
    trace_deinit(&t);
}

/* ---- runs side by side, and the choice of a lesson */

static void fuzz_lab(struct input *in, const struct run *run)
{
    struct compare_run sides[COMPARE_MOST];
    struct compare compare;
    struct easel e = { .w = 0 };
    struct lab l;
    uint64_t clock = 1;
    size_t count = COMPARE_LEAST + take(in, 1) % (COMPARE_MOST - COMPARE_LEAST + 1);
    for (size_t i = 0; i < count; i++)
        sides[i] =
            (struct compare_run){ .name = take_text(in),
                                  .title = SLICE("a run"),
                                  .trace = i == 0 ? &run->trace : &run_of(take(in, 1))->trace };
    compare_begin(&compare, sides, count, 0);
    lab_init(&l, &compare, take_text(in));
    l.title_page = take(in, 1) % 2 == 1;
    easel_size(&e, 120, 36);
    for (int step = 0; step < STEPS && in->at < in->end && !l.quit; step++) {
        uint32_t what = take(in, 1) % 9;
        if (what == 8)
            lab_work(&l);
        else if (what < 5)
            lab_key(&l, any_key(in));
        else if (what < 6)
            lab_mouse(&l, (enum term_mouse)(take(in, 1) % (MOUSE_WHEEL_DOWN + 1)),
                      (int)take(in, 1) - 2);
        else if (what < 7)
            lab_tick(&l, clock += (uint64_t)take(in, 2) << 16);
        else
            any_size(&e, in);
        struct canvas view = easel_view(&e);
        lab_resize(&l, e.w, e.h);
        lab_draw(&l, &view);
        lab_draw(&l, &e.clean);
        check_easel(&e);
        bool helped = l.help != LAB_HELP_CLOSED; /* it may lie over the frame */
        if (e.w >= LAYOUT_W_MIN && e.h >= LAYOUT_H_MIN && !helped)
            assert(!whole_frame(&e.clean, (struct rect){ 0, 1, e.w, e.h - 1 }));
    }
    lab_deinit(&l);
    compare_free(&compare);
    canvas_deinit(&e.used);
    canvas_deinit(&e.clean);
}

static void fuzz_menu(struct input *in)
{
    struct lesson items[12] = { { .level = 0 } };
    struct easel e = { .w = 0 };
    struct menu m;
    struct buf out = { 0 };
    enum menu_wish wish = MENU_NOTHING;
    size_t count = take(in, 1) % COUNT(items);
    for (size_t i = 0; i < count; i++) {
        slice title = take_text(in), about = take_text(in), path = take_text(in);
        items[i] = (struct lesson){
            .title = title, .about = about, .aim = about, .path = path, .level = take(in, 1) % 6
        };
    }
    menu_init(&m, items, count);
    easel_size(&e, 80, 24);
    for (int step = 0; step < STEPS && in->at < in->end && wish != MENU_QUIT; step++) {
        uint32_t what = take(in, 1) % 8;
        if (what < 4)
            wish = menu_key(&m, any_key(in));
        else if (what < 6)
            wish = menu_mouse(&m, (enum term_mouse)(take(in, 1) % (MOUSE_WHEEL_DOWN + 1)),
                              (int)take(in, 1) - 2, (int)take(in, 1) - 2);
        else
            any_size(&e, in);
        struct canvas view = easel_view(&e);
        m.w = e.w;
        m.h = e.h;
        menu_draw(&m, &view);
        menu_draw(&m, &e.clean);
        check_easel(&e);
        if (e.w >= LAYOUT_W_MIN && e.h >= LAYOUT_H_MIN)
            assert(!whole_frame(&e.clean, (struct rect){ 0, 1, e.w, e.h - 1 }));
    }
    menu_list(items, count, true, &out);
    buf_deinit(&out);
    canvas_deinit(&e.used);
    canvas_deinit(&e.clean);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = { data, data + size };
    uint32_t what = take(&in, 1) % 8;
    const struct run *run = run_of(take(&in, 1));
    if (what < 3)
        fuzz_app(&in, run);
    else if (what == 3)
        use_app(&run->trace, NULL, NULL, NULL, &in);
    else if (what == 4)
        use_app(lesson_behind()->trace, NULL, NULL, &lesson_behind()->show, &in);
    else if (what == 5)
        fuzz_growing(&in, run);
    else if (what == 6)
        fuzz_lab(&in, run);
    else
        fuzz_menu(&in);
    return 0;
}
