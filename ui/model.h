/* model.h - the world at one moment: the trace folded up to a record.
 *
 * model_seek() goes anywhere: forwards record by record, backwards from the nearest of at most
 * MODEL_KEYFRAMES snapshots, which are made on the way (every 4096 records; twice as far apart
 * each time that they become too many or too large).  So a jump costs at most one stretch between
 * two snapshots, where somebody has been there, or model_read_ahead() has.
 * The model knows no clock: what is in motion at a time follows from `at` and `until`. */
#ifndef MAILFLOW_UI_MODEL_H
#define MAILFLOW_UI_MODEL_H

#include "ui/caches.h"
#include "ui/cast.h"
#include "ui/queues.h"

#define MODEL_KEYFRAME_FIRST 4096
#define MODEL_KEYFRAMES      64
#define MODEL_KEYFRAME_BYTES ((size_t)48 << 20) /* of all snapshots together, about */

struct model_host {
    uint64_t activity;  /* the last record that tells what this host does; 0: nothing yet */
    uint32_t drafts;    /* letters written and not handed over yet */
    uint32_t sent;      /* letters handed over */
    uint32_t queue;     /* letters that wait in its queue */
    uint32_t mailboxes; /* letters in its mailboxes */
    uint32_t inbox;     /* letters in the INBOX of a device */
};

/* What moves between two hosts. */
enum model_motion {
    MOTION_REQUEST, /* client to server */
    MOTION_REPLY,
    MOTION_LETTER, /* the content of a letter, whichever way */
    MOTION_QUESTION,
    MOTION_ANSWER, /* DNS */
    MOTION_CALL,   /* SYN, FIN, TLS: no words yet, no words any more */
    MOTION_LOST,   /* does not arrive */
    MOTION_COUNT
};
struct model_flight {
    uint64_t record;     /* FLIGHT, SEGMENT, DATAGRAM, OPEN, FIN, LOST */
    uint64_t carries;    /* SEGMENT: the FLIGHT that it is a part of; else its record */
    uint64_t at, until;  /* ns */
    uint64_t said;       /* the first SAID record it carries; 0: none */
    uint32_t said_count; /* how many */
    uint32_t from, to, flow;
    enum model_motion motion;
};

enum model_conn_state { CONN_CALLING, CONN_STANDS };
struct model_conn {
    uint32_t flow, client, server;
    enum model_conn_state state;
    uint32_t protocol;  /* trace name; 0: not known yet */
    uint32_t names[2];  /* dialogue states, trace names: [0] client, [1] server */
    uint64_t said[2];   /* last SAID record of each side */
    uint64_t unsent[2]; /* first SAID record whose bytes have not left yet; 0: none */
    uint32_t unsent_count[2];
    uint64_t last;                  /* last record of any kind */
    struct model_flight carried[2]; /* the last flight of each side, whose segments may follow */
    bool content;                   /* the client's next bytes are a letter */
    bool delivers;                  /* the server's next bytes hold a letter */
    uint8_t closed;                 /* sides that are through */
};

/* Where a letter is: one row a copy. */
enum model_place { PLACE_DRAFT, PLACE_SENT, PLACE_QUEUE, PLACE_MAILBOX, PLACE_DEVICE, PLACE_COUNT };
struct model_copy {
    uint64_t record; /* that put it there */
    uint32_t letter; /* number in the cast */
    uint32_t host;
    uint32_t mailbox; /* trace name; 0 for drafts, sent and queues */
    uint32_t uid, flags;
    uint32_t left;    /* queue, or a draft of which somebody was refused: recipients still open */
    uint64_t attempt; /* queue: the last ATTEMPT or DEFER; 0: none */
    uint32_t older;   /* copy + 1 of the same letter, made before; 0: none */
    uint8_t place;    /* enum model_place */
    bool listed;      /* a device shows it, and has not got its text */
    bool gone;        /* it was here once */
};

struct model_fault {
    uint64_t record;
    uint64_t until;      /* ns; 0: for good */
    uint32_t host, link; /* link 0: the host itself */
    uint8_t over;        /* private: what ends it */
    bool down;           /* nothing gets through; else it is slow, lossy, refusing ... */
};

enum model_vec {
    VEC_HOSTS,
    VEC_CONNS,
    VEC_FLIGHTS,
    VEC_COPIES,
    VEC_NEWEST,
    VEC_FAULTS,
    VEC_QUEUES, /* ui/queues.h: its parts */
    VEC_CACHES = VEC_QUEUES + QUEUES_PARTS,
    VEC_COUNT = VEC_CACHES + CACHES_PARTS
};

/* Everything that a snapshot keeps. */
struct model_state {
    uint64_t at;       /* records applied */
    uint64_t story;    /* last STORY record; 0: none */
    uint64_t happened; /* last record that words.h can tell */
    uint64_t hop;      /* last record of the letter's way */
    uint32_t flow;     /* the conversation that was last heard */
    uint32_t letter;   /* letter + 1 that last did something; 0: none */
    struct vec vec[VEC_COUNT];
};

struct model {
    const struct cast *cast;
    struct model_state now, ahead; /* what is shown; a reader who makes snapshots */
    struct model_state *frames;    /* snapshots, in order */
    size_t frame_count, frame_cap;
    uint64_t stride; /* records between two snapshots */
    size_t frame_bytes;
};

void model_init(struct model *m, const struct cast *c); /* the cast must outlive it */
void model_deinit(struct model *m);
void model_seek(struct model *m, uint64_t record); /* applied: records 1 to `record` (clipped) */
/* Makes the snapshots of so many more records, and of none where the end is near enough; what is
 * shown stays. */
void model_read_ahead(struct model *m, uint64_t records);
bool model_has_read(const struct model *m); /* there is nothing to be gained ahead */

const struct model_host *model_host(const struct model *m, uint32_t actor); /* never NULL */
size_t model_conns(const struct model *m);                                  /* live ones */
const struct model_conn *model_conn(const struct model *m, size_t i);
const struct model_conn *model_conn_of(const struct model *m, uint32_t flow); /* NULL: over */
/* Motions that may be under way; the time decides: model_flying(). */
size_t model_flights(const struct model *m);
const struct model_flight *model_flight(const struct model *m, size_t i);
bool model_flying(const struct model_flight *f, uint64_t now);
/* How far it is, in thousandths of its way. */
uint32_t model_flight_done(const struct model_flight *f, uint64_t now);
bool model_flight_sealed(const struct model *m, const struct model_flight *f); /* under TLS */
/* "RCPT TO", "250", "MX?", "letter", under TLS with a sign in front: what moves, short enough for
 * the map. */
void model_flight_label(const struct model *m, const struct model_flight *f, struct buf *out);
size_t model_copies(const struct model *m);
const struct model_copy *model_copy(const struct model *m, size_t i);
/* The newest copy of a letter; from there, `older` leads to the others.  Copy + 1; 0: none. */
uint32_t model_newest(const struct model *m, uint32_t letter);
const char *model_place_name(uint8_t place);
/* The worst that is wrong with a host, or with the link number `link` where that is not 0: what
 * lets nothing through, else the newest; NULL: nothing. */
const struct model_fault *model_fault_of(const struct model *m, uint32_t actor, uint32_t link,
                                         uint64_t now);
/* Their names in so many cells, the worst first: "crash, temp-fail"; where that is too long "crash
 * +1", and where nothing fits, the worst.  Nothing where nothing is wrong. */
void model_faults_say(const struct model *m, uint32_t actor, uint32_t link, uint64_t now, int w,
                      struct buf *out);

const struct vec *model_queues(const struct model *m); /* for ui/queues.h */
const struct vec *model_caches(const struct model *m); /* for ui/caches.h */

/* Whether what a FAULT is called ends a trouble ("mend", "online") instead of making one. */
bool model_fault_ends(slice what);

/* Private to the model's own files. */
void model_fold(struct model *m, uint64_t record, const struct trace_rec *r);
void model_fold_fault(struct model *m, uint64_t record, const struct trace_rec *r);
void model_fold_wire(struct model *m, uint64_t record, const struct trace_rec *r);
struct model_host *model_host_slot(struct model *m, uint32_t actor);

#endif
