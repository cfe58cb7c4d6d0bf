/* date_fuzz.c - a date that is read can be written, and then reads the same. */
#include "sim/mail/date.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool (*const readers[])(slice, int64_t *) = { date_rfc5322_parse, date_imap_parse,
                                                         date_imap_day };
    slice text = { (const char *)data, size };
    struct buf b;
    buf_init(&b);
    for (size_t i = 0; i < COUNT(readers); i++) {
        int64_t seconds, again;
        /* Years with fewer digits than four are not written; a zone can lead there. */
        if (readers[i](text, &seconds) && seconds > INT64_C(-30000000000) &&
            seconds < INT64_C(253402300800)) {
            buf_clear(&b);
            date_rfc5322(&b, seconds);
            assert(date_rfc5322_parse(buf_slice(&b), &again) && again == seconds);
            buf_clear(&b);
            date_imap(&b, seconds);
            assert(date_imap_parse(buf_slice(&b), &again) && again == seconds);
        }
    }
    buf_deinit(&b);
    return 0;
}
