/* mail_host.c - the host behind the kinds mail, mta, mx and store: configuration and ports.
 * Which of its parts run follows from the kind's roles: MSA (submission), MTA (queue and routing),
 * MX (takes mail for its domains), STORE (mailboxes, POP3 and IMAP). */
#include "sim/actors/mail_policy.h"

#include "sim/actors/table.h"
#include "sim/base/err.h"
#include "sim/base/idna.h"
#include "sim/base/mem.h"
#include "sim/proto/dns_stream.h"

struct stage *mail_stage(const struct mail_host *m)
{
    return m->base.stage;
}

bool mail_is_local(const struct mail_host *m, slice domain)
{
    if (!(m->base.ops->kind.roles & (ROLE_MX | ROLE_STORE))) {
        return false; /* a pure MTA asks for the MX of its own domain like everybody else */
    }
    if (m->config->relay_domains.count > 0 && relay_to(m->config, domain)) {
        return false; /* nor does a backup MX keep what it holds for others */
    }
    for (size_t i = 0; i < m->config->domains.count; i++) {
        if (slice_eq_nocase(m->config->domains.items[i], domain)) {
            return true;
        }
    }
    struct idna plain; /* ours are of A-labels by now */
    return !address_is_ascii(domain) && idna_ascii(domain, &plain) &&
           mail_is_local(m, idna_slice(&plain));
}

static uint32_t extensions(const struct mail_config *c)
{
    return (c->pipelining ? SMTP_PIPELINING : 0u) | (c->size ? SMTP_SIZE : 0u) |
           (c->eight_bit ? SMTP_8BITMIME : 0u) |
           (c->enhanced_codes ? SMTP_ENHANCEDSTATUSCODES : 0u) | (c->dsn ? SMTP_DSN : 0u) |
           (c->smtputf8 && c->eight_bit ? SMTP_SMTPUTF8 : 0u); /* not without, RFC 6531 3.1 */
}

#define ERRORS_MAX 20 /* commands in a row that are none; no RFC's, but what common servers take */
#define LOGINS_MAX 10 /* wrong passwords of one IMAP connection; our number */

static void configure_sessions(struct mail_host *m)
{
    const struct mail_config *c = m->config;
    slice host = m->base.name;
    uint32_t starttls = c->tls != TLS_POLICY_NONE ? SMTP_STARTTLS : 0u;
    m->tls_later.versions = m->tls_first.versions = (enum tls_versions)c->tls_versions;
    m->tls_first.implicit = true;
    m->smtp_in = (struct smtp_server_config){ .host = host,
                                              .extensions = extensions(c) | starttls |
                                                            (c->chunking ? SMTP_CHUNKING : 0u) |
                                                            (c->expn ? SMTP_EXPN : 0u),
                                              .size_max = c->size_max,
                                              .timeout = 5 * SIM_MINUTE,
                                              .bare = (enum smtp_bare)c->bare_newlines,
                                              .tls_fails = c->starttls_fails,
                                              .errors_max = ERRORS_MAX };
    m->smtp_in.asks_at_connect = policy_asks_at_connect(c);
    m->submission_in = m->smtp_in;
    m->submission_in.extensions |= c->auth ? SMTP_AUTH : 0u;
    m->submission_in.auth_required = c->auth;
    m->submission_in.auth_needs_tls = c->auth_needs_tls;
    m->submission_in.mechanisms = c->auth_mechanisms;
    m->submission_in.tls_required = c->tls == TLS_POLICY_REQUIRED;
    uint32_t out = extensions(c) | (c->send_chunking ? SMTP_CHUNKING : 0u);
    m->smtp_out[0] =
        (struct smtp_client_config){ .host = host, .extensions = out, .timeout = 5 * SIM_MINUTE };
    peers_init(m);
    pop_configure(m);
    m->pop3_in.errors_max = ERRORS_MAX;
    m->imap_in =
        (struct imap_server_config){ .host = host,
                                     .starttls = c->tls != TLS_POLICY_NONE,
                                     .tls_required = c->tls == TLS_POLICY_REQUIRED,
                                     .timeout = 30 * SIM_MINUTE,
                                     .errors_max = ERRORS_MAX,
                                     .logins_max = LOGINS_MAX,
                                     .unix_start = actor_unix_start(&m->base),
                                     .literal_max = c->size_max,
                                     .extensions = imap_extensions_fit(IMAP_ALL & ~c->imap_without),
                                     .mechanisms = c->auth_mechanisms,
                                     .auth_needs_tls = c->auth_needs_tls,
                                     .names = mail_stage(m)->arena };
}

enum serves { SERVE_SMTP, SERVE_SUBMISSION, SERVE_POP3, SERVE_IMAP, SERVE_WEB };

static const struct port {
    uint32_t roles;
    enum serves serves;
    uint16_t port;
    bool tls_first;
} ports[] = {
    { ROLE_MX | ROLE_STORE, SERVE_SMTP, PORT_SMTP, false },
    { ROLE_MSA, SERVE_SUBMISSION, PORT_SUBMISSION, false },
    { ROLE_MSA, SERVE_SUBMISSION, PORT_SUBMISSIONS, true },
    { ROLE_STORE, SERVE_POP3, PORT_POP3, false },
    { ROLE_STORE, SERVE_POP3, PORT_POP3S, true },
    { ROLE_STORE, SERVE_IMAP, PORT_IMAP, false },
    { ROLE_STORE, SERVE_IMAP, PORT_IMAPS, true },
    { ROLE_MSA | ROLE_MX | ROLE_STORE, SERVE_WEB, PORT_HTTPS, true },
};

static bool is_open(const struct mail_host *m, const struct port *p)
{
    const struct mail_config *c = m->config;
    bool off = (p->serves == SERVE_POP3 && !c->pop) || (p->serves == SERVE_IMAP && !c->imap) ||
               (p->serves == SERVE_WEB ? m->web_policy.len == 0
                                       : p->tls_first && c->tls == TLS_POLICY_NONE);
    bool relays = p->serves == SERVE_SMTP && relay_any(c);
    return ((m->base.ops->kind.roles & p->roles) || relays) && !off;
}

bool mail_hears_smtp(const struct mail_host *m)
{
    return is_open(m, &ports[0]);
}

static bool mail_start(struct actor *self, struct err *err_r)
{
    struct mail_host *m = mail_host_of(self);
    const struct mail_config *c = self->config;
    uint32_t roles = self->ops->kind.roles;
    m->config = c;
    m->policy = (struct queue_policy){ c->retry, c->retry_max, c->give_up, c->retry_schedule.items,
                                       c->retry_schedule.count };
    m->bounce_policy = m->policy;
    if (c->give_up_bounces < c->give_up) {
        m->bounce_policy.give_up = c->give_up_bounces;
    }
    pool_init(&m->callers, sizeof(struct caller));
    pool_init(&m->entries, sizeof(struct entry));
    dests_start(m);
    lookups_init(&m->lookups, self);
    if (c->honour_mta_sts) {
        sts_init(m);
    }
    buf_init(&m->text);
    configure_sessions(m);
    directory_init(&m->directory, self->stage->arena, c->domains.items[0]);
    if (c->crowd) {
        directory_open_to(&m->directory, c->crowd, c->crowd_domain);
    }
    for (size_t d = 0; d < c->domains.count; d++) {
        for (size_t i = 0; i < c->accounts.count; i++) {
            (void)directory_add(&m->directory, c->accounts.items[i].name, c->domains.items[d],
                                c->accounts.items[i].value);
        }
    }
    if (!folders_start(m, err_r)) {
        return false;
    }
    mail_keep(m);
    if (!policy_start(m, err_r)) {
        return false;
    }
    if (!(roles & (ROLE_STORE | ROLE_WEB)) && (roles & ROLE_MX) && c->next.len == 0 &&
        !relay_any(c)) {
        return err_set(err_r,
                       "host \"%.*s\" keeps no mailboxes: name the host behind it (\"next\")",
                       SLICE_ARG(self->name));
    }
    if (!relay_start(m, err_r) || !web_start(m, err_r)) {
        return false;
    }
    for (size_t i = 0; i < COUNT(ports); i++) {
        if (is_open(m, &ports[i])) {
            network_listen(self->stage->net, self->id, ports[i].port);
        }
    }
    return true;
}

static bool mail_connect(struct actor *self, uint16_t port, struct pump_service *service_r)
{
    struct mail_host *m = mail_host_of(self);
    const struct {
        const struct session_ops *ops;
        const void *config;
    } rows[] = {
        [SERVE_SMTP] = { &smtp_server_ops, &m->smtp_in },
        [SERVE_SUBMISSION] = { &smtp_server_ops, &m->submission_in },
        [SERVE_POP3] = { &pop3_server_ops, &m->pop3_in },
        [SERVE_IMAP] = { &imap_server_ops, &m->imap_in },
        [SERVE_WEB] = { &http_server_ops, &m->web_in },
    };
    for (size_t i = 0; i < COUNT(ports); i++) {
        if (ports[i].port == port) {
            service_r->ops = rows[ports[i].serves].ops;
            service_r->config = rows[ports[i].serves].config;
            service_r->tls = ports[i].tls_first                  ? &m->tls_first
                             : m->config->tls == TLS_POLICY_NONE ? NULL
                                                                 : &m->tls_later;
            return true;
        }
    }
    return false;
}

static const struct tls_identity *mail_identity(struct actor *self, const struct pump_tls *how)
{
    struct mail_host *m = mail_host_of(self);
    (void)how;
    if (!m->identity) {
        m->identity = stage_identity(self->stage, self->name, m->web_names, m->web_name_count,
                                     (enum tls_fault)m->config->certificate);
    }
    return m->identity;
}

static void mail_session(struct actor *self, struct pump *p, const struct session_event *ev)
{
    struct mail_host *m = mail_host_of(self);
    const struct session_ops *ops = pump_ops(p);
    if (ops == &smtp_server_ops) {
        mail_smtp_event(m, p, ev);
    } else if (ops == &smtp_client_ops) {
        call_session(m, p, ev);
    } else if (ops == &pop3_server_ops) {
        store_pop3_event(m, p, ev);
    } else if (ops == &http_server_ops) {
        web_event(m, p, ev);
    } else if (ops == &http_client_ops) {
        sts_session(m, p, ev);
    } else if (ops == &dns_stream_client) {
        lookup_session(&m->lookups, p, ev);
    } else {
        store_imap_event(m, p, ev);
    }
}

static void mail_session_end(struct actor *self, struct pump *p, enum trace_why why)
{
    struct mail_host *m = mail_host_of(self);
    const struct session_ops *ops = pump_ops(p);
    if (ops == &smtp_server_ops) {
        mail_smtp_end(m, p);
    } else if (ops == &smtp_client_ops) {
        call_session_end(m, p, why);
    } else if (ops == &imap_server_ops) {
        store_imap_end(m, p);
    } else if (ops == &http_client_ops) {
        sts_session_end(m, p, why);
    } else if (ops == &dns_stream_client) {
        lookup_session_end(&m->lookups, p);
    }
}

static void mail_datagram(struct actor *self, const struct datagram *d)
{
    lookup_heard(&mail_host_of(self)->lookups, d);
}

static void mail_wake(struct actor *self, uint64_t cookie)
{
    queue_wake(mail_host_of(self), cookie);
}

/* The queue is on disk: what was accepted is still there when the power is back. */
static void mail_power(struct actor *self, bool on)
{
    struct mail_host *m = mail_host_of(self);
    if (on) {
        queue_restart(m);
    } else {
        calls_drop(m);
        sts_drop(m);
        lookups_drop(&m->lookups);
    }
}

/* What its sessions know of the calendar. */
static void mail_clock_set(struct actor *self)
{
    struct mail_host *m = mail_host_of(self);
    m->imap_in.unix_start = m->web_in.unix_start = actor_unix_start(self);
}

static void mail_finish(struct actor *self)
{
    queue_finish(mail_host_of(self));
}

static void mail_act(struct actor *self, enum verb verb, const void *args)
{
    if (verb == VERB_NEW_UIDVALIDITY) {
        folders_lose_index(mail_host_of(self), args);
    }
}

static void mail_deinit(struct actor *self)
{
    struct mail_host *m = mail_host_of(self);
    uint32_t at = 0;
    pool_id id;
    struct entry *e;
    struct caller *c;
    while ((c = pool_each(&m->callers, &at, &id))) {
        blob_unref(&c->hello.owner);
    }
    at = 0;
    while ((e = pool_each(&m->entries, &at, &id))) {
        entry_free(m, e);
    }
    calls_deinit(m);
    dests_deinit(m);
    peers_deinit(m);
    mail_login_deinit(m);
    sts_deinit(m);
    policy_deinit(m);
    pool_deinit(&m->callers);
    pool_deinit(&m->entries);
    lookups_deinit(&m->lookups);
    directory_deinit(&m->directory);
    mem_free(m->idlers);
    buf_deinit(&m->text);
    blob_unref(&m->small);
}

#define MAIL_OPS(kind_name, kind_doc, kind_glyph, kind_roles)                                      \
    {                                                                                              \
        .kind = { (kind_name), (kind_doc), (kind_glyph), (kind_roles), sizeof(struct mail_config), \
                  mail_keys,   NULL },                                                             \
        .size = sizeof(struct mail_host), .start = mail_start, .on_connect = mail_connect,         \
        .identity = mail_identity, .on_session = mail_session, .on_session_end = mail_session_end, \
        .on_datagram = mail_datagram, .on_wake = mail_wake, .power = mail_power, .act = mail_act,  \
        .clock_set = mail_clock_set, .finish = mail_finish, .deinit = mail_deinit,                 \
    }

const struct actor_ops mail_ops =
    MAIL_OPS("mail", "submission, queue, MX and mailboxes in one host", 'M',
             ROLE_MSA | ROLE_MTA | ROLE_MX | ROLE_STORE);
const struct actor_ops crowd_ops =
    MAIL_OPS("mail", "one of many, with people who are made when somebody writes to them", 'M',
             ROLE_MSA | ROLE_MTA | ROLE_MX | ROLE_STORE | ROLE_CROWD);
const struct actor_ops mta_ops =
    MAIL_OPS("mta", "takes mail from its users and sends it on; keeps no mailboxes", 'T',
             ROLE_MSA | ROLE_MTA);
const struct actor_ops mx_ops =
    MAIL_OPS("mx", "takes mail for its domains from the world and hands it to the host \"next\"",
             'X', ROLE_MX | ROLE_MTA);
const struct actor_ops store_ops =
    MAIL_OPS("store", "keeps mailboxes; takes mail for them by SMTP, shows them by POP3 and IMAP",
             'S', ROLE_STORE | ROLE_MTA);
