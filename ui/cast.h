/* cast.h - who is in the play: hosts, links, conversations and letters as the whole trace knows
 * them.  What never changes while somebody watches is gathered here once, so that the map stays
 * still and a look at any moment is quick.  Grows with a trace that grows. */
#ifndef MAILFLOW_UI_CAST_H
#define MAILFLOW_UI_CAST_H

#include "sim/base/buf.h"
#include "sim/trace/trace.h"

struct cast_host {
    uint32_t name, kind; /* trace names */
    uint32_t roles;      /* enum trace_role */
    uint32_t ip;         /* its first address; 0: none */
    uint32_t person;     /* trace name of the first person; 0: nobody */
    uint32_t people;
    uint32_t composes, fetches; /* how often, in the whole trace */
    uint32_t line;              /* number of its own line into the internet; 0: none */
    uint32_t busy;              /* connections and questions of it and to it, in the whole trace */
    uint64_t address;           /* the record that tells its first address; 0: none */
};

/* Two hosts that are linked or speak with each other at some time; a < b. */
struct cast_edge {
    uint32_t a, b;
    uint32_t link; /* number of the declared link; 0: through the internet */
    bool names;    /* only DNS goes this way */
    uint8_t calls; /* 1: a calls b, to speak; 2: b calls a */
};

struct cast_flow {
    uint32_t client, server;
    uint32_t service;     /* trace name; 0 for DNS */
    uint32_t port;        /* of the server */
    uint32_t question;    /* DNS: trace name, and */
    uint32_t type;        /* its DNS type */
    uint64_t first, last; /* records; 0: no such flow */
    uint64_t sealed;      /* its first UPGRADE: what is said behind it is under TLS; 0: none */
    uint64_t secured;     /* its first SECURED: the keys are agreed on; 0: none */
    uint64_t unsecured;   /* its first UNSECURED; 0: none */
    bool dns;
};

struct cast_letter {
    uint32_t name;    /* trace name of the Message-ID */
    uint64_t compose; /* its COMPOSE or KEPT record; 0: came from nowhere */
};

struct cast {
    const struct trace *trace;
    uint64_t seen;           /* records read so far */
    struct cast_host *hosts; /* by actor number; [0] is the world */
    size_t host_count, host_cap;
    struct cast_edge *edges;
    size_t edge_count, edge_cap;
    uint32_t *edge_slots; /* private: finds an edge by its ends */
    size_t slot_count;
    struct cast_edge *kept; /* private: the edges before cast_share(); NULL: it shares none */
    size_t kept_count;
    struct cast_flow *flows; /* by flow number */
    size_t flow_count, flow_cap;
    struct cast_letter *letters;
    size_t letter_count, letter_cap;
    uint32_t *letter_of; /* trace name -> letter + 1; 0: not the name of a letter */
    size_t name_count, name_cap;
    uint32_t *next; /* record - 1 -> the next record of the same flow; 0: none */
    size_t next_count, next_cap;
    uint64_t world;        /* the WORLD record; 0: none */
    uint32_t version;      /* counts changes of hosts and edges: the map must be laid out anew */
    const struct cast *as; /* its hosts stand where this one's do; NULL: where its own talks say */
};

void cast_init(struct cast *c, const struct trace *t);
void cast_deinit(struct cast *c);
void cast_extend(struct cast *c); /* reads what was written since */

/* Two runs of one world, whose maps are to be the same: both get the edges of both.  false: they
 * have not the same hosts. */
bool cast_share(struct cast *first, struct cast *second);
void cast_unshare(struct cast *first); /* its own edges only, as before */

const struct cast_host *cast_host(const struct cast *c, uint32_t actor); /* NULL: unknown */
bool cast_only_names(const struct cast_host *h);                         /* DNS, and no more */
slice cast_host_name(const struct cast *c, uint32_t actor);              /* "" for the world */
const struct cast_flow *cast_flow(const struct cast *c, uint32_t flow);  /* NULL: unknown */
uint64_t cast_next(const struct cast *c, uint64_t record); /* of the same flow; 0: none */
bool cast_letter_find(const struct cast *c, uint32_t name, uint32_t *letter_r);
/* Line 0: From, 1: To, 2: Subject, as COMPOSE has them; empty where nobody wrote it here. */
slice cast_letter_line(const struct cast *c, uint32_t letter, size_t line);
/* The beginning of a payload in one piece, at least `most` bytes where there are so many: borrowed
 * or in scratch. */
slice cast_payload(const struct cast *c, uint32_t payload, size_t most, struct buf *scratch);
/* Is what this record tells of its flow under TLS? */
bool cast_is_sealed(const struct cast *c, uint32_t flow, uint64_t record);
/* A letter that lay in its box before time began. */
bool cast_is_furniture(const struct trace_rec *r);
/* Letters come, are listed, marked or go at one place in one moment: of many only the first ones
 * are told. */
bool cast_is_one_of_many(const struct cast *c, uint64_t record);
/* A handshake is told by whoever begins it, its success by the client, who has seen the
 * certificate, and its failure by who finds it: this record is the other end's, and no news. */
bool cast_is_echo(const struct cast *c, uint64_t record);
/* What a list need not tell: the second end of a connection, and a step of the script in front of
 * the fault that it makes, which tells the same and more exactly. */
bool cast_is_twice(const struct cast *c, uint64_t record);
bool cast_is_client(const struct cast *c, uint32_t flow, uint32_t actor);
int64_t cast_start(const struct cast *c); /* Unix seconds at time 0 */

#endif
