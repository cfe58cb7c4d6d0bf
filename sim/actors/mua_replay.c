/* mua_replay.c - the server is told what was done here, in that order (RFC 4549 3).
 * Flags are told as what was changed, so that what others changed stays; who wrote last is right
 * (4.2.3).  A letter that is gone stays gone.  What a server did not answer may have been done: it
 * is looked for before it is said again.  What it refuses is undone here, and told why.
 * Never knows how the two then come to agree. */
#include "sim/actors/mua_box.h"

#include <assert.h>

#define RUN_MAX 600 /* UIDs in a command, which is to be no longer than 8000 octets */

static bool puts_letter(const struct mua_op *op)
{
    return op->deed == DEED_MOVE || op->deed == DEED_COPY || op->deed == DEED_APPEND;
}

static bool about_folder(const struct mua_op *op)
{
    return op->deed >= DEED_CREATE;
}

/* So many are the same, of several letters, and can be told at once; of what is being told those
 * that it was said of: more may have come since, or may have waited less far. */
static size_t run_length(const struct mua *u)
{
    const struct mua_op *op = mua_journal_first(u), *end = u->box->ops + u->box->op_count;
    size_t n = 1;
    while ((op->deed == DEED_FLAGS || op->deed == DEED_REMOVE) && op + n < end && n < RUN_MAX &&
           op[n].deed == op->deed && op[n].folder == op->folder && op[n].add == op->add &&
           op[n].take == op->take && op[n].step == op->step && op[n].running == op->running &&
           op[n].uid < LOCAL_UID_OWN && !op[n].why.ptr) {
        n++;
    }
    return n;
}

static void uids_of(const struct mua *u, struct buf *out)
{
    size_t n = run_length(u);
    for (size_t i = 0; i < n; i++) {
        mua_set_add(out, mua_journal_first(u)[i].uid);
    }
}

/* ---- what is said ---- */

static void change(struct mua *u, slice set, uint32_t flags, int mode, bool silent)
{
    struct buf keywords = { 0 };
    local_keywords_out(u->line->open, flags, &keywords);
    mua_line_tell(u, AT_DEED, IMAP_ORDER_CHANGE,
                  &(struct imap_change){ .set = set,
                                         .flags = flags & FLAG_SYSTEM,
                                         .keywords = buf_slice(&keywords),
                                         .mode = mode,
                                         .silent = silent });
    buf_deinit(&keywords);
}

/* RFC 4315 2.1; without it whatever is marked \Deleted goes, ours and what others marked. */
static void expunge(struct mua *u, slice set)
{
    if (u->line->offers & IMAP_UIDPLUS) {
        mua_line_tell(u, AT_DEED, IMAP_ORDER_REMOVE, &set);
    } else {
        mua_line_tell(u, AT_DEED, IMAP_ORDER_EXPUNGE, NULL);
    }
}

static void say_flags(struct mua *u, const struct mua_op *op, slice set)
{
    bool add = op->step == 0 && op->add != 0;
    change(u, set, add ? op->add : op->take, add ? 1 : -1, false);
}

static void say_put(struct mua *u, struct mua_op *op, slice set)
{
    bool moves = op->deed == DEED_MOVE && (u->line->offers & IMAP_MOVE);
    struct local_item *there = local_find(op->to, op->to_uid);
    if (op->step == 1) {
        change(u, set, FLAG_DELETED, 1, true);
        return;
    }
    if (op->step == 2) {
        expunge(u, set);
        return;
    }
    op->tried = true;
    if (there) {
        there->mark = MUA_AWAITS;
    }
    mua_line_tell(u, AT_DEED, moves ? IMAP_ORDER_MOVE : IMAP_ORDER_COPY,
                  &(struct imap_copy){ .set = set, .mailbox = mua_wire(u, op->to) });
}

static void say_append(struct mua *u, struct mua_op *op)
{
    struct local_item *there = local_find(op->to, op->to_uid);
    op->tried = true;
    if (there) {
        there->mark = MUA_AWAITS;
    }
    mua_line_tell(u, AT_DEED, IMAP_ORDER_APPEND,
                  &(struct imap_append){ .mailbox = mua_wire(u, op->to),
                                         .flags = op->held.flags & FLAG_SYSTEM,
                                         .message = op->held.message });
}

/* What the server is to call it when this is done: other names may come later. */
static slice new_name(const struct mua *u, const struct mua_op *op)
{
    const struct mua_op *end = u->box->ops + u->box->op_count;
    for (const struct mua_op *later = op + 1; later < end; later++) {
        if (later->deed == DEED_RENAME && later->folder == op->folder) {
            return later->was;
        }
    }
    return op->folder->wire;
}

static void say_folder(struct mua *u, const struct mua_op *op)
{
    const slice names[] = { op->was, new_name(u, op) };
    if (op->deed == DEED_RENAME) {
        mua_line_tell(u, AT_DEED, IMAP_ORDER_RENAME, names);
    } else {
        mua_line_tell(u, AT_DEED, op->deed == DEED_CREATE ? IMAP_ORDER_CREATE : IMAP_ORDER_DELETE,
                      &names[1]);
    }
}

static void perform(struct mua *u, struct mua_op *op)
{
    struct buf set = { 0 };
    u->line->item_came = u->line->copied = false;
    if (op->make) {
        slice name = mua_wire(u, op->to);
        op->make = false;
        mua_line_tell(u, AT_MAKE, IMAP_ORDER_CREATE, &name);
        return;
    }
    if (about_folder(op)) {
        say_folder(u, op);
        return;
    }
    if (op->deed == DEED_APPEND) {
        op->running = true;
        say_append(u, op);
        return;
    }
    uids_of(u, &set);
    for (size_t n = run_length(u); n > 0; n--) {
        op[n - 1].running = true;
    }
    if (op->deed == DEED_FLAGS) {
        say_flags(u, op, buf_slice(&set));
    } else if (op->deed == DEED_REMOVE) {
        if (op->step == 0) {
            change(u, buf_slice(&set), FLAG_DELETED, 1, true);
        } else {
            expunge(u, buf_slice(&set));
        }
    } else {
        say_put(u, op, buf_slice(&set));
    }
    buf_deinit(&set);
}

/* ---- before it is said ---- */

/* What must be known of the letter first.  true: that is being asked. */
static bool find_out(struct mua *u, struct mua_op *op)
{
    struct local_folder *where = puts_letter(op) && op->tried ? op->to : op->folder;
    bool open_question = (puts_letter(op) && op->tried && op->step == 0) ||
                         (!about_folder(op) && op->deed != DEED_APPEND && op->uid >= LOCAL_UID_OWN);
    if (!open_question || op->looked) {
        return false;
    }
    where->due = true;
    if (u->line->open == where && !u->line->live) {
        u->line->known_next = where->uid_next;
    }
    if (!where->gone && mua_sync_folder(u, where)) {
        return true;
    }
    op->looked = true;
    return false;
}

/* Of the first: nothing is to be said any more. */
static bool is_over(const struct mua_op *op, slice *why_r)
{
    *why_r = op->why;
    if (op->why.ptr || op->implied) {
        return true;
    }
    if (puts_letter(op) && op->to_uid < LOCAL_UID_OWN && op->step == 0) {
        return true; /* it was done when the server did not answer */
    }
    if (op->deed == DEED_CREATE && op->step > 0) {
        return true;
    }
    if (!about_folder(op) && op->deed != DEED_APPEND && op->looked && op->uid >= LOCAL_UID_OWN) {
        *why_r = SLICE("the server has not got the letter");
        return true;
    }
    return false;
}

/* The answer to COPY was lost, and the copy is there: the rest of the move is still to be done. */
static void copy_found(const struct mua *u, struct mua_op *op)
{
    bool there = op->deed == DEED_MOVE && op->tried && op->to_uid != 0 &&
                 op->to_uid < LOCAL_UID_OWN && op->step == 0;
    if (there && !(u->line->offers & IMAP_MOVE)) {
        op->step = 1;
    }
}

bool mua_replay(struct mua *u)
{
    struct mua_op *op;
    slice why;
    while ((op = mua_journal_first(u))) {
        copy_found(u, op);
        if (is_over(op, &why)) {
            mua_journal_settle(u, why);
            continue;
        }
        if (find_out(u, op)) {
            return true;
        }
        op = mua_journal_first(u);
        copy_found(u, op);
        if (is_over(op, &why)) {
            continue;
        }
        /* RFC 4549 3, c 2: a mailbox that is deleted must not be open */
        if (op->deed == DEED_DELETE && u->line->open == op->folder) {
            return mua_sync_open(u, u->box->inbox);
        }
        if (!about_folder(op) && op->deed != DEED_APPEND && mua_sync_open(u, op->folder)) {
            return true;
        }
        perform(u, op);
        return true;
    }
    return false;
}

/* ---- what came of it ---- */

static uint8_t steps_of(const struct mua *u, const struct mua_op *op)
{
    bool by_copy = op->deed == DEED_MOVE && !(u->line->offers & IMAP_MOVE);
    bool both = op->deed == DEED_FLAGS && op->add != 0 && op->take != 0;
    return by_copy ? 3 : both || op->deed == DEED_REMOVE ? 2 : 1;
}

static void learn_uid(struct mua *u, struct mua_op *op, uint32_t uid)
{
    struct mua_line *line = u->line;
    struct local_folder *to = op->to;
    uint32_t own = op->to_uid;
    if (line->copied) {
        uid = line->copied_uid;
        if (to->uid_validity == 0) {
            to->uid_validity = line->copied_validity;
        }
        uid = to->uid_validity == line->copied_validity ? uid : 0;
    }
    if (uid == 0 || uid >= LOCAL_UID_OWN || own < LOCAL_UID_OWN) {
        return;
    }
    mua_journal_uid(u, to, own, uid);
    (void)local_settle(to, own, uid);
}

/* A server with UIDPLUS says what it copied; where it says nothing there was nothing. */
static bool was_gone(const struct mua *u, const struct mua_op *op)
{
    return (op->deed == DEED_MOVE || op->deed == DEED_COPY) && op->step == 0 && !u->line->copied &&
           (u->line->offers & IMAP_UIDPLUS);
}

static void drop_target(struct mua *u, struct mua_op *op, slice why)
{
    uint32_t own = op->to_uid;
    if (own >= LOCAL_UID_OWN) {
        op->to_uid = 0;
        mua_journal_gone(u, op->to, own, own, why);
        mua_drop_item(u, op->to, own);
    }
}

void mua_replay_ready(struct mua *u, uint32_t uid)
{
    static const slice gone = SLICE_INIT("the letter is gone from the server");
    static const slice same = SLICE_INIT("nothing has changed: the letter is gone from the server, "
                                         "or was so already");
    struct mua_op *op = mua_journal_first(u);
    if (u->line->at == AT_MAKE) { /* now it is said again */
        return;
    }
    assert(op);
    if (was_gone(u, op)) {
        drop_target(u, op, gone);
        mua_journal_settle(u, gone);
        return;
    }
    if (puts_letter(op) && op->step == 0) {
        learn_uid(u, op, op->deed == DEED_APPEND ? uid : 0);
    }
    size_t n = run_length(u);
    for (size_t i = 0; i < n; i++) {
        op[i].step++;
    }
    if (op->step < steps_of(u, op)) {
        return;
    }
    bool nothing = op->deed == DEED_FLAGS && mua_journal_waited(u) && n == 1 && !u->line->item_came;
    for (size_t i = 0; i < n; i++) {
        mua_journal_settle(u, nothing ? same : (slice){ 0 });
    }
}

/* As it was before, where that can be said. */
static void undo(struct mua *u, struct mua_op *op, slice why)
{
    struct local_item *item;
    if (op->deed == DEED_FLAGS && (item = local_find(op->folder, op->uid))) {
        mua_set_flags(u, op->folder, item, (item->flags & ~op->add) | op->take);
    } else if (op->deed == DEED_APPEND) {
        item = local_find(op->to, op->to_uid);
        if (item) { /* it stays here, and only here */
            item->mark = 0;
        }
    } else if (op->deed == DEED_COPY) {
        drop_target(u, op, why);
    } else if (op->deed == DEED_MOVE && op->step == 0) {
        drop_target(u, op, why);
        if (!op->folder->gone && !local_find(op->folder, op->uid)) {
            struct local_item back = op->held;
            back.message = back.message ? message_ref(back.message) : NULL;
            const struct local_item *there = local_add(op->folder, back);
            mua_tell_new(u, there->message ? TRACE_FETCHED : TRACE_LISTED, op->folder, there);
        }
    }
}

static bool has(slice line, const char *word)
{
    return slice_find(line, slice_of(word)) != SLICE_NONE;
}

void mua_replay_refused(struct mua *u, slice line)
{
    struct mua_op *op = mua_journal_first(u);
    assert(op);
    if (puts_letter(op) && op->step == 0 && !op->made &&
        (has(line, "[TRYCREATE]") || has(line, "[NONEXISTENT]"))) {
        op->made = true; /* RFC 9051 6.3.12: it may be made, and the letter put again */
        op->make = true;
        op->tried = false;
        op->running = false;
        return;
    }
    if (u->line->at == AT_MAKE) {
        return;
    }
    slice why = op->deed == DEED_CREATE && has(line, "[ALREADYEXISTS]") ? SLICE("") : line;
    size_t n = run_length(u);
    struct buf kept = { 0 };
    buf_add(&kept, why);
    for (size_t i = 0; i < n; i++) {
        undo(u, mua_journal_first(u), buf_slice(&kept));
        mua_journal_settle(u, buf_slice(&kept));
    }
    buf_deinit(&kept);
}
