/* mail_alias.c - whom an address means: aliases, forwards, plus-addresses, catch-all.
 * An alias replaces the recipient and keeps the reverse-path (RFC 5321 3.9.1); so does a forward.
 * What comes of it is a copy of its own in the queue, with an envelope of its own.
 * Against loops: within this host a letter comes to each once (mail_once.c), and a copy knows for
 * whom it was before; beyond it the letter says so (Delivered-To, RFC 9228): it comes back to
 * nobody.
 * Never knows what a mailing list is. */
#include "sim/actors/mail_policy.h"

#include "sim/base/mem.h"
#include "sim/mail/dsn.h"
#include "sim/mail/header.h"
#include "sim/mail/srs.h"

/* "info" in any of our domains, or "info@example.org". */
static const struct key_list *targets_of(const struct key_address_map *map, slice local,
                                         const struct address *to)
{
    for (size_t i = 0; i < map->count; i++) {
        slice name = map->items[i].name;
        struct address a;
        bool whole = slice_find_byte(name, '@') != SLICE_NONE && address_parse(name, &a);
        if (address_local_folds(whole ? a.local : name, local) &&
            (!whole || domain_same(a.domain, to->domain))) {
            return &map->items[i].list;
        }
    }
    return NULL;
}

/* NULL is nobody's. */
static bool account_means(const struct mail_host *m, struct account *a, enum rcpt_finality final,
                          struct resolved *r)
{
    if (a) {
        const struct address own = { .local = a->user, .domain = a->domain };
        r->account = a;
        r->meaning = MEANS_ACCOUNT;
        r->targets =
            final >= RCPT_NO_FORWARD ? NULL : targets_of(&m->config->forwards, own.local, &own);
    }
    return a != NULL;
}

static bool name_means(const struct mail_host *m, const struct address *to, slice local,
                       enum rcpt_finality final, struct resolved *r)
{
    const struct key_list *targets =
        final >= RCPT_NO_ALIAS ? NULL : targets_of(&m->config->aliases, local, to);
    if (targets) {
        *r = (struct resolved){ .meaning = MEANS_ALIAS, .targets = targets };
        return true;
    }
    return account_means(m, directory_find(&m->directory, local, to->domain), final, r);
}

/* The part before the delimiter; all of it where there is none (RFC 5233 4). */
static slice without_detail(const struct mail_host *m, slice local, slice *detail_r)
{
    slice delimiter = m->config->recipient_delimiter;
    size_t at = delimiter.len > 0 ? slice_find(local, delimiter) : SLICE_NONE;
    *detail_r = (slice){ 0 };
    if (!m->config->plus || at == SLICE_NONE || at == 0 || local.ptr[0] == '"') {
        return local;
    }
    *detail_r = slice_from(local, at + delimiter.len);
    return slice_sub(local, 0, at);
}

/* The sender in an address that this host has made (srs.h); out NULL: is there one? */
static bool sender_of(const struct mail_host *m, const struct address *to, struct buf *out)
{
    struct buf found = { 0 };
    bool good =
        m->rules->srs_secret.len > 0 &&
        srs_reverse(to->local, m->rules->srs_secret, actor_unix(&m->base), &found) == SRS_GOOD;
    if (good && out) {
        buf_add(out, buf_slice(&found));
    }
    buf_deinit(&found);
    return good;
}

struct resolved alias_resolve(const struct mail_host *m, const struct address *to,
                              enum rcpt_finality final)
{
    struct resolved r = { 0 };
    slice detail;
    if (list_means(m, to, &r)) {
        return r;
    }
    slice local = address_local_plain(to->local), user = without_detail(m, local, &detail);
    if (name_means(m, to, local, final, &r)) {
        return r;
    }
    if (user.len < local.len && name_means(m, to, user, final, &r)) {
        r.detail = detail;
        return r;
    }
    if (sender_of(m, to, NULL)) {
        return (struct resolved){ .meaning = MEANS_SENDER };
    }
    struct account *a = store_account(m, to); /* Postmaster */
    if (!a && m->config->catch_all.len > 0) {
        a = directory_find(&m->directory, m->config->catch_all, to->domain);
    }
    (void)account_means(m, a, final, &r);
    return r;
}

/* ---- expansion ---- */

struct target {
    slice name;
    bool alias; /* has been replaced by what it stands for */
    bool own;   /* an account of its name is meant as well */
    bool had;   /* has got the letter by another way */
};
struct targets {
    bool forward; /* of an account; else of an alias */
    struct target *items;
    size_t count, cap;
    size_t left; /* who is not replaced himself, those who had it counted */
};

/* Our own names are compared without case, as accounts are. */
static bool same(const struct mail_host *m, const struct address *a, const struct address *b)
{
    return address_same(a, b) ||
           (mail_is_local(m, a->domain) && slice_eq_nocase(a->whole, b->whole));
}

/* Each once: an alias that is met again is not expanded again, but may mean the account of that
 * name, as somebody writes who wants a copy himself. */
static void add_target(const struct mail_host *m, struct targets *t, slice name)
{
    struct address a, b;
    (void)address_parse(name, &a);
    for (size_t i = 0; i < t->count; i++) {
        if (address_parse(t->items[i].name, &b) && same(m, &a, &b)) {
            t->items[i].own = true;
            return;
        }
    }
    t->items = mem_grow(t->items, t->count, &t->cap, sizeof *t->items);
    t->items[t->count++] = (struct target){ .name = name };
}

static void add_all(const struct mail_host *m, struct targets *t, const struct key_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        add_target(m, t, list->items[i]);
    }
}

/* Who is among those to whom he forwards keeps a copy, whichever address of his was written to. */
static void add_forwards(const struct mail_host *m, struct targets *t, const struct resolved *r)
{
    t->items[0].own = m->config->keep;
    for (size_t i = 0; i < r->targets->count; i++) {
        struct address a;
        if (address_parse(r->targets->items[i], &a) &&
            directory_find(&m->directory, a.local, a.domain) == r->account) {
            t->items[0].own = true;
        } else {
            add_target(m, t, r->targets->items[i]);
        }
    }
}

/* Aliases of aliases, until only others are left. */
static void close_over(const struct mail_host *m, struct targets *t)
{
    for (size_t i = 1; i < t->count; i++) {
        struct address a;
        if (!address_parse(t->items[i].name, &a) || !mail_is_local(m, a.domain)) {
            continue;
        }
        struct resolved r = alias_resolve(m, &a, RCPT_ANY);
        if (r.meaning == MEANS_ALIAS) {
            t->items[i].alias = true;
            add_all(m, t, r.targets);
        }
    }
}

static bool is_account(const struct mail_host *m, slice name)
{
    struct address a;
    return address_parse(name, &a) && directory_find(&m->directory, a.local, a.domain);
}

static bool is_left(const struct mail_host *m, const struct targets *t, size_t k)
{
    const struct target *one = &t->items[k];
    return !one->alias || (one->own && (t->forward || is_account(m, one->name)));
}

static enum rcpt_finality final_of(const struct targets *t, size_t k)
{
    enum rcpt_finality own = t->forward ? RCPT_NO_FORWARD : RCPT_NO_ALIAS;
    return t->items[k].own ? own : RCPT_ANY;
}

/* Who gets a copy. */
static bool goes(const struct mail_host *m, const struct targets *t, size_t k)
{
    return is_left(m, t, k) && !t->items[k].had;
}

static void leave_out(struct mail_host *m, struct entry *e, size_t i, struct targets *t)
{
    once_begins(m, e, i);
    for (size_t k = 0; k < t->count; k++) {
        if (is_left(m, t, k)) {
            t->left++;
            t->items[k].had = !once_new(m, e, t->items[k].name, final_of(t, k));
        }
    }
}

/* RFC 3461 5.2.7.2 and, where there are several, 5.2.7.3 (c): what the sender asked for goes on
 * with each, but for success, which is told of here. */
static uint8_t notify_for(const struct rcpt *r, size_t count)
{
    unsigned notify = r->notify;
    if (count > 1 && notify != 0) {
        notify &= ~(unsigned)SMTP_NOTIFY_SUCCESS;
        notify = notify != 0 ? notify : SMTP_NOTIFY_NEVER; /* not said at all means more: 4.1 */
    }
    return (uint8_t)notify;
}

/* A forwarder that sends under the sender's name looks like a forger to who checks that (RFC 7208
 * 10, RFC 7960 3.2): with SRS it sends under its own.  What stays here keeps its sender. */
static bool reverse_path(struct mail_host *m, const struct entry *e, const struct targets *t,
                         struct buf *out)
{
    struct address from;
    slice secret = m->rules->srs_secret;
    bool leaves = false;
    for (size_t k = 0; k < t->count; k++) {
        struct address a;
        leaves = leaves || (goes(m, t, k) && address_parse(t->items[k].name, &a) &&
                            !mail_is_local(m, a.domain));
    }
    return leaves && secret.len > 0 && address_parse(entry_from(e), &from) &&
           !mail_is_local(m, from.domain) &&
           srs_forward(from.whole, m->directory.domain, secret, actor_unix(&m->base), out);
}

/* NULL: nobody gets one. */
static struct entry *copy_for(struct mail_host *m, const struct entry *e, size_t i,
                              const struct targets *t)
{
    size_t count = 0;
    for (size_t k = 0; k < t->count; k++) {
        count += goes(m, t, k);
    }
    if (count == 0) {
        return NULL;
    }
    struct buf own_path = { 0 };
    bool rewritten = t->forward && reverse_path(m, e, t, &own_path);
    struct entry *copy = entry_copy(m, e, i, rewritten ? buf_slice(&own_path) : entry_from(e));
    buf_deinit(&own_path);
    entry_ask(copy, e->ret, entry_envid(e));
    copy->once_knows = true;
    for (size_t k = 0; k < t->count; k++) {
        if (goes(m, t, k)) {
            entry_add_rcpt(copy, t->items[k].name);
            entry_ask_rcpt(copy, notify_for(&e->rcpts[i], t->left), entry_orcpt(e, i));
            copy->rcpts[copy->rcpt_count - 1].final = (uint8_t)final_of(t, k);
        }
    }
    return copy;
}

bool expanded_before(struct mail_host *m, const struct message *letter, slice recipient)
{
    slice rest = message_header(letter, &mail_stage(m)->scratch);
    struct header_field f;
    while (header_next(&rest, &f)) {
        if (slice_eq_nocase(f.name, SLICE("Delivered-To")) && slice_eq_nocase(f.body, recipient)) {
            return true;
        }
    }
    return false;
}

static bool was_for(slice via, slice recipient)
{
    while (via.len > 0) {
        if (slice_eq_nocase(slice_cut(&via, '\n'), recipient)) {
            return true;
        }
    }
    return false;
}

/* Who has been named by his own alias or forward comes again because he is meant to. */
bool alias_loops(struct mail_host *m, const struct entry *e, size_t i)
{
    slice name = entry_rcpt(e, i);
    return e->rcpts[i].final == RCPT_ANY &&
           (was_for(entry_via(e), name) || expanded_before(m, e->message, name));
}

struct message *expanded_for(struct mail_host *m, struct message *letter, slice recipient)
{
    if (!m->config->delivered_to) {
        return message_ref(letter);
    }
    buf_clear(&m->text);
    buf_addz(&m->text, "Delivered-To: ");
    buf_add(&m->text, recipient);
    buf_addz(&m->text, "\r\n");
    return message_with_front(letter, buf_slice(&m->text));
}

/* "alias: alice@example.org, bob@example.net" */
static void say_targets(const struct entry *copy, const char *what, struct buf *out)
{
    buf_addz(out, what);
    for (size_t i = 0; i < copy->rcpt_count; i++) {
        buf_addz(out, i == 0 ? ": " : ", ");
        buf_add(out, entry_rcpt(copy, i));
    }
}

static void nobody_new(struct mail_host *m, struct entry *e, size_t i, const struct targets *t)
{
    if (t->left == 0) {
        queue_failed(m, e, i, SLICE(""), SLICE("550 5.4.6 This alias means only itself"));
    } else if (once_comes_to_somebody(e)) {
        (void)queue_expanded(m, e, i, DSN_EXPANDED,
                             t->forward ? SLICE("forward: they have the letter already")
                                        : SLICE("alias: they have the letter already"));
    } else {
        queue_failed(m, e, i, SLICE(""), SLICE("550 5.4.6 Mail for this address runs in a loop"));
    }
}

bool alias_expand(struct mail_host *m, struct entry *e, size_t i, const struct resolved *r)
{
    bool alias = r->meaning == MEANS_ALIAS;
    struct targets t = { .forward = !alias };
    slice name = entry_rcpt(e, i);
    add_target(m, &t, name);
    t.items[0].alias = true;
    if (alias) {
        add_all(m, &t, r->targets);
        close_over(m, &t);
    } else {
        add_forwards(m, &t, r);
    }
    leave_out(m, e, i, &t);
    struct entry *copy = copy_for(m, e, i, &t);
    mem_free(t.items);
    if (!copy) {
        nobody_new(m, e, i, &t);
        return true;
    }
    struct message *message = expanded_for(m, e->message, name);
    struct buf text = { 0 };
    say_targets(copy, alias ? "alias" : "forward", &text);
    uint64_t cause =
        queue_expanded(m, e, i, t.left > 1 ? DSN_EXPANDED : REPORT_NOTHING, buf_slice(&text));
    queue_copy(m, copy, message, cause);
    buf_deinit(&text);
    return true;
}

void alias_send_back(struct mail_host *m, struct entry *e, size_t i)
{
    struct address to;
    struct buf sender = { 0 }, text = { 0 };
    (void)address_parse(entry_rcpt(e, i), &to);
    if (sender_of(m, &to, &sender)) {
        struct entry *copy = entry_copy(m, e, i, entry_from(e));
        entry_ask(copy, e->ret, entry_envid(e));
        entry_add_rcpt(copy, buf_slice(&sender));
        entry_ask_rcpt(copy, e->rcpts[i].notify, entry_orcpt(e, i));
        say_targets(copy, "SRS", &text);
        queue_copy(m, copy, message_ref(e->message),
                   queue_expanded(m, e, i, REPORT_NOTHING, buf_slice(&text)));
    } else { /* it was good when the letter came */
        queue_failed(m, e, i, SLICE(""), SLICE("550 5.1.1 This address is too old"));
    }
    buf_deinit(&sender);
    buf_deinit(&text);
}
