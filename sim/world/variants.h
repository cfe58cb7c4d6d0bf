/* variants.h - private to the loader: the document of a variant, put together out of the scenario
 * and what the variant says: a merge patch (RFC 7396) of everything, then `edit` of single entries
 * by their id, then `add`. */
#ifndef MAILFLOW_WORLD_VARIANTS_H
#define MAILFLOW_WORLD_VARIANTS_H

#include "sim/world/load.h"

#define VARIANTS     "variants"
#define VARIANTS_DOC "the same scenario with something changed, to be run beside it"
#define VARIANT_EDIT "edit"
#define VARIANT_ADD  "add"
#define VARIANT_EDIT_DOC                                                                           \
    "the id of an entry of links, script, expect or story -> what changes in it, as a merge "      \
    "patch; "                                                                                      \
    "null takes the entry away"
#define VARIANT_ADD_DOC                                                                            \
    "entries that come behind those of links, script, expect and story: arrays of that name"
#define VARIANTS_SAID "an object: name -> what is different"

/* A variant that asks something, and whose story asks nothing but what it says itself. */
#define WHAT_IFS        "what-if"
#define WHAT_IFS_DOC    "what the class may try: variants, each with the question that it answers"
#define WHAT_IF_ASK     "ask"
#define VARIANT_ASK_MAX 120 /* characters: a line of a list, and the title of a screen */
#define WHAT_IF_ASK_DOC                                                                            \
    "what is to be found out: \"What if Bob's server is switched off?\"; it is the title where "   \
    "there is no other"
extern const struct key variant_ask_key;

/* Reads the names and titles of all variants; what is wrong with the frame of one is a problem,
 * and then it is not among them. */
void variants_list(struct load *l, const struct json_node *root);
/* The question of a what-if; empty: it is none, or has none. */
slice variant_ask(const struct json_node *root, const struct json_node *variant);
/* Variant or what-if; NULL: there is none of that name. */
const struct json_node *variant_node(const struct json_node *root, slice name);
void variant_unknown(struct load *l, const struct json_node *root, slice name);
/* The whole document, whose nodes live in `arena` and know their places in the text.  What cannot
 * be applied is a problem, and left out. */
const struct json_node *variant_document(const struct json_node *root,
                                         const struct json_node *variant, struct arena *arena,
                                         struct problems *problems);

#endif
