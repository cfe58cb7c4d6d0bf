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

Test(action, function_keys_mean_what_others_mean)
{
    static const struct {
        unsigned number;
        enum action action;
    } rows[] = { { 1, ACTION_HELP }, { 3, ACTION_FIND }, { 5, ACTION_DEPTH }, { 10, ACTION_QUIT } };
    for (size_t i = 0; i < COUNT(rows); i++)
        cr_expect_eq(action_of_key(TKEY_F1 + rows[i].number - 1), rows[i].action, "F%u",
                     rows[i].number);
    unsigned used = 0;
    for (int a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
        unsigned number = action_function_key((enum action)a);
        used += number > 0;
        cr_expect(number == 0 || action_of_key(TKEY_F1 + number - 1) == (enum action)a, "%d", a);
    }
    cr_expect_geq(used, 8);
    cr_expect_eq(action_of_key(TKEY_F12), ACTION_NONE);
    cr_expect_eq(action_function_key(ACTION_NONE), 0);
}
