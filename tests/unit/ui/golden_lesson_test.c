/* A lesson as a lesson: its title page, its questions, its last page. */
#include "tests/lib/lesson_trace.h"
#include "tests/lib/screen_shot.h"

#include <criterion/criterion.h>

/* The title page is closed; then two parts of the story, before the second of which is asked. */
#define ASKED  "\001\033}}"
#define WRONG  ASKED "1"
#define RIGHT  ASKED "jj\r"
#define SECOND RIGHT " }}}}}}}}}}"
#define CLOSED SECOND "\033G}"

static const struct shot shots[] = {
    { "lesson-80x24-title", 80, 24, DEPTH_PICTURE, "\001", SHOT_PLAIN },
    { "lesson-80x24-title-ascii", 80, 24, DEPTH_PICTURE, "\001", SHOT_ASCII },
    { "lesson-80x24-title-marks", 80, 24, DEPTH_PICTURE, "\001", SHOT_MARKS },
    { "lesson-40x10-title", 40, 10, DEPTH_PICTURE, "\001jjj", SHOT_PLAIN },
    { "lesson-120x36-title", 120, 36, DEPTH_PICTURE, "\001", SHOT_PLAIN },
    { "lesson-80x24-asked", 80, 24, DEPTH_PICTURE, ASKED "j", SHOT_PLAIN },
    { "lesson-80x24-asked-ascii", 80, 24, DEPTH_PICTURE, ASKED "j", SHOT_ASCII },
    { "lesson-80x24-asked-marks", 80, 24, DEPTH_PICTURE, ASKED "j", SHOT_MARKS },
    { "lesson-40x10-asked", 40, 10, DEPTH_PICTURE, ASKED "jj", SHOT_PLAIN },
    { "lesson-120x36-asked", 120, 36, DEPTH_TALK, ASKED, SHOT_PLAIN },
    { "lesson-80x24-wrong", 80, 24, DEPTH_PICTURE, WRONG, SHOT_PLAIN },
    { "lesson-80x24-wrong-ascii", 80, 24, DEPTH_PICTURE, WRONG, SHOT_ASCII },
    { "lesson-80x24-wrong-marks", 80, 24, DEPTH_PICTURE, WRONG, SHOT_MARKS },
    { "lesson-40x10-wrong", 40, 10, DEPTH_PICTURE, WRONG "jjj", SHOT_PLAIN },
    { "lesson-120x36-right", 120, 36, DEPTH_TALK, RIGHT, SHOT_PLAIN },
    { "lesson-80x24-gone-on", 80, 24, DEPTH_PICTURE, RIGHT " ", SHOT_PLAIN },
    { "lesson-80x24-second", 80, 24, DEPTH_PICTURE, SECOND, SHOT_PLAIN },
    { "lesson-80x24-closing", 80, 24, DEPTH_PICTURE, CLOSED, SHOT_PLAIN },
    { "lesson-80x24-closing-ascii", 80, 24, DEPTH_PICTURE, CLOSED, SHOT_ASCII },
    { "lesson-80x24-closing-marks", 80, 24, DEPTH_PICTURE, CLOSED, SHOT_MARKS },
    { "lesson-40x10-closing", 40, 10, DEPTH_PICTURE, CLOSED, SHOT_PLAIN },
    { "lesson-120x36-closing", 120, 36, DEPTH_TALK, CLOSED, SHOT_PLAIN },
};

Test(golden_lesson, looks_as_it_did)
{
    struct trace t;
    struct err err = { "" };
    cr_assert(lesson_trace(&t, "scenarios/first-mail.json", &err), "%s", err.text);
    shots_compare(&t, shots, COUNT(shots));
    trace_deinit(&t);
}
