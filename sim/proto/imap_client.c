/* imap_client.c - the IMAP client session: says what its host orders, one command at a time.
 * Never decides what to read; never guesses message numbers, it speaks in UIDs.
 * Not done: pipelining; it waits for each reply. */
#include "sim/proto/imap_client.h"

#include "sim/proto/sasl.h"

#include <assert.h>

/* Of a response: a million UIDs in a SEARCH are 8 MiB. */
#define LINE_MAX    ((size_t)16 * 1024 * 1024)
#define TEXT_MAX    LINE_MAX
#define LITERAL_MAX ((size_t)64 * 1024 * 1024) /* all of one response */

void imap_client_enter(struct imap_client *c, enum imap_client_state state)
{
    c->state = (uint8_t)state;
}

/* Up: what was heard before does not count (RFC 9051 6.2.1), the capabilities are asked anew. */
static void told_of_tls(struct imap_client *c, struct session_io io, const struct session_order *o)
{
    if (c->state != IMAP_C_TLS) { /* it was given up */
        return;
    }
    if (o->kind == ORDER_TLS_UP) {
        c->secured = true;
        c->offers = c->mechanisms = 0;
        c->starttls = c->login_disabled = c->rev1 = false;
        c->capable = false;
        imap_client_ask_capability(c, io);
        return;
    }
    c->tls_failed = true;
    c->problem = arena_copy(&c->arena, ((const struct session_tls *)o->detail)->problem);
}

static void client_tell(void *self, struct session_io io, const struct session_order *o)
{
    struct imap_client *c = self;
    if (o->kind == ORDER_TLS_UP || o->kind == ORDER_TLS_FAILED) {
        told_of_tls(c, io, o);
        return;
    }
    if (o->kind == ORDER_QUIT && (c->state == IMAP_C_STARTTLS || c->state == IMAP_C_TLS)) {
        imap_client_enter(c, IMAP_C_GONE); /* nothing may be said now */
        return;
    }
    if (c->state == IMAP_C_GONE || c->state == IMAP_C_LOGOUT) {
        return;
    }
    if (o->kind == IMAP_ORDER_DONE) {
        if (c->state == IMAP_C_IDLE) {
            imap_client_enter(c, IMAP_C_BUSY);
            outq_textz(io.out, "DONE\r\n");
            c->order = IMAP_ORDER_DONE;
            c->heard = io.now;
        }
        return;
    }
    if (o->kind == ORDER_QUIT) {
        imap_client_drop_rest(c);
        c->has_then = c->has_alerted = false;
        c->refusal = (slice){ 0 };
        outq_textz(io.out, c->state == IMAP_C_IDLE ? "DONE\r\n" : "");
        imap_client_enter(c, IMAP_C_LOGOUT);
        imap_client_begin(c, "LOGOUT");
        imap_client_end(c, io);
        return;
    }
    assert(c->state == IMAP_C_READY);
    imap_client_order(c, io, o);
}

/* ---- the session ---- */

static void client_open(void *self, const void *config, struct session_io io)
{
    struct imap_client *c = self;
    *c = (struct imap_client){
        .config = config, .state = IMAP_C_GREETING, .heard = io.now, .secured = io.tls != NULL
    };
    imap_input_init(&c->in, LINE_MAX, TEXT_MAX);
    c->in.responses = true;
    arena_init(&c->arena);
    arena_init(&c->list_names);
    outq_init(&c->later);
}

static void client_feed(void *self, struct chunk in)
{
    imap_input_feed(&((struct imap_client *)self)->in, in);
}

static enum step failed(struct imap_client *c, slice text, struct session_event *ev_r)
{
    bool expected = c->state == IMAP_C_LOGOUT || c->state == IMAP_C_GONE;
    imap_client_enter(c, IMAP_C_GONE);
    *ev_r = (struct session_event){ .kind = IMAP_EV_FAILED, .text = text };
    return expected ? STEP_CLOSE : STEP_EVENT;
}

static enum step idle_step(struct imap_client *c, struct session_event *ev_r)
{
    if (c->eof) {
        return failed(c, (slice){ 0 }, ev_r);
    }
    return c->state == IMAP_C_READY ? STEP_WANT_ORDER : STEP_WANT_INPUT;
}

/* An alert goes in front of the event that came with it. */
static bool tells(struct imap_client *c, bool told, struct session_event *ev_r)
{
    if (c->alert.len == 0) {
        return told;
    }
    c->has_alerted = told;
    c->alerted = *ev_r;
    (void)imap_client_say(ev_r, IMAP_EV_ALERT, c->secured ? 0 : 1, c->alert);
    c->alert = (slice){ 0 };
    return true;
}

static enum step client_next(void *self, struct session_io io, struct session_event *ev_r)
{
    struct imap_client *c = self;
    for (;;) {
        if (c->has_alerted) {
            c->has_alerted = false;
            *ev_r = c->alerted;
            return STEP_EVENT;
        }
        if (c->state == IMAP_C_GONE) {
            return STEP_CLOSE;
        }
        if (c->tls_failed) {
            c->tls_failed = false;
            enum step step = failed(c, c->problem, ev_r);
            ev_r->number = 1;
            return step;
        }
        if (c->upgrade_due) { /* a reply said in the clear must not count as said under TLS */
            c->upgrade_due = false;
            *ev_r = (struct session_event){ .text = imap_input_drop(&c->in) };
            return STEP_UPGRADE;
        }
        if (c->refusal.len > 0) {
            (void)imap_client_say(ev_r, IMAP_EV_REFUSED, 0, c->refusal);
            c->refusal = (slice){ 0 };
            imap_client_enter(c, IMAP_C_READY);
            return STEP_EVENT;
        }
        if (c->has_then) { /* READY or REFUSED */
            c->has_then = false;
            imap_client_enter(c, IMAP_C_READY);
            *ev_r = c->then;
            return STEP_EVENT;
        }
        message_unref(&c->body);
        arena_deinit(&c->arena);
        switch (imap_input_next(&c->in)) {
        case IMAP_INPUT_MORE:
            return idle_step(c, ev_r);
        case IMAP_INPUT_UNIT:
            c->heard = io.now;
            c->held = 0;
            if (tells(c, imap_client_read(c, io, ev_r), ev_r)) {
                return STEP_EVENT;
            }
            break;
        case IMAP_INPUT_LITERAL:
            if (c->in.announced > LITERAL_MAX - c->held) {
                return failed(c, SLICE("literal too large"), ev_r);
            }
            c->held += (size_t)c->in.announced;
            imap_input_accept(&c->in);
            break;
        case IMAP_INPUT_TOO_LONG:
        case IMAP_INPUT_BARE:
            return failed(c, SLICE("unreadable response"), ev_r);
        }
    }
}

static void client_answer(void *self, struct session_io io, struct session_answer a)
{
    (void)self;
    (void)io;
    (void)a;
    assert(false && "no event of this session asks");
}

static void client_eof(void *self)
{
    ((struct imap_client *)self)->eof = true;
}

/* A client waits for answers; between orders and in IDLE there is none to come. */
static sim_time client_deadline(const void *self)
{
    const struct imap_client *c = self;
    bool waits = c->state != IMAP_C_READY && c->state != IMAP_C_IDLE && c->state != IMAP_C_GONE;
    return waits && c->config->timeout > 0 ? c->heard + c->config->timeout : 0;
}

static const char *client_state(const void *self)
{
    static const char *const names[] = { "GREETING", "CAPABILITY", "STARTTLS", "TLS",
                                         "LOGIN",    "AUTH",       "READY",    "BUSY",
                                         "IDLE",     "LOGOUT",     "GONE" };
    return names[((const struct imap_client *)self)->state];
}

static void client_deinit(void *self)
{
    struct imap_client *c = self;
    message_unref(&c->body);
    imap_input_deinit(&c->in);
    outq_deinit(&c->later);
    arena_deinit(&c->arena);
    imap_client_forget_list(c);
    imap_numbers_deinit(&c->numbers);
    buf_deinit(&c->opened);
    sasl_client_free(&c->sasl);
}

const struct session_ops imap_client_ops = {
    .name = "imap-client",
    .size = sizeof(struct imap_client),
    .open = client_open,
    .feed = client_feed,
    .next = client_next,
    .answer = client_answer,
    .tell = client_tell,
    .eof = client_eof,
    .deadline = client_deadline,
    .state = client_state,
    .deinit = client_deinit,
};
