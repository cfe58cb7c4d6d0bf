/* fate.c - what befalls hosts and links, for how long, and what is left when it is over.
 * A fault is a row of the script that holds for a while.  What a host or link suffers is computed
 * from all faults that hold, and computed anew whenever one begins or ends: who is cut off twice is
 * back when both cuts are over, in whatever order.
 * Never knows what anybody does about it. */
#include "sim/world/fate.h"

#include "sim/actors/nameserver.h"
#include "sim/world/internal.h"

#include <assert.h>

#define RESTART_TAKES SIM_MINUTE       /* where the script does not say */
#define GOODBYE_TAKES (5 * SIM_SECOND) /* to say 421 and FIN; at most half of the time */

typedef void apply_fn(struct world *w, const struct fault *f);
static void apply_power(struct world *w, const struct fault *f);
static void apply_link(struct world *w, const struct fault *f);
static void apply_walls(struct world *w, const struct fault *f);
static void apply_ports(struct world *w, const struct fault *f);
static void apply_trouble(struct world *w, const struct fault *f);
static void apply_restart(struct world *w, const struct fault *f);
static void apply_clock(struct world *w, const struct fault *f);
static void apply_chaos(struct world *w, const struct fault *f);
static void apply_dns(struct world *w, const struct fault *f);

/* What a verb of fate changes, and what undoes it; apply NULL: it is what undoes. */
static const struct deed {
    apply_fn *apply;
    enum verb undone_by;
    bool is_fate;
} deeds[VERB_COUNT] = {
    [VERB_DOWN] = { apply_power, VERB_UP, true },
    [VERB_CRASH] = { apply_power, VERB_UP, true },
    [VERB_RESTART] = { apply_restart, VERB_UP, true },
    [VERB_UP] = { NULL, VERB_UP, true },
    [VERB_OFFLINE] = { apply_power, VERB_ONLINE, true },
    [VERB_ONLINE] = { NULL, VERB_ONLINE, true },
    [VERB_CUT] = { apply_link, VERB_MEND, true },
    [VERB_SLOW] = { apply_link, VERB_MEND, true },
    [VERB_LOSSY] = { apply_link, VERB_MEND, true },
    [VERB_STRIP_STARTTLS] = { apply_link, VERB_MEND, true },
    [VERB_MEND] = { NULL, VERB_MEND, true },
    [VERB_PARTITION] = { apply_walls, VERB_HEAL, true },
    [VERB_HEAL] = { NULL, VERB_HEAL, true },
    [VERB_REFUSE] = { apply_ports, VERB_REPAIR, true },
    [VERB_DISK_FULL] = { apply_trouble, VERB_REPAIR, true },
    [VERB_SLOW_REPLIES] = { apply_trouble, VERB_REPAIR, true },
    [VERB_TEMP_FAIL] = { apply_trouble, VERB_REPAIR, true },
    [VERB_DNS_FAULT] = { apply_dns, VERB_REPAIR, true },
    [VERB_CLOCK] = { apply_clock, VERB_REPAIR, true },
    [VERB_CHAOS] = { apply_chaos, VERB_CALM, true },
    [VERB_CALM] = { NULL, VERB_CALM, true },
    [VERB_REPAIR] = { NULL, VERB_REPAIR, true },
};

static enum verb verb_of(const struct scenario_step *step)
{
    return (enum verb)(step->verb - verb_kinds);
}

static const struct deed *deed_of(const struct fault *f)
{
    return &deeds[verb_of(&f->step)];
}

/* ---- links ---- */

/* The link a step means: a declared one, or a host's way into the internet; 0: none. */
static uint32_t link_meant(const struct world *w, const struct scenario_step *step)
{
    uint32_t uplink = 0;
    if (step->verb->target != VERB_LINK) {
        return 0;
    }
    if (step->link != SCENARIO_NONE) {
        return w->links[step->link];
    }
    (void)network_link_find(w->net, w->hosts[step->host]->id, 0, &uplink);
    return uplink;
}

/* What the scenario says of that link; NULL: nothing.  A host's way into the internet may be among
 * the links, too. */
static const struct scenario_link *declared(const struct world *w, uint32_t link)
{
    for (size_t i = 0; i < w->scenario->link_count; i++) {
        if (w->links[i] == link) {
            return &w->scenario->links[i];
        }
    }
    return NULL;
}

/* Losses of their own kind add up: what one lets through, the other may lose. */
static uint32_t both_lose(uint32_t a, uint32_t b)
{
    const uint64_t all = 1000000;
    return (uint32_t)(a + b - (uint64_t)a * b / all);
}

static void apply_link(struct world *w, const struct fault *changed)
{
    const struct scenario_link *l = declared(w, changed->link);
    struct link_config c = world_link_config(l);
    enum attack attack = l ? (enum attack)l->attack : ATTACK_NONE;
    uint32_t lossy = 0;
    c.down = false; /* where it is from the start, there is a fault for it */
    for (const struct fault *f = w->fate.faults; f; f = f->next) {
        if (f->link != changed->link) {
            continue;
        }
        enum verb verb = verb_of(&f->step);
        if (verb == VERB_SLOW) {
            const struct verb_slow *slow = f->step.args;
            c = (struct link_config){ slow->latency, slow->jitter, slow->rate, slow->loss, c.down };
        } else if (verb == VERB_LOSSY) {
            lossy = both_lose(lossy, ((const struct verb_lossy *)f->step.args)->loss);
        } else if (verb == VERB_STRIP_STARTTLS) {
            attack = ATTACK_STRIP_STARTTLS;
        }
        c.down = c.down || verb == VERB_CUT;
    }
    c.loss = both_lose(c.loss, lossy);
    network_link_set(w->net, changed->link, c);
    network_tap(w->net, changed->link, attacker_on(&w->attacker, attack));
}

/* ---- walls ---- */

static void mark(struct world *w, uint8_t *side, const struct key_list *names, uint8_t which)
{
    for (size_t i = 0; i < names->count; i++) {
        size_t host = scenario_host_find(w->scenario, names->items[i]);
        assert(host != SCENARIO_NONE);
        side[w->hosts[host]->id - 1] = which;
    }
}

/* What a host is marked with that nobody names: `others`. */
static uint8_t *mark_all(struct world *w, uint8_t others)
{
    size_t hosts = network_hosts(w->net);
    uint8_t *side = arena_array(&w->arena, hosts, 1);
    for (size_t i = 0; i < hosts; i++) {
        side[i] = others;
    }
    return side;
}

static struct network_wall build_wall(struct world *w, const struct verb_partition *p)
{
    size_t hosts = network_hosts(w->net);
    uint8_t others = p->from.count == 0 ? 2 : 0;
    uint8_t *side = mark_all(w, others);
    mark(w, side, &p->from, 2);
    mark(w, side, &p->hosts, 1);
    return (struct network_wall){ .side = side, .hosts = hosts, .others = others };
}

static void apply_walls(struct world *w, const struct fault *changed)
{
    const struct network_wall *first = NULL;
    (void)changed;
    for (struct fault *f = w->fate.faults; f; f = f->next) {
        if (deed_of(f)->apply == apply_walls) {
            if (!f->wall.side) {
                f->wall = build_wall(w, f->step.args);
            }
            f->wall.next = first;
            first = &f->wall;
        }
    }
    network_walls(w->net, first);
}

/* ---- hosts ---- */

static bool befalls(const struct fault *f, const struct fault *changed)
{
    return f->link == 0 && f->step.host == changed->step.host;
}

static void apply_power(struct world *w, const struct fault *changed)
{
    bool off = false;
    for (const struct fault *f = w->fate.faults; f; f = f->next) {
        apply_fn *apply = deed_of(f)->apply;
        off = off || (befalls(f, changed) && !f->closing &&
                      (apply == apply_power || apply == apply_restart));
    }
    actor_power(w->hosts[changed->step.host], !off);
}

static struct network_bar build_bar(struct world *w, const struct verb_refuse *r)
{
    struct network_bar bar = { .port = verb_refuse_port(r), .silent = r->how == REFUSE_SILENCE };
    if (r->from.count > 0) {
        uint8_t *from = mark_all(w, 0);
        mark(w, from, &r->from, 1);
        bar.from = from;
        bar.hosts = network_hosts(w->net);
    }
    return bar;
}

static void apply_ports(struct world *w, const struct fault *changed)
{
    const struct network_bar *first = NULL;
    for (struct fault *f = w->fate.faults; f; f = f->next) {
        enum verb verb = verb_of(&f->step);
        if (!befalls(f, changed) || !(verb == VERB_REFUSE || f->closing)) {
            continue;
        }
        f->bar = verb == VERB_REFUSE ? build_bar(w, f->step.args) : (struct network_bar){ 0 };
        f->bar.next = first;
        first = &f->bar;
    }
    network_bars(w->net, w->hosts[changed->step.host]->id, first);
}

static void apply_restart(struct world *w, const struct fault *changed)
{
    apply_ports(w, changed);
    apply_power(w, changed);
}

/* A clock is set: the newest says what it shows. */
static void apply_clock(struct world *w, const struct fault *changed)
{
    int64_t ahead = w->scenario->hosts[changed->step.host].clock;
    for (const struct fault *f = w->fate.faults; f; f = f->next) {
        if (befalls(f, changed) && deed_of(f)->apply == apply_clock) {
            ahead = ((const struct verb_clock *)f->step.args)->offset;
        }
    }
    actor_set_clock(w->hosts[changed->step.host], ahead);
}

/* Of several the newest counts. */
static void apply_dns(struct world *w, const struct fault *changed)
{
    const struct verb_dns_fault *newest = NULL;
    for (const struct fault *f = w->fate.faults; f; f = f->next) {
        if (befalls(f, changed) && deed_of(f)->apply == apply_dns) {
            newest = f->step.args;
        }
    }
    nameserver_set_fault(w->hosts[changed->step.host], newest);
}

static void apply_trouble(struct world *w, const struct fault *changed)
{
    struct trouble *t = &w->fate.troubles[changed->step.host];
    struct actor *a = w->hosts[changed->step.host];
    *t = (struct trouble){ 0 };
    a->trouble = NULL;
    for (struct fault *f = w->fate.faults; f; f = f->next) {
        if (!befalls(f, changed) || deed_of(f)->apply != apply_trouble) {
            continue;
        }
        enum verb verb = verb_of(&f->step);
        a->trouble = t;
        t->disk_full = t->disk_full || verb == VERB_DISK_FULL;
        if (verb == VERB_SLOW_REPLIES) {
            sim_time delay = ((const struct verb_slow_replies *)f->step.args)->delay;
            t->late = delay > t->late ? delay : t->late;
        } else if (verb == VERB_TEMP_FAIL) {
            f->reply = (struct trouble_reply){ f->step.args, t->fails };
            t->fails = &f->reply;
        }
    }
}

/* ---- what is told ---- */

/* Faults are told as such beside the step, so that the screen can show a broken link or a dark
 * host.  The record's number. */
static uint64_t tell(struct world *w, const struct scenario_step *step, sim_time until)
{
    struct trace_rec rec = { .at = w->engine.now,
                             .until = until,
                             .kind = TRACE_FAULT,
                             .a = trace_name(w->trace, slice_of(step->verb->name)),
                             .b = link_meant(w, step) };
    struct buf text = { 0 };
    fate_text(w, step, &text);
    if (step->host != SCENARIO_NONE) {
        rec.actor = w->hosts[step->host]->id;
    } else if (step->link != SCENARIO_NONE) {
        rec.actor = w->hosts[w->scenario->links[step->link].a]->id;
    }
    uint64_t record = trace_put_text(w->trace, rec, buf_slice(&text));
    buf_deinit(&text);
    return record;
}

/* Chaos does nothing itself: see fate_chaos.c. */
static void apply_chaos(struct world *w, const struct fault *changed)
{
    (void)w;
    (void)changed;
}

/* ---- the faults that hold ---- */

static struct fault *add(struct world *w, const struct scenario_step *step)
{
    struct fault *f = w->fate.free;
    struct fault **last = &w->fate.faults;
    if (f) {
        w->fate.free = f->next;
    } else {
        f = arena_alloc(&w->arena, sizeof *f);
    }
    *f = (struct fault){ .id = ++w->fate.last_id, .step = *step, .link = link_meant(w, step) };
    while (*last) {
        last = &(*last)->next;
    }
    *last = f;
    return f;
}

struct fault *fate_find(const struct world *w, uint64_t id)
{
    struct fault *f = w->fate.faults;
    while (f && f->id != id) {
        f = f->next;
    }
    return f;
}

/* What was done to the same: the newest that holds and is undone in the same way. */
static const struct fault *alike(const struct world *w, const struct fault *gone)
{
    const struct fault *found = NULL;
    for (const struct fault *f = w->fate.faults; f; f = f->next) {
        bool same = gone->link != 0 ? f->link == gone->link : befalls(f, gone);
        if (same && f->told && deed_of(f)->undone_by == deed_of(gone)->undone_by) {
            found = f;
        }
    }
    return found;
}

/* It no longer holds.  The caller has told of it, and may look at it until the next one begins. */
static void over(struct world *w, struct fault *f)
{
    struct fault **at = &w->fate.faults;
    while (*at != f) {
        at = &(*at)->next;
    }
    *at = f->next;
    deed_of(f)->apply(w, f);
    f->next = w->fate.free;
    w->fate.free = f;
}

/* What of it is left is told, or that nothing is. */
static void on_end(void *world, uint64_t id)
{
    struct world *w = world;
    struct fault *f = fate_find(w, id);
    if (!f) {
        return; /* undone before its time */
    }
    struct fault gone = *f;
    struct scenario_step undo = gone.step;
    const struct fault *left;
    undo.verb = &verb_kinds[deed_of(f)->undone_by];
    f->told = false;
    left = alike(w, &gone);
    uint64_t record = left ? tell(w, &left->step, left->until) : tell(w, &undo, 0);
    w->trace->cause = record;
    over(w, f);
}

/* ---- shut down in good order ---- */

static void on_goodbye_said(void *world, uint64_t id)
{
    struct world *w = world;
    struct fault *f = fate_find(w, id);
    if (f) {
        f->closing = false;
        apply_restart(w, f);
    }
}

static sim_time lasts(const struct scenario_step *step)
{
    return step->lasts == 0 && verb_of(step) == VERB_RESTART ? RESTART_TAKES : step->lasts;
}

static void shut_down(struct world *w, struct fault *f)
{
    sim_time takes = lasts(&f->step) / 2 < GOODBYE_TAKES ? lasts(&f->step) / 2 : GOODBYE_TAKES;
    struct actor *a = w->hosts[f->step.host];
    f->closing = !network_host_is_down(w->net, a->id);
    if (f->closing) {
        engine_in(&w->engine, takes, on_goodbye_said, w, f->id);
        actor_goodbye(a);
    }
}

/* ---- what the world calls ---- */

static void begin(struct world *w, const struct scenario_step *step)
{
    sim_time until = lasts(step) > 0 ? w->engine.now + lasts(step) : 0;
    struct fault *f = add(w, step);
    f->told = true;
    f->until = until;
    uint64_t before = w->trace->cause;
    w->trace->cause = tell(w, step, until);
    if (until > 0) {
        engine_at(&w->engine, until, on_end, w, f->id);
    }
    if (verb_of(step) == VERB_RESTART) {
        shut_down(w, f);
    }
    deed_of(f)->apply(w, f);
    if (verb_of(step) == VERB_CHAOS) {
        chaos_begins(w, f);
    }
    w->trace->cause = before;
}

static void undo(struct world *w, const struct scenario_step *step)
{
    uint32_t link = link_meant(w, step);
    uint64_t before = w->trace->cause;
    w->trace->cause = tell(w, step, 0);
    for (struct fault *f = w->fate.faults, *next; f; f = next) {
        bool same = link != 0 ? f->link == link : f->step.host == step->host;
        next = f->next;
        if (same && deed_of(f)->undone_by == verb_of(step)) {
            over(w, f);
        }
    }
    w->trace->cause = before;
}

bool fate_strikes(struct world *w, const struct scenario_step *step)
{
    const struct deed *d = &deeds[verb_of(step)];
    if (d->is_fate && d->apply) {
        begin(w, step);
    } else if (d->is_fate) {
        undo(w, step);
    }
    return d->is_fate;
}

/* A link that is down from the start is cut until it is mended. */
void fate_init(struct world *w)
{
    w->fate.troubles = arena_array(&w->arena, w->scenario->host_count, sizeof *w->fate.troubles);
    for (size_t i = 0; i < w->scenario->link_count; i++) {
        const struct scenario_link *l = &w->scenario->links[i];
        struct scenario_step cut = { .times = 1, .verb = &verb_kinds[VERB_CUT], .host = l->a };
        cut.link = l->b == SCENARIO_NONE ? SCENARIO_NONE : i;
        if (l->down) {
            (void)add(w, &cut);
        }
    }
}
