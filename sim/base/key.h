/* key.h - a table row that describes one key of a scenario object.
 * The same rows parse, check the range, give the default, write the JSON Schema and the manual.
 * Whoever owns the struct owns its rows (an actor its configuration); world/key.c reads them. */
#ifndef MAILFLOW_BASE_KEY_H
#define MAILFLOW_BASE_KEY_H

#include "sim/base/slice.h"

/*                type      C type at offset        in JSON                              */
#define KEY_TYPES(X)                                                                               \
    X(END, "")              /* last row of a table                                            */   \
    X(BOOL, "bool")         /* bool               true, false                                 */   \
    X(INT, "integer")       /* int64_t            a whole number in [min, max]                */   \
    X(DURATION, "duration") /* sim_time           "12ms", "4h"; min and max in ns             */   \
    X(SIZE, "size")         /* uint64_t           "10MB"; min and max in bytes                */   \
    X(RATE, "rate")         /* uint64_t           "5Mbit/s" in bits a second                  */   \
    X(PERCENT, "percent")   /* uint32_t           "0.5%" in ppm                               */   \
    X(TIME, "date-time")    /* int64_t            "2026-09-07T09:00:00Z", Unix seconds        */   \
    X(TEXT, "text")       /* slice              any string; with a range: one line, so many      \
                                                  characters                                  */ \
    X(CHOICE, "choice")   /* uint32_t           one of the words in `of`, as its index      */     \
    X(CHOICES, "choices") /* uint32_t           some of the words in `of`, a bit for each    */    \
    X(HOST, "host")       /* slice              the name of a host of this scenario         */     \
    X(DOMAIN, "domain")   /* slice              a domain name                               */     \
    X(ADDRESS, "address") /* slice              "alice@example.org"                         */     \
    X(FOLDER, "folder")   /* slice              "INBOX", "Travel/2026"                      */     \
    X(FILE, "file")       /* struct key_file    "photo.png", below the scenario's folder    */     \
    X(IP, "ip")           /* uint32_t           "192.0.2.1", host order                     */     \
    X(TEXTS, "texts")     /* struct key_list    ["...", ...]; one string counts as a list; a     \
                                                  range is that of each                       */ \
    X(DOMAINS, "domains") /* struct key_list    likewise, each a domain                     */     \
    X(ADDRESSES, "addresses") /* struct key_list  likewise, each an address                   */   \
    X(HOSTS, "hosts")         /* struct key_list    likewise, each a host of this scenario      */ \
    X(DURATIONS,                                                                                   \
      "durations")          /* struct key_durations  ["15min", "1h"]; one string counts as one */  \
    X(TEXT_MAP, "text map") /* struct key_map     { "alice": "wonderland", ... } in file order */  \
    X(OBJECTS, "objects")   /* struct key_objects [{...}, ...], each by the table in `of`      */  \
    X(ADDRESS_MAP, "address map") /* struct key_address_map  { "info": ["alice@example.org"] } */  \
    X(OBJECT_MAP, "object map")   /* struct key_objects { "NAME": {...} }, by the shape in `of` */ \
    X(OFFSET, "offset")       /* int64_t            "-3h", "+10min"; in ns                     */  \
    X(FREQUENCY, "frequency") /* sim_time           "3/h": the time between two; range in ns   */

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
struct key_durations {
    const uint64_t *items; /* sim_time */
    size_t count;
};
struct key_pair {
    slice name, value;
};
struct key_map {
    const struct key_pair *items;
    size_t count;
};

struct key_addresses {
    slice name;
    struct key_list list;
};
struct key_address_map {
    const struct key_addresses *items;
    size_t count;
};

struct key_file {
    slice path, bytes; /* path empty: not given */
};
struct key_objects {
    const void *items; /* each as large as the shape says */
    size_t count;
};
/* What the objects of a KEY_OBJECTS or KEY_OBJECT_MAP are like. */
struct key_shape {
    const struct key *keys;
    size_t size;            /* of the struct that `keys` fill in */
    const struct key *name; /* OBJECT_MAP: what the name of each is, and where it goes */
};

struct key {
    const char *name;
    enum key_type type;
    size_t offset;
    const char *fallback; /* as written in JSON without the quotes; NULL: the key must be given */
    int64_t min, max;     /* both 0: no range; of CHOICES: min 1, the first word stands alone */
    /* CHOICE, CHOICES: words separated by one blank.  FILE: the names of keys for which the file
     * stands, so that none of them may be given beside it and none must.  OBJECTS, OBJECT_MAP: a
     * key_shape.  HOST of a host: the kind that it must be; NULL: any.  TEXTS of a verb: the key
     * with the domain for whose zone they are lines. */
    const void *of;
    const char *doc;
};

#define KEY_ROW_END                                                                                \
    {                                                                                              \
        .type = KEY_END                                                                            \
    }

#endif
