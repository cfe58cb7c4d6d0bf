/* trace_fuzz.c - octets as a saved trace.  The header is made to fit this program, and a seal
 * that does not fit the contents is mended, so that the fuzzer gets past both: what then loads must
 * save and load again as the same trace, and every exporter must bear it. */
#include "sim/export/table.h"
#include "sim/trace/file.h"
#include "sim/trace/octets.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { VERSION = 8, SCHEMA = 16, SEAL = 24, HEADER = 32 };

static void fit_header(struct buf *file)
{
    struct buf number;
    buf_init(&number);
    put_u32(&number, TRACE_FILE_VERSION);
    put_u64(&number, trace_schema());
    memcpy(file->ptr, TRACE_MAGIC.ptr, TRACE_MAGIC.len);
    memcpy(file->ptr + VERSION, number.ptr, 4);
    memcpy(file->ptr + SCHEMA, number.ptr + 4, 8);
    buf_deinit(&number);
}

/* The error of a wrong seal tells the right one in its last 16 letters. */
static void fit_seal(struct buf *file, const struct err *err)
{
    size_t len = strlen(err->text);
    if (strstr(err->text, "damaged") && len > 16) {
        struct buf number;
        buf_init(&number);
        put_u64(&number, strtoull(err->text + len - 16, NULL, 16));
        memcpy(file->ptr + SEAL, number.ptr, 8);
        buf_deinit(&number);
    }
}

static void save_and_load_again(const struct trace *t)
{
    struct trace again;
    struct err err;
    struct buf file;
    buf_init(&file);
    bool saved = trace_save(t, &file);
    assert(saved);
    bool loaded = trace_load(&again, buf_slice(&file), &err);
    assert(loaded);
    assert(again.digest == t->digest && again.count == t->count);
    trace_deinit(&again);
    buf_deinit(&file);
}

static void forget(void *user, slice bytes)
{
    size_t *sum = user;
    *sum += bytes.len;
}

static void export_all(const struct trace *t)
{
    for (size_t i = 0; i < exporter_count; i++) {
        size_t sum = 0;
        struct err err = { "" };
        struct export_out out = { .write = forget, .user = &sum };
        if (export_fits(&exporters[i], t, &err)) {
            bool made =
                exporters[i].fn(t, &(struct export_options){ .no_secrets = false }, &out, &err);
            assert(made);
        }
        export_end(&out);
        buf_deinit(&out.buf);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct trace t;
    struct err err = { "" };
    struct buf file;
    buf_init(&file);
    buf_add(&file, (slice){ (const char *)data, size });
    if (size >= HEADER) {
        fit_header(&file);
    }
    bool ok = trace_load(&t, buf_slice(&file), &err);
    if (!ok && size >= HEADER) {
        fit_seal(&file, &err);
        ok = trace_load(&t, buf_slice(&file), &err);
    }
    if (ok) {
        save_and_load_again(&t);
        export_all(&t);
        trace_deinit(&t);
    }
    buf_deinit(&file);
    return 0;
}
