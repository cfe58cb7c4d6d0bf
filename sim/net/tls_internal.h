/* tls_internal.h - what the files behind tls.h share.  They alone know OpenSSL. */
#ifndef MAILFLOW_NET_TLS_INTERNAL_H
#define MAILFLOW_NET_TLS_INTERNAL_H

#include "sim/base/buf.h"
#include "sim/net/tls.h"

#include <openssl/provider.h>
#include <openssl/ssl.h>

/* Octets drawn by one endpoint, or for one key. */
struct tls_stream {
    struct rng rng;
};

/* The context of our provider: whoever is about to call the library says whose octets it draws. */
struct tls_random {
    struct tls_stream *current;
};

#define TLS_RECORD_MAX 16384 /* octets of plaintext in a record, RFC 8446 5.1 */

struct tls_authority {
    EVP_PKEY *key;
    X509 *certificate;
};

struct tls_realm {
    OSSL_LIB_CTX *lib;
    OSSL_PROVIDER *builtin, *dice; /* dice: NULL where randomness is the system's */
    struct tls_random *random;     /* of dice */
    struct tls_stream root;
    struct rng seed;
    int64_t unix_now;
    bool real_random;
    struct tls_authority trusted, stranger; /* stranger: made when first asked for */
    slice authority;                        /* PEM */
    SSL_CTX *client, *server;
    BIO_METHOD *wire;
    struct blob *record; /* a record is opened into it; taken where it is big */
    struct blob *lines;  /* small ones are packed here */
    struct tls_identity *identities;
};

struct tls_identity {
    struct tls_identity *next;
    EVP_PKEY *key;
    X509 *certificate;
    slice pem;
};

/* tls_random.c */
bool tls_random_begin(struct tls_realm *r); /* the library context, with providers loaded */
void tls_random_end(struct tls_realm *r);
struct tls_stream tls_stream_fork(const struct tls_realm *r, slice what, slice name,
                                  uint64_t number);
void tls_draw_from(struct tls_realm *r, struct tls_stream *s); /* NULL: from the root */

/* tls_identity.c */
bool tls_authority_make(struct tls_realm *r, slice name, struct tls_authority *a_r);
void tls_authority_drop(struct tls_authority *a);
void tls_first_name(struct buf *to, const X509 *x); /* of a host; nothing where there is none */
slice tls_pem_new(const X509 *x);                   /* mem_free() its ptr */
void tls_identities_drop(struct tls_realm *r);

/* tls_words.c: what went wrong, the same words whichever version of the library says it */
slice tls_words_certificate(long x509_error);
slice tls_words_alert(bool heard, int alert);

/* tls.c: the library tells its endpoint */
void tls_told_secret(const SSL *ssl, const char *line);
void tls_told_alert(const SSL *ssl, int where, int what);

/* tls_wire.c: where the library reads and writes */
struct tls_wire {
    struct buf in; /* heard; the octets before in_at are used up */
    size_t in_at;
    struct outq *out; /* lent for one call */
};
BIO_METHOD *tls_wire_method(void); /* NULL: refused; BIO_meth_free() it */
BIO *tls_wire_open(BIO_METHOD *method, struct tls_wire *w);
void tls_wire_hear(struct tls_wire *w, slice in);
void tls_wire_deinit(struct tls_wire *w);

#endif
