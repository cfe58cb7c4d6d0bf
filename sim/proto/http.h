/* http.h - HTTP/1.1 (RFC 9110, RFC 9112), both sides: one request and its answer after the other on
 * a connection that stays open.  Whether TLS lies below is nobody's business here.
 *
 *   http_head    the head of a message, and what its fields mean for the connection
 *   http_read    heads and bodies out of bytes cut anywhere
 *   http_server, http_client   the sessions
 *
 * Strict where leniency lets somebody smuggle a second request past whoever looks at the first
 * (RFC 9112 11.2): both Content-Length and Transfer-Encoding, two lengths, folded fields, a blank
 * before the colon, a bare CR or LF are refused.  Not done: transfer codings but "chunked", bare LF
 * as the end of a line (RFC 9112 2.2 allows it), ranges, conditions, upgrades, percent-decoding. */
#ifndef MAILFLOW_PROTO_HTTP_H
#define MAILFLOW_PROTO_HTTP_H

#include "sim/proto/session.h"

#define HTTP_LINE_MAX   8192  /* with CRLF; RFC 9112 3 wants 8000 of a request line at least */
#define HTTP_HEAD_MAX   32768 /* of all lines of a head together */
#define HTTP_FIELDS_MAX 100

/* A request or a response.  All slices are borrowed from the session, as its event says. */
struct http_message {
    slice method, target; /* of a request: "GET", as it stood */
    slice host;           /* whom it is for, without the port (RFC 9110 7.2); may be empty */
    slice path, query;    /* "/a/b" and what stands behind "?" */
    uint16_t status;      /* of a response */
    bool old;             /* HTTP/1.0 */
    bool close;           /* the connection ends with it */
    slice fields;         /* "Name: value\n" for each: http_field */
    slice type;           /* Content-Type, with its parameters */
    slice body;
};
/* The value of the first field of that name, without blanks around it; false: there is none. */
bool http_field(slice fields, slice name, slice *value_r);
/* "text/plain; charset=utf-8" is a text/plain (RFC 9110 8.3.1). */
bool http_type_is(slice type, slice media_type);
slice http_reason(uint16_t status); /* "Not Found"; empty: nobody knows */

/* ---- the server ---- */

struct http_server_config {
    slice server;       /* the Server field; empty: none */
    int64_t unix_start; /* calendar time of io.at == 0, for the Date field (RFC 9110 6.6.1) */
    size_t body_max;    /* of a request; what is larger gets 413 */
    sim_time timeout;   /* 0: none */
};
enum http_server_event {
    /* asks.  detail: const struct http_message, until it is answered.  Methods other than GET, HEAD
     * and POST have been refused (501).  code: the status, 0 is 200; grant: const struct
     * http_reply, NULL: a line of text/plain with `text` or the status.  To HEAD the body is left
     * out by the session. */
    HTTP_EV_REQUEST = 1
};
struct http_reply {
    slice type;
    slice body;
    slice fields; /* further ones, each with its CRLF; a 405 needs "Allow: GET, HEAD\r\n" */
};
extern const struct session_ops http_server_ops;

/* ---- the client ---- */

struct http_client_config {
    slice agent; /* the User-Agent field; empty: none */
    size_t body_max;
    sim_time timeout; /* for a whole response, from its request on; 0: none */
};
enum http_client_event {
    HTTP_EV_READY = 1, /* the connection stands: tell ORDER_REQUEST */
    HTTP_EV_RESPONSE, /* detail: const struct http_message, until the next call; number: its status.
                          Then a further ORDER_REQUEST or ORDER_QUIT, unless it said close */
    HTTP_EV_FAILED    /* text: why there is no (whole) response; the session closes */
};
enum { ORDER_REQUEST = ORDER_OWN };
struct http_order { /* copied at once */
    slice method;   /* GET, HEAD or POST */
    slice target;   /* "/path?query" */
    slice host;
    slice type, body; /* of a POST */
    slice fields;     /* further ones, each with its CRLF */
    bool close;       /* the last one on this connection */
};
extern const struct session_ops http_client_ops;

#endif
