/* imap_input.c - whole IMAP commands or responses out of bytes cut anywhere.
 * Never knows what a command means; says only where one ends. */
#include "sim/proto/imap_input.h"

#include "sim/base/mem.h"

#include <assert.h>
#include <string.h>

enum imap_input_mode {
    MODE_LINE,    /* a line comes next */
    MODE_ASK,     /* a literal was announced; the host has not decided */
    MODE_LITERAL, /* octets of a literal come next */
    MODE_SKIP_LITERAL,
    MODE_SKIP_LINE /* the rest of a refused unit */
};

void imap_input_init(struct imap_input *in, size_t line_max, size_t text_max)
{
    *in = (struct imap_input){ .fresh = true, .text_max = text_max };
    line_init(&in->line, line_max);
}

static void forget(struct imap_input *in)
{
    for (size_t i = 0; i < in->literal_count; i++) {
        message_unref(&in->literals[i]);
    }
    in->literal_count = 0;
    in->unit = (slice){ 0 };
    buf_clear(&in->text);
    in->fresh = true;
}

void imap_input_deinit(struct imap_input *in)
{
    forget(in);
    mem_free(in->literals);
    buf_deinit(&in->text);
    line_deinit(&in->line);
}

void imap_input_feed(struct imap_input *in, struct chunk c)
{
    line_feed(&in->line, c);
}

bool imap_literal_announced(slice line, uint64_t *octets_r, bool *waits_r)
{
    if (line.len < 3 || line.ptr[line.len - 1] != '}') {
        return false;
    }
    size_t end = line.len - 1;
    *waits_r = line.ptr[end - 1] != '+';
    end -= *waits_r ? 0 : 1;
    size_t open = end;
    while (open > 0 && line.ptr[open - 1] != '{') {
        open--;
    }
    return open > 0 && slice_to_u64(slice_sub(line, open, end - open), octets_r);
}

slice imap_input_drop(struct imap_input *in)
{
    return line_drop(&in->line);
}

slice imap_input_begun(const struct imap_input *in)
{
    return buf_slice(&in->text);
}

size_t imap_input_held(const struct imap_input *in)
{
    size_t held = 0;
    for (size_t i = 0; i < in->literal_count; i++) {
        held += in->literals[i]->size;
    }
    return held;
}

void imap_input_accept(struct imap_input *in)
{
    assert(in->mode == MODE_ASK);
    in->mode = MODE_LITERAL;
    in->left = in->announced;
    if (in->announced > IMAP_INLINE_MAX) {
        in->literals =
            mem_grow(in->literals, in->literal_count, &in->literal_cap, sizeof(struct message *));
        in->literals[in->literal_count++] = message_new();
    }
}

void imap_input_refuse(struct imap_input *in)
{
    assert(in->mode == MODE_ASK);
    forget(in);
    in->left = in->announced;
    in->mode = in->waits ? MODE_LINE : MODE_SKIP_LITERAL;
}

/* "* OK text" and its like end in words for people, where "{5}" is no literal (RFC 9051 7.1). */
static bool is_status(slice line)
{
    static const slice plain[] = { SLICE_INIT("* OK"), SLICE_INIT("* NO"), SLICE_INIT("* BAD"),
                                   SLICE_INIT("* BYE"), SLICE_INIT("* PREAUTH") };
    for (size_t i = 0; i < COUNT(plain); i++) {
        if (slice_starts_nocase(line, plain[i])) {
            return true;
        }
    }
    return line.len == 0 || line.ptr[0] != '*';
}

static enum imap_input_result line_came(struct imap_input *in, slice line)
{
    bool first = in->fresh;
    in->fresh = false;
    bool may = !in->raw_lines && !(in->responses && first && is_status(line));
    bool more = may && imap_literal_announced(line, &in->announced, &in->waits);
    if (in->text.len + line.len > in->text_max) {
        bool skip = more && !in->waits;
        forget(in);
        in->left = in->announced;
        in->mode = skip ? MODE_SKIP_LITERAL : MODE_LINE;
        return IMAP_INPUT_TOO_LONG;
    }
    if (first && !more) {
        in->unit = line;
        return IMAP_INPUT_UNIT;
    }
    buf_add(&in->text, line);
    if (more) {
        buf_addz(&in->text, "\r\n");
        in->mode = MODE_ASK;
        return IMAP_INPUT_LITERAL;
    }
    in->unit = buf_slice(&in->text);
    return IMAP_INPUT_UNIT;
}

/* The rest of a refused unit, which may announce yet another literal. */
static void line_skipped(struct imap_input *in, slice line)
{
    bool waits = true;
    in->mode = MODE_LINE;
    if (imap_literal_announced(line, &in->left, &waits) && !waits) {
        in->mode = MODE_SKIP_LITERAL;
    }
}

static enum imap_input_result read_line(struct imap_input *in)
{
    if (in->mode == MODE_LINE && in->unit.ptr) {
        forget(in);
    }
    slice line;
    switch (line_next(&in->line, &line)) {
    case LINE_MORE:
        return IMAP_INPUT_MORE;
    case LINE_OK:
        break;
    case LINE_BARE:
        forget(in);
        in->mode = MODE_LINE;
        return IMAP_INPUT_BARE;
    default:
        forget(in);
        in->mode = MODE_LINE;
        return IMAP_INPUT_TOO_LONG;
    }
    if (in->mode == MODE_SKIP_LINE) {
        line_skipped(in, line);
        return IMAP_INPUT_LITERAL; /* not seen by the caller: mode is never ASK here */
    }
    return line_came(in, line.ptr ? line : SLICE(""));
}

static bool read_literal(struct imap_input *in)
{
    struct chunk c;
    size_t max = in->left > SIZE_MAX / 2 ? SIZE_MAX / 2 : (size_t)in->left;
    if (!line_take_raw(&in->line, max, &c)) {
        return false;
    }
    in->left -= c.bytes.len;
    if (in->mode == MODE_LITERAL && in->announced > IMAP_INLINE_MAX) {
        message_add(in->literals[in->literal_count - 1], c);
    } else if (in->mode == MODE_LITERAL) {
        buf_add(&in->text, c.bytes);
    }
    return true;
}

enum imap_input_result imap_input_next(struct imap_input *in)
{
    for (;;) {
        if (in->mode == MODE_LITERAL || in->mode == MODE_SKIP_LITERAL) {
            if (in->left > 0 && !read_literal(in)) {
                return IMAP_INPUT_MORE;
            }
            if (in->left == 0) {
                in->mode = in->mode == MODE_LITERAL ? MODE_LINE : MODE_SKIP_LINE;
            }
            continue;
        }
        assert(in->mode != MODE_ASK);
        bool skipping = in->mode == MODE_SKIP_LINE;
        enum imap_input_result result = read_line(in);
        if (!skipping || result != IMAP_INPUT_LITERAL) {
            return result;
        }
    }
}
