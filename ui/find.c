/* find.c - the search.  Linear and plain: a hundred thousand records take a fraction of a second.
 * Never knows the screen. */
#include "ui/find.h"

#include <assert.h>
#include <string.h>

#include "ui/glyph.h"
#include "ui/words.h"

bool find_key(struct find *f, uint32_t key)
{
    char bytes[4];
    f->failed = false;
    if (key == TKEY_ESCAPE) {
        f->typing = false;
        return false;
    }
    if (key == TKEY_ENTER) {
        f->typing = false;
        return f->len > 0;
    }
    if (key == TKEY_BACKSPACE) {
        while (f->len > 0 && ((unsigned char)f->text[--f->len] & 0xC0) == 0x80)
            continue;
    } else if (key < TKEY_BASE && glyph_width(key) > 0) {
        size_t more = glyph_utf8(key, bytes);
        if (f->len + more <= FIND_MAX)
            memcpy(f->text + f->len, bytes, more);
        f->len += f->len + more <= FIND_MAX ? more : 0;
    }
    f->text[f->len] = '\0';
    return false;
}

static bool has(slice in, slice text)
{
    return slice_find_nocase(in, text) != SLICE_NONE;
}

static bool record_has(const struct cast *c, uint64_t record, slice text, struct buf *scratch)
{
    const struct trace *t = c->trace;
    const struct trace_rec *r = trace_at(t, record);
    const struct trace_kind_info *info = trace_kind_info(r->kind);
    const uint32_t fields[] = { r->a, r->b, r->c };
    if (!info)
        return false;
    for (size_t i = 0; i < COUNT(fields); i++)
        if (info->field[i].type == TRACE_T_NAME && has(trace_name_of(t, fields[i]), text))
            return true;
    /* The bytes of a flight are what SAID has in plain, or nothing that anybody can read. */
    uint32_t payload = r->kind == TRACE_FLIGHT || r->kind == TRACE_SECRET ? 0 : trace_payload_id(r);
    buf_clear(scratch);
    if (payload && has(trace_payload(t, payload, scratch), text))
        return true;
    buf_clear(scratch);
    words_of(c, record, scratch);
    return has(buf_slice(scratch), text);
}

uint64_t find_record(const struct cast *c, slice text, uint64_t from, int direction)
{
    uint64_t count = c->trace->count, found = 0;
    struct buf scratch;
    assert(direction == 1 || direction == -1);
    if (count == 0 || text.len == 0)
        return 0;
    buf_init(&scratch);
    for (uint64_t i = 1; i <= count && !found; i++) {
        uint64_t offset = direction > 0 ? i : count - i;
        uint64_t record = (from + count - 1 + offset) % count + 1;
        if (record_has(c, record, text, &scratch))
            found = record;
    }
    buf_deinit(&scratch);
    return found;
}
