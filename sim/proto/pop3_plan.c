/* pop3_plan.c - a reader's plan: each reply that is understood says the next command (RFC 1939),
 * and where the server lets it, many commands go before the first reply (RFC 2449 6.6).
 * Never decides which message is new or whether one is deleted: the host is asked. */
#include "sim/mail/header.h"
#include "sim/mail/message.h"
#include "sim/proto/pop3_client.h"

#include <assert.h>

/* ---- saying, and what is due for it ---- */

static void add_due(struct pop3_client *c, enum pop3_waits waits, size_t at)
{
    assert(c->due_count < POP3_WINDOW);
    if (c->due_count == 0) {
        c->state = waits;
    }
    c->due[(c->due_at + c->due_count++) % POP3_WINDOW] = (struct pop3_due){ waits, (uint32_t)at };
}

static struct pop3_due take_due(struct pop3_client *c)
{
    struct pop3_due first = c->due[c->due_at];
    assert(c->due_count > 0);
    c->due_at = (c->due_at + 1) % POP3_WINDOW;
    c->due_count--;
    c->state = c->due_count > 0 ? c->due[c->due_at].waits : C_CHOOSE;
    return first;
}

void pop3_say(struct pop3_client *c, struct outq *out, slice command, enum pop3_waits waits)
{
    outq_static(out, command);
    outq_static(out, SLICE("\r\n"));
    add_due(c, waits, 0);
}

void pop3_say_text(struct pop3_client *c, struct outq *out, slice keyword, slice argument,
                   enum pop3_waits waits)
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
    pop3_say(c, out, SLICE(""), waits);
}

static void say_number(struct pop3_client *c, struct outq *out, slice keyword, size_t at,
                       slice behind, enum pop3_waits waits)
{
    outq_static(out, keyword);
    outq_u64(out, c->list.items[at].number);
    outq_static(out, behind);
    outq_static(out, SLICE("\r\n"));
    add_due(c, waits, at);
}

static void say_top(struct pop3_client *c, struct outq *out, size_t at, uint64_t lines)
{
    outq_static(out, SLICE("TOP "));
    outq_u64(out, c->list.items[at].number);
    outq_static(out, SLICE(" "));
    outq_u64(out, lines);
    outq_static(out, SLICE("\r\n"));
    add_due(c, C_TOP, at);
}

void pop3_say_quit(struct pop3_client *c, struct outq *out)
{
    c->quit_said = true;
    pop3_say(c, out, SLICE("QUIT"), C_QUIT);
}

/* ---- the plan ----  Each step is done when its reply is read. */

static bool pipelines(const struct pop3_client *c)
{
    return c->config->use_pipelining && (c->offered.offers & POP3_HAS_PIPELINING);
}

static bool wants_uidl(const struct pop3_client *c)
{
    return c->config->use_uidl && (!c->heard_capa || (c->offered.offers & POP3_HAS_UIDL));
}

void pop3_plan_logged_in(struct pop3_client *c, struct outq *out)
{
    pop3_say(c, out, SLICE("STAT"), C_STAT);
    if (pipelines(c)) {
        if (wants_uidl(c)) {
            pop3_say(c, out, SLICE("UIDL"), C_UIDL);
        }
        pop3_say(c, out, SLICE("LIST"), C_LIST);
    }
}

static bool counted(struct pop3_client *c, struct outq *out, slice words,
                    struct session_event *ev_r)
{
    uint32_t count = 0;
    slice rest = words;
    if (!slice_to_u32(slice_word(&rest), &count)) {
        pop3_say_quit(c, out);
        return pop3_plan_fail(c, words, C_QUIT, ev_r);
    }
    *ev_r = (struct session_event){ .kind = POP3_EV_READY, .number = count, .detail = &c->offered };
    if (pipelines(c)) {
        return true;
    }
    if (count == 0) {
        pop3_say_quit(c, out);
    } else if (wants_uidl(c)) {
        pop3_say(c, out, SLICE("UIDL"), C_UIDL);
    } else {
        pop3_say(c, out, SLICE("LIST"), C_LIST);
    }
    return true;
}

static void listed_all(struct pop3_client *c)
{
    bool may_top = !c->heard_capa || (c->offered.offers & POP3_HAS_TOP);
    c->choosing = true;
    c->by_header = c->config->use_top && may_top && c->list.uid_count == 0;
}

/* Shows the message; all kinds but POP3_EV_REFUSED ask. */
static void show(struct pop3_client *c, size_t at, struct session_event *ev_r, uint16_t kind)
{
    const struct pop3_list_item *item = &c->list.items[at];
    c->about = at;
    c->listed = (struct pop3_listed){ .number = item->number,
                                      .size = item->size,
                                      .uid = pop3_list_uid(&c->list, item),
                                      .by_header = c->by_header };
    *ev_r = (struct session_event){ .kind = kind,
                                    .number = item->number,
                                    .message = kind != POP3_EV_REFUSED ? c->message : NULL,
                                    .detail = &c->listed };
    c->asking = kind == POP3_EV_LISTED    ? ASK_LISTED
                : kind == POP3_EV_MESSAGE ? ASK_MESSAGE
                                          : ASK_NOTHING;
}

bool pop3_plan_may_choose(const struct pop3_client *c)
{
    if (!c->choosing || c->quit_said || c->asking != ASK_NOTHING || c->state == C_TEXT) {
        return false;
    }
    bool more = c->next < c->list.count && !c->quit_asked;
    /* one place is kept for QUIT, one for what becomes of the message that is being read */
    size_t window = pipelines(c) ? POP3_WINDOW - 2 : 1;
    return more ? c->due_count < window : c->due_count == 0;
}

bool pop3_plan_choose(struct pop3_client *c, struct outq *out, struct session_event *ev_r)
{
    if (c->next >= c->list.count || c->quit_asked) {
        pop3_say_quit(c, out);
        return false;
    }
    size_t at = c->next++;
    if (c->by_header) {
        say_number(c, out, SLICE("TOP "), at, SLICE(" 0"), C_NAME);
        return false;
    }
    show(c, at, ev_r, POP3_EV_LISTED);
    return true;
}

void pop3_plan_wish(struct pop3_client *c, struct outq *out, uint16_t wish)
{
    size_t at = c->about;
    if (wish == POP3_DELETE) {
        say_number(c, out, SLICE("DELE "), at, SLICE(""), C_DELE);
    } else if (wish == POP3_RETRIEVE) {
        say_number(c, out, SLICE("RETR "), at, SLICE(""), C_RETR);
    } else if (wish >= POP3_TOP) {
        say_top(c, out, at, (uint64_t)wish - POP3_TOP);
    }
}

bool pop3_plan_fail(struct pop3_client *c, slice text, enum pop3_waits then,
                    struct session_event *ev_r)
{
    message_unref(&c->message);
    if (then == C_DONE) {
        c->state = C_DONE;
    }
    if (c->over) {
        return false;
    }
    c->over = true;
    c->failed = (struct pop3_failed){ .code = slice_starts_nocase(text, SLICE("-ERR"))
                                                  ? pop3_enter_code(c, text)
                                                  : POP3_NO_CODE,
                                      .login_delay_s = c->offered.login_delay_s };
    *ev_r = (struct session_event){ .kind = POP3_EV_FAILED, .text = text, .detail = &c->failed };
    return true;
}

/* ---- replies ---- */

static bool refused_one(struct pop3_client *c, size_t at, slice line, struct session_event *ev_r)
{
    show(c, at, ev_r, POP3_EV_REFUSED);
    c->listed.code = pop3_enter_code(c, line);
    ev_r->text = line;
    return true;
}

/* The refusals that end the plan politely; the others are dealt with where they come. */
static bool refused(struct pop3_client *c, struct outq *out, slice line, struct session_event *ev_r)
{
    struct pop3_due due = take_due(c);
    switch (due.waits) {
    case C_CAPA: /* an old server; what it can do shows when it is asked */
        return pop3_enter_capable(c, out, ev_r);
    case C_STLS:
        return pop3_enter_no_tls(c, out, line, ev_r);
    case C_AUTH:
        return pop3_enter_unauthenticated(c, out, line, ev_r);
    case C_UIDL:
        if (!pipelines(c)) {
            pop3_say(c, out, SLICE("LIST"), C_LIST);
        }
        return false;
    case C_NAME: /* it has no TOP */
        c->by_header = false;
        show(c, due.at, ev_r, POP3_EV_LISTED);
        return true;
    case C_TOP:
    case C_RETR:
    case C_DELE:
        return refused_one(c, due.at, line, ev_r);
    case C_GREETING:
    case C_QUIT:
        return pop3_plan_fail(c, line, C_DONE, ev_r);
    default:
        if (!c->quit_said) {
            pop3_say_quit(c, out);
        }
        return pop3_plan_fail(c, line, C_QUIT, ev_r);
    }
}

/* More follows this +OK.  false: it is all. */
static bool begins_lines(struct pop3_client *c)
{
    switch (c->state) {
    case C_CAPA:
        c->heard_capa = true;
        c->state = C_CAPA_LINES;
        return true;
    case C_UIDL:
        c->state = C_UIDL_LINES;
        return true;
    case C_LIST:
        c->state = C_LIST_LINES;
        return true;
    case C_NAME:
    case C_TOP:
    case C_RETR:
        c->state = C_TEXT;
        c->reader = (struct dot_reader){ 0 };
        c->message = message_new();
        return true;
    default:
        return false;
    }
}

/* +OK and its words.  true: *ev_r is filled. */
static bool accepted(struct pop3_client *c, struct outq *out, slice line, slice words,
                     struct session_event *ev_r)
{
    if (begins_lines(c)) {
        return false;
    }
    switch (take_due(c).waits) {
    case C_GREETING:
        pop3_enter_greeted(c, out, words);
        return false;
    case C_STLS:
        c->state = C_TLS;
        c->upgrade_due = true;
        return false;
    case C_AUTH:
        return pop3_enter_authenticated(c, out, line, ev_r);
    case C_USER:
        pop3_say_text(c, out, SLICE("PASS "), c->config->password, C_PASS);
        return false;
    case C_APOP:
    case C_PASS:
        pop3_plan_logged_in(c, out);
        return false;
    case C_STAT:
        return counted(c, out, words, ev_r);
    case C_DELE:
        return false;
    default:
        c->state = C_DONE; /* QUIT */
        if (c->over) {
            return false;
        }
        c->over = true;
        *ev_r = (struct session_event){ .kind = POP3_EV_DONE };
        return true;
    }
}

/* One line of CAPA, UIDL or LIST; what is not understood is passed over. */
static bool multi_line(struct pop3_client *c, struct outq *out, slice line,
                       struct session_event *ev_r)
{
    bool last = slice_eq(line, SLICE("."));
    enum pop3_waits in = c->state;
    if (last) {
        (void)take_due(c);
    } else if (slice_starts(line, SLICE("."))) {
        line = slice_from(line, 1);
    }
    switch (in) {
    case C_CAPA_LINES:
        if (last) {
            return pop3_enter_capable(c, out, ev_r);
        }
        pop3_enter_capability(c, line);
        break;
    case C_UIDL_LINES:
        if (!last) {
            pop3_list_uidl(&c->list, line);
        } else if (!pipelines(c)) {
            pop3_say(c, out, SLICE("LIST"), C_LIST);
        }
        break;
    default:
        assert(in == C_LIST_LINES);
        if (last) {
            listed_all(c);
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

/* The Message-ID is the name of a letter that has no other. */
static void name_it(struct pop3_client *c, size_t at)
{
    struct buf scratch = { 0 };
    slice id = header_message_id(message_header(c->message, &scratch));
    if (id.len > 0) {
        pop3_list_name(&c->list, at, id);
    }
    buf_deinit(&scratch);
}

bool pop3_plan_text_ended(struct pop3_client *c, struct session_event *ev_r)
{
    struct pop3_due due = take_due(c);
    if (due.waits == C_NAME) {
        name_it(c, due.at);
    }
    show(c, due.at, ev_r, due.waits == C_NAME ? POP3_EV_LISTED : POP3_EV_MESSAGE);
    c->listed.partial = due.waits != C_RETR;
    return true;
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
        return accepted(c, out, line, words, ev_r);
    }
    if (is_status(line, SLICE("-ERR"), &words)) {
        return refused(c, out, line, ev_r);
    }
    if (c->state == C_AUTH && is_status(line, SLICE("+"), &words)) {
        (void)take_due(c);
        pop3_enter_challenged(c, out, words);
        return false;
    }
    return pop3_plan_fail(c, line, C_DONE, ev_r); /* that is no POP3 server */
}
