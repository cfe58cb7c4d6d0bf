/* model.c - going to a moment: snapshots, and what can be asked there.
 * Never knows what a record means: that is model_fold.c and model_wire.c. */
#include "ui/model.h"

#include "sim/base/mem.h"

#include <assert.h>
#include <string.h>

static const size_t vec_sizes[VEC_QUEUES] = {
    [VEC_HOSTS] = sizeof(struct model_host),
    [VEC_CONNS] = sizeof(struct model_conn),
    [VEC_FLIGHTS] = sizeof(struct model_flight),
    [VEC_COPIES] = sizeof(struct model_copy),
    [VEC_NEWEST] = sizeof(uint32_t),
    [VEC_FAULTS] = sizeof(struct model_fault),
};

static void state_init(struct model_state *s)
{
    *s = (struct model_state){ 0 };
    for (size_t i = 0; i < VEC_QUEUES; i++) {
        s->vec[i].size = vec_sizes[i];
    }
    for (size_t i = 0; i < QUEUES_PARTS; i++) {
        s->vec[VEC_QUEUES + i].size = queues_sizes[i];
    }
    for (size_t i = 0; i < CACHES_PARTS; i++) {
        s->vec[VEC_CACHES + i].size = caches_sizes[i];
    }
}

static void state_deinit(struct model_state *s)
{
    for (size_t i = 0; i < VEC_COUNT; i++) {
        mem_free(s->vec[i].ptr);
    }
}

/* The memory of `to` is used again where it is large enough. */
static void state_copy(struct model_state *to, const struct model_state *from)
{
    struct vec mine[VEC_COUNT];
    memcpy(mine, to->vec, sizeof mine);
    *to = *from;
    for (size_t i = 0; i < VEC_COUNT; i++) {
        const struct vec *v = &from->vec[i];
        if (mine[i].cap < v->count) {
            mine[i].ptr = mem_resize(mine[i].ptr, v->count, v->size);
            mine[i].cap = v->count;
        }
        if (v->count) {
            memcpy(mine[i].ptr, v->ptr, v->count * v->size);
        }
        mine[i].count = v->count;
        mine[i].size = v->size;
    }
    memcpy(to->vec, mine, sizeof mine);
}

void model_init(struct model *m, const struct cast *c)
{
    *m = (struct model){ .cast = c, .stride = MODEL_KEYFRAME_FIRST };
    state_init(&m->now);
    state_init(&m->ahead);
}

void model_deinit(struct model *m)
{
    state_deinit(&m->now);
    state_deinit(&m->ahead);
    for (size_t i = 0; i < m->frame_count; i++) {
        state_deinit(&m->frames[i]);
    }
    mem_free(m->frames);
    *m = (struct model){ 0 };
}

static size_t state_bytes(const struct model_state *s)
{
    size_t bytes = sizeof *s;
    for (size_t i = 0; i < VEC_COUNT; i++) {
        bytes += s->vec[i].count * s->vec[i].size;
    }
    return bytes;
}

/* Too many snapshots: every second one goes, and from now on they are twice as far apart. */
static void frames_thin(struct model *m)
{
    size_t kept = 0;
    for (size_t i = 0; i < m->frame_count; i++) {
        if (i % 2) {
            m->frames[kept++] = m->frames[i];
        } else {
            m->frame_bytes -= state_bytes(&m->frames[i]);
            state_deinit(&m->frames[i]);
        }
    }
    m->frame_count = kept;
    m->stride *= 2;
}

static uint64_t frame_last(const struct model *m)
{
    return m->frame_count ? m->frames[m->frame_count - 1].at : 0;
}

static void frame_keep(struct model *m)
{
    if (m->now.at < frame_last(m) + m->stride) {
        return;
    }
    size_t bytes = state_bytes(&m->now);
    bool large = m->frame_count > 4 && m->frame_bytes + bytes > MODEL_KEYFRAME_BYTES;
    if (m->frame_count == MODEL_KEYFRAMES || large) {
        frames_thin(m);
        return;
    }
    m->frame_bytes += bytes;
    m->frames = mem_grow(m->frames, m->frame_count, &m->frame_cap, sizeof *m->frames);
    state_init(&m->frames[m->frame_count]);
    state_copy(&m->frames[m->frame_count++], &m->now);
}

/* The latest snapshot not after `record`; where none is, the beginning. */
static void frame_load(struct model *m, uint64_t record)
{
    size_t low = 0, high = m->frame_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (m->frames[middle].at <= record) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    uint64_t best = low ? m->frames[low - 1].at : 0;
    if (m->now.at <= record && m->now.at >= best) {
        return;
    }
    struct model_state empty;
    state_init(&empty);
    state_copy(&m->now, low ? &m->frames[low - 1] : &empty);
}

void model_seek(struct model *m, uint64_t record)
{
    const struct trace *t = m->cast->trace;
    assert(m->cast->seen == t->count);
    record = record > t->count ? t->count : record;
    frame_load(m, record);
    while (m->now.at < record) {
        const struct trace_rec *r = trace_at(t, ++m->now.at);
        model_fold_wire(m, m->now.at, r);
        model_fold(m, m->now.at, r);
        queues_fold(&m->now.vec[VEC_QUEUES], t, m->now.at, r);
        caches_fold(&m->now.vec[VEC_CACHES], t, m->now.at, r);
        frame_keep(m);
    }
}

bool model_has_read(const struct model *m)
{
    return m->cast->seen < frame_last(m) + m->stride;
}

void model_read_ahead(struct model *m, uint64_t records)
{
    if (model_has_read(m)) {
        return;
    }
    struct model_state shown = m->now;
    uint64_t from = m->ahead.at > frame_last(m) ? m->ahead.at : frame_last(m);
    m->now = m->ahead;
    model_seek(m, from + records);
    m->ahead = m->now;
    m->now = shown;
}

struct model_host *model_host_slot(struct model *m, uint32_t actor)
{
    struct vec *v = &m->now.vec[VEC_HOSTS];
    uint32_t known = (uint32_t)m->cast->host_count;
    actor = actor < known ? actor : 0;
    while (v->count <= actor) {
        vec_push(v);
    }
    return vec_at(v, actor);
}

const struct model_host *model_host(const struct model *m, uint32_t actor)
{
    static const struct model_host nothing;
    const struct vec *v = &m->now.vec[VEC_HOSTS];
    return actor < v->count ? vec_at(v, actor) : &nothing;
}

size_t model_conns(const struct model *m)
{
    return m->now.vec[VEC_CONNS].count;
}

const struct model_conn *model_conn(const struct model *m, size_t i)
{
    return vec_at(&m->now.vec[VEC_CONNS], i);
}

const struct model_conn *model_conn_of(const struct model *m, uint32_t flow)
{
    for (size_t i = model_conns(m); i-- > 0;) {
        if (model_conn(m, i)->flow == flow) {
            return model_conn(m, i);
        }
    }
    return NULL;
}

size_t model_flights(const struct model *m)
{
    return m->now.vec[VEC_FLIGHTS].count;
}

const struct model_flight *model_flight(const struct model *m, size_t i)
{
    return vec_at(&m->now.vec[VEC_FLIGHTS], i);
}

bool model_flying(const struct model_flight *f, uint64_t now)
{
    return now >= f->at && now < f->until;
}

uint32_t model_flight_done(const struct model_flight *f, uint64_t now)
{
    if (now <= f->at || f->until <= f->at) {
        return 0;
    }
    uint64_t way = f->until - f->at, gone = now - f->at;
    if (gone >= way) {
        return 1000;
    }
    return (uint32_t)(way > UINT64_MAX / 1000 ? gone / (way / 1000) : gone * 1000 / way);
}

size_t model_copies(const struct model *m)
{
    return m->now.vec[VEC_COPIES].count;
}

const struct model_copy *model_copy(const struct model *m, size_t i)
{
    return vec_at(&m->now.vec[VEC_COPIES], i);
}

const char *model_place_name(uint8_t place)
{
    static const char *const names[PLACE_COUNT] = { "not sent yet", "sent", "queue", "mailbox",
                                                    "on the device" };
    return place < PLACE_COUNT ? names[place] : "?";
}

const struct vec *model_queues(const struct model *m)
{
    return &m->now.vec[VEC_QUEUES];
}

const struct vec *model_caches(const struct model *m)
{
    return &m->now.vec[VEC_CACHES];
}
