/* mua_hands.c - what a person does with letters and folders: first here, at once, and where an IMAP
 * server keeps them too, the journal has it and the server is told (RFC 4549 3).
 * Never knows whether it is reached. */
#include "sim/actors/mua_box.h"

#include "sim/actors/verbs.h"
#include "sim/actors/written.h"
#include "sim/base/mem.h"

#include <assert.h>

static bool by_imap(const struct mua *u)
{
    return u->config->read == MUA_IMAP;
}

/* A folder that no server has: POP3 knows none, and what is kept on this device alone. */
static bool is_shared(const struct local_folder *f)
{
    return f->wire.len > 0;
}

void mua_tell_soon(struct mua *u)
{
    bool waits = false;
    if (!by_imap(u) || mua_journal_count(u) == 0) {
        return;
    }
    for (size_t i = 0; i < u->task_count; i++) {
        waits = waits || u->tasks[i].kind != TASK_SEND;
    }
    if (!waits) {
        mua_add_task(u, (struct mua_task){ .kind = TASK_TELL });
    }
}

static void say(struct mua *u, const char *topic, const char *text)
{
    (void)actor_note(&u->base, slice_of(topic), slice_of(text));
}

/* ---- one letter ---- */

static struct mua_unique *unique_of(struct mua *u, const struct local_item *item)
{
    return item->unique ? &u->box->unique[item->unique] : NULL;
}

static bool merges(const struct mua_op *last, const struct local_folder *f, uint32_t uid)
{
    return last->deed == DEED_FLAGS && last->folder == f && last->uid == uid && !last->running &&
           last->step == 0 && !last->tried && !last->why.ptr;
}

static void mark(struct mua *u, struct local_folder *f, struct local_item *item, uint32_t add,
                 uint32_t take)
{
    uint32_t flags = (item->flags | add) & ~take;
    if (item->flags == flags) {
        return;
    }
    mua_set_flags(u, f, item, flags);
    if (!is_shared(f)) {
        return;
    }
    struct mua_op *last = mua_journal_count(u) > 0 ? &u->box->ops[u->box->op_count - 1] : NULL;
    if (last && merges(last, f, item->uid)) {
        last->add = (last->add & ~take) | add;
        last->take = (last->take & ~add) | take;
        return;
    }
    mua_journal_add(u, (struct mua_op){ .deed = DEED_FLAGS,
                                        .folder = f,
                                        .uid = item->uid,
                                        .letter = item->letter,
                                        .add = add,
                                        .take = take });
}

/* Keywords are bits of their folder. */
static uint32_t flags_in(struct mua *u, struct local_folder *to, const struct local_folder *from,
                         uint32_t flags)
{
    uint32_t out = flags & FLAG_SYSTEM;
    for (size_t i = 0; i < from->keyword_count; i++) {
        if (flags & UINT32_C(1) << (FLAG_SYSTEM_COUNT + i)) {
            out |= mua_keyword(u, to, from->keywords[i]);
        }
    }
    return out;
}

/* A letter that is here appears in another folder; its UID there. */
static uint32_t put(struct mua *u, struct local_folder *to, const struct local_folder *from,
                    const struct local_item *item)
{
    struct local_item copy = *item;
    copy.uid = copy.mark = 0;
    copy.flags = flags_in(u, to, from, item->flags);
    copy.message = item->message ? message_ref(item->message) : NULL;
    const struct local_item *there = local_add(to, copy);
    mua_tell_new(u, there->message ? TRACE_STORED : TRACE_LISTED, to, there);
    return there->uid;
}

static void take_out(struct mua *u, struct local_folder *f, uint32_t uid, struct local_item *out_r)
{
    mua_tell_item(u, TRACE_REMOVED, f, local_find(f, uid), uid);
    (void)local_remove(f, uid, out_r);
}

static void move(struct mua *u, struct local_folder *f, uint32_t uid, struct local_folder *to)
{
    struct local_item item;
    if (f == to) {
        return;
    }
    take_out(u, f, uid, &item);
    uint32_t there = put(u, to, f, &item);
    if (is_shared(f) && is_shared(to)) {
        mua_journal_add(u, (struct mua_op){ .deed = DEED_MOVE,
                                            .folder = f,
                                            .uid = uid,
                                            .to = to,
                                            .to_uid = there,
                                            .letter = item.letter,
                                            .held = item });
    } else {
        message_unref(&item.message);
    }
}

static void copy(struct mua *u, struct local_folder *f, uint32_t uid, struct local_folder *to)
{
    struct local_item item = *local_find(f, uid);
    uint32_t there = put(u, to, f, &item);
    if (is_shared(f) && is_shared(to)) {
        mua_journal_add(u, (struct mua_op){ .deed = DEED_COPY,
                                            .folder = f,
                                            .uid = uid,
                                            .to = to,
                                            .to_uid = there,
                                            .letter = item.letter });
    }
}

static void remove_for_good(struct mua *u, struct local_folder *f, uint32_t uid)
{
    struct local_item item;
    take_out(u, f, uid, &item);
    if (is_shared(f)) {
        mua_journal_add(
            u,
            (struct mua_op){ .deed = DEED_REMOVE, .folder = f, .uid = uid, .letter = item.letter });
    }
    message_unref(&item.message);
}

static void delete (struct mua *u, struct local_folder *f, uint32_t uid)
{
    struct mua_unique *unique = unique_of(u, local_find(f, uid));
    struct local_folder *trash = mua_folder_for(u, MAILBOX_TRASH);
    if (unique) {
        unique->unwanted = true;
    }
    if (f == trash) {
        remove_for_good(u, f, uid);
    } else {
        move(u, f, uid, trash);
    }
}

/* ---- which letters ---- */

static bool fits(const struct local_item *item, slice subject)
{
    return subject.len == 0 || slice_eq(item->subject, subject);
}

static struct local_folder *folder_named(struct mua *u, slice name)
{
    struct local_folder *f = local_folder_find(&u->box->local, name);
    if (!f) {
        say(u, "no such folder", "There is no such folder on this device");
    }
    return f;
}

static struct local_folder *folder_made(struct mua *u, slice name)
{
    struct local_folder *f = local_folder_find(&u->box->local, name);
    if (!f) {
        f = mua_folder_add(u, name, (slice){ 0 });
        if (by_imap(u)) {
            mua_journal_add(u, (struct mua_op){ .deed = DEED_CREATE, .folder = f });
        }
    }
    return f;
}

static void flag_one(struct mua *u, struct local_folder *f, uint32_t uid, const void *args)
{
    const struct verb_flag *a = args;
    uint32_t bit = a->keyword.len > 0 ? mua_keyword(u, f, a->keyword) : UINT32_C(1) << a->flag;
    mark(u, f, local_find(f, uid), a->on ? bit : 0, a->on ? 0 : bit);
}

static void unread_one(struct mua *u, struct local_folder *f, uint32_t uid, const void *args)
{
    (void)args;
    mark(u, f, local_find(f, uid), 0, FLAG_SEEN);
}

static void move_one(struct mua *u, struct local_folder *f, uint32_t uid, const void *args)
{
    move(u, f, uid, folder_made(u, ((const struct verb_move *)args)->to));
}

static void copy_one(struct mua *u, struct local_folder *f, uint32_t uid, const void *args)
{
    copy(u, f, uid, folder_made(u, ((const struct verb_move *)args)->to));
}

static void delete_one(struct mua *u, struct local_folder *f, uint32_t uid, const void *args)
{
    (void)args;
    delete (u, f, uid);
}

typedef void one_fn(struct mua *u, struct local_folder *f, uint32_t uid, const void *args);

/* What is put into the same folder by this does not count. */
static void with_letters(struct mua *u, const struct verb_letter *which, one_fn *one)
{
    struct local_folder *f = folder_named(u, which->folder);
    size_t count = 0, left = f ? local_count(f) : 0;
    for (struct local_item *it = f ? local_from(f, 0) : NULL; it && left > 0; left--) {
        uint32_t uid = it->uid;
        if (fits(it, which->subject)) {
            one(u, f, uid, which); /* the letter is the first member of all arguments */
            count++;
        }
        it = count > 0 && !which->all ? NULL : local_from(f, uid + 1);
    }
    if (f && count == 0) {
        say(u, "no such letter", "There is no such letter in this folder");
    }
}

static void read_letter(struct mua *u, const struct verb_read *args)
{
    struct local_folder *f = local_folder_find(&u->box->local, args->folder);
    struct local_item *it = f ? local_from(f, 0) : NULL;
    while (it && !(args->subject.len > 0 ? slice_eq(it->subject, args->subject)
                                         : !(it->flags & FLAG_SEEN))) {
        it = local_from(f, it->uid + 1);
    }
    if (!it) {
        say(u, "nothing to read", "There is no such letter on this device");
    } else if (it->message) {
        mark(u, f, it, FLAG_SEEN, 0);
    } else if (by_imap(u)) {
        mua_add_task(u, (struct mua_task){ .kind = TASK_READ, .folder = f->id, .uid = it->uid });
    } else {
        unique_of(u, it)->wanted = true;
        mark(u, f, it, FLAG_SEEN, 0);
        mua_add_task(u, (struct mua_task){ .kind = TASK_FETCH });
    }
}

static void empty_trash(struct mua *u)
{
    struct local_folder *trash = local_folder_for(&u->box->local, MAILBOX_TRASH);
    const struct local_item *it;
    while (trash && (it = local_from(trash, 0))) {
        remove_for_good(u, trash, it->uid);
    }
}

/* ---- what is written here ---- */

static void keep(struct mua *u, struct local_folder *f, struct local_item take)
{
    const struct local_item *item = local_add(f, take);
    mua_tell_new(u, TRACE_STORED, f, item);
    if (is_shared(f)) {
        struct local_item held = *item;
        held.message = message_ref(item->message);
        mua_journal_add(u, (struct mua_op){ .deed = DEED_APPEND,
                                            .to = f,
                                            .to_uid = item->uid,
                                            .letter = item->letter,
                                            .held = held });
    }
}

void mua_keep_sent(struct mua *u, struct message *message, uint32_t letter)
{
    static const slice here = SLICE_INIT("Local Folders/Sent");
    struct local_folder *f;
    struct local_item item = { .letter = letter, .flags = FLAG_SEEN, .size = message->size };
    if (u->config->sent == MUA_SENT_NONE) {
        return;
    }
    if (!by_imap(u) || u->config->sent == MUA_SENT_SERVER) {
        f = mua_folder_for(u, MAILBOX_SENT);
    } else if (!(f = local_folder_find(&u->box->local, here))) {
        f = mua_folder_add(u, here, (slice){ 0 });
        f->wire = (slice){ 0 };
    }
    item.subject = mua_subject(u, message);
    item.message = message_ref(message);
    keep(u, f, item);
    mua_tell_soon(u);
}

static void draft(struct mua *u, const struct verb_draft *args)
{
    uint32_t letter;
    struct message *message =
        mua_write(u, &(struct verb_send){ .to = args->to, .words = args->words }, &letter);
    struct local_item item = { .letter = letter,
                               .flags = FLAG_SEEN | FLAG_DRAFT,
                               .size = message->size,
                               .subject = mua_subject(u, message),
                               .message = message };
    keep(u, mua_folder_for(u, MAILBOX_DRAFTS), item);
}

/* ---- folders ---- */

static bool may_change(struct mua *u, const struct local_folder *f)
{
    if (f == u->box->inbox) {
        say(u, "not the INBOX", "The INBOX is always there, and is called so");
    }
    return f != NULL && f != u->box->inbox;
}

static void create_folder(struct mua *u, slice name)
{
    if (local_folder_find(&u->box->local, name)) {
        say(u, "there already", "There is a folder of this name");
    } else {
        (void)folder_made(u, name);
    }
}

/* Folders within it get new names with it (RFC 9051 6.3.6), without a word to the server. */
static void rename_folder(struct mua *u, const struct verb_folder *args)
{
    struct local_folder *f = folder_named(u, args->folder);
    if (!may_change(u, f)) {
        return;
    }
    if (local_folder_find(&u->box->local, args->to)) {
        say(u, "there already", "There is a folder of this name");
        return;
    }
    slice old = f->name;
    for (size_t i = 0; i < u->box->local.count; i++) {
        struct local_folder *at = u->box->local.folders[i];
        bool within =
            slice_starts(at->name, old) && at->name.len > old.len && at->name.ptr[old.len] == '/';
        if (at->gone || !(at == f || within)) {
            continue;
        }
        struct mua_op op = {
            .deed = DEED_RENAME, .folder = at, .was = at->wire, .implied = within
        };
        struct buf name = { 0 };
        bool shared = is_shared(at);
        buf_add(&name, args->to);
        buf_add(&name, slice_from(at->name, old.len));
        mua_folder_call(u, at, buf_slice(&name), (slice){ 0 });
        buf_deinit(&name);
        if (shared) {
            mua_journal_add(u, op);
        }
    }
}

static void delete_folder(struct mua *u, slice name)
{
    struct local_folder *f = folder_named(u, name);
    if (!may_change(u, f)) {
        return;
    }
    bool shared = is_shared(f);
    mua_folder_remove(u, f);
    if (shared) {
        mua_journal_add(u, (struct mua_op){ .deed = DEED_DELETE, .folder = f });
    }
}

void mua_hand(struct mua *u, enum verb verb, const void *args)
{
    const struct verb_folder *folder = args;
    if (u->config->mode == MUA_ONLINE && by_imap(u) && u->offline) {
        say(u, "offline", "This client does all on its server, and cannot reach it (RFC 1733)");
        return;
    }
    switch (verb) {
    case VERB_READ:
        read_letter(u, args);
        break;
    case VERB_FLAG:
        with_letters(u, args, flag_one);
        break;
    case VERB_UNREAD:
        with_letters(u, args, unread_one);
        break;
    case VERB_MOVE:
        with_letters(u, args, move_one);
        break;
    case VERB_COPY:
        with_letters(u, args, copy_one);
        break;
    case VERB_DELETE:
        with_letters(u, args, delete_one);
        break;
    case VERB_EMPTY_TRASH:
        empty_trash(u);
        break;
    case VERB_DRAFT:
        draft(u, args);
        break;
    case VERB_CREATE_FOLDER:
        create_folder(u, folder->folder);
        break;
    case VERB_RENAME_FOLDER:
        rename_folder(u, folder);
        break;
    case VERB_DELETE_FOLDER:
        delete_folder(u, folder->folder);
        break;
    default:
        assert(false && "not done by hand");
    }
    mua_tell_soon(u);
}
