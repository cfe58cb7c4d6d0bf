/* world_story.c - what the lesson says while the world runs, at a moment or after a record.
 * Changes nothing that happens. */
#include "sim/world/internal.h"

/* ---- what the lesson says ---- */

static void say(struct world *w, size_t entry, uint64_t cause)
{
    const struct scenario_story *s = &w->scenario->stories[entry];
    (void)trace_put_text(w->trace,
                         (struct trace_rec){ .at = w->engine.now,
                                             .cause = cause,
                                             .kind = TRACE_STORY,
                                             .a = (uint32_t)entry + 1,
                                             .b = trace_name(w->trace, s->rfc) },
                         s->say);
}

static void on_timed_story(void *self, uint64_t entry)
{
    say(self, entry, 0);
}

void world_add_story(struct world *w)
{
    story_watch_init(&w->story, w->scenario);
    for (size_t i = 0; i < w->scenario->story_count; i++) {
        if (w->scenario->stories[i].timed) {
            engine_at(&w->engine, w->scenario->stories[i].at, on_timed_story, w, i);
        }
    }
}

/* After each event: did one of its records make the lesson speak? */
void world_follow_story(struct world *w)
{
    while (w->story.seen < w->trace->count) {
        if (story_watch_next(&w->story, w->trace) == 0) {
            continue;
        }
        for (size_t i = 0; i < w->scenario->story_count; i++) {
            if (w->story.number[i] == w->story.seen && !w->scenario->stories[i].timed) {
                say(w, i, w->story.seen);
            }
        }
    }
}
