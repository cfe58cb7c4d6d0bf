/* mail_sts.c - MTA-STS as a sender: what a domain's policy says of who delivers to it (RFC 8461).
 * At each attempt the TXT record is asked for, and the policy fetched anew where its id has changed
 * or half its life is over; what was fetched holds until its max_age, whatever somebody on the way
 * does to the DNS or to HTTPS.  Never speaks SMTP: the way to a destination asks here.
 * Not done: reports (RFC 8460). */
#include "sim/actors/mail_sts.h"

#include "sim/actors/mail_host.h"
#include "sim/base/intern.h"
#include "sim/base/mem.h"
#include "sim/mail/sts.h"
#include "sim/proto/http.h"

#define FETCH_PATIENCE SIM_MINUTE       /* RFC 8461 3.3 */
#define FETCH_AGAIN    (5 * SIM_MINUTE) /* 3.3: not earlier for an id that failed */

/* A domain, its policy, and when it came. */
struct known {
    slice domain, policy_host;
    struct pump_tls tls; /* of its HTTPS */
    struct blob *text;   /* of the policy; NULL: there is none */
    struct sts_policy policy;
    struct buf id, refused_id;
    sim_time fetched, refused;
    pool_id fetch; /* under way; 0: none */
};

/* A job that wants to know. */
struct seek {
    pool_id job, fetch; /* fetch 0: it waits for the DNS */
    struct known *known;
};

struct fetch {
    pool_id id;
    struct known *known;
    struct buf record_id;
};

struct mail_sts {
    struct intern domains;
    struct known **known; /* by the domain's number */
    size_t count, cap;
    struct pool seeks, fetches;
    struct http_client_config http;
};

void sts_init(struct mail_host *m)
{
    m->sts = mem_alloc(sizeof *m->sts);
    intern_init(&m->sts->domains);
    pool_init(&m->sts->seeks, sizeof(struct seek));
    pool_init(&m->sts->fetches, sizeof(struct fetch));
    m->sts->http = (struct http_client_config){ .agent = SLICE("mailflow"),
                                                .body_max = STS_POLICY_MAX,
                                                .timeout = FETCH_PATIENCE };
}

void sts_drop(struct mail_host *m)
{
    uint32_t at = 0;
    pool_id id;
    struct fetch *f;
    while (m->sts && pool_each(&m->sts->seeks, &at, &id)) {
        pool_free(&m->sts->seeks, id);
    }
    at = 0;
    while (m->sts && (f = pool_each(&m->sts->fetches, &at, &id))) {
        f->known->fetch = 0;
        buf_deinit(&f->record_id);
        pool_free(&m->sts->fetches, id);
    }
}

void sts_deinit(struct mail_host *m)
{
    struct mail_sts *s = m->sts;
    if (!s) {
        return;
    }
    sts_drop(m);
    for (size_t i = 0; i < s->count; i++) {
        blob_unref(&s->known[i]->text);
        buf_deinit(&s->known[i]->id);
        buf_deinit(&s->known[i]->refused_id);
        mem_free(s->known[i]);
    }
    mem_free(s->known);
    intern_deinit(&s->domains);
    pool_deinit(&s->seeks);
    pool_deinit(&s->fetches);
    mem_free(s);
    m->sts = NULL;
}

static slice join(struct mail_host *m, const char *before, slice domain)
{
    struct buf *b = &mail_stage(m)->scratch;
    buf_clear(b);
    buf_addz(b, before);
    for (size_t i = 0; i < domain.len; i++) {
        buf_byte(b, ascii_lower(domain.ptr[i]));
    }
    return buf_slice(b);
}

static struct known *known_of(struct mail_host *m, slice domain)
{
    struct mail_sts *s = m->sts;
    uint32_t number = intern_id(&s->domains, join(m, "", domain));
    while (s->count <= number) { /* numbers come one after the other, and 0 is the empty name */
        s->known = mem_grow(s->known, s->count, &s->cap, sizeof(struct known *));
        s->known[s->count++] = mem_alloc(sizeof(struct known));
    }
    struct known *k = s->known[number];
    if (k->domain.len == 0) {
        k->domain = intern_name(&s->domains, number);
        k->policy_host = arena_copy(mail_stage(m)->arena, join(m, "mta-sts.", domain));
        k->tls = (struct pump_tls){ .name = k->policy_host, .implicit = true, .must_verify = true };
    }
    return k;
}

static sim_time age(struct mail_host *m, const struct known *k)
{
    return mail_stage(m)->engine->now - k->fetched;
}

static bool holds(struct mail_host *m, const struct known *k)
{
    return k->text && age(m, k) < k->policy.max_age * SIM_SECOND;
}

const struct sts_policy *sts_policy_of(struct mail_host *m, slice domain)
{
    const struct known *k = known_of(m, domain);
    return holds(m, k) && k->policy.mode != STS_NONE ? &k->policy : NULL;
}

/* ---- what is said about it ---- */

/* Two words and what stands between and behind. */
static void note(struct mail_host *m, slice domain, const char *middle, slice word,
                 const char *rest)
{
    buf_clear(&m->text);
    buf_add(&m->text, domain);
    buf_addz(&m->text, middle);
    buf_add(&m->text, word);
    buf_addz(&m->text, rest);
    (void)actor_note(&m->base, SLICE("MTA-STS"), buf_slice(&m->text));
}

static void note_policy(struct mail_host *m, const struct known *k)
{
    static const char *const what[STS_MODE_COUNT] = {
        [STS_NONE] = "nothing is asked for any more",
        [STS_TESTING] = "delivery goes on as ever, and what would have failed is noted",
        [STS_ENFORCE] = "letters go to these hosts only, under TLS, with a good certificate",
    };
    buf_clear(&m->text);
    buf_add(&m->text, k->domain);
    buf_addz(&m->text, " has an MTA-STS policy, \"");
    buf_addz(&m->text, sts_mode_name(k->policy.mode));
    buf_addz(&m->text, "\", for ");
    fmt_duration(&m->text, k->policy.max_age * SIM_SECOND);
    for (size_t i = 0; i < k->policy.mx_count; i++) {
        buf_addz(&m->text, i > 0 ? ", " : ", with ");
        buf_add(&m->text, k->policy.mx[i]);
    }
    buf_addz(&m->text, ": ");
    buf_addz(&m->text, what[k->policy.mode]);
    buf_addz(&m->text, " (RFC 8461 sections 3.2 and 5)");
    (void)actor_note(&m->base, SLICE("MTA-STS"), buf_slice(&m->text));
}

bool sts_admits(struct mail_host *m, const struct sts_policy *policy, slice domain, slice host)
{
    bool named = sts_policy_allows(policy, host), enforce = policy->mode == STS_ENFORCE;
    if (!named) {
        note(m, domain, " has an MTA-STS policy that does not name ", host,
             enforce ? ": nothing is sent there (RFC 8461 sections 4.1 and 5)"
                     : ": it is a test, and the letter goes there all the same (RFC 8461 "
                       "sections 4.1 and 5)");
    }
    return named || !enforce;
}

void sts_look_at(struct mail_host *m, const struct pump *p, const struct sts_policy *policy,
                 slice domain, slice host)
{
    const struct session_tls *tls = pump_tls(p);
    if (policy->mode == STS_TESTING && !(tls && tls->verified)) {
        note(
            m, domain, " has an MTA-STS policy in test, and ", host,
            " shows no TLS with a good certificate: \"enforce\" would keep the letter from it (RFC "
            "8461 section 5)");
    }
}

void sts_refuses(struct mail_host *m, slice domain, slice host)
{
    note(m, domain, " has an MTA-STS policy, \"enforce\": without TLS and a good certificate ",
         host, " gets nothing. The letter waits and is tried again (RFC 8461 section 5)");
}

/* ---- answers ---- */

static void answer_seek(struct mail_host *m, pool_id id)
{
    struct seek *seek = pool_get(&m->sts->seeks, id);
    pool_id job = seek->job;
    pool_free(&m->sts->seeks, id);
    route_policy_known(m, job);
}

static void end_fetch(struct mail_host *m, struct fetch *f)
{
    pool_id fetch = f->id, id;
    uint32_t at = 0;
    struct seek *seek;
    f->known->fetch = 0;
    buf_deinit(&f->record_id);
    pool_free(&m->sts->fetches, fetch);
    while ((seek = pool_each(&m->sts->seeks, &at, &id))) {
        if (seek->fetch == fetch) {
            answer_seek(m, id);
        }
    }
}

static void refuse(struct mail_host *m, struct fetch *f, slice why)
{
    struct known *k = f->known;
    k->refused = mail_stage(m)->engine->now;
    buf_clear(&k->refused_id);
    buf_add(&k->refused_id, buf_slice(&f->record_id));
    if (!holds(m, k) || k->policy.mode != STS_NONE) { /* RFC 8461 8.3: who takes his policy away */
        note(m, k->domain, " announces a policy that cannot be had: ", why,
             holds(m, k) ? ". The one of before holds on (RFC 8461 section 3.3)"
                         : ". Without one delivery goes on as ever (RFC 8461 section 3.3)");
    }
    end_fetch(m, f);
}

static void accept(struct mail_host *m, struct fetch *f, slice text)
{
    struct known *k = f->known;
    struct sts_policy policy;
    const char *why;
    struct blob *kept = blob_new(text);
    if (!sts_policy_parse(blob_slice(kept), &policy, &why)) {
        blob_unref(&kept);
        refuse(m, f, slice_of(why));
        return;
    }
    bool news = !holds(m, k) || !slice_eq(buf_slice(&k->id), buf_slice(&f->record_id));
    blob_unref(&k->text);
    k->text = kept;
    k->policy = policy;
    k->fetched = mail_stage(m)->engine->now;
    buf_clear(&k->id);
    buf_add(&k->id, buf_slice(&f->record_id));
    if (news) {
        note_policy(m, k);
    }
    end_fetch(m, f);
}

/* ---- the policy, by HTTPS ---- */

static void fetch_late(void *self, uint64_t id)
{
    struct mail_host *m = self;
    struct fetch *f = pool_get(&m->sts->fetches, id);
    if (f) {
        refuse(m, f, SLICE("it did not come within a minute"));
    }
}

static bool fetch_wanted(void *self, uint64_t id)
{
    return pool_get(&((struct mail_host *)self)->sts->fetches, id) != NULL;
}

static void address_known(struct actor *self, uint64_t user, const struct addresses *found)
{
    struct mail_host *m = mail_host_of(self);
    struct fetch *f = pool_get(&m->sts->fetches, user);
    if (!f) {
        return;
    }
    if (found->count == 0) {
        refuse(m, f, SLICE("its policy host has no address"));
        return;
    }
    const struct pump_service service = { &http_client_ops, &m->sts->http, &f->known->tls };
    (void)pump_connect(&m->base, found->ips[0], PORT_HTTPS, SLICE("https"), &service, f->id);
}

static void begin_fetch(struct mail_host *m, struct known *k, slice record_id)
{
    struct stage *s = mail_stage(m);
    pool_id id;
    struct fetch *f = pool_new(&m->sts->fetches, &id);
    *f = (struct fetch){ .id = id, .known = k };
    buf_add(&f->record_id, record_id);
    k->fetch = id;
    timers_in(&s->timers, FETCH_PATIENCE, fetch_late, fetch_wanted, m, id);
    lookup_addresses(&m->lookups, k->policy_host, address_known, id);
}

static void ask(struct pump *p, const struct fetch *f)
{
    const struct http_order order = { .method = SLICE("GET"),
                                      .target = SLICE(STS_POLICY_PATH),
                                      .host = f->known->policy_host,
                                      .close = true };
    pump_tell(p, ORDER_REQUEST, &order);
}

/* RFC 8461 3.3: 200 and nothing else, redirects included; 3.2: as text/plain. */
static void judge(struct mail_host *m, struct fetch *f, const struct http_message *response)
{
    if (response->status != 200) {
        refuse(m, f, SLICE("its policy host does not answer with 200"));
    } else if (!http_type_is(response->type, SLICE("text/plain"))) {
        refuse(m, f, SLICE("it is no text/plain"));
    } else {
        accept(m, f, response->body);
    }
}

void sts_session(struct mail_host *m, struct pump *p, const struct session_event *ev)
{
    struct fetch *f = pool_get(&m->sts->fetches, pump_user(p));
    if (!f) {
        return;
    }
    switch ((enum http_client_event)ev->kind) {
    case HTTP_EV_READY:
        ask(p, f);
        break;
    case HTTP_EV_RESPONSE:
        judge(m, f, ev->detail);
        break;
    case HTTP_EV_FAILED:
        refuse(m, f, ev->text);
        break;
    }
}

void sts_session_end(struct mail_host *m, struct pump *p, enum trace_why why)
{
    static const char *const reasons[WHY_COUNT] = {
        [WHY_DONE] = "the connection ended too early",
        [WHY_RESET] = "the connection was reset",
        [WHY_REFUSED] = "the connection was refused",
        [WHY_TIMED_OUT] = "its policy host does not answer",
        [WHY_UNREACHABLE] = "its policy host cannot be reached",
    };
    struct fetch *f = pool_get(&m->sts->fetches, pump_user(p));
    if (f) {
        refuse(m, f, peer_tls_failed(p) ? pump_tls(p)->problem : slice_of(reasons[why]));
    }
}

/* ---- the record ---- */

static bool read_record(struct mail_host *m, const struct dns_stub_answer *answer, slice *id_r)
{
    slice txts[DNS_STUB_MAX];
    size_t count = answer ? answer->txt_count : 0, ends[DNS_STUB_MAX], from = 0;
    buf_clear(&m->text);
    for (size_t i = 0; i < count; i++) {
        dns_txt_join(answer->txt[i], &m->text);
        ends[i] = m->text.len;
    }
    for (size_t i = 0; i < count; i++) {
        txts[i] = slice_sub(buf_slice(&m->text), from, ends[i] - from);
        from = ends[i];
    }
    return sts_record_choose(txts, count, id_r);
}

static bool was_refused(struct mail_host *m, const struct known *k, slice id)
{
    return slice_eq(buf_slice(&k->refused_id), id) &&
           mail_stage(m)->engine->now - k->refused < FETCH_AGAIN;
}

static void record_known(struct actor *self, uint64_t user, const struct dns_stub_answer *answer)
{
    struct mail_host *m = mail_host_of(self);
    struct seek *seek = pool_get(&m->sts->seeks, user);
    slice id;
    if (!seek) {
        return;
    }
    struct known *k = seek->known;
    bool announced = read_record(m, answer, &id), in_force = holds(m, k);
    bool current = in_force && slice_eq(buf_slice(&k->id), id) &&
                   age(m, k) < k->policy.max_age * SIM_SECOND / 2;
    if (!announced && in_force) {
        note(m, k->domain, ": the TXT record of its policy is not to be had. ", SLICE(""),
             "The policy that was fetched before holds on: who can silence the DNS cannot "
             "make us forget (RFC 8461 sections 3.1 and 5.1)");
    }
    if (!announced || current || was_refused(m, k, id)) {
        answer_seek(m, user);
        return;
    }
    if (k->fetch == 0) {
        begin_fetch(m, k, id);
    }
    seek = pool_get(&m->sts->seeks, user);
    if (k->fetch == 0) { /* it has failed at once */
        answer_seek(m, user);
    } else {
        seek->fetch = k->fetch;
    }
}

void sts_seek(struct mail_host *m, slice domain, pool_id job)
{
    pool_id id;
    struct seek *seek = pool_new(&m->sts->seeks, &id);
    *seek = (struct seek){ .job = job, .known = known_of(m, domain) };
    lookup_start(&m->lookups, join(m, "_mta-sts.", domain), DNS_TXT, record_known, id);
}
