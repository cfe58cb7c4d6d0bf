#include "ui/lessons.h"

#include <criterion/criterion.h>
#include <stdio.h>

Test(lessons, come_in_a_teachers_order_and_strangers_last)
{
    struct lesson lessons[] = {
        { .path = SLICE_INIT("scenarios/zebra.json") },
        { .path = SLICE_INIT("scenarios/unknown-user.json") },
        { .path = SLICE_INIT("apple.json") },
        { .path = SLICE_INIT("/else/where/first-mail.json") },
    };
    static const struct {
        const char *path;
        uint32_t level;
    } expect[] = {
        { "/else/where/first-mail.json", 1 },
        { "scenarios/unknown-user.json", 1 },
        { "apple.json", 0 },
        { "scenarios/zebra.json", 0 },
    };
    lessons_sort(lessons, COUNT(lessons));
    for (size_t i = 0; i < COUNT(lessons); i++) {
        cr_expect(slice_eq(lessons[i].path, slice_of(expect[i].path)), "row %zu", i);
        cr_expect_eq(lessons[i].level, expect[i].level, "row %zu", i);
    }
    lessons_sort(NULL, 0);
}

Test(lessons, every_row_has_its_scenario)
{
    for (const struct lesson_row *row = lesson_rows; row->name; row++) {
        char path[128];
        (void)snprintf(path, sizeof path, "scenarios/%s.json", row->name);
        FILE *f = fopen(path, "r");
        cr_expect(f != NULL, "%s", path);
        if (f)
            fclose(f);
        cr_expect(row->level >= 1 && row->level <= 5, "%s", row->name);
    }
}
