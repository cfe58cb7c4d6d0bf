#include "sim/actors/pump.h"
#include "tests/lib/pump_lab.h"

#include <criterion/criterion.h>

static const struct link_config near = { .latency = 5 * SIM_MS };

static bool holds(const struct buf *b, const char *text)
{
    return slice_find(buf_slice(b), slice_of(text)) != SLICE_NONE;
}

static void expect_all_over(const struct pump_lab *l, const char *why)
{
    cr_expect_eq(l->stage.pumps.in_use, 0, "%s: %u pumps", why, l->stage.pumps.in_use);
    cr_expect_eq(network_streams_in_use(l->net), 0, "%s", why);
    cr_expect_eq(l->client_side.opened + l->client_side.failed > 0 || l->client_side.ended > 0,
                 true, "%s", why);
}

/* From the first UPGRADE on no flight shows what is said; SAID does all the time. */
static void expect_sealed(const struct pump_lab *l, const char *why)
{
    struct buf scratch = { 0 };
    bool upgraded = false;
    size_t said = 0, shown = 0;
    for (uint64_t n = 1; n <= l->trace.count; n++) {
        const struct trace_rec *r = trace_at(&l->trace, n);
        upgraded = upgraded || r->kind == TRACE_UPGRADE;
        if (upgraded && (r->kind == TRACE_FLIGHT || r->kind == TRACE_SAID)) {
            slice text = trace_payload(&l->trace, r->c, &scratch);
            bool readable = slice_find(text, SLICE("heard")) != SLICE_NONE;
            said += readable && r->kind == TRACE_SAID;
            shown += readable && r->kind == TRACE_FLIGHT;
        }
    }
    cr_expect(shown == 0 && (said > 0 || !upgraded), "%s: %zu and %zu", why, shown, said);
    buf_deinit(&scratch);
}

/* ---- dialogues ---- */

static const struct dialogue {
    const char *why;
    bool implicit;
    enum tls_versions client, server;
    const char *words, *client_heard, *server_heard, *version;
} dialogues[] = {
    { "TLS first", true, TLS_VERSIONS_ALL, TLS_VERSIONS_ALL, "one two bye",
      "hello heard one heard two heard bye ", "one two bye ", "TLSv1.3" },
    { "TLS first, by 1.2", true, TLS_VERSIONS_ALL, TLS_VERSIONS_1_2, "one bye",
      "hello heard one heard bye ", "one bye ", "TLSv1.2" },
    { "asked for", false, TLS_VERSIONS_ALL, TLS_VERSIONS_ALL, "one tls two bye",
      "hello heard one go heard two heard bye ", "one tls two bye ", "TLSv1.3" },
    { "asked for, by 1.2", false, TLS_VERSIONS_1_2, TLS_VERSIONS_ALL, "tls two bye",
      "hello go heard two heard bye ", "tls two bye ", "TLSv1.2" },
    { "more words in a flight", false, TLS_VERSIONS_ALL, TLS_VERSIONS_ALL, "tls one+ two+ bye",
      "hello go heard one heard two heard bye ", "tls one two bye ", "TLSv1.3" },
    { "two windows and more", true, TLS_VERSIONS_ALL, TLS_VERSIONS_ALL, "much bye",
      "hello much much heard bye ", "much bye ", "TLSv1.3" },
    { "two windows and more, asked for", false, TLS_VERSIONS_ALL, TLS_VERSIONS_1_2, "tls much bye",
      "hello go much much heard bye ", "tls much bye ", "TLSv1.2" },
    { "not asked for", false, TLS_VERSIONS_ALL, TLS_VERSIONS_ALL, "one bye",
      "hello heard one heard bye ", "one bye ", "" },
};

static void hold_dialogue(const struct dialogue *d, struct link_config link)
{
    struct pump_lab l;
    struct buf scratch = { 0 };
    bool tls = d->version[0] != '\0';
    pump_lab_init(&l, 7, link);
    l.client_tls.implicit = l.server_tls.implicit = d->implicit;
    l.client_tls.versions = d->client;
    l.server_tls.versions = d->server;
    (void)pump_lab_call(&l, d->words);
    pump_lab_run(&l, SIM_HOUR);
    cr_expect_str_eq(buf_z(&l.client_side.heard), d->client_heard, "%s", d->why);
    cr_expect_str_eq(buf_z(&l.server_side.heard), d->server_heard, "%s", d->why);
    cr_expect(slice_eq(l.client_side.facts.version, slice_of(d->version)), "%s", d->why);
    cr_expect(slice_eq(l.server_side.facts.version, slice_of(d->version)), "%s", d->why);
    cr_expect_eq(l.client_side.facts.verified, tls, "%s", d->why);
    cr_expect_eq(l.server_side.tls_at_open, d->implicit, "%s", d->why);
    cr_expect_eq(l.client_side.why, WHY_DONE, "%s", d->why);
    cr_expect_eq(pump_lab_records(&l, TRACE_UPGRADE, NULL), tls ? 2 : 0, "%s", d->why);
    cr_expect_eq(pump_lab_records(&l, TRACE_SECURED, NULL), tls ? 2 : 0, "%s", d->why);
    cr_expect_eq(pump_lab_records(&l, TRACE_SECRET, NULL) > 0, tls, "%s", d->why);
    cr_expect_eq(pump_lab_records(&l, TRACE_UNSECURED, NULL), 0, "%s", d->why);
    cr_expect_eq(pump_lab_records(&l, TRACE_NOTE, NULL), 0, "%s: nobody was cut short", d->why);
    cr_expect(!tls || slice_eq(pump_lab_text(&l, TRACE_SECURED, l.client, &scratch),
                               SLICE("server.example\n")),
              "%s", d->why);
    cr_expect_eq(l.stage.realm != NULL, tls, "%s", d->why);
    expect_sealed(&l, d->why);
    expect_all_over(&l, d->why);
    buf_deinit(&scratch);
    pump_lab_deinit(&l);
}

Test(pump_tls, carries_a_dialogue)
{
    for (size_t i = 0; i < COUNT(dialogues); i++) {
        hold_dialogue(&dialogues[i], near);
    }
}

Test(pump_tls, carries_it_over_bad_lines)
{
    static const struct link_config bad = {
        .latency = 20 * SIM_MS, .jitter = 9 * SIM_MS, .rate = 8000000, .loss = 100000
    };
    for (size_t i = 0; i < COUNT(dialogues); i++) {
        hold_dialogue(&dialogues[i], bad);
    }
}

/* ---- what may be wrong ---- */

static const struct fault {
    const char *why;
    enum tls_fault fault;
    bool implicit, verify;
    enum tls_versions client, server;
    const char *client_says, *server_says; /* UNSECURED; "": TLS stands */
} faults[] = {
    { "nobody minds", TLS_FAULT_EXPIRED, false, false, TLS_VERSIONS_ALL, TLS_VERSIONS_ALL, "", "" },
    { "expired", TLS_FAULT_EXPIRED, false, true, TLS_VERSIONS_ALL, TLS_VERSIONS_ALL, "expired",
      "expired" },
    { "expired, TLS first", TLS_FAULT_EXPIRED, true, true, TLS_VERSIONS_ALL, TLS_VERSIONS_ALL,
      "expired", "expired" },
    { "wrong name", TLS_FAULT_WRONG_NAME, true, true, TLS_VERSIONS_1_2, TLS_VERSIONS_ALL, "name",
      "" },
    { "unknown", TLS_FAULT_UNKNOWN_AUTHORITY, false, true, TLS_VERSIONS_ALL, TLS_VERSIONS_ALL, " ",
      " " },
    { "no version in common", TLS_FAULT_NONE, false, true, TLS_VERSIONS_1_2, TLS_VERSIONS_1_3,
      "version", "version" },
    { "no version in common, TLS first", TLS_FAULT_NONE, true, true, TLS_VERSIONS_1_3,
      TLS_VERSIONS_1_2, "version", "version" },
};

static void expect_told(const struct pump_lab *l, const struct fault *f, const struct actor *who,
                        const struct lab_side *side, const char *text)
{
    struct buf scratch = { 0 };
    slice why = pump_lab_text(l, TRACE_UNSECURED, who, &scratch);
    bool asked = !f->implicit;
    cr_expect(slice_find(why, slice_of(text)) != SLICE_NONE, "%s: \"%.*s\"", f->why,
              SLICE_ARG(why));
    cr_expect_eq(pump_lab_records(l, TRACE_UNSECURED, who), 1, "%s", f->why);
    cr_expect_eq(side->failed, asked, "%s: the session is told", f->why);
    cr_expect_eq(side->opened, asked, "%s: or is not opened", f->why);
    cr_expect(!asked || slice_eq(buf_slice(&side->problem), why), "%s", f->why);
    cr_expect_eq(side->ended, 1, "%s", f->why);
    buf_deinit(&scratch);
}

Test(pump_tls, says_what_is_wrong)
{
    for (size_t i = 0; i < COUNT(faults); i++) {
        const struct fault *f = &faults[i];
        struct pump_lab l;
        pump_lab_init(&l, 7, near);
        l.fault = f->fault;
        l.client_tls.implicit = l.server_tls.implicit = f->implicit;
        l.client_tls.must_verify = f->verify;
        l.client_tls.versions = f->client;
        l.server_tls.versions = f->server;
        (void)pump_lab_call(&l, f->implicit ? "one bye" : "tls one bye");
        pump_lab_run(&l, SIM_HOUR);
        if (f->client_says[0] != '\0') {
            expect_told(&l, f, l.client, &l.client_side, f->client_says);
            expect_told(&l, f, l.server, &l.server_side, f->server_says);
        } else {
            cr_expect(!l.client_side.facts.verified && l.client_side.facts.problem.len > 0, "%s",
                      f->why);
            cr_expect(holds(&l.server_side.heard, "one bye "), "%s", f->why);
        }
        expect_all_over(&l, f->why);
        pump_lab_deinit(&l);
    }
}

/* CVE-2011-0411 and its mirror: what stands behind the word for TLS in the same flight, or came
 * before TLS began, is thrown away, told, and never heard. */
Test(pump_tls, drops_what_came_ahead_of_it)
{
    struct pump_lab l;
    struct buf scratch = { 0 };
    pump_lab_init(&l, 7, near);
    l.server_config.injects = true;
    (void)pump_lab_call(&l, "one+ tls+ evil one bye");
    pump_lab_run(&l, SIM_HOUR);
    cr_expect_str_eq(buf_z(&l.server_side.heard), "one tls one bye ");
    cr_expect_str_eq(buf_z(&l.client_side.heard), "hello heard one go heard one heard bye ");
    cr_expect(slice_eq(pump_lab_text(&l, TRACE_DROPPED, l.server, &scratch), SLICE("evil\n")));
    cr_expect(
        slice_eq(pump_lab_text(&l, TRACE_DROPPED, l.client, &scratch), SLICE("heard nothing\n")));
    slice note = pump_lab_text(&l, TRACE_NOTE, l.server, &scratch);
    cr_expect(slice_find(note, SLICE("RFC 3207 section 6")) != SLICE_NONE);
    cr_expect(slice_find(note, SLICE("CVE-2011-0411")) != SLICE_NONE);
    expect_all_over(&l, "injected");
    buf_deinit(&scratch);
    pump_lab_deinit(&l);
}

/* ---- peers that do not keep to it ---- */

static const struct peer {
    const char *why;
    bool implicit;
    const char *first; /* what it says as soon as the connection stands */
    bool deaf, then_gone, hangs_up;
    const char *unsecured; /* what the server says of it; NULL: no word of TLS */
} peers[] = {
    { "speaks no TLS", true, "EHLO garbage.example\r\n", false, false, false,
      "does not speak TLS" },
    { "speaks no TLS after asking for it", false, "tls\n", false, false, true, "handshake" },
    { "says nothing", true, "", false, false, false, "too long" },
    { "says nothing after asking for it", false, "tls\n", false, false, false, "too long" },
    { "says half a record", true, "\x16\x03\x01\x02", false, false, false, "too long" },
    { "hangs up at once", true, "", false, false, true, "handshake" },
    { "hangs up in a record", true, "\x16\x03\x01\x02", false, false, true, "handshake" },
    { "vanishes after a word", false, "tls\n", false, true, false, NULL },
    { "is deaf", true, "GET / HTTP/1.1\r\n\r\n", true, false, false, "TLS" },
};

static void hold_peer(const struct peer *p)
{
    struct pump_lab l;
    struct buf scratch = { 0 };
    struct stranger x = { .first = slice_of(p->first), .deaf = p->deaf, .then_gone = p->then_gone };
    pump_lab_init(&l, 7, near);
    l.server_tls.implicit = p->implicit;
    stranger_call(&x, l.client, l.server_ip, PUMP_LAB_PORT);
    pump_lab_run(&l, SIM_SECOND);
    if (p->hangs_up) {
        stream_finish(x.stream);
    }
    pump_lab_run(&l, SIM_HOUR);
    slice why = pump_lab_text(&l, TRACE_UNSECURED, l.server, &scratch);
    cr_expect(!p->unsecured || slice_find(why, slice_of(p->unsecured)) != SLICE_NONE,
              "%s: \"%.*s\"", p->why, SLICE_ARG(why));
    cr_expect_eq(pump_lab_records(&l, TRACE_SECURED, NULL), 0, "%s", p->why);
    cr_expect_eq(l.server_side.opened, !p->implicit, "%s", p->why);
    cr_expect_eq(l.server_side.ended, 1, "%s", p->why);
    cr_expect(x.gone, "%s", p->why);
    cr_expect_eq(l.stage.pumps.in_use, 0, "%s", p->why);
    cr_expect_eq(network_streams_in_use(l.net), 0, "%s", p->why);
    buf_deinit(&scratch);
    stranger_deinit(&x);
    pump_lab_deinit(&l);
}

Test(pump_tls, gets_rid_of_strangers)
{
    for (size_t i = 0; i < COUNT(peers); i++) {
        hold_peer(&peers[i]);
    }
}

/* Has nothing to tell from here on. */
static bool is_silent(const struct trace *t, uint64_t from, uint32_t actor)
{
    for (uint64_t n = from; n <= t->count; n++) {
        const struct trace_rec *r = trace_at(t, n);
        if (r->actor == actor && (r->kind == TRACE_UNSECURED || r->kind == TRACE_NOTE)) {
            return false;
        }
    }
    return true;
}

/* The host loses power at every moment of the handshake and just behind it; the other one does not
 * wait for ever, and what has no power says nothing. */
Test(pump_tls, a_peer_may_vanish_at_any_moment)
{
    for (sim_time at = 0; at < 90 * SIM_MS; at += 2 * SIM_MS) {
        for (int who = 0; who < 2; who++) {
            struct pump_lab l;
            pump_lab_init(&l, 7, near);
            l.client_tls.implicit = l.server_tls.implicit = who == 0;
            (void)pump_lab_call(&l, who == 0 ? "one two three" : "tls one two");
            pump_lab_run(&l, at);
            uint64_t next = l.trace.count + 1;
            host_id dead = (who == 0 ? l.client : l.server)->id;
            network_host_down(l.net, dead, true);
            pump_lab_run(&l, SIM_HOUR);
            cr_expect(is_silent(&l.trace, next, dead), "%d ms, %d", (int)(at / SIM_MS), who);
            cr_expect_eq(l.stage.pumps.in_use, 0, "%d ms, %d", (int)(at / SIM_MS), who);
            pump_lab_deinit(&l);
        }
    }
}

/* RFC 8446 6.1: an end without close_notify is told, and is the end of input all the same. */
Test(pump_tls, tells_of_a_connection_that_was_cut_short)
{
    struct pump_lab l;
    struct buf scratch = { 0 };
    pump_lab_init(&l, 7, near);
    l.client_tls.implicit = l.server_tls.implicit = true;
    struct pump *p = pump_lab_call(&l, "one");
    pump_lab_run(&l, SIM_SECOND);
    cr_assert_str_eq(buf_z(&l.server_side.heard), "one ");
    stream_finish(p->stream);
    p->closing = true;
    pump_lab_run(&l, SIM_MINUTE);
    slice note = pump_lab_text(&l, TRACE_NOTE, l.server, &scratch);
    cr_expect(slice_find(note, SLICE("close_notify")) != SLICE_NONE);
    cr_expect_eq(l.stage.pumps.in_use, 0);
    buf_deinit(&scratch);
    pump_lab_deinit(&l);
}

/* Who does not take what it hears stops who says it: a window is on its way, and no more. */
Test(pump_tls, a_slow_reader_stops_its_peer)
{
    for (int implicit = 0; implicit < 2; implicit++) {
        struct pump_lab l;
        pump_lab_init(&l, 7, near);
        l.client_config.slow = true;
        l.client_tls.implicit = l.server_tls.implicit = implicit;
        (void)pump_lab_call(&l, implicit ? "much bye" : "tls much bye");
        pump_lab_run(&l, implicit ? 1900 * SIM_MS : 2900 * SIM_MS); /* "much" is not answered yet */
        uint64_t under_way = network_counters(l.net)->stream_bytes;
        cr_expect(under_way > STREAM_WINDOW && under_way < STREAM_WINDOW + 8192, "%d: %llu",
                  implicit, (unsigned long long)under_way);
        pump_lab_run(&l, SIM_MINUTE);
        cr_expect(holds(&l.client_side.heard, "much much heard bye "), "%d", implicit);
        cr_expect_eq(l.stage.pumps.in_use, 0, "%d", implicit);
        pump_lab_deinit(&l);
    }
}

/* ---- many, and the same again ---- */

static void add_flights(const struct pump_lab *l, struct buf *out)
{
    struct buf scratch = { 0 };
    for (uint64_t n = 1; n <= l->trace.count; n++) {
        const struct trace_rec *r = trace_at(&l->trace, n);
        if (r->kind == TRACE_FLIGHT) {
            buf_add(out, trace_payload(&l->trace, r->c, &scratch));
        }
    }
    buf_deinit(&scratch);
}

Test(pump_tls, is_the_same_run_again)
{
    uint64_t digest[4], wire[4];
    struct buf flights[4] = { 0 };
    for (size_t i = 0; i < 4; i++) { /* the third has another host, the fourth another seed */
        struct pump_lab l;
        pump_lab_init(&l, i == 3 ? 8 : 7, near);
        if (i == 2) {
            (void)stage_add(&l.stage, l.client->ops, SLICE("somebody.example"), NULL);
        }
        for (int n = 0; n < 3; n++) {
            (void)pump_lab_call(&l, "tls one two bye");
        }
        pump_lab_run(&l, SIM_MINUTE);
        digest[i] = l.trace.digest;
        wire[i] = trace_digest_wire(&l.trace);
        add_flights(&l, &flights[i]);
        pump_lab_deinit(&l);
    }
    cr_expect(digest[0] == digest[1] && wire[0] == wire[1]);
    cr_expect(digest[0] == digest[3] && wire[0] != wire[3], "the digest is not of ciphertext");
    cr_expect(slice_eq(buf_slice(&flights[0]), buf_slice(&flights[2])), "nobody's octets shift");
    cr_expect(!slice_eq(buf_slice(&flights[0]), buf_slice(&flights[3])));
    for (size_t i = 0; i < 4; i++) {
        buf_deinit(&flights[i]);
    }
}

Test(pump_tls, a_thousand_leave_nothing_behind)
{
    struct pump_lab l;
    pump_lab_init(&l, 7, near);
    l.trace.keep = false;
    for (int i = 0; i < 1000; i++) {
        (void)pump_lab_call(&l, i % 3 == 0 ? "tls one" : "tls one bye"); /* some never end it */
    }
    pump_lab_run(&l, SIM_HOUR);
    cr_expect_eq(l.trace.kinds[TRACE_SECURED], 2000);
    cr_expect_eq(l.server_side.ended, 1000);
    cr_expect_eq(l.stage.pumps.in_use, 0);
    cr_expect_eq(network_streams_in_use(l.net), 0);
    cr_expect_eq(l.stage.wire.size, 0);
    pump_lab_deinit(&l);
}
