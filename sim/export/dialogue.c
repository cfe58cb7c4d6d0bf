/* dialogue.c - SAID records into lines, and which of them are message content.
 * Follows the protocols only as far as that needs; what is said wrongly is shown all the same. */
#include "sim/export/dialogue.h"

#include "sim/base/mem.h"

enum { CLIENT, SERVER };
enum { ASKED_PLAIN, ASKED_LIST, ASKED_LETTER };

void dialogue_init(struct dialogue *d, uint32_t flow)
{
    *d = (struct dialogue){ .flow = flow };
}

void dialogue_deinit(struct dialogue *d)
{
    mem_free(d->lines);
    buf_deinit(&d->text);
    buf_deinit(&d->sides[CLIENT].cut);
    buf_deinit(&d->sides[SERVER].cut);
    *d = (struct dialogue){ 0 };
}

void dialogue_clear_lines(struct dialogue *d)
{
    d->count = 0;
    buf_clear(&d->text);
}

slice dialogue_text(const struct dialogue *d, const struct dialogue_line *line)
{
    return slice_sub(buf_slice(&d->text), line->start, line->len);
}

static slice last_word(slice line, char before)
{
    size_t at = line.len;
    while (at > 0 && line.ptr[at - 1] != before) {
        at--;
    }
    return slice_from(line, at);
}

/* ---- SMTP: RFC 5321 4.1.1.4, RFC 3030 2 ---- */

static void smtp_client(struct dialogue *d, struct dialogue_line *line, slice text)
{
    struct dialogue_side *s = &d->sides[CLIENT];
    uint64_t octets;
    if (s->dotted) {
        s->dotted = !slice_eq(text, SLICE("."));
        line->content = s->dotted;
    } else if (slice_starts_nocase(text, SLICE("BDAT "))) {
        slice rest = slice_from(text, 5);
        s->raw = slice_to_u64(slice_word(&rest), &octets) ? octets : 0;
    }
}

static void smtp_server(struct dialogue *d, struct dialogue_line *line, slice text)
{
    line->more = text.len > 3 && text.ptr[3] == '-' && ascii_is_digit(text.ptr[0]);
    if (slice_starts(text, SLICE("354")) && !line->more) {
        d->sides[CLIENT].dotted = true;
    }
}

/* ---- POP3: RFC 1939 3 ---- */

static uint8_t pop3_question(slice text)
{
    static const struct {
        slice verb;
        uint8_t plain, with_argument;
    } verbs[] = {
        { SLICE_INIT("RETR"), ASKED_LETTER, ASKED_LETTER },
        { SLICE_INIT("TOP"), ASKED_LETTER, ASKED_LETTER },
        { SLICE_INIT("LIST"), ASKED_LIST, ASKED_PLAIN },
        { SLICE_INIT("UIDL"), ASKED_LIST, ASKED_PLAIN },
        { SLICE_INIT("CAPA"), ASKED_LIST, ASKED_LIST },
    };
    slice verb = slice_word(&text);
    for (size_t i = 0; i < COUNT(verbs); i++) {
        if (slice_eq_nocase(verb, verbs[i].verb)) {
            return slice_trim(text).len > 0 ? verbs[i].with_argument : verbs[i].plain;
        }
    }
    return ASKED_PLAIN;
}

static void pop3_client(struct dialogue *d, struct dialogue_line *line, slice text)
{
    (void)line;
    if (d->skip_asked > 0) {
        d->skip_asked--; /* an answer to a challenge (RFC 5034 4) */
    } else {
        d->asked[d->asked_to++ % COUNT(d->asked)] = pop3_question(text);
    }
}

static void pop3_server(struct dialogue *d, struct dialogue_line *line, slice text)
{
    struct dialogue_side *s = &d->sides[SERVER];
    if (s->dotted || s->listing) {
        bool end = slice_eq(text, SLICE("."));
        line->content = s->dotted && !end;
        line->more = !end;
        s->dotted = s->dotted && !end;
        s->listing = s->listing && !end;
        return;
    }
    if (slice_eq(text, SLICE("+")) || slice_starts(text, SLICE("+ "))) {
        d->skip_asked++;
        return;
    }
    if (d->asked_from == d->asked_to) {
        return; /* the greeting */
    }
    uint8_t asked = d->asked[d->asked_from++ % COUNT(d->asked)];
    if (slice_starts_nocase(text, SLICE("+OK"))) {
        s->dotted = asked == ASKED_LETTER;
        s->listing = asked == ASKED_LIST;
        line->more = asked != ASKED_PLAIN;
    }
}

/* ---- IMAP: a line that ends in {42} or {42+} is followed by a literal (RFC 9051 4.3) ---- */

static void imap_either(struct dialogue *d, struct dialogue_line *line, slice text)
{
    struct dialogue_side *s = &d->sides[line->server ? SERVER : CLIENT];
    if (text.len < 3 || text.ptr[text.len - 1] != '}' || slice_find_byte(text, '{') == SLICE_NONE) {
        return;
    }
    slice digits = last_word(slice_sub(text, 0, text.len - 1), '{');
    if (slice_ends(digits, SLICE("+"))) {
        digits.len--;
    }
    uint64_t octets;
    if (slice_to_u64(digits, &octets)) {
        s->raw = octets;
        s->after_raw = octets == 0;
    }
}

/* ---- HTTP/1.1: RFC 9112 6 ---- */

static void http_either(struct dialogue *d, struct dialogue_line *line, slice text)
{
    static const slice name = SLICE_INIT("Content-Length:");
    struct dialogue_side *s = &d->sides[line->server ? SERVER : CLIENT];
    uint64_t octets;
    if (text.len == 0) {
        s->raw = s->length;
        s->length = 0;
    } else if (slice_starts_nocase(text, name) &&
               slice_to_u64(slice_trim(slice_from(text, name.len)), &octets)) {
        s->length = octets;
    }
}

typedef void line_fn(struct dialogue *d, struct dialogue_line *line, slice text);
static const struct {
    slice name; /* as SESSION says it */
    line_fn *said[2];
} protocols[] = {
    [DIALOGUE_UNKNOWN] = { SLICE_INIT(""), { NULL, NULL } },
    [DIALOGUE_SMTP] = { SLICE_INIT("smtp"), { smtp_client, smtp_server } },
    [DIALOGUE_POP3] = { SLICE_INIT("pop3"), { pop3_client, pop3_server } },
    [DIALOGUE_IMAP] = { SLICE_INIT("imap"), { imap_either, imap_either } },
    [DIALOGUE_HTTP] = { SLICE_INIT("http"), { http_either, http_either } },
};

/* ---- lines ---- */

static void emit(struct dialogue *d, size_t side, bool content, bool ended)
{
    struct dialogue_side *s = &d->sides[side];
    slice text = buf_slice(&s->cut);
    text.len -= ended ? 2 : 0;
    struct dialogue_line line = { .record = s->record,
                                  .at = s->at,
                                  .start = d->text.len,
                                  .len = text.len,
                                  .actor = s->actor,
                                  .server = side == SERVER,
                                  .content = content,
                                  .continued = s->after_raw && !content,
                                  .ended = ended };
    s->after_raw = s->after_raw && content;
    line_fn *said = protocols[d->protocol].said[side];
    if (content) {
        s->after_raw = d->protocol == DIALOGUE_IMAP;
    } else if (said) {
        said(d, &line, text);
    }
    buf_add(&d->text, text);
    d->lines = mem_grow(d->lines, d->count, &d->cap, sizeof *d->lines);
    d->lines[d->count++] = line;
    buf_clear(&s->cut);
}

static bool ends_line(const struct dialogue_side *s)
{
    return slice_ends(buf_slice(&s->cut), SLICE("\r\n"));
}

static void take_bytes(struct dialogue *d, size_t side, slice bytes, const struct trace_rec *rec,
                       uint64_t number)
{
    struct dialogue_side *s = &d->sides[side];
    while (bytes.len > 0) {
        if (s->cut.len == 0) {
            s->record = number;
            s->at = rec->at;
            s->actor = rec->actor;
        }
        bool raw = s->raw > 0;
        slice reach = bytes;
        reach.len = raw && s->raw < reach.len ? (size_t)s->raw : reach.len;
        size_t newline = slice_find_byte(reach, '\n');
        reach.len = newline != SLICE_NONE ? newline + 1 : reach.len;
        buf_add(&s->cut, reach);
        bytes = slice_from(bytes, reach.len);
        s->raw -= raw ? reach.len : 0;
        if (ends_line(s)) {
            emit(d, side, raw, true);
        } else if (raw && s->raw == 0) {
            emit(d, side, true, false);
        }
    }
}

static void take_session(struct dialogue *d, const struct trace *t, const struct trace_rec *rec)
{
    slice name = trace_name_of(t, rec->a);
    for (size_t i = 1; i < COUNT(protocols); i++) {
        if (slice_starts_nocase(name, protocols[i].name)) {
            d->protocol = (enum dialogue_protocol)i;
        }
    }
    if (rec->b != 0) {
        d->server = rec->actor;
    } else {
        d->client = rec->actor;
    }
}

void dialogue_record(struct dialogue *d, const struct trace *t, uint64_t number)
{
    const struct trace_rec *rec = trace_at(t, number);
    if (!rec || rec->flow != d->flow || d->flow == 0) {
        return;
    }
    if (rec->kind == TRACE_OPEN) {
        d->client = rec->actor;
        d->server = rec->a;
    } else if (rec->kind == TRACE_SESSION) {
        take_session(d, t, rec);
    } else if (rec->kind == TRACE_SAID) {
        size_t side = d->server != 0 ? rec->actor == d->server : rec->actor != d->client;
        for (size_t i = 0; i < trace_payload_chunks(t, rec->c); i++) {
            take_bytes(d, side, trace_payload_chunk(t, rec->c, i), rec, number);
        }
    }
}

void dialogue_finish(struct dialogue *d)
{
    for (size_t side = CLIENT; side <= SERVER; side++) {
        if (d->sides[side].cut.len > 0) {
            emit(d, side, d->sides[side].raw > 0, false);
        }
    }
}

void dialogue_build(struct dialogue *d, const struct trace *t, uint32_t flow, uint64_t last)
{
    dialogue_init(d, flow);
    for (uint64_t n = 1; n <= last && n <= t->count; n++) {
        dialogue_record(d, t, n);
    }
    dialogue_finish(d);
}
