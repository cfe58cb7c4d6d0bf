/* mail_report.c - what the writer of a letter is told of it: delivery status notifications.
 * Who asked for which (RFC 3461 4.1, 5.2) is decided here; the text is written by sim/mail/dsn.c.
 * Never knows why something failed.
 * Not done: copies for the postmaster. */
#include "sim/actors/mail_host.h"

#include "sim/base/mem.h"
#include "sim/mail/dsn.h"
#include "sim/mail/header.h"
#include "sim/mail/mime.h"

#include <assert.h>

/* A report has the null reverse-path, so that it is never itself reported (RFC 5321 4.5.5, 6.1;
 * RFC 3461 5.2). */
static bool has_writer(const struct entry *e)
{
    return e->from_len > 0;
}

/* RFC 3461 5.2.6: told unless NOTIFY was said without FAILURE. */
bool report_may_fail(const struct entry *e, const struct rcpt *r)
{
    return has_writer(e) && (r->notify == 0 || (r->notify & SMTP_NOTIFY_FAILURE));
}

/* RFC 3461 5.2.5: may be told unless NOTIFY was said without DELAY. */
bool report_may_delay(const struct entry *e, const struct rcpt *r)
{
    return has_writer(e) && (r->notify == 0 || (r->notify & SMTP_NOTIFY_DELAY));
}

/* RFC 3461 5.2.2 and 5.2.3: only who asked for it. */
bool report_of_success(const struct entry *e, const struct rcpt *r)
{
    return has_writer(e) && (r->notify & SMTP_NOTIFY_SUCCESS);
}

static void trace_report(struct mail_host *m, const struct entry *report, uint8_t action,
                         uint32_t about)
{
    struct stage *s = mail_stage(m);
    (void)trace_put(s->trace,
                    (struct trace_rec){ .at = s->engine->now,
                                        .actor = m->base.id,
                                        .kind = TRACE_REPORT,
                                        .a = report->letter,
                                        .b = trace_name(s->trace, dsn_action_word(action)),
                                        .c = about });
}

/* By the clock of the host that writes the report. */
static int64_t unix_of(const struct mail_host *m, sim_time at)
{
    return actor_unix_start(&m->base) + (int64_t)(at / SIM_SECOND);
}

/* Of a delivery that nobody replied to: RFC 3463 3.2 has a code for it. */
static slice success_of(uint8_t action, slice reply)
{
    return action == DSN_DELIVERED && reply.len == 0 ? SLICE("2.1.5") : dsn_success_of(reply);
}

/* The original recipients, decoded, stand in `originals`, which must not move any more. */
static struct dsn_recipient describe(struct mail_host *m, const struct entry *e, uint32_t i,
                                     uint8_t action, struct buf *originals)
{
    const struct rcpt *r = &e->rcpts[i];
    slice reply = r->reply ? blob_slice(r->reply) : SLICE("");
    slice host = slice_cut(&reply, '\n');
    size_t at = originals->len;
    dsn_from_xtext(entry_orcpt(e, i), originals);
    bool failure = action == DSN_FAILED || action == DSN_DELAYED;
    return (struct dsn_recipient){
        .address = entry_rcpt(e, i),
        .status = failure ? dsn_status_of(reply, action == DSN_FAILED) : success_of(action, reply),
        .remote_host = slice_eq(host, m->base.name) ? SLICE("") : host,
        .reply = failure || host.len > 0 ? reply : SLICE(""),
        .original = slice_from(buf_slice(originals), at),
        .last_attempt = r->tried ? actor_unix_start(&m->base) + r->tried - 1 : 0
    };
}

/* RFC 6531 3.4, RFC 6533 4.5: to an address that is not of ASCII letters there is no other way; a
 * header that came by SMTPUTF8 goes back by it. */
static bool needs_utf8(struct mail_host *m, const struct entry *e)
{
    return !mime_is_ascii(entry_from(e)) ||
           (e->utf8 && !mime_is_ascii(message_header(e->message, &mail_stage(m)->scratch)));
}

/* RFC 3464 2: somebody who can be answered.  Who is never called on port 25 (RFC 6409) can be only
 * at his domain. */
static slice postmaster_host(const struct mail_host *m)
{
    return mail_hears_smtp(m) ? m->base.name : m->directory.domain;
}

static struct message *write_text(struct mail_host *m, struct entry *e, struct dsn *d)
{
    struct stage *s = mail_stage(m);
    struct buf id = { 0 }, envid = { 0 };
    fmt_u64(&id, ++s->next_message);
    buf_addz(&id, d->action == DSN_FAILED ? ".bounce@" : ".report@");
    buf_add(&id, m->base.name);
    dsn_from_xtext(entry_envid(e), &envid);
    d->reporting_host = m->base.name;
    d->from_host = postmaster_host(m);
    d->message_id = buf_slice(&id);
    d->to = entry_from(e);
    d->now = actor_unix(&m->base);
    d->arrived = unix_of(m, e->since);
    d->envelope_id = buf_slice(&envid);
    d->whole = e->ret == SMTP_RET_FULL;
    d->retry_until = d->action == DSN_DELAYED ? unix_of(m, e->since + m->policy.give_up) : 0;
    struct message *report = dsn_report(d, e->message);
    buf_deinit(&id);
    buf_deinit(&envid);
    return report;
}

static struct message *write_message(struct mail_host *m, struct entry *e, uint8_t action,
                                     const uint32_t *rcpts, size_t count)
{
    size_t room = 0;
    for (size_t i = 0; i < count; i++) {
        room += e->rcpts[rcpts[i]].orcpt_len;
    }
    struct dsn_recipient *list = mem_array(count, sizeof *list);
    struct buf originals = { 0 };
    buf_reserve(&originals, room);
    for (size_t i = 0; i < count; i++) {
        list[i] = describe(m, e, rcpts[i], action, &originals);
    }
    struct dsn d = { .action = (enum dsn_action)action,
                     .recipients = list,
                     .count = count,
                     .utf8 = needs_utf8(m, e) };
    struct message *report = write_text(m, e, &d);
    mem_free(list);
    buf_deinit(&originals);
    return report;
}

void report_write(struct mail_host *m, struct entry *e, uint8_t action, const uint32_t *rcpts,
                  size_t count)
{
    struct stage *s = mail_stage(m);
    assert(has_writer(e) && count > 0);
    uint64_t cause = s->trace->cause;
    struct message *text = write_message(m, e, action, rcpts, count);
    struct entry *report = entry_new(m, SLICE(""));
    report->letter = trace_name(s->trace, header_message_id(message_header(text, &s->scratch)));
    report->message = text;
    report->utf8 = needs_utf8(m, e);
    report->body_8bit = message_is_8bit(text);
    entry_add_rcpt(report, entry_from(e));
    buf_clear(&m->text);
    buf_addz(&m->text, "MAILER-DAEMON@");
    buf_add(&m->text, postmaster_host(m));
    trace_written(m, report, buf_slice(&m->text), entry_from(e));
    trace_report(m, report, action, e->letter);
    queue_accept(m, report, text);
    s->trace->cause = cause;
}
