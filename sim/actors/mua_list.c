/* mua_list.c - which folders there are: the device's and the server's come to agree, and those for
 * sent mail, drafts, trash are found by SPECIAL-USE (RFC 6154), or by the names that are usual. */
#include "sim/actors/mua_box.h"

/* A folder that was made here for a use: the server may have one for it, under another name. */
static bool wants_uses(const struct mua *u)
{
    for (size_t i = u->box->op_first; i < u->box->op_count; i++) {
        const struct mua_op *op = &u->box->ops[i];
        if (op->deed == DEED_CREATE && op->folder->use != MAILBOX_NO_USE && !op->folder->gone) {
            return true;
        }
    }
    return false;
}

static bool ask(struct mua *u)
{
    struct local *local = &u->box->local;
    for (size_t i = 0; i < local->count; i++) {
        local->folders[i]->listed = false;
    }
    mua_line_tell(u, AT_LIST, IMAP_ORDER_LIST, NULL);
    return true;
}

bool mua_list_uses(struct mua *u)
{
    return !u->line->uses_asked && wants_uses(u) && ask(u);
}

bool mua_list_all(struct mua *u)
{
    return u->tasks[0].kind == TASK_SYNC && !u->line->listed && ask(u);
}

static enum mailbox_use use_of(uint32_t attributes)
{
    static const struct {
        uint32_t attribute;
        enum mailbox_use use;
    } uses[] = {
        { IMAP_BOX_SENT, MAILBOX_SENT },       { IMAP_BOX_DRAFTS, MAILBOX_DRAFTS },
        { IMAP_BOX_TRASH, MAILBOX_TRASH },     { IMAP_BOX_JUNK, MAILBOX_JUNK },
        { IMAP_BOX_ARCHIVE, MAILBOX_ARCHIVE },
    };
    for (size_t i = 0; i < COUNT(uses); i++) {
        if (attributes & uses[i].attribute) {
            return uses[i].use;
        }
    }
    return MAILBOX_NO_USE;
}

static struct mua_op *creation(const struct mua *u, const struct local_folder *f)
{
    for (size_t i = u->box->op_first; i < u->box->op_count; i++) {
        struct mua_op *op = &u->box->ops[i];
        if (op->deed == DEED_CREATE && op->folder == f && !op->why.ptr) {
            return op;
        }
    }
    return NULL;
}

/* What waits may be about names, and until the server knows it, its list is of yesterday. */
void mua_list_folder(struct mua *u, const struct imap_folder *found)
{
    struct local *local = &u->box->local;
    enum mailbox_use use = use_of(found->attributes);
    struct local_folder *f = local_folder_by_wire(local, found->name);
    struct local_folder *same = use == MAILBOX_NO_USE ? NULL : local_folder_for(local, use);
    if (u->line->at != AT_LIST ||
        (found->attributes & (IMAP_BOX_NOSELECT | IMAP_BOX_NONEXISTENT))) {
        return;
    }
    if (!f && local_folder_find(local, found->name)) {
        (void)actor_note(&u->base, SLICE("name taken"),
                         SLICE("The server has a mailbox of the name that a folder has which is "
                               "kept on this device alone: the mailbox is not shown"));
        return;
    }
    if (!f && same && creation(u, same)) { /* made here for a use that another has there */
        mua_folder_call(u, same, found->name, found->name);
        f = same;
    }
    if (!f && mua_journal_count(u) == 0) {
        f = mua_folder_add(u, found->name, found->name);
    }
    if (!f) {
        return;
    }
    struct mua_op *made = creation(u, f);
    if (made) {
        made->step = 1; /* somebody has made it already */
    }
    if (use != MAILBOX_NO_USE) {
        if (same && same != f) {
            same->use = MAILBOX_NO_USE;
        }
        f->use = (uint8_t)use;
    }
    f->listed = true;
    f->due = f->due || u->tasks[0].kind == TASK_SYNC;
}

/* The server's mailbox is gone, and with it all that it had; what it never had stays. */
static void remove_theirs(struct mua *u, struct local_folder *f)
{
    const struct local_item *item = local_from(f, 0);
    while (item) {
        uint32_t uid = item->uid;
        if (uid < LOCAL_UID_OWN || item->mark == MUA_AWAITS) {
            mua_drop_item(u, f, uid);
        }
        item = local_from(f, uid + 1);
    }
    if (local_count(f) == 0) {
        mua_folder_remove(u, f);
        return;
    }
    f->uid_validity = 0;
    f->uid_next = 1;
    f->modseq = 0;
}

void mua_list_done(struct mua *u)
{
    struct mua_line *line = u->line;
    struct local *local = &u->box->local;
    line->uses_asked = true;
    if (mua_journal_count(u) > 0) {
        return;
    }
    line->listed = true;
    for (size_t i = 0; i < local->count; i++) {
        struct local_folder *f = local->folders[i];
        if (!f->gone && f != u->box->inbox && f->wire.len > 0 && !f->listed) {
            line->open = line->open == f ? NULL : line->open;
            remove_theirs(u, f);
        }
    }
}
