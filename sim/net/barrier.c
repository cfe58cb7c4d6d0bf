/* barrier.c - what keeps hosts apart beside their links: ports that take nobody in, and walls
 * between groups of hosts.
 * Never knows who put it there, nor for how long. */
#include "sim/net/internal.h"

void network_bars(struct network *n, host_id host, const struct network_bar *first)
{
    network_host_at(n, host)->bars = first;
}

void network_walls(struct network *n, const struct network_wall *first)
{
    n->walls = first;
}

/* Where one says silence and another says no, silence wins: nothing gets to who would say no. */
static bool bars(const struct network_bar *b, uint16_t port, host_id from)
{
    bool him = !b->from || (from <= b->hosts && b->from[from - 1] != 0);
    return him && (b->port == 0 || b->port == port);
}

const struct network_bar *bar_at(const struct host *h, uint16_t port, host_id from)
{
    const struct network_bar *found = NULL;
    for (const struct network_bar *b = h->bars; b; b = b->next) {
        if (bars(b, port, from) && (!found || b->silent)) {
            found = b;
        }
    }
    return found;
}

static uint8_t side_of(const struct network_wall *w, host_id host)
{
    return host <= w->hosts ? w->side[host - 1] : w->others;
}

bool wall_between(const struct network *n, host_id a, host_id b)
{
    for (const struct network_wall *w = n->walls; w; w = w->next) {
        if ((side_of(w, a) | side_of(w, b)) == 3) {
            return true;
        }
    }
    return false;
}
