/* action.c - the rows of action.h as a table.  Never knows what an action does. */
#include "ui/action.h"

#include <assert.h>

static const struct action_row rows[ACTION_COUNT] = {
#define X(name, key, other, shown, footer, group, help)                                            \
    [ACTION_##name] = { #name, key, other, shown, footer, GROUP_##group, help },
    ACTIONS(X)
#undef X
};

enum action action_of_key(uint32_t key)
{
    for (int a = ACTION_NONE + 1; a < ACTION_COUNT; a++)
        if (key && (rows[a].key == key || rows[a].other == key))
            return (enum action)a;
    return ACTION_NONE;
}

const struct action_row *action_row(enum action a)
{
    assert(a > ACTION_NONE && a < ACTION_COUNT);
    return &rows[a];
}

const char *action_group_title(enum action_group g)
{
    static const char *const titles[GROUP_COUNT] = {
#define X(name, title) title,
        ACTION_GROUPS(X)
#undef X
    };
    assert(g < GROUP_COUNT);
    return titles[g];
}
