/* glyph.h - one code point: how many cells it takes, and what is shown where it cannot be shown.
 * Every text that reaches the screen passes through glyph_take(), which is where hostile text ends:
 * control characters, escape sequences, joiners, combining marks, bidirectional overrides and
 * broken UTF-8 come out as harmless marks of one cell each.  The widths are a list of our own, in
 * which only what all terminals agree about is admitted; wcwidth() depends on machine and
 * locale. */
#ifndef MAILFLOW_UI_GLYPH_H
#define MAILFLOW_UI_GLYPH_H

#include "sim/base/slice.h"

#define GLYPH_BROKEN 0xFFFDu /* stands for bytes that are no UTF-8 (RFC 3629) */
#define GLYPH_HIDDEN 0x00B7u /* stands for a character that must not be shown as it is */

/* Takes the next code point off *rest, which must not be empty.  What comes back may be drawn as it
 * is: glyph_width() of it is 1 or 2.  A TAB becomes a blank. */
uint32_t glyph_take(slice *rest);
/* 1 or 2 cells; 0: not to be drawn (glyph_take never returns it). */
int glyph_width(uint32_t glyph);
/* Cells that the text takes when it is drawn. */
int text_width(slice s);
/* The longest part from the start that takes at most `width` cells. */
slice text_fit(slice s, int width);

/* UTF-8 of a glyph; returns the number of bytes, 1 to 4. */
size_t glyph_utf8(uint32_t glyph, char out[4]);
/* What stands for it where there is only ASCII; '?' where nothing better is known. */
char glyph_ascii(uint32_t glyph);

/* Lines that meet: the four arms of a box-drawing character, 2 bits each: up, right << 2,
 * down << 4, left << 6; 1 light, 2 heavy, 3 double.  0: not a line. */
enum { ARM_UP = 1, ARM_RIGHT = 4, ARM_DOWN = 16, ARM_LEFT = 64 };
uint8_t glyph_arms(uint32_t glyph);
uint32_t glyph_of_arms(uint8_t arms); /* light corners are round; 0: there is no such glyph */
/* The glyph that shows both lines: in each direction the stronger one. */
uint32_t glyph_join(uint32_t below, uint32_t above);
/* The line `below` with these arms added; `otherwise` where below is no line. */
uint32_t glyph_with_arms(uint32_t below, uint8_t arms, uint32_t otherwise);

#endif
