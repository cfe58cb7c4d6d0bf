/* schema.h - JSON Schema (2020-12) of scenario files, out of the tables that read them, so that
 * editors complete keys and the two cannot disagree.  scenarios/schema.json is this text. */
#ifndef MAILFLOW_WORLD_SCHEMA_H
#define MAILFLOW_WORLD_SCHEMA_H

#include "sim/base/buf.h"
#include "sim/base/vocabulary.h"

void scenario_schema(const struct vocabulary *words, struct buf *out);

#endif
