/* map.h - private to the map: boxes (map.c), what is between them (map_lines.c), and the host that
 * a person chooses (map_choose.c). */
#ifndef MAILFLOW_UI_PANES_MAP_H
#define MAILFLOW_UI_PANES_MAP_H

#include "ui/model.h"
#include "ui/pane.h"
#include "ui/scene.h"

struct map {
    struct scene scene; /* a memory of what follows from cast and size */
};

bool map_act(struct pane *p, const struct stage *st, enum action a);
bool map_click(struct pane *p, const struct stage *st, int x, int y, int w, int h);

void map_draw_lines(const struct scene *s, const struct stage *st, struct canvas *c);
void map_draw_ports(const struct scene *s, const struct stage *st, struct canvas *c);
void map_draw_motions(const struct scene *s, const struct stage *st, struct canvas *c);

#endif
