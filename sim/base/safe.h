/* safe.h - any bytes made harmless for a terminal, and for whoever reads it.
 * Letters hold what strangers wrote: escape sequences that drive the terminal, marks that reverse
 * the reading order, characters that take no room.  What comes out is valid UTF-8 without any of
 * these. */
#ifndef MAILFLOW_BASE_SAFE_H
#define MAILFLOW_BASE_SAFE_H

#include "sim/base/buf.h"

/* Octets of the valid UTF-8 sequence at the front; 0: there is none (RFC 3629 4). */
size_t utf8_sequence(slice bytes);
/* Takes one code point off *rest, which is not empty.  false: a byte that is no UTF-8 was taken. */
bool utf8_take(slice *rest, uint32_t *code_point_r);
void utf8_put(struct buf *out, uint32_t code_point); /* below 0x110000, and no surrogate */

/* false: a control (C0, DEL, C1), a bidirectional or invisible format character, a line or
 * paragraph separator, a variation selector, a tag, no character at all. */
bool safe_is_shown(uint32_t code_point);

/* What takes the place of something that is not shown: "\r" "\n" "\t" "\e", "\x9b" for a byte or a
 * character below 256, "\u{202e}" for others.  A backslash that was there stays as it is: this is
 * to be read, not to be read back. */
void safe_escape(struct buf *out, uint32_t code_point, bool is_byte);

enum safe_keep { SAFE_KEEP_NOTHING = 0, SAFE_KEEP_NEWLINE = 1, SAFE_KEEP_TAB = 2 };
/* keep: bits; \n and \t that are let through (never \r). */
void safe_text(struct buf *out, slice bytes, unsigned keep);

#endif
