/* api_read.c - the JSON of a request to send, and what is wrong with it, by the member's name.
 * Strict: a member that nobody knows is a mistake too, for it may be the one that matters.
 * Never knows who asks. */
#include "sim/actors/api.h"

#include "sim/base/base64.h"
#include "sim/mail/mime.h"

struct reader {
    struct api_request *r;
    struct api_problem *why;
};

static bool wrong(struct reader *in, slice field, const char *text)
{
    in->why->status = 422; /* RFC 9110 15.5.21: the syntax is good, what it says is not */
    in->why->text = text;
    buf_clear(&in->why->field);
    buf_add(&in->why->field, field);
    return false;
}

static bool wrong_at(struct reader *in, slice field, size_t index, const char *text)
{
    (void)wrong(in, field, text);
    buf_byte(&in->why->field, '[');
    fmt_u64(&in->why->field, index);
    buf_byte(&in->why->field, ']');
    return false;
}

static bool is_text(const struct json_node *n)
{
    return json_type(n) == JSON_STRING;
}

/* A line end in a field body would begin a field of its own. */
static bool is_one_line(slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        if ((unsigned char)s.ptr[i] < 32 || s.ptr[i] == 127) {
            return false;
        }
    }
    return true;
}

/* "carol@example.net", or with a name in front of <>: the name is put into name_r. */
static bool read_address(slice text, slice *name_r, struct address *a_r)
{
    size_t open = text.len; /* behind the last '<': a name may have some, too */
    *name_r = (slice){ 0 };
    while (open > 0 && text.ptr[open - 1] != '<') {
        open--;
    }
    if (open > 0 && slice_ends(text, SLICE(">"))) {
        slice name = slice_trim(slice_sub(text, 0, open - 1));
        if (name.len >= 2 && name.ptr[0] == '"' && name.ptr[name.len - 1] == '"') {
            name = slice_sub(name, 1, name.len - 2);
        }
        *name_r = name;
        text = slice_sub(text, open, text.len - open - 1);
    }
    return is_one_line(*name_r) && address_parse(text, a_r) && a_r->domain.len > 0;
}

typedef bool member_fn(struct reader *in, const struct json_node *n, slice field);

static bool read_from(struct reader *in, const struct json_node *n, slice field)
{
    return (is_text(n) && read_address(json_text(n), &in->r->from_name, &in->r->from)) ||
           wrong(in, field, "an address is wanted, such as \"Shop <orders@example.com>\"");
}

static bool add_address(const struct json_node *n, slice *list, size_t *count)
{
    struct address a;
    slice name;
    if (!is_text(n) || !read_address(json_text(n), &name, &a)) {
        return false;
    }
    list[(*count)++] = a.whole;
    return true;
}

/* One address, or an array of them. */
static bool read_addresses(struct reader *in, const struct json_node *n, slice field, slice *list,
                           size_t *count)
{
    size_t i = 0;
    if (json_type(n) != JSON_ARRAY) {
        return add_address(n, list, count) ||
               wrong(in, field, "an address or an array of addresses is wanted");
    }
    if (json_count(n) > API_RECIPIENTS_MAX) {
        return wrong(in, field, "these are more recipients than one letter may have");
    }
    for (const struct json_node *e = json_first(n); e; e = json_next(e), i++) {
        if (!add_address(e, list, count)) {
            return wrong_at(in, field, i, "this is no address");
        }
    }
    return true;
}

static bool read_to(struct reader *in, const struct json_node *n, slice field)
{
    return read_addresses(in, n, field, in->r->to, &in->r->to_count);
}

static bool read_cc(struct reader *in, const struct json_node *n, slice field)
{
    return read_addresses(in, n, field, in->r->cc, &in->r->cc_count);
}

static bool read_bcc(struct reader *in, const struct json_node *n, slice field)
{
    return read_addresses(in, n, field, in->r->bcc, &in->r->bcc_count);
}

static bool read_subject(struct reader *in, const struct json_node *n, slice field)
{
    if (!is_text(n) || !is_one_line(json_text(n))) {
        return wrong(in, field, "one line of text is wanted");
    }
    in->r->subject = json_text(n);
    return true;
}

static bool read_text(struct reader *in, const struct json_node *n, slice field)
{
    in->r->text = is_text(n) ? json_text(n) : in->r->text;
    return is_text(n) || wrong(in, field, "a text is wanted");
}

static bool read_html(struct reader *in, const struct json_node *n, slice field)
{
    in->r->html = is_text(n) ? json_text(n) : in->r->html;
    return is_text(n) || wrong(in, field, "a text is wanted");
}

/* RFC 5322 2.2: printable ASCII without the colon. */
static bool is_field_name(slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] <= ' ' || s.ptr[i] > '~' || s.ptr[i] == ':') {
            return false;
        }
    }
    return s.len > 0 && s.len <= 76;
}

/* These say what others have to say: the trace of the way, the envelope, how the body is written;
 * or a member of the request of their own. */
static bool is_reserved(slice name)
{
    static const slice reserved[] = {
        SLICE_INIT("From"),         SLICE_INIT("Sender"),
        SLICE_INIT("To"),           SLICE_INIT("Cc"),
        SLICE_INIT("Bcc"),          SLICE_INIT("Subject"),
        SLICE_INIT("Date"),         SLICE_INIT("Message-ID"),
        SLICE_INIT("MIME-Version"), SLICE_INIT("Received"),
        SLICE_INIT("Return-Path"),  SLICE_INIT("DKIM-Signature"),
        SLICE_INIT("Delivered-To"), SLICE_INIT("Authentication-Results"),
    };
    for (size_t i = 0; i < COUNT(reserved); i++) {
        if (slice_eq_nocase(name, reserved[i])) {
            return true;
        }
    }
    return slice_starts_nocase(name, SLICE("Content-")) ||
           slice_starts_nocase(name, SLICE("Resent-")) || slice_starts_nocase(name, SLICE("ARC-"));
}

static bool wrong_header(struct reader *in, slice field, slice name, const char *text)
{
    (void)wrong(in, field, text);
    buf_byte(&in->why->field, '.');
    buf_add(&in->why->field, name);
    return false;
}

static bool read_headers(struct reader *in, const struct json_node *n, slice field)
{
    if (json_type(n) != JSON_OBJECT || json_count(n) > API_HEADERS_MAX) {
        return wrong(in, field, "an object of texts is wanted, with at most 50 of them");
    }
    for (const struct json_node *h = json_first(n); h; h = json_next(h)) {
        slice name = json_key(h);
        if (!is_field_name(name)) {
            return wrong_header(in, field, name, "this is no name of a header field");
        }
        if (is_reserved(name)) {
            return wrong_header(in, field, name, "this field is not the caller's to set");
        }
        if (!is_text(h) || !is_one_line(json_text(h))) {
            return wrong_header(in, field, name, "one line of text is wanted");
        }
        in->r->headers[in->r->header_count++] = (struct api_header){ name, json_text(h) };
    }
    return true;
}

static bool read_tags(struct reader *in, const struct json_node *n, slice field)
{
    size_t i = 0;
    if (json_type(n) != JSON_ARRAY || json_count(n) > API_TAGS_MAX) {
        return wrong(in, field, "an array of at most ten texts is wanted");
    }
    for (const struct json_node *e = json_first(n); e; e = json_next(e), i++) {
        if (!is_text(e)) {
            return wrong_at(in, field, i, "a text is wanted");
        }
        in->r->tags[in->r->tag_count++] = json_text(e);
    }
    return true;
}

/* "application/pdf": RFC 2045 5.1 without parameters; no part that would have to be built. */
static bool is_file_type(slice s)
{
    slice rest = s;
    slice top = slice_cut(&rest, '/');
    return address_is_atom(top) && address_is_atom(rest) &&
           !slice_eq_nocase(top, SLICE("multipart")) && !slice_eq_nocase(top, SLICE("message"));
}

static bool wrong_file(struct reader *in, slice field, size_t index, const char *member,
                       const char *text)
{
    (void)wrong_at(in, field, index, text);
    buf_byte(&in->why->field, '.');
    buf_addz(&in->why->field, member);
    return false;
}

static bool read_file(struct reader *in, const struct json_node *n, slice field, size_t i)
{
    const struct json_node *name = json_get(n, "name"), *type = json_get(n, "type");
    const struct json_node *content = json_get(n, "content");
    struct api_file *f = &in->r->files[i];
    if (json_type(n) != JSON_OBJECT || json_count(n) != (type ? 3u : 2u)) {
        return wrong_at(in, field, i, "\"name\", \"content\" and perhaps \"type\" are wanted");
    }
    if (!name || !is_text(name) || !is_one_line(json_text(name)) || json_text(name).len == 0) {
        return wrong_file(in, field, i, "name", "one line of text is wanted");
    }
    if (type && (!is_text(type) || !is_file_type(json_text(type)))) {
        return wrong_file(in, field, i, "type", "a type such as \"application/pdf\" is wanted");
    }
    f->name = json_text(name);
    f->type = type ? json_text(type) : (slice){ 0 };
    f->off = in->r->bytes.len;
    if (!content || !is_text(content) || !base64_decode(json_text(content), &in->r->bytes)) {
        return wrong_file(in, field, i, "content", "base64 is wanted (RFC 4648 4)");
    }
    f->len = in->r->bytes.len - f->off;
    return true;
}

static bool read_files(struct reader *in, const struct json_node *n, slice field)
{
    size_t i = 0;
    if (json_type(n) != JSON_ARRAY || json_count(n) > API_FILES_MAX) {
        return wrong(in, field, "an array of at most 100 files is wanted");
    }
    for (const struct json_node *e = json_first(n); e; e = json_next(e), i++) {
        if (!read_file(in, e, field, i)) {
            return false;
        }
    }
    in->r->file_count = i;
    return true;
}

/* All addresses are looked at now, so that none is wrong later. */
static bool read_readers(struct reader *in, const struct json_node *n, slice field)
{
    struct address a;
    slice name;
    size_t i = 0;
    in->r->to_crowd = is_text(n) && slice_eq(json_text(n), SLICE("crowd"));
    if (in->r->to_crowd) {
        return true;
    }
    if (json_type(n) != JSON_ARRAY || !json_first(n)) {
        return wrong(in, field, "an array of addresses is wanted, or \"crowd\"");
    }
    for (const struct json_node *e = json_first(n); e; e = json_next(e), i++) {
        if (!is_text(e) || !read_address(json_text(e), &name, &a) ||
            a.whole.len != json_text(e).len) {
            return wrong_at(in, field, i, "this is no address");
        }
    }
    in->r->readers = n;
    return true;
}

enum { LETTER = 1, NEWS = 2 };
static const struct member {
    slice name;
    member_fn *read;
    int of;
} members[] = {
    { SLICE_INIT("from"), read_from, LETTER | NEWS },
    { SLICE_INIT("to"), read_to, LETTER },
    { SLICE_INIT("cc"), read_cc, LETTER },
    { SLICE_INIT("bcc"), read_bcc, LETTER },
    { SLICE_INIT("subject"), read_subject, LETTER | NEWS },
    { SLICE_INIT("text"), read_text, LETTER | NEWS },
    { SLICE_INIT("html"), read_html, LETTER | NEWS },
    { SLICE_INIT("attachments"), read_files, LETTER },
    { SLICE_INIT("headers"), read_headers, LETTER },
    { SLICE_INIT("tags"), read_tags, LETTER | NEWS },
    { SLICE_INIT("readers"), read_readers, NEWS },
};

static bool read_member(struct reader *in, const struct json_node *n, int of)
{
    for (size_t i = 0; i < COUNT(members); i++) {
        if ((members[i].of & of) && slice_eq(json_key(n), members[i].name)) {
            return members[i].read(in, n, members[i].name);
        }
    }
    return wrong(in, json_key(n), "there is no such member");
}

bool api_read(const struct json_node *root, bool news, struct api_request *r,
              struct api_problem *why)
{
    struct reader in = { .r = r, .why = why };
    if (json_type(root) != JSON_OBJECT) {
        (void)wrong(&in, SLICE(""), "the body must be a JSON object");
        why->status = 400;
        return false;
    }
    for (const struct json_node *n = json_first(root); n; n = json_next(n)) {
        if (!read_member(&in, n, news ? NEWS : LETTER)) {
            return false;
        }
    }
    if (r->from.whole.len == 0) {
        return wrong(&in, SLICE("from"), "this is missing");
    }
    if (news && !r->readers && !r->to_crowd) {
        return wrong(&in, SLICE("readers"), "this is missing");
    }
    if (!news && r->to_count == 0) {
        return wrong(&in, SLICE("to"), "somebody must get the letter");
    }
    if (r->to_count + r->cc_count + r->bcc_count > API_RECIPIENTS_MAX) {
        return wrong(&in, SLICE("to"), "these are more recipients than one letter may have");
    }
    if (r->text.len == 0 && r->html.len == 0) {
        return wrong(&in, SLICE("text"), "\"text\" or \"html\" is missing");
    }
    return true;
}
