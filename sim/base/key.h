/* key.h - a table row that describes one key of a scenario object.
 * The same rows parse, check the range, give the default, write the JSON Schema and the manual.
 * Whoever owns the struct owns its rows (an actor its configuration); world/key.c reads them. */
#ifndef MAILFLOW_BASE_KEY_H
#define MAILFLOW_BASE_KEY_H

#include "sim/base/slice.h"

/*                type      C type at offset        in JSON                              */
#define KEY_TYPES(X)                                                                               \
    X(END, "")                /* last row of a table                                            */ \
    X(BOOL, "bool")           /* bool               true, false                                 */ \
    X(INT, "integer")         /* int64_t            a whole number in [min, max]                */ \
    X(DURATION, "duration")   /* sim_time           "12ms", "4h"; min and max in ns             */ \
    X(SIZE, "size")           /* uint64_t           "10MB"; min and max in bytes                */ \
    X(RATE, "rate")           /* uint64_t           "5Mbit/s" in bits a second                  */ \
    X(PERCENT, "percent")     /* uint32_t           "0.5%" in ppm                               */ \
    X(TIME, "date-time")      /* int64_t            "2026-09-07T09:00:00Z", Unix seconds        */ \
    X(TEXT, "text")           /* slice              any string                                  */ \
    X(CHOICE, "choice")       /* uint32_t           one of the words in `choices`, as its index */ \
    X(HOST, "host")           /* slice              the name of a host of this scenario         */ \
    X(DOMAIN, "domain")       /* slice              a domain name                               */ \
    X(ADDRESS, "address")     /* slice              "alice@example.org"                         */ \
    X(IP, "ip")               /* uint32_t           "192.0.2.1", host order                     */ \
    X(TEXTS, "texts")         /* struct key_list    ["...", ...]; one string counts as a list   */ \
    X(DOMAINS, "domains")     /* struct key_list    likewise, each a domain                     */ \
    X(ADDRESSES, "addresses") /* struct key_list  likewise, each an address                   */   \
    X(HOSTS, "hosts")         /* struct key_list    likewise, each a host of this scenario      */ \
    X(TEXT_MAP, "text map")   /* struct key_map     { "alice": "wonderland", ... } in file order */

enum key_type {
#define X(name, doc) KEY_##name,
    KEY_TYPES(X)
#undef X
        KEY_TYPE_COUNT
};

struct key_list {
    const slice *items;
    size_t count;
};
struct key_pair {
    slice name, value;
};
struct key_map {
    const struct key_pair *items;
    size_t count;
};

struct key {
    const char *name;
    enum key_type type;
    size_t offset;
    const char *fallback; /* as written in JSON without the quotes; NULL: the key must be given */
    int64_t min, max;     /* both 0: no range */
    const char *choices;  /* KEY_CHOICE: words separated by one blank */
    const char *doc;
};

#define KEY_ROW_END                                                                                \
    {                                                                                              \
        .type = KEY_END                                                                            \
    }

#endif
