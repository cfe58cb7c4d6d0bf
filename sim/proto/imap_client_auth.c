/* imap_client_auth.c - LOGIN and AUTHENTICATE (RFC 9051 6.2.2, 6.2.3, RFC 4959): which, and when
 * another.  Never knows what a mechanism says (sasl.h).
 * A "yes" is not believed where the mechanism lets a server show that it knows the password and it
 * has not; after a lie nothing weaker is tried. */
#include "sim/proto/imap_client.h"

#include "sim/proto/sasl.h"

static struct sasl_client *speaker_of(const struct imap_client *c, enum sasl_mechanism m)
{
    const struct imap_client_config *k = c->config;
    struct sasl_account account = {
        .user = k->user, .password = k->password, .nonce = k->nonce, .keys = k->keys
    };
    return sasl_client_new(m, &account);
}

static void say_authenticate(struct imap_client *c, struct session_io io, enum sasl_mechanism m)
{
    struct buf initial = { 0 };
    imap_client_enter(c, IMAP_C_AUTH);
    imap_client_begin(c, "AUTHENTICATE ");
    outq_text(&c->later, sasl_name(m));
    if ((c->offers & IMAP_SASL_IR) && sasl_client_begins(c->sasl) &&
        sasl_client_answer(c->sasl, SLICE(""), &initial)) {
        outq_textz(&c->later, " ");
        outq_text(&c->later, initial.len > 0 ? buf_slice(&initial) : SLICE("="));
    }
    buf_deinit(&initial);
    imap_client_end(c, io);
}

/* The strongest that both know and that was not refused. */
static bool authenticate(struct imap_client *c, struct session_io io)
{
    enum sasl_mechanism m;
    sasl_client_free(&c->sasl);
    while ((m = sasl_strongest(c->config->mechanisms & c->mechanisms & ~c->tried)) != 0) {
        c->tried |= (uint32_t)m;
        c->sasl = speaker_of(c, m);
        if (c->sasl) {
            say_authenticate(c, io, m);
            return true;
        }
    }
    return false;
}

/* LOGIN shows the password as PLAIN does: who wants neither of these does not say it, and with
 * LOGINDISABLED nobody does (RFC 9051 6.2.3). */
bool imap_client_log_in(struct imap_client *c, struct session_io io)
{
    uint32_t wanted = c->config->mechanisms;
    bool plainly = wanted == 0 || (wanted & (SASL_PLAIN | SASL_LOGIN)) != 0;
    if (authenticate(c, io)) {
        return true;
    }
    if (c->login_disabled || !plainly || c->tried & (SASL_PLAIN | SASL_LOGIN)) {
        return false;
    }
    imap_client_enter(c, IMAP_C_LOGIN);
    imap_client_begin(c, "LOGIN ");
    imap_client_string(c, c->config->user);
    outq_textz(&c->later, " ");
    imap_client_string(c, c->config->password);
    imap_client_end(c, io);
    return true;
}

void imap_client_respond(struct imap_client *c, struct session_io io, slice challenge)
{
    struct buf line = { 0 };
    if (!c->sasl || !sasl_client_answer(c->sasl, challenge, &line)) { /* cancelled */
        buf_clear(&line);
        buf_byte(&line, '*');
        sasl_client_free(&c->sasl);
    }
    buf_addz(&line, "\r\n");
    c->heard = io.now;
    outq_text(io.out, buf_slice(&line));
    buf_deinit(&line);
}

bool imap_client_proved(const struct imap_client *c)
{
    return c->sasl && sasl_client_believes(c->sasl);
}

/* BAD: the server does not know it after all; PRIVACYREQUIRED: not without TLS (RFC 5530 3).
 * Neither says anything about the password. */
bool imap_client_tries_another(struct imap_client *c, struct session_io io, slice text)
{
    slice name;
    slice rest;
    slice words = text;
    bool bad = slice_eq_nocase(slice_word(&words), SLICE("BAD"));
    bool open = imap_client_code(slice_trim(words), &name, &rest) &&
                slice_eq_nocase(name, SLICE("PRIVACYREQUIRED"));
    return c->sasl && (bad || open) && imap_client_log_in(c, io);
}
