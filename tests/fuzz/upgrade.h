/* upgrade.h - how a fuzz target answers STEP_UPGRADE, from its input alone: the plaintext behind it
 * is dropped up to a byte that begins a TLS record, 0x16 (a handshake: it comes up) or 0x15 (an
 * alert: it fails).  So the outcome does not depend on how the input was cut. */
#ifndef MAILFLOW_TESTS_FUZZ_UPGRADE_H
#define MAILFLOW_TESTS_FUZZ_UPGRADE_H

#include "sim/proto/session.h"

/* *input: all that is left behind the request, and then behind the answer.  Tells the session how
 * it went; *tls_r: what stands below from there on.  false: the input has no answer, and nothing was
 * told. */
static inline bool fuzz_upgrade(const struct session_ops *ops, void *self, struct session_io io,
                                slice *input, const struct session_tls **tls_r)
{
    static const struct session_tls facts = { .version = SLICE_INIT("TLSv1.3") };
    static const struct session_tls failed = { .problem = SLICE_INIT("bad record") };
    struct session_order told = { .detail = &failed };
    while (input->len > 0 && told.kind == 0) {
        char c = input->ptr[0];
        told.kind = c == 0x16 ? ORDER_TLS_UP : c == 0x15 ? ORDER_TLS_FAILED : 0;
        *input = slice_from(*input, 1);
    }
    if (told.kind == 0) {
        return false;
    }
    *tls_r = told.kind == ORDER_TLS_UP ? &facts : NULL;
    io.tls = *tls_r;
    ops->tell(self, io, &told);
    return true;
}

#endif
