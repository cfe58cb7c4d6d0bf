/* json_text.h - strings as JSON wants them (RFC 8259 7). */
#ifndef MAILFLOW_BASE_JSON_TEXT_H
#define MAILFLOW_BASE_JSON_TEXT_H

#include "sim/base/buf.h"

/* Appends "..." with everything escaped that must be, or that a terminal should not see (safe.h); a
 * byte that is not part of valid UTF-8 becomes U+FFFD, for JSON has no other bytes. */
void json_put_text(struct buf *out, slice bytes);
/* ,"name": with the comma only where `out` does not end in { or [ */
void json_put_key(struct buf *out, const char *name);
void json_field_text(struct buf *out, const char *name, slice value);
void json_field_u64(struct buf *out, const char *name, uint64_t value);
void json_field_bool(struct buf *out, const char *name, bool value);

#endif
