/* world_story.c - what the lesson says of itself, and what it asks and says while the world runs,
 * at a moment or after a record.
 * Changes nothing that happens. */
#include "sim/world/internal.h"

#include "sim/base/buf.h"

/* ---- of itself ---- */

static void tell(struct world *w, const char *part, slice text)
{
    (void)trace_put_text(w->trace,
                         (struct trace_rec){ .at = w->engine.now,
                                             .kind = TRACE_LESSON,
                                             .a = trace_name(w->trace, slice_of(part)) },
                         text);
}

static void tell_list(struct world *w, const char *part, const struct key_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        tell(w, part, list->items[i]);
    }
}

static void tell_what_ifs(struct world *w)
{
    struct buf text = { 0 };
    for (size_t i = 0; i < w->scenario->variant_count; i++) {
        const struct scenario_variant *v = &w->scenario->variants[i];
        if (v->ask.len > 0) {
            buf_clear(&text);
            buf_add(&text, v->name);
            buf_byte(&text, '\n');
            buf_add(&text, v->ask);
            tell(w, "what-if", buf_slice(&text));
        }
    }
    buf_deinit(&text);
}

void world_add_lesson(struct world *w)
{
    const struct scenario_lesson *l = w->scenario->lesson;
    if (l) {
        tell(w, "aim", l->aim);
        tell_list(w, "watch", &l->watch);
        tell_list(w, "seen", &l->seen);
        tell_list(w, "next", &l->next);
    }
    tell_what_ifs(w);
}

/* ---- what the lesson asks and says ---- */

static void ask(struct world *w, size_t entry, uint64_t cause)
{
    const struct scenario_ask *q = w->scenario->stories[entry].ask;
    const struct scenario_answer *answers = q->answers.items;
    struct buf text = { 0 };
    buf_add(&text, q->question);
    for (size_t i = 0; i < q->answers.count; i++) {
        buf_addz(&text, answers[i].right ? "\n+ " : "\n- ");
        buf_add(&text, answers[i].say);
        buf_byte(&text, '\t');
        buf_add(&text, answers[i].because);
    }
    (void)trace_put_text(
        w->trace,
        (struct trace_rec){
            .at = w->engine.now, .cause = cause, .kind = TRACE_QUESTION, .a = (uint32_t)entry + 1 },
        buf_slice(&text));
    buf_deinit(&text);
}

static void say(struct world *w, size_t entry, uint64_t cause)
{
    const struct scenario_story *s = &w->scenario->stories[entry];
    if (s->ask) {
        ask(w, entry, cause);
    }
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
