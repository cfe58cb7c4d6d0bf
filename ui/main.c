/* main.c - the program.  All that it does can be called from tests: see command.h. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "ui/command.h"

/* Where one of the three is closed its number would be given to the next file or socket. */
static void have_standard_files(void)
{
    int fd;
    do {
        fd = open("/dev/null", O_RDWR);
    } while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0) {
        (void)close(fd);
    }
}

int main(int argc, char **argv)
{
    have_standard_files();
    int status = program_main(argc > 0 ? argc - 1 : 0, argv + (argc > 0 ? 1 : 0));
    /* A full disk or a closed pipe shows here at the latest, and must not look like success. */
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fputs("mailflow: could not write to standard output\n", stderr);
        return status == EXIT_FINE ? EXIT_CANNOT : status;
    }
    return status;
}
