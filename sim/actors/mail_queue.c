/* mail_queue.c - copies that wait, and how each ends for each recipient: exactly once.
 * Never knows how a destination is reached. */
#include "sim/actors/mail_policy.h"

#include "sim/base/mem.h"
#include "sim/mail/dsn.h"
#include "sim/mail/header.h"

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

void entry_add_rcpt(struct entry *e, slice address)
{
    e->rcpts = mem_grow(e->rcpts, e->rcpt_count, &e->rcpt_cap, sizeof *e->rcpts);
    e->rcpts[e->rcpt_count++] =
        (struct rcpt){ .off = (uint32_t)e->text.len, .len = (uint32_t)address.len };
    buf_add(&e->text, address);
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
    return trace_put_text(mail_stage(m)->trace, rec, told(m, e, i, host, reply));
}

static void remember_reply(struct rcpt *r, slice host, slice reply)
{
    blob_unref(&r->reply);
    r->reply = blob_with_room(host.len + 1 + reply.len);
    (void)blob_append(r->reply, host);
    (void)blob_append(r->reply, SLICE("\n"));
    (void)blob_append(r->reply, reply);
}

void queue_relayed(struct mail_host *m, struct entry *e, size_t i, slice host, slice reply)
{
    (void)outcome(m, e, i, FATE_RELAYED, host, reply);
}

void queue_expanded(struct mail_host *m, struct entry *e, size_t i, struct entry *copy,
                    struct message *take, slice text)
{
    struct stage *s = mail_stage(m);
    uint64_t cause = s->trace->cause;
    s->trace->cause = outcome(m, e, i, FATE_EXPANDED, SLICE(""), text);
    trace_envelope(m, 0, copy);
    queue_accept(m, copy, take);
    s->trace->cause = cause;
}

void queue_failed(struct mail_host *m, struct entry *e, size_t i, slice host, slice reply)
{
    (void)m;
    remember_reply(&e->rcpts[i], host, reply);
    e->rcpts[i].state = RCPT_FAILED;
}

void queue_deferred(struct mail_host *m, struct entry *e, size_t i, slice host, slice reply)
{
    struct stage *s = mail_stage(m);
    struct rcpt *r = &e->rcpts[i];
    r->attempts++;
    if (!queue_next_try(&m->policy, e->since, r->attempts, s->engine->now, &r->next_try)) {
        queue_failed(m, e, i, host, reply);
        return;
    }
    r->state = RCPT_WAITING;
    remember_reply(r, host, reply);
    struct trace_rec rec = record(m, e, TRACE_DEFER);
    rec.b = (uint32_t)e->number;
    rec.until = r->next_try;
    (void)trace_put_text(s->trace, rec, told(m, e, i, host, reply));
}

/* ---- bounces ---- */

static void split_reply(const struct rcpt *r, slice *host_r, slice *reply_r)
{
    slice rest = blob_slice(r->reply);
    *host_r = slice_cut(&rest, '\n');
    *reply_r = rest;
}

static struct message *write_report(struct mail_host *m, struct entry *e,
                                    const struct dsn_recipient *failed, size_t count)
{
    struct stage *s = mail_stage(m);
    struct buf id = { 0 };
    fmt_u64(&id, ++s->next_message);
    buf_addz(&id, ".bounce@");
    buf_add(&id, m->base.name);
    struct dsn d = { .reporting_host = m->base.name,
                     .message_id = buf_slice(&id),
                     .to = entry_from(e),
                     .now = stage_unix(s),
                     .arrived = s->unix_start + (int64_t)(e->since / SIM_SECOND),
                     .recipients = failed,
                     .count = count };
    struct message *report = dsn_failure(&d, e->message);
    buf_deinit(&id);
    return report;
}

static void trace_compose(struct mail_host *m, struct entry *bounce, struct message *report,
                          slice to)
{
    struct stage *s = mail_stage(m);
    struct header_field subject = { 0 };
    (void)header_find(message_header(report, &s->scratch), SLICE("Subject"), &subject);
    buf_clear(&m->text);
    buf_addz(&m->text, "MAILER-DAEMON@");
    buf_add(&m->text, m->base.name);
    buf_byte(&m->text, '\n');
    buf_add(&m->text, to);
    buf_byte(&m->text, '\n');
    buf_add(&m->text, subject.body);
    struct trace_rec rec = record(m, bounce, TRACE_COMPOSE);
    rec.b = (uint32_t)report->size;
    s->trace->cause = trace_put_text(s->trace, rec, buf_slice(&m->text));
}

/* One report for all that failed in this round, with the null reverse-path, so that a report is
 * never itself reported (RFC 5321 4.5.5, 6.1). */
static void bounce(struct mail_host *m, struct entry *e, const struct dsn_recipient *failed,
                   size_t count)
{
    struct stage *s = mail_stage(m);
    uint64_t cause = s->trace->cause;
    struct message *report = write_report(m, e, failed, count);
    struct entry *b = entry_new(m, SLICE(""));
    b->letter = trace_name(s->trace, header_message_id(message_header(report, &s->scratch)));
    entry_add_rcpt(b, entry_from(e));
    trace_compose(m, b, report, entry_from(e));
    queue_accept(m, b, report);
    s->trace->cause = cause;
}

static void settle_failures(struct mail_host *m, struct entry *e)
{
    struct dsn_recipient *failed = NULL;
    size_t count = 0, cap = 0;
    for (size_t i = 0; i < e->rcpt_count; i++) {
        struct rcpt *r = &e->rcpts[i];
        if (r->state != RCPT_FAILED) {
            continue;
        }
        slice host, reply;
        split_reply(r, &host, &reply);
        failed = mem_grow(failed, count, &cap, sizeof *failed);
        failed[count++] = (struct dsn_recipient){ .address = entry_rcpt(e, i),
                                                  .status = dsn_status_of(reply, true),
                                                  .remote_host = host,
                                                  .reply = reply };
        (void)outcome(m, e, i, e->from_len > 0 ? FATE_BOUNCED : FATE_FAILED, host, reply);
    }
    if (count > 0 && e->from_len > 0) {
        bounce(m, e, failed, count);
    }
    mem_free(failed);
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
        settle_failures(m, e);
        wake_later(m, e);
    }
}

static void deliver_here(struct mail_host *m, struct entry *e, size_t i, struct message *final_form)
{
    if (store_deliver(m, e, i, final_form)) {
        (void)outcome(m, e, i, FATE_DELIVERED, m->base.name, SLICE(""));
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
