/* lab_make.c - the runs of a laboratory while they are made: each is let go on where it is behind
 * the others, what is new is read at once, and when all are there they are measured.
 * Never knows what is shown. */
#include "ui/lab.h"

#include "sim/base/mem.h"
#include "ui/show.h"

#define EVENTS_A_SLICE  200 /* far less than a picture's time */
#define RECORDS_A_SLICE 5000

static uint64_t made_up_to(const struct lab_side *s)
{
    const struct trace_rec *last = trace_at(s->run->trace, s->run->trace->count);
    return last ? last->at : 0;
}

/* The run that is behind; l->count: all are there. */
static size_t behind(const struct lab *l)
{
    size_t least = l->count;
    for (size_t i = 0; i < l->count; i++) {
        const struct lab_side *s = &l->sides[i];
        if (s->run->making && (least == l->count || made_up_to(s) < made_up_to(&l->sides[least]))) {
            least = i;
        }
    }
    return least;
}

bool lab_is_made(const struct lab *l)
{
    return behind(l) == l->count;
}

uint64_t lab_made(const struct lab *l)
{
    size_t i = behind(l);
    return i < l->count ? made_up_to(&l->sides[i]) : UINT64_MAX;
}

/* ---- what is new */

static void know_letter(struct lab *l, const struct lab_side *s, uint32_t letter)
{
    slice name = trace_name_of(s->run->trace, letter);
    uint32_t id;
    bool lies = false;
    for (uint32_t i = s->whole.item_of[letter]; i > 0; i = item_at(&s->whole, i - 1)->next) {
        lies = lies || item_at(&s->whole, i - 1)->ever != 0;
    }
    if (!lies || intern_find(&l->known, name, &id)) {
        return;
    }
    (void)intern_id(&l->known, name);
    l->letters = mem_grow(l->letters, l->letter_count, &l->letter_cap, sizeof *l->letters);
    l->letters[l->letter_count++] = (struct lab_letter){
        .name = name,
        .subject = cast_letter_find(s->cast, letter, &id) ? cast_letter_line(s->cast, id, 2)
                                                          : (slice){ 0 },
    };
}

static void look_at_next(struct lab *l, struct lab_side *s)
{
    uint64_t n = s->whole.folded + 1;
    const struct trace_rec *r = trace_at(s->run->trace, n);
    measure_fold_to(&s->whole, n);
    if (r->kind == TRACE_STORY) {
        *(uint64_t *)vec_push(&s->stories) = n;
    } else if (r->kind == TRACE_STORED || r->kind == TRACE_FETCHED || r->kind == TRACE_LISTED) {
        know_letter(l, s, r->a);
    }
}

/* The run in which something happens first that nobody has looked at; l->count: there is none, or
 * none yet, as another run may have something before it. */
static size_t next_news(const struct lab *l)
{
    size_t first = l->count;
    uint64_t at = 0;
    for (size_t i = 0; i < l->count; i++) {
        const struct lab_side *s = &l->sides[i];
        const struct trace_rec *r = trace_at(s->run->trace, s->whole.folded + 1);
        if (!r && s->run->making) {
            return l->count;
        }
        if (r && (first == l->count || r->at < at)) {
            first = i;
            at = r->at;
        }
    }
    return first;
}

static void look(struct lab *l)
{
    size_t next = next_news(l);
    for (size_t i = 0; next < l->count && i < RECORDS_A_SLICE; i++) {
        look_at_next(l, &l->sides[next]);
        next = next_news(l);
    }
}

/* ---- slices */

static void go_on(struct lab_side *s)
{
    if (!s->run->making->pass(s->run->making, EVENTS_A_SLICE)) {
        s->run->making = NULL;
    }
    cast_extend(&s->own_cast);
    pace_extend(&s->own_pace);
    measure_fold_to(&s->boxes, s->at.record);
}

bool lab_is_measured(const struct lab *l)
{
    return l->compare->measured == l->count;
}

bool lab_busy(const struct lab *l)
{
    return !lab_is_made(l) || next_news(l) < l->count || !lab_is_measured(l);
}

void lab_work(struct lab *l)
{
    size_t last = behind(l);
    if (last < l->count) {
        go_on(&l->sides[last]);
        look(l);
    } else if (next_news(l) < l->count) {
        look(l);
    } else if (!lab_is_measured(l)) {
        (void)compare_pass(l->compare, RECORDS_A_SLICE);
    }
}

uint64_t lab_story(const struct lab_side *s)
{
    size_t low = 0, high = s->stories.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (*(const uint64_t *)vec_at(&s->stories, middle) <= s->at.record) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low > 0 ? *(const uint64_t *)vec_at(&s->stories, low - 1) : 0;
}
