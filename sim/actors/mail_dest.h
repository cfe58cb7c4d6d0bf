/* mail_dest.h - private to sim/actors: what waits for which destination, and the calls that carry
 * it there.
 *
 *   mail_parcel.c  who is tried together, and when again
 *   mail_dest.c    the lines in which they stand
 *   mail_route.c   where a destination is: exchangers, their addresses (RFC 5321 5.1)
 *   mail_call.c    the conversation with one of them */
#ifndef MAILFLOW_ACTORS_MAIL_DEST_H
#define MAILFLOW_ACTORS_MAIL_DEST_H

#include "sim/actors/mail_host.h"

#define HOSTS_MAX     8 /* mail exchangers tried in one round */
#define ADDRESSES_MAX 8 /* of each of them */

/* How a destination is found from its name. */
enum way {
    WAY_DOMAIN,  /* by its MX */
    WAY_HOST,    /* it is the host itself */
    WAY_LITERAL, /* it is the address of the host */
    WAY_SMART,   /* the host that takes everything, perhaps on another port and with a password */
    WAY_HERE     /* nowhere: who lives here, and was told to come later */
};

/* The recipients of one entry that go to one destination, and are tried together. */
enum parcel_state { PARCEL_ASLEEP, PARCEL_READY, PARCEL_BUSY };
struct parcel {
    pool_id id, entry, next; /* behind it in its destination's line */
    struct dest *dest;
    uint32_t first, count; /* chain of recipients */
    uint32_t last;
    uint32_t attempts;
    sim_time next_try, wakes; /* asleep: the next try, and the next look at it */
    uint64_t cause;           /* HELD; 0: it has not waited in line */
    uint64_t since;           /* the record of its entry that put it in line, or to sleep */
    uint8_t state;            /* enum parcel_state */
};

struct dest {
    slice name; /* in lower case */
    enum way way;
    uint32_t number;     /* among the destinations */
    uint32_t shown;      /* trace name */
    pool_id first, last; /* parcels that are ready */
    struct dest *next;   /* in the line of destinations that have some */
    bool lined_up;
    bool timed;            /* a wake-up for next_letter is under way */
    uint16_t rcpts_max;    /* it was heard to take no more in one transaction; 0: not heard */
    uint32_t calls;        /* under way, without idle ones */
    uint32_t failures;     /* since one was answered */
    pool_id idle;          /* calls that could carry more */
    sim_time next_letter;  /* by its rate */
    sim_time shut_until;   /* it could not be reached */
    struct blob *shut_why; /* "host\nreply" */
    pool_id gathers;       /* the parcel of the entry that is being sorted */
    uint64_t gathered_for; /* that entry's sorting */
};

struct dead_host {
    uint32_t ip;
    sim_time until;
};

struct dests {
    struct intern names;
    struct dest **items; /* by name's number */
    size_t count, cap;
    struct dest *first, *last; /* the line */
    uint32_t calls;            /* of all destinations */
    bool running;
    uint64_t sorting;
    pool_id *gathered;
    size_t gathered_count, gathered_cap;
    struct dead_host *dead; /* addresses that did not answer of late, by ip */
    size_t dead_count, dead_cap;
    sim_time shut_time; /* so long nobody knocks at a door that was found shut */
};

/* A connection to a destination, from the first question about it to its QUIT. */
struct call {
    pool_id id, parcel, pump; /* parcel 0: idle; pump 0: not connected yet */
    pool_id next_idle;
    struct dest *dest;
    uint16_t host_count, host_at, ip_count, ip_at;
    bool hope;     /* an exchanger failed in a way that may pass */
    bool in_clear; /* TLS failed with the exchanger at hand, and need not be */
    bool answered; /* the session became ready */
    bool dsn;      /* the server takes over what was asked of receipts */
    uint32_t letters, accepted;
    sim_time idle_until;
    /* The parcel's recipients: all of them, and those that are still to be settled. */
    uint32_t *all, *rcpts;
    bool *told;
    slice *to; /* for the session; one allocation with all the others */
    struct smtp_asked *asked;
    size_t all_count, count, cap;
    struct smtp_letter letter;
    struct peer_policy policy;
    const struct sts_policy *sts; /* of the domain; NULL: it has none that binds us */
    uint32_t ips[ADDRESSES_MAX];  /* of the exchanger at hand */
    uint16_t preferences[HOSTS_MAX];
    struct dns_name hosts[HOSTS_MAX]; /* best first; only those that count are filled in */
};

/* ---- mail_parcel.c ---- */
struct parcel *parcel_of(const struct mail_host *m, pool_id id); /* NULL: gone */
/* A recipient of the entry that is being sorted goes where its domain goes; then all go. */
void parcel_gather(struct mail_host *m, struct entry *e, uint32_t i);
void parcels_go(struct mail_host *m, struct entry *e);
/* Only the first `count` recipients stay; the others get a parcel of their own. */
struct parcel *parcel_split(struct mail_host *m, struct parcel *p, uint32_t count);
/* All its recipients are late: it goes to sleep.  It may be gone after this, and its entry. */
void parcel_late(struct mail_host *m, struct parcel *p);
/* The try is over, and each of these recipients has been told of: who is late waits for the next
 * one, who was too much for one transaction goes at once in another. */
void parcel_tried(struct mail_host *m, struct parcel *p, const uint32_t *rcpts, size_t count);
/* The host lost power in the middle of it; and has it back. */
void parcel_back(struct mail_host *m, struct parcel *p, const uint32_t *rcpts, size_t count);
void parcels_restart(struct mail_host *m);

/* ---- mail_dest.c ---- */
struct dest *dest_named(struct mail_host *m, enum way way, slice name); /* made where it is new */
void dest_put_last(struct mail_host *m, struct parcel *p);
void dest_put_first(struct mail_host *m, struct parcel *p);
void dest_hold(struct mail_host *m, struct parcel *p); /* HELD is written, where it still waits */
/* For a connection that could carry one more; NULL: nothing may go now. */
struct parcel *dest_next(struct mail_host *m, struct dest *d);
void dests_run(struct mail_host *m); /* starts what may start */
/* Nobody could be reached there: what waits for it is put off without being tried. */
void dest_shut(struct mail_host *m, struct dest *d, slice host, slice reply);
void dest_answers(struct mail_host *m, struct dest *d, uint32_t ip);
bool dest_ip_is_dead(struct mail_host *m, uint32_t ip);
void dest_ip_died(struct mail_host *m, uint32_t ip);
void call_counts(struct mail_host *m, struct dest *d, int more);

/* ---- mail_route.c ---- */
slice route_host(const struct call *c); /* the exchanger at hand */
/* "450 4.4.1 The connection was refused" -> "450 4.4.1 mx.example.net: The connection was refused":
 * found out here, so that no host may be named as the one that said it (RFC 3464 2.3.5, 2.3.6).
 * In the stage's scratch, which `why` must not be. */
slice route_found_here(struct mail_host *m, const struct call *c, slice why);
void route_find(struct mail_host *m, struct call *c);
/* The exchanger at hand failed with this: the next address, the next exchanger, or later.
 * said: these are its words. */
void route_next(struct mail_host *m, struct call *c, bool may_pass, bool said, slice why);

/* ---- mail_call.c ---- */
void call_start(struct mail_host *m, struct dest *d, struct parcel *p);
void call_go_on(struct mail_host *m, struct call *c, struct parcel *p); /* it is idle */
struct call *call_idle(struct mail_host *m, struct dest *d); /* one that could go on; NULL */
void call_connect(struct mail_host *m, struct call *c);      /* to ips[ip_at] */
bool call_all_told(struct call *c); /* forgets those that are settled; none is left */
typedef void verdict_fn(struct mail_host *m, struct entry *e, size_t i, slice host, slice reply);
void call_settle(struct mail_host *m, struct call *c, verdict_fn *verdict, slice host, slice reply);
void call_over(struct mail_host *m,
               struct call *c); /* the parcel is settled, nobody is connected */

#endif
