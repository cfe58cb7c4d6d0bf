/* date.c - dates as mail writes them.
 * Never asks what time it is. */
#include "sim/mail/date.h"

#include "sim/base/fmt.h"

#include <assert.h>

#define YEAR_MAX 9999

/* ---- writing ---- */

static void add_time(struct buf *out, const struct civil *c)
{
    fmt_time(out, *c);
    buf_addz(out, " +0000");
}

static void add_day(struct buf *out, const struct civil *c, size_t width, char sep)
{
    assert(c->year >= 0 && c->year <= YEAR_MAX);
    fmt_u64_padded(out, (uint64_t)c->day, width, '0');
    buf_byte(out, sep);
    buf_addz(out, fmt_months[c->month - 1]);
    buf_byte(out, sep);
    fmt_u64_padded(out, (uint64_t)c->year, 4, '0');
    buf_byte(out, ' ');
}

void date_rfc5322(struct buf *out, int64_t unix_seconds)
{
    struct civil c = civil_from_unix(unix_seconds);
    buf_addz(out, fmt_weekdays[c.weekday]);
    buf_addz(out, ", ");
    add_day(out, &c, 1, ' ');
    add_time(out, &c);
}

void date_imap(struct buf *out, int64_t unix_seconds)
{
    struct civil c = civil_from_unix(unix_seconds);
    add_day(out, &c, 2, '-');
    add_time(out, &c);
}

/* ---- reading ---- */

static slice take(slice *s, size_t n)
{
    slice head = slice_sub(*s, 0, n);
    *s = slice_from(*s, n);
    return head;
}

static bool take_byte(slice *s, char c)
{
    bool there = s->len > 0 && s->ptr[0] == c;
    if (there) {
        *s = slice_from(*s, 1);
    }
    return there;
}

/* At most `most` digits. */
static bool take_number(slice *s, size_t least, size_t most, int *value_r)
{
    size_t n = 0;
    *value_r = 0;
    while (n < s->len && n < most && ascii_is_digit(s->ptr[n])) {
        *value_r = *value_r * 10 + (s->ptr[n] - '0');
        n++;
    }
    *s = slice_from(*s, n);
    return n >= least;
}

static slice take_letters(slice *s)
{
    size_t n = 0;
    while (n < s->len && ascii_is_alpha(s->ptr[n])) {
        n++;
    }
    return take(s, n);
}

static bool find_name(slice word, const char (*names)[4], int count, int *index_r)
{
    for (int i = 0; i < count; i++) {
        if (slice_eq_nocase(word, slice_of(names[i]))) {
            *index_r = i;
            return true;
        }
    }
    return false;
}

static bool take_month(slice *s, int *month_r)
{
    int index = 0;
    bool found = find_name(take_letters(s), fmt_months, 12, &index);
    *month_r = index + 1;
    return found;
}

/* "+hhmm" */
static bool take_offset(slice *s, int64_t *seconds_r)
{
    int64_t sign = take_byte(s, '-') ? -1 : take_byte(s, '+') ? 1 : 0;
    int hour = 0;
    int minute = 0;
    if (sign == 0 || !take_number(s, 2, 2, &hour) || !take_number(s, 2, 2, &minute) ||
        minute > 59) {
        return false;
    }
    *seconds_r = sign * (hour * 3600 + minute * 60);
    return true;
}

/* A date that the calendar has; second 60 is a leap second (RFC 5322 3.3). */
static bool calendar_date(const struct civil *c, int64_t offset, int64_t *unix_r)
{
    if (c->year > YEAR_MAX || c->month < 1 || c->month > 12 || c->day < 1 || c->day > 31 ||
        c->hour > 23 || c->minute > 59 || c->second > 60) {
        return false;
    }
    struct civil noon = { .year = c->year, .month = c->month, .day = c->day, .hour = 12 };
    if (civil_from_unix(civil_to_unix(noon)).day != c->day) {
        return false;
    }
    *unix_r = civil_to_unix(*c) - offset;
    return true;
}

static bool take_imap_day(slice *s, size_t day_digits, struct civil *c)
{
    return take_number(s, day_digits, 2, &c->day) && take_byte(s, '-') &&
           take_month(s, &c->month) && take_byte(s, '-') && take_number(s, 4, 4, &c->year);
}

bool date_imap_day(slice s, int64_t *unix_r)
{
    struct civil c = { 0 };
    return take_imap_day(&s, 1, &c) && s.len == 0 && calendar_date(&c, 0, unix_r);
}

bool date_imap_parse(slice s, int64_t *unix_r)
{
    struct civil c = { 0 };
    int64_t offset = 0;
    /* date-day-fixed: a blank or a digit, then a digit (RFC 9051 9) */
    size_t day_digits = take_byte(&s, ' ') ? 1 : 2;
    return take_imap_day(&s, day_digits, &c) && take_byte(&s, ' ') &&
           take_number(&s, 2, 2, &c.hour) && take_byte(&s, ':') &&
           take_number(&s, 2, 2, &c.minute) && take_byte(&s, ':') &&
           take_number(&s, 2, 2, &c.second) && take_byte(&s, ' ') && take_offset(&s, &offset) &&
           s.len == 0 && calendar_date(&c, offset, unix_r);
}

/* Blanks, folds and comments, which may nest (RFC 5322 3.2.2). */
static void skip_cfws(slice *s)
{
    size_t depth = 0;
    while (s->len > 0) {
        char c = s->ptr[0];
        if (c == '(') {
            depth++;
        } else if (c == ')' && depth > 0) {
            depth--;
        } else if (c == '\\' && depth > 0) {
            *s = slice_from(*s, 1);
        } else if (depth == 0 && c != ' ' && c != '\t' && c != '\r' && c != '\n') {
            return;
        }
        *s = slice_from(*s, 1);
    }
}

/* RFC 5322 4.3: two digits below 50 are 20xx, other short years count from 1900. */
static bool take_year(slice *s, int *year_r)
{
    size_t before = s->len;
    bool good = take_number(s, 2, 4, year_r);
    size_t digits = before - s->len;
    if (digits == 2 && *year_r < 50) {
        *year_r += 2000;
    } else if (digits < 4) {
        *year_r += 1900;
    }
    return good;
}

/* obs-zone of RFC 5322 4.3: names nobody can be sure of count as -0000, and so does a missing
 * one. */
static bool take_zone(slice *s, int64_t *seconds_r)
{
    static const struct {
        slice name;
        int hours;
    } zones[] = {
        { SLICE_INIT("EST"), -5 }, { SLICE_INIT("EDT"), -4 }, { SLICE_INIT("CST"), -6 },
        { SLICE_INIT("CDT"), -5 }, { SLICE_INIT("MST"), -7 }, { SLICE_INIT("MDT"), -6 },
        { SLICE_INIT("PST"), -8 }, { SLICE_INIT("PDT"), -7 },
    };
    *seconds_r = 0;
    if (s->len > 0 && (s->ptr[0] == '+' || s->ptr[0] == '-')) {
        return take_offset(s, seconds_r);
    }
    slice name = take_letters(s);
    for (size_t i = 0; i < COUNT(zones); i++) {
        if (slice_eq_nocase(name, zones[i].name)) {
            *seconds_r = zones[i].hours * INT64_C(3600);
        }
    }
    return true;
}

static bool take_clock(slice *s, struct civil *c)
{
    bool good = take_number(s, 2, 2, &c->hour);
    skip_cfws(s);
    good = good && take_byte(s, ':');
    skip_cfws(s);
    good = good && take_number(s, 2, 2, &c->minute);
    skip_cfws(s);
    if (good && take_byte(s, ':')) {
        skip_cfws(s);
        good = take_number(s, 2, 2, &c->second);
    }
    skip_cfws(s);
    return good;
}

bool date_rfc5322_parse(slice body, int64_t *unix_r)
{
    struct civil c = { 0 };
    int64_t offset = 0;
    int weekday = 0;
    slice s = body;
    skip_cfws(&s);
    if (s.len > 0 && ascii_is_alpha(s.ptr[0])) {
        if (!find_name(take_letters(&s), fmt_weekdays, 7, &weekday)) {
            return false;
        }
        skip_cfws(&s);
        if (!take_byte(&s, ',')) {
            return false;
        }
        skip_cfws(&s);
    }
    bool good = take_number(&s, 1, 2, &c.day);
    skip_cfws(&s);
    good = good && take_month(&s, &c.month);
    skip_cfws(&s);
    good = good && take_year(&s, &c.year);
    skip_cfws(&s);
    good = good && take_clock(&s, &c) && take_zone(&s, &offset);
    skip_cfws(&s);
    return good && s.len == 0 && calendar_date(&c, offset, unix_r);
}
