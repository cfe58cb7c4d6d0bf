#include "sim/proto/http_read.h"

#include <criterion/criterion.h>

static void repeat(struct buf *b, const char *text, size_t times)
{
    for (size_t i = 0; i < times; i++) {
        buf_addz(b, text);
    }
}

/* The refusal's status; 0: whole; 1: more is wanted. */
static uint16_t outcome(slice text, size_t piece, size_t body_max)
{
    struct http_reader r;
    uint16_t status = 1;
    http_reader_init(&r, false, body_max);
    while (text.len > 0 && status == 1) {
        line_feed(&r.lines, (struct chunk){ slice_sub(text, 0, piece), NULL });
        text = slice_from(text, piece);
        enum http_result result = http_read(&r);
        result = result == HTTP_HEAD ? http_read(&r) : result;
        status = result == HTTP_WHOLE ? 0 : result == HTTP_REFUSED ? r.status : 1;
    }
    http_reader_deinit(&r);
    return status;
}

#define POST "POST / HTTP/1.1\r\nHost: h\r\n"

Test(http_read, what_is_refused)
{
    static const struct {
        const char *text;
        uint16_t status;
    } cases[] = {
        { "GET / HTTP/1.1\r\nHost: h\r\n\r\n", 0 },
        { "GET / HTTP/1.1\r\nHost: h\r\n", 1 },
        { "GET / HTTP/1.1\nHost: h\r\n\r\n", 400 }, /* a bare LF is no end of line here */
        { "GET / HTTP/1.1\r\nHost: h\rX: y\r\n\r\n", 400 },
        { POST "Content-Length: 10\r\n\r\n0123456789", 0 },
        { POST "Content-Length: 11\r\n\r\n", 413 },
        { POST "Content-Length: 0\r\n\r\n", 0 },
        { POST "Transfer-Encoding: chunked\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n", 0 },
        { POST "Transfer-Encoding: chunked\r\n\r\nA\r\n0123456789\r\n1\r\n", 413 },
        { POST "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n", 413 },
        { POST "Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n", 400 },
        { POST "Transfer-Encoding: chunked\r\n\r\n-1\r\n", 400 },
        { POST "Transfer-Encoding: chunked\r\n\r\n0x1\r\n", 400 },
        { POST "Transfer-Encoding: chunked\r\n\r\n\r\n", 400 },
        { POST "Transfer-Encoding: chunked\r\n\r\n1 \r\n", 400 },
        { POST "Transfer-Encoding: chunked\r\n\r\n1\n\r\n", 400 },
        { POST "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", 400 },
        { POST "Transfer-Encoding: chunked\r\n\r\n1\r\na0\r\n\r\n", 400 },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        slice text = slice_of(cases[i].text);
        for (size_t piece = 1; piece <= text.len; piece++) {
            uint16_t got = outcome(text, piece, 10);
            cr_expect_eq(got, cases[i].status, "row %zu in pieces of %zu: %d", i, piece, got);
        }
    }
}

Test(http_read, limits)
{
    static const struct {
        const char *before, *what, *behind;
        size_t times;
        uint16_t status;
    } cases[] = {
        { "GET /", "x", " HTTP/1.1\r\nHost: h\r\n\r\n", 8000, 0 },
        { "GET /", "x", " HTTP/1.1\r\nHost: h\r\n\r\n", HTTP_LINE_MAX, 414 },
        { "GET / HTTP/1.1\r\nHost: h\r\nX: ", "x", "\r\n\r\n", HTTP_LINE_MAX, 431 },
        { "GET / HTTP/1.1\r\nHost: h\r\n", "X: y\r\n", "\r\n", HTTP_FIELDS_MAX - 1, 0 },
        { "GET / HTTP/1.1\r\nHost: h\r\n", "X: y\r\n", "\r\n", HTTP_FIELDS_MAX, 431 },
        { "GET / HTTP/1.1\r\nHost: h\r\n", "X: y\r\n", "", HTTP_HEAD_MAX / 6, 431 },
        { POST "Transfer-Encoding: chunked\r\n\r\n0\r\n", "X: y\r\n", "", HTTP_HEAD_MAX / 6 + 1,
          431 },
        { POST "Transfer-Encoding: chunked\r\n\r\n1;", "x", "\r\n", HTTP_LINE_MAX, 400 },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf text = { 0 };
        buf_addz(&text, cases[i].before);
        repeat(&text, cases[i].what, cases[i].times);
        buf_addz(&text, cases[i].behind);
        for (size_t piece = 1000; piece <= text.len; piece *= 7) {
            uint16_t got = outcome(buf_slice(&text), piece, 10);
            cr_expect_eq(got, cases[i].status, "row %zu: %d", i, got);
        }
        buf_deinit(&text);
    }
}
