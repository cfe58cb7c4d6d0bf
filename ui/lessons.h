/* lessons.h - the order of the lessons that come with the program, and their level.
 * A scenario that is not in the list comes behind them, in the order of the files. */
#ifndef MAILFLOW_UI_LESSONS_H
#define MAILFLOW_UI_LESSONS_H

#include "ui/menu.h"

struct lesson_row {
    uint32_t level;   /* 1 first lesson, 2 school, 3 computer science, 4 security, 5 expert */
    const char *name; /* of its file, without .json */
};
extern const struct lesson_row lesson_rows[]; /* without a name at the end */

/* Gives levels and puts the lessons into that order. */
void lessons_sort(struct lesson *lessons, size_t count);

#endif
