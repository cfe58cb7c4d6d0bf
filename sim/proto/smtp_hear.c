/* smtp_hear.c - replies as a client hears them.
 * Never knows what was asked. */
#include "sim/proto/smtp_hear.h"

#include "sim/proto/smtp_reply.h"

void smtp_hear_init(struct smtp_hearing *h)
{
    *h = (struct smtp_hearing){ 0 };
    line_init(&h->lines, SMTP_HEAR_LINE_MAX);
}

void smtp_hear_deinit(struct smtp_hearing *h)
{
    line_deinit(&h->lines);
    buf_deinit(&h->text);
}

/* Three digits, the first 2 to 5, and nothing that makes a word of them. */
static bool starts_with_code(slice line)
{
    if (line.len < 3 || line.ptr[0] < '2' || line.ptr[0] > '5' || !ascii_is_digit(line.ptr[1]) ||
        !ascii_is_digit(line.ptr[2])) {
        return false;
    }
    return line.len == 3 || line.ptr[3] == ' ' || line.ptr[3] == '-' || line.ptr[3] == '\t';
}

static void add_line(struct smtp_hearing *h, slice text, bool bare)
{
    if (h->text.len + text.len + 1 > SMTP_HEAR_TEXT_MAX) {
        return;
    }
    buf_reserve(&h->text, h->text.len > 0 ? text.len + 1 : 200); /* most replies to EHLO fit */
    if (h->text.len > 0) {
        buf_byte(&h->text, '\n');
    }
    size_t from = h->text.len;
    buf_add(&h->text, text);
    for (size_t i = from; bare && i < h->text.len; i++) { /* '\n' means the next line to readers */
        char *c = &h->text.ptr[i];
        if (*c == '\r' || *c == '\n') {
            *c = ' ';
        }
    }
}

/* false: more lines belong to the reply. */
static bool take_line(struct smtp_hearing *h, slice line, bool bare, struct smtp_reply *reply_r)
{
    slice text = slice_trim(slice_from(line, 4));
    bool goes_on = line.len > 3 && line.ptr[3] == '-';
    if (h->many || goes_on || bare) {
        add_line(h, text, bare);
        h->many = goes_on;
        h->given = !goes_on;
        text = buf_slice(&h->text);
    }
    reply_r->code = smtp_reply_code(line);
    reply_r->text = text;
    return !goes_on;
}

enum smtp_heard smtp_hear(struct smtp_hearing *h, struct smtp_reply *reply_r)
{
    if (h->given) {
        buf_deinit(&h->text);
        h->given = false;
    }
    for (;;) {
        slice line;
        enum line_result result = line_next(&h->lines, &line);
        if (result == LINE_MORE) {
            return HEARD_MORE;
        }
        if (result == LINE_TOO_LONG || !starts_with_code(line)) {
            reply_r->code = 0;
            reply_r->text = line;
            return HEARD_GARBAGE;
        }
        if (take_line(h, line, result == LINE_BARE, reply_r)) {
            return HEARD_REPLY;
        }
    }
}

void smtp_hear_keep(struct smtp_hearing *h, slice prefix, slice text)
{
    buf_clear(&h->text);
    buf_add(&h->text, prefix);
    buf_add(&h->text, text);
    h->given = true;
    h->many = false;
}
