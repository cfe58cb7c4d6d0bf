/* dialogue.h - the SAID records of one connection, folded into the lines that they say.
 * What one side says may come in pieces, cut anywhere, and one piece may hold many lines.  A line
 * ends with CRLF and with nothing else (a lone CR or LF is part of the line and to be seen in it).
 * It also tells message content from protocol, by the little of each protocol that this needs.
 * Not done: HTTP bodies in chunks; a host that is client and server of one connection. */
#ifndef MAILFLOW_EXPORT_DIALOGUE_H
#define MAILFLOW_EXPORT_DIALOGUE_H

#include "sim/trace/trace.h"

enum dialogue_protocol {
    DIALOGUE_UNKNOWN,
    DIALOGUE_SMTP,
    DIALOGUE_POP3,
    DIALOGUE_IMAP,
    DIALOGUE_HTTP
};

struct dialogue_line {
    uint64_t record;   /* in which it begins */
    sim_time at;       /* of that record */
    size_t start, len; /* for dialogue_text; without CRLF */
    uint32_t actor;
    bool server;    /* said by the server */
    bool content;   /* message content: a letter under way, or a literal */
    bool more;      /* of a reply that goes on ("250-SIZE"; POP3 lists but for their final dot) */
    bool continued; /* it goes on where the line before, said by the same side, stopped: after a
                       literal, or at the end of the trace */
    bool ended;     /* its CRLF came */
};

/* private: one side of it */
struct dialogue_side {
    struct buf cut; /* a line whose end has not come */
    uint64_t record;
    sim_time at;
    uint32_t actor;
    uint64_t raw;    /* octets of content that are still to come, counted */
    bool dotted;     /* content up to a line that is a dot */
    bool listing;    /* a POP3 list up to that dot */
    bool after_raw;  /* the next line continues one */
    uint64_t length; /* HTTP: Content-Length of the header being read */
};

struct dialogue {
    uint32_t flow;
    enum dialogue_protocol protocol;
    uint32_t client, server; /* actors; 0: not known yet */
    struct dialogue_line *lines;
    size_t count, cap;
    struct buf text;
    struct dialogue_side sides[2]; /* client, server */
    uint8_t asked[64];             /* private: POP3 commands without answer, a ring */
    uint32_t asked_from, asked_to;
    uint32_t skip_asked; /* private: client lines that are no commands (AUTH) */
};

void dialogue_init(struct dialogue *d, uint32_t flow);
void dialogue_deinit(struct dialogue *d);
/* Takes a record in the order of the trace; one of another flow or kind is ignored.  Lines that
 * came to their end are appended to `lines`. */
void dialogue_record(struct dialogue *d, const struct trace *t, uint64_t number);
/* What stands without an end becomes lines, too. */
void dialogue_finish(struct dialogue *d);
/* Forgets the lines so far, for a reader that has used them. */
void dialogue_clear_lines(struct dialogue *d);
slice dialogue_text(const struct dialogue *d, const struct dialogue_line *line);
/* All of a connection, up to and with the record `last`. */
void dialogue_build(struct dialogue *d, const struct trace *t, uint32_t flow, uint64_t last);

#endif
