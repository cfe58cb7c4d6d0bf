#include "sim/base/safe.h"

#include <criterion/criterion.h>

Test(safe, nothing_harmful_gets_through)
{
    static const struct {
        slice in;
        unsigned keep;
        const char *out;
    } rows[] = {
        { SLICE_INIT("250 OK"), 0, "250 OK" },
        { SLICE_INIT("\x1b[2J\x07"), 0, "\\e[2J\\x07" },
        { SLICE_INIT("a\0b"), 0, "a\\x00b" },
        { SLICE_INIT("a\r\n\tb"), 0, "a\\r\\n\\tb" },
        { SLICE_INIT("a\r\n\tb"), SAFE_KEEP_NEWLINE | SAFE_KEEP_TAB, "a\\r\n\tb" },
        { SLICE_INIT("\x7f"), 0, "\\x7f" },
        { SLICE_INIT("\xc2\x9b"), 0, "\\x9b" },
        { SLICE_INIT("\x9b"), 0, "\\x9b" },
        { SLICE_INIT("gr\xc3\xbc\xc3\x9f"), 0, "gr\xc3\xbc\xc3\x9f" },
        { SLICE_INIT("gr\xfc\xdf"), 0, "gr\\xfc\\xdf" },
        { SLICE_INIT("exe.\xe2\x80\xae"
                     "fdp"),
          0, "exe.\\u{202e}fdp" },
        { SLICE_INIT("pay\xe2\x80\x8bpal"), 0, "pay\\u{200b}pal" },
        { SLICE_INIT("\xe2\x80\xa8"), SAFE_KEEP_NEWLINE, "\\u{2028}" },
        { SLICE_INIT("\xef\xbb\xbf"), 0, "\\u{feff}" },
        { SLICE_INIT("\xf3\xa0\x81\x81"), 0, "\\u{e0041}" },
        { SLICE_INIT("\xf0\x9f\x93\xa7"), 0, "\xf0\x9f\x93\xa7" },
        { SLICE_INIT("\xc0\xaf"), 0, "\\xc0\\xaf" },
        { SLICE_INIT("\xed\xa0\x80"), 0, "\\xed\\xa0\\x80" },
        { SLICE_INIT("\xf4\x90\x80\x80"), 0, "\\xf4\\x90\\x80\\x80" },
        { SLICE_INIT("\xe2\x80"), 0, "\\xe2\\x80" },
        { SLICE_INIT("\xef\xbf\xbf"), 0, "\\u{ffff}" },
        { SLICE_INIT(""), 0, "" },
    };
    struct buf out;
    buf_init(&out);
    for (size_t i = 0; i < COUNT(rows); i++) {
        buf_clear(&out);
        safe_text(&out, rows[i].in, rows[i].keep);
        cr_expect_str_eq(buf_z(&out), rows[i].out, "row %zu", i);
    }
    buf_deinit(&out);
}

Test(safe, every_byte_and_every_pair_comes_out_as_shown_utf8)
{
    struct buf out;
    buf_init(&out);
    for (unsigned pair = 0; pair < 0x10000; pair++) {
        char bytes[2] = { (char)(uint8_t)(pair >> 8), (char)(uint8_t)pair };
        buf_clear(&out);
        safe_text(&out, (slice){ bytes, 2 }, SAFE_KEEP_NOTHING);
        slice rest = buf_slice(&out);
        while (rest.len > 0) {
            uint32_t code_point;
            cr_assert(utf8_take(&rest, &code_point) && safe_is_shown(code_point), "%04x", pair);
        }
    }
    buf_deinit(&out);
}
