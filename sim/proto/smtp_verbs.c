/* smtp_verbs.c - the commands a server knows: RFC 5321 4.1 and 4.1.4 as a table, and what is
 * particular to each.  Never reads input: a command comes as one line.
 * Not done: the obsolete verbs of appendix F answer 502. */
#include "sim/proto/smtp_server.h"

#include "sim/mail/mime.h"
#include "sim/proto/smtp_ext.h"

/* ---- HELO, EHLO ---- */

/* Domain or address literal, RFC 5321 4.1.1.1; HELO too, as half of the world says one there.  An
 * underscore is in no domain, and in the names that many people give to their computers. */
static bool is_host(slice name)
{
    char plain[ADDRESS_DOMAIN_MAX];
    if (name.len > sizeof plain || address_literal_valid(name)) {
        return name.len <= sizeof plain;
    }
    for (size_t i = 0; i < name.len; i++) {
        plain[i] = (char)(name.ptr[i] == '_' ? 'x' : name.ptr[i]);
    }
    return domain_valid((slice){ plain, name.len });
}

static enum smtp_outcome hello(struct smtp_server *s, struct session_io io, slice name, bool ehlo,
                               struct session_event *ev_r)
{
    uint32_t offers = ehlo ? smtp_server_offers(s, io) : 0;
    if (name.len == 0) {
        return SMTP_REFUSE("501 who are you? HELO name");
    }
    if (!is_host(name)) {
        return SMTP_REFUSE("501 that is no name of a host");
    }
    s->ehlo = ehlo;
    s->offered = (uint16_t)offers;
    ev_r->text = name;
    ev_r->number = ehlo;
    outq_static(io.out, offers ? SLICE("250-") : SLICE("250 "));
    outq_text(io.out, s->config->host);
    outq_static(io.out, SLICE("\r\n"));
    if (offers) {
        smtp_ext_offer(s->config, offers, smtp_server_mechanisms(s, io), io.out);
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
        return SMTP_REFUSE("530 5.7.0 authentication required"); /* RFC 4954 6 */
    }
    if (!take_word(&argument, SLICE("FROM:"))) {
        return SMTP_REFUSE("501 5.5.4 MAIL FROM:<address>, please");
    }
    if (!address_path(&argument, true, false, &mail.from)) {
        return SMTP_REFUSE("501 5.1.7 that is no sender address");
    }
    switch (smtp_ext_params(argument, smtp_server_on(s), &mail)) {
    case PARAMS_UNKNOWN:
        return SMTP_REFUSE("555 5.5.4 unknown parameter of MAIL");
    case PARAMS_BAD:
        return SMTP_REFUSE("501 5.5.4 bad parameter of MAIL");
    case PARAMS_OK:
        break;
    }
    if (!address_is_ascii(mail.from.whole) && !mail.utf8) {
        return smtp_server_on(s) & SMTP_SMTPUTF8
                   ? SMTP_REFUSE("553 5.6.7 that address needs SMTPUTF8") /* RFC 6531 3.5 */
                   : SMTP_REFUSE("501 5.1.7 that is no sender address");
    }
    if (s->config->size_max > 0 && mail.size > s->config->size_max) {
        return SMTP_REFUSE("552 5.3.4 too big for this server"); /* RFC 1870 6.1 */
    }
    s->utf8 = mail.utf8;
    s->detail.mail = mail;
    ev_r->text = mail.from.whole;
    ev_r->number = mail.size;
    ev_r->detail = &s->detail.mail;
    return OUTCOME_ASK;
}

static enum smtp_outcome run_rcpt(struct smtp_server *s, struct session_io io, slice argument,
                                  struct session_event *ev_r)
{
    struct smtp_rcpt rcpt = { 0 };
    uint32_t on = smtp_server_on(s) & ~(s->utf8 ? 0u : (uint32_t)SMTP_SMTPUTF8);
    if (!take_word(&argument, SLICE("TO:"))) {
        return SMTP_REFUSE("501 5.5.4 RCPT TO:<address>, please");
    }
    if (!address_path(&argument, false, true, &rcpt.to)) {
        return SMTP_REFUSE("501 5.1.3 that is no recipient address");
    }
    if (!address_is_ascii(rcpt.to.whole) && !s->utf8) {
        return smtp_server_on(s) & SMTP_SMTPUTF8
                   ? SMTP_REFUSE("553 5.6.7 that address needs SMTPUTF8 behind MAIL")
                   : SMTP_REFUSE("501 5.1.3 that is no recipient address");
    }
    if (argument.len > 0 && argument.ptr[0] != ' ') {
        return SMTP_REFUSE("501 5.1.3 that is no recipient address");
    }
    switch (smtp_ext_rcpt_params(argument, on, &rcpt)) {
    case PARAMS_UNKNOWN:
        return SMTP_REFUSE("555 5.5.4 unknown parameter of RCPT");
    case PARAMS_BAD:
        return SMTP_REFUSE("501 5.5.4 bad parameter of RCPT");
    case PARAMS_OK:
        break;
    }
    if (s->rcpt_count >= SMTP_RCPT_MAX) {
        return SMTP_REFUSE("452 4.5.3 too many recipients"); /* 4.5.3.1.10 */
    }
    s->detail.rcpt = rcpt;
    ev_r->text = rcpt.to.whole;
    ev_r->detail = &s->detail.rcpt;
    return OUTCOME_ASK;
}

/* ---- STARTTLS, RFC 3207 ---- */

/* A server that does not know it, or has done it, does not offer it. */
static enum smtp_outcome run_starttls(struct smtp_server *s, struct session_io io, slice argument,
                                      struct session_event *ev_r)
{
    if (!(s->config->extensions & SMTP_STARTTLS)) {
        return SMTP_REFUSE("502 5.5.1 STARTTLS is not offered");
    }
    if (io.tls || !s->ehlo) {
        return io.tls ? SMTP_REFUSE("503 5.5.1 TLS is up already")
                      : SMTP_REFUSE("503 5.5.1 EHLO first");
    }
    if (argument.len > 0) {
        return SMTP_REFUSE("501 5.5.4 STARTTLS takes no parameter");
    }
    return s->config->tls_fails ? SMTP_REFUSE("454 4.7.0 TLS not available at the moment")
                                : OUTCOME_UPGRADE;
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

/* VRFY and EXPN may have it too: the client can read a reply in UTF-8 (RFC 6531 3.7.4.2). */
static bool take_smtputf8(const struct smtp_server *s, slice *argument)
{
    static const slice word = SLICE_INIT("SMTPUTF8");
    slice end = slice_from(*argument, argument->len < word.len ? 0 : argument->len - word.len);
    bool alone = argument->len > word.len && argument->ptr[argument->len - word.len - 1] == ' ';
    if (!(smtp_server_on(s) & SMTP_SMTPUTF8) || !alone || !slice_eq_nocase(end, word)) {
        return false;
    }
    *argument = slice_trim(slice_sub(*argument, 0, argument->len - word.len));
    return true;
}

static enum smtp_outcome run_verify(struct smtp_server *s, struct session_io io, slice argument,
                                    struct session_event *ev_r)
{
    bool utf8 = take_smtputf8(s, &argument);
    if (argument.len == 0) {
        return SMTP_REFUSE("501 5.5.4 whom?");
    }
    if (!address_is_ascii(argument) && !utf8) {
        return SMTP_REFUSE("553 5.6.7 that name needs SMTPUTF8");
    }
    if (!mime_is_utf8(argument)) {
        return SMTP_REFUSE("501 5.1.3 that is no name");
    }
    s->reads_utf8 = utf8;
    ev_r->text = argument;
    ev_r->number = utf8;
    return OUTCOME_ASK;
}

static enum smtp_outcome run_not_here(struct smtp_server *s, struct session_io io, slice argument,
                                      struct session_event *ev_r)
{
    (void)argument;
    return SMTP_REFUSE("502 5.5.1 not done here");
}

/* clang-format off */
#define LINE(text) SLICE_INIT(text "\r\n")
const struct smtp_verb smtp_verb_message = {
    .name = SLICE_INIT("."), .legal = S_DATA, .then = S_READY, .event = SMTP_EV_MESSAGE,
    .yes = LINE("250 2.0.0 accepted"),
};
const struct smtp_verb smtp_verb_auth = {
    .name = SLICE_INIT("AUTH"), .legal = S_READY, .then = S_READY, .event = SMTP_EV_AUTH,
    .needs = SMTP_AUTH, .wrong = LINE("503 5.5.1 not inside a transaction"),
    .yes = LINE("235 2.7.0 authenticated"), .run = smtp_run_auth,
    .help = SLICE_INIT("AUTH mechanism [response]\nsays who you are (RFC 4954)"),
};
const struct smtp_verb smtp_verb_secret = {
    .name = SLICE_INIT("AUTH"), .legal = S_AUTH, .event = SMTP_EV_SECRET,
    .yes = LINE("334 "),
};
const struct smtp_verb smtp_verb_connect = {
    .name = SLICE_INIT(""), .legal = S_KNOCK, .then = S_NEW, .event = SMTP_EV_CONNECT,
    .yes = LINE("220 "),
};

/* RFC 5321 4.1.4: the order of commands.  A verb outside "legal" gets 503; "then" only on a 2xx or
 * 3xx reply.  In S_NEW a verb that is not legal is told to say HELO first. */
static const struct smtp_verb verbs[] = {
    { .name = SLICE_INIT("MAIL"), .legal = S_READY, .then = S_MAIL, .event = SMTP_EV_MAIL,
      .wrong = LINE("503 5.5.1 one transaction at a time"),
      .yes = LINE("250 2.1.0 sender ok"), .run = run_mail,
      .help = SLICE_INIT("MAIL FROM:<address> [parameters]\nbegins a letter; <> is nobody, for "
                         "reports\nparameters are those of the extensions that EHLO offers") },
    { .name = SLICE_INIT("RCPT"), .legal = S_MAIL | S_RCPT, .then = S_RCPT, .event = SMTP_EV_RCPT,
      .wrong = LINE("503 5.5.1 MAIL first"),
      .yes = LINE("250 2.1.5 recipient ok"), .run = run_rcpt,
      .help = SLICE_INIT("RCPT TO:<address> [parameters]\none recipient, once for each") },
    { .name = SLICE_INIT("DATA"), .legal = S_MAIL | S_RCPT, .then = S_DATA, .no_argument = true,
      .wrong = LINE("503 5.5.1 MAIL and RCPT first"),
      .yes = LINE("354 go ahead, end with a dot"), .run = smtp_run_data,
      .help = SLICE_INIT("DATA\nthe letter follows, up to a line that is a single dot\na dot "
                         "that begins a line is doubled") },
    { .name = SLICE_INIT("BDAT"), .legal = S_CALM, .in_clear = true, .needs = SMTP_CHUNKING,
      .run = smtp_run_bdat, /* which refuses by itself, behind the octets */
      .help = SLICE_INIT("BDAT octets [LAST]\nso many octets of the letter follow (RFC 3030)") },
    { .name = SLICE_INIT("EHLO"), .legal = S_CALM, .then = S_READY, .event = SMTP_EV_HELLO,
      .in_clear = true, .run = run_ehlo,
      .help = SLICE_INIT("EHLO your.host.name\nwho you are; the reply lists the extensions") },
    { .name = SLICE_INIT("HELO"), .legal = S_CALM, .then = S_READY, .event = SMTP_EV_HELLO,
      .run = run_helo,
      .help = SLICE_INIT("HELO your.host.name\nwho you are, without extensions") },
    { .name = SLICE_INIT("RSET"), .legal = S_CALM, .then = S_READY, .event = SMTP_EV_RESET,
      .no_argument = true, .yes = LINE("250 2.0.0 forgotten"), .run = run_plain,
      .help = SLICE_INIT("RSET\nforgets the letter that was begun") },
    { .name = SLICE_INIT("NOOP"), .legal = S_CALM, .in_clear = true,
      .yes = LINE("250 2.0.0 ok"), .run = run_plain,
      .help = SLICE_INIT("NOOP [anything]\ndoes nothing") },
    { .name = SLICE_INIT("STARTTLS"), .legal = S_CALM, .in_clear = true, .needs = SMTP_STARTTLS,
      .yes = LINE("220 2.0.0 Ready to start TLS"), .run = run_starttls,
      .help = SLICE_INIT("STARTTLS\nencrypts all that follows (RFC 3207)") },
    { .name = SLICE_INIT("QUIT"), .legal = S_CALM | S_SHUT, .then = S_GONE,
      .event = SMTP_EV_QUIT, .no_argument = true, .in_clear = true,
      .yes = LINE("221 2.0.0 goodbye"), .run = run_plain,
      .help = SLICE_INIT("QUIT\nends the connection") },
    { .name = SLICE_INIT("VRFY"), .legal = S_CALM, .run = run_verify, .event = SMTP_EV_VRFY,
      .yes = LINE("252 2.0.0 send a letter and see"),
      .help = SLICE_INIT("VRFY name\nis there such a mailbox?") },
    { .name = SLICE_INIT("HELP"), .legal = S_CALM, .run = smtp_run_help,
      .help = SLICE_INIT("HELP [command]\nthis") },
    { .name = SLICE_INIT("EXPN"), .legal = S_CALM, .run = run_verify, .event = SMTP_EV_EXPN,
      .yes = LINE("252 2.0.0 send a letter and see"),
      .help = SLICE_INIT("EXPN list\nwho is on this mailing list?") },
    { .name = SLICE_INIT("TURN"), .legal = S_CALM, .run = run_not_here },
    { .name = SLICE_INIT("SEND"), .legal = S_CALM, .run = run_not_here },
    { .name = SLICE_INIT("SOML"), .legal = S_CALM, .run = run_not_here },
    { .name = SLICE_INIT("SAML"), .legal = S_CALM, .run = run_not_here },
};
/* clang-format on */

const struct smtp_verb *smtp_verb_each(size_t *at)
{
    size_t i = (*at)++;
    return i < COUNT(verbs) ? &verbs[i] : i == COUNT(verbs) ? &smtp_verb_auth : NULL;
}

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
    if (!verb) {
        return SMTP_LINE_MAX;
    }
    return verb == &smtp_verb_auth
               ? SMTP_AUTH_LINE_MAX
               : SMTP_LINE_MAX + smtp_ext_growth(smtp_server_on(s), verb->event);
}
