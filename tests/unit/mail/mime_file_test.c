#include "sim/mail/mime_file.h"

#include <criterion/criterion.h>

Test(mime_file, knows_a_type_by_the_ending_of_a_name)
{
    static const struct {
        slice name;
        const char *type;
    } rows[] = {
        { SLICE_INIT("cat.png"), "image/png" },
        { SLICE_INIT("CAT.PNG"), "image/png" },
        { SLICE_INIT("notes.old.txt"), "text/plain" },
        { SLICE_INIT("letter.eml"), "message/rfc822" },
        { SLICE_INIT("png"), "application/octet-stream" },
        { SLICE_INIT("cat."), "application/octet-stream" },
        { SLICE_INIT(".png"), "image/png" },
        { SLICE_INIT("cat.pngx"), "application/octet-stream" },
        { SLICE_INIT(""), "application/octet-stream" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_expect(slice_eq(mime_type_of(rows[i].name), slice_of(rows[i].type)), "row %zu", i);
    }
}

Test(mime_file, writes_any_name_as_a_parameter)
{
    static const struct {
        slice name;
        const char *written;
    } rows[] = {
        { SLICE_INIT("a.txt"), ";\r\n filename=\"a.txt\"" },
        { SLICE_INIT(""), ";\r\n filename=\"\"" },
        { SLICE_INIT("a \"b\" \\.txt"), ";\r\n filename=\"a \\\"b\\\" \\\\.txt\"" },
        { SLICE_INIT("caf\xc3\xa9 (1).txt"), ";\r\n filename*=utf-8''caf%C3%A9%20%281%29.txt" },
        { SLICE_INIT("a\r\nb"), ";\r\n filename*=utf-8''a%0D%0Ab" },
        { SLICE_INIT("a-name-that-goes-on-and-on-until-it-fits-in-no-line-any-more-at-all.txt"),
          ";\r\n filename*0*=utf-8''a-name-that-goes-on-and-on-until-it-fits-in-no-line-an"
          ";\r\n filename*1*=y-more-at-all.txt" },
        { SLICE_INIT(
              "a\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"),
          ";\r\n filename*0*=utf-8''a%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3"
          ";\r\n filename*1*=%A9%C3%A9" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf out = { 0 };
        mime_parameter(&out, "filename", rows[i].name);
        cr_expect(slice_eq(buf_slice(&out), slice_of(rows[i].written)), "row %zu: %s", i,
                  buf_z(&out));
        slice rest = buf_slice(&out);
        while (rest.ptr) {
            cr_expect_leq(slice_cut(&rest, '\n').len, 77, "row %zu", i);
        }
        buf_deinit(&out);
    }
}

Test(mime_file, base64_has_lines_of_76)
{
    static const struct {
        size_t octets, lines, last;
    } rows[] = { { 0, 1, 0 },  { 1, 1, 4 },    { 56, 1, 76 }, { 57, 1, 76 },
                 { 58, 2, 4 }, { 114, 2, 76 }, { 115, 3, 4 } };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf bytes = { 0 }, out = { 0 };
        buf_fill(&bytes, '\xff', rows[i].octets);
        mime_base64(&out, buf_slice(&bytes));
        slice rest = buf_slice(&out), line = { 0 };
        size_t lines = 0;
        while (rest.ptr || lines == 0) {
            line = slice_cut(&rest, '\n');
            lines++;
            cr_expect(rest.ptr == NULL || line.len == 77, "row %zu", i);
        }
        cr_expect_eq(lines, rows[i].lines, "row %zu", i);
        cr_expect_eq(line.len, rows[i].last, "row %zu", i);
        buf_deinit(&bytes);
        buf_deinit(&out);
    }
}
