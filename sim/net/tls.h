/* tls.h - TLS 1.3 (RFC 8446) and 1.2 (RFC 5246) for one end of a stream, by OpenSSL over memory.
 *
 * A realm is one world's: its library context, its certification authority, its randomness.  All
 * bytes follow from the seed and the simulated calendar; the process's clock, environment and
 * configuration files have no say.  With `real_random` keys come from the system instead, as they
 * must where strangers connect.  Making one takes some milliseconds: worlds without TLS have none.
 *
 * An endpoint is pulled like a session:
 *
 *     tls_hear(tls, bytes);                          what came from the peer
 *     while ((step = tls_next(tls, out, &plain)) != TLS_WANT_INPUT) ...
 *     tls_say(tls, plain, out);                      what goes to the peer
 *     stream_send(stream, out);
 */
#ifndef MAILFLOW_NET_TLS_H
#define MAILFLOW_NET_TLS_H

#include "sim/base/err.h"
#include "sim/base/outq.h"
#include "sim/base/rng.h"

struct tls_realm;
struct tls_identity;
struct tls;

/* unix_now: the calendar at the start, in seconds; the authority is valid around it. */
struct tls_realm *tls_realm_new(const struct rng *seed, int64_t unix_now, bool real_random,
                                struct err *err_r); /* NULL: the library refuses */
uint64_t tls_realm_random(struct tls_realm *r);     /* for secrets that are not TLS's own */
void tls_realm_free(struct tls_realm *r);           /* after its endpoints; NULL is fine */
/* The authority's certificate, in PEM; lives as long as the realm. */
slice tls_realm_authority(const struct tls_realm *r);

/* What is wrong with a certificate, on purpose. */
#define TLS_FAULTS(X)                                                                              \
    X(NONE, "good")                                                                                \
    X(EXPIRED, "expired")                                                                          \
    X(NOT_YET_VALID, "not-yet-valid")                                                              \
    X(WRONG_NAME, "wrong-name")                                                                    \
    X(SELF_SIGNED, "self-signed")                                                                  \
    X(UNKNOWN_AUTHORITY, "unknown-authority")
enum tls_fault {
#define X(name, text) TLS_FAULT_##name,
    TLS_FAULTS(X)
#undef X
        TLS_FAULT_COUNT
};

/* A key and the certificate for it; lives as long as the realm.  names[0] is the subject; all of
 * them are subjectAltNames (RFC 9525 2: the subject's common name is looked at by nobody); one that
 * is written as an address, "::1", becomes one.  Key and serial number follow from the seed,
 * names[0] and the fault, and from nobody who was made before. */
struct tls_identity *tls_identity_new(struct tls_realm *r, const slice *names, size_t name_count,
                                      const uint32_t *ips, size_t ip_count, enum tls_fault fault);
slice tls_identity_certificate(const struct tls_identity *id); /* in PEM */

enum tls_versions { TLS_VERSIONS_ALL, TLS_VERSIONS_1_2, TLS_VERSIONS_1_3 };

struct tls_config {
    const struct tls_identity *identity; /* a server's; NULL: a client */
    slice name;       /* client: the server's, for SNI (RFC 6066 3) and to compare with the
                         certificate (RFC 9525); copied.  An address is compared, not asked for.
                         Empty: nothing to compare with, so nobody is verified */
    bool must_verify; /* client: a certificate that is not good ends the handshake; otherwise it
                         goes on, and the facts tell */
    enum tls_versions versions;
    uint32_t flow;    /* with the side it names the endpoint's own stream of random bytes */
    int64_t unix_now; /* the calendar, for the dates in certificates */
};
struct tls *tls_new(struct tls_realm *r, const struct tls_config *c);
void tls_free(struct tls *t); /* NULL is fine */

enum tls_step {
    TLS_WANT_INPUT, /* all that came is used up */
    TLS_SECURED,    /* told once: the handshake is over, tls_facts() has all */
    TLS_PLAIN,      /* *plain_r: octets of the peer, one reference given to the caller */
    TLS_ENDED,      /* told once: close_notify (RFC 8446 6.1); nothing follows */
    TLS_FAILED      /* told once: tls_facts()->problem says why; an alert may stand in out */
};
/* A client's first call writes its ClientHello. */
enum tls_step tls_next(struct tls *t, struct outq *out, struct chunk *plain_r);
void tls_hear(struct tls *t, slice in); /* copied */
/* Empties plain; before the handshake is over it waits inside.  Dropped after tls_finish. */
void tls_say(struct tls *t, struct outq *plain, struct outq *out);
void tls_finish(struct tls *t, struct outq *out); /* close_notify */

struct tls_facts {
    slice version; /* "TLSv1.3"; empty before the handshake is over */
    slice cipher;  /* "TLS_AES_256_GCM_SHA384" */
    slice peer;    /* the name that was checked, or the first in the peer's certificate */
    slice problem; /* "certificate has expired"; what ended the handshake; empty: nothing */
    bool verified; /* the peer showed a good certificate for `name` */
};
const struct tls_facts *tls_facts(const struct tls *t); /* as long as t */
/* The next line for an NSS key log that was not taken yet, without end of line; false: none.
 * Borrowed until the next call on t.  Lines are told by the client's end and the server's alike
 * where both know them; the same line is told once per end. */
bool tls_secret(struct tls *t, slice *line_r);

#endif
