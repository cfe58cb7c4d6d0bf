/* imap_client_auth.c - LOGIN and AUTHENTICATE (RFC 9051 6.2.2, 6.2.3, RFC 4959): which, and when
 * another.  Never knows what a mechanism says (sasl.h).
 * A "yes" is not believed where the mechanism lets a server show that it knows the password and it
 * has not; after a lie nothing weaker is tried. */
#include "sim/proto/imap_client.h"

#include "sim/proto/sasl.h"

static void say_authenticate(struct imap_client *c, struct session_io io)
{
    struct buf initial = { 0 };
    imap_client_enter(c, IMAP_C_AUTH);
    imap_client_begin(c, "AUTHENTICATE ");
    outq_text(&c->later, sasl_name(sasl_client_mechanism(c->sasl)));
    if (c->offers & IMAP_SASL_IR) {
        sasl_client_initial(&c->sasl, SIZE_MAX, &initial);
    }
    outq_text(&c->later, buf_slice(&initial));
    buf_deinit(&initial);
    imap_client_end(c, io);
}

/* The strongest that both know and that was not refused. */
static bool authenticate(struct imap_client *c, struct session_io io)
{
    const struct imap_client_config *k = c->config;
    struct sasl_account account = {
        .user = k->user, .password = k->password, .nonce = k->nonce, .keys = k->keys
    };
    sasl_client_free(&c->sasl);
    c->sasl = sasl_client_strongest(k->mechanisms & c->mechanisms, &c->tried, &account);
    if (c->sasl) {
        say_authenticate(c, io);
    }
    return c->sasl != NULL;
}

/* LOGIN shows the password as PLAIN does: who wants neither of these does not say it, and with
 * LOGINDISABLED nobody does (RFC 9051 6.2.3). */
bool imap_client_log_in(struct imap_client *c, struct session_io io)
{
    uint32_t wanted = c->config->mechanisms;
    bool plainly = wanted == 0 || (wanted & SASL_SHOWS_PASSWORD) != 0;
    if (authenticate(c, io)) {
        return true;
    }
    if (c->login_disabled || !plainly || c->tried & SASL_SHOWS_PASSWORD) {
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

/* "*" cancels (RFC 9051 6.2.2). */
void imap_client_respond(struct imap_client *c, struct session_io io, slice challenge)
{
    struct buf line = { 0 };
    sasl_client_respond(&c->sasl, challenge, &line);
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
