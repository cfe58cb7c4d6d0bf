/* smtp_server.c - an SMTP server session: grammar and order, one reply for each line.
 * Never decides whether a letter is welcome (its host answers), never knows who is at the other
 * end.  Refuses what RFC 5321 2.3.8 forbids: a bare CR or LF ends neither a command nor the text,
 * and a text with one gets 550 5.6.0 at its end (CVE-2023-51764).
 * A text line of more than 1000 octets is accepted (4.5.3.1 asks for no limit without need); so is
 * 8-bit text without BODY=8BITMIME. */
#include "sim/proto/smtp_server.h"

#include "sim/proto/smtp_ext.h"
#include "sim/proto/smtp_reply.h"

#include <assert.h>

uint32_t smtp_server_on(const struct smtp_server *s)
{
    return s->offered;
}

uint32_t smtp_server_offers(const struct smtp_server *s, struct session_io io)
{
    const struct smtp_server_config *c = s->config;
    uint32_t offers = c->extensions & (SMTP_ALL | SMTP_STARTTLS);
    if (io.tls) {
        return offers & ~(uint32_t)SMTP_STARTTLS; /* RFC 3207 4.2 */
    }
    return c->tls_required || c->auth_needs_tls ? offers & ~(uint32_t)SMTP_AUTH : offers;
}

void smtp_server_say(const struct smtp_server *s, struct session_io io, slice reply)
{
    smtp_say(io.out, (smtp_server_on(s) & SMTP_ENHANCEDSTATUSCODES) != 0, reply);
}

/* AUTH responses are longer than any command; the verbs check their own limit. */
static size_t longest_line(const struct smtp_server *s)
{
    bool may_auth = (smtp_server_on(s) & SMTP_AUTH) && !s->authenticated;
    return may_auth ? SMTP_AUTH_LINE_MAX : smtp_ext_mail_max(smtp_server_on(s));
}

/* The one function that changes the state on a command's outcome; what belongs to a transaction
 * goes when it does. */
static void enter(struct smtp_server *s, uint8_t state)
{
    s->state = state;
    if (state & (S_NEW | S_READY | S_GONE)) {
        s->rcpt_count = 0;
        message_unref(&s->message);
        buf_deinit(&s->secret);
    }
    s->lines.max = longest_line(s);
}

/* What no client says that speaks SMTP.  Not 503: a client that sends ahead gets many of them for
 * one refusal (RFC 2920 3.1). */
static bool is_no_command(uint16_t code)
{
    return code >= 500 && code <= 504 && code != 503;
}

enum smtp_outcome smtp_refuse(struct smtp_server *s, struct session_io io, slice reply,
                              struct session_event *ev_r)
{
    if (s->config->errors_max > 0 && is_no_command(smtp_reply_code(reply)) &&
        ++s->errors >= s->config->errors_max) {
        reply = SLICE("421 4.7.0 too many errors\r\n");
        enter(s, S_GONE);
    }
    smtp_server_say(s, io, reply);
    *ev_r = (struct session_event){ .kind = SMTP_EV_SYNTAX,
                                    .text = s->line,
                                    .number = smtp_reply_code(reply) };
    return OUTCOME_NO;
}

static void server_open(void *self, const void *config, struct session_io io)
{
    struct smtp_server *s = self;
    s->config = config;
    s->since = io.now;
    line_init(&s->lines, 0);
    enter(s, S_NEW);
    outq_static(io.out, SLICE("220 "));
    outq_text(io.out, s->config->host);
    outq_static(io.out, SLICE(" ESMTP\r\n"));
}

static void server_feed(void *self, struct chunk in)
{
    struct smtp_server *s = self;
    line_feed(&s->lines, in);
}

/* ---- one line ---- */

static enum smtp_outcome wrong_place(struct smtp_server *s, struct session_io io,
                                     const struct smtp_verb *verb, struct session_event *ev_r)
{
    bool hello_first = s->state == S_NEW || verb->wrong.len == 0;
    return smtp_refuse(s, io, hello_first ? SLICE("503 5.5.1 HELO or EHLO first\r\n") : verb->wrong,
                       ev_r);
}

static enum smtp_outcome run_command(struct smtp_server *s, struct session_io io,
                                     const struct smtp_verb **verb_r, struct session_event *ev_r)
{
    slice argument = s->line;
    slice name = slice_cut(&argument, ' ');
    const struct smtp_verb *verb = smtp_verb_find(slice_trim(name));
    *verb_r = verb;
    if (s->line.len + 2 > smtp_verb_line_max(s, verb)) {
        return smtp_refuse(s, io, SLICE("500 5.5.2 line too long\r\n"), ev_r);
    }
    if (!verb) {
        return smtp_refuse(s, io, SLICE("500 5.5.2 unknown command\r\n"), ev_r);
    }
    argument = slice_trim(argument);
    if (verb == &smtp_verb_auth) { /* events must not tell secrets */
        s->line = slice_trim(name);
    }
    if (s->config->tls_required && !io.tls && !verb->in_clear) {
        return smtp_refuse(s, io, SLICE("530 5.7.0 Must issue a STARTTLS command first\r\n"), ev_r);
    }
    if (!(s->state & verb->legal)) {
        return wrong_place(s, io, verb, ev_r);
    }
    if (verb->no_argument && argument.len > 0) {
        return smtp_refuse(s, io, SLICE("501 5.5.4 no argument is wanted\r\n"), ev_r);
    }
    return verb->run(s, io, argument, ev_r);
}

static enum smtp_outcome run_line(struct smtp_server *s, struct session_io io,
                                  enum line_result result, const struct smtp_verb **verb_r,
                                  struct session_event *ev_r)
{
    bool response = s->state == S_AUTH;
    slice line = s->line;
    *verb_r = NULL;
    if (response) {
        *verb_r = &smtp_verb_auth;
        s->line = (slice){ 0 }; /* events must not tell secrets */
        enter(s, S_READY);
    }
    if (result == LINE_TOO_LONG) {
        return smtp_refuse(s, io,
                           response ? SLICE("500 5.5.6 response too long\r\n")
                                    : SLICE("500 5.5.2 line too long\r\n"),
                           ev_r);
    }
    if (result == LINE_BARE) {
        return smtp_refuse(s, io, SLICE("500 5.5.2 a bare CR or LF ends no line\r\n"), ev_r);
    }
    return response ? smtp_auth_response(s, io, line, ev_r) : run_command(s, io, verb_r, ev_r);
}

/* A second greeting forgets the transaction (4.1.4): that is told first, then the greeting. */
static void tell_hello(struct smtp_server *s, bool forgot, struct session_event *ev_r)
{
    if (forgot) {
        s->hello_due = true;
        s->line = ev_r->text;
        *ev_r = (struct session_event){ .kind = SMTP_EV_RESET };
    }
}

/* false: nothing to tell. */
static bool settle(struct smtp_server *s, struct session_io io, enum smtp_outcome outcome,
                   const struct smtp_verb *verb, struct session_event *ev_r)
{
    bool open = (s->state & (S_MAIL | S_RCPT)) != 0;
    s->errors = outcome == OUTCOME_NO ? s->errors : 0;
    switch (outcome) {
    case OUTCOME_NO:
        return true;
    case OUTCOME_CHALLENGE:
        enter(s, S_AUTH);
        return false;
    case OUTCOME_UPGRADE:
        smtp_server_say(s, io, verb->yes);
        enter(s, S_TLS);
        return false;
    case OUTCOME_ASK:
        ev_r->kind = verb->event;
        s->asked = verb;
        return true;
    case OUTCOME_YES:
        break;
    }
    if (verb->yes.len > 0) {
        smtp_server_say(s, io, verb->yes);
    }
    bool stays = verb->then == 0 || (s->state == S_NEW && verb->event == SMTP_EV_RESET);
    enter(s, stays ? s->state : verb->then);
    ev_r->kind = verb->event;
    if (verb->event == SMTP_EV_HELLO) {
        tell_hello(s, open, ev_r);
    }
    return verb->event != 0;
}

/* ---- the text ---- */

static enum step read_text(struct smtp_server *s, struct session_io io, struct session_event *ev_r)
{
    bool ended = dot_read(&s->dots, &s->lines, s->message);
    bool too_big = s->config->size_max > 0 && s->dots.size > s->config->size_max;
    s->since = io.now;
    if (too_big) {
        message_unref(&s->message); /* read to its end, but no longer kept */
    }
    if (!ended) {
        return STEP_WANT_INPUT;
    }
    s->line = (slice){ 0 };
    if (too_big || s->dots.bare) {
        smtp_refuse(s, io,
                    too_big ? SLICE("552 5.3.4 too big for this server\r\n")
                            : SLICE("550 5.6.0 a bare CR or LF is in the text\r\n"),
                    ev_r);
        enter(s, S_READY);
        return STEP_EVENT;
    }
    ev_r->message = s->message;
    ev_r->number = s->dots.size;
    settle(s, io, OUTCOME_ASK, &smtp_verb_message, ev_r);
    return STEP_EVENT;
}

/* ---- the loop ---- */

static sim_time server_deadline(const void *self)
{
    const struct smtp_server *s = self;
    bool waits = s->config->timeout > 0 && !s->asked && s->state != S_GONE;
    return waits ? s->since + s->config->timeout : 0;
}

/* The peer has been silent too long (4.5.3.2.7), or speaks no more. */
static bool give_up(struct smtp_server *s, struct session_io io)
{
    sim_time deadline = server_deadline(s);
    if (s->eof) {
        enter(s, S_GONE);
    } else if (deadline > 0 && io.now >= deadline) {
        if (s->state == S_TLS) { /* neither plain text nor TLS can be spoken now */
            enter(s, S_GONE);
            return true;
        }
        smtp_server_say(s, io, SLICE("421 4.4.2 nothing was said for too long\r\n"));
        enter(s, S_GONE);
    }
    return s->state == S_GONE;
}

static enum step server_next(void *self, struct session_io io, struct session_event *ev_r)
{
    struct smtp_server *s = self;
    const size_t full = io.room < SIZE_MAX - io.out->size ? io.out->size + io.room : SIZE_MAX;
    *ev_r = (struct session_event){ 0 };
    if (s->asked) {
        return STEP_WANT_ANSWER;
    }
    if (s->reset_due) {
        s->reset_due = false;
        *ev_r = (struct session_event){ .kind = SMTP_EV_RESET, .number = 1 };
        return STEP_EVENT;
    }
    if (s->hello_due) {
        s->hello_due = false;
        *ev_r = (struct session_event){ .kind = SMTP_EV_HELLO, .text = s->line, .number = s->ehlo };
        return STEP_EVENT;
    }
    while (s->state != S_GONE) {
        if (io.out->size >= full) {
            return STEP_WANT_ROOM;
        }
        if (s->state == S_DATA && line_has_input(&s->lines)) {
            if (read_text(s, io, ev_r) == STEP_EVENT) {
                return STEP_EVENT;
            }
            continue;
        }
        enum line_result result = line_next(&s->lines, &s->line);
        if (result == LINE_MORE) {
            return give_up(s, io) ? STEP_CLOSE : STEP_WANT_INPUT;
        }
        s->since = io.now;
        const struct smtp_verb *verb;
        enum smtp_outcome outcome = run_line(s, io, result, &verb, ev_r);
        if (settle(s, io, outcome, verb, ev_r)) {
            return STEP_EVENT;
        }
        if (s->state == S_TLS) { /* commands said in the clear must not count as said under TLS */
            ev_r->text = line_drop(&s->lines);
            return STEP_UPGRADE;
        }
    }
    return STEP_CLOSE;
}

/* The host's decision as a reply.  code 0 is the row's own; AUTH is refused with 535. */
static void server_answer(void *self, struct session_io io, struct session_answer a)
{
    struct smtp_server *s = self;
    const struct smtp_verb *verb = s->asked;
    assert(verb);
    s->asked = NULL;
    s->since = io.now;
    uint16_t code = a.code > 0 ? a.code : smtp_reply_code(verb->yes);
    bool yes = code < 300;
    if (a.text.len > 0 || a.code > 0) {
        bool enhanced = (smtp_server_on(s) & SMTP_ENHANCEDSTATUSCODES) != 0;
        smtp_say_text(io.out, enhanced, code, a.text);
    } else {
        smtp_server_say(s, io, verb->yes);
    }
    s->rcpt_count += yes && verb->event == SMTP_EV_RCPT;
    s->authenticated = s->authenticated || (yes && verb == &smtp_verb_auth);
    if (code == 421) { /* 3.8: the connection goes with it */
        enter(s, S_GONE);
    } else if (yes) {
        enter(s, verb->then);
    } else if (s->state & (S_DATA | S_READY)) {
        enter(s, S_READY);
    }
}

/* RFC 3207 4.2: as just after the greeting, and what was learned from the client is forgotten. */
static void secured(struct smtp_server *s, struct session_io io)
{
    s->since = io.now;
    s->ehlo = s->authenticated = false;
    s->offered = 0;
    s->reset_due = true;
    enter(s, S_NEW);
}

static void server_tell(void *self, struct session_io io, const struct session_order *o)
{
    struct smtp_server *s = self;
    bool upgrading = s->state == S_TLS;
    if (o->kind == ORDER_TLS_UP || o->kind == ORDER_TLS_FAILED) {
        if (upgrading && o->kind == ORDER_TLS_UP) {
            secured(s, io);
        } else if (upgrading) { /* else it was given up */
            enter(s, S_GONE);
        }
        return;
    }
    assert(o->kind == ORDER_QUIT);
    if (!upgrading) { /* in the middle of a handshake nobody could read it */
        smtp_server_say(s, io, SLICE("421 4.3.2 this server is shutting down\r\n"));
    }
    s->asked = NULL;
    enter(s, S_GONE);
}

static void server_eof(void *self)
{
    struct smtp_server *s = self;
    s->eof = true;
}

static const char *server_state(const void *self)
{
    const struct smtp_server *s = self;
    static const struct {
        uint8_t state;
        const char *name;
    } names[] = {
        { S_NEW, "S_NEW" },   { S_READY, "S_READY" }, { S_MAIL, "S_MAIL" }, { S_RCPT, "S_RCPT" },
        { S_DATA, "S_DATA" }, { S_AUTH, "S_AUTH" },   { S_GONE, "S_GONE" }, { S_TLS, "S_TLS" },
    };
    for (size_t i = 0; i < COUNT(names); i++) {
        if (names[i].state == s->state) {
            return names[i].name;
        }
    }
    assert(false && "every state has a name");
    return "";
}

static void server_deinit(void *self)
{
    struct smtp_server *s = self;
    line_deinit(&s->lines);
    message_unref(&s->message);
    buf_deinit(&s->secret);
}

const struct session_ops smtp_server_ops = {
    .name = "smtp-server",
    .size = sizeof(struct smtp_server),
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
