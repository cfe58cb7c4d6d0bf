/* wire.h - between the files of the Wire pane. */
#ifndef MAILFLOW_UI_PANES_WIRE_H
#define MAILFLOW_UI_PANES_WIRE_H

#include "ui/panes/list.h"
#include "ui/panes/packet.h"

struct wire {
    struct list list;
    struct packet packet; /* the selected one */
    size_t field;         /* of it */
    bool inside;          /* the arrows go from field to field */
};

/* Who has which lines of the pane. */
struct wire_plan {
    int rows;                /* of the list, from the top */
    size_t top;              /* its first row */
    struct rect hex, fields; /* the dump; the field that is explained */
    bool beside;             /* the latter is right of the former */
    size_t per_row;          /* octets */
    int offset_w;            /* columns of the offset in front; 0: no room for it */
    size_t first;            /* octet in view */
};
struct wire_plan wire_plan(const struct wire *own, int w, int h);
/* The octet under a cell; false: there is none. */
bool wire_octet_at(const struct wire *own, const struct wire_plan *plan, int x, int y,
                   size_t *octet_r);
/* The dump and the field, in the pane's whole canvas. */
void wire_draw_bytes(const struct wire *own, const struct stage *st, const struct wire_plan *plan,
                     struct canvas *c);

#endif
