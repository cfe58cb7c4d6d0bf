/* pop3_client.c - the side that fetches mail: bytes in, questions to the host.
 * Never knows the order of commands: that is the plan's (pop3_enter.c, pop3_plan.c). */
#include "sim/proto/pop3_client.h"

#include "sim/mail/message.h"

#include <assert.h>

/* RFC 2449 4 says 512; the rest is patience with chatty servers. */
#define LINE_LIMIT 1024

static void client_open(void *self, const void *config, struct session_io io)
{
    struct pop3_client *c = self;
    c->config = config;
    c->secured = io.tls != NULL;
    c->active_at = io.now;
    line_init(&c->lines, LINE_LIMIT);
    c->due_count = 1; /* the greeting */
}

static void client_feed(void *self, struct chunk in)
{
    struct pop3_client *c = self;
    line_feed(&c->lines, in);
    c->fed = true;
}

/* Reads one line or a piece of a message.  true: *ev_r is filled. */
static bool read_on(struct pop3_client *c, struct outq *out, struct session_event *ev_r)
{
    slice line;
    if (c->state == C_TEXT) {
        if (!dot_read(&c->reader, &c->lines, c->message)) {
            return false;
        }
        return pop3_plan_text_ended(c, ev_r);
    }
    switch (line_next(&c->lines, &line)) {
    case LINE_OK:
    case LINE_BARE:
        return pop3_plan_line(c, out, line, ev_r);
    case LINE_TOO_LONG:
        return !pop3_plan_in_lines(c) &&
               pop3_plan_fail(c, SLICE("(a line too long)"), C_DONE, ev_r);
    case LINE_MORE:
        break;
    }
    return false;
}

static enum step client_next(void *self, struct session_io io, struct session_event *ev_r)
{
    struct pop3_client *c = self;
    size_t before = io.out->size;
    if (c->fed) {
        c->active_at = io.now;
        c->fed = false;
    }
    for (;;) {
        if (c->asking != ASK_NOTHING) {
            return STEP_WANT_ANSWER;
        }
        if (c->tls_failed) {
            c->tls_failed = false;
            (void)pop3_plan_fail(c, buf_slice(&c->problem), C_DONE, ev_r);
            ev_r->number = 1;
            return STEP_EVENT;
        }
        if (c->state == C_DONE) {
            return STEP_CLOSE;
        }
        if (c->upgrade_due) { /* a reply said in the clear must not count as said under TLS */
            c->upgrade_due = false;
            ev_r->text = line_drop(&c->lines);
            return STEP_UPGRADE;
        }
        bool choose = pop3_plan_may_choose(c);
        if (!choose && !line_has_input(&c->lines)) {
            if (!c->eof) {
                return STEP_WANT_INPUT;
            }
            if (pop3_plan_fail(c, (slice){ 0 }, C_DONE, ev_r)) {
                return STEP_EVENT;
            }
            continue;
        }
        if (io.out->size - before >= io.room) {
            return STEP_WANT_ROOM;
        }
        bool event = choose ? pop3_plan_choose(c, io.out, ev_r) : read_on(c, io.out, ev_r);
        if (event) {
            return STEP_EVENT;
        }
    }
}

static void client_answer(void *self, struct session_io io, struct session_answer a)
{
    struct pop3_client *c = self;
    bool whole = c->asking == ASK_MESSAGE && !c->listed.partial;
    bool again = a.code != POP3_KEEP && a.code != POP3_DELETE;
    assert(c->asking != ASK_NOTHING && !(whole && again));
    c->asking = ASK_NOTHING;
    message_unref(&c->message);
    pop3_plan_wish(c, io.out, a.code);
}

static void client_tell(void *self, struct session_io io, const struct session_order *o)
{
    struct pop3_client *c = self;
    bool upgrading = c->state == C_TLS; /* else it was given up, and is over */
    if (o->kind == ORDER_TLS_UP && upgrading) {
        c->active_at = io.now;
        c->secured = true;
        pop3_enter_secured(c, io.out);
    } else if (o->kind == ORDER_TLS_FAILED && upgrading) {
        c->tls_failed = true;
        buf_add(&c->problem, ((const struct session_tls *)o->detail)->problem);
    }
    c->quit_asked = c->quit_asked || o->kind == ORDER_QUIT;
}

static void client_eof(void *self)
{
    struct pop3_client *c = self;
    c->eof = true;
}

static sim_time client_deadline(const void *self)
{
    const struct pop3_client *c = self;
    bool waits = c->asking == ASK_NOTHING && c->state != C_DONE;
    return waits && c->config->timeout > 0 ? c->active_at + c->config->timeout : 0;
}

static const char *client_state_name(const void *self)
{
    static const char *const names[] = {
        [C_GREETING] = "GREETING", [C_CAPA] = "CAPA",       [C_CAPA_LINES] = "CAPA",
        [C_STLS] = "STLS",         [C_TLS] = "TLS",         [C_AUTH] = "AUTH",
        [C_APOP] = "APOP",         [C_USER] = "USER",       [C_PASS] = "PASS",
        [C_STAT] = "STAT",         [C_UIDL] = "UIDL",       [C_UIDL_LINES] = "UIDL",
        [C_LIST] = "LIST",         [C_LIST_LINES] = "LIST", [C_CHOOSE] = "CHOOSE",
        [C_NAME] = "TOP",          [C_TOP] = "TOP",         [C_RETR] = "RETR",
        [C_TEXT] = "RETR",         [C_DELE] = "DELE",       [C_QUIT] = "QUIT",
        [C_DONE] = "CLOSED",
    };
    const struct pop3_client *c = self;
    return c->asking == ASK_LISTED    ? "CHOOSE"
           : c->asking == ASK_MESSAGE ? "DECIDE"
                                      : names[c->state];
}

static void client_deinit(void *self)
{
    struct pop3_client *c = self;
    message_unref(&c->message);
    pop3_list_deinit(&c->list);
    sasl_client_free(&c->sasl);
    buf_deinit(&c->stamp);
    buf_deinit(&c->problem);
    line_deinit(&c->lines);
}

const struct session_ops pop3_client_ops = {
    .name = "pop3-client",
    .size = sizeof(struct pop3_client),
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
