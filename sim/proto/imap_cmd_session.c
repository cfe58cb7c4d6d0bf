/* imap_cmd_session.c - CAPABILITY NOOP LOGOUT STARTTLS IDLE ID NAMESPACE. */
#include "sim/proto/imap_resync.h"

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

#define ID_PAIRS_MAX 30 /* RFC 2971 3.3 */
#define ID_NAME_MAX  30
#define ID_VALUE_MAX 1024

static bool id_pairs(struct imap_lex *l)
{
    slice name;
    slice value;
    bool nil;
    size_t pairs = 0;
    if (lex_char(l, ')')) {
        return true;
    }
    do {
        if (pairs++ == ID_PAIRS_MAX || !lex_string(l, &name) || name.len > ID_NAME_MAX ||
            !lex_sp(l) || !lex_nstring(l, &value, &nil) || value.len > ID_VALUE_MAX) {
            return false;
        }
    } while (lex_sp(l));
    return lex_char(l, ')');
}

/* What the client says of itself changes nothing (RFC 2971 2). */
static enum imap_result id(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    slice nil;
    (void)s;
    if (!lex_sp(l) ||
        !(lex_char(l, '(') ? id_pairs(l)
                           : lex_atom(l, &nil) && slice_eq_nocase(nil, SLICE("NIL"))) ||
        !lex_end(l)) {
        return IMAP_BAD;
    }
    outq_textz(io.out, "* ID (\"name\" \"mailflow\")\r\n");
    return IMAP_OK;
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
    { .name = SLICE_INIT("IDLE"),
      .legal = IMAP_IN,
      .needs = IMAP_IDLE,
      .begin = idle,
      .line = idle_line },
    { .name = SLICE_INIT("ID"), .legal = IMAP_ANY, .needs = IMAP_ID, .begin = id },
    { .name = SLICE_INIT("NAMESPACE"),
      .legal = IMAP_IN,
      .needs = IMAP_NAMESPACE,
      .begin = namespaces },
};
const struct imap_family imap_family_session = { commands, COUNT(commands) };
