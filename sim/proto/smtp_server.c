/* smtp_server.c - an SMTP server session: grammar and order, one reply for each line.
 * Never decides whether a letter is welcome (its host answers), never knows who is at the other
 * end.  Where the config does not say otherwise it refuses what RFC 5321 2.3.8 forbids: a bare CR
 * or LF ends neither a command nor the text (CVE-2023-51764). */
#include "sim/proto/smtp_server.h"

#include "sim/mail/mime.h"
#include "sim/proto/sasl.h"
#include "sim/proto/smtp_ext.h"

#include <assert.h>

uint32_t smtp_server_on(const struct smtp_server *s)
{
    return s->offered;
}

uint32_t smtp_server_offers(const struct smtp_server *s, struct session_io io)
{
    const struct smtp_server_config *c = s->config;
    uint32_t offers = c->extensions;
    if (io.tls) {
        return offers & ~(uint32_t)SMTP_STARTTLS; /* RFC 3207 4.2 */
    }
    bool no_auth = c->tls_required || smtp_server_mechanisms(s, io) == 0;
    return no_auth ? offers & ~(uint32_t)SMTP_AUTH : offers;
}

/* RFC 2034 4: all replies but the greeting (and those to EHLO and HELO, which are written without),
 * whether or not the client said EHLO. */
bool smtp_server_enhanced(const struct smtp_server *s)
{
    return (s->config->extensions & SMTP_ENHANCEDSTATUSCODES) && s->state != S_KNOCK;
}

void smtp_server_say(const struct smtp_server *s, struct session_io io, slice reply)
{
    smtp_say(io.out, smtp_server_enhanced(s), reply);
}

/* AUTH responses are longer than any command; the verbs check their own limit. */
static void limit_lines(struct smtp_server *s)
{
    bool may_auth = (smtp_server_on(s) & SMTP_AUTH) && !s->authenticated;
    size_t command = smtp_ext_line_max(smtp_server_on(s));
    s->lines.max = may_auth && command < SMTP_AUTH_LINE_MAX ? SMTP_AUTH_LINE_MAX : command;
}

/* The one function that changes the state on a command's outcome; what belongs to a transaction
 * goes when it does. */
void smtp_server_enter(struct smtp_server *s, uint16_t state)
{
    s->state = state;
    if (state & (S_NEW | S_READY | S_SHUT | S_GONE)) {
        s->rcpt_count = 0;
        s->utf8 = false;
        message_unref(&s->message);
        if (s->sasl) {
            sasl_server_free(&s->sasl);
        }
    }
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
        smtp_server_enter(s, S_GONE);
    }
    smtp_server_say(s, io, reply);
    *ev_r = (struct session_event){ .kind = SMTP_EV_SYNTAX,
                                    .text = s->line,
                                    .number = smtp_reply_code(reply),
                                    .detail = reply.ptr };
    return OUTCOME_NO;
}

static void greet(struct smtp_server *s, struct session_io io)
{
    outq_static(io.out, SLICE("220 "));
    outq_text(io.out, s->config->host);
    outq_static(io.out, SLICE(" ESMTP\r\n"));
}

static void server_open(void *self, const void *config, struct session_io io)
{
    struct smtp_server *s = self;
    s->config = config;
    s->since = io.now;
    line_init(&s->lines, 0);
    s->lines.lf_ends = s->config->bare == SMTP_BARE_END;
    limit_lines(s);
    smtp_server_enter(s, s->config->asks_at_connect ? S_KNOCK : S_NEW);
    if (s->state == S_NEW) {
        greet(s, io);
    }
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
    if (s->state == S_SHUT && !(verb && (verb->legal & S_SHUT))) { /* RFC 5321 3.1 */
        return SMTP_REFUSE("503 5.5.1 there is no service here, only QUIT");
    }
    size_t octets = s->line.len + 2;
    if (octets > SMTP_LINE_MAX && octets > smtp_verb_line_max(s, verb)) {
        return SMTP_REFUSE("500 5.5.2 line too long");
    }
    if (!verb) {
        return SMTP_REFUSE("500 5.5.2 unknown command");
    }
    argument = slice_trim(argument);
    if (verb == &smtp_verb_auth) { /* events must not tell secrets */
        s->line = slice_trim(name);
    }
    if (s->config->tls_required && !io.tls && !verb->in_clear) {
        return SMTP_REFUSE("530 5.7.0 Must issue a STARTTLS command first");
    }
    if (!(s->state & verb->legal)) {
        return wrong_place(s, io, verb, ev_r);
    }
    if (verb->no_argument && argument.len > 0) {
        return SMTP_REFUSE("501 5.5.4 no argument is wanted");
    }
    return verb->run(s, io, argument, ev_r);
}

static bool is_bare(const struct smtp_server *s, enum line_result result)
{
    return result == LINE_BARE && s->config->bare == SMTP_BARE_REFUSE;
}

static enum smtp_outcome run_line(struct smtp_server *s, struct session_io io,
                                  enum line_result result, const struct smtp_verb **verb_r,
                                  struct session_event *ev_r)
{
    *verb_r = NULL;
    if (s->state == S_AUTH) {
        slice response = s->line;
        *verb_r = &smtp_verb_auth;
        s->line = (slice){ 0 }; /* events must not tell secrets */
        bool broken = result == LINE_TOO_LONG || is_bare(s, result);
        return broken ? smtp_auth_broken(s, io, result == LINE_TOO_LONG, ev_r)
                      : smtp_auth_response(s, io, response, ev_r);
    }
    if (result == LINE_TOO_LONG) {
        return SMTP_REFUSE("500 5.5.2 line too long");
    }
    if (is_bare(s, result)) {
        return SMTP_REFUSE("500 5.5.2 a bare CR or LF ends no line");
    }
    return run_command(s, io, verb_r, ev_r);
}

/* A second greeting forgets the transaction (4.1.4): that is told first, then the greeting. */
static void tell_hello(struct smtp_server *s, bool forgot, struct session_event *ev_r)
{
    if (forgot) {
        s->due = DUE_HELLO;
        s->line = ev_r->text;
        *ev_r = (struct session_event){ .kind = SMTP_EV_RESET };
    }
}

/* false: nothing to tell. */
static bool settle(struct smtp_server *s, struct session_io io, enum smtp_outcome outcome,
                   const struct smtp_verb *verb, struct session_event *ev_r)
{
    bool open = (s->state & S_OPEN) != 0;
    s->errors = outcome == OUTCOME_NO ? s->errors : 0;
    switch (outcome) {
    case OUTCOME_NO:
        return true;
    case OUTCOME_CHALLENGE:
        return false;
    case OUTCOME_UPGRADE:
        smtp_server_say(s, io, verb->yes);
        smtp_server_enter(s, S_TLS);
        return false;
    case OUTCOME_CHUNK:
        smtp_server_enter(s, S_CHUNK);
        return false;
    case OUTCOME_SECRET:
        ev_r->kind = SMTP_EV_SECRET;
        s->asked = &smtp_verb_secret;
        return true;
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
    smtp_server_enter(s, stays ? s->state : verb->then);
    ev_r->kind = verb->event;
    if (verb->event == SMTP_EV_HELLO) {
        limit_lines(s);
        tell_hello(s, open, ev_r);
    }
    return verb->event != 0;
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
        smtp_server_enter(s, S_GONE);
    } else if (deadline > 0 && io.now >= deadline) {
        if (s->state == S_TLS) { /* neither plain text nor TLS can be spoken now */
            smtp_server_enter(s, S_GONE);
            return true;
        }
        smtp_server_say(s, io, SLICE("421 4.4.2 nothing was said for too long\r\n"));
        smtp_server_enter(s, S_GONE);
    }
    return s->state == S_GONE;
}

static void tell_due(struct smtp_server *s, struct session_io io, struct session_event *ev_r)
{
    switch ((enum smtp_due)s->due) {
    case DUE_HELLO:
        *ev_r = (struct session_event){ .kind = SMTP_EV_HELLO, .text = s->line, .number = s->ehlo };
        break;
    case DUE_RESET:
        *ev_r = (struct session_event){ .kind = SMTP_EV_RESET, .number = 1 };
        break;
    default:
        (void)settle(s, io, smtp_auth_due(s, io, ev_r), &smtp_verb_auth, ev_r);
        break;
    }
    s->due = DUE_NONE;
}

static enum step server_next(void *self, struct session_io io, struct session_event *ev_r)
{
    struct smtp_server *s = self;
    const size_t full = io.room < SIZE_MAX - io.out->size ? io.out->size + io.room : SIZE_MAX;
    enum smtp_outcome outcome;
    *ev_r = (struct session_event){ 0 };
    if (s->asked) {
        return STEP_WANT_ANSWER;
    }
    if (s->state == S_KNOCK && !s->eof) {
        (void)settle(s, io, OUTCOME_ASK, &smtp_verb_connect, ev_r);
        return STEP_EVENT;
    }
    if (s->due != DUE_NONE) {
        tell_due(s, io, ev_r);
        return STEP_EVENT;
    }
    while (s->state != S_GONE) {
        if (io.out->size >= full) {
            return STEP_WANT_ROOM;
        }
        if (s->state & (S_DATA | S_CHUNK)) {
            if (smtp_text_read(s, io, &outcome, ev_r)) {
                (void)settle(s, io, outcome, &smtp_verb_message, ev_r);
                return STEP_EVENT;
            }
            if (line_has_input(&s->lines)) {
                continue;
            }
        }
        enum line_result result = line_next(&s->lines, &s->line);
        if (result == LINE_MORE) {
            return give_up(s, io) ? STEP_CLOSE : STEP_WANT_INPUT;
        }
        s->since = io.now;
        const struct smtp_verb *verb;
        outcome = run_line(s, io, result, &verb, ev_r);
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

/* Beyond ASCII a reply has only what VRFY or EXPN was to show to who reads UTF-8; to others that is
 * neither told nor denied (RFC 6531 3.7.4.2). */
static void say_answer(const struct smtp_server *s, struct session_io io, uint16_t event,
                       uint16_t code, slice text)
{
    bool enhanced = smtp_server_enhanced(s);
    bool shows = (event == SMTP_EV_VRFY || event == SMTP_EV_EXPN) && code < 300;
    if (mime_is_ascii(text) || (shows && s->reads_utf8)) {
        smtp_say_text(io.out, enhanced, code, text);
        return;
    }
    if (shows) {
        smtp_say_text(io.out, enhanced, 252, SLICE("2.6.8 the answer needs SMTPUTF8"));
        return;
    }
    struct buf plain = { 0 };
    for (size_t i = 0; i < text.len; i++) {
        buf_byte(&plain, (char)((unsigned char)text.ptr[i] < 0x80 ? text.ptr[i] : '?'));
    }
    smtp_say_text(io.out, enhanced, code, buf_slice(&plain));
    buf_deinit(&plain);
}

/* The host's decision as a reply.  code 0 is the row's own; AUTH is refused with 535. */
static void server_answer(void *self, struct session_io io, struct session_answer a)
{
    struct smtp_server *s = self;
    const struct smtp_verb *verb = s->asked;
    assert(verb);
    s->asked = NULL;
    s->since = io.now;
    if (verb == &smtp_verb_secret && a.code != 421) {
        smtp_auth_secret(s, io, a);
        return;
    }
    if (verb == &smtp_verb_auth && s->unproved && (a.code == 0 || a.code < 300)) {
        a = (struct session_answer){ .code = 535,
                                     .text = SLICE("5.7.8 that was not the password") };
    }
    uint16_t code = a.code > 0 ? a.code : smtp_reply_code(verb->yes);
    bool yes = code < 300;
    if (verb == &smtp_verb_connect && yes) {
        greet(s, io);
    } else if (a.text.len > 0 || a.code > 0) {
        say_answer(s, io, verb->event, code, a.text);
    } else {
        smtp_server_say(s, io, verb->yes);
    }
    s->rcpt_count += yes && verb->event == SMTP_EV_RCPT;
    if (yes && verb == &smtp_verb_auth) {
        s->authenticated = true;
        limit_lines(s);
    }
    if (code == 421) { /* 3.8: the connection goes with it */
        smtp_server_enter(s, S_GONE);
    } else if (yes && verb->then) {
        smtp_server_enter(s, verb->then);
    } else if (s->state == S_KNOCK) {
        smtp_server_enter(s, S_SHUT);
    } else if (s->state & (S_DATA | S_CHUNK | S_AUTH | S_READY)) {
        smtp_server_enter(s, S_READY);
    }
}

/* RFC 3207 4.2: as just after the greeting, and what was learned from the client is forgotten. */
static void secured(struct smtp_server *s, struct session_io io)
{
    s->since = io.now;
    s->ehlo = s->authenticated = false;
    s->offered = 0;
    s->due = DUE_RESET;
    limit_lines(s);
    smtp_server_enter(s, S_NEW);
}

static void server_tell(void *self, struct session_io io, const struct session_order *o)
{
    struct smtp_server *s = self;
    bool upgrading = s->state == S_TLS;
    if (o->kind == ORDER_TLS_UP || o->kind == ORDER_TLS_FAILED) {
        if (upgrading && o->kind == ORDER_TLS_UP) {
            secured(s, io);
        } else if (upgrading) { /* else it was given up */
            smtp_server_enter(s, S_GONE);
        }
        return;
    }
    assert(o->kind == ORDER_QUIT);
    if (!upgrading) { /* in the middle of a handshake nobody could read it */
        smtp_server_say(s, io, SLICE("421 4.3.2 this server is shutting down\r\n"));
    }
    s->asked = NULL;
    smtp_server_enter(s, S_GONE);
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
        uint16_t state;
        const char *name;
    } names[] = {
        { S_KNOCK, "S_KNOCK" }, { S_SHUT, "S_SHUT" }, { S_MORE, "S_MORE" },
        { S_CHUNK, "S_CHUNK" }, { S_NEW, "S_NEW" },   { S_READY, "S_READY" },
        { S_MAIL, "S_MAIL" },   { S_RCPT, "S_RCPT" }, { S_DATA, "S_DATA" },
        { S_AUTH, "S_AUTH" },   { S_GONE, "S_GONE" }, { S_TLS, "S_TLS" },
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
    sasl_server_free(&s->sasl);
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
