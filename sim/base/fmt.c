/* fmt.c - integers, durations, sizes and times as text.
 * Integers only; the reading half is parse.c. */
#include "sim/base/fmt.h"

const char fmt_weekdays[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
const char fmt_months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

void fmt_u64_padded(struct buf *b, uint64_t v, size_t width, char pad)
{
    char digits[20];
    size_t at = sizeof digits;
    if (v < 10 && width <= 1) { /* most often */
        buf_byte(b, (char)('0' + v));
        return;
    }
    do {
        digits[--at] = (char)('0' + v % 10);
        v /= 10;
    } while (v > 0);
    for (size_t len = sizeof digits - at; len < width; width--) {
        buf_byte(b, pad);
    }
    buf_add(b, (slice){ digits + at, sizeof digits - at });
}

void fmt_u64(struct buf *b, uint64_t v)
{
    fmt_u64_padded(b, v, 0, ' ');
}

void fmt_i64(struct buf *b, int64_t v)
{
    if (v < 0) {
        buf_byte(b, '-');
        fmt_u64(b, (uint64_t)(-(v + 1)) + 1);
    } else {
        fmt_u64(b, (uint64_t)v);
    }
}

void fmt_hex(struct buf *b, uint64_t v, size_t digits)
{
    for (size_t i = digits; i-- > 0;) {
        buf_byte(b, "0123456789abcdef"[i < 16 ? v >> (4 * i) & 15 : 0]);
    }
}

void fmt_duration(struct buf *b, sim_time ns)
{
    static const struct {
        sim_time unit;
        const char *name;
    } units[] = {
        { SIM_DAY, "d" }, { SIM_HOUR, "h" }, { SIM_MINUTE, "min" }, { SIM_SECOND, "s" },
        { SIM_MS, "ms" }, { SIM_US, "us" },  { 1, "ns" },
    };
    if (ns == 0) {
        buf_addz(b, "0s");
        return;
    }
    for (size_t i = 0; i < COUNT(units); i++) {
        if (ns % units[i].unit == 0) {
            fmt_u64(b, ns / units[i].unit);
            buf_addz(b, units[i].name);
            return;
        }
    }
}

void fmt_size(struct buf *b, uint64_t bytes)
{
    static const char *const names[] = { "B", "KiB", "MiB", "GiB", "TiB" };
    size_t step = 0;
    uint64_t tenths = bytes > UINT64_MAX / 10 ? UINT64_MAX : bytes * 10;
    while (tenths >= 10240 && step + 1 < COUNT(names)) {
        tenths /= 1024;
        step++;
    }
    fmt_u64(b, tenths / 10);
    if (step > 0) {
        buf_byte(b, '.');
        fmt_u64(b, tenths % 10);
    }
    buf_byte(b, ' ');
    buf_addz(b, names[step]);
}

void fmt_clock(struct buf *b, sim_time ns)
{
    fmt_u64(b, ns / SIM_HOUR);
    buf_byte(b, ':');
    fmt_u64_padded(b, ns / SIM_MINUTE % 60, 2, '0');
    buf_byte(b, ':');
    fmt_u64_padded(b, ns / SIM_SECOND % 60, 2, '0');
    buf_byte(b, '.');
    fmt_u64_padded(b, ns / SIM_MS % 1000, 3, '0');
}

void fmt_ip4(struct buf *b, uint32_t host_order)
{
    for (int shift = 24; shift >= 0; shift -= 8) {
        fmt_u64(b, host_order >> shift & 255);
        if (shift > 0) {
            buf_byte(b, '.');
        }
    }
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Days since 1970-01-01 <-> proleptic Gregorian date, with years that begin in March so that the
 * leap day comes last (an era has 146097 days). */
struct civil civil_from_unix(int64_t seconds)
{
    int64_t days = floor_div(seconds, 86400);
    int64_t rest = seconds - days * 86400;
    int64_t z = days + 719468;
    int64_t era = floor_div(z, 146097);
    int64_t day_of_era = z - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t march_month = (5 * day_of_year + 2) / 153;
    int64_t month = march_month < 10 ? march_month + 3 : march_month - 9;
    return (struct civil){
        .year = (int)(year_of_era + era * 400 + (month <= 2)),
        .month = (int)month,
        .day = (int)(day_of_year - (153 * march_month + 2) / 5 + 1),
        .hour = (int)(rest / 3600),
        .minute = (int)(rest / 60 % 60),
        .second = (int)(rest % 60),
        .weekday = (int)(((days + 4) % 7 + 7) % 7),
    };
}

int64_t civil_to_unix(struct civil c)
{
    int64_t year = c.year - (c.month <= 2);
    int64_t era = floor_div(year, 400);
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (c.month + (c.month > 2 ? -3 : 9)) + 2) / 5 + c.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    int64_t days = era * 146097 + day_of_era - 719468;
    return days * 86400 + c.hour * INT64_C(3600) + c.minute * INT64_C(60) + c.second;
}

void fmt_time(struct buf *b, struct civil c)
{
    fmt_u64_padded(b, (uint64_t)c.hour, 2, '0');
    buf_byte(b, ':');
    fmt_u64_padded(b, (uint64_t)c.minute, 2, '0');
    buf_byte(b, ':');
    fmt_u64_padded(b, (uint64_t)c.second, 2, '0');
}

void fmt_rfc3339(struct buf *b, int64_t unix_seconds)
{
    struct civil c = civil_from_unix(unix_seconds);
    fmt_u64_padded(b, (uint64_t)(c.year < 0 ? 0 : c.year), 4, '0');
    buf_byte(b, '-');
    fmt_u64_padded(b, (uint64_t)c.month, 2, '0');
    buf_byte(b, '-');
    fmt_u64_padded(b, (uint64_t)c.day, 2, '0');
    buf_byte(b, 'T');
    fmt_time(b, c);
    buf_byte(b, 'Z');
}
