/* tls_hostile_test.c - TLS endpoints against strangers, garbage and tampering. */
#include "tests/lib/tls_lab.h"

#include <criterion/criterion.h>

Test(tls_hostile, says_what_is_wrong_with_strangers)
{
    static const struct {
        int to;
        slice bytes;
        const char *problem; /* NULL: it waits for more */
    } rows[] = {
        { SERVER, SLICE_INIT("GET / HTTP/1.1\r\n\r\n"), "the peer does not speak TLS" },
        { SERVER, SLICE_INIT("EHLO client.example.org\r\n"), "the peer does not speak TLS" },
        { SERVER, SLICE_INIT("\0\0\0\0\0\0\0\0"), "the peer does not speak TLS" },
        { SERVER, SLICE_INIT("\x80\x2e\x01\x03\x01\x00\x15"), "the peer does not speak TLS" },
        { SERVER, SLICE_INIT("\x16\x03\x01\x00\x05\x01\x00\x00"), NULL },
        { SERVER, SLICE_INIT("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00"),
          "the peer's message cannot be read" },
        { SERVER, SLICE_INIT("\x16\x03\x01\xff\xff"), "the peer sent too long a record" },
        { SERVER, SLICE_INIT("\x16\x03\x01\x00\x04\x0e\x00\x00\x00"),
          "the peer sent an unexpected message" },
        { SERVER, SLICE_INIT("\x15\x03\x01\x00\x02\x02\x28"),
          "the peer sent an unexpected message" },
        { CLIENT, SLICE_INIT("220 mx.example.org ESMTP\r\n"), "the peer does not speak TLS" },
        { CLIENT, SLICE_INIT("\x15\x03\x03\x00\x02\x02\x50"), "the peer had an error of its own" },
        { CLIENT, SLICE_INIT("\x15\x03\x03\x00\x02\x02\xfa"), "the peer refused" },
        { CLIENT, SLICE_INIT("\x15\x03\x03\x00\x02\x02\x28"),
          "the peer found no cipher or group in common" },
        { CLIENT, SLICE_INIT("\x15\x03\x03\x00\x02\x01\x28"), NULL },
        { CLIENT, SLICE_INIT("\x15\x03\x03\x00\x02\x02\x70"),
          "the peer does not know the name we asked for" },
        { CLIENT, SLICE_INIT("\x17\x03\x03\x00\x02xy"), "the peer does not speak TLS" },
    };
    struct tls_realm *r = lab_realm(1, false);
    struct tls_identity *id = lab_identity(r, TLS_FAULT_NONE);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct lab_setup s = { .must_verify = true };
        struct lab_pair p = lab_pair_new(r, id, &s);
        struct lab_end *e = &p.ends[rows[i].to];
        lab_pull(e);
        tls_hear(e->tls, rows[i].bytes);
        lab_pull(e);
        lab_expect(tls_facts(e->tls)->problem, rows[i].problem ? rows[i].problem : "", "is", i);
        cr_expect_eq(e->failed, rows[i].problem ? 1U : 0U, "row %zu", i);
        lab_say(e, SLICE("nobody hears this"));
        tls_hear(e->tls, slice_sub(rows[i].bytes, 0, 1));
        tls_finish(e->tls, &e->out);
        lab_pull(e);
        cr_expect_eq(e->failed, rows[i].problem ? 1U : 0U, "row %zu: told once", i);
        lab_pair_free(&p);
    }
    tls_realm_free(r);
}

/* Each octet of a connection changed, one at a time: nobody hears what was not said. */
static void tamper(struct tls_realm *r, const struct tls_identity *id, const struct lab_setup *s,
                   int whose, size_t at)
{
    struct lab_pair p = lab_pair_new(r, id, s);
    struct lab_end *from = &p.ends[whose], *to = &p.ends[1 - whose];
    lab_say(from, SLICE("the truth"));
    lab_pull(&p.ends[CLIENT]);
    bool more = true;
    while (more) {
        more = false;
        struct chunk c;
        while (outq_take(&from->out, SIZE_MAX, &c)) {
            struct blob *b = blob_new(c.bytes);
            if (at - from->wire.len < b->len) {
                b->bytes[at - from->wire.len] ^= 0x11;
            }
            buf_add(&from->wire, c.bytes);
            tls_hear(to->tls, blob_slice(b));
            blob_unref(&b);
            blob_unref(&c.owner);
            lab_pull(to);
            more = true;
        }
        more |= lab_carry(to, from, SIZE_MAX);
    }
    slice heard = buf_slice(&to->plain);
    cr_expect(heard.len == 0 || slice_eq(heard, SLICE("the truth")), "%d at %zu", whose, at);
    lab_pair_free(&p);
}

Test(tls_hostile, nobody_hears_what_was_not_said)
{
    struct tls_realm *r = lab_realm(1, false);
    struct tls_identity *id = lab_identity(r, TLS_FAULT_NONE);
    for (size_t k = 0; k < COUNT(lab_kinds); k++) {
        for (size_t at = 0; at < 900; at += 3) {
            tamper(r, id, &lab_kinds[k], CLIENT, at);
            tamper(r, id, &lab_kinds[k], SERVER, at);
        }
    }
    tls_realm_free(r);
}

/* What a stranger's certificate says ends up in the trace, on the screen, in one line. */
Test(tls_hostile, names_are_no_way_in)
{
    static const struct {
        slice name;
        const char *peer;
    } rows[] = {
        { SLICE_INIT("other.example"), "other.example" },
        { SLICE_INIT("two\r\nlines"), "two??lines" },
        { SLICE_INIT("mx.example.org\0.evil.example"), "mx.example.org?.evil.example" },
        { SLICE_INIT("\xC3\xA5.example"), "??.example" },
        { SLICE_INIT("*.example.org.evil.example"), "*.example.org.evil.example" },
        { SLICE_INIT("m*.example.org"), "m*.example.org" },
    };
    struct tls_realm *r = lab_realm(1, false);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct lab_setup s = { 0 };
        struct lab_pair p =
            lab_pair_new(r, tls_identity_new(r, &rows[i].name, 1, NULL, 0, TLS_FAULT_NONE), &s);
        lab_run(&p, SIZE_MAX);
        const struct tls_facts *f = tls_facts(p.ends[CLIENT].tls);
        lab_expect(f->peer, rows[i].peer, "peer", i);
        lab_expect(f->problem, "certificate is for another name", "problem", i);
        cr_expect_not(f->verified, "row %zu", i);
        lab_pair_free(&p);
    }
    tls_realm_free(r);
}
