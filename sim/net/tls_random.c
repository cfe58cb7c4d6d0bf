/* tls_random.c - a realm's randomness: a provider inside the library that draws from our own rng.
 *
 * The library's stock generator cannot be seeded for this: it mixes the addresses of its parts in,
 * and those differ from run to run.  So ours takes its place, in a library context of the realm's
 * own: the rest of the process draws as ever.  It keeps no state but a pointer to the stream that
 * is drawn from now: one for each endpoint, so that a new connection shifts nobody else's octets.
 * Never used where strangers connect (tls.h, real_random). */
#include "sim/base/fmt.h"
#include "sim/base/mem.h"
#include "sim/net/tls_internal.h"

#include <assert.h>
#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/rand.h>

#define STRENGTH    256
#define REQUEST_MAX (1U << 20)

static void draw(struct tls_stream *s, unsigned char *out, size_t len)
{
    for (size_t i = 0; i < len; i += 8) {
        uint64_t v = rng_u64(&s->rng);
        for (size_t k = i; k < len && k < i + 8; k++, v >>= 8) {
            out[k] = (unsigned char)v;
        }
    }
}

/* ---- a random generator as the library wants it (provider-rand(7)) ---- */

struct dice {
    struct tls_random *random;
};

static void *dice_new(void *provider, void *parent, const OSSL_DISPATCH *calls)
{
    (void)parent;
    (void)calls;
    struct dice *d = mem_alloc(sizeof *d);
    d->random = provider;
    return d;
}

static void dice_free(void *dice)
{
    mem_free(dice);
}

static int dice_begin(void *dice, unsigned strength, int resistant, const unsigned char *name,
                      size_t name_len, const OSSL_PARAM params[])
{
    (void)dice;
    (void)resistant;
    (void)name;
    (void)name_len;
    (void)params;
    return strength <= STRENGTH;
}

static int dice_end(void *dice)
{
    (void)dice;
    return 1;
}

static int dice_generate(void *dice, unsigned char *out, size_t len, unsigned strength,
                         int resistant, const unsigned char *more, size_t more_len)
{
    (void)strength;
    (void)resistant;
    (void)more; /* may hold addresses and clocks */
    (void)more_len;
    draw(((struct dice *)dice)->random->current, out, len);
    return 1;
}

static int dice_reseed(void *dice, int resistant, const unsigned char *entropy, size_t entropy_len,
                       const unsigned char *more, size_t more_len)
{
    (void)dice;
    (void)resistant;
    (void)entropy;
    (void)entropy_len;
    (void)more;
    (void)more_len;
    return 1;
}

/* A world belongs to one thread, and so does its library context. */
static int dice_lock(void *dice)
{
    (void)dice;
    return 1;
}

static void dice_unlock(void *dice)
{
    (void)dice;
}

static const OSSL_PARAM *dice_gettable(void *dice, void *provider)
{
    static const OSSL_PARAM params[] = { OSSL_PARAM_int(OSSL_RAND_PARAM_STATE, NULL),
                                         OSSL_PARAM_uint(OSSL_RAND_PARAM_STRENGTH, NULL),
                                         OSSL_PARAM_size_t(OSSL_RAND_PARAM_MAX_REQUEST, NULL),
                                         OSSL_PARAM_END };
    (void)dice;
    (void)provider;
    return params;
}

static int dice_get(void *dice, OSSL_PARAM params[])
{
    (void)dice;
    OSSL_PARAM *state = OSSL_PARAM_locate(params, OSSL_RAND_PARAM_STATE);
    OSSL_PARAM *strength = OSSL_PARAM_locate(params, OSSL_RAND_PARAM_STRENGTH);
    OSSL_PARAM *most = OSSL_PARAM_locate(params, OSSL_RAND_PARAM_MAX_REQUEST);
    return (!state || OSSL_PARAM_set_int(state, EVP_RAND_STATE_READY)) &&
           (!strength || OSSL_PARAM_set_uint(strength, STRENGTH)) &&
           (!most || OSSL_PARAM_set_size_t(most, REQUEST_MAX));
}

#define CALL(f) ((void (*)(void))(f))
static const OSSL_DISPATCH dice_calls[] = {
    { OSSL_FUNC_RAND_NEWCTX, CALL(dice_new) },
    { OSSL_FUNC_RAND_FREECTX, CALL(dice_free) },
    { OSSL_FUNC_RAND_INSTANTIATE, CALL(dice_begin) },
    { OSSL_FUNC_RAND_UNINSTANTIATE, CALL(dice_end) },
    { OSSL_FUNC_RAND_GENERATE, CALL(dice_generate) },
    { OSSL_FUNC_RAND_RESEED, CALL(dice_reseed) },
    { OSSL_FUNC_RAND_ENABLE_LOCKING, CALL(dice_lock) },
    { OSSL_FUNC_RAND_LOCK, CALL(dice_lock) },
    { OSSL_FUNC_RAND_UNLOCK, CALL(dice_unlock) },
    { OSSL_FUNC_RAND_GETTABLE_CTX_PARAMS, CALL(dice_gettable) },
    { OSSL_FUNC_RAND_GET_CTX_PARAMS, CALL(dice_get) },
    { 0, NULL },
};

/* ---- the provider around it (provider-base(7)) ---- */

static const OSSL_ALGORITHM *provider_offers(void *provider, int operation, int *no_cache_r)
{
    static const OSSL_ALGORITHM offers[] = {
        { "MAILFLOW-DICE", "provider=dice", dice_calls, "the octets of a seed" },
        { NULL, NULL, NULL, NULL },
    };
    (void)provider;
    *no_cache_r = 0;
    return operation == OSSL_OP_RAND ? offers : NULL;
}

static void provider_end(void *provider)
{
    mem_free(provider);
}

static int provider_begin(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *in,
                          const OSSL_DISPATCH **out, void **context_r)
{
    static const OSSL_DISPATCH calls[] = {
        { OSSL_FUNC_PROVIDER_QUERY_OPERATION, CALL(provider_offers) },
        { OSSL_FUNC_PROVIDER_TEARDOWN, CALL(provider_end) },
        { 0, NULL },
    };
    (void)handle;
    (void)in;
    *out = calls;
    *context_r = mem_alloc(sizeof(struct tls_random));
    return 1;
}

/* ---- for the rest of the house ---- */

bool tls_random_begin(struct tls_realm *r)
{
    /* Otherwise $OPENSSL_CONF and /etc/ssl/openssl.cnf have a say, even in contexts of our own. */
    if (!OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, NULL)) {
        return false;
    }
    r->lib = OSSL_LIB_CTX_new();
    r->builtin = r->lib ? OSSL_PROVIDER_load(r->lib, "default") : NULL;
    if (!r->builtin || r->real_random) {
        return r->builtin;
    }
    r->dice = OSSL_PROVIDER_add_builtin(r->lib, "dice", provider_begin)
                  ? OSSL_PROVIDER_load(r->lib, "dice")
                  : NULL;
    if (!r->dice || !RAND_set_DRBG_type(r->lib, "MAILFLOW-DICE", "provider=dice", NULL, NULL)) {
        return false;
    }
    r->random = OSSL_PROVIDER_get0_provider_ctx(r->dice);
    tls_draw_from(r, NULL);
    return true;
}

void tls_random_end(struct tls_realm *r)
{
    if (r->dice) {
        OSSL_PROVIDER_unload(r->dice);
    }
    if (r->builtin) {
        OSSL_PROVIDER_unload(r->builtin);
    }
    OSSL_LIB_CTX_free(r->lib);
}

struct tls_stream tls_stream_fork(const struct tls_realm *r, slice what, slice name,
                                  uint64_t number)
{
    struct buf full = { 0 };
    buf_add(&full, what);
    buf_byte(&full, ' ');
    buf_add(&full, name);
    buf_byte(&full, ' ');
    fmt_u64(&full, number);
    struct tls_stream s = { rng_fork(&r->seed, buf_slice(&full)) };
    buf_deinit(&full);
    return s;
}

void tls_draw_from(struct tls_realm *r, struct tls_stream *s)
{
    if (r->random) {
        r->random->current = s ? s : &r->root;
    }
}

uint64_t tls_realm_random(struct tls_realm *r)
{
    unsigned char bytes[8];
    uint64_t v = 0;
    tls_draw_from(r, NULL);
    int ok = RAND_priv_bytes_ex(r->lib, bytes, sizeof bytes, STRENGTH);
    assert(ok == 1); /* a secret that is none is worse than no program */
    for (size_t i = 0; i < sizeof bytes; i++) {
        v = v << 8 | bytes[i];
    }
    return v;
}
