/* pop3_server.c - the side that has the mail: lines in, questions to the host, the UPDATE state.
 * Never knows whether a password is right: it asks its host.  The commands are in pop3_verbs.c,
 * logging in is in pop3_auth.c. */
#include "sim/proto/pop3_server.h"

#include <assert.h>

static void server_open(void *self, const void *config, struct session_io io)
{
    struct pop3_server *s = self;
    s->config = config;
    s->state = S_AUTHORIZATION;
    s->secured = io.tls != NULL;
    s->active_at = io.now;
    line_init(&s->lines, POP3_LINE_MAX);
    if (pop3_offers(s, POP3_HAS_APOP)) {
        s->busy = B_GREETING;
    } else {
        pop3_greet(s, io.out, (slice){ 0 });
    }
}

static void server_feed(void *self, struct chunk in)
{
    struct pop3_server *s = self;
    line_feed(&s->lines, in);
    s->fed = true;
}

/* One command, where all of its line is there. */
static void read_command(struct pop3_server *s, struct session_io io)
{
    slice line;
    enum line_result result = line_next(&s->lines, &line);
    if (s->sasl && result != LINE_MORE) {
        pop3_response(s, io.out, result == LINE_OK ? line : (slice){ 0 });
        return;
    }
    switch (result) {
    case LINE_MORE:
        break;
    case LINE_OK:
        pop3_command(s, io.out, line);
        break;
    case LINE_TOO_LONG:
        pop3_nonsense(s, io.out, SLICE("that line is too long"));
        break;
    case LINE_BARE:
        pop3_nonsense(s, io.out, SLICE("a line ends in CR LF, and neither stands alone"));
        break;
    }
}

/* S_UPDATE: one marked message a call is told and then removed; only after the last one QUIT is
 * answered (RFC 1939 6).  Of a mailbox that was numbered anew nobody knows which they are. */
static bool commit_one(struct pop3_server *s, struct session_io io, struct session_event *ev_r)
{
    if (s->removing != 0) {
        (void)mailbox_remove(s->drop.mailbox, s->removing);
        s->removing = 0;
    }
    bool more = pop3_drop_next_marked(&s->drop, &s->at, &s->removing);
    if (more && !s->config->update_fails && pop3_drop_is_valid(&s->drop)) {
        *ev_r = (struct session_event){ .kind = POP3_EV_DELETED,
                                        .number = s->removing,
                                        .message = s->drop.slots[s->at - 1].message };
        return true;
    }
    if (more) {
        s->removing = 0;
        pop3_refuse(s, io.out, POP3_SYS_TEMP, SLICE("some deleted messages are not removed"));
    } else {
        outq_static(io.out, SLICE("+OK bye\r\n"));
    }
    s->committed = true;
    s->state = S_GONE;
    return false;
}

static enum step part_with(struct pop3_server *s, struct session_event *ev_r)
{
    if (!s->drop.mailbox) {
        return STEP_CLOSE;
    }
    pop3_drop_close(&s->drop);
    *ev_r = (struct session_event){ .kind = POP3_EV_LOGOUT, .number = s->committed ? 1 : 0 };
    return STEP_EVENT;
}

/* What the host is asked.  false: nothing. */
static bool ask(struct pop3_server *s, struct session_event *ev_r)
{
    switch (s->busy) {
    case B_GREETING:
        *ev_r = (struct session_event){ .kind = POP3_EV_GREETING };
        break;
    case B_SECRET:
        *ev_r = (struct session_event){ .kind = POP3_EV_SECRET, .text = s->login.user };
        break;
    case B_ASKING:
        *ev_r = (struct session_event){ .kind = POP3_EV_LOGIN,
                                        .text = s->login.user,
                                        .detail = &s->login };
        break;
    default:
        return false;
    }
    s->asked = true;
    return true;
}

static enum step server_next(void *self, struct session_io io, struct session_event *ev_r)
{
    struct pop3_server *s = self;
    size_t before = io.out->size;
    if (s->fed) {
        s->active_at = io.now;
        s->fed = false;
    }
    if (s->asked) {
        return STEP_WANT_ANSWER;
    }
    for (;;) {
        if (ask(s, ev_r)) {
            return STEP_EVENT;
        }
        if (s->retrieved != 0) {
            *ev_r = (struct session_event){ .kind = POP3_EV_RETRIEVED,
                                            .number = s->retrieved,
                                            .message = s->sending };
            s->retrieved = 0;
            return STEP_EVENT;
        }
        if (s->state == S_GONE) {
            return part_with(s, ev_r);
        }
        bool idle = s->state != S_UPDATE && s->busy == B_NOTHING;
        if (idle && !line_has_input(&s->lines)) {
            if (!s->eof) {
                return STEP_WANT_INPUT;
            }
            s->state = S_GONE; /* without QUIT nothing is removed (RFC 1939 6) */
            continue;
        }
        size_t used = io.out->size - before;
        if (used >= io.room) {
            return STEP_WANT_ROOM;
        }
        if (s->state == S_UPDATE) {
            if (commit_one(s, io, ev_r)) {
                return STEP_EVENT;
            }
        } else if (!pop3_go_on(s, io.room - used, io.out)) {
            read_command(s, io);
            if (s->upgrade_due) { /* said in the clear, it must not count as said under TLS */
                s->upgrade_due = false;
                ev_r->text = line_drop(&s->lines);
                return STEP_UPGRADE;
            }
        }
    }
}

static void server_answer(void *self, struct session_io io, struct session_answer a)
{
    struct pop3_server *s = self;
    assert(s->asked);
    s->asked = false;
    enum pop3_busy about = s->busy;
    s->busy = B_NOTHING;
    if (about == B_GREETING) {
        pop3_greet(s, io.out, a.text);
    } else if (about == B_SECRET) {
        pop3_told_secret(s, io.out, a);
    } else {
        pop3_told_login(s, io.out, a);
    }
}

static void server_tell(void *self, struct session_io io, const struct session_order *o)
{
    struct pop3_server *s = self;
    bool about_tls = o->kind == ORDER_TLS_UP || o->kind == ORDER_TLS_FAILED;
    if (about_tls && s->state != S_TLS) { /* it was given up */
        return;
    }
    if (o->kind == ORDER_TLS_UP) {
        s->state = S_AUTHORIZATION; /* RFC 2595 4: as before STLS, and USER is forgotten */
        s->secured = true;
        s->active_at = io.now;
        buf_clear(&s->user);
        return;
    }
    if (o->kind == ORDER_TLS_FAILED) {
        s->state = S_GONE;
        return;
    }
    bool open = (s->state & (S_ANY | S_TLS)) != 0; /* what QUIT began is finished */
    if (o->kind == ORDER_QUIT && open) {           /* shutting down: as if the line broke */
        s->state = S_GONE;
        s->busy = B_NOTHING;
        s->asked = false;
        s->retrieved = 0;
        message_unref(&s->sending);
    }
}

static void server_eof(void *self)
{
    struct pop3_server *s = self;
    s->eof = true;
}

static sim_time server_deadline(const void *self)
{
    const struct pop3_server *s = self;
    return s->config->timeout > 0 ? s->active_at + s->config->timeout : 0;
}

static const char *server_state_name(const void *self)
{
    const struct pop3_server *s = self;
    static const struct {
        enum pop3_state state;
        const char *name;
    } names[] = {
        { S_AUTHORIZATION, "AUTHORIZATION" },
        { S_TRANSACTION, "TRANSACTION" },
        { S_UPDATE, "UPDATE" },
        { S_TLS, "TLS" },
    };
    for (size_t i = 0; i < COUNT(names); i++) {
        if (names[i].state == s->state) {
            return names[i].name;
        }
    }
    return "CLOSED";
}

static void server_deinit(void *self)
{
    struct pop3_server *s = self;
    pop3_drop_close(&s->drop);
    message_unref(&s->sending);
    sasl_server_free(&s->sasl);
    buf_deinit(&s->user);
    buf_deinit(&s->stamp);
    line_deinit(&s->lines);
}

const struct session_ops pop3_server_ops = {
    .name = "pop3-server",
    .size = sizeof(struct pop3_server),
    .open = server_open,
    .feed = server_feed,
    .next = server_next,
    .answer = server_answer,
    .tell = server_tell,
    .eof = server_eof,
    .deadline = server_deadline,
    .state = server_state_name,
    .deinit = server_deinit,
};
