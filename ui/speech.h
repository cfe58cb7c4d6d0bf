/* speech.h - lines of a dialogue, and what each is: a command or reply, part of a letter, a proof
 * of who somebody is.  Keeps a few numbers for a connection and no text, so that every connection
 * of a trace can have one.
 * Not done: servers that take a bare LF for the end of a letter; see ui/talk.c, which does. */
#ifndef MAILFLOW_UI_SPEECH_H
#define MAILFLOW_UI_SPEECH_H

#include "ui/words.h"

enum speech_part {
    SPEECH_LINE,   /* a command, a reply */
    SPEECH_HEADER, /* of a letter: a field, or the rest of one; the blank line behind them */
    SPEECH_BODY,   /* of a letter */
    SPEECH_OCTETS, /* an IMAP literal that is no letter */
    SPEECH_PROOF,  /* SASL */
    SPEECH_END,    /* the dot behind a letter or a POP3 answer */
    SPEECH_LIST    /* a line of a POP3 answer */
};
struct speech_line {
    slice text;  /* without its CRLF */
    size_t size; /* with it */
    enum speech_part part;
    bool begins;  /* else it is the rest of a line that was cut, or stands behind a literal */
    bool ends;    /* its end has come */
    bool stuffed; /* its first dot belongs to the wire */
};

struct speech_side {
    bool cut;      /* the last line has no end yet */
    bool proof;    /* the client's next line is one */
    bool letter;   /* content is under way: up to a dot, or a literal */
    bool header;   /* and it is its header */
    bool chunks;   /* BDAT: more of the letter will follow */
    bool behind;   /* a literal is over: the line goes on */
    uint8_t part;  /* of the line that was cut */
    uint64_t left; /* octets of a literal or BDAT */
};
struct speech {
    enum words_protocol protocol;
    struct speech_side side[2];
    uint64_t asked; /* POP3: what kind of answer each open question has, 2 bits each */
    uint8_t asked_count;
    bool proving;  /* IMAP: AUTHENTICATE was said */
    bool answered; /* POP3: the first line of an answer came, its lines follow */
};

void speech_init(struct speech *s, enum words_protocol protocol);
/* Takes the next line, or what there is of it, off *rest; false: it is empty. */
bool speech_next(struct speech *s, size_t side, slice *rest, struct speech_line *line_r);
/* What follows the +OK of POP3's answer to a question (RFC 1939 3). */
enum speech_pop { SPEECH_POP_NOTHING, SPEECH_POP_LIST, SPEECH_POP_LETTER };
enum speech_pop speech_pop_answer(slice question);
/* "{344}", "~{344}", "{344+}" at the end of a line: where its brace stands, and the octets that
 * follow (RFC 9051 4.3, RFC 7888 3). */
bool speech_literal(slice line, size_t *brace_r, uint64_t *size_r);

#endif
