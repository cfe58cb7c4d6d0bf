/* imap_search.h - what SEARCH, SORT and THREAD have in common: the keys, their meaning, and the
 * walk through the mailbox that finds what they are true of. */
#ifndef MAILFLOW_PROTO_IMAP_SEARCH_H
#define MAILFLOW_PROTO_IMAP_SEARCH_H

#include "sim/proto/imap_server.h"

enum search_argument {
    SEARCH_NO_ARGUMENT,
    SEARCH_STRING,
    SEARCH_FIELD, /* a field name and a string */
    SEARCH_KEYWORD,
    SEARCH_DATE,
    SEARCH_NUMBER,
    SEARCH_SECONDS, /* a number that is not 0 */
    SEARCH_MODSEQ,  /* perhaps with the name and the type of an entry (RFC 7162 3.1.5) */
    SEARCH_SET,     /* of UIDs */
    SEARCH_KEY,
    SEARCH_TWO_KEYS
};

struct search_node;
struct search_at { /* the message looked at */
    struct imap_server *s;
    const struct mail_item *item;
    size_t row;
    int64_t now;     /* Unix seconds */
    slice text;      /* its octets, once somebody has asked */
    struct buf flat; /* which lie here where it is scattered */
    struct buf head; /* likewise its header */
};

struct search_key {
    slice name;
    enum search_argument argument;
    bool (*matches)(struct search_at *at, const struct search_node *n);
    uint32_t flag; /* for the keys that look at a flag, or not */
    bool negated;
    slice field;    /* for the keys that look into a header field */
    uint32_t needs; /* enum imap_extension */
};

struct search_node {
    const struct search_key *key;
    struct search_node *left, *right; /* what NOT, OR and parentheses apply to */
    struct search_node *next;         /* must hold too */
    slice name, text;
    slice folded; /* the text as fold.h has it, where it is not all ASCII */
    int64_t day;  /* its midnight, Unix seconds */
    uint64_t number;
    struct imap_set set;
};

extern const struct search_key search_key_all_of;  /* "(...)" */
extern const struct search_key search_key_numbers; /* a set of message numbers */
const struct search_key *search_key_find(slice name);
bool search_matches(struct search_at *at, const struct search_node *n); /* n and all its next */
void search_at_next(struct search_at *at);
/* The octets of the message, in one piece until search_at_next(). */
slice search_text(struct search_at *at);
slice search_header(struct search_at *at);

/* ---- the walk ---- */

struct search {
    struct search_node *keys;
    uint32_t *rows; /* of the view, ascending: what was found; in the arena */
    size_t count;
    size_t row; /* the next one to look at */
    int64_t now;
    uint64_t modseq; /* the highest of those found, where MODSEQ was asked for; 0: it was not */
    bool by_modseq;
};

enum search_parsed { SEARCH_READ, SEARCH_MALFORMED, SEARCH_CHARSET };
/* "CHARSET UTF-8 " where it may stand, or the bare name of one in front (SORT, THREAD); then keys
 * to the end of the command.  SEARCH_CHARSET: that one is not known here, the reply is prepared. */
enum search_parsed search_parse(struct imap_server *s, struct session_io io, struct imap_lex *l,
                                bool bare_charset, struct search *q);
/* false: call it again; each call looks at so much only. */
bool search_step(struct imap_server *s, struct search *q);
/* The number by which row i is told: UID or message number. */
uint32_t search_number(const struct imap_server *s, size_t row);
/* " (MODSEQ 5)", where it was asked for and something was found. */
void search_say_modseq(const struct search *q, struct outq *out);

#endif
