/* date.h - dates as mail writes them, always in UTC ("+0000"). */
#ifndef MAILFLOW_MAIL_DATE_H
#define MAILFLOW_MAIL_DATE_H

#include "sim/base/buf.h"

void date_rfc5322(struct buf *out,
                  int64_t unix_seconds); /* "Mon, 7 Sep 2026 09:00:01 +0000", RFC 5322 3.3 */
void date_imap(struct buf *out,
               int64_t unix_seconds); /* "07-Sep-2026 09:00:01 +0000", RFC 9051 date-time */
bool date_imap_parse(slice s, int64_t *unix_r);       /* the same back, any zone; without quotes */
bool date_imap_day(slice s, int64_t *unix_r);         /* "7-Sep-2026" to its midnight (SEARCH) */
bool date_rfc5322_parse(slice body, int64_t *unix_r); /* also obsolete zones and two-digit years */

#endif
