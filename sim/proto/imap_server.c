/* imap_server.c - the IMAP server session: reads commands, looks them up, runs one at a time.
 * Knows no command by name, only the tables of the families; never decides who may log in. */
#include "sim/proto/imap_names.h"
#include "sim/proto/imap_resync.h"
#include "sim/proto/sasl.h"

#include "sim/base/mem.h"

#include <assert.h>

#define LITERAL_MINUS_MAX 4096                /* RFC 7888 5 */
#define TEXT_MAX          ((size_t)64 * 1024) /* a command with its short literals */

void imap_server_enter(struct imap_server *s, enum imap_state state)
{
    if (s->state == IMAP_SELECTED && state != IMAP_SELECTED) {
        imap_view_close(&s->view);
        s->saved.count = 0;
    }
    s->state = (uint8_t)state;
}

void imap_server_tell(struct imap_server *s, enum imap_server_event kind, uint64_t number,
                      const struct mailbox *box)
{
    assert(s->event_count < IMAP_EVENT_MAX);
    s->events[s->event_count++] =
        (struct session_event){ .kind = (uint16_t)kind, .number = number, .detail = box };
}

void imap_server_ask(struct imap_server *s, enum imap_server_event kind, const void *detail)
{
    assert(!s->asked && s->event_count < IMAP_EVENT_MAX);
    s->events[s->event_count++] =
        (struct session_event){ .kind = (uint16_t)kind, .detail = detail };
    s->asked = true;
}

enum imap_result imap_refuse(struct imap_server *s, slice code, slice words)
{
    s->code = code;
    s->words = words;
    return IMAP_NO;
}

int64_t imap_unix_now(const struct imap_server *s, struct session_io io)
{
    return s->config->unix_start + (int64_t)(io.at / SIM_SECOND);
}

static void reply(struct imap_server *s, struct outq *out, const char *condition, slice words)
{
    if (s->tag.len > 0) {
        outq_text(out, s->tag);
    } else {
        outq_textz(out, "*");
    }
    outq_textz(out, " ");
    outq_textz(out, condition);
    outq_textz(out, " ");
    if (s->code.len > 0) {
        outq_textz(out, "[");
        outq_text(out, s->code);
        outq_textz(out, "] ");
    }
    outq_text(out, words);
    outq_textz(out, "\r\n");
    s->tag = s->code = s->words = (slice){ 0 };
}

/* The first line of what was refused; it outlives the command until the host has seen it. */
static void syntax_event(struct imap_server *s)
{
    slice text = s->in.unit.ptr ? s->in.unit : imap_input_begun(&s->in);
    size_t eol = slice_find(text, SLICE("\r\n"));
    if (s->event_count < IMAP_EVENT_MAX) {
        s->events[s->event_count++] = (struct session_event){
            .kind = IMAP_EV_SYNTAX,
            .text = arena_copy(&s->arena, slice_sub(text, 0, eol == SLICE_NONE ? text.len : eol)),
        };
    }
}

static bool is_fed_up(const struct imap_server *s)
{
    const struct imap_server_config *c = s->config;
    return (c->errors_max > 0 && s->errors >= c->errors_max) ||
           (c->logins_max > 0 && s->wrong >= c->logins_max);
}

static void finish(struct imap_server *s, struct session_io io, enum imap_result result)
{
    static const char *const conditions[] = { "OK", "NO", "BAD" };
    static const slice usual[] = { SLICE_INIT("done"), SLICE_INIT("Refused"),
                                   SLICE_INIT("Syntax error in arguments") };
    assert(result <= IMAP_BAD);
    const struct imap_command *c = s->running;
    if (s->view.box && result != IMAP_BAD) {
        bool expunge = !c || (c->flags & IMAP_CMD_NO_EXPUNGE) == 0 || (s->uid && !s->numbers);
        imap_view_sync(&s->view, expunge, io.out);
        imap_highest_due(s, result == IMAP_OK, io.out);
    }
    if (result == IMAP_BAD) {
        syntax_event(s);
    }
    reply(s, io.out, conditions[result], s->words.len > 0 ? s->words : usual[result]);
    s->heard = io.now;
    s->running = NULL;
    s->work = NULL;
    s->uid = s->numbers = false;
    s->in.raw_lines = false;
    s->errors = result == IMAP_BAD && s->config->errors_max > 0 ? (uint8_t)(s->errors + 1) : 0;
    if (is_fed_up(s)) {
        outq_textz(io.out, "* BYE Too many errors\r\n");
    }
}

static void went(struct imap_server *s, struct session_io io, enum imap_result result)
{
    if (result <= IMAP_BAD) {
        finish(s, io, result);
    }
}

/* Tag, "UID" and name.  NULL: *words_r says what is wrong. */
static const struct imap_command *read_name(struct imap_server *s, struct imap_lex *l,
                                            slice *words_r)
{
    slice name;
    slice before = l->rest;
    if (!lex_tag(l, &s->tag) || !lex_sp(l)) {
        /* Without a tag there is nobody to answer to (RFC 9051 7.1.3). */
        s->tag = before.len > 0 && lex_end(l) ? s->tag : (slice){ 0 };
        *words_r = SLICE("Tag and command expected");
        return NULL;
    }
    *words_r = SLICE("Unknown command");
    if (!lex_atom(l, &name)) {
        return NULL;
    }
    s->uid = slice_eq_nocase(name, SLICE("UID"));
    if (s->uid && (!lex_sp(l) || !lex_atom(l, &name))) {
        return NULL;
    }
    const struct imap_command *c = imap_command_find(s, name, s->uid);
    if (c && (c->legal & s->state) == 0) {
        *words_r = s->state == IMAP_NOT_AUTH   ? SLICE("Log in first")
                   : c->legal == IMAP_NOT_AUTH ? SLICE("Already logged in")
                                               : SLICE("No mailbox is selected");
        return NULL;
    }
    return c;
}

static void begin(struct imap_server *s, struct session_io io)
{
    s->heard = io.now;
    struct imap_lex l = imap_lex_of(&s->in, &s->arena);
    l.dollar = imap_offers(s, IMAP_SEARCHRES);
    slice words;
    s->running = read_name(s, &l, &words);
    if (!s->running) {
        s->words = words;
        finish(s, io, IMAP_BAD);
        return;
    }
    went(s, io, s->running->begin(s, io, &l));
}

/* Whether a literal may come is decided before it comes: that is what "+" is for (RFC 9051 4.3). */
static bool literal_fits(struct imap_server *s, struct imap_lex *l, slice *words_r,
                         enum imap_result *result_r)
{
    *result_r = IMAP_BAD;
    const struct imap_command *c = read_name(s, l, words_r);
    if (!c) {
        return false;
    }
    bool small = s->in.announced <= LITERAL_MINUS_MAX && imap_offers(s, IMAP_LITERAL_MINUS);
    if (!s->in.waits && !small && !imap_offers(s, IMAP_LITERAL_PLUS)) {
        *words_r = imap_offers(s, IMAP_LITERAL_MINUS) ? SLICE("Too large for LITERAL-")
                                                      : SLICE("LITERAL+ is not offered");
        return false;
    }
    if ((c->flags & IMAP_CMD_SECRET) && imap_too_open(s)) { /* before the name is said */
        *words_r = s->words;
        *result_r = IMAP_NO;
        return false;
    }
    bool letter = (c->flags & IMAP_CMD_LETTER) != 0;
    uint64_t most = imap_append_limit(s);
    size_t held = letter ? 0 : imap_input_held(&s->in);
    most = letter ? most : IMAP_SMALL_MAX;
    if (s->in.announced > most || held > most - s->in.announced) {
        *words_r = SLICE("Literal too large");
        s->code = letter ? SLICE("TOOBIG") : (slice){ 0 };
        *result_r = letter ? IMAP_NO : IMAP_BAD;
        return false;
    }
    slice name;
    if (letter && lex_sp(l) && imap_mailbox(s, l, &name) && !account_box(s->account, name)) {
        *words_r = SLICE("No such mailbox");
        s->code = SLICE("TRYCREATE");
        *result_r = IMAP_NO;
        return false;
    }
    return true;
}

static void literal_announced(struct imap_server *s, struct session_io io)
{
    slice words;
    enum imap_result result;
    struct imap_lex l = imap_lex_begun(&s->in, &s->arena);
    if (literal_fits(s, &l, &words, &result)) {
        s->tag = (slice){ 0 };
        s->uid = false;
        if (s->in.waits) {
            outq_textz(io.out, "+ OK\r\n");
        }
        imap_input_accept(&s->in);
        return;
    }
    s->words = words;
    s->running = NULL;
    finish(s, io, result);
    imap_input_refuse(&s->in);
}

static void too_long(struct imap_server *s, struct session_io io, slice words)
{
    if (s->running) { /* it waits for a line: one that is none ends it */
        went(s, io, s->running->line(s, io, (slice){ 0 }));
        return;
    }
    s->tag = (slice){ 0 };
    s->words = words;
    finish(s, io, IMAP_BAD);
}

/* false: more input is needed. */
static bool read_input(struct imap_server *s, struct session_io io)
{
    enum imap_input_result result = imap_input_next(&s->in);
    switch (result) {
    case IMAP_INPUT_MORE:
        return false;
    case IMAP_INPUT_UNIT:
        if (s->running) {
            s->heard = io.now;
            went(s, io, s->running->line(s, io, s->in.unit));
        } else {
            begin(s, io);
        }
        return true;
    case IMAP_INPUT_LITERAL:
        literal_announced(s, io);
        return true;
    default:
        too_long(s, io,
                 result == IMAP_INPUT_BARE ? SLICE("A line ends in CR LF")
                                           : SLICE("Command line too long"));
        return true;
    }
}

static enum step lost(struct imap_server *s, struct session_event *ev_r)
{
    if (s->state == IMAP_GONE) {
        return STEP_CLOSE;
    }
    imap_server_enter(s, IMAP_GONE);
    *ev_r = (struct session_event){ .kind = IMAP_EV_LOGOUT };
    return STEP_EVENT;
}

/* Who is being answered is not silent, however slowly he reads. */
static sim_time server_deadline(const void *self)
{
    const struct imap_server *s = self;
    bool busy = s->asked || (s->running && !s->in.raw_lines);
    bool waits = s->config->timeout > 0 && s->state != IMAP_GONE && !busy;
    return waits ? s->heard + s->config->timeout : 0;
}

/* RFC 3501 5.4; in the middle of a handshake nobody could read it. */
static bool is_late(const struct imap_server *s, struct session_io io)
{
    sim_time deadline = server_deadline(s);
    return deadline > 0 && io.now >= deadline && s->state != IMAP_TLS;
}

static enum step server_next(void *self, struct session_io io, struct session_event *ev_r)
{
    struct imap_server *s = self;
    size_t queued = io.out->size;
    for (;;) {
        if (s->event_at < s->event_count) {
            *ev_r = s->events[s->event_at++];
            return STEP_EVENT;
        }
        s->event_at = s->event_count = 0;
        if (!s->running) {
            arena_deinit(&s->arena);
        }
        if (s->asked) {
            return STEP_WANT_ANSWER;
        }
        if (s->state == IMAP_GONE) {
            return STEP_CLOSE;
        }
        if (is_fed_up(s)) {
            return lost(s, ev_r);
        }
        if (is_late(s, io)) {
            outq_textz(io.out, "* BYE Autologout: nothing was said for too long\r\n");
            return lost(s, ev_r);
        }
        if (s->view.box && s->view.box->uid_validity != s->view.uid_validity) {
            outq_textz(io.out, "* BYE [UNAVAILABLE] The mailbox lost its index: begin anew\r\n");
            return lost(s, ev_r);
        }
        if (s->upgrade_due) { /* said in the clear, it must not count as said under TLS */
            s->upgrade_due = false;
            *ev_r = (struct session_event){ .text = imap_input_drop(&s->in) };
            return STEP_UPGRADE;
        }
        if (io.out->size - queued >= io.room) {
            return STEP_WANT_ROOM;
        }
        if (s->running && !s->in.raw_lines) {
            went(s, io, s->running->run(s, io));
        } else if (!read_input(s, io)) {
            return s->eof ? lost(s, ev_r) : STEP_WANT_INPUT;
        }
    }
}

static void server_open(void *self, const void *config, struct session_io io)
{
    struct imap_server *s = self;
    *s = (struct imap_server){
        .config = config, .state = IMAP_NOT_AUTH, .heard = io.now, .secured = io.tls != NULL
    };
    imap_input_init(&s->in, IMAP_LINE_MAX, TEXT_MAX);
    arena_init(&s->arena);
    outq_textz(io.out, "* OK [CAPABILITY ");
    imap_capabilities(s, io.out);
    outq_textz(io.out, "] ");
    outq_text(io.out, s->config->host);
    outq_textz(io.out, " ready\r\n");
}

static void server_feed(void *self, struct chunk in)
{
    imap_input_feed(&((struct imap_server *)self)->in, in);
}

static void server_answer(void *self, struct session_io io, struct session_answer a)
{
    struct imap_server *s = self;
    assert(s->asked && s->event_at == s->event_count && s->running->answered);
    s->asked = false;
    went(s, io, s->running->answered(s, io, a));
}

/* Unasked news may only be sent while the client waits for them, in IDLE (RFC 2177 3). */
static void server_tell(void *self, struct session_io io, const struct session_order *o)
{
    struct imap_server *s = self;
    bool about_tls = o->kind == ORDER_TLS_UP || o->kind == ORDER_TLS_FAILED;
    if (about_tls && s->state != IMAP_TLS) { /* it was given up */
        return;
    }
    if (o->kind == ORDER_TLS_UP) { /* no new greeting; the client asks (RFC 9051 6.2.1) */
        s->secured = true;
        s->heard = io.now;
        imap_server_enter(s, IMAP_NOT_AUTH);
    } else if (o->kind == ORDER_TLS_FAILED) {
        s->eof = true;
    } else if (o->kind == ORDER_QUIT && s->state != IMAP_GONE) {
        if (s->state != IMAP_TLS) { /* in the middle of a handshake nobody could read it */
            outq_textz(io.out, "* BYE Server is going down\r\n");
        }
        imap_server_enter(s, IMAP_GONE);
        s->asked = false;
    } else if (o->kind == IMAP_ORDER_CHANGED && s->running && s->in.raw_lines && !s->asked) {
        imap_view_sync(&s->view, true, io.out);
        imap_highest_due(s, false, io.out);
    }
}

static void server_eof(void *self)
{
    ((struct imap_server *)self)->eof = true;
}

static const char *server_state(const void *self)
{
    const struct imap_server *s = self;
    return s->state == IMAP_NOT_AUTH   ? "NOT_AUTHENTICATED"
           : s->state == IMAP_AUTH     ? "AUTHENTICATED"
           : s->state == IMAP_SELECTED ? "SELECTED"
           : s->state == IMAP_TLS      ? "TLS"
                                       : "LOGOUT";
}

static void server_deinit(void *self)
{
    struct imap_server *s = self;
    imap_input_deinit(&s->in);
    imap_view_deinit(&s->view);
    sasl_server_free(&s->sasl);
    mem_free(s->saved.items);
    arena_deinit(&s->arena);
}

const struct session_ops imap_server_ops = {
    .name = "imap-server",
    .size = sizeof(struct imap_server),
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
