/* mail_dnsbl.c - look-ups before a client is told yes or no: its address in lists of others
 * (RFC 5782), and the domain of a sender, to whom somebody might have to answer.
 * The session waits for its answer meanwhile; what is found is kept as long as the connection.
 * Never decides what to do with who is listed.
 * Not done: lists of domains (RFC 5782 3), and a look at a list's test entries (5). */
#include "sim/actors/mail_policy.h"

/* The guest behind a question; NULL: it has left meanwhile. */
static struct guest *guest_of(struct mail_host *m, uint64_t user, struct pump **p_r)
{
    *p_r = pump_by_id(mail_stage(m), user);
    return *p_r ? pool_get(&m->rules->guests, mail_caller(m, *p_r)->guest) : NULL;
}

/* ---- lists of addresses ---- */

static slice list_name(const struct mail_host *m, const struct guest *g)
{
    return m->config->dnsbl.items[g->list];
}

/* 192.0.2.99 in list.example is 99.2.0.192.list.example: RFC 5782 2.1; by IPv6 each label is a
 * hexadecimal digit: 2.4. */
static slice name_in(struct mail_host *m, const struct guest *g)
{
    buf_clear(&m->text);
    fmt_ip_reversed(&m->text, network_ip6(mail_stage(m)->net), g->ip);
    buf_byte(&m->text, '.');
    buf_add(&m->text, list_name(m, g));
    return buf_slice(&m->text);
}

static void list_known(struct actor *self, uint64_t user, const struct dns_stub_answer *answer);

static void ask_list(struct mail_host *m, struct pump *p, const struct guest *g)
{
    lookup_start(&m->lookups, name_in(m, g), DNS_A, list_known, pump_id(p));
}

/* RFC 5782 2.1: a TXT record beside it may say why. */
static void reason_known(struct actor *self, uint64_t user, const struct dns_stub_answer *answer)
{
    struct mail_host *m = mail_host_of(self);
    struct pump *p;
    struct guest *g = guest_of(m, user, &p);
    if (g) {
        if (answer && answer->txt_count > 0) {
            dns_txt_join(answer->txt[0], &g->reason);
        }
        policy_again(m, p);
    }
}

/* RFC 5782 6 takes any address for a yes; but 2.3 keeps all in 127.0.0.0/8, and what answers
 * otherwise is no list any more (7). */
static bool says_listed(const struct dns_stub_answer *answer)
{
    for (size_t i = 0; answer && i < answer->address_count; i++) {
        if (answer->addresses[i] >> 24 == 127) {
            return true;
        }
    }
    return false;
}

static void list_known(struct actor *self, uint64_t user, const struct dns_stub_answer *answer)
{
    struct mail_host *m = mail_host_of(self);
    struct pump *p;
    struct guest *g = guest_of(m, user, &p);
    if (!g) {
        return;
    }
    if (says_listed(answer)) {
        g->listed = LISTED;
        lookup_start(&m->lookups, name_in(m, g), DNS_TXT, reason_known, user);
    } else if (++g->list < m->config->dnsbl.count) {
        ask_list(m, p, g);
    } else { /* who does not answer lists nobody; RFC 5782 has no word on it */
        g->listed = LISTED_NOWHERE;
        policy_again(m, p);
    }
}

struct verdict dnsbl_look(struct mail_host *m, struct pump *p, struct guest *g, uint16_t code)
{
    if (g->listed == LISTED_UNKNOWN) {
        ask_list(m, p, g);
        return VERDICT_LATER;
    }
    if (g->listed == LISTED_NOWHERE) {
        return WELCOME;
    }
    buf_clear(&m->text);
    buf_addz(&m->text, "5.7.1 ");
    stage_ip(mail_stage(m), g->ip, &m->text);
    buf_addz(&m->text, " is listed by ");
    buf_add(&m->text, list_name(m, g));
    if (g->reason.len > 0) {
        buf_addz(&m->text, ": ");
        for (size_t i = 0; i < g->reason.len && i < 200; i++) { /* one line of a reply */
            char c = g->reason.ptr[i];
            bool plain = c >= ' ' && c <= '~';
            buf_add(&m->text, plain ? (slice){ &c, 1 } : SLICE("?"));
        }
    }
    return (struct verdict){ code, buf_slice(&m->text) };
}

/* ---- the domain of a sender ---- */

static void addresses_known(struct actor *self, uint64_t user, const struct addresses *found)
{
    struct mail_host *m = mail_host_of(self);
    struct pump *p;
    struct guest *g = guest_of(m, user, &p);
    if (g) {
        g->domain = found->count > 0 ? DOMAIN_GOOD : found->sure ? DOMAIN_NONE : DOMAIN_SILENT;
        policy_again(m, p);
    }
}

static void exchanger_known(struct actor *self, uint64_t user, const struct dns_stub_answer *answer)
{
    struct mail_host *m = mail_host_of(self);
    struct pump *p;
    struct guest *g = guest_of(m, user, &p);
    if (!g) {
        return;
    }
    if (answer && answer->rcode == DNS_NOERROR && !answer->null_mx && answer->mx_count == 0) {
        lookup_addresses(&m->lookups, dns_name_slice(&answer->name), addresses_known, user);
        return; /* RFC 5321 5.1: its own address may be meant */
    }
    g->domain = !answer || (answer->rcode != DNS_NOERROR && answer->rcode != DNS_NXDOMAIN)
                    ? DOMAIN_SILENT
                : answer->null_mx               ? DOMAIN_NULL_MX
                : answer->rcode == DNS_NXDOMAIN ? DOMAIN_NONE
                                                : DOMAIN_GOOD;
    policy_again(m, p);
}

struct verdict domain_look(struct mail_host *m, struct pump *p, struct guest *g,
                           const struct address *from)
{
    static const struct verdict verdicts[] = {
        [DOMAIN_GOOD] = { 0 },
        [DOMAIN_NONE] = { 550, SLICE_INIT("5.1.8 The sender's domain does not exist") },
        [DOMAIN_NULL_MX] = { 550, SLICE_INIT("5.7.27 The sender's domain takes no mail") },
        [DOMAIN_SILENT] = { 450, SLICE_INIT("4.1.8 The sender's domain cannot be found now") },
    };
    if (from->domain.len == 0 || from->domain.ptr[0] == '[') {
        return WELCOME;
    }
    if (g->domain == DOMAIN_UNKNOWN) {
        lookup_start(&m->lookups, from->domain, DNS_MX, exchanger_known, pump_id(p));
        return VERDICT_LATER;
    }
    struct verdict v = verdicts[g->domain];
    g->domain = DOMAIN_UNKNOWN; /* the next letter may have another */
    return v;
}
