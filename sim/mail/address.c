/* address.c - mailboxes and paths, for the envelope and for header fields.
 * Never decides who exists; it only knows how an address is written. */
#include "sim/mail/address.h"

#include "sim/base/fmt.h"
#include "sim/base/idna.h"
#include "sim/base/ip6.h"
#include "sim/mail/mime.h"

#define LABEL_MAX 63 /* RFC 1035 2.3.4 */

static bool in_set(char c, slice set)
{
    return slice_find_byte(set, c) != SLICE_NONE;
}

/* Part of a character beyond ASCII, which RFC 6531 3.3 lets stand wherever a letter may; whether it
 * is well-formed is looked at once, in the end. */
static bool is_wide(char c)
{
    return ((unsigned char)c & 0x80) != 0;
}

static bool is_let_dig(char c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c);
}

/* RFC 5322 3.2.3 */
static bool is_atext(char c)
{
    return is_let_dig(c) || in_set(c, SLICE("!#$%&'*+-/=?^_`{|}~"));
}

bool address_is_atom(slice s)
{
    size_t n = 0;
    while (n < s.len && is_atext(s.ptr[n])) {
        n++;
    }
    return n > 0 && n == s.len;
}

/* ---- lengths of what stands at the front; 0: nothing of that kind ---- */

/* Atom *("." Atom), RFC 5321 4.1.2 */
static size_t dot_string(slice s)
{
    size_t n = 0;
    bool atom = false;
    while (n < s.len && (is_atext(s.ptr[n]) || is_wide(s.ptr[n]) || (s.ptr[n] == '.' && atom))) {
        atom = s.ptr[n] != '.';
        n++;
    }
    return atom ? n : 0;
}

/* Quoted-string of RFC 5321 4.1.2: printable ASCII, a backslash before any of it */
static size_t quoted_string(slice s)
{
    if (s.len == 0 || s.ptr[0] != '"') {
        return 0;
    }
    for (size_t n = 1; n < s.len; n++) {
        if (s.ptr[n] == '"') {
            return n + 1;
        }
        if (s.ptr[n] == '\\') {
            n++;
        }
        if (n == s.len || (!is_wide(s.ptr[n]) && (s.ptr[n] < 32 || s.ptr[n] > 126))) {
            return 0;
        }
    }
    return 0;
}

static size_t domain_length(slice s)
{
    size_t n = 0;
    for (;;) {
        size_t label = 0;
        while (n + label < s.len && (is_let_dig(s.ptr[n + label]) || is_wide(s.ptr[n + label]) ||
                                     (label > 0 && s.ptr[n + label] == '-'))) {
            label++;
        }
        if (label == 0 || label > LABEL_MAX || s.ptr[n + label - 1] == '-') {
            return 0;
        }
        n += label;
        if (n == s.len || s.ptr[n] != '.') {
            return n <= ADDRESS_DOMAIN_MAX ? n : 0;
        }
        n++;
    }
}

bool domain_valid(slice domain)
{
    return domain.len > 0 && domain_length(domain) == domain.len && address_is_ascii(domain);
}

bool address_is_ascii(slice s)
{
    return mime_is_ascii(s);
}

bool domain_same(slice a, slice b)
{
    struct idna plain_a, plain_b;
    if (slice_eq_nocase(a, b)) {
        return true;
    }
    return (!address_is_ascii(a) || !address_is_ascii(b)) && idna_ascii(a, &plain_a) &&
           idna_ascii(b, &plain_b) && slice_eq(idna_slice(&plain_a), idna_slice(&plain_b));
}

void domain_add_plain(struct buf *out, slice domain)
{
    struct idna plain;
    bool wide = !address_is_ascii(domain) && idna_ascii(domain, &plain);
    buf_add(out, wide ? idna_slice(&plain) : domain);
}

/* Standardized-tag ":" 1*dcontent */
static bool general_literal(slice s)
{
    size_t colon = slice_find_byte(s, ':');
    if (colon == SLICE_NONE || colon == 0 || colon + 1 == s.len || !is_let_dig(s.ptr[colon - 1])) {
        return false;
    }
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool fine = i < colon ? is_let_dig(c) || c == '-' : c > 32 && c < 127 && c != '\\';
        if (!fine || c == '[') {
            return false;
        }
    }
    return true;
}

bool address_literal_valid(slice domain)
{
    uint32_t ip4;
    uint8_t ip6[IP6_OCTETS];
    if (domain.len < 3 || domain.len > ADDRESS_DOMAIN_MAX || domain.ptr[0] != '[' ||
        slice_find_byte(domain, ']') != domain.len - 1) {
        return false;
    }
    slice inside = slice_sub(domain, 1, domain.len - 2);
    if (slice_starts_nocase(inside, SLICE("IPv6:"))) {
        return parse_ip6(slice_from(inside, 5), ip6);
    }
    return parse_ip4(inside, &ip4) || general_literal(inside);
}

static size_t literal_length(slice s)
{
    size_t end = s.len > 0 && s.ptr[0] == '[' ? slice_find_byte(s, ']') : SLICE_NONE;
    return end != SLICE_NONE && address_literal_valid(slice_sub(s, 0, end + 1)) ? end + 1 : 0;
}

/* ---- addresses ---- */

/* Takes Local-part "@" ( Domain / address-literal ) off the front of *rest. */
static bool mailbox_front(slice *rest, struct address *a_r)
{
    slice s = *rest;
    size_t local = s.len > 0 && s.ptr[0] == '"' ? quoted_string(s) : dot_string(s);
    if (local == 0 || local > ADDRESS_LOCAL_MAX || local == s.len || s.ptr[local] != '@') {
        return false;
    }
    slice after = slice_from(s, local + 1);
    size_t domain =
        after.len > 0 && after.ptr[0] == '[' ? literal_length(after) : domain_length(after);
    if (domain == 0) {
        return false;
    }
    *a_r = (struct address){
        .whole = slice_sub(s, 0, local + 1 + domain),
        .local = slice_sub(s, 0, local),
        .domain = slice_sub(after, 0, domain),
    };
    *rest = slice_from(after, domain);
    return address_is_ascii(a_r->whole) || mime_is_utf8(a_r->whole);
}

/* A-d-l ":" of RFC 5321 4.1.2: "@relay.example,@other.example:"; appendix C says to ignore it. */
static bool skip_source_route(slice *s)
{
    while (s->len > 0 && s->ptr[0] == '@') {
        size_t n = domain_length(slice_from(*s, 1));
        if (n == 0 || n + 1 == s->len) {
            return false;
        }
        char after = s->ptr[n + 1];
        *s = slice_from(*s, n + 2);
        if (after == ':') {
            return true;
        }
        if (after != ',' || s->len == 0 || s->ptr[0] != '@') {
            return false;
        }
    }
    return true;
}

bool address_path(slice *rest, bool null_ok, bool postmaster_ok, struct address *a_r)
{
    static const slice postmaster = SLICE_INIT("Postmaster>");
    if (rest->len == 0 || rest->ptr[0] != '<') {
        return false;
    }
    slice s = slice_from(*rest, 1);
    if (null_ok && slice_starts(s, SLICE(">"))) {
        *a_r = (struct address){ 0 };
        *rest = slice_from(s, 1);
        return true;
    }
    if (postmaster_ok && slice_starts_nocase(s, postmaster)) {
        slice local = slice_sub(s, 0, postmaster.len - 1);
        *a_r = (struct address){ .whole = local, .local = local };
        *rest = slice_from(s, postmaster.len);
        return true;
    }
    if (!skip_source_route(&s) || !mailbox_front(&s, a_r) || !slice_starts(s, SLICE(">"))) {
        return false;
    }
    s = slice_from(s, 1);
    if (rest->len - s.len > ADDRESS_PATH_MAX) {
        return false;
    }
    *rest = s;
    return true;
}

bool address_parse(slice s, struct address *a_r)
{
    return s.len <= ADDRESS_PATH_MAX - 2 && mailbox_front(&s, a_r) && s.len == 0;
}

int address_local_byte(slice *local)
{
    while (local->len > 0) {
        char c = local->ptr[0];
        *local = slice_from(*local, 1);
        if (c == '"') {
            continue;
        }
        if (c == '\\' && local->len > 0) {
            c = local->ptr[0];
            *local = slice_from(*local, 1);
        }
        return (unsigned char)c;
    }
    return -1;
}

static char as_it_is(char c)
{
    return c;
}

static bool local_same(slice left, slice right, char (*folded)(char))
{
    int x, y;
    do {
        x = address_local_byte(&left);
        y = address_local_byte(&right);
        if ((x < 0) != (y < 0) || (x >= 0 && folded((char)x) != folded((char)y))) {
            return false;
        }
    } while (x >= 0);
    return true;
}

bool address_local_folds(slice a, slice b)
{
    return slice_eq(a, b) || local_same(a, b, ascii_lower);
}

slice address_local_plain(slice local)
{
    bool quoted = local.len > 2 && local.ptr[0] == '"' && local.ptr[local.len - 1] == '"';
    return quoted && slice_find_byte(local, '\\') == SLICE_NONE ? slice_sub(local, 1, local.len - 2)
                                                                : local;
}

bool address_same(const struct address *a, const struct address *b)
{
    bool local = slice_eq(a->local, b->local) || local_same(a->local, b->local, as_it_is);
    return local && domain_same(a->domain, b->domain);
}

/* ---- header fields ---- */

/* Length of a comment, its nested ones included (RFC 5322 3.2.2); all of s where it does not
 * end. */
static size_t comment_length(slice s)
{
    size_t depth = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '\\') {
            i++;
        } else if (s.ptr[i] == '(') {
            depth++;
        } else if (s.ptr[i] == ')' && --depth == 0) {
            return i + 1;
        }
    }
    return s.len;
}

/* A quoted string may hold '<', ',' and '@'; all of s where it does not end. */
static size_t quotes_length(slice s)
{
    for (size_t i = 1; i < s.len; i++) {
        if (s.ptr[i] == '\\') {
            i++;
        } else if (s.ptr[i] == '"') {
            return i + 1;
        }
    }
    return s.len;
}

/* Length of the lexical piece in front: a comment, a run of blanks, one delimiter, or a word with
 * its quotes and address literal. */
static size_t piece_length(slice s)
{
    static const slice blanks = SLICE_INIT(" \t\r\n");
    static const slice breaks = SLICE_INIT(" \t\r\n(<>,;:");
    size_t n = 0;
    if (s.ptr[0] == '(') {
        return comment_length(s);
    }
    while (n < s.len && in_set(s.ptr[n], blanks)) {
        n++;
    }
    while (n == 0 || (n < s.len && !in_set(s.ptr[n], breaks) && !in_set(s.ptr[0], breaks))) {
        if (s.ptr[n] == '"') {
            n += quotes_length(slice_from(s, n));
        } else if (s.ptr[n] == '[' && slice_find_byte(slice_from(s, n), ']') != SLICE_NONE) {
            n += slice_find_byte(slice_from(s, n), ']') + 1;
        } else {
            n++;
        }
    }
    return n;
}

/* Is an angle address next?  Then what stands before it is only a name, however it looks. */
static bool angle_follows(slice s)
{
    while (s.len > 0 && in_set(s.ptr[0], SLICE(" \t\r\n("))) {
        s = slice_from(s, piece_length(s));
    }
    return s.len > 0 && s.ptr[0] == '<';
}

bool address_list_next(slice *body, struct address *a_r)
{
    while (body->len > 0) {
        slice before = *body;
        struct address found;
        if (before.ptr[0] == '<' && address_path(body, false, false, &found)) {
            *a_r = found;
            return true;
        }
        size_t n = piece_length(before);
        *body = slice_from(before, n);
        if (address_parse(slice_sub(before, 0, n), &found) && !angle_follows(*body)) {
            *a_r = found;
            return true;
        }
    }
    return false;
}

bool address_from_header(slice body, struct address *a_r)
{
    return address_list_next(&body, a_r);
}
