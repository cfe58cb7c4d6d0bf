/* list_fields.c - what a mailing list writes into a letter.
 * Never knows who is on the list.
 * Not done: a footer for letters that are not plain text: it would be a part of its own. */
#include "sim/mail/list_fields.h"

#include "sim/mail/header.h"
#include "sim/mail/mime.h"

void list_id(const struct list_fields *l, struct buf *out)
{
    buf_add(out, l->local);
    buf_byte(out, '.');
    buf_add(out, l->domain);
}

bool list_has_seen(const struct list_fields *l, slice header)
{
    struct header_field f;
    struct buf id = { 0 };
    bool seen = false;
    list_id(l, &id);
    while (!seen && header_next(&header, &f)) {
        if (slice_eq_nocase(f.name, SLICE("List-Id"))) {
            slice inside = f.body; /* the last <...>; the phrase before it may say anything */
            size_t at;
            while ((at = slice_find_byte(inside, '<')) != SLICE_NONE) {
                inside = slice_from(inside, at + 1);
            }
            seen = slice_eq_nocase(slice_trim(slice_cut(&inside, '>')), buf_slice(&id));
        }
    }
    buf_deinit(&id);
    return seen;
}

/* Those of a list that the letter came through before are not ours, nor is what a writer put
 * there: RFC 2369 4 and 5.  List-Archive of another stays where we have none. */
static bool is_ours(const struct list_fields *l, slice name)
{
    static const slice names[] = { SLICE_INIT("List-Id"),
                                   SLICE_INIT("List-Post"),
                                   SLICE_INIT("List-Help"),
                                   SLICE_INIT("List-Subscribe"),
                                   SLICE_INIT("List-Unsubscribe"),
                                   SLICE_INIT("List-Owner"),
                                   SLICE_INIT("List-Unsubscribe-Post"),
                                   SLICE_INIT("Precedence"),
                                   SLICE_INIT("Return-Path") };
    for (size_t i = 0; i < COUNT(names); i++) {
        if (slice_eq_nocase(name, names[i])) {
            return true;
        }
    }
    return (l->archive.len > 0 && slice_eq_nocase(name, SLICE("List-Archive"))) ||
           (l->reply_to_list && slice_eq_nocase(name, SLICE("Reply-To"))) ||
           (l->subject_prefix.len > 0 && slice_eq_nocase(name, SLICE("Subject")));
}

static void mailto(const struct list_fields *l, const char *name, const char *role,
                   const char *subject, struct buf *out)
{
    buf_addz(out, name);
    buf_addz(out, ": <mailto:");
    buf_add(out, l->local);
    buf_addz(out, role);
    buf_byte(out, '@');
    buf_add(out, l->domain);
    if (subject) {
        buf_addz(out, "?subject=");
        buf_addz(out, subject);
    }
    buf_addz(out, ">\r\n");
}

static void add_fields(const struct list_fields *l, struct buf *out)
{
    static const slice id = SLICE_INIT("List-Id: ");
    buf_add(out, id);
    if (l->description.len > 0) {
        mime_display_name(out, l->description, id.len);
        buf_byte(out, ' ');
    }
    buf_byte(out, '<');
    list_id(l, out);
    buf_addz(out, ">\r\n");
    if (l->closed) {
        buf_addz(out, "List-Post: NO\r\n");
    } else {
        mailto(l, "List-Post", "", NULL, out);
    }
    mailto(l, "List-Help", "-request", "help", out);
    mailto(l, "List-Subscribe", "-request", "subscribe", out);
    mailto(l, "List-Unsubscribe", "-request", "unsubscribe", out);
    mailto(l, "List-Owner", "-owner", NULL, out);
    if (l->archive.len > 0) {
        buf_addz(out, "List-Archive: <");
        buf_add(out, l->archive);
        buf_addz(out, ">\r\n");
    }
    buf_addz(out, "Precedence: list\r\n"); /* no standard, but what old responders look at */
    if (l->reply_to_list) {
        buf_addz(out, "Reply-To: ");
        buf_add(out, l->local);
        buf_byte(out, '@');
        buf_add(out, l->domain);
        buf_addz(out, "\r\n");
    }
}

/* "Re: [friends] Hello" has the prefix already. */
static void add_subject(const struct list_fields *l, slice header, struct buf *out)
{
    static const slice name = SLICE_INIT("Subject: ");
    struct header_field f = { 0 };
    (void)header_find(header, SLICE("Subject"), &f);
    buf_add(out, name);
    if (slice_find_nocase(f.body, slice_trim(l->subject_prefix)) == SLICE_NONE) {
        mime_header_text(out, l->subject_prefix, MIME_UNSTRUCTURED, name.len);
        if (f.body.len > 0 && !slice_ends(l->subject_prefix, SLICE(" "))) {
            buf_byte(out, ' ');
        }
    }
    buf_add(out, f.body);
    buf_addz(out, "\r\n");
}

/* A text that can simply be made longer. */
static bool is_plain(slice header)
{
    struct header_field f;
    if (header_find(header, SLICE("Content-Type"), &f) &&
        !slice_starts_nocase(f.body, SLICE("text/plain"))) {
        return false;
    }
    return !header_find(header, SLICE("Content-Transfer-Encoding"), &f) ||
           slice_eq_nocase(f.body, SLICE("7bit")) || slice_eq_nocase(f.body, SLICE("8bit"));
}

static void add_footer(struct message *m, slice footer)
{
    slice all = footer;
    struct buf text = { 0 };
    buf_addz(&text, "-- \r\n");
    while (all.len > 0) {
        slice line = slice_cut(&all, '\n');
        buf_add(&text, slice_ends(line, SLICE("\r")) ? slice_sub(line, 0, line.len - 1) : line);
        buf_addz(&text, "\r\n");
    }
    message_add(m, (struct chunk){ .bytes = buf_slice(&text) });
    buf_deinit(&text);
}

static bool is_ascii(slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        if ((unsigned char)s.ptr[i] > 126) {
            return false;
        }
    }
    return true;
}

struct message *list_letter(const struct list_fields *l, struct message *original, bool *footer_r)
{
    struct buf scratch = { 0 }, fields = { 0 };
    struct message *m = message_new();
    size_t header_size = message_header_size(original);
    slice header = message_header(original, &scratch);
    slice rest = header;
    struct header_field f;
    size_t kept = 0; /* from here on the header is still to be taken over */
    bool plain = is_plain(header) && is_ascii(l->footer);
    add_fields(l, &fields);
    if (l->subject_prefix.len > 0) {
        add_subject(l, header, &fields);
    }
    message_add(m, (struct chunk){ .bytes = buf_slice(&fields) });
    while (header_next(&rest, &f)) {
        if (is_ours(l, f.name)) {
            size_t at = (size_t)(f.whole.ptr - header.ptr);
            message_add_part(m, original, kept, at - kept);
            kept = at + f.whole.len;
        }
    }
    message_add_part(m, original, kept, original->size - kept);
    if (l->footer.len > 0 && plain && header_size < original->size) {
        add_footer(m, l->footer);
    }
    *footer_r = l->footer.len == 0 || plain;
    buf_deinit(&scratch);
    buf_deinit(&fields);
    return m;
}
