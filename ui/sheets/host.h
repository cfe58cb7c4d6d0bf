/* host.h - the page of the host that is chosen: what it is, what it keeps, what it wrote down. */
#ifndef MAILFLOW_UI_SHEETS_HOST_H
#define MAILFLOW_UI_SHEETS_HOST_H

#include "ui/sheet.h"

extern const struct sheet_ops sheet_host;

#endif
