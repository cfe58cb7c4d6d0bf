/* The whole screen as text, at the moments that a class sees.  MAILFLOW_REGENERATE=1 in the
 * environment writes the files anew; then look at them. */
#include "ui/app.h"
#include "ui/linear.h"

#include "tests/lib/lesson_trace.h"
#include "tests/lib/queue_trace.h"
#include "tests/lib/sample_trace.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

struct shot {
    const char *name;
    int w, h;
    enum depth depth;
    const char *keys; /* 'l' 'h' a line forwards, back; '.' ',' a hop; 'g' 'G' start, end */
    enum { PLAIN, ASCII, MARKS } form;
};
static const struct shot shots[] = {
    { "picture-80x24-start", 80, 24, DEPTH_PICTURE, "g", PLAIN },
    { "picture-80x24-name-asked", 80, 24, DEPTH_PICTURE, "llll", PLAIN },
    { "picture-80x24-letter", 80, 24, DEPTH_PICTURE, "llllllllllllllllllll", PLAIN },
    { "picture-80x24-letter-ascii", 80, 24, DEPTH_PICTURE, "llllllllllllllllllll", ASCII },
    { "picture-80x24-step-back", 80, 24, DEPTH_PICTURE, "llllllllllllllllllllh", PLAIN },
    { "picture-80x24-end", 80, 24, DEPTH_PICTURE, "G", PLAIN },
    { "talk-80x24-letter", 80, 24, DEPTH_TALK, "llllllllllllllllllll", PLAIN },
    { "picture-120x36-start", 120, 36, DEPTH_PICTURE, "g", PLAIN },
    { "picture-120x36-letter", 120, 36, DEPTH_PICTURE, "llllllllllllllllllll", PLAIN },
    { "talk-120x36-pipelining", 120, 36, DEPTH_TALK, "llllllllllllllllll", PLAIN },
    { "talk-120x36-pipelining-ascii", 120, 36, DEPTH_TALK, "llllllllllllllllll", ASCII },
    { "talk-120x36-end", 120, 36, DEPTH_TALK, "G", PLAIN },
    { "linear", 0, 0, DEPTH_PICTURE, "", PLAIN },
    { "wire-120x36-stored", 120, 36, DEPTH_WIRE, "........", PLAIN },
};

/* The first lesson as it is played, not a trace made by hand. */
#define LETTER_FLIES  "llllllllllllllllllllllll"
/* Between the servers: no sizes and octets of a handshake, which belong to the TLS library. */
#define WIRE_IN_CLEAR LETTER_FLIES LETTER_FLIES "l"
static const struct shot lesson_shots[] = {
    { "first-mail-80x24-start", 80, 24, DEPTH_PICTURE, "g", PLAIN },
    { "first-mail-80x24-flight", 80, 24, DEPTH_PICTURE, LETTER_FLIES, PLAIN },
    { "first-mail-80x24-flight-ascii", 80, 24, DEPTH_PICTURE, LETTER_FLIES, ASCII },
    { "first-mail-80x24-flight-marks", 80, 24, DEPTH_PICTURE, LETTER_FLIES, MARKS },
    { "first-mail-80x24-back", 80, 24, DEPTH_PICTURE, LETTER_FLIES "lh", PLAIN },
    { "first-mail-80x24-end", 80, 24, DEPTH_PICTURE, "G", PLAIN },
    { "first-mail-80x24-talk", 80, 24, DEPTH_TALK, "Ghhhhh", PLAIN },
    { "first-mail-80x24-wire", 80, 24, DEPTH_WIRE, WIRE_IN_CLEAR, PLAIN },
    { "first-mail-120x36-start", 120, 36, DEPTH_TALK, "g", PLAIN },
    { "first-mail-120x36-flight", 120, 36, DEPTH_TALK, LETTER_FLIES, PLAIN },
    { "first-mail-120x36-flight-ascii", 120, 36, DEPTH_TALK, LETTER_FLIES, ASCII },
    { "first-mail-120x36-flight-marks", 120, 36, DEPTH_TALK, LETTER_FLIES, MARKS },
    { "first-mail-120x36-back", 120, 36, DEPTH_TALK, LETTER_FLIES "lh", PLAIN },
    { "first-mail-120x36-end", 120, 36, DEPTH_WIRE, "G", PLAIN },
    { "first-mail-linear", 0, 0, DEPTH_PICTURE, "", PLAIN },
};

/* Under TLS: the line, what moves on it, the talk and the bytes. */
static const struct shot tls_shots[] = {
    { "tls-80x24-talk", 80, 24, DEPTH_TALK, "Ghh", PLAIN },
    { "tls-80x24-overheard", 80, 24, DEPTH_TALK, "Ghho", PLAIN },
    { "tls-80x24-talk-ascii", 80, 24, DEPTH_TALK, "Ghh", ASCII },
    { "tls-80x24-begins", 80, 24, DEPTH_PICTURE, "lllllll", PLAIN },
    { "tls-80x24-sealed", 80, 24, DEPTH_PICTURE, "llllllll", PLAIN },
    { "tls-120x36-talk", 120, 36, DEPTH_TALK, "Ghhhh", PLAIN },
    { "tls-120x36-wire", 120, 36, DEPTH_WIRE, "Ghh", PLAIN },
    { "tls-linear", 0, 0, DEPTH_PICTURE, "", PLAIN },
};

/* Somebody sits on a line: who, where, and what arrives. */
static const struct shot attacker_shots[] = {
    { "stripping-80x24-sealed", 80, 24, DEPTH_PICTURE, "}}", PLAIN },
    { "stripping-80x24-attacker", 80, 24, DEPTH_PICTURE, "x", PLAIN },
    { "stripping-80x24-talk", 80, 24, DEPTH_TALK, "xx", PLAIN },
    { "stripping-80x24-talk-ascii", 80, 24, DEPTH_TALK, "xx", ASCII },
};

/* What waits, and what is remembered: 5 and 4 are the panes. */
static const struct shot queue_shots[] = {
    { "queue-80x24", 80, 24, DEPTH_TALK, "5G,,,,,,", PLAIN },
    { "queue-80x24-none", 80, 24, DEPTH_TALK, "5g", PLAIN },
    { "queue-80x24-ascii", 80, 24, DEPTH_TALK, "5G,,,,,", ASCII },
    { "queue-120x36", 120, 36, DEPTH_TALK, "5G,,,,,,k", PLAIN },
    { "dns-80x24", 80, 24, DEPTH_TALK, "4G,,,,,,", PLAIN },
    { "dns-80x24-asked", 80, 24, DEPTH_TALK, "4geeeee", PLAIN },
    { "dns-80x24-empty", 80, 24, DEPTH_TALK, "4g", PLAIN },
    { "dns-120x36", 120, 36, DEPTH_TALK, "4G,,,,,,k", PLAIN },
    { "dns-120x36-ascii", 120, 36, DEPTH_TALK, "4G,,,,,,k", ASCII },
    { "dns-120x36-old", 120, 36, DEPTH_TALK, "4G,,", PLAIN },
};

/* A letter with dots as it is stored, and as it goes over the wire; then one that a strict server
 * and a lenient one do not see the end of in the same place, before the latter answers and after. */
static const struct shot dot_shots[] = {
    { "dots-120x36-stored", 120, 36, DEPTH_TALK, "}}}2", PLAIN },
    { "dots-120x36-wire", 120, 36, DEPTH_TALK, "}}}2d", PLAIN },
    { "dots-80x24-wire-ascii", 80, 24, DEPTH_TALK, "}}}2d", ASCII },
};
static const struct shot smuggled_shots[] = {
    { "smuggled-120x36-one", 120, 36, DEPTH_TALK, "}}", PLAIN },
    { "smuggled-120x36-two", 120, 36, DEPTH_TALK, "}}}}", PLAIN },
    { "smuggled-120x36-letter", 120, 36, DEPTH_TALK, "}}}}2", PLAIN },
};

/* Copies of one letter in several folders, and little room to say in which: 3 is the pane. */
static const struct shot box_shots[] = {
    { "boxes-80x24", 80, 24, DEPTH_TALK, "3G", PLAIN },
    { "boxes-120x36", 120, 36, DEPTH_TALK, "3G", PLAIN },
};

/* What a terminal without colours does to each cell: bold, dim, underlined, reversed. */
static void marks(const struct canvas *c, struct buf *out)
{
    for (int y = 0; y < c->h; y++) {
        for (int x = 0; x < c->w; x++) {
            const struct cell *cell = canvas_cell(c, x, y);
            struct look look = theme_look(THEME_DARK, PALETTE_MONO, (enum ink)cell->ink);
            unsigned attr = (unsigned)look.attr | cell->attr;
            bool blank = cell->glyph == ' ' && (attr & LOOK_REVERSE) == 0;
            buf_byte(out, blank                   ? ' '
                          : attr & LOOK_REVERSE   ? 'r'
                          : attr & LOOK_UNDERLINE ? 'u'
                          : attr & LOOK_BOLD      ? 'b'
                          : attr & LOOK_DIM       ? 'd'
                                                  : '.');
        }
        buf_byte(out, '\n');
    }
}

static void take(const struct trace *t, const struct shot *s, struct buf *out)
{
    struct app app;
    struct canvas c;
    app_init(&app, t);
    app_resize(&app, s->w, s->h);
    for (int i = 0; i < (int)s->depth; i++) {
        app_act(&app, ACTION_DEPTH);
    }
    for (const char *k = s->keys; *k; k++) {
        app_key(&app, (uint32_t)(unsigned char)*k);
    }
    canvas_init(&c, s->w, s->h);
    screen_draw(&app, &c);
    if (s->form == MARKS) {
        marks(&c, out);
    } else {
        term_text(&c, s->form == ASCII, out);
    }
    canvas_deinit(&c);
    app_deinit(&app);
}

/* The same moments for those who listen. */
static void tell(const struct trace *t, struct buf *out)
{
    struct cast c;
    cast_init(&c, t);
    linear_story(&c, false, out);
    cast_deinit(&c);
}

static void path_of(const struct shot *s, char *path, size_t size)
{
    snprintf(path, size, "tests/golden/screens/%s.txt", s->name);
}

static void golden_write(const struct shot *s, const struct buf *is)
{
    char path[160];
    path_of(s, path, sizeof path);
    FILE *f = fopen(path, "wb");
    cr_assert(f, "%s cannot be written", path);
    fwrite(is->ptr, 1, is->len, f);
    fclose(f);
}

static void golden_compare(const struct shot *s, struct buf *is)
{
    char path[160], want[65536];
    path_of(s, path, sizeof path);
    FILE *f = fopen(path, "rb");
    cr_assert(f, "%s is missing; MAILFLOW_REGENERATE=1 makes it", path);
    size_t n = fread(want, 1, sizeof want, f);
    fclose(f);
    cr_expect(slice_eq((slice){ want, n }, buf_slice(is)), "%s has changed to:\n%s", path,
              buf_z(is));
}

static void take_all(const struct trace *t, const struct shot *of, size_t count)
{
    struct buf out;
    buf_init(&out);
    for (size_t i = 0; i < count; i++) {
        buf_clear(&out);
        if (of[i].w) {
            take(t, &of[i], &out);
        } else {
            tell(t, &out);
        }
        if (getenv("MAILFLOW_REGENERATE")) {
            golden_write(&of[i], &out);
        } else {
            golden_compare(&of[i], &out);
        }
    }
    buf_deinit(&out);
}

Test(screen, looks_as_it_did)
{
    struct trace t;
    trace_init(&t, TRACE_LEVEL_BYTES);
    sample_trace_first_mail(&t);
    take_all(&t, shots, COUNT(shots));
    trace_deinit(&t);
}

Test(screen, shows_the_first_lesson_as_it_did)
{
    struct trace t;
    struct err err = { "" };
    cr_assert(lesson_trace(&t, "scenarios/first-mail.json", &err), "%s", err.text);
    take_all(&t, lesson_shots, COUNT(lesson_shots));
    trace_deinit(&t);
}

Test(screen, shows_what_nobody_else_can_read)
{
    struct trace t;
    trace_init(&t, TRACE_LEVEL_BYTES);
    sample_trace_tls(&t);
    take_all(&t, tls_shots, COUNT(tls_shots));
    trace_deinit(&t);
}

Test(screen, shows_who_sits_on_the_line)
{
    struct trace t;
    struct err err = { "" };
    cr_assert(lesson_trace(&t, "scenarios/starttls-stripping.json", &err), "%s", err.text);
    take_all(&t, attacker_shots, COUNT(attacker_shots));
    trace_deinit(&t);
}

Test(screen, shows_where_a_letter_ends)
{
    static const struct {
        const char *lesson;
        const struct shot *shots;
        size_t count;
    } rows[] = {
        { "scenarios/dot-on-a-line.json", dot_shots, COUNT(dot_shots) },
        { "scenarios/smtp-smuggling.json", smuggled_shots, COUNT(smuggled_shots) },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct trace t;
        struct err err = { "" };
        cr_assert(lesson_trace(&t, rows[i].lesson, &err), "%s", err.text);
        take_all(&t, rows[i].shots, rows[i].count);
        trace_deinit(&t);
    }
}

Test(screen, shows_where_letters_lie)
{
    struct trace t;
    struct err err = { "" };
    cr_assert(lesson_trace(&t, "scenarios/imap-offline-cache.json", &err), "%s", err.text);
    take_all(&t, box_shots, COUNT(box_shots));
    trace_deinit(&t);
}

Test(screen, shows_what_waits_and_what_is_remembered)
{
    struct trace t;
    struct queue_trace at;
    trace_init(&t, TRACE_LEVEL_BYTES);
    queue_trace(&t, &at);
    take_all(&t, queue_shots, COUNT(queue_shots));
    trace_deinit(&t);
}

/* Whatever was watched before: the same moment looks the same. */
Test(screen, a_step_back_shows_what_was_there_before)
{
    struct trace t;
    struct buf there, back;
    char keys[64] = "";
    trace_init(&t, TRACE_LEVEL_BYTES);
    sample_trace_first_mail(&t);
    buf_init(&there);
    buf_init(&back);
    for (size_t n = 1; n < 50; n++) {
        struct shot s = { "", 100, 30, DEPTH_TALK, keys, PLAIN };
        for (size_t i = 0; i < n; i++) {
            keys[i] = 'l';
        }
        keys[n] = '\0';
        buf_clear(&there);
        take(&t, &s, &there);
        keys[n] = 'l', keys[n + 1] = 'h', keys[n + 2] = '\0';
        buf_clear(&back);
        take(&t, &s, &back);
        cr_assert(slice_eq(buf_slice(&there), buf_slice(&back)), "after %zu steps:\n%s\n%s", n,
                  buf_z(&there), buf_z(&back));
    }
    buf_deinit(&there);
    buf_deinit(&back);
    trace_deinit(&t);
}
