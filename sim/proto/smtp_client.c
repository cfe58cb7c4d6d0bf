/* smtp_client.c - an SMTP client session: what is said on entering a state, and where each reply
 * leads.  Never decides what to send (its host gives letters), never retries, never looks inside a
 * letter.
 * With PIPELINING the envelope has two cursors, one for what has been said and one for what has
 * been answered (RFC 2920 3.1); without, the second holds the first.
 * A server that offers no AUTH is spoken to without: what needs it gets 530 there. */
#include "sim/proto/smtp_client.h"

#include <assert.h>

uint32_t smtp_client_extensions(const struct smtp_client *s)
{
    return s->config->extensions & s->offer.extensions;
}

/* The one function that changes the state. */
void smtp_client_enter(struct smtp_client *s, enum client_state state)
{
    s->state = (uint8_t)state;
    s->state_said = false;
}

/* The command that the next reply answers. */
const char *smtp_client_answers(const struct smtp_client *s)
{
    if (s->state != C_ENVELOPE && s->state != C_LEFTOVER) {
        return smtp_client_rows[s->state].after;
    }
    return s->heard == 0             ? "MAIL FROM"
           : s->heard + 1 < s->total ? "RCPT TO"
           : s->chunk                ? "BDAT"
                                     : "DATA";
}

void smtp_client_say_to_host(struct smtp_client *s, uint16_t code, slice text)
{
    s->reply.code = code;
    s->reply.text = text;
    s->reply.own = true;
}

bool smtp_client_tell_reply(const struct smtp_client *s, uint16_t kind, struct session_event *ev_r)
{
    *ev_r = (struct session_event){ .kind = kind, .text = s->reply.text, .detail = &s->reply };
    return true;
}

/* No transaction is possible any more.  Where the server still listens it hears QUIT. */
bool smtp_client_fail(struct smtp_client *s, enum client_state then, struct session_event *ev_r)
{
    s->letter = NULL;
    smtp_client_enter(s, then);
    return smtp_client_tell_reply(s, SMTP_EV_FAILED, ev_r);
}

/* The transaction is over, `reply` says how. */
void smtp_client_end_transaction(struct smtp_client *s, bool reset_first)
{
    s->letter = NULL;
    s->due_sent = true;
    s->reset_first = reset_first;
    smtp_client_enter(s, s->heard < s->said ? C_LEFTOVER : C_READY);
}

bool smtp_client_is_yes(const struct smtp_client *s)
{
    return s->reply.code / 100 == 2;
}

bool smtp_client_is_go_ahead(const struct smtp_client *s)
{
    return s->reply.code / 100 == 3;
}

bool smtp_client_is_no(const struct smtp_client *s)
{
    return s->reply.code >= 400;
}

bool smtp_client_one_line(slice s)
{
    return slice_find_byte(s, '\r') == SLICE_NONE && slice_find_byte(s, '\n') == SLICE_NONE;
}

static bool fail_without_reply(struct smtp_client *s, slice why, struct session_event *ev_r)
{
    s->reply = (struct smtp_reply){ .text = why, .after = smtp_client_answers(s) };
    return smtp_client_fail(s, C_GONE, ev_r);
}

/* ---- the session ---- */

static void client_open(void *self, const void *config, struct session_io io)
{
    struct smtp_client *s = self;
    s->config = config;
    s->since = io.now;
    s->secured = io.tls != NULL;
    assert(smtp_client_one_line(s->config->host));
    smtp_hear_init(&s->hearing);
    smtp_client_enter(s, C_GREETING);
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
        bool all = !smtp_client_rows[state].say || smtp_client_rows[state].say(s, io, full);
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
    if (s->due_failed) {
        s->due_failed = false;
        return smtp_client_fail(s, C_GONE, ev_r);
    }
    if (s->due_ready) {
        s->due_ready = false;
        *ev_r =
            (struct session_event){ .kind = SMTP_EV_READY, .number = smtp_client_extensions(s) };
        return true;
    }
    if (s->due_sent) {
        s->due_sent = false;
        return smtp_client_tell_reply(s, SMTP_EV_SENT, ev_r);
    }
    return false;
}

static bool heard(struct smtp_client *s, enum smtp_heard result, struct session_event *ev_r)
{
    if (s->state == C_QUIT) { /* 221, or whatever it says: it is over */
        smtp_client_enter(s, C_GONE);
        return false;
    }
    if (result == HEARD_GARBAGE || s->reply.code == 421) { /* RFC 5321 3.8: at any moment */
        return smtp_client_fail(s, C_GONE, ev_r);
    }
    return smtp_client_rows[s->state].heard(s, ev_r);
}

/* RFC 5321 4.5.3.2, all in proportion to the time for MAIL.  What is waited for in the envelope is
 * not one thing; and while there is no room for the text, it is the network that is waited for. */
static sim_time patience(const struct smtp_client *s)
{
    uint32_t fifths = smtp_client_rows[s->state].fifths;
    if (s->state == C_ENVELOPE && s->said == s->total) {
        bool text_waits = s->chunk && s->dots.said < s->letter->message->size;
        bool last = s->heard + 1 == s->total;
        fifths = text_waits ? 3 : !last ? 5 : s->chunk ? 10 : 2;
    } else if (s->state == C_TEXT && !s->dots.done) {
        fifths = 3;
    }
    return s->config->timeout / 5 * fifths;
}

static sim_time client_deadline(const void *self)
{
    const struct smtp_client *s = self;
    bool waits = s->config->timeout > 0 && s->state != C_READY && s->state != C_GONE;
    return waits ? s->since + patience(s) : 0;
}

static bool is_late(const struct smtp_client *s, struct session_io io)
{
    sim_time deadline = client_deadline(s);
    return deadline > 0 && io.now >= deadline;
}

/* Nothing is unread. */
static enum step wait_for_more(struct smtp_client *s, struct session_io io,
                               struct session_event *ev_r)
{
    bool late = is_late(s, io);
    if (s->state == C_QUIT && (s->eof || late)) {
        smtp_client_enter(s, C_GONE);
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
            if (!is_late(s, io)) {
                return STEP_WANT_ROOM;
            }
            fail_without_reply(s, SLICE("nothing of the text was taken in time"), ev_r);
            return STEP_EVENT;
        }
        if (s->due_sent) {
            continue;
        }
        s->reply.after = smtp_client_answers(s);
        s->reply.own = false;
        enum smtp_heard result = smtp_hear(&s->hearing, &s->reply);
        if (result == HEARD_MORE) {
            return wait_for_more(s, io, ev_r);
        }
        s->since = io.now;
        if (heard(s, result, ev_r)) {
            return STEP_EVENT;
        }
        if (s->due_upgrade) { /* a reply said in the clear must not count as said under TLS */
            s->due_upgrade = false;
            ev_r->text = line_drop(&s->hearing.lines);
            return STEP_UPGRADE;
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
    if (o->kind == ORDER_QUIT) {
        s->quit_ordered = true;
    } else if (o->kind == ORDER_TLS_UP || o->kind == ORDER_TLS_FAILED) {
        s->since = io.now;
        smtp_client_told_of_tls(s, o);
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
    return smtp_client_rows[s->state].name;
}

static void client_deinit(void *self)
{
    struct smtp_client *s = self;
    sasl_client_free(&s->sasl);
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
