/* watch.h - a trace on the screen of this terminal: what play, replay and the menu end in. */
#ifndef MAILFLOW_UI_WATCH_H
#define MAILFLOW_UI_WATCH_H

#include "sim/base/err.h"
#include "sim/trace/trace.h"
#include "ui/options.h"
#include "ui/show.h"
#include "ui/term.h"

/* Is there a person at a terminal that can show a screen?  Otherwise the story goes out as
 * lines. */
bool watch_possible(void);
/* The options that every command with a screen has, for its table of rows. */
struct watch_options {
    bool ascii, no_color, linear;
    uint32_t theme;    /* enum theme */
    const char *score; /* where the answers to the lesson's questions go; NULL: nowhere */
};
#define WATCH_OPTION_ROWS(type, member)                                                            \
    { "ascii", 0, OPTION_FLAG, offsetof(type, member.ascii), NULL, NULL, "draw with ASCII only" }, \
        { "no-color",                                                                              \
          0,                                                                                       \
          OPTION_FLAG,                                                                             \
          offsetof(type, member.no_color),                                                         \
          NULL,                                                                                    \
          NULL,                                                                                    \
          "without colours (NO_COLOR does the same)" },                                            \
        { "linear",                                                                                \
          0,                                                                                       \
          OPTION_FLAG,                                                                             \
          offsetof(type, member.linear),                                                           \
          NULL,                                                                                    \
          NULL,                                                                                    \
          "tell the story in lines instead of showing it" },                                       \
    {                                                                                              \
        "theme", 0, OPTION_CHOICE, offsetof(type, member.theme), NULL, "dark light",               \
            "light is for projectors"                                                              \
    }
/* For those that show lessons. */
#define WATCH_SCORE_ROW(type, member)                                                              \
    {                                                                                              \
        "score", 0, OPTION_TEXT, offsetof(type, member.score), "FILE", NULL,                       \
            "add a line of JSON with the answers to the lesson's questions to this file"           \
    }
struct term_config watch_config(const struct watch_options *options);
/* The screen where there is one, the story in lines on standard output where there is none or lines
 * were asked for.  Exit status; err_r tells why not. */
int watch_show(const struct trace *t, const struct show *show, struct making *making,
               const struct watch_options *options, struct err *err_r);
/* Are lines for standard output to be ASCII? */
bool watch_needs_ascii(const struct watch_options *options);

#endif
