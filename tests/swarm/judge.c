/* judge.c - what must be true of every world, folded out of its trace: each copy that was accepted
 * ends once for each of its recipients, what one host says it handed on another has taken, what was
 * delivered lies in a mailbox, what bounced was reported, and who took a letter twice had not been
 * able to say that he had it.
 * Never knows what was planned, but for letters whose subject says that nobody wants to be told. */
#include "sim/base/mem.h"
#include "sim/world/flows.h"
#include "tests/swarm/swarm.h"

#include <string.h>

#define KEPT_MAX (2 * SIM_DAY) /* no host is told to keep a letter longer than one */

/* What is counted of a letter at a host for one recipient; recipient 0: for all of them. */
struct copy {
    uint32_t host, letter, recipient;
    uint32_t accepted;   /* recipients 0 only: of all ACCEPT */
    uint64_t since;      /* recipient 0: of the newest of them */
    uint32_t forgotten;  /* recipient 0: still there when everybody would have given up */
    uint32_t envelopes;  /* envelopes with this recipient */
    uint32_t expansions; /* recipient 0: envelopes that an expansion has written */
    uint32_t emptied;    /* recipient 0: of them, lists without members */
    uint32_t left_out;   /* recipient 0: of them, who stood only for such as had the letter */
    uint32_t stored;     /* recipient 0 */
    uint32_t reported;   /* recipient 0: as failed */
    uint32_t untold;     /* recipient 0: bounced since the last report */
    uint32_t too_often;  /* recipient 0: reports that no bounce stands before */
    uint32_t copies;     /* recipient 0: envelopes, and letters of its own */
    uint32_t from_users; /* envelopes that came from a device or a program */
    uint32_t null_path;  /* recipient 0: envelopes of a null reverse-path */
    uint32_t quiet;      /* recipient 0: nobody wants to hear of failure (RFC 3461 4.1) */
    uint32_t given_up;   /* at a device: refused for good */
    uint32_t ends[FATE_COUNT];
};

/* Between two hosts. */
struct handed {
    uint32_t from, to, letter, recipient;
    uint32_t taken, acknowledged;
    uint32_t excused; /* of the taken: came over a connection that broke or lost something */
};
/* One of them. */
struct passage {
    uint32_t flow, from, to, letter, recipient;
};
/* Of a sender, for a letter and a recipient: how often it did not learn what came of a try. */
struct doubt {
    uint32_t host, letter, recipient;
    uint32_t tries;
};

/* Rows of any of these structs, found again by their first words. */
struct rows {
    char *items;
    size_t count, cap, size, words;
    uint32_t *slots; /* index + 1 */
    size_t slot_count;
};

struct judge {
    const struct trace *trace;
    struct flows flows;
    struct intern recipients;
    struct rows copies, handed, doubts, passages;
    bool *troubled; /* by flow: it broke, or something was lost on it */
    size_t troubled_cap;
    uint32_t *power_lost;  /* by host: how often */
    uint32_t *user_failed; /* by host: how often a device said that it failed */
    uint32_t *roles;
    size_t hosts;
    uint64_t expansion; /* the outcome whose envelopes were seen last */
    struct swarm_tally *tally;
    struct buf *why;
    struct buf scratch;
    bool ok;
};

/* ---- rows ---- */

static uint64_t hash(const uint32_t *words, size_t count)
{
    uint64_t h = 0x9e3779b97f4a7c15;
    for (size_t i = 0; i < count; i++) {
        h = (h ^ words[i]) * 0xff51afd7ed558ccd;
        h ^= h >> 32;
    }
    return h;
}

static void *row_at(const struct rows *r, size_t i)
{
    return r->items + i * r->size;
}

static size_t slot_of(const struct rows *r, const uint32_t *words)
{
    size_t at = (size_t)hash(words, r->words) & (r->slot_count - 1);
    while (r->slots[at] != 0 &&
           memcmp(row_at(r, r->slots[at] - 1), words, r->words * sizeof *words) != 0) {
        at = (at + 1) & (r->slot_count - 1);
    }
    return at;
}

static void rehash(struct rows *r)
{
    r->slot_count = r->slot_count > 0 ? 2 * r->slot_count : 64;
    mem_free(r->slots);
    r->slots = mem_array(r->slot_count, sizeof *r->slots);
    memset(r->slots, 0, r->slot_count * sizeof *r->slots);
    for (size_t i = 0; i < r->count; i++) {
        r->slots[slot_of(r, row_at(r, i))] = (uint32_t)i + 1;
    }
}

/* Borrowed until the next one is made. */
static void *row(struct rows *r, const uint32_t *words)
{
    if (2 * r->count >= r->slot_count) {
        rehash(r);
    }
    size_t slot = slot_of(r, words);
    if (r->slots[slot] == 0) {
        r->items = mem_grow(r->items, r->count, &r->cap, r->size);
        memset(row_at(r, r->count), 0, r->size);
        memcpy(row_at(r, r->count), words, r->words * sizeof *words);
        r->slots[slot] = (uint32_t)++r->count;
    }
    return row_at(r, r->slots[slot] - 1);
}

static struct copy *copy_of(struct judge *j, uint32_t host, uint32_t letter, uint32_t recipient)
{
    return row(&j->copies, (uint32_t[]){ host, letter, recipient });
}

/* ---- what is read ---- */

static bool is_host(const struct judge *j, uint32_t host, uint32_t roles)
{
    return host <= j->hosts && (j->roles[host] & roles) != 0;
}

static uint32_t recipient_id(struct judge *j, slice address)
{
    char lower[300];
    size_t n = address.len < sizeof lower ? address.len : sizeof lower;
    for (size_t i = 0; i < n; i++) {
        lower[i] = ascii_lower(address.ptr[i]);
    }
    return intern_id(&j->recipients, (slice){ lower, n });
}

static slice text_of(struct judge *j, const struct trace_rec *r)
{
    return trace_payload(j->trace, trace_payload_id(r), &j->scratch);
}

static bool is_user(const struct judge *j, uint32_t host)
{
    return !is_host(j, host, ROLE_MTA | ROLE_MX | ROLE_MSA | ROLE_STORE);
}

static void on_host(struct judge *j, const struct trace_rec *r)
{
    size_t count = r->actor > j->hosts ? r->actor : j->hosts;
    uint32_t *more[3];
    uint32_t *old[3] = { j->roles, j->power_lost, j->user_failed };
    for (size_t i = 0; i < COUNT(more); i++) {
        more[i] = mem_array(count + 1, sizeof *more[i]);
        memset(more[i], 0, (count + 1) * sizeof *more[i]);
        if (old[i]) {
            memcpy(more[i], old[i], (j->hosts + 1) * sizeof *more[i]);
        }
        mem_free(old[i]);
    }
    j->roles = more[0];
    j->power_lost = more[1];
    j->user_failed = more[2];
    j->hosts = count;
    j->roles[r->actor] = r->c;
}

static void on_envelope(struct judge *j, const struct trace_rec *r)
{
    if (is_user(j, r->actor)) {
        return; /* what it could not hand over: an outcome follows for each */
    }
    slice rest = text_of(j, r);
    uint32_t client = r->flow != 0 ? flows_get(&j->flows, r->flow).client : 0;
    struct copy *all = copy_of(j, r->actor, r->a, 0);
    all->null_path += trace_name_of(j->trace, r->b).len == 0;
    all->copies++;
    bool expanded = r->flow == 0 && r->cause > 0 && r->cause != j->expansion &&
                    trace_at(j->trace, r->cause)->kind == TRACE_OUTCOME;
    if (expanded) { /* a list may write one for each member */
        all->expansions++;
        j->expansion = r->cause;
    }
    while (rest.len > 0) {
        uint32_t recipient = recipient_id(j, slice_cut(&rest, '\n'));
        struct copy *c = copy_of(j, r->actor, r->a, recipient);
        c->envelopes++;
        c->from_users += client != 0 && is_user(j, client);
        if (client != 0 && !is_user(j, client)) {
            struct handed *h = row(&j->handed, (uint32_t[]){ client, r->actor, r->a, recipient });
            h->taken++;
            (void)row(&j->passages, (uint32_t[]){ r->flow, client, r->actor, r->a, recipient });
        }
    }
}

/* A host writes a letter itself: a report, to whom its second line says. */
static void on_compose(struct judge *j, const struct trace_rec *r)
{
    slice rest = text_of(j, r);
    (void)slice_cut(&rest, '\n');
    if (is_user(j, r->actor)) {
        (void)slice_cut(&rest, '\n');
        copy_of(j, 0, r->a, 0)->quiet += slice_starts(rest, SLICE(SWARM_QUIET));
    } else if (!is_host(j, r->actor, ROLE_WEB) ||
               slice_starts(text_of(j, r),
                            SLICE("MAILER-DAEMON@"))) { /* not what it was asked for */
        copy_of(j, r->actor, r->a, recipient_id(j, slice_cut(&rest, '\n')))->envelopes++;
        copy_of(j, r->actor, r->a, 0)->null_path++;
        copy_of(j, r->actor, r->a, 0)->copies++;
    }
}

/* The sender could not know whether the letter was taken. */
static bool is_doubtful(slice reason)
{
    static const slice words[] = { SLICE_INIT(" 4.4.1 "), SLICE_INIT(" 4.4.2 "),
                                   SLICE_INIT("421 ") };
    bool yes = false;
    for (size_t i = 0; i < COUNT(words); i++) {
        yes = yes || slice_find(reason, words[i]) != SLICE_NONE;
    }
    return yes;
}

static void on_doubt(struct judge *j, const struct trace_rec *r, uint32_t recipient, slice reason)
{
    if (is_doubtful(reason)) {
        struct doubt *d = row(&j->doubts, (uint32_t[]){ r->actor, r->a, recipient });
        d->tries++;
    }
}

static void on_outcome(struct judge *j, const struct trace_rec *r)
{
    slice rest = text_of(j, r);
    uint32_t recipient = recipient_id(j, slice_cut(&rest, '\n'));
    if (is_user(j, r->actor)) {
        copy_of(j, r->actor, r->a, recipient)->given_up++;
        return;
    }
    copy_of(j, r->actor, r->a, recipient)->ends[r->b]++;
    j->tally->ends[r->b]++;
    if (r->b == FATE_EXPANDED && slice_ends(rest, SLICE(": 0 members"))) {
        copy_of(j, r->actor, r->a, 0)->emptied++;
        copy_of(j, r->actor, r->a, 0)->expansions++; /* a list from which all were removed */
    }
    if (r->b == FATE_EXPANDED && slice_ends(rest, SLICE(" the letter already"))) {
        copy_of(j, r->actor, r->a, 0)->left_out++;
    }
    copy_of(j, r->actor, r->a, 0)->ends[r->b]++;
    copy_of(j, r->actor, r->a, 0)->untold += r->b == FATE_BOUNCED;
    if (r->b == FATE_RELAYED) {
        slice name = slice_cut(&rest, ':');
        uint32_t to = flows_actor(j->trace, name);
        struct handed *h = row(&j->handed, (uint32_t[]){ r->actor, to, r->a, recipient });
        h->acknowledged++;
    } else if (r->b != FATE_DELIVERED && r->b != FATE_EXPANDED) {
        on_doubt(j, r, recipient, rest);
        if (r->b == FATE_QUEUED) { /* perhaps in the middle of a try */
            struct copy *all = copy_of(j, r->actor, r->a, 0);
            all->forgotten += r->at - all->since > KEPT_MAX;
            struct doubt *d = row(&j->doubts, (uint32_t[]){ r->actor, r->a, recipient });
            d->tries++;
        }
    }
}

static void on_defer(struct judge *j, const struct trace_rec *r)
{
    slice rest = text_of(j, r);
    uint32_t recipient = recipient_id(j, slice_cut(&rest, '\n'));
    on_doubt(j, r, recipient, rest);
}

static void on_fault(struct judge *j, const struct trace_rec *r)
{
    static const slice words[] = { SLICE_INIT("down"), SLICE_INIT("crash"), SLICE_INIT("restart"),
                                   SLICE_INIT("offline") };
    for (size_t i = 0; i < COUNT(words); i++) {
        if (r->actor != 0 && slice_eq(trace_name_of(j->trace, r->a), words[i])) {
            j->power_lost[r->actor]++;
        }
    }
}

static void on_broken(struct judge *j, const struct trace_rec *r)
{
    if (r->kind == TRACE_CLOSED && r->a == WHY_DONE) {
        return;
    }
    size_t old = j->troubled_cap;
    while (r->flow >= j->troubled_cap) {
        j->troubled = mem_grow(j->troubled, j->troubled_cap, &j->troubled_cap, sizeof(bool));
    }
    memset(j->troubled + old, 0, (j->troubled_cap - old) * sizeof(bool));
    j->troubled[r->flow] = true;
}

static void on_accept(struct judge *j, const struct trace_rec *r)
{
    copy_of(j, r->actor, r->a, 0)->accepted += r->c;
    copy_of(j, r->actor, r->a, 0)->since = r->at;
}

static void on_stored(struct judge *j, const struct trace_rec *r)
{
    slice mailbox = trace_name_of(j->trace, r->c); /* what a web mail has sent lies in another */
    copy_of(j, r->actor, r->a, 0)->stored += slice_ends(mailbox, SLICE("/INBOX"));
}

static void on_report(struct judge *j, const struct trace_rec *r)
{
    if (slice_eq(trace_name_of(j->trace, r->b), SLICE("failed"))) {
        struct copy *about = copy_of(j, r->actor, r->c, 0);
        about->reported++;
        about->too_often += about->untold == 0;
        about->untold = 0;
    }
}

static void on_note(struct judge *j, const struct trace_rec *r)
{
    j->user_failed[r->actor] += slice_eq(trace_name_of(j->trace, r->a), SLICE("failed"));
}

static const struct {
    enum trace_kind kind;
    void (*take)(struct judge *j, const struct trace_rec *r);
} takers[] = {
    { TRACE_HOST, on_host },       { TRACE_ENVELOPE, on_envelope }, { TRACE_COMPOSE, on_compose },
    { TRACE_OUTCOME, on_outcome }, { TRACE_DEFER, on_defer },       { TRACE_FAULT, on_fault },
    { TRACE_ACCEPT, on_accept },   { TRACE_STORED, on_stored },     { TRACE_REPORT, on_report },
    { TRACE_NOTE, on_note },       { TRACE_LOST, on_broken },       { TRACE_CLOSED, on_broken },
};

/* ---- what is said about it ---- */

static void blame(struct judge *j, const uint32_t *host, uint32_t letter, uint32_t recipient,
                  const char *what)
{
    j->ok = false;
    buf_add(j->why, host[0] != 0 ? trace_name_of(j->trace, host[0]) : SLICE("nobody"));
    if (host[1] != 0) {
        buf_addz(j->why, " -> ");
        buf_add(j->why, trace_name_of(j->trace, host[1]));
    }
    buf_addz(j->why, ", ");
    buf_add(j->why, trace_name_of(j->trace, letter));
    if (recipient != 0) {
        buf_addz(j->why, " for ");
        buf_add(j->why, intern_name(&j->recipients, recipient));
    }
    buf_addz(j->why, ": ");
    buf_addz(j->why, what);
    buf_byte(j->why, '\n');
}

static uint32_t name_of_host(const struct judge *j, uint32_t host)
{
    for (uint64_t n = 1; n <= j->trace->count && host != 0; n++) {
        const struct trace_rec *r = trace_at(j->trace, n);
        if (r->kind == TRACE_HOST && r->actor == host) {
            return r->a;
        }
    }
    return 0;
}

static uint32_t sum(const uint32_t ends[FATE_COUNT])
{
    uint32_t total = 0;
    for (size_t i = 0; i < FATE_COUNT; i++) {
        total += ends[i];
    }
    return total;
}

static void must(struct judge *j, bool holds, const struct copy *c, const char *what)
{
    if (!holds) {
        uint32_t names[] = { name_of_host(j, c->host), 0 };
        blame(j, names, c->letter, c->recipient, what);
    }
}

static bool is_quiet(struct judge *j, uint32_t letter)
{
    return copy_of(j, 0, letter, 0)->quiet > 0;
}

static void judge_letter(struct judge *j, const struct copy *c)
{
    must(j, c->accepted == sum(c->ends), c, "not one end for each recipient that was accepted");
    bool keeps = !is_host(j, c->host, ROLE_WEB); /* an API counts what comes back */
    must(j, !keeps || c->ends[FATE_DELIVERED] == c->stored, c,
         "delivered is not what lies in mailboxes");
    must(j, c->left_out == 0 || sum(c->ends) > c->ends[FATE_EXPANDED] || c->emptied > 0, c,
         "left out, and it has come to nobody");
    must(j, c->ends[FATE_EXPANDED] == c->expansions + c->left_out, c,
         "expanded is not what became of it");
    must(j, c->ends[FATE_BOUNCED] == 0 || c->reported > 0, c, "bounced, and nobody was told");
    must(j, c->untold == 0, c, "the last that bounced, and nobody was told");
    must(j, c->too_often == 0, c, "reported, and nothing bounced");
    must(j, c->reported == 0 || c->copies > c->null_path, c, "reported to nobody");
    must(j, c->ends[FATE_FAILED] == 0 || c->null_path > 0 || is_quiet(j, c->letter), c,
         "failed, and nobody was told");
    must(j, c->forgotten == 0, c, "it waits for ever");
}

static void judge_recipient(struct judge *j, const struct copy *c)
{
    must(j, c->envelopes == sum(c->ends), c, "not one end for each envelope");
    must(j, c->given_up <= 1, c, "a device was refused for good twice");
}

static void judge_handed(struct judge *j, const struct handed *h)
{
    const struct doubt *d = row(&j->doubts, (uint32_t[]){ h->from, h->letter, h->recipient });
    uint32_t names[] = { name_of_host(j, h->from), name_of_host(j, h->to) };
    uint32_t unknown = h->taken > h->acknowledged ? h->taken - h->acknowledged : 0;
    j->tally->doubled += unknown;
    if (h->taken < h->acknowledged) {
        blame(j, names, h->letter, h->recipient, "relayed to a host that has not taken it");
    }
    if (unknown > d->tries + h->excused + j->power_lost[h->from]) {
        blame(j, names, h->letter, h->recipient, "taken twice, though each reply was heard");
    }
}

static void judge_all(struct judge *j)
{
    for (size_t i = 0; i < j->copies.count; i++) {
        const struct copy *c = row_at(&j->copies, i);
        if (c->recipient == 0) {
            judge_letter(j, c);
        } else {
            judge_recipient(j, c);
        }
    }
    for (size_t i = 0; i < j->passages.count; i++) {
        const struct passage *p = row_at(&j->passages, i);
        struct handed *h = row(&j->handed, (uint32_t[]){ p->from, p->to, p->letter, p->recipient });
        h->excused += p->flow < j->troubled_cap && j->troubled[p->flow];
    }
    for (size_t i = 0; i < j->handed.count; i++) {
        judge_handed(j, row_at(&j->handed, i));
    }
}

static void judge_free(struct judge *j)
{
    struct rows *rows[] = { &j->copies, &j->handed, &j->doubts, &j->passages };
    for (size_t i = 0; i < COUNT(rows); i++) {
        mem_free(rows[i]->items);
        mem_free(rows[i]->slots);
    }
    mem_free(j->troubled);
    mem_free(j->roles);
    mem_free(j->power_lost);
    mem_free(j->user_failed);
    flows_deinit(&j->flows);
    intern_deinit(&j->recipients);
    buf_deinit(&j->scratch);
}

bool swarm_judge(const struct trace *t, struct swarm_tally *tally, struct buf *why)
{
    struct judge j = { .trace = t, .tally = tally, .why = why, .ok = true };
    j.copies = (struct rows){ .size = sizeof(struct copy), .words = 3 };
    j.handed = (struct rows){ .size = sizeof(struct handed), .words = 4 };
    j.passages = (struct rows){ .size = sizeof(struct passage), .words = 5 };
    j.doubts = (struct rows){ .size = sizeof(struct doubt), .words = 3 };
    flows_init(&j.flows);
    intern_init(&j.recipients);
    for (uint64_t n = 1; n <= t->count; n++) {
        const struct trace_rec *r = trace_at(t, n);
        flows_fold(&j.flows, t, r);
        for (size_t i = 0; i < COUNT(takers); i++) {
            if (r->kind == (uint32_t)takers[i].kind) {
                takers[i].take(&j, r);
            }
        }
    }
    judge_all(&j);
    judge_free(&j);
    return j.ok;
}
