/* mail_policy.c - which policies a host has, and in which order they are asked.
 * Never knows how any of them decides. */
#include "sim/actors/mail_policy.h"

#include "sim/base/mem.h"

void policy_start(struct mail_host *m)
{
    const struct mail_config *c = m->config;
    bool expands = c->aliases.count > 0 || c->forwards.count > 0 || c->catch_all.len > 0 || c->plus;
    if (expands) {
        m->rules = mem_alloc(sizeof *m->rules);
        m->rules->expands = expands;
    }
}

void policy_deinit(struct mail_host *m)
{
    mem_free(m->rules);
}

bool policy_knows(const struct mail_host *m, const struct address *to)
{
    return alias_resolve(m, to, RCPT_ANY).meaning != MEANS_NOBODY;
}

bool policy_delivers(struct mail_host *m, struct entry *e, size_t i)
{
    struct address to;
    if (!address_parse(entry_rcpt(e, i), &to) || !mail_is_local(m, to.domain)) {
        return false;
    }
    struct resolved r = alias_resolve(m, &to, e->rcpts[i].final);
    return r.targets && alias_expand(m, e, i, &r);
}

struct mailbox *policy_box(struct mail_host *m, const struct entry *e, size_t i,
                           struct account **account_r)
{
    struct address to;
    struct resolved r = { 0 };
    if (address_parse(entry_rcpt(e, i), &to)) {
        r = alias_resolve(m, &to, e->rcpts[i].final);
    }
    *account_r = r.account;
    if (!r.account) {
        return NULL;
    }
    struct mailbox *box = m->config->plus_folders ? account_box(r.account, r.detail) : NULL;
    return box ? box : r.account->boxes[0];
}
