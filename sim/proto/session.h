/* session.h - the contract of all dialogues.  A session is sans-I/O: bytes in, events and bytes
 * out; it knows no clock, no wire and no trace, and so runs the same in the simulation, behind a
 * real socket, in a fuzzer and in a transcript test.
 *
 * Pull, never call back:
 *
 *     s->open(self, config, io);                   once; a server may greet into io.out
 *     s->feed(self, in);                           only after STEP_WANT_INPUT or _ORDER; `in` stays
 *                                                  valid until the next of these, or STEP_CLOSE
 *     while ((step = s->next(self, io, &ev)) == STEP_EVENT)
 *         host decides;                            events marked "asks" below want an answer:
 *         s->answer(self, io, answer);             now, or later (next gives STEP_WANT_ANSWER)
 *     host sends what io.out holds
 *
 * What next() returns:
 *   STEP_EVENT        *ev_r is filled; its slices are borrowed until the next call
 *   STEP_WANT_INPUT   all input is used; feed more when it comes
 *   STEP_WANT_ANSWER  an asking event has not been answered yet
 *   STEP_WANT_ROOM    io.room is used up: call again when the stream has drained.  A session may
 *                     overshoot room by one reply; it only promises not to run away
 *   STEP_UPGRADE      send io.out, then put TLS below and tell ORDER_TLS_UP or ORDER_TLS_FAILED;
 *                     unread plaintext is dropped: ev_r->text is what was left of the chunk at
 *                     hand, for the record (RFC 3207 6; CVE-2011-0411).  Until told, next() gives
 *                     STEP_WANT_INPUT and the host feeds nothing
 *   STEP_CLOSE        all is said: send io.out, then half-close.  Final
 *   STEP_WANT_ORDER   (clients) nothing to do and all input is used: tell() what is next; input
 *                     may come here too (a 421, an untagged response) and is fed as ever
 * A session allocates only what a message needs to be kept (message.h) and what deinit frees. */
#ifndef MAILFLOW_PROTO_SESSION_H
#define MAILFLOW_PROTO_SESSION_H

#include "sim/base/fmt.h"
#include "sim/base/outq.h"

struct message;

enum step {
    STEP_EVENT,
    STEP_WANT_INPUT,
    STEP_WANT_ANSWER,
    STEP_WANT_ROOM,
    STEP_WANT_ORDER,
    STEP_UPGRADE,
    STEP_CLOSE
};

/* What a client asks for where the dialogue begins in plain text (RFC 8314 calls the second way
 * opportunistic: whoever can change the bytes on the wire can talk it out of TLS). */
enum tls_policy {
    TLS_POLICY_NONE,
    TLS_POLICY_OPPORTUNISTIC, /* where the server offers it */
    TLS_POLICY_REQUIRED       /* or nothing: no name, no password, no letter in the clear */
};

/* What a session is told of the TLS below it; it does none itself. */
struct session_tls {
    slice version; /* "TLSv1.3" */
    slice cipher;  /* "TLS_AES_256_GCM_SHA384" */
    slice peer;    /* the other's name, where a certificate told it */
    slice
        problem; /* what is wrong with the peer's certificate, or why TLS failed; empty: nothing */
    bool verified; /* the peer showed a good certificate for the name that was asked for */
    bool ended;    /* the peer has said that nothing follows (close_notify, RFC 8446 6.1): an eof()
                      without it may be somebody else's doing */
};

/* Lent for one call. */
struct session_io {
    struct outq *out;
    size_t room;                   /* bytes that may still be queued; 0: stop, resume later */
    sim_time now;                  /* for deadlines only: a clock that only runs forward */
    sim_time at;                   /* for dates only: since the start of the run */
    const struct session_tls *tls; /* NULL: plain text.  Set at open() where TLS came first */
};

/* The kinds and the struct behind `detail` are declared by each protocol (smtp.h, pop3.h,
 * imap.h). */
struct session_event {
    uint16_t kind;
    slice text;
    uint64_t number;
    struct message *message; /* borrowed; message_ref to keep */
    const void *detail;      /* the kind's own struct, borrowed until answer() */
};

/* code 0: the protocol's ordinary "yes".  text empty: its ordinary words. */
struct session_answer {
    uint16_t code;
    slice text;  /* copied into the reply at once */
    void *grant; /* say, the mailbox opened; see the event */
};

/* What a host tells a session; `kind` and `detail` are declared by each protocol. */
struct session_order {
    uint16_t kind;
    const void *detail;
};
enum {
    ORDER_QUIT = 1,
    ORDER_TLS_UP = 2,     /* after STEP_UPGRADE: io.tls is set from here on */
    ORDER_TLS_FAILED = 3, /* after STEP_UPGRADE: detail: const struct session_tls, `problem` says
                             why; the connection is of no more use */
    ORDER_OWN = 16
}; /* protocols number theirs from ORDER_OWN */

struct session_ops {
    const char *name; /* "smtp-server": protocol and side */
    size_t size;      /* of self; the host allocates it zeroed, max_align_t aligned */
    void (*open)(void *self, const void *config,
                 struct session_io io); /* config must outlive self */
    void (*feed)(void *self, struct chunk in);
    enum step (*next)(void *self, struct session_io io, struct session_event *ev_r);
    void (*answer)(void *self, struct session_io io, struct session_answer a);
    void (*tell)(void *self, struct session_io io, const struct session_order *o);
    void (*eof)(void *self); /* the peer will send no more; next() then ends in STEP_CLOSE */
    /* 0: none.  The host keeps ONE wake-up; when it passes it calls next(), which says what the
     * protocol says then and closes (the host closes where it does not). */
    sim_time (*deadline)(const void *self);
    const char *(*state)(const void *self); /* a static name, for trace, screen and tests */
    void (*deinit)(void *self);
};

#endif
