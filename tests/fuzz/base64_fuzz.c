/* base64_fuzz.c - what decodes must encode to the very same text. */
#include "sim/base/base64.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    slice text = { (const char *)data, size };
    struct buf raw, again;
    buf_init(&raw);
    buf_init(&again);
    if (base64_decode(text, &raw)) {
        base64_encode(buf_slice(&raw), &again);
        assert(slice_eq(buf_slice(&again), text));
    }
    buf_deinit(&raw);
    buf_deinit(&again);
    return 0;
}
