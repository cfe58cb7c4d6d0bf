#include "sim/export/tls_records.h"

#include <criterion/criterion.h>

/* Octets in hex, blanks aside. */
static void unhex(const char *hex, struct buf *out)
{
    int high = -1;
    for (; *hex; hex++) {
        if (*hex != ' ') {
            int digit = *hex <= '9' ? *hex - '0' : *hex - 'a' + 10;
            if (high >= 0) {
                buf_byte(out, (char)(high << 4 | digit));
            }
            high = high < 0 ? digit : -1;
        }
    }
}

#define ZEROS8 "00000000 00000000 "
#define RANDOM ZEROS8 ZEROS8 ZEROS8 ZEROS8
/* clang-format off */
static const struct {
    const char *why, *hex, *words;
    bool garbage;
} rows[] = {
    { "nothing", "", "", false },
    { "half a head", "1603", "", false },
    { "half a record", "1603030004 0e0000", "", false },
    { "a message without a body", "1603030004 0e000000", "ServerHelloDone\n", false },
    { "two in a record, one unknown", "1603030008 0e000000 63000000", "ServerHelloDone; a message\n",
      false },
    { "ClientHello with a name",
      "1603010042 0100003e 0303 " RANDOM "00 0002 1301 01 00 "
      "0013 0000 000f 000d 00 000a 6d782e612e7465737400 ",
      "ClientHello for mx.a.test", false },
    { "ClientHello without one", "1603010031 0100002d 0303 " RANDOM "00 0002 1301 01 00 0002 0000",
      "ClientHello\n", false },
    { "ClientHello that is cut", "1603010006 01000000 0303", "ClientHello\n", false },
    { "ServerHello of 1.3",
      "1603030032 0200002e 0303 " RANDOM "00 1302 00 0006 002b 0002 0304",
      "ServerHello: TLSv1.3, cipher 0x1302\n", false },
    { "ServerHello of 1.2", "160303002c 02000028 0303 " RANDOM "00 c02c 00 0000",
      "ServerHello: TLSv1.2, cipher 0xc02c\n", false },
    { "a certificate with a name",
      "160303001f 0b00001b 000018 000015 3013 0603551d11 040c 300a 8208 612e746573742e78 00",
      "Certificate of a.test.x\n", false },
    { "a certificate without", "160303000c 0b000008 000005 000002 3000", "Certificate\n", false },
    { "lengths that lie", "160303000c 0b000008 ffffff ffffff 3083", "Certificate\n", false },
    { "alerts", "1503030002 0228 1503030002 022f 1503030002 0263",
      "alert handshake_failure\nalert illegal_parameter\nalert 99\n", false },
    { "what follows ChangeCipherSpec is closed",
      "1403030001 01 1603030004 0e000000 1503030002 0228 1703030001 aa",
      "ChangeCipherSpec\nhandshake, encrypted\nalert, encrypted\nencrypted\n", false },
    { "no TLS", "45484c4f 20", "", true },
    { "no TLS behind TLS", "1703030001 aa 45484c4f 20", "encrypted\n", true },
    { "an old version", "1702000001 aa", "", true },
    { "far too long", "170303ffff aa", "", true },
};
/* clang-format on */

Test(tls_records, tell_what_is_readable)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tls_records r;
        struct tls_record record;
        struct buf in, out;
        tls_records_init(&r);
        buf_init(&in);
        buf_init(&out);
        unhex(rows[i].hex, &in);
        for (size_t at = 0; at < in.len; at++) {
            tls_records_hear(&r, slice_sub(buf_slice(&in), at, 1));
            while (tls_records_next(&r, &record)) {
                tls_record_words(&r, &record, &out);
                buf_byte(&out, '\n');
            }
        }
        cr_expect(slice_starts(buf_slice(&out), slice_of(rows[i].words)), "%s: %s", rows[i].why,
                  buf_z(&out));
        cr_expect_eq(out.len > 0, rows[i].words[0] != '\0', "%s", rows[i].why);
        cr_expect_eq(r.garbage, rows[i].garbage, "%s", rows[i].why);
        tls_records_deinit(&r);
        buf_deinit(&in);
        buf_deinit(&out);
    }
}
