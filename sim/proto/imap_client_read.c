/* imap_client_read.c - what the server says, read with the tokens of imap_lex.h.
 * A response that is unknown or malformed is skipped: extensions add some that nobody asked for
 * (RFC 9051 2.2.2). */
#include "sim/proto/imap_client.h"

#include "sim/mail/mailbox.h"

static bool say(struct session_event *ev_r, enum imap_client_event kind, uint64_t number,
                slice text)
{
    *ev_r = (struct session_event){ .kind = (uint16_t)kind, .number = number, .text = text };
    return true;
}

/* ---- capabilities and response codes ---- */

static void read_capabilities(struct imap_client *c, slice words)
{
    static const struct {
        slice name;
        uint32_t bit;
    } known[] = {
        { SLICE_INIT("LITERAL+"), IMAP_OFFER_LITERAL_PLUS },
        { SLICE_INIT("LOGINDISABLED"), IMAP_OFFER_LOGINDISABLED },
        { SLICE_INIT("IDLE"), IMAP_OFFER_IDLE },
        { SLICE_INIT("STARTTLS"), IMAP_OFFER_STARTTLS },
    };
    c->capable = true;
    c->offers = 0;
    slice word;
    while ((word = slice_word(&words)).len > 0) {
        for (size_t i = 0; i < COUNT(known); i++) {
            c->offers |= slice_eq_nocase(word, known[i].name) ? known[i].bit : 0;
        }
    }
}

/* "[NAME rest] text" behind OK, NO, BAD, PREAUTH or BYE (RFC 9051 7.1). */
static bool read_code(slice text, slice *name_r, slice *rest_r)
{
    size_t close = slice_find_byte(text, ']');
    if (text.len == 0 || text.ptr[0] != '[' || close == SLICE_NONE) {
        return false;
    }
    *rest_r = slice_sub(text, 1, close - 1);
    *name_r = slice_cut(rest_r, ' ');
    return true;
}

static bool read_status_code(struct imap_client *c, slice text, struct session_event *ev_r)
{
    slice name;
    slice rest;
    uint32_t number;
    if (!read_code(text, &name, &rest)) {
        return false;
    }
    if (slice_eq_nocase(name, SLICE("CAPABILITY"))) {
        read_capabilities(c, rest);
    }
    return slice_eq_nocase(name, SLICE("UIDVALIDITY")) && slice_to_u32(rest, &number) &&
           say(ev_r, IMAP_EV_VALIDITY, number, (slice){ 0 });
}

/* ---- FETCH ---- */

static bool read_flags(struct imap_lex *l, uint32_t *flags_r)
{
    *flags_r = 0;
    if (!lex_char(l, '(')) {
        return false;
    }
    if (lex_char(l, ')')) {
        return true;
    }
    do {
        slice name;
        if (!lex_flag(l, &name)) {
            return false;
        }
        for (size_t i = 0; i < FLAG_SYSTEM_COUNT; i++) {
            bool same = slice_eq_nocase(name, mailbox_flag_names[i]);
            *flags_r |= same ? UINT32_C(1) << i : 0;
        }
    } while (lex_sp(l));
    return lex_char(l, ')');
}

static bool fetch_flags(struct imap_client *c, struct imap_lex *l)
{
    c->item.has_flags = true;
    return read_flags(l, &c->item.flags);
}

static bool fetch_uid(struct imap_client *c, struct imap_lex *l)
{
    uint64_t uid;
    bool ok = lex_number(l, &uid) && uid <= UINT32_MAX;
    c->item.uid = ok ? (uint32_t)uid : 0;
    return ok;
}

static bool fetch_size(struct imap_client *c, struct imap_lex *l)
{
    return lex_number(l, &c->item.size);
}

static bool fetch_envelope(struct imap_client *c, struct imap_lex *l)
{
    return lex_skip_value(l, &c->item.envelope);
}

/* A literal as a rule; RFC 9051 allows any nstring. */
static bool fetch_body(struct imap_client *c, struct imap_lex *l)
{
    message_unref(&c->body);
    if (lex_is(l, '{')) {
        return lex_literal(l, &c->body);
    }
    slice text;
    bool nil;
    if (!lex_nstring(l, &text, &nil)) {
        return false;
    }
    c->body = nil ? NULL : message_from(text);
    return true;
}

static bool fetch_other(struct imap_client *c, struct imap_lex *l)
{
    (void)c;
    slice ignored;
    return lex_skip_value(l, &ignored);
}

static const struct {
    slice name;
    bool (*read)(struct imap_client *c, struct imap_lex *l);
} items[] = {
    { SLICE_INIT("FLAGS"), fetch_flags },      { SLICE_INIT("UID"), fetch_uid },
    { SLICE_INIT("RFC822.SIZE"), fetch_size }, { SLICE_INIT("ENVELOPE"), fetch_envelope },
    { SLICE_INIT("BODY[]"), fetch_body },      { SLICE_INIT("RFC822"), fetch_body },
};

/* "UID 3", "BODY[] {12}...": an item's name may hold a section. */
static bool read_item(struct imap_client *c, struct imap_lex *l)
{
    slice name;
    if (!lex_skip_value(l, &name) || !lex_sp(l)) {
        return false;
    }
    for (size_t i = 0; i < COUNT(items); i++) {
        if (slice_eq_nocase(name, items[i].name)) {
            return items[i].read(c, l);
        }
    }
    return fetch_other(c, l);
}

static bool read_fetch(struct imap_client *c, struct imap_lex *l, uint32_t number,
                       struct session_event *ev_r)
{
    message_unref(&c->body);
    c->item = (struct imap_item){ .number = number };
    if (!lex_sp(l) || !lex_char(l, '(')) {
        return false;
    }
    do {
        if (!read_item(c, l)) {
            return false;
        }
    } while (lex_sp(l));
    bool old = c->state == IMAP_C_BUSY && c->order == IMAP_ORDER_LIST_NEW && c->item.uid > 0 &&
               c->item.uid < c->list_from; /* "from:*" always names the last message too */
    if (!lex_char(l, ')') || old) {
        return false;
    }
    (void)say(ev_r, IMAP_EV_ITEM, number, (slice){ 0 });
    ev_r->detail = &c->item;
    ev_r->message = c->body;
    return true;
}

/* ---- untagged responses ---- */

bool imap_client_found(struct imap_client *c, struct session_event *ev_r)
{
    uint64_t number;
    if (lex_sp(&c->found) && lex_number(&c->found, &number)) {
        return say(ev_r, IMAP_EV_FOUND, number, (slice){ 0 });
    }
    c->searching = false;
    return false;
}

static bool read_numbered(struct imap_client *c, struct imap_lex *l, struct session_event *ev_r)
{
    uint64_t number;
    slice name;
    if (!lex_number(l, &number) || number > UINT32_MAX || !lex_sp(l) || !lex_word(l, &name)) {
        return false;
    }
    if (slice_eq_nocase(name, SLICE("EXISTS"))) {
        return say(ev_r, IMAP_EV_EXISTS, number, (slice){ 0 });
    }
    if (slice_eq_nocase(name, SLICE("EXPUNGE"))) {
        return say(ev_r, IMAP_EV_REMOVED, number, (slice){ 0 });
    }
    return slice_eq_nocase(name, SLICE("FETCH")) && read_fetch(c, l, (uint32_t)number, ev_r);
}

static bool must_have_tls(const struct imap_client *c)
{
    return c->config->tls == TLS_POLICY_REQUIRED && !c->secured;
}

static bool give_up(struct imap_client *c, slice text, struct session_event *ev_r)
{
    imap_client_enter(c, IMAP_C_GONE);
    return say(ev_r, IMAP_EV_FAILED, 0, text);
}

/* TLS is up, or there will be none.  RFC 9051 6.2.3: with LOGINDISABLED no password is sent. */
static bool log_in(struct imap_client *c, struct session_io io, slice text,
                   struct session_event *ev_r)
{
    if (c->offers & IMAP_OFFER_LOGINDISABLED) {
        return give_up(c, text, ev_r);
    }
    imap_client_login(c, io);
    return false;
}

/* What the server can do is known. */
static bool capable(struct imap_client *c, struct session_io io, slice text,
                    struct session_event *ev_r)
{
    bool wants = c->config->tls != TLS_POLICY_NONE && !c->secured;
    if (wants && (c->offers & IMAP_OFFER_STARTTLS)) {
        imap_client_starttls(c, io);
        return false;
    }
    if (must_have_tls(c)) {
        return give_up(c, SLICE("(TLS is required, and the server does not offer it)"), ev_r);
    }
    return log_in(c, io, text, ev_r);
}

static bool greeted(struct imap_client *c, struct session_io io, slice status, slice text,
                    struct session_event *ev_r)
{
    bool in_already = slice_eq_nocase(status, SLICE("PREAUTH"));
    if (in_already && must_have_tls(c)) { /* STARTTLS is not legal any more */
        return give_up(c, SLICE("(TLS is required, and the server skips it)"), ev_r);
    }
    if (in_already) {
        imap_client_enter(c, IMAP_C_READY);
        return say(ev_r, IMAP_EV_READY, 0, text);
    }
    if (!slice_eq_nocase(status, SLICE("OK"))) {
        return give_up(c, text, ev_r);
    }
    if (c->capable) {
        return capable(c, io, text, ev_r);
    }
    imap_client_ask_capability(c, io);
    return false;
}

static bool read_untagged(struct imap_client *c, struct session_io io, struct imap_lex *l,
                          struct session_event *ev_r)
{
    if (l->rest.len > 0 && ascii_is_digit(l->rest.ptr[0])) {
        return read_numbered(c, l, ev_r);
    }
    slice text = l->rest;
    slice name;
    if (!lex_word(l, &name)) {
        return false;
    }
    if (slice_eq_nocase(name, SLICE("SEARCH"))) {
        c->found = *l;
        c->searching = true;
        return imap_client_found(c, ev_r);
    }
    slice rest = slice_trim(l->rest);
    if (slice_eq_nocase(name, SLICE("CAPABILITY"))) {
        read_capabilities(c, rest);
        return false;
    }
    bool status = slice_eq_nocase(name, SLICE("OK")) || slice_eq_nocase(name, SLICE("PREAUTH"));
    bool event = status && read_status_code(c, rest, ev_r);
    if (c->state == IMAP_C_GREETING) {
        return greeted(c, io, name, text, ev_r);
    }
    if (slice_eq_nocase(name, SLICE("BYE")) && c->state != IMAP_C_LOGOUT) {
        return give_up(c, text, ev_r);
    }
    return event;
}

/* ---- tagged responses ---- */

static uint64_t append_uid(slice text)
{
    slice name;
    slice rest;
    uint32_t uid;
    slice words = slice_from(text, 2);
    if (!read_code(slice_trim(words), &name, &rest) || !slice_eq_nocase(name, SLICE("APPENDUID"))) {
        return 0;
    }
    (void)slice_cut(&rest, ' '); /* UIDVALIDITY */
    return slice_to_u32(rest, &uid) ? uid : 0;
}

static bool read_tagged(struct imap_client *c, struct session_io io, slice text,
                        struct session_event *ev_r)
{
    slice words = text;
    bool ok = slice_eq_nocase(slice_word(&words), SLICE("OK"));
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
        if (ok) {
            (void)read_status_code(c, slice_trim(words), ev_r);
        }
        imap_client_enter(c, ok ? IMAP_C_READY : IMAP_C_GONE);
        return say(ev_r, ok ? IMAP_EV_READY : IMAP_EV_FAILED, 0, text);
    case IMAP_C_BUSY:
    case IMAP_C_IDLE:
        imap_client_enter(c, IMAP_C_READY);
        return say(ev_r, ok ? IMAP_EV_READY : IMAP_EV_REFUSED, ok ? append_uid(text) : 0, text);
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

/* "a7" where 7 commands have been sent. */
static bool is_own_tag(const struct imap_client *c, slice tag)
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
        bool idled = c->state == IMAP_C_IDLE;
        imap_client_go_on(c, io);
        return !idled && c->state == IMAP_C_IDLE && say(ev_r, IMAP_EV_WAITING, 0, (slice){ 0 });
    }
    if (lex_char(&l, '*')) {
        return lex_sp(&l) && read_untagged(c, io, &l, ev_r);
    }
    return lex_tag(&l, &tag) && lex_sp(&l) && is_own_tag(c, tag) &&
           read_tagged(c, io, l.rest, ev_r);
}
