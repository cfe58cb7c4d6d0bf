/* crowd.h - who lives in a world that nobody typed: domains under .example, and people with
 * mailboxes there, all of them made of numbers when they are asked for.  A person is no memory: a
 * name is worked out from a number, and the number from the name.
 *
 * Half of the people live at a few big providers, the rest are spread over a long tail: the domain
 * of rank r has one r-th of the people of the first one, and every domain has somebody. */
#ifndef MAILFLOW_MAIL_CROWD_H
#define MAILFLOW_MAIL_CROWD_H

#include "sim/base/arena.h"
#include "sim/base/buf.h"

#define CROWD_MX          "mx." /* before a domain: the name of its host */
#define CROWD_DOMAINS_MAX 60000
#define CROWD_PEOPLE_MAX  1000000

struct crowd_config {
    uint32_t domains, people; /* people >= domains >= 1 */
    uint64_t seed;
    uint32_t unknown; /* ppm of the people: gone, but still on everybody's list */
    uint32_t full;    /* ppm of the people: their mailboxes take no more */
    uint32_t busy;    /* ppm of the domains: put off whom they see for the first time */
};

struct crowd {
    struct crowd_config config;
    uint32_t *first;        /* [domains + 1]: number of the first person of each */
    uint32_t stride, start; /* of the order in which a list names them */
};

enum crowd_person { CROWD_NOBODY, CROWD_LIVES, CROWD_FULL };

void crowd_init(struct crowd *c, const struct crowd_config *config, struct arena *lent);
/* "velona.example" */
void crowd_domain(const struct crowd *c, uint32_t domain, struct buf *out);
/* Is that, in any case, one of its domains?  Only c->config is looked at. */
bool crowd_has_domain(const struct crowd *c, slice domain);
uint32_t crowd_people(const struct crowd *c, uint32_t domain);
bool crowd_is_busy(const struct crowd *c, uint32_t domain);
/* The local part, in any case, at that domain. */
enum crowd_person crowd_find(const struct crowd *c, uint32_t domain, slice local);
/* The nth entry of a list of all of them, those who are gone too: "kalu.moreni@velona.example".
 * Neighbours in the list seldom live at the same domain. */
void crowd_reader(const struct crowd *c, uint32_t n, struct buf *out);
/* A number below `bound` that belongs to a domain, for what differs from one to the other. */
uint32_t crowd_chance(const struct crowd *c, uint32_t domain, const char *what, uint32_t bound);

#endif
