/* tls_words.c - what went wrong with TLS, in words of our own: those of the library change with its
 * versions, and these are part of the trace and its digest. */
#include "sim/net/tls_internal.h"

#include <openssl/x509_vfy.h>

struct row {
    long code;
    slice text;
};

static slice find(const struct row *rows, size_t count, long code, slice otherwise)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i].code == code) {
            return rows[i].text;
        }
    }
    return otherwise;
}

slice tls_words_certificate(long x509_error)
{
    static const struct row rows[] = {
        { X509_V_OK, SLICE_INIT("") },
        { X509_V_ERR_CERT_HAS_EXPIRED, SLICE_INIT("certificate has expired") },
        { X509_V_ERR_CERT_NOT_YET_VALID, SLICE_INIT("certificate is not yet valid") },
        { X509_V_ERR_HOSTNAME_MISMATCH, SLICE_INIT("certificate is for another name") },
        { X509_V_ERR_IP_ADDRESS_MISMATCH, SLICE_INIT("certificate is for another name") },
        { X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, SLICE_INIT("self-signed certificate") },
        { X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, SLICE_INIT("unknown authority") },
        { X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, SLICE_INIT("unknown authority") },
        { X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, SLICE_INIT("unknown authority") },
        { X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, SLICE_INIT("unknown authority") },
        { X509_V_ERR_CERT_UNTRUSTED, SLICE_INIT("unknown authority") },
        { X509_V_ERR_CERT_SIGNATURE_FAILURE, SLICE_INIT("certificate has a wrong signature") },
        { X509_V_ERR_INVALID_PURPOSE, SLICE_INIT("certificate is not for a server") },
        { X509_V_ERR_INVALID_CA, SLICE_INIT("certificate of somebody who is no authority") },
        { X509_V_ERR_CERT_CHAIN_TOO_LONG, SLICE_INIT("certificate chain is too long") },
        { X509_V_ERR_EE_KEY_TOO_SMALL, SLICE_INIT("certificate has too short a key") },
        { X509_V_ERR_CA_KEY_TOO_SMALL, SLICE_INIT("authority has too short a key") },
        { X509_V_ERR_CA_MD_TOO_WEAK, SLICE_INIT("certificate has too weak a signature") },
    };
    slice library = slice_of(X509_verify_cert_error_string(x509_error));
    return find(rows, COUNT(rows), x509_error, library);
}

/* RFC 8446 6.2 and RFC 5246 7.2.2.  Those about a certificate can only be about ours when they
 * are heard; when we say them ourselves, tls_words_certificate() has the word. */
slice tls_words_alert(bool heard, int alert)
{
    static const struct row peers[] = {
        { SSL_AD_UNEXPECTED_MESSAGE, SLICE_INIT("the peer did not expect our message") },
        { SSL_AD_BAD_RECORD_MAC, SLICE_INIT("the peer found our octets damaged") },
        { SSL_AD_RECORD_OVERFLOW, SLICE_INIT("the peer found our record too long") },
        { SSL_AD_HANDSHAKE_FAILURE, SLICE_INIT("the peer found no cipher or group in common") },
        { SSL_AD_BAD_CERTIFICATE, SLICE_INIT("the peer refused our certificate: it is bad") },
        { SSL_AD_UNSUPPORTED_CERTIFICATE,
          SLICE_INIT("the peer refused our certificate: it cannot use that kind") },
        { SSL_AD_CERTIFICATE_REVOKED,
          SLICE_INIT("the peer refused our certificate: it was revoked") },
        { SSL_AD_CERTIFICATE_EXPIRED,
          SLICE_INIT("the peer refused our certificate: it has expired") },
        { SSL_AD_CERTIFICATE_UNKNOWN,
          SLICE_INIT("the peer refused our certificate: it does not say why") },
        { SSL_AD_ILLEGAL_PARAMETER, SLICE_INIT("the peer found our message contradictory") },
        { SSL_AD_UNKNOWN_CA, SLICE_INIT("the peer refused our certificate: unknown authority") },
        { SSL_AD_ACCESS_DENIED, SLICE_INIT("the peer denied access") },
        { SSL_AD_DECODE_ERROR, SLICE_INIT("the peer could not read our message") },
        { SSL_AD_DECRYPT_ERROR, SLICE_INIT("the peer found our signature wrong") },
        { SSL_AD_PROTOCOL_VERSION, SLICE_INIT("the peer found no TLS version in common") },
        { SSL_AD_INSUFFICIENT_SECURITY, SLICE_INIT("the peer found our ciphers too weak") },
        { SSL_AD_INTERNAL_ERROR, SLICE_INIT("the peer had an error of its own") },
        { SSL_AD_USER_CANCELLED, SLICE_INIT("the peer called it off") },
        { SSL_AD_UNRECOGNIZED_NAME, SLICE_INIT("the peer does not know the name we asked for") },
    };
    static const struct row ours[] = {
        { SSL_AD_UNEXPECTED_MESSAGE, SLICE_INIT("the peer sent an unexpected message") },
        { SSL_AD_BAD_RECORD_MAC, SLICE_INIT("the peer's octets were damaged") },
        { SSL_AD_RECORD_OVERFLOW, SLICE_INIT("the peer sent too long a record") },
        { SSL_AD_HANDSHAKE_FAILURE, SLICE_INIT("no cipher or group in common with the peer") },
        { SSL_AD_ILLEGAL_PARAMETER, SLICE_INIT("the peer's message contradicts itself") },
        { SSL_AD_DECODE_ERROR, SLICE_INIT("the peer's message cannot be read") },
        { SSL_AD_DECRYPT_ERROR, SLICE_INIT("the peer's signature is wrong") },
        { SSL_AD_PROTOCOL_VERSION, SLICE_INIT("no TLS version in common with the peer") },
        { SSL_AD_INSUFFICIENT_SECURITY, SLICE_INIT("the peer's ciphers are too weak") },
        { SSL_AD_INTERNAL_ERROR, SLICE_INIT("TLS had an error of its own") },
        { SSL_AD_MISSING_EXTENSION, SLICE_INIT("the peer's message lacks an extension") },
        { SSL_AD_UNSUPPORTED_EXTENSION, SLICE_INIT("the peer sent an extension nobody asked for") },
    };
    return heard ? find(peers, COUNT(peers), alert, SLICE("the peer refused"))
                 : find(ours, COUNT(ours), alert, SLICE("the peer broke the rules of TLS"));
}
