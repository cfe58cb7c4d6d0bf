/* sasl_plain_test.c - PLAIN responses, right and wrong, and back. */
#include "sim/proto/sasl.h"

#include <criterion/criterion.h>

Test(sasl_plain, reads_what_rfc_4616_allows)
{
    static const struct {
        slice response;
        enum sasl_step want;
        slice authzid, authcid, password;
    } rows[] = {
        { SLICE_INIT("AGFsaWNlAHNlc2FtZQ=="),
          SASL_PASSWORD,
          { 0 },
          SLICE_INIT("alice"),
          SLICE_INIT("sesame") },
        { SLICE_INIT("Ym9iAGFsaWNlAHNlc2FtZQ=="), SASL_PASSWORD, SLICE_INIT("bob"),
          SLICE_INIT("alice"), SLICE_INIT("sesame") },
        { SLICE_INIT(""), SASL_UNREADABLE, { 0 }, { 0 }, { 0 } },
        { SLICE_INIT("="), SASL_UNREADABLE, { 0 }, { 0 }, { 0 } },
        { SLICE_INIT("AGFsaWNlAHNlc2FtZQ"), SASL_UNREADABLE, { 0 }, { 0 }, { 0 } },
        { SLICE_INIT("not base64"), SASL_UNREADABLE, { 0 }, { 0 }, { 0 } },
        { SLICE_INIT("YWxpY2U="), SASL_UNREADABLE, { 0 }, { 0 }, { 0 } },     /* no NUL */
        { SLICE_INIT("AGFsaWNl"), SASL_UNREADABLE, { 0 }, { 0 }, { 0 } },     /* one */
        { SLICE_INIT("AGFsaWNlAA=="), SASL_UNREADABLE, { 0 }, { 0 }, { 0 } }, /* no password */
        { SLICE_INIT("AAB4"), SASL_UNREADABLE, { 0 }, { 0 }, { 0 } },         /* no user */
        { SLICE_INIT("AGEAYgBj"), SASL_UNREADABLE, { 0 }, { 0 }, { 0 } },     /* three NULs */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct sasl_server *s = sasl_server_new(SASL_PLAIN, SLICE("x"));
        enum sasl_step got = sasl_server_step(s, rows[i].response, true);
        cr_expect_eq(got, rows[i].want, "row %zu", i);
        if (got == SASL_PASSWORD) {
            cr_expect(slice_eq(s->authzid, rows[i].authzid), "row %zu", i);
            cr_expect(slice_eq(s->authcid, rows[i].authcid), "row %zu", i);
            cr_expect(slice_eq(s->password, rows[i].password), "row %zu", i);
        }
        sasl_server_free(&s);
    }
}

Test(sasl_plain, what_is_written_is_read)
{
    struct buf said = { 0 };
    struct sasl_account who = { .user = SLICE("alice"), .password = SLICE("a b\xc3\xa5") };
    struct sasl_client *c = sasl_client_new(SASL_PLAIN, &who);
    struct sasl_server *s = sasl_server_new(SASL_PLAIN, SLICE("x"));
    cr_assert(sasl_client_answer(c, SLICE(""), &said));
    cr_expect_eq(sasl_server_step(s, buf_slice(&said), true), SASL_PASSWORD);
    cr_expect(s->authzid.len == 0 && slice_eq(s->authcid, who.user));
    cr_expect(slice_eq(s->password, who.password));
    sasl_client_free(&c);
    sasl_server_free(&s);
    buf_deinit(&said);
}
