/* box_deeds.h - traces by hand, for tests of what folds mailboxes: two devices of Bob's and the
 * server that keeps his mail. */
#ifndef MAILFLOW_TESTS_BOX_DEEDS_H
#define MAILFLOW_TESTS_BOX_DEEDS_H

#include "sim/trace/trace.h"

enum { PHONE = 1, LAPTOP, SERVER };

/* Inits the trace, with the hosts, the people and letters 1 to 3 of 100, 200 and 300 octets. */
void box_stage(struct trace *t);
/* Deeds with ';' between them, each "SECONDS HOST KIND ...", as
 *   1 server stored 2 7 INBOX    letter 2, with UID 7 (flagged: its flags; removed: UID or 0)
 *   2 phone folder 7 New<Old     made, with UID validity 7, out of another; 0: it goes
 *   3 laptop device lost         or new
 *   9 end */
void box_deeds(struct trace *t, const char *deeds);
void box_deed(struct trace *t, slice deed);

#endif
