/* table.c - the list of exporters. */
#include "sim/export/table.h"

#include "sim/export/json.h"
#include "sim/export/pcapng.h"
#include "sim/export/text.h"
#include "sim/export/wiretap.h"

#define PASS_SIZE ((size_t)1 << 16)

static bool keeps(const struct export_options *o, uint64_t record)
{
    return !o->keeps || o->keeps(o->keeper, record);
}

static bool as_text(const struct trace *t, const struct export_options *options,
                    struct export_out *out, struct err *err_r)
{
    (void)err_r;
    struct text_export x;
    struct buf line;
    buf_init(&line);
    text_export_init(&x, t, &line, false);
    for (uint64_t n = 1; n <= t->count; n++) {
        text_export_record(&x, n); /* all of them: some only change what others look like */
        if (keeps(options, n)) {
            buf_add(&out->buf, buf_slice(&line));
            export_pass(out);
        }
        buf_clear(&line);
    }
    text_export_finish(&x);
    if (!options->keeps) {
        buf_add(&out->buf, buf_slice(&line)); /* half lines that are left */
    }
    text_export_deinit(&x);
    buf_deinit(&line);
    return true;
}

static bool as_json(const struct trace *t, const struct export_options *options,
                    struct export_out *out, struct err *err_r)
{
    (void)err_r;
    export_json(t, options->keeps, options->keeper, &out->buf);
    return true;
}

const struct exporter exporters[] = {
    { "text", "the transcript: what was said and done, a line each", TRACE_LEVEL_HOPS, EXPORT_KEEPS,
      as_text },
    { "json", "every record as an object, one per line (JSON Lines)", TRACE_LEVEL_HOPS,
      EXPORT_KEEPS, as_json },
    { "pcapng", "a capture of the packets, for Wireshark and its like", TRACE_LEVEL_BYTES,
      EXPORT_LINK | EXPORT_NO_SECRETS, export_pcapng },
    { "wiretap", "what somebody reads who listens on a link", TRACE_LEVEL_BYTES,
      EXPORT_LINK | EXPORT_SECRETS, export_wiretap },
};
const size_t exporter_count = COUNT(exporters);

const struct exporter *exporter_find(slice name)
{
    for (size_t i = 0; i < exporter_count; i++) {
        if (slice_eq(name, slice_of(exporters[i].name))) {
            return &exporters[i];
        }
    }
    return NULL;
}

bool export_fits(const struct exporter *e, const struct trace *t, struct err *err_r)
{
    return t->level >= e->needs ||
           err_set(err_r, "%s needs a run recorded at the level %s; this one has the level %s only",
                   e->name, trace_level_name(e->needs), trace_level_name(t->level));
}

void export_pass(struct export_out *out)
{
    if (out->buf.len >= PASS_SIZE) {
        export_end(out);
    }
}

void export_end(struct export_out *out)
{
    if (out->write) {
        out->write(out->user, buf_slice(&out->buf));
        buf_clear(&out->buf);
    }
}
