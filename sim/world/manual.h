/* manual.h - the reference part of mailflow-scenario(5) in mdoc, out of the tables that read a
 * scenario: the documentation of a key stands beside its field, and nowhere else. */
#ifndef MAILFLOW_WORLD_MANUAL_H
#define MAILFLOW_WORLD_MANUAL_H

#include "sim/base/buf.h"
#include "sim/base/vocabulary.h"

void scenario_manual(const struct vocabulary *words, struct buf *out);

#endif
