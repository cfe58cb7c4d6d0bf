/* pop3_list.c - what a server said in UIDL and LIST, joined by message number.
 * Never knows what the host wants to do with it. */
#include "sim/proto/pop3_list.h"

#include "sim/base/mem.h"

#include <assert.h>

void pop3_list_deinit(struct pop3_list *l)
{
    mem_free(l->items);
    mem_free(l->uids);
    buf_deinit(&l->text);
    *l = (struct pop3_list){ 0 };
}

/* The number in front, which must be higher than the last one's. */
static bool take_number(slice *line, const struct pop3_list_item *items, size_t count,
                        uint32_t *number_r)
{
    uint32_t last = count > 0 ? items[count - 1].number : 0;
    return count < POP3_LIST_MAX && slice_to_u32(slice_word(line), number_r) && *number_r > last;
}

void pop3_list_uidl(struct pop3_list *l, slice line)
{
    uint32_t number;
    if (!take_number(&line, l->uids, l->uid_count, &number)) {
        return;
    }
    slice uid = slice_word(&line);
    if (uid.len == 0 || uid.len > POP3_UID_MAX) {
        return;
    }
    l->uids = mem_grow(l->uids, l->uid_count, &l->uid_cap, sizeof *l->uids);
    l->uids[l->uid_count++] = (struct pop3_list_item){ .number = number,
                                                       .uid_at = l->text.len,
                                                       .uid_len = (uint32_t)uid.len };
    buf_add(&l->text, uid);
}

void pop3_list_size(struct pop3_list *l, slice line)
{
    struct pop3_list_item item = { 0 };
    if (!take_number(&line, l->items, l->count, &item.number) ||
        !slice_to_u64(slice_word(&line), &item.size)) {
        return;
    }
    while (l->uid_at < l->uid_count && l->uids[l->uid_at].number < item.number) {
        l->uid_at++;
    }
    if (l->uid_at < l->uid_count && l->uids[l->uid_at].number == item.number) {
        item.uid_at = l->uids[l->uid_at].uid_at;
        item.uid_len = l->uids[l->uid_at].uid_len;
    }
    l->items = mem_grow(l->items, l->count, &l->cap, sizeof *l->items);
    l->items[l->count++] = item;
}

void pop3_list_name(struct pop3_list *l, size_t item, slice name)
{
    assert(item < l->count && l->items[item].uid_len == 0);
    l->items[item].uid_at = l->text.len;
    l->items[item].uid_len = (uint32_t)name.len;
    buf_add(&l->text, name);
}

slice pop3_list_uid(const struct pop3_list *l, const struct pop3_list_item *item)
{
    return slice_sub(buf_slice(&l->text), item->uid_at, item->uid_len);
}
