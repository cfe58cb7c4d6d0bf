/* mailbox.c - messages with UIDs, flags and mod-sequences.
 * Never knows who reads it: IMAP, POP3, webmail and the screen all look at the same items. */
#include "sim/mail/mailbox_log.h"

#include "sim/base/mem.h"

#include <assert.h>
#include <string.h>

const slice mailbox_flag_names[FLAG_SYSTEM_COUNT] = {
    SLICE_INIT("\\Seen"),    SLICE_INIT("\\Answered"), SLICE_INIT("\\Flagged"),
    SLICE_INIT("\\Deleted"), SLICE_INIT("\\Draft"),
};

const slice mailbox_use_names[MAILBOX_USE_COUNT] = {
    SLICE_INIT(""),        SLICE_INIT("\\Sent"), SLICE_INIT("\\Drafts"),
    SLICE_INIT("\\Trash"), SLICE_INIT("\\Junk"), SLICE_INIT("\\Archive"),
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
        message_unref(&mailbox_at(m, i)->message);
    }
    for (size_t i = 0; i < m->keyword_count; i++) {
        mem_free((char *)(uintptr_t)m->keywords[i].ptr);
    }
    mem_free(m->keywords);
    mem_free(m->slots);
    mailbox_log_free(m);
    *m = (struct mailbox){ 0 };
}

/* Adds what an item counts for, or takes it off: counts go round at 0 as they should. */
static void count_flags(struct mailbox *m, uint32_t flags, size_t one)
{
    m->unseen += (flags & FLAG_SEEN) == 0 ? one : 0;
    m->deleted += (flags & FLAG_DELETED) != 0 ? one : 0;
}

/* ---- items ---- */

/* Makes room for one more behind the last item.  Closing a hole of a quarter pays for itself. */
static void make_room(struct mailbox *m)
{
    if (m->hole_len + m->count < m->cap) {
        return;
    }
    if (m->hole_len > m->cap / 4) {
        memmove(m->slots + m->hole_at, m->slots + m->hole_at + m->hole_len,
                (m->count - m->hole_at) * sizeof *m->slots);
        m->hole_at = m->hole_len = 0;
    } else {
        m->slots = mem_grow(m->slots, m->hole_len + m->count, &m->cap, sizeof *m->slots);
    }
}

uint32_t mailbox_append(struct mailbox *m, struct message *take, uint32_t letter, uint32_t flags,
                        sim_time at, int64_t internal_date)
{
    assert(take && !m->no_select);
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
    m->slots[m->hole_len + m->count++] = item;
    m->octets += take->size;
    count_flags(m, flags, 1);
    m->revision++;
    if (m->log) {
        mailbox_log_change(m, item.uid);
    }
    return item.uid;
}

size_t mailbox_lower(const struct mailbox *m, uint32_t uid)
{
    size_t low = 0;
    size_t high = m->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (mailbox_at(m, middle)->uid < uid) {
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
    return at < m->count && mailbox_at(m, at)->uid == uid ? mailbox_at(m, at) : NULL;
}

bool mailbox_flags(struct mailbox *m, uint32_t uid, uint32_t flags)
{
    struct mail_item *item = mailbox_find(m, uid);
    if (!item || item->flags == flags) {
        return false;
    }
    count_flags(m, item->flags, SIZE_MAX);
    count_flags(m, flags, 1);
    item->flags = flags;
    item->modseq = ++m->modseq;
    m->revision++;
    if (m->log) {
        mailbox_log_change(m, uid);
    }
    return true;
}

/* The slot of item `at` becomes part of the hole; what lies between them changes sides. */
static void take_out(struct mailbox *m, size_t at)
{
    struct mail_item *slots = m->slots;
    if (at + 1 == m->count && (m->hole_len == 0 || at > m->hole_at)) {
        return; /* off the end; the room behind it is one larger */
    }
    if (m->hole_len > 0 && at >= m->hole_at) {
        memmove(slots + m->hole_at, slots + m->hole_at + m->hole_len,
                (at - m->hole_at) * sizeof *slots);
    } else if (m->hole_len > 0) {
        memmove(slots + at + 1 + m->hole_len, slots + at + 1,
                (m->hole_at - at - 1) * sizeof *slots);
    }
    m->hole_at = at;
    m->hole_len++;
}

bool mailbox_remove(struct mailbox *m, uint32_t uid)
{
    size_t at = mailbox_lower(m, uid);
    if (at == m->count || mailbox_at(m, at)->uid != uid) {
        return false;
    }
    struct mail_item *item = mailbox_at(m, at);
    m->octets -= item->message->size;
    count_flags(m, item->flags, SIZE_MAX);
    message_unref(&item->message);
    take_out(m, at);
    m->count--;
    if (m->hole_at >= m->count) {
        m->hole_at = m->hole_len = 0;
    }
    m->modseq++;
    m->revision++;
    if (m->log) {
        mailbox_log_remove(m, uid);
    }
    return true;
}

void mailbox_renumber(struct mailbox *m, uint32_t uid_validity)
{
    assert(uid_validity > 0 && uid_validity != m->uid_validity);
    m->uid_validity = uid_validity;
    m->uid_next = 1;
    m->recent_from = 0;
    for (size_t i = 0; i < m->count; i++) {
        mailbox_at(m, i)->uid = m->uid_next++;
        mailbox_at(m, i)->modseq = ++m->modseq;
    }
    m->revision++;
    mailbox_log_free(m);
}

/* ---- keywords ---- */

uint32_t mailbox_keyword(struct mailbox *m, slice name, bool add)
{
    for (uint32_t i = 0; i < m->keyword_count; i++) {
        if (slice_eq_nocase(m->keywords[i], name)) {
            return UINT32_C(1) << (FLAG_SYSTEM_COUNT + i);
        }
    }
    if (!add || m->keyword_count == MAILBOX_KEYWORDS_MAX || name.len > MAILBOX_KEYWORD_BYTES ||
        name.len == 0) {
        return 0;
    }
    if (!m->keywords) {
        m->keywords = mem_array(MAILBOX_KEYWORDS_MAX, sizeof *m->keywords);
    }
    char *own = mem_alloc_raw(name.len);
    memcpy(own, name.ptr, name.len);
    m->keywords[m->keyword_count] = (slice){ own, name.len };
    return UINT32_C(1) << (FLAG_SYSTEM_COUNT + m->keyword_count++);
}

uint32_t mailbox_flags_in(struct mailbox *to, const struct mailbox *from, uint32_t flags)
{
    uint32_t said = flags & FLAG_SYSTEM;
    for (uint32_t i = 0; i < from->keyword_count && flags > FLAG_SYSTEM; i++) {
        if (flags & (UINT32_C(1) << (FLAG_SYSTEM_COUNT + i))) {
            said |= mailbox_keyword(to, from->keywords[i], true);
        }
    }
    return said;
}
