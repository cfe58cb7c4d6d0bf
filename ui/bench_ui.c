/* bench_ui.c - how the screen feels: going anywhere in a long run, steps, filters, pictures, and
 * what a terminal and a processor have to do for them.
 * Never knows worlds and terminals: bench_ui_runs.c and bench_ui_seat.c do. */
#include "ui/bench_ui.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sim/base/json_text.h"
#include "sim/base/rng.h"
#include "ui/app.h"
#include "ui/bench.h"
#include "ui/scene.h"

enum { SEEKS = 300, STEPS = 300, THINGS = 40, FRAMES = 120, READERS = 1600, MANY_READERS = 100000 };

/* ---- a long run: to the picture of another moment */

struct times {
    uint64_t max, sum, count;
};

static void times_add(struct times *t, uint64_t ns)
{
    t->max = ns > t->max ? ns : t->max;
    t->sum += ns;
    t->count++;
}

static void times_print(struct buf *out, const char *what, const struct times *t)
{
    static const char *const ends[] = { "_us_max", "_us_mean" };
    const uint64_t values[] = { t->max, t->count ? t->sum / t->count : 0 };
    for (size_t i = 0; i < COUNT(ends); i++) {
        struct buf name = { 0 };
        buf_addz(&name, what);
        buf_addz(&name, ends[i]);
        json_field_u64(out, buf_z(&name), values[i] / 1000);
        buf_deinit(&name);
    }
}

static void measure_seeks(struct app *a, struct canvas *c, struct times *t)
{
    struct rng rng = rng_seeded(6);
    for (int i = 0; i < SEEKS; i++) {
        uint64_t to = 1 + rng_below(&rng, a->trace->count), begin = bench_cpu_ns();
        app_seek_record(a, to);
        screen_draw(a, c);
        times_add(t, bench_cpu_ns() - begin);
        app_focus_pick(a, i % 9); /* each pane has its turn */
    }
}

/* There and back, from places all over the run. */
static void measure_steps(struct app *a, struct canvas *c, struct times *t)
{
    for (uint64_t i = 0; i < STEPS; i++) {
        app_seek_record(a, 1 + i * (a->trace->count - 1) / STEPS);
        app_focus_pick(a, (int)(i % 9));
        for (int way = 0; way < 2; way++) {
            uint64_t begin = bench_cpu_ns();
            app_act(a, way ? ACTION_STEP_BACK : ACTION_STEP_NEXT);
            screen_draw(a, c);
            times_add(t, bench_cpu_ns() - begin);
        }
    }
}

/* Until a filter has been asked of every record; one that matches nothing stops nowhere early. */
static void print_filters(struct app *a, struct buf *out)
{
    static const struct {
        const char *name, *text;
    } rows[] = {
        { "filter_us", "smtp.req.command == \"ZEBRA\"" },
        { "filter_text_us", "text contains \"zebra\"" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct matches m = { 0 };
        struct filter_err err;
        uint64_t begin = bench_cpu_ns();
        (void)matches_set(&m, &a->cast, &a->segments, slice_of(rows[i].text), true, &err);
        json_field_u64(out, rows[i].name, (bench_cpu_ns() - begin) / 1000);
        matches_deinit(&m);
    }
}

/* The map of all hosts, on a terminal of 300x100. */
static void print_layout(const struct cast *c, struct buf *out)
{
    struct scene s;
    scene_init(&s);
    uint64_t begin = bench_cpu_ns();
    scene_layout(&s, c, 298, 93);
    uint64_t ns = bench_cpu_ns() - begin;
    json_field_u64(out, "hosts", c->host_count - 1);
    json_field_u64(out, "layout_us", ns / 1000);
    scene_deinit(&s);
}

static void measure_long(const char *name, const struct trace *t, struct buf *out)
{
    struct times seek = { 0 }, step = { 0 };
    struct canvas c;
    struct app a;
    canvas_init(&c, 120, 36);
    uint64_t begin = bench_cpu_ns();
    app_init(&a, t);
    uint64_t opened = bench_cpu_ns();
    app_resize(&a, c.w, c.h);
    app_act(&a, ACTION_DEPTH);
    app_act(&a, ACTION_DEPTH);
    app_act(&a, ACTION_END);
    screen_draw(&a, &c);
    uint64_t ended = bench_cpu_ns();
    measure_seeks(&a, &c, &seek);
    measure_steps(&a, &c, &step);
    buf_byte(out, '{');
    json_field_text(out, "bench", SLICE("ui"));
    json_field_text(out, "run", slice_of(name));
    json_field_u64(out, "records", t->count);
    json_field_u64(out, "open_us", (opened - begin) / 1000);
    json_field_u64(out, "first_to_the_end_us", (ended - opened) / 1000);
    times_print(out, "seek", &seek);
    times_print(out, "step", &step);
    print_filters(&a, out);
    print_layout(&a.cast, out);
    buf_addz(out, "}\n");
    app_deinit(&a);
    canvas_deinit(&c);
}

static bool bench_long(const struct bench_options *o, struct buf *out, struct err *err_r)
{
    struct trace t;
    if (!bench_run_letters(&t, o->records, err_r))
        return false;
    measure_long("letters", &t, out);
    trace_deinit(&t);
    if (!bench_run_newsletter(&t, o->records * READERS / 100000, err_r))
        return false;
    measure_long("newsletter", &t, out);
    trace_deinit(&t);
    return true;
}

/* ---- things that move, and nothing that does */

static bool bench_moving(struct buf *out, struct err *err_r)
{
    struct bench_seat seat;
    struct trace t;
    bench_run_moving(&t, THINGS);
    bool ok = bench_seat_watch(&t, FRAMES, &seat, err_r);
    trace_deinit(&t);
    if (!ok)
        return false;
    buf_byte(out, '{');
    json_field_text(out, "bench", SLICE("ui"));
    json_field_text(out, "screen", SLICE("120x36"));
    json_field_u64(out, "moving", THINGS);
    json_field_u64(out, "frames", seat.frames);
    json_field_u64(out, "ms", seat.ns / 1000000);
    json_field_u64(out, "cpu_us_a_frame", seat.cpu_ns / seat.frames / 1000);
    json_field_u64(out, "cpu_permille", seat.cpu_ns * 1000 / seat.ns);
    json_field_u64(out, "octets_per_second", seat.octets * 1000000000 / seat.ns);
    json_field_u64(out, "idle_ms", seat.idle_ns / 1000000);
    json_field_u64(out, "idle_cpu_us", seat.idle_cpu_ns / 1000);
    json_field_u64(out, "idle_wakes", seat.idle_wakes);
    buf_addz(out, "}\n");
    return true;
}

/* ---- from the start of the program to its first picture */

static bool bench_first(const char *name, slice scenario, const struct bench_options *o,
                        struct buf *out, struct err *err_r)
{
    char path[] = "/tmp/mailflow-bench-XXXXXX";
    uint64_t ns[99], cpu_ns[99], most = COUNT(ns), rounds = o->rounds < most ? o->rounds : most;
    int fd = mkstemp(path);
    bool ok = fd >= 0 && write(fd, scenario.ptr, scenario.len) == (ssize_t)scenario.len;
    if (!ok)
        (void)err_set(err_r, "bench ui: no file in /tmp");
    for (uint64_t i = 0; i < rounds && ok; i++)
        ok = bench_seat_first(path, &ns[i], &cpu_ns[i], err_r);
    if (fd >= 0) {
        close(fd);
        unlink(path);
    }
    if (!ok)
        return false;
    buf_byte(out, '{');
    json_field_text(out, "bench", SLICE("ui"));
    json_field_text(out, "start", slice_of(name));
    json_field_u64(out, "first_picture_us", bench_median(ns, rounds) / 1000);
    json_field_u64(out, "cpu_us_until_left", bench_median(cpu_ns, rounds) / 1000);
    buf_addz(out, "}\n");
    return true;
}

static bool bench_start(const struct bench_options *o, struct buf *out, struct err *err_r)
{
    struct buf lesson = { 0 }, newsletter = { 0 };
    bench_text_lesson(&lesson);
    bench_text_newsletter(&newsletter, MANY_READERS);
    bool ok = bench_first("lesson", buf_slice(&lesson), o, out, err_r) &&
              bench_first("newsletter", buf_slice(&newsletter), o, out, err_r);
    buf_deinit(&lesson);
    buf_deinit(&newsletter);
    return ok;
}

bool bench_ui(const struct bench_options *o, struct buf *out, struct err *err_r)
{
    if (o->rounds == 0 || o->records == 0)
        return err_set(err_r, "--rounds and --records: at least 1");
    return bench_long(o, out, err_r) && bench_moving(out, err_r) && bench_start(o, out, err_r);
}
