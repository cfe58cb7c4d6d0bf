#include "sim/export/wiretap.h"

#include "tests/lib/sample_trace.h"

#include <criterion/criterion.h>

static void tap(const struct trace *t, const char *link, bool secrets, struct buf *text)
{
    struct export_options wish = { .link = slice_of(link), .secrets = secrets };
    struct export_out out = { .write = NULL };
    struct err err = { "" };
    cr_assert(export_wiretap(t, &wish, &out, &err), "%s", err.text);
    buf_add(text, buf_slice(&out.buf));
    buf_deinit(&out.buf);
}

/* In this order, and what must not be there. */
static void expect_lines(const struct buf *is, const char *const *lines, size_t count,
                         const char *nowhere)
{
    slice rest = buf_slice(is);
    for (size_t i = 0; i < count; i++) {
        size_t at = slice_find(rest, slice_of(lines[i]));
        cr_assert_neq(at, SLICE_NONE, "%s is not in\n%.*s", lines[i], SLICE_ARG(buf_slice(is)));
        rest = slice_from(rest, at);
    }
    cr_expect_eq(slice_find(buf_slice(is), slice_of(nowhere)), SLICE_NONE, "%s is in\n%.*s",
                 nowhere, SLICE_ARG(buf_slice(is)));
}

Test(wiretap, reads_up_to_tls_and_no_further)
{
    static const char *const blind[] = {
        "0:00:01.000 *** #1 alice-laptop connects to mail.example.org, port 587 (submission)\n",
        "0:00:01.012 <-  #1 220 mail.example.org ESMTP\n",
        "->  #1 EHLO alice-laptop\n",
        "<-  #1 250-STARTTLS\n",
        "->  #1 STARTTLS\n",
        "->  #1 [TLS, 11 octets] ",
        "<-  #1 [TLS, 11 octets] ",
        "->  #1 [TLS, 19 octets] encrypted: ",
        " ...\n",
        "*** #1 mail.example.org will send no more (FIN)\n",
    };
    static const char *const keys[] = {
        "->  #1 STARTTLS\n",
        "~>  #1 EHLO alice-laptop\n",
        "->  #1 [TLS, 19 octets] encrypted: ",
        "~>  #1 AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=\n",
        "<~  #1 235 2.7.0 Authentication succeeded\n",
    };
    struct trace t;
    struct buf out;
    buf_init(&out);
    trace_init(&t, TRACE_LEVEL_BYTES);
    sample_trace_tls(&t);
    tap(&t, "", false, &out);
    expect_lines(&out, blind, COUNT(blind), "AUTH PLAIN AG");
    buf_clear(&out);
    tap(&t, "alice-laptop - mail.example.org", true, &out);
    expect_lines(&out, keys, COUNT(keys), "\033");
    buf_deinit(&out);
    trace_deinit(&t);
}

/* A link shows what passes it, and no more. */
Test(wiretap, sits_on_one_link)
{
    static const struct {
        const char *link, *there, *nowhere;
    } rows[] = {
        { "alice-laptop - mail.example.org", "AUTH PLAIN", "MX" },
        { "", "DNS: example.net MX?\n", "CLIENT_RANDOM" },
        { "", "DNS: example.net MX: NOERROR, answers: 1\n", "[TLS" },
    };
    struct trace t;
    struct buf out;
    buf_init(&out);
    trace_init(&t, TRACE_LEVEL_BYTES);
    sample_trace_first_mail(&t);
    for (size_t i = 0; i < COUNT(rows); i++) {
        buf_clear(&out);
        tap(&t, rows[i].link, false, &out);
        expect_lines(&out, &rows[i].there, 1, rows[i].nowhere);
    }
    struct export_options wish = { .link = SLICE("alice") };
    struct export_out nothing = { .write = NULL };
    struct err err = { "" };
    cr_expect_not(export_wiretap(&t, &wish, &nothing, &err));
    cr_expect_neq(slice_find(slice_of(err.text), SLICE("there is no link \"alice\"")), SLICE_NONE);
    buf_deinit(&nothing.buf);
    buf_deinit(&out);
    trace_deinit(&t);
}

/* Questions by TCP have their length in front; what is no DNS is octets. */
Test(wiretap, reads_the_dns_by_tcp)
{
    static const char question[] = "\0\x1d\x12\x34\1\0\0\1\0\0\0\0\0\0\1a\4test\0\0\x0f\0\1";
    static const char *const lines[] = { "->  #1 DNS: a.test MX?\n", "->  #1 [no DNS] 01\n" };
    struct trace t;
    struct buf out;
    buf_init(&out);
    trace_init(&t, TRACE_LEVEL_BYTES);
    trace_put(&t, (struct trace_rec){ .kind = TRACE_OPEN, .actor = 1, .a = 2, .b = 53, .flow = 1 });
    struct trace_rec flight = { .kind = TRACE_FLIGHT, .actor = 1, .a = 2, .flow = 1 };
    trace_put_text(&t, flight, (slice){ question, sizeof question - 1 });
    trace_put_text(&t, flight, SLICE("\0\1\1"));
    tap(&t, "", false, &out);
    expect_lines(&out, lines, COUNT(lines), "answers");
    buf_deinit(&out);
    trace_deinit(&t);
}
