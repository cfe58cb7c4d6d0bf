/* http_server.c - the side that answers: requests in, questions to the host, responses out.
 * Never knows what there is to be had: it asks its host about each request. */
#include "sim/proto/http_read.h"

#include <assert.h>

enum state { S_READING, S_ASKED, S_GONE };

struct http_server {
    const struct http_server_config *config;
    struct http_reader reader;
    enum state state;
    bool eof, fed;
    sim_time active_at;
};

static void server_open(void *self, const void *config, struct session_io io)
{
    struct http_server *s = self;
    s->config = config;
    s->active_at = io.now;
    http_reader_init(&s->reader, false, s->config->body_max);
}

static void server_feed(void *self, struct chunk in)
{
    struct http_server *s = self;
    line_feed(&s->reader.lines, in);
    s->fed = true;
}

static void enter(struct http_server *s, enum state state)
{
    s->state = state;
}

/* ---- saying ---- */

static void two(struct outq *out, int n)
{
    char digits[2] = { (char)('0' + n / 10 % 10), (char)('0' + n % 10) };
    outq_text(out, (slice){ digits, 2 });
}

/* IMF-fixdate, "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 5.6.7). */
static void say_date(struct http_server *s, struct session_io io)
{
    struct civil c = civil_from_unix(s->config->unix_start + (int64_t)(io.at / SIM_SECOND));
    outq_static(io.out, SLICE("Date: "));
    outq_textz(io.out, fmt_weekdays[c.weekday]);
    outq_static(io.out, SLICE(", "));
    two(io.out, c.day);
    outq_static(io.out, SLICE(" "));
    outq_textz(io.out, fmt_months[c.month - 1]);
    outq_static(io.out, SLICE(" "));
    two(io.out, c.year / 100);
    two(io.out, c.year);
    outq_static(io.out, SLICE(" "));
    two(io.out, c.hour);
    outq_static(io.out, SLICE(":"));
    two(io.out, c.minute);
    outq_static(io.out, SLICE(":"));
    two(io.out, c.second);
    outq_static(io.out, SLICE(" GMT\r\n"));
}

static void say_status(struct outq *out, uint16_t status)
{
    outq_u64(out, status);
    outq_static(out, SLICE(" "));
    outq_static(out, http_reason(status));
    outq_static(out, SLICE("\r\n"));
}

static void respond(struct http_server *s, struct session_io io, uint16_t status,
                    const struct http_reply *r, bool last)
{
    bool no_content = status == 204 || status == 304; /* RFC 9110 8.6: no length, no body */
    bool head = slice_eq(s->reader.head.message.method, SLICE("HEAD"));
    outq_static(io.out, SLICE("HTTP/1.1 "));
    say_status(io.out, status);
    say_date(s, io);
    http_say_field(io.out, SLICE("Server: "), s->config->server);
    if (!no_content) {
        http_say_field(io.out, SLICE("Content-Type: "), r->type);
        outq_static(io.out, SLICE("Content-Length: "));
        outq_u64(io.out, r->body.len);
        outq_static(io.out, SLICE("\r\n"));
    }
    outq_text(io.out, r->fields);
    outq_static(io.out, last ? SLICE("Connection: close\r\n\r\n") : SLICE("\r\n"));
    if (!no_content && !head) {
        outq_text(io.out, r->body);
    }
    if (last) {
        enter(s, S_GONE);
    }
}

/* What people read where there is nothing else to show. */
static void respond_words(struct http_server *s, struct session_io io, uint16_t status, slice words,
                          bool last)
{
    struct buf body = { 0 };
    fmt_u64(&body, status);
    buf_byte(&body, ' ');
    buf_add(&body, http_reason(status));
    buf_addz(&body, words.len > 0 ? ": " : "");
    buf_add(&body, words);
    buf_byte(&body, '\n');
    struct http_reply r = { .type = SLICE("text/plain"), .body = buf_slice(&body) };
    respond(s, io, status, &r, last);
    buf_deinit(&body);
}

/* ---- hearing ---- */

static bool patience_is_over(const struct http_server *s, struct session_io io)
{
    return s->config->timeout > 0 && io.now >= s->active_at + s->config->timeout;
}

/* Nobody says anything: RFC 9110 15.5.9 has a word for those who began. */
static enum step give_up(struct http_server *s, struct session_io io)
{
    if (s->eof) {
        enter(s, S_GONE);
    } else if (patience_is_over(s, io)) {
        if (http_reader_begun(&s->reader)) {
            s->reader.head = (struct http_head){ 0 };
            respond_words(s, io, 408, (slice){ 0 }, true);
        }
        enter(s, S_GONE);
    }
    return s->state == S_GONE ? STEP_CLOSE : STEP_WANT_INPUT;
}

static enum step read_on(struct http_server *s, struct session_io io, struct session_event *ev_r)
{
    for (;;) {
        switch (http_read(&s->reader)) {
        case HTTP_MORE:
            return give_up(s, io);
        case HTTP_HEAD:
            if (s->reader.head.expects) {
                outq_static(io.out, SLICE("HTTP/1.1 100 Continue\r\n\r\n"));
            }
            break;
        case HTTP_WHOLE:
            enter(s, S_ASKED);
            *ev_r = (struct session_event){ .kind = HTTP_EV_REQUEST,
                                            .text = s->reader.head.message.path,
                                            .detail = &s->reader.head.message };
            return STEP_EVENT;
        case HTTP_REFUSED: /* where it ends nobody knows now: nothing behind it is read */
            respond_words(s, io, s->reader.status, slice_of(s->reader.why), true);
            return STEP_CLOSE;
        }
    }
}

static enum step server_next(void *self, struct session_io io, struct session_event *ev_r)
{
    struct http_server *s = self;
    *ev_r = (struct session_event){ 0 };
    if (s->fed) {
        s->active_at = io.now;
        s->fed = false;
    }
    switch (s->state) {
    case S_ASKED:
        return STEP_WANT_ANSWER;
    case S_GONE:
        return STEP_CLOSE;
    case S_READING:
        break;
    }
    return io.room == 0 ? STEP_WANT_ROOM : read_on(s, io, ev_r);
}

static void server_answer(void *self, struct session_io io, struct session_answer a)
{
    struct http_server *s = self;
    const struct http_reply *r = a.grant;
    uint16_t status = a.code > 0 ? a.code : 200;
    bool last = s->reader.head.message.close;
    assert(s->state == S_ASKED && status >= 200 && status < 600);
    s->active_at = io.now;
    if (r) {
        respond(s, io, status, r, last);
    } else {
        respond_words(s, io, status, a.text, last);
    }
    if (!last) {
        http_reader_again(&s->reader);
        enter(s, S_READING);
    }
}

static void server_tell(void *self, struct session_io io, const struct session_order *o)
{
    struct http_server *s = self;
    (void)io;
    if (o->kind == ORDER_QUIT) {
        enter(s, S_GONE);
    }
}

static void server_eof(void *self)
{
    struct http_server *s = self;
    s->eof = true;
}

static sim_time server_deadline(const void *self)
{
    const struct http_server *s = self;
    bool waits = s->config->timeout > 0 && s->state == S_READING;
    return waits ? s->active_at + s->config->timeout : 0;
}

static const char *server_state(const void *self)
{
    const struct http_server *s = self;
    switch (s->state) {
    case S_READING:
        return http_reader_begun(&s->reader) ? "READING" : "READY";
    case S_ASKED:
        return "ASKED";
    case S_GONE:
        break;
    }
    return "CLOSED";
}

static void server_deinit(void *self)
{
    struct http_server *s = self;
    http_reader_deinit(&s->reader);
}

const struct session_ops http_server_ops = {
    .name = "http-server",
    .size = sizeof(struct http_server),
    .open = server_open,
    .feed = server_feed,
    .next = server_next,
    .answer = server_answer,
    .tell = server_tell,
    .eof = server_eof,
    .deadline = server_deadline,
    .state = server_state,
    .deinit = server_deinit,
};
