/* mail_list.c - mailing lists: whom a letter goes to, under which reverse-path, and what becomes of
 * what comes back (RFC 5321 3.9.2).
 *
 *   friends@           posts               friends-owner@    the person behind it
 *   friends-request@   commands            friends-bounces@  reports; with "verp" each member's own
 *   friends-request+WORD@                  answers to what the list asks back: mail_list_request.c
 *
 * What the letter itself gets is written by sim/mail/list_fields.c.
 * Not done: moderation, digests. */
#include "sim/actors/mail_list.h"

#include "sim/base/mem.h"
#include "sim/mail/dsn.h"
#include "sim/mail/header.h"
#include "sim/mail/verp.h"

#include <stddef.h>

#define LIST(member) offsetof(struct mail_list, member)

enum list_post { POST_ANYBODY, POST_MEMBERS, POST_OWNER };

static const struct key list_keys[] = {
    { "members", KEY_ADDRESSES, LIST(members), "", 0, 0, NULL, "who gets what is posted" },
    { "owner", KEY_ADDRESS, LIST(owner), NULL, 0, 0, NULL,
      "the person behind the list, who gets its reports" },
    { "description", KEY_TEXT, LIST(description), "", 0, 0, NULL,
      "stands before the List-Id (RFC 2919 3)" },
    { "archive", KEY_TEXT, LIST(archive), "", 0, 0, NULL,
      "a URL, for List-Archive (RFC 2369 3.6)" },
    { "post", KEY_CHOICE, LIST(post), "anybody", 0, 0, "anybody members owner",
      "whose letters are taken, by their From field; others are refused with 550 5.7.2" },
    { "subject-prefix", KEY_TEXT, LIST(subject_prefix), "", 0, 0, NULL,
      "put before each subject, such as \"[friends]\"" },
    { "footer", KEY_TEXT, LIST(footer), "", 0, 0, NULL, "put behind each plain text" },
    { "reply-to-list", KEY_BOOL, LIST(reply_to_list), "false", 0, 0, NULL,
      "answers go to the list and not to the writer" },
    { "verp", KEY_BOOL, LIST(verp), "false", 0, 0, NULL,
      "a reverse-path of its own for each member, so that reports say whom they are about" },
    { "bounces-max", KEY_INT, LIST(bounces_max), "0", 0, 1000, NULL,
      "with verp: a member is taken off after so many bounces; 0: the owner gets them" },
    KEY_ROW_END,
};
static const struct key list_name = {
    "ADDRESS", KEY_ADDRESS, LIST(address), NULL, 0, 0, NULL, "to which its letters are sent"
};
const struct key_shape mail_list_shape = { list_keys, sizeof(struct mail_list), &list_name };

void list_add_member(struct list *l, slice address)
{
    l->members = mem_grow(l->members, l->count, &l->cap, sizeof *l->members);
    l->members[l->count++] = (struct member){ .address = address };
}

void lists_start(struct mail_host *m)
{
    size_t count = m->config->lists.count;
    const struct mail_list *configs = m->config->lists.items;
    if (count == 0) {
        return;
    }
    struct arena *arena = mail_stage(m)->arena;
    struct lists *all = m->rules->lists = arena_alloc(arena, sizeof *all);
    all->items = arena_array(arena, count, sizeof *all->items);
    all->count = count;
    for (size_t i = 0; i < count; i++) {
        const struct mail_list *c = &configs[i];
        struct list *l = &all->items[i];
        struct address a;
        bool ok = address_parse(c->address, &a);
        l->config = c;
        l->rng = rng_fork(&m->base.rng, c->address);
        l->fields = (struct list_fields){ .local = ok ? a.local : c->address,
                                          .domain = a.domain,
                                          .description = c->description,
                                          .archive = c->archive,
                                          .subject_prefix = c->subject_prefix,
                                          .footer = c->footer,
                                          .reply_to_list = c->reply_to_list,
                                          .closed = c->post == POST_OWNER };
        for (size_t k = 0; k < c->members.count; k++) {
            list_add_member(l, c->members.items[k]);
        }
    }
}

void lists_deinit(struct mail_host *m)
{
    for (size_t i = 0; m->rules->lists && i < m->rules->lists->count; i++) {
        mem_free(m->rules->lists->items[i].members);
        mem_free(m->rules->lists->items[i].asked);
    }
}

/* "-request" behind "friends"; whatever follows a plus is the detail. */
static bool has_role(slice local, slice name, const char *role, slice *detail_r)
{
    if (!slice_starts_nocase(local, name)) {
        return false;
    }
    slice rest = slice_from(local, name.len);
    if (!slice_starts_nocase(rest, slice_of(role))) {
        return false;
    }
    rest = slice_from(rest, slice_of(role).len);
    *detail_r = slice_from(rest, 1);
    return rest.len == 0 || slice_starts(rest, SLICE("+"));
}

bool list_means(const struct mail_host *m, const struct address *to, struct resolved *r)
{
    static const struct {
        const char *role;
        enum meaning meaning;
        bool detailed;
    } roles[] = { { "-bounces", MEANS_LIST_BOUNCES, true },
                  { "-request", MEANS_LIST_REQUEST, true },
                  { "-owner", MEANS_LIST_OWNER, false },
                  { "", MEANS_LIST, false } };
    for (size_t i = 0; m->rules->lists && i < m->rules->lists->count; i++) {
        struct list *l = &m->rules->lists->items[i];
        for (size_t k = 0; domain_same(l->fields.domain, to->domain) && k < COUNT(roles); k++) {
            slice detail;
            bool yes =
                has_role(address_local_plain(to->local), l->fields.local, roles[k].role, &detail);
            if (yes && (detail.len == 0 || roles[k].detailed)) {
                *r = (struct resolved){ .meaning = roles[k].meaning, .list = l, .detail = detail };
                return true;
            }
        }
    }
    return false;
}

void list_expn(const struct list *l, struct buf *out)
{
    for (size_t i = 0; i < l->count; i++) {
        buf_addz(out, i > 0 ? "\n<" : "2.1.5 <");
        buf_add(out, l->members[i].address);
        buf_byte(out, '>');
    }
}

/* ---- posting ---- */

static uint32_t number_of(const struct mail_host *m, const struct list *l)
{
    return (uint32_t)(l - m->rules->lists->items) + 1;
}

struct member *list_member(const struct list *l, slice address)
{
    for (size_t i = 0; i < l->count; i++) {
        if (slice_eq_nocase(l->members[i].address, address)) {
            return &l->members[i];
        }
    }
    return NULL;
}

struct verdict list_may_post(struct mail_host *m, const struct resolved *r,
                             const struct message *letter)
{
    const struct list *l = r->list;
    struct header_field f;
    struct address from;
    slice header = message_header(letter, &mail_stage(m)->scratch);
    /* List-Id alone would not do: another list that is a member writes its own there. */
    if (list_has_seen(&l->fields, header) || expanded_before(m, letter, l->config->address)) {
        return (struct verdict){ 550, SLICE("5.4.6 This letter has been on this list") };
    }
    bool known = header_find(header, SLICE("From"), &f) && address_from_header(f.body, &from);
    bool owner = known && slice_eq_nocase(from.whole, l->config->owner);
    if (l->config->post == POST_ANYBODY || owner ||
        (l->config->post == POST_MEMBERS && known && list_member(l, from.whole))) {
        return WELCOME;
    }
    return (struct verdict){ 550, SLICE("5.7.2 You may not write to this list") };
}

/* friends-bounces@example.org, with VERP friends-bounces+bob=example.net@example.org. */
static void bounce_address(const struct list *l, slice member, struct buf *out)
{
    buf_clear(out);
    buf_add(out, l->fields.local);
    buf_addz(out, "-bounces");
    verp_add(out, '+', member, l->fields.domain);
}

/* It is a member of itself by way of other lists. */
static void has_posted(struct mail_host *m, struct entry *e, size_t i)
{
    if (once_comes_to_somebody(e)) {
        (void)queue_expanded(m, e, i, DSN_DELIVERED,
                             SLICE("list: it has posted the letter already"));
    } else {
        queue_failed(m, e, i, SLICE(""), SLICE("550 5.4.6 This letter has been on this list"));
    }
}

static void post(struct mail_host *m, struct entry *e, size_t i, const struct list *l)
{
    bool footer;
    bool reported = e->from_len > 0; /* a null reverse-path stays null: RFC 5321 4.5.5 */
    bool verp = reported && l->config->verp;
    struct buf text = { 0 }, from = { 0 };
    struct message *marked = expanded_for(m, e->message, l->config->address);
    struct message *letter = list_letter(&l->fields, marked, &footer);
    message_unref(&marked);
    buf_addz(&text, "list: ");
    fmt_u64(&text, l->count);
    buf_addz(&text, l->count == 1 ? " member" : " members");
    uint64_t cause = queue_expanded(m, e, i, DSN_DELIVERED, buf_slice(&text));
    struct entry *copy = NULL;
    for (size_t k = 0; k < l->count; k++) {
        if (!copy) {
            if (reported) {
                bounce_address(l, verp ? l->members[k].address : SLICE(""), &from);
            }
            copy = entry_copy(m, e, i, buf_slice(&from));
            copy->list = number_of(m, l);
        }
        entry_add_rcpt(copy, l->members[k].address); /* asks for nothing: RFC 3461 5.2.7.1 (b) */
        if (verp || k + 1 == l->count) {
            queue_copy(m, copy, message_ref(letter), cause);
            copy = NULL;
        }
    }
    if (!footer) {
        (void)actor_note(&m->base, SLICE("list"),
                         SLICE("No footer for this letter: it is not plain text, and a list that "
                               "cut into its parts could spoil it"));
    }
    message_unref(&letter);
    buf_deinit(&text);
    buf_deinit(&from);
}

/* ---- what else is written to it ---- */

void list_to_owner(struct mail_host *m, struct entry *e, size_t i, const struct list *l,
                   const char *why)
{
    struct buf text = { 0 };
    buf_addz(&text, why);
    buf_add(&text, l->config->owner);
    struct entry *copy = entry_copy(m, e, i, entry_from(e));
    entry_add_rcpt(copy, l->config->owner);
    uint64_t cause = queue_expanded(m, e, i, REPORT_NOTHING, buf_slice(&text));
    queue_copy(m, copy, message_ref(e->message), cause);
    buf_deinit(&text);
}

static struct member *member_of(struct list *l, slice detail)
{
    for (size_t i = 0; i < l->count; i++) {
        if (verp_means(detail, l->members[i].address)) {
            return &l->members[i];
        }
    }
    return NULL;
}

void list_remove_member(struct list *l, struct member *gone)
{
    for (struct member *k = gone; k + 1 < l->members + l->count; k++) {
        *k = k[1];
    }
    l->count--;
}

void list_note(struct mail_host *m, const struct list *l, slice address, const char *what)
{
    buf_clear(&m->text);
    buf_add(&m->text, address);
    buf_addz(&m->text, what);
    buf_add(&m->text, l->config->address);
    (void)actor_note(&m->base, SLICE("list"), buf_slice(&m->text));
}

/* A report of failure counts against the member whom its address names; what is not understood goes
 * to a person (RFC 3461 5.2.7.1 (a)). */
static void bounced(struct mail_host *m, struct entry *e, size_t i, const struct resolved *r)
{
    struct list *l = r->list;
    struct member *about = r->detail.len > 0 ? member_of(l, r->detail) : NULL;
    bool failed = e->from_len == 0 && message_contains(e->message, SLICE("\nAction: failed"));
    if (l->config->bounces_max == 0 || !about || !failed) {
        list_to_owner(m, e, i, l, "list report: ");
        return;
    }
    struct buf rule = { 0 };
    buf_addz(&rule, "bounces-max: ");
    fmt_i64(&rule, ++about->bounces);
    buf_addz(&rule, " of ");
    fmt_i64(&rule, l->config->bounces_max);
    queue_discarded(m, e, i, buf_slice(&rule));
    buf_deinit(&rule);
    if (about->bounces >= l->config->bounces_max) {
        slice address = about->address;
        list_remove_member(l, about);
        list_note(m, l, address, " cannot be reached and is taken off ");
    }
}

void list_takes(struct mail_host *m, struct entry *e, size_t i, const struct resolved *r)
{
    if (r->meaning == MEANS_LIST_OWNER) {
        list_to_owner(m, e, i, r->list, "list owner: ");
    } else if (r->meaning == MEANS_LIST_BOUNCES) {
        bounced(m, e, i, r);
    } else if (r->meaning == MEANS_LIST_REQUEST) {
        list_requested(m, e, i, r);
    } else {
        struct verdict v = list_may_post(m, r, e->message);
        if (v.code != 0) {
            policy_fails(m, e, i, v);
        } else if (once_list_new(m, e, i, number_of(m, r->list))) {
            post(m, e, i, r->list);
        } else {
            has_posted(m, e, i);
        }
    }
}
