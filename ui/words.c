/* words.c - sentences for the kinds of records; what is said in a dialogue is in words_said.c,
 * TLS in words_tls.c. */
#include "ui/words.h"

#include "sim/base/fmt.h"

#include <string.h>

struct teller {
    const struct cast *c;
    const struct trace_rec *r;
    uint64_t record;
    struct buf *out;
};

static void add_host(const struct teller *w, uint32_t actor)
{
    slice name = cast_host_name(w->c, actor);
    buf_add(w->out, name.len ? name : SLICE("the world"));
}

static void add_name(const struct teller *w, uint32_t id)
{
    buf_add(w->out, trace_name_of(w->c->trace, id));
}

static slice payload(const struct teller *w)
{
    return trace_payload_chunk(w->c->trace, trace_payload_id(w->r), 0);
}

/* "the letter \"Hello\"": its subject where that is known. */
static void add_letter(const struct teller *w)
{
    uint32_t letter;
    slice subject = { 0 };
    if (cast_letter_find(w->c, w->r->a, &letter)) {
        subject = cast_letter_line(w->c, letter, 2);
    }
    buf_addz(w->out, "the letter");
    if (subject.len) {
        buf_addz(w->out, " \"");
        buf_add(w->out, subject);
        buf_byte(w->out, '"');
    }
}

/* "a, b and c" out of a line each. */
static void add_list(const struct teller *w, slice lines)
{
    size_t n = 0;
    while (lines.len) {
        slice line = slice_cut(&lines, '\n');
        if (line.len == 0) {
            continue;
        }
        buf_addz(w->out, n == 0 ? "" : lines.len ? ", " : " and ");
        buf_add(w->out, line);
        n++;
    }
    buf_addz(w->out, n ? "" : "nobody");
}

static void tell_text(const struct teller *w)
{
    slice text = payload(w);
    buf_add(w->out, text);
    if (text.len && slice_find_byte(SLICE(".!?"), text.ptr[text.len - 1]) == SLICE_NONE) {
        buf_byte(w->out, '.');
    }
}

/* Verbs of the script are told without who does them: "writes a letter", "the host is off". */
static void tell_script(const struct teller *w)
{
    slice text = payload(w), name = cast_host_name(w->c, w->r->actor);
    if (name.len && !slice_starts(text, name)) {
        buf_add(w->out, name);
        buf_addz(w->out, slice_starts(text, SLICE("the ")) ? ": " : " ");
    }
    tell_text(w);
}

/* A text about a link names it, and is a sentence of its own. */
static bool tell_link(const struct teller *w, slice text)
{
    const slice link = SLICE("the link ");
    if (w->r->b == 0 || !slice_starts(text, link)) {
        return false;
    }
    buf_addz(w->out, "The link ");
    buf_add(w->out, slice_from(text, link.len));
    buf_byte(w->out, '.');
    return true;
}

static void tell_fault(const struct teller *w)
{
    slice text = payload(w);
    if (tell_link(w, text)) {
        return;
    }
    if (text.len) {
        tell_script(w);
        return;
    }
    add_host(w, w->r->actor);
    buf_addz(w->out, ": ");
    add_name(w, w->r->a);
    buf_byte(w->out, '.');
}

static void tell_open(const struct teller *w)
{
    const struct cast_flow *f = cast_flow(w->c, w->r->flow);
    add_host(w, w->r->actor);
    buf_addz(w->out, " calls ");
    add_host(w, w->r->a);
    buf_byte(w->out, ' ');
    buf_addz(w->out, words_purpose(w->c, w->r->flow));
    buf_addz(w->out, " (");
    add_name(w, w->r->c);
    buf_addz(w->out, ", port ");
    fmt_u64(w->out, f ? f->port : w->r->b & 0xffff);
    buf_addz(w->out, ").");
}

static void tell_opened(const struct teller *w)
{
    add_host(w, w->r->a);
    buf_addz(w->out, " has picked up: ");
    add_host(w, w->r->actor);
    buf_addz(w->out, " is connected.");
}

static uint32_t peer_of(const struct teller *w)
{
    const struct cast_flow *f = cast_flow(w->c, w->r->flow);
    return f ? (f->client == w->r->actor ? f->server : f->client) : 0;
}

static void tell_closed(const struct teller *w)
{
    static const char *const ends[WHY_COUNT] = { [WHY_DONE] = " and %: the connection is over.",
                                                 [WHY_RESET] =
                                                     " notices that % broke off the connection.",
                                                 [WHY_REFUSED] = " hears that nobody answers at %.",
                                                 [WHY_TIMED_OUT] = " gives up: no answer from %.",
                                                 [WHY_UNREACHABLE] = " finds no way to %." };
    const char *end = ends[w->r->a < WHY_COUNT ? w->r->a : WHY_DONE];
    if (w->r->a == WHY_RESET && w->r->until != 0) {
        end = " gives up and breaks off the connection to %."; /* the RST is its own */
    }
    const char *hole = strchr(end, '%');
    add_host(w, w->r->actor);
    buf_add(w->out, (slice){ end, (size_t)(hole - end) });
    add_host(w, peer_of(w));
    buf_addz(w->out, hole + 1);
}

static void tell_said(const struct teller *w)
{
    add_host(w, w->r->actor);
    buf_byte(w->out, ' ');
    words_said_all(w->c, w->record, w->out);
    buf_byte(w->out, '.');
}

static void tell_lost(const struct teller *w)
{
    buf_addz(w->out, "Something from ");
    add_host(w, w->r->actor);
    buf_addz(w->out, " to ");
    add_host(w, w->r->a);
    buf_addz(w->out, " is lost on the way.");
}

static void tell_ask(const struct teller *w)
{
    static const struct {
        uint32_t type;
        const char *before, *after;
    } questions[] = {
        { 1, ": what is the address of ", "?" },
        { 15, ": who takes the mail for ", "?" },
        { 28, ": what is the IPv6 address of ", "?" },
        { 16, ": what is written under ", "?" },
        { 2, ": who knows about ", "?" },
        { 12, ": what is the name of ", "?" },
    };
    const char *before = ": what do you know about ", *after = "?";
    for (size_t i = 0; i < COUNT(questions); i++) {
        if (questions[i].type == w->r->b) {
            before = questions[i].before;
            after = questions[i].after;
        }
    }
    add_host(w, w->r->actor);
    buf_addz(w->out, " asks ");
    add_host(w, w->r->c);
    buf_addz(w->out, before);
    add_name(w, w->r->a);
    buf_addz(w->out, after);
    buf_addz(w->out, " (DNS, ");
    words_type(w->out, w->r->b);
    buf_byte(w->out, ')');
}

static void tell_answer(const struct teller *w)
{
    static const struct {
        uint32_t type;
        const char *before, *between;
    } answers[] = {
        { 1, "the address of ", " is " },       { 15, "mail for ", " goes to " },
        { 28, "the IPv6 address of ", " is " }, { 2, "", " is known by " },
        { 12, "the name of ", " is " },
    };
    const char *before = "", *between = " says: ";
    for (size_t i = 0; i < COUNT(answers); i++) {
        if (answers[i].type == w->r->b) {
            before = answers[i].before;
            between = answers[i].between;
        }
    }
    struct buf found;
    buf_init(&found);
    bool good = words_answer(w->c, w->record, &found);
    add_host(w, w->r->actor);
    buf_addz(w->out, " knows now: ");
    buf_addz(w->out, good ? before : "for ");
    add_name(w, w->r->a);
    buf_addz(w->out, good ? between : ": ");
    buf_add(w->out, buf_slice(&found));
    buf_byte(w->out, '.');
    buf_deinit(&found);
}

static bool is_draft(const struct teller *w)
{
    const struct trace_rec *why = trace_at(w->c->trace, w->r->cause);
    return why && why->kind == TRACE_SCRIPT &&
           slice_eq(trace_name_of(w->c->trace, why->a), SLICE("draft"));
}

static void tell_compose(const struct teller *w)
{
    const struct cast_host *h = cast_host(w->c, w->r->actor);
    bool passed_on = w->r->flow && h && (h->roles & ROLE_MTA) && !(h->roles & ROLE_WEB);
    slice rest = payload(w); /* and not the cast's: a letter may be sent again, to others */
    buf_addz(w->out, passed_on ? "Out of " : is_draft(w) ? "Written on " : "Ready to go on ");
    add_host(w, w->r->actor);
    buf_addz(w->out, passed_on     ? " comes what nobody is known to have written: "
                     : is_draft(w) ? ", and not sent: "
                                   : ": ");
    add_letter(w);
    buf_addz(w->out, " from ");
    buf_add(w->out, slice_cut(&rest, '\n'));
    buf_addz(w->out, " to ");
    buf_add(w->out, slice_cut(&rest, '\n'));
    buf_byte(w->out, '.');
}

static void tell_login(const struct teller *w)
{
    add_host(w, w->r->actor);
    buf_addz(w->out, w->r->b ? " checks the password: it really is " : " does not believe ");
    add_name(w, w->r->a);
    buf_byte(w->out, '.');
}

static bool is_device(const struct teller *w)
{
    const struct cast_host *h = cast_host(w->c, w->r->actor);
    return h && (h->roles & ROLE_MUA);
}

static void tell_envelope(const struct teller *w)
{
    slice from = trace_name_of(w->c->trace, w->r->b);
    add_host(w, w->r->actor);
    buf_addz(w->out,
             is_device(w) ? " has this on the envelope: from " : " takes the envelope: from ");
    buf_add(w->out, from.len ? from : SLICE("nobody (<>)"));
    buf_addz(w->out, ", to ");
    add_list(w, payload(w));
    buf_byte(w->out, '.');
}

static void tell_refuse(const struct teller *w)
{
    add_host(w, w->r->actor);
    buf_addz(w->out, " says no (");
    fmt_u64(w->out, w->r->a);
    buf_byte(w->out, ')');
    if (w->r->b) {
        buf_addz(w->out, " to ");
        add_name(w, w->r->b);
    }
    buf_byte(w->out, '.');
}

static void tell_accept(const struct teller *w)
{
    add_host(w, w->r->actor);
    buf_addz(w->out, " has ");
    add_letter(w);
    buf_addz(w->out, " now and is responsible for it.");
}

static void tell_attempt(const struct teller *w)
{
    add_host(w, w->r->actor);
    buf_addz(w->out, " wants to bring ");
    add_letter(w);
    buf_addz(w->out, " to ");
    add_name(w, w->r->c);
    buf_byte(w->out, '.');
}

static void tell_held(const struct teller *w)
{
    add_host(w, w->r->actor);
    buf_addz(w->out, " lets ");
    add_letter(w);
    buf_addz(w->out, " stand in line for ");
    add_name(w, w->r->c);
    buf_byte(w->out, '.');
}

static void tell_report(const struct teller *w)
{
    add_host(w, w->r->actor);
    buf_addz(w->out, " writes to the sender: ");
    add_name(w, w->r->b);
    buf_byte(w->out, '.');
}

static void tell_defer(const struct teller *w)
{
    slice rest = payload(w);
    slice_cut(&rest, '\n');
    add_host(w, w->r->actor);
    buf_addz(w->out, " must keep ");
    add_letter(w);
    buf_addz(w->out, " and try again later");
    if (rest.len) {
        buf_addz(w->out, ": ");
        buf_add(w->out, slice_cut(&rest, '\n'));
    }
    buf_byte(w->out, '.');
}

static void tell_outcome(const struct teller *w)
{
    static const char *const fates[FATE_COUNT] = {
        [FATE_DELIVERED] = " is done: the letter is in the mailbox of ",
        [FATE_RELAYED] = " is done: another server has taken the letter for ",
        [FATE_EXPANDED] = " makes new copies of the letter for ",
        [FATE_BOUNCED] = " gives up and tells the sender: no way to ",
        [FATE_FAILED] = " gives up, and there is nobody to tell, about ",
        [FATE_DISCARDED] = " throws away the letter for ",
        [FATE_QUEUED] = " still keeps the letter for "
    };
    slice rest = payload(w);
    add_host(w, w->r->actor);
    buf_addz(w->out, is_device(w) ? " is told no for good, and gives up the letter for "
                                  : fates[w->r->b < FATE_COUNT ? w->r->b : FATE_QUEUED]);
    buf_add(w->out, slice_cut(&rest, '\n'));
    if ((w->r->b == FATE_EXPANDED || w->r->b == FATE_DISCARDED) && rest.len > 0) {
        buf_addz(w->out, " ("); /* for whom now; by which rule */
        buf_add(w->out, slice_cut(&rest, '\n'));
        buf_byte(w->out, ')');
    }
    buf_byte(w->out, '.');
}

static void tell_place(const struct teller *w)
{
    static const struct {
        uint32_t kind;
        const char *verb, *where;
    } verbs[] = {
        { TRACE_STORED, " puts ", " into the mailbox " },
        { TRACE_FETCHED, " has fetched ", " into " },
        { TRACE_REMOVED, " removes ", " from " },
    };
    for (size_t i = 0; i < COUNT(verbs); i++) {
        if (verbs[i].kind == w->r->kind) {
            add_host(w, w->r->actor);
            buf_addz(w->out, verbs[i].verb);
            add_letter(w);
            buf_addz(w->out, verbs[i].where);
            add_name(w, w->r->c);
            buf_byte(w->out, '.');
        }
    }
}

/* "The zone example.net changes at ns.example.net." */
static void tell_zone(const struct teller *w)
{
    buf_addz(w->out, "The zone ");
    add_name(w, w->r->a);
    buf_addz(w->out, " changes");
    if (w->r->actor != 0) {
        buf_addz(w->out, " at ");
        add_host(w, w->r->actor);
    }
    buf_byte(w->out, '.');
}

static void tell_end(const struct teller *w)
{
    buf_addz(w->out, "Nothing is left to happen.");
}

static void tell_tls(const struct teller *w)
{
    words_tls(w->c, w->r, w->out);
}

static void tell_device(const struct teller *w)
{
    words_device(w->c, w->r, w->out);
}

void words_span(struct buf *out, uint64_t ns)
{
    static const struct {
        uint64_t unit, next;
        char sign, small;
    } rows[] = { { SIM_DAY, SIM_HOUR, 'd', 'h' },
                 { SIM_HOUR, SIM_MINUTE, 'h', 'm' },
                 { SIM_MINUTE, SIM_SECOND, 'm', 's' } };
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (ns >= rows[i].unit) {
            fmt_u64(out, ns / rows[i].unit);
            buf_byte(out, rows[i].sign);
            buf_byte(out, ' ');
            fmt_u64(out, ns % rows[i].unit / rows[i].next);
            buf_byte(out, rows[i].small);
            return;
        }
    }
    fmt_u64(out, ns / SIM_SECOND);
    if (ns < 10 * SIM_SECOND) {
        buf_byte(out, '.');
        fmt_u64(out, ns % SIM_SECOND / (100 * SIM_MS));
    }
    buf_byte(out, 's');
}

typedef void tell_fn(const struct teller *w);
static tell_fn *const tells[TRACE_KIND_COUNT] = {
    [TRACE_SCRIPT] = tell_script,   [TRACE_FAULT] = tell_fault,
    [TRACE_OPEN] = tell_open,       [TRACE_OPENED] = tell_opened,
    [TRACE_CLOSED] = tell_closed,   [TRACE_SAID] = tell_said,
    [TRACE_LOST] = tell_lost,       [TRACE_ASK] = tell_ask,
    [TRACE_ANSWER] = tell_answer,   [TRACE_COMPOSE] = tell_compose,
    [TRACE_LOGIN] = tell_login,     [TRACE_ENVELOPE] = tell_envelope,
    [TRACE_REFUSE] = tell_refuse,   [TRACE_ACCEPT] = tell_accept,
    [TRACE_ATTEMPT] = tell_attempt, [TRACE_DEFER] = tell_defer,
    [TRACE_OUTCOME] = tell_outcome, [TRACE_REPORT] = tell_report,
    [TRACE_HELD] = tell_held,       [TRACE_STORED] = tell_place,
    [TRACE_FETCHED] = tell_place,   [TRACE_REMOVED] = tell_place,
    [TRACE_FLAGGED] = tell_device,  [TRACE_NOTE] = tell_text,
    [TRACE_UPGRADE] = tell_tls,     [TRACE_SECURED] = tell_tls,
    [TRACE_UNSECURED] = tell_tls,   [TRACE_DROPPED] = tell_tls,
    [TRACE_TAMPER] = tell_tls,      [TRACE_END] = tell_end,
    [TRACE_ZONE] = tell_zone,       [TRACE_FOLDER] = tell_device,
    [TRACE_LISTED] = tell_device,   [TRACE_FORGOT] = tell_device,
    [TRACE_DEVICE] = tell_device,   [TRACE_PENDING] = tell_device,
    [TRACE_SETTLED] = tell_device,  [TRACE_SYNC] = tell_device,
};

bool words_tell(uint32_t kind)
{
    return kind < TRACE_KIND_COUNT && tells[kind];
}

void words_of(const struct cast *c, uint64_t record, struct buf *out)
{
    const struct trace_rec *r = trace_at(c->trace, record);
    if (r && words_tell(r->kind)) {
        tells[r->kind](&(struct teller){ c, r, record, out });
    }
}

void words_heard(const struct cast *c, uint64_t record, bool listen, struct buf *out)
{
    const struct trace_rec *r = trace_at(c->trace, record);
    if (listen && r->kind == TRACE_SAID && cast_is_sealed(c, r->flow, record)) {
        buf_addz(out, "▣ What ");
        buf_add(out, cast_host_name(c, r->actor));
        buf_addz(out, " says is sealed.");
    } else {
        words_of(c, record, out);
    }
}

void words_time(const struct cast *c, uint64_t ns, bool milliseconds, struct buf *out)
{
    uint64_t fraction = ns / SIM_MS % 1000;
    if (cast_start(c) == 0) {
        fmt_clock(out, ns);
        return;
    }
    struct civil t = civil_from_unix(cast_start(c) + (int64_t)(ns / SIM_SECOND));
    buf_addz(out, fmt_weekdays[t.weekday]);
    buf_byte(out, ' ');
    fmt_time(out, t);
    if (milliseconds) {
        buf_byte(out, '.');
        fmt_u64_padded(out, fraction, 3, '0');
    }
}
