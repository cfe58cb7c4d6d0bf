/* smtp_client_hello.c - a client's states from the greeting to the first letter: EHLO, HELO,
 * STARTTLS.
 * Never knows a letter, nor a mechanism of AUTH. */
#include "sim/proto/smtp_client.h"

bool smtp_client_heard_greeting(struct smtp_client *s, struct session_event *ev_r)
{
    if (!smtp_client_is_yes(s)) {
        return smtp_client_fail(s, C_QUIT, ev_r);
    }
    smtp_client_enter(s, C_EHLO);
    return false;
}

bool smtp_client_say_line(struct session_io io, slice verb, slice argument)
{
    outq_static(io.out, verb);
    outq_text(io.out, argument);
    outq_static(io.out, SLICE("\r\n"));
    return true;
}

bool smtp_client_say_ehlo(struct smtp_client *s, struct session_io io, size_t full)
{
    (void)full;
    return smtp_client_say_line(io, SLICE("EHLO "), s->config->host);
}

bool smtp_client_say_helo(struct smtp_client *s, struct session_io io, size_t full)
{
    (void)full;
    return smtp_client_say_line(io, SLICE("HELO "), s->config->host);
}

void smtp_client_be_ready(struct smtp_client *s)
{
    sasl_client_free(&s->sasl);
    s->due_ready = true;
    smtp_client_enter(s, C_READY);
}

/* What the server offers is known, under TLS or without for good. */
static void go_on(struct smtp_client *s)
{
    bool wanted = s->config->user.len > 0 && (smtp_client_extensions(s) & SMTP_AUTH);
    if (!wanted || !smtp_client_begin_auth(s)) {
        smtp_client_be_ready(s);
    }
}

static bool wants_tls(const struct smtp_client *s)
{
    return s->config->tls != TLS_POLICY_NONE && !s->secured;
}

static bool must_have_tls(const struct smtp_client *s)
{
    return s->config->tls == TLS_POLICY_REQUIRED && !s->secured;
}

/* Temporary, as the name of the server may be right and its administrator asleep (RFC 8461 5). */
static bool fail_in_the_clear(struct smtp_client *s, struct session_event *ev_r)
{
    smtp_client_say_to_host(s, 454,
                            SLICE("4.7.4 TLS is required, and the server does not offer it"));
    return smtp_client_fail(s, C_QUIT, ev_r);
}

bool smtp_client_heard_ehlo(struct smtp_client *s, struct session_event *ev_r)
{
    if (s->reply.code >= 500) { /* RFC 5321 3.2: an old server */
        if (must_have_tls(s)) {
            return fail_in_the_clear(s, ev_r);
        }
        smtp_client_enter(s, C_HELO);
        return false;
    }
    if (!smtp_client_is_yes(s)) {
        return smtp_client_fail(s, C_QUIT, ev_r);
    }
    slice lines = s->reply.text;
    (void)slice_cut(&lines, '\n');
    while (lines.len > 0) {
        smtp_ext_heard(slice_cut(&lines, '\n'), &s->offer);
    }
    if (wants_tls(s) && (s->offer.extensions & SMTP_STARTTLS)) {
        smtp_client_enter(s, C_STARTTLS);
        return false;
    }
    if (must_have_tls(s)) {
        return fail_in_the_clear(s, ev_r);
    }
    go_on(s);
    return false;
}

/* ---- STARTTLS, RFC 3207 ---- */

bool smtp_client_say_starttls(struct smtp_client *s, struct session_io io, size_t full)
{
    (void)s;
    (void)full;
    outq_static(io.out, SLICE("STARTTLS\r\n"));
    return true;
}

bool smtp_client_heard_starttls(struct smtp_client *s, struct session_event *ev_r)
{
    if (smtp_client_is_yes(s)) {
        s->due_upgrade = true;
        smtp_client_enter(s, C_TLS);
        return false;
    }
    if (must_have_tls(s) || !smtp_client_is_no(s)) {
        return smtp_client_fail(s, C_QUIT, ev_r);
    }
    go_on(s);
    return false;
}

/* Up: what was heard before is forgotten and asked anew (4.2).  Failed: what follows on the wire
 * is nobody's language. */
void smtp_client_told_of_tls(struct smtp_client *s, const struct session_order *o)
{
    if (s->state != C_TLS) { /* it was given up */
        return;
    }
    if (o->kind == ORDER_TLS_UP) {
        s->secured = true;
        s->offer = (struct smtp_offer){ 0 };
        smtp_client_enter(s, C_EHLO);
        return;
    }
    const struct session_tls *tls = o->detail;
    s->due_failed = true;
    smtp_hear_keep(&s->hearing, SLICE("4.7.5 "), tls->problem);
    s->reply = (struct smtp_reply){ .code = 454,
                                    .text = buf_slice(&s->hearing.text),
                                    .after = smtp_client_answers(s) };
}

/* HELO: yes, or it is over. */
bool smtp_client_heard_last_hurdle(struct smtp_client *s, struct session_event *ev_r)
{
    if (!smtp_client_is_yes(s)) {
        return smtp_client_fail(s, C_QUIT, ev_r);
    }
    smtp_client_be_ready(s);
    return false;
}
