/* mail_route.c - where a destination is: its exchangers by preference, and their addresses
 * (RFC 5321 5.1).
 * Never knows a letter, nor what is said there. */
#include "sim/actors/mail_dest.h"

slice route_host(const struct call *c)
{
    return c->host_count > 0 ? dns_name_slice(&c->hosts[c->host_at]) : SLICE("");
}

static void give_up(struct mail_host *m, struct call *c, verdict_fn *verdict, slice reply)
{
    if (verdict == queue_deferred) {
        dest_shut(m, c->dest, SLICE(""), reply);
    }
    call_settle(m, c, verdict, SLICE(""), reply);
    call_over(m, c);
}

static void try_host(struct mail_host *m, struct call *c);

slice route_found_here(struct mail_host *m, const struct call *c, slice why)
{
    struct buf *b = &mail_stage(m)->scratch;
    size_t code = slice_find_byte(why, ' ') + 1;
    code += slice_find_byte(slice_from(why, code), ' ') + 1;
    buf_clear(b);
    buf_add(b, slice_sub(why, 0, code));
    buf_add(b, route_host(c));
    buf_addz(b, route_host(c).len > 0 ? ": " : "");
    buf_add(b, slice_from(why, code));
    return buf_slice(b);
}

/* RFC 5321 5.1 wants all addresses of all exchangers tried before the letter waits; where all are
 * unusable for good, that is an error. */
void route_next(struct mail_host *m, struct call *c, bool may_pass, bool said, slice why)
{
    c->hope = c->hope || may_pass;
    bool none_left = call_all_told(c);
    if (!none_left && may_pass && c->ip_at + 1 < c->ip_count) {
        c->ip_at++;
        c->in_clear = false;
        call_connect(m, c);
        return;
    }
    if (!none_left && c->host_at + 1 < c->host_count) {
        c->host_at++;
        try_host(m, c);
        return;
    }
    verdict_fn *verdict = c->hope ? queue_deferred : queue_failed;
    slice host = said ? route_host(c) : SLICE("");
    struct buf text = { 0 };
    buf_add(&text, said ? why : route_found_here(m, c, why));
    if (c->hope && !said && !c->answered) {
        dest_shut(m, c->dest, host, buf_slice(&text));
    }
    call_settle(m, c, verdict, host, buf_slice(&text));
    buf_deinit(&text);
    call_over(m, c);
}

/* ---- addresses ---- */

static bool is_ours(const struct mail_host *m, uint32_t ip)
{
    host_id host;
    return network_by_ip(mail_stage(m)->net, ip, &host) && host == m->base.id;
}

/* RFC 5321 5.1 against loops: we are an exchanger ourselves, perhaps under another name, so neither
 * we nor those behind us nor our equals are tried. */
static void stop_at_ourselves(struct mail_host *m, struct call *c)
{
    uint16_t before = 0;
    while (c->preferences[before] < c->preferences[c->host_at]) {
        before++;
    }
    c->host_count = before;
    c->ip_count = 0;
    if (before == 0) {
        give_up(m, c, queue_failed,
                SLICE("554 5.4.6 The mail exchanger would be this host itself"));
        return;
    }
    c->host_at = (uint16_t)(before - 1);
    route_next(m, c, c->hope, false, SLICE("450 4.4.1 No better exchanger can be reached"));
}

/* RFC 5321 5.1: each of its addresses is tried, in this order. */
static void addresses_known(struct actor *self, uint64_t user, const struct addresses *found)
{
    struct mail_host *m = mail_host_of(self);
    struct call *c = pool_get(&m->calls, user);
    if (!c) {
        return;
    }
    for (size_t i = 0; i < found->count && i < ADDRESSES_MAX; i++) {
        if (is_ours(m, found->ips[i])) {
            stop_at_ourselves(m, c);
            return;
        }
        c->ips[c->ip_count++] = found->ips[i];
    }
    if (c->ip_count > 0) {
        call_connect(m, c);
    } else if (found->sure) {
        route_next(m, c, false, false, SLICE("550 5.4.4 The mail exchanger has no address"));
    } else {
        route_next(m, c, true, false, SLICE("450 4.4.3 The name service does not answer"));
    }
}

static void try_host(struct mail_host *m, struct call *c)
{
    c->in_clear = false;
    c->ip_count = c->ip_at = 0;
    if (c->sts && !sts_admits(m, c->sts, c->dest->name, route_host(c))) {
        route_next(m, c, true, false,
                   SLICE("450 4.7.0 The domain's MTA-STS policy does not name this exchanger"));
        return;
    }
    lookup_addresses(&m->lookups, route_host(c), addresses_known, c->id);
}

/* ---- exchangers ---- */

/* Equal preferences in random order (RFC 5321 5.1), which spreads the load. */
static void shuffle_equals(struct mail_host *m, struct dns_stub_mx *mx, size_t count)
{
    for (size_t i = 0; i + 1 < count; i++) {
        size_t same = 1;
        while (i + same < count && mx[i + same].preference == mx[i].preference) {
            same++;
        }
        size_t pick = i + (size_t)rng_below(&m->base.rng, same);
        struct dns_stub_mx swap = mx[i];
        mx[i] = mx[pick];
        mx[pick] = swap;
    }
}

/* Our own place in the list and everything behind it is left out: RFC 5321 5.1 against loops. */
static size_t before_ourselves(const struct mail_host *m, const struct dns_stub_mx *mx,
                               size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (slice_eq_nocase(dns_name_slice(&mx[i].host), m->base.name)) {
            size_t keep = 0;
            while (mx[keep].preference < mx[i].preference) {
                keep++;
            }
            return keep;
        }
    }
    return count;
}

static void use_exchangers(struct mail_host *m, struct call *c,
                           const struct dns_stub_answer *answer)
{
    struct dns_stub_mx mx[DNS_STUB_MAX];
    size_t count = answer->mx_count;
    for (size_t i = 0; i < count; i++) {
        mx[i] = answer->mx[i];
    }
    count = before_ourselves(m, mx, count);
    if (count == 0) {
        give_up(m, c, queue_failed,
                SLICE("554 5.4.6 The mail exchanger would be this host itself"));
        return;
    }
    shuffle_equals(m, mx, count);
    c->host_count = (uint16_t)(count < HOSTS_MAX ? count : HOSTS_MAX);
    for (size_t i = 0; i < c->host_count; i++) {
        dns_name_copy(&c->hosts[i], &mx[i].host);
        c->preferences[i] = mx[i].preference;
    }
    try_host(m, c);
}

static void only_host(struct call *c, slice name)
{
    (void)dns_name_set(&c->hosts[0], name);
    c->preferences[0] = 0;
    c->host_count = 1;
    c->host_at = 0;
}

/* answer->name: where CNAMEs led to; RFC 5321 5.1 goes on with that name. */
static void implicit_mx(struct mail_host *m, struct call *c, const struct dns_stub_answer *answer)
{
    (void)actor_note(&m->base, SLICE("implicit MX"),
                     SLICE("No MX record: the domain's own address is used instead, as if it had "
                           "an MX of preference 0 (RFC 5321 5.1)."));
    only_host(c, dns_name_slice(&answer->name));
    try_host(m, c);
}

static void exchangers_known(struct actor *self, uint64_t user,
                             const struct dns_stub_answer *answer)
{
    struct mail_host *m = mail_host_of(self);
    struct call *c = pool_get(&m->calls, user);
    if (!c) {
        return;
    }
    if (!answer || (answer->rcode != DNS_NOERROR && answer->rcode != DNS_NXDOMAIN)) {
        give_up(m, c, queue_deferred, SLICE("450 4.4.3 The name service does not answer"));
    } else if (answer->rcode == DNS_NXDOMAIN) {
        give_up(m, c, queue_failed, SLICE("550 5.1.2 There is no such domain"));
    } else if (answer->null_mx) {
        give_up(m, c, queue_failed, SLICE("556 5.1.10 This domain takes no mail (RFC 7505)"));
    } else if (answer->mx_count == 0) {
        implicit_mx(m, c, answer);
    } else {
        use_exchangers(m, c, answer);
    }
}

/* A host that this one was told to send by, whatever the DNS says of who gets the letter: of its
 * own name the policy holds, not of the recipient's domain (RFC 8461 3.4). */
static bool is_smart(const struct mail_host *m, const struct dest *d)
{
    return d->way == WAY_SMART ||
           (d->way == WAY_HOST && slice_eq_nocase(d->name, m->config->fallback));
}

void route_policy_known(struct mail_host *m, pool_id call)
{
    struct call *c = pool_get(&m->calls, call);
    if (c) {
        c->sts = sts_policy_of(m, c->dest->name);
        if (c->sts && c->sts->mode == STS_ENFORCE) {
            c->policy = (struct peer_policy){ TLS_POLICY_REQUIRED, .must_verify = true };
        }
        if (is_smart(m, c->dest)) {
            only_host(c, c->dest->name);
            try_host(m, c);
        } else {
            lookup_start(&m->lookups, c->dest->name, DNS_MX, exchangers_known, call);
        }
    }
}

static bool literal_ip(const struct mail_host *m, slice domain, uint32_t *ip_r)
{
    uint8_t octets[IP6_OCTETS];
    slice inside = slice_sub(domain, 1, domain.len - 2);
    if (domain.len <= 2 || domain.ptr[0] != '[' || domain.ptr[domain.len - 1] != ']') {
        return false;
    }
    if (slice_starts_nocase(inside, SLICE("IPv6:")) && parse_ip6(slice_from(inside, 5), octets)) {
        *ip_r = ip6_find(network_ip6(mail_stage(m)->net), octets);
        return true;
    }
    return parse_ip4(inside, ip_r) && !is_ip6(*ip_r);
}

/* An address literal is its own exchanger: RFC 5321 5.1 looks nothing up for it. */
static void literal(struct mail_host *m, struct call *c)
{
    uint32_t ip;
    if (!literal_ip(m, c->dest->name, &ip)) {
        give_up(m, c, queue_failed, SLICE("550 5.1.2 This is not an address that mail can go to"));
        return;
    }
    only_host(c, SLICE(""));
    c->ips[0] = ip;
    c->ip_count = 1;
    c->ip_at = 0;
    if (is_ours(m, ip)) {
        stop_at_ourselves(m, c);
    } else {
        call_connect(m, c);
    }
}

void route_find(struct mail_host *m, struct call *c)
{
    slice name = c->dest->name;
    switch (c->dest->way) {
    case WAY_HOST:
    case WAY_SMART:
        if (m->sts && is_smart(m, c->dest)) {
            sts_seek(m, name, c->id);
        } else {
            only_host(c, name);
            try_host(m, c);
        }
        break;
    case WAY_LITERAL:
        literal(m, c);
        break;
    case WAY_DOMAIN:
        if (!dns_name_set(&c->hosts[0], name)) {
            give_up(m, c, queue_failed, SLICE("550 5.1.2 This is not a domain name"));
        } else if (m->sts) {
            sts_seek(m, name, c->id);
        } else {
            lookup_start(&m->lookups, name, DNS_MX, exchangers_known, c->id);
        }
        break;
    case WAY_HERE:
        break;
    }
}
