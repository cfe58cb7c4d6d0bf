/* action.c - the rows of action.h as a table.  Never knows what an action does. */
#include "ui/action.h"

#include <assert.h>

static const struct action_row rows[ACTION_COUNT] = {
#define X(name, key, other, shown, footer, group, help)                                            \
    [ACTION_##name] = { #name, key, other, shown, footer, GROUP_##group, help },
    ACTIONS(X)
#undef X
};

enum { FUNCTION_KEYS_MAX = TKEY_F12 - TKEY_F1 + 1 };
static const enum action by_function_key[FUNCTION_KEYS_MAX + 1] = {
#define X(number, name) [number] = ACTION_##name,
    FUNCTION_KEYS(X)
#undef X
};

enum action action_of_key(uint32_t key)
{
    if (key >= TKEY_F1 && key <= TKEY_F12)
        return by_function_key[key - TKEY_F1 + 1];
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

unsigned action_function_key(enum action a)
{
    unsigned number = FUNCTION_KEYS_MAX;
    while (number > 0 && (a == ACTION_NONE || by_function_key[number] != a))
        number--;
    return number;
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
