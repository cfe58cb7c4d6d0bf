/* sts_fuzz.c - any bytes as an MTA-STS record and as a policy; what is taken is written and read
 * again. */
#include "sim/mail/sts.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void record(slice text)
{
    slice id, again;
    struct buf b = { 0 };
    if (sts_record_parse(text, &id)) {
        sts_record_write(&b, id);
        assert(sts_record_parse(buf_slice(&b), &again) && slice_eq(id, again));
    }
    buf_deinit(&b);
}

static void policy(slice text)
{
    struct sts_policy p, again;
    const char *why;
    struct buf b = { 0 };
    if (sts_policy_parse(text, &p, &why)) {
        sts_policy_write(&b, &p);
        assert(sts_policy_parse(buf_slice(&b), &again, &why));
        assert(again.mode == p.mode && again.max_age == p.max_age && again.mx_count == p.mx_count);
        for (size_t i = 0; i < p.mx_count; i++) {
            assert(slice_eq(p.mx[i], again.mx[i]));
            assert(sts_policy_allows(&p, p.mx[i]) || p.mx[i].ptr[0] == '*');
        }
    } else {
        assert(why);
    }
    buf_deinit(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    slice text = { (const char *)data, size };
    record(text);
    policy(text);
    return 0;
}
