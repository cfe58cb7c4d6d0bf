/* smtp_client_auth.c - AUTH (RFC 4954), as a client says it: which mechanism, and when another.
 * Never knows what a mechanism says (sasl.h).
 * A "yes" is not believed where the mechanism lets a server show that it knows the password and it
 * has not; after a lie no weaker mechanism is tried. */
#include "sim/proto/smtp_client.h"

/* The strongest that both know and that was not refused. */
bool smtp_client_begin_auth(struct smtp_client *s)
{
    const struct smtp_client_config *c = s->config;
    struct sasl_account account = {
        .user = c->user, .password = c->password, .nonce = c->nonce, .keys = c->keys
    };
    sasl_client_free(&s->sasl);
    s->sasl = sasl_client_strongest(sasl_or_plain(c->mechanisms) & s->offer.mechanisms, &s->tried,
                                    &account);
    if (s->sasl) {
        smtp_client_enter(s, C_AUTH);
    }
    return s->sasl != NULL;
}

/* The initial response only where the line does not grow too long by it (RFC 4954 4). */
bool smtp_client_say_auth(struct smtp_client *s, struct session_io io, size_t full)
{
    (void)full;
    struct buf line = { 0 };
    buf_addz(&line, "AUTH ");
    buf_add(&line, sasl_name(sasl_client_mechanism(s->sasl)));
    sasl_client_initial(&s->sasl, SMTP_LINE_MAX - 2, &line);
    smtp_client_say_line(io, SLICE(""), buf_slice(&line));
    buf_deinit(&line);
    return true;
}

/* To the challenge that was just heard; "*" cancels (RFC 4954 4). */
bool smtp_client_say_auth_response(struct smtp_client *s, struct session_io io, size_t full)
{
    (void)full;
    struct buf line = { 0 };
    sasl_client_respond(&s->sasl, s->reply.text, &line);
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
