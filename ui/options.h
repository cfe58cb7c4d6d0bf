/* options.h - command lines from tables: the rows parse, and write the help.
 * Accepts --name VALUE, --name=VALUE, -x VALUE, -xVALUE and flags; "--" ends the options, "-" is an
 * operand; options and operands may be mixed. */
#ifndef MAILFLOW_UI_OPTIONS_H
#define MAILFLOW_UI_OPTIONS_H

#include "sim/base/buf.h"
#include "sim/base/err.h"
#include "sim/base/fmt.h"

enum option_type {
    OPTION_FLAG,     /* bool */
    OPTION_TEXT,     /* const char *: borrowed from argv */
    OPTION_NUMBER,   /* uint64_t, up to UINT32_MAX: a larger one says "not given" as a default */
    OPTION_DURATION, /* sim_time: "30s" */
    OPTION_SIZE,     /* uint64_t: "10MB" */
    OPTION_CHOICE,   /* uint32_t: the index of one of the words in `choices` */
};

/* The last row of a table has no name. */
struct option_row {
    const char *name; /* without the dashes */
    char letter;      /* 0: none */
    enum option_type type;
    size_t offset;       /* in the command's struct of options */
    const char *value;   /* what the help calls it: "FILE"; NULL for flags */
    const char *choices; /* CHOICE: words separated by one blank */
    const char *doc;
};

struct operands {
    const char **items; /* borrowed from argv; the array belongs to the caller */
    size_t count;
};

/* Fills `into` (whose fields keep what they hold where an option is not given) and gathers the
 * operands, for which `operands_r->items` must have room for argc pointers.  *help_r: --help or -h
 * was among them; nothing more is looked at then.  false: wrong usage, in one line. */
bool options_parse(const struct option_row *rows, void *into, int argc, char *const *argv,
                   struct operands *operands_r, bool *help_r, struct err *err_r);
/* The rows as lines of help, aligned. */
void options_help(const struct option_row *rows, struct buf *out);

#endif
