/* mailbox_log.c - what changed in a mailbox since when (RFC 7162): answered in proportion to the
 * answer, once somebody has begun to watch.
 * Never holds a message, and never changes the mailbox. */
#include "sim/mail/mailbox_log.h"

#include "sim/base/mem.h"

#include <stdlib.h>
#include <string.h>

/* Of one change; outdated as soon as the message has a newer one, or is gone. */
struct change {
    uint64_t modseq;
    uint32_t uid;
};

/* from was removed by modseq, from + 1 by modseq + 1, and so on. */
struct removal {
    uint32_t from, to;
    uint64_t modseq;
};

struct mailbox_log {
    struct change *changes; /* by rising mod-sequence */
    size_t count, cap;
    uint64_t since; /* every change above this is in there */
    struct removal *gone;
    size_t gone_count, gone_cap;
    uint64_t gone_since; /* every removal above this is in there */
};

void mailbox_watch(struct mailbox *m)
{
    if (!m->log) {
        m->log = mem_alloc(sizeof *m->log);
        m->log->since = m->log->gone_since = m->modseq;
    }
}

void mailbox_log_free(struct mailbox *m)
{
    if (m->log) {
        mem_free(m->log->changes);
        mem_free(m->log->gone);
        mem_free(m->log);
        m->log = NULL;
    }
}

static bool is_current(const struct mailbox *m, struct change c)
{
    size_t at = mailbox_lower(m, c.uid);
    return at < m->count && mailbox_at(m, at)->uid == c.uid &&
           mailbox_at(m, at)->modseq == c.modseq;
}

/* Of each message at most one change is current, so this frees at least half. */
static void drop_outdated(const struct mailbox *m, struct mailbox_log *log)
{
    size_t kept = 0;
    for (size_t i = 0; i < log->count; i++) {
        if (is_current(m, log->changes[i])) {
            log->changes[kept++] = log->changes[i];
        }
    }
    log->count = kept;
}

void mailbox_log_change(struct mailbox *m, uint32_t uid)
{
    struct mailbox_log *log = m->log;
    if (log->count >= 2 * m->count + 64) {
        drop_outdated(m, log);
    }
    log->changes = mem_grow(log->changes, log->count, &log->cap, sizeof *log->changes);
    log->changes[log->count++] = (struct change){ m->modseq, uid };
}

static uint64_t removal_last(const struct removal *r)
{
    return r->modseq + (r->to - r->from);
}

void mailbox_log_remove(struct mailbox *m, uint32_t uid)
{
    struct mailbox_log *log = m->log;
    struct removal *last = log->gone_count > 0 ? &log->gone[log->gone_count - 1] : NULL;
    if (last && uid == last->to + 1 && m->modseq == removal_last(last) + 1) {
        last->to = uid;
        return;
    }
    if (last && log->gone_count == MAILBOX_GONE_MAX) {
        size_t half = log->gone_count / 2;
        log->gone_since = removal_last(&log->gone[half - 1]);
        memmove(log->gone, log->gone + half, (log->gone_count - half) * sizeof *log->gone);
        log->gone_count -= half;
    }
    log->gone = mem_grow(log->gone, log->gone_count, &log->gone_cap, sizeof *log->gone);
    log->gone[log->gone_count++] = (struct removal){ uid, uid, m->modseq };
}

/* ---- asking ---- */

void uid_runs_add(struct uid_runs *runs, uint32_t from, uint32_t to)
{
    if (runs->count > 0 && from == runs->items[runs->count - 1].to + 1) {
        runs->items[runs->count - 1].to = to;
        return;
    }
    runs->items = mem_grow(runs->items, runs->count, &runs->cap, sizeof *runs->items);
    runs->items[runs->count++] = (struct uid_run){ from, to };
}

static int by_uid(const void *a, const void *b)
{
    const struct uid_run *x = a;
    const struct uid_run *y = b;
    return (x->from > y->from) - (x->from < y->from);
}

/* Disjoint ones in any order, to ascending ones apart from each other. */
static void put_in_order(struct uid_runs *runs)
{
    if (runs->count > 1) {
        qsort(runs->items, runs->count, sizeof *runs->items, by_uid);
    }
    size_t count = runs->count;
    runs->count = 0;
    for (size_t i = 0; i < count; i++) {
        struct uid_run run = runs->items[i];
        uid_runs_add(runs, run.from, run.to);
    }
}

static void walk_changed(const struct mailbox *m, uint64_t since, struct uid_runs *runs)
{
    for (size_t i = 0; i < m->count; i++) {
        const struct mail_item *item = mailbox_at(m, i);
        if (item->modseq > since) {
            uid_runs_add(runs, item->uid, item->uid);
        }
    }
}

void mailbox_changed(const struct mailbox *m, uint64_t since, struct uid_runs *runs_r)
{
    const struct mailbox_log *log = m->log;
    *runs_r = (struct uid_runs){ 0 };
    if (since >= m->modseq) {
        return;
    }
    if (!log || since < log->since) {
        walk_changed(m, since, runs_r);
        return;
    }
    size_t low = 0;
    size_t high = log->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (log->changes[middle].modseq <= since) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < log->count; low++) {
        if (is_current(m, log->changes[low])) {
            uid_runs_add(runs_r, log->changes[low].uid, log->changes[low].uid);
        }
    }
    put_in_order(runs_r);
}

static void walk_vanished(const struct mailbox *m, struct uid_runs *runs)
{
    uint32_t next = 1;
    for (size_t i = 0; i < m->count; i++) {
        uint32_t uid = mailbox_at(m, i)->uid;
        if (uid > next) {
            uid_runs_add(runs, next, uid - 1);
        }
        next = uid + 1;
    }
    if (m->uid_next > next) {
        uid_runs_add(runs, next, m->uid_next - 1);
    }
}

void mailbox_vanished(const struct mailbox *m, uint64_t since, struct uid_runs *runs_r)
{
    const struct mailbox_log *log = m->log;
    *runs_r = (struct uid_runs){ 0 };
    if (since >= m->modseq) {
        return;
    }
    if (!log || since < log->gone_since) {
        walk_vanished(m, runs_r);
        return;
    }
    for (size_t i = log->gone_count; i-- > 0 && removal_last(&log->gone[i]) > since;) {
        const struct removal *r = &log->gone[i];
        uint32_t skip = r->modseq > since ? 0 : (uint32_t)(since - r->modseq) + 1;
        runs_r->items = mem_grow(runs_r->items, runs_r->count, &runs_r->cap, sizeof *runs_r->items);
        runs_r->items[runs_r->count++] = (struct uid_run){ r->from + skip, r->to };
    }
    put_in_order(runs_r);
}
