/* imap_client_list.c - LIST and STATUS responses (RFC 9051 7.3.1, 7.3.3, RFC 5258, RFC 5819), and
 * STATUS for each mailbox where LIST cannot say it.
 * Not done: LSUB; names that are no modified UTF-7 are shown as they stand and cannot be opened. */
#include "sim/proto/imap_client.h"

#include "sim/base/mem.h"
#include "sim/mail/utf7.h"

/* Of one LIST, what is kept until STATUS comes; the rest is told, and has no status. */
#define LISTED_MAX 20000
#define NAMES_MAX  ((size_t)4 * 1024 * 1024)

static const struct {
    slice name;
    uint32_t bits;
} attributes[] = {
    { SLICE_INIT("\\Noselect"), IMAP_BOX_NOSELECT },
    /* RFC 5258 3: what does not exist cannot be selected */
    { SLICE_INIT("\\NonExistent"), IMAP_BOX_NONEXISTENT | IMAP_BOX_NOSELECT },
    /* RFC 5258 3.4: the stronger one stands for both */
    { SLICE_INIT("\\Noinferiors"), IMAP_BOX_NOINFERIORS | IMAP_BOX_HAS_NO_CHILDREN },
    { SLICE_INIT("\\HasChildren"), IMAP_BOX_HAS_CHILDREN },
    { SLICE_INIT("\\HasNoChildren"), IMAP_BOX_HAS_NO_CHILDREN },
    { SLICE_INIT("\\Subscribed"), IMAP_BOX_SUBSCRIBED },
    { SLICE_INIT("\\Sent"), IMAP_BOX_SENT },
    { SLICE_INIT("\\Drafts"), IMAP_BOX_DRAFTS },
    { SLICE_INIT("\\Trash"), IMAP_BOX_TRASH },
    { SLICE_INIT("\\Junk"), IMAP_BOX_JUNK },
    { SLICE_INIT("\\Archive"), IMAP_BOX_ARCHIVE },
    { SLICE_INIT("\\All"), IMAP_BOX_ALL },
    { SLICE_INIT("\\Flagged"), IMAP_BOX_FLAGGED },
};

static bool read_attributes(struct imap_lex *l, uint32_t *bits_r)
{
    *bits_r = 0;
    if (!lex_char(l, '(')) {
        return false;
    }
    if (lex_char(l, ')')) {
        return true;
    }
    do {
        slice name;
        if (!lex_flag(l, &name)) {
            return false;
        }
        for (size_t i = 0; i < COUNT(attributes); i++) {
            *bits_r |= slice_eq_nocase(name, attributes[i].name) ? attributes[i].bits : 0;
        }
    } while (lex_sp(l));
    return lex_char(l, ')');
}

/* One octet in quotes, or NIL. */
static bool read_separator(struct imap_lex *l, char *separator_r)
{
    slice text;
    bool nil;
    if (!lex_nstring(l, &text, &nil) || (!nil && text.len != 1)) {
        return false;
    }
    *separator_r = (char)(nil ? '\0' : text.ptr[0]);
    return true;
}

/* In UTF-8; INBOX in any case is INBOX (RFC 9051 5.1). */
static bool read_mailbox(struct imap_client *c, struct imap_lex *l, slice *name_r)
{
    struct buf utf8 = { 0 };
    if (!lex_list_mailbox(l, name_r) || name_r->len == 0) {
        return false;
    }
    if (slice_eq_nocase(*name_r, SLICE("INBOX"))) {
        *name_r = SLICE("INBOX");
    } else if (!c->utf8 && slice_find_byte(*name_r, '&') != SLICE_NONE &&
               utf7_decode(*name_r, &utf8)) {
        *name_r = arena_copy(&c->arena, buf_slice(&utf8));
    }
    buf_deinit(&utf8);
    return true;
}

static bool tell_folder(struct imap_client *c, struct session_event *ev_r)
{
    (void)imap_client_say(ev_r, IMAP_EV_FOLDER, 0, (slice){ 0 });
    ev_r->detail = &c->folder;
    return true;
}

static bool listing(const struct imap_client *c)
{
    return c->state == IMAP_C_BUSY && c->order == IMAP_ORDER_LIST;
}

void imap_client_forget_list(struct imap_client *c)
{
    arena_deinit(&c->list_names);
    mem_free(c->listed);
    c->listed = NULL;
    c->listed_count = c->listed_cap = c->listed_at = c->listed_next = 0;
}

static void keep(struct imap_client *c)
{
    if (!listing(c) || c->listed_count == LISTED_MAX || c->list_names.total > NAMES_MAX) {
        return;
    }
    c->listed = mem_grow(c->listed, c->listed_count, &c->listed_cap, sizeof *c->listed);
    c->listed[c->listed_count++] =
        (struct imap_listed){ .name = arena_copy(&c->list_names, c->folder.name),
                              .separator = c->folder.separator,
                              .attributes = c->folder.attributes };
}

/* Extended data may follow the name (RFC 5258 6); it is passed over. */
bool imap_client_read_list(struct imap_client *c, struct imap_lex *l, struct session_event *ev_r)
{
    c->folder = (struct imap_folder){ 0 };
    if (!lex_sp(l) || !read_attributes(l, &c->folder.attributes) || !lex_sp(l) ||
        !read_separator(l, &c->folder.separator) || !lex_sp(l) ||
        !read_mailbox(c, l, &c->folder.name)) {
        return false;
    }
    keep(c);
    return tell_folder(c, ev_r);
}

static bool read_status_item(struct imap_client *c, struct imap_lex *l)
{
    struct imap_folder *f = &c->folder;
    const struct {
        slice name;
        uint32_t *small;
        uint64_t *large;
    } items[] = {
        { SLICE("MESSAGES"), &f->messages, NULL },
        { SLICE("UNSEEN"), &f->unseen, NULL },
        { SLICE("UIDNEXT"), &f->uid_next, NULL },
        { SLICE("UIDVALIDITY"), &f->uid_validity, NULL },
        { SLICE("HIGHESTMODSEQ"), NULL, &f->modseq },
        { SLICE("SIZE"), NULL, &f->size },
    };
    slice name;
    slice value;
    uint64_t number;
    if (!lex_word(l, &name) || !lex_sp(l) || !lex_skip_value(l, &value)) {
        return false;
    }
    for (size_t i = 0; i < COUNT(items); i++) {
        if (!slice_eq_nocase(name, items[i].name)) {
            continue;
        }
        if (!slice_to_u64(value, &number) || (items[i].small && number > UINT32_MAX)) {
            return false;
        }
        if (items[i].small) {
            *items[i].small = (uint32_t)number;
        } else {
            *items[i].large = number;
        }
    }
    return true;
}

/* What LIST said of it: servers say STATUS in the same order, so the search goes on from there. */
static void recall(struct imap_client *c)
{
    for (size_t i = 0; i < c->listed_count; i++) {
        size_t at = (c->listed_at + i) % c->listed_count;
        if (slice_eq(c->listed[at].name, c->folder.name)) {
            c->folder.attributes = c->listed[at].attributes;
            c->folder.separator = c->listed[at].separator;
            c->listed_at = at;
            return;
        }
    }
}

bool imap_client_read_status(struct imap_client *c, struct imap_lex *l, struct session_event *ev_r)
{
    c->folder = (struct imap_folder){ .has_status = true };
    if (!lex_sp(l) || !read_mailbox(c, l, &c->folder.name) || !lex_sp(l) || !lex_char(l, '(')) {
        return false;
    }
    if (!lex_is(l, ')')) {
        do {
            if (!read_status_item(c, l)) {
                return false;
            }
        } while (lex_sp(l));
    }
    if (!lex_char(l, ')')) {
        return false;
    }
    recall(c);
    return tell_folder(c, ev_r);
}

/* STATUS is not for the selected mailbox (RFC 9051 6.3.11), and not for what cannot be selected. */
static bool wants_status(const struct imap_client *c, const struct imap_listed *box)
{
    return (box->attributes & IMAP_BOX_NOSELECT) == 0 &&
           !(c->selected && slice_eq(box->name, buf_slice(&c->opened)));
}

bool imap_client_next_status(struct imap_client *c, struct session_io io)
{
    if ((c->offers & IMAP_LIST_STATUS) == 0) {
        while (c->listed_next < c->listed_count) {
            const struct imap_listed *box = &c->listed[c->listed_next++];
            if (wants_status(c, box)) {
                imap_client_begin(c, "STATUS ");
                imap_client_mailbox(c, box->name);
                imap_client_status_items(c);
                imap_client_end(c, io);
                return true;
            }
        }
    }
    imap_client_forget_list(c);
    return false;
}
