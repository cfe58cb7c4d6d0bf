/* idna.h - domain names outside of ASCII (IDNA, RFC 5890): U-labels, which people write, as the
 * A-labels that the DNS has.  Who is not sure that a name needs it looks first: most do not. */
#ifndef MAILFLOW_BASE_IDNA_H
#define MAILFLOW_BASE_IDNA_H

#include "sim/base/slice.h"

#define IDNA_MAX 255

struct idna {
    char text[IDNA_MAX];
    size_t len;
};
/* "Bücher.example" -> "xn--bcher-kva.example".  false: by the rules of IDNA it is no name, or it is
 * too long. */
bool idna_ascii(slice domain, struct idna *name_r);
static inline slice idna_slice(const struct idna *name)
{
    return (slice){ name->text, name->len };
}

#endif
