/* mail_folders.c - mailboxes by name: those that accounts begin with, what is told of them, and a
 * server that lost its index.
 * Never looks into a letter. */
#include "sim/actors/mail_policy.h"

#include "sim/base/err.h"

static void box_name(struct mail_host *m, const struct account *a, slice name)
{
    buf_clear(&m->text);
    buf_add(&m->text, a->user);
    buf_byte(&m->text, '@');
    buf_add(&m->text, a->domain);
    buf_byte(&m->text, '/');
    buf_add(&m->text, name);
}

uint32_t folder_name(struct mail_host *m, const struct account *a, slice name)
{
    box_name(m, a, name);
    return trace_name(mail_stage(m)->trace, buf_slice(&m->text));
}

static void put(struct mail_host *m, uint32_t flow, enum trace_kind kind, uint32_t a, uint32_t b,
                uint32_t c)
{
    (void)trace_put(mail_stage(m)->trace, (struct trace_rec){ .at = mail_stage(m)->engine->now,
                                                              .actor = m->base.id,
                                                              .flow = flow,
                                                              .kind = kind,
                                                              .a = a,
                                                              .b = b,
                                                              .c = c });
}

void folder_made(struct mail_host *m, uint32_t flow, const struct account *a,
                 const struct mailbox *box)
{
    put(m, flow, TRACE_FOLDER, folder_name(m, a, box->name), box->uid_validity, 0);
}

void folder_gone(struct mail_host *m, uint32_t flow, const struct account *a,
                 const struct mailbox *box)
{
    put(m, flow, TRACE_FOLDER, folder_name(m, a, box->name), 0, 0);
}

/* All that lie under the new name now lay under the old one. */
void folder_renamed(struct mail_host *m, uint32_t flow, const struct account *a,
                    const struct mailbox *box, slice was)
{
    for (size_t i = 0; i < a->box_count; i++) {
        const struct mailbox *moved = a->boxes[i];
        slice tail = slice_from(moved->name, box->name.len);
        bool under = slice_starts(moved->name, box->name) && tail.len > 0 &&
                     tail.ptr[0] == MAILBOX_SEPARATOR;
        if ((moved == box || under) && !moved->no_select) {
            box_name(m, a, was);
            buf_add(&m->text, tail);
            uint32_t old = trace_name(mail_stage(m)->trace, buf_slice(&m->text));
            put(m, flow, TRACE_FOLDER, folder_name(m, a, moved->name), moved->uid_validity, old);
        }
    }
}

void folder_keywords(struct mail_host *m, uint32_t flow, const struct account *a,
                     struct mailbox *box)
{
    for (; box->keywords_written < box->keyword_count; box->keywords_written++) {
        uint32_t name = folder_name(m, a, box->name);
        put(m, flow, TRACE_KEYWORD, name, FLAG_SYSTEM_COUNT + box->keywords_written,
            trace_name(mail_stage(m)->trace, box->keywords[box->keywords_written]));
    }
}

/* ---- what is there from the start ---- */

bool folders_start(struct mail_host *m, struct err *err_r)
{
    const struct key_list *folders = &m->config->folders;
    for (size_t f = 0; f < folders->count; f++) {
        slice name = folders->items[f];
        if (!account_name_possible(name)) {
            return err_set(err_r, "host \"%.*s\": folders: \"%.*s\" cannot be a mailbox",
                           SLICE_ARG(m->base.name), SLICE_ARG(name));
        }
        for (size_t i = 0; i < m->directory.count; i++) {
            struct account *a = m->directory.accounts[i];
            if (!account_box(a, name)) {
                folder_made(m, 0, a, account_box_add(a, name));
            }
            account_subscribe(a, name);
        }
    }
    return true;
}

/* ---- a server that lost its index ---- */

/* What had a UID has none any more before it gets another: whoever reads the trace counts no letter
 * twice. */
static void renumber(struct mail_host *m, struct account *a, struct mailbox *box)
{
    uint32_t name = folder_name(m, a, box->name);
    for (size_t i = 0; i < box->count; i++) {
        const struct mail_item *item = mailbox_at(box, i);
        put(m, 0, TRACE_REMOVED, item->letter, item->uid, name);
    }
    mailbox_renumber(box, account_uid_validity(a));
    folder_made(m, 0, a, box);
    for (size_t i = 0; i < box->count; i++) {
        const struct mail_item *item = mailbox_at(box, i);
        put(m, 0, TRACE_STORED, item->letter, item->uid, name);
        if (item->flags != 0) {
            put(m, 0, TRACE_FLAGGED, item->letter, item->flags, name);
        }
    }
    store_news(m, box);
}

/* "bob/INBOX", "bob@example.net/Work", "bob": all of his; "": all of everybody. */
void folders_lose_index(struct mail_host *m, const struct verb_new_uidvalidity *v)
{
    slice folder = v->mailbox;
    slice whose = slice_cut(&folder, '/');
    const struct account *wanted = whose.len > 0 ? directory_user(&m->directory, whose) : NULL;
    size_t done = 0;
    for (size_t i = 0; i < m->directory.count; i++) {
        struct account *a = m->directory.accounts[i];
        if (whose.len > 0 && (!wanted || a != wanted)) {
            continue;
        }
        for (size_t k = 0; k < a->box_count; k++) {
            struct mailbox *box = a->boxes[k];
            bool meant = folder.len == 0 || account_box(a, folder) == box;
            if (meant && !box->no_select) {
                renumber(m, a, box);
                done++;
            }
        }
    }
    if (done == 0) {
        (void)actor_note(&m->base, SLICE("no such mailbox"), v->mailbox);
    }
}
