/* The panes of words, each in a lesson that is about it, at the two sizes that are looked at: as a
 * class sees them, in ASCII, and without colours. */
#include "tests/lib/lesson_trace.h"
#include "tests/lib/screen_shot.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* The name says how large the screen is, and at its end what it is drawn for. */
struct row {
    const char *name, *keys;
};

static struct shot shot_of(const struct row *r)
{
    struct shot s = { .name = r->name, .depth = DEPTH_TALK, .keys = r->keys };
    const char *size = r->name;
    while ((size = strchr(size, '-')) != NULL && sscanf(++size, "%dx%d", &s.w, &s.h) != 2) {
        continue;
    }
    cr_assert(size, "%s has no size", r->name);
    s.form = slice_ends(slice_of(r->name), SLICE("-ascii"))   ? SHOT_ASCII
             : slice_ends(slice_of(r->name), SLICE("-marks")) ? SHOT_MARKS
                                                              : SHOT_PLAIN;
    return s;
}

static void compare(const char *lesson, const struct row *of, size_t count)
{
    struct trace t;
    struct err err = { "" };
    cr_assert(lesson_trace(&t, lesson, &err), "%s: %s", lesson, err.text);
    for (size_t i = 0; i < count; i++) {
        struct shot s = shot_of(&of[i]);
        shots_compare_side(&t, &s, 1);
    }
    trace_deinit(&t);
}

/* 1 is the pane; k and j select, enter goes to a line or opens what is folded. */
Test(golden_panes, talk)
{
    static const struct row first[] = {
        { "talk-first-mail-80x24", "@end@1" },
        { "talk-first-mail-80x24-secrets", "@said 1 235 2.7.0@1s" },
        { "talk-first-mail-80x24-picked", "@end@1kkkkk" },
        { "talk-first-mail-80x24-picked-marks", "@end@1kkkkk" },
        { "talk-first-mail-120x36", "@end@1" },
        { "talk-first-mail-120x36-unfolded", "@end@1kkkkk\r" },
    };
    static const struct row ahead[] = {
        { "talk-pipelining-80x24", "@said 1 Received: from [198@1" },
        { "talk-pipelining-80x24-ahead", "@said 1 net>\r\nDATA@1" },
        { "talk-pipelining-120x36", "@said 1 Received: from [198@1" },
        { "talk-pipelining-120x36-ascii", "@said 1 Received: from [198@1" },
        { "talk-pipelining-120x36-marks", "@said 1 Received: from [198@1" },
    };
    static const struct row chunk[] = {
        { "talk-chunk-120x36", "@said 1 BDAT@1" },
    };
    static const struct row file[] = {
        { "talk-attachment-80x24-folded", "@said 1 queued as 000002@1" },
        { "talk-attachment-120x36-folded", "@said 1 queued as 000002@1" },
    };
    compare("scenarios/first-mail.json", first, COUNT(first));
    compare("scenarios/pipelining-rtt.json", ahead, COUNT(ahead));
    compare("scenarios/pipelining-rtt.json", chunk, COUNT(chunk));
    compare("scenarios/attachment-grows.json", file, COUNT(file));
}

/* 3 is the pane. */
Test(golden_panes, boxes)
{
    static const struct row first[] = {
        { "boxes-first-mail-80x24", "@end@3" },
        { "boxes-first-mail-120x36", "@end@3" },
    };
    static const struct row two[] = {
        { "boxes-two-devices-80x24", "@flagged 1@3" },
        { "boxes-two-devices-80x24-ascii", "@flagged 1@3" },
        { "boxes-two-devices-120x36", "@end@3" },
    };
    static const struct row tunnel[] = {
        { "boxes-offline-80x24", "@flagged 1@3kk" },
        { "boxes-offline-80x24-marks", "@flagged 1@3kk" },
        { "boxes-offline-120x36", "@flagged 1@3kk" },
        { "boxes-offline-120x36-ascii", "@flagged 1@3kk" },
    };
    compare("scenarios/first-mail.json", first, COUNT(first));
    compare("scenarios/pop-vs-imap-two-devices.json", two, COUNT(two));
    compare("scenarios/imap-offline-cache.json", tunnel, COUNT(tunnel));
}

/* 2 is the pane. */
Test(golden_panes, letter)
{
    static const struct row first[] = {
        { "letter-first-mail-80x24", "@end@2" },
        { "letter-first-mail-80x24-marks", "@end@2jjjj" },
        { "letter-first-mail-80x24-draft", "@compose 1@2" },
        { "letter-first-mail-120x36", "@end@2jjj" },
        { "letter-first-mail-120x36-ascii", "@end@2jjj" },
        { "letter-first-mail-200x50", "@end@2" },
    };
    static const struct row file[] = {
        { "letter-attachment-80x24", "@envelope 3@2" },
        { "letter-attachment-120x36", "@envelope 3@2" },
        { "letter-attachment-120x36-ascii", "@envelope 3@2" },
        { "letter-attachment-120x36-file", "@envelope 3@2jjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjj" },
    };
    static const struct row chunk[] = {
        { "letter-chunk-120x36", "@end@2" },
    };
    static const struct row raw[] = {
        { "letter-raw-80x24", "@envelope 1@2djjjjjjjjjjjj" },
    };
    compare("scenarios/first-mail.json", first, COUNT(first));
    compare("scenarios/attachment-grows.json", file, COUNT(file));
    compare("scenarios/pipelining-rtt.json", chunk, COUNT(chunk));
    compare("scenarios/dot-on-a-line.json", raw, COUNT(raw));
}

/* 4 is the pane. */
Test(golden_panes, dns)
{
    static const struct row journey[] = {
        { "dns-journey-80x24", "@answer 4@4" },         { "dns-journey-80x24-asked", "@ask 3@4" },
        { "dns-journey-80x24-marks", "@answer 4@4k" },  { "dns-journey-120x36", "@answer 6@4k" },
        { "dns-journey-120x36-ascii", "@answer 6@4k" }, { "dns-journey-120x36-aged", "@end@4" },
    };
    compare("scenarios/dns-journey.json", journey, COUNT(journey));
}

/* 5 is the pane. */
Test(golden_panes, queue)
{
    static const struct row late[] = {
        { "queue-late-80x24", "@defer 2@5" },
        { "queue-late-80x24-tried", "@attempt 3@5k" },
        { "queue-late-80x24-marks", "@attempt 3@5k" },
        { "queue-late-120x36", "@defer 5@5k" },
        { "queue-late-120x36-ascii", "@defer 5@5k" },
        { "queue-late-120x36-report", "@report 1@5" },
    };
    compare("scenarios/why-is-my-mail-late.json", late, COUNT(late));
}
