/* lesson.h - the sheets of a lesson: its title page, a question, its closing page. */
#ifndef MAILFLOW_UI_SHEETS_LESSON_H
#define MAILFLOW_UI_SHEETS_LESSON_H

#include "ui/app.h"
#include "ui/sheets/page.h"

void sheet_title_open(struct app *a);
/* What such a page begins with: the title, the aim, what to watch. */
void sheet_title_words(struct page *p, int screen_w, slice title, const struct class_words *words);
void sheet_question_open(struct app *a, uint64_t record); /* QUESTION */
void sheet_closing_open(struct app *a);

#endif
