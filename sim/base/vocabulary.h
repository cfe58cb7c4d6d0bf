/* vocabulary.h - the words that a scenario may use, as rows: kinds of hosts and verbs of the script.
 * Who carries them out owns the row; sim/world reads, checks and documents by it. */
#ifndef MAILFLOW_BASE_VOCABULARY_H
#define MAILFLOW_BASE_VOCABULARY_H

#include "sim/base/key.h"

struct host_kind {
    const char *name, *doc;
    char glyph;         /* on a map without Unicode */
    uint32_t roles;     /* enum trace_role bits */
    size_t config_size; /* of the struct that `keys` fill in */
    const struct key *keys;
};

enum verb_target {
    VERB_DEVICE, /* "host" names a mua */
    VERB_HOST,   /* "host" names any host */
    VERB_LINK    /* "link" names two hosts: ["alice-laptop", "mail.example.org"] */
};

struct verb_kind {
    const char *name, *doc;
    enum verb_target target;
    size_t args_size;
    const struct key *keys;
};

#endif
