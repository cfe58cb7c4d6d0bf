/* imap_view.c - one session's view of a mailbox.
 * Never changes the mailbox, except that it takes note of who was told of new messages. */
#include "sim/proto/imap_view.h"

#include "sim/base/mem.h"
#include "sim/proto/imap_write.h"

#include <assert.h>
#include <string.h>

static size_t first_new(const struct imap_view *v)
{
    uint32_t last = v->count > 0 ? v->rows[v->count - 1].uid : 0;
    return last == UINT32_MAX ? v->box->count : mailbox_lower(v->box, last + 1);
}

/* Messages behind the last row.  The first session that could change the mailbox gets \Recent. */
static size_t take_new(struct imap_view *v)
{
    struct mailbox *box = v->box;
    size_t from = first_new(v);
    for (size_t i = from; i < box->count; i++) {
        const struct mail_item *item = mailbox_at(box, i);
        bool recent = !v->modern && item->uid >= box->recent_from;
        v->rows = mem_grow(v->rows, v->count, &v->cap, sizeof *v->rows);
        v->rows[v->count++] =
            (struct imap_row){ item->uid, item->flags | (recent ? IMAP_RECENT : 0) };
        v->recent += recent;
    }
    if (!v->read_only && box->recent_from < box->uid_next) {
        box->recent_from = box->uid_next;
    }
    return box->count - from;
}

void imap_view_open(struct imap_view *v, struct mailbox *box, bool read_only)
{
    imap_view_close(v);
    mailbox_watch(box);
    v->box = box;
    v->read_only = read_only;
    v->revision = box->revision;
    v->modseq = v->removed = box->modseq;
    v->uid_validity = box->uid_validity;
    (void)take_new(v);
}

void imap_view_close(struct imap_view *v)
{
    v->box = NULL;
    v->count = v->recent = 0;
    v->keywords = 0;
    v->stale = v->vanished = v->said = false;
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

size_t imap_view_lower(const struct imap_view *v, uint32_t uid)
{
    size_t low = 0;
    size_t high = v->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (v->rows[middle].uid < uid) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

uint64_t imap_view_highest(const struct imap_view *v)
{
    return v->stale ? v->removed : v->modseq;
}

/* ---- saying it ---- */

static void say_number(struct outq *out, size_t n, const char *what)
{
    outq_textz(out, "* ");
    outq_u64(out, n);
    outq_textz(out, what);
}

void imap_write_runs(struct outq *out, const struct uid_run *runs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        outq_textz(out, i > 0 ? "," : "");
        outq_u64(out, runs[i].from);
        if (runs[i].to > runs[i].from) {
            outq_textz(out, ":");
            outq_u64(out, runs[i].to);
        }
    }
}

static const char *write_keywords(const struct imap_view *v, uint32_t flags, const char *before,
                                  struct outq *out)
{
    for (uint32_t i = 0; i < v->box->keyword_count && flags > FLAG_SYSTEM; i++) {
        if (flags & (UINT32_C(1) << (FLAG_SYSTEM_COUNT + i))) {
            outq_textz(out, before);
            outq_text(out, v->box->keywords[i]);
            before = " ";
        }
    }
    return before;
}

void imap_view_write_flags(const struct imap_view *v, uint32_t flags, struct outq *out)
{
    const char *before = "(";
    for (size_t i = 0; i < FLAG_SYSTEM_COUNT; i++) {
        if (flags & (UINT32_C(1) << i)) {
            outq_textz(out, before);
            outq_text(out, mailbox_flag_names[i]);
            before = " ";
        }
    }
    before = write_keywords(v, flags, before, out);
    if ((flags & IMAP_RECENT) && !v->modern) {
        outq_textz(out, before);
        outq_text(out, SLICE("\\Recent"));
        before = " ";
    }
    outq_textz(out, *before == '(' ? "()" : ")");
}

/* RFC 9051 7.1, PERMANENTFLAGS: "\*" as long as there is room for more keywords. */
void imap_view_say_flags(struct imap_view *v, struct outq *out)
{
    uint32_t all = (UINT32_C(1) << (FLAG_SYSTEM_COUNT + v->box->keyword_count)) - 1;
    const char *before = "(";
    v->keywords = v->box->keyword_count;
    outq_textz(out, "* FLAGS ");
    imap_view_write_flags(v, all, out);
    outq_textz(out, "\r\n* OK [PERMANENTFLAGS ");
    for (size_t i = 0; i < FLAG_SYSTEM_COUNT && !v->read_only; i++) {
        outq_textz(out, before);
        outq_text(out, mailbox_flag_names[i]);
        before = " ";
    }
    if (!v->read_only) {
        before = write_keywords(v, all, before, out);
        outq_textz(out, v->keywords < MAILBOX_KEYWORDS_MAX ? " \\*" : "");
    }
    outq_textz(out, *before == '(' ? "()" : ")");
    outq_textz(out, "] Flags kept\r\n");
}

void imap_view_say_keywords(struct imap_view *v, struct outq *out)
{
    if (v->keywords != v->box->keyword_count) {
        imap_view_say_flags(v, out);
    }
}

void imap_view_say_row(struct imap_view *v, size_t row, bool flags, bool uid, struct outq *out)
{
    const struct imap_row *told = &v->rows[row];
    const char *before = "";
    imap_view_say_keywords(v, out);
    say_number(out, row + 1, " FETCH (");
    if (uid || v->aware) {
        outq_textz(out, "UID ");
        outq_u64(out, told->uid);
        before = " ";
    }
    if (flags) {
        outq_textz(out, before);
        outq_textz(out, "FLAGS ");
        imap_view_write_flags(v, told->flags, out);
        before = " ";
    }
    const struct mail_item *item = v->aware ? imap_view_item(v, row) : NULL;
    if (item) {
        outq_textz(out, before);
        outq_textz(out, "MODSEQ (");
        outq_u64(out, item->modseq);
        outq_textz(out, ")");
        v->said = true;
    }
    outq_textz(out, ")\r\n");
}

/* ---- what others did ---- */

static void say_gone(struct imap_view *v, size_t number, uint32_t uid, struct uid_runs *gone,
                     struct outq *out)
{
    if (v->uids) {
        uid_runs_add(gone, uid, uid);
    } else {
        say_number(out, number, " EXPUNGE\r\n");
    }
}

/* Takes the rows out that are in `runs`, in one pass. */
static void drop_rows(struct imap_view *v, const struct uid_runs *runs, struct outq *out)
{
    struct uid_runs gone = { 0 };
    size_t kept = 0; /* rows in front of `from` lie where they belong */
    size_t from = 0;
    if (v->count == 0) {
        return;
    }
    for (size_t i = 0; i < runs->count; i++) {
        size_t at = imap_view_lower(v, runs->items[i].from);
        for (; at < v->count && v->rows[at].uid <= runs->items[i].to; at++) {
            v->recent -= (v->rows[at].flags & IMAP_RECENT) != 0;
            memmove(v->rows + kept, v->rows + from, (at - from) * sizeof *v->rows);
            kept += at - from;
            from = at + 1;
            say_gone(v, kept + 1, v->rows[at].uid, &gone, out);
        }
    }
    memmove(v->rows + kept, v->rows + from, (v->count - from) * sizeof *v->rows);
    v->count = kept + (v->count - from);
    if (gone.count > 0) {
        outq_textz(out, "* VANISHED ");
        imap_write_runs(out, gone.items, gone.count);
        outq_textz(out, "\r\n");
        v->vanished = true;
    }
    mem_free(gone.items);
}

static bool any_row_in(const struct imap_view *v, const struct uid_runs *runs)
{
    for (size_t i = 0; i < runs->count; i++) {
        size_t at = imap_view_lower(v, runs->items[i].from);
        if (at < v->count && v->rows[at].uid <= runs->items[i].to) {
            return true;
        }
    }
    return false;
}

static void sync_removed(struct imap_view *v, bool expunge, struct outq *out)
{
    struct uid_runs runs;
    mailbox_vanished(v->box, v->removed, &runs);
    if (expunge) {
        drop_rows(v, &runs, out);
        v->removed = v->box->modseq;
    }
    v->stale = !expunge && any_row_in(v, &runs);
    if (!v->stale) {
        v->removed = v->box->modseq;
    }
    mem_free(runs.items);
}

static void sync_flags(struct imap_view *v, struct outq *out)
{
    struct uid_runs runs;
    mailbox_changed(v->box, v->modseq, &runs);
    for (size_t i = 0; i < runs.count; i++) {
        size_t at = imap_view_lower(v, runs.items[i].from);
        for (; at < v->count && v->rows[at].uid <= runs.items[i].to; at++) {
            const struct mail_item *item = imap_view_item(v, at);
            struct imap_row *row = &v->rows[at];
            if (item && item->flags != (row->flags & ~IMAP_RECENT)) {
                row->flags = item->flags | (row->flags & IMAP_RECENT);
                imap_view_say_row(v, at, true, v->modern, out); /* RFC 9051 7.5.2 */
            }
        }
    }
    mem_free(runs.items);
}

void imap_view_sync(struct imap_view *v, bool expunge, struct outq *out)
{
    if (!v->box || (v->box->revision == v->revision && !(v->stale && expunge))) {
        return;
    }
    size_t fresh = v->box->count - first_new(v);
    if (v->stale || v->box->modseq - v->modseq != fresh) { /* not only new ones */
        sync_removed(v, expunge, out);
        sync_flags(v, out);
    }
    v->revision = v->box->revision;
    v->modseq = v->box->modseq;
    v->removed = v->stale ? v->removed : v->modseq;
    if (take_new(v) > 0) {
        say_number(out, v->count, " EXISTS\r\n");
        if (!v->modern) {
            say_number(out, v->recent, " RECENT\r\n");
        }
    }
}
