/* theme.h - what a colour means here, and how each terminal shows it.
 * Panes name an ink, never a colour.  Few inks, so that a colour is always an answer to "what is
 * this?"; none of them carries meaning alone - shape, side and words say the same, and the column
 * without colours must work too. */
#ifndef MAILFLOW_UI_THEME_H
#define MAILFLOW_UI_THEME_H

#include <stdint.h>

/* The texts are the legend in the help. */
#define INKS(X)                                                                                    \
    X(TEXT, "what is read")                                                                        \
    X(DIM, "hints, units, what is over")                                                           \
    X(TITLE, "names of things, keys")                                                              \
    X(BORDER, "borders, idle links")                                                               \
    X(FOCUS, "the pane that has the keys")                                                         \
    X(CLIENT, "who asks")                                                                          \
    X(SERVER, "who answers")                                                                       \
    X(LETTER, "a letter, its envelope")                                                            \
    X(NAMES, "DNS; where to read more")                                                            \
    X(OK, "it worked")                                                                             \
    X(WARN, "it waits, it was changed")                                                            \
    X(ERROR, "it failed, it is down")                                                              \
    X(SELECT, "what is selected")                                                                  \
    X(TIME, "time that has passed")

enum ink {
#define X(name, doc) INK_##name,
    INKS(X)
#undef X
        INK_COUNT
};

/* On top of what the ink brings along. */
enum { LOOK_BOLD = 1, LOOK_UNDERLINE = 2, LOOK_REVERSE = 4, LOOK_DIM = 8 };

enum theme { THEME_DARK, THEME_LIGHT, THEME_COUNT };
enum palette { PALETTE_256, PALETTE_8, PALETTE_MONO, PALETTE_COUNT };

#define THEME_DEFAULT (-1) /* as the terminal has it */
struct look {
    int16_t fg, bg; /* 0 to 255, or 0 to 7; THEME_DEFAULT */
    uint8_t attr;   /* LOOK_... */
};

struct look theme_look(enum theme theme, enum palette palette, enum ink ink);
const char *theme_ink_name(enum ink ink); /* "CLIENT" */
const char *theme_ink_doc(enum ink ink);

#endif
