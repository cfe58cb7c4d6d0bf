/* intern.h - name -> small integer, in order of first sight. 0 is the empty name. */
#ifndef MAILFLOW_BASE_INTERN_H
#define MAILFLOW_BASE_INTERN_H

#include "sim/base/arena.h"

struct intern {
    struct arena arena;
    slice *names;
    size_t count, cap;
    uint32_t *table; /* open addressing by content hash; 0: empty, else id + 1 */
    size_t table_size;
};

void intern_init(struct intern *in);
void intern_deinit(struct intern *in);
uint32_t intern_id(struct intern *in, slice name); /* made where it is new */
bool intern_find(const struct intern *in, slice name, uint32_t *id_r);
slice intern_name(const struct intern *in, uint32_t id); /* empty for an unknown id */

#endif
