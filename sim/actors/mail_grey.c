/* mail_grey.c - greylisting at RCPT (RFC 6647 2.4, 5): who was never here with this sender and
 * recipient is asked to come again.  A mail server does, for that is what queues are for (RFC 5321
 * 4.5.4.1); programs that only want to get rid of their letters often do not.
 * Never asks anybody about a client; it only remembers.
 * Not done: forgetting.  Who is too old counts as new, but his name stays, as it does in the
 * trace. */
#include "sim/actors/mail_policy.h"

#include "sim/base/intern.h"
#include "sim/base/mem.h"

#include <string.h>

#define SITE_BITS 64

struct seen {
    sim_time first, last;
    bool passed; /* came again in time */
};
struct grey {
    struct intern names; /* "192.0.2.0 alice@example.org bob@example.net" */
    struct seen *seen;   /* by id */
    size_t cap;
    struct intern networks;
    uint32_t *passes; /* by id: letters that came again */
    size_t pass_cap;
};

void grey_start(struct mail_host *m)
{
    if (m->config->greylist > 0) {
        m->rules->grey = mem_alloc(sizeof *m->rules->grey);
        intern_init(&m->rules->grey->names);
        intern_init(&m->rules->grey->networks);
    }
}

void grey_deinit(struct mail_host *m)
{
    struct grey *g = m->rules->grey;
    if (g) {
        intern_deinit(&g->names);
        intern_deinit(&g->networks);
        mem_free(g->seen);
        mem_free(g->passes);
        mem_free(g);
    }
}

static uint32_t network_of(const struct mail_host *m, uint32_t ip)
{
    return ip & (uint32_t)(0xffffffffu << (32 - m->config->greylist_network));
}

/* The servers of one site: of IPv6 it has a /64 at least (RFC 6177 2). */
static void put_network(const struct mail_host *m, uint32_t ip, struct buf *out)
{
    const uint8_t *octets = ip6_octets(network_ip6(mail_stage(m)->net), ip);
    uint8_t net[IP6_OCTETS] = { 0 };
    if (octets) {
        memcpy(net, octets, SITE_BITS / 8);
        fmt_ip6(out, net);
    } else {
        fmt_ip4(out, network_of(m, ip));
    }
}

static uint32_t *passes_of(struct mail_host *m, uint32_t ip)
{
    struct grey *g = m->rules->grey;
    buf_clear(&m->text);
    put_network(m, ip, &m->text);
    size_t before = g->networks.count;
    uint32_t id = intern_id(&g->networks, buf_slice(&m->text));
    g->passes = mem_grow(g->passes, id, &g->pass_cap, sizeof *g->passes);
    if (g->networks.count > before) {
        g->passes[id] = 0;
    }
    return &g->passes[id];
}

static struct seen *seen_of(struct mail_host *m, uint32_t ip, slice from, slice to)
{
    struct grey *g = m->rules->grey;
    buf_clear(&m->text);
    put_network(m, ip, &m->text);
    buf_byte(&m->text, ' ');
    buf_add_lower(&m->text, from);
    buf_byte(&m->text, ' ');
    buf_add_lower(&m->text, to);
    size_t before = g->names.count;
    uint32_t id = intern_id(&g->names, buf_slice(&m->text));
    g->seen = mem_grow(g->seen, id, &g->cap, sizeof *g->seen);
    if (g->names.count > before) {
        g->seen[id] = (struct seen){ 0 };
    }
    return &g->seen[id];
}

static void explain(struct mail_host *m, uint32_t ip, slice from, slice to, const char *what)
{
    struct buf *b = &m->text;
    buf_clear(b);
    put_network(m, ip, b);
    buf_byte(b, '/');
    fmt_i64(b, is_ip6(ip) ? SITE_BITS : m->config->greylist_network);
    buf_addz(b, ", <");
    buf_add(b, from);
    buf_addz(b, ">, <");
    buf_add(b, to);
    buf_addz(b, ">: ");
    buf_addz(b, what);
    (void)actor_note(&m->base, SLICE("greylisting"), buf_slice(b));
}

static struct verdict come_again(struct mail_host *m)
{
    buf_clear(&m->text);
    buf_addz(&m->text, "4.7.1 Greylisted: please try again in ");
    fmt_duration(&m->text, m->config->greylist);
    return (struct verdict){ 450, buf_slice(&m->text) };
}

struct verdict grey_rcpt(struct mail_host *m, uint32_t ip, slice from, slice to)
{
    const struct mail_config *c = m->config;
    sim_time now = mail_stage(m)->engine->now;
    uint32_t *passes = passes_of(m, ip);
    if (c->greylist_trust > 0 && *passes >= (uint64_t)c->greylist_trust) {
        return WELCOME;
    }
    struct seen *s = seen_of(m, ip, from, to);
    bool known =
        s->last > 0 && now - s->last <= (s->passed ? c->greylist_keep : c->greylist_window);
    if (!known) {
        *s = (struct seen){ .first = now, .last = now };
        explain(m, ip, from, to,
                "never seen together.  A mail server keeps the letter and comes again "
                "(RFC 6647 sections 1.1 and 2.4)");
        return come_again(m);
    }
    if (!s->passed && now - s->first < c->greylist) {
        explain(m, ip, from, to, "back too soon");
        return come_again(m);
    }
    if (!s->passed) {
        s->passed = true;
        ++*passes;
        explain(m, ip, from, to, "has come again, and is remembered (RFC 6647 section 5)");
    }
    s->last = now;
    return WELCOME;
}
