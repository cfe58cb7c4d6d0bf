/* mail_pop.c - what a host's keys mean for its POP3 server: what is offered, how often somebody may
 * come, how long letters are kept (RFC 2449 6.5, 6.7).
 * Never sees a command; mail_store.c hands out the mailboxes. */
#include "sim/actors/mail_host.h"

#define NEVER (3650 * (int64_t)SIM_DAY) /* the key's largest value */
#define DAY_S 86400

/* In the order of the key's words. */
static const enum pop3_offer words[] = {
    POP3_HAS_USER,
    POP3_HAS_APOP,
    POP3_HAS_CAPA,
    POP3_HAS_SASL,
    POP3_HAS_TOP,
    POP3_HAS_UIDL,
    POP3_HAS_PIPELINING,
    POP3_HAS_RESP_CODES,
    POP3_HAS_AUTH_RESP_CODE,
    POP3_HAS_EXPIRE,
    POP3_HAS_IMPLEMENTATION,
};

static uint32_t offers(const struct mail_config *c)
{
    uint32_t bits = c->tls != TLS_POLICY_NONE ? POP3_HAS_STLS : 0u;
    for (size_t i = 0; i < COUNT(words); i++) {
        bits |= c->pop_capabilities & (1u << i) ? (uint32_t)words[i] : 0u;
    }
    return bits | (c->pop_login_delay > 0 ? (uint32_t)POP3_HAS_LOGIN_DELAY : 0u);
}

void pop_configure(struct mail_host *m)
{
    const struct mail_config *c = m->config;
    uint32_t days = (uint32_t)(c->pop_expire / SIM_DAY);
    m->pop3_in = (struct pop3_server_config){
        .host = m->base.name,
        .implementation = SLICE("mailflow"),
        .offers = offers(c),
        .mechanisms = c->auth_mechanisms,
        .login_delay_s = (uint32_t)((c->pop_login_delay + SIM_SECOND - 1) / SIM_SECOND),
        .expire_days = c->pop_expire >= NEVER ? POP3_EXPIRE_NEVER : days,
        .tls_required = c->tls == TLS_POLICY_REQUIRED,
        .auth_needs_tls = c->auth_needs_tls,
        .update_fails = c->pop_update_fails,
        .timeout = 10 * SIM_MINUTE,
    };
}

enum pop3_code pop_may_enter(const struct mail_host *m, struct account *a)
{
    sim_time now = mail_stage(m)->engine->now;
    if (a->boxes[0]->locked) {
        return POP3_IN_USE;
    }
    if (m->config->pop_login_delay > 0) {
        if (now < a->pop3_not_before) {
            return POP3_LOGIN_DELAY;
        }
        a->pop3_not_before = now + m->config->pop_login_delay;
    }
    return POP3_NO_CODE;
}

const struct mail_item *pop_expired(struct mail_host *m, const struct mailbox *box, size_t *at)
{
    const struct pop3_server_config *c = &m->pop3_in;
    bool expires =
        (c->offers & POP3_HAS_EXPIRE) && c->expire_days > 0 && c->expire_days != POP3_EXPIRE_NEVER;
    if (!expires) {
        return NULL;
    }
    int64_t oldest = actor_unix(&m->base) - (int64_t)c->expire_days * DAY_S;
    for (; *at < box->count; (*at)++) {
        const struct mail_item *item = mailbox_at(box, *at);
        if (item->internal_date <= oldest) {
            return item;
        }
    }
    return NULL;
}
