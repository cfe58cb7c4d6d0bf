/* cmd_say.c - what any command says when it cannot do what was asked.
 * Never decides what is wrong. */
#include <stdio.h>

#include "sim/base/safe.h"
#include "ui/command.h"

void command_complain(const struct command *c, const char *why, const char *hint)
{
    struct buf safe;
    buf_init(&safe);
    safe_text(&safe, slice_of(why), SAFE_KEEP_NOTHING);
    fprintf(stderr, "mailflow%s%s: %s%s\n", c ? " " : "", c ? c->name : "", buf_z(&safe), hint);
    buf_deinit(&safe);
}
