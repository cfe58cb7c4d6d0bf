/* mua_send.c - writing a letter, and handing it to the account's server.
 * What the server refuses for good is told, has its end, and is forgotten; everything else stays in
 * the outbox. */
#include "sim/actors/mua_box.h"

#include "sim/actors/written.h"
#include "sim/mail/address.h"
#include "sim/mail/dsn.h"
#include "sim/mail/header.h"
#include "sim/mail/mime.h"

/* ---- writing ---- */

static slice message_id(struct mua *u)
{
    struct buf id = { 0 };
    fmt_u64(&id, ++u->base.stage->next_message);
    buf_byte(&id, '.');
    buf_add(&id, u->base.name);
    buf_byte(&id, '@');
    domain_add_plain(&id, u->account.domain);
    return mua_text(u, &id);
}

static bool has(const slice *all, size_t count, slice address)
{
    for (size_t i = 0; i < count; i++) {
        if (slice_eq(all[i], address)) {
            return true;
        }
    }
    return false;
}

/* Nobody gets a letter twice for being named twice. */
static slice *everybody(struct mua *u, const struct verb_send *args, size_t *count_r)
{
    const struct key_list *lists[] = { &args->to, &args->cc, &args->bcc };
    size_t count = args->to.count + args->cc.count + args->bcc.count;
    slice *all = arena_array(u->base.stage->arena, count, sizeof *all);
    *count_r = 0;
    for (size_t l = 0; l < COUNT(lists); l++) {
        for (size_t i = 0; i < lists[l]->count; i++) {
            if (!has(all, *count_r, lists[l]->items[i])) {
                all[(*count_r)++] = lists[l]->items[i];
            }
        }
    }
    return all;
}

/* A letter that somebody else wrote has its own. */
static void add_subject(struct buf *out, const struct mua_task *task, const struct verb_send *args)
{
    struct buf scratch = { 0 };
    struct header_field f;
    if (args->words.eml.path.len == 0) {
        buf_add(out, args->words.subject);
    } else if (header_find(message_header(task->message, &scratch), SLICE("Subject"), &f)) {
        header_unfold(f.body, out);
    }
    buf_deinit(&scratch);
}

/* What the letter is called in the trace. */
static uint32_t letter_of(struct mua *u, const struct mua_task *task, slice given)
{
    struct stage *s = u->base.stage;
    slice own = header_message_id(message_header(task->message, &s->scratch));
    return trace_name(s->trace, own.len > 0 ? own : given);
}

static void trace_compose(struct mua *u, const struct verb_send *args, const struct mua_task *task)
{
    struct buf subject = { 0 };
    add_subject(&subject, task, args);
    actor_composed(&u->base, &(struct composed){ .letter = task->letter,
                                                 .size = task->message->size,
                                                 .from = u->account.whole,
                                                 .subject = buf_slice(&subject),
                                                 .to = args->to.items,
                                                 .to_count = args->to.count });
    buf_deinit(&subject);
}

/* ORCPT is who the sender means, whoever gets it in the end (RFC 3461 4.2). */
static struct smtp_asked *asked_of(struct mua *u, const struct verb_send *args, const slice *to,
                                   size_t count)
{
    if (args->notify == 0) {
        return NULL;
    }
    struct smtp_asked *asked = arena_array(u->base.stage->arena, count, sizeof *asked);
    for (size_t i = 0; i < count; i++) {
        struct buf b = { 0 };
        dsn_original_recipient(to[i], &b);
        asked[i] = (struct smtp_asked){ .notify = (uint8_t)args->notify, .orcpt = mua_text(u, &b) };
    }
    return asked;
}

static void write_letter(struct mua *u, struct compose *c, const struct verb_send *args,
                         struct mua_task *task)
{
    c->allow_8bit = u->config->eight_bit;
    task->message = letter_write(c, &args->words, &u->base.rng);
    if (c->allow_8bit && args->words.eml.path.len == 0 && message_is_8bit(task->message)) {
        c->allow_8bit = false;
        task->ascii = letter_write(c, &args->words, &u->base.rng);
    }
}

static void write_task(struct mua *u, const struct verb_send *args, struct mua_task *task)
{
    slice id = message_id(u);
    struct compose c = { .from = u->account.whole,
                         .from_name = u->config->name,
                         .message_id = id,
                         .to = args->to.items,
                         .to_count = args->to.count,
                         .cc = args->cc.items,
                         .cc_count = args->cc.count,
                         .now = actor_unix(&u->base) };
    write_letter(u, &c, args, task);
    task->letter = letter_of(u, task, id);
}

void mua_send(struct mua *u, const struct verb_send *args)
{
    struct stage *s = u->base.stage;
    struct mua_task task = { .kind = TASK_SEND, .args = args };
    write_task(u, args, &task);
    task.to = everybody(u, args, &task.to_count);
    task.asked = asked_of(u, args, task.to, task.to_count);
    task.fates = arena_array(s->arena, task.to_count, sizeof *task.fates);
    trace_compose(u, args, &task);
    if (u->config->direct) {
        mua_direct_add(u, task);
    } else {
        mua_add_task(u, task);
    }
}

struct message *mua_write(struct mua *u, const struct verb_send *args, uint32_t *letter_r)
{
    struct mua_task task = { .kind = TASK_SEND, .args = args };
    write_task(u, args, &task);
    trace_compose(u, args, &task);
    message_unref(&task.ascii);
    *letter_r = task.letter;
    return task.message;
}

slice mua_subject(struct mua *u, const struct message *message)
{
    struct stage *s = u->base.stage;
    struct header_field f;
    bool has_one = header_find(message_header(message, &s->scratch), SLICE("Subject"), &f);
    return has_one ? arena_copy(s->arena, f.body) : SLICE("");
}

/* ---- handing over ---- */

static void refused(struct mua *u, slice what, const struct smtp_reply *r)
{
    struct buf *b = &u->base.stage->scratch;
    buf_clear(b);
    buf_addz(b, "The server refuses ");
    buf_add(b, what);
    buf_addz(b, ": ");
    fmt_u64(b, r->code);
    buf_byte(b, ' ');
    buf_add(b, r->text);
    (void)actor_note(&u->base, SLICE("refused"), buf_slice(b));
}

/* The envelope as this server was given it: who looks at the trace must see how many are still
 * without an end. */
static void tell_envelope(struct mua *u, struct mua_task *task)
{
    struct trace *t = u->base.stage->trace;
    struct buf *b = &u->base.stage->scratch;
    struct trace_rec rec = mua_record(u, TRACE_ENVELOPE);
    rec.a = task->letter;
    rec.b = trace_name(t, u->letter.from);
    buf_clear(b);
    for (size_t i = 0; i < task->to_count; i++) {
        buf_add(b, task->to[i]);
        buf_byte(b, '\n');
    }
    (void)trace_put_text(t, rec, buf_slice(b));
    task->refused = true;
}

/* A device writes no report: the person who sits there has read it. */
static void ends(struct mua *u, size_t i, const struct smtp_reply *r)
{
    struct mua_task *task = &u->tasks[0];
    struct buf *b = &u->base.stage->scratch;
    struct trace_rec rec = mua_record(u, TRACE_OUTCOME);
    if (!task->refused) {
        tell_envelope(u, task);
    }
    rec.a = task->letter;
    rec.b = FATE_FAILED;
    buf_clear(b);
    buf_add(b, task->to[i]);
    buf_byte(b, '\n');
    buf_add(b, u->called);
    buf_addz(b, ": ");
    fmt_u64(b, r->code);
    buf_byte(b, ' ');
    buf_add(b, r->text);
    (void)trace_put_text(u->base.stage->trace, rec, buf_slice(b));
}

/* What can only be asked of a server that knows DSN; the letter goes without. */
static void tell_of_no_reports(struct mua *u)
{
    (void)actor_note(&u->base, SLICE("no reports"),
                     SLICE("The server does not offer DSN: what reports were asked for cannot be "
                           "said to it (RFC 3461 3)"));
}

static void give_letter(struct mua *u, struct pump *p, uint64_t extensions)
{
    struct mua_task *task = &u->tasks[0];
    bool as_it_is = !task->ascii || (extensions & SMTP_8BITMIME);
    struct message *message = as_it_is ? task->message : task->ascii;
    struct buf envid = { 0 };
    dsn_to_xtext(task->args->envid, &envid);
    if (!(extensions & SMTP_DSN) && (task->asked || task->args->ret > 0 || envid.len > 0)) {
        tell_of_no_reports(u);
    }
    for (size_t i = 0; i < task->to_count; i++) {
        task->fates[i] = MUA_RCPT_OPEN;
    }
    task->refused = false;
    u->letter =
        (struct smtp_letter){ .from = u->account.whole,
                              .to = task->to,
                              .to_count = task->to_count,
                              .message = message,
                              .body_8bit = message_is_8bit(message),
                              .utf8 = letter_needs_utf8(u->account.whole, task->to, task->to_count),
                              .ret = (uint8_t)task->args->ret,
                              .envid = mua_text(u, &envid),
                              .asked = task->asked };
    pump_tell(p, ORDER_LETTER, &u->letter);
}

static void recipient_answered(struct mua *u, size_t i, const struct smtp_reply *r)
{
    struct mua_task *task = &u->tasks[0];
    if (r->code / 100 == 5) {
        task->fates[i] = MUA_RCPT_REFUSED;
        refused(u, task->to[i], r);
        ends(u, i, r);
    } else if (r->code / 100 != 2) {
        task->fates[i] = MUA_RCPT_LATER;
    }
}

/* The letter itself was refused, and with it everybody about whom nothing had been said. */
static void all_refused(struct mua *u, const struct smtp_reply *r)
{
    const struct mua_task *task = &u->tasks[0];
    bool first = true;
    for (size_t i = 0; i < task->to_count; i++) {
        if (task->fates[i] == MUA_RCPT_OPEN) {
            if (first) {
                refused(u, SLICE("the letter"), r);
            }
            ends(u, i, r);
            first = false;
        }
    }
}

/* Keeps only the recipients that the letter must still go to. */
static void keep_unsent(struct mua_task *task, bool decided)
{
    size_t keep = 0;
    for (size_t i = 0; i < task->to_count; i++) {
        bool is_open = task->fates[i] == MUA_RCPT_OPEN;
        if (task->fates[i] == MUA_RCPT_LATER || (is_open && !decided)) {
            task->fates[keep] = MUA_RCPT_OPEN;
            if (task->asked) {
                task->asked[keep] = task->asked[i];
            }
            task->to[keep++] = task->to[i];
        }
    }
    task->to_count = keep;
}

bool mua_send_left(struct mua_task *task)
{
    keep_unsent(task, false);
    return task->to_count > 0;
}

/* ended: the transaction came to its end; else none was possible, which says nothing about the
 * letter (a wrong password, a server that is closing). */
static void over(struct mua *u, const struct smtp_reply *r, bool ended)
{
    struct buf *b = &u->base.stage->scratch;
    bool decided = ended && (r->code / 100 == 2 || r->code / 100 == 5);
    if (decided && r->code / 100 == 5) {
        all_refused(u, r);
    }
    keep_unsent(&u->tasks[0], decided);
    if (decided && r->code / 100 == 2 && !u->tasks[0].kept) {
        u->tasks[0].kept = true;
        mua_keep_sent(u, u->tasks[0].message, u->tasks[0].letter);
    }
    if (u->tasks[0].to_count == 0) {
        mua_task_done(u);
        return;
    }
    buf_clear(b);
    buf_addz(b, "The letter stays in the outbox: ");
    if (r->code > 0) {
        fmt_u64(b, r->code);
        buf_byte(b, ' ');
    }
    buf_add(b, r->text);
    mua_task_failed(u, buf_slice(b));
}

static void failed(struct mua *u, const struct pump *p, const struct smtp_reply *r)
{
    bool stripped = u->config->tls == MUA_TLS_REQUIRED && !pump_tls(p) && r->code == 454 &&
                    slice_eq(slice_of(r->after), SLICE("EHLO"));
    if (stripped) {
        mua_no_tls(u, SLICE("it is not offered, and must be"));
    } else if (!mua_tls_failed(u, p)) {
        over(u, r, false);
    }
}

void mua_smtp_event(struct mua *u, struct pump *p, const struct session_event *ev)
{
    if (u->pump != p) {
        return;
    }
    switch ((enum smtp_client_event)ev->kind) {
    case SMTP_EV_READY:
        mua_look_at_peer(u, p);
        give_letter(u, p, ev->number);
        break;
    case SMTP_EV_RCPT_DONE:
        recipient_answered(u, (size_t)ev->number, ev->detail);
        break;
    case SMTP_EV_SENT:
        pump_tell(p, ORDER_QUIT, NULL);
        over(u, ev->detail, true);
        break;
    case SMTP_EV_FAILED:
        failed(u, p, ev->detail);
        break;
    }
}
