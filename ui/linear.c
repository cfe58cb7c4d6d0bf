/* linear.c - the story as lines.  Never knows a screen. */
#include "ui/linear.h"

#include "ui/glyph.h"
#include "ui/words.h"

void linear_text(slice text, bool ascii, struct buf *out)
{
    while (text.len > 0) {
        char bytes[4];
        bool newline = text.ptr[0] == '\n';
        uint32_t glyph = glyph_take(&text);
        if (newline)
            glyph = ' ';
        if (ascii)
            glyph = (uint32_t)(unsigned char)glyph_ascii(glyph);
        buf_add(out, (slice){ bytes, glyph_utf8(glyph, bytes) });
    }
}

static void head(const struct cast *c, bool ascii, struct buf *out)
{
    const struct trace_rec *world = trace_at(c->trace, c->world);
    struct buf scratch;
    if (!world)
        return;
    buf_init(&scratch);
    linear_text(trace_name_of(c->trace, world->a), ascii, out);
    buf_byte(out, '\n');
    slice about = trace_payload(c->trace, trace_payload_id(world), &scratch);
    if (about.len > 0) {
        linear_text(about, ascii, out);
        buf_byte(out, '\n');
    }
    buf_byte(out, '\n');
    buf_deinit(&scratch);
}

/* What the lesson says stands between empty lines, with its RFC; everything else is a line with the
 * time in front. */
static void add_record(const struct cast *c, uint64_t record, slice words, bool ascii,
                       struct buf *out)
{
    const struct trace_rec *r = trace_at(c->trace, record);
    if (r->kind == TRACE_STORY) {
        slice rfc = trace_name_of(c->trace, r->b);
        buf_byte(out, '\n');
        linear_text(words, ascii, out);
        if (rfc.len > 0) {
            buf_addz(out, " (");
            linear_text(rfc, ascii, out);
            buf_byte(out, ')');
        }
        buf_addz(out, "\n\n");
        return;
    }
    words_time(c, r->at, true, out);
    buf_addz(out, "  ");
    linear_text(words, ascii, out);
    buf_byte(out, '\n');
}

void linear_story(const struct cast *c, bool ascii, struct buf *out)
{
    struct buf words;
    buf_init(&words);
    head(c, ascii, out);
    for (uint64_t n = 1; n <= c->trace->count; n++) {
        const struct trace_rec *r = trace_at(c->trace, n);
        if (!words_tell(r->kind))
            continue;
        buf_clear(&words);
        if (r->kind == TRACE_STORY)
            buf_add(&words, trace_payload_chunk(c->trace, trace_payload_id(r), 0));
        else
            words_of(c, n, &words);
        if (words.len > 0)
            add_record(c, n, buf_slice(&words), ascii, out);
    }
    buf_deinit(&words);
}
