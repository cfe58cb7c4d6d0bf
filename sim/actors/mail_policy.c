/* mail_policy.c - which policies a host has, and in which order they are asked.
 * Never knows how any of them decides. */
#include "sim/actors/mail_policy.h"

#include "sim/base/err.h"
#include "sim/base/mem.h"
#include "sim/mail/header.h"

#include <stddef.h>

#define DISCARD(member) offsetof(struct mail_discard, member)

static const struct key discard_keys[] = {
    { "sender", KEY_TEXT, DISCARD(sender), "", 0, 0, NULL, "the reverse-path is this" },
    { "to", KEY_ADDRESS, DISCARD(to), "", 0, 0, NULL, "the recipient is this one" },
    { "from", KEY_TEXT, DISCARD(from), "", 0, 0, NULL, "stands in the From field" },
    { "subject", KEY_TEXT, DISCARD(subject), "", 0, 0, NULL, "stands in the subject" },
    KEY_ROW_END,
};
static const struct key discard_name = {
    "NAME", KEY_TEXT, DISCARD(name), NULL, 0, 0, NULL, "of the rule; outcomes name it"
};
const struct key_shape mail_discard_shape = { discard_keys, sizeof(struct mail_discard),
                                              &discard_name };

static bool has_aliases(const struct mail_config *c)
{
    return c->aliases.count > 0 || c->forwards.count > 0 || c->catch_all.len > 0 || c->plus ||
           c->lists.count > 0 || c->srs;
}

static bool has_limits(const struct mail_config *c)
{
    return c->max_connections > 0 || c->rate_letters > 0 || c->rate_recipients > 0 ||
           c->max_recipients < SMTP_RCPT_MAX;
}

static bool has_any(const struct mail_config *c)
{
    return has_aliases(c) || has_limits(c) || c->quota > 0 || c->quotas.count > 0 || c->disk > 0 ||
           c->greylist > 0 || c->dnsbl.count > 0 || c->check_sender_domain || c->check_helo ||
           c->vacation.count > 0 || c->discard.count > 0;
}

bool policy_asks_at_connect(const struct mail_config *c)
{
    return c->max_connections > 0 || (c->dnsbl.count > 0 && c->dnsbl_at == DNSBL_AT_CONNECT);
}

static bool is_user(const struct mail_host *m, slice user)
{
    for (size_t i = 0; i < m->directory.count; i++) {
        if (slice_eq_nocase(m->directory.accounts[i]->user, user)) {
            return true;
        }
    }
    return false;
}

static bool nobody(const struct mail_host *m, const char *key, slice name, const char *what,
                   struct err *err_r)
{
    return err_set(err_r, "host \"%.*s\": %s: there is no %s \"%.*s\" here",
                   SLICE_ARG(m->base.name), key, what, SLICE_ARG(name));
}

/* Names that mean nobody would be forgotten without a word. */
static bool names_are_ours(const struct mail_host *m, struct err *err_r)
{
    const struct mail_config *c = m->config;
    const struct mail_absence *away = c->vacation.items;
    const struct mail_list *lists = c->lists.items;
    for (size_t i = 0; i < c->vacation.count; i++) {
        if (!is_user(m, away[i].user)) {
            return nobody(m, "vacation", away[i].user, "account", err_r);
        }
    }
    for (size_t i = 0; i < c->forwards.count; i++) {
        slice user = c->forwards.items[i].name;
        if (!is_user(m, slice_cut(&user, '@'))) {
            return nobody(m, "forwards", c->forwards.items[i].name, "account", err_r);
        }
    }
    for (size_t i = 0; i < c->lists.count; i++) {
        slice domain = lists[i].address;
        (void)slice_cut(&domain, '@');
        if (!mail_is_local(m, domain)) {
            return nobody(m, "lists", domain, "domain", err_r);
        }
    }
    return c->catch_all.len == 0 || is_user(m, c->catch_all) ||
           nobody(m, "catch-all", c->catch_all, "account", err_r);
}

bool policy_start(struct mail_host *m, struct err *err_r)
{
    if (!has_any(m->config)) {
        return true;
    }
    m->rules = mem_alloc(sizeof *m->rules);
    pool_init(&m->rules->guests, sizeof(struct guest));
    grey_start(m);
    lists_start(m);
    vacation_start(m);
    if (m->config->srs) {
        struct rng own = rng_fork(&m->base.rng, SLICE("srs"));
        buf_clear(&m->text);
        fmt_hex(&m->text, rng_u64(&own), 16);
        m->rules->srs_secret = arena_copy(mail_stage(m)->arena, buf_slice(&m->text));
    }
    if (has_limits(m->config)) {
        limits_start(m);
    }
    return names_are_ours(m, err_r) && quota_start(m, err_r);
}

void policy_deinit(struct mail_host *m)
{
    if (m->rules) {
        uint32_t at = 0;
        pool_id id;
        struct guest *g;
        while ((g = pool_each(&m->rules->guests, &at, &id))) {
            buf_deinit(&g->reason);
        }
        pool_deinit(&m->rules->guests);
        grey_deinit(m);
        lists_deinit(m);
        vacation_deinit(m);
        limits_deinit(m);
        mem_free(m->rules);
    }
}

/* ---- who calls ---- */

static struct guest *guest_of(struct mail_host *m, struct pump *p, struct caller *c)
{
    struct guest *g = pool_get(&m->rules->guests, c->guest);
    if (!g) {
        g = pool_new(&m->rules->guests, &c->guest);
        g->ip = pump_peer_ip(p);
    }
    return g;
}

void policy_leaves(struct mail_host *m, struct caller *c)
{
    struct guest *g = pool_get(&m->rules->guests, c->guest);
    if (m->rules->limits) {
        limits_leave(m, g);
    }
    buf_deinit(&g->reason);
    pool_free(&m->rules->guests, c->guest);
    c->guest = 0;
}

/* Before a look-up is begun: the event comes again with its answer, perhaps at once. */
static struct guest *will_wait(struct guest *g, uint16_t kind, const void *detail)
{
    g->waits_kind = kind;
    g->waits = detail;
    return g;
}

void policy_again(struct mail_host *m, struct pump *p)
{
    struct guest *g = guest_of(m, p, mail_caller(m, p));
    struct session_event ev = { .kind = g->waits_kind, .detail = g->waits };
    mail_smtp_event(m, p, &ev);
}

/* Users call from anywhere, from networks too that send no mail by themselves and are listed for
 * it: who they are is asked by AUTH, and not where they are. */
struct verdict policy_connect(struct mail_host *m, struct pump *p, struct caller *c, bool welcome)
{
    struct guest *g = guest_of(m, p, c);
    if (m->rules->limits && !g->counted) {
        struct verdict v = limits_connect(m, g);
        if (v.code != 0) {
            return v;
        }
    }
    if (!welcome && m->config->dnsbl.count > 0 && m->config->dnsbl_at == DNSBL_AT_CONNECT) {
        return dnsbl_look(m, p, will_wait(g, SMTP_EV_CONNECT, NULL), 554);
    }
    return WELCOME;
}

/* RFC 5321 4.1.4 forbids to refuse a letter because the name is not that of the address; it says
 * nothing of names that cannot be true. */
static struct verdict look_at_hello(const struct mail_host *m, slice name)
{
    if (slice_eq_nocase(name, m->base.name) || mail_is_local(m, name)) {
        return (struct verdict){ 550, SLICE("5.7.1 That is my name, not yours") };
    }
    if (address_literal_valid(name) ||
        (domain_valid(name) && slice_find_byte(name, '.') != SLICE_NONE)) {
        return WELCOME;
    }
    return (struct verdict){ 504,
                             SLICE("5.5.2 HELO wants a full name, or an address in brackets") };
}

struct verdict policy_mail(struct mail_host *m, struct pump *p, struct caller *c,
                           const struct smtp_mail *mail, bool known)
{
    const struct mail_config *config = m->config;
    struct verdict v = quota_mail(m, mail->size);
    if (v.code == 0 && !known && config->check_helo) {
        v = look_at_hello(m, c->hello.bytes);
    }
    if (v.code == 0 && !known && config->check_sender_domain) {
        struct guest *g = will_wait(guest_of(m, p, c), SMTP_EV_MAIL, mail);
        v = domain_look(m, p, g, &mail->from);
    }
    if (v.code == 0 && config->rate_letters > 0) {
        v = limits_letter(m, pump_peer_ip(p), c->account);
    }
    return v;
}

static struct account *account_for(const struct mail_host *m, const struct address *to)
{
    if (to->domain.len > 0 && !mail_is_local(m, to->domain)) {
        return NULL;
    }
    struct address full = *to;
    full.domain = to->domain.len > 0 ? to->domain : m->directory.domain;
    struct resolved r = alias_resolve(m, &full, RCPT_ANY);
    return r.targets ? NULL : r.account;
}

/* First what is for good, then what is for now: who will be refused need not wait for it. */
struct verdict policy_rcpt(struct mail_host *m, struct pump *p, struct caller *c,
                           const struct smtp_rcpt *rcpt, bool known)
{
    const struct mail_config *config = m->config;
    const struct entry *e = pool_get(&m->entries, c->entry);
    struct verdict v = WELCOME;
    if (!known && config->dnsbl.count > 0) {
        v = dnsbl_look(m, p, will_wait(guest_of(m, p, c), SMTP_EV_RCPT, rcpt), 554);
    }
    if (v.code == 0) {
        v = quota_rcpt(m, account_for(m, &rcpt->to), e->declared);
    }
    if (v.code == 0 && !known && m->rules->grey) {
        v = grey_rcpt(m, pump_peer_ip(p), entry_from(e), rcpt->to.whole);
    }
    if (v.code == 0 && m->rules->limits) {
        v = limits_rcpt(m, e, pump_peer_ip(p), c->account);
    }
    return v;
}

struct verdict policy_message(struct mail_host *m, const struct entry *e,
                              const struct message *message)
{
    struct address to;
    if (e->rcpt_count == 1 && m->rules->lists && address_parse(entry_rcpt(e, 0), &to)) {
        struct resolved r;
        struct verdict v = WELCOME;
        if (list_means(m, &to, &r) && r.meaning == MEANS_LIST) {
            v = list_may_post(m, &r, message);
        }
        if (v.code != 0) { /* better said now than in a report to who may not have written it */
            return v;
        }
    }
    return quota_message(m, e, message->size);
}

/* ---- recipients ---- */

bool policy_knows(const struct mail_host *m, const struct address *to)
{
    return alias_resolve(m, to, RCPT_ANY).meaning != MEANS_NOBODY;
}

void policy_fails(struct mail_host *m, struct entry *e, size_t i, struct verdict v)
{
    struct buf reply = { 0 };
    fmt_u64(&reply, v.code);
    buf_byte(&reply, ' ');
    buf_add(&reply, v.text);
    if (v.code < 500) {
        queue_deferred(m, e, i, SLICE(""), buf_slice(&reply));
    } else {
        queue_failed(m, e, i, SLICE(""), buf_slice(&reply));
    }
    buf_deinit(&reply);
}

static bool field_has(slice header, slice name, slice text)
{
    struct header_field f;
    return text.len == 0 ||
           (header_find(header, name, &f) && slice_find_nocase(f.body, text) != SLICE_NONE);
}

/* The first rule of which all is true. */
static const struct mail_discard *discard_rule(struct mail_host *m, const struct entry *e, size_t i)
{
    const struct mail_discard *rules = m->config->discard.items;
    for (size_t k = 0; k < m->config->discard.count; k++) {
        const struct mail_discard *r = &rules[k];
        slice header = message_header(e->message, &mail_stage(m)->scratch);
        if ((r->sender.len == 0 || slice_eq_nocase(r->sender, entry_from(e))) &&
            (r->to.len == 0 || slice_eq_nocase(r->to, entry_rcpt(e, i))) &&
            field_has(header, SLICE("From"), r->from) &&
            field_has(header, SLICE("Subject"), r->subject)) {
            return r;
        }
    }
    return NULL;
}

bool policy_delivers(struct mail_host *m, struct entry *e, size_t i)
{
    struct address to;
    once_looked_at(e, i);
    if (!address_parse(entry_rcpt(e, i), &to) || !mail_is_local(m, to.domain)) {
        once_arrived(e);
        return false;
    }
    struct resolved r = alias_resolve(m, &to, (enum rcpt_finality)e->rcpts[i].final);
    const struct mail_discard *rule = discard_rule(m, e, i);
    if (rule) {
        once_arrived(e);
        queue_discarded(m, e, i, rule->name);
        return true;
    }
    if ((r.targets || r.meaning >= MEANS_SENDER) && alias_loops(m, e, i)) {
        queue_failed(m, e, i, SLICE(""), SLICE("550 5.4.6 Mail for this address runs in a loop"));
        return true;
    }
    if (r.meaning >= MEANS_LIST) {
        list_takes(m, e, i, &r);
        return true;
    }
    if (r.meaning == MEANS_SENDER) {
        alias_send_back(m, e, i);
        return true;
    }
    if (r.targets) {
        return alias_expand(m, e, i, &r);
    }
    once_arrived(e);
    /* It filled up since the letter was accepted, or is full for some of its recipients only. */
    struct verdict v = quota_rcpt(m, r.account, e->message->size);
    if (v.code != 0) {
        policy_fails(m, e, i, v);
    }
    return v.code != 0;
}

void policy_stored(struct mail_host *m, const struct entry *e, const struct account *a)
{
    if (m->rules->vacation) {
        vacation_heard(m, e, a);
    }
}

struct mailbox *policy_box(struct mail_host *m, const struct entry *e, size_t i,
                           struct account **account_r)
{
    struct address to;
    struct resolved r = { 0 };
    if (address_parse(entry_rcpt(e, i), &to)) {
        r = alias_resolve(m, &to, (enum rcpt_finality)e->rcpts[i].final);
    }
    *account_r = r.account;
    if (!r.account) {
        return NULL;
    }
    struct mailbox *box = m->config->plus_folders ? account_box(r.account, r.detail) : NULL;
    return box ? box : r.account->boxes[0];
}
