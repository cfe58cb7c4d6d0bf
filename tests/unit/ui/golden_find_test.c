/* Looking for something, showing only that, bookmarks, and the Wire pane opened. */
#include "tests/lib/lesson_trace.h"
#include "tests/lib/sample_trace.h"
#include "tests/lib/screen_shot.h"

#include <criterion/criterion.h>

#define RCPT   "@said RCPT TO@"
/* At the start, at what the lesson says, between two sentences, at a line. */
#define LISTED "m}}mllllllmllleemllllmkkB"
static const struct shot shots[] = {
    { "find-80x24-names", 80, 24, DEPTH_TALK, RCPT "/smtp.re", SHOT_PLAIN },
    { "find-80x24-field", 80, 24, DEPTH_TALK, RCPT "/smtp.response.code", SHOT_PLAIN },
    { "find-80x24-mistake", 80, 24, DEPTH_TALK, RCPT "/smtp.rsp.code >= 400\r", SHOT_PLAIN },
    { "find-80x24-mistake-ascii", 80, 24, DEPTH_TALK, RCPT "/smtp.rsp.code >= 400\r", SHOT_ASCII },
    { "find-80x24-text", 80, 24, DEPTH_TALK, RCPT "/to Bob", SHOT_PLAIN },
    { "find-120x36-names", 120, 36, DEPTH_TALK, RCPT "/dns.flags.", SHOT_PLAIN },
    { "filter-80x24", 80, 24, DEPTH_TALK, "1G&smtp.req.command == RCPT\r", SHOT_PLAIN },
    { "filter-80x24-none", 80, 24, DEPTH_WIRE, "G&smtp.response.code == 999\r", SHOT_PLAIN },
    { "filter-120x36", 120, 36, DEPTH_WIRE, "G&smtp.response.code > 200 or dns.qry.type == MX\r",
      SHOT_PLAIN },
    { "filter-120x36-ascii", 120, 36, DEPTH_WIRE,
      "G&smtp.response.code > 200 or dns.qry.type == MX\r", SHOT_ASCII },
    { "wire-imap-80x24", 80, 24, DEPTH_WIRE, "@said a2 SELECT@e\rllll", SHOT_PLAIN },
    { "wire-imap-120x36", 120, 36, DEPTH_WIRE, "@said 1 FETCH@e\rlllll", SHOT_PLAIN },
    { "bookmarks-80x24", 80, 24, DEPTH_PICTURE, "llllmllllllllmllll", SHOT_PLAIN },
    { "bookmarks-120x36-ascii", 120, 36, DEPTH_PICTURE, "llllmllllllllmllll", SHOT_ASCII },
    { "bookmarks-80x24-list", 80, 24, DEPTH_PICTURE, LISTED, SHOT_PLAIN },
    { "bookmarks-80x24-list-marks", 80, 24, DEPTH_PICTURE, LISTED, SHOT_MARKS },
    { "bookmarks-80x24-none", 80, 24, DEPTH_PICTURE, "llllB", SHOT_PLAIN },
    { "bookmarks-120x36-list", 120, 36, DEPTH_PICTURE, LISTED, SHOT_PLAIN },
    { "bookmarks-120x36-list-ascii", 120, 36, DEPTH_PICTURE, LISTED, SHOT_ASCII },
    { "bookmarks-40x10-list", 40, 10, DEPTH_PICTURE, LISTED, SHOT_PLAIN },
};

/* Nothing of the TLS library in it. */
static const struct shot wires[] = {
    { "wire-smtp-80x24", 80, 24, DEPTH_WIRE, "@said 2 RCPT TO@e\rl", SHOT_PLAIN },
    { "wire-smtp-80x24-closed", 80, 24, DEPTH_WIRE, "@said 2 RCPT TO@e", SHOT_PLAIN },
    { "wire-smtp-120x36", 120, 36, DEPTH_WIRE, "@said 2 250 2.1.5@e\rlll", SHOT_PLAIN },
    { "wire-smtp-120x36-ascii", 120, 36, DEPTH_WIRE, "@said 2 250 2.1.5@e\rlll", SHOT_ASCII },
    { "wire-smtp-120x36-marks", 120, 36, DEPTH_WIRE, "@said 2 250 2.1.5@e\rlll", SHOT_MARKS },
    { "wire-smtp-160x48", 160, 48, DEPTH_WIRE, "@said 2 250 2.1.5@e\rllllllll", SHOT_PLAIN },
    { "wire-tcp-80x24", 80, 24, DEPTH_WIRE, "@said 2 RCPT TO@e\rhhh", SHOT_PLAIN },
    { "wire-dns-80x24", 80, 24, DEPTH_WIRE, "/dns.mx.preference == 10 and datagram\r\rjjjjjjjjjj",
      SHOT_PLAIN },
    { "wire-dns-120x36", 120, 36, DEPTH_WIRE, "/dns.mx.preference == 10 and datagram\r\rlll",
      SHOT_PLAIN },
    { "wire-120x36-filter", 120, 36, DEPTH_WIRE, "@said 2 250 2.1.5@e\rll&", SHOT_PLAIN },
};

Test(golden_find, looks_as_it_did)
{
    struct trace t;
    trace_init(&t, TRACE_LEVEL_BYTES);
    sample_trace_first_mail(&t);
    shots_compare(&t, shots, COUNT(shots));
    trace_deinit(&t);
}

Test(golden_find, the_wire_is_explained_as_it_was)
{
    struct trace t;
    struct err err = { "" };
    cr_assert(lesson_trace(&t, "scenarios/first-mail.json", &err), "%s", err.text);
    shots_compare(&t, wires, COUNT(wires));
    trace_deinit(&t);
}
