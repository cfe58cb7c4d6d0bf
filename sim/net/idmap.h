/* idmap.h - number -> number, by open addressing: addresses to hosts, pairs of hosts to links.
 * Only probed, never walked: whatever needs an order walks an array. */
#ifndef MAILFLOW_NET_IDMAP_H
#define MAILFLOW_NET_IDMAP_H

#include <stddef.h>
#include <stdint.h>

struct idmap {
    struct idmap_slot {
        uint64_t key;
        uint32_t value; /* 0: free */
    } * slots;
    size_t count, size; /* size: 0 or a power of two, at least twice the count */
};

void idmap_init(struct idmap *m);
void idmap_deinit(struct idmap *m);
void idmap_set(struct idmap *m, uint64_t key, uint32_t value); /* value > 0 */
uint32_t idmap_get(const struct idmap *m, uint64_t key);       /* 0: none */
void idmap_remove(struct idmap *m, uint64_t key);              /* none is fine */

#endif
