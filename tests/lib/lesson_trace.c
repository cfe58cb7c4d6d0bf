/* lesson_trace.c - see lesson_trace.h.  Knows no test and no screen. */
#include "tests/lib/lesson_trace.h"

#include "ui/recording.h"

static void make_few(struct buf *text)
{
    slice whole = buf_slice(text), people = SLICE("\"people\": ");
    size_t at = slice_find(whole, people);
    if (at == SLICE_NONE)
        return;
    struct buf few = { 0 };
    slice rest = slice_from(whole, at + people.len);
    buf_add(&few, slice_sub(whole, 0, at + people.len));
    buf_addz(&few, "2000");
    while (rest.len > 0 && rest.ptr[0] >= '0' && rest.ptr[0] <= '9')
        rest = slice_from(rest, 1);
    buf_add(&few, rest);
    buf_deinit(text);
    *text = few;
}

static bool play(struct trace *t, const char *path, bool few, struct err *err_r)
{
    struct recording r = { 0 };
    struct recording_wish wish = { .level = TRACE_LEVEL_BYTES };
    struct scenario_file f;
    bool ok = scenario_file_open(&f, path, err_r);
    if (ok && few)
        make_few(&f.text);
    ok = ok && recording_make_from(&r, &f, &wish, err_r) == 0;
    scenario_file_close(&f);
    if (!r.loaded) {
        trace_init(t, TRACE_LEVEL_BYTES);
        return false;
    }
    *t = r.trace; /* it moves; only the scenario is left to be freed */
    scenario_free(&r.scenario);
    return ok;
}

bool lesson_trace(struct trace *t, const char *path, struct err *err_r)
{
    return play(t, path, false, err_r);
}

bool lesson_trace_of_few(struct trace *t, const char *path, struct err *err_r)
{
    return play(t, path, true, err_r);
}
