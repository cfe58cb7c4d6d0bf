/* sasl.c - the one message of PLAIN.
 * Never knows whether the password is right, nor which protocol carries it. */
#include "sim/proto/sasl.h"

#include "sim/base/base64.h"

/* message = [authzid] NUL authcid NUL passwd, neither of the last two empty (RFC 4616 2). */
static bool split(slice message, struct sasl_plain *plain_r)
{
    plain_r->authzid = slice_cut(&message, '\0');
    if (!message.ptr) {
        return false;
    }
    plain_r->authcid = slice_cut(&message, '\0');
    plain_r->password = message;
    return plain_r->authcid.len > 0 && message.len > 0 &&
           slice_find_byte(message, '\0') == SLICE_NONE;
}

enum sasl_result sasl_plain_read(slice response, struct buf *raw_r, struct sasl_plain *plain_r)
{
    *plain_r = (struct sasl_plain){ 0 };
    buf_clear(raw_r);
    if (!slice_eq(response, SLICE("=")) && !base64_decode(response, raw_r)) {
        return SASL_NOT_BASE64;
    }
    return split(buf_slice(raw_r), plain_r) ? SASL_OK : SASL_NOT_PLAIN;
}

void sasl_plain_write(slice user, slice password, struct buf *out)
{
    struct buf raw = { 0 };
    buf_byte(&raw, '\0');
    buf_add(&raw, user);
    buf_byte(&raw, '\0');
    buf_add(&raw, password);
    base64_encode(buf_slice(&raw), out);
    buf_deinit(&raw);
}
