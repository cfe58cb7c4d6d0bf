/* small_trace.c - Alice's letter to Bob by hand; see small_trace.h. */
#include "tests/lib/small_trace.h"

#include "sim/mail/mailbox.h"

enum { ALICE = 1, ORG, NET, BOB };

static void put(struct trace *t, uint64_t ms, enum trace_kind kind, uint32_t actor, uint32_t flow,
                uint32_t a, uint32_t b, uint32_t c)
{
    (void)trace_put(t, (struct trace_rec){ .at = ms * SIM_MS,
                                           .actor = actor,
                                           .flow = flow,
                                           .kind = kind,
                                           .a = a,
                                           .b = b,
                                           .c = c });
}

static void put_text(struct trace *t, uint64_t ms, enum trace_kind kind, uint32_t actor,
                     uint32_t flow, uint32_t a, uint32_t b, const char *text)
{
    (void)trace_put_text(
        t,
        (struct trace_rec){
            .at = ms * SIM_MS, .actor = actor, .flow = flow, .kind = kind, .a = a, .b = b },
        slice_of(text));
}

static void said(struct trace *t, uint64_t ms, uint32_t actor, uint32_t flow, const char *text)
{
    put_text(t, ms, TRACE_SAID, actor, flow, (uint32_t)slice_of(text).len, 0, text);
}

static uint32_t name(struct trace *t, const char *text)
{
    return trace_name(t, slice_of(text));
}

static void stage(struct trace *t)
{
    static const char *const hosts[] = { "alice-laptop", "mail.example.org", "mail.example.net",
                                         "bob-phone" };
    for (uint32_t i = 0; i < COUNT(hosts); i++) {
        put(t, 0, TRACE_HOST, i + 1, 0, name(t, hosts[i]), name(t, "x"), 0);
    }
}

static void connect(struct trace *t, uint64_t ms, uint32_t from, uint32_t to, uint32_t flow,
                    const char *service)
{
    put(t, ms, TRACE_OPEN, from, flow, to, 0, name(t, service));
    put(t, ms + 1, TRACE_SESSION, from, flow, name(t, service), 0, 0);
}

static void smtp(struct trace *t, uint32_t letter)
{
    put(t, 1500, TRACE_ASK, ORG, 9, name(t, "example.net"), 15, ALICE);
    put_text(t, 1600, TRACE_ANSWER, ORG, 9, name(t, "example.net"), 15,
             "NOERROR example.net. 3600 IN MX 10 mail.example.net.");
    connect(t, 2000, ORG, NET, 2, "smtp");
    said(t, 2100, NET, 2, "220 mail.example.net ESMTP\r\n");
    said(t, 2200, ORG, 2, "EHLO mail.exam");
    said(t, 2210, ORG, 2, "ple.org\r\nMAIL FROM:<alice@example.org>\r\n");
    said(t, 2300, NET, 2, "250 Ok\r");
    said(t, 2310, NET, 2, "\n250 2.1.0 Ok\r\n");
    said(t, 2400, ORG, 2, "RCPT TO:<bob@example.net>\r\nRCPT TO:<carol@example.net>\r\n");
    said(t, 2500, NET, 2, "250 2.1.5 Ok\r\n550 5.1.1 Nobody here\r\n");
    put_text(t, 2500, TRACE_REFUSE, NET, 2, 550, name(t, "carol@example.net"),
             "550 5.1.1 Nobody here");
    put(t, 3000, TRACE_STORED, NET, 2, letter, 7, name(t, "bob/INBOX"));
    put_text(t, 3000, TRACE_OUTCOME, NET, 2, letter, FATE_DELIVERED, "bob@example.net\nbob/INBOX");
    put_text(t, 3100, TRACE_OUTCOME, ORG, 2, letter, FATE_RELAYED,
             "bob@example.net\nmail.example.net");
    put_text(t, 3100, TRACE_OUTCOME, ORG, 2, letter, FATE_BOUNCED,
             "carol@example.net\n550 5.1.1 Nobody here");
    put_text(t, 3200, TRACE_DEFER, ORG, 0, letter, 1, "dave@example.com\nno answer");
    put_text(t, 63200, TRACE_DEFER, ORG, 0, letter, 1, "dave@example.com\nno answer");
    put(t, 63200, TRACE_CLOSED, ORG, 2, WHY_TIMED_OUT, 0, 0);
}

void small_trace(struct trace *t, enum trace_level level)
{
    trace_init(t, level);
    stage(t);
    uint32_t letter = name(t, "1@example.org");
    put_text(t, 1000, TRACE_COMPOSE, ALICE, 0, letter, 400,
             "alice@example.org\nbob@example.net\nHello");
    connect(t, 1100, ALICE, ORG, 1, "submission");
    said(t, 1150, ALICE, 1, "EHLO alice-laptop\r\n");
    put(t, 1400, TRACE_ACCEPT, ORG, 1, letter, 1, 3);
    smtp(t, letter);
    connect(t, 70000, BOB, NET, 3, "imap");
    put(t, 70100, TRACE_FETCHED, BOB, 3, letter, 7, name(t, "bob@example.net/INBOX"));
    put(t, 70100, TRACE_FETCHED, BOB, 3, letter, 7, name(t, "bob@example.net/INBOX"));
    put(t, 75000, TRACE_FLAGGED, BOB, 3, letter, FLAG_SEEN, name(t, "bob@example.net/INBOX"));
    put(t, 75100, TRACE_FLAGGED, NET, 3, letter, FLAG_SEEN, name(t, "bob/inbox"));
    put(t, 80000, TRACE_REMOVED, NET, 3, letter, 7, name(t, "bob/INBOX"));
    put_text(t, 90000, TRACE_OUTCOME, ORG, 0, letter, FATE_BOUNCED, "dave@example.com\ntoo late");
}
