/* sasl_scram_test.c - SCRAM-SHA-256 word for word, and what each side refuses of the other. */
#include "sim/proto/sasl.h"

#include "sim/base/base64.h"

#include <criterion/criterion.h>

/* RFC 7677 3 */
#define CLIENT_NONCE "rOprNGfwEbeRWgbNEkqO"
#define SERVER_NONCE "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
#define FIRST        "n,,n=user,r=" CLIENT_NONCE
#define SERVER_FIRST "r=" CLIENT_NONCE SERVER_NONCE ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
#define UNPROVED     "c=biws,r=" CLIENT_NONCE SERVER_NONCE
#define FINAL        UNPROVED ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
#define SERVER_FINAL "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="

static const struct sasl_account user = { .user = SLICE_INIT("user"),
                                          .password = SLICE_INIT("pencil"),
                                          .nonce = SLICE_INIT(CLIENT_NONCE) };

static enum sasl_step say(struct sasl_server *s, const char *raw)
{
    struct buf line = { 0 };
    base64_encode(slice_of(raw), &line);
    enum sasl_step step = sasl_server_step(s, buf_slice(&line), false);
    buf_deinit(&line);
    return step;
}

static enum sasl_step grant(struct sasl_server *s, struct sasl_verifier *v, bool exists)
{
    struct buf salt = { 0 };
    cr_assert(base64_decode(SLICE("W22ZaJ0SNY7soEsUEjb6gQ=="), &salt));
    struct sasl_secret secret = { .password = SLICE("pencil"),
                                  .nonce = SLICE(SERVER_NONCE),
                                  .salt = buf_slice(&salt),
                                  .iterations = 4096,
                                  .verifier = v };
    enum sasl_step step = sasl_server_secret(s, &secret, exists);
    buf_deinit(&salt);
    return step;
}

Test(sasl_scram, the_server_says_what_rfc_7677_says)
{
    struct sasl_verifier kept = { .iterations = 0 };
    for (size_t round = 0; round < 2; round++) { /* the second with what the first has made */
        struct sasl_server *s = sasl_server_new(SASL_SCRAM_SHA_256, SLICE("x"));
        cr_expect_eq(sasl_server_begin(s), SASL_CHALLENGE);
        cr_expect_eq(s->challenge.len, 0);
        cr_expect_eq(say(s, FIRST), SASL_SECRET);
        cr_expect(slice_eq(s->authcid, SLICE("user")) && s->authzid.len == 0);
        cr_expect_eq(grant(s, &kept, true), SASL_CHALLENGE);
        cr_expect(slice_eq(s->challenge, SLICE(SERVER_FIRST)));
        cr_expect_eq(say(s, FINAL), SASL_CHALLENGE);
        cr_expect(slice_eq(s->challenge, SLICE(SERVER_FINAL)));
        cr_expect_eq(say(s, ""), SASL_PROVED);
        cr_expect(slice_eq(s->authcid, SLICE("user")));
        cr_expect_eq(kept.iterations, 4096);
        sasl_server_free(&s);
    }
    kept.stored_key[0] ^= 1; /* so it is what was kept that counts */
    struct sasl_server *s = sasl_server_new(SASL_SCRAM_SHA_256, SLICE("x"));
    cr_expect_eq(say(s, FIRST), SASL_SECRET);
    cr_expect_eq(grant(s, &kept, true), SASL_CHALLENGE);
    cr_expect_eq(say(s, FINAL), SASL_WRONG);
    sasl_server_free(&s);
}

/* Refused where its words are none: UNREADABLE, where they prove nothing: WRONG. */
Test(sasl_scram, the_server_refuses)
{
    static const struct {
        const char *first;
        bool exists;
        const char *final; /* NULL: the first is refused */
        enum sasl_step want;
    } rows[] = {
        { FIRST, true, FINAL, SASL_CHALLENGE },
        { FIRST, false, FINAL, SASL_WRONG },
        { "y,,n=user,r=" CLIENT_NONCE, true, FINAL, SASL_WRONG }, /* c= must be "y,," then */
        { "p=tls-unique,,n=user,r=" CLIENT_NONCE, true, NULL, SASL_UNREADABLE },
        { "n,,n=user", true, NULL, SASL_UNREADABLE },
        { "n,,n=,r=x", true, NULL, SASL_UNREADABLE },
        { "n,,n=us=er,r=x", true, NULL, SASL_UNREADABLE },
        { "n,,n=user,r=", true, NULL, SASL_UNREADABLE },
        { "n,,n=user,r=a b", true, NULL, SASL_UNREADABLE },
        { "n,,m=new,n=user,r=x", true, NULL, SASL_UNREADABLE }, /* mandatory, and unknown */
        { "n,b=user,n=user,r=x", true, NULL, SASL_UNREADABLE },
        { "n", true, NULL, SASL_UNREADABLE },
        { "", true, NULL, SASL_UNREADABLE },
        { FIRST, true, UNPROVED, SASL_UNREADABLE },
        { FIRST, true, UNPROVED ",p=", SASL_UNREADABLE },
        { FIRST, true, UNPROVED ",p=!", SASL_UNREADABLE },
        { FIRST, true, UNPROVED ",p=AAAA", SASL_WRONG },
        { FIRST, true, FINAL ",x=y", SASL_UNREADABLE },
        { FIRST, true, UNPROVED ",x=y,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", SASL_WRONG },
        { FIRST, true,
          "c=biws,r=" CLIENT_NONCE "x,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", SASL_WRONG },
        { FIRST, true, "r=x,c=biws", SASL_UNREADABLE },
        { FIRST, true, "", SASL_UNREADABLE },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct sasl_server *s = sasl_server_new(SASL_SCRAM_SHA_256, SLICE("x"));
        enum sasl_step step = say(s, rows[i].first);
        if (rows[i].final) {
            cr_expect_eq(step, SASL_SECRET, "row %zu", i);
            cr_expect_eq(grant(s, NULL, rows[i].exists), SASL_CHALLENGE, "row %zu", i);
            step = say(s, rows[i].final);
        }
        cr_expect_eq(step, rows[i].want, "row %zu: %d", i, (int)step);
        sasl_server_free(&s);
    }
    struct sasl_server *s = sasl_server_new(SASL_SCRAM_SHA_256, SLICE("x"));
    cr_expect_eq(say(s, "n,a=b=2Cc=3D,n=u=3Dser,r=x"), SASL_SECRET);
    cr_expect(slice_eq(s->authzid, SLICE("b,c=")) && slice_eq(s->authcid, SLICE("u=ser")));
    sasl_server_free(&s);
}

/* Which challenges a client follows, and to which answer. */
Test(sasl_scram, the_client_refuses_liars)
{
    static const struct {
        const char *first, *final;
        const char *answer; /* to the first challenge; NULL: cancelled */
        bool believes;
    } rows[] = {
        { SERVER_FIRST, SERVER_FINAL, FINAL, true },
        { SERVER_FIRST, "v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", FINAL, false },
        { SERVER_FIRST, "e=invalid-proof", FINAL, false },
        { SERVER_FIRST, "", FINAL, false },
        { SERVER_FIRST, NULL, FINAL, false }, /* "235" before it has shown anything */
        { "r=" CLIENT_NONCE ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", NULL, NULL, false },
        { "r=rOprNGfwEbeRWgbNEkqx" SERVER_NONCE ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", NULL, NULL,
          false },
        { "r=" CLIENT_NONCE "x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4095", NULL, NULL, false },
        { "r=" CLIENT_NONCE "x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=100001", NULL, NULL, false },
        { "r=" CLIENT_NONCE "x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=-1", NULL, NULL, false },
        { "r=" CLIENT_NONCE "x,s=,i=4096", NULL, NULL, false },
        { "r=" CLIENT_NONCE "x,s=!,i=4096", NULL, NULL, false },
        { "r=" CLIENT_NONCE "x,i=4096", NULL, NULL, false },
        { "m=new,r=" CLIENT_NONCE "x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", NULL, NULL, false },
        { "e=other-error", NULL, NULL, false },
        { "", NULL, NULL, false },
    };
    struct sasl_keys kept = { 0 };
    struct sasl_account who = user;
    who.keys = &kept; /* from row to row, which nothing may show */
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct sasl_client *c = sasl_client_new(SASL_SCRAM_SHA_256, &who);
        struct buf line = { 0 }, out = { 0 }, raw = { 0 };
        cr_expect(sasl_client_answer(c, SLICE(""), &out) && base64_decode(buf_slice(&out), &raw));
        cr_expect_str_eq(buf_z(&raw), FIRST, "row %zu", i);
        buf_clear(&out);
        buf_clear(&raw);
        base64_encode(slice_of(rows[i].first), &line);
        bool answers = sasl_client_answer(c, buf_slice(&line), &out);
        cr_expect_eq(answers, rows[i].answer != NULL, "row %zu", i);
        if (answers) {
            cr_expect(base64_decode(buf_slice(&out), &raw));
            cr_expect_str_eq(buf_z(&raw), rows[i].answer, "row %zu", i);
        }
        if (rows[i].final) {
            buf_clear(&line);
            buf_clear(&out);
            base64_encode(slice_of(rows[i].final), &line);
            answers = sasl_client_answer(c, buf_slice(&line), &out);
            cr_expect_eq(answers, rows[i].believes, "row %zu", i);
            cr_expect_eq(out.len, 0, "row %zu", i);
        }
        cr_expect_eq(sasl_client_believes(c), rows[i].believes, "row %zu", i);
        sasl_client_free(&c);
        buf_deinit(&line);
        buf_deinit(&out);
        buf_deinit(&raw);
    }
}
