/* imap_decode.c - undoes encoded-words, base64 and quoted-printable.
 * Forgiving: what cannot be decoded stays as it stands. */
#include "sim/proto/imap_decode.h"

#include "sim/base/base64.h"
#include "sim/base/safe.h"
#include "sim/mail/header.h"
#include "sim/mail/mime_tree.h"

/* RFC 2045 6.7 and RFC 2047 4.2, which has "_" for a blank and no soft line breaks. */
static void undo_quoted(slice text, bool word, struct buf *out)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        slice behind = slice_from(text, i + 1);
        if (word && c == '_') {
            buf_byte(out, ' ');
        } else if (c == '=' && behind.len >= 2 && ascii_hex(behind.ptr[0]) >= 0 &&
                   ascii_hex(behind.ptr[1]) >= 0) {
            buf_byte(out, (char)(ascii_hex(behind.ptr[0]) * 16 + ascii_hex(behind.ptr[1])));
            i += 2;
        } else if (c == '=' && slice_starts(behind, SLICE("\r\n"))) {
            i += 2;
        } else {
            buf_byte(out, c);
        }
    }
}

static bool undo_base64(slice text, struct buf *out)
{
    struct buf dense;
    buf_init(&dense);
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] > ' ') {
            buf_byte(&dense, text.ptr[i]);
        }
    }
    bool ok = base64_decode(buf_slice(&dense), out);
    buf_deinit(&dense);
    return ok;
}

/* Where a character set of one octet each differs from ISO-8859-1; 0: nothing is there. */
static const uint16_t windows_1252[32] = { 0x20ac, 0,      0x201a, 0x192,  0x201e, 0x2026, 0x2020,
                                           0x2021, 0x2c6,  0x2030, 0x160,  0x2039, 0x152,  0,
                                           0x17d,  0,      0,      0x2018, 0x2019, 0x201c, 0x201d,
                                           0x2022, 0x2013, 0x2014, 0x2dc,  0x2122, 0x161,  0x203a,
                                           0x153,  0,      0x17e,  0x178 }; /* 0x80 to 0x9f */
static const struct {
    uint8_t octet;
    uint16_t means;
} latin_9[] = { { 0xa4, 0x20ac }, { 0xa6, 0x160 }, { 0xa8, 0x161 }, { 0xb4, 0x17d },
                { 0xb8, 0x17e },  { 0xbc, 0x152 }, { 0xbd, 0x153 }, { 0xbe, 0x178 } };

static uint32_t as_latin_1(uint8_t c)
{
    return c;
}

static uint32_t as_latin_9(uint8_t c)
{
    for (size_t i = 0; i < COUNT(latin_9); i++) {
        if (latin_9[i].octet == c) {
            return latin_9[i].means;
        }
    }
    return c;
}

static uint32_t as_windows(uint8_t c)
{
    uint32_t means = c >= 0x80 && c < 0xa0 ? windows_1252[c - 0x80] : c;
    return means > 0 ? means : c;
}

static const struct {
    slice name;
    uint32_t (*means)(uint8_t c); /* NULL: it is UTF-8, or part of it */
} charsets[] = {
    { SLICE_INIT("utf-8"), NULL },
    { SLICE_INIT("us-ascii"), NULL },
    { SLICE_INIT("iso-8859-1"), as_latin_1 },
    { SLICE_INIT("latin1"), as_latin_1 },
    { SLICE_INIT("iso-8859-15"), as_latin_9 },
    { SLICE_INIT("windows-1252"), as_windows },
    { SLICE_INIT("cp1252"), as_windows },
};

bool imap_decode_charset(slice charset, slice text, struct buf *out)
{
    for (size_t i = 0; i < COUNT(charsets); i++) {
        if (!slice_eq_nocase(charset, charsets[i].name)) {
            continue;
        }
        if (!charsets[i].means) {
            buf_add(out, text);
        }
        for (size_t k = 0; charsets[i].means && k < text.len; k++) {
            utf8_put(out, charsets[i].means((uint8_t)text.ptr[k]));
        }
        return true;
    }
    return false;
}

/* "=?charset?q?text?=" at the front of *rest, which it takes.  false: it is none. */
static bool take_word(slice *rest, struct buf *out)
{
    if (!slice_starts(*rest, SLICE("=?"))) {
        return false;
    }
    slice left = slice_from(*rest, 2);
    slice charset = slice_cut(&left, '?');
    slice how = slice_cut(&left, '?');
    size_t end = slice_find(left, SLICE("?="));
    if (end == SLICE_NONE || how.len != 1 || charset.len == 0) {
        return false;
    }
    charset = slice_cut(&charset, '*'); /* a language may follow, RFC 2231 5 */
    slice text = slice_sub(left, 0, end);
    struct buf raw;
    buf_init(&raw);
    bool ok = true;
    if (ascii_lower(how.ptr[0]) == 'q') {
        undo_quoted(text, true, &raw);
    } else {
        ok = ascii_lower(how.ptr[0]) == 'b' && undo_base64(text, &raw);
    }
    ok = ok && imap_decode_charset(charset, buf_slice(&raw), out);
    buf_deinit(&raw);
    *rest = ok ? slice_from(left, end + 2) : *rest;
    return ok;
}

void imap_decode_field(slice unfolded, struct buf *out)
{
    size_t behind_word = SLICE_NONE; /* length of out just behind an encoded-word */
    slice rest = unfolded;
    while (rest.len > 0) {
        struct buf word;
        buf_init(&word);
        bool is_word = take_word(&rest, &word);
        if (is_word) {
            /* Blanks between two encoded-words are not shown (RFC 2047 6.2). */
            slice gap =
                behind_word == SLICE_NONE ? SLICE("x") : slice_from(buf_slice(out), behind_word);
            out->len -= slice_trim(gap).len == 0 ? gap.len : 0;
            buf_add(out, buf_slice(&word));
            behind_word = out->len;
        } else {
            buf_byte(out, rest.ptr[0]);
            rest = slice_from(rest, 1);
        }
        buf_deinit(&word);
    }
}

static slice charset_of(slice header, struct arena *a)
{
    struct header_field f;
    slice name;
    slice value;
    if (header_find(header, SLICE("Content-Type"), &f)) {
        while (mime_param_next(&f.body, a, &name, &value)) {
            if (slice_eq_nocase(name, SLICE("charset"))) {
                return value;
            }
        }
    }
    return SLICE("utf-8");
}

bool imap_decode_octets(slice header, slice body, struct buf *out)
{
    struct header_field f;
    slice how = { 0 };
    if (header_find(header, SLICE("Content-Transfer-Encoding"), &f)) {
        how = mime_value(&f.body);
    }
    if (slice_eq_nocase(how, SLICE("quoted-printable"))) {
        undo_quoted(body, false, out);
        return true;
    }
    if (slice_eq_nocase(how, SLICE("base64"))) {
        return undo_base64(body, out);
    }
    buf_add(out, body);
    return how.len == 0 || slice_eq_nocase(how, SLICE("7bit")) ||
           slice_eq_nocase(how, SLICE("8bit")) || slice_eq_nocase(how, SLICE("binary"));
}

void imap_decode_leaf(slice header, slice body, struct buf *out)
{
    struct buf raw;
    struct arena a;
    buf_init(&raw);
    arena_init(&a);
    if (!imap_decode_octets(header, body, &raw) ||
        !imap_decode_charset(charset_of(header, &a), buf_slice(&raw), out)) {
        buf_add(out, body);
    }
    arena_deinit(&a);
    buf_deinit(&raw);
}

void imap_decode_text(slice letter, struct buf *out)
{
    struct mime_tree t;
    mime_tree_read(&t, letter);
    for (size_t i = 0; i < t.count; i++) {
        if (t.parts[i].kind == MIME_LEAF && slice_eq_nocase(t.parts[i].type, SLICE("text"))) {
            imap_decode_leaf(mime_part_header(&t, i), mime_part_body(&t, i), out);
            buf_addz(out, "\r\n");
        }
    }
    mime_tree_deinit(&t);
}
