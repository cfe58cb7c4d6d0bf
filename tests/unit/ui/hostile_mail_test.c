/* Letters, replies, names and folders that want to harm a screen: through the whole program, in
 * every pane, at every size, none of it comes out raw and no border breaks.
 * tests/hostile/ has the scenario; the lines of 100,000 characters are written here. */
#include "ui/lab.h"
#include "ui/linear.h"
#include "ui/menu.h"

#include "tests/lib/lesson_trace.h"
#include "tests/lib/whole_screen.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define HOSTILE "tests/hostile/scenario.json"

/* ---- a letter of three lines, each of 100,000 characters, most of them hostile */

static const char *const pieces[] = {
    "\033]0;owned\a",
    "\033[2J",
    "\302\2332J",
    "\342\200\256",
    "Z\314\265\314\241\314\200",
    "\344\270\255",
    "\360\237\221\251\342\200\215\360\237\221\247",
    "\377\300\257\355\240\200",
    "x",
};

static void long_line(FILE *f, size_t first)
{
    size_t written = 0;
    for (size_t i = first; written < 100000; i++)
        written += (size_t)fprintf(f, "%s", pieces[i % COUNT(pieces)]);
    fputs("\r\n", f);
}

static void write_long(const char *folder)
{
    char path[80];
    (void)snprintf(path, sizeof path, "%s/long.eml", folder);
    FILE *f = fopen(path, "wb");
    cr_assert(f);
    fputs("From: alice@example.org\r\nTo: bob@example.net\r\nSubject: ", f);
    long_line(f, 0);
    fputs("\r\n", f);
    long_line(f, 3);
    long_line(f, 5);
    fclose(f);
    (void)snprintf(path, sizeof path, "%s/long.json", folder);
    f = fopen(path, "wb");
    cr_assert(f);
    fputs("{ \"title\": \"Long lines\", \"hosts\": {"
          "\"alice-laptop\": { \"kind\": \"mua\", \"account\": \"alice@example.org\", \"tls\": "
          "\"none\" },"
          "\"mail.example.org\": { \"kind\": \"mail\", \"domain\": \"example.org\", \"tls\": "
          "\"none\","
          " \"accounts\": { \"alice\": \"wonderland\", \"bob\": \"builder\" } },"
          "\"bob-laptop\": { \"kind\": \"mua\", \"account\": \"bob@example.org\", \"tls\": "
          "\"none\" } },"
          "\"script\": [ { \"at\": \"1s\", \"host\": \"alice-laptop\", \"do\": \"send\","
          " \"to\": \"bob@example.org\", \"eml\": \"long.eml\" },"
          " { \"at\": \"20s\", \"host\": \"bob-laptop\", \"do\": \"fetch\" } ] }",
          f);
    fclose(f);
}

static void remove_long(const char *folder)
{
    static const char *const names[] = { "long.eml", "long.json" };
    char path[80];
    for (size_t i = 0; i < COUNT(names); i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
}

static void open_long(struct trace *t)
{
    char folder[] = "/tmp/mailflow-hostile-XXXXXX", path[80];
    struct err err;
    cr_assert(mkdtemp(folder));
    write_long(folder);
    (void)snprintf(path, sizeof path, "%s/long.json", folder);
    bool ok = lesson_trace(t, path, &err);
    remove_long(folder);
    cr_assert(ok, "%s", err.text);
}

/* ---- every pane */

static void look(struct app *a, const char *what, int w, int h)
{
    struct canvas c;
    canvas_init(&c, w, h);
    app_resize(a, w, h);
    screen_draw(a, &c);
    const char *wrong = whole_screen(a, &c);
    cr_expect(!wrong, "%s, %dx%d, record %llu, pane %s: %s", what, w, h,
              (unsigned long long)a->at.record, a->panes[a->focus].ops->name, wrong);
    canvas_deinit(&c);
}

static void look_everywhere(const struct trace *t, const char *what, uint64_t moments)
{
    static const int sizes[][2] = { { 80, 24 }, { 120, 36 }, { 40, 10 }, { 57, 61 } };
    struct app a;
    app_init(&a, t);
    for (uint64_t i = 0; i <= moments; i++)
        for (int depth = 0; depth < DEPTH_COUNT; depth++) {
            app_resize(&a, 120, 36);
            app_seek_record(&a, t->count * i / moments);
            app_act(&a, ACTION_DEPTH);
            for (int pane = 0; pane < 9; pane++) {
                app_focus_pick(&a, pane);
                app_act(&a, pane % 2 ? ACTION_DOWN : ACTION_PAGE_DOWN);
                const int *size = sizes[(i + (uint64_t)pane) % COUNT(sizes)];
                look(&a, what, size[0], size[1]);
            }
            app_act(&a, depth == 1 ? ACTION_LISTEN : ACTION_SECRETS);
        }
    app_deinit(&a);
}

Test(hostile_mail, breaks_no_pane)
{
    struct trace t;
    struct err err;
    cr_assert(lesson_trace(&t, HOSTILE, &err), "%s", err.text);
    cr_assert_gt(t.kinds[TRACE_REFUSE], 0, "a hostile reply is in it");
    cr_assert_gt(t.kinds[TRACE_FETCHED], 2, "hostile letters are read");
    look_everywhere(&t, "hostile", 60);
    trace_deinit(&t);
}

Test(hostile_mail, long_lines_break_no_pane)
{
    struct trace t;
    open_long(&t);
    cr_assert_gt(t.kinds[TRACE_FETCHED], 0);
    look_everywhere(&t, "long lines", 12);
    trace_deinit(&t);
}

/* A saved trace names its hosts as it likes. */
Test(hostile_mail, names_of_a_trace_break_nothing)
{
    struct trace t, hostile;
    struct err err;
    cr_assert(lesson_trace(&t, "scenarios/first-mail.json", &err), "%s", err.text);
    trace_init(&hostile, TRACE_LEVEL_BYTES);
    for (uint32_t i = 1; i < t.names.count; i++) {
        struct buf name = { 0 };
        fmt_u64(&name, i);
        for (size_t k = 0; k < 3; k++)
            buf_addz(&name, pieces[(i + k) % COUNT(pieces)]);
        (void)trace_name(&hostile, buf_slice(&name));
        buf_deinit(&name);
    }
    for (uint64_t n = 1; n <= t.count; n++) {
        const struct trace_rec *r = trace_at(&t, n);
        uint32_t payload = trace_payload_id(r);
        if (payload == hostile.payload_count + 1)
            (void)trace_put_text(&hostile, trace_without_payload(r), slice_of(pieces[n % 9]));
        else
            (void)trace_put(&hostile, *r);
    }
    look_everywhere(&hostile, "names", 30);
    trace_deinit(&hostile);
    trace_deinit(&t);
}

/* ---- what goes out as text */

Test(hostile_mail, linear_mode_is_clean)
{
    for (int which = 0; which < 2; which++)
        for (int ascii = 0; ascii < 2; ascii++) {
            struct trace t;
            struct err err;
            struct cast cast;
            struct buf out = { 0 };
            if (which == 0)
                cr_assert(lesson_trace(&t, HOSTILE, &err), "%s", err.text);
            else
                open_long(&t);
            cast_init(&cast, &t);
            linear_story(&cast, ascii, &out);
            const char *wrong = whole_text(buf_slice(&out), false);
            cr_expect(!wrong, "%d %d: %s", which, ascii, wrong);
            cr_expect_gt(out.len, 500);
            buf_deinit(&out);
            cast_deinit(&cast);
            trace_deinit(&t);
        }
}

Test(hostile_mail, every_command_prints_clean_text)
{
    static const struct {
        const char *line;
        const char *says; /* hostile text came through, made harmless */
    } rows[] = {
        { "run " HOSTILE " --trace-level bytes", "\\e]0;owned" },
        { "run " HOSTILE " --format json", "u001b" },
        { "run " HOSTILE " --format tap", "TAP version" },
        { "run " HOSTILE " --format junit", "<testsuite" },
        { "export " HOSTILE " --to text", "\\e[2J" },
        { "export " HOSTILE " --to json", "u001b[2J" },
        { "play --linear " HOSTILE, "]0;owned" },
        { "play --linear --ascii " HOSTILE, "]0;owned" },
        { "compare " HOSTILE " base pop", "\\e[2J POP" },
        { "compare " HOSTILE " base pop --format json", "u001b[2J POP" },
        { "menu tests/hostile", "Hostile" },
        { "menu --ascii tests/hostile", "Hostile" },
        { "check " HOSTILE, "" },
    };
    const char *program = getenv("MAILFLOW") ? getenv("MAILFLOW") : "build/mailflow";
    for (size_t i = 0; i < COUNT(rows); i++) {
        char command[256], bytes[4096];
        struct buf out = { 0 };
        size_t got;
        (void)snprintf(command, sizeof command, "LC_ALL=C.UTF-8 %s %s 2>&1 </dev/null", program,
                       rows[i].line);
        FILE *f = popen(command, "r");
        cr_assert(f);
        while ((got = fread(bytes, 1, sizeof bytes, f)) > 0)
            buf_add(&out, (slice){ bytes, got });
        cr_expect_eq(pclose(f), 0, "%s", rows[i].line);
        const char *wrong = whole_text(buf_slice(&out), true);
        cr_expect(!wrong, "%s: %s", rows[i].line, wrong);
        cr_expect_neq(slice_find(buf_slice(&out), slice_of(rows[i].says)), SLICE_NONE, "%s",
                      rows[i].line);
        buf_deinit(&out);
    }
}

Test(hostile_mail, titles_break_no_menu)
{
    struct lesson lessons[COUNT(pieces)];
    struct menu m;
    for (size_t i = 0; i < COUNT(pieces); i++)
        lessons[i] = (struct lesson){ slice_of(pieces[i]), slice_of(pieces[(i + 1) % 9]),
                                      slice_of(pieces[(i + 2) % 9]), slice_of(pieces[(i + 3) % 9]),
                                      (uint32_t)(i / 2) };
    menu_init(&m, lessons, COUNT(lessons));
    for (int i = 0; i < 400; i++) {
        struct canvas c;
        m.w = 40 + i * 7 % 97; /* any sizes, in no order */
        m.h = 10 + i * 5 % 41;
        (void)menu_key(&m, i % 8 == 7 ? TKEY_HOME : TKEY_DOWN);
        canvas_init(&c, m.w, m.h);
        menu_draw(&m, &c);
        const char *wrong = whole_cells(&c);
        cr_expect(!wrong, "%d x %d: %s", m.w, m.h, wrong);
        wrong = whole_frame(&c, (struct rect){ 0, 1, m.w, m.h - 1 });
        cr_expect(!wrong, "%d x %d: %s", m.w, m.h, wrong);
        canvas_deinit(&c);
    }
}

Test(hostile_mail, breaks_no_laboratory)
{
    static const int sizes[][2] = { { 120, 36 }, { 80, 24 }, { 40, 10 }, { 131, 50 } };
    struct trace t;
    struct err err;
    struct compare_run runs[2];
    struct compare compare;
    struct lab l;
    cr_assert(lesson_trace(&t, HOSTILE, &err), "%s", err.text);
    for (size_t i = 0; i < COUNT(runs); i++)
        runs[i] = (struct compare_run){ .name = slice_of(pieces[i]),
                                        .title = slice_of(pieces[i]),
                                        .trace = &t };
    compare_make(&compare, runs, COUNT(runs), 0);
    lab_init(&l, &compare, SLICE("\033[2J \302\233"));
    while (lab_busy(&l))
        lab_work(&l);
    for (size_t i = 0; i < 80; i++) {
        struct canvas c;
        canvas_init(&c, sizes[i % 4][0], sizes[i % 4][1]);
        lab_resize(&l, c.w, c.h);
        lab_draw(&l, &c);
        const char *wrong = whole_cells(&c);
        cr_expect(!wrong, "step %zu: %s", i, wrong);
        wrong = whole_frame(&c, (struct rect){ 0, 1, c.w, c.h - 1 });
        cr_expect(!wrong, "step %zu: %s", i, wrong);
        canvas_deinit(&c);
        lab_key(&l, i % 7 == 0 ? 'v' : '.');
    }
    lab_deinit(&l);
    compare_free(&compare);
    trace_deinit(&t);
}
