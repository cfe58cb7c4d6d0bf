/* recording.c - a scenario file run to its end, with its trace. */
#include "ui/recording.h"

#include <stdio.h>

#include "ui/command.h"
#include "ui/files.h"

int scenario_open(struct scenario *sc, const char *path, struct err *err_r)
{
    struct buf text = { 0 };
    struct problems problems;
    if (!file_read(path, SCENARIO_SIZE_MAX, &text, err_r)) {
        buf_deinit(&text);
        return EXIT_CANNOT;
    }
    problems_init(&problems, slice_of(path));
    bool ok = scenario_load(sc, buf_slice(&text), &world_words, &problems);
    if (!ok) {
        struct buf said = { 0 };
        problems_text(&problems, &said);
        (void)fwrite(said.ptr, 1, said.len, stderr);
        buf_deinit(&said);
    }
    problems_deinit(&problems);
    buf_deinit(&text);
    return ok ? EXIT_FINE : EXIT_USAGE;
}

int recording_make(struct recording *r, const char *path, const struct recording_wish *wish,
                   struct err *err_r)
{
    *r = (struct recording){ 0 };
    int status = scenario_open(&r->scenario, path, err_r);
    if (status != EXIT_FINE) {
        return status;
    }
    r->loaded = true;
    r->seed = wish->seed_given ? wish->seed : r->scenario.seed;
    trace_init(&r->trace, wish->level);
    struct world *w = world_new(&r->scenario, r->seed, &r->trace, err_r);
    if (!w) {
        return EXIT_USAGE;
    }
    (void)world_run(w, wish->until > 0 ? wish->until : SIM_FOREVER);
    r->verdict = world_finish(w);
    r->events = world_events(w);
    world_free(w);
    return EXIT_FINE;
}

void recording_free(struct recording *r)
{
    if (r->loaded) {
        trace_deinit(&r->trace);
        scenario_free(&r->scenario);
    }
    r->loaded = false;
}
