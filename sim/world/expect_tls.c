/* expect_tls.c - which connections come to TLS and which do not: counted in the trace.
 * Each connection counts once, by what its client has to say. */
#include "sim/world/expect_fold.h"
#include "sim/world/key.h"

struct tls_args {
    slice service, from, to, why;
    uint32_t version, certificate;
    struct tally tally;
};
enum certificate { ANY_CERTIFICATE, GOOD, BAD };

static const char version_words[] = "any TLSv1.2 TLSv1.3";

/* clang-format off */
#define TLS_ROWS                                                                                   \
    { "from", KEY_HOST, offsetof(struct tls_args, from), "", 0, 0, NULL, "the client" },           \
    { "to", KEY_HOST, offsetof(struct tls_args, to), "", 0, 0, NULL, "the server" }
/* clang-format on */

static const struct key secured_keys[] = {
    { "secured", KEY_TEXT, offsetof(struct tls_args, service), NULL, 0, 0, NULL,
      "connections of which service come under TLS: \"smtp\", \"submissions\"; \"any\" for all" },
    TLS_ROWS,
    { "version", KEY_CHOICE, offsetof(struct tls_args, version), "any", 0, 0, version_words,
      "the version of TLS" },
    { "certificate", KEY_CHOICE, offsetof(struct tls_args, certificate), "any", 0, 0,
      "any good bad", "what the client thinks of the server's certificate" },
    TALLY_ROWS(tls_args),
    KEY_ROW_END,
};
static const struct key unsecured_keys[] = {
    { "unsecured", KEY_TEXT, offsetof(struct tls_args, service), NULL, 0, 0, NULL,
      "connections of which service try TLS and fail; \"any\" for all" },
    TLS_ROWS,
    { "why", KEY_TEXT, offsetof(struct tls_args, why), "", 0, 0, NULL,
      "stands in the reason: \"expired\"" },
    TALLY_ROWS(tls_args),
    KEY_ROW_END,
};

/* What SECURED says is wrong with the certificate. */
static slice problem_of(const struct trace *t, const struct trace_rec *r)
{
    slice problem = trace_payload_chunk(t, r->c, 0);
    (void)slice_cut(&problem, '\n');
    return problem;
}

static bool on_connection(const struct tally_walk *w, const struct trace_rec *r,
                          const struct tls_args *a)
{
    struct flow flow = flows_get(&w->flows, r->flow);
    slice service = slice_eq(a->service, SLICE("any")) ? (slice){ 0 } : a->service;
    return who_fits(w->from, flow.client) && who_fits(w->to, flow.server) &&
           flows_is(&w->flows, w->trace, r->flow, service);
}

static bool is_clients(const struct tally_walk *w, const struct trace_rec *r)
{
    return flows_get(&w->flows, r->flow).client == r->actor;
}

static enum tally_fit fit_secured(const struct tally_walk *w, const struct trace_rec *r,
                                  const void *args)
{
    const struct tls_args *a = args;
    if (r->kind != TRACE_SECURED || !is_clients(w, r)) {
        return NO;
    }
    bool good = problem_of(w->trace, r).len == 0;
    bool yes = (a->version == 0 || slice_eq(trace_name_of(w->trace, r->a),
                                            key_choice_word(version_words, a->version))) &&
               (a->certificate == ANY_CERTIFICATE || good == (a->certificate == GOOD));
    return yes && on_connection(w, r, a) ? YES : NEARLY;
}

static enum tally_fit fit_unsecured(const struct tally_walk *w, const struct trace_rec *r,
                                    const void *args)
{
    const struct tls_args *a = args;
    if (r->kind != TRACE_UNSECURED || !is_clients(w, r)) {
        return NO;
    }
    bool why = slice_find(trace_name_of(w->trace, r->a), a->why) != SLICE_NONE;
    return why && on_connection(w, r, a) ? YES : NEARLY;
}

static void show(const struct trace *t, const struct trace_rec *r, struct buf *out)
{
    buf_add(out, actor_name(t, r->actor));
    buf_addz(out, r->kind == TRACE_SECURED ? ": " : ": no TLS, ");
    buf_add(out, trace_name_of(t, r->a));
    if (r->kind == TRACE_SECURED) {
        slice problem = problem_of(t, r);
        buf_addz(out, problem.len > 0 ? ", " : ", good certificate");
        buf_add(out, problem);
    }
}

static void add_ends(const struct tls_args *a, struct buf *out)
{
    if (!slice_eq(a->service, SLICE("any"))) {
        buf_addz(out, " for ");
        buf_add(out, a->service);
    }
    buf_addz(out, a->from.len > 0 ? " from " : "");
    buf_add(out, a->from);
    buf_addz(out, a->to.len > 0 ? " to " : "");
    buf_add(out, a->to);
}

static bool look_secured(const struct expect_view *v, const void *args, struct buf *expected,
                         struct buf *seen)
{
    static const char *const certificates[] = { "", ", with a good certificate",
                                                ", with a bad certificate" };
    const struct tls_args *a = args;
    struct tally_walk w = { .from = who_is(v->trace, a->from), .to = who_is(v->trace, a->to) };
    buf_addz(expected, "a connection");
    add_ends(a, expected);
    buf_addz(expected, " comes under ");
    buf_add(expected, a->version == 0 ? SLICE("TLS") : key_choice_word(version_words, a->version));
    buf_addz(expected, certificates[a->certificate]);
    tally_words(&a->tally, true, expected);
    return tally_count(v, &w, &a->tally, a, fit_secured, show, seen);
}

static bool look_unsecured(const struct expect_view *v, const void *args, struct buf *expected,
                           struct buf *seen)
{
    const struct tls_args *a = args;
    struct tally_walk w = { .from = who_is(v->trace, a->from), .to = who_is(v->trace, a->to) };
    buf_addz(expected, "TLS fails on a connection");
    add_ends(a, expected);
    if (a->why.len > 0) {
        buf_addz(expected, " because of ");
        add_quoted(expected, a->why);
    }
    tally_words(&a->tally, true, expected);
    return tally_count(v, &w, &a->tally, a, fit_unsecured, show, seen);
}

const struct expect_kind expect_secured = {
    .name = "secured",
    .doc = "which connections come under TLS",
    .args_size = sizeof(struct tls_args),
    .keys = secured_keys,
    .look = look_secured,
};

const struct expect_kind expect_unsecured = {
    .name = "unsecured",
    .doc = "on which connections TLS fails",
    .args_size = sizeof(struct tls_args),
    .keys = unsecured_keys,
    .look = look_unsecured,
};
