/* dissect_pop.c - a command or an answer of POP3 (RFC 1939 3, response codes RFC 2449 8).  See
 * dissect.h. */
#include "ui/dissect.h"

static void code(slice text, size_t at, struct hits *out)
{
    size_t close = slice_find_byte(text, ']');
    if (text.len > 2 && text.ptr[0] == '[' && close != SLICE_NONE && close > 1) {
        hits_text(out, FIELD_POP_CODE, at + 1, close - 1, 1, slice_sub(text, 1, close - 1));
    }
}

void dissect_pop(size_t side, const struct speech_line *l, size_t at, struct hits *out)
{
    struct dissect_words w = { .line = l->text, .at = at };
    size_t rest_at;
    slice word;
    if (!l->begins) {
        return;
    }
    hits_text(out, side ? FIELD_POP_RESPONSE : FIELD_POP_REQUEST, at, l->size, 0, l->text);
    if (!dissect_word(&w, &word)) {
        return;
    }
    hits_text(out, side ? FIELD_POP_INDICATOR : FIELD_POP_COMMAND, at + w.from, word.len, 1, word);
    slice rest = dissect_rest(&w, &rest_at);
    if (rest.len == 0) {
        return;
    }
    hits_text(out, side ? FIELD_POP_DESCRIPTION : FIELD_POP_PARAMETER, rest_at, rest.len, 1, rest);
    if (side) {
        code(rest, rest_at, out);
    }
}
