/* tls_records.c - TLS records, and what of them can be read without keys: names and numbers of the
 * handshake, up to the moment that it is encrypted itself (TLS 1.3: behind ServerHello; TLS 1.2:
 * behind ChangeCipherSpec).
 * Not done: a handshake message that goes on in the next record is told by its beginning. */
#include "sim/export/tls_records.h"

#include "sim/base/fmt.h"

#define HEAD        5
#define RECORD_MAX  ((size_t)(1 << 14) + 2048) /* RFC 5246 6.2.3; RFC 8446 has less */
#define USED_ENOUGH ((size_t)1 << 16)

void tls_records_init(struct tls_records *r)
{
    *r = (struct tls_records){ 0 };
    buf_init(&r->cut);
}

void tls_records_deinit(struct tls_records *r)
{
    buf_deinit(&r->cut);
}

void tls_records_hear(struct tls_records *r, slice in)
{
    if (r->used == r->cut.len || r->used > USED_ENOUGH) {
        struct buf rest;
        buf_init(&rest);
        buf_add(&rest, slice_from(buf_slice(&r->cut), r->used));
        buf_deinit(&r->cut);
        r->cut = rest;
        r->used = 0;
    }
    if (!r->garbage) {
        buf_add(&r->cut, in);
    }
}

/* ---- numbers; what is not there is a mistake that `rest` remembers by being empty */

static uint32_t take_number(slice *rest, size_t octets)
{
    uint32_t n = 0;
    if (rest->len < octets) {
        *rest = (slice){ 0 };
        return 0;
    }
    for (size_t i = 0; i < octets; i++) {
        n = n << 8 | (unsigned char)rest->ptr[i];
    }
    *rest = slice_from(*rest, octets);
    return n;
}

/* What has its length in front, as far as it is there. */
static slice take_vector(slice *rest, size_t length_octets)
{
    size_t len = take_number(rest, length_octets);
    slice body = slice_sub(*rest, 0, len);
    *rest = slice_from(*rest, body.len);
    return body;
}

bool tls_records_next(struct tls_records *r, struct tls_record *record_r)
{
    slice rest = slice_from(buf_slice(&r->cut), r->used);
    if (r->garbage || rest.len < HEAD) {
        return false;
    }
    uint32_t type = take_number(&rest, 1), version = take_number(&rest, 2);
    size_t len = take_number(&rest, 2);
    r->garbage = type < TLS_CHANGE_CIPHER_SPEC || type > TLS_APPLICATION_DATA ||
                 version >> 8 != 3 || len > RECORD_MAX;
    if (r->garbage || rest.len < len) {
        return false;
    }
    *record_r = (struct tls_record){ (enum tls_content)type, slice_sub(rest, 0, len) };
    r->used += HEAD + len;
    r->sealed = r->sealed || type == TLS_CHANGE_CIPHER_SPEC;
    return true;
}

/* ---- the handshake, RFC 8446 4 and RFC 5246 7.4 */

enum extension { EXTENSION_NAME = 0, EXTENSION_VERSIONS = 43 };

/* Its data; empty: it is not among them. */
static slice extension_of(slice extensions, enum extension wanted)
{
    while (extensions.len > 0) {
        uint32_t type = take_number(&extensions, 2);
        slice data = take_vector(&extensions, 2);
        if (type == (uint32_t)wanted) {
            return data;
        }
    }
    return (slice){ 0 };
}

/* RFC 6066 3: a list of names, of which only host names are known. */
static void client_hello(slice body, struct buf *out)
{
    (void)take_number(&body, 2);
    body = slice_from(body, 32); /* random */
    (void)take_vector(&body, 1); /* session */
    (void)take_vector(&body, 2); /* cipher suites */
    (void)take_vector(&body, 1); /* compression */
    slice names = extension_of(take_vector(&body, 2), EXTENSION_NAME);
    slice list = take_vector(&names, 2);
    (void)take_number(&list, 1);
    slice name = take_vector(&list, 2);
    buf_addz(out, "ClientHello");
    buf_addz(out, name.len > 0 ? " for " : "");
    buf_add(out, name);
}

static void add_version(struct buf *out, uint32_t version)
{
    buf_addz(out, version == 0x0304 ? "TLSv1.3" : version == 0x0303 ? "TLSv1.2" : "an old version");
}

/* 1.3 says 1.2 and means what an extension says (RFC 8446 4.1.3). */
static void server_hello(slice body, struct buf *out)
{
    uint32_t version = take_number(&body, 2);
    body = slice_from(body, 32);
    (void)take_vector(&body, 1);
    uint32_t cipher = take_number(&body, 2);
    (void)take_number(&body, 1);
    slice chosen = extension_of(take_vector(&body, 2), EXTENSION_VERSIONS);
    buf_addz(out, "ServerHello: ");
    add_version(out, chosen.len > 0 ? take_number(&chosen, 2) : version);
    buf_addz(out, ", cipher 0x");
    fmt_hex(out, cipher, 4);
}

/* A DER element: its contents; *rest goes behind it.  Lengths of up to three octets. */
static slice take_der(slice *rest, unsigned char *tag_r)
{
    *tag_r = (unsigned char)take_number(rest, 1);
    uint32_t len = take_number(rest, 1);
    if (len > 0x80 && len <= 0x83) {
        len = take_number(rest, len - 0x80);
    } else if (len >= 0x80) {
        *rest = (slice){ 0 };
    }
    slice body = slice_sub(*rest, 0, len);
    *rest = slice_from(*rest, body.len);
    return body;
}

/* The first dNSName of subjectAltName (RFC 5280 4.2.1.6), found by its object identifier. */
static slice certificate_name(slice certificate)
{
    static const char id[] = { 6, 3, 0x55, 0x1d, 0x11 };
    const unsigned char dns_name = 0x82, boolean = 1;
    unsigned char tag;
    size_t at = slice_find(certificate, (slice){ id, sizeof id });
    slice rest = at == SLICE_NONE ? (slice){ 0 } : slice_from(certificate, at + sizeof id);
    slice value = take_der(&rest, &tag);
    if (tag == boolean) { /* critical */
        value = take_der(&rest, &tag);
    }
    slice names = take_der(&value, &tag);
    while (names.len > 0) {
        slice name = take_der(&names, &tag);
        if (tag == dns_name) {
            return name;
        }
    }
    return (slice){ 0 };
}

static void certificate(slice body, struct buf *out)
{
    slice list = take_vector(&body, 3);
    slice name = certificate_name(take_vector(&list, 3));
    buf_addz(out, "Certificate");
    buf_addz(out, name.len > 0 ? " of " : "");
    buf_add(out, name);
}

static void handshake(slice rest, struct buf *out)
{
    static const struct {
        uint32_t type;
        const char *name;
        void (*tell)(slice body, struct buf *out);
    } messages[] = {
        { 0, "HelloRequest", NULL },        { 1, NULL, client_hello },
        { 2, NULL, server_hello },          { 4, "NewSessionTicket", NULL },
        { 11, NULL, certificate },          { 12, "ServerKeyExchange", NULL },
        { 13, "CertificateRequest", NULL }, { 14, "ServerHelloDone", NULL },
        { 15, "CertificateVerify", NULL },  { 16, "ClientKeyExchange", NULL },
        { 20, "Finished", NULL },
    };
    for (bool first = true; rest.len >= 4; first = false) {
        uint32_t type = take_number(&rest, 1);
        slice body = take_vector(&rest, 3);
        size_t i = 0;
        while (i < COUNT(messages) && messages[i].type != type) {
            i++;
        }
        buf_addz(out, first ? "" : "; ");
        if (i < COUNT(messages) && messages[i].tell) {
            messages[i].tell(body, out);
        } else {
            buf_addz(out, i < COUNT(messages) ? messages[i].name : "a message");
        }
    }
}

/* RFC 8446 6, and RFC 5246 7.2. */
static void alert(slice body, struct buf *out)
{
    static const struct {
        uint32_t number;
        const char *name;
    } names[] = {
        { 0, "close_notify" },
        { 10, "unexpected_message" },
        { 20, "bad_record_mac" },
        { 22, "record_overflow" },
        { 40, "handshake_failure" },
        { 42, "bad_certificate" },
        { 43, "unsupported_certificate" },
        { 44, "certificate_revoked" },
        { 45, "certificate_expired" },
        { 46, "certificate_unknown" },
        { 47, "illegal_parameter" },
        { 48, "unknown_ca" },
        { 49, "access_denied" },
        { 50, "decode_error" },
        { 51, "decrypt_error" },
        { 70, "protocol_version" },
        { 71, "insufficient_security" },
        { 80, "internal_error" },
        { 86, "inappropriate_fallback" },
        { 90, "user_canceled" },
        { 100, "no_renegotiation" },
        { 109, "missing_extension" },
        { 110, "unsupported_extension" },
        { 112, "unrecognized_name" },
        { 113, "bad_certificate_status_response" },
        { 115, "unknown_psk_identity" },
        { 116, "certificate_required" },
        { 120, "no_application_protocol" },
    };
    (void)take_number(&body, 1);
    uint32_t number = take_number(&body, 1);
    for (size_t i = 0; i < COUNT(names); i++) {
        if (names[i].number == number) {
            buf_addz(out, names[i].name);
            return;
        }
    }
    fmt_u64(out, number);
}

void tls_record_words(const struct tls_records *r, const struct tls_record *record, struct buf *out)
{
    bool closed = r->sealed || record->type == TLS_APPLICATION_DATA;
    if (record->type == TLS_CHANGE_CIPHER_SPEC) {
        buf_addz(out, "ChangeCipherSpec");
    } else if (closed) {
        buf_addz(out, record->type == TLS_HANDSHAKE ? "handshake, encrypted"
                      : record->type == TLS_ALERT   ? "alert, encrypted"
                                                    : "encrypted");
    } else if (record->type == TLS_HANDSHAKE) {
        handshake(record->body, out);
    } else {
        buf_addz(out, "alert ");
        alert(record->body, out);
    }
}
