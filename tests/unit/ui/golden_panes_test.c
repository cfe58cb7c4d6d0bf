/* The panes of words, each in a lesson that is about it, at the two sizes that are looked at: as a
 * class sees them, in ASCII, and without colours. */
#include "tests/lib/lesson_trace.h"
#include "tests/lib/screen_shot.h"

#include <criterion/criterion.h>

static void compare(const char *lesson, const struct shot *of, size_t count)
{
    struct trace t;
    struct err err = { "" };
    cr_assert(lesson_trace(&t, lesson, &err), "%s: %s", lesson, err.text);
    shots_compare_side(&t, of, count);
    trace_deinit(&t);
}

/* 1 is the pane; k and j select, enter goes to a line or opens what is folded. */
Test(golden_panes, talk)
{
    static const struct shot first[] = {
        { "talk-first-mail-80x24", 80, 24, DEPTH_TALK, "@end@1", SHOT_PLAIN },
        { "talk-first-mail-80x24-secrets", 80, 24, DEPTH_TALK, "@said 1 235 2.7.0@1s", SHOT_PLAIN },
        { "talk-first-mail-80x24-picked", 80, 24, DEPTH_TALK, "@end@1kkkkk", SHOT_PLAIN },
        { "talk-first-mail-80x24-picked-marks", 80, 24, DEPTH_TALK, "@end@1kkkkk", SHOT_MARKS },
        { "talk-first-mail-120x36", 120, 36, DEPTH_TALK, "@end@1", SHOT_PLAIN },
        { "talk-first-mail-120x36-unfolded", 120, 36, DEPTH_TALK, "@end@1kkkkk\r", SHOT_PLAIN },
    };
    static const struct shot ahead[] = {
        { "talk-pipelining-80x24", 80, 24, DEPTH_TALK, "@said 1 Received: from [198@1",
          SHOT_PLAIN },
        { "talk-pipelining-80x24-ahead", 80, 24, DEPTH_TALK, "@said 1 net>\r\nDATA@1", SHOT_PLAIN },
        { "talk-pipelining-120x36", 120, 36, DEPTH_TALK, "@said 1 Received: from [198@1",
          SHOT_PLAIN },
        { "talk-pipelining-120x36-ascii", 120, 36, DEPTH_TALK, "@said 1 Received: from [198@1",
          SHOT_ASCII },
        { "talk-pipelining-120x36-marks", 120, 36, DEPTH_TALK, "@said 1 Received: from [198@1",
          SHOT_MARKS },
    };
    static const struct shot chunk[] = {
        { "talk-chunk-120x36", 120, 36, DEPTH_TALK, "@said 1 BDAT@1", SHOT_PLAIN },
    };
    static const struct shot file[] = {
        { "talk-attachment-80x24-folded", 80, 24, DEPTH_TALK, "@said 1 queued as 000002@1",
          SHOT_PLAIN },
        { "talk-attachment-120x36-folded", 120, 36, DEPTH_TALK, "@said 1 queued as 000002@1",
          SHOT_PLAIN },
    };
    compare("scenarios/first-mail.json", first, COUNT(first));
    compare("scenarios/pipelining-rtt.json", ahead, COUNT(ahead));
    compare("scenarios/pipelining-rtt.json", chunk, COUNT(chunk));
    compare("scenarios/attachment-grows.json", file, COUNT(file));
}

/* 3 is the pane. */
Test(golden_panes, boxes)
{
    static const struct shot first[] = {
        { "boxes-first-mail-80x24", 80, 24, DEPTH_TALK, "@end@3", SHOT_PLAIN },
        { "boxes-first-mail-120x36", 120, 36, DEPTH_TALK, "@end@3", SHOT_PLAIN },
    };
    static const struct shot two[] = {
        { "boxes-two-devices-80x24", 80, 24, DEPTH_TALK, "@flagged 1@3", SHOT_PLAIN },
        { "boxes-two-devices-80x24-ascii", 80, 24, DEPTH_TALK, "@flagged 1@3", SHOT_ASCII },
        { "boxes-two-devices-120x36", 120, 36, DEPTH_TALK, "@end@3", SHOT_PLAIN },
    };
    static const struct shot tunnel[] = {
        { "boxes-offline-80x24", 80, 24, DEPTH_TALK, "@flagged 1@3kk", SHOT_PLAIN },
        { "boxes-offline-80x24-marks", 80, 24, DEPTH_TALK, "@flagged 1@3kk", SHOT_MARKS },
        { "boxes-offline-120x36", 120, 36, DEPTH_TALK, "@flagged 1@3kk", SHOT_PLAIN },
        { "boxes-offline-120x36-ascii", 120, 36, DEPTH_TALK, "@flagged 1@3kk", SHOT_ASCII },
    };
    compare("scenarios/first-mail.json", first, COUNT(first));
    compare("scenarios/pop-vs-imap-two-devices.json", two, COUNT(two));
    compare("scenarios/imap-offline-cache.json", tunnel, COUNT(tunnel));
}

/* 2 is the pane. */
Test(golden_panes, letter)
{
    static const struct shot first[] = {
        { "letter-first-mail-80x24", 80, 24, DEPTH_TALK, "@end@2", SHOT_PLAIN },
        { "letter-first-mail-80x24-marks", 80, 24, DEPTH_TALK, "@end@2jjjj", SHOT_MARKS },
        { "letter-first-mail-80x24-draft", 80, 24, DEPTH_TALK, "@compose 1@2", SHOT_PLAIN },
        { "letter-first-mail-120x36", 120, 36, DEPTH_TALK, "@end@2jjj", SHOT_PLAIN },
        { "letter-first-mail-120x36-ascii", 120, 36, DEPTH_TALK, "@end@2jjj", SHOT_ASCII },
        { "letter-first-mail-200x50", 200, 50, DEPTH_TALK, "@end@2", SHOT_PLAIN },
    };
    static const struct shot file[] = {
        { "letter-attachment-80x24", 80, 24, DEPTH_TALK, "@envelope 3@2", SHOT_PLAIN },
        { "letter-attachment-120x36", 120, 36, DEPTH_TALK, "@envelope 3@2", SHOT_PLAIN },
        { "letter-attachment-120x36-ascii", 120, 36, DEPTH_TALK, "@envelope 3@2", SHOT_ASCII },
        { "letter-attachment-120x36-file", 120, 36, DEPTH_TALK,
          "@envelope 3@2jjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjj", SHOT_PLAIN },
    };
    static const struct shot chunk[] = {
        { "letter-chunk-120x36", 120, 36, DEPTH_TALK, "@end@2", SHOT_PLAIN },
    };
    static const struct shot raw[] = {
        { "letter-raw-80x24", 80, 24, DEPTH_TALK, "@envelope 1@2djjjjjjjjjjjj", SHOT_PLAIN },
    };
    compare("scenarios/first-mail.json", first, COUNT(first));
    compare("scenarios/attachment-grows.json", file, COUNT(file));
    compare("scenarios/pipelining-rtt.json", chunk, COUNT(chunk));
    compare("scenarios/dot-on-a-line.json", raw, COUNT(raw));
}

/* 4 is the pane. */
Test(golden_panes, dns)
{
    static const struct shot journey[] = {
        { "dns-journey-80x24", 80, 24, DEPTH_TALK, "@answer 4@4", SHOT_PLAIN },
        { "dns-journey-80x24-asked", 80, 24, DEPTH_TALK, "@ask 3@4", SHOT_PLAIN },
        { "dns-journey-80x24-marks", 80, 24, DEPTH_TALK, "@answer 4@4k", SHOT_MARKS },
        { "dns-journey-120x36", 120, 36, DEPTH_TALK, "@answer 6@4k", SHOT_PLAIN },
        { "dns-journey-120x36-ascii", 120, 36, DEPTH_TALK, "@answer 6@4k", SHOT_ASCII },
        { "dns-journey-120x36-aged", 120, 36, DEPTH_TALK, "@end@4", SHOT_PLAIN },
    };
    compare("scenarios/dns-journey.json", journey, COUNT(journey));
}

/* 5 is the pane. */
Test(golden_panes, queue)
{
    static const struct shot late[] = {
        { "queue-late-80x24", 80, 24, DEPTH_TALK, "@defer 2@5", SHOT_PLAIN },
        { "queue-late-80x24-tried", 80, 24, DEPTH_TALK, "@attempt 3@5k", SHOT_PLAIN },
        { "queue-late-80x24-marks", 80, 24, DEPTH_TALK, "@attempt 3@5k", SHOT_MARKS },
        { "queue-late-120x36", 120, 36, DEPTH_TALK, "@defer 5@5k", SHOT_PLAIN },
        { "queue-late-120x36-ascii", 120, 36, DEPTH_TALK, "@defer 5@5k", SHOT_ASCII },
        { "queue-late-120x36-report", 120, 36, DEPTH_TALK, "@report 1@5", SHOT_PLAIN },
    };
    compare("scenarios/why-is-my-mail-late.json", late, COUNT(late));
}
