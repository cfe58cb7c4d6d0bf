/* dsn.c - delivery status notifications.
 * Never decides what became of a letter, and never sends anything.
 * Not done: different actions in one report; what is enclosed made 7-bit (RFC 6533 4.5). */
#include "sim/mail/dsn.h"

#include "sim/base/fmt.h"
#include "sim/base/safe.h"
#include "sim/mail/date.h"
#include "sim/mail/header.h"
#include "sim/mail/mime.h"

#include <assert.h>

#define REPLY_LINE   76
#define BOUNDARY_MAX 40

static const struct {
    slice word, subject, text;
} actions[] = {
#define X(name, word, subject, text) { SLICE_INIT(word), SLICE_INIT(subject), SLICE_INIT(text) },
    DSN_ACTIONS(X)
#undef X
};

/* Only of a failure is the text returned (RFC 3461 4.3). */
static bool is_whole(const struct dsn *d)
{
    return d->whole && d->action == DSN_FAILED;
}

slice dsn_action_word(uint8_t action)
{
    assert(action < COUNT(actions));
    return actions[action].word;
}

/* ---- status codes ---- */

/* Length of "class.subject.detail" (RFC 3463 2) in front, 0: none. */
static size_t status_length(slice s)
{
    size_t n = 0;
    for (int part = 0; part < 3; part++) {
        size_t digits = 0;
        while (n + digits < s.len && ascii_is_digit(s.ptr[n + digits])) {
            digits++;
        }
        bool zero = digits > 1 && s.ptr[n] == '0'; /* in front of other digits: RFC 3463 2 */
        if (digits == 0 || digits > 3 || (part == 0 && digits > 1) || zero) {
            return 0;
        }
        n += digits;
        if (part < 2 && (n == s.len || s.ptr[n++] != '.')) {
            return 0;
        }
    }
    bool ends = n == s.len || s.ptr[n] == ' ' || s.ptr[n] == '\n' || s.ptr[n] == '\r';
    return ends ? n : 0;
}

/* The enhanced code of a reply, where there is one of the reply's own class. */
static slice enhanced(slice reply)
{
    if (reply.len > 4 && (reply.ptr[3] == ' ' || reply.ptr[3] == '-')) {
        slice code = slice_from(reply, 4);
        return slice_sub(code, 0, code.ptr[0] == reply.ptr[0] ? status_length(code) : 0);
    }
    return (slice){ 0 };
}

slice dsn_status_of(slice reply, bool permanent)
{
    slice code = enhanced(reply);
    if (code.len > 0 && (code.ptr[0] == '4' || code.ptr[0] == '5')) {
        return code;
    }
    return permanent ? SLICE("5.0.0") : SLICE("4.0.0");
}

slice dsn_success_of(slice reply)
{
    slice code = enhanced(reply);
    return code.len > 0 && code.ptr[0] == '2' ? code : SLICE("2.0.0");
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

void dsn_from_xtext(slice xtext, struct buf *out)
{
    for (size_t i = 0; i < xtext.len; i++) {
        int high = i + 2 < xtext.len ? hex_digit(xtext.ptr[i + 1]) : -1;
        int low = i + 2 < xtext.len ? hex_digit(xtext.ptr[i + 2]) : -1;
        if (xtext.ptr[i] == '+' && high >= 0 && low >= 0) {
            buf_byte(out, (char)(high * 16 + low));
            i += 2;
        } else {
            buf_byte(out, xtext.ptr[i]);
        }
    }
}

/* Upper case only, as RFC 3461 4 spells hexchar. */
void dsn_to_xtext(slice text, struct buf *out)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c > ' ' && c <= '~' && c != '+' && c != '=') {
            buf_byte(out, (char)c);
        } else {
            buf_byte(out, '+');
            buf_byte(out, digits[c >> 4]);
            buf_byte(out, digits[c & 15]);
        }
    }
}

/* ---- the parts ---- */

/* How much of a line stands before the fold: up to its last blank that leaves it short enough. */
static size_t fold_at(slice line)
{
    size_t n = REPLY_LINE;
    if (line.len <= REPLY_LINE) {
        return line.len;
    }
    while (n > 0 && line.ptr[n] != ' ') {
        n--;
    }
    return n > 0 ? n : REPLY_LINE;
}

/* Text of a stranger as lines of at most REPLY_LINE characters; `next` begins each but the
 * first, and ends in a blank, which is that of the fold. */
static void add_reply(struct buf *out, slice reply, const char *next)
{
    bool first = true;
    while (reply.len > 0) {
        slice line = slice_cut(&reply, '\n');
        if (slice_ends(line, SLICE("\r"))) {
            line.len--;
        }
        while (line.len > 0) {
            if (!first) {
                buf_addz(out, "\r\n");
                buf_addz(out, next);
            }
            first = false;
            size_t n = fold_at(line);
            mime_ascii(out, slice_sub(line, 0, n));
            line = slice_from(line, n < line.len && line.ptr[n] == ' ' ? n + 1 : n);
        }
    }
}

static void add_typed(struct buf *out, const char *field_and_type, slice value)
{
    if (value.len > 0) {
        buf_addz(out, field_and_type);
        mime_ascii(out, value);
        buf_addz(out, "\r\n");
    }
}

/* As it is where the report goes by SMTPUTF8, else in ASCII; control characters never. */
static void add_words(struct buf *out, const struct dsn *d, slice text)
{
    if (d->utf8) {
        mime_utf8(out, text);
    } else {
        mime_ascii(out, text);
    }
}

/* RFC 6533 3, utf-8-addr-xtext: each character that is not ASCII as its number. */
static void add_unitext(struct buf *out, slice address)
{
    while (address.len > 0) {
        uint32_t point = 0;
        (void)utf8_take(&address, &point);
        size_t digits = 2;
        while (point >> (4 * digits)) {
            digits++;
        }
        if (point > ' ' && point < 127 && point != '\\' && point != '+' && point != '=') {
            buf_byte(out, (char)point);
        } else {
            buf_addz(out, "\\x{");
            fmt_hex(out, point, digits);
            buf_byte(out, '}');
        }
    }
}

void dsn_original_recipient(slice address, struct buf *out)
{
    bool ascii = mime_is_ascii(address);
    buf_addz(out, ascii ? "rfc822;" : "utf-8;");
    if (ascii) {
        dsn_to_xtext(address, out);
    } else {
        add_unitext(out, address);
    }
}

static void add_final_recipient(struct buf *out, const struct dsn *d, slice address)
{
    if (mime_is_ascii(address) || !mime_is_utf8(address)) {
        add_typed(out, "Final-Recipient: rfc822; ", address);
        return;
    }
    buf_addz(out, "Final-Recipient: utf-8; ");
    if (d->utf8) {
        add_words(out, d, address);
    } else {
        add_unitext(out, address);
    }
    buf_addz(out, "\r\n");
}

/* As it was said, but in ASCII where the report must be: RFC 6533 3. */
static void add_original_recipient(struct buf *out, const struct dsn *d, slice original)
{
    buf_addz(out, "Original-Recipient: ");
    slice address = original, type = slice_cut(&address, ';');
    if (!d->utf8 && !mime_is_ascii(address) && mime_is_utf8(address)) {
        mime_ascii(out, type);
        buf_byte(out, ';');
        add_unitext(out, address);
    } else {
        add_words(out, d, original);
    }
    buf_addz(out, "\r\n");
}

/* The part a person reads. */
static void add_explanation(struct buf *out, const struct dsn *d)
{
    buf_addz(out, "This is the mail system at host ");
    mime_ascii(out, d->reporting_host);
    buf_addz(out, ".\r\n\r\n");
    buf_add(out, actions[d->action].text);
    buf_addz(out, "\r\n");
    for (size_t i = 0; i < d->count; i++) {
        const struct dsn_recipient *r = &d->recipients[i];
        buf_addz(out, "\r\n<");
        add_words(out, d, r->address);
        buf_byte(out, '>');
        if (r->remote_host.len > 0) {
            buf_addz(out, "\r\n    at ");
            mime_ascii(out, r->remote_host);
        }
        if (r->reply.len > 0) {
            buf_addz(out, "\r\n    ");
            add_reply(out, r->reply, "    ");
        }
        buf_addz(out, "\r\n");
    }
    if (d->action == DSN_DELAYED && d->retry_until > 0) {
        buf_addz(out, "\r\nThis system gives up on ");
        date_rfc5322(out, d->retry_until);
        buf_addz(out, ".\r\n");
    }
    buf_addz(out, is_whole(d) ? "\r\nThe letter itself is enclosed.\r\n"
                              : "\r\nThe header of the letter is enclosed.\r\n");
}

/* The part a program reads (RFC 3464 2). */
static void add_status(struct buf *out, const struct dsn *d)
{
    add_typed(out, "Original-Envelope-Id: ", d->envelope_id);
    add_typed(out, "Reporting-MTA: dns; ", d->reporting_host);
    buf_addz(out, "Arrival-Date: ");
    date_rfc5322(out, d->arrived);
    buf_addz(out, "\r\n");
    for (size_t i = 0; i < d->count; i++) {
        const struct dsn_recipient *r = &d->recipients[i];
        buf_addz(out, "\r\n");
        if (r->original.len > 0) {
            add_original_recipient(out, d, r->original);
        }
        add_final_recipient(out, d, r->address);
        add_typed(out, "Action: ", actions[d->action].word);
        add_typed(out, "Status: ", r->status);
        add_typed(out, "Remote-MTA: dns; ", r->remote_host);
        if (r->reply.len > 0 && r->remote_host.len > 0) { /* said by SMTP, not found out here */
            buf_addz(out, "Diagnostic-Code: smtp; ");
            add_reply(out, r->reply, " ");
            buf_addz(out, "\r\n");
        }
        if (r->last_attempt > 0) {
            buf_addz(out, "Last-Attempt-Date: ");
            date_rfc5322(out, r->last_attempt);
            buf_addz(out, "\r\n");
        }
        if (d->action == DSN_DELAYED && d->retry_until > 0) {
            buf_addz(out, "Will-Retry-Until: ");
            date_rfc5322(out, d->retry_until);
            buf_addz(out, "\r\n");
        }
    }
}

static void add_header(struct buf *out, const struct dsn *d, slice original_id, slice boundary,
                       bool is_8bit)
{
    buf_addz(out, "From: Mail Delivery System <MAILER-DAEMON@");
    mime_ascii(out, d->from_host.len > 0 ? d->from_host : d->reporting_host);
    buf_addz(out, ">\r\n");
    buf_addz(out, "To: ");
    add_words(out, d, d->to);
    buf_addz(out, "\r\n");
    add_typed(out, "Subject: ", actions[d->action].subject);
    buf_addz(out, "Date: ");
    date_rfc5322(out, d->now);
    buf_addz(out, "\r\nMessage-ID: <");
    mime_ascii(out, d->message_id);
    buf_addz(out, ">\r\n");
    if (header_id_is_plain(original_id)) { /* RFC 3834 3.1.6 */
        buf_addz(out, "In-Reply-To: <");
        buf_add(out, original_id);
        buf_addz(out, ">\r\nReferences: <");
        buf_add(out, original_id);
        buf_addz(out, ">\r\n");
    }
    buf_addz(out, "Auto-Submitted: auto-replied\r\n"
                  "MIME-Version: 1.0\r\n"
                  "Content-Type: multipart/report; report-type=delivery-status;\r\n"
                  " boundary=\"");
    buf_add(out, boundary);
    buf_addz(out, is_8bit ? "\"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" : "\"\r\n\r\n");
}

static void add_part(struct buf *out, slice boundary, const char *type, const char *description,
                     bool is_8bit)
{
    buf_addz(out, "--");
    buf_add(out, boundary);
    buf_addz(out, "\r\nContent-Type: ");
    buf_addz(out, type);
    if (description) {
        buf_addz(out, "\r\nContent-Description: ");
        buf_addz(out, description);
    }
    buf_addz(out, is_8bit ? "\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" : "\r\n\r\n");
}

/* RFC 6533 4.1 to 4.3: the new types where it takes them. */
static const char *enclosed_type(const struct dsn *d, bool global)
{
    if (is_whole(d)) {
        return global ? "message/global" : "message/rfc822";
    }
    return global ? "message/global-headers" : "text/rfc822-headers";
}

/* ---- the whole ---- */

/* Derived from the report's id, and counted on until it stands nowhere in what it encloses
 * (RFC 2046 5.1.1). */
static void choose_boundary(struct buf *out, const struct dsn *d, slice text, slice status,
                            const struct message *original)
{
    uint64_t hash = slice_hash(d->message_id, 0);
    do {
        buf_clear(out);
        buf_addz(out, "=_report_");
        fmt_hex(out, hash++, 16);
    } while (slice_find(text, buf_slice(out)) != SLICE_NONE ||
             slice_find(status, buf_slice(out)) != SLICE_NONE ||
             message_contains(original, buf_slice(out)));
    assert(out->len <= BOUNDARY_MAX);
}

static void add_text(struct message *m, struct buf *text)
{
    message_add(m, (struct chunk){ buf_slice(text), NULL });
    buf_clear(text);
}

static struct message *assemble(const struct dsn *d, struct message *original, slice text,
                                slice status, slice boundary)
{
    struct buf out, scratch;
    buf_init(&out);
    buf_init(&scratch);
    slice header = message_header(original, &scratch);
    bool global = d->utf8 && !mime_is_ascii(header), status_8bit = !mime_is_ascii(status);
    bool is_8bit = is_whole(d) ? message_is_8bit(original) : !mime_is_ascii(header);
    bool text_8bit = !mime_is_ascii(text);

    struct message *m = message_new();
    add_header(&out, d, header_message_id(header), boundary, is_8bit || text_8bit || status_8bit);
    size_t header_size = out.len;
    add_part(&out, boundary,
             text_8bit ? "text/plain; charset=utf-8" : "text/plain; charset=us-ascii",
             "Notification", text_8bit);
    buf_add(&out, text);
    buf_addz(&out, "\r\n");
    add_part(&out, boundary,
             status_8bit ? "message/global-delivery-status" : "message/delivery-status",
             "Delivery report", status_8bit);
    buf_add(&out, status);
    buf_addz(&out, "\r\n");
    add_part(&out, boundary, enclosed_type(d, global), NULL, is_8bit);
    add_text(m, &out);
    message_add_part(m, original, 0, is_whole(d) ? original->size : header.len);
    buf_addz(&out, "\r\n--");
    buf_add(&out, boundary);
    buf_addz(&out, "--\r\n");
    add_text(m, &out);
    m->header_size = header_size;
    m->header_known = true;
    buf_deinit(&out);
    buf_deinit(&scratch);
    return m;
}

struct message *dsn_failure(const struct dsn *d, struct message *original)
{
    assert(d->action == DSN_FAILED);
    return dsn_report(d, original);
}

struct message *dsn_report(const struct dsn *d, struct message *original)
{
    assert(d->count > 0 && d->to.len > 0);
    assert(d->action < COUNT(actions));
    struct buf text, status, boundary;
    buf_init(&text);
    buf_init(&status);
    buf_init(&boundary);
    add_explanation(&text, d);
    add_status(&status, d);
    choose_boundary(&boundary, d, buf_slice(&text), buf_slice(&status), original);
    struct message *report =
        assemble(d, original, buf_slice(&text), buf_slice(&status), buf_slice(&boundary));
    buf_deinit(&text);
    buf_deinit(&status);
    buf_deinit(&boundary);
    return report;
}
