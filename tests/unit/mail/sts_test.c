#include "sim/mail/sts.h"

#include "sim/base/fmt.h"

#include <criterion/criterion.h>

Test(sts, records)
{
    static const struct {
        const char *txt, *id; /* id NULL: not a record */
    } cases[] = {
        { "v=STSv1; id=20160831085700Z;", "20160831085700Z" }, /* RFC 8461 3.1's own */
        { "v=STSv1;id=1", "1" },
        { "v=STSv1 ;\tid=a ; new_field=x!y", "a" },
        { "v=STSv1; new-field=x; id=a", "a" },
        { "v=STSv1; id=a; id=b", "a" },
        { "v=STSv1", NULL },
        { "v=STSv1;", NULL },
        { "v=STSv1;;id=1", NULL },
        { "v=STSv2; id=1", NULL },
        { "V=STSv1; id=1", NULL },
        { " v=STSv1; id=1", NULL },
        { "id=1; v=STSv1", NULL },
        { "v=STSv1; id=", NULL },
        { "v=STSv1; id", NULL },
        { "v=STSv1; ID=1", NULL },
        { "v=STSv1; id=2026-09", NULL },
        { "v=STSv1; id=12345678901234567890123456789012", "12345678901234567890123456789012" },
        { "v=STSv1; id=123456789012345678901234567890123", NULL },
        { "v=STSv1; id=1; a=b c", NULL },
        { "v=STSv1; id=1; =x", NULL },
        { "", NULL },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        slice id;
        bool ok = sts_record_parse(slice_of(cases[i].txt), &id);
        cr_expect_eq(ok, cases[i].id != NULL, "row %zu: %s", i, cases[i].txt);
        cr_expect(!ok || slice_eq(id, slice_of(cases[i].id)), "row %zu: %.*s", i, SLICE_ARG(id));
    }
}

Test(sts, exactly_one_record_counts)
{
    static const struct {
        const char *txts[3], *id;
    } cases[] = {
        { { "v=STSv1; id=a", NULL, NULL }, "a" },
        { { "v=spf1 -all", "v=STSv1; id=a", "hello" }, "a" },
        { { "v=STSv1; id=a", "v=STSv1; id=b", NULL }, NULL },
        { { "v=STSv1; id=a", "v=STSv1; id=", NULL }, NULL },
        { { "v=STSv10; id=a", NULL, NULL }, NULL },
        { { NULL, NULL, NULL }, NULL },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        slice txts[3], id;
        size_t count = 0;
        while (count < 3 && cases[i].txts[count]) {
            txts[count] = slice_of(cases[i].txts[count]);
            count++;
        }
        bool ok = sts_record_choose(txts, count, &id);
        cr_expect_eq(ok, cases[i].id != NULL, "row %zu", i);
        cr_expect(!ok || slice_eq(id, slice_of(cases[i].id)), "row %zu: %.*s", i, SLICE_ARG(id));
    }
}

Test(sts, policies)
{
    static const struct {
        const char *text, *want; /* "mode max_age mx..."; or "!" and a part of the complaint */
    } cases[] = {
        { "version: STSv1\nmode: enforce\nmx: mail.example.com\nmx: *.example.net\n"
          "mx: backupmx.example.com\nmax_age: 604800\n",
          "enforce 604800 mail.example.com *.example.net backupmx.example.com" },
        { "version:STSv1\r\nmode:testing\r\nmx:\ta.example  \r\nmax_age: 0",
          "testing 0 a.example" },
        { "max_age: 5\nmode: none\nversion: STSv1", "none 5" },
        { "version: STSv1\nmode: none\nmode: enforce\nmax_age: 5\nmax_age: 6\n", "none 5" },
        { "version: STSv1\nmode: none\nx.y-z_1: any: thing \xC3\xA4\nmax_age: 5\n", "none 5" },
        { "version: STSv1\nmode: none\nmax_age: 9999999999\n", "none 31557600" },
        { "version: STSv1\nmode: none\nmax_age: 99999999999\n", "!max_age" },
        { "version: STSv1\nmode: none\nmax_age: -1\n", "!max_age" },
        { "version: STSv2\nmode: none\nmax_age: 5\n", "!version" },
        { "version: STSv1\nmode: Enforce\nmax_age: 5\n", "!mode" },
        { "version: STSv1\nmode: enforce\nmax_age: 5\n", "!names no mx" },
        { "version: STSv1\nmode: none\n", "!lacks" },
        { "version: STSv1\nmode: none\n\nmax_age: 5\n", "!no field" },
        { "version: STSv1\nmode none\nmax_age: 5\n", "!no field" },
        { "version: STSv1\nmode :none\nmax_age: 5\n", "!no field" },
        { "version: STSv1\nmode: none\nmax_age: 5\r", "!no field" },
        { "version: STSv1\nmode: none\nmx: \nmax_age: 5\n", "!no field" },
        { "version: STSv1\nmode: enforce\nmx: a.*.example\nmax_age: 5\n", "!no pattern" },
        { "version: STSv1\nmode: enforce\nmx: *\nmax_age: 5\n", "!no pattern" },
        { "version: STSv1\nmode: enforce\nmx: .example\nmax_age: 5\n", "!no pattern" },
        { "version: STSv1\nmode: enforce\nmx: a..b\nmax_age: 5\n", "!no pattern" },
        { "version: STSv1\nmode: enforce\nmx: -a.b\nmax_age: 5\n", "!no pattern" },
        { "<html>\n", "!no field" },
        { "", "!lacks" },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sts_policy p;
        struct buf got = { 0 };
        const char *why;
        if (sts_policy_parse(slice_of(cases[i].text), &p, &why)) {
            buf_addz(&got, sts_mode_name(p.mode));
            buf_byte(&got, ' ');
            fmt_u64(&got, p.max_age);
            for (size_t k = 0; k < p.mx_count; k++) {
                buf_byte(&got, ' ');
                buf_add(&got, p.mx[k]);
            }
            cr_expect_str_eq(buf_z(&got), cases[i].want, "row %zu", i);
        } else {
            cr_expect(cases[i].want[0] == '!' && strstr(why, cases[i].want + 1), "row %zu: %s", i,
                      why);
        }
        buf_deinit(&got);
    }
}

Test(sts, what_is_written_is_read)
{
    struct buf text = { 0 }, again = { 0 };
    struct sts_policy p, q = { STS_TESTING, 86400, 2, { SLICE("mx.a.example"), SLICE("*.b") } };
    const char *why;
    slice id;
    sts_policy_write(&text, &q);
    cr_assert(sts_policy_parse(buf_slice(&text), &p, &why), "%s", why);
    sts_policy_write(&again, &p);
    cr_expect_str_eq(buf_z(&again), buf_z(&text));
    buf_clear(&text);
    sts_record_write(&text, SLICE("20260907090000Z"));
    cr_expect(sts_record_parse(buf_slice(&text), &id) && slice_eq(id, SLICE("20260907090000Z")));
    buf_deinit(&text);
    buf_deinit(&again);
}

Test(sts, a_star_is_one_label)
{
    static const struct {
        const char *pattern, *host;
        bool allowed;
    } cases[] = {
        { "mx.example.com", "mx.example.com", true },
        { "mx.example.com", "MX.Example.COM", true },
        { "mx.example.com", "mx2.example.com", false },
        { "*.example.com", "mx.example.com", true }, /* RFC 8461 4.1's own three */
        { "*.example.com", "mx.sub.example.com", false },
        { "*.example.com", "example.com", false },
        { "*.example.com", ".example.com", false },
        { "*.com", "com", false },
        { "example.com", "mx.example.com", false },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sts_policy p = { STS_ENFORCE, 1, 1, { slice_of(cases[i].pattern) } };
        cr_expect_eq(sts_policy_allows(&p, slice_of(cases[i].host)), cases[i].allowed, "row %zu",
                     i);
    }
}
