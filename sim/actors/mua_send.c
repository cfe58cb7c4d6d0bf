/* mua_send.c - writing a letter, and handing it to the account's server.
 * What the server refuses for good is told and forgotten; everything else stays in the outbox. */
#include "sim/actors/mua.h"

#include "sim/actors/written.h"
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
    buf_add(&id, u->account.domain);
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

/* ORCPT is who the sender means, whoever gets it in the end (RFC 3461 4.2).  Not done: the way to
 * say an address that is not ASCII there (RFC 6533 3). */
static struct smtp_asked *asked_of(struct mua *u, const struct verb_send *args, const slice *to,
                                   size_t count)
{
    if (args->notify == 0) {
        return NULL;
    }
    struct smtp_asked *asked = arena_array(u->base.stage->arena, count, sizeof *asked);
    for (size_t i = 0; i < count; i++) {
        struct buf b = { 0 };
        if (mime_is_ascii(to[i])) {
            buf_addz(&b, "rfc822;");
            dsn_to_xtext(to[i], &b);
        }
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

void mua_send(struct mua *u, const struct verb_send *args)
{
    struct stage *s = u->base.stage;
    struct mua_task task = { .kind = TASK_SEND, .args = args };
    slice id = message_id(u);
    struct compose c = { .from = u->account.whole,
                         .from_name = u->config->name,
                         .message_id = id,
                         .to = args->to.items,
                         .to_count = args->to.count,
                         .cc = args->cc.items,
                         .cc_count = args->cc.count,
                         .now = actor_unix(&u->base) };
    write_letter(u, &c, args, &task);
    task.letter = letter_of(u, &task, id);
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
    } else if (r->code / 100 != 2) {
        task->fates[i] = MUA_RCPT_LATER;
    }
}

/* Keeps only the recipients that the letter must still go to; how many others were open. */
static size_t keep_unsent(struct mua_task *task, bool decided)
{
    size_t keep = 0, open = 0;
    for (size_t i = 0; i < task->to_count; i++) {
        bool is_open = task->fates[i] == MUA_RCPT_OPEN;
        open += is_open;
        if (task->fates[i] == MUA_RCPT_LATER || (is_open && !decided)) {
            task->fates[keep] = MUA_RCPT_OPEN;
            if (task->asked) {
                task->asked[keep] = task->asked[i];
            }
            task->to[keep++] = task->to[i];
        }
    }
    task->to_count = keep;
    return open;
}

/* ended: the transaction came to its end; else none was possible, which says nothing about the
 * letter (a wrong password, a server that is closing). */
static void over(struct mua *u, const struct smtp_reply *r, bool ended)
{
    struct buf *b = &u->base.stage->scratch;
    bool decided = ended && (r->code / 100 == 2 || r->code / 100 == 5);
    size_t open = keep_unsent(&u->tasks[0], decided);
    if (decided && r->code / 100 == 5 && open > 0) {
        refused(u, SLICE("the letter"), r);
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
