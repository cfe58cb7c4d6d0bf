/* mail_queue.c - copies that wait, and how each ends for each recipient: exactly once.
 * Never knows how a destination is reached. */
#include "sim/actors/mail_dest.h"
#include "sim/actors/mail_policy.h"

#include "sim/base/mem.h"
#include "sim/mail/header.h"
#include "sim/mail/mime.h"
#include "sim/mail/strip.h"

#include <assert.h>

/* ---- entries ---- */

struct entry *entry_new(struct mail_host *m, slice reverse_path)
{
    pool_id id;
    struct entry *e = pool_new(&m->entries, &id);
    e->id = id;
    e->number = ++mail_stage(m)->next_entry;
    e->from_len = (uint32_t)reverse_path.len;
    for (size_t i = 0; i < COUNT(e->tell); i++) {
        e->tell[i] = RCPT_NONE;
    }
    buf_add(&e->text, reverse_path);
    return e;
}

struct entry *entry_copy(struct mail_host *m, const struct entry *e, size_t i, slice reverse_path)
{
    struct entry *copy = entry_new(m, reverse_path);
    copy->body_8bit = e->body_8bit;
    copy->utf8 = e->utf8;
    copy->letter = e->letter;
    copy->no_return_path = e->no_return_path;
    copy->once = once_ref(e->once);
    copy->list = e->list;
    copy->via_off = (uint32_t)copy->text.len;
    buf_add(&copy->text, entry_via(e));
    buf_add(&copy->text, entry_rcpt(e, i));
    buf_byte(&copy->text, '\n');
    copy->via_len = (uint32_t)copy->text.len - copy->via_off;
    return copy;
}

void entry_free(struct mail_host *m, struct entry *e)
{
    for (size_t i = 0; i < e->rcpt_count; i++) {
        blob_unref(&e->rcpts[i].reply);
    }
    mem_free(e->rcpts);
    buf_deinit(&e->text);
    message_unref(&e->message);
    once_unref(&e->once);
    pool_free(&m->entries, e->id);
}

slice entry_from(const struct entry *e)
{
    return slice_sub(buf_slice(&e->text), 0, e->from_len);
}

slice entry_rcpt(const struct entry *e, size_t i)
{
    return slice_sub(buf_slice(&e->text), e->rcpts[i].off, e->rcpts[i].len);
}

slice entry_rcpt_domain(const struct entry *e, size_t i)
{
    struct address a = { 0 };
    (void)address_parse(entry_rcpt(e, i), &a);
    return a.domain;
}

slice entry_envid(const struct entry *e)
{
    return slice_sub(buf_slice(&e->text), e->envid_off, e->envid_len);
}

slice entry_via(const struct entry *e)
{
    return slice_sub(buf_slice(&e->text), e->via_off, e->via_len);
}

slice entry_orcpt(const struct entry *e, size_t i)
{
    return slice_sub(buf_slice(&e->text), e->rcpts[i].off + e->rcpts[i].len, e->rcpts[i].orcpt_len);
}

void entry_add_rcpt(struct entry *e, slice address)
{
    assert(address.len <= UINT16_MAX);
    e->rcpts = mem_grow(e->rcpts, e->rcpt_count, &e->rcpt_cap, sizeof *e->rcpts);
    e->rcpts[e->rcpt_count++] = (struct rcpt){ .off = (uint32_t)e->text.len,
                                               .len = (uint16_t)address.len,
                                               .next = RCPT_NONE };
    buf_add(&e->text, address);
}

void entry_ask(struct entry *e, uint8_t ret, slice envid)
{
    e->ret = ret;
    e->envid_off = (uint32_t)e->text.len;
    e->envid_len = (uint32_t)envid.len;
    e->asks = e->asks || ret != SMTP_RET_ANY || envid.len > 0;
    buf_add(&e->text, envid);
}

void entry_ask_rcpt(struct entry *e, uint8_t notify, slice orcpt)
{
    struct rcpt *r = &e->rcpts[e->rcpt_count - 1];
    assert(e->rcpt_count > 0 && r->off + r->len == e->text.len && orcpt.len <= UINT16_MAX);
    r->notify = notify;
    r->orcpt_len = (uint16_t)orcpt.len;
    e->asks = e->asks || notify != 0 || orcpt.len > 0;
    buf_add(&e->text, orcpt);
}

/* ---- what is written about them ---- */

static struct trace_rec record(struct mail_host *m, const struct entry *e, enum trace_kind kind)
{
    return (struct trace_rec){
        .at = mail_stage(m)->engine->now, .actor = m->base.id, .kind = kind, .a = e->letter
    };
}

void trace_envelope(struct mail_host *m, uint32_t flow, const struct entry *e)
{
    struct trace *t = mail_stage(m)->trace;
    struct trace_rec rec = record(m, e, TRACE_ENVELOPE);
    rec.flow = flow;
    rec.b = trace_name(t, entry_from(e));
    buf_clear(&m->text);
    for (size_t i = 0; i < e->rcpt_count; i++) {
        buf_add(&m->text, entry_rcpt(e, i));
        buf_byte(&m->text, '\n');
    }
    (void)trace_put_text(t, rec, buf_slice(&m->text));
}

void trace_written(struct mail_host *m, const struct entry *e, slice from, slice to)
{
    struct header_field subject = { 0 };
    struct buf header = { 0 };
    (void)header_find(message_header(e->message, &header), SLICE("Subject"), &subject);
    actor_composed(&m->base, &(struct composed){ .letter = e->letter,
                                                 .size = e->message->size,
                                                 .from = from,
                                                 .subject = subject.body,
                                                 .to = &to,
                                                 .to_count = 1 });
    buf_deinit(&header);
}

/* "recipient\nhost: reply" */
static slice told(struct mail_host *m, const struct entry *e, size_t i, slice host, slice reply)
{
    buf_clear(&m->text);
    buf_add(&m->text, entry_rcpt(e, i));
    buf_byte(&m->text, '\n');
    buf_add(&m->text, host);
    if (host.len > 0 && reply.len > 0) {
        buf_addz(&m->text, ": ");
    }
    buf_add(&m->text, reply);
    return buf_slice(&m->text);
}

static uint64_t outcome(struct mail_host *m, struct entry *e, size_t i, enum trace_fate fate,
                        slice host, slice reply)
{
    struct trace_rec rec = record(m, e, TRACE_OUTCOME);
    rec.b = fate;
    e->rcpts[i].state = RCPT_DONE;
    e->open--;
    uint64_t number = trace_put_text(mail_stage(m)->trace, rec, told(m, e, i, host, reply));
    if (m->hooks && m->hooks->outcome) {
        m->hooks->outcome(m, e, i, fate, reply);
    }
    return number;
}

/* "host\nreply", once for all that were told the same in a row. */
static struct blob *said(struct mail_host *m, slice host, slice reply)
{
    slice last = m->last_reply ? blob_slice(m->last_reply) : SLICE("");
    slice by = slice_cut(&last, '\n');
    if (!m->last_reply || !slice_eq(by, host) || !slice_eq(last, reply)) {
        blob_unref(&m->last_reply);
        m->last_reply = blob_with_room(host.len + 1 + reply.len);
        (void)blob_append(m->last_reply, host);
        (void)blob_append(m->last_reply, SLICE("\n"));
        (void)blob_append(m->last_reply, reply);
    }
    return blob_ref(m->last_reply);
}

static void remember_reply(struct mail_host *m, struct rcpt *r, slice host, slice reply)
{
    struct blob *now = said(m, host, reply);
    r->tried = (uint32_t)(mail_stage(m)->engine->now / SIM_SECOND) + 1;
    blob_unref(&r->reply);
    r->reply = now;
}

static void split_reply(const struct rcpt *r, slice *host_r, slice *reply_r)
{
    slice rest = r->reply ? blob_slice(r->reply) : SLICE("");
    *host_r = slice_cut(&rest, '\n');
    *reply_r = rest;
}

/* ---- what becomes of a recipient ---- */

static void to_be_told(struct entry *e, size_t i, uint8_t action)
{
    e->rcpts[i].next = e->tell[action];
    e->tell[action] = (uint32_t)i;
}

static void succeeded(struct mail_host *m, struct entry *e, size_t i, uint8_t action, slice host,
                      slice reply)
{
    if (e->asks && report_of_success(e, &e->rcpts[i])) {
        remember_reply(m, &e->rcpts[i], host, reply);
        to_be_told(e, i, action);
    }
}

void queue_relayed(struct mail_host *m, struct entry *e, size_t i, slice host, slice reply)
{
    (void)outcome(m, e, i, FATE_RELAYED, host, reply);
    succeeded(m, e, i, DSN_RELAYED, host, reply);
}

void queue_relayed_with_dsn(struct mail_host *m, struct entry *e, size_t i, slice host, slice reply)
{
    (void)outcome(m, e, i, FATE_RELAYED, host, reply);
}

/* What a sender hears who asked to hear of success. */
static void success(struct mail_host *m, struct entry *e, size_t i, uint8_t action)
{
    if (action != REPORT_NOTHING) {
        succeeded(m, e, i, action, m->base.name, SLICE(""));
    }
}

uint64_t queue_expanded(struct mail_host *m, struct entry *e, size_t i, uint8_t report, slice text)
{
    uint64_t number = outcome(m, e, i, FATE_EXPANDED, SLICE(""), text);
    success(m, e, i, report);
    return number;
}

void queue_copy(struct mail_host *m, struct entry *copy, struct message *take, uint64_t cause)
{
    struct trace *t = mail_stage(m)->trace;
    uint64_t before = t->cause;
    for (size_t i = 0; i < copy->rcpt_count; i++) { /* whoever wrote may not have known of them */
        copy->utf8 = copy->utf8 || !mime_is_ascii(entry_rcpt(copy, i)); /* RFC 6531 3.4 */
    }
    t->cause = cause;
    copy->utf8 = copy->utf8 || !address_is_ascii(buf_slice(&copy->text)); /* RFC 6531 3.1 */
    trace_envelope(m, 0, copy);
    once_copied(copy);
    queue_accept(m, copy, take);
    t->cause = before;
}

void queue_discarded(struct mail_host *m, struct entry *e, size_t i, slice rule)
{
    (void)outcome(m, e, i, FATE_DISCARDED, SLICE(""), rule);
}

void queue_delivered(struct mail_host *m, struct entry *e, size_t i, slice how)
{
    (void)outcome(m, e, i, FATE_DELIVERED, m->base.name, how);
    success(m, e, i, DSN_DELIVERED);
}

void queue_gave_up(struct mail_host *m, struct entry *e, size_t i)
{
    (void)m;
    e->rcpts[i].state = RCPT_FAILED;
    to_be_told(e, i, DSN_FAILED);
}

void queue_failed(struct mail_host *m, struct entry *e, size_t i, slice host, slice reply)
{
    remember_reply(m, &e->rcpts[i], host, reply);
    queue_gave_up(m, e, i);
}

void queue_deferred(struct mail_host *m, struct entry *e, size_t i, slice host, slice reply)
{
    remember_reply(m, &e->rcpts[i], host, reply);
    e->rcpts[i].state = RCPT_LATE;
}

uint64_t queue_waits(struct mail_host *m, struct entry *e, size_t i, sim_time until)
{
    slice host, reply;
    struct trace_rec rec = record(m, e, TRACE_DEFER);
    rec.b = (uint32_t)e->number;
    rec.until = until;
    split_reply(&e->rcpts[i], &host, &reply);
    e->rcpts[i].state = RCPT_WAITING;
    uint64_t number = trace_put_text(mail_stage(m)->trace, rec, told(m, e, i, host, reply));
    if (m->hooks && m->hooks->deferred) {
        m->hooks->deferred(m, e, i, reply);
    }
    return number;
}

/* ---- reports ---- */

/* The chain as a list, the oldest first. */
static uint32_t *unchain(const struct entry *e, uint32_t first, size_t *count_r)
{
    size_t count = 0;
    for (uint32_t i = first; i != RCPT_NONE; i = e->rcpts[i].next) {
        count++;
    }
    uint32_t *list = mem_array(count, sizeof *list);
    *count_r = count;
    for (uint32_t i = first; i != RCPT_NONE; i = e->rcpts[i].next) {
        list[--count] = i;
    }
    return list;
}

static void settle_failures(struct mail_host *m, struct entry *e)
{
    size_t count, told_of = 0;
    uint32_t *list = unchain(e, e->tell[DSN_FAILED], &count);
    e->tell[DSN_FAILED] = RCPT_NONE;
    for (size_t n = 0; n < count; n++) {
        slice host, reply;
        bool tell = report_may_fail(e, &e->rcpts[list[n]]);
        split_reply(&e->rcpts[list[n]], &host, &reply);
        (void)outcome(m, e, list[n], tell ? FATE_BOUNCED : FATE_FAILED, host, reply);
        list[told_of] = list[n];
        told_of += tell;
    }
    if (told_of > 0) {
        report_write(m, e, DSN_FAILED, list, told_of);
    }
    mem_free(list);
}

/* One report for all of whom there is the same to tell. */
static void settle(struct mail_host *m, struct entry *e)
{
    if (e->tell[DSN_FAILED] != RCPT_NONE) {
        settle_failures(m, e);
    }
    for (uint8_t action = DSN_DELIVERED; e->asks && action <= DSN_EXPANDED; action++) {
        if (e->tell[action] != RCPT_NONE) {
            size_t count;
            uint32_t *list = unchain(e, e->tell[action], &count);
            e->tell[action] = RCPT_NONE;
            report_write(m, e, action, list, count);
            mem_free(list);
        }
    }
}

/* Of all that wait, once. */
void queue_tell_delay(struct mail_host *m, struct entry *e)
{
    size_t count = 0;
    uint32_t *list = mem_array(e->rcpt_count, sizeof *list);
    e->delay_told = true;
    for (size_t i = 0; i < e->rcpt_count; i++) {
        struct rcpt *r = &e->rcpts[i];
        if (r->state == RCPT_WAITING && report_may_delay(e, r)) {
            list[count++] = (uint32_t)i;
        }
    }
    if (count > 0) {
        report_write(m, e, DSN_DELAYED, list, count);
    }
    mem_free(list);
}

void queue_busy(struct entry *e)
{
    e->busy++;
}

void queue_rests(struct mail_host *m, struct entry *e)
{
    assert(e->busy > 0);
    if (--e->busy == 0) {
        settle(m, e);
        if (e->open == 0) {
            entry_free(m, e);
        }
    }
}

/* ---- delivery ---- */

static void deliver_here(struct mail_host *m, struct entry *e, size_t i, struct message *final_form)
{
    if (mail_is_full(m)) {
        queue_deferred(m, e, i, SLICE(""), mail_full_reply());
        return;
    }
    bool taken = m->hooks && m->hooks->deliver && m->hooks->deliver(m, e, i, final_form);
    if (taken || store_deliver(m, e, i, final_form)) {
        queue_delivered(m, e, i, SLICE(""));
    } else {
        queue_failed(m, e, i, SLICE(""), SLICE("550 5.1.1 No such user here"));
    }
}

static bool is_return_path(const struct header_field *f)
{
    return slice_eq_nocase(f->name, SLICE("Return-Path"));
}

/* RFC 5321 4.4: the last hop notes the reverse-path, in one field for all local recipients.  What
 * came with the letter says where an answer would have gone from elsewhere, and goes. */
static struct message *with_return_path(struct mail_host *m, const struct entry *e)
{
    struct message *bare =
        e->no_return_path ? message_ref(e->message)
                          : message_without(e->message, is_return_path, &mail_stage(m)->scratch);
    buf_clear(&m->text);
    buf_addz(&m->text, "Return-Path: <");
    buf_add(&m->text, entry_from(e));
    buf_addz(&m->text, ">\r\n");
    struct message *whole = message_with_front(bare, buf_slice(&m->text));
    message_unref(&bare);
    return whole;
}

/* A recipient who is ours; false: he is not, or only known to the host behind us. */
static bool keep_here(struct mail_host *m, struct entry *e, size_t i, struct message **final_form)
{
    if (m->rules && policy_delivers(m, e, i)) {
        return true;
    }
    if (m->config->next.len > 0 || !mail_is_local(m, entry_rcpt_domain(e, i))) {
        return false;
    }
    if (!*final_form) {
        *final_form = with_return_path(m, e);
    }
    deliver_here(m, e, i, *final_form);
    return true;
}

/* Each recipient that was never sorted, and then all parcels that came of it. */
static void deliver(struct mail_host *m, struct entry *e)
{
    struct message *final_form = NULL;
    queue_busy(e);
    for (size_t i = 0; i < e->rcpt_count; i++) {
        struct rcpt *r = &e->rcpts[i];
        if (r->state == RCPT_NEW && (!keep_here(m, e, i, &final_form) || r->state == RCPT_LATE)) {
            parcel_gather(m, e, (uint32_t)i);
        }
    }
    message_unref(&final_form);
    parcels_go(m, e);
    queue_rests(m, e);
}

bool queue_keeps_late(struct mail_host *m, struct entry *e, size_t i)
{
    struct message *final_form = NULL;
    bool kept = keep_here(m, e, i, &final_form);
    message_unref(&final_form);
    return kept;
}

void queue_accept(struct mail_host *m, struct entry *e, struct message *take)
{
    struct stage *s = mail_stage(m);
    e->message = take;
    e->queued = true;
    e->since = s->engine->now;
    e->open = (uint32_t)e->rcpt_count;
    struct trace_rec rec = record(m, e, TRACE_ACCEPT);
    rec.b = (uint32_t)e->number;
    rec.c = (uint32_t)e->rcpt_count;
    uint64_t cause = s->trace->cause;
    s->trace->cause = trace_put(s->trace, rec);
    actor_wake(&m->base, 0, e->id);
    s->trace->cause = cause;
}

void queue_wake(struct mail_host *m, pool_id entry)
{
    struct entry *e = pool_get(&m->entries, entry);
    if (e && e->queued) {
        deliver(m, e);
    }
}

/* Parcels go on by themselves; what was not yet sorted, or reported, is. */
void queue_restart(struct mail_host *m)
{
    uint32_t at = 0;
    pool_id id;
    struct entry *e;
    dests_restart(m);
    while ((e = pool_each(&m->entries, &at, &id))) {
        if (e->queued) {
            actor_wake(&m->base, 0, e->id);
        }
    }
}

void queue_finish(struct mail_host *m)
{
    uint32_t at = 0;
    pool_id id;
    struct entry *e;
    while ((e = pool_each(&m->entries, &at, &id))) {
        for (size_t i = 0; e->queued && i < e->rcpt_count; i++) {
            if (e->rcpts[i].state != RCPT_DONE) {
                slice host, reply;
                split_reply(&e->rcpts[i], &host, &reply);
                (void)outcome(m, e, i, FATE_QUEUED, host, reply);
            }
        }
    }
}
