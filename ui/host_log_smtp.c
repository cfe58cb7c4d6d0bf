/* host_log_smtp.c - what a mail server writes down about SMTP and its queue, as Postfix has it:
 * smtpd takes in, cleanup and qmgr queue, smtp and local deliver, bounce reports.  The queue id is
 * the one that the server's own reply names. */
#include "ui/host_page.h"

#include "ui/talk.h"
#include "ui/words.h"

static const struct cast *cast_of(const struct host_log *l)
{
    return l->v->model->cast;
}

static slice name_of(const struct host_log *l, uint32_t id)
{
    return trace_name_of(cast_of(l)->trace, id);
}

static slice text_of(const struct host_log *l)
{
    return trace_payload_chunk(cast_of(l)->trace, trace_payload_id(l->r), 0);
}

static bool is_server(const struct host_log *l)
{
    return !cast_is_client(cast_of(l), l->r->flow, l->v->host);
}

/* "000001: " */
static void add_id(const struct host_log *l, uint32_t entry)
{
    fmt_u64_padded(&l->p->text, entry, 6, '0');
    buf_addz(&l->p->text, ": ");
}

/* The copy of the record's letter in this host's queue; NULL: it was never there. */
static const struct model_copy *copy_of(const struct host_log *l, uint32_t name)
{
    uint32_t letter, at;
    const struct model *m = l->v->model;
    at = cast_letter_find(m->cast, name, &letter) ? model_newest(m, letter) : 0;
    while (at) {
        const struct model_copy *c = model_copy(m, at - 1);
        if (c->host == l->v->host && c->place == PLACE_QUEUE && c->record <= l->n) {
            return c;
        }
        at = c->older;
    }
    return NULL;
}

/* ---- smtpd: who calls, and how that ends */

static void on_session(const struct host_log *l)
{
    if (is_server(l)) {
        host_log_begin(l, l->r->at, INK_TEXT, "smtpd", l->r->flow);
        buf_addz(&l->p->text, "connect from ");
        host_log_peer(l);
        host_log_end(l);
    }
}

static void on_secured(const struct host_log *l)
{
    bool server = is_server(l);
    slice wrong = text_of(l);
    (void)slice_cut(&wrong, '\n');
    host_log_begin(l, l->r->at, INK_TEXT, server ? "smtpd" : "smtp", l->r->flow);
    buf_addz(&l->p->text, server      ? "Anonymous TLS connection established from "
                          : wrong.len ? "Untrusted TLS connection established to "
                                      : "Verified TLS connection established to ");
    host_log_peer(l);
    buf_addz(&l->p->text, ": ");
    buf_add(&l->p->text, name_of(l, l->r->a));
    buf_addz(&l->p->text, " with cipher ");
    buf_add(&l->p->text, name_of(l, l->r->b));
    host_log_end(l);
}

static void on_unsecured(const struct host_log *l)
{
    bool server = is_server(l);
    host_log_begin(l, l->r->at, INK_ERROR, server ? "smtpd" : "smtp", l->r->flow);
    buf_addz(&l->p->text, server ? "SSL_accept error from " : "SSL_connect error to ");
    host_log_peer(l);
    buf_addz(&l->p->text, ": ");
    buf_add(&l->p->text, name_of(l, l->r->a));
    host_log_end(l);
}

static void on_login(const struct host_log *l)
{
    if (l->r->b == 0) { /* who is let in stands in the line of the letter */
        host_log_begin(l, l->r->at, INK_WARN, "smtpd", l->r->flow);
        buf_addz(&l->p->text, "warning: ");
        host_log_peer(l);
        buf_addz(&l->p->text, ": SASL ");
        buf_add(&l->p->text, name_of(l, l->r->c));
        buf_addz(&l->p->text, " authentication failed: sasl_username=");
        buf_add(&l->p->text, name_of(l, l->r->a));
        host_log_end(l);
    }
}

static void on_refuse(const struct host_log *l)
{
    slice rcpt = name_of(l, l->r->b), reply = text_of(l);
    host_log_begin(l, l->r->at, INK_ERROR, "smtpd", l->r->flow);
    buf_addz(&l->p->text, "NOQUEUE: reject: ");
    buf_addz(&l->p->text, rcpt.len ? "RCPT from " : "MAIL from ");
    host_log_peer(l);
    buf_addz(&l->p->text, ": ");
    buf_add(&l->p->text, slice_trim(slice_cut(&reply, '\r')));
    if (rcpt.len) {
        buf_addz(&l->p->text, "; to=<");
        buf_add(&l->p->text, rcpt);
        buf_byte(&l->p->text, '>');
    }
    host_log_end(l);
}

/* "ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5", in the order in which they came first. */
static void add_commands(const struct host_log *l)
{
    static const char *const verbs[] = {
        "ehlo", "helo", "starttls", "auth", "mail", "rcpt", "data",
        "bdat", "rset", "noop",     "vrfy", "expn", "help", "quit"
    };
    uint32_t counts[COUNT(verbs)] = { 0 }, all = 0;
    struct talk talk;
    talk_init(&talk);
    talk_build(&talk, cast_of(l), l->r->flow, l->n);
    for (size_t i = 0; i < talk.side[0].count; i++) {
        const struct talk_line *line = &talk.side[0].lines[i];
        slice text = talk_text(&talk, line), verb = slice_word(&text);
        for (size_t k = 0; !line->content && k < COUNT(verbs); k++) {
            bool it = slice_eq_nocase(verb, slice_of(verbs[k]));
            counts[k] += it;
            all += it;
        }
    }
    for (size_t k = 0; k < COUNT(verbs); k++) {
        if (counts[k]) {
            buf_byte(&l->p->text, ' ');
            buf_addz(&l->p->text, verbs[k]);
            buf_byte(&l->p->text, '=');
            fmt_u64(&l->p->text, counts[k]);
        }
    }
    buf_addz(&l->p->text, " commands=");
    fmt_u64(&l->p->text, all);
    talk_deinit(&talk);
}

static void on_closed(const struct host_log *l)
{
    static const char *const whys[WHY_COUNT] = { [WHY_RESET] = "Connection reset by peer",
                                                 [WHY_REFUSED] = "Connection refused",
                                                 [WHY_TIMED_OUT] = "Connection timed out",
                                                 [WHY_UNREACHABLE] = "No route to host" };
    bool server = is_server(l), done = l->r->a == WHY_DONE || l->r->a >= WHY_COUNT;
    if (!server && done) {
        return;
    }
    host_log_begin(l, l->r->at, done ? INK_TEXT : INK_WARN, server ? "smtpd" : "smtp", l->r->flow);
    if (server) {
        buf_addz(&l->p->text, done ? "disconnect from " : "lost connection from ");
        host_log_peer(l);
        add_commands(l);
    } else {
        const struct cast_flow *f = cast_flow(cast_of(l), l->r->flow);
        buf_addz(&l->p->text, "connect to ");
        host_log_peer(l);
        buf_byte(&l->p->text, ':');
        fmt_u64(&l->p->text, f ? f->port : 0);
        buf_addz(&l->p->text, ": ");
        buf_addz(&l->p->text, whys[l->r->a]);
    }
    host_log_end(l);
}

/* ---- cleanup and qmgr: a letter is queued */

/* The envelope is told just before; the host writes one itself, too. */
static const struct trace_rec *envelope_of(const struct host_log *l)
{
    const uint64_t near = 64;
    for (uint64_t back = 1; back < near && back < l->n; back++) {
        const struct trace_rec *r = trace_at(cast_of(l)->trace, l->n - back);
        if (r->kind == TRACE_ENVELOPE && r->actor == l->v->host && r->a == l->r->a) {
            return r;
        }
    }
    return NULL;
}

/* Who said on this connection who he is. */
static const struct trace_rec *login_of(const struct host_log *l, uint32_t flow)
{
    const struct trace_rec *found = NULL;
    const struct cast_flow *f = cast_flow(cast_of(l), flow);
    for (uint64_t n = f ? f->first : 0; n && n <= l->n; n = cast_next(cast_of(l), n)) {
        const struct trace_rec *r = trace_at(cast_of(l)->trace, n);
        found = r->kind == TRACE_LOGIN && r->b ? r : found;
    }
    return found;
}

static void on_accept(const struct host_log *l)
{
    const struct trace_rec *envelope = envelope_of(l);
    if (envelope && envelope->flow) {
        const struct host_log there = { l->p, l->v, envelope, l->n };
        const struct trace_rec *login = login_of(l, envelope->flow);
        host_log_begin(l, l->r->at, INK_TEXT, "smtpd", envelope->flow);
        add_id(l, l->r->b);
        buf_addz(&l->p->text, "client=");
        host_log_peer(&there);
        if (login) {
            buf_addz(&l->p->text, ", sasl_method=");
            buf_add(&l->p->text, name_of(l, login->c));
            buf_addz(&l->p->text, ", sasl_username=");
            buf_add(&l->p->text, name_of(l, login->a));
        }
        host_log_end(l);
    }
    host_log_begin(l, l->r->at, INK_TEXT, "cleanup", 0);
    add_id(l, l->r->b);
    buf_addz(&l->p->text, "message-id=<");
    buf_add(&l->p->text, name_of(l, l->r->a));
    buf_byte(&l->p->text, '>');
    host_log_end(l);
    host_log_begin(l, l->r->at, INK_TEXT, "qmgr", 0);
    add_id(l, l->r->b);
    buf_addz(&l->p->text, "from=<");
    buf_add(&l->p->text, envelope ? name_of(l, envelope->b) : (slice){ 0 });
    buf_addz(&l->p->text, ">, nrcpt=");
    fmt_u64(&l->p->text, l->r->c);
    buf_addz(&l->p->text, " (queue active)");
    host_log_end(l);
}

/* ---- smtp, local, bounce: and how it ends */

/* An enhanced status code (RFC 3463 2) among the first words; else `otherwise`. */
static slice status_in(slice text, slice otherwise)
{
    for (int i = 0; i < 4; i++) {
        slice word = slice_word(&text);
        if (word.len >= 5 && word.ptr[1] == '.' && ascii_is_digit(word.ptr[0]) &&
            ascii_is_digit(word.ptr[2])) {
            return word;
        }
    }
    return otherwise;
}

static void add_delay(const struct host_log *l, const struct model_copy *copy)
{
    const struct trace_rec *accept = copy ? trace_at(cast_of(l)->trace, copy->record) : NULL;
    uint64_t ns = accept ? l->r->at - accept->at : 0;
    buf_addz(&l->p->text, ", delay=");
    fmt_u64(&l->p->text, ns / SIM_SECOND);
    buf_byte(&l->p->text, '.');
    fmt_u64_padded(&l->p->text, ns % SIM_SECOND / (10 * SIM_MS), 2, '0');
}

/* "to=<bob@example.net>, relay=..., delay=0.44, dsn=2.0.0, status=sent (...)" */
static void add_delivery(const struct host_log *l, const struct model_copy *copy, slice rcpt,
                         slice relay, const char *status, slice dsn, slice reason)
{
    struct buf *out = &l->p->text;
    add_id(l, copy ? copy->uid : 0);
    buf_addz(out, "to=<");
    buf_add(out, rcpt);
    buf_addz(out, ">, relay=");
    buf_add(out, relay);
    add_delay(l, copy);
    buf_addz(out, ", dsn=");
    buf_add(out, dsn);
    buf_addz(out, ", status=");
    buf_addz(out, status);
    buf_addz(out, " (");
    buf_add(out, reason);
    buf_byte(out, ')');
    host_log_end(l);
}

static void add_removed(const struct host_log *l, const struct model_copy *copy)
{
    if (copy && copy->gone && copy->attempt == l->n) {
        host_log_begin(l, l->r->at, INK_TEXT, "qmgr", 0);
        add_id(l, copy->uid);
        buf_addz(&l->p->text, "removed");
        host_log_end(l);
    }
}

static void on_outcome(const struct host_log *l)
{
    static const struct {
        const char *program, *status, *dsn, *reason;
        enum ink ink;
    } fates[FATE_COUNT] = {
        [FATE_DELIVERED] = { "local", "sent", "2.0.0", "delivered to mailbox", INK_OK },
        [FATE_RELAYED] = { "smtp", "sent", "2.0.0", NULL, INK_OK },
        [FATE_EXPANDED] = { "local", "sent", "2.0.0", "expanded", INK_OK },
        [FATE_BOUNCED] = { "smtp", "bounced", "5.0.0", NULL, INK_ERROR },
        [FATE_FAILED] = { "smtp", "bounced", "5.0.0", NULL, INK_ERROR },
        [FATE_DISCARDED] = { "local", "sent", "2.0.0", "discarded", INK_TEXT },
    };
    const struct model_copy *copy = copy_of(l, l->r->a);
    slice reason = text_of(l), rcpt = slice_cut(&reason, '\n');
    uint32_t fate = l->r->b;
    if (fate >= FATE_COUNT || !fates[fate].program) {
        return;
    }
    size_t colon = slice_find(reason, SLICE(": "));
    slice relay = fates[fate].reason ? SLICE("local") : SLICE("none");
    if (fate == FATE_RELAYED && colon != SLICE_NONE) {
        relay = slice_sub(reason, 0, colon);
        reason = slice_from(reason, colon + 2);
    }
    reason = fates[fate].reason ? slice_of(fates[fate].reason) : reason;
    host_log_begin(l, l->r->at, fates[fate].ink, fates[fate].program, 0);
    add_delivery(l, copy, rcpt, relay, fates[fate].status,
                 status_in(reason, slice_of(fates[fate].dsn)), reason);
    add_removed(l, copy);
}

static void on_defer(const struct host_log *l)
{
    slice reason = text_of(l), rcpt = slice_cut(&reason, '\n');
    host_log_begin(l, l->r->at, INK_WARN, "smtp", 0);
    add_delivery(l, copy_of(l, l->r->a), rcpt, SLICE("none"), "deferred",
                 status_in(reason, SLICE("4.0.0")), reason);
}

static void on_report(const struct host_log *l)
{
    const struct model_copy *about = copy_of(l, l->r->c);
    slice action = name_of(l, l->r->b);
    host_log_begin(l, l->r->at, INK_WARN, "bounce", 0);
    add_id(l, about ? about->uid : 0);
    buf_addz(&l->p->text, slice_eq(action, SLICE("delayed")) ? "sender delay notification: <"
                          : slice_eq(action, SLICE("failed"))
                              ? "sender non-delivery notification: <"
                              : "sender delivery status notification: <");
    buf_add(&l->p->text, name_of(l, l->r->a));
    buf_byte(&l->p->text, '>');
    host_log_end(l);
}

bool host_log_smtp(const struct host_log *l)
{
    static const struct {
        host_log_fn *log;
        bool talk; /* of connections: only those that speak SMTP */
    } rows[TRACE_KIND_COUNT] = {
        [TRACE_SESSION] = { on_session, true },     [TRACE_SECURED] = { on_secured, true },
        [TRACE_UNSECURED] = { on_unsecured, true }, [TRACE_LOGIN] = { on_login, true },
        [TRACE_CLOSED] = { on_closed, true },       [TRACE_REFUSE] = { on_refuse, false },
        [TRACE_ACCEPT] = { on_accept, false },      [TRACE_OUTCOME] = { on_outcome, false },
        [TRACE_DEFER] = { on_defer, false },        [TRACE_REPORT] = { on_report, false },
    };
    bool mine = rows[l->r->kind].log &&
                (!rows[l->r->kind].talk || words_protocol_of(cast_of(l), l->r->flow) == WORDS_SMTP);
    if (mine) {
        rows[l->r->kind].log(l);
    }
    return mine;
}
