/* compose.c - a letter as a person writes it.
 * Never knows who will get it: the envelope is made elsewhere. */
#include "sim/mail/compose.h"

#include "sim/base/fmt.h"
#include "sim/mail/date.h"
#include "sim/mail/mime.h"
#include "sim/mail/mime_file.h"

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
        mime_utf8(out, list[i]);
        column += list[i].len;
    }
    buf_addz(out, "\r\n");
}

static void add_from(struct buf *out, const struct compose *c)
{
    static const slice name = SLICE_INIT("From: ");
    buf_add(out, name);
    if (c->from_name.len == 0) {
        mime_utf8(out, c->from);
    } else {
        mime_display_name(out, c->from_name, name.len);
        buf_addz(out, " <");
        mime_utf8(out, c->from);
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

static void add_fields(struct buf *out, const struct compose *c)
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
    buf_addz(out, c->auto_generated ? "Auto-Submitted: auto-generated\r\n" : "");
    buf_addz(out, "MIME-Version: 1.0\r\n");
}

/* ---- the body ---- */

struct writer {
    const struct compose *c;
    struct message *m;
    struct buf text; /* not in m yet */
    uint64_t boundary;
};

static void add_blob(struct message *m, slice bytes)
{
    if (bytes.len > 0) {
        struct blob *b = blob_new(bytes);
        message_add(m, (struct chunk){ blob_slice(b), b });
        blob_unref(&b);
    }
}

static void flush(struct writer *w)
{
    add_blob(w->m, buf_slice(&w->text));
    buf_clear(&w->text);
}

/* The empty line behind the fields of a part; the first one ends the header of the letter. */
static void end_fields(struct writer *w)
{
    buf_addz(&w->text, "\r\n");
    if (!w->m->header_known) {
        w->m->header_size = w->text.len;
        w->m->header_known = true;
        flush(w);
    }
}

static void encoding(struct writer *w, const char *name)
{
    buf_addz(&w->text, "Content-Transfer-Encoding: ");
    buf_addz(&w->text, name);
    buf_addz(&w->text, "\r\n");
}

static void text_part(struct writer *w, const char *type, slice text)
{
    struct buf crlf = { 0 };
    mime_line_ends(&crlf, text);
    slice body = buf_slice(&crlf);
    bool ascii = mime_is_ascii(body);
    bool quoted = !mime_fits_unencoded(body) || (!ascii && !w->c->allow_8bit);
    buf_addz(&w->text, "Content-Type: ");
    buf_addz(&w->text, type);
    buf_addz(&w->text, "; charset=utf-8\r\n");
    encoding(w, quoted ? "quoted-printable" : ascii ? "7bit" : "8bit");
    end_fields(w);
    if (quoted) {
        mime_quoted_printable(&w->text, body);
    } else { /* copied once */
        flush(w);
        add_blob(w->m, body);
    }
    buf_deinit(&crlf);
}

/* What a text is written in: a file does not say. */
static const char *charset_of(slice bytes)
{
    return mime_is_ascii(bytes) ? "us-ascii" : mime_is_utf8(bytes) ? "utf-8" : "unknown-8bit";
}

static void file_fields(struct writer *w, const struct compose_file *f, slice type, slice bytes)
{
    buf_addz(&w->text, "Content-Type: ");
    buf_add(&w->text, type);
    if (slice_starts(type, SLICE("text/"))) {
        buf_addz(&w->text, "; charset=");
        buf_addz(&w->text, charset_of(bytes)); /* RFC 1428 3 has the last of them */
    }
    buf_addz(&w->text, "\r\nContent-Disposition: attachment");
    mime_parameter(&w->text, "filename", f->name);
    buf_addz(&w->text, "\r\n");
}

/* A letter inside a letter goes unencoded (RFC 2046 5.2.1). */
static void file_part(struct writer *w, const struct compose_file *f)
{
    slice type = f->type.len > 0 ? f->type : mime_type_of(f->name), bytes = f->bytes;
    bool letter = slice_eq(type, SLICE("message/rfc822"));
    struct buf crlf = { 0 };
    if (letter || f->words) {
        mime_line_ends(&crlf, bytes);
        bytes = buf_slice(&crlf);
    }
    file_fields(w, f, type, bytes);
    encoding(w, !letter ? "base64" : mime_is_ascii(bytes) ? "7bit" : "8bit");
    end_fields(w);
    if (letter) {
        buf_add(&w->text, bytes);
    } else {
        mime_base64(&w->text, bytes);
    }
    buf_deinit(&crlf);
}

/* "=_" stands in no quoted-printable or base64 text (RFC 2045 6.7); for other text it is looked
 * at. */
static void add_boundary(struct buf *out, uint64_t number)
{
    buf_addz(out, "=_");
    fmt_hex(out, number, 16);
}

static bool is_in_a_part(const struct compose *c, uint64_t number)
{
    struct buf b = { 0 };
    add_boundary(&b, number);
    slice mark = buf_slice(&b);
    bool found = slice_find(c->text, mark) != SLICE_NONE || slice_find(c->html, mark) != SLICE_NONE;
    for (size_t i = 0; !found && i < c->file_count; i++) {
        found = slice_find(c->files[i].bytes, mark) != SLICE_NONE;
    }
    buf_deinit(&b);
    return found;
}

static uint64_t next_boundary(struct writer *w)
{
    do {
        w->boundary++;
    } while (is_in_a_part(w->c, w->boundary));
    return w->boundary;
}

static uint64_t begin_multipart(struct writer *w, const char *type)
{
    uint64_t boundary = next_boundary(w);
    buf_addz(&w->text, "Content-Type: ");
    buf_addz(&w->text, type);
    buf_addz(&w->text, ";\r\n boundary=\"");
    add_boundary(&w->text, boundary);
    buf_addz(&w->text, "\"\r\n");
    end_fields(w);
    return boundary;
}

/* The CRLF in front belongs to the delimiter, not to the part (RFC 2046 5.1.1). */
static void delimiter(struct writer *w, uint64_t boundary, const char *before, const char *after)
{
    buf_addz(&w->text, before);
    add_boundary(&w->text, boundary);
    buf_addz(&w->text, after);
}

/* Plain text first: the last alternative is the richest (RFC 2046 5.1.4). */
static void words(struct writer *w)
{
    const struct compose *c = w->c;
    if (c->html.len == 0) {
        text_part(w, "text/plain", c->text);
    } else if (c->text.len == 0) {
        text_part(w, "text/html", c->html);
    } else {
        uint64_t boundary = begin_multipart(w, "multipart/alternative");
        delimiter(w, boundary, "--", "\r\n");
        text_part(w, "text/plain", c->text);
        delimiter(w, boundary, "\r\n--", "\r\n");
        text_part(w, "text/html", c->html);
        delimiter(w, boundary, "\r\n--", "--\r\n");
    }
}

static void body(struct writer *w)
{
    if (w->c->file_count == 0) {
        words(w);
        return;
    }
    uint64_t boundary = begin_multipart(w, "multipart/mixed");
    delimiter(w, boundary, "--", "\r\n");
    words(w);
    for (size_t i = 0; i < w->c->file_count; i++) {
        delimiter(w, boundary, "\r\n--", "\r\n");
        file_part(w, &w->c->files[i]);
    }
    delimiter(w, boundary, "\r\n--", "--\r\n");
}

struct message *compose_message(const struct compose *c)
{
    struct writer w = { .c = c, .m = message_new(), .boundary = c->random };
    add_fields(&w.text, c);
    body(&w);
    flush(&w);
    buf_deinit(&w.text);
    return w.m;
}

/* A file whose first and last lines end in CRLF has the form that is sent, and each of its octets
 * stays: also a CR or LF alone, which RFC 5321 2.3.8 forbids and some send all the same. */
static bool has_form_of_the_wire(slice letter)
{
    size_t lf = slice_find_byte(letter, '\n');
    return lf != SLICE_NONE && lf > 0 && letter.ptr[lf - 1] == '\r' &&
           slice_ends(letter, SLICE("\r\n"));
}

struct message *compose_as_it_is(slice letter)
{
    if (has_form_of_the_wire(letter)) {
        return message_from(letter);
    }
    struct buf crlf = { 0 };
    mime_line_ends(&crlf, letter);
    struct message *m = message_from(buf_slice(&crlf));
    buf_deinit(&crlf);
    return m;
}
