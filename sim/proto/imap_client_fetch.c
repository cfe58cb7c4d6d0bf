/* imap_client_fetch.c - FETCH responses (RFC 9051 7.5.2), whatever stands in them.
 * Never knows who asked: what nobody asked for comes too; unknown items are skipped. */
#include "sim/proto/imap_client.h"

#include "sim/mail/date.h"
#include "sim/mail/mailbox.h"

static bool is_system(slice name, uint32_t *bit_r)
{
    for (size_t i = 0; i < FLAG_SYSTEM_COUNT; i++) {
        if (slice_eq_nocase(name, mailbox_flag_names[i])) {
            *bit_r = UINT32_C(1) << i;
            return true;
        }
    }
    return name.ptr[0] == '\\'; /* \Recent, and what is still to be invented */
}

/* Behind "(". */
static bool read_flags(struct imap_client *c, struct imap_lex *l, struct buf *keywords)
{
    if (lex_char(l, ')')) {
        return true;
    }
    do {
        slice name;
        uint32_t bit = 0;
        if (!lex_flag(l, &name)) {
            return false;
        }
        if (!is_system(name, &bit)) {
            buf_addz(keywords, keywords->len > 0 ? " " : "");
            buf_add(keywords, name);
        }
        c->item.flags |= bit;
    } while (lex_sp(l));
    return lex_char(l, ')');
}

static bool fetch_flags(struct imap_client *c, struct imap_lex *l)
{
    struct buf keywords = { 0 };
    c->item.has_flags = true;
    c->item.flags = 0;
    bool ok = lex_char(l, '(') && read_flags(c, l, &keywords);
    c->item.keywords = (slice){ 0 };
    if (keywords.len > 0) {
        c->item.keywords = arena_copy(&c->arena, buf_slice(&keywords));
    }
    buf_deinit(&keywords);
    return ok;
}

static bool fetch_uid(struct imap_client *c, struct imap_lex *l)
{
    uint64_t uid;
    bool ok = lex_number(l, &uid) && uid <= UINT32_MAX;
    c->item.uid = ok ? (uint32_t)uid : 0;
    return ok;
}

static bool fetch_size(struct imap_client *c, struct imap_lex *l)
{
    return lex_number(l, &c->item.size);
}

/* "(12121231000)", RFC 7162 7. */
static bool fetch_modseq(struct imap_client *c, struct imap_lex *l)
{
    return lex_char(l, '(') && lex_number(l, &c->item.modseq) && lex_char(l, ')');
}

static bool fetch_date(struct imap_client *c, struct imap_lex *l)
{
    slice text;
    if (!lex_string(l, &text)) {
        return false;
    }
    if (!date_imap_parse(text, &c->item.date)) {
        c->item.date = 0; /* a date that is none hides no letter */
    }
    return true;
}

static bool fetch_envelope(struct imap_client *c, struct imap_lex *l)
{
    return lex_skip_value(l, &c->item.envelope);
}

static bool fetch_preview(struct imap_client *c, struct imap_lex *l)
{
    bool nil;
    bool ok = lex_nstring(l, &c->item.preview, &nil);
    c->item.preview = ok && !nil ? c->item.preview : (slice){ 0 };
    return ok;
}

/* A literal as a rule; RFC 9051 allows any nstring. */
static bool read_message(struct imap_lex *l, struct message **m_r)
{
    *m_r = NULL;
    if (lex_is(l, '{')) {
        return lex_literal(l, m_r);
    }
    slice text;
    bool nil;
    if (!lex_nstring(l, &text, &nil)) {
        return false;
    }
    *m_r = nil ? NULL : message_from(text);
    return true;
}

static bool fetch_body(struct imap_client *c, struct imap_lex *l)
{
    message_unref(&c->body);
    c->item.header_only = false;
    return read_message(l, &c->body);
}

static bool fetch_header(struct imap_client *c, struct imap_lex *l)
{
    struct message *header;
    bool ok = read_message(l, &header);
    if (header && (!c->body || c->item.header_only)) {
        message_unref(&c->body);
        c->body = message_ref(header);
        c->item.header_only = true;
    }
    message_unref(&header);
    return ok;
}

static bool fetch_other(struct imap_client *c, struct imap_lex *l)
{
    (void)c;
    slice ignored;
    return lex_skip_value(l, &ignored);
}

static const struct {
    slice name;
    bool (*read)(struct imap_client *c, struct imap_lex *l);
} items[] = {
    { SLICE_INIT("FLAGS"), fetch_flags },         { SLICE_INIT("UID"), fetch_uid },
    { SLICE_INIT("RFC822.SIZE"), fetch_size },    { SLICE_INIT("ENVELOPE"), fetch_envelope },
    { SLICE_INIT("MODSEQ"), fetch_modseq },       { SLICE_INIT("INTERNALDATE"), fetch_date },
    { SLICE_INIT("BODY[]"), fetch_body },         { SLICE_INIT("RFC822"), fetch_body },
    { SLICE_INIT("BODY[HEADER]"), fetch_header }, { SLICE_INIT("RFC822.HEADER"), fetch_header },
    { SLICE_INIT("PREVIEW"), fetch_preview },
};

/* "UID 3", "BODY[] {12}...": an item's name may hold a section. */
static bool read_item(struct imap_client *c, struct imap_lex *l)
{
    slice name;
    if (!lex_skip_value(l, &name) || !lex_sp(l)) {
        return false;
    }
    for (size_t i = 0; i < COUNT(items); i++) {
        if (slice_eq_nocase(name, items[i].name)) {
            return items[i].read(c, l);
        }
    }
    return fetch_other(c, l);
}

bool imap_client_read_fetch(struct imap_client *c, struct imap_lex *l, uint32_t number,
                            struct session_event *ev_r)
{
    message_unref(&c->body);
    c->item = (struct imap_item){ .number = number };
    if (!lex_sp(l) || !lex_char(l, '(')) {
        return false;
    }
    do {
        if (!read_item(c, l)) {
            return false;
        }
    } while (lex_sp(l));
    if (!lex_char(l, ')') || c->leaving) {
        return false;
    }
    imap_numbers_learn(&c->numbers, number, c->item.uid);
    if (c->item.uid == 0) {
        c->item.uid = imap_numbers_uid(&c->numbers, number);
    }
    bool old = c->state == IMAP_C_BUSY && c->order == IMAP_ORDER_LIST_NEW && c->item.uid > 0 &&
               c->item.uid < c->list_from; /* "from:*" always names the last message too */
    if (old) {
        return false;
    }
    (void)imap_client_say(ev_r, IMAP_EV_ITEM, number, (slice){ 0 });
    ev_r->detail = &c->item;
    ev_r->message = c->body;
    return true;
}
