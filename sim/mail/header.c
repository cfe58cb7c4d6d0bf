/* header.c - fields of a header section, read without copying.
 * Never knows what a field means. */
#include "sim/mail/header.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static slice trim_folds(slice s)
{
    while (s.len > 0 && (is_blank(s.ptr[0]) || s.ptr[0] == '\r' || s.ptr[0] == '\n')) {
        s = slice_from(s, 1);
    }
    while (s.len > 0) {
        char last = s.ptr[s.len - 1];
        if (!is_blank(last) && last != '\r' && last != '\n') {
            break;
        }
        s.len--;
    }
    return s;
}

/* ftext of RFC 5322 3.6.8, and blanks before the colon (4.5.8). */
static size_t name_length(slice s)
{
    size_t n = 0;
    while (n < s.len && s.ptr[n] > 32 && s.ptr[n] < 127 && s.ptr[n] != ':') {
        n++;
    }
    return n;
}

/* Behind the CRLF that no blank follows; all of s where there is none. */
static size_t field_end(slice s)
{
    size_t at = 0;
    for (;;) {
        size_t lf = slice_find_byte(slice_from(s, at), '\n');
        if (lf == SLICE_NONE) {
            return s.len;
        }
        at += lf + 1;
        bool crlf = at >= 2 && s.ptr[at - 2] == '\r';
        if (crlf && (at == s.len || !is_blank(s.ptr[at]))) {
            return at;
        }
    }
}

bool header_next(slice *rest, struct header_field *f_r)
{
    size_t name = name_length(*rest);
    size_t colon = name;
    while (colon < rest->len && is_blank(rest->ptr[colon])) {
        colon++;
    }
    if (name == 0 || colon == rest->len || rest->ptr[colon] != ':') {
        return false;
    }
    size_t end = field_end(*rest);
    *f_r = (struct header_field){
        .name = slice_sub(*rest, 0, name),
        .body = trim_folds(slice_sub(*rest, colon + 1, end - colon - 1)),
        .whole = slice_sub(*rest, 0, end),
    };
    *rest = slice_from(*rest, end);
    return true;
}

bool header_find(slice header, slice name, struct header_field *f_r)
{
    struct header_field f;
    while (header_next(&header, &f)) {
        if (slice_eq_nocase(f.name, name)) {
            *f_r = f;
            return true;
        }
    }
    return false;
}

size_t header_count(slice header, slice name)
{
    struct header_field f;
    size_t count = 0;
    while (header_next(&header, &f)) {
        count += slice_eq_nocase(f.name, name);
    }
    return count;
}

void header_unfold(slice body, struct buf *out)
{
    while (body.len > 0) {
        size_t lf = slice_find(body, SLICE("\r\n"));
        if (lf == SLICE_NONE) {
            buf_add(out, body);
            return;
        }
        bool fold = lf + 2 < body.len && is_blank(body.ptr[lf + 2]);
        buf_add(out, slice_sub(body, 0, fold ? lf : lf + 2));
        body = slice_from(body, lf + 2);
    }
}

static slice inside_brackets(slice body)
{
    size_t open = slice_find_byte(body, '<');
    slice inside = open == SLICE_NONE ? body : slice_from(body, open + 1);
    size_t close = slice_find_byte(inside, '>');
    return slice_trim(close == SLICE_NONE ? inside : slice_sub(inside, 0, close));
}

slice header_message_id(slice header)
{
    struct header_field f;
    return header_find(header, SLICE("Message-ID"), &f) ? inside_brackets(f.body) : (slice){ 0 };
}

#define ID_LONG 200 /* a longer Message-ID of a stranger is not repeated */

bool header_id_is_plain(slice id)
{
    for (size_t i = 0; i < id.len; i++) {
        if (id.ptr[i] <= 32 || id.ptr[i] >= 127 || id.ptr[i] == '<' || id.ptr[i] == '>') {
            return false;
        }
    }
    return id.len > 0 && id.len <= ID_LONG;
}

/* By the length of its name first: most fields are none of these. */
static void survey_field(const struct header_field *f, struct header_survey *s)
{
    switch (f->name.len) {
    case 3:
        s->has_bcc = s->has_bcc || slice_eq_nocase(f->name, SLICE("Bcc"));
        break;
    case 4:
        s->has_date = s->has_date || slice_eq_nocase(f->name, SLICE("Date"));
        if (s->from.len == 0 && slice_eq_nocase(f->name, SLICE("From"))) {
            s->from = f->body;
        }
        break;
    case 6:
        if (s->sender.len == 0 && slice_eq_nocase(f->name, SLICE("Sender"))) {
            s->sender = f->body;
        }
        break;
    case 7:
        if (s->subject.len == 0 && slice_eq_nocase(f->name, SLICE("Subject"))) {
            s->subject = f->body;
        }
        break;
    case 8:
        s->received += slice_eq_nocase(f->name, SLICE("Received"));
        break;
    case 10:
        s->has_bcc = s->has_bcc || slice_eq_nocase(f->name, SLICE("Resent-Bcc"));
        if (!s->has_message_id && slice_eq_nocase(f->name, SLICE("Message-ID"))) {
            s->has_message_id = true;
            s->message_id = inside_brackets(f->body);
        }
        break;
    case 11:
        s->has_return_path = s->has_return_path || slice_eq_nocase(f->name, SLICE("Return-Path"));
        break;
    default:
        break;
    }
}

void header_survey(slice header, struct header_survey *survey_r)
{
    struct header_field f;
    struct header_survey s = { 0 };
    while (header_next(&header, &f)) {
        survey_field(&f, &s);
    }
    *survey_r = s;
}
