/* smtp_verbs.c - the commands a server knows: RFC 5321 4.1 and 4.1.4 as a table, and what is
 * particular to each.  Never reads input: a command comes as one line.
 * Not done: BDAT; EXPN and the obsolete verbs of appendix F answer 502. */
#include "sim/proto/smtp_server.h"

#include "sim/proto/sasl.h"
#include "sim/proto/smtp_ext.h"
#include "sim/proto/smtp_reply.h"

#define REFUSE(reply) smtp_refuse(s, io, SLICE(reply "\r\n"), ev_r)

/* ---- HELO, EHLO ---- */

static enum smtp_outcome hello(struct smtp_server *s, struct session_io io, slice name, bool ehlo,
                               struct session_event *ev_r)
{
    uint32_t offers = ehlo ? smtp_server_offers(s, io) : 0;
    name = slice_word(&name);
    if (name.len == 0) {
        return REFUSE("501 5.5.4 who are you? HELO name");
    }
    s->ehlo = ehlo;
    s->offered = (uint8_t)offers;
    ev_r->text = name;
    ev_r->number = ehlo;
    outq_static(io.out, offers ? SLICE("250-") : SLICE("250 "));
    outq_text(io.out, s->config->host);
    outq_static(io.out, SLICE("\r\n"));
    if (offers) {
        smtp_ext_offer(s->config, offers, io.out);
    }
    return OUTCOME_YES;
}

static enum smtp_outcome run_helo(struct smtp_server *s, struct session_io io, slice argument,
                                  struct session_event *ev_r)
{
    return hello(s, io, argument, false, ev_r);
}

static enum smtp_outcome run_ehlo(struct smtp_server *s, struct session_io io, slice argument,
                                  struct session_event *ev_r)
{
    return hello(s, io, argument, true, ev_r);
}

/* ---- MAIL, RCPT, DATA ---- */

/* Takes "FROM:" off; blanks behind the colon are against 4.1.1.2 and common. */
static bool take_word(slice *argument, slice word)
{
    if (!slice_starts_nocase(*argument, word)) {
        return false;
    }
    *argument = slice_trim(slice_from(*argument, word.len));
    return true;
}

static enum smtp_outcome run_mail(struct smtp_server *s, struct session_io io, slice argument,
                                  struct session_event *ev_r)
{
    struct smtp_mail mail = { 0 };
    if (s->config->auth_required && !s->authenticated) {
        return REFUSE("530 5.7.0 authentication required"); /* RFC 4954 6 */
    }
    if (!take_word(&argument, SLICE("FROM:"))) {
        return REFUSE("501 5.5.4 MAIL FROM:<address>, please");
    }
    if (!address_path(&argument, true, false, &mail.from)) {
        return REFUSE("501 5.1.7 that is no sender address");
    }
    switch (smtp_ext_params(argument, smtp_server_on(s), &mail)) {
    case PARAMS_UNKNOWN:
        return REFUSE("555 5.5.4 unknown parameter of MAIL");
    case PARAMS_BAD:
        return REFUSE("501 5.5.4 bad parameter of MAIL");
    case PARAMS_OK:
        break;
    }
    if (s->config->size_max > 0 && mail.size > s->config->size_max) {
        return REFUSE("552 5.3.4 too big for this server"); /* RFC 1870 6.1 */
    }
    s->detail.mail = mail;
    ev_r->text = mail.from.whole;
    ev_r->number = mail.size;
    ev_r->detail = &s->detail.mail;
    return OUTCOME_ASK;
}

static enum smtp_outcome run_rcpt(struct smtp_server *s, struct session_io io, slice argument,
                                  struct session_event *ev_r)
{
    struct address to;
    if (!take_word(&argument, SLICE("TO:"))) {
        return REFUSE("501 5.5.4 RCPT TO:<address>, please");
    }
    if (!address_path(&argument, false, true, &to)) {
        return REFUSE("501 5.1.3 that is no recipient address");
    }
    if (argument.len > 0) {
        return argument.ptr[0] == ' ' ? REFUSE("555 5.5.4 unknown parameter of RCPT")
                                      : REFUSE("501 5.1.3 that is no recipient address");
    }
    if (s->rcpt_count >= SMTP_RCPT_MAX) {
        return REFUSE("452 4.5.3 too many recipients"); /* 4.5.3.1.10 */
    }
    s->detail.rcpt = (struct smtp_rcpt){ .to = to };
    ev_r->text = to.whole;
    ev_r->detail = &s->detail.rcpt;
    return OUTCOME_ASK;
}

static enum smtp_outcome run_data(struct smtp_server *s, struct session_io io, slice argument,
                                  struct session_event *ev_r)
{
    (void)argument;
    if (s->rcpt_count == 0) {
        return REFUSE("554 5.5.1 no valid recipients"); /* 3.3 */
    }
    s->message = message_new();
    s->dots = (struct dot_reader){ 0 };
    return OUTCOME_YES;
}

/* ---- AUTH PLAIN, RFC 4954 and RFC 4616 ---- */

enum smtp_outcome smtp_auth_response(struct smtp_server *s, struct session_io io, slice response,
                                     struct session_event *ev_r)
{
    if (slice_eq(response, SLICE("*"))) {
        return REFUSE("501 5.7.0 authentication cancelled");
    }
    struct sasl_plain plain;
    enum sasl_result result = sasl_plain_read(response, &s->secret, &plain);
    if (result != SASL_OK) {
        buf_deinit(&s->secret);
        return result == SASL_NOT_BASE64 ? REFUSE("501 5.5.2 that is no base64")
                                         : REFUSE("535 5.7.8 that is no PLAIN response");
    }
    s->detail.auth =
        (struct smtp_auth){ SLICE("PLAIN"), plain.authzid, plain.authcid, plain.password, false };
    ev_r->text = s->detail.auth.authcid;
    ev_r->detail = &s->detail.auth;
    return OUTCOME_ASK;
}

static enum smtp_outcome run_auth(struct smtp_server *s, struct session_io io, slice argument,
                                  struct session_event *ev_r)
{
    if (!(s->config->extensions & SMTP_AUTH)) {
        return REFUSE("502 5.5.1 AUTH is not offered");
    }
    if (!s->ehlo || s->authenticated) {
        return REFUSE("503 5.5.1 AUTH once, after EHLO");
    }
    if (!io.tls && s->config->auth_needs_tls) { /* PLAIN is all there is (RFC 5248 2.4) */
        return REFUSE("523 5.7.10 encryption is needed to authenticate here");
    }
    slice mechanism = slice_word(&argument);
    if (mechanism.len == 0) {
        return REFUSE("501 5.5.4 AUTH how?");
    }
    if (!slice_eq_nocase(mechanism, SLICE("PLAIN"))) {
        return REFUSE("504 5.5.4 only AUTH PLAIN is known");
    }
    argument = slice_trim(argument);
    if (argument.len == 0) {
        outq_static(io.out, SLICE("334 \r\n")); /* the empty challenge, with its blank */
        return OUTCOME_CHALLENGE;
    }
    return smtp_auth_response(s, io, argument, ev_r);
}

/* ---- STARTTLS, RFC 3207 ---- */

/* A server that does not know it, or has done it, does not offer it. */
static enum smtp_outcome run_starttls(struct smtp_server *s, struct session_io io, slice argument,
                                      struct session_event *ev_r)
{
    if (!(s->config->extensions & SMTP_STARTTLS)) {
        return REFUSE("502 5.5.1 STARTTLS is not offered");
    }
    if (io.tls || !s->ehlo) {
        return io.tls ? REFUSE("503 5.5.1 TLS is up already") : REFUSE("503 5.5.1 EHLO first");
    }
    if (argument.len > 0) {
        return REFUSE("501 5.5.4 STARTTLS takes no parameter");
    }
    return OUTCOME_UPGRADE;
}

/* ---- the rest ---- */

static enum smtp_outcome run_plain(struct smtp_server *s, struct session_io io, slice argument,
                                   struct session_event *ev_r)
{
    (void)s;
    (void)io;
    (void)argument;
    (void)ev_r;
    return OUTCOME_YES;
}

/* Neither yes nor no: RFC 5321 3.5.3 and 7.3. */
static enum smtp_outcome run_vrfy(struct smtp_server *s, struct session_io io, slice argument,
                                  struct session_event *ev_r)
{
    return argument.len > 0 ? OUTCOME_YES : REFUSE("501 5.5.4 VRFY whom?");
}

static enum smtp_outcome run_not_here(struct smtp_server *s, struct session_io io, slice argument,
                                      struct session_event *ev_r)
{
    (void)argument;
    return REFUSE("502 5.5.1 not done here");
}

/* clang-format off */
#define LINE(text) SLICE_INIT(text "\r\n")
const struct smtp_verb smtp_verb_message = {
    .name = SLICE_INIT("."), .legal = S_DATA, .then = S_READY, .event = SMTP_EV_MESSAGE,
    .yes = LINE("250 2.0.0 accepted"),
};
const struct smtp_verb smtp_verb_auth = {
    .name = SLICE_INIT("AUTH"), .legal = S_READY, .then = S_READY, .event = SMTP_EV_AUTH,
    .wrong = LINE("503 5.5.1 not inside a transaction"),
    .yes = LINE("235 2.7.0 authenticated"), .run = run_auth,
};

/* RFC 5321 4.1.4: the order of commands.  A verb outside "legal" gets 503; "then" only on a 2xx or
 * 3xx reply.  In S_NEW a verb that is not legal is told to say HELO first. */
static const struct smtp_verb verbs[] = {
    { .name = SLICE_INIT("MAIL"), .legal = S_READY, .then = S_MAIL, .event = SMTP_EV_MAIL,
      .wrong = LINE("503 5.5.1 one transaction at a time"),
      .yes = LINE("250 2.1.0 sender ok"), .run = run_mail },
    { .name = SLICE_INIT("RCPT"), .legal = S_MAIL | S_RCPT, .then = S_RCPT, .event = SMTP_EV_RCPT,
      .wrong = LINE("503 5.5.1 MAIL first"),
      .yes = LINE("250 2.1.5 recipient ok"), .run = run_rcpt },
    { .name = SLICE_INIT("DATA"), .legal = S_MAIL | S_RCPT, .then = S_DATA, .no_argument = true,
      .wrong = LINE("503 5.5.1 MAIL and RCPT first"),
      .yes = LINE("354 go ahead, end with a dot"), .run = run_data },
    { .name = SLICE_INIT("EHLO"), .legal = S_CALM, .then = S_READY, .event = SMTP_EV_HELLO,
      .in_clear = true, .run = run_ehlo },
    { .name = SLICE_INIT("HELO"), .legal = S_CALM, .then = S_READY, .event = SMTP_EV_HELLO,
      .run = run_helo },
    { .name = SLICE_INIT("RSET"), .legal = S_CALM, .then = S_READY, .event = SMTP_EV_RESET,
      .no_argument = true, .yes = LINE("250 2.0.0 forgotten"), .run = run_plain },
    { .name = SLICE_INIT("NOOP"), .legal = S_CALM, .in_clear = true,
      .yes = LINE("250 2.0.0 ok"), .run = run_plain },
    { .name = SLICE_INIT("STARTTLS"), .legal = S_CALM, .in_clear = true,
      .yes = LINE("220 2.0.0 Ready to start TLS"), .run = run_starttls },
    { .name = SLICE_INIT("QUIT"), .legal = S_CALM, .then = S_GONE, .event = SMTP_EV_QUIT,
      .no_argument = true, .in_clear = true,
      .yes = LINE("221 2.0.0 goodbye"), .run = run_plain },
    { .name = SLICE_INIT("VRFY"), .legal = S_CALM, .run = run_vrfy,
      .yes = LINE("252 2.0.0 send a letter and see") },
    { .name = SLICE_INIT("HELP"), .legal = S_CALM, .run = run_plain,
      .yes = LINE("214 2.0.0 HELO EHLO MAIL RCPT DATA RSET NOOP QUIT VRFY HELP, RFC 5321") },
    { .name = SLICE_INIT("EXPN"), .legal = S_CALM, .run = run_not_here },
    { .name = SLICE_INIT("TURN"), .legal = S_CALM, .run = run_not_here },
    { .name = SLICE_INIT("SEND"), .legal = S_CALM, .run = run_not_here },
    { .name = SLICE_INIT("SOML"), .legal = S_CALM, .run = run_not_here },
    { .name = SLICE_INIT("SAML"), .legal = S_CALM, .run = run_not_here },
};
/* clang-format on */

const struct smtp_verb *smtp_verb_find(slice name)
{
    for (size_t i = 0; i < COUNT(verbs); i++) {
        if (slice_eq_nocase(verbs[i].name, name)) {
            return &verbs[i];
        }
    }
    return slice_eq_nocase(smtp_verb_auth.name, name) ? &smtp_verb_auth : NULL;
}

size_t smtp_verb_line_max(const struct smtp_server *s, const struct smtp_verb *verb)
{
    if (verb == &smtp_verb_auth) {
        return SMTP_AUTH_LINE_MAX;
    }
    return verb && verb->run == run_mail ? smtp_ext_mail_max(smtp_server_on(s)) : SMTP_LINE_MAX;
}
