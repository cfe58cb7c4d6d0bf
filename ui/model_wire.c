/* model_wire.c - the fold of what concerns connections and motion: who is connected to whom, and
 * which bytes are between two hosts.
 * Of what is said it looks only for the few words that tell a letter from talk. */
#include "ui/model.h"

#include "ui/words.h"

#include <string.h>

static struct model_conn *conn_of(struct model *m, uint32_t flow)
{
    struct vec *v = &m->now.vec[VEC_CONNS];
    for (size_t i = v->count; i-- > 0;) {
        struct model_conn *c = vec_at(v, i);
        if (c->flow == flow) {
            return c;
        }
    }
    return NULL;
}

static size_t side_of(const struct model_conn *c, uint32_t actor)
{
    return c->client == actor ? 0 : 1;
}

static void flights_prune(struct model *m, uint64_t now)
{
    struct vec *v = &m->now.vec[VEC_FLIGHTS];
    for (size_t i = v->count; i-- > 0;) {
        const struct model_flight *f = vec_at(v, i);
        if (f->until <= now) {
            vec_remove(v, i);
        }
    }
}

static struct model_flight *flight_add(struct model *m, uint64_t n, const struct trace_rec *r,
                                       enum model_motion motion)
{
    struct model_flight *f = vec_push(&m->now.vec[VEC_FLIGHTS]);
    *f = (struct model_flight){ .record = n,
                                .carries = n,
                                .at = r->at,
                                .until = r->until,
                                .from = r->actor,
                                .to = r->a,
                                .flow = r->flow,
                                .motion = motion };
    return f;
}

static void on_open(struct model *m, uint64_t n, const struct trace_rec *r)
{
    struct model_conn *c = vec_push(&m->now.vec[VEC_CONNS]);
    *c = (struct model_conn){ .flow = r->flow, .client = r->actor, .server = r->a, .last = n };
    flight_add(m, n, r, MOTION_CALL);
    m->now.flow = r->flow;
}

static void on_opened(struct model *m, uint64_t n, const struct trace_rec *r)
{
    struct model_conn *c = conn_of(m, r->flow);
    if (c) {
        c->state = CONN_STANDS;
        c->last = n;
    }
}

static void on_fin(struct model *m, uint64_t n, const struct trace_rec *r)
{
    struct model_conn *c = conn_of(m, r->flow);
    if (c) {
        c->last = n;
    }
    flight_add(m, n, r, MOTION_CALL);
}

/* Each side closes on its own; the line is gone from the map when both have. */
static void on_closed(struct model *m, uint64_t n, const struct trace_rec *r)
{
    struct vec *v = &m->now.vec[VEC_CONNS];
    (void)n;
    for (size_t i = v->count; i-- > 0;) {
        struct model_conn *c = vec_at(v, i);
        if (c->flow != r->flow) {
            continue;
        }
        c->closed |= (uint8_t)(1U << side_of(c, r->actor));
        if (c->closed == 3 || r->a != WHY_DONE) {
            vec_remove(v, i);
        }
        return;
    }
}

static void on_session(struct model *m, uint64_t n, const struct trace_rec *r)
{
    struct model_conn *c = conn_of(m, r->flow);
    if (c) {
        c->protocol = r->a;
        c->last = n;
    }
}

static void on_state(struct model *m, uint64_t n, const struct trace_rec *r)
{
    struct model_conn *c = conn_of(m, r->flow);
    if (c) {
        c->names[side_of(c, r->actor)] = r->a;
        c->last = n;
    }
}

/* Any line of the text begins with this. */
static bool line_starts(slice text, slice with)
{
    while (text.len) {
        if (slice_starts_nocase(text, with)) {
            return true;
        }
        slice_cut(&text, '\n');
    }
    return false;
}

/* A letter's content follows 354 (RFC 5321 4.3.2), rides with BDAT (RFC 3030 2), follows the "+"
 * after APPEND (RFC 9051 6.3.12), answers RETR and TOP (RFC 1939 5, 7) or BODY[] (RFC 9051
 * 7.5.2). */
static void note_content(struct model_conn *c, size_t side, slice text)
{
    if (side == 0) {
        c->content = c->content || slice_starts_nocase(text, SLICE("BDAT "));
        c->delivers =
            slice_starts_nocase(text, SLICE("RETR ")) || slice_starts_nocase(text, SLICE("TOP "));
        return;
    }
    size_t body = slice_find(slice_sub(text, 0, 400), SLICE("BODY["));
    c->delivers = c->delivers ? slice_starts(text, SLICE("+OK"))
                              : body != SLICE_NONE && slice_starts(text, SLICE("* "));
    c->content =
        line_starts(slice_sub(text, 0, 400), SLICE("354")) || slice_starts(text, SLICE("+ "));
}

static void on_said(struct model *m, uint64_t n, const struct trace_rec *r)
{
    struct model_conn *c = conn_of(m, r->flow);
    m->now.flow = r->flow;
    if (!c) {
        return;
    }
    size_t side = side_of(c, r->actor);
    c->said[side] = n;
    c->last = n;
    c->unsent[side] = c->unsent[side] ? c->unsent[side] : n;
    c->unsent_count[side]++;
    struct buf scratch;
    buf_init(&scratch);
    note_content(c, side, cast_payload(m->cast, r->c, 400, &scratch));
    buf_deinit(&scratch);
}

static enum model_motion motion_of(const struct model_conn *c, size_t side)
{
    if (c->unsent_count[side] == 0) { /* bytes without words: a handshake, the rest of a letter */
        return c->carried[side].motion == MOTION_LETTER ? MOTION_LETTER : MOTION_CALL;
    }
    if (side == 0) {
        return c->content ? MOTION_LETTER : MOTION_REQUEST;
    }
    return c->delivers ? MOTION_LETTER : MOTION_REPLY;
}

static void on_flight(struct model *m, uint64_t n, const struct trace_rec *r)
{
    struct model_conn *c = conn_of(m, r->flow);
    if (!c) {
        flight_add(m, n, r, MOTION_CALL);
        return;
    }
    size_t side = side_of(c, r->actor);
    struct model_flight *f = flight_add(m, n, r, motion_of(c, side));
    f->said = c->unsent[side];
    f->said_count = c->unsent_count[side];
    c->carried[side] = *f;
    c->unsent[side] = 0;
    c->unsent_count[side] = 0;
    c->last = n;
}

/* The FLIGHT that a segment is a part of, of which it may be a copy: what was lost goes again. */
static uint64_t flight_of(const struct model *m, const struct trace_rec *segment)
{
    const int most = 64; /* tries */
    uint64_t n = segment->cause;
    for (int i = 0; i < most; i++) {
        const struct trace_rec *r = trace_at(m->cast->trace, n);
        if (!r || r->flow != segment->flow || r->kind == TRACE_FLIGHT) {
            return r && r->flow == segment->flow ? n : 0;
        }
        n = r->cause < n ? r->cause : 0;
    }
    return 0;
}

/* On a path with loss or a rate a flight only says when its last byte arrives at the earliest: what
 * is under way are its segments.  What they carry, their flight and the other segments know. */
static void on_segment(struct model *m, uint64_t n, const struct trace_rec *r)
{
    struct vec *v = &m->now.vec[VEC_FLIGHTS];
    const struct model_conn *c = conn_of(m, r->flow);
    uint64_t whole = flight_of(m, r);
    struct model_flight like = { .motion = MOTION_CALL };
    if (c && whole && c->carried[side_of(c, r->actor)].carries == whole) {
        like = c->carried[side_of(c, r->actor)];
    }
    for (size_t i = v->count; i-- > 0;) {
        const struct model_flight *f = vec_at(v, i);
        if (f->carries == whole && f->motion != MOTION_LOST) {
            like = *f;
        }
        if (f->record == whole && f->motion != MOTION_LOST) {
            vec_remove(v, i);
        }
    }
    struct model_flight *f = flight_add(m, n, r, like.motion);
    f->carries = whole;
    f->said = like.said;
    f->said_count = like.said_count;
}

static void on_datagram(struct model *m, uint64_t n, const struct trace_rec *r)
{
    const uint32_t domain = 53;
    flight_add(m, n, r, (r->b & 0xffff) == domain ? MOTION_QUESTION : MOTION_ANSWER);
}

/* What is lost is not under way as well. */
static void on_lost(struct model *m, uint64_t n, const struct trace_rec *r)
{
    struct vec *v = &m->now.vec[VEC_FLIGHTS];
    const struct trace_rec *cause = trace_at(m->cast->trace, r->cause);
    uint64_t carries = n;
    for (size_t i = v->count; i-- > 0;) {
        const struct model_flight *f = vec_at(v, i);
        if (f->record == r->cause && cause->at == r->at && f->from == r->actor) {
            carries = f->carries;
            vec_remove(v, i);
        }
    }
    flight_add(m, n, r, MOTION_LOST)->carries = carries;
}

typedef void wire_fn(struct model *m, uint64_t n, const struct trace_rec *r);
static wire_fn *const rows[TRACE_KIND_COUNT] = {
    [TRACE_OPEN] = on_open,     [TRACE_OPENED] = on_opened,   [TRACE_FIN] = on_fin,
    [TRACE_CLOSED] = on_closed, [TRACE_SESSION] = on_session, [TRACE_STATE] = on_state,
    [TRACE_SAID] = on_said,     [TRACE_FLIGHT] = on_flight,   [TRACE_DATAGRAM] = on_datagram,
    [TRACE_LOST] = on_lost,     [TRACE_SEGMENT] = on_segment,
};

void model_fold_wire(struct model *m, uint64_t n, const struct trace_rec *r)
{
    flights_prune(m, r->at);
    if (rows[r->kind]) {
        rows[r->kind](m, n, r);
    }
}

bool model_flight_sealed(const struct model *m, const struct model_flight *f)
{
    const struct trace_rec *r = trace_at(m->cast->trace, f->carries);
    return r && r->kind == TRACE_FLIGHT && cast_is_sealed(m->cast, f->flow, f->record);
}

static void add_question(const struct model *m, const struct model_flight *f, struct buf *out)
{
    const struct cast_flow *flow = cast_flow(m->cast, f->flow);
    if (flow && flow->dns) {
        words_type(out, flow->type);
    } else {
        buf_addz(out, "DNS");
    }
    buf_byte(out, f->motion == MOTION_QUESTION ? '?' : '!');
}

static bool is_number(slice word)
{
    uint64_t number;
    return slice_to_u64(word, &number);
}

/* SMTP and POP: the verb (two words for MAIL FROM and RCPT TO) or the reply's code; IMAP: behind
 * the tag; untagged lines by their first telling word. */
static void add_said(const struct model *m, const struct model_flight *f, struct buf *out)
{
    const struct trace_rec *r = trace_at(m->cast->trace, f->said);
    slice text = trace_payload_chunk(m->cast->trace, r->c, 0);
    slice line = slice_cut(&text, '\n');
    line = slice_sub(line, 0, slice_find_byte(line, '\r'));
    bool imap = words_protocol_of(m->cast, f->flow) == WORDS_IMAP;
    slice word = slice_word(&line);
    bool tag = true;
    while (imap && line.len && (tag || slice_eq_nocase(word, SLICE("UID")) || is_number(word))) {
        word = slice_word(&line);
        tag = false;
    }
    line = slice_trim(line);
    if (slice_starts(word, SLICE("HTTP/"))) {
        word = slice_word(&line);
    }
    bool reply = f->motion == MOTION_REPLY && word.len > 3 && ascii_is_digit(word.ptr[0]);
    word = reply ? slice_sub(word, 0, 3) : word;
    size_t colon = slice_find_byte(line, ':');
    buf_add(out, slice_sub(word, 0, 12));
    if (!imap && f->motion == MOTION_REQUEST && colon != SLICE_NONE && colon < 5) {
        buf_byte(out, ' ');
        buf_add(out, slice_sub(line, 0, colon));
    }
    uint32_t more = f->said_count - 1 + words_said_count(m->cast, f->said) - 1;
    if (more) {
        buf_addz(out, " +");
        fmt_u64(out, more);
    }
}

void model_flight_label(const struct model *m, const struct model_flight *f, struct buf *out)
{
    static const char *const fixed[MOTION_COUNT] = {
        [MOTION_LETTER] = "letter", [MOTION_LOST] = "lost"
    };
    const struct trace_rec *r = trace_at(m->cast->trace, f->record);
    bool sealed = model_flight_sealed(m, f);
    if (sealed && f->said) {
        buf_addz(out, "▣ "); /* nobody on the way sees what follows */
    }
    if (fixed[f->motion]) {
        buf_addz(out, fixed[f->motion]);
    } else if (f->motion == MOTION_QUESTION || f->motion == MOTION_ANSWER) {
        add_question(m, f, out);
    } else if (f->said) {
        add_said(m, f, out);
    } else {
        buf_addz(out, r->kind == TRACE_OPEN  ? "hello?"
                      : r->kind == TRACE_FIN ? "bye"
                      : sealed               ? "TLS"
                                             : "bytes");
    }
}
