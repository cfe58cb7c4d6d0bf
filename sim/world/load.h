/* load.h - private to the loader (scenario.c, load_*.c, schema.c): the frame of a scenario file as
 * tables, and what its parts share while they read. */
#ifndef MAILFLOW_WORLD_LOAD_H
#define MAILFLOW_WORLD_LOAD_H

#include "sim/world/expect.h"
#include "sim/world/key.h"
#include "sim/world/scenario.h"

struct load {
    struct scenario *sc;
    const struct vocabulary *words;
    struct problems *problems;
    struct key_reader reader;
    struct intern hosts;    /* id: index of the host + 1 */
    struct intern accounts; /* addresses in lower case; id: index of the account + 1 */
    struct intern ids;      /* of the section being read */
    sim_time until;         /* as given; 0: not */
    sim_time last;          /* the last moment named so far */
};

/* A part of the file that is no plain value. */
struct section {
    const char *name, *doc;
    bool array;         /* of objects; false: an object of objects */
    bool lists;         /* an object of arrays instead */
    size_t entries_max; /* more are refused before any is read */
    /* Makes room for all entries; then reads each. */
    void (*begin)(struct load *l, size_t count);
    void (*entry)(struct load *l, const struct json_node *n, size_t i);
    void (*end)(struct load *l, const struct json_node *section); /* NULL: nothing to do */
};
extern const struct section section_zones, section_hosts, section_links, section_script,
    section_expect, section_story;

/* crowd: no section, for it is one object with an object in it. */
#define CROWD       "crowd"
#define CROWD_HOSTS "hosts"
#define CROWD_DOC   "domains and people that nobody has to type"
#define CROWD_HOSTS_DOC                                                                            \
    "what all hosts of the crowd have: any key of a mail host that is not about one host"
extern const struct key crowd_keys[];
/* What may be said of all hosts of the crowd. */
const struct key *crowd_host_keys(const struct host_kind *kind, struct arena *a);
void load_crowd(struct load *l, const struct json_node *n); /* NULL: there is none */
/* A host that was typed may have neither the domain nor the name of one of the crowd. */
void load_crowd_apart(struct load *l, const struct json_node *n, const struct scenario_host *h);

/* lesson: one object. */
#define LESSON     "lesson"
#define LESSON_DOC "what stands before the first and behind the last moment of the lesson"
extern const struct key lesson_keys[];
void load_words(struct load *l, const struct json_node *n); /* NULL: there is none */
/* The question of a story entry; NULL: it is no good, and problems say why. */
extern const struct key ask_keys[];
const struct scenario_ask *load_ask(struct load *l, const struct json_node *n);

/* The tables, for the schema. */
extern const struct key scenario_keys[], host_keys[], link_keys[], step_keys[], expect_keys[],
    story_keys[], trigger_keys[];
#define STORY_ON  "on"  /* the member of a story entry that trigger_keys describe */
#define STORY_ASK "ask" /* the one that ask_keys describe */
#define STORY_ASK_DOC                                                                              \
    "what the class is asked before the moment that sets the entry off; the screen waits there"

/* A moment named at the member `key` of n: it must be within the run. */
void load_moment(struct load *l, const struct json_node *n, const char *key, sim_time at);
/* An id may stand once in its section. */
void load_id(struct load *l, const struct json_node *n, slice id);
/* The two hosts named at `key` of n, or the one at "host" and SCENARIO_NONE; false: a problem. */
bool load_ends(struct load *l, const struct json_node *n, const char *key,
               const struct key_list *between, slice host, size_t *a_r, size_t *b_r);
size_t load_link(const struct load *l, size_t a, size_t b); /* SCENARIO_NONE: none such */
size_t load_host(const struct load *l, slice name);         /* SCENARIO_NONE: none such */
/* Master-file lines of a zone at the member of that name: each that is wrong is a problem. */
void load_zone_lines(struct load *l, const struct json_node *lines, slice origin);
/* A zone that a scenario may have: a domain, one above it, or one of addresses; a final dot is
 * taken off.  false: `why` says why not. */
bool load_zone_name(struct load *l, slice text, slice *origin_r, struct err *why);
/* The name servers that nobody wrote, and who serves what: when all hosts are known. */
void load_dns(struct load *l, const struct json_node *hosts);
#define LOAD_DNS_MAX 17 /* hosts that it may add */
/* Somebody must keep this account. */
void load_account(struct load *l, const struct json_node *place, slice address);
/* The member, or the object itself where it has none: where a problem is shown. */
const struct json_node *load_spot(const struct json_node *object, const char *key);

#define MOMENT_MAX ((int64_t)(3650 * SIM_DAY))
#define START_MAX  INT64_C(252771148800) /* 9980-01-01: every moment has a year of four digits */

#endif
