/* mua_sync.c - a folder and the server come to agree, in the cheapest way that both know:
 *   QRESYNC    SELECT tells by itself what has changed and what is gone (RFC 7162 3.2.5)
 *   CONDSTORE  asked for what has changed since; who is gone shows when the count is wrong (3.1)
 *   else       the flags of all letters; whoever is not among them is gone (RFC 4549 4.3.1)
 * New letters are asked for by UID, from the first that is not known.
 * Never knows why they should agree. */
#include "sim/actors/mua_box.h"

#define SET_MAX 7000 /* octets: so that a command is no longer than 8000 (RFC 7162 4) */

static enum line_how best(const struct mua *u)
{
    const struct mua_line *line = u->line;
    if (line->enabled) {
        return HOW_QRESYNC;
    }
    bool may = u->config->resync != MUA_FLAGS && (line->offers & IMAP_CONDSTORE);
    return may ? HOW_CONDSTORE : HOW_FLAGS;
}

static void begin(struct mua *u, struct local_folder *f)
{
    struct mua_line *line = u->line;
    line->open = f;
    line->how = best(u);
    line->first = f->uid_next == 1;
    line->known_next = f->uid_next;
    line->caught_up = line->live = line->told_next = line->grew = false;
    line->exists = line->next = line->heard = 0;
    line->modseq = line->highest = 0;
    line->asked_noop = line->asked_new = line->asked_changed = line->asked_uids = false;
    line->text_from = 0;
    buf_clear(&line->missing);
}

slice mua_wire(const struct mua *u, const struct local_folder *f)
{
    for (size_t i = u->box->op_first; i < u->box->op_count; i++) {
        const struct mua_op *op = &u->box->ops[i];
        if (op->deed == DEED_RENAME && op->folder == f) {
            return op->was; /* the server does not know yet */
        }
    }
    return f->wire;
}

bool mua_sync_open(struct mua *u, struct local_folder *f)
{
    struct mua_line *line = u->line;
    slice name = mua_wire(u, f);
    if (line->open == f) {
        return false;
    }
    begin(u, f);
    if (line->how == HOW_QRESYNC && f->uid_validity != 0 && f->modseq != 0 && !line->plain_only) {
        line->caught_up = true;
        mua_line_tell(u, AT_OPEN, IMAP_ORDER_OPEN,
                      &(struct imap_open){
                          .mailbox = name, .uid_validity = f->uid_validity, .modseq = f->modseq });
    } else if (line->how == HOW_CONDSTORE && f->modseq == 0 && u->config->mode == MUA_CACHE) {
        /* Dovecot tells HIGHESTMODSEQ only who says so, for all of RFC 7162 3.1.2.1. */
        mua_line_tell(u, AT_OPEN, IMAP_ORDER_OPEN,
                      &(struct imap_open){ .mailbox = name, .condstore = true });
    } else {
        mua_line_tell(u, AT_OPEN, IMAP_ORDER_SELECT, &name);
    }
    return true;
}

static bool fetch(struct mua *u, enum line_at at, slice set, uint32_t want, uint64_t since)
{
    mua_line_tell(u, at, IMAP_ORDER_FETCH,
                  &(struct imap_fetch){ .set = set, .want = want, .changed_since = since });
    return true;
}

/* A connection that is kept open is asked whether there is news. */
static bool ask_noop(struct mua *u)
{
    struct mua_line *line = u->line;
    if (!line->live || line->asked_noop) {
        return false;
    }
    line->asked_noop = true;
    if (line->grew) {
        return false;
    }
    mua_line_tell(u, AT_NOOP, IMAP_ORDER_NOOP, NULL);
    return true;
}

static bool ask_new(struct mua *u)
{
    struct mua_line *line = u->line;
    struct local_folder *f = line->open;
    bool maybe = line->grew || (!line->live && (!line->told_next || line->next > f->uid_next));
    if ((line->asked_new && !line->grew) || !maybe || line->exists == 0) {
        return false;
    }
    line->asked_new = true;
    line->grew = false;
    mua_line_tell(u, AT_NEW, IMAP_ORDER_LIST_NEW, &f->uid_next);
    return true;
}

static bool ask_changed(struct mua *u)
{
    struct mua_line *line = u->line;
    const struct local_folder *f = line->open;
    bool by_modseq = line->how >= HOW_CONDSTORE && f->modseq != 0;
    bool same = by_modseq && line->modseq == f->modseq;
    if (line->asked_changed || line->live || line->caught_up || line->first || same ||
        line->exists == 0 || line->known_next == 1) {
        return false;
    }
    struct buf set = { 0 };
    line->asked_changed = true;
    line->sweep++;
    buf_addz(&set, "1:");
    fmt_u64(&set, line->known_next - 1);
    (void)fetch(u, AT_CHANGED, buf_slice(&set), IMAP_WANT_FLAGS, by_modseq ? f->modseq : 0);
    buf_deinit(&set);
    return true;
}

static bool ask_uids(struct mua *u)
{
    struct mua_line *line = u->line;
    if (line->asked_uids || local_count_known(line->open) == line->exists) {
        return false;
    }
    line->asked_uids = true;
    line->sweep++;
    buf_clear(&line->missing);
    mua_line_tell(u, AT_UIDS, IMAP_ORDER_UIDS, NULL);
    return true;
}

static bool ask_missing(struct mua *u)
{
    struct mua_line *line = u->line;
    if (line->missing.len == 0) {
        return false;
    }
    slice all = buf_slice(&line->missing), part = all;
    if (all.len > SET_MAX) {
        size_t end = SET_MAX;
        while (all.ptr[end] != ',') {
            end--;
        }
        part = slice_sub(all, 0, end);
    }
    struct buf rest = { 0 };
    buf_add(&rest, slice_from(all, part.len < all.len ? part.len + 1 : all.len));
    (void)fetch(u, AT_MISSING, part, IMAP_WANT_FLAGS | IMAP_WANT_SIZE | IMAP_WANT_ENVELOPE, 0);
    buf_deinit(&line->missing);
    line->missing = rest;
    return true;
}

static bool ask_text(struct mua *u)
{
    struct mua_line *line = u->line;
    const struct local_item *item = mua_lists(u) ? NULL : local_from(line->open, line->text_from);
    while (item && item->message) {
        item = local_from(line->open, item->uid + 1);
    }
    if (!item || item->uid >= LOCAL_UID_OWN) {
        return false;
    }
    line->text_from = item->uid + 1;
    mua_line_tell(u, AT_TEXT, IMAP_ORDER_PEEK, &item->uid);
    return true;
}

/* What we asked the server to put there and it has not got: it was not there to be put. */
static void drop_unmade(struct mua *u, struct local_folder *f)
{
    const struct local_item *own = local_from(f, LOCAL_UID_OWN);
    while (own) {
        uint32_t uid = own->uid;
        if (own->mark == MUA_AWAITS && !mua_journal_makes(u, f, uid)) {
            mua_journal_gone(u, f, uid, uid, SLICE("the server has not got the letter"));
            mua_drop_item(u, f, uid);
        }
        own = local_from(f, uid + 1);
    }
}

static void agreed(struct mua *u)
{
    static const char *const words[] = { "flags", "condstore", "qresync" };
    struct mua_line *line = u->line;
    struct local_folder *f = line->open;
    bool ever = !line->live;
    bool by_modseq = line->how >= HOW_CONDSTORE && f->modseq != 0;
    enum line_how how = line->caught_up ? HOW_QRESYNC : by_modseq ? HOW_CONDSTORE : HOW_FLAGS;
    struct trace_rec rec = mua_record(u, TRACE_SYNC);
    f->due = false;
    line->live = true;
    if (ever && line->modseq > 0) {
        f->modseq = line->highest = line->modseq;
    }
    drop_unmade(u, f);
    if (ever && line->next > f->uid_next) {
        f->uid_next = line->next;
    }
    rec.a = f->trace;
    rec.b = trace_name(u->base.stage->trace, line->first && ever ? SLICE("first")
                                             : ever              ? slice_of(words[how])
                                                                 : SLICE("live"));
    rec.c = line->heard;
    line->heard = 0;
    line->asked_noop = line->asked_new = line->asked_uids = false;
    (void)trace_put(u->base.stage->trace, rec);
}

bool mua_sync_folder(struct mua *u, struct local_folder *f)
{
    if (mua_sync_open(u, f) || ask_noop(u) || ask_new(u) || ask_changed(u) || ask_uids(u) ||
        ask_missing(u) || ask_text(u)) {
        return true;
    }
    agreed(u);
    return false;
}

bool mua_sync_due(struct mua *u)
{
    for (size_t i = 0; i < u->box->local.count; i++) {
        struct local_folder *f = u->box->local.folders[i];
        if (f->due && !f->gone && f->wire.len > 0 && mua_sync_folder(u, f)) {
            return true;
        }
        f->due = false;
    }
    return false;
}

void mua_sync_ready(struct mua *u)
{
    struct mua_line *line = u->line;
    if (line->at == AT_CHANGED && (line->how == HOW_FLAGS || line->open->modseq == 0)) {
        mua_news_sweep(u, line->known_next);
    } else if (line->at == AT_UIDS) {
        mua_news_sweep(u, LOCAL_UID_OWN);
    }
}

bool mua_sync_refused(struct mua *u)
{
    struct mua_line *line = u->line;
    struct local_folder *f = line->open;
    if (line->at != AT_OPEN) {
        return line->at == AT_TEXT || line->at == AT_READ || line->at == AT_NOOP;
    }
    line->open = NULL;
    if (line->caught_up) { /* a server that says QRESYNC and does not know it */
        line->plain_only = true;
        return true;
    }
    if (f == u->box->inbox) {
        return false;
    }
    f->due = false;
    mua_journal_not_there(u, f);
    mua_journal_gone(u, f, 1, UINT32_MAX, SLICE("the mailbox is gone from the server"));
    return true;
}
