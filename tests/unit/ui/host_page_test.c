/* What the page of a host says: its lines, from real runs and from a trace made by hand. */
#include "ui/host_page.h"

#include "tests/lib/lesson_trace.h"
#include "tests/lib/queue_trace.h"

#include <criterion/criterion.h>
#include <string.h>

struct scene_of {
    struct trace t;
    struct cast cast;
    struct model model;
};

static void begin(struct scene_of *s)
{
    cast_init(&s->cast, &s->t);
    cast_extend(&s->cast);
    model_init(&s->model, &s->cast);
    model_seek(&s->model, s->t.count);
}

static void end(struct scene_of *s)
{
    model_deinit(&s->model);
    cast_deinit(&s->cast);
    trace_deinit(&s->t);
}

static uint32_t host_named(const struct cast *c, const char *name)
{
    for (uint32_t h = 1; h < c->host_count; h++) {
        if (slice_eq(cast_host_name(c, h), slice_of(name))) {
            return h;
        }
    }
    return 0;
}

static slice line_of(const struct host_page *p, size_t i)
{
    return slice_sub(buf_slice(&p->text), p->lines[i].start, p->lines[i].len);
}

static size_t line_with(const struct host_page *p, const char *text)
{
    size_t i = 0;
    while (i < p->count && slice_find(line_of(p, i), slice_of(text)) == SLICE_NONE) {
        i++;
    }
    return i;
}

struct row {
    const char *host;
    void (*tab)(struct host_page *p, const struct host_view *v);
    const char *says;
};

static void check_rows(const struct scene_of *s, const struct row *rows, size_t count)
{
    struct host_page p;
    host_page_init(&p);
    for (size_t i = 0; i < count; i++) {
        struct host_view v = { &s->model, host_named(&s->cast, rows[i].host),
                               trace_at(&s->t, s->model.now.at)->at };
        host_page_clear(&p);
        rows[i].tab(&p, &v);
        size_t line = line_with(&p, rows[i].says);
        cr_expect_lt(line, p.count, "row %zu: \"%s\" is not in\n%s", i, rows[i].says,
                     buf_z(&p.text));
    }
    host_page_deinit(&p);
}

static void check_lesson(const char *path, const struct row *rows, size_t count)
{
    struct scene_of s;
    struct err err = { "" };
    cr_assert(lesson_trace(&s.t, path, &err), "%s", err.text);
    begin(&s);
    check_rows(&s, rows, count);
    end(&s);
}

Test(host_page, tells_what_a_host_is_and_has)
{
    static const struct row rows[] = {
        { "mail.example.net", host_about, "is         mail server" },
        { "mail.example.net", host_about, "Keeps mailboxes, and shows letters" },
        { "mail.example.net", host_about, "address    198.51.100.10" },
        { "mail.example.net", host_about, "mailbox of bob@example.net" },
        { "mail.example.net", host_about, "to bob-phone, 25ms long" },
        { "mail.example.net", host_about, "port 25 (smtp), 1 time so far" },
        { "mail.example.net", host_about, "port 993 (imaps), 1 time so far" },
        { "dns.isp.test", host_about, "port 53 (DNS), 4 times so far" },
        { "alice-laptop", host_about, "belongs to alice@example.org" },
        { "mail.example.net", host_letters, "bob@example.net/INBOX: 1 letter" },
        { "mail.example.net", host_letters, "Hello  from alice@example.org" },
        { "alice-laptop", host_letters, "sent: 1 letter" },
        { "mail.example.net", host_queue, "Nothing waits here now." },
        { "dns.isp.test", host_names, "example.net MX  mail.example.net (10)  for 59m" },
        { "alice-laptop", host_names, "address of mail.example.org?  192.0.2.11" },
        { "bob-phone", host_calls, "to mail.example.net, port 993 (imaps), under TLS: over" },
        { "mail.example.net", host_calls, "from mail.example.org, to port 25 (smtp): over" },
        { "bob-phone", host_all, "mail server: mailboxes 1" },
    };
    check_lesson("scenarios/first-mail.json", rows, COUNT(rows));
}

Test(host_page, keeps_a_log_in_the_style_that_administrators_know)
{
    static const struct row rows[] = {
        { "mail.example.org", host_log,
          "Sep  7 09:00:01.140 smtpd[3]: connect from alice-laptop[192.0.2.10]" },
        { "mail.example.org", host_log,
          "smtpd[3]: Anonymous TLS connection established from alice-laptop[192.0.2.10]: TLSv1.3" },
        { "mail.example.org", host_log,
          "smtpd[3]: 000001: client=alice-laptop[192.0.2.10], sasl_method=PLAIN, "
          "sasl_username=alice" },
        { "mail.example.org", host_log,
          "cleanup: 000001: message-id=<1.alice-laptop@example.org>" },
        { "mail.example.org", host_log, "qmgr: 000001: from=<alice@example.org>, nrcpt=1" },
        { "mail.example.org", host_log,
          "smtp: 000001: to=<bob@example.net>, relay=mail.example.net, delay=0.44, dsn=2.0.0, "
          "status=sent (250 2.0.0 Ok: queued as 000002)" },
        { "mail.example.org", host_log, "qmgr: 000001: removed" },
        { "mail.example.org", host_log,
          "smtpd[3]: disconnect from alice-laptop[192.0.2.10] ehlo=1 auth=1 mail=1 rcpt=1 data=1 "
          "quit=1 commands=6" },
        { "mail.example.net", host_log, "local: 000002: to=<bob@example.net>, relay=local" },
        { "mail.example.net", host_log, "lmtp: user=<bob@example.net>, saved mail: box=INBOX" },
        { "mail.example.net", host_log, "imap-login[10]: Login: user=<bob>, method=" },
        { "mail.example.net", host_log, "rip=198.51.100.11, lip=198.51.100.10, TLS" },
        { "mail.example.net", host_log, "imap[10]: Disconnected: user=<bob>, Logged out in=" },
        { "dns.isp.test", host_log, "(example.net): query: example.net IN MX + (203.0.113.10)" },
        { "ns.names.test", host_log, "(example.net): query: example.net IN MX - (203.0.113.11)" },
        { "dns.isp.test", host_log, "named: resolved example.net/MX: mail.example.net (10)" },
        { "alice-laptop", host_log, "mua[3]: alice-laptop calls mail.example.org to hand in" },
    };
    check_lesson("scenarios/first-mail.json", rows, COUNT(rows));
}

Test(host_page, logs_what_went_wrong)
{
    static const struct row refused[] = {
        { "mail.example.net", host_log, "NOQUEUE: reject: RCPT from mail.example.org[" },
        { "mail.example.org", host_log, "dsn=5.1.1, status=bounced (" },
        { "mail.example.org", host_log, "sender non-delivery notification: <" },
    };
    static const struct row late[] = {
        { "mail.example.org", host_log, "status=deferred (" },
    };
    check_lesson("scenarios/unknown-user.json", refused, COUNT(refused));
    check_lesson("scenarios/greylisting.json", late, COUNT(late));
}

/* Nothing is written before it happens: line by line the log grows at its end, in order. */
Test(host_page, grows_with_time_and_never_ahead_of_it)
{
    struct scene_of s;
    struct err err = { "" };
    struct host_page p;
    size_t before = 0;
    cr_assert(lesson_trace(&s.t, "scenarios/first-mail.json", &err), "%s", err.text);
    begin(&s);
    host_page_init(&p);
    for (uint64_t n = 1; n <= s.t.count; n++) {
        uint64_t now = trace_at(&s.t, n)->at;
        model_seek(&s.model, n);
        for (uint32_t h = 1; h < s.cast.host_count; h++) {
            struct host_view v = { &s.model, h, now };
            host_page_clear(&p);
            host_log(&p, &v);
            for (size_t i = 0; i < p.count; i++) {
                cr_assert_leq(p.lines[i].at, now, "record %u: host %u", (unsigned)n, h);
                cr_assert_leq(p.lines[i].record, n);
                cr_assert(i == 0 || p.lines[i - 1].at <= p.lines[i].at);
            }
            before = n == s.t.count ? before + p.count : before;
        }
    }
    cr_expect_gt(before, 40);
    host_page_deinit(&p);
    end(&s);
}

Test(host_page, shows_what_waits_and_until_when)
{
    struct scene_of s;
    struct queue_trace at;
    struct host_page p;
    trace_init(&s.t, TRACE_LEVEL_BYTES);
    queue_trace(&s.t, &at);
    begin(&s);
    host_page_init(&p);
    bool waits = false;
    for (uint64_t n = 1; n <= s.t.count; n++) {
        model_seek(&s.model, n);
        for (uint32_t h = 1; h < s.cast.host_count; h++) {
            struct host_view v = { &s.model, h, trace_at(&s.t, n)->at };
            host_page_clear(&p);
            host_queue(&p, &v);
            cr_expect_gt(p.count, 0);
            bool queue = model_host(&s.model, h)->queue > 0;
            bool nothing = line_with(&p, "Nothing waits") < p.count;
            cr_expect_neq(queue, nothing, "record %u: host %u", (unsigned)n, h);
            waits = waits || line_with(&p, "again in ") < p.count;
        }
    }
    cr_expect(waits);
    host_page_deinit(&p);
    end(&s);
}
