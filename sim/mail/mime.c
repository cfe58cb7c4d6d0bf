/* mime.c - encoded-words and quoted-printable.
 * Never knows what the text says or where the letter goes. */
#include "sim/mail/mime.h"

#include <string.h>

#define FOLD_AT     76 /* RFC 2047 2; RFC 2045 6.7 (5) */
#define WORD_MAX    75
#define WORD_LONG   900 /* a word that cannot be folded; MIME_LINE_MAX less any column */
#define WORD_BEGIN  "=?utf-8?Q?"
#define WORD_END    "?="
#define WORD_FRAME  (sizeof WORD_BEGIN + sizeof WORD_END - 2)
#define ENCODED_LEN 3 /* =XX */

static bool is_printable(char c)
{
    return c >= 32 && c <= 126;
}

static void add_printable(struct buf *out, char c, char instead)
{
    if (!is_printable(c)) {
        c = instead;
    }
    buf_byte(out, c);
}

static void add_encoded(struct buf *out, char c)
{
    static const char hex[] = "0123456789ABCDEF";
    unsigned char u = (unsigned char)c;
    char text[ENCODED_LEN] = { '=', hex[u >> 4], hex[u & 15] };
    buf_add(out, (slice){ text, sizeof text });
}

/* Every address that comes in is looked at, and every reply: eight octets at a time, the last eight
 * once more where it does not come out even. */
bool mime_is_ascii(slice text)
{
    uint64_t seen = 0, eight;
    size_t at = 0;
    for (; at + sizeof eight <= text.len; at += sizeof eight) {
        memcpy(&eight, text.ptr + at, sizeof eight);
        seen |= eight;
    }
    if (at > 0) {
        memcpy(&eight, text.ptr + text.len - sizeof eight, sizeof eight);
        seen |= eight;
        at = text.len;
    }
    for (; at < text.len; at++) {
        seen |= (unsigned char)text.ptr[at];
    }
    return (seen & 0x8080808080808080u) == 0;
}

/* Octets of the well-formed character in front; 0: there is none. */
static size_t utf8_length(slice s)
{
    unsigned char lead = (unsigned char)s.ptr[0];
    size_t n = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (n == 0 || n > s.len || lead > 0xf4) {
        return 0;
    }
    for (size_t i = 1; i < n; i++) {
        if (((unsigned char)s.ptr[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    unsigned char second = n > 1 ? (unsigned char)s.ptr[1] : 0;
    bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
    bool beyond = (lead == 0xed && second > 0x9f) || (lead == 0xf4 && second > 0x8f);
    return overlong || beyond ? 0 : n;
}

bool mime_is_utf8(slice text)
{
    while (text.len > 0) {
        size_t n = utf8_length(text);
        if (n == 0) {
            return false;
        }
        text = slice_from(text, n);
    }
    return true;
}

void mime_ascii(struct buf *out, slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        add_printable(out, text.ptr[i], '?');
    }
}

void mime_utf8(struct buf *out, slice text)
{
    if (!mime_is_utf8(text)) {
        mime_ascii(out, text);
        return;
    }
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        buf_byte(out, (char)(c < ' ' || c == 127 ? '?' : text.ptr[i]));
    }
}

/* ---- header text ---- */

/* Bytes of the character in front; a stray byte counts as one. */
static size_t character_length(slice s)
{
    unsigned char lead = (unsigned char)s.ptr[0];
    size_t want = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    size_t n = 1;
    while (n < want && n < s.len && ((unsigned char)s.ptr[n] & 0xc0) == 0x80) {
        n++;
    }
    return n;
}

/* What the Q encoding leaves alone: RFC 2047 4.2 and, in a phrase, 5 (3). */
static bool q_plain(char c, enum mime_place place)
{
    if (ascii_is_alpha(c) || ascii_is_digit(c)) {
        return true;
    }
    if (place == MIME_PHRASE) {
        return c != '\0' && slice_find_byte(SLICE("!*+-/"), c) != SLICE_NONE;
    }
    return c > 32 && c <= 126 && c != '=' && c != '?' && c != '_';
}

static size_t q_length(slice character, enum mime_place place)
{
    bool one = character.len == 1 && (character.ptr[0] == ' ' || q_plain(character.ptr[0], place));
    return one ? 1 : character.len * ENCODED_LEN;
}

static void add_q(struct buf *out, slice character, enum mime_place place)
{
    for (size_t i = 0; i < character.len; i++) {
        char c = character.ptr[i];
        bool control = (unsigned char)c < 32 || c == 127;
        if (c == ' ' || control) {
            buf_byte(out, '_');
        } else if (q_plain(c, place)) {
            buf_byte(out, c);
        } else {
            add_encoded(out, c);
        }
    }
}

/* Characters are never split between two words (RFC 2047 5). */
static void add_encoded_words(struct buf *out, slice text, enum mime_place place, size_t column)
{
    size_t word = 0; /* length so far, frame included; 0: none begun */
    while (text.len > 0) {
        slice character = slice_sub(text, 0, character_length(text));
        size_t length = q_length(character, place);
        if (word > 0 && (word + length > WORD_MAX || column + word + length > FOLD_AT)) {
            buf_addz(out, WORD_END "\r\n ");
            word = 0;
            column = 1;
        }
        if (word == 0) {
            buf_addz(out, WORD_BEGIN);
            word = WORD_FRAME;
        }
        add_q(out, character, place);
        word += length;
        text = slice_from(text, character.len);
    }
    if (word > 0) {
        buf_addz(out, WORD_END);
    }
}

static bool needs_encoding(slice text)
{
    size_t word = 0;
    if (!mime_is_ascii(text) || slice_find(text, SLICE("=?")) != SLICE_NONE) {
        return true;
    }
    for (size_t i = 0; i < text.len; i++) {
        word = text.ptr[i] == ' ' ? 0 : word + 1;
        if (word > WORD_LONG) {
            return true;
        }
    }
    return false;
}

/* Folds before a blank; the blank begins the next line, so that unfolding gives the same text. */
static void add_folded(struct buf *out, slice text, size_t column)
{
    while (text.len > 0) {
        size_t blanks = 0;
        while (blanks < text.len && !(text.ptr[blanks] > 32 && text.ptr[blanks] < 127)) {
            blanks++;
        }
        size_t end = blanks;
        while (end < text.len && text.ptr[end] > 32 && text.ptr[end] < 127) {
            end++;
        }
        if (blanks > 0 && end > blanks && column + end > FOLD_AT) {
            buf_addz(out, "\r\n");
            column = 0;
        }
        buf_fill(out, ' ', blanks);
        buf_add(out, slice_sub(text, blanks, end - blanks));
        column += end;
        text = slice_from(text, end);
    }
}

void mime_header_text(struct buf *out, slice utf8, enum mime_place place, size_t column)
{
    slice text = slice_trim(utf8);
    if (needs_encoding(text)) {
        add_encoded_words(out, text, place, column);
    } else {
        add_folded(out, text, column);
    }
}

void mime_display_name(struct buf *out, slice utf8, size_t column)
{
    slice name = slice_trim(utf8);
    bool atoms = true;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        atoms = atoms && (ascii_is_alpha(c) || ascii_is_digit(c) || c == ' ' || c == '-');
    }
    if (atoms || needs_encoding(name)) {
        mime_header_text(out, name, MIME_PHRASE, column);
        return;
    }
    buf_byte(out, '"');
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (c == '"' || c == '\\') {
            buf_byte(out, '\\');
        }
        add_printable(out, c, ' ');
    }
    buf_byte(out, '"');
}

/* ---- body text ---- */

void mime_line_ends(struct buf *out, slice text)
{
    bool ended = true;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        ended = c == '\n' || c == '\r';
        if (!ended) {
            buf_byte(out, c);
            continue;
        }
        if (c == '\r' && i + 1 < text.len && text.ptr[i + 1] == '\n') {
            i++;
        }
        buf_addz(out, "\r\n");
    }
    if (!ended) {
        buf_addz(out, "\r\n");
    }
}

bool mime_fits_unencoded(slice crlf_text)
{
    if (slice_find_byte(crlf_text, '\0') != SLICE_NONE) {
        return false;
    }
    while (crlf_text.len > 0) {
        slice line = slice_cut(&crlf_text, '\n');
        if (line.len > MIME_LINE_MAX + 1) { /* its CR is still there */
            return false;
        }
    }
    return true;
}

static void add_quoted_line(struct buf *out, slice line)
{
    size_t column = 0;
    for (size_t i = 0; i < line.len; i++) {
        char c = line.ptr[i];
        bool last = i + 1 == line.len;
        bool blank = c == ' ' || c == '\t';
        bool plain = blank ? !last : c > 32 && c < 127 && c != '=';
        size_t length = plain ? 1 : ENCODED_LEN;
        /* One column is kept for the '=' of a soft line break. */
        if (column + length > FOLD_AT - (last ? 0 : 1)) {
            buf_addz(out, "=\r\n");
            column = 0;
        }
        if (plain) {
            buf_byte(out, c);
        } else {
            add_encoded(out, c);
        }
        column += length;
    }
}

void mime_quoted_printable(struct buf *out, slice crlf_text)
{
    while (crlf_text.len > 0) {
        size_t end = slice_find(crlf_text, SLICE("\r\n"));
        bool ended = end != SLICE_NONE;
        add_quoted_line(out, slice_sub(crlf_text, 0, end));
        if (ended) {
            buf_addz(out, "\r\n");
        }
        crlf_text = ended ? slice_from(crlf_text, end + 2) : (slice){ 0 };
    }
}
