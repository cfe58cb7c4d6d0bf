/* imap_view.c - one session's view of a mailbox.
 * Never changes the mailbox, except that it takes note of who was told of new messages. */
#include "sim/proto/imap_view.h"

#include "sim/base/mem.h"
#include "sim/proto/imap_write.h"

#include <assert.h>

/* Messages behind the last row.  The first session that could change the mailbox gets \Recent. */
static size_t take_new(struct imap_view *v)
{
    struct mailbox *box = v->box;
    uint32_t last = v->count > 0 ? v->rows[v->count - 1].uid : 0;
    size_t from = last == UINT32_MAX ? box->count : mailbox_lower(box, last + 1);
    for (size_t i = from; i < box->count; i++) {
        struct mail_item *item = mailbox_at(box, i);
        uint32_t recent = item->uid >= box->recent_from ? IMAP_RECENT : 0;
        v->rows = mem_grow(v->rows, v->count, &v->cap, sizeof *v->rows);
        v->rows[v->count++] = (struct imap_row){ item->uid, item->flags | recent };
    }
    if (!v->read_only && box->recent_from < box->uid_next) {
        box->recent_from = box->uid_next;
    }
    return box->count - from;
}

void imap_view_open(struct imap_view *v, struct mailbox *box, bool read_only)
{
    imap_view_close(v);
    v->box = box;
    v->read_only = read_only;
    v->revision = box->revision;
    (void)take_new(v);
}

void imap_view_close(struct imap_view *v)
{
    v->box = NULL;
    v->count = 0;
    v->stale = false;
}

void imap_view_deinit(struct imap_view *v)
{
    mem_free(v->rows);
    *v = (struct imap_view){ 0 };
}

struct mail_item *imap_view_item(const struct imap_view *v, size_t row)
{
    assert(row < v->count);
    return mailbox_find(v->box, v->rows[row].uid);
}

size_t imap_view_recent(const struct imap_view *v)
{
    size_t n = 0;
    for (size_t i = 0; i < v->count; i++) {
        n += (v->rows[i].flags & IMAP_RECENT) != 0;
    }
    return n;
}

static void say_number(struct outq *out, size_t n, const char *what)
{
    outq_textz(out, "* ");
    outq_u64(out, n);
    outq_textz(out, what);
}

/* Both are in UID order, so one walk compares them. */
static void compare(struct imap_view *v, bool expunge, struct outq *out)
{
    size_t kept = 0;
    size_t at = 0;
    for (size_t i = 0; i < v->count; i++) {
        struct imap_row row = v->rows[i];
        while (at < v->box->count && mailbox_at(v->box, at)->uid < row.uid) {
            at++;
        }
        const struct mail_item *item = at < v->box->count && mailbox_at(v->box, at)->uid == row.uid
                                           ? mailbox_at(v->box, at)
                                           : NULL;
        if (!item && expunge) {
            say_number(out, kept + 1, " EXPUNGE\r\n");
            continue;
        }
        v->stale = v->stale || !item;
        if (item && item->flags != (row.flags & ~IMAP_RECENT)) {
            row.flags = item->flags | (row.flags & IMAP_RECENT);
            say_number(out, kept + 1, " FETCH (FLAGS ");
            imap_write_flags(out, row.flags);
            outq_textz(out, ")\r\n");
        }
        v->rows[kept++] = row;
    }
    v->count = kept;
}

void imap_view_sync(struct imap_view *v, bool expunge, struct outq *out)
{
    if (!v->box || (v->box->revision == v->revision && !(v->stale && expunge))) {
        return;
    }
    v->stale = false;
    v->revision = v->box->revision;
    compare(v, expunge, out);
    if (take_new(v) > 0) {
        say_number(out, v->count, " EXISTS\r\n");
        say_number(out, imap_view_recent(v), " RECENT\r\n");
    }
}
