/* account.c - the mailboxes of one account, as a tree of names.
 * Never knows a protocol; who asks has already turned the name into UTF-8. */
#include "sim/mail/account.h"

#include "sim/base/mem.h"
#include "sim/base/safe.h"

#include <assert.h>
#include <string.h>

#define NAME_MAX_BYTES 1000
#define LEVELS_MAX     32
#define NAME_VALIDITY  1 /* of a name alone nobody can ask it */

/* ---- names ---- */

/* "INBOX" of any case in front of the end or of a separator. */
static bool begins_in_inbox(slice name)
{
    slice inbox = SLICE("INBOX");
    return slice_starts_nocase(name, inbox) &&
           (name.len == inbox.len || name.ptr[inbox.len] == MAILBOX_SEPARATOR);
}

static bool same_name(slice a, slice b)
{
    size_t skip = begins_in_inbox(a) && begins_in_inbox(b) ? 5 : 0;
    return slice_eq(slice_from(a, skip), slice_from(b, skip));
}

static slice copy_name(const struct account *a, slice name)
{
    slice inbox = SLICE("INBOX");
    char *own = arena_alloc(a->arena, name.len + 1);
    memcpy(own, name.ptr, name.len);
    if (begins_in_inbox(name)) {
        memcpy(own, inbox.ptr, inbox.len);
    }
    return (slice){ own, name.len };
}

bool account_name_under(slice name, slice above)
{
    return name.len > above.len && name.ptr[above.len] == MAILBOX_SEPARATOR &&
           same_name(slice_sub(name, 0, above.len), above);
}

/* RFC 5198 2: UTF-8, and no control characters of the upper half, nor line or paragraph ends. */
static bool is_net_unicode(slice s)
{
    uint32_t c = 0;
    bool ok = true;
    while (s.len > 0 && ok) {
        ok = utf8_take(&s, &c) && !(c >= 0x80 && c < 0xa0) && c != 0x2028 && c != 0x2029;
    }
    return ok;
}

bool account_name_possible(slice name)
{
    size_t level = 0;
    size_t levels = 1;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if ((unsigned char)c < ' ' || c == 127 || c == '%' || c == '*') {
            return false;
        }
        if (c == MAILBOX_SEPARATOR && (level++ == 0 || levels++ == LEVELS_MAX)) {
            return false;
        }
        level = c == MAILBOX_SEPARATOR ? 0 : level + 1;
    }
    return level > 0 && name.len <= NAME_MAX_BYTES && is_net_unicode(name);
}

static enum mailbox_use use_of(slice name)
{
    for (size_t i = 1; i < MAILBOX_USE_COUNT; i++) {
        if (slice_eq(slice_from(mailbox_use_names[i], 1), name)) {
            return (enum mailbox_use)i;
        }
    }
    return MAILBOX_NO_USE;
}

/* ---- mailboxes ---- */

uint32_t account_uid_validity(struct account *a)
{
    assert(a->uid_validity_next < UINT32_MAX);
    return a->uid_validity_next++;
}

static struct mailbox *add(struct account *a, slice name, bool no_select)
{
    struct mailbox *m = arena_alloc(a->arena, sizeof *m);
    mailbox_init(m, copy_name(a, name), no_select ? NAME_VALIDITY : account_uid_validity(a));
    m->no_select = no_select;
    m->use = no_select ? MAILBOX_NO_USE : (uint8_t)use_of(name);
    a->boxes = mem_grow(a->boxes, a->box_count, &a->box_cap, sizeof(struct mailbox *));
    a->boxes[a->box_count++] = m;
    return m;
}

void account_init(struct account *a, struct arena *lent)
{
    a->arena = lent;
    a->uid_validity_next = 1;
    (void)add(a, SLICE("INBOX"), false);
}

static void boxes_free(struct mailbox **boxes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        mailbox_deinit(boxes[i]);
    }
    mem_free(boxes);
}

void account_deinit(struct account *a)
{
    boxes_free(a->boxes, a->box_count);
    boxes_free(a->dropped, a->drop_count);
    mem_free(a->subscriptions);
}

struct mailbox *account_name(const struct account *a, slice name)
{
    for (size_t i = 0; i < a->box_count; i++) {
        if (same_name(a->boxes[i]->name, name)) {
            return a->boxes[i];
        }
    }
    return NULL;
}

struct mailbox *account_box(const struct account *a, slice name)
{
    struct mailbox *m = account_name(a, name);
    return m && !m->no_select ? m : NULL;
}

/* RFC 9051 6.3.4: superior names that are needed are made. */
static void add_above(struct account *a, slice name)
{
    for (size_t i = 1; i < name.len; i++) {
        slice above = slice_sub(name, 0, i);
        if (name.ptr[i] == MAILBOX_SEPARATOR && !account_name(a, above)) {
            (void)add(a, above, true);
        }
    }
}

struct mailbox *account_box_add(struct account *a, slice name)
{
    struct mailbox *m = account_name(a, name);
    assert(!m || m->no_select);
    if (!m) {
        add_above(a, name);
        return add(a, name, false);
    }
    m->no_select = false;
    m->use = (uint8_t)use_of(m->name);
    m->uid_validity = account_uid_validity(a);
    return m;
}

bool account_has_under(const struct account *a, const struct mailbox *m)
{
    for (size_t i = 0; i < a->box_count; i++) {
        if (account_name_under(a->boxes[i]->name, m->name)) {
            return true;
        }
    }
    return false;
}

uint64_t account_octets(const struct account *a)
{
    uint64_t octets = 0;
    for (size_t i = 0; i < a->box_count; i++) {
        octets += a->boxes[i]->octets;
    }
    return octets;
}

static size_t place_of(const struct account *a, const struct mailbox *m)
{
    size_t at = 1;
    while (at < a->box_count && a->boxes[at] != m) {
        at++;
    }
    assert(at < a->box_count);
    return at;
}

void account_box_remove(struct account *a, struct mailbox *m)
{
    size_t at = place_of(a, m);
    bool name_stays = !m->no_select && account_has_under(a, m);
    while (m->count > 0) {
        (void)mailbox_remove(m, mailbox_at(m, m->count - 1)->uid);
    }
    m->gone = true;
    m->revision++;
    a->dropped = mem_grow(a->dropped, a->drop_count, &a->drop_cap, sizeof(struct mailbox *));
    a->dropped[a->drop_count++] = m;
    if (name_stays) { /* for the others the old one is gone, so the name needs a new one */
        struct mailbox *name = arena_alloc(a->arena, sizeof *name);
        mailbox_init(name, m->name, NAME_VALIDITY);
        name->no_select = true;
        a->boxes[at] = name;
        return;
    }
    a->box_count--;
    for (; at < a->box_count; at++) {
        a->boxes[at] = a->boxes[at + 1];
    }
}

bool account_rename_possible(const struct account *a, const struct mailbox *m, slice to)
{
    struct buf name;
    bool possible = account_name_possible(to);
    buf_init(&name);
    for (size_t i = 1; i < a->box_count && possible; i++) {
        if (account_name_under(a->boxes[i]->name, m->name)) {
            buf_clear(&name);
            buf_add(&name, to);
            buf_add(&name, slice_from(a->boxes[i]->name, m->name.len));
            possible = account_name_possible(buf_slice(&name));
        }
    }
    buf_deinit(&name);
    return possible;
}

void account_box_rename(struct account *a, struct mailbox *m, slice to)
{
    slice from = m->name;
    assert(place_of(a, m) > 0 && !account_name(a, to) && !account_name_under(to, from));
    for (size_t i = 1; i < a->box_count; i++) {
        struct mailbox *box = a->boxes[i];
        if (box == m || account_name_under(box->name, from)) {
            slice tail = slice_from(box->name, from.len);
            char *name = arena_alloc(a->arena, to.len + tail.len + 1);
            memcpy(name, to.ptr, to.len);
            memcpy(name + to.len, tail.ptr, tail.len);
            box->name = copy_name(a, (slice){ name, to.len + tail.len });
            box->revision++;
        }
    }
    add_above(a, m->name);
}

/* ---- subscriptions ---- */

static size_t subscription_place(const struct account *a, slice name)
{
    size_t i = 0;
    while (i < a->subscription_count && !same_name(a->subscriptions[i], name)) {
        i++;
    }
    return i;
}

bool account_subscribed(const struct account *a, slice name)
{
    return same_name(name, SLICE("INBOX")) ? !a->without_inbox
                                           : subscription_place(a, name) < a->subscription_count;
}

void account_subscribe(struct account *a, slice name)
{
    if (same_name(name, SLICE("INBOX"))) {
        a->without_inbox = false;
    } else if (subscription_place(a, name) == a->subscription_count) {
        a->subscriptions = mem_grow(a->subscriptions, a->subscription_count, &a->subscription_cap,
                                    sizeof *a->subscriptions);
        a->subscriptions[a->subscription_count++] = copy_name(a, name);
    }
}

bool account_unsubscribe(struct account *a, slice name)
{
    bool was = account_subscribed(a, name);
    if (same_name(name, SLICE("INBOX"))) {
        a->without_inbox = true;
    } else if (was) {
        a->subscription_count--;
        for (size_t i = subscription_place(a, name); i < a->subscription_count; i++) {
            a->subscriptions[i] = a->subscriptions[i + 1];
        }
    }
    return was;
}

bool account_subscription(const struct account *a, size_t *at, slice *name_r)
{
    *at += *at == 0 && a->without_inbox;
    if (*at > a->subscription_count) {
        return false;
    }
    *name_r = *at == 0 ? SLICE("INBOX") : a->subscriptions[*at - 1];
    ++*at;
    return true;
}
