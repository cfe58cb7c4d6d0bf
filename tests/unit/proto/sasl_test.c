/* sasl_test.c - both sides of every mechanism against each other, and what they share. */
#include "sim/proto/sasl.h"

#include "sim/base/base64.h"

#include <criterion/criterion.h>

#define NONCE "x3Fk.9"

/* The responses and challenges of a whole dialogue, as they stand on the lines. */
static enum sasl_step play(enum sasl_mechanism m, const struct sasl_account *who, slice right,
                           bool exists, bool initial, struct buf *heard_r, bool *believes_r)
{
    struct sasl_server *s = sasl_server_new(m, SLICE("mx.example.org"));
    struct sasl_client *c = sasl_client_new(m, who);
    struct buf line = { 0 }, word = { 0 };
    bool first = initial && sasl_client_begins(c);
    enum sasl_step step = SASL_CHALLENGE;
    if (first) {
        cr_assert(sasl_client_answer(c, SLICE(""), &line));
        step = sasl_server_step(s, buf_slice(&line), true);
    } else {
        step = sasl_server_begin(s);
    }
    for (size_t turns = 0; step == SASL_CHALLENGE || step == SASL_SECRET; turns++) {
        cr_assert_lt(turns, 10);
        if (step == SASL_SECRET) {
            struct sasl_secret secret = { .password = right,
                                          .nonce = SLICE("server" NONCE),
                                          .salt = SLICE("pepper"),
                                          .iterations = SASL_ITERATIONS };
            step = sasl_server_secret(s, &secret, exists);
            continue;
        }
        buf_clear(&line);
        buf_clear(&word);
        base64_encode(s->challenge, &line);
        if (!sasl_client_answer(c, buf_slice(&line), &word)) {
            step = SASL_UNREADABLE;
            break;
        }
        step = sasl_server_step(s, buf_slice(&word), false);
    }
    *believes_r = sasl_client_believes(c);
    if (step == SASL_PASSWORD) {
        step = exists && slice_eq(s->password, right) ? SASL_PROVED : SASL_WRONG;
    }
    buf_add(heard_r, s->authcid);
    sasl_server_free(&s);
    sasl_client_free(&c);
    buf_deinit(&line);
    buf_deinit(&word);
    return step;
}

Test(sasl, all_mechanisms_prove_the_same)
{
    static const enum sasl_mechanism all[] = { SASL_PLAIN, SASL_LOGIN, SASL_CRAM_MD5,
                                               SASL_SCRAM_SHA_256 };
    static const struct {
        slice user, said, right;
        bool exists;
        enum sasl_step want;
    } rows[] = {
        { SLICE_INIT("alice"), SLICE_INIT("sesame"), SLICE_INIT("sesame"), true, SASL_PROVED },
        { SLICE_INIT("a,b=c d"), SLICE_INIT("=2C,"), SLICE_INIT("=2C,"), true, SASL_PROVED },
        { SLICE_INIT("alice"), SLICE_INIT("sesame"), SLICE_INIT("Sesame"), true, SASL_WRONG },
        { SLICE_INIT("alice"), SLICE_INIT("sesame"), SLICE_INIT("sesame"), false, SASL_WRONG },
        { SLICE_INIT("zo\xc3\xab"), SLICE_INIT("\xc3\xab"), SLICE_INIT("\xc3\xab"), true,
          SASL_PROVED },
    };
    for (size_t i = 0; i < COUNT(rows) * COUNT(all) * 2; i++) {
        enum sasl_mechanism m = all[i / 2 % COUNT(all)];
        size_t r = i / 2 / COUNT(all);
        struct sasl_account who = { .user = rows[r].user,
                                    .password = rows[r].said,
                                    .nonce = SLICE("client" NONCE) };
        struct buf heard = { 0 };
        bool believes;
        enum sasl_step got =
            play(m, &who, rows[r].right, rows[r].exists, i % 2 == 0, &heard, &believes);
        cr_expect_eq(got, rows[r].want, "row %zu, %s: %d", r, sasl_name(m).ptr, (int)got);
        cr_expect(slice_eq(buf_slice(&heard), rows[r].user), "row %zu, %s", r, sasl_name(m).ptr);
        cr_expect(believes || (m == SASL_SCRAM_SHA_256 && got != SASL_PROVED), "row %zu", r);
        buf_deinit(&heard);
    }
}

Test(sasl, cram_md5_signs_as_rfc_2195_does)
{
    struct sasl_account tim = { .user = SLICE("tim"), .password = SLICE("tanstaaftanstaaf") };
    struct sasl_client *c = sasl_client_new(SASL_CRAM_MD5, &tim);
    struct buf out = { 0 };
    cr_expect_not(sasl_client_begins(c));
    cr_assert(sasl_client_answer(
        c, SLICE("PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+"), &out));
    cr_expect_str_eq(buf_z(&out), "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw");
    sasl_client_free(&c);
    struct sasl_server *s = sasl_server_new(SASL_CRAM_MD5, SLICE("postoffice.reston.mci.net"));
    struct sasl_secret secret = { .password = tim.password, .nonce = SLICE("1896.697170952") };
    cr_expect_eq(sasl_server_begin(s), SASL_SECRET);
    cr_expect_eq(sasl_server_secret(s, &secret, false), SASL_CHALLENGE);
    cr_expect(slice_eq(s->challenge, SLICE("<1896.697170952@postoffice.reston.mci.net>")));
    cr_expect_eq(sasl_server_step(s, buf_slice(&out), false), SASL_SECRET);
    cr_expect(slice_eq(s->authcid, SLICE("tim")));
    cr_expect_eq(sasl_server_secret(s, &secret, true), SASL_PROVED);
    sasl_server_free(&s);
    buf_deinit(&out);
}

/* What each side makes of a line that is none of its mechanism's. */
Test(sasl, nonsense_is_told_from_a_wrong_password)
{
    static const struct {
        enum sasl_mechanism m;
        bool initial;
        slice response;
        enum sasl_step want;
    } rows[] = {
        { SASL_PLAIN, true, SLICE_INIT("not base64"), SASL_UNREADABLE },
        { SASL_PLAIN, true, SLICE_INIT("="), SASL_UNREADABLE },
        { SASL_PLAIN, false, SLICE_INIT(""), SASL_UNREADABLE },
        { SASL_LOGIN, false, SLICE_INIT(""), SASL_UNREADABLE },
        { SASL_LOGIN, true, SLICE_INIT("YWxpY2U="), SASL_CHALLENGE },
        { SASL_LOGIN, true, SLICE_INIT("YWwAY2U="), SASL_UNREADABLE }, /* a NUL */
        { SASL_CRAM_MD5, true, SLICE_INIT("dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw"),
          SASL_UNREADABLE }, /* to no challenge */
        { SASL_CRAM_MD5, false, SLICE_INIT("YWxpY2U="), SASL_UNREADABLE },
        { SASL_CRAM_MD5, false, SLICE_INIT("IGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw"),
          SASL_UNREADABLE }, /* nobody */
    };
    struct sasl_secret secret = { .nonce = SLICE(NONCE) };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct sasl_server *s = sasl_server_new(rows[i].m, SLICE("mx.example.org"));
        if (!rows[i].initial && sasl_server_begin(s) == SASL_SECRET) {
            cr_expect_eq(sasl_server_secret(s, &secret, false), SASL_CHALLENGE);
        }
        cr_expect_eq(sasl_server_step(s, rows[i].response, rows[i].initial), rows[i].want,
                     "row %zu", i);
        sasl_server_free(&s);
    }
    static const struct {
        enum sasl_mechanism m;
        const char *challenges[3];
        bool want[3];
    } clients[] = {
        { SASL_PLAIN, { "", "" }, { true, false } },
        { SASL_PLAIN, { "Z28gYWhlYWQ=" }, { false } }, /* "go ahead" */
        { SASL_LOGIN, { "VXNlcm5hbWU6", "UGFzc3dvcmQ6", "" }, { true, true, false } },
        { SASL_LOGIN, { "Username:" }, { false } },
        { SASL_CRAM_MD5, { "" }, { false } },
        { SASL_CRAM_MD5, { "PDFAbXg+", "PDFAbXg+" }, { true, false } },
    };
    struct sasl_account who = { .user = SLICE("alice"), .password = SLICE("sesame") };
    for (size_t i = 0; i < COUNT(clients); i++) {
        struct sasl_client *c = sasl_client_new(clients[i].m, &who);
        struct buf out = { 0 };
        bool all = true;
        for (size_t j = 0; j < 3 && clients[i].challenges[j]; j++) {
            bool got = sasl_client_answer(c, slice_of(clients[i].challenges[j]), &out);
            cr_expect_eq(got, clients[i].want[j], "row %zu, challenge %zu", i, j);
            all = all && got;
        }
        cr_expect_eq(sasl_client_believes(c), all, "row %zu", i);
        sasl_client_free(&c);
        buf_deinit(&out);
    }
}

Test(sasl, mechanisms_have_names_and_an_order)
{
    cr_expect_eq(sasl_by_name(SLICE("scram-sha-256")), SASL_SCRAM_SHA_256);
    cr_expect_eq(sasl_by_name(SLICE("SCRAM-SHA-256-PLUS")), 0);
    cr_expect_eq(sasl_by_name(SLICE("")), 0);
    cr_expect_eq(sasl_strongest(SASL_ALL), SASL_SCRAM_SHA_256);
    cr_expect_eq(sasl_strongest(SASL_ALL & ~SASL_SCRAM_SHA_256), SASL_CRAM_MD5);
    cr_expect_eq(sasl_strongest(SASL_PLAIN | SASL_LOGIN), SASL_PLAIN);
    cr_expect_eq(sasl_strongest(SASL_LOGIN), SASL_LOGIN);
    cr_expect_eq(sasl_strongest(0), 0);
    struct sasl_account no_nonce = { .user = SLICE("a"), .password = SLICE("b") };
    struct sasl_account nul = { .user = SLICE("a\0b"),
                                .password = SLICE("b"),
                                .nonce = SLICE("n") };
    cr_expect_null(sasl_client_new(SASL_SCRAM_SHA_256, &no_nonce));
    cr_expect_null(sasl_client_new(SASL_PLAIN, &nul));
}

/* What all servers and all clients do around a mechanism. */
Test(sasl, protocols_share_what_is_not_theirs)
{
    cr_expect_eq(sasl_or_plain(0), (uint32_t)SASL_PLAIN);
    cr_expect_eq(sasl_or_plain(SASL_CRAM_MD5), (uint32_t)SASL_CRAM_MD5);
    cr_expect(sasl_is_himself(SLICE(""), SLICE("a")) && sasl_is_himself(SLICE("a"), SLICE("a")));
    cr_expect_not(sasl_is_himself(SLICE("b"), SLICE("a")));
    struct sasl_server *s = sasl_server_new(SASL_CRAM_MD5, SLICE("x"));
    cr_expect_eq(sasl_server_begin(s), SASL_SECRET);
    cr_expect_eq(sasl_server_secret(s, NULL, true), SASL_WRONG, "nothing can be proved");
    sasl_server_free(&s);

    struct sasl_account who = { .user = SLICE("a"), .password = SLICE("b") };
    uint8_t tried = SASL_PLAIN;
    struct buf line = { 0 };
    struct sasl_client *c = sasl_client_strongest(SASL_ALL & ~SASL_CRAM_MD5, &tried, &who);
    cr_assert_not_null(c, "without a nonce there is no SCRAM, and PLAIN was tried");
    cr_expect_eq(sasl_client_mechanism(c), SASL_LOGIN);
    cr_expect_eq(tried, SASL_ALL & ~SASL_CRAM_MD5);
    cr_expect_null(sasl_client_strongest(SASL_ALL & ~SASL_CRAM_MD5, &tried, &who));
    sasl_client_initial(&c, 100, &line);
    cr_expect_eq(line.len, 0, "LOGIN waits to be asked");
    sasl_client_respond(&c, SLICE("!"), &line);
    cr_expect(slice_eq(buf_slice(&line), SLICE("*")) && !c);
    buf_deinit(&line);
}

/* RFC 4013 3, as far as it is done. */
Test(sasl, prep_maps_what_looks_like_nothing)
{
    static const struct {
        slice text;
        const char *want; /* NULL: prohibited */
    } rows[] = {
        { SLICE_INIT("I\xc2\xadX"), "IX" },
        { SLICE_INIT("user"), "user" },
        { SLICE_INIT("USER"), "USER" },
        { SLICE_INIT("\x07"), NULL },
        { SLICE_INIT("a\x7f"), NULL },
        { SLICE_INIT("a\xc2\xa0"
                     "b\xe3\x80\x80"),
          "a b " },
        { SLICE_INIT("\xef\xbb\xbf\xef\xb8\x8fz\xef\xb8\x90"), "z\xef\xb8\x90" },
        { SLICE_INIT("\xe2\x80"), "\xe2\x80" }, /* cut in the middle */
        { SLICE_INIT(""), "" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf out = { 0 };
        bool ok = sasl_prep(rows[i].text, &out);
        cr_expect_eq(ok, rows[i].want != NULL, "row %zu", i);
        cr_expect_str_eq(buf_z(&out), rows[i].want ? rows[i].want : "", "row %zu", i);
        buf_deinit(&out);
    }
}
