#include "sim/base/fmt.h"

#include <criterion/criterion.h>

static bool percent(slice s, uint64_t *v_r)
{
    uint32_t ppm = 0;
    bool ok = parse_percent(s, &ppm);
    *v_r = ppm;
    return ok;
}

static bool ip4(slice s, uint64_t *v_r)
{
    uint32_t ip = 0;
    bool ok = parse_ip4(s, &ip);
    *v_r = ip;
    return ok;
}

Test(parse, quantities)
{
    static const struct {
        bool (*parse)(slice, uint64_t *);
        const char *text;
        bool ok;
        uint64_t value;
    } rows[] = {
        { parse_duration, "12ms", true, 12 * SIM_MS },
        { parse_duration, "1.5s", true, 1500 * SIM_MS },
        { parse_duration, "0.000000001s", true, 1 },
        { parse_duration, "0.0000000001s", false, 0 },
        { parse_duration, "2 d", true, 2 * SIM_DAY },
        { parse_duration, "3m", true, 3 * SIM_MINUTE },
        { parse_duration, "5 parsecs", false, 0 },
        { parse_duration, "12", false, 0 },
        { parse_duration, "ms", false, 0 },
        { parse_duration, "1.s", false, 0 },
        { parse_duration, "1.2.3s", false, 0 },
        { parse_duration, "-1s", false, 0 },
        { parse_duration, "99999999999999d", false, 0 },
        { parse_duration, "18446744073.709551615s", true, UINT64_MAX },
        { parse_duration, "18446744073.709551616s", false, 0 },
        { parse_size, "512", true, 512 },
        { parse_size, "10MB", true, 10000000 },
        { parse_size, "10MiB", true, 10485760 },
        { parse_size, "1.5KiB", true, 1536 },
        { parse_size, "1XB", false, 0 },
        { parse_rate, "64kbit/s", true, 64000 },
        { parse_rate, "1Gbit/s", true, 1000000000 },
        { parse_rate, "5Mbit", false, 0 },
        { percent, "0.5%", true, 5000 },
        { percent, "100%", true, 1000000 },
        { percent, "100.1%", false, 0 },
        { percent, "5", false, 0 },
        { ip4, "192.0.2.1", true, UINT32_C(0xc0000201) },
        { ip4, "255.255.255.255", true, UINT32_MAX },
        { ip4, "256.0.0.1", false, 0 },
        { ip4, "1.2.3", false, 0 },
        { ip4, "1.2.3.4.5", false, 0 },
        { ip4, "01.2.3.4", false, 0 },
        { ip4, "1.2.3.4 ", false, 0 },
        { ip4, "1..3.4", false, 0 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint64_t value = 0;
        bool ok = rows[i].parse(slice_of(rows[i].text), &value);
        cr_expect_eq(ok, rows[i].ok, "%s", rows[i].text);
        cr_expect(!ok || value == rows[i].value, "%s: %llu", rows[i].text,
                  (unsigned long long)value);
    }
}
