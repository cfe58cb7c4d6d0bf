#include <criterion/criterion.h>

#include "ui/action.h"
#include "ui/command.h"
#include "ui/files.h"

/* The tests run in the top directory. */
static void read_manual(struct buf *out)
{
    struct err err = { "" };
    cr_assert(file_read("docs/mailflow.1", 1 << 20, out, &err), "%s", err.text);
}

static bool has(slice in, const char *before, const char *word)
{
    struct buf wanted;
    buf_init(&wanted);
    buf_addz(&wanted, before);
    buf_addz(&wanted, word);
    buf_byte(&wanted, '\n');
    bool found = slice_find(in, buf_slice(&wanted)) != SLICE_NONE;
    wanted.ptr[wanted.len - 1] = ' ';
    found = found || slice_find(in, buf_slice(&wanted)) != SLICE_NONE;
    buf_deinit(&wanted);
    return found;
}

Test(manual, tells_of_every_command_option_and_key)
{
    struct buf text;
    buf_init(&text);
    read_manual(&text);
    slice manual = buf_slice(&text);
    for (size_t i = 0; commands[i]; i++) {
        const struct command *c = commands[i];
        cr_expect(has(manual, ".It Ic ", c->name), "docs/mailflow.1 lacks \".It Ic %s\"", c->name);
        for (const struct option_row *row = c->options; row && row->name; row++)
            cr_expect(has(manual, "Fl Fl ", row->name), "docs/mailflow.1 lacks \"Fl Fl %s\" (%s)",
                      row->name, c->name);
    }
    for (int a = ACTION_NONE + 1; a < ACTION_COUNT; a++)
        cr_expect(has(manual, "\n", action_row((enum action)a)->help), "the key %s",
                  action_row((enum action)a)->name);
    buf_deinit(&text);
}

Test(manual, commands_have_help_that_fits)
{
    struct buf out;
    buf_init(&out);
    program_help(&out);
    for (size_t i = 0; commands[i]; i++)
        command_help(commands[i], &out);
    slice rest = buf_slice(&out);
    while (rest.len > 0) {
        slice line = slice_cut(&rest, '\n');
        cr_expect(line.len <= 110, "%.*s", SLICE_ARG(line));
    }
    buf_deinit(&out);
}
