/* dissect_tls.c - the headers of TLS records, and of handshake messages that go in the clear
 * (RFC 8446 4, 5.1; RFC 5246 6.2).  See dissect.h.  Opens nothing. */
#include "ui/dissect.h"

enum { HEAD = 5, LARGEST = 16384 + 2048 };
enum { CHANGE = 20, ALERT = 21, HANDSHAKE = 22, DATA = 23 };

static unsigned octet(slice s, size_t at)
{
    return at < s.len ? (unsigned char)s.ptr[at] : 0;
}

static size_t octets2(slice s, size_t at)
{
    return (size_t)octet(s, at) << 8 | octet(s, at + 1);
}

/* The host_name of the extension server_name (RFC 6066 3) of a ClientHello (RFC 8446 4.1.2).
 * `s` is the message behind its four octets of header. */
static slice server_name(slice s)
{
    size_t at = 2 + 32;
    at += 1 + octet(s, at);   /* session */
    at += 2 + octets2(s, at); /* cipher suites */
    at += 1 + octet(s, at);   /* compression */
    size_t end = at + 2 + octets2(s, at);
    end = end < s.len ? end : s.len;
    for (at += 2; at + 4 <= end; at += 4 + octets2(s, at + 2)) {
        size_t len = octets2(s, at + 2);
        if (octets2(s, at) == 0 && len > 5 && at + 4 + len <= end && octet(s, at + 6) == 0) {
            return slice_sub(slice_sub(s, at + 4, len), 5, octets2(s, at + 7));
        }
    }
    return (slice){ 0 };
}

static void handshake(slice body, size_t at, struct hits *out)
{
    const unsigned client_hello = 1;
    while (body.len >= 4) {
        size_t len = octets2(body, 2) | (size_t)octet(body, 1) << 16;
        slice message = slice_sub(body, 4, len);
        hits_number(out, FIELD_TLS_SHAKE, at, 1, 1, octet(body, 0));
        slice name = octet(body, 0) == client_hello ? server_name(message) : (slice){ 0 };
        if (name.len) {
            size_t in = (size_t)(name.ptr - body.ptr);
            hits_text(out, FIELD_TLS_NAME, at + in, name.len, 1, name);
        }
        at += 4 + message.len;
        body = slice_from(body, 4 + len);
    }
}

/* The header of a record, which lies at `at` where it is not cut. */
static void header(struct dissect_tls *t, size_t at, bool whole, struct hits *out)
{
    slice head = { (const char *)t->head, HEAD };
    size_t version = octets2(head, 1), length = octets2(head, 3);
    t->type = t->head[0];
    t->left = (uint32_t)length;
    t->have = 0;
    t->lost = t->type < CHANGE || t->type > DATA + 1 || t->head[1] != 3 || length > LARGEST;
    if (t->lost) {
        return;
    }
    size_t from = whole ? at - HEAD : at, len = whole ? HEAD : 0;
    hits_add(out, FIELD_TLS_RECORD, from, len, 0);
    hits_number(out, FIELD_TLS_TYPE, from, len ? 1 : 0, 1, t->type);
    hits_number(out, FIELD_TLS_VERSION, len ? from + 1 : at, len ? 2 : 0, 1, version);
    hits_number(out, FIELD_TLS_LENGTH, len ? from + 3 : at, len ? 2 : 0, 1, length);
}

static void body(struct dissect_tls *t, slice bytes, size_t at, bool begins, struct hits *out)
{
    bool open = begins && !t->sealed && bytes.len == t->left;
    if (t->type == HANDSHAKE && open) {
        handshake(bytes, at, out);
    } else if (t->type != CHANGE && bytes.len) {
        hits_add(out, FIELD_TLS_SEALED, at, bytes.len, 1);
    }
    t->left -= (uint32_t)bytes.len;
    t->sealed = t->sealed || (t->type == CHANGE && t->left == 0);
}

void dissect_tls(struct dissect_tls *t, slice bytes, struct hits *out)
{
    hits_add(out, FIELD_TLS, 0, 0, 0);
    bool begins = false;
    for (size_t at = 0; at < bytes.len && !t->lost;) {
        if (t->left > 0) {
            slice part = slice_sub(bytes, at, t->left);
            body(t, part, at, begins, out);
            at += part.len;
            begins = false;
            continue;
        }
        slice part = slice_sub(bytes, at, (size_t)HEAD - t->have);
        bool whole = t->have == 0 && part.len == HEAD;
        memcpy(t->head + t->have, part.ptr, part.len);
        t->have = (uint8_t)(t->have + part.len);
        at += part.len;
        if (t->have == HEAD) {
            header(t, at, whole, out);
            begins = true;
        }
    }
}
