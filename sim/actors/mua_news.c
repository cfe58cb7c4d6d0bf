/* mua_news.c - what an IMAP server tells of the letters in the open mailbox, asked or not
 * (RFC 4549 3, comment 6), and what it means for the device's copy.
 * Never tells the server anything. */
#include "sim/actors/mua_box.h"

#define GONE SLICE("the letter is gone from the server")

void mua_set_add(struct buf *set, uint32_t uid)
{
    buf_addz(set, set->len > 0 ? "," : "");
    fmt_u64(set, uid);
}

/* "7" or "5:9", off the front of a set. */
static bool next_run(slice *set, uint32_t *from_r, uint32_t *to_r)
{
    uint64_t from, to;
    if (set->len == 0) {
        return false;
    }
    slice last = slice_cut(set, ',');
    slice first = slice_cut(&last, ':');
    if (!slice_to_u64(first, &from)) {
        return false;
    }
    if (!slice_to_u64(last, &to)) {
        to = from;
    }
    *from_r = (uint32_t)(from < to ? from : to);
    *to_r = (uint32_t)(from < to ? to : from);
    *to_r = *to_r < LOCAL_UID_OWN ? *to_r : LOCAL_UID_OWN - 1; /* ours are not for it to tell of */
    return *from_r > 0 && *from_r <= *to_r;
}

/* ---- one letter ---- */

static void learn_envelope(struct mua *u, struct local_item *item, slice envelope)
{
    struct stage *s = u->base.stage;
    slice rest = slice_sub(envelope, 1, envelope.len >= 2 ? envelope.len - 2 : 0);
    slice last = { 0 };
    for (size_t i = 0; rest.len > 0; i++) {
        last = imap_envelope_next(&rest, s->arena);
        if (i == 1) {
            item->subject = arena_copy(s->arena, last);
        }
    }
    if (last.len > 2 && last.ptr[0] == '<') {
        item->letter = trace_name(s->trace, slice_sub(last, 1, last.len - 2));
    }
}

/* What we put there ourselves, and were not told the UID of: it is known again by its Message-ID
 * (RFC 4549 4.2.2). */
static struct local_item *known_again(struct mua *u, struct local_folder *f, uint32_t letter,
                                      uint32_t uid)
{
    const struct local_item *own = local_from(f, LOCAL_UID_OWN);
    while (own && !(own->mark == MUA_AWAITS && own->letter == letter)) {
        own = local_from(f, own->uid + 1);
    }
    if (!own || letter == 0) {
        return NULL;
    }
    mua_journal_uid(u, f, own->uid, uid);
    return local_settle(f, own->uid, uid);
}

/* NULL: it is known, and was taken away here already. */
static struct local_item *add_listed(struct mua *u, struct local_folder *f,
                                     const struct imap_item *found, uint32_t flags)
{
    struct local_item new = { .uid = found->uid, .flags = flags, .size = found->size };
    learn_envelope(u, &new, found->envelope);
    struct local_item *item = known_again(u, f, new.letter, new.uid);
    if (item) {
        mua_set_flags(u, f, item, mua_journal_overlay(u, f, item->uid, flags));
        return item;
    }
    if (mua_journal_meets(u, f, new.letter, new.uid)) {
        return NULL;
    }
    item = local_add(f, new);
    if (mua_lists(u)) {
        mua_tell_new(u, TRACE_LISTED, f, item);
    }
    return item;
}

static uint32_t flags_of(struct mua *u, struct local_folder *f, const struct imap_item *found)
{
    uint32_t flags = found->flags & FLAG_SYSTEM;
    slice rest = found->keywords;
    while (rest.len > 0) {
        slice keyword = slice_cut(&rest, ' ');
        flags |= keyword.len > 0 ? mua_keyword(u, f, keyword) : 0;
    }
    return flags;
}

/* A server that says nothing of UIDs tells of a number: ours as long as we agree. */
static bool agrees(const struct mua *u)
{
    const struct mua_line *line = u->line;
    return line->live && mua_journal_count(u) == 0 && local_count_known(line->open) == line->exists;
}

static struct local_item *item_told(struct mua *u, struct local_folder *f,
                                    const struct imap_item *found)
{
    if (found->uid > 0) {
        return local_find(f, found->uid);
    }
    return agrees(u) && found->number > 0 ? local_nth(f, found->number - 1) : NULL;
}

/* A letter that stands there, and not here, though it is none of the new ones. */
static bool is_missed(const struct mua *u, const struct local_folder *f, uint32_t uid)
{
    return uid > 0 && uid < f->uid_next && u->line->at == AT_CHANGED &&
           !mua_journal_takes(u, f, uid);
}

void mua_news_item(struct mua *u, const struct session_event *ev)
{
    const struct imap_item *found = ev->detail;
    struct mua_line *line = u->line;
    struct local_folder *f = line->open;
    if (!f || found->uid >= LOCAL_UID_OWN) { /* such UIDs are given here */
        return;
    }
    struct local_item *item = item_told(u, f, found);
    line->item_came = true;
    line->seen_modseq = found->modseq > line->seen_modseq ? found->modseq : line->seen_modseq;
    line->heard += line->at != AT_TEXT && line->at != AT_READ && line->at != AT_DEED;
    uint32_t flags = found->has_flags ? flags_of(u, f, found) : 0;
    if (!item && found->envelope.len > 0 && found->uid > 0 &&
        !mua_journal_takes(u, f, found->uid)) {
        item = add_listed(u, f, found, flags);
        f->uid_next = found->uid >= f->uid_next ? found->uid + 1 : f->uid_next;
    }
    if (!item) {
        if (is_missed(u, f, found->uid)) {
            mua_set_add(&line->missing, found->uid);
        }
        return;
    }
    item->mark = line->sweep;
    flags = found->has_flags ? mua_journal_overlay(u, f, item->uid, flags) : item->flags;
    if (ev->message && !item->message && !found->header_only) {
        uint32_t told = mua_lists(u) ? item->flags : 0;
        item->flags = flags;
        mua_take_text(u, f, item, ev->message, told);
        if (u->config->mode == MUA_ONLINE) {
            u->box->shown = f;
            u->box->shown_uid = item->uid;
        }
    } else {
        mua_set_flags(u, f, item, flags);
    }
}

/* ---- who is there and who is gone ---- */

void mua_news_exists(struct mua *u, uint32_t count)
{
    struct mua_line *line = u->line;
    bool more = count > line->exists;
    line->grew = line->grew || (more && line->at != AT_OPEN);
    line->exists = count;
    if (more && line->live) {
        line->open->due = true;
        mua_watch_news(u);
    }
}

static void gone(struct mua *u, struct local_folder *f, uint32_t uid)
{
    mua_journal_gone(u, f, uid, uid, GONE);
    mua_drop_item(u, f, uid);
}

void mua_news_removed(struct mua *u, uint32_t number, uint32_t uid)
{
    struct mua_line *line = u->line;
    const struct local_item *item = NULL;
    if (!line->open) {
        return;
    }
    if (uid == 0 && number > 0 && agrees(u) && (item = local_nth(line->open, number - 1))) {
        uid = item->uid;
    }
    if (uid > 0) {
        line->heard++;
        gone(u, line->open, uid);
    } else if (line->live && line->at == AT_IDLE) {
        line->open->due = true;
        mua_watch_news(u);
    }
    line->exists -= line->exists > 0;
}

void mua_news_vanished(struct mua *u, slice set, bool earlier)
{
    struct mua_line *line = u->line;
    struct local_folder *f = line->open;
    uint32_t from, to;
    while (f && next_run(&set, &from, &to)) {
        mua_journal_gone(u, f, from, to, GONE);
        const struct local_item *item = local_from(f, from);
        while (item && item->uid <= to) {
            uint32_t uid = item->uid;
            line->heard++;
            mua_drop_item(u, f, uid);
            item = local_from(f, uid + 1);
        }
        uint32_t count = to - from + 1; /* EXISTS is told without those that went earlier */
        line->exists -= earlier ? 0 : count < line->exists ? count : line->exists;
    }
}

void mua_news_sweep(struct mua *u, uint32_t below)
{
    struct local_folder *f = u->line->open;
    const struct local_item *item = local_from(f, 0);
    while (item && item->uid < below && item->uid < LOCAL_UID_OWN) {
        uint32_t uid = item->uid;
        if (item->mark != u->line->sweep) {
            gone(u, f, uid);
        }
        item = local_from(f, uid + 1);
    }
}

/* The server has these, and we have none of them; what is being taken away is not missed.  A range
 * stays one, however much it claims. */
static void add_missing(struct mua *u, const struct local_folder *f, uint64_t from, uint64_t to)
{
    struct buf *set = &u->line->missing;
    while (from <= to) {
        uint32_t taken = mua_journal_next_taken(u, f, (uint32_t)from);
        uint64_t last = taken <= to ? (uint64_t)taken - 1 : to;
        if (from <= last) {
            mua_set_add(set, (uint32_t)from);
        }
        if (from < last) {
            buf_byte(set, ':');
            fmt_u64(set, last);
        }
        from = last == to ? to + 1 : (uint64_t)taken + 1;
    }
}

/* All UIDs that there are. */
void mua_news_set(struct mua *u, slice set)
{
    struct mua_line *line = u->line;
    struct local_folder *f = line->open;
    uint32_t from, to;
    if (line->at != AT_UIDS || !f) {
        return;
    }
    while (next_run(&set, &from, &to)) {
        struct local_item *item = local_from(f, from);
        uint32_t after = from;
        for (; item && item->uid <= to; item = local_from(f, item->uid + 1)) {
            item->mark = line->sweep;
            add_missing(u, f, after, (uint64_t)item->uid - 1);
            after = item->uid + 1;
        }
        add_missing(u, f, after, to);
    }
}

/* RFC 4549 4.1: the cache of that mailbox is emptied, and what is pending for its UIDs has failed;
 * what is to be put there is not touched. */
void mua_news_validity(struct mua *u, uint32_t validity)
{
    struct mua_line *line = u->line;
    struct local_folder *f = line->open;
    const struct local_item *item;
    if (!f || line->at != AT_OPEN || f->uid_validity == validity) {
        return;
    }
    bool known = f->uid_validity != 0;
    f->uid_validity = validity;
    if (!known) {
        return;
    }
    mua_journal_gone(u, f, 1, LOCAL_UID_OWN - 1,
                     SLICE("UIDVALIDITY has changed: the UIDs that were known mean nothing"));
    while ((item = local_from(f, 0)) && item->uid < LOCAL_UID_OWN) {
        mua_drop_item(u, f, item->uid);
    }
    f->uid_next = 1;
    f->modseq = 0;
    line->first = true;
    line->caught_up = false;
    mua_folder_tell(u, f, (slice){ 0 });
    (void)actor_note(&u->base, SLICE("UIDVALIDITY"),
                     SLICE("The server numbers this mailbox anew: all that was kept of it here is "
                           "thrown away and fetched again (RFC 4549 section 4.1)"));
}

/* NOMODSEQ: what was known of changes is worth nothing there (RFC 7162 6). */
void mua_news_modseq(struct mua *u, uint64_t highest)
{
    u->line->modseq = highest;
    u->line->told_modseq = true;
    if (highest == 0 && u->line->open) {
        u->line->open->modseq = u->line->highest = 0;
    }
}

/* RFC 7162 6: after each tagged response HIGHESTMODSEQ as it was told, else the highest that was
 * seen.  While something is pending, what is told of a letter may be left aside, so that the
 * mailbox would have to be told of it again. */
void mua_news_tagged(struct mua *u)
{
    struct mua_line *line = u->line;
    struct local_folder *f = line->open;
    if (f && line->live && line->highest > 0) {
        line->highest = line->told_modseq                   ? line->modseq
                        : line->seen_modseq > line->highest ? line->seen_modseq
                                                            : line->highest;
        f->modseq = mua_journal_count(u) == 0 ? line->highest : f->modseq;
    }
    line->told_modseq = false;
    line->seen_modseq = 0;
}

void mua_news_copied(struct mua *u, const struct imap_copied *copied)
{
    uint32_t from, to;
    slice set = copied->to;
    if (u->line->at == AT_DEED && next_run(&set, &from, &to)) {
        u->line->copied = true;
        u->line->copied_uid = from;
        u->line->copied_validity = copied->uid_validity;
    }
}
