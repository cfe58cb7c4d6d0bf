/* world_hands.c - the script's hands: what people do when their moment comes; what is fate's, fate
 * does.  What anybody then does is not decided here. */
#include "sim/actors/table.h"
#include "sim/world/internal.h"

static void do_step(struct world *w, const struct scenario_step *step)
{
    if (step->verb == &verb_kinds[VERB_ZONE_SET]) {
        world_change_zone(w, step);
    } else if (!fate_strikes(w, step)) {
        struct actor *a = w->hosts[step->host];
        a->ops->act(a, (enum verb)(step->verb - verb_kinds), step->args);
    }
}

static void on_step(void *self, uint64_t index)
{
    struct world *w = self;
    const struct scenario_step *step = &w->scenario->steps[index];
    slice verb = slice_of(step->verb->name);
    struct trace_rec rec = { .at = w->engine.now,
                             .actor = step->host != SCENARIO_NONE ? w->hosts[step->host]->id : 0,
                             .kind = TRACE_SCRIPT,
                             .a = trace_name(w->trace, verb),
                             .b = (uint32_t)index + 1 };
    w->trace->cause = 0;
    struct buf text = { 0 };
    fate_text(w, step, &text);
    w->trace->cause = trace_put_text(w->trace, rec, buf_slice(&text));
    buf_deinit(&text);
    do_step(w, step);
}

void world_add_script(struct world *w)
{
    for (size_t i = 0; i < w->scenario->step_count; i++) {
        const struct scenario_step *step = &w->scenario->steps[i];
        for (uint32_t n = 0; n < step->times; n++) {
            engine_at(&w->engine, step->at + n * step->every, on_step, w, i);
        }
    }
}
