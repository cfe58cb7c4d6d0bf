/* tls_identity.c - authorities, keys, certificates (RFC 5280); good ones, and bad on purpose.
 *
 * Each key draws from a stream named after whom it is for, so that it does not depend on who was
 * given one before.  In simulations keys are Ed25519 (RFC 8410): all signatures have one length,
 * and a flight the same number of octets whatever is signed.  Strangers' software does not all
 * know it; for them it is P-256. */
#include "sim/base/mem.h"
#include "sim/net/tls_internal.h"

#include <assert.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#define DAY             86400
#define NAME_MAX_OCTETS 64 /* of a common name: ub-common-name, RFC 5280 appendix A */

/* In days from now.  Clients in the wild refuse certificates that live longer than 398. */
struct validity {
    int from, to;
};
static const struct validity authority_validity = { -3 * 365, 10 * 365 };
static const struct validity validities[TLS_FAULT_COUNT] = {
    [TLS_FAULT_NONE] = { -1, 365 },          [TLS_FAULT_EXPIRED] = { -366, -1 },
    [TLS_FAULT_NOT_YET_VALID] = { 30, 395 }, [TLS_FAULT_WRONG_NAME] = { -1, 365 },
    [TLS_FAULT_SELF_SIGNED] = { -1, 365 },   [TLS_FAULT_UNKNOWN_AUTHORITY] = { -1, 365 },
};

static EVP_PKEY *key_new(const struct tls_realm *r)
{
    return r->real_random ? EVP_PKEY_Q_keygen(r->lib, NULL, "EC", "P-256")
                          : EVP_PKEY_Q_keygen(r->lib, NULL, "ED25519");
}

/* ---- a certificate, piece by piece ---- */

static bool set_dates(const struct tls_realm *r, X509 *x, struct validity v)
{
    return ASN1_TIME_set(X509_getm_notBefore(x), r->unix_now + v.from * (int64_t)DAY) &&
           ASN1_TIME_set(X509_getm_notAfter(x), r->unix_now + v.to * (int64_t)DAY);
}

/* Positive, and always eight octets long: RFC 5280 4.1.2.2. */
static bool set_serial(const struct tls_realm *r, X509 *x)
{
    uint64_t serial = 0;
    unsigned char octets[8];
    if (RAND_bytes_ex(r->lib, octets, sizeof octets, 0) != 1) {
        return false;
    }
    for (size_t i = 0; i < sizeof octets; i++) {
        serial = serial << 8 | octets[i];
    }
    serial = (serial & (UINT64_MAX >> 2)) | UINT64_C(1) << 62;
    return ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), serial);
}

/* false: the name is none that fits, and the subject is left empty. */
static bool set_subject(X509 *x, slice name)
{
    return name.len > 0 && name.len <= NAME_MAX_OCTETS &&
           X509_NAME_add_entry_by_NID(X509_get_subject_name(x), NID_commonName, MBSTRING_UTF8,
                                      (const unsigned char *)name.ptr, (int)name.len, -1, 0);
}

static bool add_extension(X509 *x, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, x, NULL, NULL, 0);
    X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    bool ok = e && X509_add_ext(x, e, -1);
    X509_EXTENSION_free(e);
    return ok;
}

static bool sign(const struct tls_realm *r, X509 *x, EVP_PKEY *key)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    const char *digest = r->real_random ? "SHA256" : NULL; /* Ed25519 brings its own */
    bool ok = context &&
              EVP_DigestSignInit_ex(context, NULL, digest, r->lib, NULL, key, NULL) == 1 &&
              X509_sign_ctx(x, context) > 0;
    EVP_MD_CTX_free(context);
    return ok;
}

static X509 *certificate_new(const struct tls_realm *r, EVP_PKEY *key, struct validity v)
{
    X509 *x = X509_new_ex(r->lib, NULL);
    assert(x);
    bool ok = X509_set_version(x, X509_VERSION_3) && set_serial(r, x) && set_dates(r, x, v) &&
              X509_set_pubkey(x, key);
    if (!ok) {
        X509_free(x);
        return NULL;
    }
    return x;
}

/* ---- authorities ---- */

static bool authority_certify(const struct tls_realm *r, slice name, struct tls_authority *a)
{
    X509 *x = a->certificate = certificate_new(r, a->key, authority_validity);
    return x && set_subject(x, name) && X509_set_issuer_name(x, X509_get_subject_name(x)) &&
           add_extension(x, x, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
           add_extension(x, x, NID_key_usage, "critical,keyCertSign,cRLSign") &&
           add_extension(x, x, NID_subject_key_identifier, "hash") && sign(r, x, a->key);
}

bool tls_authority_make(struct tls_realm *r, slice name, struct tls_authority *a_r)
{
    struct tls_stream stream = tls_stream_fork(r, SLICE("authority"), name, 0);
    ERR_clear_error();
    tls_draw_from(r, &stream);
    a_r->key = key_new(r);
    bool ok = a_r->key && authority_certify(r, name, a_r);
    tls_draw_from(r, NULL);
    return ok;
}

void tls_authority_drop(struct tls_authority *a)
{
    X509_free(a->certificate);
    EVP_PKEY_free(a->key);
}

slice tls_pem_new(const X509 *x)
{
    char *text;
    BIO *bio = BIO_new(BIO_s_mem());
    assert(bio);
    bool written = PEM_write_bio_X509(bio, x);
    assert(written);
    size_t len = (size_t)BIO_get_mem_data(bio, &text);
    char *copy = mem_alloc_raw(len);
    memcpy(copy, text, len);
    BIO_free(bio);
    return (slice){ copy, len };
}

/* ---- names: RFC 5280 4.2.1.6 ---- */

static void add_name(GENERAL_NAMES *names, int type, ASN1_OCTET_STRING *take)
{
    GENERAL_NAME *g = GENERAL_NAME_new();
    assert(g && take);
    GENERAL_NAME_set0_value(g, type, take);
    int count = sk_GENERAL_NAME_push(names, g);
    assert(count > 0);
}

static ASN1_OCTET_STRING *string_new(int type, slice octets)
{
    ASN1_STRING *s = ASN1_STRING_type_new(type);
    assert(s);
    int ok = ASN1_STRING_set(s, octets.ptr, (int)octets.len);
    assert(ok);
    return s;
}

/* An address written as a name, "::1", is an address. */
static void add_text(GENERAL_NAMES *names, slice name)
{
    struct buf text = { 0 };
    buf_add(&text, name);
    ASN1_OCTET_STRING *ip = a2i_IPADDRESS(buf_z(&text));
    buf_deinit(&text);
    if (ip) {
        add_name(names, GEN_IPADD, ip);
    } else {
        add_name(names, GEN_DNS, string_new(V_ASN1_IA5STRING, name));
    }
}

struct wish {
    const slice *names;
    size_t name_count;
    const uint32_t *ips;
    size_t ip_count;
    enum tls_fault fault;
};

/* The name of a certificate that is for somebody else: reserved by RFC 2606 2. */
static const slice elsewhere[] = { SLICE_INIT("somebody-else.example") };

static bool add_names(X509 *x, const struct wish *w, bool critical)
{
    GENERAL_NAMES *names = sk_GENERAL_NAME_new_null();
    assert(names);
    for (size_t i = 0; i < w->name_count; i++) {
        add_text(names, w->names[i]);
    }
    for (size_t i = 0; i < w->ip_count; i++) {
        uint32_t ip = w->ips[i];
        const char octets[4] = { (char)(ip >> 24), (char)(ip >> 16), (char)(ip >> 8), (char)ip };
        add_name(names, GEN_IPADD, string_new(V_ASN1_OCTET_STRING, (slice){ octets, 4 }));
    }
    bool ok = X509_add1_ext_i2d(x, NID_subject_alt_name, names, critical, X509V3_ADD_DEFAULT) == 1;
    GENERAL_NAMES_free(names);
    return ok;
}

/* A stranger's name: what is not printable is not repeated. */
static void copy_name(struct buf *to, const ASN1_STRING *from)
{
    const char *p = (const char *)ASN1_STRING_get0_data(from);
    int len = ASN1_STRING_length(from);
    for (int i = 0; i < len && i < TLSEXT_MAXLEN_host_name; i++) {
        bool printable = p[i] > ' ' && p[i] < 0x7F;
        buf_add(to, printable ? (slice){ p + i, 1 } : SLICE("?"));
    }
}

void tls_first_name(struct buf *to, const X509 *x)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
    for (int i = 0; i < sk_GENERAL_NAME_num(names) && to->len == 0; i++) {
        int type;
        const ASN1_STRING *value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names, i), &type);
        if (type == GEN_DNS) {
            copy_name(to, value);
        }
    }
    GENERAL_NAMES_free(names);
}

/* ---- identities ---- */

static bool certify(const struct tls_realm *r, struct tls_identity *id, const struct wish *w,
                    const struct tls_authority *by)
{
    X509 *x = id->certificate = certificate_new(r, id->key, validities[w->fault]);
    if (!x) {
        return false;
    }
    bool named = set_subject(x, w->names[0]);
    X509 *issuer = by ? by->certificate : x;
    return X509_set_issuer_name(x, X509_get_subject_name(issuer)) &&
           add_extension(x, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
           add_extension(x, issuer, NID_key_usage, "critical,digitalSignature") &&
           add_extension(x, issuer, NID_ext_key_usage, "serverAuth") &&
           add_extension(x, issuer, NID_subject_key_identifier, "hash") &&
           add_extension(x, issuer, NID_authority_key_identifier, "keyid") &&
           add_names(x, w, !named) && sign(r, x, by ? by->key : id->key);
}

static const struct tls_authority *authority_for(struct tls_realm *r, enum tls_fault fault)
{
    if (fault == TLS_FAULT_SELF_SIGNED) {
        return NULL;
    }
    if (fault != TLS_FAULT_UNKNOWN_AUTHORITY) {
        return &r->trusted;
    }
    if (!r->stranger.key) {
        bool ok = tls_authority_make(r, SLICE("An authority nobody knows"), &r->stranger);
        assert(ok);
    }
    return &r->stranger;
}

struct tls_identity *tls_identity_new(struct tls_realm *r, const slice *names, size_t name_count,
                                      const uint32_t *ips, size_t ip_count, enum tls_fault fault)
{
    assert(name_count > 0 && fault < TLS_FAULT_COUNT);
    struct wish w = { names, name_count, ips, ip_count, fault };
    if (fault == TLS_FAULT_WRONG_NAME) {
        w = (struct wish){ elsewhere, COUNT(elsewhere), NULL, 0, fault };
    }
    const struct tls_authority *by = authority_for(r, fault);
    struct tls_identity *id = mem_alloc(sizeof *id);
    struct tls_stream stream = tls_stream_fork(r, SLICE("identity"), names[0], fault);
    ERR_clear_error();
    tls_draw_from(r, &stream);
    id->key = key_new(r);
    bool ok = id->key && certify(r, id, &w, by);
    tls_draw_from(r, NULL);
    assert(ok);
    id->pem = tls_pem_new(id->certificate);
    id->next = r->identities;
    r->identities = id;
    return id;
}

slice tls_identity_certificate(const struct tls_identity *id)
{
    return id->pem;
}

void tls_identities_drop(struct tls_realm *r)
{
    struct tls_identity *next;
    for (struct tls_identity *id = r->identities; id; id = next) {
        next = id->next;
        X509_free(id->certificate);
        EVP_PKEY_free(id->key);
        mem_free((char *)(uintptr_t)id->pem.ptr);
        mem_free(id);
    }
}
