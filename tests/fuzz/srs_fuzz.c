/* srs_fuzz.c - any bytes as a local part of SRS, and as a sender that is forwarded: what is made of
 * a sender is read again, and nothing else is. */
#include "sim/mail/address.h"
#include "sim/mail/srs.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    slice text = { (const char *)data, size }, key = SLICE("key");
    struct buf made = { 0 }, back = { 0 };
    if (srs_reverse(text, key, 0, &back) != SRS_GOOD) {
        assert(back.len == 0);
    }
    buf_clear(&back);
    if (srs_forward(text, SLICE("f.test"), key, 0, &made)) {
        struct address a;
        bool ok = address_parse(buf_slice(&made), &a);
        assert(ok);
        enum srs_result result = srs_reverse(a.local, key, 0, &back);
        assert(result == SRS_GOOD);
        assert(slice_starts(buf_slice(&made), SLICE("SRS1")) ||
               slice_eq_nocase(buf_slice(&back), text));
    } else {
        assert(made.len == 0);
    }
    buf_deinit(&made);
    buf_deinit(&back);
    return 0;
}
