/* sasl_scram.c - SCRAM-SHA-256 (RFC 5802, RFC 7677): each side shows the other that it knows the
 * password, or what was made of it, and who listens learns neither.
 * Never knows where nonce and salt come from.
 * What the mechanism calls an error ("e=invalid-proof") is left to the protocol around it, whose
 * own reply says as much (RFC 5802 7 lets the server). */
#include "sim/base/base64.h"
#include "sim/base/fmt.h"
#include "sim/proto/sasl_row.h"

#define KEY_SIZE CRYPT_SHA_256_SIZE

enum { SCRAM_FRESH, SCRAM_NAMED, SCRAM_ASKED, SCRAM_SHOWN };

static slice octets(const uint8_t *key)
{
    return (slice){ (const char *)key, KEY_SIZE };
}

/* ---- the words ---- */

/* The value of the attribute at the front, "r=...", up to the next comma. */
static bool take(slice *rest, char name, slice *value_r)
{
    if (rest->len < 2 || rest->ptr[0] != name || rest->ptr[1] != '=') {
        return false;
    }
    slice attribute = slice_cut(rest, ',');
    *value_r = slice_from(attribute, 2);
    return true;
}

static bool is_nonce(slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] <= ' ' || s.ptr[i] > '~' || s.ptr[i] == ',') {
            return false;
        }
    }
    return s.len > 0;
}

/* saslname, RFC 5802 5.1: "," and "=" are "=2C" and "=3D", and no other "=" may stand there. */
static void say_name(slice name, struct buf *out)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (c == ',' || c == '=') {
            buf_add(out, c == ',' ? SLICE("=2C") : SLICE("=3D"));
        } else {
            buf_byte(out, c);
        }
    }
}

static bool read_name(slice said, struct buf *out)
{
    while (said.len > 0) {
        bool coded = said.ptr[0] == '=';
        if (!coded) {
            buf_byte(out, said.ptr[0]);
        } else if (slice_starts(said, SLICE("=2C"))) {
            buf_byte(out, ',');
        } else if (slice_starts(said, SLICE("=3D"))) {
            buf_byte(out, '=');
        } else {
            return false;
        }
        said = slice_from(said, coded ? 3 : 1);
    }
    return true;
}

/* ---- the keys, RFC 5802 3 ---- */

static void client_and_server_key(slice password, slice salt, uint32_t iterations,
                                  uint8_t client_r[KEY_SIZE], uint8_t server_r[KEY_SIZE])
{
    uint8_t salted[KEY_SIZE];
    crypt_pbkdf2_sha_256(password, salt, iterations, salted);
    crypt_hmac_sha_256(octets(salted), SLICE("Client Key"), client_r);
    crypt_hmac_sha_256(octets(salted), SLICE("Server Key"), server_r);
}

static void verifier_of(const struct sasl_secret *secret, struct sasl_verifier *v_r)
{
    uint8_t client[KEY_SIZE];
    struct buf password = { 0 };
    if (!sasl_prep(secret->password, &password)) { /* nobody can type it */
        buf_add(&password, secret->password);
    }
    client_and_server_key(buf_slice(&password), secret->salt, secret->iterations, client,
                          v_r->server_key);
    crypt_sha_256(octets(client), v_r->stored_key);
    v_r->iterations = secret->iterations;
    buf_deinit(&password);
}

/* ---- server ---- */

/* gs2-header: no channel binding ("n"), or none as we seem not to know any ("y"); then perhaps
 * whom he wants to be.  All names in one buffer, which does not move any more. */
static bool read_first(struct sasl_server *s, slice raw)
{
    slice bare = raw, authzid = { 0 }, name, nonce;
    s->at = SCRAM_NAMED;
    buf_reserve(&s->names, 2 * raw.len + 1);
    slice flag = slice_cut(&bare, ',');
    if (!bare.ptr || (!slice_eq(flag, SLICE("n")) && !slice_eq(flag, SLICE("y")))) {
        return false;
    }
    slice wish = slice_cut(&bare, ',');
    if (!bare.ptr || (wish.len > 0 && !take(&wish, 'a', &authzid))) {
        return false;
    }
    s->header_len = raw.len - bare.len;
    buf_add(&s->names, slice_sub(raw, 0, s->header_len));
    buf_add(&s->message, bare);
    if (!take(&bare, 'n', &name) || !take(&bare, 'r', &nonce) || !is_nonce(nonce) ||
        !read_name(authzid, &s->names)) {
        return false;
    }
    size_t to = s->names.len;
    s->authzid = slice_from(buf_slice(&s->names), s->header_len);
    bool ok = read_name(name, &s->names);
    s->authcid = slice_from(buf_slice(&s->names), to);
    return ok && s->authcid.len > 0;
}

/* server-first-message: the nonce grows by our part. */
static enum sasl_step scram_secret(struct sasl_server *s, const struct sasl_secret *secret)
{
    slice first = buf_slice(&s->message), name = { 0 }, nonce = { 0 };
    (void)take(&first, 'n', &name);
    (void)take(&first, 'r', &nonce);
    buf_addz(&s->said, "r=");
    buf_add(&s->said, nonce);
    buf_add(&s->said, secret->nonce);
    buf_addz(&s->said, ",s=");
    base64_encode(secret->salt, &s->said);
    buf_addz(&s->said, ",i=");
    fmt_u64(&s->said, secret->iterations);
    buf_byte(&s->message, ',');
    buf_add(&s->message, buf_slice(&s->said));
    if (s->known && secret->verifier && secret->verifier->iterations == secret->iterations) {
        s->verifier = *secret->verifier;
    } else if (s->known) {
        verifier_of(secret, &s->verifier);
        if (secret->verifier) {
            *secret->verifier = s->verifier;
        }
    }
    s->challenge = buf_slice(&s->said);
    s->at = SCRAM_ASKED;
    return SASL_CHALLENGE;
}

static bool proof_is_good(const struct sasl_server *s, slice proof)
{
    uint8_t signature[KEY_SIZE], key[KEY_SIZE], stored[KEY_SIZE];
    if (proof.len != KEY_SIZE) {
        return false;
    }
    crypt_hmac_sha_256(octets(s->verifier.stored_key), buf_slice(&s->message), signature);
    for (size_t i = 0; i < KEY_SIZE; i++) {
        key[i] = (uint8_t)((uint8_t)proof.ptr[i] ^ signature[i]);
    }
    crypt_sha_256(octets(key), stored);
    return slice_eq(octets(stored), octets(s->verifier.stored_key));
}

/* What was said before is in every proof, so nobody in between can have changed a word. */
static bool same_dialogue(struct sasl_server *s, slice binding, slice nonce)
{
    slice first = buf_slice(&s->said), ours;
    struct buf header = { 0 };
    bool same = take(&first, 'r', &ours) && slice_eq(nonce, ours) &&
                base64_decode(binding, &header) &&
                slice_eq(buf_slice(&header), slice_sub(buf_slice(&s->names), 0, s->header_len));
    buf_deinit(&header);
    return same;
}

/* client-final-message: "c=", "r=", perhaps extensions, and "p=" as the last. */
static enum sasl_step read_final(struct sasl_server *s, slice raw)
{
    slice rest = raw, binding, nonce, proof = { 0 }, unproved = raw;
    struct buf octets_of = { 0 };
    if (!take(&rest, 'c', &binding) || !take(&rest, 'r', &nonce)) {
        return SASL_UNREADABLE;
    }
    while (rest.len > 0 && proof.len == 0) {
        unproved = slice_sub(raw, 0, (size_t)(rest.ptr - raw.ptr) - 1);
        if (!take(&rest, 'p', &proof)) {
            (void)slice_cut(&rest, ',');
        }
    }
    if (proof.len == 0 || rest.len > 0 || !base64_decode(proof, &octets_of)) {
        buf_deinit(&octets_of);
        return SASL_UNREADABLE;
    }
    buf_byte(&s->message, ',');
    buf_add(&s->message, unproved);
    bool good =
        same_dialogue(s, binding, nonce) && s->known && proof_is_good(s, buf_slice(&octets_of));
    buf_deinit(&octets_of);
    if (!good) {
        return SASL_WRONG;
    }
    uint8_t signature[KEY_SIZE];
    crypt_hmac_sha_256(octets(s->verifier.server_key), buf_slice(&s->message), signature);
    buf_clear(&s->said);
    buf_addz(&s->said, "v=");
    base64_encode(octets(signature), &s->said);
    s->challenge = buf_slice(&s->said);
    s->at = SCRAM_SHOWN;
    return SASL_CHALLENGE;
}

static enum sasl_step scram_step(struct sasl_server *s, slice raw)
{
    switch (s->at) {
    case SCRAM_FRESH:
        return read_first(s, raw) ? SASL_SECRET : SASL_UNREADABLE;
    case SCRAM_ASKED:
        return read_final(s, raw);
    case SCRAM_SHOWN: /* he has seen our proof, and has nothing to add */
        return raw.len == 0 ? SASL_PROVED : SASL_UNREADABLE;
    default:
        return SASL_UNREADABLE;
    }
}

/* ---- client ---- */

static bool say_first(struct sasl_client *c, slice raw)
{
    struct buf name = { 0 };
    bool ok = raw.len == 0 && sasl_prep(c->account.user, &name) && is_nonce(c->account.nonce);
    if (ok) {
        buf_addz(&c->message, "n=");
        say_name(buf_slice(&name), &c->message);
        buf_addz(&c->message, ",r=");
        buf_add(&c->message, c->account.nonce);
        buf_addz(&c->said, "n,,");
        buf_add(&c->said, buf_slice(&c->message));
    }
    buf_deinit(&name);
    return ok;
}

static void keys_id(slice password, slice salt, uint32_t iterations, uint8_t id_r[KEY_SIZE])
{
    struct buf b = { 0 };
    buf_add(&b, password);
    buf_byte(&b, '\0');
    fmt_u64(&b, iterations);
    buf_byte(&b, '\0');
    buf_add(&b, salt);
    crypt_sha_256(buf_slice(&b), id_r);
    buf_deinit(&b);
}

/* Made, or remembered: it is the one slow step. */
static bool keys_for(struct sasl_client *c, slice salt, uint32_t iterations,
                     struct sasl_keys *keys_r)
{
    struct buf password = { 0 };
    bool ok = sasl_prep(c->account.password, &password);
    if (ok) {
        keys_id(buf_slice(&password), salt, iterations, keys_r->of);
        if (c->account.keys && slice_eq(octets(c->account.keys->of), octets(keys_r->of))) {
            *keys_r = *c->account.keys;
        } else {
            client_and_server_key(buf_slice(&password), salt, iterations, keys_r->client_key,
                                  keys_r->server_key);
            if (c->account.keys) {
                *c->account.keys = *keys_r;
            }
        }
    }
    buf_deinit(&password);
    return ok;
}

/* The nonce must go on where ours ends, or this is an answer to somebody else (RFC 5802 5.1); few
 * iterations would make our proof cheap to guess from (9). */
static bool read_server_first(const struct sasl_client *c, slice raw, slice *nonce_r,
                              struct buf *salt_r, uint32_t *iterations_r)
{
    slice salt, iterations;
    return take(&raw, 'r', nonce_r) && is_nonce(*nonce_r) && nonce_r->len > c->account.nonce.len &&
           slice_starts(*nonce_r, c->account.nonce) && take(&raw, 's', &salt) && salt.len > 0 &&
           base64_decode(salt, salt_r) && take(&raw, 'i', &iterations) &&
           slice_to_u32(iterations, iterations_r) && *iterations_r >= SASL_ITERATIONS &&
           *iterations_r <= SASL_ITERATIONS_MAX;
}

static void say_final(struct sasl_client *c, slice server_first, slice nonce,
                      const struct sasl_keys *keys)
{
    uint8_t stored[KEY_SIZE], signature[KEY_SIZE];
    buf_addz(&c->said, "c=biws,r="); /* "n,,", as it was said */
    buf_add(&c->said, nonce);
    buf_byte(&c->message, ',');
    buf_add(&c->message, server_first);
    buf_byte(&c->message, ',');
    buf_add(&c->message, buf_slice(&c->said));
    crypt_sha_256(octets(keys->client_key), stored);
    crypt_hmac_sha_256(octets(stored), buf_slice(&c->message), signature);
    for (size_t i = 0; i < KEY_SIZE; i++) {
        signature[i] ^= keys->client_key[i];
    }
    buf_addz(&c->said, ",p=");
    base64_encode(octets(signature), &c->said);
    crypt_hmac_sha_256(octets(keys->server_key), buf_slice(&c->message), c->signature);
}

static bool answer_server_first(struct sasl_client *c, slice raw)
{
    struct sasl_keys keys = { 0 };
    struct buf salt = { 0 };
    slice nonce;
    uint32_t iterations;
    bool ok = read_server_first(c, raw, &nonce, &salt, &iterations) &&
              keys_for(c, buf_slice(&salt), iterations, &keys);
    if (ok) {
        say_final(c, raw, nonce, &keys);
    }
    buf_deinit(&salt);
    return ok;
}

static bool check_server(struct sasl_client *c, slice raw)
{
    slice shown;
    struct buf signature = { 0 };
    bool ok = take(&raw, 'v', &shown) && base64_decode(shown, &signature) &&
              slice_eq(buf_slice(&signature), octets(c->signature));
    buf_deinit(&signature);
    return ok;
}

static bool scram_answer(struct sasl_client *c, slice raw)
{
    switch (c->at++) {
    case 0:
        return say_first(c, raw);
    case 1:
        return answer_server_first(c, raw);
    case 2:
        return check_server(c, raw);
    default:
        return false;
    }
}

const struct sasl_row sasl_row_scram_sha_256 = {
    .name = SLICE_INIT("SCRAM-SHA-256"),
    .bit = SASL_SCRAM_SHA_256,
    .client_begins = true,
    .needs_nonce = true,
    .server_step = scram_step,
    .server_secret = scram_secret,
    .client_answer = scram_answer,
    .client_done = 3,
};
