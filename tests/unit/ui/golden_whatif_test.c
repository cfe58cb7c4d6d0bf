/* What if: the sheet, the two runs and both beside each other; of a file that is no lesson, so that
 * no lesson's words can move it. */
#include "tests/lib/lesson_show.h"
#include "tests/lib/screen_shot.h"

#include <criterion/criterion.h>

#define LETTER_SENT "llllllllllllllllllllllll"
/* The host mail.example.net: behind what the file asks and two others. */
#define BOBS_SERVER "fjjjjj\r"

static const struct shot shots[] = {
    { "whatif-80x24-whom", 80, 24, DEPTH_PICTURE, "f", SHOT_PLAIN },
    { "whatif-80x24-host", 80, 24, DEPTH_PICTURE, LETTER_SENT BOBS_SERVER "jll", SHOT_PLAIN },
    { "whatif-80x24-host-ascii", 80, 24, DEPTH_PICTURE, LETTER_SENT BOBS_SERVER "tj", SHOT_ASCII },
    { "whatif-80x24-asked", 80, 24, DEPTH_PICTURE, LETTER_SENT "fj\r", SHOT_PLAIN },
    { "whatif-80x24-talk", 80, 24, DEPTH_TALK, LETTER_SENT BOBS_SERVER "\rlll", SHOT_PLAIN },
    { "whatif-80x24-written", 80, 24, DEPTH_PICTURE, BOBS_SERVER "\rGF", SHOT_PLAIN },
    { "whatif-80x24-beside", 80, 24, DEPTH_PICTURE, BOBS_SERVER "\rFGc", SHOT_PLAIN },
    { "whatif-80x24-small", 44, 12, DEPTH_PICTURE, BOBS_SERVER "\rf", SHOT_PLAIN },
    { "whatif-120x36-host", 120, 36, DEPTH_TALK, LETTER_SENT BOBS_SERVER, SHOT_PLAIN },
    { "whatif-120x36-down", 120, 36, DEPTH_TALK, LETTER_SENT BOBS_SERVER "\r", SHOT_PLAIN },
    { "whatif-120x36-there", 120, 36, DEPTH_TALK, LETTER_SENT BOBS_SERVER "\rf", SHOT_PLAIN },
    { "whatif-120x36-measured", 120, 36, DEPTH_TALK, BOBS_SERVER "\rGcv", SHOT_PLAIN },
};

Test(golden_whatif, looks_as_it_did)
{
    struct err err = { "" };
    struct lesson_show *s = lesson_show_new("tests/golden/whatif.json", NULL, &err);
    cr_assert(s, "%s", err.text);
    shots_compare_show(lesson_show_trace(s), lesson_show_of(s), shots, COUNT(shots));
    lesson_show_free(s);
}
