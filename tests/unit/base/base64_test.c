#include "sim/base/base64.h"

#include <criterion/criterion.h>

Test(base64, encodes_and_decodes_the_rfc_4648_vectors)
{
    static const struct {
        slice raw, text;
    } rows[] = {
        { SLICE_INIT(""), SLICE_INIT("") },
        { SLICE_INIT("f"), SLICE_INIT("Zg==") },
        { SLICE_INIT("fo"), SLICE_INIT("Zm8=") },
        { SLICE_INIT("foo"), SLICE_INIT("Zm9v") },
        { SLICE_INIT("foob"), SLICE_INIT("Zm9vYg==") },
        { SLICE_INIT("fooba"), SLICE_INIT("Zm9vYmE=") },
        { SLICE_INIT("foobar"), SLICE_INIT("Zm9vYmFy") },
        { SLICE_INIT("\0alice\0wonderland"), SLICE_INIT("AGFsaWNlAHdvbmRlcmxhbmQ=") },
        { SLICE_INIT("\xfb\xff\xbf"), SLICE_INIT("+/+/") },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf out;
        buf_init(&out);
        base64_encode(rows[i].raw, &out);
        cr_expect(slice_eq(buf_slice(&out), rows[i].text), "row %zu encodes", i);
        buf_clear(&out);
        cr_expect(base64_decode(rows[i].text, &out), "row %zu", i);
        cr_expect(slice_eq(buf_slice(&out), rows[i].raw), "row %zu decodes", i);
        buf_deinit(&out);
    }
}

Test(base64, refuses_what_only_looks_like_it_and_leaves_the_buffer_alone)
{
    static const struct {
        slice text;
        const char *why;
    } rows[] = {
        { SLICE_INIT("Zg="), "no whole group" },
        { SLICE_INIT("Zg"), "padding left out" },
        { SLICE_INIT("Zh=="), "bits behind a byte" },
        { SLICE_INIT("Zm9="), "bits behind two bytes" },
        { SLICE_INIT("===="), "padding only" },
        { SLICE_INIT("Z==="), "too much padding" },
        { SLICE_INIT("Zg==Zg=="), "padding inside" },
        { SLICE_INIT("Zm9v\r\n"), "a line end" },
        { SLICE_INIT("Zm 9v"), "a blank" },
        { SLICE_INIT("Zm9vZ*9v"), "a star" },
        { SLICE_INIT("Zm9-"), "the URL alphabet" },
        { SLICE_INIT("Zm=v"), "padding first" },
        { SLICE_INIT("="), "SASL's empty string" },
        { SLICE_INIT("Zm9vZ\xffvv"), "eight bits" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf out;
        buf_init(&out);
        buf_addz(&out, "kept");
        cr_expect_not(base64_decode(rows[i].text, &out), "%s", rows[i].why);
        cr_expect(slice_eq(buf_slice(&out), SLICE("kept")), "%s", rows[i].why);
        buf_deinit(&out);
    }
}

Test(base64, every_byte_comes_back_at_every_length)
{
    char raw[256];
    for (size_t i = 0; i < sizeof raw; i++) {
        raw[i] = (char)(i * 167 % 256);
    }
    for (size_t len = 0; len <= sizeof raw; len++) {
        struct buf text, back;
        buf_init(&text);
        buf_init(&back);
        base64_encode((slice){ raw, len }, &text);
        cr_expect_eq(text.len, (len + 2) / 3 * 4);
        cr_expect(base64_decode(buf_slice(&text), &back));
        cr_expect(slice_eq(buf_slice(&back), (slice){ raw, len }), "length %zu", len);
        buf_deinit(&text);
        buf_deinit(&back);
    }
}

Test(base64, is_known_in_a_letter)
{
    static const struct {
        slice text;
        size_t letters;
        bool line;
    } rows[] = {
        { SLICE_INIT(""), 0, false },
        { SLICE_INIT("Zg==\r\nA+/9"), 6, false },
        { SLICE_INIT("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklm"), 39, false },
        { SLICE_INIT("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmn"), 40, true },
        { SLICE_INIT("nopqrstuvwxyz0123456789+/ABCDEFGHIJKLM=="), 38, true },
        { SLICE_INIT("nopqrstuvwxyz0123456789+/ABCDEFGHIJKLM, "), 38, false },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_expect_eq(base64_letters(rows[i].text), rows[i].letters, "row %zu", i);
        cr_expect_eq(base64_is_line(rows[i].text), rows[i].line, "row %zu", i);
    }
}
