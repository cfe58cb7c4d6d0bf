/* crypt_test.c - the digests against the vectors of their RFCs. */
#include "sim/base/crypt.h"

#include <criterion/criterion.h>

#define TWENTY_0B "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"

enum what { MD5, SHA_256, HMAC_MD5, HMAC_SHA_256, PBKDF2 };

Test(crypt, gives_what_the_rfcs_give)
{
    static const struct {
        enum what what;
        uint32_t iterations;
        slice key, text; /* of PBKDF2: password, salt */
        const char *want;
    } rows[] = {
        /* RFC 1321 A.5 */
        { MD5, 0, { 0 }, SLICE_INIT(""), "d41d8cd98f00b204e9800998ecf8427e" },
        { MD5, 0, { 0 }, SLICE_INIT("abc"), "900150983cd24fb0d6963f7d28e17f72" },
        /* RFC 6234 8.5 */
        { SHA_256,
          0,
          { 0 },
          SLICE_INIT("abc"),
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
        { SHA_256,
          0,
          { 0 },
          SLICE_INIT(""),
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
        /* RFC 2104, appendix */
        { HMAC_MD5, 0, SLICE_INIT("Jefe"), SLICE_INIT("what do ya want for nothing?"),
          "750c783e6ab0b503eaa86e310a5db738" },
        { HMAC_MD5, 0, SLICE_INIT(""), SLICE_INIT(""), "74e6f7298a9c2d168935f58c001bad88" },
        /* RFC 4231 4.2, 4.3 */
        { HMAC_SHA_256, 0, SLICE_INIT(TWENTY_0B), SLICE_INIT("Hi There"),
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7" },
        { HMAC_SHA_256, 0, SLICE_INIT("Jefe"), SLICE_INIT("what do ya want for nothing?"),
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
        /* RFC 7914 11: the first 32 of 64 octets, which are a block of their own */
        { PBKDF2, 1, SLICE_INIT("passwd"), SLICE_INIT("salt"),
          "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc" },
        { PBKDF2, 80000, SLICE_INIT("Password"), SLICE_INIT("NaCl"),
          "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t out[CRYPT_SHA_256_SIZE];
        size_t size = CRYPT_SHA_256_SIZE;
        switch (rows[i].what) {
        case MD5:
            crypt_md5(rows[i].text, out);
            size = CRYPT_MD5_SIZE;
            break;
        case SHA_256:
            crypt_sha_256(rows[i].text, out);
            break;
        case HMAC_MD5:
            crypt_hmac_md5(rows[i].key, rows[i].text, out);
            size = CRYPT_MD5_SIZE;
            break;
        case HMAC_SHA_256:
            crypt_hmac_sha_256(rows[i].key, rows[i].text, out);
            break;
        case PBKDF2:
            crypt_pbkdf2_sha_256(rows[i].key, rows[i].text, rows[i].iterations, out);
            break;
        }
        struct buf hex = { 0 };
        crypt_hex(&hex, out, size);
        cr_expect_str_eq(buf_z(&hex), rows[i].want, "row %zu", i);
        buf_deinit(&hex);
    }
}
