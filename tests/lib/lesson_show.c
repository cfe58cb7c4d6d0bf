/* lesson_show.c - see lesson_show.h.  Knows no test and no screen. */
#include "tests/lib/lesson_show.h"

#include "sim/base/mem.h"
#include "ui/recording_show.h"

struct lesson_show {
    struct scenario_file file;
    struct recording recording;
    struct recording_show show;
};

struct lesson_show *lesson_show_new(const char *path, const char *variant, struct err *err_r)
{
    struct lesson_show *s = mem_alloc(sizeof *s);
    struct recording_wish wish = { .level = TRACE_LEVEL_BYTES, .variant = variant };
    if (!scenario_file_open(&s->file, path, err_r) ||
        recording_make_from(&s->recording, &s->file, &wish, err_r) != 0) {
        recording_free(&s->recording);
        scenario_file_close(&s->file);
        mem_free(s);
        return NULL;
    }
    recording_show_init(&s->show, &s->file, &s->recording);
    return s;
}

const struct trace *lesson_show_trace(const struct lesson_show *s)
{
    return &s->recording.trace;
}

const struct show *lesson_show_of(const struct lesson_show *s)
{
    return &s->show.show;
}

void lesson_show_free(struct lesson_show *s)
{
    recording_show_deinit(&s->show);
    recording_free(&s->recording);
    scenario_file_close(&s->file);
    mem_free(s);
}

bool lesson_show_checks(const char *path)
{
    struct scenario sc;
    struct err err;
    bool ok = scenario_open(&sc, path, &err) == 0;
    scenario_free(&sc);
    return ok;
}
