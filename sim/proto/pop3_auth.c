/* pop3_auth.c - logging in at a POP3 server: USER and PASS, APOP (RFC 1939 7), AUTH (RFC 5034).
 * Never knows whether a password is right: its host does, or lends it to whom checks a proof. */
#include "sim/proto/pop3_server.h"

#include <assert.h>

#define APOP_HEX ((size_t)2 * CRYPT_MD5_SIZE)

/* ---- what may be tried now ---- */

static bool may_show_password(const struct pop3_server *s)
{
    return s->secured || (!s->config->tls_required && !s->config->auth_needs_tls);
}

bool pop3_takes_user(const struct pop3_server *s)
{
    return pop3_offers(s, POP3_HAS_USER) && may_show_password(s);
}

static uint32_t all_mechanisms(const struct pop3_server *s)
{
    return pop3_offers(s, POP3_HAS_SASL) ? sasl_or_plain(s->config->mechanisms) : 0;
}

uint32_t pop3_mechanisms(const struct pop3_server *s)
{
    uint32_t all = s->config->tls_required && !s->secured ? 0 : all_mechanisms(s);
    return may_show_password(s) ? all : all & ~(uint32_t)SASL_SHOWS_PASSWORD;
}

/* Trying to log in against the policy of the place is what the code AUTH is for (RFC 3206 5). */
static bool too_open(const struct pop3_server *s, struct outq *out, bool shows_password)
{
    if (s->secured || !(s->config->tls_required || (shows_password && s->config->auth_needs_tls))) {
        return false;
    }
    pop3_refuse(s, out, POP3_AUTH, SLICE("TLS is required: STLS first"));
    return true;
}

/* ---- the greeting ---- */

/* "<stamp@host>", of the shape of a message id (RFC 1939 7). */
void pop3_greet(struct pop3_server *s, struct outq *out, slice stamp)
{
    outq_static(out, SLICE("+OK "));
    outq_text(out, s->config->host);
    outq_static(out, SLICE(" POP3 ready"));
    if (stamp.len > 0) {
        buf_byte(&s->stamp, '<');
        buf_add(&s->stamp, stamp);
        buf_byte(&s->stamp, '@');
        buf_add(&s->stamp, s->config->host);
        buf_byte(&s->stamp, '>');
        outq_static(out, SLICE(" "));
        outq_text(out, buf_slice(&s->stamp));
    }
    outq_static(out, SLICE("\r\n"));
}

/* ---- USER and PASS ---- */

void pop3_on_user(struct pop3_server *s, struct outq *out, slice argument)
{
    if (too_open(s, out, true)) {
        return;
    }
    buf_clear(&s->user);
    buf_add(&s->user, argument);
    /* The same for everybody: it must not tell who has a mailbox here. */
    outq_static(out, SLICE("+OK send PASS\r\n"));
}

/* A proof that was wrong is told as well, so that a host can record who it was. */
static void ask_login(struct pop3_server *s, slice user, slice password, slice mechanism,
                      enum sasl_step step)
{
    s->login = (struct pop3_login){ user, password, mechanism, step == SASL_PROVED };
    s->unproved = step == SASL_WRONG;
    s->busy = B_ASKING;
}

void pop3_on_pass(struct pop3_server *s, struct outq *out, slice argument)
{
    if (too_open(s, out, true)) {
        return;
    }
    if (s->user.len == 0) {
        pop3_error(out, SLICE("send USER first"));
        return;
    }
    ask_login(s, buf_slice(&s->user), argument, SLICE("USER"), SASL_PASSWORD);
}

/* ---- APOP ---- */

/* The digest stays behind the name, with its blank, until the host has told the password. */
void pop3_on_apop(struct pop3_server *s, struct outq *out, slice argument)
{
    bool good = argument.len > APOP_HEX + 1 && argument.ptr[argument.len - APOP_HEX - 1] == ' ';
    if (too_open(s, out, false)) {
        return;
    }
    if (!good || s->stamp.len == 0) {
        pop3_error(out, s->stamp.len == 0 ? SLICE("the greeting had no timestamp")
                                          : SLICE("a name and a digest are expected"));
        return;
    }
    buf_clear(&s->user);
    buf_add(&s->user, argument);
    slice name = slice_sub(buf_slice(&s->user), 0, argument.len - APOP_HEX - 1);
    s->login = (struct pop3_login){ .user = name, .mechanism = SLICE("APOP") };
    s->busy = B_SECRET;
}

/* MD5 of the timestamp with its angle brackets, and the password behind it. */
static bool apop_is_right(const struct pop3_server *s, slice password)
{
    uint8_t digest[CRYPT_MD5_SIZE];
    struct buf text = { 0 }, hex = { 0 };
    buf_add(&text, buf_slice(&s->stamp));
    buf_add(&text, password);
    crypt_md5(buf_slice(&text), digest);
    crypt_hex(&hex, digest, sizeof digest);
    bool right = slice_ends(buf_slice(&s->user), buf_slice(&hex));
    buf_deinit(&text);
    buf_deinit(&hex);
    return right;
}

/* ---- AUTH ---- */

static void leave_auth(struct pop3_server *s)
{
    sasl_server_free(&s->sasl);
    s->lines.max = POP3_LINE_MAX;
}

static void go_on(struct pop3_server *s, struct outq *out, enum sasl_step step)
{
    const struct sasl_server *sasl = s->sasl;
    switch (step) {
    case SASL_CHALLENGE:
        sasl_server_say(sasl, SLICE("+ "), out);
        s->lines.max = POP3_RESPONSE_MAX;
        return;
    case SASL_SECRET:
        s->login.user = sasl->authcid;
        s->busy = B_SECRET;
        return;
    case SASL_PASSWORD:
    case SASL_PROVED:
    case SASL_WRONG:
        if (sasl_is_himself(sasl->authzid, sasl->authcid)) {
            ask_login(s, sasl->authcid, sasl->password, s->login.mechanism, step);
            return;
        }
        leave_auth(s);
        pop3_refuse(s, out, POP3_AUTH, SLICE("you may only be yourself"));
        return;
    case SASL_UNREADABLE:
        leave_auth(s);
        pop3_error(out, SLICE("that is no response of this mechanism"));
        return;
    }
}

void pop3_response(struct pop3_server *s, struct outq *out, slice line)
{
    if (slice_eq(line, SLICE("*"))) {
        leave_auth(s);
        pop3_error(out, SLICE("cancelled"));
        return;
    }
    go_on(s, out, sasl_server_step(s->sasl, line, false));
}

void pop3_on_auth(struct pop3_server *s, struct outq *out, slice argument)
{
    slice name = slice_word(&argument);
    enum sasl_mechanism mechanism = sasl_by_name(name);
    slice initial = slice_trim(argument);
    if ((all_mechanisms(s) & (uint32_t)mechanism) == 0) {
        pop3_error(out, name.len == 0 ? SLICE("AUTH how? CAPA lists the mechanisms")
                                      : SLICE("this mechanism is not offered"));
        return;
    }
    if (too_open(s, out, (mechanism & SASL_SHOWS_PASSWORD) != 0)) {
        return;
    }
    if (initial.len > 0 && !sasl_takes_initial(mechanism)) {
        pop3_error(out, SLICE("this mechanism has no initial response"));
        return;
    }
    buf_clear(&s->user);
    s->sasl = sasl_server_new(mechanism, s->config->host);
    s->login = (struct pop3_login){ .mechanism = sasl_name(mechanism) };
    go_on(s, out,
          initial.len > 0 ? sasl_server_step(s->sasl, initial, true) : sasl_server_begin(s->sasl));
}

/* ---- the host's answers ---- */

void pop3_told_secret(struct pop3_server *s, struct outq *out, struct session_answer a)
{
    const struct sasl_secret *secret = a.grant;
    if (s->sasl) {
        go_on(s, out, sasl_server_secret(s->sasl, secret, a.code == 0));
        return;
    }
    /* Who has no password cannot have proved it. */
    bool right =
        secret && a.code == 0 && secret->password.len > 0 && apop_is_right(s, secret->password);
    ask_login(s, s->login.user, (slice){ 0 }, s->login.mechanism, right ? SASL_PROVED : SASL_WRONG);
}

void pop3_told_login(struct pop3_server *s, struct outq *out, struct session_answer a)
{
    static const slice words[POP3_CODE_COUNT] = {
        [POP3_IN_USE] = SLICE_INIT("another session has the maildrop"),
        [POP3_LOGIN_DELAY] = SLICE_INIT("that was too soon after the last login"),
        [POP3_SYS_TEMP] = SLICE_INIT("not now"),
        [POP3_SYS_PERM] = SLICE_INIT("not here"),
        [POP3_AUTH] = SLICE_INIT("wrong user or password"),
    };
    struct mailbox *m = a.grant;
    assert(a.code < POP3_CODE_COUNT);
    leave_auth(s);
    s->login = (struct pop3_login){ 0 };
    buf_clear(&s->user);
    if (!s->unproved && a.code == POP3_NO_CODE && m && !m->locked) {
        pop3_drop_open(&s->drop, m);
        s->state = S_TRANSACTION;
        outq_static(out, SLICE("+OK "));
        outq_text(out, a.text.len > 0 ? a.text : SLICE("maildrop locked and ready"));
        outq_static(out, SLICE("\r\n"));
        return;
    }
    enum pop3_code code = POP3_AUTH;
    if (!s->unproved && (a.code != POP3_NO_CODE || m)) {
        code = a.code != POP3_NO_CODE ? (enum pop3_code)a.code : POP3_IN_USE;
    }
    pop3_refuse(s, out, code, a.text.len > 0 ? a.text : words[code]);
}
