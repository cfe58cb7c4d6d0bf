/* mail_queue.c - copies that wait, and how each ends for each recipient: exactly once.
 * Never knows how a destination is reached. */
#include "sim/actors/mail_policy.h"

#include "sim/base/mem.h"
#include "sim/mail/dsn.h"

#include <assert.h>

/* ---- entries ---- */

struct entry *entry_new(struct mail_host *m, slice reverse_path)
{
    pool_id id;
    struct entry *e = pool_new(&m->entries, &id);
    e->id = id;
    e->number = ++mail_stage(m)->next_entry;
    e->from_len = (uint32_t)reverse_path.len;
    buf_add(&e->text, reverse_path);
    return e;
}

struct entry *entry_copy(struct mail_host *m, const struct entry *e, slice reverse_path)
{
    struct entry *copy = entry_new(m, reverse_path);
    copy->body_8bit = e->body_8bit;
    copy->utf8 = e->utf8;
    copy->letter = e->letter;
    copy->expansions = e->expansions + 1;
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
                                               .report = REPORT_NOTHING,
                                               .next = RCPT_NONE };
    buf_add(&e->text, address);
}

void entry_ask(struct entry *e, uint8_t ret, slice envid)
{
    e->ret = ret;
    e->envid_off = (uint32_t)e->text.len;
    e->envid_len = (uint32_t)envid.len;
    buf_add(&e->text, envid);
}

void entry_ask_rcpt(struct entry *e, uint8_t notify, slice orcpt)
{
    struct rcpt *r = &e->rcpts[e->rcpt_count - 1];
    assert(e->rcpt_count > 0 && r->off + r->len == e->text.len && orcpt.len <= UINT16_MAX);
    r->notify = notify;
    r->orcpt_len = (uint16_t)orcpt.len;
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
    uint64_t record_number = trace_put_text(mail_stage(m)->trace, rec, told(m, e, i, host, reply));
    if (m->hooks && m->hooks->outcome) {
        m->hooks->outcome(m, e, i, fate, reply);
    }
    return record_number;
}

static void remember_reply(struct mail_host *m, struct rcpt *r, slice host, slice reply)
{
    r->tried = (uint32_t)(mail_stage(m)->engine->now / SIM_SECOND) + 1;
    blob_unref(&r->reply);
    r->reply = blob_with_room(host.len + 1 + reply.len);
    (void)blob_append(r->reply, host);
    (void)blob_append(r->reply, SLICE("\n"));
    (void)blob_append(r->reply, reply);
}

void queue_relayed(struct mail_host *m, struct entry *e, size_t i, slice host, slice reply)
{
    struct rcpt *r = &e->rcpts[i];
    (void)outcome(m, e, i, FATE_RELAYED, host, reply);
    if (report_of_success(e, r)) {
        remember_reply(m, r, host, reply);
        r->report = DSN_RELAYED;
    }
}

/* What a sender hears who asked to hear of success. */
static void success(struct mail_host *m, struct entry *e, size_t i, uint8_t action)
{
    if (action != REPORT_NOTHING && report_of_success(e, &e->rcpts[i])) {
        remember_reply(m, &e->rcpts[i], m->base.name, SLICE(""));
        e->rcpts[i].report = action;
    }
}

uint64_t queue_expanded(struct mail_host *m, struct entry *e, size_t i, uint8_t report, slice text)
{
    success(m, e, i, report);
    return outcome(m, e, i, FATE_EXPANDED, SLICE(""), text);
}

void queue_copy(struct mail_host *m, struct entry *copy, struct message *take, uint64_t cause)
{
    struct trace *t = mail_stage(m)->trace;
    uint64_t before = t->cause;
    t->cause = cause;
    trace_envelope(m, 0, copy);
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

void queue_failed(struct mail_host *m, struct entry *e, size_t i, slice host, slice reply)
{
    remember_reply(m, &e->rcpts[i], host, reply);
    e->rcpts[i].state = RCPT_FAILED;
}

void queue_deferred(struct mail_host *m, struct entry *e, size_t i, slice host, slice reply)
{
    struct stage *s = mail_stage(m);
    struct rcpt *r = &e->rcpts[i];
    r->attempts++;
    const struct queue_policy *policy = e->from_len > 0 ? &m->policy : &m->bounce_policy;
    if (!queue_next_try(policy, e->since, r->attempts, s->engine->now, &r->next_try)) {
        queue_failed(m, e, i, host, reply);
        return;
    }
    r->state = RCPT_WAITING;
    remember_reply(m, r, host, reply);
    struct trace_rec rec = record(m, e, TRACE_DEFER);
    rec.b = (uint32_t)e->number;
    rec.until = r->next_try;
    (void)trace_put_text(s->trace, rec, told(m, e, i, host, reply));
    if (m->hooks && m->hooks->deferred) {
        m->hooks->deferred(m, e, i, reply);
    }
}

/* ---- reports ---- */

static void split_reply(const struct rcpt *r, slice *host_r, slice *reply_r)
{
    slice rest = r->reply ? blob_slice(r->reply) : SLICE("");
    *host_r = slice_cut(&rest, '\n');
    *reply_r = rest;
}

/* One report for all of whom there is the same to tell. */
static void settle_reports(struct mail_host *m, struct entry *e, uint8_t action)
{
    uint32_t first = RCPT_NONE;
    for (size_t i = e->rcpt_count; i-- > 0;) {
        if (e->rcpts[i].report == action) {
            e->rcpts[i].report = REPORT_NOTHING;
            e->rcpts[i].next = first;
            first = (uint32_t)i;
        }
    }
    if (first != RCPT_NONE) {
        report_write(m, e, action, first);
    }
}

static void settle(struct mail_host *m, struct entry *e)
{
    sim_time notice = m->config->delay_notice, now = mail_stage(m)->engine->now;
    for (size_t i = 0; i < e->rcpt_count; i++) {
        struct rcpt *r = &e->rcpts[i];
        slice host, reply;
        if (r->state == RCPT_FAILED) {
            bool told = report_may_fail(e, r);
            split_reply(r, &host, &reply);
            (void)outcome(m, e, i, told ? FATE_BOUNCED : FATE_FAILED, host, reply);
            r->report = told ? DSN_FAILED : REPORT_NOTHING;
        } else if (r->state == RCPT_WAITING && notice > 0 && now >= e->since + notice &&
                   !r->delay_told && report_may_delay(e, r)) {
            r->delay_told = true;
            r->report = DSN_DELAYED;
        }
    }
    for (uint8_t action = DSN_FAILED; action <= DSN_EXPANDED; action++) {
        settle_reports(m, e, action);
    }
}

/* ---- delivery ---- */

static void wake_later(struct mail_host *m, struct entry *e)
{
    struct stage *s = mail_stage(m);
    sim_time next = SIM_FOREVER;
    bool waiting = false;
    for (size_t i = 0; i < e->rcpt_count; i++) {
        if (e->rcpts[i].state == RCPT_WAITING) {
            waiting = true;
            next = e->rcpts[i].next_try < next ? e->rcpts[i].next_try : next;
            if (m->config->delay_notice > 0 && !e->rcpts[i].delay_told &&
                report_may_delay(e, &e->rcpts[i])) {
                sim_time notice = e->since + m->config->delay_notice;
                next = notice < next ? notice : next;
            }
        } else if (e->rcpts[i].state == RCPT_BUSY) {
            return;
        }
    }
    if (waiting) {
        actor_wake(&m->base, next > s->engine->now ? next - s->engine->now : 0, e->id);
    } else {
        entry_free(m, e);
    }
}

void queue_job_done(struct mail_host *m, struct entry *e)
{
    assert(e->jobs > 0);
    if (--e->jobs == 0) {
        settle(m, e);
        wake_later(m, e);
    }
}

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

/* RFC 5321 4.4: the last hop notes the reverse-path, in one field for all local recipients. */
static struct message *with_return_path(struct mail_host *m, const struct entry *e)
{
    buf_clear(&m->text);
    buf_addz(&m->text, "Return-Path: <");
    buf_add(&m->text, entry_from(e));
    buf_addz(&m->text, ">\r\n");
    return message_with_front(e->message, buf_slice(&m->text));
}

static void deliver(struct mail_host *m, struct entry *e)
{
    struct stage *s = mail_stage(m);
    struct message *final_form = NULL;
    e->jobs++; /* this round itself: a job may be over before the next one begins */
    for (size_t i = 0; i < e->rcpt_count; i++) {
        struct rcpt *r = &e->rcpts[i];
        if (r->state != RCPT_WAITING || r->next_try > s->engine->now) {
            continue;
        }
        if (m->rules && policy_delivers(m, e, i)) {
            continue;
        }
        if (mail_is_local(m, entry_rcpt_domain(e, i)) && m->config->next.len == 0) {
            if (!final_form) {
                final_form = with_return_path(m, e);
            }
            deliver_here(m, e, i, final_form);
        } else {
            e->jobs++;
            route_start(m, e, i);
        }
    }
    message_unref(&final_form);
    queue_job_done(m, e);
}

void queue_accept(struct mail_host *m, struct entry *e, struct message *take)
{
    struct stage *s = mail_stage(m);
    e->message = take;
    e->queued = true;
    e->since = s->engine->now;
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
    if (e && e->queued && e->jobs == 0) {
        deliver(m, e);
    }
}

void queue_restart(struct mail_host *m)
{
    uint32_t at = 0;
    pool_id id;
    struct entry *e;
    while ((e = pool_each(&m->entries, &at, &id))) {
        e->jobs = 0;
        for (size_t i = 0; i < e->rcpt_count; i++) {
            if (e->rcpts[i].state == RCPT_BUSY) {
                e->rcpts[i].state = RCPT_WAITING;
            }
        }
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
