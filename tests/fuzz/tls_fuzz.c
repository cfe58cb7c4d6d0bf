/* tls_fuzz.c - hostile octets for both ends of TLS.
 * Octet 0: bits 0-1 versions of the client, 2-3 of the server, 4-5 what is done with the rest:
 *   0, 1  it is all that the server, the client hears
 *   2, 3  the ends are joined, and the rest changes what the client, the server sends: three
 *         octets each: how many octets pass untouched (two), and what the next one is XORed with
 *   bit 6: the client insists on a good certificate
 * Octet 1: how long the pieces are. */
#include "sim/net/tls.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NAME  "mx.example.org"
#define NOW   INT64_C(1788771600)
#define TRUTH "MAIL FROM:<alice@example.org>\r\n"

struct end {
    struct tls *tls;
    struct outq out;
    size_t heard; /* plaintext */
    bool over;
};

struct changes {
    slice rest;
    size_t left; /* octets that pass before the next change */
    char with;
};

static void pull(struct end *e)
{
    struct chunk c = { 0 };
    enum tls_step step;
    slice truth = SLICE(TRUTH);
    while ((step = tls_next(e->tls, &e->out, &c)) != TLS_WANT_INPUT) {
        assert(!e->over);
        e->over = step == TLS_FAILED || step == TLS_ENDED;
        if (step == TLS_PLAIN) { /* only what was said is ever heard */
            assert(slice_eq(c.bytes, slice_sub(truth, e->heard, c.bytes.len)));
            e->heard += c.bytes.len;
            blob_unref(&c.owner);
        }
        if (step == TLS_FAILED) {
            assert(tls_facts(e->tls)->problem.len > 0);
        }
    }
    slice line;
    while (tls_secret(e->tls, &line)) {
        assert(line.len > 0);
    }
}

static void next_change(struct changes *c)
{
    c->left = SIZE_MAX;
    if (c->rest.len >= 3) {
        c->left = (size_t)((unsigned char)c->rest.ptr[0] << 8 | (unsigned char)c->rest.ptr[1]);
        c->with = c->rest.ptr[2];
        c->rest = slice_from(c->rest, 3);
    }
}

static struct blob *changed(struct changes *c, slice bytes)
{
    struct blob *b = blob_new(bytes);
    for (size_t i = 0; i < b->len; i++) {
        if (c->left == 0) {
            b->bytes[i] = (char)(b->bytes[i] ^ c->with);
            next_change(c);
        } else if (c->left != SIZE_MAX) {
            c->left--;
        }
    }
    return b;
}

static bool carry(struct end *from, struct end *to, size_t piece, struct changes *changes)
{
    struct chunk c;
    bool any = false;
    while (outq_take(&from->out, piece, &c)) {
        struct blob *b = changes ? changed(changes, c.bytes) : blob_ref(c.owner);
        tls_hear(to->tls, changes ? blob_slice(b) : c.bytes);
        blob_unref(&b);
        blob_unref(&c.owner);
        pull(to);
        any = true;
    }
    return any;
}

static void exchange(struct end ends[2], int whose, size_t piece, struct changes *changes)
{
    bool more = true;
    while (more) {
        more = carry(&ends[whose], &ends[1 - whose], piece, changes);
        more |= carry(&ends[1 - whose], &ends[whose], piece, NULL);
    }
}

static void join(struct end ends[2], int whose, size_t piece, slice rest)
{
    struct changes changes = { .rest = rest };
    next_change(&changes);
    for (int i = 0; i < 2; i++) {
        struct outq plain;
        outq_init(&plain);
        outq_static(&plain, SLICE(TRUTH));
        tls_say(ends[i].tls, &plain, &ends[i].out);
        outq_deinit(&plain);
        pull(&ends[i]);
    }
    exchange(ends, whose, piece, &changes);
    tls_finish(ends[0].tls, &ends[0].out);
    tls_finish(ends[1].tls, &ends[1].out);
    exchange(ends, whose, piece, &changes);
}

static void pour(struct end *e, size_t piece, slice rest)
{
    pull(e);
    while (rest.len > 0) {
        tls_hear(e->tls, slice_sub(rest, 0, piece));
        rest = slice_from(rest, piece);
        pull(e);
        outq_clear(&e->out);
    }
    tls_finish(e->tls, &e->out);
    pull(e);
}

/* One for all inputs, since making it takes longer than using it; no input can tell (tls.h). */
static struct tls_realm *realm(void)
{
    static struct tls_realm *r;
    struct rng seed = rng_seeded(1);
    struct err err = { 0 };
    if (!r) {
        r = tls_realm_new(&seed, NOW, false, &err);
        assert(r);
    }
    return r;
}

static const struct tls_identity *identity(struct tls_realm *r)
{
    static const struct tls_identity *id;
    slice name = SLICE(NAME);
    if (!id) {
        id = tls_identity_new(r, &name, 1, NULL, 0, TLS_FAULT_NONE);
    }
    return id;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) {
        return 0;
    }
    struct tls_realm *r = realm();
    slice name = SLICE(NAME);
    struct tls_config c = { .name = name,
                            .must_verify = data[0] & 0x40,
                            .versions = (enum tls_versions)((data[0] & 3) % 3),
                            .unix_now = NOW };
    struct end ends[2] = { { .tls = tls_new(r, &c) } };
    c.identity = identity(r);
    c.versions = (enum tls_versions)((data[0] >> 2 & 3) % 3);
    ends[1].tls = tls_new(r, &c);
    outq_init(&ends[0].out);
    outq_init(&ends[1].out);
    slice rest = { (const char *)data + 2, size - 2 };
    size_t piece = data[1] > 0 ? data[1] : SIZE_MAX;
    if (data[0] & 0x20) {
        join(ends, data[0] >> 4 & 1, piece, rest);
    } else {
        pour(&ends[data[0] & 0x10 ? 0 : 1], piece, rest);
    }
    for (int i = 0; i < 2; i++) {
        tls_free(ends[i].tls);
        outq_deinit(&ends[i].out);
    }
    return 0;
}
