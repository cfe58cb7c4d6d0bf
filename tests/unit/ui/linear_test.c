#include "ui/linear.h"
#include "ui/words.h"

#include <criterion/criterion.h>

#include "tests/lib/lesson_trace.h"
#include "tests/lib/sample_trace.h"

Test(linear, text_has_no_control_characters)
{
    static const struct {
        slice text;
        bool ascii;
        const char *expect;
    } rows[] = {
        { SLICE_INIT("plain"), false, "plain" },
        { SLICE_INIT("two\nlines"), false, "two lines" },
        { SLICE_INIT("\x1B[2J\x07"), false, "·[2J·" },
        { SLICE_INIT("\x1B[2J\x07"), true, ".[2J." },
        { SLICE_INIT("caf\xC3\xA9 \xE2\x86\x92 x"), false, "café → x" },
        { SLICE_INIT("caf\xC3\xA9 \xE2\x86\x92 x"), true, "caf? > x" },
    };
    struct buf out;
    buf_init(&out);
    for (size_t i = 0; i < COUNT(rows); i++) {
        buf_clear(&out);
        linear_text(rows[i].text, rows[i].ascii, &out);
        cr_expect_str_eq(buf_z(&out), rows[i].expect, "row %zu: %s", i, buf_z(&out));
    }
    buf_deinit(&out);
}

Test(linear, the_story_goes_from_the_person_to_the_person)
{
    static const char *const in_order[] = { "Your first e-mail\n",
                                            "\nMonday, 7 September 2026\n",
                                            "   1. 09:00:01.000  ",
                                            "-> EHLO alice-laptop\n",
                                            "alice-laptop",
                                            "mail.example.net",
                                            "bob-phone" };
    struct trace trace;
    struct cast cast;
    struct buf out;
    buf_init(&out);
    trace_init(&trace, TRACE_LEVEL_BYTES);
    sample_trace_first_mail(&trace);
    cast_init(&cast, &trace);
    cast_extend(&cast);
    linear_story(&cast, true, &out);
    slice rest = buf_slice(&out);
    for (size_t i = 0; i < COUNT(in_order); i++) {
        size_t at = slice_find(rest, slice_of(in_order[i]));
        cr_assert_neq(at, SLICE_NONE, "%s is not in:\n%s", in_order[i], buf_z(&out));
        rest = slice_from(rest, at);
    }
    for (size_t i = 0; i < out.len; i++)
        cr_expect((out.ptr[i] >= ' ' && out.ptr[i] < 0x7F) || out.ptr[i] == '\n');
    cast_deinit(&cast);
    trace_deinit(&trace);
    buf_deinit(&out);
}

/* What TLS brings, good and bad, and what it is told as. */
Test(linear, tells_tls_in_plain_words)
{
    static const struct {
        struct trace_rec rec; /* names: 1 "TLSv1.3", 2 "it is old" */
        const char *payload;
        const char *words;
    } rows[] = {
        { { .kind = TRACE_UPGRADE, .actor = 1 },
          NULL,
          "alice and server begin to agree on a secret (TLS)." },
        { { .kind = TRACE_SECURED, .actor = 1, .a = 1 },
          "server.test\n",
          "alice has seen the certificate: this really is server.test. From here on only alice and "
          "server can read what they say (TLSv1.3)." },
        { { .kind = TRACE_SECURED, .actor = 2, .a = 1 },
          "\n",
          "From here on only server and alice can read what they say (TLSv1.3)." },
        { { .kind = TRACE_SECURED, .actor = 1, .a = 1 },
          "server.test\nit is old",
          "alice cannot be sure that this is server (it is old) and goes on: only the two ends can "
          "read, whoever the other is (TLSv1.3)." },
        { { .kind = TRACE_UNSECURED, .actor = 1, .a = 2 },
          NULL,
          "alice and server come to no secret: it is old." },
        { { .kind = TRACE_DROPPED, .actor = 2 },
          "QUIT\r\n",
          "server throws away what came before the secret was agreed on: anybody on the way could "
          "have put it there." },
        { { .kind = TRACE_TAMPER, .actor = 2, .a = 1 },
          "250 X\r\n",
          "Somebody on the way changes what server says to alice." },
        { { .kind = TRACE_TAMPER, .actor = 2, .a = 1, .cause = 4 },
          "250-server\r\n250 XXXXXXXX\r\n",
          "Somebody on the way turns \"250 STARTTLS\" into \"250 XXXXXXXX\". server said the one, "
          "alice hears the other." },
        { { .kind = TRACE_SECRET, .actor = 2 }, "CLIENT_RANDOM", "" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct trace t;
        struct cast c;
        struct buf out;
        buf_init(&out);
        trace_init(&t, TRACE_LEVEL_BYTES);
        (void)trace_name(&t, SLICE("TLSv1.3"));
        (void)trace_name(&t, SLICE("it is old"));
        struct trace_rec host = { .kind = TRACE_HOST, .a = trace_name(&t, SLICE("alice")) };
        host.actor = 1;
        trace_put(&t, host);
        host.actor = 2, host.a = trace_name(&t, SLICE("server"));
        trace_put(&t, host);
        trace_put(&t, (struct trace_rec){ .kind = TRACE_OPEN, .actor = 1, .flow = 1, .a = 2 });
        const struct trace_rec flight = { .kind = TRACE_FLIGHT, .actor = 2, .flow = 1 };
        trace_put_text(&t, flight, SLICE("250-server\r\n250 STARTTLS\r\n"));
        struct trace_rec rec = rows[i].rec;
        rec.flow = 1;
        t.cause = rec.cause;
        if (rows[i].payload) {
            trace_put_text(&t, rec, slice_of(rows[i].payload));
        } else {
            trace_put(&t, rec);
        }
        cast_init(&c, &t);
        cast_extend(&c);
        words_of(&c, t.count, &out);
        cr_expect_str_eq(buf_z(&out), rows[i].words, "row %zu: %s", i, buf_z(&out));
        cast_deinit(&c);
        trace_deinit(&t);
        buf_deinit(&out);
    }
}

/* In a pipe nobody is asked: the question, its answers, and then the right one with its reason. */
Test(linear, a_lesson_is_told_with_its_questions)
{
    static const char *const in_order[] = {
        "Your first e-mail\n",
        "\nAim: ",
        "What to watch:\n  - ",
        "\nQuestion 1: Alice has pressed Send.",
        "\n  1) Bob's phone\n",
        "\n  3) Alice's own mail server\n",
        "Right is 3) Alice's own mail server. A mail program",
        "what is the address of mail.example.org? (DNS, A)",
        "\nThe laptop does not look for Bob.",
        "\nQuestion 2: ",
        "to look into a mailbox (imaps",
        "\nWhat you have seen:\n  - ",
        "\nWhat to try next:\n  - ",
        "\nTo be played with --variant:\n  server-off: What if ",
    };
    struct trace trace;
    struct cast cast;
    struct err err = { "" };
    struct buf out;
    buf_init(&out);
    cr_assert(lesson_trace(&trace, "scenarios/first-mail.json", &err), "%s", err.text);
    cast_init(&cast, &trace);
    cast_extend(&cast);
    linear_story(&cast, true, &out);
    slice rest = buf_slice(&out);
    for (size_t i = 0; i < COUNT(in_order); i++) {
        size_t at = slice_find(rest, slice_of(in_order[i]));
        cr_assert_neq(at, SLICE_NONE, "%s is not in:\n%s", in_order[i], buf_z(&out));
        rest = slice_from(rest, at);
    }
    cr_expect_eq(slice_find(buf_slice(&out), SLICE("answered right")), SLICE_NONE);
    cast_deinit(&cast);
    trace_deinit(&trace);
    buf_deinit(&out);
}
