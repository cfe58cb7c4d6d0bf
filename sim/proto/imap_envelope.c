/* imap_envelope.c - the ENVELOPE of a letter (RFC 9051 7.5.2).
 * Encoded words stay as they are: the client decodes them. */
#include "sim/mail/address_list.h"
#include "sim/mail/header.h"
#include "sim/proto/imap_describe.h"
#include "sim/proto/imap_write.h"

static bool find(slice header, slice name, struct arena *a, slice *body_r)
{
    struct header_field f;
    if (!header_find(header, name, &f)) {
        return false;
    }
    struct buf flat;
    buf_init(&flat);
    header_unfold(f.body, &flat);
    *body_r = arena_copy(a, slice_trim(buf_slice(&flat)));
    buf_deinit(&flat);
    return true;
}

static void write_text(slice header, slice name, struct arena *a, struct outq *out)
{
    slice body = { 0 };
    bool there = find(header, name, a, &body);
    imap_write_nstring(out, body, !there);
    outq_textz(out, " ");
}

/* (name route mailbox host); a group begins with a NIL host and ends with a NIL mailbox. */
static void write_entry(const struct address_entry *e, struct outq *out)
{
    outq_textz(out, "(");
    imap_write_nstring(out, e->name, e->kind != ENTRY_MAILBOX || e->name.len == 0);
    outq_textz(out, " ");
    imap_write_nstring(out, e->route, e->route.len == 0);
    outq_textz(out, " ");
    imap_write_nstring(out, e->kind == ENTRY_GROUP ? e->name : e->local,
                       e->kind == ENTRY_GROUP_END);
    outq_textz(out, " ");
    imap_write_nstring(out, e->domain, e->kind != ENTRY_MAILBOX);
    outq_textz(out, ")");
}

/* false: no such field, or nobody stands in it; nothing is written then. */
static bool write_addresses(slice header, slice name, struct arena *a, struct outq *out)
{
    slice body;
    struct address_entry e;
    bool any = false;
    if (!find(header, name, a, &body)) {
        return false;
    }
    struct address_reader r = address_list_of(body, a);
    while (address_entry_next(&r, &e)) {
        outq_textz(out, any ? "" : "(");
        write_entry(&e, out);
        any = true;
    }
    outq_textz(out, any ? ") " : "");
    return any;
}

void imap_write_envelope(slice header, struct arena *a, struct outq *out)
{
    /* Sender and Reply-To say From where they are missing (RFC 9051 7.5.2). */
    static const struct {
        slice name, instead;
    } lists[] = {
        { SLICE_INIT("From"), SLICE_INIT("From") },
        { SLICE_INIT("Sender"), SLICE_INIT("From") },
        { SLICE_INIT("Reply-To"), SLICE_INIT("From") },
        { SLICE_INIT("To"), SLICE_INIT("To") },
        { SLICE_INIT("Cc"), SLICE_INIT("Cc") },
        { SLICE_INIT("Bcc"), SLICE_INIT("Bcc") },
    };
    outq_textz(out, "(");
    write_text(header, SLICE("Date"), a, out);
    write_text(header, SLICE("Subject"), a, out);
    for (size_t i = 0; i < COUNT(lists); i++) {
        if (!write_addresses(header, lists[i].name, a, out) &&
            !write_addresses(header, lists[i].instead, a, out)) {
            outq_textz(out, "NIL ");
        }
    }
    write_text(header, SLICE("In-Reply-To"), a, out);
    slice id = { 0 };
    bool there = find(header, SLICE("Message-ID"), a, &id);
    imap_write_nstring(out, id, !there);
    outq_textz(out, ")");
}
