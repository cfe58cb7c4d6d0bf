/* key.h - reads a JSON object over key tables into structs.
 * The one place that knows how a value of each key type is written; the tables say the rest.
 * A fallback of "" leaves the zero value: an empty list, no host, no time. */
#ifndef MAILFLOW_WORLD_KEY_H
#define MAILFLOW_WORLD_KEY_H

#include "sim/base/intern.h"
#include "sim/base/key.h"
#include "sim/world/json.h"

struct err;

#define KEY_FILE_MAX  ((uint64_t)10 * 1000 * 1000) /* of one file */
#define KEY_FILES_MAX ((uint64_t)50 * 1000 * 1000) /* of all files that a scenario names */

/* Who opens the files that a scenario names: sim/ itself touches none.  The path is relative, has
 * no "." or ".." in it, and has been checked.  At most octets_max are wanted.  false: why says it
 * in one sentence. */
struct file_source {
    bool (*read)(const struct file_source *self, slice path, uint64_t octets_max, struct buf *out,
                 struct err *why);
};

struct key_reader {
    struct problems *problems;
    struct arena *arena;             /* where texts and lists go */
    const struct intern *hosts;      /* the hosts of the scenario; NULL: names go unchecked */
    const struct file_source *files; /* NULL: there is no folder to look in */
    uint64_t octets;                 /* of files read so far */
};

/* One object may fill several structs: what all hosts have, and what this kind has. */
struct key_part {
    const struct key *keys; /* NULL: none */
    void *out;
};

/* Fills all parts, with fallbacks where a key is missing or wrong.  others: names of members that
 * somebody else reads, ended by NULL; may be NULL.  false: there were problems. */
bool key_read(struct key_reader *r, const struct json_node *object, const struct key_part *parts,
              size_t count, const char *const *others);
/* Without the hunt for unknown keys. */
bool key_read_known(struct key_reader *r, const struct json_node *object,
                    const struct key_part *part);

/* One value. */
bool key_value(struct key_reader *r, const struct key *k, const struct json_node *n, void *out);
/* One object of a list, by the table of its shape. */
bool key_object(struct key_reader *r, const struct key_shape *shape, const struct json_node *n,
                void *out);
/* Is there a file that stands for this key?  NULL: none. */
const struct key *key_stand_in(const struct key *keys, const struct json_node *object, slice name);
/* The key of a file that may stand for the one of that name; NULL: there is none. */
const char *key_or_file(const struct key *keys, const char *name);
/* The fallback into place.  A fallback that its own type cannot read is our bug: asserted. */
void key_fallback(struct key_reader *r, const struct key *k, void *out);

/* The row of that name; NULL: none. */
const struct key *key_find(const struct key *keys, slice name);
const char *key_type_name(enum key_type type); /* "a duration" */
/* Index of the word in a list of words separated by blanks. */
bool key_choice(const char *words, slice word, uint32_t *index_r);
slice key_choice_word(const char *words, uint32_t index); /* empty: past the end */

#endif
