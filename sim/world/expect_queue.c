/* expect_queue.c - what waits in queues and since when it is tried, and what is reported of it.
 * Never asks a queue: all of it is folded out of the trace, as docs/trace.md says. */
#include "sim/base/mem.h"
#include "sim/world/expect_fold.h"
#include "sim/world/key.h"

/* ---- queue: a copy waits while not all of its recipients have had their one outcome */

struct queue_args {
    slice host, subject;
    int64_t messages, min, max, recipients;
};

static const struct key queue_keys[] = {
    { "queue", KEY_HOST, offsetof(struct queue_args, host), NULL, 0, 0, NULL,
      "whose queue of letters that wait to be sent" },
    { "messages", KEY_INT, offsetof(struct queue_args, messages), NOT_GIVEN_TEXT, 0, COUNT_MAX,
      NULL, "how many copies wait; without any number: at least one" },
    { "min", KEY_INT, offsetof(struct queue_args, min), NOT_GIVEN_TEXT, 0, COUNT_MAX, NULL,
      "at least so many copies wait" },
    { "max", KEY_INT, offsetof(struct queue_args, max), NOT_GIVEN_TEXT, 0, COUNT_MAX, NULL,
      "at most so many copies wait" },
    { "recipients", KEY_INT, offsetof(struct queue_args, recipients), NOT_GIVEN_TEXT, 0, COUNT_MAX,
      NULL, "for how many recipients" },
    { "subject", KEY_TEXT, offsetof(struct queue_args, subject), "", 0, 0, NULL,
      "only letters with this subject count" },
    KEY_ROW_END,
};

struct copy {
    uint64_t open;  /* recipients without an outcome */
    uint32_t older; /* copy of the same letter, from 1; 0: none */
};
struct copies {
    struct copy *items;
    size_t count, cap;
    uint32_t *newest; /* by the letter's name */
    size_t letters;
};

static void copy_add(struct copies *c, const struct trace_rec *r)
{
    if (r->a < c->letters) {
        c->items = mem_grow(c->items, c->count, &c->cap, sizeof *c->items);
        c->items[c->count++] = (struct copy){ r->c, c->newest[r->a] };
        c->newest[r->a] = (uint32_t)c->count;
    }
}

static void copy_done(struct copies *c, const struct trace_rec *r)
{
    uint32_t at = c->items && r->a < c->letters ? c->newest[r->a] : 0;
    while (at > 0 && c->items[at - 1].open == 0) {
        at = c->items[at - 1].older;
    }
    if (at > 0) {
        c->items[at - 1].open--;
    }
}

static void add_waiting(struct buf *out, const char *how, int64_t count, bool more)
{
    buf_addz(out, more ? ", and " : "");
    buf_addz(out, how);
    add_count(out, (uint64_t)count, "letter waits", "letters wait");
}

static void queue_expected(const struct queue_args *a, struct buf *out)
{
    size_t before = out->len;
    if (a->messages != NOT_GIVEN) {
        add_waiting(out, "", a->messages, false);
    }
    if (a->min != NOT_GIVEN) {
        add_waiting(out, "at least ", a->min, out->len > before);
    }
    if (a->max != NOT_GIVEN) {
        add_waiting(out, "at most ", a->max, out->len > before);
    }
    if (out->len == before) {
        buf_addz(out, "a letter waits");
    }
    if (a->recipients != NOT_GIVEN) {
        buf_addz(out, ", for ");
        add_count(out, (uint64_t)a->recipients, "recipient,", "recipients,");
    }
    buf_addz(out, " in the queue of ");
    buf_add(out, a->host);
    if (a->subject.len > 0) {
        buf_byte(out, ' ');
        add_quoted(out, a->subject);
    }
}

/* Without any number: at least one. */
static bool so_many(const struct queue_args *a, uint64_t waiting, uint64_t recipients)
{
    bool any = a->messages != NOT_GIVEN || a->min != NOT_GIVEN || a->max != NOT_GIVEN ||
               a->recipients != NOT_GIVEN;
    return (any || waiting > 0) && (a->messages == NOT_GIVEN || waiting == (uint64_t)a->messages) &&
           (a->min == NOT_GIVEN || waiting >= (uint64_t)a->min) &&
           (a->max == NOT_GIVEN || waiting <= (uint64_t)a->max) &&
           (a->recipients == NOT_GIVEN || recipients == (uint64_t)a->recipients);
}

static bool look_queue(const struct expect_view *v, const void *args, struct buf *expected,
                       struct buf *seen)
{
    const struct queue_args *a = args;
    uint32_t actor = flows_actor(v->trace, a->host);
    struct copies copies = { .letters = v->trace->names.count + 1 };
    struct letters letters;
    uint64_t waiting = 0, recipients = 0, at = 0;
    const struct trace_rec *r;
    copies.newest = mem_array(copies.letters, sizeof *copies.newest);
    letters_find(&letters, v, a->subject);
    while ((r = view_next(v, &at))) {
        if (r->actor != actor || !letters_has(&letters, r->a)) {
            continue;
        }
        if (r->kind == TRACE_ACCEPT) {
            copy_add(&copies, r);
        } else if (r->kind == TRACE_OUTCOME && r->b != FATE_QUEUED) {
            copy_done(&copies, r);
        }
    }
    for (size_t i = 0; i < copies.count; i++) {
        waiting += copies.items[i].open > 0;
        recipients += copies.items[i].open;
    }
    mem_free(copies.items);
    mem_free(copies.newest);
    letters_deinit(&letters);
    queue_expected(a, expected);
    add_count(seen, waiting, "letter waits", "letters wait");
    if (a->recipients != NOT_GIVEN) {
        buf_addz(seen, ", for ");
        add_count(seen, recipients, "recipient", "recipients");
    }
    return so_many(a, waiting, recipients);
}

const struct expect_kind expect_queue = {
    .name = "queue",
    .doc = "how many letters wait in a server's queue",
    .args_size = sizeof(struct queue_args),
    .keys = queue_keys,
    .look = look_queue,
};

/* ---- attempt, held: one letter, one destination */

struct try_args {
    slice destination, host, subject;
    struct tally tally;
};

/* clang-format off */
#define TRY_ROWS                                                                                   \
    { "host", KEY_HOST, offsetof(struct try_args, host), "", 0, 0, NULL, "in whose queue" },       \
    { "subject", KEY_TEXT, offsetof(struct try_args, subject), "", 0, 0, NULL,                     \
      "only letters with this subject count" },                                                    \
    TALLY_ROWS(try_args),                                                                          \
    KEY_ROW_END
/* clang-format on */

static const struct key attempt_keys[] = {
    { "attempt", KEY_TEXT, offsetof(struct try_args, destination), NULL, 0, 0, NULL,
      "the destination that is tried: a domain, or the host that gets the mail; \"any\" for all" },
    TRY_ROWS,
};
static const struct key held_keys[] = {
    { "held", KEY_TEXT, offsetof(struct try_args, destination), NULL, 0, 0, NULL,
      "the destination for which a letter stands in line; \"any\" for all" },
    TRY_ROWS,
};

static enum tally_fit fit_try(const struct tally_walk *w, const struct trace_rec *r,
                              const struct try_args *a, enum trace_kind kind)
{
    if (r->kind != (uint32_t)kind || !letters_has(&w->letters, r->a)) {
        return NO;
    }
    bool there = slice_eq(a->destination, SLICE("any")) ||
                 slice_eq_nocase(trace_name_of(w->trace, r->c), a->destination);
    return there && who_fits(w->from, r->actor) ? YES : NEARLY;
}

static enum tally_fit fit_attempt(const struct tally_walk *w, const struct trace_rec *r,
                                  const void *args)
{
    return fit_try(w, r, args, TRACE_ATTEMPT);
}

static enum tally_fit fit_held(const struct tally_walk *w, const struct trace_rec *r,
                               const void *args)
{
    return fit_try(w, r, args, TRACE_HELD);
}

static void show_try(const struct trace *t, const struct trace_rec *r, struct buf *out)
{
    buf_add(out, actor_name(t, r->actor));
    buf_addz(out, r->kind == TRACE_HELD ? " lets one stand in line for " : " tries ");
    buf_add(out, trace_name_of(t, r->c));
}

static bool look_try(const struct expect_view *v, const struct try_args *a, const char *what,
                     tally_fit_fn *fit, struct buf *expected, struct buf *seen)
{
    struct tally_walk w = { .from = who_is(v->trace, a->host) };
    letters_find(&w.letters, v, a->subject);
    buf_addz(expected, a->host.len > 0 ? "" : "a server");
    buf_add(expected, a->host);
    buf_addz(expected, what);
    buf_add(expected,
            slice_eq(a->destination, SLICE("any")) ? SLICE("a destination") : a->destination);
    if (a->subject.len > 0) {
        buf_addz(expected, " with ");
        add_quoted(expected, a->subject);
    }
    tally_words(&a->tally, true, expected);
    bool ok = tally_count(v, &w, &a->tally, a, fit, show_try, seen);
    letters_deinit(&w.letters);
    return ok;
}

static bool look_attempt(const struct expect_view *v, const void *args, struct buf *expected,
                         struct buf *seen)
{
    return look_try(v, args, " tries ", fit_attempt, expected, seen);
}

static bool look_held(const struct expect_view *v, const void *args, struct buf *expected,
                      struct buf *seen)
{
    return look_try(v, args, " lets a letter stand in line for ", fit_held, expected, seen);
}

const struct expect_kind expect_attempt = {
    .name = "attempt",
    .doc = "how often a letter is tried",
    .args_size = sizeof(struct try_args),
    .keys = attempt_keys,
    .look = look_attempt,
};
const struct expect_kind expect_held = {
    .name = "held",
    .doc = "how often a letter stands in line behind others",
    .args_size = sizeof(struct try_args),
    .keys = held_keys,
    .look = look_held,
};

/* ---- report */

struct report_args {
    uint32_t action;
    slice host, subject;
    struct tally tally;
};

static const char actions[] = "any failed delayed delivered relayed expanded";
static const struct key report_keys[] = {
    { "report", KEY_CHOICE, offsetof(struct report_args, action), NULL, 0, 0, actions,
      "what a delivery status notification says of a letter (RFC 3464 2.3.3)" },
    { "host", KEY_HOST, offsetof(struct report_args, host), "", 0, 0, NULL, "who writes it" },
    { "subject", KEY_TEXT, offsetof(struct report_args, subject), "", 0, 0, NULL,
      "only reports about letters with this subject count" },
    TALLY_ROWS(report_args),
    KEY_ROW_END,
};

static enum tally_fit fit_report(const struct tally_walk *w, const struct trace_rec *r,
                                 const void *args)
{
    const struct report_args *a = args;
    if (r->kind != TRACE_REPORT || !letters_has(&w->letters, r->c)) {
        return NO;
    }
    bool action = a->action == 0 ||
                  slice_eq(trace_name_of(w->trace, r->b), key_choice_word(actions, a->action));
    return action && who_fits(w->from, r->actor) ? YES : NEARLY;
}

static void show_report(const struct trace *t, const struct trace_rec *r, struct buf *out)
{
    buf_add(out, actor_name(t, r->actor));
    buf_addz(out, " reports ");
    buf_add(out, trace_name_of(t, r->b));
}

static bool look_report(const struct expect_view *v, const void *args, struct buf *expected,
                        struct buf *seen)
{
    const struct report_args *a = args;
    struct tally_walk w = { .from = who_is(v->trace, a->host) };
    letters_find(&w.letters, v, a->subject);
    buf_addz(expected, a->host.len > 0 ? "" : "a server");
    buf_add(expected, a->host);
    buf_addz(expected, " reports ");
    buf_add(expected, a->action == 0 ? SLICE("to a writer") : key_choice_word(actions, a->action));
    if (a->subject.len > 0) {
        buf_addz(expected, " of ");
        add_quoted(expected, a->subject);
    }
    tally_words(&a->tally, true, expected);
    bool ok = tally_count(v, &w, &a->tally, a, fit_report, show_report, seen);
    letters_deinit(&w.letters);
    return ok;
}

const struct expect_kind expect_report = {
    .name = "report",
    .doc = "what a writer is told of his letter",
    .args_size = sizeof(struct report_args),
    .keys = report_keys,
    .look = look_report,
};
