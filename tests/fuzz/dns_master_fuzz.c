/* dns_master_fuzz.c - any line of a zone: what is taken is shown, and that line is taken again. */
#include "sim/base/err.h"
#include "sim/proto/dns.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dns_zone z, copy;
    struct arena keep;
    struct err err;
    struct buf first, second;
    slice rest = { (const char *)data, size };
    arena_init(&keep);
    buf_init(&first);
    buf_init(&second);
    dns_zone_init(&z, SLICE("x"));
    dns_zone_init(&copy, SLICE("x"));
    while (rest.len > 0) {
        (void)dns_zone_line(&z, slice_cut(&rest, '\n'), &keep, &err);
    }
    for (size_t i = 0; i < z.count; i++) {
        buf_clear(&first);
        buf_clear(&second);
        dns_record_text(&z.records[i], &first);
        bool ok = dns_zone_line(&copy, buf_slice(&first), &keep, &err);
        assert(ok);
        dns_record_text(&copy.records[copy.count - 1], &second);
        assert(slice_eq(buf_slice(&first), buf_slice(&second)));
    }
    dns_zone_deinit(&z);
    dns_zone_deinit(&copy);
    buf_deinit(&first);
    buf_deinit(&second);
    arena_deinit(&keep);
    return 0;
}
