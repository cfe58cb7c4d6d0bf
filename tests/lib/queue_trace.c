/* queue_trace.c - the records one after the other, a second apart.  See queue_trace.h. */
#include "tests/lib/queue_trace.h"

struct pen {
    struct trace *t;
    uint64_t second;
};

/* text NULL: c as it is. */
static uint64_t put(struct pen *p, struct trace_rec r, const char *text)
{
    r.at = p->second++ * SIM_SECOND;
    return text ? trace_put_text(p->t, r, slice_of(text)) : trace_put(p->t, r);
}

static uint32_t name(struct pen *p, const char *text)
{
    return trace_name(p->t, slice_of(text));
}

static void hosts(struct pen *p)
{
    static const struct {
        const char *name, *kind;
        uint32_t roles;
    } rows[] = {
        { "alice-laptop", "mua", ROLE_MUA },
        { "mail.example.org", "mail", ROLE_MSA | ROLE_MTA },
        { "mail.example.net", "mail", ROLE_MX | ROLE_STORE },
        { "dns.isp.test", "resolver", ROLE_RESOLVER },
        { "a.root-servers.test", "nameserver", ROLE_NAMESERVER },
        { "ns.example.net", "nameserver", ROLE_NAMESERVER },
    };
    (void)trace_put_text(
        p->t, (struct trace_rec){ .kind = TRACE_WORLD, .a = name(p, "What waits"), .b = 1 },
        SLICE(""));
    for (uint32_t i = 0; i < COUNT(rows); i++) {
        (void)trace_put(p->t, (struct trace_rec){ .kind = TRACE_HOST,
                                                  .actor = i + 1,
                                                  .a = name(p, rows[i].name),
                                                  .b = name(p, rows[i].kind),
                                                  .c = rows[i].roles });
    }
}

static uint64_t ask(struct pen *p, uint32_t who, uint32_t flow, uint64_t cause, uint32_t server)
{
    return put(p,
               (struct trace_rec){ .kind = TRACE_ASK,
                                   .actor = who,
                                   .flow = flow,
                                   .cause = cause,
                                   .a = name(p, "example.net"),
                                   .b = 15,
                                   .c = server },
               NULL);
}

static uint64_t hear(struct pen *p, uint32_t who, uint32_t flow, uint64_t cause, const char *text)
{
    return put(p,
               (struct trace_rec){ .kind = TRACE_ANSWER,
                                   .actor = who,
                                   .flow = flow,
                                   .cause = cause,
                                   .a = name(p, "example.net"),
                                   .b = 15 },
               text);
}

static uint64_t keep(struct pen *p, const char *what, uint32_t type, uint64_t seconds,
                     const char *text)
{
    return put(p,
               (struct trace_rec){ .kind = TRACE_CACHED,
                                   .actor = QT_RESOLVER,
                                   .until = (p->second + seconds) * SIM_SECOND,
                                   .a = name(p, what),
                                   .b = type },
               text);
}

static void questions(struct pen *p, struct queue_trace *r)
{
    static const char known[] = "example.net. 300 IN MX 10 mail.example.net.";
    r->question = ask(p, QT_ORG, 1, 0, QT_RESOLVER);
    r->step = ask(p, QT_RESOLVER, 2, r->question, QT_ROOT);
    r->referral =
        hear(p, QT_RESOLVER, 2, r->step, "referral\nexample.net. 86400 IN NS ns.example.net.");
    r->last_step = ask(p, QT_RESOLVER, 3, r->referral, QT_NS);
    r->known = hear(p, QT_RESOLVER, 3, r->last_step, known);
    r->cached = keep(p, "example.net", 15, 300, known);
    r->answer = hear(p, QT_ORG, 1, r->known, known);
    r->negative = keep(p, "\x1b[2Jnowhere.test", 255, 3600, "NXDOMAIN");
    r->zone = put(p, (struct trace_rec){ .kind = TRACE_ZONE, .a = name(p, "example.net"), .b = 2 },
                  "- example.net. 300 IN MX 10 mail.example.net.\n"
                  "+ example.net. 300 IN MX 10 mail2.example.net.");
}

/* Of the letter, with its entry. */
static uint64_t letter(struct pen *p, enum trace_kind kind, uint32_t b, uint32_t c, uint64_t until,
                       const char *text)
{
    return put(p,
               (struct trace_rec){ .kind = kind,
                                   .actor = QT_ORG,
                                   .until = until * SIM_SECOND,
                                   .a = name(p, "1.alice@example.org"),
                                   .b = b,
                                   .c = c },
               text);
}

static void report(struct pen *p, struct queue_trace *r)
{
    uint32_t id = name(p, "2.bounce@mail.example.org");
    (void)put(p, (struct trace_rec){ .kind = TRACE_COMPOSE, .actor = QT_ORG, .a = id, .b = 900 },
              "MAILER-DAEMON@mail.example.org\nalice@example.org\nCould not be delivered");
    r->report = put(p,
                    (struct trace_rec){ .kind = TRACE_REPORT,
                                        .actor = QT_ORG,
                                        .a = id,
                                        .b = name(p, "failed"),
                                        .c = name(p, "1.alice@example.org") },
                    NULL);
    r->report_accept =
        put(p, (struct trace_rec){ .kind = TRACE_ACCEPT, .actor = QT_ORG, .a = id, .b = 8, .c = 1 },
            NULL);
}

void queue_trace(struct trace *t, struct queue_trace *r)
{
    const uint32_t entry = 7;
    struct pen pen = { t, 1 }, *p = &pen;
    hosts(p);
    (void)put(p,
              (struct trace_rec){ .kind = TRACE_COMPOSE,
                                  .actor = QT_ALICE,
                                  .a = name(p, "1.alice@example.org"),
                                  .b = 300 },
              "alice@example.org\nbob@example.net\nParty \x1b[31mtonight");
    (void)letter(p, TRACE_ENVELOPE, name(p, "alice@example.org"), 0, 0,
                 QT_PUT_OFF "\n" QT_IN_LINE "\n" QT_REFUSED "\n" QT_PASSED "\n");
    r->accept = letter(p, TRACE_ACCEPT, entry, 4, 0, NULL);
    questions(p, r);
    r->attempt = letter(p, TRACE_ATTEMPT, entry, name(p, "example.net"), 0, NULL);
    r->held = letter(p, TRACE_HELD, entry, name(p, "example.com"), 0, NULL);
    r->defer =
        letter(p, TRACE_DEFER, entry, 0, 1800, QT_PUT_OFF "\n451 4.3.2 \x1b[5mSorry\x9b, not now");
    r->relayed =
        letter(p, TRACE_OUTCOME, FATE_RELAYED, 0, 0, QT_PASSED "\nmail.example.net: 250 2.0.0 Ok");
    r->bounced = letter(p, TRACE_OUTCOME, FATE_BOUNCED, 0, 0, QT_REFUSED "\n550 5.1.1 Nobody");
    report(p, r);
    r->off =
        put(p, (struct trace_rec){ .kind = TRACE_FAULT, .actor = QT_ORG, .a = name(p, "crash") },
            "the host loses power");
    (void)put(p, (struct trace_rec){ .kind = TRACE_FAULT, .actor = QT_ORG, .a = name(p, "up") },
              "the host is switched on again");
    p->second = 1800;
    r->again = letter(p, TRACE_ATTEMPT, entry, name(p, "example.net"), 0, NULL);
    r->flush =
        put(p, (struct trace_rec){ .kind = TRACE_CACHED, .actor = QT_RESOLVER, .b = 255 }, NULL);
    (void)letter(p, TRACE_OUTCOME, FATE_RELAYED, 0, 0, QT_PUT_OFF "\nmail.example.net: 250 Ok");
    r->delivered = letter(p, TRACE_OUTCOME, FATE_RELAYED, 0, 0, QT_IN_LINE "\nother: 250 Ok");
    (void)put(p, (struct trace_rec){ .kind = TRACE_END }, NULL);
}
