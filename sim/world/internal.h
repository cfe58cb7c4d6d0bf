/* internal.h - a running world from the inside, for world.c and the files that set it up.
 * Nobody else includes it. */
#ifndef MAILFLOW_WORLD_INTERNAL_H
#define MAILFLOW_WORLD_INTERNAL_H

#include "sim/actors/attacker.h"
#include "sim/actors/mail_config.h"
#include "sim/world/fate.h"
#include "sim/world/story.h"
#include "sim/world/world.h"
#include "sim/world/zones.h"

#define WORLD_UPLINK_LATENCY (10 * SIM_MS) /* where the scenario says nothing */

struct world {
    const struct scenario *scenario;
    struct trace *trace;
    struct engine engine;
    struct arena arena;
    struct network *net;
    struct stage stage;
    struct actor **hosts; /* as in the scenario */
    struct crowd *crowd;  /* NULL: none */
    size_t crowd_first;   /* of its hosts, among the stage's actors */
    uint32_t *links;      /* link numbers, as in the scenario */
    struct attacker attacker;
    struct fate fate;
    struct zones zones;
    struct actor *nameserver, *resolver; /* the first of each */
    struct actor **nameservers;          /* as in `zones` */
    struct story_watch story;
    bool over, open; /* open: world_options says so */
};

/* NULL: no host that handles mail. */
const struct mail_config *world_mail_config(const struct scenario_host *h);

/* world_hosts.c, in this order; names need all addresses */
void world_add_hosts(struct world *w);
void world_give_addresses(struct world *w);
void world_add_people(struct world *w);
void world_add_links(struct world *w);
/* What the scenario says of it; NULL: it says nothing. */
struct link_config world_link_config(const struct scenario_link *l);
/* world_crowd.c */
bool world_add_crowd(struct world *w, struct err *err_r); /* behind all others */
void world_add_crowd_names(struct world *w);
/* world_names.c */
void world_add_names(struct world *w);
void world_change_zone(struct world *w, const struct scenario_step *step);
/* world_hands.c */
void world_add_script(struct world *w);
/* world_story.c */
void world_add_lesson(struct world *w);
void world_add_story(struct world *w);
void world_follow_story(struct world *w); /* after each event */

#endif
