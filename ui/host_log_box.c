/* host_log_box.c - what a mail server writes down about its mailboxes and who looks into them, as
 * Dovecot has it: logins, what was said in all, letters that come and go. */
#include "ui/host_page.h"

#include "ui/words.h"

static const struct cast *cast_of(const struct host_log *l)
{
    return l->v->model->cast;
}

static slice name_of(const struct host_log *l, uint32_t id)
{
    return trace_name_of(cast_of(l)->trace, id);
}

static bool speaks(const struct host_log *l)
{
    const struct cast_flow *f = cast_flow(cast_of(l), l->r->flow);
    enum words_protocol p = words_protocol_of(cast_of(l), l->r->flow);
    return f && f->server == l->v->host && (p == WORDS_IMAP || p == WORDS_POP);
}

static const char *program(const struct host_log *l, bool login)
{
    bool imap = words_protocol_of(cast_of(l), l->r->flow) == WORDS_IMAP;
    return imap ? (login ? "imap-login" : "imap") : (login ? "pop3-login" : "pop3");
}

static void on_login(const struct host_log *l)
{
    const struct cast_flow *f = cast_flow(cast_of(l), l->r->flow);
    struct buf *out = &l->p->text;
    bool ok = l->r->b != 0;
    if (!speaks(l)) {
        return;
    }
    host_log_begin(l, l->r->at, ok ? INK_OK : INK_WARN, program(l, true), l->r->flow);
    buf_addz(out, ok ? "Login: user=<" : "Auth failed: user=<");
    buf_add(out, name_of(l, l->r->a));
    buf_addz(out, ">, method=");
    buf_add(out, name_of(l, l->r->c));
    buf_addz(out, ", rip=");
    host_log_ip(l, f->client);
    buf_addz(out, ", lip=");
    host_log_ip(l, f->server);
    buf_addz(out, f->secured && f->secured < l->n ? ", TLS" : "");
    host_log_end(l);
}

/* What was said on a connection up to its end. */
struct said {
    const struct trace_rec *login;
    uint64_t octets[2];
    bool goodbye; /* the client's last words */
};

static struct said said_on(const struct host_log *l)
{
    const struct cast *c = cast_of(l);
    const struct cast_flow *f = cast_flow(c, l->r->flow);
    struct said s = { 0 };
    for (uint64_t n = f->first; n && n <= l->n; n = cast_next(c, n)) {
        const struct trace_rec *r = trace_at(c->trace, n);
        bool client = r->actor == f->client;
        s.login = r->kind == TRACE_LOGIN && r->b ? r : s.login;
        if (r->kind != TRACE_SAID) {
            continue;
        }
        s.octets[client ? 0 : 1] += r->a;
        if (client) {
            slice text = trace_payload_chunk(c->trace, r->c, 0);
            s.goodbye = slice_find_nocase(text, SLICE("LOGOUT")) != SLICE_NONE ||
                        slice_starts_nocase(text, SLICE("QUIT"));
        }
    }
    return s;
}

static void on_closed(const struct host_log *l)
{
    struct buf *out = &l->p->text;
    if (!speaks(l)) {
        return;
    }
    struct said s = said_on(l);
    host_log_begin(l, l->r->at, s.goodbye ? INK_TEXT : INK_WARN, program(l, !s.login), l->r->flow);
    buf_addz(out, "Disconnected: ");
    if (s.login) {
        buf_addz(out, "user=<");
        buf_add(out, name_of(l, s.login->a));
        buf_addz(out, ">, ");
    }
    buf_addz(out, s.goodbye ? "Logged out" : s.login ? "Connection closed" : "no login");
    buf_addz(out, " in=");
    fmt_u64(out, s.octets[0]);
    buf_addz(out, " out=");
    fmt_u64(out, s.octets[1]);
    host_log_end(l);
}

/* "bob/INBOX" is box INBOX of user bob.  Who did it by IMAP or POP3 has a connection; letters that
 * arrive are put there by lmtp. */
static void begin_box(const struct host_log *l, const char *what, uint32_t box)
{
    slice folder = name_of(l, box), user = slice_cut(&folder, '/');
    host_log_begin(l, l->r->at, INK_TEXT, speaks(l) ? program(l, false) : "lmtp", l->r->flow);
    buf_addz(&l->p->text, "user=<");
    buf_add(&l->p->text, user);
    buf_addz(&l->p->text, ">, ");
    buf_addz(&l->p->text, what);
    buf_addz(&l->p->text, ": box=");
    buf_add(&l->p->text, folder);
}

static void add_letter(const struct host_log *l, uint32_t uid)
{
    if (uid) {
        buf_addz(&l->p->text, ", uid=");
        fmt_u64(&l->p->text, uid);
    }
    buf_addz(&l->p->text, ", msgid=<");
    buf_add(&l->p->text, name_of(l, l->r->a));
    buf_byte(&l->p->text, '>');
}

static void on_stored(const struct host_log *l)
{
    begin_box(l, speaks(l) ? "save" : "saved mail", l->r->c);
    add_letter(l, l->r->b);
    host_log_end(l);
}

static void on_removed(const struct host_log *l)
{
    begin_box(l, "expunge", l->r->c);
    add_letter(l, l->r->b);
    host_log_end(l);
}

static void on_flagged(const struct host_log *l)
{
    static const char *const flags[] = { "\\Seen", "\\Answered", "\\Flagged", "\\Deleted",
                                         "\\Draft" }; /* RFC 9051 2.3.2 */
    begin_box(l, "flag_change", l->r->c);
    add_letter(l, 0);
    buf_addz(&l->p->text, ", flags=(");
    for (size_t i = 0, any = 0; i < COUNT(flags); i++) {
        if (l->r->b & 1U << i) {
            buf_addz(&l->p->text, any++ ? " " : "");
            buf_addz(&l->p->text, flags[i]);
        }
    }
    buf_byte(&l->p->text, ')');
    host_log_end(l);
}

static void on_folder(const struct host_log *l)
{
    begin_box(l,
              l->r->b == 0 ? "mailbox_delete"
              : l->r->c    ? "mailbox_rename"
                           : "mailbox_create",
              l->r->a);
    if (l->r->c) {
        buf_addz(&l->p->text, ", was ");
        buf_add(&l->p->text, name_of(l, l->r->c));
    }
    host_log_end(l);
}

bool host_log_box(const struct host_log *l)
{
    static host_log_fn *const rows[TRACE_KIND_COUNT] = {
        [TRACE_LOGIN] = on_login,     [TRACE_CLOSED] = on_closed,   [TRACE_STORED] = on_stored,
        [TRACE_REMOVED] = on_removed, [TRACE_FLAGGED] = on_flagged, [TRACE_FOLDER] = on_folder,
    };
    bool mine = rows[l->r->kind] && !cast_is_furniture(l->r);
    if (mine) {
        rows[l->r->kind](l);
    }
    return mine;
}
