/* mua_journal.c - what was done on the device and the server does not know yet, in the order in
 * which it was done (RFC 4549 3, comment 1).  Never knows how a server is told. */
#include "sim/actors/mua_box.h"

#include "sim/base/mem.h"

#include <assert.h>
#include <string.h>

/* Without a journal there is no array, and C knows no NULL + 0. */
static struct mua_op *op_at(const struct mua *u, size_t i)
{
    return i == 0 ? u->box->ops : u->box->ops + i;
}

#define OPS(u, op)                                                                                 \
    struct mua_op *op = op_at((u), (u)->box->op_first), *end = op_at((u), (u)->box->op_count);     \
    (op) < end;                                                                                    \
    (op)++

size_t mua_journal_count(const struct mua *u)
{
    return u->box->op_count - u->box->op_first;
}

/* ---- in words ---- */

static void marks_text(const struct mua_op *op, uint32_t marks, struct buf *out)
{
    static const char *const words[FLAG_SYSTEM_COUNT] = { "read", "answered", "flagged", "deleted",
                                                          "draft" };
    bool first = true;
    for (size_t i = 0; i < FLAG_SYSTEM_COUNT; i++) {
        if (marks & UINT32_C(1) << i) {
            buf_addz(out, first ? "" : ", ");
            buf_addz(out, words[i]);
            first = false;
        }
    }
    if (marks >> FLAG_SYSTEM_COUNT) {
        buf_addz(out, first ? "" : ", ");
        local_keywords_out(op->folder, marks, out);
    }
}

static void op_text(const struct mua_op *op, struct buf *out)
{
    static const char *const words[] = {
        [DEED_MOVE] = "move to ",
        [DEED_COPY] = "copy to ",
        [DEED_APPEND] = "put into ",
        [DEED_REMOVE] = "delete for good",
        [DEED_CREATE] = "make the folder ",
        [DEED_RENAME] = "give a folder the name ",
        [DEED_DELETE] = "delete the folder ",
    };
    if (op->deed == DEED_FLAGS) {
        buf_addz(out, op->add ? "mark as " : "no longer mark as ");
        marks_text(op, op->add ? op->add : op->take, out);
        return;
    }
    buf_addz(out, words[op->deed]);
    if (op->deed != DEED_REMOVE) {
        buf_add(out, op->to ? op->to->name : op->folder->name);
    }
}

/* ---- what waits ---- */

static void tell(struct mua *u, enum trace_kind kind, const struct mua_op *op, size_t waiting,
                 slice why)
{
    struct buf b = { 0 };
    struct trace_rec rec = mua_record(u, kind);
    rec.a = op->letter;
    rec.b = (uint32_t)waiting;
    op_text(op, &b);
    if (kind == TRACE_SETTLED) {
        buf_byte(&b, '\n');
        buf_add(&b, why);
    }
    (void)trace_put_text(u->base.stage->trace, rec, buf_slice(&b));
    buf_deinit(&b);
}

void mua_journal_add(struct mua *u, struct mua_op op)
{
    struct mua_box *box = u->box;
    if (box->op_first > 64 && box->op_first > box->op_count / 2) {
        memmove(box->ops, box->ops + box->op_first, mua_journal_count(u) * sizeof *box->ops);
        box->op_count -= box->op_first;
        box->op_first = 0;
    }
    box->ops = mem_grow(box->ops, box->op_count, &box->op_cap, sizeof *box->ops);
    struct mua_op *new = &box->ops[box->op_count++];
    *new = op;
    if (u->offline) { /* as all before it: mua_journal_wait */
        box->op_told = mua_journal_count(u);
        tell(u, TRACE_PENDING, new, box->op_told, (slice){ 0 });
    }
}

struct mua_op *mua_journal_first(const struct mua *u)
{
    return mua_journal_count(u) > 0 ? &u->box->ops[u->box->op_first] : NULL;
}

void mua_journal_settle(struct mua *u, slice why)
{
    struct mua_op *op = mua_journal_first(u);
    assert(op);
    bool waited = u->box->op_told > 0;
    u->box->op_first++;
    u->box->op_told -= waited;
    if (waited || why.len > 0) {
        tell(u, TRACE_SETTLED, op, u->box->op_told, why);
    }
    message_unref(&op->held.message);
}

void mua_journal_wait(struct mua *u)
{
    size_t n = 0;
    for (OPS(u, op)) {
        op->running = false;
        if (n++ == u->box->op_told) {
            tell(u, TRACE_PENDING, op, ++u->box->op_told, (slice){ 0 });
        }
    }
}

bool mua_journal_waited(const struct mua *u)
{
    return u->box->op_told > 0;
}

void mua_journal_clear(struct mua *u)
{
    for (OPS(u, op)) {
        message_unref(&op->held.message);
    }
    u->box->op_first = u->box->op_count = u->box->op_told = 0;
}

/* ---- what it means for what the server says ---- */

uint32_t mua_journal_overlay(const struct mua *u, const struct local_folder *f, uint32_t uid,
                             uint32_t flags)
{
    for (OPS(u, op)) {
        if (op->deed == DEED_FLAGS && op->folder == f && op->uid == uid && !op->why.ptr) {
            flags = (flags | op->add) & ~op->take;
        }
    }
    return flags;
}

uint32_t mua_journal_next_taken(const struct mua *u, const struct local_folder *f, uint32_t from)
{
    uint32_t next = UINT32_MAX;
    for (OPS(u, op)) {
        bool takes = (op->deed == DEED_MOVE || op->deed == DEED_REMOVE) && op->folder == f;
        next = takes && op->uid >= from && op->uid < next ? op->uid : next;
    }
    return next;
}

bool mua_journal_takes(const struct mua *u, const struct local_folder *f, uint32_t uid)
{
    return mua_journal_next_taken(u, f, uid) == uid;
}

bool mua_journal_makes(const struct mua *u, const struct local_folder *f, uint32_t own)
{
    for (OPS(u, op)) {
        if (op->to == f && op->to_uid == own) {
            return true;
        }
    }
    return false;
}

/* Its letter is gone from there, and so from where it was to be put. */
static void give_up(struct mua *u, struct mua_op *op, slice why)
{
    if (op->why.ptr) {
        return;
    }
    op->why = why;
    if ((op->deed == DEED_MOVE || op->deed == DEED_COPY) && op->to_uid >= LOCAL_UID_OWN &&
        !op->tried) {
        mua_drop_item(u, op->to, op->to_uid);
        mua_journal_gone(u, op->to, op->to_uid, op->to_uid, why);
    }
}

void mua_journal_gone(struct mua *u, const struct local_folder *f, uint32_t from, uint32_t to,
                      slice why)
{
    for (OPS(u, op)) {
        if (op->folder == f && op->uid >= from && op->uid <= to && !op->running &&
            op->deed <= DEED_REMOVE && op->deed != DEED_APPEND) {
            give_up(u, op, why);
        }
    }
}

/* Was it put there, or said to be, and not only meant to be? */
static bool may_be_there(const struct mua *u, const struct local_folder *f, uint32_t own)
{
    for (OPS(u, op)) {
        if (op->to == f && op->to_uid == own) {
            return op->tried;
        }
    }
    return true;
}

bool mua_journal_meets(struct mua *u, struct local_folder *f, uint32_t letter, uint32_t uid)
{
    for (OPS(u, op)) {
        uint32_t own = op->to == f ? op->to_uid : op->folder == f ? op->uid : 0;
        if (letter != 0 && op->letter == letter && own >= LOCAL_UID_OWN && !local_find(f, own) &&
            may_be_there(u, f, own)) {
            mua_journal_uid(u, f, own, uid);
            return true;
        }
    }
    return false;
}

void mua_journal_uid(struct mua *u, const struct local_folder *f, uint32_t own, uint32_t uid)
{
    for (OPS(u, op)) {
        if (op->folder == f && op->uid == own) {
            op->uid = uid;
        }
        if (op->to == f && op->to_uid == own) {
            op->to_uid = uid;
        }
    }
}

void mua_journal_not_there(struct mua *u, const struct local_folder *f)
{
    for (OPS(u, op)) {
        op->looked = op->looked || (op->tried && op->to == f);
    }
}
