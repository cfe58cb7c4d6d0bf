#include "sim/mail/date.h"

#include <criterion/criterion.h>

/* 2026-09-07 09:00:01 UTC, a Monday */
#define MONDAY 1788771601

Test(date, writes_both_forms)
{
    struct buf b;
    buf_init(&b);
    date_rfc5322(&b, MONDAY);
    cr_expect_str_eq(buf_z(&b), "Mon, 7 Sep 2026 09:00:01 +0000");
    buf_clear(&b);
    date_imap(&b, MONDAY);
    cr_expect_str_eq(buf_z(&b), "07-Sep-2026 09:00:01 +0000");
    buf_deinit(&b);
}

enum form { RFC5322, IMAP, IMAP_DAY };

static bool parse(enum form form, slice s, int64_t *unix_r)
{
    return form == RFC5322 ? date_rfc5322_parse(s, unix_r)
           : form == IMAP  ? date_imap_parse(s, unix_r)
                           : date_imap_day(s, unix_r);
}

Test(date, reads_what_may_be_written)
{
    static const struct {
        enum form form;
        const char *text;
        int64_t seconds;
    } rows[] = {
        { RFC5322, "Mon, 7 Sep 2026 09:00:01 +0000", MONDAY },
        { RFC5322, "7 Sep 2026 09:00:01 +0000", MONDAY },
        { RFC5322, "Mon,07 sep 2026 11:00:01 +0200", MONDAY },
        { RFC5322, " Mon,\r\n 7 Sep 2026 09:00 +0000 (UTC (really\\)))", MONDAY - 1 },
        { RFC5322, "Mon (day) , 7 (x) Sep 2026 (y) 09 : 00 : 01 GMT", MONDAY },
        { RFC5322, "7 Sep 26 05:00:01 EDT", MONDAY },
        { RFC5322, "7 Sep 126 01:00:01 PST", MONDAY },
        { RFC5322, "7 Sep 2026 09:00:01 UT", MONDAY },
        { RFC5322, "7 Sep 2026 09:00:01 Z", MONDAY },
        { RFC5322, "7 Sep 2026 09:00:01 A", MONDAY },
        { RFC5322, "7 Sep 2026 09:00:01 CEST", MONDAY },
        { RFC5322, "7 Sep 2026 09:00:01", MONDAY },
        { RFC5322, "1 Jan 70 00:00:00 +0000", 0 },
        { RFC5322, "31 Dec 1969 23:59:59 -0000", -1 },
        { RFC5322, "30 Jun 2015 23:59:60 +0000", 1435708800 },
        { RFC5322, "29 Feb 2028 00:00:00 +0000", 1835395200 },
        { IMAP, "07-Sep-2026 09:00:01 +0000", MONDAY },
        { IMAP, " 7-sep-2026 05:30:01 -0330", MONDAY },
        { IMAP_DAY, "7-Sep-2026", MONDAY - 9 * 3600 - 1 },
        { IMAP_DAY, "07-SEP-2026", MONDAY - 9 * 3600 - 1 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t got = 0;
        cr_expect(parse(rows[i].form, slice_of(rows[i].text), &got), "%s", rows[i].text);
        cr_expect_eq(got, rows[i].seconds, "%s", rows[i].text);
    }
}

Test(date, refuses_what_no_calendar_has)
{
    static const struct {
        enum form form;
        const char *text;
    } rows[] = {
        { RFC5322, "" },
        { RFC5322, "yesterday" },
        { RFC5322, "Mon 7 Sep 2026 09:00:01 +0000" },
        { RFC5322, "Xyz, 7 Sep 2026 09:00:01 +0000" },
        { RFC5322, "7 Sept 2026 09:00:01 +0000" },
        { RFC5322, "0 Sep 2026 09:00:01 +0000" },
        { RFC5322, "29 Feb 2026 09:00:01 +0000" },
        { RFC5322, "31 Sep 2026 09:00:01 +0000" },
        { RFC5322, "7 Sep 2026 24:00:01 +0000" },
        { RFC5322, "7 Sep 2026 09:60:01 +0000" },
        { RFC5322, "7 Sep 2026 09:00:61 +0000" },
        { RFC5322, "7 Sep 2026 09:00:01 +0060" },
        { RFC5322, "7 Sep 2026 09:00:01 +0000 more" },
        { RFC5322, "7 Sep 2 09:00:01 +0000" },
        { RFC5322, "7 Sep 20266 09:00:01 +0000" },
        { IMAP, "7-Sep-2026 09:00:01 +0000" },
        { IMAP, "07-Sep-2026 09:00:01" },
        { IMAP, "\"07-Sep-2026 09:00:01 +0000\"" },
        { IMAP, "31-Feb-2026 09:00:01 +0000" },
        { IMAP_DAY, "7-Sep-26" },
        { IMAP_DAY, "32-Sep-2026" },
        { IMAP_DAY, "7-Sep-2026 " },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t got = 12345;
        cr_expect_not(parse(rows[i].form, slice_of(rows[i].text), &got), "%s", rows[i].text);
        cr_expect_eq(got, 12345, "%s", rows[i].text);
    }
}

Test(date, comes_back_through_every_form)
{
    for (int64_t t = -100000; t < INT64_C(100000000000); t += INT64_C(987654321)) {
        struct buf b;
        int64_t back = 0;
        buf_init(&b);
        date_rfc5322(&b, t);
        cr_expect(date_rfc5322_parse(buf_slice(&b), &back) && back == t, "%s", buf_z(&b));
        buf_clear(&b);
        date_imap(&b, t);
        cr_expect(date_imap_parse(buf_slice(&b), &back) && back == t, "%s", buf_z(&b));
        buf_deinit(&b);
    }
}
