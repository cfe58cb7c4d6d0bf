/* dissect.c - a dialogue's lines given to their protocols, and the letters in them.  See
 * dissect.h. */
#include "ui/dissect.h"

bool dissect_word(struct dissect_words *w, slice *word_r)
{
    w->from = w->to;
    while (w->from < w->line.len && (w->line.ptr[w->from] == ' ' || w->line.ptr[w->from] == '\t')) {
        w->from++;
    }
    w->to = w->from;
    while (w->to < w->line.len && w->line.ptr[w->to] != ' ' && w->line.ptr[w->to] != '\t') {
        w->to++;
    }
    *word_r = slice_sub(w->line, w->from, w->to - w->from);
    return word_r->len > 0;
}

slice dissect_rest(const struct dissect_words *w, size_t *at_r)
{
    slice rest = slice_trim(slice_from(w->line, w->to));
    *at_r = w->at + (rest.ptr ? (size_t)(rest.ptr - w->line.ptr) : w->line.len);
    return rest;
}

/* ---- letters: RFC 5322 2.2, 3.6 */

static enum field header_field(slice name)
{
    static const struct {
        slice name;
        enum field field;
    } rows[] = {
        { SLICE_INIT("From"), FIELD_IMF_FROM }, { SLICE_INIT("To"), FIELD_IMF_TO },
        { SLICE_INIT("Cc"), FIELD_IMF_CC },     { SLICE_INIT("Subject"), FIELD_IMF_SUBJECT },
        { SLICE_INIT("Date"), FIELD_IMF_DATE }, { SLICE_INIT("Message-ID"), FIELD_IMF_ID },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (slice_eq_nocase(name, rows[i].name)) {
            return rows[i].field;
        }
    }
    return FIELD_IMF_FIELD;
}

static void header_line(const struct speech_line *l, size_t at, struct hits *out)
{
    slice value = l->text, name = slice_cut(&value, ':');
    bool fold = name.len && (name.ptr[0] == ' ' || name.ptr[0] == '\t');
    if (l->text.len == 0) {
        hits_add(out, FIELD_IMF_BLANK, at, l->size, 0);
        return;
    }
    if (fold || !l->begins) {
        hits_text(out, FIELD_IMF_FIELD, at, l->text.len, 0, slice_trim(l->text));
        return;
    }
    hits_text(out, header_field(name), at, l->text.len, 0, slice_trim(value));
}

static void letter_line(const struct speech_line *l, size_t at, struct hits *out)
{
    hits_add(out, FIELD_IMF, at, 0, 0);
    if (l->stuffed) {
        hits_add(out, FIELD_IMF_STUFFED, at, 1, 0);
    }
    if (l->part == SPEECH_HEADER) {
        header_line(l, at, out);
        return;
    }
    /* the lines of a text are one field */
    struct hit *last = out->count ? &out->rows[out->count - 1] : NULL;
    struct hit *before = out->count > 1 ? &out->rows[out->count - 2] : NULL;
    bool marked = last && last->field == FIELD_IMF && before && before->field == FIELD_IMF_BODY;
    if (marked && before->at + before->len == at) {
        before->len += (uint32_t)l->size;
        out->count--;
        return;
    }
    hits_add(out, FIELD_IMF_BODY, at, l->size, 0);
}

/* ---- HTTP: RFC 9112 3, 4 */

static void http_line(size_t side, const struct speech_line *l, size_t at, struct hits *out)
{
    struct dissect_words w = { .line = l->text, .at = at };
    slice word;
    uint64_t code;
    bool version = dissect_word(&w, &word) && slice_starts(word, SLICE("HTTP/"));
    if (side == 1 && version && dissect_word(&w, &word) && slice_to_u64(word, &code)) {
        hits_number(out, FIELD_HTTP_CODE, at + w.from, word.len, 0, code);
        return;
    }
    bool asks = side == 0 && slice_find(l->text, SLICE(" HTTP/1.")) != SLICE_NONE;
    if (asks && word.len) {
        hits_text(out, FIELD_HTTP_METHOD, at + w.from, word.len, 0, word);
        if (dissect_word(&w, &word)) {
            hits_text(out, FIELD_HTTP_URI, at + w.from, word.len, 0, word);
        }
        return;
    }
    hits_add(out, FIELD_HTTP_DATA, at, l->size, 0);
}

/* ---- lines */

static enum field protocol_field(enum words_protocol p)
{
    static const enum field fields[] = { [WORDS_SMTP] = FIELD_SMTP,
                                         [WORDS_POP] = FIELD_POP,
                                         [WORDS_IMAP] = FIELD_IMAP,
                                         [WORDS_HTTP] = FIELD_HTTP,
                                         [WORDS_DNS] = FIELD_DNS };
    return fields[p];
}

static void command_or_reply(struct speech *s, size_t side, const struct speech_line *l,
                             slice whole, size_t at, struct hits *out)
{
    switch (s->protocol) {
    case WORDS_SMTP:
        dissect_smtp(side, l, whole, at, out);
        break;
    case WORDS_POP:
        dissect_pop(side, l, at, out);
        break;
    case WORDS_IMAP:
        dissect_imap(side, l, at, out);
        break;
    case WORDS_HTTP:
        http_line(side, l, at, out);
        break;
    case WORDS_DNS:
        break;
    }
}

void dissect_said(struct speech *s, size_t side, slice bytes, struct hits *out)
{
    slice rest = bytes;
    struct speech_line l;
    hits_add(out, protocol_field(s->protocol), 0, 0, 0);
    for (size_t at = 0; speech_next(s, side, &rest, &l); at += l.size) {
        switch (l.part) {
        case SPEECH_LINE:
            command_or_reply(s, side, &l, slice_sub(bytes, at, l.size), at, out);
            break;
        case SPEECH_HEADER:
        case SPEECH_BODY:
            letter_line(&l, at, out);
            break;
        case SPEECH_OCTETS:
            hits_add(out, FIELD_IMAP_LITERAL_BYTES, at, l.size, 0);
            break;
        case SPEECH_PROOF:
            hits_add(out, FIELD_SMTP_PROOF, at, l.size, 0);
            break;
        case SPEECH_END:
            hits_add(out, s->protocol == WORDS_SMTP ? FIELD_SMTP_EOM : FIELD_POP_END, at, l.size,
                     0);
            break;
        case SPEECH_LIST:
            hits_add(out, FIELD_POP_DATA, at, l.size, 0);
            break;
        }
    }
}

void dissect_skip(struct speech *s, size_t side, slice bytes)
{
    struct speech_line l;
    while (speech_next(s, side, &bytes, &l)) {
        continue;
    }
}
