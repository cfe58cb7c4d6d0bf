/* sample_trace.c - plays small scripts of who says what into a trace, with latencies and causes.
 * Never runs an actor: the words are written down here, as an honest pair of programs says them. */
#include "tests/lib/sample_trace.h"

#include <stdio.h>
#include <string.h>

struct stage {
    struct trace *t;
    sim_time now;
    uint64_t cause; /* of the next record */
    uint32_t flow, flows;
    uint32_t client, server; /* of the connection being played */
    sim_time latency;
    uint32_t letter;
    char sealed; /* type of the TLS records that carry the bytes; 0: plain */
};

static struct trace_rec rec_of(const struct stage *s, uint32_t kind, uint32_t actor)
{
    return (struct trace_rec){
        .at = s->now, .cause = s->cause, .flow = s->flow, .actor = actor, .kind = kind
    };
}

static void put(struct stage *s, uint32_t kind, uint32_t actor, uint32_t a, uint32_t b, uint32_t c)
{
    struct trace_rec r = rec_of(s, kind, actor);
    r.a = a, r.b = b, r.c = c;
    trace_put(s->t, r);
}

static uint64_t put_text(struct stage *s, uint32_t kind, uint32_t actor, uint32_t a, uint32_t b,
                         const char *text)
{
    struct trace_rec r = rec_of(s, kind, actor);
    r.a = a, r.b = b;
    return trace_put_text(s->t, r, slice_of(text));
}

static uint32_t name(struct stage *s, const char *text)
{
    return trace_name(s->t, slice_of(text));
}

/* What is to be seen of it: a TLS record (RFC 8446 5.1) around bytes that say nothing. */
static slice seal(slice bytes, char type, struct buf *out)
{
    const char head[] = { type, 3, 3, (char)(bytes.len >> 8), (char)bytes.len };
    buf_add(out, (slice){ head, sizeof head });
    for (size_t i = 0; i < bytes.len; i++) {
        buf_byte(out, (char)(bytes.ptr[i] ^ (char)(0x5a + 7 * i)));
    }
    return buf_slice(out);
}

/* Bytes go from one to the other; afterwards it is their arrival. */
static void fly(struct stage *s, uint32_t from, uint32_t to, slice bytes)
{
    struct buf sealed;
    buf_init(&sealed);
    bytes = s->sealed ? seal(bytes, s->sealed, &sealed) : bytes;
    struct trace_rec r = rec_of(s, TRACE_FLIGHT, from);
    r.until = s->now + s->latency;
    r.a = to, r.b = (uint32_t)bytes.len;
    s->cause = trace_put_text(s->t, r, bytes);
    s->now = r.until;
    buf_deinit(&sealed);
}

/* One row of a played dialogue.  who: 'C' or 'S' says text, and it flies; 'c' says it without
 * flying yet (pipelining); ' ' a record of `kind` with text, by the server. */
struct beat {
    char who;
    const char *text;
    uint32_t kind;
    const char *name, *name2;
    uint32_t number;
};

static void say(struct stage *s, uint32_t actor, slice text)
{
    struct trace_rec r = rec_of(s, TRACE_SAID, actor);
    r.a = (uint32_t)text.len;
    s->cause = trace_put_text(s->t, r, text);
}

/* Fills the fields by their types, in order: names from name and name2, numbers from number. */
static void put_beat(struct stage *s, const struct beat *b, uint32_t actor)
{
    struct trace_rec r = rec_of(s, b->kind, actor);
    uint32_t *fields[] = { &r.a, &r.b, &r.c };
    const struct trace_kind_info *info = trace_kind_info(b->kind);
    const char *next_name = b->name;
    bool data = false;
    for (size_t i = 0; i < COUNT(fields); i++) {
        switch (info->field[i].type) {
        case TRACE_T_NAME:
            *fields[i] = name(s, next_name ? next_name : "");
            next_name = b->name2;
            break;
        case TRACE_T_DATA:
            data = true;
            break;
        case TRACE_T_NONE:
            break;
        default:
            *fields[i] = b->number;
        }
    }
    uint64_t n = data ? trace_put_text(s->t, r, slice_of(b->text)) : trace_put(s->t, r);
    if (b->kind != TRACE_STORY && b->kind != TRACE_STATE) {
        s->cause = n;
    }
}

static void play(struct stage *s, const struct beat *beats, size_t count)
{
    char pending[2048];
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        const struct beat *b = &beats[i];
        bool client = b->who == 'C' || b->who == 'c';
        if (b->who == ' ') {
            put_beat(s, b, s->server);
        } else if (b->who == '.') {
            put_beat(s, b, s->client);
        } else {
            size_t len = strlen(b->text);
            say(s, client ? s->client : s->server, slice_of(b->text));
            memcpy(pending + used, b->text, len);
            used += len;
            if (b->who != 'c') {
                fly(s, client ? s->client : s->server, client ? s->server : s->client,
                    (slice){ pending, used });
                used = 0;
            }
        }
    }
}

static void connect_to(struct stage *s, uint32_t client, uint32_t server, uint16_t port,
                       const char *service, sim_time latency, const char *greeting)
{
    uint32_t ports = (uint32_t)(49152 + s->flows) << 16 | port;
    s->flow = ++s->flows;
    s->client = client, s->server = server, s->latency = latency;
    struct trace_rec r = rec_of(s, TRACE_OPEN, client);
    r.until = s->now + latency;
    r.a = server, r.b = ports, r.c = name(s, service);
    s->cause = trace_put(s->t, r);
    s->now += latency;
    put(s, TRACE_SESSION, server, name(s, service), 1, 0);
    say(s, server, slice_of(greeting));
    fly(s, server, client, slice_of(greeting));
    r = rec_of(s, TRACE_OPENED, client);
    r.a = server, r.b = ports;
    trace_put(s->t, r);
    put(s, TRACE_SESSION, client, name(s, service), 0, 0);
}

static void hang_up(struct stage *s)
{
    uint32_t side[] = { s->server, s->client };
    for (size_t i = 0; i < COUNT(side); i++) {
        struct trace_rec r = rec_of(s, TRACE_FIN, side[i]);
        r.until = s->now + s->latency;
        r.a = side[1 - i];
        s->cause = trace_put(s->t, r);
        s->now += s->latency;
        put(s, TRACE_CLOSED, side[1 - i], WHY_DONE, 0, 0);
    }
    s->flow = 0;
}

static size_t dns_name(char *out, slice rest)
{
    size_t n = 0;
    while (rest.len) {
        slice label = slice_cut(&rest, '.');
        out[n++] = (char)label.len;
        memcpy(out + n, label.ptr, label.len);
        n += label.len;
    }
    out[n++] = 0;
    return n;
}

/* The data of an A or MX record, as the last words of its line have it. */
static size_t dns_data(char *out, const char *line)
{
    unsigned octet[4], preference = 0;
    const char *last = strrchr(line, ' ') + 1;
    if (sscanf(last, "%u.%u.%u.%u", &octet[0], &octet[1], &octet[2], &octet[3]) == 4) {
        for (size_t i = 0; i < 4; i++) {
            out[i] = (char)octet[i];
        }
        return 4;
    }
    slice name = slice_of(last);
    (void)sscanf(strstr(line, "MX"), "MX %u", &preference);
    out[0] = (char)(preference >> 8), out[1] = (char)preference;
    return 2 + dns_name(out + 2, slice_sub(name, 0, name.len - slice_ends(name, SLICE("."))));
}

/* A DNS message with one question, and with one record where there is an answer. */
static size_t dns_bytes(char *out, const char *question, uint16_t type, const char *answer)
{
    size_t n = 12;
    memset(out, 0, n);
    out[1] = 0x2a, out[2] = answer ? (char)0x81 : 0x01, out[3] = answer ? (char)0x80 : 0;
    out[5] = 1;
    n += dns_name(out + n, slice_of(question));
    const char tail[] = { (char)(type >> 8), (char)type, 0, 1 };
    memcpy(out + n, tail, sizeof tail);
    n += sizeof tail;
    if (answer) {
        const char head[] = {
            (char)0xc0, 12, (char)(type >> 8), (char)type, 0, 1, 0, 0, 0x0e, 0x10
        };
        size_t len = dns_data(out + n + sizeof head + 2, answer);
        memcpy(out + n, head, sizeof head);
        n += sizeof head;
        out[n] = 0, out[n + 1] = (char)len;
        n += 2 + len;
        out[7] = 1;
    }
    return n;
}

static void datagram(struct stage *s, uint32_t from, uint32_t to, const char *question,
                     uint16_t type, const char *answer)
{
    char bytes[300];
    uint32_t mine = 50000 + s->flow;
    struct trace_rec r = rec_of(s, TRACE_DATAGRAM, from);
    r.until = s->now + s->latency;
    r.a = to, r.b = answer ? UINT32_C(53) << 16 | mine : mine << 16 | 53;
    s->cause = trace_put_text(s->t, r, (slice){ bytes, dns_bytes(bytes, question, type, answer) });
    s->now = r.until;
}

/* A question to the resolver, which asks the name server where it does not know. */
static void look_up(struct stage *s, uint32_t who, const char *question, uint16_t type,
                    const char *answer, bool cached)
{
    uint32_t outer = s->flow = ++s->flows;
    s->latency = 4 * SIM_MS;
    put(s, TRACE_ASK, who, name(s, question), type, SAMPLE_RESOLVER);
    s->cause = s->t->count;
    datagram(s, who, SAMPLE_RESOLVER, question, type, NULL);
    if (!cached) {
        s->flow = ++s->flows;
        s->latency = 15 * SIM_MS;
        put(s, TRACE_ASK, SAMPLE_RESOLVER, name(s, question), type, SAMPLE_NAMESERVER);
        s->cause = s->t->count;
        datagram(s, SAMPLE_RESOLVER, SAMPLE_NAMESERVER, question, type, NULL);
        datagram(s, SAMPLE_NAMESERVER, SAMPLE_RESOLVER, question, type, answer);
        s->cause = put_text(s, TRACE_ANSWER, SAMPLE_RESOLVER, name(s, question), type, answer);
        s->flow = outer;
        s->latency = 4 * SIM_MS;
    }
    datagram(s, SAMPLE_RESOLVER, who, question, type, answer);
    s->cause = put_text(s, TRACE_ANSWER, who, name(s, question), type, answer);
    s->flow = 0;
}

static void host(struct stage *s, uint32_t id, const char *host_name, const char *kind,
                 uint32_t roles, uint32_t ip)
{
    put(s, TRACE_HOST, id, name(s, host_name), name(s, kind), roles);
    put(s, TRACE_ADDRESS, id, ip, 0, 0);
}

static void wire(struct stage *s, uint32_t a, uint32_t b, uint32_t number, const char *label,
                 sim_time latency)
{
    struct trace_rec r = rec_of(s, TRACE_LINK, a);
    r.a = b, r.b = number, r.c = name(s, label), r.until = latency;
    trace_put(s->t, r);
}

static void set_stage(struct stage *s, struct trace *t, const char *title, const char *about)
{
    const uint32_t server = ROLE_MSA | ROLE_MTA | ROLE_MX | ROLE_STORE;
    *s = (struct stage){ .t = t };
    struct trace_rec r = rec_of(s, TRACE_WORLD, 0);
    r.a = name(s, title), r.b = 1, r.until = 1788771600; /* 2026-09-07T09:00:00Z, a Monday */
    trace_put_text(t, r, slice_of(about));
    host(s, SAMPLE_ALICE, "alice-laptop", "mua", ROLE_MUA, 0xc0000201);
    host(s, SAMPLE_ORG, "mail.example.org", "mail", server, 0xc0000219);
    host(s, SAMPLE_NET, "mail.example.net", "mail", server, 0xc6336419);
    host(s, SAMPLE_BOB, "bob-phone", "mua", ROLE_MUA, 0xc6336401);
    host(s, SAMPLE_RESOLVER, "resolver", "resolver", ROLE_RESOLVER, 0xcb007135);
    host(s, SAMPLE_NAMESERVER, "nameserver", "nameserver", ROLE_NAMESERVER, 0xcb007136);
    put(s, TRACE_PERSON, SAMPLE_ALICE, name(s, "alice@example.org"), 1, 0);
    put(s, TRACE_PERSON, SAMPLE_ORG, name(s, "alice@example.org"), 2, 0);
    put(s, TRACE_PERSON, SAMPLE_NET, name(s, "bob@example.net"), 2, 0);
    put(s, TRACE_PERSON, SAMPLE_BOB, name(s, "bob@example.net"), 1, 0);
    wire(s, SAMPLE_ALICE, SAMPLE_ORG, 1, "", 12 * SIM_MS);
}

static void script(struct stage *s, sim_time at, uint32_t who, const char *verb, const char *text)
{
    static uint32_t const first = 1;
    s->now = at;
    s->cause = 0;
    s->cause = put_text(s, TRACE_SCRIPT, who, name(s, verb), first, text);
}

#define STORY(n, rfc, text)                                                                        \
    {                                                                                              \
        ' ', (text), TRACE_STORY, (rfc), NULL, (n)                                                 \
    }
#define MARK(kind, nm, nm2, num, text)                                                             \
    {                                                                                              \
        ' ', (text), TRACE_##kind, (nm), (nm2), (num)                                              \
    }
#define STATE(nm)                                                                                  \
    {                                                                                              \
        ' ', NULL, TRACE_STATE, (nm), NULL, 0                                                      \
    }

static const char letter_text[] = "Date: Mon, 07 Sep 2026 09:00:01 +0000\r\n"
                                  "From: <alice@example.org>\r\n"
                                  "To: <bob@example.net>\r\n"
                                  "Subject: Hello\r\n"
                                  "Message-ID: <" SAMPLE_LETTER ">\r\n"
                                  "\r\n"
                                  "Hi Bob!\r\n"
                                  ".\r\n";
static const char relayed_text[] =
    "Received: from alice-laptop by mail.example.org\r\n"
    "\twith ESMTPA id 1 for <bob@example.net>; Mon, 07 Sep 2026 09:00:01 +0000\r\n"
    "Date: Mon, 07 Sep 2026 09:00:01 +0000\r\n"
    "From: <alice@example.org>\r\n"
    "To: <bob@example.net>\r\n"
    "Subject: Hello\r\n"
    "Message-ID: <" SAMPLE_LETTER ">\r\n"
    "\r\n"
    "Hi Bob!\r\n"
    ".\r\n";

static const struct beat submission[] = {
    STATE("hello"),
    STORY(2, "RFC 5321, section 4.1.1.1",
          "Alice's laptop says who it is. Her server answers with what it can do."),
    { 'C', "EHLO alice-laptop\r\n", 0, NULL, NULL, 0 },
    { 'S', "250-mail.example.org\r\n250-PIPELINING\r\n250-SIZE 10485760\r\n250 AUTH PLAIN\r\n", 0,
      NULL, NULL, 0 },
    { 'C', "AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=\r\n", 0, NULL, NULL, 0 },
    MARK(LOGIN, "alice", "PLAIN", 1, NULL),
    { 'S', "235 2.7.0 Authentication succeeded\r\n", 0, NULL, NULL, 0 },
    STORY(3, "RFC 5321, section 3.3",
          "Now the envelope: who the letter is from, and who is to get it."),
    { 'c', "MAIL FROM:<alice@example.org> SIZE=217\r\n", 0, NULL, NULL, 0 },
    { 'c', "RCPT TO:<bob@example.net>\r\n", 0, NULL, NULL, 0 },
    { 'C', "DATA\r\n", 0, NULL, NULL, 0 },
};

static void play_envelope_replies(struct stage *s)
{
    static const slice replies[] = { SLICE_INIT("250 2.1.0 Ok\r\n"), SLICE_INIT("250 2.1.5 Ok\r\n"),
                                     SLICE_INIT("354 End with a dot\r\n") };
    struct buf all;
    buf_init(&all);
    put_text(s, TRACE_ENVELOPE, s->server, s->letter, name(s, "alice@example.org"),
             "bob@example.net");
    for (size_t i = 0; i < COUNT(replies); i++) {
        say(s, s->server, replies[i]);
        buf_add(&all, replies[i]);
    }
    fly(s, s->server, s->client, buf_slice(&all));
    buf_deinit(&all);
}

static void content(struct stage *s, const char *text)
{
    say(s, s->client, slice_of(text));
    fly(s, s->client, s->server, slice_of(text));
}

/* The queue's own record: it belongs to no conversation. */
static void put_accept(struct stage *s, uint32_t actor)
{
    struct trace_rec r = rec_of(s, TRACE_ACCEPT, actor);
    r.flow = 0;
    r.a = s->letter, r.b = 1, r.c = 1;
    s->cause = trace_put(s->t, r);
}

static void accept(struct stage *s, const char *reply)
{
    put_accept(s, s->server);
    say(s, s->server, slice_of(reply));
    fly(s, s->server, s->client, slice_of(reply));
}

static const struct beat goodbye[] = {
    { 'C', "QUIT\r\n", 0, NULL, NULL, 0 },
    { 'S', "221 2.0.0 Bye\r\n", 0, NULL, NULL, 0 },
};

static void submit(struct stage *s)
{
    script(s, SIM_SECOND, SAMPLE_ALICE, "send", "writes a letter and sends it");
    put_text(s, TRACE_STORY, SAMPLE_ALICE, 1, name(s, "RFC 5598, section 2.2.1"),
             "Alice writes a letter to Bob and presses Send.");
    s->letter = name(s, SAMPLE_LETTER);
    s->cause = put_text(s, TRACE_COMPOSE, SAMPLE_ALICE, s->letter, 217,
                        "alice@example.org\nbob@example.net\nHello");
    look_up(s, SAMPLE_ALICE, "mail.example.org", 1, "mail.example.org. 3600 IN A 192.0.2.25",
            false);
    connect_to(s, SAMPLE_ALICE, SAMPLE_ORG, 587, "submission", 12 * SIM_MS,
               "220 mail.example.org ESMTP\r\n");
    play(s, submission, COUNT(submission));
    play_envelope_replies(s);
    content(s, letter_text);
    accept(s, "250 2.0.0 Ok: queued as 1\r\n");
    play(s, goodbye, COUNT(goodbye));
    hang_up(s);
}

static const struct beat relay_hello[] = {
    { 'C', "EHLO mail.example.org\r\n", 0, NULL, NULL, 0 },
    { 'S', "250-mail.example.net\r\n250-PIPELINING\r\n250 SIZE 10485760\r\n", 0, NULL, NULL, 0 },
    { 'c', "MAIL FROM:<alice@example.org> SIZE=344\r\n", 0, NULL, NULL, 0 },
    { 'c', "RCPT TO:<bob@example.net>\r\n", 0, NULL, NULL, 0 },
    { 'C', "DATA\r\n", 0, NULL, NULL, 0 },
};

static void relay(struct stage *s)
{
    uint64_t accepted = s->cause;
    s->cause = accepted;
    put(s, TRACE_ATTEMPT, SAMPLE_ORG, s->letter, 1, name(s, "example.net"));
    s->cause = s->t->count;
    put_text(s, TRACE_STORY, SAMPLE_ORG, 4, name(s, "RFC 5321, section 5.1"),
             "Alice's server asks the name service: which computer takes letters for example.net?");
    look_up(s, SAMPLE_ORG, "example.net", 15, "example.net. 3600 IN MX 10 mail.example.net.",
            false);
    look_up(s, SAMPLE_ORG, "mail.example.net", 1, "mail.example.net. 3600 IN A 198.51.100.25",
            false);
    connect_to(s, SAMPLE_ORG, SAMPLE_NET, 25, "smtp", 20 * SIM_MS,
               "220 mail.example.net ESMTP\r\n");
    play(s, relay_hello, COUNT(relay_hello));
    play_envelope_replies(s);
    put_text(s, TRACE_STORY, SAMPLE_ORG, 5, name(s, "RFC 5321, section 4.1.1.4"),
             "The letter itself goes to Bob's server, which keeps it until Bob comes for it.");
    content(s, relayed_text);
    put_accept(s, SAMPLE_NET);
    put(s, TRACE_STORED, SAMPLE_NET, s->letter, 1, name(s, "bob/INBOX"));
    put_text(s, TRACE_OUTCOME, SAMPLE_NET, s->letter, FATE_DELIVERED, "bob@example.net\nINBOX");
    say(s, SAMPLE_NET, SLICE("250 2.0.0 Ok: queued as 1\r\n"));
    fly(s, SAMPLE_NET, SAMPLE_ORG, SLICE("250 2.0.0 Ok: queued as 1\r\n"));
    put_text(s, TRACE_OUTCOME, SAMPLE_ORG, s->letter, FATE_RELAYED,
             "bob@example.net\nmail.example.net");
    play(s, goodbye, COUNT(goodbye));
    hang_up(s);
}

static const struct beat fetch_start[] = {
    { 'C', "a1 LOGIN bob builder\r\n", 0, NULL, NULL, 0 },
    MARK(LOGIN, "bob", "LOGIN", 1, NULL),
    { 'S', "a1 OK LOGIN completed\r\n", 0, NULL, NULL, 0 },
    { 'C', "a2 SELECT INBOX\r\n", 0, NULL, NULL, 0 },
    { 'S',
      "* 1 EXISTS\r\n* OK [UIDVALIDITY 1] steady\r\n* OK [UIDNEXT 2] next\r\n"
      "* FLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft)\r\n"
      "a2 OK [READ-WRITE] SELECT completed\r\n",
      0, NULL, NULL, 0 },
    STORY(6, "RFC 9051, section 6.4.5",
          "Bob's phone asks for the letter. A copy stays on the "
          "server, so his other devices can see it too."),
    { 'C', "a3 UID FETCH 1 (FLAGS BODY[])\r\n", 0, NULL, NULL, 0 },
};

static void fetch(struct stage *s)
{
    struct buf b;
    script(s, 20 * SIM_SECOND, SAMPLE_BOB, "fetch",
           "asks the server for new mail, by POP3 or IMAP");
    look_up(s, SAMPLE_BOB, "mail.example.net", 1, "mail.example.net. 3600 IN A 198.51.100.25",
            true);
    connect_to(s, SAMPLE_BOB, SAMPLE_NET, 143, "imap", 30 * SIM_MS,
               "* OK [CAPABILITY IMAP4rev2 IMAP4rev1] mail.example.net ready\r\n");
    play(s, fetch_start, COUNT(fetch_start));
    buf_init(&b);
    buf_addz(&b, "* 1 FETCH (UID 1 FLAGS (\\Seen) BODY[] {");
    fmt_u64(&b, sizeof relayed_text - 4);
    buf_addz(&b, "}\r\n");
    buf_add(&b, slice_sub(slice_of(relayed_text), 0, sizeof relayed_text - 4));
    buf_addz(&b, ")\r\na3 OK FETCH completed\r\n");
    put(s, TRACE_FLAGGED, SAMPLE_NET, s->letter, 1, name(s, "bob/INBOX"));
    say(s, SAMPLE_NET, buf_slice(&b));
    fly(s, SAMPLE_NET, SAMPLE_BOB, buf_slice(&b));
    buf_deinit(&b);
    put(s, TRACE_FETCHED, SAMPLE_BOB, s->letter, 1, name(s, "bob@example.net/INBOX"));
    static const struct beat logout[] = {
        { 'C', "a4 LOGOUT\r\n", 0, NULL, NULL, 0 },
        { 'S', "* BYE\r\na4 OK LOGOUT completed\r\n", 0, NULL, NULL, 0 },
    };
    play(s, logout, COUNT(logout));
    hang_up(s);
}

void sample_trace_first_mail(struct trace *t)
{
    struct stage s;
    set_stage(&s, t, "Your first e-mail",
              "Alice writes to Bob. Follow the letter from her laptop to his phone.");
    submit(&s);
    relay(&s);
    fetch(&s);
    s.now = 30 * SIM_SECOND;
    s.cause = 0;
    put(&s, TRACE_END, 0, 0, 0, 0);
}

void sample_trace_many(struct trace *t, uint32_t letters)
{
    struct stage s;
    char id[64];
    set_stage(&s, t, "Many letters", "");
    s.now = SIM_SECOND;
    for (uint32_t i = 0; i < letters; i++) {
        struct buf b;
        buf_init(&b);
        fmt_u64(&b, i);
        buf_addz(&b, "@example.org");
        memcpy(id, buf_z(&b), b.len + 1);
        buf_deinit(&b);
        s.cause = 0;
        s.letter = name(&s, id);
        s.cause = put_text(&s, TRACE_COMPOSE, SAMPLE_ALICE, s.letter, 217,
                           "alice@example.org\nbob@example.net\nHello");
        connect_to(&s, SAMPLE_ALICE, SAMPLE_NET, 25, "smtp", 2 * SIM_MS, "220 ready\r\n");
        content(&s, letter_text);
        accept(&s, "250 2.0.0 Ok\r\n");
        put(&s, TRACE_STORED, SAMPLE_NET, s.letter, i + 1, name(&s, "bob/INBOX"));
        put_text(&s, TRACE_OUTCOME, SAMPLE_NET, s.letter, FATE_DELIVERED, "bob@example.net\nINBOX");
        hang_up(&s);
    }
}

void sample_trace_tls(struct trace *t)
{
    static const struct beat before[] = {
        { 'C', "EHLO alice-laptop\r\n", 0, NULL, NULL, 0 },
        { 'S', "250-mail.example.org\r\n250-STARTTLS\r\n250 SIZE 10485760\r\n", 0, NULL, NULL, 0 },
        { 'C', "STARTTLS\r\n", 0, NULL, NULL, 0 },
        { 'S', "220 2.0.0 Ready to start TLS\r\n", 0, NULL, NULL, 0 },
    };
    static const struct beat after[] = {
        { 'C', "EHLO alice-laptop\r\n", 0, NULL, NULL, 0 },
        { 'S', "250-mail.example.org\r\n250 AUTH PLAIN\r\n", 0, NULL, NULL, 0 },
        { 'C', "AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=\r\n", 0, NULL, NULL, 0 },
        MARK(LOGIN, "alice", "PLAIN", 1, NULL),
        { 'S', "235 2.7.0 Authentication succeeded\r\n", 0, NULL, NULL, 0 },
    };
    const sim_time latency = 12 * SIM_MS;
    struct stage s;
    set_stage(&s, t, "Under TLS", "A password that only two can read.");
    script(&s, SIM_SECOND, SAMPLE_ALICE, "send", "writes a letter");
    connect_to(&s, SAMPLE_ALICE, SAMPLE_ORG, 587, "submission", latency,
               "220 mail.example.org ESMTP\r\n");
    play(&s, before, COUNT(before));
    put(&s, TRACE_UPGRADE, SAMPLE_ALICE, 0, name(&s, "mail.example.org"), 0);
    put(&s, TRACE_UPGRADE, SAMPLE_ORG, 1, name(&s, "mail.example.org"), 0);
    s.sealed = 22; /* a handshake */
    fly(&s, SAMPLE_ALICE, SAMPLE_ORG, SLICE("ClientHello"));
    fly(&s, SAMPLE_ORG, SAMPLE_ALICE, SLICE("ServerHello"));
    uint32_t version = name(&s, "TLSv1.3"), cipher = name(&s, "TLS_AES_256_GCM_SHA384");
    put_text(&s, TRACE_SECURED, SAMPLE_ALICE, version, cipher, "mail.example.org\n");
    fly(&s, SAMPLE_ALICE, SAMPLE_ORG, SLICE("Finished"));
    put_text(&s, TRACE_SECURED, SAMPLE_ORG, version, cipher, "\n");
    s.sealed = 23; /* application data */
    play(&s, after, COUNT(after));
    hang_up(&s);
}
