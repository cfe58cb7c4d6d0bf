/* imap_client_read.c - what the server says, read with the tokens of imap_lex.h.
 * A response that is unknown or malformed is skipped: extensions add some that nobody asked for
 * (RFC 9051 2.2.2). */
#include "sim/proto/imap_client.h"

#include "sim/proto/sasl.h"

bool imap_client_say(struct session_event *ev_r, enum imap_client_event kind, uint64_t number,
                     slice text)
{
    *ev_r = (struct session_event){ .kind = (uint16_t)kind, .number = number, .text = text };
    return true;
}

/* ---- untagged responses ---- */

static bool is_to_open(const struct imap_client *c)
{
    return c->order == IMAP_ORDER_SELECT || c->order == IMAP_ORDER_EXAMINE ||
           c->order == IMAP_ORDER_OPEN;
}

/* RFC 9051 11.3: of messages and mailboxes nothing is believed before one is opened. */
bool imap_client_looks(const struct imap_client *c)
{
    return c->selected || (c->state == IMAP_C_BUSY && is_to_open(c));
}

static bool read_numbered(struct imap_client *c, struct imap_lex *l, struct session_event *ev_r)
{
    uint64_t number;
    slice name;
    if (!lex_number(l, &number) || number > UINT32_MAX || !lex_sp(l) || !lex_word(l, &name)) {
        return false;
    }
    if (slice_eq_nocase(name, SLICE("EXISTS"))) {
        return imap_client_say(ev_r, IMAP_EV_EXISTS, number, (slice){ 0 });
    }
    if (slice_eq_nocase(name, SLICE("EXPUNGE")) && !c->leaving) {
        c->gone_uid = imap_numbers_expunge(&c->numbers, (uint32_t)number);
        (void)imap_client_say(ev_r, IMAP_EV_REMOVED, number, (slice){ 0 });
        ev_r->detail = &c->gone_uid;
        return true;
    }
    return slice_eq_nocase(name, SLICE("FETCH")) &&
           imap_client_read_fetch(c, l, (uint32_t)number, ev_r);
}

static bool must_have_tls(const struct imap_client *c)
{
    return c->config->tls == TLS_POLICY_REQUIRED && !c->secured;
}

static bool give_up(struct imap_client *c, slice text, struct session_event *ev_r)
{
    imap_client_enter(c, IMAP_C_GONE);
    return imap_client_say(ev_r, IMAP_EV_FAILED, 0, text);
}

/* The first time what the server can do goes in front. */
static bool be_ready(struct imap_client *c, uint64_t number, slice text, struct session_event *ev_r)
{
    if (c->offers_told) {
        imap_client_enter(c, IMAP_C_READY);
        return imap_client_say(ev_r, IMAP_EV_READY, number, text);
    }
    c->offers_told = true;
    c->has_then = imap_client_say(&c->then, IMAP_EV_READY, number, text);
    return imap_client_say(ev_r, IMAP_EV_OFFERS, c->offers, (slice){ 0 });
}

/* What was offered to strangers does not count any more (RFC 9051 6.2.2, 6.2.3). */
static bool logged_in(struct imap_client *c, struct session_io io, slice text,
                      struct session_event *ev_r)
{
    c->logged_in = true;
    sasl_client_free(&c->sasl);
    if (c->capable) {
        return be_ready(c, 0, text, ev_r);
    }
    imap_client_ask_capability(c, io);
    return false;
}

/* TLS is up, or there will be none. */
static bool log_in(struct imap_client *c, struct session_io io, slice text,
                   struct session_event *ev_r)
{
    if (!imap_client_log_in(c, io)) {
        return give_up(c, text, ev_r);
    }
    c->capable = false;
    return false;
}

/* What the server can do is known. */
static bool capable(struct imap_client *c, struct session_io io, slice text,
                    struct session_event *ev_r)
{
    if (c->logged_in) {
        return be_ready(c, 0, text, ev_r);
    }
    bool wants = c->config->tls != TLS_POLICY_NONE && !c->secured;
    if (wants && c->starttls) {
        imap_client_starttls(c, io);
        return false;
    }
    if (must_have_tls(c)) {
        return give_up(c, SLICE("(TLS is required, and the server does not offer it)"), ev_r);
    }
    return log_in(c, io, text, ev_r);
}

/* The first line, and nothing else yet (RFC 9051 7.1). */
static bool read_greeting(struct imap_client *c, struct session_io io, slice text,
                          struct session_event *ev_r)
{
    slice words = text;
    slice status = slice_word(&words);
    bool in_already = slice_eq_nocase(status, SLICE("PREAUTH"));
    if (in_already && must_have_tls(c)) { /* STARTTLS is not legal any more */
        return give_up(c, SLICE("(TLS is required, and the server skips it)"), ev_r);
    }
    if (!in_already && !slice_eq_nocase(status, SLICE("OK"))) {
        return give_up(c, text, ev_r);
    }
    (void)imap_client_read_code(c, slice_trim(words), ev_r);
    if (in_already) {
        return logged_in(c, io, text, ev_r);
    }
    if (c->capable) {
        return capable(c, io, text, ev_r);
    }
    imap_client_ask_capability(c, io);
    return false;
}

static bool read_flags(struct imap_client *c, struct imap_lex *l, struct session_event *ev_r)
{
    (void)l;
    (void)ev_r;
    c->leaving = false; /* FLAGS is said of a mailbox that was just opened (RFC 9051 6.3.2) */
    return false;
}

static bool read_capability(struct imap_client *c, struct imap_lex *l, struct session_event *ev_r)
{
    (void)ev_r;
    imap_client_read_capabilities(c, l->rest);
    return false;
}

static bool read_enabled(struct imap_client *c, struct imap_lex *l, struct session_event *ev_r)
{
    slice words = slice_trim(l->rest);
    imap_client_read_enabled(c, words);
    return imap_client_say(ev_r, IMAP_EV_ENABLED, 0, words);
}

static const struct {
    slice name;
    bool (*read)(struct imap_client *c, struct imap_lex *l, struct session_event *ev_r);
    bool of_mailbox;
} responses[] = {
    { SLICE_INIT("SEARCH"), imap_client_read_search, true },
    { SLICE_INIT("ESEARCH"), imap_client_read_esearch, true },
    { SLICE_INIT("VANISHED"), imap_client_read_vanished, true },
    { SLICE_INIT("FLAGS"), read_flags, true },
    { SLICE_INIT("LIST"), imap_client_read_list, false },
    { SLICE_INIT("STATUS"), imap_client_read_status, false },
    { SLICE_INIT("CAPABILITY"), read_capability, false },
    { SLICE_INIT("ENABLED"), read_enabled, false },
};

static bool read_untagged(struct imap_client *c, struct session_io io, struct imap_lex *l,
                          struct session_event *ev_r)
{
    slice words = l->rest;
    (void)slice_word(&words);
    imap_client_hear_alert(c, slice_trim(words));
    if (c->state == IMAP_C_GREETING) {
        return read_greeting(c, io, l->rest, ev_r);
    }
    if (l->rest.len > 0 && ascii_is_digit(l->rest.ptr[0])) {
        return imap_client_looks(c) && read_numbered(c, l, ev_r);
    }
    slice text = l->rest;
    slice name;
    if (!lex_word(l, &name)) {
        return false;
    }
    for (size_t i = 0; i < COUNT(responses); i++) {
        if (slice_eq_nocase(name, responses[i].name)) {
            bool heard = responses[i].of_mailbox
                             ? imap_client_looks(c)
                             : c->logged_in || responses[i].read == read_capability;
            return heard && responses[i].read(c, l, ev_r); /* RFC 9051 11.3 */
        }
    }
    if (slice_eq_nocase(name, SLICE("BYE")) && c->state != IMAP_C_LOGOUT) {
        return give_up(c, text, ev_r);
    }
    bool status = slice_eq_nocase(name, SLICE("OK")) || slice_eq_nocase(name, SLICE("NO"));
    return status && imap_client_read_code(c, slice_trim(l->rest), ev_r);
}

/* ---- tagged responses ---- */

/* What a command leaves behind, when it has gone well. */
static void settle(struct imap_client *c)
{
    c->selected = is_to_open(c) || (c->selected && c->order != IMAP_ORDER_UNSELECT);
    if (c->order == IMAP_ORDER_UNSELECT) {
        imap_numbers_clear(&c->numbers);
    }
}

/* A server that found nothing may have said nothing. */
static bool found_nothing(struct imap_client *c, struct session_event *ev_r)
{
    bool searched = c->order == IMAP_ORDER_UIDS || c->order == IMAP_ORDER_SEARCH ||
                    c->order == IMAP_ORDER_SEARCH_UNSEEN;
    return searched && !c->set_told && imap_client_say(ev_r, IMAP_EV_SET, 0, SLICE(""));
}

static bool order_done(struct imap_client *c, struct session_io io, bool ok, slice text,
                       struct session_event *ev_r)
{
    slice words = slice_from(text, slice_find_byte(text, ' '));
    bool told = imap_client_read_code(c, slice_trim(words), ev_r);
    c->leaving = false;
    if (c->order == IMAP_ORDER_LIST && (ok || c->listed_next > 0)) {
        ok = true; /* a mailbox that is gone meanwhile has no status, and that is all */
        if (imap_client_next_status(c, io)) {
            return told;
        }
    }
    if (ok) {
        settle(c);
        told = told || found_nothing(c, ev_r);
    }
    struct session_event done;
    (void)imap_client_say(&done, ok ? IMAP_EV_READY : IMAP_EV_REFUSED, ok ? c->append_uid : 0,
                          text);
    if (told) {
        c->then = done;
        c->has_then = true;
        return true;
    }
    imap_client_enter(c, IMAP_C_READY);
    *ev_r = done;
    return true;
}

static bool auth_done(struct imap_client *c, struct session_io io, bool ok, slice text,
                      struct session_event *ev_r)
{
    if (ok && imap_client_proved(c)) {
        struct session_event none;
        (void)imap_client_read_code(c, slice_trim(slice_from(text, 2)), &none);
        return logged_in(c, io, text, ev_r);
    }
    if (ok || !c->sasl) {
        return give_up(c, SLICE("(the server has not shown that it knows the password)"), ev_r);
    }
    return !imap_client_tries_another(c, io, text) && give_up(c, text, ev_r);
}

static bool read_tagged(struct imap_client *c, struct session_io io, slice text,
                        struct session_event *ev_r)
{
    slice words = text;
    bool ok = slice_eq_nocase(slice_word(&words), SLICE("OK"));
    imap_client_hear_alert(c, slice_trim(words));
    imap_client_drop_rest(c);
    switch ((enum imap_client_state)c->state) {
    case IMAP_C_CAPABILITY:
        return capable(c, io, text, ev_r);
    case IMAP_C_STARTTLS:
        if (ok) {
            c->upgrade_due = true;
            imap_client_enter(c, IMAP_C_TLS);
            return false;
        }
        return must_have_tls(c) ? give_up(c, text, ev_r) : log_in(c, io, text, ev_r);
    case IMAP_C_LOGIN:
        if (!ok) {
            return give_up(c, text, ev_r);
        }
        (void)imap_client_read_code(c, slice_trim(words), ev_r);
        return logged_in(c, io, text, ev_r);
    case IMAP_C_AUTH:
        return auth_done(c, io, ok, text, ev_r);
    case IMAP_C_BUSY:
    case IMAP_C_IDLE:
        return order_done(c, io, ok, text, ev_r);
    case IMAP_C_LOGOUT:
        imap_client_enter(c, IMAP_C_GONE);
        return false;
    case IMAP_C_GREETING:
    case IMAP_C_TLS:
    case IMAP_C_READY:
    case IMAP_C_GONE:
        break;
    }
    return false;
}

bool imap_client_is_own_tag(const struct imap_client *c, slice tag)
{
    uint32_t number;
    return tag.len > 1 && tag.ptr[0] == 'a' && slice_to_u32(slice_from(tag, 1), &number) &&
           number == c->tag && c->tag > 0;
}

bool imap_client_read(struct imap_client *c, struct session_io io, struct session_event *ev_r)
{
    struct imap_lex l = imap_lex_of(&c->in, &c->arena);
    slice tag;
    if (lex_char(&l, '+')) {
        if (c->state == IMAP_C_AUTH) {
            (void)lex_sp(&l);
            imap_client_respond(c, io, l.rest);
            return false;
        }
        bool idled = c->state == IMAP_C_IDLE;
        imap_client_go_on(c, io);
        return !idled && c->state == IMAP_C_IDLE &&
               imap_client_say(ev_r, IMAP_EV_WAITING, 0, (slice){ 0 });
    }
    if (lex_char(&l, '*')) {
        return lex_sp(&l) && read_untagged(c, io, &l, ev_r);
    }
    return lex_tag(&l, &tag) && lex_sp(&l) && imap_client_is_own_tag(c, tag) &&
           read_tagged(c, io, l.rest, ev_r);
}
