/* vocabulary.h - the words that a scenario may use, as rows: kinds of hosts and verbs of the
 * script. Who carries them out owns the row; sim/world reads, checks and documents by it.
 *
 * Six keys mean the same wherever a host kind has them, and are checked across hosts:
 *   "domain"    KEY_DOMAIN or KEY_DOMAINS   what the host serves
 *   "accounts"  KEY_TEXT_MAP                user -> password of the mailboxes it keeps there
 *   "account"   KEY_ADDRESS                 the account that it uses: somebody must keep it
 *   "next"      KEY_HOST                    where given, mailboxes are there and not here
 *   "serves"    KEY_TEXTS                   the zones of a name server; none: all that no other has
 *   "mail"      KEY_OBJECTS                 letters there from the start, each "for" an account */
#ifndef MAILFLOW_BASE_VOCABULARY_H
#define MAILFLOW_BASE_VOCABULARY_H

#include "sim/base/key.h"

#define HOST_KEY_DOMAIN   "domain"
#define HOST_KEY_ACCOUNTS "accounts"
#define HOST_KEY_ACCOUNT  "account"
#define HOST_KEY_DIRECT   "direct"
#define HOST_KEY_NEXT     "next"
#define HOST_KEY_SMART    "smarthost"
#define HOST_KEY_FALLBACK "fallback"
#define HOST_KEY_MAIL     "mail"
#define HOST_KEY_SERVES   "serves"
#define MAIL_KEY_FOR      "for"

struct host_kind {
    const char *name, *doc;
    char glyph;         /* on a map without Unicode */
    uint32_t roles;     /* enum trace_role bits */
    size_t config_size; /* of the struct that `keys` fill in */
    const struct key *keys;
    const struct key *more; /* further rows of the same struct; NULL: none */
};

enum verb_target {
    VERB_DEVICE, /* "host" names a person's device */
    VERB_CLIENT, /* one with a mail client, and not with a browser */
    VERB_SENDER, /* a device, or a program that sends */
    VERB_APP,    /* a program that sends */
    VERB_SERVER, /* a name server */
    VERB_KEEPER, /* a host with mailboxes */
    VERB_HOST,   /* "host" names any host */
    VERB_LINK,   /* "link" names two hosts: ["alice-laptop", "mail.example.org"]; or "host" names
                    one, whose way into the internet is meant */
    VERB_WORLD,  /* neither: its own keys say who is meant */
    VERB_ZONE    /* "host" may name a name server */
};

struct verb_kind {
    const char *name, *doc;
    enum verb_target target;
    size_t args_size;
    const struct key *keys; /* NULL: it takes none */
    bool lasts;             /* "for" may say how long; then it is undone by itself */
};

/* What hands of one kind cannot do of a verb: said where the file is read, not left out. */
struct verb_limit {
    const char *verb, *kind, *key;
    const char *why;
};

/* A host that is there where the file has none of its kind, so that a lesson need not name it. */
struct implied_host {
    const char *name, *kind;
};

/* What a scenario is read against. */
struct vocabulary {
    const struct host_kind *const *host_kinds; /* NULL behind the last */
    const struct verb_kind *verbs;
    size_t verb_count;
    const struct verb_limit *limits;
    size_t limit_count;
    const struct implied_host *implied; /* may be NULL */
    size_t implied_count;
    const struct host_kind *crowd; /* what each host of a crowd is; NULL: there are none */
};

#endif
