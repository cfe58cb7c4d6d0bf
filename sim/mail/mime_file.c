/* mime_file.c - types by name, RFC 2231 parameters, base64 in lines.
 * Never looks into a file. */
#include "sim/mail/mime_file.h"

#include "sim/base/base64.h"
#include "sim/base/fmt.h"

#define LINE_OCTETS 57 /* 76 characters of base64 */
#define FOLD_AT     76

static const struct {
    slice ending, type;
} types[] = {
    { SLICE_INIT("csv"), SLICE_INIT("text/csv") },
    { SLICE_INIT("eml"), SLICE_INIT("message/rfc822") },
    { SLICE_INIT("gif"), SLICE_INIT("image/gif") },
    { SLICE_INIT("gz"), SLICE_INIT("application/gzip") },
    { SLICE_INIT("htm"), SLICE_INIT("text/html") },
    { SLICE_INIT("html"), SLICE_INIT("text/html") },
    { SLICE_INIT("ics"), SLICE_INIT("text/calendar") },
    { SLICE_INIT("jpeg"), SLICE_INIT("image/jpeg") },
    { SLICE_INIT("jpg"), SLICE_INIT("image/jpeg") },
    { SLICE_INIT("json"), SLICE_INIT("application/json") },
    { SLICE_INIT("md"), SLICE_INIT("text/markdown") },
    { SLICE_INIT("mp3"), SLICE_INIT("audio/mpeg") },
    { SLICE_INIT("mp4"), SLICE_INIT("video/mp4") },
    { SLICE_INIT("ods"), SLICE_INIT("application/vnd.oasis.opendocument.spreadsheet") },
    { SLICE_INIT("odt"), SLICE_INIT("application/vnd.oasis.opendocument.text") },
    { SLICE_INIT("pdf"), SLICE_INIT("application/pdf") },
    { SLICE_INIT("png"), SLICE_INIT("image/png") },
    { SLICE_INIT("svg"), SLICE_INIT("image/svg+xml") },
    { SLICE_INIT("txt"), SLICE_INIT("text/plain") },
    { SLICE_INIT("vcf"), SLICE_INIT("text/vcard") },
    { SLICE_INIT("webp"), SLICE_INIT("image/webp") },
    { SLICE_INIT("xml"), SLICE_INIT("application/xml") },
    { SLICE_INIT("zip"), SLICE_INIT("application/zip") },
};

slice mime_type_of(slice name)
{
    slice rest = name, ending = { 0 };
    while (rest.ptr) {
        ending = slice_cut(&rest, '.');
    }
    for (size_t i = 0; ending.len < name.len && i < COUNT(types); i++) {
        if (slice_eq_nocase(types[i].ending, ending)) {
            return types[i].type;
        }
    }
    return SLICE("application/octet-stream");
}

/* ---- parameters ---- */

/* attribute-char of RFC 2231 7. */
static bool goes_as_it_is(char c)
{
    return c > 32 && c < 127 && slice_find_byte(SLICE("*'%()<>@,;:\\\"/[]?="), c) == SLICE_NONE;
}

static bool fits_in_quotes(slice s, size_t room)
{
    size_t length = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < 32 || s.ptr[i] == 127 || (s.ptr[i] & 0x80) != 0) {
            return false;
        }
        length += s.ptr[i] == '"' || s.ptr[i] == '\\' ? 2 : 1;
    }
    return length <= room;
}

static void add_quoted(struct buf *out, slice s)
{
    buf_addz(out, "=\"");
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"' || s.ptr[i] == '\\') {
            buf_byte(out, '\\');
        }
        buf_byte(out, s.ptr[i]);
    }
    buf_byte(out, '"');
}

static void add_octet(struct buf *out, char c)
{
    static const char hex[] = "0123456789ABCDEF";
    unsigned char u = (unsigned char)c;
    if (goes_as_it_is(c)) {
        buf_byte(out, c);
    } else {
        char text[3] = { '%', hex[u >> 4], hex[u & 15] };
        buf_add(out, (slice){ text, sizeof text });
    }
}

/* As many octets as have room, at least one. */
static slice take_piece(slice *rest, size_t room)
{
    size_t n = 0, length = 0;
    while (n < rest->len) {
        length += goes_as_it_is(rest->ptr[n]) ? 1 : 3;
        if (n > 0 && length > room) {
            break;
        }
        n++;
    }
    slice piece = slice_sub(*rest, 0, n);
    *rest = slice_from(*rest, n);
    return piece;
}

void mime_parameter(struct buf *out, const char *name, slice utf8)
{
    static const slice charset = SLICE_INIT("utf-8''");
    size_t frame = slice_of(name).len + sizeof " *10*=;" - 1;
    size_t room = FOLD_AT - frame - charset.len;
    if (fits_in_quotes(utf8, room)) {
        buf_addz(out, ";\r\n ");
        buf_addz(out, name);
        add_quoted(out, utf8);
        return;
    }
    slice rest = utf8;
    for (uint32_t i = 0; i == 0 || rest.len > 0; i++) {
        slice piece = take_piece(&rest, room);
        buf_addz(out, ";\r\n ");
        buf_addz(out, name);
        if (i > 0 || rest.len > 0) { /* one of several: RFC 2231 3 */
            buf_byte(out, '*');
            fmt_u64(out, i);
        }
        buf_addz(out, "*=");
        buf_add(out, i == 0 ? charset : (slice){ 0 });
        for (size_t k = 0; k < piece.len; k++) {
            add_octet(out, piece.ptr[k]);
        }
    }
}

/* ---- bytes ---- */

void mime_base64(struct buf *out, slice bytes)
{
    buf_reserve(out, bytes.len / LINE_OCTETS * 78 + 80);
    for (bool first = true; bytes.len > 0; first = false) {
        if (!first) {
            buf_addz(out, "\r\n");
        }
        base64_encode(slice_sub(bytes, 0, LINE_OCTETS), out);
        bytes = slice_from(bytes, LINE_OCTETS);
    }
}
