/* utf7_fuzz.c - any bytes as a mailbox name in modified UTF-7, and as one in UTF-8: what is read is
 * written again as it was, both ways. */
#include "sim/mail/utf7.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void both_ways(slice text, bool (*there)(slice, struct buf *),
                      bool (*back)(slice, struct buf *))
{
    struct buf made = { 0 }, again = { 0 };
    if (there(text, &made)) {
        bool ok = back(buf_slice(&made), &again);
        assert(ok && slice_eq(buf_slice(&again), text));
    } else {
        assert(made.len == 0);
    }
    buf_deinit(&made);
    buf_deinit(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    slice text = { (const char *)data, size };
    both_ways(text, utf7_decode, utf7_encode);
    both_ways(text, utf7_encode, utf7_decode);
    return 0;
}
