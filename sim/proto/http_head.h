/* http_head.h - private to the HTTP files: what a head says. */
#ifndef MAILFLOW_PROTO_HTTP_HEAD_H
#define MAILFLOW_PROTO_HTTP_HEAD_H

#include "sim/proto/http.h"

/* How long the body is (RFC 9112 6.3). */
enum http_framing { HTTP_BODY_NONE, HTTP_BODY_LENGTH, HTTP_BODY_CHUNKED, HTTP_BODY_UNTIL_CLOSE };

struct http_head {
    struct http_message message; /* all but its body; borrowed from the text */
    enum http_framing framing;
    uint64_t length; /* HTTP_BODY_LENGTH */
    bool expects;    /* Expect: 100-continue (RFC 9110 10.1.1) */
};

/* text: all lines of the head, each ended by \n and without its CRLF, the empty one left out.
 * 0: it is well; else the status of the refusal, and why_r, which lives for ever. */
uint16_t http_head_request(slice text, struct http_head *head_r, const char **why_r);
/* The same for a response, where any refusal counts.  bodyless: it answers a HEAD. */
bool http_head_response(slice text, bool bodyless, struct http_head *head_r, const char **why_r);
/* "Name: " and the value; nothing where there is no value. */
void http_say_field(struct outq *out, slice name_and_colon, slice value);

#endif
