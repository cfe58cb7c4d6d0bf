/* json.h - the whole trace as JSON Lines: one object a record.
 *
 *   {"n":17,"at":1284000000,"event":"open","actor":"alice-laptop","flow":3,"cause":12,
 *    "until":1296000000,"to":"mail.example.org","ports":{"from":49152,"to":587},
 *    "service":"submission"}
 *
 * n: the record's number.  at, until: ns since the start (of "world": start, as a date).  Zero
 * until, flow and cause and an empty actor are left out.  The rest are the fields of kinds.h by
 * their names and types.  A payload is text; where it was no valid UTF-8, "<field>_hex" follows
 * with its exact octets. */
#ifndef MAILFLOW_EXPORT_JSON_H
#define MAILFLOW_EXPORT_JSON_H

#include "sim/export/names.h"

/* The records for which `keeps` says yes; NULL: all. */
void export_json(const struct trace *t, bool (*keeps)(const void *keeper, uint64_t record),
                 const void *keeper, struct buf *out);
/* One record, without the newline. */
void json_record(const struct names *names, uint64_t number, struct buf *out);

#endif
