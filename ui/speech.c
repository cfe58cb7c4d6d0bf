/* speech.c - see speech.h.  Knows of each protocol where a letter begins and ends. */
#include "ui/speech.h"

enum { CLIENT, SERVER };

void speech_init(struct speech *s, enum words_protocol protocol)
{
    *s = (struct speech){ .protocol = protocol };
}

static void letter_begins(struct speech_side *side)
{
    side->letter = true;
    side->header = true;
}

bool speech_literal(slice line, size_t *brace_r, uint64_t *size_r)
{
    if (line.len < 3 || line.ptr[line.len - 1] != '}') {
        return false;
    }
    size_t brace = line.len - 1;
    while (brace > 0 && line.ptr[brace] != '{') {
        brace--;
    }
    slice digits = slice_sub(line, brace + 1, line.len - brace - 2);
    digits.len -= slice_ends(digits, SLICE("+")) ? 1 : 0;
    *brace_r = brace;
    return line.ptr[brace] == '{' && slice_to_u64(digits, size_r);
}

static bool is_field(slice line)
{
    size_t colon = slice_find_byte(line, ':');
    for (size_t i = 0; i < line.len && i < colon; i++) {
        if (line.ptr[i] <= ' ' || line.ptr[i] == 0x7f) {
            return false;
        }
    }
    return colon != SLICE_NONE && colon > 0;
}

/* The line that stands in a letter; a header ends with a blank line (RFC 5322 2.1). */
static enum speech_part letter_part(struct speech_side *side, slice line)
{
    bool fold = line.len > 0 && (line.ptr[0] == ' ' || line.ptr[0] == '\t');
    if (!side->header) {
        return SPEECH_BODY;
    }
    side->header = line.len > 0 && (fold || is_field(line));
    return line.len == 0 || side->header ? SPEECH_HEADER : SPEECH_BODY;
}

/* ---- SMTP: RFC 5321 4.1.1.4, 4.2; BDAT: RFC 3030 2; AUTH: RFC 4954 4 */

static void smtp_line(struct speech *s, size_t side, slice line)
{
    struct speech_side *client = &s->side[CLIENT];
    uint64_t size = 0;
    if (side == SERVER) {
        client->proof = slice_starts(line, SLICE("334"));
        if (slice_starts(line, SLICE("354"))) {
            letter_begins(client);
        }
        return;
    }
    slice rest = line;
    slice verb = slice_word(&rest);
    if (slice_eq_nocase(verb, SLICE("MAIL"))) {
        client->chunks = false;
    }
    if (!slice_eq_nocase(verb, SLICE("BDAT"))) {
        return;
    }
    if (slice_to_u64(slice_word(&rest), &size) && size > 0) {
        client->header = client->header || !client->chunks;
        client->letter = true;
        client->left = size;
    }
    client->chunks = !slice_eq_nocase(slice_trim(rest), SLICE("LAST"));
}

/* ---- POP3: RFC 1939 3; the question decides whether an answer has lines */

enum speech_pop speech_pop_answer(slice line)
{
    static const struct {
        slice verb;
        bool bare;
        enum speech_pop answer;
    } rows[] = { { SLICE_INIT("RETR"), false, SPEECH_POP_LETTER },
                 { SLICE_INIT("TOP"), false, SPEECH_POP_LETTER },
                 { SLICE_INIT("CAPA"), false, SPEECH_POP_LIST },
                 { SLICE_INIT("LIST"), true, SPEECH_POP_LIST },
                 { SLICE_INIT("UIDL"), true, SPEECH_POP_LIST } };
    slice verb = slice_word(&line);
    bool bare = slice_trim(line).len == 0;
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (slice_eq_nocase(verb, rows[i].verb) && (bare || !rows[i].bare)) {
            return rows[i].answer;
        }
    }
    return SPEECH_POP_NOTHING;
}

static void pop_line(struct speech *s, size_t side, slice line)
{
    struct speech_side *server = &s->side[SERVER];
    if (side == CLIENT) {
        if (s->asked_count < 32) {
            s->asked |= (uint64_t)speech_pop_answer(line) << 2 * s->asked_count++;
        }
        return;
    }
    s->side[CLIENT].proof = slice_starts(line, SLICE("+ "));
    if (s->side[CLIENT].proof || s->asked_count == 0) {
        return; /* a step of AUTH, the greeting */
    }
    enum speech_pop kind = (enum speech_pop)(s->asked & 3);
    s->asked >>= 2;
    s->asked_count--;
    s->answered = kind == SPEECH_POP_LIST && slice_starts(line, SLICE("+OK"));
    if (kind == SPEECH_POP_LETTER && slice_starts(line, SLICE("+OK"))) {
        letter_begins(server);
    }
}

/* ---- IMAP: RFC 9051 2.2, 4.3, 6.2.2 */

static bool is_letter(slice line)
{
    static const slice words[] = { SLICE_INIT("BODY["), SLICE_INIT("RFC822"), SLICE_INIT("BINARY["),
                                   SLICE_INIT("APPEND ") };
    for (size_t i = 0; i < COUNT(words); i++) {
        if (slice_find_nocase(line, words[i]) != SLICE_NONE) {
            return true;
        }
    }
    return false;
}

static void imap_line(struct speech *s, size_t side, const struct speech_line *l)
{
    struct speech_side *mine = &s->side[side];
    slice line = l->text, rest = line;
    size_t brace;
    uint64_t size;
    slice tag = slice_word(&rest), verb = slice_word(&rest);
    if (side == CLIENT && l->begins) {
        s->proving = slice_eq_nocase(verb, SLICE("AUTHENTICATE"));
    }
    if (side == SERVER && l->begins) {
        s->side[CLIENT].proof = s->proving && slice_starts(line, SLICE("+"));
        s->proving = s->proving && (slice_eq(tag, SLICE("+")) || slice_eq(tag, SLICE("*")));
    }
    mine->left = l->ends && speech_literal(line, &brace, &size) ? size : 0;
    mine->letter = mine->left > 0 && is_letter(line);
    mine->header = mine->letter;
}

/* ---- all of them */

static void heard(struct speech *s, size_t side, struct speech_line *l)
{
    if (l->part != SPEECH_LINE) {
        return;
    }
    switch (s->protocol) {
    case WORDS_SMTP:
        if (l->begins) {
            smtp_line(s, side, l->text);
        }
        break;
    case WORDS_POP:
        if (l->begins) {
            pop_line(s, side, l->text);
        }
        break;
    case WORDS_IMAP:
        imap_line(s, side, l);
        break;
    case WORDS_HTTP:
    case WORDS_DNS:
        break;
    }
}

static bool ends_with_dot(const struct speech *s, size_t side)
{
    const struct speech_side *mine = &s->side[side];
    return (mine->letter && mine->left == 0) || (side == SERVER && s->answered);
}

static enum speech_part part_of(struct speech *s, size_t side, struct speech_line *l, bool counted)
{
    struct speech_side *mine = &s->side[side];
    if (mine->cut) {
        return (enum speech_part)mine->part;
    }
    if (mine->proof) {
        mine->proof = false;
        return SPEECH_PROOF;
    }
    if (counted) {
        return mine->letter ? letter_part(mine, l->text) : SPEECH_OCTETS;
    }
    if (!ends_with_dot(s, side) || s->protocol == WORDS_IMAP) {
        return SPEECH_LINE;
    }
    if (slice_eq(l->text, SLICE(".")) && l->ends) {
        mine->letter = false;
        s->answered = s->answered && side != SERVER;
        return SPEECH_END;
    }
    l->stuffed = l->text.len > 1 && l->text.ptr[0] == '.';
    return mine->letter ? letter_part(mine, l->text) : SPEECH_LIST;
}

bool speech_next(struct speech *s, size_t side, slice *rest, struct speech_line *line_r)
{
    struct speech_side *mine = &s->side[side];
    bool counted = mine->left > 0, behind = mine->behind && !counted;
    slice in = *rest;
    if (in.len == 0) {
        return false;
    }
    if (counted && in.len > mine->left) {
        in.len = (size_t)mine->left;
    }
    size_t lf = slice_find_byte(in, '\n');
    struct speech_line l = { .begins = !mine->cut && !behind, .ends = lf != SLICE_NONE };
    l.size = l.ends ? lf + 1 : in.len;
    l.text = slice_sub(in, 0, l.ends ? lf : in.len);
    if (l.ends && l.text.len && l.text.ptr[l.text.len - 1] == '\r') {
        l.text.len--;
    }
    l.part = part_of(s, side, &l, counted);
    mine->part = (uint8_t)l.part;
    mine->cut = !l.ends;
    if (counted) {
        mine->left -= l.size;
        mine->behind = mine->left == 0 && s->protocol == WORDS_IMAP;
        mine->cut = mine->cut && mine->left > 0;
        mine->letter = mine->letter && mine->left > 0;
    } else {
        mine->behind = behind && !l.ends;
        heard(s, side, &l);
    }
    *rest = slice_from(*rest, l.size);
    *line_r = l;
    return true;
}
