#include "tests/lib/small_world.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define BODY_MAX 3000

/* clang-format off */
static const char body[] =
    "'hosts':{'alice-laptop':{'kind':'mua','account':'alice@example.org',%s},"
    "'mail.example.org':{'kind':'mail','domain':'example.org','accounts':{'alice':'w','dave':'d'},%s}},"
    "'links':[{'between':['alice-laptop','mail.example.org'],'attack':'%s'}],"
    "'script':[" SMALL_SEND("1s", "alice@example.org") "," SMALL_DO("1min", "alice-laptop", "fetch") "]";

#define STRIP "strip-starttls"
static const struct row {
    const char *why, *client, *server, *attack;
    size_t stored, fetched;
    size_t secured;   /* by the client */
    const char *note; /* "": none at all */
} rows[] = {
    { "the server has none", "'tls':'opportunistic'", "'tls':'none'", "none", 1, 1, 0, "" },
    { "it is used where it is offered", "'read':'pop'", "'tls':'opportunistic'", "none", 1, 1, 2,
      "" },
    { "but not by all", "'tls':'none'", "'tls':'opportunistic'", "none", 1, 1, 0, "" },
    { "required, and there", "'tls':'required','read':'pop'", "'tls':'required'", "none", 1, 1, 2,
      "" },
    { "required, and not offered", "'tls':'required','read':'pop'", "'tls':'none'", "none", 0, 0, 0,
      "The letter stays in the outbox: no TLS with mail.example.org: it is not offered" },
    { "required, and not offered, to fetch", "'tls':'required','read':'pop'", "'tls':'none'",
      "none", 0, 0, 0, "no TLS with mail.example.org: " },
    { "TLS first, IMAP", "'tls':'implicit'", "'tls':'opportunistic'", "none", 1, 1, 2, "" },
    { "TLS first, POP3", "'tls':'implicit','read':'pop'", "'tls':'opportunistic'", "none", 1, 1, 2,
      "" },
    { "TLS first, and nobody there", "'tls':'implicit'", "'tls':'none'", "none", 0, 0, 0,
      "The connection to the server is over: refused" },
    { "STARTTLS of IMAP", "'tls':'required'", "'tls':'required'", "none", 1, 1, 2, "" },
    { "required, and not offered, by IMAP", "'tls':'required'", "'tls':'none'", "none", 0, 0, 0,
      "no TLS with mail.example.org: " },
    { "stripped, with IMAP", "'tls':'opportunistic'", "'tls':'opportunistic'", STRIP, 1, 1, 0, "" },
    { "a bad certificate is taken", "'read':'pop'", "'tls':'opportunistic','certificate':'expired'",
      "none", 1, 1, 2, "Whether this is mail.example.org nobody knows" },
    { "a bad certificate ends it", "'tls':'required'",
      "'tls':'opportunistic','certificate':'expired'", "none", 0, 0, 0,
      "The letter stays in the outbox: no TLS with mail.example.org: certificate has expired" },
    { "somebody else's ends it", "'tls':'implicit'",
      "'tls':'opportunistic','certificate':'wrong-name'", "none", 0, 0, 0,
      "The letter stays in the outbox: no TLS with mail.example.org: " },
    { "stripped, and nobody notices", "'tls':'opportunistic','read':'pop'", "'tls':'opportunistic'",
      STRIP, 1, 1, 0, "" },
    { "stripped, and the client does not like it", "'tls':'required'", "'tls':'opportunistic'",
      STRIP, 0, 0, 0, "no TLS with mail.example.org: it is not offered" },
    { "nothing to be stripped", "'tls':'implicit'", "'tls':'opportunistic'", STRIP, 1, 1, 2, "" },
};
/* clang-format on */

static size_t secured_by(const struct small_world *w, slice host)
{
    size_t count = 0;
    struct actor *a = stage_find(world_stage(w->world), host);
    for (uint64_t n = 1; n <= w->trace.count; n++) {
        const struct trace_rec *r = trace_at(&w->trace, n);
        count += r->kind == TRACE_SECURED && r->actor == a->id;
    }
    return count;
}

Test(mua_call, each_way_of_tls_gets_what_it_can)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[BODY_MAX];
        struct small_world w;
        (void)snprintf(text, sizeof text, body, rows[i].client, rows[i].server, rows[i].attack);
        cr_assert(small_world_new(&w, text), "%s", rows[i].why);
        small_world_run(&w);
        cr_expect_eq(w.trace.kinds[TRACE_STORED], rows[i].stored, "%s", rows[i].why);
        cr_expect_eq(w.trace.kinds[TRACE_FETCHED], rows[i].fetched, "%s", rows[i].why);
        cr_expect_eq(secured_by(&w, SLICE("alice-laptop")), rows[i].secured, "%s", rows[i].why);
        size_t notes = small_world_count(&w, TRACE_NOTE, rows[i].note);
        cr_expect_eq(notes > 0, rows[i].note[0] != '\0', "%s: %zu", rows[i].why, notes);
        small_world_free(&w);
    }
}

/* Breaks each handshake: what a client sees of a middlebox that does not understand TLS. */
static bool spoil(void *user, uint32_t flow, bool from_client, uint16_t port, slice in,
                  struct buf *out)
{
    (void)user, (void)flow, (void)port;
    bool handshake = !from_client && in.len > 9 && in.ptr[0] == 22;
    buf_add(out, in);
    if (handshake) {
        out->ptr[5] = 99; /* a message that there is not */
    }
    return handshake;
}

/* The handshake fails: the password goes in the clear, and the client says so. */
Test(mua_call, opportunistic_goes_on_without)
{
    static const struct {
        const char *client;
        size_t fetched, clear;
    } tries[] = {
        { "'tls':'opportunistic','read':'pop'", 1, 2 },
        { "'tls':'opportunistic','read':'imap'", 1, 2 },
        { "'tls':'required','read':'pop'", 0, 0 },
        { "'tls':'implicit','read':'imap'", 0, 0 },
    };
    static const struct link_tap tap = { spoil, NULL, NULL };
    for (size_t i = 0; i < COUNT(tries); i++) {
        char text[BODY_MAX];
        struct small_world w;
        (void)snprintf(text, sizeof text, body, tries[i].client, "'tls':'opportunistic'", "none");
        cr_assert(small_world_new(&w, text));
        struct stage *s = world_stage(w.world);
        uint32_t link;
        cr_assert(network_link_find(s->net, stage_find(s, SLICE("alice-laptop"))->id,
                                    stage_find(s, SLICE("mail.example.org"))->id, &link));
        network_tap(s->net, link, &tap);
        small_world_run(&w);
        cr_expect_eq(w.trace.kinds[TRACE_FETCHED], tries[i].fetched, "%s", tries[i].client);
        cr_expect_eq(small_world_count(&w, TRACE_NOTE, "everybody on the way can read"),
                     tries[i].clear, "%s", tries[i].client);
        cr_expect_eq(w.trace.kinds[TRACE_SECURED], 0, "%s", tries[i].client);
        cr_expect_geq(w.trace.kinds[TRACE_UNSECURED], 2, "%s", tries[i].client);
        small_world_free(&w);
    }
}

#define ALERT "* OK [ALERT] Power goes off at noon"

/* Instead of the greeting of an IMAP server; the client asks for the capabilities then. */
static bool warn(void *user, uint32_t flow, bool from_client, uint16_t port, slice in,
                 struct buf *out)
{
    (void)user, (void)flow;
    bool greeting = !from_client && port == 143 && slice_starts(in, SLICE("* OK [CAPABILITY"));
    if (greeting) {
        buf_addz(out, ALERT);
        buf_fill(out, ' ', in.len - out->len - 2);
        buf_addz(out, "\r\n");
    } else {
        buf_add(out, in);
    }
    return greeting;
}

/* RFC 3501 7.1. */
Test(mua_call, what_the_server_wants_known_is_shown)
{
    static const struct link_tap tap = { warn, NULL, NULL };
    char text[BODY_MAX];
    struct small_world w;
    (void)snprintf(text, sizeof text, body, "'tls':'none'", "'tls':'none'", "none");
    cr_assert(small_world_new(&w, text));
    struct stage *s = world_stage(w.world);
    uint32_t link;
    cr_assert(network_link_find(s->net, stage_find(s, SLICE("alice-laptop"))->id,
                                stage_find(s, SLICE("mail.example.org"))->id, &link));
    network_tap(s->net, link, &tap);
    small_world_run(&w);
    cr_expect_eq(small_world_count(&w, TRACE_NOTE,
                                   "on the way to it, wants you to know: Power goes off at noon"),
                 1);
    cr_expect_eq(w.trace.kinds[TRACE_FETCHED], 1);
    small_world_free(&w);
}
