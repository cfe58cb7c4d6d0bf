/* address_fuzz.c - envelope paths and header lists: what parses keeps the limits and parses again. */
#include "sim/mail/address.h"
#include "sim/mail/mime.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct address *a)
{
    struct address again;
    assert(a->local.len <= ADDRESS_LOCAL_MAX && a->domain.len <= ADDRESS_DOMAIN_MAX);
    assert(a->whole.len + 2 <= ADDRESS_PATH_MAX);
    assert(domain_valid(a->domain) || address_literal_valid(a->domain) ||
           !address_is_ascii(a->domain));
    assert(address_is_ascii(a->whole) || mime_is_utf8(a->whole));
    assert(address_parse(a->whole, &again) && address_same(a, &again));
    assert(slice_eq(a->local, again.local) && slice_eq(a->domain, again.domain));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    slice text = { (const char *)data, size };
    struct address a;
    for (int flags = 0; flags < 4; flags++) {
        slice rest = text;
        if (address_path(&rest, (flags & 1) != 0, (flags & 2) != 0, &a)) {
            assert(rest.len < text.len && rest.ptr + rest.len == text.ptr + text.len);
            if (a.domain.len > 0) {
                check(&a);
            }
        } else {
            assert(rest.ptr == text.ptr && rest.len == text.len);
        }
    }
    slice body = text;
    for (size_t before = body.len; address_list_next(&body, &a); before = body.len) {
        assert(body.len < before);
        check(&a);
    }
    assert(body.len == 0);
    return 0;
}
