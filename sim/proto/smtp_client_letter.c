/* smtp_client_letter.c - a client's states from letter to letter, and the table of all states.
 * Never knows how it got here: whether EHLO or HELO was said, only what is in force. */
#include "sim/proto/smtp_client.h"

#include <assert.h>

#define FLIGHT_MAX 128 /* unanswered commands, so that both sides cannot wait for room at once */
#define CHUNK_EARLY                                                                                \
    ((size_t)64 * 1024) /* octets of a letter that are said to whom they may be in vain */

/* ---- idle ---- */

/* What the server would have to refuse is not offered to it: 8-bit text to one that takes none (RFC
 * 6152 3), an address of other than ASCII letters (RFC 6531 3.5), more than it takes (RFC 1870 7).
 */
static bool refuse(struct smtp_client *s)
{
    const struct smtp_letter *l = s->letter;
    uint32_t on = smtp_client_extensions(s);
    uint64_t size_max = on & SMTP_SIZE ? s->offer.size_max : 0;
    if (l->utf8 && !(on & SMTP_SMTPUTF8)) {
        smtp_client_say_to_host(s, 550, SLICE("5.6.7 the server takes ASCII addresses only"));
    } else if (l->body_8bit && !(on & SMTP_8BITMIME)) {
        smtp_client_say_to_host(s, 554, SLICE("5.6.3 the server takes no 8-bit text"));
    } else if (size_max > 0 && l->message->size > size_max) {
        smtp_client_say_to_host(s, 552, SLICE("5.3.4 larger than what the server takes"));
    } else {
        return false;
    }
    s->reply.after = smtp_client_rows[C_EHLO].after;
    s->letter = NULL;
    s->due_sent = true;
    return true;
}

/* A text ends with the end of a line, by BDAT too: who gets it could not say it by DATA else. */
static bool ends_in_line(const struct message *m)
{
    struct message_cursor at = message_read_at(m, m->size > 2 ? m->size - 2 : 0);
    struct chunk c;
    bool cr = false, crlf = m->size == 0;
    while (message_read(&at, 1, &c)) {
        crlf = cr && c.bytes.ptr[0] == '\n';
        cr = c.bytes.ptr[0] == '\r';
    }
    return crlf;
}

static void begin_letter(struct smtp_client *s)
{
    smtp_client_enter(s, s->reset_first ? C_RSET : C_ENVELOPE);
    s->said = s->heard = s->accepted = 0;
    s->total = (uint32_t)s->letter->to_count + 2;
    s->dots = (struct dot_writer){ 0 };
    s->chunk = (smtp_client_extensions(s) & SMTP_CHUNKING) != 0;
    s->dots.in_line = s->chunk && !ends_in_line(s->letter->message);
}

/* What has been ordered is begun here, not in tell(), which may come at any time. */
static bool say_ready(struct smtp_client *s, struct session_io io, size_t full)
{
    (void)io;
    (void)full;
    if (s->letter && !refuse(s)) {
        begin_letter(s);
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
    const struct smtp_letter *l = s->letter;
    struct smtp_mail mail = { .size = l->message->size,
                              .body_8bit = l->body_8bit,
                              .utf8 = l->utf8,
                              .unknown = s->authenticated && s->config->relays,
                              .ret = l->ret,
                              .envid = l->envid };
    assert(smtp_client_one_line(l->from) && smtp_client_one_line(l->envid));
    outq_static(io.out, SLICE("MAIL FROM:<"));
    outq_text(io.out, l->from);
    outq_static(io.out, SLICE(">"));
    smtp_ext_say(smtp_client_extensions(s), &mail, io.out);
    outq_static(io.out, SLICE("\r\n"));
}

static void say_rcpt(struct smtp_client *s, struct session_io io, size_t i)
{
    slice to = s->letter->to[i];
    assert(smtp_client_one_line(to));
    outq_static(io.out, SLICE("RCPT TO:<"));
    outq_text(io.out, to);
    outq_static(io.out, SLICE(">"));
    if (s->letter->asked) {
        const struct smtp_asked *asked = &s->letter->asked[i];
        struct smtp_rcpt rcpt = { .notify = asked->notify, .orcpt = asked->orcpt };
        assert(smtp_client_one_line(asked->orcpt));
        smtp_ext_say_rcpt(smtp_client_extensions(s), &rcpt, io.out);
    }
    outq_static(io.out, SLICE("\r\n"));
}

/* ---- BDAT, RFC 3030: one chunk, the last ---- */

static void say_bdat(struct smtp_client *s, struct session_io io)
{
    outq_static(io.out, SLICE("BDAT "));
    outq_u64(io.out, s->letter->message->size + (s->dots.in_line ? 2 : 0));
    outq_static(io.out, SLICE(" LAST\r\n"));
}

/* What was announced is said to its end, whatever is answered meanwhile. */
static bool say_chunk(struct smtp_client *s, struct session_io io, size_t full)
{
    const struct message *m = s->letter->message;
    if (s->dots.said < m->size) {
        size_t room = full > io.out->size ? full - io.out->size : 0;
        size_t n = m->size - s->dots.said;
        n = n < room ? n : room;
        message_out_part(m, s->dots.said, n, io.out);
        s->dots.said += n;
    }
    if (s->dots.said == m->size && s->dots.in_line) {
        outq_static(io.out, SLICE("\r\n"));
        s->dots.in_line = false;
    }
    assert(s->dots.said <= m->size); /* the letter is the one that was announced */
    return s->dots.said == m->size;
}

/* Whether the letter may be sent before it is known that anybody takes it (RFC 3030 4.2): a small
 * one costs less than the round trip that is saved. */
static bool may_say_last(const struct smtp_client *s)
{
    return !s->chunk || s->letter->message->size <= CHUNK_EARLY || s->heard + 1 == s->total;
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
            say_rcpt(s, io, s->said - 1);
        } else if (!may_say_last(s)) {
            return true;
        } else if (s->chunk) {
            say_bdat(s, io);
        } else {
            outq_static(io.out, SLICE("DATA\r\n"));
        }
        s->said++;
    }
    return !s->chunk || s->said < s->total || say_chunk(s, io, full);
}

static bool heard_mail(struct smtp_client *s)
{
    if (!smtp_client_is_yes(s)) { /* no room, or too big: RSET or QUIT is next (RFC 1870 6.2) */
        smtp_client_end_transaction(s, s->reply.code == 452 || s->reply.code == 552);
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
    if (s->chunk) { /* refused, the transaction is neither here nor there: RSET (RFC 3030 2) */
        smtp_client_end_transaction(s, !smtp_client_is_yes(s));
    } else if (smtp_client_is_go_ahead(s)) {
        smtp_client_enter(s, C_TEXT);
    } else {
        smtp_client_end_transaction(s, true);
    }
    return false;
}

/* A reply outside its class (a 2xx to DATA, a 3xx to RCPT or BDAT) means that the two sides no
 * longer talk about the same thing. */
static bool heard_envelope(struct smtp_client *s, struct session_event *ev_r)
{
    uint32_t i = s->heard++;
    bool data = i == s->total - 1;
    s->state_said = false; /* what comes next may be said */
    if (!smtp_client_is_no(s) && smtp_client_is_go_ahead(s) != (data && !s->chunk)) {
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
    if (data && !s->chunk && smtp_client_is_go_ahead(s)) {
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
    /* name, the command a reply answers, minutes of patience, on entering, on a reply */
    [C_GREETING] = { "C_GREETING", "greeting", 5, NULL, smtp_client_heard_greeting },
    [C_EHLO] = { "C_EHLO", "EHLO", 5, smtp_client_say_ehlo, smtp_client_heard_ehlo },
    [C_HELO] = { "C_HELO", "HELO", 5, smtp_client_say_helo, smtp_client_heard_last_hurdle },
    [C_STARTTLS] = { "C_STARTTLS", "STARTTLS", 5, smtp_client_say_starttls,
                     smtp_client_heard_starttls },
    [C_TLS] = { "C_TLS", "STARTTLS", 5, NULL, NULL },
    [C_AUTH] = { "C_AUTH", "AUTH", 5, smtp_client_say_auth, smtp_client_heard_auth },
    [C_AUTH_RESPONSE] = { "C_AUTH_RESPONSE", "AUTH", 5, smtp_client_say_auth_response,
                          smtp_client_heard_auth },
    [C_READY] = { "C_READY", "", 0, say_ready, heard_unasked },
    [C_RSET] = { "C_RSET", "RSET", 5, say_rset, heard_rset },
    [C_ENVELOPE] = { "C_ENVELOPE", "", 5, say_envelope, heard_envelope },
    [C_TEXT] = { "C_TEXT", ".", 10, say_text, heard_dot },
    [C_LEFTOVER] = { "C_LEFTOVER", "", 5, NULL, heard_leftover },
    [C_EMPTY_DOT] = { "C_EMPTY_DOT", ".", 10, say_empty_dot, heard_empty_dot },
    [C_QUIT] = { "C_QUIT", "QUIT", 5, say_quit, heard_quit },
    [C_GONE] = { "C_GONE", "", 0, NULL, NULL },
};
/* clang-format on */
