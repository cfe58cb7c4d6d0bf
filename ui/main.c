/* main.c - the program.  All that it does can be called from tests: see command.h. */
#include <stdio.h>

#include "ui/command.h"

int main(int argc, char **argv)
{
    int status = program_main(argc > 0 ? argc - 1 : 0, argv + (argc > 0 ? 1 : 0));
    /* A full disk or a closed pipe shows here at the latest, and must not look like success. */
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fputs("mailflow: could not write to standard output\n", stderr);
        return status == EXIT_FINE ? EXIT_CANNOT : status;
    }
    return status;
}
