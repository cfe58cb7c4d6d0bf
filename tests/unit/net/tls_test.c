/* tls_test.c - two endpoints joined by hand: what comes out for each version and each fault, in
 * every cut of the octets, and the same octets whenever the seed is the same. */
#include "sim/net/tls.h"

#include "sim/base/buf.h"

#include <criterion/criterion.h>

#define NOW INT64_C(1788771600) /* 2026-09-07 09:00 UTC */

enum { CLIENT, SERVER };

struct end {
    struct tls *tls;
    struct outq out;
    struct buf plain; /* what came */
    struct buf wire;  /* all that it sent */
    unsigned secured, ended, failed;
};

struct pair {
    struct end ends[2];
};

struct setup {
    uint64_t seed;
    bool real_random;
    enum tls_fault fault;
    bool must_verify;
    enum tls_versions versions[2];
    const char *name; /* NULL: mx.example.org */
};

static struct tls_realm *realm_new(uint64_t seed, bool real_random)
{
    struct rng rng = rng_seeded(seed);
    struct err err = { 0 };
    struct tls_realm *r = tls_realm_new(&rng, NOW, real_random, &err);
    cr_assert_not_null(r, "%s", err.text);
    return r;
}

static const slice names[] = { SLICE_INIT("mx.example.org"), SLICE_INIT("localhost"),
                               SLICE_INIT("::1") };
static const uint32_t ips[] = { 0xC0000219U }; /* 192.0.2.25 */

static struct tls_identity *identity_new(struct tls_realm *r, enum tls_fault fault)
{
    return tls_identity_new(r, names, COUNT(names), ips, COUNT(ips), fault);
}

static void end_init(struct end *e, struct tls_realm *r, const struct tls_config *c)
{
    *e = (struct end){ .tls = tls_new(r, c) };
    outq_init(&e->out);
}

static struct pair pair_new(struct tls_realm *r, const struct tls_identity *id, uint32_t flow,
                            const struct setup *s)
{
    struct pair p;
    struct tls_config client = { .name = s->name ? slice_of(s->name) : names[0],
                                 .must_verify = s->must_verify,
                                 .versions = s->versions[CLIENT],
                                 .flow = flow,
                                 .unix_now = NOW };
    struct tls_config server = {
        .identity = id, .versions = s->versions[SERVER], .flow = flow, .unix_now = NOW
    };
    end_init(&p.ends[CLIENT], r, &client);
    end_init(&p.ends[SERVER], r, &server);
    return p;
}

static void pair_free(struct pair *p)
{
    for (int i = 0; i < 2; i++) {
        tls_free(p->ends[i].tls);
        outq_deinit(&p->ends[i].out);
        buf_deinit(&p->ends[i].plain);
        buf_deinit(&p->ends[i].wire);
    }
}

static void pull(struct end *e)
{
    struct chunk c = { 0 };
    enum tls_step step;
    while ((step = tls_next(e->tls, &e->out, &c)) != TLS_WANT_INPUT) {
        e->secured += step == TLS_SECURED;
        e->ended += step == TLS_ENDED;
        e->failed += step == TLS_FAILED;
        if (step == TLS_PLAIN) {
            cr_assert_gt(c.bytes.len, 0);
            buf_add(&e->plain, c.bytes);
            blob_unref(&c.owner);
        }
    }
}

/* Carries what one end has to say to the other, in pieces; false: it had nothing. */
static bool carry(struct end *from, struct end *to, size_t piece)
{
    struct chunk c;
    bool any = false;
    while (outq_take(&from->out, piece, &c)) {
        any = true;
        buf_add(&from->wire, c.bytes);
        tls_hear(to->tls, c.bytes);
        blob_unref(&c.owner);
        pull(to);
    }
    return any;
}

static void run(struct pair *p, size_t piece)
{
    pull(&p->ends[CLIENT]);
    pull(&p->ends[SERVER]);
    bool more = true;
    while (more) {
        more = carry(&p->ends[CLIENT], &p->ends[SERVER], piece);
        more |= carry(&p->ends[SERVER], &p->ends[CLIENT], piece);
    }
}

static void say(struct end *e, slice s)
{
    struct outq plain;
    outq_init(&plain);
    outq_text(&plain, s);
    tls_say(e->tls, &plain, &e->out);
    cr_assert_eq(plain.size, 0);
    outq_deinit(&plain);
}

static void expect_slice(slice got, const char *want, const char *what, size_t row)
{
    cr_expect(slice_eq(got, slice_of(want)), "row %zu, %s: \"%.*s\", not \"%s\"", row, what,
              SLICE_ARG(got), want);
}

/* ---- what comes out ---- */

#define ALL     TLS_VERSIONS_ALL
#define V1_2    TLS_VERSIONS_1_2
#define V1_3    TLS_VERSIONS_1_3
#define EXPIRED "certificate has expired"
#define YET     "certificate is not yet valid"
#define OTHER   "certificate is for another name"
#define SELF    "self-signed certificate"
#define UNKNOWN "unknown authority"
#define REFUSED "the peer refused our certificate: "
#define AES_1_3 "TLS_AES_256_GCM_SHA384"
#define AES_1_2 "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"
#define NOBODY  "somebody-else.example"

static const struct outcome {
    struct setup setup;
    const char *version, *cipher, *peer, *problem; /* the client's */
    bool verified;
    const char *server_problem; /* NULL: it is secured */
} outcomes[] = {
    { { .must_verify = true }, "TLSv1.3", AES_1_3, "mx.example.org", "", true, NULL },
    { { .versions = { V1_2, ALL } }, "TLSv1.2", AES_1_2, "mx.example.org", "", true, NULL },
    { { .versions = { ALL, V1_2 } }, "TLSv1.2", AES_1_2, "mx.example.org", "", true, NULL },
    { { .versions = { V1_3, ALL } }, "TLSv1.3", AES_1_3, "mx.example.org", "", true, NULL },
    { { .versions = { ALL, V1_3 } }, "TLSv1.3", AES_1_3, "mx.example.org", "", true, NULL },
    { { .versions = { V1_2, V1_3 } },
      "",
      "",
      "",
      "the peer found no TLS version in common",
      false,
      "no TLS version in common with the peer" },
    { { .versions = { V1_3, V1_2 } },
      "",
      "",
      "",
      "the peer found no TLS version in common",
      false,
      "no TLS version in common with the peer" },
    { { .must_verify = true, .name = "localhost" },
      "TLSv1.3",
      AES_1_3,
      "localhost",
      "",
      true,
      NULL },
    { { .must_verify = true, .name = "mx.example.org." },
      "TLSv1.3",
      AES_1_3,
      "mx.example.org",
      "",
      true,
      NULL },
    { { .must_verify = true, .name = "192.0.2.25" },
      "TLSv1.3",
      AES_1_3,
      "192.0.2.25",
      "",
      true,
      NULL },
    { { .must_verify = true, .name = "::1" }, "TLSv1.3", AES_1_3, "::1", "", true, NULL },
    { { .name = "192.0.2.26" }, "TLSv1.3", AES_1_3, "mx.example.org", OTHER, false, NULL },
    { { .name = "example.org" }, "TLSv1.3", AES_1_3, "mx.example.org", OTHER, false, NULL },
    { { .name = "" },
      "TLSv1.3",
      AES_1_3,
      "mx.example.org",
      "no name to compare the certificate with",
      false,
      NULL },
    { { .fault = TLS_FAULT_EXPIRED }, "TLSv1.3", AES_1_3, "mx.example.org", EXPIRED, false, NULL },
    { { .fault = TLS_FAULT_NOT_YET_VALID },
      "TLSv1.3",
      AES_1_3,
      "mx.example.org",
      YET,
      false,
      NULL },
    { { .fault = TLS_FAULT_WRONG_NAME }, "TLSv1.3", AES_1_3, NOBODY, OTHER, false, NULL },
    { { .fault = TLS_FAULT_SELF_SIGNED }, "TLSv1.3", AES_1_3, "mx.example.org", SELF, false, NULL },
    { { .fault = TLS_FAULT_UNKNOWN_AUTHORITY },
      "TLSv1.3",
      AES_1_3,
      "mx.example.org",
      UNKNOWN,
      false,
      NULL },
    { { .fault = TLS_FAULT_EXPIRED, .versions = { V1_2, V1_2 } },
      "TLSv1.2",
      AES_1_2,
      "mx.example.org",
      EXPIRED,
      false,
      NULL },
    { { .fault = TLS_FAULT_EXPIRED, .must_verify = true },
      "",
      "",
      "",
      EXPIRED,
      false,
      REFUSED "it has expired" },
    { { .fault = TLS_FAULT_NOT_YET_VALID, .must_verify = true },
      "",
      "",
      "",
      YET,
      false,
      REFUSED "it is bad" },
    { { .fault = TLS_FAULT_WRONG_NAME, .must_verify = true },
      "",
      "",
      "",
      OTHER,
      false,
      REFUSED "it is bad" },
    { { .fault = TLS_FAULT_SELF_SIGNED, .must_verify = true },
      "",
      "",
      "",
      SELF,
      false,
      REFUSED "unknown authority" },
    { { .fault = TLS_FAULT_UNKNOWN_AUTHORITY, .must_verify = true },
      "",
      "",
      "",
      UNKNOWN,
      false,
      REFUSED "unknown authority" },
    { { .fault = TLS_FAULT_EXPIRED, .must_verify = true, .versions = { V1_2, V1_2 } },
      "",
      "",
      "",
      EXPIRED,
      false,
      REFUSED "it has expired" },
};

static void expect_outcome(struct pair *p, const struct outcome *o, size_t row)
{
    struct end *client = &p->ends[CLIENT], *server = &p->ends[SERVER];
    const struct tls_facts *c = tls_facts(client->tls), *s = tls_facts(server->tls);
    expect_slice(c->version, o->version, "version", row);
    expect_slice(c->cipher, o->cipher, "cipher", row);
    expect_slice(c->peer, o->peer, "peer", row);
    expect_slice(c->problem, o->problem, "problem", row);
    cr_expect_eq(c->verified, o->verified, "row %zu", row);
    expect_slice(s->problem, o->server_problem ? o->server_problem : "", "server", row);
    expect_slice(s->version, o->version, "server's version", row);
    expect_slice(s->cipher, o->cipher, "server's cipher", row);
    cr_expect(!s->verified && s->peer.len == 0, "row %zu: a client shows no certificate", row);
    unsigned good = !o->server_problem, bad = !good;
    cr_expect(client->secured == good && server->secured == good, "row %zu", row);
    cr_expect(client->failed == bad && server->failed == bad, "row %zu: told once", row);
}

static void play_outcome(const struct outcome *o, bool real_random, size_t row)
{
    struct tls_realm *r = realm_new(1, real_random);
    struct pair p = pair_new(r, identity_new(r, o->setup.fault), 7, &o->setup);
    run(&p, SIZE_MAX);
    expect_outcome(&p, o, row);
    say(&p.ends[CLIENT], SLICE("EHLO a\r\n"));
    say(&p.ends[SERVER], SLICE("250 b\r\n"));
    run(&p, SIZE_MAX);
    tls_finish(p.ends[CLIENT].tls, &p.ends[CLIENT].out);
    tls_finish(p.ends[SERVER].tls, &p.ends[SERVER].out);
    run(&p, SIZE_MAX);
    bool good = !o->server_problem;
    expect_slice(buf_slice(&p.ends[SERVER].plain), good ? "EHLO a\r\n" : "", "heard", row);
    expect_slice(buf_slice(&p.ends[CLIENT].plain), good ? "250 b\r\n" : "", "heard", row);
    cr_expect(p.ends[CLIENT].ended == good && p.ends[SERVER].ended == good, "row %zu", row);
    pair_free(&p);
    tls_realm_free(r);
}

Test(tls, ends_as_versions_faults_and_wishes_say)
{
    for (size_t i = 0; i < COUNT(outcomes); i++) {
        play_outcome(&outcomes[i], false, i);
        play_outcome(&outcomes[i], true, i);
    }
}
