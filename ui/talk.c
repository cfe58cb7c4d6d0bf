/* talk.c - lines out of SAID records, and answers put to their questions.
 * Knows of each protocol only how an answer finds its question, what is a letter's content and what
 * is a secret.  sim/export/dialogue.c folds the same records for files: a line is written when it
 * has ended, in the order of the trace.  Here lines grow while they are said, every answer stands
 * with its question, and secrets are found; built on the other, this would not become shorter.
 * Never knows what a letter says. */
#include "ui/talk.h"

#include "sim/base/mem.h"
#include "ui/speech.h"
#include "ui/words.h"

#include <assert.h>

void talk_init(struct talk *t)
{
    *t = (struct talk){ .sealed = TALK_WHOLE };
    buf_init(&t->text);
    buf_init(&t->altered);
}

void talk_deinit(struct talk *t)
{
    buf_deinit(&t->text);
    buf_deinit(&t->altered);
    for (size_t i = 0; i < 2; i++) {
        mem_free(t->side[i].lines);
    }
    mem_free(t->turns);
    *t = (struct talk){ 0 };
}

static struct talk_turn *turn_add(struct talk *t)
{
    t->turns = mem_grow(t->turns, t->turn_count, &t->turn_cap, sizeof *t->turns);
    struct talk_turn *turn = &t->turns[t->turn_count++];
    *turn = (struct talk_turn){ .open = true };
    turn->side[0].first = t->side[0].count;
    turn->side[1].first = t->side[1].count;
    return turn;
}

/* The first question without a complete answer; where there is none, a turn for an answer that
 * nobody asked for (a greeting, news after IDLE). */
static struct talk_turn *turn_waiting(struct talk *t)
{
    while (t->waiting < t->turn_count && !t->turns[t->waiting].open) {
        t->waiting++;
    }
    return t->waiting < t->turn_count ? &t->turns[t->waiting] : turn_add(t);
}

static slice first_word(slice line)
{
    return slice_word(&line);
}

/* Passwords: AUTH with its first answer, what follows a 334 (RFC 4954 4), PASS (RFC 1939 7), LOGIN
 * and AUTHENTICATE (RFC 9051 6.2). */
static size_t secret_at(slice line, bool auth, bool imap)
{
    static const struct {
        slice verb;
        int words; /* that may be seen, with the verb */
    } verbs[] = { { SLICE_INIT("AUTH"), 2 },
                  { SLICE_INIT("PASS"), 1 },
                  { SLICE_INIT("LOGIN"), 2 },
                  { SLICE_INIT("AUTHENTICATE"), 2 } };
    if (auth) {
        return 0;
    }
    slice rest = line;
    int words = 1;
    if (imap) {
        slice_word(&rest);
    }
    slice verb = slice_word(&rest);
    for (size_t i = 0; i < COUNT(verbs); i++) {
        if (!slice_eq_nocase(verb, verbs[i].verb)) {
            continue;
        }
        for (; words < verbs[i].words; words++) {
            slice_word(&rest);
        }
        return slice_trim(rest).len ? (size_t)(rest.ptr - line.ptr) + 1 : TALK_WHOLE;
    }
    return TALK_WHOLE;
}

static void line_add(struct talk *t, size_t side, slice text, uint64_t record, bool whole)
{
    struct talk_side *s = &t->side[side];
    bool more = s->cut && s->count &&
                t->text.len == s->lines[s->count - 1].start + s->lines[s->count - 1].len;
    if (!more) {
        s->lines = mem_grow(s->lines, s->count, &s->cap, sizeof *s->lines);
        s->lines[s->count++] = (struct talk_line){
            .record = record,
            .start = t->text.len,
            .octet = s->octets,
            .secret = TALK_WHOLE,
            .altered = TALK_WHOLE,
        };
    }
    buf_add(&t->text, text);
    s->lines[s->count - 1].len += text.len;
    s->cut = !whole;
}

/* "BDAT 674 LAST": so many octets of content follow (RFC 3030 2). */
static uint64_t chunk_of(slice line)
{
    uint64_t size = 0;
    if (!slice_eq_nocase(slice_word(&line), SLICE("BDAT"))) {
        return 0;
    }
    return slice_to_u64(slice_word(&line), &size) ? size : 0;
}

/* HTTP asks with all its lines until the answer begins (RFC 9112 2.1), and all lines answer. */
static bool http_goes_on(const struct talk *t)
{
    const struct talk_turn *turn = t->turn_count ? &t->turns[t->turn_count - 1] : NULL;
    return turn && turn->side[0].count && turn->side[1].count == 0;
}

static bool is_stuffed(slice line)
{
    return line.len > 1 && line.ptr[0] == '.';
}

/* A letter ends at a dot between two CRLF (RFC 5321 4.1.1.4), and for a loose server between LFs.
 * Which it is shows in its answers, so that both can be told apart only then: see talk_build. */
static void end_content_line(struct talk *t, struct talk_line *l, bool whole, bool crlf)
{
    slice text = talk_text(t, l);
    bool begins = t->clean || t->loose;
    l->stuffed = t->in_content && begins && is_stuffed(text);
    if (!whole) {
        return;
    }
    if (t->in_content && slice_eq(text, SLICE("."))) {
        bool strict = t->clean && crlf;
        t->odd = t->odd || !strict;
        t->in_content = !strict && !t->loose;
    }
    if (t->odd && t->loose && !l->content && slice_eq_nocase(text, SLICE("DATA"))) {
        t->in_content = true; /* whoever smuggles waits for no 354 */
        t->ahead++;
    }
    t->clean = crlf;
}

/* DONE has no tag: it is answered by what ends IDLE, which was told all that it will be told (RFC
 * 2177 3). */
static uint32_t tag_of(struct talk *t, slice line)
{
    struct talk_turn *idle = t->turn_count > 1 ? &t->turns[t->turn_count - 2] : NULL;
    if (slice_eq_nocase(line, SLICE("DONE")) && idle && idle->open && idle->side[0].count > 0) {
        idle->open = false;
        return idle->tag;
    }
    return (uint32_t)slice_hash(first_word(line), 0);
}

/* A literal of LOGIN is a name or a password. */
static bool proves(slice line)
{
    slice_word(&line);
    return slice_eq_nocase(slice_word(&line), SLICE("LOGIN"));
}

static void client_line(struct talk *t, slice line, uint64_t record, bool whole, bool crlf,
                        enum words_protocol protocol)
{
    bool imap = protocol == WORDS_IMAP, http = protocol == WORDS_HTTP;
    bool literal = t->literal[0].octets > 0;
    bool goes_on = t->side[0].cut || literal || t->literal[0].goes_on ||
                   (imap && t->auth && t->turn_count) || (http && http_goes_on(t));
    if (http && !goes_on && t->turn_count) {
        t->turns[t->turn_count - 1].open = false;
    }
    /* The letter is a turn of its own: its answer is that to the dot. */
    bool letter =
        !t->side[0].cut && t->side[0].count && !t->side[0].lines[t->side[0].count - 1].content;
    if (t->in_content ? letter : !goes_on) {
        turn_add(t);
    }
    line_add(t, 0, line, record, whole);
    struct talk_line *l = &t->side[0].lines[t->side[0].count - 1];
    l->content = t->in_content || (literal && !t->proving);
    if (literal && t->proving) {
        l->secret = 0;
    } else if (!l->content) {
        l->secret = secret_at(talk_text(t, l), t->auth, imap);
        t->auth = false;
    }
    struct talk_turn *turn = &t->turns[t->turn_count - 1];
    turn->side[0].count = t->side[0].count - turn->side[0].first;
    if (imap && !goes_on) {
        turn->tag = tag_of(t, line);
        t->proving = proves(line);
    }
    if (protocol == WORDS_SMTP) {
        end_content_line(t, l, whole, crlf);
    }
}

static void give(struct talk *t, struct talk_turn *turn)
{
    size_t last = t->side[1].count - 1;
    if (turn->side[1].count == 0) {
        turn->side[1].first = last;
    }
    turn->side[1].count = last + 1 - turn->side[1].first;
}

static struct talk_turn *turn_tagged(struct talk *t, slice line)
{
    uint32_t tag = (uint32_t)slice_hash(first_word(line), 0);
    for (size_t i = t->turn_count; i-- > 0;) {
        if (t->turns[i].open && t->turns[i].tag == tag && t->turns[i].side[0].count) {
            return &t->turns[i];
        }
    }
    return NULL;
}

static void server_imap(struct talk *t, slice line, bool inside)
{
    struct talk_turn *tagged = inside ? NULL : turn_tagged(t, line);
    struct talk_turn *turn = tagged ? tagged : turn_waiting(t);
    give(t, turn);
    turn->open = !tagged && turn->side[0].count > 0;
}

/* POP answers some questions with lines up to a dot, which the question decides. */
static enum speech_pop pop_answer_to(const struct talk *t, const struct talk_turn *turn)
{
    return speech_pop_answer(
        turn->side[0].count ? talk_text(t, &t->side[0].lines[turn->side[0].first]) : (slice){ 0 });
}

/* The last line of an answer: for SMTP a blank behind the code (RFC 5321 4.2). */
static bool ends_answer(const struct talk *t, const struct talk_turn *turn, slice line, bool pop)
{
    bool first = turn->side[1].count == 1;
    if (!pop) {
        return line.len < 4 || line.ptr[3] != '-';
    }
    return pop_answer_to(t, turn) == SPEECH_POP_NOTHING || slice_eq(line, SLICE(".")) ||
           (first && slice_starts(line, SLICE("-ERR")));
}

/* The last question was AUTHENTICATE: what comes now is a secret. */
static bool asked_to_prove(const struct talk *t)
{
    const struct talk_turn *turn = t->turn_count ? &t->turns[t->turn_count - 1] : NULL;
    slice line = turn && turn->side[0].count ? talk_text(t, &t->side[0].lines[turn->side[0].first])
                                             : (slice){ 0 };
    slice_word(&line);
    return slice_eq_nocase(slice_word(&line), SLICE("AUTHENTICATE"));
}

static void server_line(struct talk *t, slice line, uint64_t record, bool whole,
                        enum words_protocol protocol)
{
    bool literal = t->literal[1].octets > 0;
    bool inside = literal || t->literal[1].goes_on || t->side[1].cut;
    line_add(t, 1, line, record, whole);
    struct talk_line *l = &t->side[1].lines[t->side[1].count - 1];
    l->content = literal;
    line = talk_text(t, l);
    if (protocol == WORDS_IMAP) {
        server_imap(t, line, inside);
        t->auth = slice_starts(line, SLICE("+")) && asked_to_prove(t);
        return;
    }
    size_t turns = t->turn_count;
    struct talk_turn *turn = turn_waiting(t);
    t->unasked =
        t->unasked || (t->odd && t->turn_count > turns && !slice_starts(line, SLICE("421")));
    give(t, turn);
    bool pop = protocol == WORDS_POP;
    if (whole && protocol != WORDS_HTTP) {
        turn->open = !ends_answer(t, turn, line, pop);
        l->content = pop && turn->side[1].count > 1 && turn->open &&
                     pop_answer_to(t, turn) == SPEECH_POP_LETTER;
        l->stuffed = l->content && is_stuffed(line);
        t->auth = slice_starts(line, pop ? SLICE("+ ") : SLICE("334"));
        if (!pop && slice_starts(line, SLICE("354"))) {
            t->in_content = t->in_content || t->ahead == 0;
            t->ahead -= t->ahead > 0;
        }
    }
}

/* Whether octets follow that are no lines, and where they have ended. */
static void after_line(struct talk *t, size_t side, uint64_t octets, bool inside, bool whole,
                       enum words_protocol protocol)
{
    const struct talk_side *s = &t->side[side];
    slice line = talk_text(t, &s->lines[s->count - 1]);
    if (inside) {
        t->literal[side].octets -= octets;
        bool over = t->literal[side].octets == 0;
        t->literal[side].goes_on = over && protocol == WORDS_IMAP;
        t->side[side].cut = t->side[side].cut && !over;
        return;
    }
    if (!whole) {
        return;
    }
    t->literal[side].goes_on = false;
    if (protocol == WORDS_IMAP) {
        size_t brace;
        uint64_t size;
        t->literal[side].octets = speech_literal(line, &brace, &size) ? size : 0;
    } else if (protocol == WORDS_SMTP && side == 0 && !t->in_content) {
        t->literal[side].octets = chunk_of(line);
    }
}

static void add_said(struct talk *t, const struct cast *c, uint64_t n, const struct trace_rec *r,
                     struct buf *scratch)
{
    enum words_protocol protocol = words_protocol_of(c, r->flow);
    size_t side = cast_is_client(c, r->flow, r->actor) ? 0 : 1;
    slice rest = trace_payload(c->trace, r->c, scratch);
    t->last = n;
    while (rest.len) {
        uint64_t *left = &t->literal[side].octets;
        bool inside = *left > 0;
        size_t before = rest.len;
        slice line = inside && *left < rest.len ? slice_sub(rest, 0, (size_t)*left) : rest;
        bool whole = slice_find_byte(line, '\n') != SLICE_NONE;
        slice after = line;
        line = slice_cut(&after, '\n');
        uint64_t octets = line.len + whole;
        rest = slice_from(rest, (size_t)octets);
        bool cr = line.len && line.ptr[line.len - 1] == '\r';
        bool crlf = cr || (line.len == 0 && t->side[side].cut && t->side[side].cr);
        line.len -= cr;
        t->side[side].cr = cr;
        if (side == 0) {
            client_line(t, line, n, whole, whole && crlf, protocol);
        } else {
            server_line(t, line, n, whole, protocol);
        }
        assert(octets > 0 && octets <= before);
        t->side[side].octets += octets;
        after_line(t, side, octets, inside, whole, protocol);
    }
}

/* The server's news of the handshake tells less than the client's, which has seen a certificate. */
static void add_tls(struct talk *t, const struct cast *c, uint64_t n, const struct trace_rec *r)
{
    bool before = t->tls && trace_at(c->trace, t->tls)->kind != TRACE_UPGRADE;
    t->sealed = t->sealed == TALK_WHOLE ? t->turn_count : t->sealed;
    if (!before || cast_is_client(c, r->flow, r->actor)) {
        t->tls = n;
    }
}

/* What was said last does not go on as it is: lines that differ are kept beside.  The flight ends
 * where what was said ends, and who changes it cannot change its length. */
static void add_tamper(struct talk *t, const struct cast *c, const struct trace_rec *r,
                       struct buf *scratch)
{
    const struct talk_side *s = &t->side[cast_is_client(c, r->flow, r->actor) ? 0 : 1];
    slice bytes = trace_payload(c->trace, r->c, scratch);
    uint64_t from = s->octets > bytes.len ? s->octets - bytes.len : 0;
    for (size_t i = s->count; i-- > 0 && s->lines[i].octet >= from;) {
        struct talk_line *l = &s->lines[i];
        slice arrives = slice_sub(bytes, (size_t)(l->octet - from), l->len);
        if (arrives.len == l->len && !slice_eq(arrives, talk_text(t, l))) {
            l->altered = t->altered.len;
            buf_add(&t->altered, arrives);
        }
    }
}

static void add(struct talk *t, const struct cast *c, uint64_t n, struct buf *scratch)
{
    const struct trace_rec *r = trace_at(c->trace, n);
    if (r->kind == TRACE_SAID) {
        add_said(t, c, n, r, scratch);
    } else if (r->kind == TRACE_UPGRADE || r->kind == TRACE_SECURED || r->kind == TRACE_UNSECURED) {
        add_tls(t, c, n, r);
    } else if (r->kind == TRACE_TAMPER) {
        add_tamper(t, c, r, scratch);
    } else if (r->kind == TRACE_CLOSED) {
        t->why = t->closed ? t->why : r->a;
        t->closed |= (uint8_t)(cast_is_client(c, r->flow, r->actor) ? 1 : 2);
    }
}

static void begin(struct talk *t, const struct cast *c, uint32_t flow, bool loose)
{
    struct talk old = *t;
    *t = (struct talk){ .text = old.text,
                        .altered = old.altered,
                        .turns = old.turns,
                        .turn_cap = old.turn_cap,
                        .flow = flow,
                        .of = c->trace,
                        .sealed = TALK_WHOLE,
                        .loose = loose };
    for (size_t i = 0; i < 2; i++) {
        t->side[i].lines = old.side[i].lines;
        t->side[i].cap = old.side[i].cap;
    }
    buf_clear(&t->text);
    buf_clear(&t->altered);
}

static void go_on(struct talk *t, const struct cast *c, uint64_t record)
{
    const struct cast_flow *f = cast_flow(c, t->flow);
    struct buf scratch;
    buf_init(&scratch);
    uint64_t n = t->seen ? cast_next(c, t->seen) : f ? f->first : 0;
    for (; n && n <= record; n = cast_next(c, n)) {
        add(t, c, n, &scratch);
        t->seen = n;
    }
    t->upto = record;
    buf_deinit(&scratch);
}

void talk_build(struct talk *t, const struct cast *c, uint32_t flow, uint64_t record)
{
    t->of = NULL;
    talk_follow(t, c, flow, record);
}

void talk_follow(struct talk *t, const struct cast *c, uint32_t flow, uint64_t record)
{
    if (t->of != c->trace || t->flow != flow || t->upto > record) {
        begin(t, c, flow, false);
    }
    go_on(t, c, record);
    if (t->unasked && !t->loose) { /* it took for commands what a strict server takes for text */
        begin(t, c, flow, true);
        go_on(t, c, record);
    }
}

bool talk_is_ahead(const struct talk *t, size_t turn)
{
    if (turn == 0 || t->turns[turn].side[0].count == 0) {
        return false;
    }
    const struct talk_turn *before = &t->turns[turn - 1];
    const struct talk_line *asked = &t->side[0].lines[t->turns[turn].side[0].first];
    size_t count = before->side[1].count;
    if (before->side[0].count == 0 || (!before->open && count == 0)) {
        return false;
    }
    return before->open ||
           t->side[1].lines[before->side[1].first + count - 1].record > asked->record;
}

slice talk_text(const struct talk *t, const struct talk_line *line)
{
    return (slice){ t->text.ptr + line->start, line->len };
}

slice talk_altered(const struct talk *t, const struct talk_line *line)
{
    return line->altered == TALK_WHOLE ? (slice){ 0 }
                                       : (slice){ t->altered.ptr + line->altered, line->len };
}

slice talk_shown(const struct talk *t, const struct talk_line *line, bool secrets,
                 struct buf *scratch)
{
    slice text = talk_text(t, line);
    if (secrets || line->secret >= text.len) {
        return text;
    }
    buf_clear(scratch);
    buf_add(scratch, slice_sub(text, 0, line->secret));
    buf_addz(scratch, "••••••••");
    return buf_slice(scratch);
}

bool talk_is_secret(const struct talk *t, size_t side, uint64_t octet)
{
    const struct talk_side *s = &t->side[side];
    size_t low = 0, high = s->count;
    while (low < high) { /* the last line that begins at the octet or before it */
        size_t middle = low + (high - low) / 2;
        if (s->lines[middle].octet <= octet) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == 0) {
        return false;
    }
    const struct talk_line *line = &s->lines[low - 1];
    uint64_t within = octet - line->octet;
    return line->secret != TALK_WHOLE && within >= line->secret && within < line->len;
}
