/* playhead.c - watch time to simulated time and back; steps.
 * Never knows a clock, and never what a record means beyond how long it deserves. */
#include "ui/playhead.h"

#include "sim/base/fmt.h"
#include "sim/base/mem.h"

#include <assert.h>
#include <string.h>

#define MS 1000U /* of watch time, in us */

struct pace_motion {
    uint64_t at, until;
};

/* Readable moments.  stop: the units that stop here (bits). */
#define STOP(unit) (1U << PLAYHEAD_##unit)
static const struct row {
    uint32_t hold_us;
    uint32_t stop;
    bool moves; /* something is under way from `at` to `until` */
} rows[TRACE_KIND_COUNT] = {
    [TRACE_SCRIPT] = { 900 * MS, STOP(HOP), false },
    [TRACE_LESSON] = { 0, 0, false },
    [TRACE_QUESTION] = { 0, 0, false },
    [TRACE_STORY] = { 1200 * MS, STOP(STORY) | STOP(LINE), false },
    [TRACE_FAULT] = { 1200 * MS, STOP(HOP) | STOP(FAULT), false },
    [TRACE_EXPECT] = { 0, 0, false },
    [TRACE_END] = { 600 * MS, STOP(HOP), false },
    [TRACE_OPEN] = { 400 * MS, STOP(LINE), true },
    [TRACE_OPENED] = { 150 * MS, 0, false },
    [TRACE_FIN] = { 0, 0, true },
    [TRACE_CLOSED] = { 100 * MS, 0, false },
    [TRACE_SAID] = { 350 * MS, STOP(LINE), false },
    [TRACE_FLIGHT] = { 0, 0, true },
    [TRACE_SEGMENT] = { 0, 0, true },
    [TRACE_UPGRADE] = { 500 * MS, STOP(LINE), false },
    [TRACE_SECURED] = { 1000 * MS, STOP(LINE), false },
    [TRACE_UNSECURED] = { 1200 * MS, STOP(HOP) | STOP(FAULT), false },
    [TRACE_DROPPED] = { 1200 * MS, STOP(HOP) | STOP(FAULT), false },
    [TRACE_TAMPER] = { 1200 * MS, STOP(HOP) | STOP(FAULT), false },
    [TRACE_LOST] = { 300 * MS, STOP(FAULT), true },
    [TRACE_DATAGRAM] = { 0, STOP(LINE), true },
    [TRACE_ASK] = { 500 * MS, 0, false },
    [TRACE_ANSWER] = { 700 * MS, 0, false },
    [TRACE_CACHED] = { 0, 0, false },
    [TRACE_ZONE] = { 1000 * MS, STOP(HOP), false },
    [TRACE_COMPOSE] = { 1000 * MS, STOP(HOP), false },
    [TRACE_KEPT] = { 0, 0, false },
    [TRACE_LOGIN] = { 600 * MS, 0, false },
    [TRACE_ENVELOPE] = { 700 * MS, STOP(HOP), false },
    [TRACE_REFUSE] = { 1200 * MS, STOP(HOP) | STOP(FAULT), false },
    [TRACE_ACCEPT] = { 1000 * MS, STOP(HOP), false },
    [TRACE_ATTEMPT] = { 300 * MS, 0, false },
    [TRACE_DEFER] = { 1000 * MS, STOP(HOP) | STOP(FAULT), false },
    [TRACE_OUTCOME] = { 600 * MS, STOP(HOP), false },
    [TRACE_HELD] = { 0, 0, false },
    [TRACE_REPORT] = { 300 * MS, 0, false },
    [TRACE_STORED] = { 1000 * MS, STOP(HOP), false },
    [TRACE_FETCHED] = { 1000 * MS, STOP(HOP), false },
    [TRACE_FLAGGED] = { 300 * MS, 0, false },
    [TRACE_REMOVED] = { 700 * MS, STOP(HOP), false },
    [TRACE_FOLDER] = { 200 * MS, 0, false },
    [TRACE_KEYWORD] = { 0, 0, false },
    [TRACE_LISTED] = { 500 * MS, 0, false },
    [TRACE_FORGOT] = { 300 * MS, 0, false },
    [TRACE_DEVICE] = { 1200 * MS, STOP(HOP) | STOP(FAULT), false },
    [TRACE_SYNC] = { 0, 0, false },
    [TRACE_PENDING] = { 800 * MS, STOP(HOP), false },
    [TRACE_SETTLED] = { 500 * MS, 0, false },
    [TRACE_NOTE] = { 400 * MS, 0, false },
};

static uint32_t hold_us(const struct pace *p, uint64_t n)
{
    const struct trace_rec *r = trace_at(p->cast->trace, n);
    if (r->kind != TRACE_STORY) {
        /* Letters that lay in their boxes are as little to be waited for as the boxes. */
        bool news =
            !cast_is_furniture(r) && !cast_is_echo(p->cast, n) && !cast_is_one_of_many(p->cast, n);
        return news ? rows[r->kind].hold_us : 0;
    }
    /* A sentence stays longer the longer it is; it also stays while other things move. */
    const uint32_t a_letter = 25 * MS, most = 4000 * MS;
    size_t size = trace_payload_size(p->cast->trace, r->c);
    uint64_t us = rows[TRACE_STORY].hold_us + (uint64_t)size * a_letter;
    return us > most ? most : (uint32_t)us;
}

/* Nothing moves: the longer the wait, the longer the fast-forward, but never long. */
static uint32_t idle_us(uint64_t gap)
{
    static const struct {
        uint64_t below;
        uint32_t us;
    } steps[] = { { 1, 0 },
                  { SIM_MS, 20 * MS },
                  { 100 * SIM_MS, 120 * MS },
                  { SIM_SECOND, 300 * MS },
                  { SIM_MINUTE, 800 * MS },
                  { SIM_HOUR, 1200 * MS } };
    for (size_t i = 0; i < COUNT(steps); i++) {
        if (gap < steps[i].below) {
            return steps[i].us;
        }
    }
    return 1600 * MS;
}

static void motions_prune(struct pace *p, uint64_t now)
{
    size_t kept = 0;
    for (size_t i = 0; i < p->motion_count; i++) {
        if (p->motions[i].until > now) {
            p->motions[kept++] = p->motions[i];
        }
    }
    p->motion_count = kept;
}

static void motion_add(struct pace *p, const struct trace_rec *r)
{
    const size_t watched = 64; /* more than that at once is a swarm, and each is only a dot in it */
    if (!rows[r->kind].moves || r->until <= r->at || p->motion_count == watched) {
        return;
    }
    p->motions = mem_grow(p->motions, p->motion_count, &p->motion_cap, sizeof *p->motions);
    p->motions[p->motion_count++] = (struct pace_motion){ r->at, r->until };
}

/* part of whole, scaled to `to`. */
static uint64_t scale(uint64_t part, uint64_t whole, uint64_t to)
{
    if (whole == 0) {
        return 0;
    }
    while (to && part > UINT64_MAX / to) {
        part /= 2;
        whole /= 2;
    }
    return whole ? part * to / whole : to;
}

/* The stretch up to `next`: as long as something moves, each motion gets its visible time. */
static void mark_motion(const struct pace *p, struct pace_mark *m, uint64_t at, uint64_t next)
{
    const uint64_t visible = 700 * (uint64_t)MS;
    m->moving_end = at;
    m->moving_us = 0;
    for (size_t i = 0; i < p->motion_count; i++) {
        uint64_t end = p->motions[i].until < next ? p->motions[i].until : next;
        uint64_t whole = p->motions[i].until - p->motions[i].at;
        m->moving_end = end > m->moving_end ? end : m->moving_end;
        uint64_t share = end - at < whole ? scale(end - at, whole, visible) : visible;
        m->moving_us = share > m->moving_us ? (uint32_t)share : m->moving_us;
    }
}

static uint64_t mark_end(const struct pace *p, uint64_t n, uint64_t next)
{
    const struct pace_mark *m = &p->marks[n - 1];
    return m->start_us + hold_us(p, n) + m->moving_us + idle_us(next - m->moving_end);
}

void pace_init(struct pace *p, const struct cast *c)
{
    *p = (struct pace){ .cast = c };
    pace_extend(p);
}

void pace_deinit(struct pace *p)
{
    mem_free(p->marks);
    mem_free(p->motions);
    *p = (struct pace){ 0 };
}

static bool is_stop(const struct pace *p, uint64_t n, enum playhead_unit unit)
{
    const struct trace *t = p->cast->trace;
    const struct trace_rec *r = trace_at(t, n);
    if (unit == PLAYHEAD_EVENT) {
        return true;
    }
    if (unit == PLAYHEAD_STORY && t->kinds[TRACE_STORY] == 0) {
        unit = PLAYHEAD_HOP;
    }
    return (rows[r->kind].stop & 1U << unit) != 0 && !cast_is_echo(p->cast, n) &&
           !cast_is_one_of_many(p->cast, n);
}

void pace_extend(struct pace *p)
{
    const struct trace *t = p->cast->trace;
    while (p->count < t->count) {
        uint64_t n = p->count + 1;
        const struct trace_rec *r = trace_at(t, n);
        struct pace_mark mark = { .moving_end = r->at };
        if (n > 1) {
            /* A saved trace may run backwards: then no time passes. */
            uint64_t before = trace_at(t, n - 1)->at;
            uint64_t next = r->at > before ? r->at : before;
            mark_motion(p, &p->marks[n - 2], before, next);
            mark.start_us = mark_end(p, n - 1, next);
        }
        motions_prune(p, r->at);
        motion_add(p, r);
        p->marks = mem_grow(p->marks, p->count, &p->cap, sizeof *p->marks);
        mark.lines = (n > 1 ? p->marks[n - 2].lines : 0) + is_stop(p, n, PLAYHEAD_LINE);
        p->marks[p->count++] = mark;
    }
}

uint64_t pace_total_us(const struct pace *p)
{
    if (p->count == 0) {
        return 0;
    }
    const struct pace_mark *m = &p->marks[p->count - 1];
    return m->start_us + hold_us(p, p->count);
}

static uint64_t next_at(const struct pace *p, uint64_t record)
{
    const struct trace_rec *next = trace_at(p->cast->trace, record + 1);
    const struct trace_rec *r = trace_at(p->cast->trace, record);
    return next && next->at > r->at ? next->at : r->at;
}

/* The simulated time `offset_us` after a record was shown. */
static uint64_t now_after(const struct pace *p, uint64_t record, uint64_t offset_us)
{
    const struct trace_rec *r = trace_at(p->cast->trace, record);
    const struct pace_mark *m = &p->marks[record - 1];
    uint64_t hold = hold_us(p, record), next = next_at(p, record);
    if (offset_us <= hold || next <= r->at) {
        return r->at;
    }
    offset_us -= hold;
    if (offset_us < m->moving_us) {
        return r->at + scale(offset_us, m->moving_us, m->moving_end - r->at);
    }
    uint64_t idle = next - m->moving_end;
    offset_us -= m->moving_us;
    if (idle == 0 || offset_us >= idle_us(idle)) {
        return next - 1;
    }
    uint64_t now = m->moving_end + scale(offset_us, idle_us(idle), idle);
    return now < next ? now : next - 1;
}

struct playhead playhead_at_watch(const struct pace *p, uint64_t watch_us)
{
    uint64_t low = 0, high = p->count, total = pace_total_us(p);
    watch_us = watch_us > total ? total : watch_us;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (p->marks[middle].start_us <= watch_us) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    struct playhead h = { .record = low, .watch_us = watch_us };
    if (low) {
        h.now = now_after(p, low, watch_us - p->marks[low - 1].start_us);
    }
    return h;
}

struct playhead playhead_home(const struct pace *p)
{
    return playhead_at_watch(p, 0);
}

struct playhead playhead_end(const struct pace *p)
{
    return playhead_at_watch(p, pace_total_us(p));
}

/* How long after a record was shown the simulated time `now` comes. */
static uint64_t offset_of(const struct pace *p, uint64_t record, uint64_t now)
{
    const struct trace_rec *r = trace_at(p->cast->trace, record);
    const struct pace_mark *m = &p->marks[record - 1];
    uint64_t hold = hold_us(p, record), next = next_at(p, record);
    if (now <= r->at || next <= r->at) {
        return hold;
    }
    if (now < m->moving_end) {
        return hold + scale(now - r->at, m->moving_end - r->at, m->moving_us);
    }
    uint64_t idle = next - m->moving_end;
    return hold + m->moving_us + scale(now - m->moving_end, idle, idle_us(idle));
}

struct playhead playhead_at_time(const struct pace *p, uint64_t now)
{
    const struct trace *t = p->cast->trace;
    uint64_t low = 0, high = p->count;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (trace_at(t, middle + 1)->at <= now) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == 0) {
        return playhead_home(p);
    }
    if (low == p->count) {
        return playhead_end(p);
    }
    uint64_t watch = p->marks[low - 1].start_us + offset_of(p, low, now);
    return (struct playhead){ .record = low, .now = now, .watch_us = watch };
}

struct playhead playhead_live(const struct pace *p, uint64_t now)
{
    struct playhead at = playhead_at_time(p, now);
    if (at.record == p->count && p->count > 0) {
        uint64_t last = trace_at(p->cast->trace, p->count)->at;
        at.now = now > last ? now : last;
    }
    return at;
}

/* A line is stepped to together with the flight that carries it away. */
static uint64_t settle(const struct pace *p, uint64_t record)
{
    const struct trace *t = p->cast->trace;
    const struct trace_rec *said = trace_at(t, record);
    if (said->kind != TRACE_SAID) {
        return record;
    }
    for (uint64_t n = record + 1; n <= p->count; n++) {
        const struct trace_rec *r = trace_at(t, n);
        if (r->kind == TRACE_FLIGHT && r->flow == said->flow && r->at == said->at) {
            return n;
        }
        if (r->kind != TRACE_STATE && r->kind != TRACE_QUESTION && r->kind != TRACE_STORY &&
            r->kind != TRACE_NOTE) {
            break;
        }
    }
    return record;
}

struct playhead playhead_at_record(const struct pace *p, uint64_t record)
{
    if (record == 0 || p->count == 0) {
        return playhead_home(p);
    }
    record = record > p->count ? p->count : record;
    const struct trace_rec *r = trace_at(p->cast->trace, record);
    const struct pace_mark *m = &p->marks[record - 1];
    /* A sentence is read while what it speaks of is under way. */
    bool moves = (rows[r->kind].moves || r->kind == TRACE_STORY) && m->moving_end > r->at;
    uint64_t now = moves ? r->at + (m->moving_end - r->at) * 9 / 20 : r->at;
    uint64_t offset = moves ? offset_of(p, record, now) : 0;
    return (struct playhead){ .record = record, .now = now, .watch_us = m->start_us + offset };
}

/* Where a step to `n` really goes. */
static uint64_t landing(const struct pace *p, uint64_t n, enum playhead_unit unit)
{
    return unit == PLAYHEAD_EVENT ? n : settle(p, n);
}

/* Among few records every one that deserves a moment is a stop, but not the bytes that carry what
 * was said a record before. */
static bool is_stop_in(const struct pace *p, uint64_t n, enum playhead_unit unit,
                       const struct record_set *only)
{
    const struct trace_rec *r = trace_at(p->cast->trace, n);
    if (!only || unit != PLAYHEAD_LINE) {
        return (!only || record_set_has(only, n)) && is_stop(p, n, unit);
    }
    bool seen = rows[r->kind].hold_us > 0 || rows[r->kind].stop || rows[r->kind].moves;
    if (!seen || !record_set_has(only, n) || cast_is_echo(p->cast, n)) {
        return false;
    }
    for (uint64_t before = n - 1; r->kind == TRACE_FLIGHT && before > 0; before--) {
        const struct trace_rec *b = trace_at(p->cast->trace, before);
        if (b->kind == TRACE_SAID && record_set_has(only, before) && settle(p, before) == n) {
            return false;
        }
        if (b->at != r->at) {
            break;
        }
    }
    return true;
}

struct playhead playhead_step_in(const struct pace *p, struct playhead from,
                                 enum playhead_unit unit, int direction,
                                 const struct record_set *only)
{
    uint64_t first = playhead_home(p).record;
    assert(direction == 1 || direction == -1);
    for (uint64_t n = from.record + 1; direction > 0 && n <= p->count; n++) {
        if (n > first && is_stop_in(p, n, unit, only)) {
            return playhead_at_record(p, landing(p, n, unit));
        }
    }
    for (uint64_t n = from.record; direction < 0 && n > first; n--) {
        if (is_stop_in(p, n, unit, only) && landing(p, n, unit) < from.record) {
            return playhead_at_record(p, landing(p, n, unit));
        }
    }
    return direction > 0 ? playhead_end(p) : playhead_home(p);
}

struct playhead playhead_step(const struct pace *p, struct playhead from, enum playhead_unit unit,
                              int direction)
{
    return playhead_step_in(p, from, unit, direction, NULL);
}

static uint64_t lines_until(const struct pace *p, uint64_t record)
{
    return record > 0 ? p->marks[record - 1].lines : 0;
}

uint64_t playhead_stops(const struct pace *p, enum playhead_unit unit, uint64_t record)
{
    uint64_t stops = 0, first = playhead_home(p).record;
    record = record > p->count ? p->count : record;
    if (unit == PLAYHEAD_LINE) {
        return record > first ? lines_until(p, record) - lines_until(p, first) : 0;
    }
    for (uint64_t n = first + 1; n <= record; n++) {
        stops += is_stop(p, n, unit);
    }
    return stops;
}
