/* compose.c - a letter as a person writes it.
 * Never knows who will get it: the envelope is made elsewhere. */
#include "sim/mail/compose.h"

#include "sim/mail/date.h"
#include "sim/mail/mime.h"

#define FOLD_AT 76

static void add_addresses(struct buf *out, const char *name, const slice *list, size_t count)
{
    if (count == 0) {
        return;
    }
    buf_addz(out, name);
    buf_addz(out, ": ");
    size_t column = slice_of(name).len + 2;
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            bool fold = column + list[i].len + 2 > FOLD_AT;
            buf_addz(out, fold ? ",\r\n " : ", ");
            column = fold ? 1 : column + 2;
        }
        mime_ascii(out, list[i]);
        column += list[i].len;
    }
    buf_addz(out, "\r\n");
}

static void add_from(struct buf *out, const struct compose *c)
{
    static const slice name = SLICE_INIT("From: ");
    buf_add(out, name);
    if (c->from_name.len == 0) {
        mime_ascii(out, c->from);
    } else {
        mime_display_name(out, c->from_name, name.len);
        buf_addz(out, " <");
        mime_ascii(out, c->from);
        buf_byte(out, '>');
    }
    buf_addz(out, "\r\n");
}

static void add_id(struct buf *out, const char *name, slice id)
{
    if (id.len > 0) {
        buf_addz(out, name);
        buf_addz(out, ": <");
        mime_ascii(out, id);
        buf_addz(out, ">\r\n");
    }
}

static void add_fields(struct buf *out, const struct compose *c, const char *encoding)
{
    add_from(out, c);
    add_addresses(out, "To", c->to, c->to_count);
    add_addresses(out, "Cc", c->cc, c->cc_count);
    if (c->subject.len > 0) {
        static const slice name = SLICE_INIT("Subject: ");
        buf_add(out, name);
        mime_header_text(out, c->subject, MIME_UNSTRUCTURED, name.len);
        buf_addz(out, "\r\n");
    }
    buf_addz(out, "Date: ");
    date_rfc5322(out, c->now);
    buf_addz(out, "\r\n");
    add_id(out, "Message-ID", c->message_id);
    add_id(out, "In-Reply-To", c->in_reply_to);
    add_id(out, "References", c->in_reply_to);
    buf_addz(out, "MIME-Version: 1.0\r\n"
                  "Content-Type: text/plain; charset=utf-8\r\n"
                  "Content-Transfer-Encoding: ");
    buf_addz(out, encoding);
    buf_addz(out, "\r\n\r\n");
}

static void add_blob(struct message *m, slice bytes)
{
    struct blob *b = blob_new(bytes);
    message_add(m, (struct chunk){ blob_slice(b), b });
    blob_unref(&b);
}

struct message *compose_message(const struct compose *c)
{
    struct buf header, text, quoted;
    buf_init(&header);
    buf_init(&text);
    buf_init(&quoted);
    mime_line_ends(&text, c->text);
    slice body = buf_slice(&text);
    const char *encoding = mime_is_ascii(body) ? "7bit" : "8bit";
    if (!mime_fits_unencoded(body) || (!mime_is_ascii(body) && !c->allow_8bit)) {
        encoding = "quoted-printable";
        mime_quoted_printable(&quoted, body);
        body = buf_slice(&quoted);
    }
    add_fields(&header, c, encoding);

    struct message *m = message_new();
    add_blob(m, buf_slice(&header));
    add_blob(m, body);
    m->header_size = header.len;
    m->header_known = true;
    buf_deinit(&header);
    buf_deinit(&text);
    buf_deinit(&quoted);
    return m;
}
