/* talk.h - one conversation as turns: what was asked, and beside it what was answered.
 * A client may ask three things at once and hear the answers later (pipelining, RFC 2920); IMAP
 * answers by tag, in any order.  Here every answer stands with its question. */
#ifndef MAILFLOW_UI_TALK_H
#define MAILFLOW_UI_TALK_H

#include "ui/cast.h"

#define TALK_WHOLE SIZE_MAX

struct talk_line {
    uint64_t record; /* the SAID record it begins in */
    size_t start, len;
    uint64_t octet; /* offset of its first byte in what its side said */
    size_t secret;  /* bytes of the text that anybody may see; TALK_WHOLE: all of it */
    bool content;   /* part of a letter */
    bool stuffed;   /* its first dot belongs to the wire and not to the letter (RFC 5321 4.5.2) */
    size_t altered; /* offset in talk.altered of what arrives instead; TALK_WHOLE: it arrives */
};

/* A question with its answer; either may be empty.  Lines are counted from `first`. */
struct talk_turn {
    struct {
        size_t first, count;
    } side[2];    /* [0] client, [1] server */
    bool open;    /* the answer is still to come, or not complete */
    uint32_t tag; /* private */
};

struct talk_side {
    struct talk_line *lines;
    size_t count, cap;
    bool cut;        /* the last line has no end yet */
    bool cr;         /* private: and its last byte so far is a CR */
    uint64_t octets; /* said so far */
};

struct talk {
    struct buf text, altered;
    struct talk_side side[2];
    struct talk_turn *turns;
    size_t turn_count, turn_cap;
    size_t waiting; /* private: all turns before this one have their answers */
    uint32_t flow;
    const struct trace *of; /* private: whose records, */
    uint64_t seen;          /* the last of them that was read, */
    uint64_t upto;          /* and as far as was looked */
    uint64_t last;          /* the last SAID record */
    uint64_t tls;           /* the last UPGRADE, SECURED or UNSECURED record; 0: none */
    size_t sealed;          /* turns before TLS began; TALK_WHOLE: it did not */
    uint8_t closed;         /* sides that are through */
    uint32_t why;           /* enum trace_why of the first that closed */
    bool in_content;        /* private: the client is sending a letter */
    bool loose;             /* private: to this server a bare LF ends a line */
    bool odd;               /* private: one stood where that makes a difference */
    bool unasked;           /* private: and the server answered more than it had been asked */
    uint32_t ahead;         /* private: smuggled DATA whose 354 is still to come */
    bool clean;             /* private: the client's last whole line ended in CRLF */
    bool auth;              /* private: the client's next line is a password */
    bool proving;           /* private: and so is the literal that it sends (LOGIN) */
    struct {
        uint64_t octets; /* that still belong to it */
        bool goes_on;    /* the line goes on behind it */
    } literal[2];        /* private: by side; a chunk of BDAT is one, too */
};

void talk_init(struct talk *t);
void talk_deinit(struct talk *t);
/* What was said in a conversation up to a record. */
void talk_build(struct talk *t, const struct cast *c, uint32_t flow, uint64_t record);
/* The same where it was built from this trace before: going forwards reads only what is new. */
void talk_follow(struct talk *t, const struct cast *c, uint32_t flow, uint64_t record);
slice talk_text(const struct talk *t, const struct talk_line *line);
/* Was this question asked before the one before it had its answer? */
bool talk_is_ahead(const struct talk *t, size_t turn);
/* The same as it may be shown: a secret is a row of dots unless `secrets`.  Borrowed or in
 * scratch. */
slice talk_shown(const struct talk *t, const struct talk_line *line, bool secrets,
                 struct buf *scratch);

/* What the other side hears where somebody on the way changed the line; empty: what was said. */
slice talk_altered(const struct talk *t, const struct talk_line *line);

/* Whether the byte at an offset of what a side said belongs to a secret. */
bool talk_is_secret(const struct talk *t, size_t side, uint64_t octet);

#endif
