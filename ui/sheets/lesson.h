/* lesson.h - the sheets of a lesson: its title page, a question, its closing page. */
#ifndef MAILFLOW_UI_SHEETS_LESSON_H
#define MAILFLOW_UI_SHEETS_LESSON_H

#include "ui/app.h"

void sheet_title_open(struct app *a);
void sheet_question_open(struct app *a, uint64_t record); /* QUESTION */
void sheet_closing_open(struct app *a);

#endif
