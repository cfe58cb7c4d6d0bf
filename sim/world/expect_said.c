/* expect_said.c - what was said in dialogues, and what of it others could read, in bytes.
 * A text is found however the speaker cut it into pieces: each side of each connection keeps only
 * how far it has matched, nothing is gathered. */
#include "sim/base/mem.h"
#include "sim/world/expect_fold.h"

enum speaker { ANYONE, CLIENT, SERVER };

struct said_args {
    slice text, host, service;
    uint32_t by; /* enum speaker */
    bool line;
    struct tally tally;
};

static const struct key said_keys[] = {
    { "said", KEY_TEXT, offsetof(struct said_args, text), NULL, 0, 0, NULL,
      "the text, as it is on the wire; \\r\\n ends a line" },
    { "host", KEY_HOST, offsetof(struct said_args, host), "", 0, 0, NULL, "who says it" },
    { "service", KEY_TEXT, offsetof(struct said_args, service), "", 0, 0, NULL,
      "in which dialogues: \"smtp\", \"submission\", \"submissions\", \"imap\", \"imaps\", "
      "\"pop3\", "
      "\"pop3s\"" },
    { "by", KEY_CHOICE, offsetof(struct said_args, by), "anyone", 0, 0, "anyone client server",
      "which side says it" },
    { "line", KEY_BOOL, offsetof(struct said_args, line), "false", 0, 0, NULL,
      "it must be the whole of a line" },
    TALLY_ROWS(said_args),
    KEY_ROW_END,
};

/* One side of one connection. */
struct ear {
    size_t matched; /* bytes of the text that have just been heard */
    bool spoilt;    /* line: this line is another one already */
};

struct hearing {
    const struct said_args *args;
    size_t *fallback; /* text: how much still matches where the next byte does not */
    struct ear *ears; /* two for each flow */
    size_t ear_count;
    uint64_t count;
};

/* Knuth, Morris and Pratt: fallback[n] for the first n bytes. */
static size_t *fallbacks(slice text)
{
    size_t *f = mem_array(text.len + 1, sizeof *f);
    size_t k = 0;
    for (size_t i = 1; i < text.len; i++) {
        while (k > 0 && text.ptr[i] != text.ptr[k]) {
            k = f[k];
        }
        k += text.ptr[i] == text.ptr[k];
        f[i + 1] = k;
    }
    return f;
}

static void hear_text(struct hearing *h, struct ear *ear, char c)
{
    slice text = h->args->text;
    while (ear->matched > 0 && text.ptr[ear->matched] != c) {
        ear->matched = h->fallback[ear->matched];
    }
    ear->matched += text.ptr[ear->matched] == c;
    if (ear->matched == text.len) {
        h->count++;
        ear->matched = 0;
    }
}

static void hear_line(struct hearing *h, struct ear *ear, char c)
{
    slice text = h->args->text;
    if (c == '\n') {
        h->count += !ear->spoilt && ear->matched == text.len;
        *ear = (struct ear){ 0 };
    } else if (c != '\r') {
        ear->spoilt = ear->spoilt || ear->matched == text.len || text.ptr[ear->matched] != c;
        ear->matched += !ear->spoilt;
    }
}

static void hear(struct hearing *h, size_t which, slice bytes, bool counts)
{
    if (which >= h->ear_count) {
        size_t more = which * 2 + 2;
        h->ears = mem_resize(h->ears, more, sizeof *h->ears);
        for (size_t i = h->ear_count; i < more; i++) {
            h->ears[i] = (struct ear){ 0 };
        }
        h->ear_count = more;
    }
    uint64_t before = h->count;
    for (size_t i = 0; i < bytes.len; i++) {
        (h->args->line ? hear_line : hear_text)(h, &h->ears[which], bytes.ptr[i]);
    }
    h->count = counts ? h->count : before;
}

static void said_expected(const struct said_args *a, struct buf *out)
{
    static const char *const sides[] = { "somebody", "the client", "the server" };
    if (a->host.len > 0) {
        buf_add(out, a->host);
        buf_addz(out, a->by == ANYONE ? "" : a->by == CLIENT ? ", as client," : ", as server,");
    } else {
        buf_addz(out, sides[a->by]);
    }
    buf_addz(out, a->line ? " says the line " : " says ");
    add_quoted(out, a->text);
    if (a->service.len > 0) {
        buf_addz(out, " in ");
        buf_add(out, a->service);
    }
    tally_words(&a->tally, true, out);
}

/* Is it this side, of this service, on this host? */
static bool listens(const struct said_args *a, struct who who, const struct flows *flows,
                    const struct trace *t, const struct trace_rec *r, bool *client_r)
{
    struct flow flow = flows_get(flows, r->flow);
    *client_r = flow.client != 0 && flow.client == r->actor;
    return who_fits(who, r->actor) && flows_is(flows, t, r->flow, a->service) &&
           (a->by == ANYONE || flow.client == 0 || *client_r == (a->by == CLIENT));
}

static bool look_said(const struct expect_view *v, const void *args, struct buf *expected,
                      struct buf *seen)
{
    const struct said_args *a = args;
    struct hearing h = { .args = a, .fallback = fallbacks(a->text) };
    struct who who = who_is(v->trace, a->host);
    struct flows flows;
    const struct trace_rec *r;
    uint64_t at = 0, pieces = 0;
    flows_init(&flows);
    while ((r = view_next(v, &at))) {
        bool client;
        flows_fold(&flows, v->trace, r);
        if (r->kind != TRACE_SAID || a->text.len == 0 || r->flow > v->trace->count ||
            !listens(a, who, &flows, v->trace, r, &client)) {
            continue;
        }
        uint32_t payload = trace_payload_id(r);
        pieces++;
        for (size_t i = 0; i < trace_payload_chunks(v->trace, payload); i++) {
            hear(&h, (size_t)r->flow * 2 + client, trace_payload_chunk(v->trace, payload, i),
                 r->at > a->tally.after || a->tally.after == 0);
        }
    }
    said_expected(a, expected);
    buf_addz(seen, h.count == 0 ? "it was never said" : "it was said ");
    if (h.count > 0) {
        add_times(seen, h.count);
    }
    buf_addz(seen, pieces == 0 ? ", nothing at all was said there" : "");
    flows_deinit(&flows);
    mem_free(h.ears);
    mem_free(h.fallback);
    return trace_wants(v->trace, TRACE_SAID) && tally_holds(&a->tally, h.count);
}

const struct expect_kind expect_said = {
    .name = "said",
    .doc = "what a client or server says, byte for byte",
    .level = TRACE_LEVEL_LINES,
    .args_size = sizeof(struct said_args),
    .keys = said_keys,
    .look = look_said,
};

/* ---- readable: what passes on the wires, as whoever listens there has it */

struct readable_args {
    slice text, host;
    struct key_list between;
    struct tally tally;
};

static const struct key readable_keys[] = {
    { "readable", KEY_TEXT, offsetof(struct readable_args, text), NULL, 0, 0, NULL,
      "the text, as somebody who listens on the way can read it: nothing that is under TLS" },
    { "between", KEY_HOSTS, offsetof(struct readable_args, between), "", 0, 0, NULL,
      "only in what these hosts send to each other" },
    { "host", KEY_HOST, offsetof(struct readable_args, host), "", 0, 0, NULL,
      "only in what this host sends and gets" },
    TALLY_ROWS(readable_args),
    KEY_ROW_END,
};

static bool is_among(const struct trace *t, const struct key_list *hosts, uint32_t actor)
{
    if (hosts->count == 0) {
        return true;
    }
    slice name = actor_name(t, actor);
    for (size_t i = 0; i < hosts->count; i++) {
        if (slice_eq(hosts->items[i], name)) {
            return true;
        }
    }
    return false;
}

static void readable_expected(const struct readable_args *a, struct buf *out)
{
    buf_addz(out, "whoever listens can read ");
    add_quoted(out, a->text);
    for (size_t i = 0; i < a->between.count; i++) {
        buf_addz(out, i == 0 ? " between " : i + 1 == a->between.count ? " and " : ", ");
        buf_add(out, a->between.items[i]);
    }
    buf_addz(out, a->host.len > 0 ? " at " : "");
    buf_add(out, a->host);
    tally_words(&a->tally, true, out);
}

static bool look_readable(const struct expect_view *v, const void *args, struct buf *expected,
                          struct buf *seen)
{
    const struct readable_args *a = args;
    const struct said_args text = { .text = a->text };
    struct hearing h = { .args = &text, .fallback = fallbacks(a->text) };
    struct who who = who_is(v->trace, a->host);
    const struct trace_rec *r;
    uint64_t at = 0;
    while ((r = view_next(v, &at))) {
        bool datagram = r->kind == TRACE_DATAGRAM;
        if ((r->kind != TRACE_FLIGHT && !datagram) || a->text.len == 0 ||
            r->flow > v->trace->count || !(who_fits(who, r->actor) || who_fits(who, r->a)) ||
            !is_among(v->trace, &a->between, r->actor) || !is_among(v->trace, &a->between, r->a)) {
            continue;
        }
        size_t ear = (size_t)r->flow * 2 + (r->actor < r->a);
        uint32_t payload = trace_payload_id(r);
        for (size_t i = 0; i < trace_payload_chunks(v->trace, payload); i++) {
            hear(&h, ear, trace_payload_chunk(v->trace, payload, i),
                 r->at > a->tally.after || a->tally.after == 0);
        }
        if (datagram && ear < h.ear_count) {
            h.ears[ear] = (struct ear){ 0 }; /* each stands for itself */
        }
    }
    readable_expected(a, expected);
    buf_addz(seen, h.count == 0 ? "nobody could read it" : "it was to be read ");
    if (h.count > 0) {
        add_times(seen, h.count);
    }
    mem_free(h.ears);
    mem_free(h.fallback);
    return tally_holds(&a->tally, h.count);
}

const struct expect_kind expect_readable = {
    .name = "readable",
    .doc = "what somebody who listens on the way can read",
    .level = TRACE_LEVEL_BYTES,
    .args_size = sizeof(struct readable_args),
    .keys = readable_keys,
    .look = look_readable,
};
