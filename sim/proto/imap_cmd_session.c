/* imap_cmd_session.c - CAPABILITY NOOP LOGOUT STARTTLS LOGIN AUTHENTICATE IDLE NAMESPACE.
 * Never checks a password: the host does, when it is asked. */
#include "sim/proto/imap_resync.h"
#include "sim/proto/sasl.h"

static enum imap_result capability(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    if (!lex_end(l)) {
        return IMAP_BAD;
    }
    outq_textz(io.out, "* CAPABILITY ");
    imap_capabilities(s, io.out);
    outq_textz(io.out, "\r\n");
    return IMAP_OK;
}

/* What others did is reported by the core, at the end of this as of most commands. */
static enum imap_result noop(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    (void)s;
    (void)io;
    return lex_end(l) ? IMAP_OK : IMAP_BAD;
}

static enum imap_result logout(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    if (!lex_end(l)) {
        return IMAP_BAD;
    }
    outq_textz(io.out, "* BYE Goodbye\r\n");
    imap_server_enter(s, IMAP_GONE);
    imap_server_tell(s, IMAP_EV_LOGOUT, 1, NULL);
    return IMAP_OK;
}

static enum imap_result starttls(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    (void)io;
    if (!lex_end(l)) {
        return IMAP_BAD;
    }
    if (!s->config->starttls || s->secured) {
        s->words = s->secured ? SLICE("TLS is up already") : SLICE("STARTTLS is not offered");
        return IMAP_BAD;
    }
    s->words = SLICE("Begin TLS");
    s->upgrade_due = true;
    imap_server_enter(s, IMAP_TLS);
    return IMAP_OK;
}

bool imap_too_open(struct imap_server *s)
{
    bool refused = s->config->tls_required && !s->secured;
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
    imap_server_ask(s, IMAP_EV_LOGIN, who);
    return IMAP_WAIT;
}

static enum imap_result login_answered(struct imap_server *s, struct session_io io,
                                       struct session_answer a)
{
    (void)io;
    if (a.code != 0 || !a.grant) {
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

static enum imap_result plain(struct imap_server *s, slice response)
{
    struct buf raw = { 0 };
    struct sasl_plain p;
    struct imap_login *who = arena_alloc(&s->arena, sizeof *who);
    bool ok = sasl_plain_read(response, &raw, &p) == SASL_OK;
    bool himself = p.authzid.len == 0 || slice_eq(p.authzid, p.authcid);
    *who =
        (struct imap_login){ arena_copy(&s->arena, p.authcid), arena_copy(&s->arena, p.password) };
    buf_deinit(&raw);
    if (!ok) {
        s->words = SLICE("Not a PLAIN response");
        return IMAP_BAD;
    }
    if (!himself) {
        return imap_refuse(s, SLICE("AUTHORIZATIONFAILED"), SLICE("You may only be yourself"));
    }
    imap_server_ask(s, IMAP_EV_LOGIN, who);
    return IMAP_WAIT;
}

static enum imap_result authenticate(struct imap_server *s, struct session_io io,
                                     struct imap_lex *l)
{
    slice mechanism;
    if (!lex_sp(l) || !lex_atom(l, &mechanism)) {
        return IMAP_BAD;
    }
    if (!slice_eq_nocase(mechanism, SLICE("PLAIN"))) {
        return imap_refuse(s, (slice){ 0 }, SLICE("Only PLAIN is offered"));
    }
    if (imap_too_open(s)) {
        return IMAP_NO;
    }
    if (lex_end(l)) {
        s->tag = arena_copy(&s->arena, s->tag);
        s->in.raw_lines = true;
        outq_textz(io.out, "+ \r\n");
        return IMAP_WAIT;
    }
    if (!imap_offers(s, IMAP_SASL_IR) || !lex_sp(l)) {
        return IMAP_BAD;
    }
    return plain(s, l->rest);
}

static enum imap_result authenticate_line(struct imap_server *s, struct session_io io, slice line)
{
    (void)io;
    s->in.raw_lines = false;
    if (slice_eq(line, SLICE("*"))) {
        s->words = SLICE("Cancelled");
        return IMAP_BAD;
    }
    return plain(s, line);
}

/* Outside of a mailbox IDLE is legal and has nothing to report. */
static enum imap_result idle(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    if (!lex_end(l)) {
        return IMAP_BAD;
    }
    s->tag = arena_copy(&s->arena, s->tag);
    s->in.raw_lines = true;
    outq_textz(io.out, "+ idling\r\n");
    imap_view_sync(&s->view, true, io.out);
    imap_highest_due(s, false, io.out);
    imap_server_tell(s, IMAP_EV_IDLING, 1, s->view.box);
    return IMAP_WAIT;
}

static enum imap_result idle_line(struct imap_server *s, struct session_io io, slice line)
{
    (void)io;
    imap_server_tell(s, IMAP_EV_IDLING, 0, s->view.box);
    return slice_eq_nocase(line, SLICE("DONE")) ? IMAP_OK : IMAP_BAD;
}

static enum imap_result namespaces(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    (void)s;
    if (!lex_end(l)) {
        return IMAP_BAD;
    }
    outq_textz(io.out, "* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n");
    return IMAP_OK;
}

static const struct imap_command commands[] = {
    { .name = SLICE_INIT("CAPABILITY"), .legal = IMAP_ANY, .begin = capability },
    { .name = SLICE_INIT("NOOP"), .legal = IMAP_ANY, .begin = noop },
    { .name = SLICE_INIT("CHECK"), .legal = IMAP_SELECTED, .begin = noop },
    { .name = SLICE_INIT("LOGOUT"), .legal = IMAP_ANY, .begin = logout },
    { .name = SLICE_INIT("STARTTLS"), .legal = IMAP_NOT_AUTH, .begin = starttls },
    { .name = SLICE_INIT("LOGIN"),
      .legal = IMAP_NOT_AUTH,
      .begin = login,
      .answered = login_answered },
    { .name = SLICE_INIT("AUTHENTICATE"),
      .legal = IMAP_NOT_AUTH,
      .begin = authenticate,
      .line = authenticate_line,
      .answered = login_answered },
    { .name = SLICE_INIT("IDLE"),
      .legal = IMAP_IN,
      .needs = IMAP_IDLE,
      .begin = idle,
      .line = idle_line },
    { .name = SLICE_INIT("NAMESPACE"),
      .legal = IMAP_IN,
      .needs = IMAP_NAMESPACE,
      .begin = namespaces },
};
const struct imap_family imap_family_session = { commands, COUNT(commands) };
