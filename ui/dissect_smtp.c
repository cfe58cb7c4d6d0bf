/* dissect_smtp.c - a command or a reply of SMTP (RFC 5321 4.1, 4.2), with enhanced status codes
 * (RFC 2034 4, RFC 3463 2).  See dissect.h. */
#include "ui/dissect.h"

/* MAIL and RCPT: a path in angle brackets, then parameters (RFC 5321 4.1.2). */
static void path_and_more(slice text, size_t at, struct hits *out)
{
    size_t open = slice_find_byte(text, '<'), close = slice_find_byte(text, '>');
    if (open == SLICE_NONE || close == SLICE_NONE || close < open) {
        return;
    }
    hits_text(out, FIELD_SMTP_PATH, at + open, close + 1 - open, 2,
              slice_sub(text, open, close + 1 - open));
    struct dissect_words w = { .line = slice_from(text, close + 1), .at = at + close + 1 };
    for (slice word; dissect_word(&w, &word);) {
        hits_text(out, FIELD_SMTP_ESMTP, w.at + w.from, word.len, 2, word);
    }
}

static void command(const struct speech_line *l, slice whole, size_t at, struct hits *out)
{
    struct dissect_words w = { .line = l->text, .at = at };
    slice verb;
    size_t rest_at;
    hits_number(out, FIELD_SMTP_REQ, at, 0, 0, 1);
    hits_text(out, FIELD_SMTP_LINE, at, l->size, 0, whole);
    if (!dissect_word(&w, &verb)) {
        return;
    }
    hits_text(out, FIELD_SMTP_COMMAND, at + w.from, verb.len, 1, verb);
    slice rest = dissect_rest(&w, &rest_at);
    if (rest.len) {
        hits_text(out, FIELD_SMTP_PARAMETER, rest_at, rest.len, 1, rest);
        path_and_more(rest, rest_at, out);
    }
}

/* "5.1.1": class, subject, detail.  Returns its length, 0: it is none. */
static size_t enhanced(slice text, char class, size_t at, struct hits *out)
{
    static const enum field fields[] = { FIELD_SMTP_CLASS, FIELD_SMTP_SUBJECT, FIELD_SMTP_DETAIL };
    slice parts[3], rest = text;
    slice whole = slice_word(&rest), left = whole;
    uint64_t numbers[3];
    if (text.len == 0 || text.ptr[0] != class || whole.ptr != text.ptr) {
        return 0;
    }
    for (size_t i = 0; i < 3; i++) {
        parts[i] = slice_cut(&left, '.');
        if (parts[i].len == 0 || parts[i].len > 3 || !slice_to_u64(parts[i], &numbers[i])) {
            return 0;
        }
    }
    if (left.len || parts[0].len != 1) {
        return 0;
    }
    hits_text(out, FIELD_SMTP_ENHANCED, at, whole.len, 1, whole);
    for (size_t i = 0; i < 3; i++) {
        hits_number(out, fields[i], at + (size_t)(parts[i].ptr - text.ptr), parts[i].len, 2,
                    numbers[i]);
    }
    return whole.len;
}

static void reply(const struct speech_line *l, slice whole, size_t at, struct hits *out)
{
    static const enum field digits[] = { FIELD_SMTP_DIGIT1, FIELD_SMTP_DIGIT2, FIELD_SMTP_DIGIT3 };
    uint64_t code;
    slice line = l->text;
    hits_number(out, FIELD_SMTP_RSP, at, 0, 0, 1);
    hits_text(out, FIELD_SMTP_RESPONSE, at, l->size, 0, whole);
    if (line.len < 3 || !slice_to_u64(slice_sub(line, 0, 3), &code)) {
        return;
    }
    hits_number(out, FIELD_SMTP_CODE, at, 3, 1, code);
    for (size_t i = 0; i < 3; i++) {
        hits_number(out, digits[i], at + i, 1, 2, (uint64_t)(line.ptr[i] - '0'));
    }
    if (line.len > 3 && line.ptr[3] == '-') {
        hits_add(out, FIELD_SMTP_MORE, at + 3, 1, 1);
    }
    if (line.len > 4) {
        hits_text(out, FIELD_SMTP_REPLY_TEXT, at + 4, line.len - 4, 1, slice_from(line, 4));
        enhanced(slice_from(line, 4), line.ptr[0], at + 4, out);
    }
}

void dissect_smtp(size_t side, const struct speech_line *l, slice whole, size_t at,
                  struct hits *out)
{
    if (!l->begins) {
        return;
    }
    if (side == 0) {
        command(l, whole, at, out);
    } else {
        reply(l, whole, at, out);
    }
}
