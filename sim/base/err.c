/* err.c - what is wrong, in one sentence.  Off the hot path: the one user of printf in sim/base. */
#include "sim/base/err.h"

#include <stdarg.h>
#include <stdio.h>

bool err_set(struct err *e, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(e->text, sizeof e->text, format, args);
    va_end(args);
    return false;
}
