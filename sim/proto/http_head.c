/* http_head.c - the head of an HTTP message: its first line, its fields, and what they mean for the
 * connection (RFC 9112 3 to 6).
 * Never reads a body and never answers. */
#include "sim/proto/http_head.h"

/* ---- letters and words ---- */

static bool is_token(slice s) /* RFC 9110 5.6.2 */
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!ascii_is_alpha(c) && !ascii_is_digit(c) &&
            slice_find_byte(SLICE("!#$%&'*+-.^_`|~"), c) == SLICE_NONE) {
            return false;
        }
    }
    return s.len > 0;
}

static bool is_field_value(slice s) /* RFC 9110 5.5 */
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if ((c < ' ' && c != '\t') || c == 0x7F) {
            return false;
        }
    }
    return true;
}

static bool is_visible(slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] <= ' ' || s.ptr[i] > '~') {
            return false;
        }
    }
    return s.len > 0;
}

/* "HTTP/1.1".  false: not of that form; *major_r is then 0. */
static bool read_version(slice s, unsigned *major_r, bool *old_r)
{
    *major_r = 0;
    if (s.len != 8 || !slice_starts(s, SLICE("HTTP/")) || !ascii_is_digit(s.ptr[5]) ||
        s.ptr[6] != '.' || !ascii_is_digit(s.ptr[7])) {
        return false;
    }
    *major_r = (unsigned)(s.ptr[5] - '0');
    *old_r = s.ptr[7] == '0';
    return true;
}

/* ---- fields ---- */

bool http_field(slice fields, slice name, slice *value_r)
{
    while (fields.len > 0) {
        slice value = slice_cut(&fields, '\n');
        if (slice_eq_nocase(slice_cut(&value, ':'), name)) {
            *value_r = slice_trim(value);
            return true;
        }
    }
    *value_r = (slice){ 0 };
    return false;
}

bool http_type_is(slice type, slice media_type)
{
    return slice_eq_nocase(slice_trim(slice_cut(&type, ';')), media_type);
}

/* What the fields said, put together. */
struct sum {
    size_t hosts, lengths, codings;
    bool chunked_last, other_coding, keep_alive, other_expectation;
    slice host;
};

static uint16_t on_host(struct http_head *h, struct sum *sum, slice value)
{
    (void)h;
    sum->hosts++;
    sum->host = value;
    return 0;
}

/* Digits alone: "5, 5", which RFC 9110 8.6 lets pass, is not worth the doubt. */
static uint16_t on_length(struct http_head *h, struct sum *sum, slice value)
{
    sum->lengths++;
    return slice_to_u64(value, &h->length) ? 0 : 400;
}

static uint16_t on_coding(struct http_head *h, struct sum *sum, slice value)
{
    (void)h;
    while (value.ptr) {
        slice coding = slice_trim(slice_cut(&value, ','));
        if (coding.len > 0) {
            sum->other_coding = sum->other_coding || sum->chunked_last;
            sum->chunked_last = slice_eq_nocase(coding, SLICE("chunked"));
            sum->other_coding = sum->other_coding || !sum->chunked_last;
            sum->codings++;
        }
    }
    return 0;
}

static uint16_t on_connection(struct http_head *h, struct sum *sum, slice value)
{
    (void)sum;
    while (value.ptr) {
        h->message.close =
            slice_eq_nocase(slice_trim(slice_cut(&value, ',')), SLICE("close")) || h->message.close;
    }
    return 0;
}

static uint16_t on_type(struct http_head *h, struct sum *sum, slice value)
{
    (void)sum;
    h->message.type = h->message.type.ptr ? h->message.type : value;
    return 0;
}

static uint16_t on_expect(struct http_head *h, struct sum *sum, slice value)
{
    bool known = slice_eq_nocase(value, SLICE("100-continue"));
    h->expects = h->expects || known;
    sum->other_expectation = sum->other_expectation || !known;
    return 0;
}

static const struct field {
    slice name;
    uint16_t (*take)(struct http_head *h, struct sum *sum, slice value);
} fields[] = {
    { SLICE_INIT("Host"), on_host },
    { SLICE_INIT("Content-Length"), on_length },
    { SLICE_INIT("Transfer-Encoding"), on_coding },
    { SLICE_INIT("Connection"), on_connection },
    { SLICE_INIT("Content-Type"), on_type },
    { SLICE_INIT("Expect"), on_expect },
};

static uint16_t take_field(struct http_head *h, struct sum *sum, slice line, const char **why_r)
{
    slice value = line;
    slice name = slice_cut(&value, ':');
    if (!value.ptr || !is_token(name)) { /* RFC 9112 5.1: no blank before the colon; 5.2: no fold */
        *why_r = "a line is no field";
        return 400;
    }
    value = slice_trim(value);
    if (!is_field_value(value)) {
        *why_r = "a field holds control characters";
        return 400;
    }
    for (size_t i = 0; i < COUNT(fields); i++) {
        if (slice_eq_nocase(fields[i].name, name)) {
            *why_r = "a Content-Length is not a number";
            return fields[i].take(h, sum, value);
        }
    }
    return 0;
}

static uint16_t take_fields(struct http_head *h, struct sum *sum, const char **why_r)
{
    slice rest = h->message.fields;
    size_t count = 0;
    while (rest.len > 0) {
        if (++count > HTTP_FIELDS_MAX) {
            *why_r = "too many fields";
            return 431;
        }
        uint16_t status = take_field(h, sum, slice_cut(&rest, '\n'), why_r);
        if (status != 0) {
            return status;
        }
    }
    return 0;
}

/* RFC 9112 6.1 and 6.3: where two ends could count differently there is no message. */
static uint16_t take_framing(struct http_head *h, const struct sum *sum, const char **why_r)
{
    if (sum->lengths > 1 || (sum->lengths > 0 && sum->codings > 0)) {
        *why_r = "its length is told twice";
        return 400;
    }
    if (sum->codings > 0 && h->message.old) {
        *why_r = "HTTP/1.0 knows no Transfer-Encoding";
        return 400;
    }
    if (sum->codings > 0 && !sum->chunked_last) {
        *why_r = "chunked is not the last transfer coding";
        return 400;
    }
    if (sum->other_coding) {
        *why_r = "of the transfer codings only chunked is known here";
        return 501;
    }
    h->framing = sum->codings > 0   ? HTTP_BODY_CHUNKED
                 : sum->lengths > 0 ? HTTP_BODY_LENGTH
                                    : HTTP_BODY_NONE;
    return 0;
}

/* ---- requests ---- */

/* uri-host [":" port] (RFC 9110 7.2), without the port. */
static bool read_host(slice value, slice *host_r)
{
    slice port = { 0 };
    size_t bracket = slice_find_byte(value, ']');
    size_t from = bracket == SLICE_NONE ? 0 : bracket + 1;
    size_t colon = slice_find_byte(slice_from(value, from), ':');
    *host_r = value;
    if (colon != SLICE_NONE) {
        *host_r = slice_sub(value, 0, from + colon);
        port = slice_from(value, from + colon + 1);
    }
    for (size_t i = 0; i < host_r->len; i++) {
        char c = host_r->ptr[i];
        if (!ascii_is_alpha(c) && !ascii_is_digit(c) &&
            slice_find_byte(SLICE("-._~%!$&'()*+,;=[]:"), c) == SLICE_NONE) {
            return false;
        }
    }
    for (size_t i = 0; i < port.len; i++) {
        if (!ascii_is_digit(port.ptr[i])) {
            return false;
        }
    }
    return true;
}

/* The scheme and authority of an absolute target go before the Host field (RFC 9112 3.2.2). */
static bool read_target(struct http_message *m, slice *authority_r)
{
    static const slice schemes[] = { SLICE_INIT("https://"), SLICE_INIT("http://") };
    slice rest = m->target;
    for (size_t i = 0; i < COUNT(schemes); i++) {
        if (slice_starts_nocase(rest, schemes[i])) {
            rest = slice_from(rest, schemes[i].len);
            size_t end = 0;
            while (end < rest.len && rest.ptr[end] != '/' && rest.ptr[end] != '?') {
                end++;
            }
            *authority_r = slice_sub(rest, 0, end);
            rest = slice_from(rest, end);
            if (authority_r->len == 0) {
                return false;
            }
            if (rest.len == 0 || rest.ptr[0] == '?') {
                slice_cut(&rest, '?');
                m->path = SLICE("/");
                m->query = rest;
                return true;
            }
        }
    }
    m->query = rest;
    m->path = slice_cut(&m->query, '?');
    bool all = slice_eq(m->target, SLICE("*")) && slice_eq(m->method, SLICE("OPTIONS"));
    return all || slice_starts(m->path, SLICE("/"));
}

static uint16_t read_request_line(slice line, struct http_message *m, slice *authority_r,
                                  const char **why_r)
{
    unsigned major;
    slice rest = line;
    m->method = slice_cut(&rest, ' ');
    m->target = slice_cut(&rest, ' ');
    if (!is_token(m->method) || !is_visible(m->target) || !read_version(rest, &major, &m->old)) {
        *why_r = "the first line is no request";
        return 400;
    }
    if (major != 1) {
        *why_r = "only HTTP/1.0 and HTTP/1.1 are spoken here";
        return 505;
    }
    if (!read_target(m, authority_r)) {
        *why_r = "the request's target is no path";
        return 400;
    }
    return 0;
}

uint16_t http_head_request(slice text, struct http_head *head_r, const char **why_r)
{
    struct sum sum = { 0 };
    slice authority = { 0 };
    *head_r = (struct http_head){ 0 };
    struct http_message *m = &head_r->message;
    m->fields = text;
    uint16_t status = read_request_line(slice_cut(&m->fields, '\n'), m, &authority, why_r);
    status = status != 0 ? status : take_fields(head_r, &sum, why_r);
    status = status != 0 ? status : take_framing(head_r, &sum, why_r);
    if (status != 0) {
        return status;
    }
    m->close = m->close || m->old;
    if (sum.hosts > 1 || (sum.hosts == 0 && !m->old) ||
        !read_host(authority.len > 0 ? authority : sum.host, &m->host)) {
        *why_r = "there must be one Host field, with a host (RFC 9112 3.2)";
        return 400;
    }
    if (!slice_eq(m->method, SLICE("GET")) && !slice_eq(m->method, SLICE("HEAD")) &&
        !slice_eq(m->method, SLICE("POST"))) {
        *why_r = "of the methods only GET, HEAD and POST are known here";
        return 501;
    }
    if (sum.other_expectation) {
        *why_r = "of the expectations only 100-continue is known here";
        return 417;
    }
    head_r->expects = head_r->expects && !m->old && head_r->framing != HTTP_BODY_NONE;
    return 0;
}

/* ---- responses ---- */

static bool read_status_line(slice line, struct http_message *m)
{
    unsigned major;
    uint32_t status;
    slice rest = line;
    slice version = slice_cut(&rest, ' ');
    slice code = slice_cut(&rest, ' ');
    if (!read_version(version, &major, &m->old) || major != 1 || code.len != 3 ||
        !slice_to_u32(code, &status) || status < 100 || !is_field_value(rest)) {
        return false;
    }
    m->status = (uint16_t)status;
    return true;
}

bool http_head_response(slice text, bool bodyless, struct http_head *head_r, const char **why_r)
{
    struct sum sum = { 0 };
    *head_r = (struct http_head){ 0 };
    struct http_message *m = &head_r->message;
    m->fields = text;
    if (!read_status_line(slice_cut(&m->fields, '\n'), m)) {
        *why_r = "the first line is no status of HTTP/1";
        return false;
    }
    if (take_fields(head_r, &sum, why_r) != 0 || take_framing(head_r, &sum, why_r) != 0) {
        return false;
    }
    /* RFC 9112 6.3: these have no body, whatever their fields say. */
    if (bodyless || m->status < 200 || m->status == 204 || m->status == 304) {
        head_r->framing = HTTP_BODY_NONE;
    } else if (head_r->framing == HTTP_BODY_NONE) {
        head_r->framing = HTTP_BODY_UNTIL_CLOSE;
    }
    m->close = m->close || m->old || head_r->framing == HTTP_BODY_UNTIL_CLOSE;
    return true;
}

/* ---- words ---- */

slice http_reason(uint16_t status)
{
    static const struct {
        uint16_t status;
        slice reason;
    } reasons[] = {
        /* RFC 9110 15; 431: RFC 6585 5 */
        { 200, SLICE_INIT("OK") },
        { 201, SLICE_INIT("Created") },
        { 202, SLICE_INIT("Accepted") },
        { 204, SLICE_INIT("No Content") },
        { 301, SLICE_INIT("Moved Permanently") },
        { 302, SLICE_INIT("Found") },
        { 303, SLICE_INIT("See Other") },
        { 307, SLICE_INIT("Temporary Redirect") },
        { 308, SLICE_INIT("Permanent Redirect") },
        { 400, SLICE_INIT("Bad Request") },
        { 401, SLICE_INIT("Unauthorized") },
        { 403, SLICE_INIT("Forbidden") },
        { 404, SLICE_INIT("Not Found") },
        { 405, SLICE_INIT("Method Not Allowed") },
        { 408, SLICE_INIT("Request Timeout") },
        { 409, SLICE_INIT("Conflict") },
        { 413, SLICE_INIT("Content Too Large") },
        { 414, SLICE_INIT("URI Too Long") },
        { 415, SLICE_INIT("Unsupported Media Type") },
        { 417, SLICE_INIT("Expectation Failed") },
        { 421, SLICE_INIT("Misdirected Request") },
        { 422, SLICE_INIT("Unprocessable Content") },
        { 429, SLICE_INIT("Too Many Requests") },
        { 431, SLICE_INIT("Request Header Fields Too Large") },
        { 500, SLICE_INIT("Internal Server Error") },
        { 501, SLICE_INIT("Not Implemented") },
        { 502, SLICE_INIT("Bad Gateway") },
        { 503, SLICE_INIT("Service Unavailable") },
        { 505, SLICE_INIT("HTTP Version Not Supported") },
    };
    for (size_t i = 0; i < COUNT(reasons); i++) {
        if (reasons[i].status == status) {
            return reasons[i].reason;
        }
    }
    return SLICE("");
}

void http_say_field(struct outq *out, slice name_and_colon, slice value)
{
    if (value.len > 0) {
        outq_static(out, name_and_colon);
        outq_text(out, value);
        outq_static(out, SLICE("\r\n"));
    }
}
