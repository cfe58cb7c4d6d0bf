/* expect_dns.c - the DNS: who asks and hears what, and what a resolver keeps, out of the trace. */
#include "sim/mail/address.h"
#include "sim/world/expect_fold.h"
#include "sim/world/key.h"

static const char dns_words[] = "any A NS CNAME SOA PTR MX TXT AAAA SRV";
static const uint32_t dns_numbers[] = { 0, 1, 2, 5, 6, 12, 15, 16, 28, 33 };
#define TYPE_ANY 255                          /* of a name that does not exist: for all types */
#define TTL_MAX  ((int64_t)(25000 * SIM_DAY)) /* 2^31 s: RFC 2181 8 */

static slice dns_word(uint32_t number)
{
    for (uint32_t i = 1; i < COUNT(dns_numbers); i++) {
        if (dns_numbers[i] == number) {
            return key_choice_word(dns_words, i);
        }
    }
    return SLICE("?");
}

static bool name_fits(const struct trace *t, uint32_t name, slice want)
{
    return slice_eq(want, SLICE("any")) || domain_same(trace_name_of(t, name), want);
}

/* "MX of example.net", "any type of any name" */
static void add_question(struct buf *out, uint32_t type, slice name)
{
    buf_add(out, key_choice_word(dns_words, type));
    buf_addz(out, type == 0 ? " type of " : " of ");
    if (name.len == 0 || slice_eq(name, SLICE("any"))) {
        buf_addz(out, "any name");
    } else {
        buf_add(out, name);
    }
}

/* ---- dns */

enum yes_no { EITHER, ANSWERED_YES, ANSWERED_NO };
enum over { OVER_ANY, OVER_UDP, OVER_TCP };

struct dns_args {
    slice name, host, server, answer;
    uint32_t type, rcode, cached, over;
    sim_time ttl_min, ttl_max;
    struct tally tally;
};

static const char rcode_words[] = "any NOERROR FORMERR SERVFAIL NXDOMAIN NOTIMP REFUSED";

static const struct key dns_keys[] = {
    { "dns", KEY_TEXT, offsetof(struct dns_args, name), NULL, 0, 0, NULL,
      "the name that is asked for; \"any\" for all" },
    { "type", KEY_CHOICE, offsetof(struct dns_args, type), "any", 0, 0, dns_words,
      "the type of record that is asked for" },
    { "host", KEY_HOST, offsetof(struct dns_args, host), "", 0, 0, NULL, "who asks" },
    { "server", KEY_HOST, offsetof(struct dns_args, server), "", 0, 0, NULL, "who is asked" },
    { "over", KEY_CHOICE, offsetof(struct dns_args, over), "any", 0, 0, "any udp tcp",
      "how it is asked" },
    { "answer", KEY_TEXT, offsetof(struct dns_args, answer), "", 0, 0, NULL,
      "count answers that contain this instead of questions: \"NXDOMAIN\"" },
    { "rcode", KEY_CHOICE, offsetof(struct dns_args, rcode), "any", 0, 0, rcode_words,
      "count answers with this code instead of questions" },
    { "from-cache", KEY_CHOICE, offsetof(struct dns_args, cached), "any", 0, 0, "any yes no",
      "count answers that a resolver had ready, or had to ask for, instead of questions" },
    { "ttl-min", KEY_DURATION, offsetof(struct dns_args, ttl_min), "", 1, TTL_MAX, NULL,
      "count answers with at least this time to live instead of questions" },
    { "ttl-max", KEY_DURATION, offsetof(struct dns_args, ttl_max), "", 1, TTL_MAX, NULL,
      "count answers with at most this time to live instead of questions" },
    TALLY_ROWS(dns_args),
    KEY_ROW_END,
};

static bool wants_answers(const struct dns_args *a)
{
    return a->answer.len > 0 || a->rcode != 0 || a->cached != EITHER || a->ttl_min > 0 ||
           a->ttl_max > 0;
}

/* What has no code at its head is records, or the lack of them. */
static bool rcode_fits(slice first, uint32_t rcode)
{
    slice want = key_choice_word(rcode_words, rcode);
    uint32_t other;
    bool coded = key_choice(rcode_words, first, &other) && other > 1;
    return rcode == 0 || (rcode == 1 ? !coded : slice_eq(first, want));
}

/* "example.net. 300 IN MX 10 mail.example.net.": the second word, of the first record there is. */
static bool ttl_fits(slice text, sim_time min, sim_time max)
{
    if (min == 0 && max == 0) {
        return true;
    }
    while (text.len > 0) {
        slice line = slice_cut(&text, '\n');
        uint32_t seconds;
        (void)slice_word(&line);
        if (slice_to_u32(slice_word(&line), &seconds)) {
            sim_time ttl = seconds * SIM_SECOND;
            return ttl >= min && (max == 0 || ttl <= max);
        }
    }
    return false;
}

static uint32_t roles_of(const struct trace *t, uint32_t actor)
{
    for (uint64_t n = 1; n <= t->count; n++) {
        const struct trace_rec *r = trace_at(t, n);
        if (r->kind == TRACE_HOST && r->actor == actor) {
            return r->c;
        }
    }
    return 0;
}

/* The question behind an answer is the nearest ASK among its causes.  Where a resolver has asked in
 * between, that is the resolver's; where not, it is the asker's own. */
static const struct trace_rec *question_behind(const struct trace *t, const struct trace_rec *r)
{
    const struct trace_rec *at = trace_at(t, r->cause);
    while (at && at->kind != TRACE_ASK) {
        at = trace_at(t, at->cause);
    }
    return at;
}

static bool cached_fits(const struct trace *t, const struct trace_rec *r, enum yes_no want)
{
    if (want == EITHER) {
        return true;
    }
    const struct trace_rec *ask = question_behind(t, r);
    bool own = ask && ask->actor == r->actor;
    if (own && !(roles_of(t, ask->c) & ROLE_RESOLVER)) {
        return false; /* not a resolver's answer */
    }
    return ask && own == (want == ANSWERED_YES);
}

static bool over_fits(const struct tally_walk *w, const struct trace_rec *r, enum over over)
{
    bool stream = flows_get(&w->flows, r->flow).client != 0;
    return over == OVER_ANY || stream == (over == OVER_TCP);
}

static bool server_fits(const struct tally_walk *w, const struct trace_rec *r, bool answer)
{
    if (!answer || w->to.any) {
        return answer || who_fits(w->to, r->c);
    }
    const struct trace_rec *at = trace_at(w->trace, r->cause);
    while (at && !(at->kind == TRACE_ASK && at->actor == r->actor)) {
        at = trace_at(w->trace, at->cause);
    }
    return at && who_fits(w->to, at->c);
}

static bool answer_fits(const struct tally_walk *w, const struct trace_rec *r,
                        const struct dns_args *a)
{
    struct buf scratch = { 0 };
    slice text = trace_payload(w->trace, r->c, &scratch), rest = text;
    bool fits =
        slice_find(text, a->answer) != SLICE_NONE && rcode_fits(slice_cut(&rest, '\n'), a->rcode) &&
        ttl_fits(text, a->ttl_min, a->ttl_max) && cached_fits(w->trace, r, (enum yes_no)a->cached);
    buf_deinit(&scratch);
    return fits;
}

static enum tally_fit fit_dns(const struct tally_walk *w, const struct trace_rec *r,
                              const void *args)
{
    const struct dns_args *a = args;
    bool answer = wants_answers(a);
    if (r->kind != (answer ? TRACE_ANSWER : TRACE_ASK) || !who_fits(w->from, r->actor)) {
        return NO;
    }
    bool yes = name_fits(w->trace, r->a, a->name) &&
               (a->type == 0 || r->b == dns_numbers[a->type]) && server_fits(w, r, answer) &&
               over_fits(w, r, (enum over)a->over) && (!answer || answer_fits(w, r, a));
    return yes ? YES : NEARLY;
}

static void show_dns(const struct trace *t, const struct trace_rec *r, struct buf *out)
{
    buf_add(out, actor_name(t, r->actor));
    buf_addz(out, r->kind == TRACE_ASK ? " asks for " : " knows ");
    buf_add(out, dns_word(r->b));
    buf_addz(out, " of ");
    buf_add(out, trace_name_of(t, r->a));
    if (r->kind == TRACE_ANSWER) {
        buf_addz(out, ": ");
        payload_flat(t, r, out);
    }
}

static void add_limit(struct buf *out, const char *words, sim_time limit)
{
    if (limit > 0) {
        buf_addz(out, words);
        fmt_duration(out, limit);
    }
}

static void add_heard(struct buf *out, const struct dns_args *a)
{
    buf_addz(out, " hears ");
    if (a->answer.len > 0) {
        add_quoted(out, a->answer);
        buf_byte(out, ' ');
    }
    if (a->rcode != 0) {
        buf_add(out, key_choice_word(rcode_words, a->rcode));
        buf_byte(out, ' ');
    }
    buf_addz(out, a->cached == ANSWERED_YES  ? "from a cache "
                  : a->cached == ANSWERED_NO ? "what no cache had "
                                             : "");
    add_limit(out, "with a TTL of at least ", a->ttl_min);
    add_limit(out, a->ttl_min > 0 ? " and at most " : "with a TTL of at most ", a->ttl_max);
    buf_addz(out, a->ttl_min > 0 || a->ttl_max > 0 ? " " : "");
    if (a->server.len > 0) {
        buf_addz(out, "from ");
        buf_add(out, a->server);
        buf_byte(out, ' ');
    }
}

static bool look_dns(const struct expect_view *v, const void *args, struct buf *expected,
                     struct buf *seen)
{
    const struct dns_args *a = args;
    struct tally_walk w = { .from = who_is(v->trace, a->host), .to = who_is(v->trace, a->server) };
    if (a->host.len > 0) {
        buf_add(expected, a->host);
    } else {
        buf_addz(expected, "somebody");
    }
    if (wants_answers(a)) {
        add_heard(expected, a);
    } else {
        buf_addz(expected, " asks ");
        buf_add(expected, a->server);
        buf_addz(expected, a->server.len > 0 ? " " : "");
    }
    buf_addz(expected, "for ");
    add_question(expected, a->type, a->name);
    buf_addz(expected, a->over == OVER_TCP ? " by TCP" : a->over == OVER_UDP ? " by UDP" : "");
    tally_words(&a->tally, true, expected);
    return tally_count(v, &w, &a->tally, a, fit_dns, show_dns, seen);
}

const struct expect_kind expect_dns = {
    .name = "dns",
    .doc = "who asks the DNS for what, or what is answered",
    .args_size = sizeof(struct dns_args),
    .keys = dns_keys,
    .look = look_dns,
};

/* ---- cache */

struct cache_args {
    slice resolver, name, contains;
    uint32_t type;
    bool holds;
    sim_time left_min, left_max;
};

static const struct key cache_keys[] = {
    { "cache", KEY_HOST, offsetof(struct cache_args, resolver), NULL, 0, 0, NULL,
      "the resolver whose cache is looked at" },
    { "name", KEY_TEXT, offsetof(struct cache_args, name), NULL, 0, 0, NULL,
      "the name that is looked for" },
    { "type", KEY_CHOICE, offsetof(struct cache_args, type), "any", 0, 0, dns_words,
      "the type of record; that a name does not exist is kept for every type" },
    { "contains", KEY_TEXT, offsetof(struct cache_args, contains), "", 0, 0, NULL,
      "stands in what is kept: a record, or \"NXDOMAIN\"" },
    { "holds", KEY_BOOL, offsetof(struct cache_args, holds), "true", 0, 0, NULL,
      "false: it must not be there, or be too old" },
    { "left-min", KEY_DURATION, offsetof(struct cache_args, left_min), "", 1, TTL_MAX, NULL,
      "it is kept for at least so long from here on" },
    { "left-max", KEY_DURATION, offsetof(struct cache_args, left_max), "", 1, TTL_MAX, NULL,
      "it is kept for at most so long from here on" },
    KEY_ROW_END,
};

/* Is r instead of `before` what is kept? */
static bool replaces(const struct trace *t, const struct trace_rec *r,
                     const struct trace_rec *before)
{
    return r->b == before->b && name_fits(t, r->a, trace_name_of(t, before->a));
}

static bool is_flush(const struct trace_rec *r)
{
    return r->a == 0 && r->c == 0;
}

/* The newest record of the cache that is about this and holds at `now`; NULL: none. */
static const struct trace_rec *kept(const struct expect_view *v, const struct cache_args *a,
                                    struct who who, sim_time now)
{
    const struct trace_rec *found = NULL, *r;
    uint64_t at = 0;
    while ((r = view_next(v, &at))) {
        if (r->kind != TRACE_CACHED || !who_fits(who, r->actor)) {
            continue;
        }
        if (found && (is_flush(r) || replaces(v->trace, r, found))) {
            found = NULL;
        }
        bool about = name_fits(v->trace, r->a, a->name) &&
                     (a->type == 0 || r->b == dns_numbers[a->type] || r->b == TYPE_ANY);
        if (about && r->c != 0 && r->until > now && payload_has(v->trace, r, a->contains)) {
            found = r;
        }
    }
    return found;
}

static sim_time moment(const struct expect_view *v)
{
    const struct trace_rec *last = trace_at(v->trace, v->trace->count);
    return v->until != SIM_FOREVER ? v->until : last ? last->at : 0;
}

static bool look_cache(const struct expect_view *v, const void *args, struct buf *expected,
                       struct buf *seen)
{
    const struct cache_args *a = args;
    sim_time now = moment(v);
    const struct trace_rec *r = kept(v, a, who_is(v->trace, a->resolver), now);
    buf_add(expected, a->resolver);
    buf_addz(expected, a->holds ? " keeps " : " does not keep ");
    if (a->contains.len > 0) {
        add_quoted(expected, a->contains);
        buf_addz(expected, " for ");
    }
    add_question(expected, a->type, a->name);
    add_limit(expected, ", for at least ", a->left_min);
    add_limit(expected, ", for at most ", a->left_max);
    if (!r) {
        buf_addz(seen, "it is not there");
        return !a->holds;
    }
    payload_flat(v->trace, r, seen);
    buf_addz(seen, ", for another ");
    fmt_duration(seen, r->until - now);
    bool left =
        r->until - now >= a->left_min && (a->left_max == 0 || r->until - now <= a->left_max);
    return a->holds == left;
}

const struct expect_kind expect_cache = {
    .name = "cache",
    .doc = "what a resolver keeps at that moment",
    .role = ROLE_RESOLVER,
    .args_size = sizeof(struct cache_args),
    .keys = cache_keys,
    .look = look_cache,
};
