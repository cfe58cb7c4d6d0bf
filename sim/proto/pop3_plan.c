/* pop3_plan.c - a reader's plan: each reply that is understood says the next command (RFC 1939).
 * Never decides which message is new or whether one is deleted: the host is asked.
 * Not done: pipelining; it waits for each reply (RFC 2449 6.6 would let it not). */
#include "sim/mail/message.h"
#include "sim/proto/pop3_client.h"

#include <assert.h>

/* ---- saying ---- */

static void say(struct pop3_client *c, struct outq *out, slice command, enum pop3_waits wait_for)
{
    outq_static(out, command);
    outq_static(out, SLICE("\r\n"));
    c->state = wait_for;
}

/* A name or password out of a scenario must not become a second command. */
static void say_text(struct pop3_client *c, struct outq *out, slice keyword, slice argument,
                     enum pop3_waits wait_for)
{
    outq_static(out, keyword);
    while (argument.len > 0) {
        size_t n = 0;
        while (n < argument.len && argument.ptr[n] != '\r' && argument.ptr[n] != '\n') {
            n++;
        }
        outq_text(out, slice_sub(argument, 0, n));
        argument = slice_from(argument, n + 1);
    }
    say(c, out, SLICE(""), wait_for);
}

static void say_number(struct pop3_client *c, struct outq *out, slice keyword,
                       enum pop3_waits wait_for)
{
    outq_static(out, keyword);
    outq_u64(out, c->list.items[c->at].number);
    say(c, out, SLICE(""), wait_for);
}

static void say_quit(struct pop3_client *c, struct outq *out)
{
    say(c, out, SLICE("QUIT"), C_QUIT);
}

/* ---- the plan ----  Each step is done when its reply is read, and says the next command. */

static void begin_list(struct pop3_client *c, struct outq *out)
{
    say(c, out, SLICE("LIST"), C_LIST);
}

static void log_in(struct pop3_client *c, struct outq *out)
{
    say_text(c, out, SLICE("USER "), c->config->user, C_USER);
}

/* What the server can do is asked where somebody wants to know, and under TLS again (RFC 2595
 * 4). */
static void greeted(struct pop3_client *c, struct outq *out)
{
    if (c->config->use_capa || c->config->tls != TLS_POLICY_NONE) {
        say(c, out, SLICE("CAPA"), C_CAPA);
    } else {
        log_in(c, out);
    }
}

void pop3_plan_secured(struct pop3_client *c, struct outq *out)
{
    c->may_uidl = true;
    c->may_stls = false;
    greeted(c, out);
}

static bool must_have_tls(const struct pop3_client *c)
{
    return c->config->tls == TLS_POLICY_REQUIRED && !c->secured;
}

/* All that CAPA tells is known. */
static bool capable(struct pop3_client *c, struct outq *out, struct session_event *ev_r)
{
    if (c->may_stls && !c->secured && c->config->tls != TLS_POLICY_NONE) {
        say(c, out, SLICE("STLS"), C_STLS);
        return false;
    }
    if (must_have_tls(c)) {
        say_quit(c, out);
        return pop3_plan_fail(c, SLICE("(TLS is required, and the server does not offer it)"),
                              C_QUIT, ev_r);
    }
    log_in(c, out);
    return false;
}

void pop3_plan_show(struct pop3_client *c, struct session_event *ev_r, uint16_t kind)
{
    const struct pop3_list_item *item = &c->list.items[c->at];
    c->listed = (struct pop3_listed){ .number = item->number,
                                      .size = item->size,
                                      .uid = pop3_list_uid(&c->list, item) };
    *ev_r = (struct session_event){ .kind = kind,
                                    .number = item->number,
                                    .message = kind == POP3_EV_MESSAGE ? c->message : NULL,
                                    .detail = &c->listed };
    c->asking = kind != POP3_EV_REFUSED;
}

bool pop3_plan_choose(struct pop3_client *c, struct outq *out, struct session_event *ev_r)
{
    if (c->at >= c->list.count || c->quit_asked) {
        say_quit(c, out);
        return false;
    }
    pop3_plan_show(c, ev_r, POP3_EV_LISTED);
    return true;
}

static void next_message(struct pop3_client *c)
{
    c->at++;
    c->state = C_CHOOSE;
}

bool pop3_plan_fail(struct pop3_client *c, slice text, enum pop3_waits then,
                    struct session_event *ev_r)
{
    c->state = then;
    message_unref(&c->message);
    if (c->over) {
        return false;
    }
    c->over = true;
    *ev_r = (struct session_event){ .kind = POP3_EV_FAILED, .text = text };
    return true;
}

/* The refusals that end the plan politely; the others are dealt with where they come. */
static bool refused(struct pop3_client *c, struct outq *out, slice line, struct session_event *ev_r)
{
    switch (c->state) {
    case C_CAPA: /* an old server; what it can do shows when it is asked */
        return capable(c, out, ev_r);
    case C_STLS:
        if (!must_have_tls(c)) {
            log_in(c, out);
            return false;
        }
        say_quit(c, out);
        return pop3_plan_fail(c, line, C_QUIT, ev_r);
    case C_UIDL:
        begin_list(c, out);
        return false;
    case C_RETR:
    case C_DELE:
        pop3_plan_show(c, ev_r, POP3_EV_REFUSED);
        ev_r->text = line;
        message_unref(&c->message);
        next_message(c);
        return true;
    case C_GREETING:
    case C_QUIT:
        return pop3_plan_fail(c, line, C_DONE, ev_r);
    default:
        say_quit(c, out);
        return pop3_plan_fail(c, line, C_QUIT, ev_r);
    }
}

static bool logged_in(struct pop3_client *c, struct outq *out, slice words,
                      struct session_event *ev_r)
{
    uint32_t count = 0;
    slice rest = words;
    if (!slice_to_u32(slice_word(&rest), &count)) {
        say_quit(c, out);
        return pop3_plan_fail(c, words, C_QUIT, ev_r);
    }
    *ev_r = (struct session_event){ .kind = POP3_EV_READY, .number = count };
    if (count == 0) {
        say_quit(c, out);
    } else if (c->config->use_uidl && c->may_uidl) {
        say(c, out, SLICE("UIDL"), C_UIDL);
    } else {
        begin_list(c, out);
    }
    return true;
}

/* +OK and its words.  true: *ev_r is filled. */
static bool accepted(struct pop3_client *c, struct outq *out, slice words,
                     struct session_event *ev_r)
{
    switch (c->state) {
    case C_GREETING:
        greeted(c, out);
        return false;
    case C_CAPA:
        c->may_uidl = false; /* unless a line says so */
        c->state = C_CAPA_LINES;
        return false;
    case C_STLS:
        c->state = C_TLS;
        c->upgrade_due = true;
        return false;
    case C_USER:
        say_text(c, out, SLICE("PASS "), c->config->password, C_PASS);
        return false;
    case C_PASS:
        say(c, out, SLICE("STAT"), C_STAT);
        return false;
    case C_STAT:
        return logged_in(c, out, words, ev_r);
    case C_UIDL:
        c->state = C_UIDL_LINES;
        return false;
    case C_LIST:
        c->state = C_LIST_LINES;
        return false;
    case C_RETR:
        c->state = C_TEXT;
        c->reader = (struct dot_reader){ 0 };
        c->message = message_new();
        return false;
    case C_DELE:
        next_message(c);
        return false;
    default:
        assert(c->state == C_QUIT);
        c->state = C_DONE;
        if (c->over) {
            return false;
        }
        c->over = true;
        *ev_r = (struct session_event){ .kind = POP3_EV_DONE };
        return true;
    }
}

/* One line of CAPA, UIDL or LIST; what is not understood is passed over (RFC 2449 5). */
static bool multi_line(struct pop3_client *c, struct outq *out, slice line,
                       struct session_event *ev_r)
{
    bool last = slice_eq(line, SLICE("."));
    if (!last && slice_starts(line, SLICE("."))) {
        line = slice_from(line, 1);
    }
    switch (c->state) {
    case C_CAPA_LINES:
        if (last) {
            return capable(c, out, ev_r);
        }
        line = slice_word(&line);
        c->may_uidl = c->may_uidl || slice_eq_nocase(line, SLICE("UIDL"));
        c->may_stls = c->may_stls || slice_eq_nocase(line, SLICE("STLS"));
        break;
    case C_UIDL_LINES:
        if (last) {
            begin_list(c, out);
        } else {
            pop3_list_uidl(&c->list, line);
        }
        break;
    default:
        assert(c->state == C_LIST_LINES);
        if (last) {
            c->state = C_CHOOSE;
        } else {
            pop3_list_size(&c->list, line);
        }
        break;
    }
    return false;
}

bool pop3_plan_in_lines(const struct pop3_client *c)
{
    return c->state == C_CAPA_LINES || c->state == C_UIDL_LINES || c->state == C_LIST_LINES;
}

/* "+OK" or "-ERR", alone or with words behind it (RFC 1939 3). */
static bool is_status(slice line, slice word, slice *words_r)
{
    *words_r = slice_trim(slice_from(line, word.len));
    return slice_starts_nocase(line, word) &&
           (line.len == word.len || line.ptr[word.len] == ' ' || line.ptr[word.len] == '\t');
}

bool pop3_plan_line(struct pop3_client *c, struct outq *out, slice line, struct session_event *ev_r)
{
    slice words;
    if (pop3_plan_in_lines(c)) {
        return multi_line(c, out, line, ev_r);
    }
    if (is_status(line, SLICE("+OK"), &words)) {
        return accepted(c, out, words, ev_r);
    }
    if (is_status(line, SLICE("-ERR"), &words)) {
        return refused(c, out, line, ev_r);
    }
    return pop3_plan_fail(c, line, C_DONE, ev_r); /* that is no POP3 server */
}

void pop3_plan_wish(struct pop3_client *c, struct outq *out, enum pop3_wish wish)
{
    switch (wish) {
    case POP3_DELETE:
        say_number(c, out, SLICE("DELE "), C_DELE);
        break;
    case POP3_RETRIEVE:
        say_number(c, out, SLICE("RETR "), C_RETR);
        break;
    case POP3_KEEP:
        next_message(c);
        break;
    }
}
