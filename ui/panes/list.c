/* list.c - rows of records with a selection.  Never knows what a row says. */
#include "ui/panes/list.h"

#include "sim/trace/trace.h"
#include "ui/record_set.h"

void list_collect(struct list *l, const struct stage *st, bool (*wanted)(const struct trace_rec *r))
{
    uint64_t found[LIST_ROWS];
    size_t n = 0;
    for (uint64_t at = st->at.record; at > 0 && n < LIST_ROWS; at--) {
        if (st->only && !record_set_has(st->only, at)) {
            continue;
        }
        if (wanted(trace_at(st->trace, at))) {
            found[n++] = at;
        }
    }
    for (size_t i = 0; i < n; i++) {
        l->records[i] = found[n - 1 - i];
    }
    l->count = n;
    l->up = l->up < n ? l->up : 0;
}

size_t list_selected(const struct list *l)
{
    return l->count - 1 - l->up;
}

size_t list_top(const struct list *l, size_t rows)
{
    if (l->count <= rows) {
        return 0;
    }
    size_t last = l->count - rows, selected = list_selected(l);
    size_t top = selected > rows / 2 ? selected - rows / 2 : 0;
    return l->up == 0 || top > last ? last : top;
}

bool list_act(struct list *l, struct pane *p, enum action a)
{
    static const struct {
        enum action action;
        int by;
    } moves[] = {
        { ACTION_UP, 1 }, { ACTION_DOWN, -1 }, { ACTION_PAGE_UP, 10 }, { ACTION_PAGE_DOWN, -10 }
    };
    for (size_t i = 0; i < COUNT(moves); i++) {
        if (a != moves[i].action || l->count == 0) {
            continue;
        }
        size_t by = (size_t)(moves[i].by < 0 ? -moves[i].by : moves[i].by);
        if (moves[i].by < 0) {
            l->up = l->up > by ? l->up - by : 0;
        } else {
            l->up = l->up + by < l->count ? l->up + by : l->count - 1;
        }
        return true;
    }
    if (a == ACTION_CHOOSE && l->count) {
        p->wish = l->records[list_selected(l)];
        l->up = 0;
        return true;
    }
    if (a == ACTION_CANCEL && l->up) {
        l->up = 0;
        return true;
    }
    return false;
}
