/* upgrade.h - how a fuzz target answers STEP_UPGRADE, from its input alone: the plaintext behind it
 * is dropped up to a byte that begins a TLS record, 0x16 (a handshake: it comes up) or 0x15 (an
 * alert: it fails).  So the outcome does not depend on how the input was cut. */
#ifndef MAILFLOW_TESTS_FUZZ_UPGRADE_H
#define MAILFLOW_TESTS_FUZZ_UPGRADE_H

#include "sim/proto/session.h"

/* input: all that is left behind the request.  Gives what is left behind the answer; kind_r: the
 * order to tell, 0 where the input has none. */
static inline slice fuzz_upgrade(slice input, uint16_t *kind_r)
{
    *kind_r = 0;
    while (input.len > 0 && *kind_r == 0) {
        *kind_r = input.ptr[0] == 0x16 ? ORDER_TLS_UP : input.ptr[0] == 0x15 ? ORDER_TLS_FAILED : 0;
        input = slice_from(input, 1);
    }
    return input;
}

#endif
