/* map.h - private to the map: its two halves, boxes (map.c) and what is between them
 * (map_lines.c). */
#ifndef MAILFLOW_UI_PANES_MAP_H
#define MAILFLOW_UI_PANES_MAP_H

#include "ui/model.h"
#include "ui/pane.h"
#include "ui/scene.h"

void map_draw_lines(const struct scene *s, const struct stage *st, struct canvas *c);
void map_draw_ports(const struct scene *s, const struct stage *st, struct canvas *c);
void map_draw_motions(const struct scene *s, const struct stage *st, struct canvas *c);

#endif
