/* imap_cmd_auth.c - LOGIN, and AUTHENTICATE around the mechanisms of SASL (RFC 9051 6.2.2, 6.2.3;
 * RFC 4959).
 * Never knows whether a password is right: the host does, or tells it to the mechanism.  The
 * session has its struct sasl_server only as long as AUTHENTICATE runs. */
#include "sim/proto/imap_server.h"

#include "sim/proto/sasl.h"

bool imap_too_open(struct imap_server *s)
{
    bool refused = (s->config->tls_required || s->config->auth_needs_tls) && !s->secured;
    if (refused) {
        (void)imap_refuse(s, SLICE("PRIVACYREQUIRED"), SLICE("TLS is required: STARTTLS first"));
    }
    return refused;
}

static enum imap_result login(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    (void)io;
    struct imap_login *who = arena_alloc(&s->arena, sizeof *who);
    if (!lex_sp(l) || !lex_astring(l, &who->user) || !lex_sp(l) ||
        !lex_astring(l, &who->password) || !lex_end(l)) {
        return IMAP_BAD;
    }
    if (imap_too_open(s)) {
        return IMAP_NO;
    }
    who->mechanism = sasl_name(SASL_LOGIN);
    imap_server_ask(s, IMAP_EV_LOGIN, who);
    return IMAP_WAIT;
}

static enum imap_result login_answered(struct imap_server *s, struct session_io io,
                                       struct session_answer a)
{
    (void)io;
    if (a.code != 0 || !a.grant) {
        s->wrong = (uint8_t)(s->wrong + 1);
        return imap_refuse(s, SLICE("AUTHENTICATIONFAILED"),
                           a.text.len > 0 ? arena_copy(&s->arena, a.text)
                                          : SLICE("Wrong user name or password"));
    }
    s->account = a.grant;
    imap_server_enter(s, IMAP_AUTH);
    struct outq words;
    struct buf flat;
    struct chunk c;
    outq_init(&words);
    buf_init(&flat);
    outq_textz(&words, "CAPABILITY ");
    imap_capabilities(s, &words);
    while (outq_take(&words, SIZE_MAX, &c)) {
        buf_add(&flat, c.bytes);
        blob_unref(&c.owner);
    }
    s->code = arena_copy(&s->arena, buf_slice(&flat));
    s->words = SLICE("Logged in");
    buf_deinit(&flat);
    outq_deinit(&words);
    return IMAP_OK;
}

/* ---- AUTHENTICATE ---- */

struct authenticate {
    enum sasl_mechanism mechanism;
    bool secret; /* that was asked for, not yet whether he may come in */
};

static enum imap_result unreadable(struct imap_server *s, slice words)
{
    sasl_server_free(&s->sasl);
    s->words = words;
    return IMAP_BAD;
}

/* He has said all.  A proof that was wrong is told as well, so that a host can record whose it
 * was. */
static enum imap_result ask(struct imap_server *s, enum sasl_step step)
{
    const struct authenticate *at = s->work;
    const struct sasl_server *sasl = s->sasl;
    struct imap_login *who = arena_alloc(&s->arena, sizeof *who);
    bool himself = sasl_is_himself(sasl->authzid, sasl->authcid);
    *who = (struct imap_login){ .user = arena_copy(&s->arena, sasl->authcid),
                                .password = arena_copy(&s->arena, sasl->password),
                                .mechanism = sasl_name(at->mechanism),
                                .proved = step == SASL_PROVED,
                                .refused = step == SASL_WRONG };
    sasl_server_free(&s->sasl);
    if (!himself && step != SASL_WRONG) {
        return imap_refuse(s, SLICE("AUTHORIZATIONFAILED"), SLICE("You may only be yourself"));
    }
    imap_server_ask(s, IMAP_EV_LOGIN, who);
    return IMAP_WAIT;
}

static enum imap_result go_on(struct imap_server *s, struct outq *out, enum sasl_step step)
{
    struct authenticate *at = s->work;
    at->secret = step == SASL_SECRET;
    switch (step) {
    case SASL_CHALLENGE:
        sasl_server_say(s->sasl, SLICE("+ "), out);
        s->in.raw_lines = true;
        return IMAP_WAIT;
    case SASL_SECRET:
        imap_server_ask(s, IMAP_EV_SECRET, NULL);
        s->events[s->event_count - 1].text = s->sasl->authcid;
        return IMAP_WAIT;
    case SASL_PASSWORD:
    case SASL_PROVED:
    case SASL_WRONG:
        return ask(s, step);
    case SASL_UNREADABLE:
        break;
    }
    return unreadable(s, SLICE("That is no response of this mechanism"));
}

static enum imap_result authenticate(struct imap_server *s, struct session_io io,
                                     struct imap_lex *l)
{
    slice name;
    if (!lex_sp(l) || !lex_atom(l, &name)) {
        return IMAP_BAD;
    }
    enum sasl_mechanism mechanism = sasl_by_name(name);
    if (!(sasl_or_plain(s->config->mechanisms) & mechanism)) {
        return imap_refuse(s, (slice){ 0 }, SLICE("This mechanism is not offered"));
    }
    if (!(imap_mechanisms(s) & mechanism) && imap_too_open(s)) {
        return IMAP_NO;
    }
    bool initial = !lex_end(l);
    if (initial &&
        (!imap_offers(s, IMAP_SASL_IR) || !lex_sp(l) || !sasl_takes_initial(mechanism))) {
        return IMAP_BAD;
    }
    struct authenticate *at = arena_alloc(&s->arena, sizeof *at);
    at->mechanism = mechanism;
    s->work = at;
    s->tag = arena_copy(&s->arena, s->tag);
    s->sasl = sasl_server_new(mechanism, s->config->host);
    return go_on(s, io.out,
                 initial ? sasl_server_step(s->sasl, l->rest, true) : sasl_server_begin(s->sasl));
}

static enum imap_result authenticate_line(struct imap_server *s, struct session_io io, slice line)
{
    s->in.raw_lines = false;
    if (!line.ptr || slice_eq(line, SLICE("*"))) {
        return unreadable(s, line.ptr ? SLICE("Cancelled") : SLICE("Response too long"));
    }
    return go_on(s, io.out, sasl_server_step(s->sasl, line, false));
}

static enum imap_result authenticate_answered(struct imap_server *s, struct session_io io,
                                              struct session_answer a)
{
    const struct authenticate *at = s->work;
    if (at->secret) {
        return go_on(s, io.out, sasl_server_secret(s->sasl, a.grant, a.code == 0));
    }
    return login_answered(s, io, a);
}

static const struct imap_command commands[] = {
    { .name = SLICE_INIT("LOGIN"),
      .legal = IMAP_NOT_AUTH,
      .flags = IMAP_CMD_SECRET,
      .begin = login,
      .answered = login_answered },
    { .name = SLICE_INIT("AUTHENTICATE"),
      .legal = IMAP_NOT_AUTH,
      .begin = authenticate,
      .line = authenticate_line,
      .answered = authenticate_answered },
};
const struct imap_family imap_family_auth = { commands, COUNT(commands) };
