/* second.c - see second.h.  Two runs in one app: the fields that belong to a trace change places
 * with those that wait. */
#include "ui/second.h"

#include <string.h>

#include "sim/base/mem.h"
#include "ui/lab.h"

/* Between two looks at the clock. */
#define SLICE_EVENTS  1000
#define SLICE_RECORDS 20000

/* All of an app that belongs to one trace.  What is not watched waits here. */
struct second_side {
    const struct trace *trace;
    struct cast cast;
    struct pace pace;
    struct model model;
    struct segments segments;
    struct marks marks;
    struct playhead at;
    struct pane *panes;
    uint64_t steps;
    uint64_t whys[APP_WHYS];
    size_t why_count;
};

struct second {
    struct show_run *run;           /* NULL: none has been asked for */
    struct buf variant, patch, say; /* of the change */
    bool over;     /* the run is complete and measured; `side` is what is not watched */
    bool watched;  /* the app shows the second run now */
    bool surprise; /* somebody went on with something else meanwhile: it is not shown unasked */
    struct second_side side;
    struct compare_run runs[2];
    struct compare compare;
    struct lab *lab; /* NULL: the two are not beside each other now */
    bool alike;      /* the maps of both are the same */
    bool compared;   /* runs and compare are there, or half made */
    struct buf note; /* what the notice says */
};

static void notice(struct app *a, const char *text, slice more)
{
    struct buf *note = &a->second->note;
    buf_clear(note);
    buf_addz(note, text);
    buf_add(note, more);
    a->notice = buf_z(note);
}

bool second_busy(const struct app *a)
{
    return a->second && a->second->run && !a->second->over;
}

bool second_there(const struct app *a)
{
    return a->second && a->second->over;
}

bool second_watched(const struct app *a)
{
    return a->second && a->second->watched;
}

uint32_t second_done(const struct app *a)
{
    return a->second && a->second->run ? a->show->ops->done(a->second->run) : 0;
}

slice second_say(const struct app *a)
{
    return a->second && a->second->run ? buf_slice(&a->second->say) : (slice){ 0 };
}

const struct trace *second_written(const struct app *a)
{
    return second_watched(a) ? a->second->side.trace : a->trace;
}

/* ---- two sides in one app */

#define EXCHANGE(type, x, y)                                                                       \
    do {                                                                                           \
        type kept = (x);                                                                           \
        (x) = (y);                                                                                 \
        (y) = kept;                                                                                \
    } while (0)

/* Whoever points at his neighbour in the struct points at the new one. */
static void at_home(struct cast *cast, struct pace *pace, struct model *model,
                    struct segments *segments)
{
    segments->cast = cast;
    pace->cast = cast;
    model->cast = cast;
}

static void exchange(struct app *a, struct second_side *s)
{
    uint64_t whys[APP_WHYS];
    EXCHANGE(const struct trace *, a->trace, s->trace);
    EXCHANGE(struct cast, a->cast, s->cast);
    EXCHANGE(struct pace, a->pace, s->pace);
    EXCHANGE(struct model, a->model, s->model);
    EXCHANGE(struct segments, a->segments, s->segments);
    EXCHANGE(struct marks, a->marks, s->marks);
    EXCHANGE(struct playhead, a->at, s->at);
    EXCHANGE(struct pane *, a->panes, s->panes);
    EXCHANGE(uint64_t, a->steps, s->steps);
    EXCHANGE(size_t, a->why_count, s->why_count);
    memcpy(whys, a->whys, sizeof whys);
    memcpy(a->whys, s->whys, sizeof whys);
    memcpy(s->whys, whys, sizeof whys);
    at_home(&a->cast, &a->pace, &a->model, &a->segments);
    at_home(&s->cast, &s->pace, &s->model, &s->segments);
    app_look_anew(a);
}

static void side_free(struct second_side *s, size_t pane_count)
{
    if (!s->trace) {
        return;
    }
    app_panes_free(s->panes, pane_count);
    model_deinit(&s->model);
    segments_deinit(&s->segments);
    marks_deinit(&s->marks);
    pace_deinit(&s->pace);
    cast_deinit(&s->cast);
    *s = (struct second_side){ 0 };
}

/* Of a trace that only begins. */
static void side_make(struct second_side *s, const struct trace *t)
{
    *s = (struct second_side){ .trace = t };
    cast_init(&s->cast, t);
    cast_extend(&s->cast);
    pace_init(&s->pace, &s->cast);
    model_init(&s->model, &s->cast);
    segments_init(&s->segments, &s->cast);
    s->panes = app_panes_make();
}

static void side_extend(struct second_side *s)
{
    cast_extend(&s->cast);
    pace_extend(&s->pace);
    segments_extend(&s->segments);
    s->steps = playhead_stops(&s->pace, PLAYHEAD_LINE, s->trace->count);
}

/* The same host in the other run: its number may be another where hosts were added. */
static uint32_t same_host(const struct cast *here, const struct cast *there, uint32_t host)
{
    for (uint32_t i = 1; host != 0 && i < there->host_count; i++) {
        if (slice_eq(cast_host_name(here, host), cast_host_name(there, i))) {
            return i;
        }
    }
    return 0;
}

/* The second one's hosts stand where the first one's do. */
static void stand_alike(struct app *a)
{
    struct second *s = a->second;
    a->cast.as = s->alike && s->watched ? &s->side.cast : NULL;
    s->side.cast.as = s->alike && !s->watched ? &a->cast : NULL;
}

void second_switch(struct app *a)
{
    if (!second_there(a)) {
        a->notice = second_busy(a) ? "The other run is still on its way."
                                   : "There is no other run yet: f asks what if.";
        return;
    }
    struct second *s = a->second;
    uint64_t now = a->at.now;
    exchange(a, &s->side);
    s->watched = !s->watched;
    stand_alike(a);
    a->chosen = same_host(&s->side.cast, &a->cast, a->chosen);
    app_seek(a, playhead_at_time(&a->pace, now));
}

/* ---- making it */

static void lab_drop(struct second *s)
{
    if (s->lab) {
        lab_deinit(s->lab);
        mem_free(s->lab);
    }
    s->lab = NULL;
}

static void compare_drop(struct second *s)
{
    lab_drop(s);
    if (s->compared) {
        compare_free(&s->compare);
    }
    s->compared = false;
}

void second_drop(struct app *a)
{
    struct second *s = a->second;
    if (!s || !s->run) {
        return;
    }
    if (s->watched) {
        second_switch(a);
    }
    compare_drop(s);
    cast_unshare(&a->cast);
    side_free(&s->side, a->pane_count);
    a->show->ops->end(s->run);
    s->run = NULL;
    s->over = false;
}

void second_free(struct app *a)
{
    if (a->second) {
        second_drop(a);
        buf_deinit(&a->second->variant);
        buf_deinit(&a->second->patch);
        buf_deinit(&a->second->say);
        buf_deinit(&a->second->note);
        mem_free(a->second);
        a->second = NULL;
    }
}

static void keep(struct buf *to, slice text)
{
    buf_clear(to);
    buf_add(to, text);
}

/* "Bob's server is down" of "What if Bob's server is down?" */
static slice plain_say(slice say)
{
    slice begin = SLICE("What if ");
    bool asks = slice_starts(say, begin) && slice_ends(say, SLICE("?"));
    return asks ? slice_sub(say, begin.len, say.len - begin.len - 1) : say;
}

bool second_begin(struct app *a, const struct show_change *c, struct err *err_r)
{
    struct show_run *run = a->show->ops->begin(a->show, c, err_r);
    if (!run) {
        return false;
    }
    if (!a->second) {
        a->second = mem_alloc(sizeof *a->second);
    }
    second_drop(a);
    struct second *s = a->second;
    keep(&s->variant, c->variant);
    keep(&s->patch, c->patch);
    keep(&s->say, plain_say(c->say));
    s->run = run;
    s->surprise = false;
    side_make(&s->side, a->show->ops->trace(run));
    return true;
}

static void arrived(struct app *a)
{
    struct second *s = a->second;
    s->over = true;
    s->alike = cast_share(&a->cast, &s->side.cast);
    stand_alike(a);
    if (s->surprise || a->sheet.ops) {
        notice(a, "The other run is there: F shows it, c both. ", (slice){ 0 });
    } else {
        second_switch(a);
        notice(a, "F goes to and fro, c shows both beside each other.", (slice){ 0 });
    }
}

/* The sides change places. */
static void lend_casts(struct app *a)
{
    struct second *s = a->second;
    for (int i = 0; i < 2; i++) {
        bool here = (i == 1) == s->watched;
        s->runs[i].cast = here ? &a->cast : &s->side.cast;
        s->runs[i].pace = here ? &a->pace : &s->side.pace;
    }
}

static void measure(struct app *a)
{
    struct second *s = a->second;
    s->runs[0] = (struct compare_run){ .name = SLICE("as written"), .trace = a->trace };
    s->runs[1] = (struct compare_run){ .name = SLICE("what if"), .trace = s->side.trace };
    s->runs[1].title = buf_slice(&s->say);
    lend_casts(a);
    compare_begin(&s->compare, s->runs, 2, 0);
    s->compared = true;
}

bool second_works(const struct app *a)
{
    return second_busy(a) || (second_compares(a) && lab_busy(a->second->lab));
}

/* Towards the moment that is watched; false: it is there. */
static bool walk(struct app *a)
{
    struct second_side *s = &a->second->side;
    uint64_t goal = playhead_at_time(&s->pace, a->at.now).record, at = s->model.now.at;
    if (at < goal) {
        model_seek(&s->model, at + SLICE_RECORDS < goal ? at + SLICE_RECORDS : goal);
    }
    return s->model.now.at < goal;
}

/* First it is made, with all that is needed to show it; then both are measured; then it goes to
 * where the first one is watched. */
void second_pass(struct app *a)
{
    struct second *s = a->second;
    if (second_compares(a)) {
        lab_work(s->lab);
        return;
    }
    if (!second_busy(a)) {
        return;
    }
    if (!s->compared) {
        bool more = a->show->ops->pass(s->run, SLICE_EVENTS);
        side_extend(&s->side);
        if (!more) {
            measure(a);
        }
    } else if (!compare_pass(&s->compare, SLICE_RECORDS) && !walk(a)) {
        arrived(a);
    }
}

void second_touched(struct app *a)
{
    if (second_busy(a)) {
        a->second->surprise = true;
    }
}

/* ---- both beside each other */

void second_compare(struct app *a)
{
    struct second *s = a->second;
    if (!second_there(a)) {
        second_switch(a); /* which says why not */
        return;
    }
    lend_casts(a);
    s->lab = mem_alloc(sizeof *s->lab);
    lab_init(s->lab, &s->compare, buf_slice(&s->say));
    s->lab->within = true;
    lab_resize(s->lab, a->w, a->h);
    lab_to(s->lab, a->at.now);
    a->playing = false;
}

bool second_compares(const struct app *a)
{
    return a->second && a->second->lab;
}

static void back(struct app *a)
{
    uint64_t now = lab_now(a->second->lab);
    lab_drop(a->second);
    app_seek(a, playhead_at_time(&a->pace, now));
}

void second_key(struct app *a, uint32_t key)
{
    struct lab *lab = a->second->lab;
    enum action what = action_of_key(key);
    lab_resize(lab, a->w, a->h);
    bool helped = lab->help != LAB_HELP_CLOSED;
    if (what == ACTION_QUIT || (!helped && (what == ACTION_COMPARE || what == ACTION_CANCEL))) {
        back(a);
    } else if (what == ACTION_REDRAW) {
        app_act(a, what);
    } else {
        lab_key(lab, key);
    }
}

void second_mouse(struct app *a, enum term_mouse what, int y)
{
    lab_resize(a->second->lab, a->w, a->h);
    lab_mouse(a->second->lab, what, y);
}

bool second_moves(const struct app *a)
{
    return a->second->lab->playing;
}

bool second_tick(struct app *a, uint64_t now_ns)
{
    return lab_tick(a->second->lab, now_ns);
}

void second_draw(const struct app *a, struct canvas *c)
{
    lab_draw(a->second->lab, c);
}

/* ---- saving it */

void second_save(struct app *a)
{
    struct second *s = a->second;
    struct buf path = { 0 };
    struct err err;
    if (!s || !s->run) {
        a->notice = "There is nothing to save yet: choose what is to be different first.";
        return;
    }
    struct show_change change = { buf_slice(&s->variant), buf_slice(&s->patch),
                                  buf_slice(&s->say) };
    if (a->show->ops->save(a->show, &change, &path, &err)) {
        notice(a, "Saved: ", buf_slice(&path));
    } else {
        notice(a, "Not saved: ", slice_of(err.text));
    }
    buf_deinit(&path);
}
