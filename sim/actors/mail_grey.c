/* mail_grey.c - greylisting at RCPT (RFC 6647 2.4, 5): who was never here with this sender and
 * recipient is asked to come again.  A mail server does, for that is what queues are for (RFC 5321
 * 4.5.4.1); programs that only want to get rid of their letters often do not.
 * Never asks anybody about a client; it only remembers, and forgets who is too old. */
#include "sim/actors/mail_policy.h"

#include "sim/base/book.h"
#include "sim/base/mem.h"

#include <string.h>

#define SITE_BITS 64

struct seen {
    sim_time first, last;
    bool passed; /* came again in time */
};
struct network {
    sim_time last;
    uint32_t passes; /* letters that came again */
};
struct grey {
    struct book seen; /* "192.0.2.0 alice@example.org bob@example.net" */
    struct book networks;
};

void grey_start(struct mail_host *m)
{
    if (m->config->greylist > 0) {
        m->rules->grey = mem_alloc(sizeof *m->rules->grey);
        book_init(&m->rules->grey->seen, sizeof(struct seen));
        book_init(&m->rules->grey->networks, sizeof(struct network));
    }
}

void grey_deinit(struct mail_host *m)
{
    struct grey *g = m->rules->grey;
    if (g) {
        book_deinit(&g->seen);
        book_deinit(&g->networks);
        mem_free(g);
    }
}

/* ---- who is new again, and need not be remembered ---- */

static bool is_new(const void *self, const void *record)
{
    const struct mail_host *m = self;
    const struct seen *s = record;
    sim_time now = mail_stage(m)->engine->now;
    return s->last == 0 ||
           now - s->last > (s->passed ? m->config->greylist_keep : m->config->greylist_window);
}

static bool is_unproved(const void *self, const void *record)
{
    const struct mail_host *m = self;
    const struct network *n = record;
    return n->passes == 0 || mail_stage(m)->engine->now - n->last > m->config->greylist_keep;
}

/* ---- names ---- */

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

/* The client has proved itself with so many letters, and is here again. */
static bool is_trusted(struct mail_host *m, uint32_t ip)
{
    buf_clear(&m->text);
    put_network(m, ip, &m->text);
    struct network *n = book_find(&m->rules->grey->networks, buf_slice(&m->text));
    if (!n || is_unproved(m, n) || m->config->greylist_trust == 0 ||
        n->passes < (uint64_t)m->config->greylist_trust) {
        return false;
    }
    n->last = mail_stage(m)->engine->now;
    return true;
}

static void has_passed(struct mail_host *m, uint32_t ip)
{
    struct book *networks = &m->rules->grey->networks;
    buf_clear(&m->text);
    put_network(m, ip, &m->text);
    book_sweep(networks, is_unproved, m);
    struct network *n = book_record(networks, buf_slice(&m->text));
    n->passes = is_unproved(m, n) ? 1 : n->passes + 1;
    n->last = mail_stage(m)->engine->now;
}

static struct seen *seen_of(struct mail_host *m, uint32_t ip, slice from, slice to)
{
    struct book *seen = &m->rules->grey->seen;
    buf_clear(&m->text);
    put_network(m, ip, &m->text);
    buf_byte(&m->text, ' ');
    buf_add_lower(&m->text, from);
    buf_byte(&m->text, ' ');
    buf_add_lower(&m->text, to);
    book_sweep(seen, is_new, m);
    return book_record(seen, buf_slice(&m->text));
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
    if (is_trusted(m, ip)) {
        return WELCOME;
    }
    struct seen *s = seen_of(m, ip, from, to);
    if (is_new(m, s)) {
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
        has_passed(m, ip);
        explain(m, ip, from, to, "has come again, and is remembered (RFC 6647 section 5)");
    }
    s->last = now;
    return WELCOME;
}
