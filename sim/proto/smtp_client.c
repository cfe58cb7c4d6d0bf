/* smtp_client.c - an SMTP client session: what is said on entering a state, and where each reply
 * leads.  Never decides what to send (its host gives letters), never retries, never looks inside a
 * letter.
 * With PIPELINING the envelope has two cursors, one for what has been said and one for what has
 * been answered (RFC 2920 3.1); without, the second holds the first.
 * A server that offers no AUTH is spoken to without: what needs it gets 530 there. */
#include "sim/proto/base64.h"
#include "sim/proto/dots.h"
#include "sim/proto/smtp_ext.h"
#include "sim/proto/smtp_hear.h"

#include <assert.h>

#define FLIGHT_MAX 128 /* unanswered commands, so that both sides cannot wait for room at once */

enum client_state {
    C_GREETING,
    C_EHLO,
    C_HELO,
    C_AUTH,
    C_AUTH_RESPONSE,
    C_READY,
    C_RSET,
    C_ENVELOPE,  /* MAIL, RCPT..., DATA */
    C_TEXT,      /* the letter and its dot; then the last reply is due */
    C_LEFTOVER,  /* the transaction is over, replies to what was pipelined are due */
    C_EMPTY_DOT, /* DATA was accepted for nobody: just the dot (RFC 2920 3.1) */
    C_QUIT,
    C_GONE,
    C_STATE_COUNT
};

struct smtp_client {
    const struct smtp_client_config *config;
    const struct smtp_letter *letter;
    struct smtp_hearing hearing;
    struct smtp_reply reply; /* of the event at hand */
    struct smtp_offer offer;
    struct dot_writer dots;
    sim_time since;       /* when something was said or heard */
    uint32_t said, heard; /* commands of the envelope */
    uint32_t total;       /* MAIL, the recipients, DATA */
    uint32_t accepted;    /* recipients */
    uint8_t state;
    bool state_said;     /* what is said on entering the state */
    bool due_ready;      /* events waiting to be told */
    bool due_sent;       /* with `reply` */
    bool reset_first;    /* the server may think that a transaction is open */
    bool quit_ordered;   /* when idle */
    bool answered_early; /* the AUTH line held the response */
    bool eof;
};
_Static_assert(sizeof(struct smtp_client) <= 288, "keep the session small");

struct client_row {
    const char *name;
    const char *after; /* the command a reply answers */
    /* On entering, and again while it returns false: there is no room for all of it. */
    bool (*say)(struct smtp_client *s, struct session_io io, size_t full);
    /* true: an event is in ev_r. */
    bool (*heard)(struct smtp_client *s, struct session_event *ev_r);
};
static const struct client_row rows[C_STATE_COUNT];

static uint32_t extensions_on(const struct smtp_client *s)
{
    return s->config->extensions & s->offer.extensions;
}

/* The one function that changes the state. */
static void enter(struct smtp_client *s, enum client_state state)
{
    s->state = (uint8_t)state;
    s->state_said = false;
}

/* The command that the next reply answers. */
static const char *answers(const struct smtp_client *s)
{
    if (s->state != C_ENVELOPE && s->state != C_LEFTOVER) {
        return rows[s->state].after;
    }
    return s->heard == 0 ? "MAIL FROM" : s->heard + 1 < s->total ? "RCPT TO" : "DATA";
}

static bool tell_reply(const struct smtp_client *s, uint16_t kind, struct session_event *ev_r)
{
    *ev_r = (struct session_event){ .kind = kind, .text = s->reply.text, .detail = &s->reply };
    return true;
}

/* No transaction is possible any more.  Where the server still listens it hears QUIT. */
static bool fail(struct smtp_client *s, enum client_state then, struct session_event *ev_r)
{
    s->letter = NULL;
    enter(s, then);
    return tell_reply(s, SMTP_EV_FAILED, ev_r);
}

static bool fail_without_reply(struct smtp_client *s, slice why, struct session_event *ev_r)
{
    s->reply = (struct smtp_reply){ .text = why, .after = answers(s) };
    return fail(s, C_GONE, ev_r);
}

/* The transaction is over, `reply` says how. */
static void end_transaction(struct smtp_client *s, bool reset_first)
{
    s->letter = NULL;
    s->due_sent = true;
    s->reset_first = reset_first;
    enter(s, s->heard < s->said ? C_LEFTOVER : C_READY);
}

static bool is_yes(const struct smtp_client *s)
{
    return s->reply.code / 100 == 2;
}

static bool is_go_ahead(const struct smtp_client *s)
{
    return s->reply.code / 100 == 3;
}

static bool is_no(const struct smtp_client *s)
{
    return s->reply.code >= 400;
}

/* ---- greeting, EHLO, HELO, AUTH ---- */

static bool heard_greeting(struct smtp_client *s, struct session_event *ev_r)
{
    if (!is_yes(s)) {
        return fail(s, C_QUIT, ev_r);
    }
    enter(s, C_EHLO);
    return false;
}

static bool say_line(struct session_io io, slice verb, slice argument)
{
    outq_static(io.out, verb);
    outq_text(io.out, argument);
    outq_static(io.out, SLICE("\r\n"));
    return true;
}

static bool say_ehlo(struct smtp_client *s, struct session_io io, size_t full)
{
    (void)full;
    return say_line(io, SLICE("EHLO "), s->config->host);
}

static bool say_helo(struct smtp_client *s, struct session_io io, size_t full)
{
    (void)full;
    return say_line(io, SLICE("HELO "), s->config->host);
}

static void be_ready(struct smtp_client *s)
{
    s->due_ready = true;
    enter(s, C_READY);
}

static bool heard_ehlo(struct smtp_client *s, struct session_event *ev_r)
{
    if (s->reply.code >= 500) { /* RFC 5321 3.2: an old server */
        enter(s, C_HELO);
        return false;
    }
    if (!is_yes(s)) {
        return fail(s, C_QUIT, ev_r);
    }
    slice lines = s->reply.text;
    (void)slice_cut(&lines, '\n');
    while (lines.len > 0) {
        smtp_ext_heard(slice_cut(&lines, '\n'), &s->offer);
    }
    if (s->config->user.len > 0 && (extensions_on(s) & SMTP_AUTH)) {
        enter(s, C_AUTH);
    } else {
        be_ready(s);
    }
    return false;
}

/* HELO and AUTH: yes, or it is over. */
static bool heard_last_hurdle(struct smtp_client *s, struct session_event *ev_r)
{
    if (!is_yes(s)) {
        return fail(s, C_QUIT, ev_r);
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
static bool say_auth(struct smtp_client *s, struct session_io io, size_t full)
{
    (void)full;
    struct buf response = { 0 };
    slice verb = SLICE("AUTH PLAIN ");
    plain_response(s, &response);
    s->answered_early = verb.len + response.len + 2 <= SMTP_LINE_MAX;
    if (s->answered_early) {
        say_line(io, verb, buf_slice(&response));
    } else {
        outq_static(io.out, SLICE("AUTH PLAIN\r\n"));
    }
    buf_deinit(&response);
    return true;
}

static bool heard_auth(struct smtp_client *s, struct session_event *ev_r)
{
    if (is_go_ahead(s)) {
        enter(s, C_AUTH_RESPONSE);
        return false;
    }
    return heard_last_hurdle(s, ev_r);
}

/* A challenge after the response was given is none that PLAIN knows: cancelled. */
static bool say_auth_response(struct smtp_client *s, struct session_io io, size_t full)
{
    (void)full;
    struct buf response = { 0 };
    if (s->answered_early) {
        buf_byte(&response, '*');
    } else {
        plain_response(s, &response);
    }
    say_line(io, SLICE(""), buf_slice(&response));
    buf_deinit(&response);
    return true;
}

/* ---- idle ---- */

static bool one_line(slice s)
{
    return slice_find_byte(s, '\r') == SLICE_NONE && slice_find_byte(s, '\n') == SLICE_NONE;
}

/* RFC 6152 3: 8-bit text is not for a server that does not take it. */
static bool refuse_8bit(struct smtp_client *s)
{
    if (!s->letter->body_8bit || (extensions_on(s) & SMTP_8BITMIME)) {
        return false;
    }
    s->reply = (struct smtp_reply){ .code = 554,
                                    .text = SLICE("5.6.3 the server takes no 8-bit text"),
                                    .after = rows[C_EHLO].after };
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
        enter(s, s->reset_first ? C_RSET : C_ENVELOPE);
        s->said = s->heard = s->accepted = 0;
        s->total = (uint32_t)s->letter->to_count + 2;
    } else if (!s->letter && s->quit_ordered && !s->due_sent) {
        enter(s, C_QUIT);
    }
    return true;
}

/* Nothing was asked.  (421 does not come here.) */
static bool heard_unasked(struct smtp_client *s, struct session_event *ev_r)
{
    s->reply.code = 0;
    return fail(s, C_GONE, ev_r);
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
    if (!is_yes(s)) {
        return fail(s, C_QUIT, ev_r);
    }
    s->reset_first = false;
    enter(s, C_ENVELOPE);
    return false;
}

/* ---- the envelope ---- */

static void say_mail(struct smtp_client *s, struct session_io io)
{
    struct smtp_mail mail = { .size = s->letter->message->size, .body_8bit = s->letter->body_8bit };
    assert(one_line(s->letter->from));
    outq_static(io.out, SLICE("MAIL FROM:<"));
    outq_text(io.out, s->letter->from);
    outq_static(io.out, SLICE(">"));
    smtp_ext_say(extensions_on(s), &mail, io.out);
    outq_static(io.out, SLICE("\r\n"));
}

static void say_rcpt(struct session_io io, slice to)
{
    assert(one_line(to));
    outq_static(io.out, SLICE("RCPT TO:<"));
    outq_text(io.out, to);
    outq_static(io.out, SLICE(">\r\n"));
}

static bool say_envelope(struct smtp_client *s, struct session_io io, size_t full)
{
    uint32_t flight = extensions_on(s) & SMTP_PIPELINING ? FLIGHT_MAX : 1;
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
    if (!is_yes(s)) {
        end_transaction(s, false);
    }
    return false;
}

static bool heard_rcpt(struct smtp_client *s, struct session_event *ev_r)
{
    s->accepted += is_yes(s);
    tell_reply(s, SMTP_EV_RCPT_DONE, ev_r);
    ev_r->number = s->heard - 2;
    if (s->heard == s->total - 1 && s->accepted == 0) {
        end_transaction(s, true);
    }
    return true;
}

static bool heard_data(struct smtp_client *s)
{
    if (is_go_ahead(s)) {
        s->dots = (struct dot_writer){ 0 };
        enter(s, C_TEXT);
    } else {
        end_transaction(s, true);
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
    if (!is_no(s) && is_go_ahead(s) != data) {
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
    if (is_go_ahead(s) || (is_yes(s) && !s->dots.done)) { /* a yes before the dot is none */
        return heard_unasked(s, ev_r);
    }
    end_transaction(s, false);
    return false;
}

static bool heard_leftover(struct smtp_client *s, struct session_event *ev_r)
{
    (void)ev_r;
    bool data = ++s->heard == s->total;
    if (data && is_go_ahead(s)) {
        enter(s, C_EMPTY_DOT);
    } else if (s->heard == s->said) {
        enter(s, C_READY);
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
    enter(s, C_READY);
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
    enter(s, C_GONE);
    return false;
}

/* clang-format off */
static const struct client_row rows[C_STATE_COUNT] = {
    /*                      name            replies answer  on entering        on a reply        */
    [C_GREETING] =        { "C_GREETING",      "greeting",  NULL,              heard_greeting    },
    [C_EHLO] =            { "C_EHLO",          "EHLO",      say_ehlo,          heard_ehlo        },
    [C_HELO] =            { "C_HELO",          "HELO",      say_helo,          heard_last_hurdle },
    [C_AUTH] =            { "C_AUTH",          "AUTH",      say_auth,          heard_auth        },
    [C_AUTH_RESPONSE] =   { "C_AUTH_RESPONSE", "AUTH",      say_auth_response, heard_last_hurdle },
    [C_READY] =           { "C_READY",         "",          say_ready,         heard_unasked     },
    [C_RSET] =            { "C_RSET",          "RSET",      say_rset,          heard_rset        },
    [C_ENVELOPE] =        { "C_ENVELOPE",      "",          say_envelope,      heard_envelope    },
    [C_TEXT] =            { "C_TEXT",          ".",         say_text,          heard_dot         },
    [C_LEFTOVER] =        { "C_LEFTOVER",      "",          NULL,              heard_leftover    },
    [C_EMPTY_DOT] =       { "C_EMPTY_DOT",     ".",         say_empty_dot,     heard_empty_dot   },
    [C_QUIT] =            { "C_QUIT",          "QUIT",      say_quit,          heard_quit        },
    [C_GONE] =            { "C_GONE",          "",          NULL,              NULL              },
};
/* clang-format on */

/* ---- the session ---- */

static void client_open(void *self, const void *config, struct session_io io)
{
    struct smtp_client *s = self;
    s->config = config;
    s->since = io.now;
    assert(one_line(s->config->host));
    smtp_hear_init(&s->hearing);
    enter(s, C_GREETING);
}

static void client_feed(void *self, struct chunk in)
{
    struct smtp_client *s = self;
    line_feed(&s->hearing.lines, in);
}

/* false: there is no room. */
static bool say(struct smtp_client *s, struct session_io io, size_t full)
{
    while (!s->state_said && !s->eof && s->state != C_GONE) {
        if (io.out->size >= full && s->state != C_READY) {
            return false;
        }
        s->state_said = true;
        uint8_t state = s->state;
        bool all = !rows[state].say || rows[state].say(s, io, full);
        s->since = io.now;
        if (!all) {
            s->state_said = false;
            return false;
        }
    }
    return true;
}

static bool tell_due(struct smtp_client *s, struct session_event *ev_r)
{
    if (s->due_ready) {
        s->due_ready = false;
        *ev_r = (struct session_event){ .kind = SMTP_EV_READY };
        return true;
    }
    if (s->due_sent) {
        s->due_sent = false;
        return tell_reply(s, SMTP_EV_SENT, ev_r);
    }
    return false;
}

static bool heard(struct smtp_client *s, enum smtp_heard result, struct session_event *ev_r)
{
    if (s->state == C_QUIT) { /* 221, or whatever it says: it is over */
        enter(s, C_GONE);
        return false;
    }
    if (result == HEARD_GARBAGE || s->reply.code == 421) { /* RFC 5321 3.8: at any moment */
        return fail(s, C_GONE, ev_r);
    }
    return rows[s->state].heard(s, ev_r);
}

static sim_time client_deadline(const void *self)
{
    const struct smtp_client *s = self;
    bool waits = s->config->timeout > 0 && s->state != C_READY && s->state != C_GONE;
    return waits ? s->since + s->config->timeout : 0;
}

/* Nothing is unread. */
static enum step wait_for_more(struct smtp_client *s, struct session_io io,
                               struct session_event *ev_r)
{
    sim_time deadline = client_deadline(s);
    bool late = deadline > 0 && io.now >= deadline;
    if (s->state == C_QUIT && (s->eof || late)) {
        enter(s, C_GONE);
        return STEP_CLOSE;
    }
    if (s->eof || late) {
        fail_without_reply(s, s->eof ? SLICE("connection lost") : SLICE("no reply in time"), ev_r);
        return STEP_EVENT;
    }
    return s->state == C_READY ? STEP_WANT_ORDER : STEP_WANT_INPUT;
}

static enum step client_next(void *self, struct session_io io, struct session_event *ev_r)
{
    struct smtp_client *s = self;
    const size_t full = io.room < SIZE_MAX - io.out->size ? io.out->size + io.room : SIZE_MAX;
    *ev_r = (struct session_event){ 0 };
    while (s->state != C_GONE) {
        if (tell_due(s, ev_r)) {
            return STEP_EVENT;
        }
        if (!say(s, io, full)) {
            return STEP_WANT_ROOM;
        }
        if (s->due_sent) {
            continue;
        }
        s->reply.after = answers(s);
        enum smtp_heard result = smtp_hear(&s->hearing, &s->reply);
        if (result == HEARD_MORE) {
            return wait_for_more(s, io, ev_r);
        }
        s->since = io.now;
        if (heard(s, result, ev_r)) {
            return STEP_EVENT;
        }
    }
    return STEP_CLOSE;
}

static void client_answer(void *self, struct session_io io, struct session_answer a)
{
    (void)self;
    (void)io;
    (void)a;
    assert(false && "no event of an SMTP client asks");
}

static void client_tell(void *self, struct session_io io, const struct session_order *o)
{
    struct smtp_client *s = self;
    (void)io;
    if (o->kind == ORDER_QUIT) {
        s->quit_ordered = true;
    } else {
        assert(o->kind == ORDER_LETTER && !s->letter && !s->quit_ordered);
        s->letter = s->state == C_QUIT || s->state == C_GONE ? NULL : o->detail;
        assert(!s->letter || s->letter->to_count > 0);
    }
    if (s->state == C_READY) {
        s->state_said = false;
    }
}

static void client_eof(void *self)
{
    struct smtp_client *s = self;
    s->eof = true;
}

static const char *client_state_name(const void *self)
{
    const struct smtp_client *s = self;
    return rows[s->state].name;
}

static void client_deinit(void *self)
{
    struct smtp_client *s = self;
    smtp_hear_deinit(&s->hearing);
}

const struct session_ops smtp_client_ops = {
    .name = "smtp-client",
    .size = sizeof(struct smtp_client),
    .open = client_open,
    .feed = client_feed,
    .next = client_next,
    .answer = client_answer,
    .tell = client_tell,
    .eof = client_eof,
    .deadline = client_deadline,
    .state = client_state_name,
    .deinit = client_deinit,
};
