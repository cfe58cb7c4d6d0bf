#include "sim/proto/smtp_ext.h"

#include "sim/proto/sasl.h"

#include <criterion/criterion.h>

Test(smtp_ext, parameters_only_of_extensions_in_force)
{
    static const struct {
        slice rest;
        uint32_t on;
        enum smtp_params want;
        uint64_t size;
        bool eight;
    } rows[] = {
        { SLICE_INIT(""), 0, PARAMS_OK, 0, false },
        { SLICE_INIT(" SIZE=7"), SMTP_SIZE, PARAMS_OK, 7, false },
        { SLICE_INIT(" SIZE=7"), SMTP_ALL & ~(uint32_t)SMTP_SIZE, PARAMS_UNKNOWN, 0, false },
        { SLICE_INIT("  body=8bitmime   size=0 "), SMTP_ALL, PARAMS_OK, 0, true },
        { SLICE_INIT(" BODY=7BIT"), SMTP_ALL, PARAMS_OK, 0, false },
        { SLICE_INIT(" BODY=BINARYMIME"), SMTP_ALL, PARAMS_BAD, 0, false },
        { SLICE_INIT(" BODY=8BITMIME BODY=8BITMIME"), SMTP_ALL, PARAMS_BAD, 0, true },
        { SLICE_INIT(" BODY"), SMTP_ALL, PARAMS_BAD, 0, false },
        { SLICE_INIT(" BODY=7BIT"), SMTP_SIZE, PARAMS_UNKNOWN, 0, false },
        { SLICE_INIT(" SIZE"), SMTP_ALL, PARAMS_BAD, 0, false },
        { SLICE_INIT(" SIZE=-1"), SMTP_ALL, PARAMS_BAD, 0, false },
        { SLICE_INIT(" SIZE=99999999999999999999"), SMTP_ALL, PARAMS_OK, UINT64_MAX, false },
        { SLICE_INIT(" SIZE=1 SIZE=1"), SMTP_ALL, PARAMS_BAD, 1, false },
        { SLICE_INIT("SIZE=1"), SMTP_ALL, PARAMS_BAD, 0, false },
        { SLICE_INIT(" AUTH=<>"), SMTP_ALL, PARAMS_OK, 0, false },
        { SLICE_INIT(" AUTH="), SMTP_ALL, PARAMS_BAD, 0, false },
        /* RFC 4954 8: a mailbox, in xtext (5.1) */
        { SLICE_INIT(" AUTH=e+3Dmc2@example.com"), SMTP_ALL, PARAMS_OK, 0, false },
        { SLICE_INIT(" AUTH=+3C+3E"), SMTP_ALL, PARAMS_OK, 0, false },
        { SLICE_INIT(" AUTH=e+3dmc2@example.com"), SMTP_ALL, PARAMS_BAD, 0, false },
        { SLICE_INIT(" AUTH=alice"), SMTP_ALL, PARAMS_BAD, 0, false },
        { SLICE_INIT(" AUTH=a+20b@example.com"), SMTP_ALL, PARAMS_BAD, 0, false },
        { SLICE_INIT(" PIPELINING=1"), SMTP_ALL, PARAMS_UNKNOWN, 0, false },
        { SLICE_INIT(" =1"), SMTP_ALL, PARAMS_UNKNOWN, 0, false },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct smtp_mail mail = { 0 };
        cr_expect_eq(smtp_ext_params(rows[i].rest, rows[i].on, &mail), rows[i].want, "row %zu", i);
        cr_expect_eq(mail.size, rows[i].size, "row %zu", i);
        cr_expect_eq(mail.body_8bit, rows[i].eight, "row %zu", i);
    }
}

Test(smtp_ext, what_is_offered_is_heard)
{
    for (uint32_t bits = 0; bits <= (SMTP_ALL | SMTP_STARTTLS); bits++) {
        struct smtp_server_config config = { .extensions = bits, .size_max = 1234 };
        struct smtp_offer offer = { 0 };
        struct outq out;
        struct buf text = { 0 };
        struct chunk c;
        outq_init(&out);
        smtp_ext_offer(&config, bits, SASL_PLAIN, &out);
        while (outq_take(&out, SIZE_MAX, &c)) {
            buf_add(&text, c.bytes);
            blob_unref(&c.owner);
        }
        slice rest = buf_slice(&text);
        while (rest.len > 0) {
            slice line = slice_cut(&rest, '\n');
            cr_expect_eq(line.ptr[3], rest.len > 0 ? '-' : ' ', "the last line, and no other");
            smtp_ext_heard(slice_sub(line, 4, line.len - 5), &offer);
        }
        cr_expect_eq(offer.extensions, bits);
        cr_expect_eq(offer.size_max, bits & SMTP_SIZE ? 1234 : 0);
        buf_deinit(&text);
        outq_deinit(&out);
    }
}

Test(smtp_ext, odd_offers)
{
    static const struct {
        slice line;
        uint32_t want;
    } rows[] = {
        { SLICE_INIT("pipelining"), SMTP_PIPELINING },
        { SLICE_INIT("PIPELINING extra"), SMTP_PIPELINING },
        { SLICE_INIT("PIPELININGX"), 0 },
        { SLICE_INIT("SIZE many"), SMTP_SIZE },
        { SLICE_INIT("AUTH LOGIN  plain"), SMTP_AUTH },
        { SLICE_INIT("AUTH=PLAIN"), SMTP_AUTH },
        { SLICE_INIT("AUTH CRAM-MD5"), SMTP_AUTH },
        { SLICE_INIT("AUTH GSSAPI NTLM SCRAM-SHA-256-PLUS"), 0 },
        { SLICE_INIT("AUTH"), 0 },
        { SLICE_INIT(""), 0 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct smtp_offer offer = { 0 };
        smtp_ext_heard(rows[i].line, &offer);
        cr_expect_eq(offer.extensions, rows[i].want, "row %zu", i);
        cr_expect_eq(offer.size_max, 0);
    }
}
