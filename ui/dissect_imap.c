/* dissect_imap.c - a command or an answer of IMAP (RFC 9051 2.2, 7).  See dissect.h.
 * A line is named up to its arguments: what stands in them is as deep as one likes. */
#include "ui/dissect.h"

/* Commands whose first argument is a mailbox (RFC 9051 6.3). */
static bool takes_folder(slice verb)
{
    static const slice verbs[] = { SLICE_INIT("SELECT"),     SLICE_INIT("EXAMINE"),
                                   SLICE_INIT("CREATE"),     SLICE_INIT("DELETE"),
                                   SLICE_INIT("RENAME"),     SLICE_INIT("SUBSCRIBE"),
                                   SLICE_INIT("STATUS"),     SLICE_INIT("APPEND"),
                                   SLICE_INIT("UNSUBSCRIBE") };
    for (size_t i = 0; i < COUNT(verbs); i++) {
        if (slice_eq_nocase(verb, verbs[i])) {
            return true;
        }
    }
    return false;
}

/* A name in quotes may have blanks in it. */
static slice folder_of(slice arguments)
{
    if (arguments.len > 1 && arguments.ptr[0] == '"') {
        size_t end = slice_find_byte(slice_from(arguments, 1), '"');
        return slice_sub(arguments, 1, end);
    }
    return slice_word(&arguments);
}

static void literal(const struct speech_line *l, size_t at, struct hits *out)
{
    size_t brace;
    uint64_t size;
    if (l->ends && speech_literal(l->text, &brace, &size)) {
        hits_number(out, FIELD_IMAP_LITERAL, at + brace, l->text.len - brace, 1, size);
    }
}

static void command(const struct speech_line *l, size_t at, struct hits *out)
{
    struct dissect_words w = { .line = l->text, .at = at };
    size_t rest_at;
    slice word;
    hits_number(out, FIELD_IMAP_IS_REQUEST, at, 0, 0, 1);
    hits_text(out, FIELD_IMAP_REQUEST, at, l->size, 0, l->text);
    if (!dissect_word(&w, &word)) {
        return;
    }
    hits_text(out, FIELD_IMAP_REQUEST_TAG, at + w.from, word.len, 1, word);
    hits_text(out, FIELD_IMAP_TAG, at + w.from, word.len, 1, word);
    if (!dissect_word(&w, &word)) {
        return;
    }
    if (slice_eq_nocase(word, SLICE("UID"))) {
        hits_number(out, FIELD_IMAP_UID, at + w.from, word.len, 1, 1);
        dissect_word(&w, &word);
    }
    hits_text(out, FIELD_IMAP_COMMAND, at + w.from, word.len, 1, word);
    slice rest = dissect_rest(&w, &rest_at);
    if (rest.len) {
        hits_text(out, FIELD_IMAP_ARGUMENTS, rest_at, rest.len, 1, rest);
    }
    if (rest.len && takes_folder(word)) {
        slice folder = folder_of(rest);
        hits_text(out, FIELD_IMAP_FOLDER, rest_at + (size_t)(folder.ptr - rest.ptr), folder.len, 2,
                  folder);
    }
    literal(l, at, out);
}

/* "[UIDVALIDITY 1]" behind OK, NO, BAD, BYE, PREAUTH (RFC 9051 7.1). */
static void code(slice text, size_t at, struct hits *out)
{
    size_t close = slice_find_byte(text, ']');
    if (text.len < 3 || text.ptr[0] != '[') {
        return;
    }
    slice inside = slice_sub(text, 1, close == SLICE_NONE ? text.len : close - 1);
    slice name = slice_word(&inside);
    if (name.len) {
        hits_text(out, FIELD_IMAP_CODE, at + (size_t)(name.ptr - text.ptr), name.len, 2, name);
    }
}

static bool is_status(slice word)
{
    static const slice words[] = { SLICE_INIT("OK"), SLICE_INIT("NO"), SLICE_INIT("BAD"),
                                   SLICE_INIT("BYE"), SLICE_INIT("PREAUTH") };
    for (size_t i = 0; i < COUNT(words); i++) {
        if (slice_eq_nocase(word, words[i])) {
            return true;
        }
    }
    return false;
}

static void rest_of(const struct dissect_words *w, bool coded, struct hits *out)
{
    size_t at;
    slice rest = dissect_rest(w, &at);
    if (rest.len) {
        hits_text(out, FIELD_IMAP_TEXT, at, rest.len, 1, rest);
        if (coded) {
            code(rest, at, out);
        }
    }
}

/* "* 3 EXISTS", "* 1 FETCH (...)", "* LIST ...", "* OK [...] text" (RFC 9051 2.2.2). */
static void untagged(struct dissect_words *w, struct hits *out)
{
    slice word;
    uint64_t number;
    hits_add(out, FIELD_IMAP_UNTAGGED, w->at + w->from, 1, 1);
    if (!dissect_word(w, &word)) {
        return;
    }
    if (slice_to_u64(word, &number)) {
        hits_number(out, FIELD_IMAP_NUMBER, w->at + w->from, word.len, 1, number);
        if (!dissect_word(w, &word)) {
            return;
        }
    }
    bool status = is_status(word);
    hits_text(out, FIELD_IMAP_DATA, w->at + w->from, word.len, 1, word);
    rest_of(w, status, out);
}

static void answer(const struct speech_line *l, size_t at, struct hits *out)
{
    struct dissect_words w = { .line = l->text, .at = at };
    slice word;
    hits_number(out, FIELD_IMAP_IS_REQUEST, at, 0, 0, 0);
    if (!dissect_word(&w, &word)) {
        return;
    }
    if (slice_eq(word, SLICE("+"))) {
        hits_add(out, FIELD_IMAP_GO_ON, at + w.from, 1, 1);
        rest_of(&w, true, out);
    } else if (slice_eq(word, SLICE("*"))) {
        untagged(&w, out);
    } else {
        slice tag = word;
        hits_text(out, FIELD_IMAP_RESPONSE, at, l->size, 0, l->text);
        hits_text(out, FIELD_IMAP_RESPONSE_TAG, at + w.from, tag.len, 1, tag);
        hits_text(out, FIELD_IMAP_TAG, at + w.from, tag.len, 1, tag);
        if (dissect_word(&w, &word)) {
            hits_text(out, FIELD_IMAP_STATUS, at + w.from, word.len, 1, word);
            rest_of(&w, true, out);
        }
    }
    literal(l, at, out);
}

void dissect_imap(size_t side, const struct speech_line *l, size_t at, struct hits *out)
{
    if (!l->begins) { /* behind a literal */
        if (l->text.len) {
            hits_text(out, FIELD_IMAP_TEXT, at, l->text.len, 1, l->text);
        }
        literal(l, at, out);
    } else if (side == 0) {
        command(l, at, out);
    } else {
        answer(l, at, out);
    }
}
