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

/* What the picture needs to know of the moment, gathered once for all boxes and lines. */
struct map_box {
    struct model_host sum; /* of all hosts in the box */
    bool letter;           /* the letter that the story follows lies here */
};
struct map_line {
    const struct model_conn *conn; /* the one that was heard last; NULL: none */
    unsigned motions;              /* bits: what is between the two now */
    int style;
};
struct map_view {
    const struct scene *s;
    const struct stage *st;
    struct map_box *boxes;  /* as in the scene */
    struct map_line *lines; /* as its routes */
};

void map_view_init(struct map_view *v, const struct scene *s, const struct stage *st);
void map_view_deinit(struct map_view *v);
void map_style_lines(struct map_view *v);

/* What moves in plain words, where there are any: "to bob", "go ahead". */
void map_plain_label(const struct stage *st, const struct model_flight *f, struct buf *out);
void map_caption(const struct pane *p, const struct stage *st, struct buf *out);

void map_draw_lines(const struct map_view *v, struct canvas *c);
void map_draw_ports(const struct map_view *v, struct canvas *c);
void map_draw_motions(const struct map_view *v, struct canvas *c);

#endif
