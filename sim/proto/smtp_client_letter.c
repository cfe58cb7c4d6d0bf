/* smtp_client_letter.c - a client's states from letter to letter, and the table of all states.
 * Never knows how it got here: whether EHLO or HELO was said, only what is in force. */
#include "sim/proto/smtp_client.h"

#include <assert.h>

#define FLIGHT_MAX 128 /* unanswered commands, so that both sides cannot wait for room at once */

/* ---- idle ---- */

/* RFC 6152 3: 8-bit text is not for a server that does not take it. */
static bool refuse_8bit(struct smtp_client *s)
{
    if (!s->letter->body_8bit || (smtp_client_extensions(s) & SMTP_8BITMIME)) {
        return false;
    }
    s->reply = (struct smtp_reply){ .code = 554,
                                    .text = SLICE("5.6.3 the server takes no 8-bit text"),
                                    .after = smtp_client_rows[C_EHLO].after };
    s->letter = NULL;
    s->due_sent = true;
    return true;
}

/* What has been ordered is begun here, not in tell(), which may come at any time. */
static bool say_ready(struct smtp_client *s, struct session_io io, size_t full)
{
    (void)io;
    (void)full;
    if (s->letter && !refuse_8bit(s)) {
        smtp_client_enter(s, s->reset_first ? C_RSET : C_ENVELOPE);
        s->said = s->heard = s->accepted = 0;
        s->total = (uint32_t)s->letter->to_count + 2;
    } else if (!s->letter && s->quit_ordered && !s->due_sent) {
        smtp_client_enter(s, C_QUIT);
    }
    return true;
}

/* Nothing was asked.  (421 does not come here.) */
static bool heard_unasked(struct smtp_client *s, struct session_event *ev_r)
{
    s->reply.code = 0;
    return smtp_client_fail(s, C_GONE, ev_r);
}

static bool say_rset(struct smtp_client *s, struct session_io io, size_t full)
{
    (void)s;
    (void)full;
    outq_static(io.out, SLICE("RSET\r\n"));
    return true;
}

static bool heard_rset(struct smtp_client *s, struct session_event *ev_r)
{
    if (!smtp_client_is_yes(s)) {
        return smtp_client_fail(s, C_QUIT, ev_r);
    }
    s->reset_first = false;
    smtp_client_enter(s, C_ENVELOPE);
    return false;
}

/* ---- the envelope ---- */

static void say_mail(struct smtp_client *s, struct session_io io)
{
    struct smtp_mail mail = { .size = s->letter->message->size, .body_8bit = s->letter->body_8bit };
    assert(smtp_client_one_line(s->letter->from));
    outq_static(io.out, SLICE("MAIL FROM:<"));
    outq_text(io.out, s->letter->from);
    outq_static(io.out, SLICE(">"));
    smtp_ext_say(smtp_client_extensions(s), &mail, io.out);
    outq_static(io.out, SLICE("\r\n"));
}

static void say_rcpt(struct session_io io, slice to)
{
    assert(smtp_client_one_line(to));
    outq_static(io.out, SLICE("RCPT TO:<"));
    outq_text(io.out, to);
    outq_static(io.out, SLICE(">\r\n"));
}

static bool say_envelope(struct smtp_client *s, struct session_io io, size_t full)
{
    uint32_t flight = smtp_client_extensions(s) & SMTP_PIPELINING ? FLIGHT_MAX : 1;
    while (s->said < s->total && s->said - s->heard < flight) {
        if (io.out->size >= full) {
            return false;
        }
        if (s->said == 0) {
            say_mail(s, io);
        } else if (s->said < s->total - 1) {
            say_rcpt(io, s->letter->to[s->said - 1]);
        } else {
            outq_static(io.out, SLICE("DATA\r\n"));
        }
        s->said++;
    }
    return true;
}

static bool heard_mail(struct smtp_client *s)
{
    if (!smtp_client_is_yes(s)) {
        smtp_client_end_transaction(s, false);
    }
    return false;
}

static bool heard_rcpt(struct smtp_client *s, struct session_event *ev_r)
{
    s->accepted += smtp_client_is_yes(s);
    smtp_client_tell_reply(s, SMTP_EV_RCPT_DONE, ev_r);
    ev_r->number = s->heard - 2;
    if (s->heard == s->total - 1 && s->accepted == 0) {
        smtp_client_end_transaction(s, true);
    }
    return true;
}

static bool heard_data(struct smtp_client *s)
{
    if (smtp_client_is_go_ahead(s)) {
        s->dots = (struct dot_writer){ 0 };
        smtp_client_enter(s, C_TEXT);
    } else {
        smtp_client_end_transaction(s, true);
    }
    return false;
}

/* A reply outside its class (a 2xx to DATA, a 3xx to RCPT) means that the two sides no longer talk
 * about the same thing. */
static bool heard_envelope(struct smtp_client *s, struct session_event *ev_r)
{
    uint32_t i = s->heard++;
    bool data = i == s->total - 1;
    s->state_said = false; /* what comes next may be said */
    if (!smtp_client_is_no(s) && smtp_client_is_go_ahead(s) != data) {
        return heard_unasked(s, ev_r);
    }
    if (i == 0) {
        return heard_mail(s);
    }
    return data ? heard_data(s) : heard_rcpt(s, ev_r);
}

/* ---- the text, and what was pipelined in vain ---- */

static bool say_text(struct smtp_client *s, struct session_io io, size_t full)
{
    size_t room = full > io.out->size ? full - io.out->size : 0;
    return dot_write(&s->dots, s->letter->message, room, io.out);
}

static bool heard_dot(struct smtp_client *s, struct session_event *ev_r)
{
    if (smtp_client_is_go_ahead(s) ||
        (smtp_client_is_yes(s) && !s->dots.done)) { /* a yes before the dot is none */
        return heard_unasked(s, ev_r);
    }
    smtp_client_end_transaction(s, false);
    return false;
}

static bool heard_leftover(struct smtp_client *s, struct session_event *ev_r)
{
    (void)ev_r;
    bool data = ++s->heard == s->total;
    if (data && smtp_client_is_go_ahead(s)) {
        smtp_client_enter(s, C_EMPTY_DOT);
    } else if (s->heard == s->said) {
        smtp_client_enter(s, C_READY);
    }
    return false;
}

static bool say_empty_dot(struct smtp_client *s, struct session_io io, size_t full)
{
    (void)s;
    (void)full;
    outq_static(io.out, SLICE(".\r\n"));
    return true;
}

static bool heard_empty_dot(struct smtp_client *s, struct session_event *ev_r)
{
    (void)ev_r;
    s->reset_first = false;
    smtp_client_enter(s, C_READY);
    return false;
}

static bool say_quit(struct smtp_client *s, struct session_io io, size_t full)
{
    (void)s;
    (void)full;
    outq_static(io.out, SLICE("QUIT\r\n"));
    return true;
}

static bool heard_quit(struct smtp_client *s, struct session_event *ev_r)
{
    (void)ev_r;
    smtp_client_enter(s, C_GONE);
    return false;
}

/* clang-format off */
const struct client_row smtp_client_rows[C_STATE_COUNT] = {
    /* name, the command a reply answers, on entering, on a reply */
    [C_GREETING] = { "C_GREETING", "greeting", NULL, smtp_client_heard_greeting },
    [C_EHLO] = { "C_EHLO", "EHLO", smtp_client_say_ehlo, smtp_client_heard_ehlo },
    [C_HELO] = { "C_HELO", "HELO", smtp_client_say_helo, smtp_client_heard_last_hurdle },
    [C_STARTTLS] = { "C_STARTTLS", "STARTTLS", smtp_client_say_starttls,
                     smtp_client_heard_starttls },
    [C_TLS] = { "C_TLS", "STARTTLS", NULL, NULL },
    [C_AUTH] = { "C_AUTH", "AUTH", smtp_client_say_auth, smtp_client_heard_auth },
    [C_AUTH_RESPONSE] = { "C_AUTH_RESPONSE", "AUTH", smtp_client_say_auth_response,
                          smtp_client_heard_last_hurdle },
    [C_READY] = { "C_READY", "", say_ready, heard_unasked },
    [C_RSET] = { "C_RSET", "RSET", say_rset, heard_rset },
    [C_ENVELOPE] = { "C_ENVELOPE", "", say_envelope, heard_envelope },
    [C_TEXT] = { "C_TEXT", ".", say_text, heard_dot },
    [C_LEFTOVER] = { "C_LEFTOVER", "", NULL, heard_leftover },
    [C_EMPTY_DOT] = { "C_EMPTY_DOT", ".", say_empty_dot, heard_empty_dot },
    [C_QUIT] = { "C_QUIT", "QUIT", say_quit, heard_quit },
    [C_GONE] = { "C_GONE", "", NULL, NULL },
};
/* clang-format on */
