/* imap_search.h - the keys of SEARCH, between their grammar and their meaning. */
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
    SEARCH_SET, /* of UIDs */
    SEARCH_KEY,
    SEARCH_TWO_KEYS
};

struct search_node;
struct search_at { /* the message looked at */
    struct imap_server *s;
    const struct mail_item *item;
    size_t row;
    struct buf flat; /* its octets in one piece, where it is scattered and somebody asked */
    bool flattened;
};

struct search_key {
    slice name;
    enum search_argument argument;
    bool (*matches)(struct search_at *at, const struct search_node *n);
    uint32_t flag; /* for the keys that look at a flag, or not */
    bool negated;
    slice field; /* for the keys that look into a header field */
};

struct search_node {
    const struct search_key *key;
    struct search_node *left, *right; /* what NOT, OR and parentheses apply to */
    struct search_node *next;         /* must hold too */
    slice name, text;
    int64_t day; /* its midnight, Unix seconds */
    uint64_t number;
    struct imap_set set;
};

extern const struct search_key search_key_all_of;  /* "(...)" */
extern const struct search_key search_key_numbers; /* a set of message numbers */
const struct search_key *search_key_find(slice name);
bool search_matches(struct search_at *at, const struct search_node *n); /* n and all its next */
void search_at_next(struct search_at *at);

#endif
