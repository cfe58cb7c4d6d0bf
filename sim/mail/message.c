/* message.c - a letter as a rope of shared blobs.
 * Never copies what has an owner; never knows which protocol carried it. */
#include "sim/mail/message.h"

#include "sim/base/mem.h"

#include <assert.h>
#include <string.h>

#define COPY_ROOM_MIN 512
#define COPY_ROOM_MAX 65536

/* ---- making ---- */

static struct message *message_with_cap(size_t cap)
{
    struct message *m = mem_alloc(sizeof *m);
    m->refs = 1;
    m->parts = m->few;
    m->part_cap = MESSAGE_FEW;
    if (cap > MESSAGE_FEW) {
        m->parts = mem_array(cap, sizeof *m->parts);
        m->part_cap = cap;
    }
    return m;
}

struct message *message_new(void)
{
    return message_with_cap(0);
}

struct message *message_ref(struct message *m)
{
    assert(m->refs > 0);
    m->refs++;
    return m;
}

void message_unref(struct message **m)
{
    struct message *gone = *m;
    *m = NULL;
    if (!gone) {
        return;
    }
    assert(gone->refs > 0);
    if (--gone->refs > 0) {
        return;
    }
    for (size_t i = 0; i < gone->part_count; i++) {
        blob_unref(&gone->parts[i].owner);
    }
    if (gone->parts != gone->few) {
        mem_free(gone->parts);
    }
    mem_free(gone);
}

static struct chunk *last_part(struct message *m)
{
    return m->part_count > 0 ? &m->parts[m->part_count - 1] : NULL;
}

/* take: with its reference. */
static void push(struct message *m, struct chunk take)
{
    assert(m->parts);
    if (m->part_count == m->part_cap) {
        struct chunk *more = mem_array(m->part_cap * 2, sizeof *more);
        memcpy(more, m->parts, m->part_count * sizeof *more);
        if (m->parts != m->few) {
            mem_free(m->parts);
        }
        m->parts = more;
        m->part_cap *= 2;
    }
    m->parts[m->part_count++] = take;
    m->size += take.bytes.len;
}

/* Appends to the last blob where nobody but this message holds it and it has room. */
static bool append_in_place(struct message *m, slice bytes)
{
    struct chunk *last = last_part(m);
    if (!last || last->owner->refs != 1 ||
        last->bytes.ptr + last->bytes.len != last->owner->bytes + last->owner->len ||
        !blob_append(last->owner, bytes)) {
        return false;
    }
    last->bytes.len += bytes.len;
    m->size += bytes.len;
    return true;
}

static void add_copy(struct message *m, slice bytes)
{
    if (append_in_place(m, bytes)) {
        return;
    }
    size_t room = m->size < COPY_ROOM_MIN ? COPY_ROOM_MIN : m->size;
    room = room > COPY_ROOM_MAX ? COPY_ROOM_MAX : room;
    struct blob *b = blob_with_room(bytes.len > room ? bytes.len : room);
    bool fits = blob_append(b, bytes);
    assert(fits);
    push(m, (struct chunk){ { b->bytes, bytes.len }, b });
}

void message_add(struct message *m, struct chunk c)
{
    assert(m->refs == 1);
    if (c.bytes.len == 0) {
        return;
    }
    m->header_known = false;
    if (!c.owner) {
        add_copy(m, c.bytes);
        return;
    }
    struct chunk *last = last_part(m);
    if (last && last->owner == c.owner && last->bytes.ptr + last->bytes.len == c.bytes.ptr) {
        last->bytes.len += c.bytes.len;
        m->size += c.bytes.len;
        return;
    }
    push(m, (struct chunk){ c.bytes, blob_ref(c.owner) });
}

void message_add_part(struct message *m, const struct message *from, size_t at, size_t len)
{
    struct message_cursor cursor = message_read_at(from, at);
    struct chunk c;
    while (len > 0 && message_read(&cursor, len, &c)) {
        len -= c.bytes.len;
        message_add(m, c);
    }
}

/* A blob of just this size: a letter once written seldom grows. */
static void push_exact(struct message *m, slice bytes)
{
    if (bytes.len > 0) {
        struct blob *b = blob_new(bytes);
        push(m, (struct chunk){ blob_slice(b), b });
    }
}

struct message *message_from(slice copied)
{
    struct message *m = message_new();
    push_exact(m, copied);
    return m;
}

struct message *message_with_front(struct message *m, slice copied)
{
    struct message *longer = message_with_cap(m->part_count + 1);
    push_exact(longer, copied);
    for (size_t i = 0; i < m->part_count; i++) {
        push(longer, (struct chunk){ m->parts[i].bytes, blob_ref(m->parts[i].owner) });
    }
    longer->header_known = m->header_known;
    longer->header_size = m->header_size + copied.len;
    return longer;
}

/* ---- reading ---- */

struct message_cursor message_read_at(const struct message *m, size_t from)
{
    struct message_cursor c = { .m = m, .at = from };
    while (c.part < m->part_count && c.at >= m->parts[c.part].bytes.len) {
        c.at -= m->parts[c.part++].bytes.len;
    }
    return c;
}

bool message_read(struct message_cursor *c, size_t max, struct chunk *c_r)
{
    assert(max > 0);
    if (c->part >= c->m->part_count) {
        return false;
    }
    const struct chunk *part = &c->m->parts[c->part];
    *c_r = (struct chunk){ slice_sub(part->bytes, c->at, max), part->owner };
    c->at += c_r->bytes.len;
    if (c->at == part->bytes.len) {
        c->part++;
        c->at = 0;
    }
    return true;
}

void message_out_part(const struct message *m, size_t from, size_t len, struct outq *out)
{
    struct message_cursor cursor = message_read_at(m, from);
    struct chunk c;
    while (len > 0 && message_read(&cursor, len, &c)) {
        len -= c.bytes.len;
        outq_chunk(out, c);
    }
}

void message_copy(const struct message *m, struct buf *out)
{
    for (size_t i = 0; i < m->part_count; i++) {
        buf_add(out, m->parts[i].bytes);
    }
}

slice message_whole(const struct message *m, struct buf *scratch)
{
    if (m->part_count == 1) {
        return m->parts[0].bytes;
    }
    buf_clear(scratch);
    message_copy(m, scratch);
    return buf_slice(scratch);
}

/* How much of CR LF CR LF has been seen; a letter that begins with CR LF has an empty header, so
 * the search begins as if a CR LF stood before it. */
static size_t find_header_size(const struct message *m)
{
    static const char end[4] = { '\r', '\n', '\r', '\n' };
    size_t seen = 2;
    size_t before = 0;
    for (size_t p = 0; p < m->part_count; p++) {
        slice s = m->parts[p].bytes;
        for (size_t i = 0; i < s.len; i++) {
            if (seen == 0) {
                size_t skip = slice_find_byte(slice_from(s, i), '\r');
                if (skip == SLICE_NONE) {
                    break;
                }
                i += skip;
            }
            char c = s.ptr[i];
            seen = c == end[seen] ? seen + 1 : c == '\r' ? 1 : 0;
            if (seen == 4) {
                return before + i + 1;
            }
        }
        before += s.len;
    }
    return m->size;
}

size_t message_header_size(struct message *m)
{
    if (!m->header_known) {
        m->header_size = find_header_size(m);
        m->header_known = true;
    }
    return m->header_size;
}

slice message_header(const struct message *m, struct buf *scratch)
{
    size_t size = m->header_known ? m->header_size : find_header_size(m);
    if (size == 0 || size <= m->parts[0].bytes.len) {
        return size == 0 ? SLICE("") : slice_sub(m->parts[0].bytes, 0, size);
    }
    buf_clear(scratch);
    struct message_cursor cursor = message_read_at(m, 0);
    struct chunk c;
    while (size > 0 && message_read(&cursor, size, &c)) {
        size -= c.bytes.len;
        buf_add(scratch, c.bytes);
    }
    return buf_slice(scratch);
}

size_t message_lines_end(const struct message *m, size_t from, uint64_t lines)
{
    struct message_cursor cursor = message_read_at(m, from);
    struct chunk c;
    while (lines > 0 && message_read(&cursor, SIZE_MAX, &c)) {
        while (lines > 0) {
            size_t at = slice_find_byte(c.bytes, '\n');
            if (at == SLICE_NONE) {
                from += c.bytes.len;
                break;
            }
            from += at + 1;
            c.bytes = slice_from(c.bytes, at + 1);
            lines--;
        }
    }
    return from < m->size ? from : m->size;
}

/* ---- comparing and searching ---- */

bool message_same(const struct message *a, const struct message *b)
{
    if (a == b || a->size != b->size) {
        return a == b;
    }
    struct message_cursor in_a = message_read_at(a, 0);
    struct message_cursor in_b = message_read_at(b, 0);
    struct chunk x = { 0 };
    struct chunk y = { 0 };
    for (size_t left = a->size; left > 0;) {
        bool more_x = x.bytes.len > 0 || message_read(&in_a, left, &x);
        bool more_y = y.bytes.len > 0 || message_read(&in_b, left, &y);
        assert(more_x && more_y);
        size_t n = x.bytes.len < y.bytes.len ? x.bytes.len : y.bytes.len;
        if (!slice_eq(slice_sub(x.bytes, 0, n), slice_sub(y.bytes, 0, n))) {
            return false;
        }
        x.bytes = slice_from(x.bytes, n);
        y.bytes = slice_from(y.bytes, n);
        left -= n;
    }
    return true;
}

/* The longest proper prefix of needle[0, seen) c that is also its suffix, by trying: needles are
 * short, and mismatches behind the first byte rare. */
static size_t step_back(slice needle, size_t seen, char c)
{
    for (size_t keep = seen; keep > 0; keep--) {
        bool same = needle.ptr[keep - 1] == c;
        for (size_t i = 0; same && i + 1 < keep; i++) {
            same = needle.ptr[i] == needle.ptr[seen - (keep - 1) + i];
        }
        if (same) {
            return keep;
        }
    }
    return 0;
}

bool message_contains(const struct message *m, slice needle)
{
    size_t seen = 0;
    if (needle.len == 0) {
        return true;
    }
    for (size_t p = 0; p < m->part_count; p++) {
        slice s = m->parts[p].bytes;
        for (size_t i = 0; i < s.len; i++) {
            if (seen == 0) {
                size_t skip = slice_find_byte(slice_from(s, i), needle.ptr[0]);
                if (skip == SLICE_NONE) {
                    break;
                }
                i += skip;
            }
            seen = s.ptr[i] == needle.ptr[seen] ? seen + 1 : step_back(needle, seen, s.ptr[i]);
            if (seen == needle.len) {
                return true;
            }
        }
    }
    return false;
}

static bool has_8bit(slice s)
{
    size_t i = 0;
    for (; i + 8 <= s.len; i += 8) {
        uint64_t word;
        memcpy(&word, s.ptr + i, sizeof word);
        if ((word & UINT64_C(0x8080808080808080)) != 0) {
            return true;
        }
    }
    for (; i < s.len; i++) {
        if (((unsigned char)s.ptr[i] & 0x80) != 0) {
            return true;
        }
    }
    return false;
}

bool message_is_8bit(const struct message *m)
{
    for (size_t i = 0; i < m->part_count; i++) {
        if (has_8bit(m->parts[i].bytes)) {
            return true;
        }
    }
    return false;
}
