/* crypt.h - digests and what is built of them: HMAC (RFC 2104), PBKDF2 (RFC 8018 5.2).
 * Never draws random octets: who needs a nonce or a salt brings it.
 * The same octets everywhere, whatever the library behind is configured to. */
#ifndef MAILFLOW_BASE_CRYPT_H
#define MAILFLOW_BASE_CRYPT_H

#include "sim/base/buf.h"

#define CRYPT_MD5_SIZE     16
#define CRYPT_SHA_256_SIZE 32

void crypt_md5(slice text, uint8_t out_r[CRYPT_MD5_SIZE]);         /* RFC 1321 */
void crypt_sha_256(slice text, uint8_t out_r[CRYPT_SHA_256_SIZE]); /* RFC 6234 */
void crypt_hmac_md5(slice key, slice text, uint8_t out_r[CRYPT_MD5_SIZE]);
void crypt_hmac_sha_256(slice key, slice text, uint8_t out_r[CRYPT_SHA_256_SIZE]);
/* iterations > 0; about 0.4 us each, so 2 ms for the 4096 of RFC 7677. */
void crypt_pbkdf2_sha_256(slice password, slice salt, uint32_t iterations,
                          uint8_t out_r[CRYPT_SHA_256_SIZE]);

void crypt_hex(struct buf *out, const uint8_t *octets, size_t count); /* appended, lower case */

#endif
