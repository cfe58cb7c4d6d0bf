#include "sim/base/fmt.h"

#include <criterion/criterion.h>

#define EXPECT(call, text)                                                                         \
    do {                                                                                           \
        struct buf b;                                                                              \
        buf_init(&b);                                                                              \
        call;                                                                                      \
        cr_expect_str_eq(buf_z(&b), text, #call " gave %s", buf_z(&b));                            \
        buf_deinit(&b);                                                                            \
    } while (0)

Test(fmt, numbers)
{
    EXPECT(fmt_u64(&b, 0), "0");
    EXPECT(fmt_u64(&b, UINT64_MAX), "18446744073709551615");
    EXPECT(fmt_i64(&b, INT64_MIN), "-9223372036854775808");
    EXPECT(fmt_i64(&b, 7), "7");
    EXPECT(fmt_u64_padded(&b, 7, 3, '0'), "007");
    EXPECT(fmt_u64_padded(&b, 12345, 3, '0'), "12345");
    EXPECT(fmt_hex(&b, UINT64_C(0xdeadbeef), 10), "00deadbeef");
    EXPECT(fmt_hex(&b, 0x1f, 18), "00000000000000001f");
    EXPECT(fmt_size(&b, 1023), "1023 B");
    EXPECT(fmt_size(&b, 1536), "1.5 KiB");
    EXPECT(fmt_size(&b, UINT64_C(3) << 20), "3.0 MiB");
    EXPECT(fmt_ip4(&b, UINT32_C(0xc0000201)), "192.0.2.1");
    EXPECT(fmt_clock(&b, 25 * SIM_HOUR + 61 * SIM_SECOND + 7 * SIM_MS), "25:01:01.007");
}

Test(fmt, durations_read_back_as_they_were)
{
    static const struct {
        sim_time ns;
        const char *text;
    } rows[] = {
        { 0, "0s" },
        { 1, "1ns" },
        { 1500 * SIM_US, "1500us" },
        { 12 * SIM_MS, "12ms" },
        { 90 * SIM_MINUTE, "90min" },
        { 4 * SIM_HOUR, "4h" },
        { 5 * SIM_DAY, "5d" },
        { SIM_DAY + 1, "86400000000001ns" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        EXPECT(fmt_duration(&b, rows[i].ns), rows[i].text);
        sim_time back = 1;
        cr_expect(parse_duration(slice_of(rows[i].text), &back), "%s", rows[i].text);
        cr_expect_eq(back, rows[i].ns, "%s", rows[i].text);
    }
}

/* Every day from 1 January 1600 to the end of 2400, counted one by one. */
Test(fmt, calendar_counts_each_day_once)
{
    static const int length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    struct civil c = { .year = 1600, .month = 1, .day = 1, .hour = 23, .minute = 59, .second = 58 };
    int64_t at = civil_to_unix(c);
    cr_expect_eq(at, INT64_C(-11676096000) + 86398);
    int weekday = 6; /* a Saturday */
    while (c.year <= 2400) {
        struct civil back = civil_from_unix(at);
        cr_assert(back.year == c.year && back.month == c.month && back.day == c.day, "%d-%d-%d",
                  c.year, c.month, c.day);
        cr_assert(back.hour == 23 && back.minute == 59 && back.second == 58);
        cr_assert_eq(back.weekday, weekday);
        cr_assert_eq(civil_to_unix(back), at);
        bool leap = c.year % 4 == 0 && (c.year % 100 != 0 || c.year % 400 == 0);
        if (++c.day > length[c.month - 1] + (leap && c.month == 2)) {
            c.day = 1;
            c.month = c.month % 12 + 1;
            c.year += c.month == 1;
        }
        at += 86400;
        weekday = (weekday + 1) % 7;
    }
}

Test(fmt, rfc3339)
{
    EXPECT(fmt_rfc3339(&b, 0), "1970-01-01T00:00:00Z");
    EXPECT(fmt_rfc3339(&b, -1), "1969-12-31T23:59:59Z");
    EXPECT(fmt_rfc3339(&b, 951827696), "2000-02-29T12:34:56Z");
    static const struct {
        const char *text;
        bool ok;
        int64_t unix_seconds;
    } rows[] = {
        { "2026-09-07T09:00:00Z", true, 1788771600 },
        { "2026-09-07t11:00:00+02:00", true, 1788771600 },
        { "2026-09-06T23:30:00-09:30", true, 1788771600 },
        { "2000-02-29T00:00:00Z", true, 951782400 },
        { "1900-02-29T00:00:00Z", false, 0 },
        { "2023-02-29T00:00:00Z", false, 0 },
        { "2024-04-31T00:00:00Z", false, 0 },
        { "2024-00-01T00:00:00Z", false, 0 },
        { "2024-01-00T00:00:00Z", false, 0 },
        { "2024-01-01T24:00:00Z", false, 0 },
        { "2024-01-01T00:00:00", false, 0 },
        { "2024-01-01T00:00:00+24:00", false, 0 },
        { "2024-01-01 00:00:00Z", false, 0 },
        { "", false, 0 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t got = 0;
        cr_expect_eq(parse_rfc3339(slice_of(rows[i].text), &got), rows[i].ok, "%s", rows[i].text);
        cr_expect_eq(got, rows[i].unix_seconds, "%s: %lld", rows[i].text, (long long)got);
    }
}
