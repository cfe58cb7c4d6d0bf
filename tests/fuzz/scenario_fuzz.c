/* scenario_fuzz.c - the scenario loader, with a few kinds of hosts and with the real ones. */
#include "sim/base/err.h"
#include "sim/world/expect.h"
#include "sim/world/key.h"
#include "sim/world/scenario.h"
#include "sim/world/story.h"
#include "sim/world/world.h"
#include "tests/lib/small_vocabulary.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was accepted must also be judged without harm, against a trace of nothing. */
static void judge(const struct scenario *sc)
{
    struct trace t;
    struct buf expected, seen;
    uint64_t *numbers = calloc(sc->story_count + 1, sizeof *numbers);
    trace_init(&t, TRACE_LEVEL_LINES);
    buf_init(&expected);
    buf_init(&seen);
    for (size_t i = 0; i < sc->expect_count; i++) {
        (void)expect_look(sc, i, &t, &expected, &seen);
    }
    story_find(sc, &t, numbers);
    buf_deinit(&expected);
    buf_deinit(&seen);
    trace_deinit(&t);
    free(numbers);
}

/* Every file is there, and has its own name in it; a path that leads out must not come so far. */
static bool read_name(const struct file_source *self, slice path, uint64_t octets_max,
                      struct buf *out, struct err *why)
{
    (void)self;
    if (path.len == 0 || path.ptr[0] == '/' || slice_eq(path, SLICE("..")) ||
        slice_starts(path, SLICE("../")) || slice_find(path, SLICE("/../")) != SLICE_NONE) {
        abort();
    }
    buf_add(out, path);
    return out->len <= octets_max || err_set(why, "too large");
}
static const struct file_source files = { read_name };

static void load(slice text_in, const struct vocabulary *words)
{
    struct problems problems;
    struct scenario sc;
    struct buf text;
    problems_init(&problems, SLICE("fuzz.json"));
    buf_init(&text);
    if (scenario_load_with(&sc, text_in, words, &files, &problems)) {
        judge(&sc);
    } else if (!problems_any(&problems)) {
        abort(); /* refused without a reason */
    }
    for (size_t i = 0; i < problems.count; i++) {
        if (problems.list[i].line == 0) {
            abort(); /* a problem without a place */
        }
    }
    problems_text(&problems, &text);
    buf_deinit(&text);
    problems_deinit(&problems);
    scenario_free(&sc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    slice text = { (const char *)data, size };
    load(text, &small_vocabulary);
    load(text, &world_words);
    return 0;
}
