/* lesson_trace.c - see lesson_trace.h.  Knows no test and no screen. */
#include "tests/lib/lesson_trace.h"

#include "ui/recording.h"

static bool take(struct trace *t, struct recording *r, int status)
{
    if (!r->loaded) {
        trace_init(t, TRACE_LEVEL_BYTES);
        return false;
    }
    *t = r->trace; /* it moves; only the scenario is left to be freed */
    scenario_free(&r->scenario);
    return status == 0;
}

bool lesson_trace(struct trace *t, const char *path, struct err *err_r)
{
    struct recording r;
    struct recording_wish wish = { .level = TRACE_LEVEL_BYTES };
    return take(t, &r, recording_make(&r, path, &wish, err_r));
}

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

bool lesson_trace_of_few(struct trace *t, const char *path, struct err *err_r)
{
    struct recording r = { 0 };
    struct recording_wish wish = { .level = TRACE_LEVEL_BYTES };
    struct scenario_file f;
    int status = -1;
    if (scenario_file_open(&f, path, err_r)) {
        make_few(&f.text);
        status = recording_make_from(&r, &f, &wish, err_r);
    }
    scenario_file_close(&f);
    return take(t, &r, status);
}
