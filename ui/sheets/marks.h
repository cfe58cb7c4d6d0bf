/* marks.h - the list of the bookmarks. */
#ifndef MAILFLOW_UI_SHEETS_MARKS_H
#define MAILFLOW_UI_SHEETS_MARKS_H

#include "ui/sheet.h"

extern const struct sheet_ops sheet_marks;

#endif
