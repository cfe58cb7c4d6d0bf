#include "sim/export/table.h"
#include "sim/export/text.h"
#include "tests/lib/trace_lab.h"

#include <criterion/criterion.h>

static const char *const whole =
    "0:00:00.000 *** \"Your first e-mail\" begins at 2026-09-07T09:00:00Z, seed 1\n"
    "                Alice writes to Bob.\n"
    "0:00:00.000 *** alice-laptop has the address 192.0.2.1\n"
    "0:00:00.000 *** mail.example.org has the address 192.0.2.25\n"
    "0:00:00.000 *** dns.isp.test has the address 198.51.100.53\n"
    "0:00:01.000 *** script: alice-laptop, send: writes a letter\n"
    "0:00:01.000 ->  #1 DNS: mail.example.org A? (alice-laptop asks dns.isp.test)\n"
    "0:00:01.010 <-  #1 DNS: mail.example.org A (alice-laptop knows):\n"
    "                mail.example.org. 3600 IN A 192.0.2.25\n"
    "0:00:01.010 *** #2 alice-laptop connects to mail.example.org, port 587 (submission)\n"
    "0:00:01.022 <-  #2 220 mail.example.org ESMTP\n"
    "0:00:01.034 ->  #2 EHLO alice-laptop\n"
    "0:00:01.034 ->  #2 DATA\n"
    "0:00:01.046 <-  #2 250-mail.example.org\n"
    "0:00:01.046 <-  #2 250 SIZE\n"
    "0:00:01.046 <-  #2 354 go ahead\n"
    "0:00:01.058 ->  #2 | Subject: \\e[31mred\n"
    "0:00:01.058 ->  #2 |\n"
    "0:00:01.058 ->  #2 | Hi \\u{202e}Bob\n"
    "0:00:01.058 ->  #2 | \tBob\n"
    "0:00:01.058 ->  #2 .\n"
    "0:00:01.070 *** #2 mail.example.org accepts <1@alice-laptop> into its queue (entry 1, "
    "recipients: 1)\n"
    "0:00:01.070 <-  #2 250 2.0.0 queued\n"
    "0:00:01.070 *** #2 closed for mail.example.org: done\n"
    "0:00:01.070 *** #2 closed for alice-laptop: reset\n"
    "0:00:02.000 *** mail.example.org: <1@alice-laptop> to bob@example.net is bounced: 550 5.1.1 "
    "no "
    "such user\n"
    "0:00:03.000 *** NOT as expected: bob has 1 letter - 0 letters\n"
    "0:00:03.000 *** the end\n";

static void export_text(const struct trace *t, struct buf *out)
{
    const struct export_options everything = { 0 };
    struct export_out to = { 0 };
    struct err err;
    cr_assert(exporter_find(SLICE("text"))->fn(t, &everything, &to, &err));
    buf_add(out, buf_slice(&to.buf));
    buf_deinit(&to.buf);
}

Test(text, is_the_transcript_of_a_run)
{
    struct trace t;
    struct buf out;
    buf_init(&out);
    trace_lab_letter(&t, TRACE_LEVEL_LINES);
    export_text(&t, &out);
    cr_expect_str_eq(buf_z(&out), whole);
    cr_expect_null(exporter_find(SLICE("tex")));
    buf_deinit(&out);
    trace_deinit(&t);
}

Test(text, folds_letters_where_asked_to)
{
    struct trace t;
    struct buf out;
    struct text_export x;
    buf_init(&out);
    trace_lab_letter(&t, TRACE_LEVEL_LINES);
    text_export_init(&x, &t, &out, true);
    for (uint64_t n = 1; n <= t.count; n++) {
        text_export_record(&x, n);
    }
    text_export_finish(&x);
    text_export_deinit(&x);
    cr_expect(
        slice_find(buf_slice(&out),
                   SLICE("0:00:01.058 ->  #2 | ... 4 lines, 38 octets\n0:00:01.058 ->  #2 .\n")) !=
            SLICE_NONE,
        "%s", buf_z(&out));
    cr_expect_eq(slice_find(buf_slice(&out), SLICE("red")), SLICE_NONE);
    buf_deinit(&out);
    trace_deinit(&t);
}

Test(text, hops_alone_make_a_transcript_too)
{
    struct trace t;
    struct buf out;
    buf_init(&out);
    trace_lab_letter(&t, TRACE_LEVEL_HOPS);
    export_text(&t, &out);
    cr_expect_eq(slice_find(buf_slice(&out), SLICE("EHLO")), SLICE_NONE);
    cr_expect_neq(slice_find(buf_slice(&out), SLICE("#2 alice-laptop connects")), SLICE_NONE);
    buf_deinit(&out);
    trace_deinit(&t);
}

/* Every kind that is shown at all, with its fields and without. */
Test(text, each_kind_has_its_sentence)
{
    static const struct {
        struct trace_rec rec; /* names: 1 "one", 2 "two"; host 1 is "h" */
        const char *payload;
        const char *line; /* NULL: not shown */
    } rows[] = {
        { { .kind = TRACE_PERSON, .a = 1 }, NULL, NULL },
        { { .kind = TRACE_LINK, .a = 1 }, NULL, NULL },
        { { .kind = TRACE_STATE, .a = 1 }, NULL, NULL },
        { { .kind = TRACE_STORY, .a = 1, .b = 1 },
          "First.\nThen.",
          "story (one):\n                First.\n                Then." },
        { { .kind = TRACE_STORY, .a = 1 }, "First.", "story:\n                First." },
        { { .kind = TRACE_FAULT, .actor = 1, .a = 1, .until = SIM_SECOND },
          "dark",
          "fault: h, one: dark (until 0:00:01.000)" },
        { { .kind = TRACE_FAULT, .actor = 1, .a = 1 }, "dark", "fault: h, one: dark" },
        { { .kind = TRACE_EXPECT, .b = 1 }, "so\nseen", "as expected: so" },
        { { .kind = TRACE_FIN, .actor = 1, .flow = 9 }, NULL, "#9 h will send no more (FIN)" },
        { { .kind = TRACE_UPGRADE, .actor = 1, .flow = 9, .b = 2 },
          NULL,
          "#9 h begins TLS, as the client (two)" },
        { { .kind = TRACE_UPGRADE, .actor = 1, .flow = 9 },
          NULL,
          "#9 h begins TLS, as the client" },
        { { .kind = TRACE_UPGRADE, .actor = 1, .flow = 9, .a = 1 },
          NULL,
          "#9 h begins TLS, as the server" },
        { { .kind = TRACE_SECURED, .actor = 1, .a = 1, .b = 2 }, NULL, "h is under one, two" },
        { { .kind = TRACE_SECURED, .actor = 1, .a = 1, .b = 2 }, "\n", "h is under one, two" },
        { { .kind = TRACE_SECURED, .actor = 1, .a = 1, .b = 2 },
          "a.test\n",
          "h is under one, two, certificate of a.test verified" },
        { { .kind = TRACE_SECURED, .actor = 1, .a = 1, .b = 2 },
          "a.test\nit is old",
          "h is under one, two, certificate of a.test not good: it is old" },
        { { .kind = TRACE_SECURED, .actor = 1, .a = 1, .b = 2 },
          "\nit is\033 odd",
          "h is under one, two, certificate not good: it is\\e odd" },
        { { .kind = TRACE_UNSECURED, .actor = 1, .a = 1 }, NULL, "TLS fails for h: one" },
        { { .kind = TRACE_DROPPED, .actor = 1, .a = 6 },
          "QUIT\r\n",
          "h throws away 6 octets that came ahead of TLS:\n                QUIT\\r" },
        { { .kind = TRACE_SECRET, .actor = 1 }, "CLIENT_RANDOM 00 00", NULL },
        { { .kind = TRACE_TAMPER, .actor = 1, .a = 1 },
          "250 XX\r\n",
          "what h sends to h is changed on the way:\n                250 XX" },
        { { .kind = TRACE_LOST, .a = 1, .b = 40, .c = 1 },
          NULL,
          "a datagram to h is lost, 40 octets" },
        { { .kind = TRACE_LOST, .a = 1, .b = 40 }, NULL, "a segment to h is lost, 40 octets" },
        { { .kind = TRACE_ASK, .actor = 1, .flow = 3, .a = 1, .b = 257 },
          NULL,
          "#3 DNS: one TYPE257? (h asks the world)" },
        { { .kind = TRACE_LOGIN, .actor = 1, .a = 1, .b = 1, .c = 2 },
          NULL,
          "h lets one in (two)" },
        { { .kind = TRACE_LOGIN, .actor = 1, .a = 1 }, NULL, "h does not let one in" },
        { { .kind = TRACE_COMPOSE, .actor = 1, .a = 1, .b = 9 },
          "From: a\nTo: b",
          "h writes <one>, 9 octets\n                From: a\n                To: b" },
        { { .kind = TRACE_ENVELOPE, .actor = 1, .a = 1 },
          "b@x\nc@x",
          "h has an envelope for <one> from <> to b@x, c@x" },
        { { .kind = TRACE_REFUSE, .actor = 1, .a = 550, .b = 1 },
          "550-no\n550 none",
          "h refuses one: 550-no, 550 none" },
        { { .kind = TRACE_DEFER, .actor = 1, .a = 1, .until = SIM_HOUR },
          "b@x\n451 later\nmuch",
          "h keeps <one> for b@x until 1:00:00.000: 451 later much" },
        { { .kind = TRACE_STORED, .actor = 1, .a = 1, .b = 4, .c = 2 },
          NULL,
          "h stores <one> in two as UID 4" },
        { { .kind = TRACE_FLAGGED, .actor = 1, .a = 1, .b = 3, .c = 2 },
          NULL,
          "h: flagged, letter one, flags 3, mailbox two" },
        { { .kind = TRACE_NOTE, .actor = 1, .a = 1 }, "why", "h (one): why" },
    };
    struct buf out;
    buf_init(&out);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct trace t;
        trace_init(&t, TRACE_LEVEL_BYTES);
        (void)trace_name(&t, SLICE("one"));
        (void)trace_name(&t, SLICE("two"));
        struct trace_rec host = { .kind = TRACE_HOST, .actor = 1, .a = trace_name(&t, SLICE("h")) };
        trace_put(&t, host);
        if (rows[i].payload) {
            trace_put_text(&t, rows[i].rec, slice_of(rows[i].payload));
        } else {
            trace_put(&t, rows[i].rec);
        }
        buf_clear(&out);
        export_text(&t, &out);
        slice seen = slice_from(buf_slice(&out), 16);
        slice wanted = slice_of(rows[i].line);
        cr_expect(slice_eq(seen.len > 0 ? slice_sub(seen, 0, seen.len - 1) : seen, wanted),
                  "row %zu: %s", i, buf_z(&out));
        buf_deinit(&out);
        trace_deinit(&t);
    }
}

/* What is under TLS has other arrows; what an attacker changes stands beside what it was. */
Test(text, shows_what_is_under_tls_and_what_is_changed)
{
    struct trace t;
    struct buf out;
    buf_init(&out);
    trace_init(&t, TRACE_LEVEL_BYTES);
    trace_put(
        &t, (struct trace_rec){ .kind = TRACE_HOST, .actor = 1, .a = trace_name(&t, SLICE("c")) });
    trace_put(
        &t, (struct trace_rec){ .kind = TRACE_HOST, .actor = 2, .a = trace_name(&t, SLICE("s")) });
    trace_put(&t, (struct trace_rec){ .kind = TRACE_OPEN, .actor = 1, .flow = 1, .a = 2 });
    trace_put_text(&t, (struct trace_rec){ .kind = TRACE_SAID, .actor = 1, .flow = 1 },
                   SLICE("STARTTLS\r\n"));
    trace_put_text(&t, (struct trace_rec){ .kind = TRACE_SAID, .actor = 2, .flow = 1 },
                   SLICE("220 Go\r\n"));
    trace_put(&t, (struct trace_rec){ .kind = TRACE_UPGRADE, .actor = 2, .flow = 1, .a = 1 });
    trace_put_text(&t, (struct trace_rec){ .kind = TRACE_SAID, .actor = 1, .flow = 1 },
                   SLICE("NOOP\r\n"));
    trace_put_text(&t, (struct trace_rec){ .kind = TRACE_SAID, .actor = 2, .flow = 1 },
                   SLICE("250 Ok\r\n"));
    uint64_t flight = trace_put_text(
        &t, (struct trace_rec){ .kind = TRACE_FLIGHT, .actor = 2, .flow = 2, .a = 1 },
        SLICE("250-mx\r\n250-STARTTLS\r\n250 SIZE 7\r\n"));
    trace_put_text(
        &t,
        (struct trace_rec){ .kind = TRACE_TAMPER, .actor = 2, .flow = 2, .a = 1, .cause = flight },
        SLICE("250-mx\r\n250-XXXXXXXX\r\n250 SIZE 7\r\n"));
    export_text(&t, &out);
    cr_expect(slice_ends(buf_slice(&out), SLICE("->  #1 STARTTLS\n"
                                                "0:00:00.000 <-  #1 220 Go\n"
                                                "0:00:00.000 *** #1 s begins TLS, as the server\n"
                                                "0:00:00.000 ~>  #1 NOOP\n"
                                                "0:00:00.000 <~  #1 250 Ok\n"
                                                "0:00:00.000 *** #2 what s sends to c is changed "
                                                "on the way:\n"
                                                "                250-STARTTLS -> 250-XXXXXXXX\n")),
              "%s", buf_z(&out));
    buf_deinit(&out);
    trace_deinit(&t);
}
