/* marks.c - see marks.h. */
#include "ui/marks.h"

#include "sim/base/mem.h"

#include <assert.h>
#include <string.h>

void marks_deinit(struct marks *m)
{
    mem_free(m->records);
    *m = (struct marks){ 0 };
}

static size_t place_of(const struct marks *m, uint64_t record)
{
    size_t i = 0;
    while (i < m->count && m->records[i] < record) {
        i++;
    }
    return i;
}

bool marks_toggle(struct marks *m, uint64_t record)
{
    size_t at = place_of(m, record);
    if (at < m->count && m->records[at] == record) {
        m->count--;
        memmove(&m->records[at], &m->records[at + 1], (m->count - at) * sizeof *m->records);
        return false;
    }
    m->records = mem_grow(m->records, m->count, &m->cap, sizeof *m->records);
    memmove(&m->records[at + 1], &m->records[at], (m->count - at) * sizeof *m->records);
    m->records[at] = record;
    m->count++;
    return true;
}

uint64_t marks_next(const struct marks *m, uint64_t from, int direction)
{
    assert(direction == 1 || direction == -1);
    if (m->count == 0) {
        return 0;
    }
    if (direction > 0) {
        return m->records[place_of(m, from + 1) % m->count];
    }
    return m->records[(place_of(m, from) + m->count - 1) % m->count];
}
