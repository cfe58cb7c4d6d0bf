/* parse.c - quantities as people write them ("12ms", "10MB", "5Mbit/s", "0.5%"); see fmt.h.
 * Fractions are exact decimal integers, never floating point. */
#include "sim/base/fmt.h"

struct unit {
    const char *name;
    uint64_t factor;
};

/* value * factor with up to nine decimals, rounded down; false on overflow or no digits. */
static bool scale(slice number, uint64_t factor, uint64_t *out_r)
{
    slice rest = number;
    slice whole = slice_cut(&rest, '.');
    bool has_point = whole.len != number.len;
    uint64_t units;
    if (!slice_to_u64(whole, &units) || (factor > 0 && units > UINT64_MAX / factor)) {
        return false;
    }
    uint64_t total = units * factor;
    if (has_point && (rest.len == 0 || rest.len > 9)) {
        return false;
    }
    uint64_t digits = 0;
    uint64_t power = 1;
    for (size_t i = 0; i < rest.len; i++) {
        if (!ascii_is_digit(rest.ptr[i])) {
            return false;
        }
        digits = digits * 10 + (uint64_t)(rest.ptr[i] - '0');
        power *= 10;
    }
    /* factor * digits / power without overflow: both are below 10^9 after the split. */
    uint64_t part = factor / power * digits + factor % power * digits / power;
    if (total > UINT64_MAX - part) {
        return false;
    }
    total += part;
    *out_r = total;
    return true;
}

static bool number_and_unit(slice s, const struct unit *units, size_t count, uint64_t *out_r)
{
    size_t digits = 0;
    while (digits < s.len && (ascii_is_digit(s.ptr[digits]) || s.ptr[digits] == '.')) {
        digits++;
    }
    slice name = slice_trim(slice_from(s, digits));
    for (size_t i = 0; i < count; i++) {
        if (slice_eq(name, slice_of(units[i].name))) {
            return scale(slice_sub(s, 0, digits), units[i].factor, out_r);
        }
    }
    return false;
}

/* One or more of them, largest first as people say it: "8h", "1h 30min". */
bool parse_duration(slice s, sim_time *ns_r)
{
    static const struct unit units[] = {
        { "ns", 1 },           { "us", SIM_US },    { "ms", SIM_MS },  { "s", SIM_SECOND },
        { "min", SIM_MINUTE }, { "m", SIM_MINUTE }, { "h", SIM_HOUR }, { "d", SIM_DAY },
    };
    sim_time total = 0;
    bool any = false;
    for (s = slice_trim(s); s.len > 0; s = slice_trim(s)) {
        size_t end = 0;
        while (end < s.len && !ascii_is_alpha(s.ptr[end])) {
            end++;
        }
        while (end < s.len && ascii_is_alpha(s.ptr[end])) {
            end++;
        }
        sim_time part;
        if (!number_and_unit(slice_sub(s, 0, end), units, COUNT(units), &part) ||
            total > UINT64_MAX - part) {
            return false;
        }
        total += part;
        any = true;
        s = slice_from(s, end);
    }
    if (any) {
        *ns_r = total;
    }
    return any;
}

bool parse_offset(slice s, int64_t *ns_r)
{
    bool minus = slice_starts(s, SLICE("-"));
    bool plus = slice_starts(s, SLICE("+"));
    sim_time ns;
    if (!parse_duration(slice_from(s, minus || plus), &ns) || ns > INT64_MAX) {
        return false;
    }
    *ns_r = minus ? -(int64_t)ns : (int64_t)ns;
    return true;
}

/* A number, and in which time: "3/h", "1/2d". */
bool parse_frequency(slice s, sim_time *between_r)
{
    slice rest = s, number = slice_cut(&rest, '/');
    uint64_t times;
    sim_time time;
    bool bare = rest.len > 0 && ascii_is_alpha(rest.ptr[0]);
    char one[16] = "1";
    for (size_t i = 0; bare && i < rest.len && i + 2 < sizeof one; i++) {
        one[i + 1] = rest.ptr[i];
    }
    if (rest.len >= sizeof one || !slice_to_u64(number, &times) || times == 0 ||
        !parse_duration(bare ? slice_of(one) : rest, &time) || time / times == 0) {
        return false;
    }
    *between_r = time / times;
    return true;
}

bool parse_size(slice s, uint64_t *bytes_r)
{
    static const struct unit units[] = {
        { "", 1 },       { "B", 1 },         { "kB", 1000 },
        { "KB", 1000 },  { "MB", 1000000 },  { "GB", 1000000000 },
        { "KiB", 1024 }, { "MiB", 1 << 20 }, { "GiB", 1 << 30 },
    };
    return number_and_unit(s, units, COUNT(units), bytes_r);
}

bool parse_rate(slice s, uint64_t *bits_r)
{
    static const struct unit units[] = {
        { "bit/s", 1 },
        { "kbit/s", 1000 },
        { "Mbit/s", 1000000 },
        { "Gbit/s", 1000000000 },
    };
    return number_and_unit(s, units, COUNT(units), bits_r);
}

bool parse_percent(slice s, uint32_t *ppm_r)
{
    static const struct unit units[] = { { "%", 10000 } };
    uint64_t ppm;
    if (!number_and_unit(s, units, COUNT(units), &ppm) || ppm > 1000000) {
        return false;
    }
    *ppm_r = (uint32_t)ppm;
    return true;
}

bool parse_ip4(slice s, uint32_t *host_order_r)
{
    uint32_t address = 0;
    for (int i = 0; i < 4; i++) {
        uint32_t part;
        slice digits = slice_cut(&s, '.');
        bool last = s.ptr == NULL;
        if (digits.len > 3 || (digits.len > 1 && digits.ptr[0] == '0') ||
            !slice_to_u32(digits, &part) || part > 255 || last != (i == 3)) {
            return false;
        }
        address = address << 8 | part;
    }
    *host_order_r = address;
    return true;
}

static bool two_digits(slice s, size_t at, size_t len, int *out_r)
{
    uint32_t v;
    if (!slice_to_u32(slice_sub(s, at, len), &v)) {
        return false;
    }
    *out_r = (int)v;
    return true;
}

static bool parse_zone(slice zone, int64_t *offset_r)
{
    int hour, minute;
    *offset_r = 0;
    if (slice_eq_nocase(zone, SLICE("Z"))) {
        return true;
    }
    if (zone.len != 6 || (zone.ptr[0] != '+' && zone.ptr[0] != '-') || zone.ptr[3] != ':' ||
        !two_digits(zone, 1, 2, &hour) || !two_digits(zone, 4, 2, &minute) || hour > 23 ||
        minute > 59) {
        return false;
    }
    *offset_r = (zone.ptr[0] == '-' ? -1 : 1) * (hour * INT64_C(3600) + minute * INT64_C(60));
    return true;
}

bool parse_rfc3339(slice s, int64_t *unix_r)
{
    struct civil c = { 0 };
    int64_t offset;
    if (s.len < 20 || s.ptr[4] != '-' || s.ptr[7] != '-' || ascii_upper(s.ptr[10]) != 'T' ||
        s.ptr[13] != ':' || s.ptr[16] != ':') {
        return false;
    }
    if (!two_digits(s, 0, 4, &c.year) || !two_digits(s, 5, 2, &c.month) ||
        !two_digits(s, 8, 2, &c.day) || !two_digits(s, 11, 2, &c.hour) ||
        !two_digits(s, 14, 2, &c.minute) || !two_digits(s, 17, 2, &c.second) ||
        !parse_zone(slice_from(s, 19), &offset)) {
        return false;
    }
    if (c.month < 1 || c.month > 12 || c.hour > 23 || c.minute > 59 || c.second > 59) {
        return false;
    }
    int64_t unix_seconds = civil_to_unix(c);
    struct civil back = civil_from_unix(unix_seconds);
    if (c.day < 1 || back.day != c.day || back.month != c.month) {
        return false; /* 30 February */
    }
    *unix_r = unix_seconds - offset;
    return true;
}
