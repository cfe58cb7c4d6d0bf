/* mail_quota.c - how much a mailbox and the disk hold.
 * What is full today may be emptied tomorrow, so these are refusals for now: 452 4.2.2 for a
 * mailbox, 452 4.3.1 for the disk (RFC 3463 3.3, 3.4); a letter that can never fit is refused for
 * good (552, RFC 5321 4.2.3).  Nothing is counted along: what is there is asked when it matters.
 * A host that passes its mail on to another one keeps none, and counts none.
 * Never removes anything. */
#include "sim/actors/mail_policy.h"

#include "sim/base/err.h"

bool quota_start(struct mail_host *m, struct err *err_r)
{
    const struct mail_config *c = m->config;
    m->rules->quota = c->quota;
    if (c->quotas.count == 0) {
        return true;
    }
    m->rules->quotas =
        arena_array(mail_stage(m)->arena, m->directory.count, sizeof *m->rules->quotas);
    for (size_t i = 0; i < m->directory.count; i++) {
        m->rules->quotas[i] = c->quota;
    }
    for (size_t q = 0; q < c->quotas.count; q++) {
        const struct key_pair *pair = &c->quotas.items[q];
        uint64_t size;
        bool found = false;
        if (!parse_size(pair->value, &size) || size == 0) {
            return err_set(err_r, "host \"%.*s\": quotas: \"%.*s\" is not a size; try \"10MB\"",
                           SLICE_ARG(m->base.name), SLICE_ARG(pair->value));
        }
        for (size_t i = 0; i < m->directory.count; i++) {
            if (slice_eq_nocase(m->directory.accounts[i]->user, pair->name)) {
                m->rules->quotas[i] = size;
                found = true;
            }
        }
        if (!found) {
            return err_set(err_r, "host \"%.*s\": quotas: there is no account \"%.*s\"",
                           SLICE_ARG(m->base.name), SLICE_ARG(pair->name));
        }
    }
    return true;
}

static uint64_t limit_of(const struct mail_host *m, const struct account *a)
{
    for (size_t i = 0; m->rules->quotas && i < m->directory.count; i++) {
        if (m->directory.accounts[i] == a) {
            return m->rules->quotas[i];
        }
    }
    return m->rules->quota;
}

uint64_t quota_limit(const struct mail_host *m, const struct account *a)
{
    return m->rules && m->config->next.len == 0 ? limit_of(m, a) : 0;
}

static uint64_t disk_used(const struct mail_host *m)
{
    uint64_t octets = 0;
    uint32_t at = 0;
    pool_id id;
    const struct entry *e;
    for (size_t i = 0; i < m->directory.count; i++) {
        octets += account_octets(m->directory.accounts[i]);
    }
    while ((e = pool_each(&m->entries, &at, &id))) {
        octets += e->queued ? e->message->size : 0;
    }
    return octets;
}

/* RFC 1870 6.1: what MAIL says of the size may be believed, and saves everybody the text. */
struct verdict quota_mail(const struct mail_host *m, uint64_t size)
{
    uint64_t disk = m->config->disk;
    uint64_t used = disk > 0 ? disk_used(m) : 0;
    if (disk > 0 && (used >= disk || size > disk - used)) {
        return (struct verdict){ 452, SLICE("4.3.1 Insufficient system storage") };
    }
    return WELCOME;
}

struct verdict quota_rcpt(const struct mail_host *m, const struct account *a, uint64_t size)
{
    uint64_t limit = a && m->config->next.len == 0 ? limit_of(m, a) : 0;
    uint64_t used = limit > 0 ? account_octets(a) : 0;
    if (limit > 0 && size > limit) {
        return (struct verdict){ 552, SLICE("5.2.3 The letter is larger than this mailbox") };
    }
    if (limit > 0 && (used >= limit || size > limit - used)) {
        return (struct verdict){ 452, SLICE("4.2.2 The mailbox is full") };
    }
    return WELCOME;
}

/* One reply for all recipients (RFC 5321 3.3): no only where the letter fits nowhere. */
struct verdict quota_message(const struct mail_host *m, const struct entry *e, uint64_t size)
{
    struct verdict v = quota_mail(m, size), one = WELCOME;
    for (size_t i = 0; v.code == 0 && i < e->rcpt_count; i++) {
        struct address to;
        struct account *a = NULL;
        if (address_parse(entry_rcpt(e, i), &to) && mail_is_local(m, to.domain)) {
            struct resolved r = alias_resolve(m, &to, RCPT_ANY);
            a = r.targets ? NULL : r.account;
        }
        one = quota_rcpt(m, a, size);
        if (one.code == 0) {
            return WELCOME;
        }
    }
    return v.code != 0 ? v : one;
}
