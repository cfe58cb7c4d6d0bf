/* tls_lab.h - two TLS endpoints joined by hand, for tests. */
#ifndef MAILFLOW_TESTS_TLS_LAB_H
#define MAILFLOW_TESTS_TLS_LAB_H

#include "sim/base/buf.h"
#include "sim/net/tls.h"

#define LAB_NOW  INT64_C(1788771600) /* 2026-09-07 09:00 UTC */
#define LAB_HOST "mx.example.org"    /* also known as localhost, ::1 and 192.0.2.25 */

enum { CLIENT, SERVER };

struct lab_end {
    struct tls *tls;
    struct outq out;
    struct buf plain; /* what came */
    struct buf wire;  /* all that it sent */
    unsigned secured, ended, failed;
};

struct lab_pair {
    struct lab_end ends[2];
};

struct lab_setup {
    uint64_t seed;
    bool real_random;
    enum tls_fault fault;
    bool must_verify;
    enum tls_versions versions[2];
    const char *name; /* NULL: LAB_HOST */
    int64_t days;     /* the client's calendar, after LAB_NOW */
    uint32_t flow;
};

/* Setups of one seed that lead to TLS 1.3 and 1.2. */
extern const struct lab_setup lab_kinds[2];

struct tls_realm *lab_realm(uint64_t seed, bool real_random);
struct tls_identity *lab_identity(struct tls_realm *r, enum tls_fault fault);
struct lab_pair lab_pair_new(struct tls_realm *r, const struct tls_identity *id,
                             const struct lab_setup *s);
void lab_pair_free(struct lab_pair *p);
void lab_pull(struct lab_end *e);
/* Carries what one end has to say to the other, in pieces; false: it had nothing. */
bool lab_carry(struct lab_end *from, struct lab_end *to, size_t piece);
void lab_run(struct lab_pair *p, size_t piece); /* until nobody has anything to say */
void lab_say(struct lab_end *e, slice s);
void lab_expect(slice got, const char *want, const char *what, size_t row);

#endif
