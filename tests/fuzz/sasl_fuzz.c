/* sasl_fuzz.c - each line is a response to a server and a challenge to a client; the first octet
 * chooses the mechanism.  Nothing crashes, and nobody is proved who does not know the password. */
#include "sim/base/base64.h"
#include "sim/proto/sasl.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void server(enum sasl_mechanism m, slice lines, struct sasl_verifier *v)
{
    struct sasl_server *s = sasl_server_new(m, SLICE("mx.example.org"));
    enum sasl_step step = sasl_server_begin(s);
    while (lines.ptr || step == SASL_SECRET) {
        if (step == SASL_SECRET) {
            struct sasl_secret secret = { .password = SLICE("pencil"),
                                          .nonce = SLICE("n0"),
                                          .salt = SLICE("salt"),
                                          .iterations = SASL_ITERATIONS,
                                          .verifier = v };
            step = sasl_server_secret(s, &secret, slice_eq(s->authcid, SLICE("user")));
        } else if (step == SASL_CHALLENGE) {
            slice line = slice_cut(&lines, '\n');
            struct buf base64 = { 0 };
            base64_encode(line, &base64);
            step = sasl_server_step(s, buf_slice(&base64), false);
            buf_deinit(&base64);
        } else {
            break;
        }
    }
    /* Only the nonce is fresh, and it is not: a proof that was seen once can be in the corpus. */
    assert(step != SASL_PASSWORD || (s->authcid.len > 0 && s->password.len > 0));
    assert(step != SASL_PROVED || slice_eq(s->authcid, SLICE("user")));
    sasl_server_free(&s);
}

static void client(enum sasl_mechanism m, slice lines, struct sasl_keys *keys)
{
    struct sasl_account who = {
        .user = SLICE("user"), .password = SLICE("pencil"), .nonce = SLICE("c0"), .keys = keys
    };
    struct sasl_client *c = sasl_client_new(m, &who);
    struct buf out = { 0 };
    bool ok = !sasl_client_begins(c) || sasl_client_answer(c, SLICE(""), &out);
    while (ok && lines.ptr) {
        struct buf base64 = { 0 };
        base64_encode(slice_cut(&lines, '\n'), &base64);
        ok = sasl_client_answer(c, buf_slice(&base64), &out);
        buf_deinit(&base64);
    }
    assert(ok || !sasl_client_believes(c));
    sasl_client_free(&c);
    buf_deinit(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum sasl_mechanism all[] = { SASL_PLAIN, SASL_LOGIN, SASL_CRAM_MD5,
                                               SASL_SCRAM_SHA_256 };
    struct sasl_verifier verifier = { .iterations = 0 };
    struct sasl_keys keys = { 0 };
    if (size == 0) {
        return 0;
    }
    enum sasl_mechanism m = all[data[0] % COUNT(all)];
    slice lines = { (const char *)data + 1, size - 1 };
    server(m, lines, &verifier);
    client(m, lines, &keys);
    struct buf prepared = { 0 }, again = { 0 };
    if (sasl_prep(lines, &prepared)) {
        assert(sasl_prep(buf_slice(&prepared), &again));
    }
    buf_deinit(&prepared);
    buf_deinit(&again);
    return 0;
}
