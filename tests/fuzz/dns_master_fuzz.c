/* dns_master_fuzz.c - any line of a zone: what is taken is shown, and that line is taken again; and
 * as a change to a zone, which keeps its SOA whatever is asked for. */
#include "sim/base/err.h"
#include "sim/proto/dns_edit.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void change(slice lines, struct arena *keep)
{
    struct dns_zone z;
    struct dns_edit e;
    struct err err;
    struct buf changes = { 0 };
    dns_zone_init(&z, SLICE("x"));
    dns_edit_init(&e, SLICE("x"), 60);
    bool ok = dns_zone_line(&z, SLICE("@ SOA ns root 1 2 3 4 5"), keep, &err) &&
              dns_zone_line(&z, SLICE("a.b A 192.0.2.1"), keep, &err);
    assert(ok);
    while (lines.len > 0) {
        (void)dns_edit_line(&e, slice_cut(&lines, '\n'), keep, &err);
    }
    dns_edit_apply(&e, &z, true, &changes);
    size_t soas = 0;
    for (size_t i = 0; i < z.count; i++) {
        soas += z.records[i].type == DNS_SOA;
    }
    assert(soas == 1);
    dns_edit_deinit(&e);
    dns_zone_deinit(&z);
    buf_deinit(&changes);
}

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
    change(rest, &keep);
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
