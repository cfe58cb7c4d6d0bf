/* expect_events.c - how letters ended, waited or were refused: counted in the trace. */
#include "sim/world/expect_fold.h"
#include "sim/world/key.h"

/* ---- letters: outcome, deferred */

struct letter_args {
    uint32_t fate;
    slice to, host, subject, text;
    struct tally tally;
};

/* clang-format off */
#define LETTER_ROWS(host_doc)                                                                      \
    { "host", KEY_HOST, offsetof(struct letter_args, host), "", 0, 0, NULL, host_doc },            \
    { "subject", KEY_TEXT, offsetof(struct letter_args, subject), "", 0, 0, NULL,                  \
      "only letters with this subject count" },                                                    \
    { "reason", KEY_TEXT, offsetof(struct letter_args, text), "", 0, 0, NULL,                      \
      "stands in the reason: \"5.1.1\"" },                                                         \
    TALLY_ROWS(letter_args),                                                                       \
    KEY_ROW_END
/* clang-format on */

static const char fates[] = "delivered relayed expanded bounced failed discarded queued";
static const struct key outcome_keys[] = {
    { "outcome", KEY_CHOICE, offsetof(struct letter_args, fate), NULL, 0, 0, fates,
      "how a copy of a letter ends for one recipient" },
    { "to", KEY_ADDRESS, offsetof(struct letter_args, to), "", 0, 0, NULL, "for whom" },
    LETTER_ROWS("at which host"),
};
static const struct key deferred_keys[] = {
    { "deferred", KEY_ADDRESS, offsetof(struct letter_args, to), NULL, 0, 0, NULL,
      "the recipient whose letter must wait for another try" },
    LETTER_ROWS("in whose queue"),
};

static enum tally_fit fit_letter(const struct tally_walk *w, const struct trace_rec *r,
                                 const void *args)
{
    const struct letter_args *a = args;
    if (!letters_has(&w->letters, r->a) || !payload_first_line_is(w->trace, r, a->to)) {
        return NO;
    }
    bool yes = who_fits(w->from, r->actor) && payload_has(w->trace, r, a->text);
    return yes ? YES : NEARLY;
}

static enum tally_fit fit_outcome(const struct tally_walk *w, const struct trace_rec *r,
                                  const void *args)
{
    const struct letter_args *a = args;
    enum tally_fit fit = r->kind == TRACE_OUTCOME ? fit_letter(w, r, args) : NO;
    return fit == YES && r->b != a->fate ? NEARLY : fit;
}

static enum tally_fit fit_deferred(const struct tally_walk *w, const struct trace_rec *r,
                                   const void *args)
{
    return r->kind == TRACE_DEFER ? fit_letter(w, r, args) : NO;
}

static void show_letter(const struct trace *t, const struct trace_rec *r, struct buf *out)
{
    buf_add(out, actor_name(t, r->actor));
    buf_byte(out, ' ');
    buf_addz(out, r->kind == TRACE_OUTCOME ? trace_fate_name(r->b) : "deferred");
    buf_byte(out, ' ');
    payload_flat(t, r, out);
}

static bool look_letter(const struct expect_view *v, const struct letter_args *a, slice what,
                        tally_fit_fn *fit, struct buf *expected, struct buf *seen)
{
    struct tally_walk w = { .from = who_is(v->trace, a->host) };
    letters_find(&w.letters, v, a->subject);
    buf_addz(expected, "a letter");
    if (a->subject.len > 0) {
        buf_byte(expected, ' ');
        add_quoted(expected, a->subject);
    }
    buf_addz(expected, a->to.len > 0 ? " for " : "");
    buf_add(expected, a->to);
    buf_addz(expected, " is ");
    buf_add(expected, what);
    buf_addz(expected, a->host.len > 0 ? " at " : "");
    buf_add(expected, a->host);
    if (a->text.len > 0) {
        buf_addz(expected, " because of ");
        add_quoted(expected, a->text);
    }
    tally_words(&a->tally, true, expected);
    bool ok = tally_count(v, &w, &a->tally, a, fit, show_letter, seen);
    letters_deinit(&w.letters);
    return ok;
}

static bool look_outcome(const struct expect_view *v, const void *args, struct buf *expected,
                         struct buf *seen)
{
    const struct letter_args *a = args;
    return look_letter(v, a, key_choice_word(fates, a->fate), fit_outcome, expected, seen);
}

static bool look_deferred(const struct expect_view *v, const void *args, struct buf *expected,
                          struct buf *seen)
{
    return look_letter(v, args, SLICE("deferred"), fit_deferred, expected, seen);
}

const struct expect_kind expect_outcome = {
    .name = "outcome",
    .doc = "how a letter ended",
    .args_size = sizeof(struct letter_args),
    .keys = outcome_keys,
    .look = look_outcome,
};
const struct expect_kind expect_deferred = {
    .name = "deferred",
    .doc = "how often a letter had to wait for another try",
    .args_size = sizeof(struct letter_args),
    .keys = deferred_keys,
    .look = look_deferred,
};

/* ---- refused */

struct refused_args {
    int64_t code;
    slice host, to, text;
    struct tally tally;
};

static const struct key refused_keys[] = {
    { "refused", KEY_INT, offsetof(struct refused_args, code), NULL, 400, 599, NULL,
      "the reply code with which a server refuses" },
    { "host", KEY_HOST, offsetof(struct refused_args, host), "", 0, 0, NULL, "which server" },
    { "to", KEY_ADDRESS, offsetof(struct refused_args, to), "", 0, 0, NULL,
      "which recipient it refuses" },
    { "reply", KEY_TEXT, offsetof(struct refused_args, text), "", 0, 0, NULL,
      "stands in the reply: \"5.1.1\"" },
    TALLY_ROWS(refused_args),
    KEY_ROW_END,
};

static enum tally_fit fit_refused(const struct tally_walk *w, const struct trace_rec *r,
                                  const void *args)
{
    const struct refused_args *a = args;
    if (r->kind != TRACE_REFUSE) {
        return NO;
    }
    bool yes = r->a == (uint32_t)a->code && who_fits(w->from, r->actor) &&
               (a->to.len == 0 || slice_eq_nocase(trace_name_of(w->trace, r->b), a->to)) &&
               payload_has(w->trace, r, a->text);
    return yes ? YES : NEARLY;
}

static void show_refused(const struct trace *t, const struct trace_rec *r, struct buf *out)
{
    buf_add(out, actor_name(t, r->actor));
    buf_addz(out, " refuses ");
    buf_add(out, trace_name_of(t, r->b));
    buf_addz(out, " with ");
    payload_flat(t, r, out);
}

static bool look_refused(const struct expect_view *v, const void *args, struct buf *expected,
                         struct buf *seen)
{
    const struct refused_args *a = args;
    struct tally_walk w = { .from = who_is(v->trace, a->host) };
    if (a->host.len > 0) {
        buf_add(expected, a->host);
    } else {
        buf_addz(expected, "a server");
    }
    buf_addz(expected, a->to.len > 0 ? " refuses " : " refuses something");
    buf_add(expected, a->to);
    buf_addz(expected, " with ");
    fmt_i64(expected, a->code);
    if (a->text.len > 0) {
        buf_byte(expected, ' ');
        add_quoted(expected, a->text);
    }
    tally_words(&a->tally, true, expected);
    return tally_count(v, &w, &a->tally, a, fit_refused, show_refused, seen);
}

const struct expect_kind expect_refused = {
    .name = "refused",
    .doc = "what a server refuses while the client is still connected",
    .args_size = sizeof(struct refused_args),
    .keys = refused_keys,
    .look = look_refused,
};
