#include "sim/actors/attacker.h"

#include <criterion/criterion.h>

/* Flights of one connection: 'C' or 'S' in front of what is sent; what goes on, '=' where nothing
 * is changed. */
struct row {
    const char *why;
    uint16_t port;
    struct {
        const char *in, *out;
    } flights[8];
};
static const struct row rows[] = {
    { "the word in an SMTP offer",
      25,
      { { "S220 mx ESMTP\r\n", "=" },
        { "CEHLO a\r\n", "=" },
        { "S250-mx\r\n250-STARTTLS\r\n250 SIZE 9\r\n",
          "250-mx\r\n250-XXXXXXXX\r\n250 SIZE 9\r\n" } } },
    { "as the last line, and in small letters",
      587,
      { { "S250-mx\r\n250 starttls\r\n", "250-mx\r\n250 XXXXXXXX\r\n" } } },
    { "only where an offer stands, and only there",
      587,
      { { "S250-mx STARTTLS\r\n250 X-STARTTLS\r\n", "=" },
        { "CSTARTTLS\r\n", "=" },
        { "S454 4.7.0 No STARTTLS now\r\n", "=" } } },
    { "a word that is cut is spoilt",
      25,
      { { "S250-mx\r\n250-STAR", "=" }, { "STTLS\r\n250 SIZE 9\r\n", "XXXX\r\n250 SIZE 9\r\n" } } },
    { "a word whose line is not ended",
      25,
      { { "S250-mx\r\n250-STARTTLS", "250-mx\r\n250-XXXXXXXX" }, { "S\r\n250 SIZE 9\r\n", "=" } } },
    { "octet by octet",
      25,
      { { "S250-START", "=" }, { "ST", "=" }, { "SL", "=" }, { "SS", "X" }, { "S\r\n", "=" } } },
    { "what CAPA hears",
      110,
      { { "CCAPA\r\n", "=" },
        { "S+OK\r\nUIDL\r\nSTLS\r\n.\r\n", "+OK\r\nUIDL\r\nXXXX\r\n.\r\n" },
        { "CRETR 1\r\n", "=" },
        { "S+OK\r\nSTLS\r\n.\r\n", "=" } } },
    { "what follows CAPA's answer",
      110,
      { { "Ccapa\r\nRETR 1\r\n", "=" },
        { "S+OK\r\nSTLS\r\n.\r\n+OK\r\nSTLS\r\n.\r\n",
          "+OK\r\nXXXX\r\n.\r\n+OK\r\nSTLS\r\n.\r\n" } } },
    { "IMAP's capabilities, asked for and not",
      143,
      { { "S* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] hi\r\n",
          "* OK [CAPABILITY IMAP4rev1 XXXXXXXX LOGINDISABLED] hi\r\n" },
        { "Ca CAPABILITY\r\n", "=" },
        { "S* CAPABILITY IMAP4rev1 STARTTLS\r\na OK done\r\n",
          "* CAPABILITY IMAP4rev1 XXXXXXXX\r\na OK done\r\n" },
        { "S* 1 FETCH (BODY[] {10}\r\nSTARTTLS\r\n)\r\n", "=" } } },
    { "nothing under TLS", 25, { { "C\x16\x03\x01", "=" }, { "S250-STARTTLS\r\n", "=" } } },
    { "other ports, and no octets at all", 80, { { "S250-STARTTLS\r\n", "=" }, { "S", "=" } } },
};

Test(attacker, wipes_out_the_offer_and_nothing_else)
{
    struct attacker a;
    attacker_init(&a);
    cr_expect_null(attacker_on(&a, ATTACK_NONE));
    const struct link_tap *tap = attacker_on(&a, ATTACK_STRIP_STARTTLS);
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t k = 0; k < COUNT(rows[i].flights) && rows[i].flights[k].in; k++) {
            slice in = slice_of(rows[i].flights[k].in);
            bool client = in.ptr[0] == 'C';
            struct buf out;
            buf_init(&out);
            in = slice_from(in, 1);
            bool changed = tap->pass(tap->user, (uint32_t)i + 1, client, rows[i].port, in, &out);
            slice goes_on = changed ? buf_slice(&out) : in;
            slice wanted = slice_of(rows[i].flights[k].out);
            bool same = slice_eq(wanted, SLICE("="));
            cr_expect(changed != same && slice_eq(goes_on, same ? in : wanted),
                      "%s, flight %zu: %.*s", rows[i].why, k, SLICE_ARG(goes_on));
            buf_deinit(&out);
        }
    }
    for (uint32_t flow = 1; flow <= COUNT(rows) + 1; flow++) {
        tap->over(tap->user, flow);
    }
    cr_expect_eq(a.count, 0);
    attacker_deinit(&a);
}

/* Wherever the flights are cut: what the client hears in all is no offer of TLS. */
Test(attacker, is_not_fooled_by_cuts)
{
    static const struct {
        uint16_t port;
        const char *asked, *said, *word;
    } talks[] = {
        { 25, "EHLO a\r\n", "250-mx\r\n250-STARTTLS\r\n250 8BITMIME\r\n", "STARTTLS" },
        { 110, "CAPA\r\n", "+OK\r\nSTLS\r\nUIDL\r\n.\r\n", "STLS" },
        { 143, "a CAPABILITY\r\n", "* CAPABILITY IMAP4rev1 STARTTLS ID\r\na OK\r\n", "STARTTLS" },
    };
    uint32_t flow = 0;
    struct attacker a;
    attacker_init(&a);
    const struct link_tap *tap = attacker_on(&a, ATTACK_STRIP_STARTTLS);
    for (size_t i = 0; i < COUNT(talks); i++) {
        slice all = slice_of(talks[i].said);
        for (size_t first = 1; first < all.len; first++) {
            for (size_t second = first; second <= all.len; second++) {
                const slice parts[] = { slice_sub(all, 0, first),
                                        slice_sub(all, first, second - first),
                                        slice_from(all, second) };
                struct buf heard, out;
                buf_init(&heard);
                buf_init(&out);
                flow++;
                (void)tap->pass(tap->user, flow, true, talks[i].port, slice_of(talks[i].asked),
                                &out);
                for (size_t k = 0; k < COUNT(parts); k++) {
                    buf_clear(&out);
                    bool changed = tap->pass(tap->user, flow, false, talks[i].port, parts[k], &out);
                    buf_add(&heard, changed ? buf_slice(&out) : parts[k]);
                }
                cr_expect_eq(heard.len, all.len);
                cr_expect_eq(slice_find(buf_slice(&heard), slice_of(talks[i].word)), SLICE_NONE,
                             "port %u cut at %zu and %zu: %s", talks[i].port, first, second,
                             buf_z(&heard));
                buf_deinit(&heard);
                buf_deinit(&out);
                tap->over(tap->user, flow);
            }
        }
    }
    attacker_deinit(&a);
}
