/* lesson_trace.c - see lesson_trace.h.  Knows no test and no screen. */
#include "tests/lib/lesson_trace.h"

#include "ui/recording.h"

bool lesson_trace(struct trace *t, const char *path, struct err *err_r)
{
    struct recording r;
    struct recording_wish wish = { .level = TRACE_LEVEL_BYTES };
    bool ok = recording_make(&r, path, &wish, err_r) == 0;
    if (!r.loaded) {
        trace_init(t, TRACE_LEVEL_BYTES);
        return false;
    }
    *t = r.trace; /* it moves; only the scenario is left to be freed */
    scenario_free(&r.scenario);
    return ok;
}
