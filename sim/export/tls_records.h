/* tls_records.h - the records of TLS (RFC 8446 5.1, RFC 5246 6.2), out of octets cut anywhere, and
 * what of them can be read without keys.
 * For one direction of one connection.  Opens nothing: what is encrypted is octets. */
#ifndef MAILFLOW_EXPORT_TLS_RECORDS_H
#define MAILFLOW_EXPORT_TLS_RECORDS_H

#include "sim/base/buf.h"

enum tls_content { /* RFC 8446 B.1 */
                   TLS_CHANGE_CIPHER_SPEC = 20,
                   TLS_ALERT = 21,
                   TLS_HANDSHAKE = 22,
                   TLS_APPLICATION_DATA = 23
};

struct tls_records {
    struct buf cut; /* private: what is not a whole record yet */
    size_t used;    /* private: of it */
    bool garbage;   /* something came that is no TLS; nothing more is found */
    bool sealed;    /* a change_cipher_spec has passed: handshakes are encrypted from here on */
};
struct tls_record {
    enum tls_content type;
    slice body; /* borrowed until the next call */
};

void tls_records_init(struct tls_records *r);
void tls_records_deinit(struct tls_records *r);
void tls_records_hear(struct tls_records *r, slice in); /* copied */
/* The next whole record; false: it has not come yet. */
bool tls_records_next(struct tls_records *r, struct tls_record *record_r);

/* "ClientHello for mail.example.org", "Certificate of mail.example.org", "encrypted": one line of
 * what a record says; names are not made harmless yet. */
void tls_record_words(const struct tls_records *r, const struct tls_record *record,
                      struct buf *out);

#endif
