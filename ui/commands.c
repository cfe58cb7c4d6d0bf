/* commands.c - the table of commands, and what is common to all of them: options, help, messages.
 * Not done: grade (it comes with what it needs). */
#include "ui/command.h"

#include <stdio.h>
#include <string.h>

#include "sim/base/mem.h"

extern const struct command cmd_menu, cmd_play, cmd_run, cmd_compare, cmd_serve, cmd_replay,
    cmd_export, cmd_check, cmd_bench;

const struct command *const commands[] = {
    &cmd_menu,   &cmd_play,   &cmd_run,   &cmd_compare, &cmd_serve,
    &cmd_replay, &cmd_export, &cmd_check, &cmd_bench,   NULL,
};

const struct command *command_named(const char *name)
{
    for (size_t i = 0; commands[i]; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

void command_help(const struct command *c, struct buf *out)
{
    buf_addz(out, "usage: mailflow ");
    buf_addz(out, c->name);
    if (c->usage[0]) {
        buf_byte(out, ' ');
        buf_addz(out, c->usage);
    }
    buf_addz(out, "\n\n");
    buf_addz(out, c->doc);
    buf_addz(out, "\n");
    if (c->options && c->options->name) {
        buf_addz(out, "\n");
        options_help(c->options, out);
    }
}

void program_help(struct buf *out)
{
    size_t widest = 0;
    for (size_t i = 0; commands[i]; i++)
        widest = strlen(commands[i]->name) > widest ? strlen(commands[i]->name) : widest;
    buf_addz(out,
             "mailflow shows how e-mail travels.\n\nusage: mailflow [COMMAND] [ARGUMENT...]\n\n");
    for (size_t i = 0; commands[i]; i++) {
        buf_addz(out, "  ");
        buf_addz(out, commands[i]->name);
        buf_fill(out, ' ', widest + 2 - strlen(commands[i]->name));
        buf_addz(out, commands[i]->doc);
        buf_byte(out, '\n');
    }
    buf_addz(out, "\nmailflow COMMAND --help tells more; mailflow --version tells the version.\n");
}

static int print(struct buf *text)
{
    bool ok = fwrite(text->ptr, 1, text->len, stdout) == text->len;
    buf_deinit(text);
    return ok ? EXIT_FINE : EXIT_CANNOT;
}

static int wrong_usage(const struct command *c, const char *why)
{
    char hint[64];
    (void)snprintf(hint, sizeof hint, " (mailflow %s%s--help tells more)", c ? c->name : "",
                   c ? " " : "");
    command_complain(c, why, hint);
    return EXIT_USAGE;
}

static bool operands_check(const struct command *c, size_t count, struct err *err_r)
{
    if (count < c->operands_min)
        return err_set(err_r, "something is missing: mailflow %s %s", c->name, c->usage);
    if (count > c->operands_max)
        return err_set(err_r, "too much: mailflow %s %s", c->name, c->usage);
    return true;
}

static int command_run(const struct command *c, int argc, char *const *argv)
{
    static const struct option_row none[] = { { .name = NULL } };
    struct err err = { "" };
    bool help = false;
    int status;
    struct operands operands = { mem_array((size_t)argc + 1, sizeof(char *)), 0 };
    void *options = mem_alloc(c->options_size ? c->options_size : 1);
    if (c->defaults)
        memcpy(options, c->defaults, c->options_size);
    if (!options_parse(c->options ? c->options : none, options, argc, argv, &operands, &help,
                       &err) ||
        (!help && !operands_check(c, operands.count, &err))) {
        status = wrong_usage(c, err.text);
    } else if (help) {
        struct buf text;
        buf_init(&text);
        command_help(c, &text);
        status = print(&text);
    } else {
        status = c->run(options, &operands, &err);
        if (err.text[0])
            command_complain(NULL, err.text, "");
    }
    mem_free(options);
    mem_free(operands.items);
    return status;
}

int program_main(int argc, char *const *argv)
{
    const char *first = argc > 0 ? argv[0] : "";
    if (strcmp(first, "--version") == 0)
        return puts("mailflow " MAILFLOW_VERSION) < 0 ? EXIT_CANNOT : EXIT_FINE;
    const struct command *menu = command_named("menu");
    const struct command *c = command_named(first);
    if (c)
        return command_run(c, argc - 1, argv + 1);
    if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0 || (!menu && argc == 0)) {
        struct buf text;
        buf_init(&text);
        program_help(&text);
        return print(&text);
    }
    if (menu && (argc == 0 || first[0] == '-'))
        return command_run(menu, argc, argv);
    struct err err = { "" };
    err_set(&err, "there is no command \"%s\"", first);
    return wrong_usage(NULL, err.text);
}
