/* map_view.c - what the map needs to know of the moment, for each box and each line: one pass over
 * the hosts, the connections, what moves, and the copies of the letter that the story follows.
 * Never draws. */
#include "ui/panes/map.h"

#include "sim/base/mem.h"

static void sum_hosts(struct map_view *v)
{
    const struct model *m = v->st->model;
    for (uint32_t host = 1; host < m->cast->host_count; host++) {
        const struct scene_box *b = scene_box_of(v->s, host);
        const struct model_host *h = model_host(m, host);
        if (!b) {
            continue;
        }
        struct model_host *sum = &v->boxes[b - v->s->boxes].sum;
        sum->activity = h->activity > sum->activity ? h->activity : sum->activity;
        sum->drafts += h->drafts;
        sum->sent += h->sent;
        sum->queue += h->queue;
        sum->mailboxes += h->mailboxes;
        sum->inbox += h->inbox;
    }
}

static struct map_line *line_of(const struct map_view *v, uint32_t a, uint32_t b)
{
    const struct scene_route *r = scene_route_between(v->s, a, b);
    return r ? &v->lines[r - v->s->routes] : NULL;
}

static void look_at_lines(struct map_view *v)
{
    const struct model *m = v->st->model;
    for (size_t i = 0; i < model_conns(m); i++) {
        const struct model_conn *c = model_conn(m, i);
        struct map_line *line = line_of(v, c->client, c->server);
        if (line && (!line->conn || c->last > line->conn->last)) {
            line->conn = c;
        }
    }
    for (size_t i = 0; i < model_flights(m); i++) {
        const struct model_flight *f = model_flight(m, i);
        struct map_line *line = line_of(v, f->from, f->to);
        if (line && model_flying(f, v->st->at.now)) {
            line->motions |= 1U << f->motion;
        }
    }
}

static bool is_leaving(const struct map_view *v, uint32_t host)
{
    const struct model *m = v->st->model;
    bool leaving = false;
    for (size_t i = 0; i < model_flights(m) && !leaving; i++) {
        const struct model_flight *f = model_flight(m, i);
        leaving = f->motion == MOTION_LETTER && f->from == host && model_flying(f, v->st->at.now);
    }
    return leaving;
}

/* While the letter is under way to another server it is on the line and nowhere else; who fetches
 * takes a copy, and the mailbox keeps its own. */
static void find_letter(struct map_view *v)
{
    const struct model *m = v->st->model;
    uint32_t letter = m->now.letter; /* + 1 */
    uint32_t at = letter ? model_newest(m, letter - 1) : 0;
    while (at) {
        const struct model_copy *copy = model_copy(m, at - 1);
        const struct scene_box *b = scene_box_of(v->s, copy->host);
        bool kept = copy->place == PLACE_MAILBOX || copy->place == PLACE_DEVICE;
        if (b && !v->boxes[b - v->s->boxes].letter && !copy->gone && copy->place != PLACE_SENT &&
            (kept || !is_leaving(v, copy->host))) {
            v->boxes[b - v->s->boxes].letter = true;
        }
        at = copy->older;
    }
}

void map_view_init(struct map_view *v, const struct scene *s, const struct stage *st)
{
    *v = (struct map_view){ .s = s, .st = st };
    v->boxes = mem_array(s->box_count + 1, sizeof *v->boxes);
    v->lines = mem_array(s->route_count + 1, sizeof *v->lines);
    sum_hosts(v);
    look_at_lines(v);
    find_letter(v);
    map_style_lines(v);
}

void map_view_deinit(struct map_view *v)
{
    mem_free(v->boxes);
    mem_free(v->lines);
}
