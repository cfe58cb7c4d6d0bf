/* mail_limits.c - how many connections, letters and recipients one client may have: what keeps a
 * server from being worn out, and a user whose password was stolen from sending for a whole
 * company.  Counted by the user where one has logged in, else by address; anew each hour.  Who has
 * no connection and was not here in this hour is forgotten.
 * Never looks at what a letter says. */
#include "sim/actors/mail_policy.h"

#include "sim/base/book.h"
#include "sim/base/mem.h"

struct tally {
    uint64_t hour; /* in which the two below were counted */
    int64_t letters, recipients;
    int64_t connections; /* now */
};
struct limits {
    struct book tallies; /* "192.0.2.1", "alice@example.org" */
};

void limits_start(struct mail_host *m)
{
    m->rules->limits = mem_alloc(sizeof *m->rules->limits);
    book_init(&m->rules->limits->tallies, sizeof(struct tally));
}

void limits_deinit(struct mail_host *m)
{
    struct limits *l = m->rules->limits;
    if (l) {
        book_deinit(&l->tallies);
        mem_free(l);
    }
}

static bool is_over(const void *self, const void *record)
{
    const uint64_t *hour = self;
    const struct tally *t = record;
    return t->connections == 0 && t->hour != *hour;
}

static struct tally *tally_of(struct mail_host *m, uint32_t ip, const struct account *a)
{
    struct book *tallies = &m->rules->limits->tallies;
    uint64_t hour = mail_stage(m)->engine->now / SIM_HOUR;
    buf_clear(&m->text);
    if (a) {
        buf_add(&m->text, a->user);
        buf_byte(&m->text, '@');
        buf_add(&m->text, a->domain);
    } else {
        stage_ip(mail_stage(m), ip, &m->text);
    }
    book_sweep(tallies, is_over, &hour);
    struct tally *t = book_record(tallies, buf_slice(&m->text));
    if (t->hour != hour) {
        t->hour = hour;
        t->letters = t->recipients = 0;
    }
    return t;
}

struct verdict limits_connect(struct mail_host *m, struct guest *g)
{
    struct tally *t = tally_of(m, g->ip, NULL);
    int64_t most = m->config->max_connections;
    if (most > 0 && t->connections >= most) {
        return (struct verdict){ 421, SLICE("4.7.0 Too many connections from your address") };
    }
    t->connections++;
    g->counted = true;
    return WELCOME;
}

void limits_leave(struct mail_host *m, struct guest *g)
{
    if (g->counted) {
        tally_of(m, g->ip, NULL)->connections--;
        g->counted = false;
    }
}

struct verdict limits_letter(struct mail_host *m, uint32_t ip, const struct account *a)
{
    struct tally *t = tally_of(m, ip, a);
    int64_t most = m->config->rate_letters;
    if (most > 0 && t->letters >= most) {
        return (struct verdict){ 450, SLICE("4.7.1 Too many letters in this hour") };
    }
    t->letters++;
    return WELCOME;
}

struct verdict limits_rcpt(struct mail_host *m, const struct entry *e, uint32_t ip,
                           const struct account *a)
{
    if (e->rcpt_count >= (size_t)m->config->max_recipients) {
        return (struct verdict){ 452, SLICE("4.5.3 Too many recipients") };
    }
    struct tally *t = tally_of(m, ip, a);
    int64_t most = m->config->rate_recipients;
    if (most > 0 && t->recipients >= most) {
        return (struct verdict){ 450, SLICE("4.7.1 Too many recipients in this hour") };
    }
    t->recipients++;
    return WELCOME;
}
