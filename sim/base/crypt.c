/* crypt.c - digests, by OpenSSL's libcrypto.
 * Never knows what is proved with them.
 * A library without MD5 (one held to FIPS 140) ends the program: there is no CRAM-MD5 to be had
 * from it, and none must be pretended. */
#include "sim/base/crypt.h"

#include "sim/base/fmt.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

/* Before anything else is asked of the library: its configuration file could choose who computes,
 * and must not be able to change a run.  After the first time this is a test of a flag. */
static void no_configuration(void)
{
    int ok = OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
    assert(ok == 1);
}

static void digest(const char *name, slice text, uint8_t *out_r, size_t size)
{
    size_t len = 0;
    no_configuration();
    int ok = EVP_Q_digest(NULL, name, NULL, text.len > 0 ? text.ptr : "", text.len, out_r, &len);
    assert(ok == 1);
    assert(len == size);
}

static void hmac(const char *name, slice key, slice text, uint8_t *out_r, size_t size)
{
    size_t len = 0;
    no_configuration();
    const unsigned char *octets = (const unsigned char *)(text.len > 0 ? text.ptr : "");
    const unsigned char *ok = EVP_Q_mac(NULL, "HMAC", NULL, name, NULL, key.len > 0 ? key.ptr : "",
                                        key.len, octets, text.len, out_r, size, &len);
    assert(ok);
    assert(len == size);
}

void crypt_md5(slice text, uint8_t out_r[CRYPT_MD5_SIZE])
{
    digest("MD5", text, out_r, CRYPT_MD5_SIZE);
}

void crypt_sha_256(slice text, uint8_t out_r[CRYPT_SHA_256_SIZE])
{
    digest("SHA256", text, out_r, CRYPT_SHA_256_SIZE);
}

void crypt_hmac_md5(slice key, slice text, uint8_t out_r[CRYPT_MD5_SIZE])
{
    hmac("MD5", key, text, out_r, CRYPT_MD5_SIZE);
}

void crypt_hmac_sha_256(slice key, slice text, uint8_t out_r[CRYPT_SHA_256_SIZE])
{
    hmac("SHA256", key, text, out_r, CRYPT_SHA_256_SIZE);
}

void crypt_pbkdf2_sha_256(slice password, slice salt, uint32_t iterations,
                          uint8_t out_r[CRYPT_SHA_256_SIZE])
{
    assert(iterations > 0 && iterations <= INT32_MAX);
    assert(password.len <= INT32_MAX && salt.len <= INT32_MAX);
    no_configuration();
    int ok = PKCS5_PBKDF2_HMAC(password.len > 0 ? password.ptr : "", (int)password.len,
                               (const unsigned char *)(salt.len > 0 ? salt.ptr : ""), (int)salt.len,
                               (int)iterations, EVP_sha256(), CRYPT_SHA_256_SIZE, out_r);
    assert(ok == 1);
}

void crypt_hex(struct buf *out, const uint8_t *octets, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        fmt_hex(out, octets[i], 2);
    }
}
