/* imap_client.c - the IMAP client session: says what its host orders, one command at a time.
 * Never decides what to read; never guesses message numbers, it speaks in UIDs.
 * Not done: AUTHENTICATE, LIST, COPY; mailbox names are opaque. */
#include "sim/proto/imap_client.h"

#include "sim/mail/mailbox.h"
#include "sim/proto/imap_write.h"

#include <assert.h>

#define LINE_MAX    ((size_t)1024 * 1024) /* of a response */
#define TEXT_MAX    ((size_t)4 * 1024 * 1024)
#define LITERAL_MAX ((size_t)64 * 1024 * 1024)

void imap_client_enter(struct imap_client *c, enum imap_client_state state)
{
    c->state = (uint8_t)state;
}

/* ---- a command on its way ---- */

/* Everything is put into `later` first; what stands before the first stop goes at once. */
static void begin(struct imap_client *c, const char *command)
{
    assert(c->later.size == 0 && c->stop_count == 0);
    outq_textz(&c->later, "a");
    outq_u64(&c->later, ++c->tag);
    outq_textz(&c->later, " ");
    outq_textz(&c->later, command);
}

/* A synchronising literal is announced, and its octets wait for "+" (RFC 9051 4.3). */
static void announce(struct imap_client *c, size_t octets)
{
    bool plus = (c->offers & IMAP_OFFER_LITERAL_PLUS) != 0;
    outq_textz(&c->later, "{");
    outq_u64(&c->later, octets);
    outq_textz(&c->later, plus ? "+}\r\n" : "}\r\n");
    if (!plus) {
        assert(c->stop_count < IMAP_STOPS_MAX);
        c->stops[c->stop_count++] = c->later.size;
    }
}

static void say_string(struct imap_client *c, slice s)
{
    if (imap_quotable(s)) {
        imap_write_string(&c->later, s);
    } else {
        announce(c, s.len);
        outq_text(&c->later, s);
    }
}

static void say_mailbox(struct imap_client *c, slice name)
{
    if (imap_quotable(name)) {
        imap_write_astring(&c->later, name);
    } else {
        say_string(c, name);
    }
}

/* Moves what may go now; stops count from the beginning of the command. */
static void send_part(struct imap_client *c, struct outq *out)
{
    size_t done = c->stop_at > 0 ? c->stops[c->stop_at - 1] : 0;
    size_t left = c->stop_at < c->stop_count ? c->stops[c->stop_at] - done : SIZE_MAX;
    c->stop_at++;
    struct chunk piece;
    while (left > 0 && outq_take(&c->later, left, &piece)) {
        left -= piece.bytes.len;
        outq_chunk(out, piece);
        blob_unref(&piece.owner);
    }
    if (c->stop_at > c->stop_count) {
        c->stop_at = c->stop_count = 0;
    }
}

static void end(struct imap_client *c, struct session_io io)
{
    outq_textz(&c->later, "\r\n");
    c->heard = io.now;
    send_part(c, io.out);
}

void imap_client_go_on(struct imap_client *c, struct session_io io)
{
    if (c->stop_count > 0) {
        send_part(c, io.out);
    } else if (c->state == IMAP_C_BUSY && c->order == IMAP_ORDER_IDLE) {
        imap_client_enter(c, IMAP_C_IDLE);
    }
}

void imap_client_drop_rest(struct imap_client *c)
{
    outq_clear(&c->later);
    c->stop_at = c->stop_count = 0;
}

void imap_client_ask_capability(struct imap_client *c, struct session_io io)
{
    imap_client_enter(c, IMAP_C_CAPABILITY);
    begin(c, "CAPABILITY");
    end(c, io);
}

void imap_client_starttls(struct imap_client *c, struct session_io io)
{
    imap_client_enter(c, IMAP_C_STARTTLS);
    begin(c, "STARTTLS");
    end(c, io);
}

void imap_client_login(struct imap_client *c, struct session_io io)
{
    imap_client_enter(c, IMAP_C_LOGIN);
    begin(c, "LOGIN ");
    say_string(c, c->config->user);
    outq_textz(&c->later, " ");
    say_string(c, c->config->password);
    end(c, io);
}

/* ---- orders ---- */

static void order_mailbox(struct imap_client *c, const void *detail)
{
    say_mailbox(c, *(const slice *)detail);
}

static void order_list_new(struct imap_client *c, const void *detail)
{
    uint32_t from = *(const uint32_t *)detail;
    c->list_from = from > 0 ? from : 1;
    outq_u64(&c->later, c->list_from);
    outq_textz(&c->later, ":* (UID FLAGS RFC822.SIZE ENVELOPE)");
}

static void order_body(struct imap_client *c, const void *detail)
{
    outq_u64(&c->later, *(const uint32_t *)detail);
    outq_textz(&c->later,
               c->order == IMAP_ORDER_BODY ? " (UID FLAGS BODY[])" : " (UID FLAGS BODY.PEEK[])");
}

static void order_store(struct imap_client *c, const void *detail)
{
    const struct imap_store *st = detail;
    outq_u64(&c->later, st->uid);
    outq_textz(&c->later, st->mode > 0 ? " +FLAGS " : st->mode < 0 ? " -FLAGS " : " FLAGS ");
    imap_write_flags(&c->later, st->flags);
}

static void order_append(struct imap_client *c, const void *detail)
{
    const struct imap_append *a = detail;
    say_mailbox(c, a->mailbox);
    outq_textz(&c->later, " ");
    if (a->flags != 0) {
        imap_write_flags(&c->later, a->flags);
        outq_textz(&c->later, " ");
    }
    announce(c, a->message->size);
    imap_write_octets(&c->later, a->message, 0, a->message->size);
}

static const struct {
    uint16_t kind;
    const char *command;
    void (*arguments)(struct imap_client *c, const void *detail);
} orders[] = {
    { IMAP_ORDER_SELECT, "SELECT ", order_mailbox },
    { IMAP_ORDER_EXAMINE, "EXAMINE ", order_mailbox },
    { IMAP_ORDER_LIST_NEW, "UID FETCH ", order_list_new },
    { IMAP_ORDER_BODY, "UID FETCH ", order_body },
    { IMAP_ORDER_PEEK, "UID FETCH ", order_body },
    { IMAP_ORDER_STORE, "UID STORE ", order_store },
    { IMAP_ORDER_SEARCH_UNSEEN, "UID SEARCH UNSEEN", NULL },
    { IMAP_ORDER_APPEND, "APPEND ", order_append },
    { IMAP_ORDER_EXPUNGE, "EXPUNGE", NULL },
    { IMAP_ORDER_NOOP, "NOOP", NULL },
    { IMAP_ORDER_IDLE, "IDLE", NULL },
    { IMAP_ORDER_CREATE, "CREATE ", order_mailbox },
};

/* Up: what was heard before does not count (RFC 9051 6.2.1), the capabilities are asked anew. */
static void told_of_tls(struct imap_client *c, struct session_io io, const struct session_order *o)
{
    if (c->state != IMAP_C_TLS) { /* it was given up */
        return;
    }
    if (o->kind == ORDER_TLS_UP) {
        c->secured = true;
        c->offers = 0;
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
        outq_textz(io.out, c->state == IMAP_C_IDLE ? "DONE\r\n" : "");
        imap_client_enter(c, IMAP_C_LOGOUT);
        begin(c, "LOGOUT");
        end(c, io);
        return;
    }
    assert(c->state == IMAP_C_READY);
    c->order = o->kind;
    imap_client_enter(c, IMAP_C_BUSY);
    if (o->kind == IMAP_ORDER_IDLE && (c->offers & IMAP_OFFER_IDLE) == 0) {
        c->refused_early = true;
        return;
    }
    for (size_t i = 0; i < COUNT(orders); i++) {
        if (orders[i].kind == o->kind) {
            begin(c, orders[i].command);
            if (orders[i].arguments) {
                orders[i].arguments(c, o->detail);
            }
            end(c, io);
            return;
        }
    }
    assert(false && "an order that imap.h names");
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

static enum step client_next(void *self, struct session_io io, struct session_event *ev_r)
{
    struct imap_client *c = self;
    for (;;) {
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
        if (c->refused_early) {
            c->refused_early = false;
            imap_client_enter(c, IMAP_C_READY);
            *ev_r = (struct session_event){ .kind = IMAP_EV_REFUSED,
                                            .text = SLICE("NO IDLE is not offered") };
            return STEP_EVENT;
        }
        if (c->searching && imap_client_found(c, ev_r)) {
            return STEP_EVENT;
        }
        message_unref(&c->body);
        arena_deinit(&c->arena);
        switch (imap_input_next(&c->in)) {
        case IMAP_INPUT_MORE:
            return idle_step(c, ev_r);
        case IMAP_INPUT_UNIT:
            c->heard = io.now;
            if (imap_client_read(c, io, ev_r)) {
                return STEP_EVENT;
            }
            break;
        case IMAP_INPUT_LITERAL:
            if (c->in.announced > LITERAL_MAX) {
                return failed(c, SLICE("literal too large"), ev_r);
            }
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
    static const char *const names[] = { "GREETING", "CAPABILITY", "STARTTLS", "TLS",    "LOGIN",
                                         "READY",    "BUSY",       "IDLE",     "LOGOUT", "GONE" };
    return names[((const struct imap_client *)self)->state];
}

static void client_deinit(void *self)
{
    struct imap_client *c = self;
    message_unref(&c->body);
    imap_input_deinit(&c->in);
    outq_deinit(&c->later);
    arena_deinit(&c->arena);
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
