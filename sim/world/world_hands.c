/* world_hands.c - the script's hands: what people and fate do when their moment comes.
 * What anybody then does is not decided here. */
#include "sim/actors/table.h"
#include "sim/world/internal.h"

/* ---- hands ---- */

/* The link a step means: a declared one, or a host's way into the internet. */
static uint32_t link_meant(const struct world *w, const struct scenario_step *step)
{
    uint32_t uplink = 0;
    if (step->link != SCENARIO_NONE) {
        return w->links[step->link];
    }
    (void)network_link_find(w->net, w->hosts[step->host]->id, 0, &uplink);
    return uplink;
}

/* What the scenario says of that link; NULL: nothing.  A host's way into the internet may be among
 * the links, too. */
static const struct scenario_link *declared(const struct world *w, const struct scenario_step *step)
{
    const struct scenario *sc = w->scenario;
    for (size_t i = 0; i < sc->link_count; i++) {
        const struct scenario_link *l = &sc->links[i];
        bool uplink = step->link == SCENARIO_NONE && l->b == SCENARIO_NONE && l->a == step->host;
        if (i == step->link || uplink) {
            return l;
        }
    }
    return NULL;
}

static void touch_link(struct world *w, const struct scenario_step *step, enum verb verb)
{
    uint32_t link = link_meant(w, step);
    if (verb == VERB_STRIP_STARTTLS) {
        network_tap(w->net, link, attacker_on(&w->attacker, ATTACK_STRIP_STARTTLS));
        return;
    }
    const struct scenario_link *l = declared(w, step);
    struct link_config c = world_link_config(l);
    if (verb == VERB_SLOW) {
        const struct verb_slow *slow = step->args;
        c = (struct link_config){ slow->latency, slow->jitter, slow->rate, slow->loss, false };
    }
    c.down = verb == VERB_CUT;
    network_link_set(w->net, link, c);
    if (verb == VERB_MEND) {
        network_tap(w->net, link,
                    attacker_on(&w->attacker, l ? (enum attack)l->attack : ATTACK_NONE));
    }
}

static void do_step(struct world *w, const struct scenario_step *step)
{
    enum verb verb = (enum verb)(step->verb - verb_kinds);
    if (step->verb->target == VERB_LINK) {
        touch_link(w, step, verb);
    } else if (verb == VERB_DOWN || verb == VERB_UP) {
        actor_power(w->hosts[step->host], verb == VERB_UP);
    } else {
        struct actor *a = w->hosts[step->host];
        a->ops->act(a, verb, step->args);
    }
}

/* Faults are told as such too, so that the screen can show a broken link or a dark host. */
static void trace_fault(struct world *w, const struct scenario_step *step, slice what)
{
    bool hand = step->verb->target == VERB_DEVICE && step->verb != &verb_kinds[VERB_OFFLINE] &&
                step->verb != &verb_kinds[VERB_ONLINE];
    if (hand) {
        return;
    }
    struct trace_rec rec = { .at = w->engine.now,
                             .kind = TRACE_FAULT,
                             .a = trace_name(w->trace, slice_of(step->verb->name)) };
    rec.actor = step->host != SCENARIO_NONE ? w->hosts[step->host]->id
                                            : w->hosts[w->scenario->links[step->link].a]->id;
    if (step->verb->target == VERB_LINK) {
        rec.b = link_meant(w, step);
    }
    (void)trace_put_text(w->trace, rec, what);
}

/* "the link carries nothing" says which one: "the link between A and B carries nothing"; "the link
 * of A", where it is the one into the internet. */
static void step_text(const struct world *w, const struct scenario_step *step, struct buf *out)
{
    slice doc = slice_of(step->verb->doc);
    const slice link = SLICE("the link");
    if (step->verb->target != VERB_LINK || !slice_starts(doc, link)) {
        buf_add(out, doc);
        return;
    }
    if (step->link == SCENARIO_NONE) {
        buf_addz(out, "the link of ");
        buf_add(out, w->hosts[step->host]->name);
        buf_add(out, slice_from(doc, link.len));
        return;
    }
    const struct scenario_link *l = &w->scenario->links[step->link];
    buf_add(out, link);
    buf_addz(out, l->b == SCENARIO_NONE ? " of " : " between ");
    buf_add(out, w->hosts[l->a]->name);
    if (l->b != SCENARIO_NONE) {
        buf_addz(out, " and ");
        buf_add(out, w->hosts[l->b]->name);
    }
    buf_add(out, slice_from(doc, link.len));
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
    step_text(w, step, &text);
    w->trace->cause = trace_put_text(w->trace, rec, buf_slice(&text));
    trace_fault(w, step, buf_slice(&text));
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
