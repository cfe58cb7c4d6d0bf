/* sasl_plain_test.c - PLAIN responses, right and wrong, and back. */
#include "sim/proto/sasl.h"

#include <criterion/criterion.h>

Test(sasl_plain, reads_what_rfc_4616_allows)
{
    static const struct {
        slice response;
        enum sasl_result want;
        slice authzid, authcid, password;
    } rows[] = {
        { SLICE_INIT("AGFsaWNlAHNlc2FtZQ=="),
          SASL_OK,
          { 0 },
          SLICE_INIT("alice"),
          SLICE_INIT("sesame") },
        { SLICE_INIT("Ym9iAGFsaWNlAHNlc2FtZQ=="), SASL_OK, SLICE_INIT("bob"), SLICE_INIT("alice"),
          SLICE_INIT("sesame") },
        { SLICE_INIT(""), SASL_NOT_PLAIN, { 0 }, { 0 }, { 0 } },
        { SLICE_INIT("="), SASL_NOT_PLAIN, { 0 }, { 0 }, { 0 } },
        { SLICE_INIT("AGFsaWNlAHNlc2FtZQ"), SASL_NOT_BASE64, { 0 }, { 0 }, { 0 } },
        { SLICE_INIT("not base64"), SASL_NOT_BASE64, { 0 }, { 0 }, { 0 } },
        { SLICE_INIT("YWxpY2U="), SASL_NOT_PLAIN, { 0 }, { 0 }, { 0 } },     /* no NUL */
        { SLICE_INIT("AGFsaWNl"), SASL_NOT_PLAIN, { 0 }, { 0 }, { 0 } },     /* one */
        { SLICE_INIT("AGFsaWNlAA=="), SASL_NOT_PLAIN, { 0 }, { 0 }, { 0 } }, /* no password */
        { SLICE_INIT("AAB4"), SASL_NOT_PLAIN, { 0 }, { 0 }, { 0 } },         /* no user */
        { SLICE_INIT("AGEAYgBj"), SASL_NOT_PLAIN, { 0 }, { 0 }, { 0 } },     /* three NULs */
    };
    struct buf raw = { 0 };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct sasl_plain p;
        enum sasl_result got = sasl_plain_read(rows[i].response, &raw, &p);
        cr_expect_eq(got, rows[i].want, "row %zu", i);
        if (got == SASL_OK) {
            cr_expect(slice_eq(p.authzid, rows[i].authzid), "row %zu", i);
            cr_expect(slice_eq(p.authcid, rows[i].authcid), "row %zu", i);
            cr_expect(slice_eq(p.password, rows[i].password), "row %zu", i);
        }
    }
    buf_deinit(&raw);
}

Test(sasl_plain, what_is_written_is_read)
{
    struct buf said = { 0 }, raw = { 0 };
    struct sasl_plain p;
    sasl_plain_write(SLICE("alice"), SLICE("a b\xc3\xa5"), &said);
    cr_expect_eq(sasl_plain_read(buf_slice(&said), &raw, &p), SASL_OK);
    cr_expect(p.authzid.len == 0 && slice_eq(p.authcid, SLICE("alice")));
    cr_expect(slice_eq(p.password, SLICE("a b\xc3\xa5")));
    buf_deinit(&said);
    buf_deinit(&raw);
}
