/* smtp_auth.c - AUTH at the server: RFC 4954 around the mechanisms of SASL.
 * Never knows whether a password is right: its host does, or tells it to the mechanism.
 * From the command to its last reply the session is in S_AUTH, and has its struct sasl_server only
 * there. */
#include "sim/proto/smtp_server.h"

#include "sim/proto/sasl.h"

#include <assert.h>

/* RFC 4954 4: what shows the password to who listens can be kept for TLS. */
uint32_t smtp_server_mechanisms(const struct smtp_server *s, struct session_io io)
{
    uint32_t all = sasl_or_plain(s->config->mechanisms);
    return !io.tls && s->config->auth_needs_tls ? all & ~(uint32_t)SASL_SHOWS_PASSWORD : all;
}

/* The end of it: the refusal, and the state behind. */
static enum smtp_outcome ended(struct smtp_server *s, enum smtp_outcome refused)
{
    if (s->state == S_AUTH) {
        smtp_server_enter(s, S_READY);
    }
    return refused;
}

/* A proof that was wrong is told as well, without password and without `proved`, so that a host
 * can record who it was; nothing that it answers makes it good. */
static enum smtp_outcome ask(struct smtp_server *s, bool proved, struct session_event *ev_r)
{
    const struct sasl_server *sasl = s->sasl;
    s->detail.auth = (struct smtp_auth){ sasl_name(s->mechanism), sasl->authzid, sasl->authcid,
                                         sasl->password, proved };
    ev_r->text = sasl->authcid;
    ev_r->detail = &s->detail.auth;
    return OUTCOME_ASK;
}

static enum smtp_outcome go_on(struct smtp_server *s, struct session_io io, enum sasl_step step,
                               struct session_event *ev_r)
{
    s->unproved = step == SASL_WRONG;
    switch (step) {
    case SASL_CHALLENGE:
        sasl_server_say(s->sasl, SLICE("334 "), io.out);
        return OUTCOME_CHALLENGE;
    case SASL_SECRET:
        ev_r->text = s->sasl->authcid;
        return OUTCOME_SECRET;
    case SASL_PASSWORD:
    case SASL_PROVED:
    case SASL_WRONG:
        return ask(s, step == SASL_PROVED, ev_r);
    case SASL_UNREADABLE: /* "MUST reject the AUTH command with a 501 reply", RFC 4954 4 */
        break;
    }
    return ended(s, SMTP_REFUSE("501 5.5.2 that is no response of this mechanism"));
}

enum smtp_outcome smtp_auth_response(struct smtp_server *s, struct session_io io, slice response,
                                     struct session_event *ev_r)
{
    if (slice_eq(response, SLICE("*"))) {
        return ended(s, SMTP_REFUSE("501 5.7.0 authentication cancelled"));
    }
    return go_on(s, io, sasl_server_step(s->sasl, response, false), ev_r);
}

enum smtp_outcome smtp_auth_broken(struct smtp_server *s, struct session_io io, bool too_long,
                                   struct session_event *ev_r)
{
    return ended(s, too_long ? SMTP_REFUSE("500 5.5.6 response too long")
                             : SMTP_REFUSE("500 5.5.2 a bare CR or LF ends no line"));
}

void smtp_auth_secret(struct smtp_server *s, struct session_io io, struct session_answer a)
{
    enum sasl_step step = sasl_server_secret(s->sasl, a.grant, a.code == 0);
    if (step == SASL_CHALLENGE) {
        sasl_server_say(s->sasl, SLICE("334 "), io.out);
        return;
    }
    assert(step == SASL_PROVED || step == SASL_WRONG);
    s->due = step == SASL_PROVED ? DUE_PROVED : DUE_UNPROVED;
}

enum smtp_outcome smtp_auth_due(struct smtp_server *s, struct session_io io,
                                struct session_event *ev_r)
{
    return go_on(s, io, s->due == DUE_PROVED ? SASL_PROVED : SASL_WRONG, ev_r);
}

enum smtp_outcome smtp_run_auth(struct smtp_server *s, struct session_io io, slice argument,
                                struct session_event *ev_r)
{
    uint32_t mechanisms = smtp_server_mechanisms(s, io);
    if (!(s->config->extensions & SMTP_AUTH)) {
        return SMTP_REFUSE("502 5.5.1 AUTH is not offered");
    }
    if (!s->ehlo || s->authenticated) {
        return SMTP_REFUSE("503 5.5.1 AUTH once, after EHLO");
    }
    if (mechanisms == 0) { /* RFC 5248 2.4 */
        return SMTP_REFUSE("523 5.7.10 encryption is needed to authenticate here");
    }
    slice name = slice_word(&argument);
    enum sasl_mechanism mechanism = sasl_by_name(name);
    slice initial = slice_trim(argument);
    if (name.len == 0) {
        return SMTP_REFUSE("501 5.5.4 AUTH how?");
    }
    if (!(mechanisms & mechanism)) {
        return (mechanism & SASL_SHOWS_PASSWORD & s->config->mechanisms)
                   ? SMTP_REFUSE("538 5.7.11 encryption is needed for this mechanism")
                   : SMTP_REFUSE("504 5.5.4 this mechanism is not offered");
    }
    if (initial.len > 0 && !sasl_takes_initial(mechanism)) {
        return SMTP_REFUSE("501 5.7.0 this mechanism has no initial response");
    }
    s->mechanism = (uint8_t)mechanism;
    s->sasl = sasl_server_new(mechanism, s->config->host);
    smtp_server_enter(s, S_AUTH);
    return go_on(s, io,
                 initial.len > 0 ? sasl_server_step(s->sasl, initial, true)
                                 : sasl_server_begin(s->sasl),
                 ev_r);
}
