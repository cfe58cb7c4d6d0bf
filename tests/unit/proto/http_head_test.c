#include "sim/proto/http_head.h"

#include <criterion/criterion.h>

#define HOST "Host: h.example\n"

Test(http_head, requests)
{
    static const struct {
        const char *text;
        uint16_t status;
        const char *host, *path, *query;
    } cases[] = {
        { "GET / HTTP/1.1\n" HOST, 0, "h.example", "/", "" },
        { "POST /a?b?c HTTP/1.1\nhOST:\th.example:80 \n", 0, "h.example", "/a", "b?c" },
        { "GET / HTTP/1.9\n" HOST, 0, "h.example", "/", "" },
        { "GET /? HTTP/1.0\n", 0, "", "/", "" },
        { "GET / HTTP/1.1\nHost:\n", 0, "", "/", "" },
        { "GET / HTTP/1.1\nHost: [::1]:443\n", 0, "[::1]", "/", "" },
        { "GET HTTP://a.example/b HTTP/1.1\nHost: c\n", 0, "a.example", "/b", "" },
        { "GET http://a.example HTTP/1.1\nHost: c\n", 0, "a.example", "/", "" },
        /* RFC 9112 3: the first line */
        { "GET / HTTP/2.0\n" HOST, 505, NULL, NULL, NULL },
        { "GET / HTTP/0.9\n" HOST, 505, NULL, NULL, NULL },
        { "GET / http/1.1\n" HOST, 400, NULL, NULL, NULL },
        { "GET / HTTP/1.10\n" HOST, 400, NULL, NULL, NULL },
        { "GET /\n" HOST, 400, NULL, NULL, NULL },
        { "GET  / HTTP/1.1\n" HOST, 400, NULL, NULL, NULL },
        { "GET / HTTP/1.1 \n" HOST, 400, NULL, NULL, NULL },
        { "GET /\xC3\xA4 HTTP/1.1\n" HOST, 400, NULL, NULL, NULL },
        { "GET a HTTP/1.1\n" HOST, 400, NULL, NULL, NULL },
        { "GET * HTTP/1.1\n" HOST, 400, NULL, NULL, NULL },
        { "GET http:/// HTTP/1.1\n" HOST, 400, NULL, NULL, NULL },
        { "G(T / HTTP/1.1\n" HOST, 400, NULL, NULL, NULL },
        { "get / HTTP/1.1\n" HOST, 501, NULL, NULL, NULL },
        { "DELETE / HTTP/1.1\n" HOST, 501, NULL, NULL, NULL },
        { "OPTIONS * HTTP/1.1\n" HOST, 501, NULL, NULL, NULL },
        { "EHLO mail.example.org\n", 400, NULL, NULL, NULL },
        /* 3.2: Host */
        { "GET / HTTP/1.1\n", 400, NULL, NULL, NULL },
        { "GET / HTTP/1.1\n" HOST HOST, 400, NULL, NULL, NULL },
        { "GET / HTTP/1.1\nHost: a b\n", 400, NULL, NULL, NULL },
        { "GET / HTTP/1.1\nHost: a/b\n", 400, NULL, NULL, NULL },
        { "GET / HTTP/1.1\nHost: a:b\n", 400, NULL, NULL, NULL },
        /* 5: fields */
        { "GET / HTTP/1.1\n" HOST "A : b\n", 400, NULL, NULL, NULL },
        { "GET / HTTP/1.1\n" HOST "A: b\n c\n", 400, NULL, NULL, NULL },
        { "GET / HTTP/1.1\n A: b\n" HOST, 400, NULL, NULL, NULL },
        { "GET / HTTP/1.1\n" HOST "A\n", 400, NULL, NULL, NULL },
        { "GET / HTTP/1.1\n" HOST ": b\n", 400, NULL, NULL, NULL },
        { "GET / HTTP/1.1\n" HOST "A: b\x01\n", 400, NULL, NULL, NULL },
        /* 6: who could count differently */
        { "POST / HTTP/1.1\n" HOST "Content-Length: 5\nTransfer-Encoding: chunked\n", 400, NULL,
          NULL, NULL },
        { "POST / HTTP/1.1\n" HOST "Content-Length: 5\nContent-Length: 5\n", 400, NULL, NULL,
          NULL },
        { "POST / HTTP/1.1\n" HOST "Content-Length: 5, 5\n", 400, NULL, NULL, NULL },
        { "POST / HTTP/1.1\n" HOST "Content-Length: +5\n", 400, NULL, NULL, NULL },
        { "POST / HTTP/1.1\n" HOST "Content-Length:\n", 400, NULL, NULL, NULL },
        { "POST / HTTP/1.1\n" HOST "Content-Length: 99999999999999999999\n", 400, NULL, NULL,
          NULL },
        { "POST / HTTP/1.0\n" HOST "Transfer-Encoding: chunked\n", 400, NULL, NULL, NULL },
        { "POST / HTTP/1.1\n" HOST "Transfer-Encoding: gzip\n", 400, NULL, NULL, NULL },
        { "POST / HTTP/1.1\n" HOST "Transfer-Encoding: chunked, gzip\n", 400, NULL, NULL, NULL },
        { "POST / HTTP/1.1\n" HOST "Transfer-Encoding: gzip, chunked\n", 501, NULL, NULL, NULL },
        { "POST / HTTP/1.1\n" HOST "Transfer-Encoding: chunked\nTransfer-Encoding: chunked\n", 501,
          NULL, NULL, NULL },
        { "POST / HTTP/1.1\n" HOST "Transfer-Encoding: xchunked\n", 400, NULL, NULL, NULL },
        { "GET / HTTP/1.1\n" HOST "Expect: the-unexpected\n", 417, NULL, NULL, NULL },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct http_head h;
        const char *why = NULL;
        uint16_t status = http_head_request(slice_of(cases[i].text), &h, &why);
        cr_expect_eq(status, cases[i].status, "row %zu: %d", i, status);
        cr_expect(status == 0 || why, "row %zu", i);
        if (status == 0 && cases[i].host) {
            cr_expect(slice_eq(h.message.host, slice_of(cases[i].host)), "row %zu", i);
            cr_expect(slice_eq(h.message.path, slice_of(cases[i].path)), "row %zu", i);
            cr_expect(slice_eq(h.message.query, slice_of(cases[i].query)), "row %zu", i);
        }
    }
}

/* RFC 9112 6.3: who says where the body ends. */
Test(http_head, how_long_a_response_is)
{
    static const struct {
        const char *text;
        bool bodyless, ok;
        enum http_framing framing;
        bool close;
    } cases[] = {
        { "HTTP/1.1 200 OK\nContent-Length: 5\n", false, true, HTTP_BODY_LENGTH, false },
        { "HTTP/1.1 200 OK\nContent-Length: 5\n", true, true, HTTP_BODY_NONE, false },
        { "HTTP/1.1 200\nTransfer-Encoding: chunked\n", false, true, HTTP_BODY_CHUNKED, false },
        { "HTTP/1.1 204 \nContent-Length: 5\n", false, true, HTTP_BODY_NONE, false },
        { "HTTP/1.1 304 Not Modified\nContent-Length: 5\n", false, true, HTTP_BODY_NONE, false },
        { "HTTP/1.1 200 OK\n", false, true, HTTP_BODY_UNTIL_CLOSE, true },
        { "HTTP/1.0 200 OK\nContent-Length: 5\n", false, true, HTTP_BODY_LENGTH, true },
        { "HTTP/1.1 200 OK\nContent-Length: 5\nConnection: close\n", false, true, HTTP_BODY_LENGTH,
          true },
        { "HTTP/1.1 200 OK\nContent-Length: 5\nTransfer-Encoding: chunked\n", false, false, 0,
          false },
        { "HTTP/2 200 OK\n", false, false, 0, false },
        { "HTTP/2.0 200 OK\n", false, false, 0, false },
        { "HTTP/1.1 20 OK\n", false, false, 0, false },
        { "HTTP/1.1 099 OK\n", false, false, 0, false },
        { "220 mail.example.org ESMTP\n", false, false, 0, false },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct http_head h;
        const char *why = NULL;
        bool ok = http_head_response(slice_of(cases[i].text), cases[i].bodyless, &h, &why);
        cr_expect_eq(ok, cases[i].ok, "row %zu", i);
        cr_expect(ok || why, "row %zu", i);
        cr_expect(!ok || h.framing == cases[i].framing, "row %zu: %d", i, (int)h.framing);
        cr_expect(!ok || h.message.close == cases[i].close, "row %zu", i);
    }
}

Test(http_head, fields_by_name)
{
    slice value;
    slice fields = SLICE("Location: /x \nETag:\nlocation: /y\n");
    cr_expect(http_field(fields, SLICE("LOCATION"), &value) && slice_eq(value, SLICE("/x")));
    cr_expect(http_field(fields, SLICE("ETag"), &value) && value.len == 0);
    cr_expect_not(http_field(fields, SLICE("Loc"), &value));
    cr_expect(http_type_is(SLICE("Text/Plain ; charset=utf-8"), SLICE("text/plain")));
    cr_expect_not(http_type_is(SLICE("text/plainer"), SLICE("text/plain")));
    cr_expect_not(http_type_is(SLICE(""), SLICE("text/plain")));
}
