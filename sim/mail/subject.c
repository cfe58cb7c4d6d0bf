/* subject.c - the base subject, step by step as RFC 5256 2.1 numbers them.
 * Never knows encoded-words: what it is given is text already. */
#include "sim/mail/subject.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* (1) runs of blanks are one blank */
static void squeeze(slice s, struct buf *out)
{
    bool blank = false;
    for (size_t i = 0; i < s.len; i++) {
        if (!is_blank(s.ptr[i])) {
            buf_byte(out, s.ptr[i]);
        } else if (!blank) {
            buf_byte(out, ' ');
        }
        blank = is_blank(s.ptr[i]);
    }
}

static slice skip_blanks(slice s)
{
    while (s.len > 0 && is_blank(s.ptr[0])) {
        s = slice_from(s, 1);
    }
    return s;
}

static bool ends_nocase(slice s, slice end)
{
    return s.len >= end.len && slice_eq_nocase(slice_from(s, s.len - end.len), end);
}

/* (2) subj-trailer: "(fwd)" and blanks, as many as there are */
static slice without_trailers(slice s, bool *reply)
{
    for (;;) {
        if (s.len > 0 && is_blank(s.ptr[s.len - 1])) {
            s.len--;
        } else if (ends_nocase(s, SLICE("(fwd)"))) {
            s.len -= 5;
            *reply = true;
        } else {
            return s;
        }
    }
}

/* "[" no brackets "]" and blanks; false: there is none in front. */
static bool take_blob(slice *s)
{
    if (s->len == 0 || s->ptr[0] != '[') {
        return false;
    }
    for (size_t i = 1; i < s->len; i++) {
        if (s->ptr[i] == '[') {
            return false;
        }
        if (s->ptr[i] == ']') {
            *s = skip_blanks(slice_from(*s, i + 1));
            return true;
        }
    }
    return false;
}

/* ("re" / "fw" / "fwd"), perhaps a blob, ":" */
static bool take_refwd(slice *s)
{
    slice rest = *s;
    size_t len = slice_starts_nocase(rest, SLICE("fwd"))  ? 3
                 : slice_starts_nocase(rest, SLICE("fw")) ? 2
                 : slice_starts_nocase(rest, SLICE("re")) ? 2
                                                          : 0;
    if (len == 0) {
        return false;
    }
    rest = skip_blanks(slice_from(rest, len));
    (void)take_blob(&rest);
    if (rest.len == 0 || rest.ptr[0] != ':') {
        return false;
    }
    *s = slice_from(rest, 1);
    return true;
}

/* (3) subj-leader: blobs and then one of those, or a blank */
static bool take_leader(slice *s, bool *reply)
{
    slice rest = *s;
    if (rest.len > 0 && is_blank(rest.ptr[0])) {
        *s = skip_blanks(rest);
        return true;
    }
    while (take_blob(&rest)) {
    }
    if (!take_refwd(&rest)) {
        return false;
    }
    *reply = true;
    *s = rest;
    return true;
}

/* (4) a blob in front goes, unless nothing would be left */
static bool take_prefix_blob(slice *s)
{
    slice rest = *s;
    if (!take_blob(&rest) || rest.len == 0) {
        return false;
    }
    *s = rest;
    return true;
}

void subject_base(slice subject, struct buf *out, bool *reply_r)
{
    struct buf flat;
    buf_init(&flat);
    squeeze(subject, &flat);
    slice s = buf_slice(&flat);
    *reply_r = false;
    for (;;) {
        s = without_trailers(s, reply_r);
        while (take_leader(&s, reply_r) || take_prefix_blob(&s)) { /* (5) */
        }
        if (!slice_starts_nocase(s, SLICE("[fwd:")) || !slice_ends(s, SLICE("]"))) { /* (6) */
            break;
        }
        *reply_r = true;
        s = slice_sub(s, 5, s.len - 6);
    }
    buf_add(out, s);
    buf_deinit(&flat);
}
