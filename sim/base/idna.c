/* idna.c - the only file that knows libidn2: U-labels to A-labels for a look-up (RFC 5891 5).
 * Never looks at the locale: names are UTF-8.
 * Upper case and compatibility forms are folded first, as UTS 46 does it, "nontransitional": what
 * IDNA2008 has its own letters for, such as "ß", stays (RFC 5894 7.2). */
#include "sim/base/idna.h"

#include <idn2.h>
#include <string.h>

bool idna_ascii(slice domain, struct idna *name_r)
{
    char z[4 * IDNA_MAX + 1]; /* a letter of UTF-8 has four octets at most */
    uint8_t *out = NULL;
    if (domain.len >= sizeof z || slice_find_byte(domain, '\0') != SLICE_NONE) {
        return false;
    }
    memcpy(z, domain.ptr, domain.len);
    z[domain.len] = '\0';
    int result = idn2_lookup_u8((const uint8_t *)z, &out, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    size_t len = result == IDN2_OK ? strlen((const char *)out) : 0;
    bool ok = len > 0 && len <= IDNA_MAX;
    name_r->len = ok ? len : 0;
    if (ok) {
        memcpy(name_r->text, out, len);
    }
    if (out) {
        idn2_free(out);
    }
    return ok;
}
