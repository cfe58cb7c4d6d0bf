/* The whole screen as text, at the moments that a class sees.  MAILFLOW_REGENERATE=1 in the
 * environment writes the files anew; then look at them. */
#include "tests/lib/lesson_trace.h"
#include "tests/lib/queue_trace.h"
#include "tests/lib/sample_trace.h"
#include "tests/lib/screen_shot.h"

#include <criterion/criterion.h>

static const struct shot shots[] = {
    { "picture-80x24-start", 80, 24, DEPTH_PICTURE, "g", SHOT_PLAIN },
    { "picture-80x24-name-asked", 80, 24, DEPTH_PICTURE, "llll", SHOT_PLAIN },
    { "picture-80x24-letter", 80, 24, DEPTH_PICTURE, "llllllllllllllllllll", SHOT_PLAIN },
    { "picture-80x24-letter-ascii", 80, 24, DEPTH_PICTURE, "llllllllllllllllllll", SHOT_ASCII },
    { "picture-80x24-step-back", 80, 24, DEPTH_PICTURE, "llllllllllllllllllllh", SHOT_PLAIN },
    { "picture-80x24-end", 80, 24, DEPTH_PICTURE, "G", SHOT_PLAIN },
    { "talk-80x24-letter", 80, 24, DEPTH_TALK, "llllllllllllllllllll", SHOT_PLAIN },
    { "picture-120x36-start", 120, 36, DEPTH_PICTURE, "g", SHOT_PLAIN },
    { "picture-120x36-letter", 120, 36, DEPTH_PICTURE, "llllllllllllllllllll", SHOT_PLAIN },
    { "talk-120x36-pipelining", 120, 36, DEPTH_TALK, "llllllllllllllllll", SHOT_PLAIN },
    { "talk-120x36-pipelining-ascii", 120, 36, DEPTH_TALK, "llllllllllllllllll", SHOT_ASCII },
    { "talk-120x36-end", 120, 36, DEPTH_TALK, "G", SHOT_PLAIN },
    { "linear", 0, 0, DEPTH_PICTURE, "", SHOT_PLAIN },
    { "wire-120x36-stored", 120, 36, DEPTH_WIRE, "........", SHOT_PLAIN },
};

/* The first lesson as it is played, not a trace made by hand. */
#define LETTER_FLIES  "llllllllllllllllllllllll"
/* Between the servers: no sizes and octets of a handshake, which belong to the TLS library. */
#define WIRE_IN_CLEAR LETTER_FLIES LETTER_FLIES "l"
static const struct shot lesson_shots[] = {
    { "first-mail-80x24-start", 80, 24, DEPTH_PICTURE, "g", SHOT_PLAIN },
    { "first-mail-80x24-flight", 80, 24, DEPTH_PICTURE, LETTER_FLIES, SHOT_PLAIN },
    { "first-mail-80x24-flight-ascii", 80, 24, DEPTH_PICTURE, LETTER_FLIES, SHOT_ASCII },
    { "first-mail-80x24-flight-marks", 80, 24, DEPTH_PICTURE, LETTER_FLIES, SHOT_MARKS },
    { "first-mail-80x24-back", 80, 24, DEPTH_PICTURE, LETTER_FLIES "lh", SHOT_PLAIN },
    { "first-mail-80x24-end", 80, 24, DEPTH_PICTURE, "G", SHOT_PLAIN },
    { "first-mail-80x24-talk", 80, 24, DEPTH_TALK, "Ghhhhh", SHOT_PLAIN },
    { "first-mail-80x24-wire", 80, 24, DEPTH_WIRE, WIRE_IN_CLEAR, SHOT_PLAIN },
    { "first-mail-120x36-start", 120, 36, DEPTH_TALK, "g", SHOT_PLAIN },
    { "first-mail-120x36-flight", 120, 36, DEPTH_TALK, LETTER_FLIES, SHOT_PLAIN },
    { "first-mail-120x36-flight-ascii", 120, 36, DEPTH_TALK, LETTER_FLIES, SHOT_ASCII },
    { "first-mail-120x36-flight-marks", 120, 36, DEPTH_TALK, LETTER_FLIES, SHOT_MARKS },
    { "first-mail-120x36-back", 120, 36, DEPTH_TALK, LETTER_FLIES "lh", SHOT_PLAIN },
    { "first-mail-120x36-end", 120, 36, DEPTH_WIRE, "G", SHOT_PLAIN },
    { "first-mail-linear", 0, 0, DEPTH_PICTURE, "", SHOT_PLAIN },
};

/* Under TLS: the line, what moves on it, the talk and the bytes. */
static const struct shot tls_shots[] = {
    { "tls-80x24-talk", 80, 24, DEPTH_TALK, "Ghh", SHOT_PLAIN },
    { "tls-80x24-overheard", 80, 24, DEPTH_TALK, "Ghho", SHOT_PLAIN },
    { "tls-80x24-talk-ascii", 80, 24, DEPTH_TALK, "Ghh", SHOT_ASCII },
    { "tls-80x24-begins", 80, 24, DEPTH_PICTURE, "lllllll", SHOT_PLAIN },
    { "tls-80x24-sealed", 80, 24, DEPTH_PICTURE, "llllllll", SHOT_PLAIN },
    { "tls-120x36-talk", 120, 36, DEPTH_TALK, "Ghhhh", SHOT_PLAIN },
    { "tls-120x36-wire", 120, 36, DEPTH_WIRE, "Ghh", SHOT_PLAIN },
    { "tls-linear", 0, 0, DEPTH_PICTURE, "", SHOT_PLAIN },
};

/* Somebody sits on a line: who, where, and what arrives. */
static const struct shot attacker_shots[] = {
    { "stripping-80x24-sealed", 80, 24, DEPTH_PICTURE, "}}", SHOT_PLAIN },
    { "stripping-80x24-attacker", 80, 24, DEPTH_PICTURE, "x", SHOT_PLAIN },
    { "stripping-80x24-talk", 80, 24, DEPTH_TALK, "xx", SHOT_PLAIN },
    { "stripping-80x24-talk-ascii", 80, 24, DEPTH_TALK, "xx", SHOT_ASCII },
};

/* What waits, and what is remembered: 5 and 4 are the panes. */
static const struct shot queue_shots[] = {
    { "queue-80x24", 80, 24, DEPTH_TALK, "5G,,,,,,", SHOT_PLAIN },
    { "queue-80x24-none", 80, 24, DEPTH_TALK, "5g", SHOT_PLAIN },
    { "queue-80x24-ascii", 80, 24, DEPTH_TALK, "5G,,,,,", SHOT_ASCII },
    { "queue-120x36", 120, 36, DEPTH_TALK, "5G,,,,,,k", SHOT_PLAIN },
    { "dns-80x24", 80, 24, DEPTH_TALK, "4G,,,,,,", SHOT_PLAIN },
    { "dns-80x24-asked", 80, 24, DEPTH_TALK, "4geeeee", SHOT_PLAIN },
    { "dns-80x24-empty", 80, 24, DEPTH_TALK, "4g", SHOT_PLAIN },
    { "dns-120x36", 120, 36, DEPTH_TALK, "4G,,,,,,k", SHOT_PLAIN },
    { "dns-120x36-ascii", 120, 36, DEPTH_TALK, "4G,,,,,,k", SHOT_ASCII },
    { "dns-120x36-old", 120, 36, DEPTH_TALK, "4G,,", SHOT_PLAIN },
};

/* A letter with dots as it is stored, and as it goes over the wire; then one that a strict server
 * and a lenient one do not see the end of in the same place, before the latter answers and after. */
static const struct shot dot_shots[] = {
    { "dots-120x36-stored", 120, 36, DEPTH_TALK, "}}}2", SHOT_PLAIN },
    { "dots-120x36-wire", 120, 36, DEPTH_TALK, "}}}2d", SHOT_PLAIN },
    { "dots-80x24-wire-ascii", 80, 24, DEPTH_TALK, "}}}2d", SHOT_ASCII },
};
static const struct shot smuggled_shots[] = {
    { "smuggled-120x36-one", 120, 36, DEPTH_TALK, "}}", SHOT_PLAIN },
    { "smuggled-120x36-two", 120, 36, DEPTH_TALK, "}}}}", SHOT_PLAIN },
    { "smuggled-120x36-letter", 120, 36, DEPTH_TALK, "}}}}2", SHOT_PLAIN },
};

/* Copies of one letter in several folders, and little room to say in which: 3 is the pane. */
static const struct shot box_shots[] = {
    { "boxes-80x24", 80, 24, DEPTH_TALK, "3G", SHOT_PLAIN },
    { "boxes-120x36", 120, 36, DEPTH_TALK, "3G", SHOT_PLAIN },
};

Test(screen, looks_as_it_did)
{
    struct trace t;
    trace_init(&t, TRACE_LEVEL_BYTES);
    sample_trace_first_mail(&t);
    shots_compare(&t, shots, COUNT(shots));
    trace_deinit(&t);
}

Test(screen, shows_the_first_lesson_as_it_did)
{
    struct trace t;
    struct err err = { "" };
    cr_assert(lesson_trace(&t, "scenarios/first-mail.json", &err), "%s", err.text);
    shots_compare(&t, lesson_shots, COUNT(lesson_shots));
    trace_deinit(&t);
}

Test(screen, shows_what_nobody_else_can_read)
{
    struct trace t;
    trace_init(&t, TRACE_LEVEL_BYTES);
    sample_trace_tls(&t);
    shots_compare(&t, tls_shots, COUNT(tls_shots));
    trace_deinit(&t);
}

Test(screen, shows_who_sits_on_the_line)
{
    struct trace t;
    struct err err = { "" };
    cr_assert(lesson_trace(&t, "scenarios/starttls-stripping.json", &err), "%s", err.text);
    shots_compare(&t, attacker_shots, COUNT(attacker_shots));
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
        shots_compare(&t, rows[i].shots, rows[i].count);
        trace_deinit(&t);
    }
}

Test(screen, shows_where_letters_lie)
{
    struct trace t;
    struct err err = { "" };
    cr_assert(lesson_trace(&t, "scenarios/imap-offline-cache.json", &err), "%s", err.text);
    shots_compare(&t, box_shots, COUNT(box_shots));
    trace_deinit(&t);
}

Test(screen, shows_what_waits_and_what_is_remembered)
{
    struct trace t;
    struct queue_trace at;
    trace_init(&t, TRACE_LEVEL_BYTES);
    queue_trace(&t, &at);
    shots_compare(&t, queue_shots, COUNT(queue_shots));
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
        struct shot s = { "", 100, 30, DEPTH_TALK, keys, SHOT_PLAIN };
        for (size_t i = 0; i < n; i++) {
            keys[i] = 'l';
        }
        keys[n] = '\0';
        buf_clear(&there);
        shot_take(&t, &s, &there);
        keys[n] = 'l', keys[n + 1] = 'h', keys[n + 2] = '\0';
        buf_clear(&back);
        shot_take(&t, &s, &back);
        cr_assert(slice_eq(buf_slice(&there), buf_slice(&back)), "after %zu steps:\n%s\n%s", n,
                  buf_z(&there), buf_z(&back));
    }
    buf_deinit(&there);
    buf_deinit(&back);
    trace_deinit(&t);
}
