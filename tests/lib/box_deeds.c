/* box_deeds.c - see box_deeds.h. */
#include "tests/lib/box_deeds.h"

static uint32_t named(struct trace *t, const char *name)
{
    return trace_name(t, slice_of(name));
}

static uint32_t letter_name(struct trace *t, uint32_t letter)
{
    static const char *const names[] = { "", "one@x", "two@x", "three@x" };
    return letter > 0 ? named(t, names[letter]) : 0;
}

static uint32_t box_name(struct trace *t, uint32_t actor, const char *folder)
{
    struct buf b = { 0 };
    buf_addz(&b, actor == SERVER ? "bob/" : "bob@example.net/");
    buf_addz(&b, folder);
    uint32_t name = trace_name(t, buf_slice(&b));
    buf_deinit(&b);
    return name;
}

static void put(struct trace *t, sim_time at, enum trace_kind kind, uint32_t actor, uint32_t a,
                uint32_t b, uint32_t c)
{
    struct trace_rec r = { .at = at * SIM_SECOND, .kind = kind, .actor = actor };
    r.a = a;
    r.b = b;
    r.c = c;
    (void)trace_put(t, r);
}

void box_stage(struct trace *t)
{
    static const char *const hosts[] = { "", "phone", "laptop", "mail" };
    trace_init(t, TRACE_LEVEL_LINES);
    for (uint32_t i = PHONE; i <= SERVER; i++) {
        put(t, 0, TRACE_HOST, i, named(t, hosts[i]), named(t, i < SERVER ? "mua" : "mail"),
            i < SERVER ? ROLE_MUA : ROLE_STORE);
    }
    for (uint32_t i = PHONE; i <= SERVER; i++) {
        put(t, 0, TRACE_PERSON, i, named(t, "bob@example.net"), i < SERVER ? 1 : 2, 0);
    }
    put(t, 0, TRACE_PERSON, SERVER, named(t, "carol@example.net"), 2, 0);
    for (uint32_t i = 1; i <= 3; i++) {
        put(t, 0, TRACE_COMPOSE, PHONE, letter_name(t, i), 100 * i, 0);
    }
}

void box_deeds(struct trace *t, const struct box_deed *deeds, size_t count)
{
    for (size_t i = 0; i < count && deeds[i].kind != TRACE_NONE; i++) {
        const struct box_deed *d = &deeds[i];
        if (d->kind == TRACE_DEVICE) {
            put(t, d->at, d->kind, d->actor, named(t, d->text), 0, 0);
        } else if (d->kind == TRACE_FOLDER) {
            slice is = slice_of(d->text), was = is;
            is = slice_cut(&was, '<');
            struct buf b = { 0 };
            buf_add(&b, is);
            uint32_t name = box_name(t, d->actor, buf_z(&b));
            put(t, d->at, d->kind, d->actor, name, d->number,
                was.len > 0 ? box_name(t, d->actor, was.ptr) : 0);
            buf_deinit(&b);
        } else if (d->kind == TRACE_END) {
            put(t, d->at, d->kind, 0, 0, 0, 0);
        } else {
            put(t, d->at, d->kind, d->actor, letter_name(t, d->letter), d->number,
                box_name(t, d->actor, d->text));
        }
    }
}
