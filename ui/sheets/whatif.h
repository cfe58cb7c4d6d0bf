/* whatif.h - the sheet that asks what is to be different.  Wants app.show. */
#ifndef MAILFLOW_UI_SHEETS_WHATIF_H
#define MAILFLOW_UI_SHEETS_WHATIF_H

#include "ui/sheet.h"

extern const struct sheet_ops sheet_whatif;

#endif
