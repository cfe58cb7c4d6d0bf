/* mail_relay.c - for whom a host passes on mail that is not for it, from people it does not know:
 * for whoever calls from a place that it is set up for, and to domains whose mail it keeps while
 * their own hosts are away (RFC 5321 3.6.2, 3.6.3).
 * Never knows the way to anybody. */
#include "sim/actors/mail_host.h"

#include "sim/base/err.h"

bool relay_any(const struct mail_config *c)
{
    return c->open_relay || c->relay_for.count > 0 || c->relay_domains.count > 0;
}

/* "192.0.2.0/24" */
static bool parse_network(slice text, uint32_t *network_r, uint32_t *mask_r)
{
    slice bits = text;
    slice address = slice_cut(&bits, '/');
    uint64_t n = 0;
    if (!bits.ptr || !parse_ip4(address, network_r) || !slice_to_u64(bits, &n) || n > 32) {
        return false;
    }
    *mask_r = n == 0 ? 0 : UINT32_MAX << (32 - n);
    return true;
}

static bool is_host(const struct mail_host *m, slice name, uint32_t ip)
{
    const struct actor *a = stage_find(mail_stage(m), name);
    host_id host;
    return a && network_by_ip(mail_stage(m)->net, ip, &host) && host == a->id;
}

static bool is_from(const struct mail_host *m, slice place, uint32_t ip)
{
    uint32_t network, mask;
    if (parse_network(place, &network, &mask)) {
        return !is_ip6(ip) && (ip & mask) == (network & mask);
    }
    return is_host(m, place, ip);
}

bool relay_start(const struct mail_host *m, struct err *err_r)
{
    const struct key_list *places = &m->config->relay_for;
    for (size_t i = 0; i < places->count; i++) {
        uint32_t network, mask;
        if (!parse_network(places->items[i], &network, &mask) &&
            !stage_find(mail_stage(m), places->items[i])) {
            return err_set(
                err_r,
                "host \"%.*s\": relay-for: \"%.*s\" is neither a host nor a network such "
                "as 192.0.2.0/24",
                SLICE_ARG(m->base.name), SLICE_ARG(places->items[i]));
        }
    }
    return true;
}

bool relay_to(const struct mail_config *c, slice domain)
{
    for (size_t i = 0; i < c->relay_domains.count; i++) {
        if (domain_same(c->relay_domains.items[i], domain)) {
            return true;
        }
    }
    return false;
}

bool relay_trusts(const struct mail_host *m, uint32_t ip)
{
    const struct key_list *places = &m->config->relay_for;
    for (size_t i = 0; i < places->count; i++) {
        if (is_from(m, places->items[i], ip)) {
            return true;
        }
    }
    return false;
}

bool relay_may(const struct mail_host *m, uint32_t ip, slice domain)
{
    const struct mail_config *c = m->config;
    return c->open_relay || relay_to(c, domain) || relay_trusts(m, ip);
}
