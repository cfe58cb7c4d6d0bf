/* smtp_client_hello.c - a client's states from the greeting to the first letter: EHLO, HELO, AUTH.
 * Never knows a letter. */
#include "sim/proto/smtp_client.h"

#include "sim/base/base64.h"

bool smtp_client_heard_greeting(struct smtp_client *s, struct session_event *ev_r)
{
    if (!smtp_client_is_yes(s)) {
        return smtp_client_fail(s, C_QUIT, ev_r);
    }
    smtp_client_enter(s, C_EHLO);
    return false;
}

bool smtp_client_say_line(struct session_io io, slice verb, slice argument)
{
    outq_static(io.out, verb);
    outq_text(io.out, argument);
    outq_static(io.out, SLICE("\r\n"));
    return true;
}

bool smtp_client_say_ehlo(struct smtp_client *s, struct session_io io, size_t full)
{
    (void)full;
    return smtp_client_say_line(io, SLICE("EHLO "), s->config->host);
}

bool smtp_client_say_helo(struct smtp_client *s, struct session_io io, size_t full)
{
    (void)full;
    return smtp_client_say_line(io, SLICE("HELO "), s->config->host);
}

static void be_ready(struct smtp_client *s)
{
    s->due_ready = true;
    smtp_client_enter(s, C_READY);
}

bool smtp_client_heard_ehlo(struct smtp_client *s, struct session_event *ev_r)
{
    if (s->reply.code >= 500) { /* RFC 5321 3.2: an old server */
        smtp_client_enter(s, C_HELO);
        return false;
    }
    if (!smtp_client_is_yes(s)) {
        return smtp_client_fail(s, C_QUIT, ev_r);
    }
    slice lines = s->reply.text;
    (void)slice_cut(&lines, '\n');
    while (lines.len > 0) {
        smtp_ext_heard(slice_cut(&lines, '\n'), &s->offer);
    }
    if (s->config->user.len > 0 && (smtp_client_extensions(s) & SMTP_AUTH)) {
        smtp_client_enter(s, C_AUTH);
    } else {
        be_ready(s);
    }
    return false;
}

/* HELO and AUTH: yes, or it is over. */
bool smtp_client_heard_last_hurdle(struct smtp_client *s, struct session_event *ev_r)
{
    if (!smtp_client_is_yes(s)) {
        return smtp_client_fail(s, C_QUIT, ev_r);
    }
    be_ready(s);
    return false;
}

/* [authzid] NUL authcid NUL passwd, RFC 4616 2. */
static void plain_response(const struct smtp_client *s, struct buf *out)
{
    struct buf raw = { 0 };
    buf_byte(&raw, '\0');
    buf_add(&raw, s->config->user);
    buf_byte(&raw, '\0');
    buf_add(&raw, s->config->password);
    base64_encode(buf_slice(&raw), out);
    buf_deinit(&raw);
}

/* The initial response only where the line does not grow too long by it (RFC 4954 4). */
bool smtp_client_say_auth(struct smtp_client *s, struct session_io io, size_t full)
{
    (void)full;
    struct buf response = { 0 };
    slice verb = SLICE("AUTH PLAIN ");
    plain_response(s, &response);
    s->answered_early = verb.len + response.len + 2 <= SMTP_LINE_MAX;
    if (s->answered_early) {
        smtp_client_say_line(io, verb, buf_slice(&response));
    } else {
        outq_static(io.out, SLICE("AUTH PLAIN\r\n"));
    }
    buf_deinit(&response);
    return true;
}

bool smtp_client_heard_auth(struct smtp_client *s, struct session_event *ev_r)
{
    if (smtp_client_is_go_ahead(s)) {
        smtp_client_enter(s, C_AUTH_RESPONSE);
        return false;
    }
    return smtp_client_heard_last_hurdle(s, ev_r);
}

/* A challenge after the response was given is none that PLAIN knows: cancelled. */
bool smtp_client_say_auth_response(struct smtp_client *s, struct session_io io, size_t full)
{
    (void)full;
    struct buf response = { 0 };
    if (s->answered_early) {
        buf_byte(&response, '*');
    } else {
        plain_response(s, &response);
    }
    smtp_client_say_line(io, SLICE(""), buf_slice(&response));
    buf_deinit(&response);
    return true;
}
