/* dialogue_fuzz.c - anything said in any pieces: the lines are the same, and the transcript is
 * harmless and valid UTF-8.  First byte: the protocol; second: the size of pieces; 0xff: the other
 * side speaks. */
#include "sim/base/safe.h"
#include "sim/export/dialogue.h"
#include "sim/export/table.h"

#include <assert.h>

static void say(struct trace *t, uint32_t actor, slice bytes, size_t piece)
{
    for (; bytes.len > 0; bytes = slice_from(bytes, piece)) {
        struct trace_rec rec = { .kind = TRACE_SAID, .flow = 1, .actor = actor };
        trace_put_text(t, rec, slice_sub(bytes, 0, piece));
    }
}

static void play(struct trace *t, const char *protocol, slice said, size_t piece)
{
    trace_init(t, TRACE_LEVEL_BYTES);
    uint32_t name = trace_name(t, slice_of(protocol));
    for (uint32_t actor = 1; actor <= 2; actor++) {
        trace_put(
            t, (struct trace_rec){
                   .kind = TRACE_SESSION, .flow = 1, .actor = actor, .a = name, .b = actor == 2 });
    }
    for (uint32_t turn = 0; said.len > 0; turn++) {
        say(t, 1 + turn % 2, slice_cut(&said, '\xff'), piece);
    }
}

static void show(const struct trace *t, struct buf *out)
{
    struct dialogue d;
    dialogue_build(&d, t, 1, t->count);
    for (size_t i = 0; i < d.count; i++) {
        const struct dialogue_line *l = &d.lines[i];
        buf_byte(out, (char)('@' + (l->server | l->content << 1 | l->more << 2 | l->continued << 3 |
                                    l->ended << 4)));
        buf_add(out, dialogue_text(&d, l));
        buf_byte(out, '\xff');
    }
    dialogue_deinit(&d);
}

static void check_harmless(const struct trace *t)
{
    const struct export_options options = { .no_secrets = false };
    for (size_t i = 0; i < exporter_count; i++) {
        struct export_out out = { .write = NULL };
        struct err err = { "" };
        if (!slice_eq(slice_of(exporters[i].name), SLICE("text")) &&
            !slice_eq(slice_of(exporters[i].name), SLICE("json"))) {
            continue;
        }
        bool made = exporters[i].fn(t, &options, &out, &err);
        assert(made);
        for (slice rest = buf_slice(&out.buf); rest.len > 0;) {
            uint32_t code_point;
            bool ok = utf8_take(&rest, &code_point);
            assert(ok && (code_point == '\n' || code_point == '\t' || safe_is_shown(code_point)));
        }
        buf_deinit(&out.buf);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const protocols[] = { "smtp", "pop3", "imap", "http", "" };
    if (size < 2) {
        return 0;
    }
    slice said = { (const char *)data + 2, size - 2 };
    struct trace whole, pieces;
    struct buf one, other;
    buf_init(&one);
    buf_init(&other);
    play(&whole, protocols[data[0] % COUNT(protocols)], said, said.len + 1);
    play(&pieces, protocols[data[0] % COUNT(protocols)], said, data[1] % 16 + 1U);
    show(&whole, &one);
    show(&pieces, &other);
    assert(slice_eq(buf_slice(&one), buf_slice(&other)));
    check_harmless(&pieces);
    buf_deinit(&one);
    buf_deinit(&other);
    trace_deinit(&whole);
    trace_deinit(&pieces);
    return 0;
}
