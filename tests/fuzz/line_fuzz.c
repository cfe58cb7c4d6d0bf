/* line_fuzz.c - the lines that come out do not depend on how the bytes were cut. */
#include "sim/proto/line.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void play(slice bytes, size_t step, struct buf *got)
{
    struct line_reader r;
    line_init(&r, 16);
    while (bytes.len > 0) {
        line_feed(&r, (struct chunk){ slice_sub(bytes, 0, step), NULL });
        bytes = slice_from(bytes, step);
        slice line;
        enum line_result result;
        while ((result = line_next(&r, &line)) != LINE_MORE) {
            buf_byte(got, (char)('0' + result));
            buf_add(got, line);
            buf_byte(got, '|');
        }
    }
    line_deinit(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1) {
        return 0;
    }
    slice bytes = { (const char *)data + 1, size - 1 };
    struct buf whole, parts;
    buf_init(&whole);
    buf_init(&parts);
    play(bytes, size, &whole);
    play(bytes, 1 + data[0] % 20, &parts);
    assert(slice_eq(buf_slice(&whole), buf_slice(&parts)));
    buf_deinit(&whole);
    buf_deinit(&parts);
    return 0;
}
