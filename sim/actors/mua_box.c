/* mua_box.c - the device's own copy of the mail: what changes in it, and what the trace is told.
 * Never knows a protocol. */
#include "sim/actors/mua_box.h"

#include "sim/base/mem.h"
#include "sim/mail/header.h"

#include <assert.h>

bool mua_lists(const struct mua *u)
{
    return u->config->read == MUA_IMAP &&
           (u->config->mode == MUA_ONLINE || u->config->download == MUA_HEADERS);
}

/* ---- folders ---- */

/* The names that clients and servers gave them before RFC 6154; the first is what we call it. */
static const struct use_name {
    enum mailbox_use use;
    const char *name;
} use_names[] = {
    { MAILBOX_SENT, "Sent" },          { MAILBOX_SENT, "Sent Items" },
    { MAILBOX_SENT, "Sent Messages" }, { MAILBOX_DRAFTS, "Drafts" },
    { MAILBOX_TRASH, "Trash" },        { MAILBOX_TRASH, "Deleted Items" },
    { MAILBOX_JUNK, "Junk" },          { MAILBOX_TRASH, "Deleted Messages" },
    { MAILBOX_JUNK, "Spam" },          { MAILBOX_ARCHIVE, "Archive" },
};

static enum mailbox_use use_of_name(slice name)
{
    for (size_t i = 0; i < COUNT(use_names); i++) {
        if (slice_eq_nocase(name, slice_of(use_names[i].name))) {
            return use_names[i].use;
        }
    }
    return MAILBOX_NO_USE;
}

static uint32_t trace_name_for(struct mua *u, slice folder)
{
    struct buf b = { 0 };
    buf_add(&b, u->account.whole);
    buf_byte(&b, '/');
    buf_add(&b, folder);
    uint32_t name = trace_name(u->base.stage->trace, buf_slice(&b));
    buf_deinit(&b);
    return name;
}

void mua_folder_tell(struct mua *u, const struct local_folder *f, slice was)
{
    struct trace_rec rec = mua_record(u, TRACE_FOLDER);
    rec.a = f->trace;
    rec.b = f->gone ? 0 : f->uid_validity > 0 ? f->uid_validity : 1;
    rec.c = was.len > 0 ? trace_name_for(u, was) : 0;
    (void)trace_put(u->base.stage->trace, rec);
}

static struct local_folder *add_folder(struct mua *u, slice name, slice wire)
{
    slice theirs = wire.len == 0 && u->config->read == MUA_IMAP ? name : wire;
    struct local_folder *f = local_folder_add(&u->box->local, name, theirs);
    f->use = (uint8_t)use_of_name(name);
    f->trace = trace_name_for(u, f->name);
    return f;
}

struct local_folder *mua_folder_add(struct mua *u, slice name, slice wire)
{
    struct local_folder *f = add_folder(u, name, wire);
    mua_folder_tell(u, f, (slice){ 0 });
    return f;
}

void mua_folder_remove(struct mua *u, struct local_folder *f)
{
    const struct local_item *it;
    while ((it = local_from(f, 0))) {
        mua_drop_item(u, f, it->uid);
    }
    local_folder_remove(f);
    mua_folder_tell(u, f, (slice){ 0 });
}

void mua_folder_call(struct mua *u, struct local_folder *f, slice name, slice wire)
{
    slice was = f->name;
    slice theirs = wire.len == 0 && u->config->read == MUA_IMAP ? name : wire;
    f->wire = arena_copy(u->base.stage->arena, theirs);
    if (!slice_eq(was, name)) {
        f->name = arena_copy(u->base.stage->arena, name);
        f->trace = trace_name_for(u, f->name);
        mua_folder_tell(u, f, was);
    }
}

struct local_folder *mua_folder_for(struct mua *u, enum mailbox_use use)
{
    struct local_folder *f = local_folder_for(&u->box->local, use);
    for (size_t i = 0; i < COUNT(use_names) && !f; i++) {
        if (use_names[i].use == use) {
            f = mua_folder_add(u, slice_of(use_names[i].name), (slice){ 0 });
            if (u->config->read == MUA_IMAP) {
                mua_journal_add(u, (struct mua_op){ .deed = DEED_CREATE, .folder = f });
            }
        }
    }
    assert(f);
    return f;
}

/* ---- letters ---- */

void mua_tell_item(struct mua *u, enum trace_kind kind, const struct local_folder *f,
                   const struct local_item *item, uint32_t number)
{
    struct trace_rec rec = mua_record(u, kind);
    rec.a = item->letter;
    rec.b = number < LOCAL_UID_OWN ? number : 0;
    rec.c = f->trace;
    (void)trace_put(u->base.stage->trace, rec);
}

void mua_tell_new(struct mua *u, enum trace_kind kind, const struct local_folder *f,
                  const struct local_item *item)
{
    mua_tell_item(u, kind, f, item, item->uid);
    if (item->flags != 0) {
        mua_tell_item(u, TRACE_FLAGGED, f, item, item->flags);
    }
}

void mua_learn(struct mua *u, struct local_item *item, const struct message *message)
{
    struct stage *s = u->base.stage;
    slice header = message_header(message, &s->scratch);
    struct header_field field;
    slice id = header_message_id(header);
    if (id.len > 0) {
        item->letter = trace_name(s->trace, id);
    }
    if (item->subject.len == 0 && header_find(header, SLICE("Subject"), &field)) {
        item->subject = arena_copy(s->arena, field.body);
    }
}

void mua_take_text(struct mua *u, struct local_folder *f, struct local_item *item,
                   struct message *message, uint32_t told)
{
    local_text(item, message_ref(message));
    mua_learn(u, item, message);
    mua_tell_item(u, TRACE_FETCHED, f, item, item->uid);
    if (item->flags != told) { /* read on another device, or by this very fetch */
        mua_tell_item(u, TRACE_FLAGGED, f, item, item->flags);
    }
}

void mua_set_flags(struct mua *u, struct local_folder *f, struct local_item *item, uint32_t flags)
{
    if (item->flags != flags) {
        item->flags = flags;
        if (item->message || mua_lists(u)) {
            mua_tell_item(u, TRACE_FLAGGED, f, item, flags);
        }
    }
}

void mua_drop_item(struct mua *u, struct local_folder *f, uint32_t uid)
{
    const struct local_item *item = local_find(f, uid);
    if (item) {
        mua_tell_item(u, TRACE_REMOVED, f, item, uid);
        (void)local_remove(f, uid, NULL);
    }
}

uint32_t mua_keyword(struct mua *u, struct local_folder *f, slice keyword)
{
    bool new;
    uint32_t bit = local_keyword(&u->box->local, f, keyword, &new);
    if (new) {
        struct trace_rec rec = mua_record(u, TRACE_KEYWORD);
        rec.a = f->trace;
        rec.b = (uint32_t)(FLAG_SYSTEM_COUNT + f->keyword_count - 1);
        rec.c = trace_name(u->base.stage->trace, keyword);
        (void)trace_put(u->base.stage->trace, rec);
    }
    return bit;
}

/* A client that keeps nothing has only what it shows (RFC 1733, "online"). */
void mua_forget_text(struct mua *u)
{
    struct local_folder *f = u->box->shown;
    struct local_item *item = f ? local_find(f, u->box->shown_uid) : NULL;
    u->box->shown = NULL;
    if (item && item->message) {
        local_text(item, NULL);
        mua_tell_item(u, TRACE_FORGOT, f, item, item->uid);
    }
}

/* ---- all of it ---- */

void mua_box_init(struct mua *u)
{
    if (!u->box) {
        u->box = mem_alloc(sizeof *u->box);
    }
    local_init(&u->box->local, u->base.stage->arena);
    intern_init(&u->box->uniques);
    u->box->inbox =
        add_folder(u, SLICE("INBOX"), u->config->read == MUA_IMAP ? SLICE("INBOX") : (slice){ 0 });
}

void mua_box_deinit(struct mua *u)
{
    if (!u->box) {
        return;
    }
    mua_journal_clear(u);
    mem_free(u->box->ops);
    mem_free(u->box->unique);
    intern_deinit(&u->box->uniques);
    local_deinit(&u->box->local);
    *u->box = (struct mua_box){ 0 };
}
