/* http_read.c - HTTP messages out of bytes cut anywhere: head lines, then a body by its length, in
 * chunks, or up to the end (RFC 9112 6, 7.1).
 * Never answers; what is wrong gets the status that a server would say. */
#include "sim/proto/http_read.h"

#include <assert.h>

void http_reader_init(struct http_reader *r, bool responses, size_t body_max)
{
    *r = (struct http_reader){ .responses = responses, .body_max = body_max };
    line_init(&r->lines, HTTP_LINE_MAX);
}

void http_reader_deinit(struct http_reader *r)
{
    line_deinit(&r->lines);
    buf_deinit(&r->text);
    buf_deinit(&r->body);
}

void http_reader_again(struct http_reader *r)
{
    assert(r->phase == HTTP_AT_END);
    r->phase = HTTP_AT_START;
    r->head_size = 0;
    r->head = (struct http_head){ 0 };
    buf_clear(&r->text);
    buf_deinit(&r->body); /* it may have been large, and the next one may not come for long */
}

bool http_reader_begun(const struct http_reader *r)
{
    return r->phase != HTTP_AT_START || line_is_cut(&r->lines);
}

static enum http_result refuse(struct http_reader *r, uint16_t status, const char *why)
{
    r->phase = HTTP_AT_NOTHING;
    r->status = status;
    r->why = why;
    return HTTP_REFUSED;
}

static enum http_result whole(struct http_reader *r)
{
    r->phase = HTTP_AT_END;
    r->head.message.body = buf_slice(&r->body);
    return HTTP_WHOLE;
}

/* ---- the head ---- */

static enum http_result head_ends(struct http_reader *r)
{
    static const enum http_phase then[] = {
        [HTTP_BODY_NONE] = HTTP_AT_LENGTH,
        [HTTP_BODY_LENGTH] = HTTP_AT_LENGTH,
        [HTTP_BODY_CHUNKED] = HTTP_AT_SIZE,
        [HTTP_BODY_UNTIL_CLOSE] = HTTP_AT_CLOSE,
    };
    slice text = buf_slice(&r->text);
    const char *why = NULL;
    uint16_t status = 502;
    if (!r->responses) {
        status = http_head_request(text, &r->head, &why);
    } else if (http_head_response(text, r->bodyless, &r->head, &why)) {
        status = 0;
    }
    if (status != 0) {
        return refuse(r, status, why);
    }
    r->left = r->head.framing == HTTP_BODY_LENGTH ? r->head.length : 0;
    if (r->left > r->body_max) {
        return refuse(r, 413, "its body is too large");
    }
    r->phase = then[r->head.framing];
    r->head_size = 0;
    return HTTP_HEAD;
}

static enum http_result head_line(struct http_reader *r, slice line)
{
    if (line.len == 0) {
        /* RFC 9112 2.2: an empty line before a request is some old client's. */
        return r->phase == HTTP_AT_FIELDS ? head_ends(r) : HTTP_MORE;
    }
    r->head_size += line.len + 2;
    if (r->head_size > HTTP_HEAD_MAX) {
        return refuse(r, 431, "its fields are too large");
    }
    r->phase = HTTP_AT_FIELDS;
    buf_add(&r->text, line);
    buf_byte(&r->text, '\n');
    return HTTP_MORE;
}

/* ---- chunks (RFC 9112 7.1) ---- */

static bool read_hex(slice s, uint64_t *value_r)
{
    static const slice digits = SLICE_INIT("0123456789abcdef");
    uint64_t value = 0;
    for (size_t i = 0; i < s.len; i++) {
        size_t digit = slice_find_byte(digits, ascii_lower(s.ptr[i]));
        if (digit == SLICE_NONE || value >> 60 != 0) {
            return false;
        }
        value = value * 16 + digit;
    }
    *value_r = value;
    return s.len > 0;
}

/* What stands behind a semicolon is for others (7.1.1). */
static enum http_result size_line(struct http_reader *r, slice line)
{
    slice size = slice_cut(&line, ';');
    if (line.ptr) {
        size = slice_trim(size); /* 7.1.1: blanks before an extension are bad, and common */
    }
    if (!read_hex(size, &r->left)) {
        return refuse(r, 400, "a chunk has no size");
    }
    if (r->left > r->body_max - r->body.len) {
        return refuse(r, 413, "its body is too large");
    }
    r->phase = r->left > 0 ? HTTP_AT_CHUNK : HTTP_AT_TRAILERS;
    return HTTP_MORE;
}

static enum http_result chunk_end(struct http_reader *r, slice line)
{
    if (line.len > 0) {
        return refuse(r, 400, "a chunk is longer than its size");
    }
    r->phase = HTTP_AT_SIZE;
    return HTTP_MORE;
}

/* Trailers are read and dropped, as 7.1.2 allows who does not know what they mean. */
static enum http_result trailer_line(struct http_reader *r, slice line)
{
    r->head_size += line.len + 2;
    if (r->head_size > HTTP_HEAD_MAX) {
        return refuse(r, 431, "its trailers are too large");
    }
    return line.len > 0 ? HTTP_MORE : whole(r);
}

/* ---- on and on ---- */

static enum http_result too_long(struct http_reader *r)
{
    switch (r->phase) {
    case HTTP_AT_START:
        return refuse(r, 414, "its first line is too long");
    case HTTP_AT_FIELDS:
    case HTTP_AT_TRAILERS:
        return refuse(r, 431, "a field is too long");
    default:
        return refuse(r, 400, "a chunk has no size");
    }
}

/* One line; *used_r false: none is there. */
static enum http_result read_line(struct http_reader *r, bool *used_r)
{
    slice line;
    enum line_result result = line_next(&r->lines, &line);
    *used_r = result != LINE_MORE;
    if (result == LINE_MORE) {
        return HTTP_MORE;
    }
    if (result == LINE_TOO_LONG) {
        return too_long(r);
    }
    if (result == LINE_BARE) {
        return refuse(r, 400, "a line ends in CR LF, and neither stands alone");
    }
    switch (r->phase) {
    case HTTP_AT_SIZE:
        return size_line(r, line);
    case HTTP_AT_CHUNK_END:
        return chunk_end(r, line);
    case HTTP_AT_TRAILERS:
        return trailer_line(r, line);
    default:
        return head_line(r, line);
    }
}

/* A piece of the body; *used_r false: none is there. */
static enum http_result read_piece(struct http_reader *r, bool *used_r)
{
    struct chunk c;
    bool until_close = r->phase == HTTP_AT_CLOSE;
    *used_r = r->left == 0 && !until_close;
    if (!*used_r) {
        size_t most = until_close || r->left > SIZE_MAX ? SIZE_MAX : (size_t)r->left;
        *used_r = line_take_raw(&r->lines, most, &c);
        if (!*used_r) {
            return HTTP_MORE;
        }
        if (c.bytes.len > r->body_max - r->body.len) {
            return refuse(r, 413, "its body is too large");
        }
        buf_add(&r->body, c.bytes);
        r->left -= until_close ? 0 : c.bytes.len;
    }
    if (r->left > 0 || until_close) {
        return HTTP_MORE;
    }
    if (r->phase == HTTP_AT_CHUNK) {
        r->phase = HTTP_AT_CHUNK_END;
        return HTTP_MORE;
    }
    return whole(r);
}

enum http_result http_read(struct http_reader *r)
{
    for (;;) {
        bool used = false;
        bool raw =
            r->phase == HTTP_AT_LENGTH || r->phase == HTTP_AT_CLOSE || r->phase == HTTP_AT_CHUNK;
        assert(r->phase != HTTP_AT_END && r->phase != HTTP_AT_NOTHING);
        enum http_result result = raw ? read_piece(r, &used) : read_line(r, &used);
        if (!used || result != HTTP_MORE) {
            return result;
        }
    }
}

enum http_result http_read_end(struct http_reader *r)
{
    return r->phase == HTTP_AT_CLOSE ? whole(r) : HTTP_MORE;
}
