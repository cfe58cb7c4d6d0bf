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
    "0:00:01.058 ->  #2 | \n"
    "0:00:01.058 ->  #2 | Hi \\u{202e}Bob\n"
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

Test(text, is_the_transcript_of_a_run)
{
    struct trace t;
    struct buf out;
    buf_init(&out);
    trace_lab_letter(&t, TRACE_LEVEL_LINES);
    exporter_find(SLICE("text"))->fn(&t, &out);
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
                   SLICE("0:00:01.058 ->  #2 | ... 3 lines, 32 octets\n0:00:01.058 ->  #2 .\n")) !=
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
