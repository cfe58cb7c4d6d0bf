/* mail_smtp.c - policy of the SMTP server: who may send what to whom.
 * Grammar and order are the session's business; this file only says yes or no.
 * Postmaster is always somebody (RFC 5321 4.5.1), at the host's own name too: see store_account. */
#include "sim/actors/mail_policy.h"

#include "sim/mail/date.h"
#include "sim/mail/header.h"
#include "sim/proto/sasl.h"

struct caller *mail_caller(struct mail_host *m, struct pump *p)
{
    struct caller *c = pool_get(&m->callers, pump_user(p));
    if (!c) {
        pool_id id;
        c = pool_new(&m->callers, &id);
        pump_set_user(p, id);
    }
    return c;
}

static bool is_submission(const struct pump *p)
{
    return pump_port(p) == PORT_SUBMISSION || pump_port(p) == PORT_SUBMISSIONS;
}

static void forget_transaction(struct mail_host *m, struct caller *c)
{
    struct entry *e = pool_get(&m->entries, c->entry);
    if (e && !e->queued) {
        entry_free(m, e);
    }
    c->entry = 0;
}

static struct trace_rec record(struct mail_host *m, struct pump *p, enum trace_kind kind)
{
    return (struct trace_rec){
        .at = mail_stage(m)->engine->now, .actor = m->base.id, .flow = pump_flow(p), .kind = kind
    };
}

static void trace_refusal(struct mail_host *m, struct pump *p, slice recipient, uint16_t code,
                          slice text)
{
    struct trace_rec rec = record(m, p, TRACE_REFUSE);
    rec.a = code;
    rec.b = trace_name(mail_stage(m)->trace, recipient);
    (void)trace_put_text(mail_stage(m)->trace, rec, text);
}

static void refuse(struct mail_host *m, struct pump *p, slice recipient, uint16_t code, slice text)
{
    trace_refusal(m, p, recipient, code, text);
    pump_answer(p, (struct session_answer){ .code = code, .text = text });
}

/* What the session itself refuses: an envelope or a recipient for its form, a letter for its octets
 * (552, 554).  A command in the wrong place (X.5.1, RFC 3463 3.6) takes nothing away that stood;
 * one for each that a client sent ahead follows the refusal that is told. */
static void on_syntax(struct mail_host *m, struct pump *p, const struct session_event *ev)
{
    slice path = ev->text, verb = slice_word(&path), reply = slice_of(ev->detail);
    bool letter = ev->text.len == 0 && (ev->number == 552 || ev->number == 554);
    bool envelope = slice_eq_nocase(verb, SLICE("MAIL")) || slice_eq_nocase(verb, SLICE("RCPT"));
    if ((!letter && !envelope) || slice_find(reply, SLICE(" 5.5.1 ")) != SLICE_NONE) {
        return;
    }
    (void)slice_cut(&path, '<');
    (void)slice_word(&reply);
    trace_refusal(m, p, slice_cut(&path, '>'), (uint16_t)ev->number, slice_trim(reply));
}

static void accept_it(struct pump *p)
{
    pump_answer(p, (struct session_answer){ 0 });
}

/* What a policy says, if it is a no.  true: nothing more is to be done now. */
static bool turned_down(struct mail_host *m, struct pump *p, slice recipient, struct verdict v)
{
    if (v.code > 1) {
        refuse(m, p, recipient, v.code, v.text);
    }
    return v.code != 0;
}

static void on_connect(struct mail_host *m, struct pump *p)
{
    struct verdict v = m->rules
                           ? policy_connect(m, p, mail_caller(m, p),
                                            is_submission(p) || relay_trusts(m, pump_peer_ip(p)))
                           : WELCOME;
    if (!turned_down(m, p, SLICE(""), v)) {
        accept_it(p);
    }
}

static void on_auth(struct mail_host *m, struct pump *p, const struct smtp_auth *auth)
{
    struct caller *c = mail_caller(m, p);
    bool himself = sasl_is_himself(auth->authzid, auth->authcid);
    c->account = himself ? mail_login(m, auth->authcid, auth->password, auth->proved) : NULL;
    struct trace_rec rec = record(m, p, TRACE_LOGIN);
    rec.a = trace_name(mail_stage(m)->trace, auth->authcid);
    rec.b = c->account != NULL;
    rec.c = trace_name(mail_stage(m)->trace, auth->mechanism);
    (void)trace_put(mail_stage(m)->trace, rec);
    if (c->account) {
        accept_it(p);
    } else {
        slice why = himself ? SLICE("5.7.8 Authentication credentials invalid")
                            : SLICE("5.7.8 You may only be yourself");
        pump_answer(p, (struct session_answer){ .code = 535, .text = why });
    }
}

/* One of ours: known by AUTH, or by nothing but having called, where the host asks for no more. */
static bool is_user(const struct mail_host *m, const struct pump *p, const struct caller *c)
{
    return c->account != NULL || (is_submission(p) && !m->config->auth);
}

/* Who is no stranger: whatever keeps those off is not for him. */
static bool is_known(const struct mail_host *m, const struct pump *p, const struct caller *c)
{
    return is_user(m, p, c) || relay_trusts(m, pump_peer_ip(p));
}

static void on_mail(struct mail_host *m, struct pump *p, const struct smtp_mail *mail)
{
    struct caller *c = mail_caller(m, p);
    if (is_submission(p) && mail->from.whole.len > 0 && !submit_is_whole(mail->from.domain)) {
        refuse(m, p, mail->from.whole, 554, SLICE("5.1.8 The domain is no whole name"));
        return; /* RFC 6409 4.2 */
    }
    /* RFC 6409 6.1: a user of the submission service sends as nobody else. */
    if (is_submission(p) && !submit_may_send_as(c->account, &mail->from)) {
        refuse(m, p, mail->from.whole, 550, SLICE("5.7.1 This is not your address"));
        return;
    }
    forget_transaction(m, c);
    if (m->rules &&
        turned_down(m, p, mail->from.whole, policy_mail(m, p, c, mail, is_known(m, p, c)))) {
        return;
    }
    struct entry *e = entry_new(m, mail->from.whole);
    e->body_8bit = mail->body_8bit;
    e->utf8 = mail->utf8;
    entry_ask(e, mail->ret, mail->envid);
    e->declared = mail->size;
    c->entry = e->id;
    accept_it(p);
}

bool mail_knows(struct mail_host *m, const struct address *to)
{
    if (m->config->next.len > 0 && m->config->accounts.count == 0) {
        return true; /* only the host behind us knows */
    }
    if (m->hooks && m->hooks->known && m->hooks->known(m, to)) {
        return true;
    }
    if (m->config->accept_unknown) {
        return true;
    }
    return m->rules ? policy_knows(m, to) : store_account(m, to) != NULL;
}

static bool is_full(const struct mail_host *m, const struct address *to)
{
    const struct crowd *crowd = m->config->crowd;
    return crowd && crowd_find(crowd, m->config->crowd_domain, to->local) == CROWD_FULL;
}

/* RCPT TO:<Postmaster> (RFC 5321 4.1.1.3), and his like at this host's own name, which no domain of
 * ours need be. */
static bool is_our_postmaster(const struct mail_host *m, const struct address *to)
{
    return to->domain.len == 0 || (slice_eq_nocase(to->domain, m->base.name) &&
                                   store_is_postmaster(to->local) && !mail_is_local(m, to->domain));
}

static void add_rcpt(struct mail_host *m, struct entry *e, const struct smtp_rcpt *rcpt,
                     const struct address *target)
{
    if (target == &rcpt->to) {
        entry_add_rcpt(e, rcpt->to.whole);
    } else {
        buf_clear(&m->text);
        buf_add(&m->text, target->local);
        buf_byte(&m->text, '@');
        buf_add(&m->text, target->domain);
        entry_add_rcpt(e, buf_slice(&m->text));
    }
    entry_ask_rcpt(e, rcpt->notify, rcpt->orcpt);
}

static void on_rcpt(struct mail_host *m, struct pump *p, const struct smtp_rcpt *rcpt)
{
    const struct address *to = &rcpt->to, *target = to;
    const struct address postmaster = { .whole = SLICE("postmaster"),
                                        .local = SLICE("postmaster"),
                                        .domain = m->directory.domain };
    struct caller *c = mail_caller(m, p);
    if (is_our_postmaster(m, to)) {
        target = &postmaster;
    }
    bool local = mail_is_local(m, target->domain);
    bool relayed = !local && (target != to || is_user(m, p, c) ||
                              relay_may(m, pump_peer_ip(p), target->domain));
    if (!local && !relayed) {
        refuse(m, p, to->whole, 550, SLICE("5.7.1 Relaying denied"));
    } else if (is_submission(p) && !submit_is_whole(target->domain)) { /* RFC 6409 4.2 */
        refuse(m, p, to->whole, 554, SLICE("5.1.2 The domain is no whole name"));
    } else if (local && !mail_knows(m, target)) {
        refuse(m, p, to->whole, 550, SLICE("5.1.1 No such user here"));
    } else if (local && is_full(m, target)) {
        refuse(m, p, to->whole, 452, SLICE("4.2.2 The mailbox is full"));
    } else if (!m->rules ||
               !turned_down(m, p, to->whole, policy_rcpt(m, p, c, rcpt, is_known(m, p, c)))) {
        add_rcpt(m, pool_get(&m->entries, c->entry), rcpt, target);
        accept_it(p);
    }
}

/* ---- the letter itself ---- */

/* RFC 5321 4.4; "with" by RFC 3848, and by RFC 6531 4.3 where MAIL said SMTPUTF8.  The "for" clause
 * names a recipient only where there is one, so that no blind copy is given away. */
static void received_field(struct mail_host *m, struct pump *p, const struct caller *c,
                           const struct entry *e, struct buf *out)
{
    const struct session_tls *tls = pump_tls(p);
    bool secure = tls && tls->version.len > 0;
    buf_addz(out, "Received: from ");
    buf_add(out, c->hello.bytes);
    buf_addz(out, " (");
    fmt_ip_literal(out, network_ip6(mail_stage(m)->net), pump_peer_ip(p));
    buf_addz(out, ")");
    if (secure) {
        buf_addz(out, "\r\n\t(using ");
        buf_add(out, tls->version);
        buf_addz(out, " with cipher ");
        buf_add(out, tls->cipher);
        buf_byte(out, ')');
    }
    buf_addz(out, "\r\n\tby ");
    buf_add(out, m->base.name);
    buf_addz(out, e->utf8 ? " with UTF8SMTP" : c->extended ? " with ESMTP" : " with SMTP");
    buf_addz(out, secure && c->extended ? "S" : "");
    buf_addz(out, c->account && c->extended ? "A id " : " id "); /* HELO may follow AUTH */
    fmt_u64_padded(out, e->number, 6, '0');
    if (e->rcpt_count == 1) {
        buf_addz(out, "\r\n\tfor <");
        buf_add(out, entry_rcpt(e, 0));
        buf_byte(out, '>');
    }
    buf_addz(out, ";\r\n\t");
    date_rfc5322(out, actor_unix(&m->base));
    buf_addz(out, "\r\n");
}

/* A letter without a Message-ID is known by our queue id: it is no part of its bytes. */
static uint32_t letter_name(struct mail_host *m, const struct entry *e, slice id)
{
    if (id.len > 0) {
        return trace_name(mail_stage(m)->trace, id);
    }
    buf_clear(&m->text);
    fmt_u64(&m->text, e->number);
    buf_byte(&m->text, '@');
    buf_add(&m->text, m->base.name);
    return trace_name(mail_stage(m)->trace, buf_slice(&m->text));
}

static void on_message(struct mail_host *m, struct pump *p, struct message *message)
{
    struct caller *c = mail_caller(m, p);
    struct entry *e = pool_get(&m->entries, c->entry);
    struct buf *scratch = &mail_stage(m)->scratch;
    struct header_survey has;
    (void)message_header_size(message); /* found once, and known to the stamped one too */
    slice header = message_header(message, scratch);
    header_survey(header, &has);
    if (has.received > (uint64_t)m->config->hops_max) {
        forget_transaction(m, c);
        refuse(m, p, SLICE(""), 554, SLICE("5.4.6 Too many hops: this letter runs in a loop"));
        return;
    }
    bool user = is_user(m, p, c);
    if (user && turned_down(m, p, SLICE(""), submit_letter(m, c, &has, header))) {
        forget_transaction(m, c);
        return;
    }
    if (m->rules && turned_down(m, p, SLICE(""), policy_message(m, e, message))) {
        forget_transaction(m, c);
        return;
    }
    buf_clear(&m->text);
    received_field(m, p, c, e, &m->text);
    struct message *stamped;
    if (user) {
        submit_fields(m, c, e, &has, &m->text);
    }
    if (user && has.has_bcc) {
        struct message *open = submit_without_bcc(m, message);
        stamped = message_with_front(open, buf_slice(&m->text));
        message_unref(&open);
    } else {
        stamped = message_with_front(message, buf_slice(&m->text));
    }
    slice id = has.has_message_id ? has.message_id : header_message_id(buf_slice(&m->text));
    e->letter = letter_name(m, e, id);
    uint64_t cause = mail_stage(m)->trace->cause;
    e->no_return_path = !has.has_return_path;
    trace_stranger(m, p, e, stamped->size, has.subject);
    trace_envelope(m, pump_flow(p), e);
    c->entry = 0;
    buf_clear(&m->text);
    buf_addz(&m->text, "2.0.0 Ok: queued as ");
    fmt_u64_padded(&m->text, e->number, 6, '0');
    queue_accept(m, e, stamped);
    mail_stage(m)->trace->cause = cause;
    pump_answer(p, (struct session_answer){ .code = 250, .text = buf_slice(&m->text) });
}

/* RFC 3207 4.2: under TLS nothing counts that was said before it, least of all who somebody is. */
static void on_reset(struct mail_host *m, struct pump *p, bool all)
{
    struct caller *c = mail_caller(m, p);
    forget_transaction(m, c);
    if (all) {
        blob_unref(&c->hello.owner);
        *c = (struct caller){ .guest = c->guest };
    }
}

static void on_hello(struct mail_host *m, struct pump *p, const struct session_event *ev)
{
    struct caller *c = mail_caller(m, p);
    forget_transaction(m, c); /* RFC 5321 4.1.4: EHLO begins anew */
    blob_unref(&c->hello.owner);
    c->hello = blob_pack(&m->small, ev->text);
    c->extended = ev->number == 1;
}

void mail_smtp_event(struct mail_host *m, struct pump *p, const struct session_event *ev)
{
    if (m->base.trouble && mail_trouble(m, p, ev)) {
        return;
    }
    switch ((enum smtp_server_event)ev->kind) {
    case SMTP_EV_HELLO:
        on_hello(m, p, ev);
        break;
    case SMTP_EV_AUTH:
        on_auth(m, p, ev->detail);
        break;
    case SMTP_EV_MAIL:
        on_mail(m, p, ev->detail);
        break;
    case SMTP_EV_RCPT:
        on_rcpt(m, p, ev->detail);
        break;
    case SMTP_EV_MESSAGE:
        on_message(m, p, ev->message);
        break;
    case SMTP_EV_RESET:
        on_reset(m, p, ev->number == 1);
        break;
    case SMTP_EV_CONNECT:
        on_connect(m, p);
        break;
    case SMTP_EV_VRFY:
        mail_on_verify(m, p, ev->text);
        break;
    case SMTP_EV_EXPN:
        mail_on_expand(m, p, ev->text);
        break;
    case SMTP_EV_SECRET:
        mail_on_secret(m, p, ev->text);
        break;
    case SMTP_EV_SYNTAX:
        on_syntax(m, p, ev);
        break;
    case SMTP_EV_QUIT:
        break;
    }
}

void mail_smtp_end(struct mail_host *m, struct pump *p)
{
    struct caller *c = pool_get(&m->callers, pump_user(p));
    if (c) {
        forget_transaction(m, c);
        if (c->guest) {
            policy_leaves(m, c);
        }
        blob_unref(&c->hello.owner);
        pool_free(&m->callers, pump_user(p));
    }
}
