/* find.c - the search.  Linear and plain: a hundred thousand records take a fraction of a second.
 * Never knows the screen. */
#include "ui/find.h"

#include "ui/words.h"

#include <assert.h>

static bool has(slice in, slice text)
{
    return slice_find_nocase(in, text) != SLICE_NONE;
}

/* The bytes of a flight are what SAID has in plain, or nothing that anybody can read. */
static uint32_t payload_of(const struct trace_rec *r)
{
    return r->kind == TRACE_FLIGHT || r->kind == TRACE_SECRET ? 0 : trace_payload_id(r);
}

void find_text_of(const struct cast *c, uint64_t record, struct buf *out)
{
    const struct trace *t = c->trace;
    const struct trace_rec *r = trace_at(t, record);
    const struct trace_kind_info *info = trace_kind_info(r->kind);
    const uint32_t fields[] = { r->a, r->b, r->c };
    uint32_t payload = payload_of(r);
    for (size_t i = 0; info && i < COUNT(fields); i++) {
        if (info->field[i].type == TRACE_T_NAME) {
            buf_add(out, trace_name_of(t, fields[i]));
            buf_byte(out, '\n');
        }
    }
    for (size_t i = 0; payload && i < trace_payload_chunks(t, payload); i++)
        buf_add(out, trace_payload_chunk(t, payload, i));
    buf_byte(out, '\n');
    words_of(c, record, out);
}

bool find_in_record(const struct cast *c, uint64_t record, slice text, struct buf *scratch)
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
    uint32_t payload = payload_of(r);
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
        /* what a scenario expects of its run is no part of the story that is watched */
        if (trace_at(c->trace, record)->kind != TRACE_EXPECT &&
            find_in_record(c, record, text, &scratch))
            found = record;
    }
    buf_deinit(&scratch);
    return found;
}
