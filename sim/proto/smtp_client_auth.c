/* smtp_client_auth.c - AUTH (RFC 4954), as a client says it: which mechanism, and when another.
 * Never knows what a mechanism says (sasl.h).
 * A "yes" is not believed where the mechanism lets a server show that it knows the password and it
 * has not; after a lie no weaker mechanism is tried. */
#include "sim/proto/smtp_client.h"

static struct sasl_client *speaker_of(const struct smtp_client *s, enum sasl_mechanism m)
{
    const struct smtp_client_config *c = s->config;
    struct sasl_account account = {
        .user = c->user, .password = c->password, .nonce = c->nonce, .keys = c->keys
    };
    return sasl_client_new(m, &account);
}

/* The strongest that both know and that was not refused. */
bool smtp_client_begin_auth(struct smtp_client *s)
{
    uint32_t wanted = s->config->mechanisms ? s->config->mechanisms : (uint32_t)SASL_PLAIN;
    enum sasl_mechanism m;
    sasl_client_free(&s->sasl);
    while ((m = sasl_strongest(wanted & s->offer.mechanisms & ~(uint32_t)s->tried)) != 0) {
        s->tried |= (uint8_t)m;
        s->sasl = speaker_of(s, m);
        if (s->sasl) {
            smtp_client_enter(s, C_AUTH);
            return true;
        }
    }
    return false;
}

/* The initial response only where the line does not grow too long by it (RFC 4954 4). */
bool smtp_client_say_auth(struct smtp_client *s, struct session_io io, size_t full)
{
    (void)full;
    enum sasl_mechanism m = sasl_client_mechanism(s->sasl);
    struct buf line = { 0 };
    buf_addz(&line, "AUTH ");
    buf_add(&line, sasl_name(m));
    size_t bare = line.len;
    if (sasl_client_begins(s->sasl)) {
        buf_byte(&line, ' ');
        bool said = sasl_client_answer(s->sasl, SLICE(""), &line);
        if (!said || line.len + 2 > SMTP_LINE_MAX) { /* as if nothing had been said */
            line.len = bare;
            sasl_client_free(&s->sasl);
            s->sasl = speaker_of(s, m);
        }
    }
    smtp_client_say_line(io, SLICE(""), buf_slice(&line));
    buf_deinit(&line);
    return true;
}

/* To the challenge that was just heard. */
bool smtp_client_say_auth_response(struct smtp_client *s, struct session_io io, size_t full)
{
    (void)full;
    struct buf line = { 0 };
    if (!sasl_client_answer(s->sasl, s->reply.text, &line)) { /* cancelled, RFC 4954 4 */
        buf_clear(&line);
        buf_byte(&line, '*');
        sasl_client_free(&s->sasl);
    }
    smtp_client_say_line(io, SLICE(""), buf_slice(&line));
    buf_deinit(&line);
    return true;
}

/* RFC 4954 6: unknown, too weak, only under TLS.  It says nothing about the password. */
static bool wants_another(const struct smtp_client *s)
{
    return s->reply.code == 504 || s->reply.code == 534 || s->reply.code == 538;
}

bool smtp_client_heard_auth(struct smtp_client *s, struct session_event *ev_r)
{
    if (smtp_client_is_go_ahead(s) && s->sasl) {
        smtp_client_enter(s, C_AUTH_RESPONSE);
        return false;
    }
    if (smtp_client_is_yes(s) && s->sasl && sasl_client_believes(s->sasl)) {
        s->authenticated = true;
        smtp_client_be_ready(s);
        return false;
    }
    if (smtp_client_is_yes(s)) {
        smtp_client_say_to_host(s, 0, SLICE("the server has not shown that it knows the password"));
    } else if (s->sasl && wants_another(s) && smtp_client_begin_auth(s)) {
        return false;
    }
    return smtp_client_fail(s, C_QUIT, ev_r);
}
