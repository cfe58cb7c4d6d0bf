/* scenario.h - a scenario file as plain data: checked, complete, with every default filled in.
 *
 * Everything hangs in the scenario's arena and lives as long as it does; config and args are the
 * structs that the tables of sim/base/vocabulary.h describe.  Hosts, links and so on are named by
 * their index here, in file order.
 * A scenario may have variants, and what-ifs, which are variants that ask something; each is loaded
 * as a scenario of its own. */
#ifndef MAILFLOW_WORLD_SCENARIO_H
#define MAILFLOW_WORLD_SCENARIO_H

#include "sim/base/arena.h"
#include "sim/base/fmt.h"
#include "sim/base/ip6.h"
#include "sim/base/vocabulary.h"
#include "sim/mail/crowd.h"
#include "sim/world/problems.h"

#define SCENARIO_NONE ((size_t)-1) /* no host, no link */

/* Limits: a hostile file gets an error, not the machine. */
#define SCENARIO_SIZE_MAX   ((size_t)10 * 1000 * 1000)
#define SCENARIO_HOSTS_MAX  1000
#define SCENARIO_LINKS_MAX  10000
#define SCENARIO_ZONES_MAX  10000
#define SCENARIO_LINES_MAX  10000 /* of one zone */
#define SCENARIO_STEPS_MAX  10000
#define SCENARIO_REPEAT_MAX 10000 /* of one step */
#define SCENARIO_DEEDS_MAX                                                                         \
    100000 /* steps with their repetitions: each is an event from the start */
#define SCENARIO_ENTRIES_MAX  1000 /* of expect, and of story */
#define SCENARIO_ACCOUNTS_MAX 100000
#define SCENARIO_VARIANTS_MAX 16
#define SCENARIO_WHAT_IFS_MAX 4
#define SCENARIO_ANSWERS_MIN  2 /* of one question */
#define SCENARIO_ANSWERS_MAX  5
#define SCENARIO_POINTS_MAX   5 /* of each list of a lesson */

#define SCENARIO_VARIANT_NAME_MAX 24
#define SCENARIO_BASE             "base" /* names the scenario itself, beside its variants */

/* Lines that the author wrote for a zone: they override what is generated. */
struct scenario_zone {
    slice origin; /* without a final dot; "" is the root */
    struct key_list lines;
};

/* A real server on this machine that answers for a host; only on loopback. */
struct scenario_real {
    uint16_t port; /* of the host; 0: all that it listens to */
    bool v6;       /* ::1 */
    uint32_t ip;   /* in 127.0.0.0/8, host order */
    uint16_t real_port;
};

/* An address that the file gives to a host. */
struct scenario_ip {
    uint32_t ip; /* host order; IP6_NOBODY: of IPv6 */
    uint8_t octets[IP6_OCTETS];
};
enum scenario_family { FAMILY_WORLD, FAMILY_IPV4, FAMILY_IPV6, FAMILY_BOTH };

struct scenario_host {
    slice name;
    const struct host_kind *kind;
    const void *config; /* kind->config_size bytes */
    const struct scenario_ip *ips;
    size_t ip_count;             /* 0: the world gives it one of each of its families */
    enum scenario_family family; /* FAMILY_WORLD: where `ips` say nothing, that of the world */
    int64_t clock;               /* how far its clock is ahead, in ns */
    const struct scenario_real *reals;
    size_t real_count; /* 0: it is simulated */
};

struct scenario_link {
    slice id;    /* may be empty */
    size_t a, b; /* hosts; b SCENARIO_NONE: the uplink of a, its way into the internet */
    sim_time latency, jitter;
    uint64_t rate;   /* bits a second; 0: unlimited */
    uint32_t loss;   /* ppm */
    bool down;       /* from the start */
    uint32_t attack; /* enum attack of attacker.h */
};

struct scenario_step {
    slice id;
    sim_time at;
    sim_time every; /* between two times of `times` */
    sim_time lasts; /* "for": then it is undone by itself; 0: for good */
    uint32_t times; /* >= 1 */
    const struct verb_kind *verb;
    size_t host;      /* SCENARIO_NONE: none named */
    size_t link;      /* VERB_LINK: the link; SCENARIO_NONE: the uplink of host */
    const void *args; /* verb->args_size bytes; NULL where it has none */
};

struct file_source; /* key.h */
struct expect_kind; /* expect.h */
struct scenario_expect {
    slice id;
    sim_time at; /* everything up to and including this moment counts; SIM_FOREVER: the whole run */
    slice say;   /* the author's own sentence; empty: the one that expect.h makes */
    const struct expect_kind *kind;
    const void *args;
};

/* When a story entry speaks: at a time, or with the nth record that is like this (story.h). */
struct story_trigger {
    uint32_t kind;  /* enum trace_kind */
    slice host;     /* who does it; empty: anybody */
    slice to;       /* whom it is done to, for kinds that say so; empty: anybody */
    slice service;  /* of the connection: "smtp", or the dialogue's protocol; empty: any */
    slice contains; /* in its text or one of its names; empty: anything */
    int64_t nth;    /* from 1 */
};
/* What the class is asked before that: exactly one answer is right. */
struct scenario_answer {
    slice say, because;
    bool right;
};
struct scenario_ask {
    slice question;
    struct key_objects answers; /* struct scenario_answer */
};
struct scenario_story {
    slice id;
    bool timed; /* true: `at` counts; false: `on` */
    sim_time at;
    struct story_trigger on;
    slice say;
    slice rfc;                      /* "RFC 5321, section 4.1.1.3"; may be empty */
    const struct scenario_ask *ask; /* NULL: nothing is asked */
};

/* What stands before the first and behind the last moment of a lesson. */
struct scenario_lesson {
    slice aim;
    struct key_list watch, seen, next;
};

/* The mailboxes of all hosts, flat: one for each account and domain of its host. */
struct scenario_account {
    slice user, domain, password;
    size_t host;
};

/* Domains and people that nobody typed. */
struct scenario_crowd {
    struct crowd_config config;
    const void *host_config; /* what all its hosts have: of the vocabulary's `crowd` */
};

/* The same with something changed.  Their texts are empty where they say none of their own. */
struct scenario_variant {
    slice name, title, about;
    slice ask; /* of a what-if: "What if Bob's server is switched off?"; empty: a plain variant */
};

struct scenario {
    slice title, about;
    uint64_t seed;
    int64_t start;  /* Unix seconds */
    sim_time until; /* the run ends here at the latest; given, or an hour after the last moment
                       that script, expect or story name */
    sim_time compare_from;       /* connections before it are not compared */
    enum scenario_family family; /* of hosts that say nothing else */
    bool hierarchy;              /* the DNS has a root, top level domains and servers of its own */
    uint32_t ttl;                /* s, of generated records and of lines without one */
    struct scenario_zone *zones;
    size_t zone_count;
    struct scenario_host *hosts;
    size_t host_count;
    struct scenario_link *links;
    size_t link_count;
    struct scenario_link
        *visitors; /* the uplink of who comes in from outside; NULL: an ordinary one */
    struct scenario_step *steps; /* in file order, not in order of time */
    size_t step_count;
    struct scenario_expect *expects;
    size_t expect_count;
    struct scenario_story *stories;
    size_t story_count;
    struct scenario_account *accounts;
    size_t account_count;
    const struct scenario_crowd *crowd;   /* NULL: none */
    slice variant;                        /* the one that this is; empty: the scenario itself */
    const struct scenario_lesson *lesson; /* NULL: the file says nothing of the kind */
    struct scenario_variant *variants;    /* of the file, the what-ifs behind the others */
    size_t variant_count;
    struct arena arena;
};

/* Reads and checks everything, all variants too.  false: `problems` (made by problems_init) says
 * what is wrong, all of it in one go, and the scenario is empty.  text is borrowed for the call
 * only.  A file that the scenario names is a problem then. */
bool scenario_load(struct scenario *sc, slice text, const struct vocabulary *words,
                   struct problems *problems);
/* The same, with the files that it may name. */
bool scenario_load_with(struct scenario *sc, slice text, const struct vocabulary *words,
                        const struct file_source *files, struct problems *problems);
/* Only the variant of that name; SCENARIO_BASE: the scenario itself, as above. */
bool scenario_load_variant(struct scenario *sc, slice text, slice variant,
                           const struct vocabulary *words, const struct file_source *files,
                           struct problems *problems);
bool scenario_needs_serve(const struct scenario *sc); /* some of its hosts are real servers */
void scenario_free(struct scenario *sc);              /* harmless on an empty one */

/* SCENARIO_NONE: no such host. */
size_t scenario_host_find(const struct scenario *sc, slice name);
/* Domain without case, user likewise.  NULL: nobody keeps it. */
const struct scenario_account *scenario_account_find(const struct scenario *sc, slice address);
/* The domains that a host serves, from its "domain" key; an empty list where it has none. */
/* Whose device it is, from its "account" key; empty where it has none. */
slice host_account(const struct host_kind *kind, const void *config);
struct key_list host_domains(const struct host_kind *kind, const void *config, struct arena *a);

#endif
