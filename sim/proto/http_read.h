/* http_read.h - private to the HTTP files: whole messages out of bytes cut anywhere. */
#ifndef MAILFLOW_PROTO_HTTP_READ_H
#define MAILFLOW_PROTO_HTTP_READ_H

#include "sim/proto/http_head.h"
#include "sim/proto/line.h"

enum http_result {
    HTTP_MORE,   /* all input is used; feed more */
    HTTP_HEAD,   /* told once: the head is known */
    HTTP_WHOLE,  /* the body is there too */
    HTTP_REFUSED /* final: status and why */
};

enum http_phase {
    HTTP_AT_START,
    HTTP_AT_FIELDS,
    HTTP_AT_LENGTH,
    HTTP_AT_CLOSE, /* the body ends with the connection */
    HTTP_AT_SIZE,
    HTTP_AT_CHUNK,
    HTTP_AT_CHUNK_END,
    HTTP_AT_TRAILERS,
    HTTP_AT_END,
    HTTP_AT_NOTHING
};

struct http_reader {
    struct line_reader lines;
    enum http_phase phase;
    bool responses; /* it reads these, not requests */
    bool bodyless;  /* the response to come answers a HEAD */
    size_t body_max;
    uint64_t left;    /* of the body or chunk */
    size_t head_size; /* lines of the head, and of trailers */
    struct buf text, body;
    struct http_head head; /* from HTTP_HEAD on; message.body from HTTP_WHOLE on */
    uint16_t status;
    const char *why;
};

void http_reader_init(struct http_reader *r, bool responses, size_t body_max);
void http_reader_deinit(struct http_reader *r);
void http_reader_again(struct http_reader *r); /* after HTTP_WHOLE: the next message */
/* Has any of a message been read? */
bool http_reader_begun(const struct http_reader *r);
enum http_result http_read(struct http_reader *r);
/* Nothing more comes.  HTTP_WHOLE: the body that ends so is there; else HTTP_MORE. */
enum http_result http_read_end(struct http_reader *r);

#endif
