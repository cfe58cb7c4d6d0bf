/* box_deeds.c - see box_deeds.h. */
#include "tests/lib/box_deeds.h"

#include <criterion/criterion.h>

static uint32_t named(struct trace *t, const char *name)
{
    return trace_name(t, slice_of(name));
}

static uint32_t letter_name(struct trace *t, uint32_t letter)
{
    static const char *const names[] = { "", "one@x", "two@x", "three@x" };
    return letter > 0 ? named(t, names[letter]) : 0;
}

static uint32_t box_name(struct trace *t, uint32_t actor, slice folder)
{
    struct buf b = { 0 };
    buf_addz(&b, actor == SERVER ? "bob/" : "bob@example.net/");
    buf_add(&b, folder);
    uint32_t name = trace_name(t, buf_slice(&b));
    buf_deinit(&b);
    return name;
}

static void put(struct trace *t, sim_time at, uint32_t kind, uint32_t actor, uint32_t a, uint32_t b,
                uint32_t c)
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

static uint32_t number(slice *rest)
{
    uint64_t n = 0;
    cr_assert(slice_to_u64(slice_word(rest), &n), "no number before \"%.*s\"", SLICE_ARG(*rest));
    return (uint32_t)n;
}

static uint32_t kind_of(slice name)
{
    uint32_t kind = 1;
    while (kind < TRACE_KIND_COUNT && !slice_eq(slice_of(trace_kind_info(kind)->name), name)) {
        kind++;
    }
    cr_assert(kind < TRACE_KIND_COUNT, "no kind is called \"%.*s\"", SLICE_ARG(name));
    return kind;
}

static uint32_t host_of(slice name)
{
    static const slice names[] = { [PHONE] = SLICE_INIT("phone"),
                                   [LAPTOP] = SLICE_INIT("laptop"),
                                   [SERVER] = SLICE_INIT("server") };
    uint32_t host = PHONE;
    while (host < SERVER && !slice_eq(names[host], name)) {
        host++;
    }
    cr_assert(slice_eq(names[host], name), "no host is called \"%.*s\"", SLICE_ARG(name));
    return host;
}

static uint32_t named_box(struct trace *t, uint32_t actor, slice folder)
{
    return folder.len > 0 ? box_name(t, actor, folder) : 0;
}

void box_deed(struct trace *t, slice deed)
{
    sim_time at = number(&deed);
    slice who = slice_word(&deed);
    if (slice_eq(who, SLICE("end"))) {
        put(t, at, TRACE_END, 0, 0, 0, 0);
        return;
    }
    uint32_t actor = host_of(who), kind = kind_of(slice_word(&deed));
    if (kind == TRACE_DEVICE) {
        put(t, at, kind, actor, trace_name(t, slice_word(&deed)), 0, 0);
    } else if (kind == TRACE_FOLDER) {
        uint32_t validity = number(&deed);
        slice was = slice_word(&deed), is = slice_cut(&was, '<');
        uint32_t name = named_box(t, actor, is);
        put(t, at, kind, actor, name, validity, named_box(t, actor, was));
    } else {
        uint32_t letter = letter_name(t, number(&deed)), value = number(&deed);
        put(t, at, kind, actor, letter, value, named_box(t, actor, slice_word(&deed)));
    }
}

void box_deeds(struct trace *t, const char *deeds)
{
    for (slice rest = slice_of(deeds); rest.len > 0;) {
        box_deed(t, slice_cut(&rest, ';'));
    }
}
