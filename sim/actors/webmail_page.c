/* webmail_page.c - what the browser shows: HTML made of mail, which strangers wrote.
 * Everything from a letter is text here, never markup; there is no script, and the policy that is
 * sent along (webmail.c) forbids what would be one.
 * Not done: letters as HTML, and attachments: their text is shown. */
#include "sim/actors/webmail.h"

#include "sim/base/safe.h"
#include "sim/mail/header.h"
#include "sim/proto/http_form.h"
#include "sim/proto/imap_decode.h"

#define SUBJECT_NONE "(no subject)"

static void begin(struct buf *out, const char *title)
{
    buf_clear(out);
    buf_addz(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>");
    buf_addz(out, title);
    buf_addz(out, "</title></head>\n<body>\n<h1>");
    buf_addz(out, title);
    buf_addz(out, "</h1>\n");
}

static void end(struct buf *out)
{
    buf_addz(out, "</body>\n</html>\n");
}

/* Octets of a letter as text: what is no UTF-8 and what nobody sees is shown as such. */
static void text(struct buf *out, slice hostile, unsigned keep)
{
    struct buf clean = { 0 };
    safe_text(&clean, hostile, keep);
    html_text(out, buf_slice(&clean));
    buf_deinit(&clean);
}

void page_login(struct buf *out, const char *problem)
{
    begin(out, "Log in");
    if (problem) {
        buf_addz(out, "<p role=\"alert\">");
        buf_addz(out, problem);
        buf_addz(out, "</p>\n");
    }
    buf_addz(out, "<form method=\"post\" action=\"/login\">\n"
                  "<p><label>Address <input name=\"user\" autocomplete=\"username\"></label></p>\n"
                  "<p><label>Password <input name=\"password\" type=\"password\" "
                  "autocomplete=\"current-password\"></label></p>\n"
                  "<p><button>Log in</button></p>\n</form>\n");
    end(out);
}

void page_problem(struct buf *out, const char *what, slice detail)
{
    begin(out, what);
    if (detail.len > 0) {
        buf_addz(out, "<pre>");
        text(out, detail, SAFE_KEEP_NEWLINE);
        buf_addz(out, "</pre>\n");
    }
    buf_addz(out, "<p><a href=\"/inbox\">Inbox</a></p>\n");
    end(out);
}

static void form_begin(struct buf *out, const char *action, const struct web_session *s)
{
    buf_addz(out, "<form method=\"post\" action=\"");
    buf_addz(out, action);
    buf_addz(out, "\"><input type=\"hidden\" name=\"form\" value=\"");
    html_text(out, s->form);
    buf_addz(out, "\">\n");
}

static void add_item(struct buf *out, const struct web_item *item)
{
    buf_addz(out, item->seen ? "<li><a href=\"/message?uid=" : "<li><b><a href=\"/message?uid=");
    fmt_u64(out, item->uid);
    buf_addz(out, "\">");
    struct buf subject = { 0 };
    imap_decode_field(item->subject.len > 0 ? item->subject : SLICE(SUBJECT_NONE), &subject);
    text(out, buf_slice(&subject), SAFE_KEEP_NOTHING);
    buf_deinit(&subject);
    buf_addz(out, item->seen ? "</a> " : "</a></b> ");
    text(out, item->from, SAFE_KEEP_NOTHING);
    buf_addz(out, "</li>\n");
}

void page_inbox(struct buf *out, const struct web_job *j)
{
    begin(out, "Inbox");
    buf_addz(out, "<p>");
    html_text(out, j->session->user);
    buf_addz(out, "</p>\n<ul>\n");
    for (size_t i = j->item_count; i-- > 0;) {
        add_item(out, &j->items[i]);
    }
    buf_addz(out, "</ul>\n<h2>Write</h2>\n");
    form_begin(out, "/send", j->session);
    buf_addz(out, "<p><label>To <input name=\"to\"></label></p>\n"
                  "<p><label>Cc <input name=\"cc\"></label></p>\n"
                  "<p><label>Bcc <input name=\"bcc\"></label></p>\n"
                  "<p><label>Subject <input name=\"subject\"></label></p>\n"
                  "<p><textarea name=\"text\" rows=\"10\" cols=\"72\"></textarea></p>\n"
                  "<p><button>Send</button></p>\n</form>\n");
    form_begin(out, "/logout", j->session);
    buf_addz(out, "<p><button>Log out</button></p>\n</form>\n");
    end(out);
}

static void add_field(struct buf *out, slice header, const char *name)
{
    struct header_field f;
    struct buf unfolded = { 0 }, decoded = { 0 };
    if (header_find(header, slice_of(name), &f)) {
        header_unfold(f.body, &unfolded);
        imap_decode_field(buf_slice(&unfolded), &decoded);
        buf_addz(out, "<dt>");
        buf_addz(out, name);
        buf_addz(out, "</dt><dd>");
        text(out, buf_slice(&decoded), SAFE_KEEP_NOTHING);
        buf_addz(out, "</dd>\n");
    }
    buf_deinit(&unfolded);
    buf_deinit(&decoded);
}

/* The text parts, without the CRs that HTML has no use for. */
static void add_body(struct buf *out, slice letter)
{
    struct buf decoded = { 0 };
    size_t kept = 0;
    imap_decode_text(letter, &decoded);
    for (size_t i = 0; i < decoded.len; i++) {
        if (decoded.ptr[i] != '\r') {
            decoded.ptr[kept++] = decoded.ptr[i];
        }
    }
    decoded.len = kept;
    buf_addz(out, "<pre>");
    text(out, buf_slice(&decoded), SAFE_KEEP_NEWLINE | SAFE_KEEP_TAB);
    buf_addz(out, "</pre>\n");
    buf_deinit(&decoded);
}

void page_message(struct buf *out, const struct web_job *j)
{
    static const char *const fields[] = { "From", "To", "Cc", "Subject", "Date" };
    struct buf letter = { 0 }, scratch = { 0 };
    slice header = message_header(j->message, &scratch);
    begin(out, "Message");
    buf_addz(out, "<dl>\n");
    for (size_t i = 0; i < COUNT(fields); i++) {
        add_field(out, header, fields[i]);
    }
    buf_addz(out, "</dl>\n");
    add_body(out, message_whole(j->message, &letter));
    buf_addz(out, "<p><a href=\"/inbox\">Inbox</a></p>\n");
    end(out);
    buf_deinit(&letter);
    buf_deinit(&scratch);
}
