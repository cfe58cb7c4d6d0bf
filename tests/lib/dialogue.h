/* dialogue.h - plays transcripts against a session, in every cut of the input.
 *
 * A transcript is a file tests/dialogue/PREFIX*.txt.  Its head says which session is played and how
 * it is configured, one "name: value" a line, "session:" first; the first line that is none of the
 * head's begins the dialogue:
 *
 *     # real clients send the verbs in lower case (Python 3.11 smtplib)
 *     session: smtp-server
 *     extensions: SIZE PIPELINING
 *
 *     S: 220 mx.example.org ESMTP
 *     C: ehlo client.example
 *     S> 250 mx.example.org\r\n
 *     HOST: rcpt 550 5.1.1 no such user
 *
 *     C: text      text and CRLF go from client to server; nothing in text is special
 *     C> text      the same with escapes \r \n \t \\ \xNN, and no CRLF of its own
 *     C* 900 text  likewise, 900 times
 *     S: S> S*     from server to client.  The session's own side is what must come out exactly,
 *                  the other side is fed to it
 *     E: text      the next line of the event log, as the adapter writes it.  Where a transcript has
 *                  one E: line it must have all
 *     HOST: mail 450 text   the decision on the next "mail" event that has none yet; what it means
 *                  is the adapter's.  Events without one get the ordinary yes
 *     ACT: text    here the host does something: "quit" tells ORDER_QUIT, "wake" is its wake-up
 *                  (the time has passed), all else the adapter knows (say, gives a letter)
 *     EOF:         here the peer says no more; "EOF: cut" under TLS without close_notify
 *     TIME: 5m     here the clock goes on by so much
 *     DEADLINE: 5m here the session wants waking that long from now; "none" is possible
 *     STATE: name  here the session must be in that state
 *     TLS: up      here TLS is put below: the session must have asked for it (STEP_UPGRADE)
 *     TLS: failed text   likewise, but it comes to nothing
 *     DROP: text   in front of TLS: plaintext behind the request for it, which is dropped; escapes
 *                  as in C>.  There must be no other
 *     CLOSE:       here the session must have closed.  Without it, it must be open to the end
 *     #            a comment
 *
 * "secured: yes" in the head puts TLS below from the beginning.
 *
 * ACT to CLOSE are barriers: all input in front of them is fed, and the output compared, before.
 * Each transcript is played with the input (between barriers) at once, byte by byte, cut in two at
 * every single position, turn by turn (there the output is compared at each change of speaker), and
 * with next to no room in the output queue; output and events must be the same each time. */
#ifndef MAILFLOW_TESTS_DIALOGUE_H
#define MAILFLOW_TESTS_DIALOGUE_H

#include "sim/proto/session.h"

/* What the runner must be told about one kind of session; one file a protocol,
 * tests/lib/dialogue_NAME.c.  `world` is the adapter's own, zeroed, new for each play. */
struct dialogue_kind {
    const struct session_ops *ops; /* "session:" says its name */
    bool client;                   /* the session says the C: lines */
    size_t world_size;             /* its first member is what open() gets as config */
    void (*begin)(void *world);    /* what is to stand in front of the head; NULL: zeros do */
    /* A line of the head; false: unknown name or bad value. */
    bool (*setup)(void *world, slice name, slice value);
    /* Adds one line (without its end) to the log, the first word being the event's name.
     * true: the event asks. */
    bool (*event)(void *world, const struct session_event *ev, struct buf *log);
    /* decision is what HOST: says behind the event's name; empty: nothing.  NULL: a reply code and
     * its text, dialogue_answer(). */
    struct session_answer (*decide)(void *world, const struct session_event *ev, slice decision);
    /* ACT: (not quit, not wake).  true and order_r->kind 0: done, there is no order to tell; false:
     * unknown. */
    bool (*act)(void *world, slice text, struct session_order *order_r);
    void (*end)(void *world);
};

/* Plays every tests/dialogue/PREFIX*.txt whose session is one of `kinds`; reports to Criterion.
 * At least one must be there. */
void dialogue_play_all(const char *prefix, const struct dialogue_kind *const *kinds, size_t count);

/* One transcript that is no file, without a report: does it hold?  For tests of the runner. */
bool dialogue_holds(const char *name, slice text, const struct dialogue_kind *const *kinds,
                    size_t count);

/* More for adapters: dialogue_adapter.h. */
void dialogue_escape(struct buf *out, slice bytes);  /* bytes as C> writes them */
void dialogue_unescape(struct buf *out, slice text); /* and back */

#endif
