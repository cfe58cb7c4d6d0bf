/* action.h - THE list of what a person can do with keys: key, name, help, footer.
 * X(NAME, key, other key, "as shown", "footer", group, "help")
 *   key       a code point or enum term_key; 0: none
 *   footer    what the last line of the screen says: keys, a blank, a word; "": nothing.  What does
 *             not fit is left out from the end, but never what stands in the group PROGRAM.
 * Key bindings, the help screen, the footer and the manual are all made from it. */
#ifndef MAILFLOW_UI_ACTION_H
#define MAILFLOW_UI_ACTION_H

#include "sim/base/slice.h"

/* Keys that are no characters: above Unicode. */
enum term_key {
    TKEY_BASE = 0x110000,
    TKEY_UP,
    TKEY_DOWN,
    TKEY_LEFT,
    TKEY_RIGHT,
    TKEY_HOME,
    TKEY_END,
    TKEY_PAGE_UP,
    TKEY_PAGE_DOWN,
    TKEY_BACKTAB,
    TKEY_ENTER,
    TKEY_ESCAPE,
    TKEY_BACKSPACE,
    TKEY_TAB,
    TKEY_DELETE,
    TKEY_F1,
    TKEY_F12 = TKEY_F1 + 11,
};

#define ACTION_GROUPS(X)                                                                           \
    X(TIME, "Time")                                                                                \
    X(LOOK, "Look")                                                                                \
    X(PANE, "In a pane")                                                                           \
    X(PROGRAM, "Program")

#define ACTIONS(X)                                                                                 \
    X(PLAY, ' ', 0, "space", "space play", TIME, "play and pause")                                 \
    X(STEP_NEXT, TKEY_RIGHT, 'l', "right", "←→ step", TIME, "one line forwards")                   \
    X(STEP_BACK, TKEY_LEFT, 'h', "left", "", TIME, "one line backwards")                           \
    X(EVENT_NEXT, 'e', 0, "e", "", TIME, "one event forwards")                                     \
    X(EVENT_BACK, 'E', 0, "E", "", TIME, "one event backwards")                                    \
    X(HOP_NEXT, '.', 0, ".", ",. hop", TIME, "a letter's next move")                               \
    X(HOP_BACK, ',', 0, ",", "", TIME, "a letter's move before")                                   \
    X(STORY_NEXT, '}', 0, "}", "{} story", TIME, "next part of the story")                         \
    X(STORY_BACK, '{', 0, "{", "", TIME, "part of the story before")                               \
    X(SLOWER, '[', 0, "[", "", TIME, "slower")                                                     \
    X(FASTER, ']', 0, "]", "[] speed", TIME, "faster")                                             \
    X(PACE, 't', 0, "t", "", TIME, "story pace or true time")                                      \
    X(START, TKEY_HOME, 'g', "g", "", TIME, "to the start")                                        \
    X(END, TKEY_END, 'G', "G", "", TIME, "to the end")                                             \
    X(TROUBLE_NEXT, 'x', 0, "x", "", TIME, "next trouble")                                         \
    X(MARK, 'm', 0, "m", "", TIME, "set or take a bookmark")                                       \
    X(MARK_NEXT, '\'', 0, "'", "", TIME, "next bookmark")                                          \
    X(MARK_BACK, '"', 0, "\"", "", TIME, "bookmark before")                                        \
    X(MARKS, 'B', 0, "B", "", TIME, "the list of bookmarks")                                       \
    X(DEPTH, 'v', 0, "v", "v depth", LOOK, "picture, talk or wire")                                \
    X(WHY, 'w', 0, "w", "w why", LOOK, "why? go to the cause")                                     \
    X(WHY_BACK, 'W', 0, "W", "", LOOK, "back from why")                                            \
    X(WHATIF, 'f', 0, "f", "f what if", LOOK, "what if? another run")                              \
    X(OTHER_RUN, 'F', 0, "F", "", LOOK, "to the other run")                                        \
    X(COMPARE, 'c', 0, "c", "", LOOK, "both runs side by side")                                    \
    X(PANE_NEXT, TKEY_TAB, 0, "tab", "tab pane", LOOK, "next pane")                                \
    X(PANE_BACK, TKEY_BACKTAB, 0, "back-tab", "", LOOK, "pane before")                             \
    X(PANE_PICK, '1', 0, "1-9", "", LOOK, "a pane by its number")                                  \
    X(FIND, '/', 0, "/", "/ find", LOOK, "find a text or a field")                                 \
    X(FIND_NEXT, 'n', 0, "n", "", LOOK, "next place found")                                        \
    X(FIND_BACK, 'N', 0, "N", "", LOOK, "place found before")                                      \
    X(FILTER, '&', 0, "&", "", LOOK, "show only what matches")                                     \
    X(SECRETS, 's', 0, "s", "", LOOK, "show or hide passwords")                                    \
    X(LISTEN, 'o', 0, "o", "o listen", LOOK, "listen on the lines")                                \
    X(UP, TKEY_UP, 'k', "up", "", PANE, "scroll or select up")                                     \
    X(DOWN, TKEY_DOWN, 'j', "down", "", PANE, "scroll or select down")                             \
    X(PAGE_UP, TKEY_PAGE_UP, 0, "pg up", "", PANE, "a page up")                                    \
    X(PAGE_DOWN, TKEY_PAGE_DOWN, 0, "pg down", "", PANE, "a page down")                            \
    X(CHOOSE, TKEY_ENTER, 0, "enter", "", PANE, "go to what is selected")                          \
    X(DOTS, 'd', 0, "d", "", PANE, "dots as on the wire")                                          \
    X(CANCEL, TKEY_ESCAPE, 0, "esc", "", PANE, "close, follow again")                              \
    X(HELP, '?', 0, "?", "? help", PROGRAM, "this help")                                           \
    X(REDRAW, 0x0C, 0, "ctrl-l", "", PROGRAM, "draw the screen anew")                              \
    X(QUIT, 'q', 0, "q", "q quit", PROGRAM, "leave")

/* The function keys, as htop has them where it has such a thing: for who knows them, and for who
 * does not find a letter.  X(number, NAME) */
#define FUNCTION_KEYS(X)                                                                           \
    X(1, HELP)                                                                                     \
    X(2, WHY)                                                                                      \
    X(3, FIND)                                                                                     \
    X(4, FILTER)                                                                                   \
    X(5, DEPTH)                                                                                    \
    X(6, PANE_NEXT)                                                                                \
    X(7, SLOWER)                                                                                   \
    X(8, FASTER)                                                                                   \
    X(9, WHATIF)                                                                                   \
    X(10, QUIT)

enum action {
    ACTION_NONE,
#define X(name, key, other, shown, footer, group, help) ACTION_##name,
    ACTIONS(X)
#undef X
        ACTION_COUNT
};

enum action_group {
#define X(name, title) GROUP_##name,
    ACTION_GROUPS(X)
#undef X
        GROUP_COUNT
};

struct action_row {
    const char *name;
    uint32_t key, other;
    const char *shown, *footer;
    enum action_group group;
    const char *help;
};

enum action action_of_key(uint32_t key);            /* ACTION_NONE: not bound */
const struct action_row *action_row(enum action a); /* never for ACTION_NONE */
unsigned action_function_key(enum action a);        /* 1 to 12; 0: it has none */
const char *action_group_title(enum action_group g);

#endif
