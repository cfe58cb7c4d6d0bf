/* whole_screen.h - is a drawn screen whole, whatever was drawn on it?  For tests and fuzzers. */
#ifndef MAILFLOW_TESTS_WHOLE_SCREEN_H
#define MAILFLOW_TESTS_WHOLE_SCREEN_H

#include "ui/app.h"

/* Each of these says what is wrong, or NULL. */

/* Every cell is something that each terminal draws in as many columns as it has; as text, and as
 * ASCII, there is no control character. */
const char *whole_cells(const struct canvas *c);
/* Corners are corners, and the sides are lines from top to bottom; titles and keys stand only in
 * the horizontal lines. */
const char *whole_frame(const struct canvas *c, struct rect frame);
/* Both, for the screen of play as it was drawn: all frames, where nothing lies over them. */
const char *whole_screen(const struct app *a, const struct canvas *c);
/* Text on its way out: UTF-8 without anything that a terminal obeys or hides, but for newlines
 * and, where they are the contents, tabs. */
const char *whole_text(slice text, bool tabs);

#endif
