#include "ui/action.h"

#include <criterion/criterion.h>
#include <string.h>

#include "ui/glyph.h"

Test(action, every_key_means_one_thing)
{
    for (int a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
        const struct action_row *row = action_row((enum action)a);
        cr_expect_eq(action_of_key(row->key), (enum action)a, "%s shares its key", row->name);
        if (row->other)
            cr_expect_eq(action_of_key(row->other), (enum action)a, "%s", row->name);
    }
    cr_expect_eq(action_of_key(0), ACTION_NONE);
    cr_expect_eq(action_of_key('~'), ACTION_NONE);
}

Test(action, every_row_helps)
{
    for (int a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
        const struct action_row *row = action_row((enum action)a);
        cr_expect(row->shown[0] && strlen(row->help) > 3, "%s", row->name);
        cr_expect(text_width(slice_of(row->help)) <= 24, "%s: too long for the help", row->name);
        cr_expect(action_group_title(row->group)[0], "%s", row->name);
    }
}
