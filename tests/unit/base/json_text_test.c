#include "sim/base/json_text.h"

#include <criterion/criterion.h>

Test(json_text, always_gives_valid_utf8_and_escapes_what_must_be)
{
    static const struct {
        slice bytes;
        slice json;
    } rows[] = {
        { SLICE_INIT("plain"), SLICE_INIT("\"plain\"") },
        { SLICE_INIT("a\"b\\c"), SLICE_INIT("\"a\\\"b\\\\c\"") },
        { SLICE_INIT("1\r\n2\t"), SLICE_INIT("\"1\\r\\n2\\t\"") },
        { SLICE_INIT("\x1b[31m\x7f"), SLICE_INIT("\"\\u001b[31m\\u007f\"") },
        { SLICE_INIT("gr\xc3\xbc\xc3\x9f"), SLICE_INIT("\"gr\xc3\xbc\xc3\x9f\"") },
        { SLICE_INIT("\xc3"), SLICE_INIT("\"\xef\xbf\xbd\"") },
        { SLICE_INIT("\xc0\xaf"), SLICE_INIT("\"\xef\xbf\xbd\xef\xbf\xbd\"") },
        { SLICE_INIT("\xed\xa0\x80"), SLICE_INIT("\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"") },
        { SLICE_INIT("\xe2\x80\xae"), SLICE_INIT("\"\\u202e\"") },
        { SLICE_INIT("\xc2\x9b"), SLICE_INIT("\"\\u009b\"") },
        { SLICE_INIT("\xf3\xa0\x81\x81"), SLICE_INIT("\"\\udb40\\udc41\"") },
        { SLICE_INIT("\xf0\x9f\x93\xa7"), SLICE_INIT("\"\xf0\x9f\x93\xa7\"") },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf out = { 0 };
        json_put_text(&out, rows[i].bytes);
        cr_expect(slice_eq(buf_slice(&out), rows[i].json), "row %zu: %.*s", i,
                  SLICE_ARG(buf_slice(&out)));
        buf_deinit(&out);
    }
}
