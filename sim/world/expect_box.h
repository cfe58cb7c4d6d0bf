/* expect_box.h - private to expect*.c: what lies where, folded out of the records of one host. */
#ifndef MAILFLOW_WORLD_EXPECT_BOX_H
#define MAILFLOW_WORLD_EXPECT_BOX_H

#include "sim/world/expect_fold.h"

struct box_item {
    uint32_t letter, place, uid, flags; /* place: trace name; uid 0: not known yet */
    bool whole, gone;
    uint32_t next; /* private: of the same letter, index + 1 */
};
struct box_keyword {
    uint32_t place, bit, name;
};
/* All that a host has: a device's folders, a server's mailboxes. */
struct boxes {
    const struct trace *trace;
    struct box_item *items;
    size_t count, cap;
    struct box_keyword *keywords;
    size_t keyword_count, keyword_cap;
    uint32_t *heads; /* private: by letter, index + 1 */
};
void boxes_fold(struct boxes *b, const struct expect_view *v, uint32_t actor);
void boxes_deinit(struct boxes *b);
/* "bob/INBOX", "bob@example.net/INBOX": the folder of somebody; without user and address:
 * whoever's. */
bool boxes_is_place(const struct trace *t, uint32_t place, slice folder, slice user, slice address);
/* The bit of a keyword there; 0: nobody has used it. */
uint32_t boxes_keyword(const struct boxes *b, uint32_t place, slice name);

#endif
