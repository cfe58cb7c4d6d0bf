/* tls_lab.c - two TLS endpoints joined by hand. */
#include "tests/lib/tls_lab.h"

#include <criterion/criterion.h>

const struct lab_setup lab_kinds[2] = {
    { .seed = 1, .versions = { TLS_VERSIONS_1_3, TLS_VERSIONS_ALL } },
    { .seed = 1, .versions = { TLS_VERSIONS_1_2, TLS_VERSIONS_ALL } },
};

struct tls_realm *lab_realm(uint64_t seed, bool real_random)
{
    struct rng rng = rng_seeded(seed);
    struct err err = { 0 };
    struct tls_realm *r = tls_realm_new(&rng, LAB_NOW, real_random, &err);
    cr_assert_not_null(r, "%s", err.text);
    return r;
}

struct tls_identity *lab_identity(struct tls_realm *r, enum tls_fault fault)
{
    const slice names[] = { SLICE(LAB_HOST), SLICE("localhost"), SLICE("::1") };
    const uint32_t ips[] = { 0xC0000219U };
    return tls_identity_new(r, names, COUNT(names), ips, COUNT(ips), fault);
}

struct lab_pair lab_pair_new(struct tls_realm *r, const struct tls_identity *id,
                             const struct lab_setup *s)
{
    struct lab_pair p = { 0 };
    struct tls_config client = { .name = s->name ? slice_of(s->name) : SLICE(LAB_HOST),
                                 .must_verify = s->must_verify,
                                 .versions = s->versions[CLIENT],
                                 .flow = s->flow,
                                 .unix_now = LAB_NOW + s->days * 86400 };
    struct tls_config server = {
        .identity = id, .versions = s->versions[SERVER], .flow = s->flow, .unix_now = LAB_NOW
    };
    p.ends[CLIENT].tls = tls_new(r, &client);
    p.ends[SERVER].tls = tls_new(r, &server);
    outq_init(&p.ends[CLIENT].out);
    outq_init(&p.ends[SERVER].out);
    return p;
}

void lab_pair_free(struct lab_pair *p)
{
    for (int i = 0; i < 2; i++) {
        tls_free(p->ends[i].tls);
        outq_deinit(&p->ends[i].out);
        buf_deinit(&p->ends[i].plain);
        buf_deinit(&p->ends[i].wire);
    }
}

void lab_pull(struct lab_end *e)
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

bool lab_carry(struct lab_end *from, struct lab_end *to, size_t piece)
{
    struct chunk c;
    bool any = false;
    while (outq_take(&from->out, piece, &c)) {
        any = true;
        buf_add(&from->wire, c.bytes);
        tls_hear(to->tls, c.bytes);
        blob_unref(&c.owner);
        lab_pull(to);
    }
    return any;
}

void lab_run(struct lab_pair *p, size_t piece)
{
    lab_pull(&p->ends[CLIENT]);
    lab_pull(&p->ends[SERVER]);
    bool more = true;
    while (more) {
        more = lab_carry(&p->ends[CLIENT], &p->ends[SERVER], piece);
        more |= lab_carry(&p->ends[SERVER], &p->ends[CLIENT], piece);
    }
}

void lab_say(struct lab_end *e, slice s)
{
    struct outq plain;
    outq_init(&plain);
    outq_text(&plain, s);
    tls_say(e->tls, &plain, &e->out);
    cr_assert_eq(plain.size, 0);
    outq_deinit(&plain);
}

void lab_expect(slice got, const char *want, const char *what, size_t row)
{
    cr_expect(slice_eq(got, slice_of(want)), "row %zu, %s: \"%.*s\", not \"%s\"", row, what,
              SLICE_ARG(got), want);
}
