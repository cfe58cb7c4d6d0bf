/* smtp_auth.c - AUTH at the server: RFC 4954 around a mechanism of SASL.
 * Never knows whether a password is right: its host does. */
#include "sim/proto/smtp_server.h"

#include "sim/proto/sasl.h"

enum smtp_outcome smtp_auth_response(struct smtp_server *s, struct session_io io, slice response,
                                     struct session_event *ev_r)
{
    if (slice_eq(response, SLICE("*"))) {
        return SMTP_REFUSE("501 5.7.0 authentication cancelled");
    }
    struct sasl_plain plain;
    enum sasl_result result = sasl_plain_read(response, &s->secret, &plain);
    if (result != SASL_OK) {
        buf_deinit(&s->secret);
        return result == SASL_NOT_BASE64 ? SMTP_REFUSE("501 5.5.2 that is no base64")
                                         : SMTP_REFUSE("535 5.7.8 that is no PLAIN response");
    }
    s->detail.auth =
        (struct smtp_auth){ SLICE("PLAIN"), plain.authzid, plain.authcid, plain.password, false };
    ev_r->text = s->detail.auth.authcid;
    ev_r->detail = &s->detail.auth;
    return OUTCOME_ASK;
}

enum smtp_outcome smtp_run_auth(struct smtp_server *s, struct session_io io, slice argument,
                                struct session_event *ev_r)
{
    if (!(s->config->extensions & SMTP_AUTH)) {
        return SMTP_REFUSE("502 5.5.1 AUTH is not offered");
    }
    if (!s->ehlo || s->authenticated) {
        return SMTP_REFUSE("503 5.5.1 AUTH once, after EHLO");
    }
    if (!io.tls && s->config->auth_needs_tls) { /* PLAIN is all there is (RFC 5248 2.4) */
        return SMTP_REFUSE("523 5.7.10 encryption is needed to authenticate here");
    }
    slice mechanism = slice_word(&argument);
    if (mechanism.len == 0) {
        return SMTP_REFUSE("501 5.5.4 AUTH how?");
    }
    if (!slice_eq_nocase(mechanism, SLICE("PLAIN"))) {
        return SMTP_REFUSE("504 5.5.4 only AUTH PLAIN is known");
    }
    argument = slice_trim(argument);
    if (argument.len == 0) {
        outq_static(io.out, SLICE("334 \r\n")); /* the empty challenge, with its blank */
        return OUTCOME_CHALLENGE;
    }
    return smtp_auth_response(s, io, argument, ev_r);
}
