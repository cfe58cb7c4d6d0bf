/* expect_said.c - what was said in dialogues, in bytes.
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
      "in which dialogues: \"smtp\", \"submission\", \"imap\", \"pop3\"" },
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
