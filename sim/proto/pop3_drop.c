/* pop3_drop.c - the mailbox as it was at login.
 * Never knows a command or a reply. */
#include "sim/proto/pop3_drop.h"

#include "sim/base/mem.h"

#include <assert.h>

void pop3_drop_open(struct pop3_drop *d, struct mailbox *unlocked)
{
    assert(!d->mailbox && !unlocked->locked);
    unlocked->locked = true;
    d->mailbox = unlocked;
    d->uid_validity = unlocked->uid_validity;
    d->slots = mem_array(unlocked->count + 1, sizeof *d->slots);
    d->count = unlocked->count;
    for (size_t i = 0; i < d->count; i++) {
        d->slots[i].uid = mailbox_at(unlocked, i)->uid;
        d->slots[i].message = message_ref(mailbox_at(unlocked, i)->message);
    }
}

void pop3_drop_close(struct pop3_drop *d)
{
    for (size_t i = 0; i < d->count; i++) {
        message_unref(&d->slots[i].message);
    }
    mem_free(d->slots);
    if (d->mailbox) {
        d->mailbox->locked = false;
    }
    *d = (struct pop3_drop){ 0 };
}

uint64_t pop3_drop_octets(const struct pop3_slot *slot)
{
    const struct message *m = slot->message;
    struct message_cursor cursor = message_read_at(m, m->size >= 2 ? m->size - 2 : 0);
    char last[2] = { 0 };
    struct chunk c;
    for (size_t n = 0; n < 2 && message_read(&cursor, 1, &c); n++) {
        last[n] = c.bytes.ptr[0];
    }
    bool ended = m->size == 0 || (last[0] == '\r' && last[1] == '\n');
    return (uint64_t)m->size + (ended ? 0 : 2);
}

size_t pop3_drop_count(const struct pop3_drop *d, uint64_t *octets_r)
{
    size_t count = 0;
    *octets_r = 0;
    for (size_t i = 0; i < d->count; i++) {
        if (!d->slots[i].marked) {
            count++;
            *octets_r += pop3_drop_octets(&d->slots[i]);
        }
    }
    return count;
}

bool pop3_drop_is_valid(const struct pop3_drop *d)
{
    return d->mailbox->uid_validity == d->uid_validity;
}

bool pop3_drop_next_marked(const struct pop3_drop *d, size_t *at, uint32_t *uid_r)
{
    while (*at < d->count) {
        const struct pop3_slot *slot = &d->slots[(*at)++];
        if (slot->marked && (!pop3_drop_is_valid(d) || mailbox_find(d->mailbox, slot->uid))) {
            *uid_r = slot->uid;
            return true;
        }
    }
    return false;
}
