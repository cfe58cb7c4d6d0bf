/* mailbox.c - messages with UIDs, flags and mod-sequences.
 * Never knows who reads it: IMAP, POP3, webmail and the screen all look at the same items. */
#include "sim/mail/mailbox.h"

#include "sim/base/mem.h"

#include <assert.h>
#include <string.h>

const slice mailbox_flag_names[FLAG_SYSTEM_COUNT] = {
    SLICE_INIT("\\Seen"),    SLICE_INIT("\\Answered"), SLICE_INIT("\\Flagged"),
    SLICE_INIT("\\Deleted"), SLICE_INIT("\\Draft"),
};

void mailbox_init(struct mailbox *m, slice name_lives_on, uint32_t uid_validity)
{
    assert(uid_validity > 0);
    *m = (struct mailbox){
        .name = name_lives_on, .uid_validity = uid_validity, .uid_next = 1, .modseq = 1
    };
}

void mailbox_deinit(struct mailbox *m)
{
    for (size_t i = 0; i < m->count; i++) {
        message_unref(&m->items[i].message);
    }
    mem_free(m->items ? m->items - m->head : NULL);
    *m = (struct mailbox){ 0 };
}

/* Makes room for one more behind the last item. */
static void make_room(struct mailbox *m)
{
    if (m->head + m->count < m->cap) {
        return;
    }
    struct mail_item *base = m->items ? m->items - m->head : NULL;
    if (m->head > m->cap / 2) {
        assert(base);
        memmove(base, m->items, m->count * sizeof *base);
        m->head = 0;
    } else {
        base = mem_grow(base, m->head + m->count, &m->cap, sizeof *base);
    }
    m->items = base + m->head;
}

uint32_t mailbox_append(struct mailbox *m, struct message *take, uint32_t letter, uint32_t flags,
                        sim_time at, int64_t internal_date)
{
    assert(take);
    assert(m->uid_next < UINT32_MAX);
    make_room(m);
    struct mail_item item = {
        .uid = m->uid_next++,
        .flags = flags,
        .modseq = ++m->modseq,
        .received = at,
        .internal_date = internal_date,
        .letter = letter,
        .message = take,
    };
    m->items[m->count++] = item;
    m->octets += take->size;
    m->revision++;
    return item.uid;
}

size_t mailbox_lower(const struct mailbox *m, uint32_t uid)
{
    size_t low = 0;
    size_t high = m->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (m->items[middle].uid < uid) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

struct mail_item *mailbox_find(struct mailbox *m, uint32_t uid)
{
    size_t at = mailbox_lower(m, uid);
    return at < m->count && m->items[at].uid == uid ? &m->items[at] : NULL;
}

bool mailbox_flags(struct mailbox *m, uint32_t uid, uint32_t flags)
{
    struct mail_item *item = mailbox_find(m, uid);
    if (!item || item->flags == flags) {
        return false;
    }
    item->flags = flags;
    item->modseq = ++m->modseq;
    m->revision++;
    return true;
}

bool mailbox_remove(struct mailbox *m, uint32_t uid)
{
    struct mail_item *item = mailbox_find(m, uid);
    if (!item) {
        return false;
    }
    size_t at = (size_t)(item - m->items);
    m->octets -= item->message->size;
    message_unref(&item->message);
    m->count--;
    if (at < m->count / 2) {
        memmove(m->items + 1, m->items, at * sizeof *m->items);
        m->items++;
        m->head++;
    } else {
        memmove(item, item + 1, (m->count - at) * sizeof *item);
    }
    m->modseq++;
    m->revision++;
    return true;
}
