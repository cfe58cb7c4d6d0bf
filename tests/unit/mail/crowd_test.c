#include "sim/mail/crowd.h"

#include "sim/base/intern.h"

#include <criterion/criterion.h>

static const struct {
    uint32_t domains, people, first_min, first_max;
} sizes[] = {
    { 1, 1, 1, 1 },         { 1, 1000, 1000, 1000 },        { 2, 3, 1, 2 },
    { 3, 300, 150, 200 },   { 19, 1000, 200, 400 },         { 20, 20, 1, 1 },
    { 20, 1000, 210, 260 }, { 2000, 100000, 20000, 23000 }, { 60000, 1000000, 200000, 240000 },
};

static slice domain_part(slice address)
{
    return slice_from(address, slice_find_byte(address, '@') + 1);
}

/* Everybody on the list lives at the domain that the address names, once. */
static void everybody_is_found(const struct crowd *c, uint32_t look_at)
{
    struct intern domains, people;
    struct buf text = { 0 };
    uint32_t id;
    intern_init(&domains);
    intern_init(&people);
    for (uint32_t d = 0; d < c->config.domains; d++) {
        buf_clear(&text);
        crowd_domain(c, d, &text);
        cr_assert(!intern_find(&domains, buf_slice(&text), &id), "%u again", d);
        cr_assert(intern_id(&domains, buf_slice(&text)) == d + 1);
        cr_assert(crowd_people(c, d) > 0);
        cr_assert(crowd_has_domain(c, buf_slice(&text)));
    }
    buf_clear(&text);
    crowd_domain(c, c->config.domains, &text);
    cr_assert(!crowd_has_domain(c, buf_slice(&text)));
    cr_assert(!crowd_has_domain(c, SLICE("shop.example")) && !crowd_has_domain(c, SLICE("")));
    for (uint32_t n = 0; n < look_at; n++) {
        buf_clear(&text);
        crowd_reader(c, n, &text);
        slice address = buf_slice(&text), local = address;
        cr_assert(intern_find(&domains, domain_part(address), &id));
        cr_assert(crowd_find(c, id - 1, slice_cut(&local, '@')) == CROWD_LIVES, "%u", n);
        cr_assert(!intern_find(&people, address, &id), "%u again", n);
        (void)intern_id(&people, address);
    }
    buf_deinit(&text);
    intern_deinit(&domains);
    intern_deinit(&people);
}

Test(crowd, a_name_is_a_number_and_back)
{
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct arena a;
        struct crowd c;
        arena_init(&a);
        crowd_init(&c, &(struct crowd_config){ sizes[i].domains, sizes[i].people, 7, 0, 0, 0 }, &a);
        uint32_t first = crowd_people(&c, 0);
        cr_expect(first >= sizes[i].first_min && first <= sizes[i].first_max, "row %zu: %u", i,
                  first);
        everybody_is_found(&c, sizes[i].people < 20000 ? sizes[i].people : 20000);
        arena_deinit(&a);
    }
}

Test(crowd, what_is_no_name_of_theirs_is_nobody)
{
    static const slice nobodies[] = {
        SLICE_INIT(""),
        SLICE_INIT("alice"),
        SLICE_INIT("kalu"),
        SLICE_INIT("kalumoreni"),
        SLICE_INIT("kalu.moren"),
        SLICE_INIT("kalu.morenix"),
        SLICE_INIT("kalu.morenia"),
        SLICE_INIT("ak.moreni"),
        SLICE_INIT("k\0lu.moreni"),
    };
    struct arena a;
    struct crowd c;
    struct buf text = { 0 };
    arena_init(&a);
    crowd_init(&c, &(struct crowd_config){ 1, 10, 7, 0, 0, 0 }, &a);
    for (size_t i = 0; i < COUNT(nobodies); i++) {
        cr_expect(crowd_find(&c, 0, nobodies[i]) == CROWD_NOBODY, "row %zu", i);
    }
    crowd_reader(&c, 3, &text);
    slice local = buf_slice(&text);
    local = slice_cut(&local, '@');
    text.ptr[0] = ascii_upper(text.ptr[0]);
    cr_expect(crowd_find(&c, 0, local) == CROWD_LIVES);
    buf_deinit(&text);
    arena_deinit(&a);
}

/* Shares come true within what chance allows, and the seed decides whose they are. */
Test(crowd, some_are_gone_full_or_busy)
{
    struct arena a;
    struct crowd c;
    struct buf text = { 0 };
    size_t gone = 0, full = 0, busy = 0;
    arena_init(&a);
    crowd_init(&c, &(struct crowd_config){ 1000, 50000, 1, 10000, 20000, 50000 }, &a);
    for (uint32_t d = 0; d < 1000; d++) {
        busy += crowd_is_busy(&c, d);
    }
    struct intern domains;
    intern_init(&domains);
    for (uint32_t d = 0; d < 1000; d++) {
        buf_clear(&text);
        crowd_domain(&c, d, &text);
        (void)intern_id(&domains, buf_slice(&text));
    }
    for (uint32_t n = 0; n < 50000; n++) {
        uint32_t id;
        buf_clear(&text);
        crowd_reader(&c, n, &text);
        slice local = buf_slice(&text);
        cr_assert(intern_find(&domains, domain_part(buf_slice(&text)), &id));
        enum crowd_person who = crowd_find(&c, id - 1, slice_cut(&local, '@'));
        gone += who == CROWD_NOBODY;
        full += who == CROWD_FULL;
    }
    cr_expect(gone > 400 && gone < 600, "%zu", gone);
    cr_expect(full > 850 && full < 1150, "%zu", full);
    cr_expect(busy > 25 && busy < 80, "%zu", busy);
    intern_deinit(&domains);
    buf_deinit(&text);
    arena_deinit(&a);
}
