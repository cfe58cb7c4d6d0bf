/* tls_realm.c - what the endpoints of a world share: library context, authority, settings.
 * Nothing is left to the library's defaults that decides what goes over the wire: they change with
 * its versions. */
#include "sim/base/mem.h"
#include "sim/net/tls_internal.h"

#include <assert.h>
#include <openssl/err.h>

/* The order is the preference; the client sends a share for the first (RFC 8446 4.2.8). */
static const char groups[] = "X25519:P-256:P-384";
static const char ciphers_1_3[] =
    "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256";
/* With forward secrecy and AEAD only, as RFC 9325 4.2 asks for. */
static const char ciphers_1_2[] = "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
                                  "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
                                  "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256";
static const char signatures[] =
    "ed25519:ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:"
    "rsa_pss_pss_sha256:rsa_pss_pss_sha384:rsa_pss_pss_sha512:RSA+SHA256:RSA+SHA384:RSA+SHA512";

#define OPTIONS                                                                                    \
    (SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |                          \
     SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_ENABLE_MIDDLEBOX_COMPAT)

static SSL_CTX *context_new(struct tls_realm *r, const SSL_METHOD *method)
{
    SSL_CTX *c = SSL_CTX_new_ex(r->lib, NULL, method);
    bool ok = c && SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION) &&
              SSL_CTX_set_max_proto_version(c, TLS1_3_VERSION) &&
              SSL_CTX_set_ciphersuites(c, ciphers_1_3) && SSL_CTX_set_cipher_list(c, ciphers_1_2) &&
              SSL_CTX_set1_groups_list(c, groups) && SSL_CTX_set1_sigalgs_list(c, signatures) &&
              SSL_CTX_set_num_tickets(c, 0); /* a ticket has the process's clock sealed inside */
    if (!ok) {
        SSL_CTX_free(c);
        return NULL;
    }
    SSL_CTX_set_security_level(c, 2);
    (void)SSL_CTX_clear_options(c, SSL_CTX_get_options(c));
    (void)SSL_CTX_set_options(c, OPTIONS);
#ifdef SSL_OP_NO_TX_CERTIFICATE_COMPRESSION /* RFC 8879, from OpenSSL 3.2 on */
    (void)SSL_CTX_set_options(c, SSL_OP_NO_TX_CERTIFICATE_COMPRESSION |
                                     SSL_OP_NO_RX_CERTIFICATE_COMPRESSION);
#endif
    (void)SSL_CTX_set_mode(c,
                           SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN | SSL_MODE_AUTO_RETRY);
    (void)SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_keylog_callback(c, tls_told_secret);
    SSL_CTX_set_info_callback(c, tls_told_alert);
    return c;
}

static bool realm_begin(struct tls_realm *r)
{
    if (!tls_random_begin(r) ||
        !tls_authority_make(r, SLICE("Authority of this simulation"), &r->trusted)) {
        return false;
    }
    r->authority = tls_pem_new(r->trusted.certificate);
    r->client = context_new(r, TLS_client_method());
    r->server = context_new(r, TLS_server_method());
    r->wire = tls_wire_method();
    return r->client && r->server && r->wire &&
           X509_STORE_add_cert(SSL_CTX_get_cert_store(r->client), r->trusted.certificate);
}

struct tls_realm *tls_realm_new(const struct rng *seed, int64_t unix_now, bool real_random,
                                struct err *err_r)
{
    struct tls_realm *r = mem_alloc(sizeof *r);
    r->seed = *seed;
    r->unix_now = unix_now;
    r->real_random = real_random;
    r->root = tls_stream_fork(r, SLICE("realm"), SLICE(""), 0);
    ERR_clear_error();
    if (!realm_begin(r)) {
        const char *why = ERR_reason_error_string(ERR_peek_last_error());
        (void)err_set(err_r, "the TLS library refuses: %s", why ? why : "it does not say why");
        ERR_clear_error();
        tls_realm_free(r);
        return NULL;
    }
    return r;
}

void tls_realm_free(struct tls_realm *r)
{
    if (!r) {
        return;
    }
    tls_identities_drop(r);
    SSL_CTX_free(r->client);
    SSL_CTX_free(r->server);
    BIO_meth_free(r->wire);
    tls_authority_drop(&r->trusted);
    tls_authority_drop(&r->stranger);
    mem_free((char *)(uintptr_t)r->authority.ptr);
    blob_unref(&r->record);
    blob_unref(&r->lines);
    tls_random_end(r);
    mem_free(r);
}

slice tls_realm_authority(const struct tls_realm *r)
{
    return r->authority;
}
