/* smtp_reply.c - replies as a server says them.
 * Never knows why: only how a reply is written, with and without enhanced status codes. */
#include "sim/proto/smtp_reply.h"

#include "sim/proto/smtp.h"

#include <assert.h>

static size_t digits_len(slice s, size_t from)
{
    size_t n = 0;
    while (n < 3 && from + n < s.len && ascii_is_digit(s.ptr[from + n])) {
        n++;
    }
    return n;
}

/* RFC 3463 2: class "." subject "." detail, the latter two of one to three digits. */
size_t smtp_enhanced_len(slice text, char code_class)
{
    if (text.len < 5 || text.ptr[0] != code_class || text.ptr[1] != '.') {
        return 0;
    }
    size_t subject = digits_len(text, 2);
    size_t at = 2 + subject;
    if (subject == 0 || at >= text.len || text.ptr[at] != '.') {
        return 0;
    }
    size_t detail = digits_len(text, at + 1);
    at += 1 + detail;
    if (detail == 0 || (at < text.len && text.ptr[at] != ' ')) {
        return 0;
    }
    return at < text.len ? at + 1 : at;
}

uint16_t smtp_reply_code(slice reply)
{
    assert(reply.len >= 3);
    return (uint16_t)((reply.ptr[0] - '0') * 100 + (reply.ptr[1] - '0') * 10 +
                      (reply.ptr[2] - '0'));
}

void smtp_say(struct outq *out, bool enhanced, slice reply)
{
    size_t drop = enhanced ? 0 : smtp_enhanced_len(slice_from(reply, 4), reply.ptr[0]);
    if (drop == 0) {
        outq_static(out, reply);
        return;
    }
    outq_static(out, slice_sub(reply, 0, 4));
    outq_static(out, slice_from(reply, 4 + drop));
}

static slice general_words(uint16_t code)
{
    return code < 300 ? SLICE("ok") : code < 500 ? SLICE("try again later") : SLICE("refused");
}

/* Without CR: a text must not be able to end its line. */
static void say_clean(struct outq *out, slice text)
{
    while (text.len > 0) {
        outq_text(out, slice_cut(&text, '\r'));
    }
}

void smtp_say_text(struct outq *out, bool enhanced, uint16_t code, slice text)
{
    assert(code >= 200 && code < 600);
    const char digits[] = { (char)('0' + code / 100), (char)('0' + code / 10 % 10),
                            (char)('0' + code % 10) };
    const char general[] = { digits[0], '.', '0', '.', '0', ' ' };
    text = text.len > 0 ? text : general_words(code);
    slice status = slice_sub(text, 0, smtp_enhanced_len(text, digits[0]));
    text = slice_from(text, status.len);
    if (status.len == 0) {
        status = (slice){ general, sizeof general };
    }
    bool last = false;
    while (!last) {
        slice line = slice_cut(&text, '\n');
        last = text.len == 0;
        size_t own = smtp_enhanced_len(line, digits[0]);
        line = slice_from(line, own);
        outq_text(out, (slice){ digits, sizeof digits });
        outq_static(out, last ? SLICE(" ") : SLICE("-"));
        if (enhanced) {
            outq_text(out, status);
        }
        say_clean(out, slice_sub(line, 0, SMTP_REPLY_MAX - 6 - status.len));
        outq_static(out, SLICE("\r\n"));
    }
}
