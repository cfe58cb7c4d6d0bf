/* command.h - a row of the command table.  One file cmd_NAME.c for each; ui/commands.c lists them.
 * Exit status: 0 as expected; 1 an expectation failed; 2 wrong usage or an invalid scenario; 3 it
 * could not run (a file, a port, memory). */
#ifndef MAILFLOW_UI_COMMAND_H
#define MAILFLOW_UI_COMMAND_H

#include "ui/options.h"

enum { EXIT_FINE = 0, EXIT_UNEXPECTED = 1, EXIT_USAGE = 2, EXIT_CANNOT = 3 };

struct command {
    const char *name;
    const char *usage; /* operands and the like, behind the name: "FILE [OPTION...]" */
    const char *doc;   /* one line */
    const struct option_row *options;
    size_t options_size;  /* of the struct they fill */
    const void *defaults; /* such a struct, what it holds before; NULL: zeros */
    size_t operands_min, operands_max;
    /* Fills err_r where it returns EXIT_USAGE or EXIT_CANNOT and has not said why itself. */
    int (*run)(const void *options, const struct operands *operands, struct err *err_r);
};

/* ui/commands.c: NULL at the end. */
extern const struct command *const commands[];
const struct command *command_named(const char *name); /* NULL: there is none */
void command_help(const struct command *c, struct buf *out);
void program_help(struct buf *out);
/* ui/cmd_say.c: "mailflow NAME: why, hint" on standard error.  Names of files and words of the
 * user's stand in it, so what would drive a terminal is taken out.  c may be NULL. */
void command_complain(const struct command *c, const char *why, const char *hint);
/* What main() does, with the first argument (the program's name) left away. */
int program_main(int argc, char *const *argv);

#endif
