/* tls_test.c - two endpoints joined by hand: what comes out for each version and each fault, in
 * every cut of the octets, and the same octets whenever the seed is the same. */
#include "sim/net/tls.h"

#include "tests/lib/tls_lab.h"

#include <criterion/criterion.h>

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
#define ON_1_3  "TLSv1.3", "TLS_AES_256_GCM_SHA384"
#define ON_1_2  "TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"
#define NOBODY  "somebody-else.example"
#define NOT     "", "", ""
#define MUST    .must_verify = true

/* clang-format off */
static const struct outcome {
    struct lab_setup setup;
    const char *version, *cipher, *peer, *problem; /* the client's */
    bool verified;
    const char *server_problem; /* NULL: it is secured */
} outcomes[] = {
    { { MUST }, ON_1_3, LAB_HOST, "", true, NULL },
    { { .versions = { V1_2, ALL } }, ON_1_2, LAB_HOST, "", true, NULL },
    { { .versions = { ALL, V1_2 } }, ON_1_2, LAB_HOST, "", true, NULL },
    { { .versions = { V1_3, ALL } }, ON_1_3, LAB_HOST, "", true, NULL },
    { { .versions = { ALL, V1_3 } }, ON_1_3, LAB_HOST, "", true, NULL },
    { { .versions = { V1_2, V1_3 } }, NOT, "the peer found no TLS version in common", false,
      "no TLS version in common with the peer" },
    { { .versions = { V1_3, V1_2 } }, NOT, "the peer found no TLS version in common", false,
      "no TLS version in common with the peer" },
    { { MUST, .name = "localhost" }, ON_1_3, "localhost", "", true, NULL },
    { { MUST, .name = "mx.example.org." }, ON_1_3, LAB_HOST, "", true, NULL },
    { { MUST, .name = "192.0.2.25" }, ON_1_3, "192.0.2.25", "", true, NULL },
    { { MUST, .name = "::1" }, ON_1_3, "::1", "", true, NULL },
    { { .name = "192.0.2.26" }, ON_1_3, LAB_HOST, OTHER, false, NULL },
    { { .name = "example.org" }, ON_1_3, LAB_HOST, OTHER, false, NULL },
    { { .name = "" }, ON_1_3, LAB_HOST, "no name to compare the certificate with", false,
      NULL },
    { { .fault = TLS_FAULT_EXPIRED }, ON_1_3, LAB_HOST, EXPIRED, false, NULL },
    { { .fault = TLS_FAULT_NOT_YET_VALID }, ON_1_3, LAB_HOST, YET, false, NULL },
    { { .fault = TLS_FAULT_WRONG_NAME }, ON_1_3, NOBODY, OTHER, false, NULL },
    { { .fault = TLS_FAULT_SELF_SIGNED }, ON_1_3, LAB_HOST, SELF, false, NULL },
    { { .fault = TLS_FAULT_UNKNOWN_AUTHORITY }, ON_1_3, LAB_HOST, UNKNOWN, false, NULL },
    { { .fault = TLS_FAULT_EXPIRED, .versions = { V1_2, V1_2 } }, ON_1_2, LAB_HOST, EXPIRED,
      false, NULL },
    { { .fault = TLS_FAULT_EXPIRED, MUST }, NOT, EXPIRED, false, REFUSED "it has expired" },
    { { .fault = TLS_FAULT_NOT_YET_VALID, MUST }, NOT, YET, false, REFUSED "it is bad" },
    { { .fault = TLS_FAULT_WRONG_NAME, MUST }, NOT, OTHER, false, REFUSED "it is bad" },
    { { .fault = TLS_FAULT_SELF_SIGNED, MUST }, NOT, SELF, false, REFUSED UNKNOWN },
    { { .fault = TLS_FAULT_UNKNOWN_AUTHORITY, MUST }, NOT, UNKNOWN, false, REFUSED UNKNOWN },
    { { .fault = TLS_FAULT_EXPIRED, MUST, .versions = { V1_2, V1_2 } }, NOT, EXPIRED, false,
      REFUSED "it has expired" },
};
/* clang-format on */

static void expect_outcome(struct lab_pair *p, const struct outcome *o, size_t row)
{
    struct lab_end *client = &p->ends[CLIENT], *server = &p->ends[SERVER];
    const struct tls_facts *c = tls_facts(client->tls), *s = tls_facts(server->tls);
    lab_expect(c->version, o->version, "version", row);
    lab_expect(c->cipher, o->cipher, "cipher", row);
    lab_expect(c->peer, o->peer, "peer", row);
    lab_expect(c->problem, o->problem, "problem", row);
    cr_expect_eq(c->verified, o->verified, "row %zu", row);
    lab_expect(s->problem, o->server_problem ? o->server_problem : "", "server", row);
    lab_expect(s->version, o->version, "server's version", row);
    lab_expect(s->cipher, o->cipher, "server's cipher", row);
    cr_expect(!s->verified && s->peer.len == 0, "row %zu: a client shows no certificate", row);
    unsigned good = !o->server_problem, bad = !good;
    cr_expect(client->secured == good && server->secured == good, "row %zu", row);
    cr_expect(client->failed == bad && server->failed == bad, "row %zu: told once", row);
}

/* RFC 6066 3: the name that a client wants stands in the clear, without its final dot; an address
 * is not asked for. */
static void expect_name(const struct lab_end *client, const struct outcome *o, size_t row)
{
    slice name = slice_of(o->setup.name ? o->setup.name : LAB_HOST);
    if (slice_ends(name, SLICE("."))) {
        name.len--;
    }
    bool address = name.len == 0 || ascii_is_digit(name.ptr[0]) || name.ptr[0] == ':';
    bool asked = name.len > 0 && slice_find(buf_slice(&client->wire), name) != SLICE_NONE;
    cr_expect_eq(asked, !address, "row %zu: asked for by name", row);
}

static void play_outcome(const struct outcome *o, bool real_random, size_t row)
{
    struct tls_realm *r = lab_realm(1, real_random);
    struct lab_pair p = lab_pair_new(r, lab_identity(r, o->setup.fault), &o->setup);
    lab_run(&p, SIZE_MAX);
    expect_outcome(&p, o, row);
    expect_name(&p.ends[CLIENT], o, row);
    lab_say(&p.ends[CLIENT], SLICE("EHLO a\r\n"));
    lab_say(&p.ends[SERVER], SLICE("250 b\r\n"));
    lab_run(&p, SIZE_MAX);
    tls_finish(p.ends[CLIENT].tls, &p.ends[CLIENT].out);
    tls_finish(p.ends[SERVER].tls, &p.ends[SERVER].out);
    lab_run(&p, SIZE_MAX);
    bool good = !o->server_problem;
    lab_expect(buf_slice(&p.ends[SERVER].plain), good ? "EHLO a\r\n" : "", "heard", row);
    lab_expect(buf_slice(&p.ends[CLIENT].plain), good ? "250 b\r\n" : "", "heard", row);
    cr_expect(p.ends[CLIENT].ended == good && p.ends[SERVER].ended == good, "row %zu", row);
    lab_pair_free(&p);
    tls_realm_free(r);
}

Test(tls, ends_as_versions_faults_and_wishes_say)
{
    for (size_t i = 0; i < COUNT(outcomes); i++) {
        play_outcome(&outcomes[i], false, i);
        play_outcome(&outcomes[i], true, i);
    }
}

/* ---- the same octets ---- */

/* A whole connection, cut into pieces: both ends' octets, one behind the other. */
static struct buf octets_of(struct tls_realm *r, const struct tls_identity *id, uint32_t flow,
                            const struct lab_setup *s, size_t piece)
{
    struct lab_setup with_flow = *s;
    with_flow.flow = flow;
    struct lab_pair p = lab_pair_new(r, id, &with_flow);
    lab_say(&p.ends[CLIENT], SLICE("before the handshake is over\r\n"));
    lab_run(&p, piece);
    cr_assert(p.ends[CLIENT].secured == 1 && p.ends[SERVER].secured == 1, "piece %zu", piece);
    lab_say(&p.ends[SERVER], SLICE("hello\r\n"));
    tls_finish(p.ends[SERVER].tls, &p.ends[SERVER].out);
    lab_run(&p, piece);
    lab_say(&p.ends[CLIENT], SLICE("goes on when the other has finished\r\n"));
    tls_finish(p.ends[CLIENT].tls, &p.ends[CLIENT].out);
    lab_say(&p.ends[CLIENT], SLICE("too late"));
    lab_run(&p, piece);
    lab_expect(buf_slice(&p.ends[SERVER].plain),
               "before the handshake is over\r\ngoes on when the other has finished\r\n", "heard",
               piece);
    lab_expect(buf_slice(&p.ends[CLIENT].plain), "hello\r\n", "heard", piece);
    cr_expect(p.ends[CLIENT].ended == 1 && p.ends[SERVER].ended == 1, "piece %zu", piece);
    struct buf all = { 0 };
    buf_add(&all, buf_slice(&p.ends[CLIENT].wire));
    buf_add(&all, buf_slice(&p.ends[SERVER].wire));
    lab_pair_free(&p);
    return all;
}

static struct buf octets(const struct lab_setup *s, uint32_t flow, size_t piece)
{
    struct tls_realm *r = lab_realm(s->seed, s->real_random);
    struct buf all = octets_of(r, lab_identity(r, s->fault), flow, s, piece);
    tls_realm_free(r);
    return all;
}

Test(tls, same_octets_however_they_are_cut)
{
    for (size_t k = 0; k < COUNT(lab_kinds); k++) {
        struct buf whole = octets(&lab_kinds[k], 1, SIZE_MAX);
        cr_assert_gt(whole.len, 900);
        for (size_t piece = 1; piece < 800; piece += piece < 16 ? 1 : 13) {
            struct buf cut = octets(&lab_kinds[k], 1, piece);
            cr_expect(slice_eq(buf_slice(&cut), buf_slice(&whole)), "%zu, piece %zu", k, piece);
            buf_deinit(&cut);
        }
        buf_deinit(&whole);
    }
}

Test(tls, same_octets_from_the_same_seed_only)
{
    static const struct {
        struct lab_setup setup;
        uint32_t flow;
        bool same;
    } rows[] = {
        { { .seed = 1 }, 1, true },
        { { .seed = 2 }, 1, false },
        { { .seed = 1 }, 2, false },
        { { .seed = 1, .real_random = true }, 1, false },
        { { .seed = 1, .fault = TLS_FAULT_EXPIRED }, 1, false },
    };
    struct buf first = octets(&rows[0].setup, 1, SIZE_MAX);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf again = octets(&rows[i].setup, rows[i].flow, SIZE_MAX);
        cr_expect_eq(slice_eq(buf_slice(&again), buf_slice(&first)), rows[i].same, "row %zu", i);
        buf_deinit(&again);
    }
    buf_deinit(&first);
}

/* Others who have keys made, who connect and fail in between: nobody's octets are shifted. */
Test(tls, nobody_shifts_somebody_else)
{
    struct buf alone = octets(&lab_kinds[0], 5, SIZE_MAX);
    struct tls_realm *r = lab_realm(lab_kinds[0].seed, false);
    slice other = SLICE("other.example.org");
    for (int fault = 0; fault < TLS_FAULT_COUNT; fault++) {
        (void)tls_identity_new(r, &other, 1, NULL, 0, (enum tls_fault)fault);
    }
    struct tls_identity *id = lab_identity(r, TLS_FAULT_NONE);
    struct buf earlier = octets_of(r, id, 4, &lab_kinds[1], SIZE_MAX);
    struct lab_pair open = lab_pair_new(r, id, &lab_kinds[0]);
    lab_pull(&open.ends[CLIENT]);
    tls_hear(open.ends[SERVER].tls, SLICE("\x16garbage"));
    struct buf among = octets_of(r, id, 5, &lab_kinds[0], 100);
    lab_pull(&open.ends[SERVER]);
    cr_expect(slice_eq(buf_slice(&among), buf_slice(&alone)));
    lab_pair_free(&open);
    buf_deinit(&earlier);
    buf_deinit(&among);
    buf_deinit(&alone);
    tls_realm_free(r);
}

Test(tls, shows_its_certificates_as_pem)
{
    struct tls_realm *r = lab_realm(3, false), *again = lab_realm(3, false);
    slice a = tls_realm_authority(r);
    cr_expect(slice_starts(a, SLICE("-----BEGIN CERTIFICATE-----\n")));
    cr_expect(slice_ends(a, SLICE("\n-----END CERTIFICATE-----\n")));
    cr_expect(slice_eq(a, tls_realm_authority(again)));
    struct tls_identity *id = lab_identity(r, TLS_FAULT_NONE);
    cr_expect(slice_starts(tls_identity_certificate(id), SLICE("-----BEGIN CERTIFICATE-----\n")));
    cr_expect_not(slice_eq(tls_identity_certificate(id), a));
    /* Too long for a common name (RFC 5280 appendix A): it stands among the other names. */
    char name[64 + 12 + 1] = { 0 };
    memset(name, 'x', sizeof name - 13);
    memcpy(name + sizeof name - 13, ".example.org", 12);
    name[40] = '.';
    slice names[] = { slice_of(name) };
    struct lab_setup s = { .must_verify = true, .name = name };
    struct lab_pair p = lab_pair_new(r, tls_identity_new(r, names, 1, NULL, 0, TLS_FAULT_NONE), &s);
    lab_run(&p, SIZE_MAX);
    cr_expect(tls_facts(p.ends[CLIENT].tls)->verified);
    lab_pair_free(&p);
    tls_realm_free(again);
    tls_realm_free(r);
}

/* The dates are the simulated calendar's, not those of the day the test runs. */
Test(tls, knows_the_simulated_date)
{
    static const struct {
        int64_t days;
        const char *problem;
    } rows[] = {
        { 0, "" }, { 300, "" }, { 400, EXPIRED }, { -2, YET }, { -36500 / 2, YET },
    };
    struct tls_realm *r = lab_realm(4, false);
    struct tls_identity *id = lab_identity(r, TLS_FAULT_NONE);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct lab_setup s = { .days = rows[i].days };
        struct lab_pair p = lab_pair_new(r, id, &s);
        lab_run(&p, SIZE_MAX);
        lab_expect(tls_facts(p.ends[CLIENT].tls)->problem, rows[i].problem, "problem", i);
        lab_pair_free(&p);
    }
    tls_realm_free(r);
}

/* ---- secrets: one line each, "LABEL, client random, secret" ---- */

static size_t take_secrets(struct tls *t, struct buf *labels)
{
    slice line;
    size_t count = 0;
    while (tls_secret(t, &line)) {
        slice label = slice_word(&line), random = slice_word(&line), secret = slice_word(&line);
        cr_expect(random.len == 64 && secret.len >= 64 && line.len == 0, "%.*s", SLICE_ARG(label));
        buf_add(labels, label);
        buf_byte(labels, ' ');
        count++;
    }
    return count;
}

Test(tls, tells_its_secrets_at_both_ends)
{
    for (size_t k = 0; k < COUNT(lab_kinds); k++) {
        struct tls_realm *r = lab_realm(1, false);
        struct lab_pair p = lab_pair_new(r, lab_identity(r, TLS_FAULT_NONE), &lab_kinds[k]);
        struct buf labels[2] = { { 0 }, { 0 } };
        lab_run(&p, SIZE_MAX);
        for (int i = 0; i < 2; i++) {
            size_t count = take_secrets(p.ends[i].tls, &labels[i]);
            cr_expect_eq(count, k == 0 ? 5 : 1, "%zu: %zu", k, count);
            cr_expect_eq(take_secrets(p.ends[i].tls, &labels[i]), 0);
            slice want = k == 0 ? SLICE("CLIENT_TRAFFIC_SECRET_0 ") : SLICE("CLIENT_RANDOM ");
            cr_expect_neq(slice_find(buf_slice(&labels[i]), want), SLICE_NONE);
            buf_deinit(&labels[i]);
        }
        lab_pair_free(&p);
        tls_realm_free(r);
    }
}

/* ---- much ---- */

#define BIG (UINT64_C(64) << 20)

Test(tls, carries_much_in_whole_records)
{
    struct tls_realm *r = lab_realm(1, false);
    struct lab_setup s = { 0 };
    struct lab_pair p = lab_pair_new(r, lab_identity(r, TLS_FAULT_NONE), &s);
    lab_run(&p, SIZE_MAX);
    struct blob *b = blob_with_room(1 << 20);
    b->len = b->cap;
    for (size_t i = 0; i < b->len; i++) {
        b->bytes[i] = (char)(i * 31 >> 5);
    }
    struct outq plain;
    outq_init(&plain);
    for (size_t i = 0; i < BIG / b->len; i++) {
        outq_blob(&plain, b, 0, b->len);
    }
    tls_say(p.ends[CLIENT].tls, &plain, &p.ends[CLIENT].out);
    struct chunk c;
    while (outq_take(&p.ends[CLIENT].out, SIZE_MAX, &c)) {
        tls_hear(p.ends[SERVER].tls, c.bytes); /* all of it, before any is looked at */
        blob_unref(&c.owner);
    }
    uint64_t got = 0, pieces = 0;
    while (tls_next(p.ends[SERVER].tls, &p.ends[SERVER].out, &c) == TLS_PLAIN) {
        slice want = slice_sub(blob_slice(b), got % b->len, c.bytes.len);
        cr_assert(slice_eq(c.bytes, want), "at %zu", (size_t)got);
        got += c.bytes.len;
        pieces++;
        blob_unref(&c.owner);
    }
    cr_expect_eq(got, BIG);
    cr_expect_eq(pieces, BIG / 16384);
    blob_unref(&b);
    outq_deinit(&plain);
    lab_pair_free(&p);
    tls_realm_free(r);
}
