/* The map as a class sees it: a host that is chosen, its page, sixty hosts, and thousands. */
#include "tests/lib/lesson_trace.h"
#include "tests/lib/screen_shot.h"

#include <criterion/criterion.h>

/* j is down; the tabs of the page have numbers, 6 is the log. */
static const struct shot host_shots[] = {
    { "map-80x24-chosen", 80, 24, DEPTH_PICTURE, "Gjj", SHOT_PLAIN },
    { "map-80x24-chosen-ascii", 80, 24, DEPTH_PICTURE, "Gjj", SHOT_ASCII },
    { "map-80x24-chosen-marks", 80, 24, DEPTH_PICTURE, "Gjj", SHOT_MARKS },
    { "map-120x36-chosen", 120, 36, DEPTH_PICTURE, "Gjj", SHOT_PLAIN },
    { "map-80x24-plain-words", 80, 24, DEPTH_PICTURE, "}}}}}l", SHOT_PLAIN },
    { "host-80x24-about", 80, 24, DEPTH_PICTURE, "Gkk\r", SHOT_PLAIN },
    { "host-80x24-log", 80, 24, DEPTH_PICTURE, "Gkk\r6", SHOT_PLAIN },
    { "host-80x24-log-ascii", 80, 24, DEPTH_PICTURE, "Gkk\r6", SHOT_ASCII },
    { "host-80x24-log-marks", 80, 24, DEPTH_PICTURE, "Gkk\r6", SHOT_MARKS },
    { "host-120x36-letters", 120, 36, DEPTH_PICTURE, "Gkkk\r2", SHOT_PLAIN },
    { "host-120x36-names", 120, 36, DEPTH_PICTURE, "Gjjj\r4", SHOT_PLAIN },
    { "host-120x36-calls", 120, 36, DEPTH_PICTURE, "Gkkk\r5", SHOT_PLAIN },
    { "host-120x36-log", 120, 36, DEPTH_PICTURE, "Gkkk\r6", SHOT_PLAIN },
    { "host-120x36-all", 120, 36, DEPTH_PICTURE, "Gkkk\r7", SHOT_PLAIN },
    { "host-40x10-log", 40, 10, DEPTH_PICTURE, "Gkk\r6", SHOT_PLAIN },
};
static const struct shot late_shots[] = {
    { "host-80x24-queue", 80, 24, DEPTH_PICTURE, "G,,,,,j\r3", SHOT_PLAIN },
    { "host-120x36-queue", 120, 36, DEPTH_PICTURE, "G,,,,,j\r3", SHOT_PLAIN },
};
static const struct shot sixty_shots[] = {
    { "sixty-40x10", 40, 10, DEPTH_PICTURE, "......", SHOT_PLAIN },
    { "sixty-80x24", 80, 24, DEPTH_PICTURE, "......j", SHOT_PLAIN },
    { "sixty-120x36", 120, 36, DEPTH_PICTURE, "......j", SHOT_PLAIN },
    { "sixty-120x36-ascii", 120, 36, DEPTH_PICTURE, "......j", SHOT_ASCII },
    { "sixty-120x36-talk", 120, 36, DEPTH_TALK, "......", SHOT_PLAIN },
    { "sixty-200x60", 200, 60, DEPTH_PICTURE, "......", SHOT_PLAIN },
};
static const struct shot thousand_shots[] = {
    { "thousands-80x24", 80, 24, DEPTH_PICTURE, "......", SHOT_PLAIN },
    { "thousands-120x36", 120, 36, DEPTH_PICTURE, "......", SHOT_PLAIN },
};

Test(golden_map, looks_as_it_did)
{
    static const struct {
        const char *path;
        const struct shot *shots;
        size_t count;
    } rows[] = {
        { "scenarios/first-mail.json", host_shots, COUNT(host_shots) },
        { "scenarios/greylisting.json", late_shots, COUNT(late_shots) },
        { "tests/worlds/sixty-hosts.json", sixty_shots, COUNT(sixty_shots) },
        { "tests/worlds/crowd-5000.json", thousand_shots, COUNT(thousand_shots) },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct trace t;
        struct err err = { "" };
        cr_assert(lesson_trace(&t, rows[i].path, &err), "%s", err.text);
        shots_compare(&t, rows[i].shots, rows[i].count);
        trace_deinit(&t);
    }
}
