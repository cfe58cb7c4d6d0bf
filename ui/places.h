/* places.h - messages by place: which device and which mailbox of a server has which of them, with
 * what flags, and where the copies of one person differ.
 * Made anew from the model for each look; knows nothing of drawing. */
#ifndef MAILFLOW_UI_PLACES_H
#define MAILFLOW_UI_PLACES_H

#include "ui/model.h"

#define PLACES_MAX   64 /* columns; what lies elsewhere is not in the table */
#define PLACES_FLAGS 31 /* those of RFC 9051 2.3.2; keywords mean something to one mailbox only */

/* A device, or on a server what belongs to one person. */
struct place {
    uint32_t host;
    slice owner;    /* "bob"; empty: nobody's, a queue */
    slice domain;   /* of the owner, where it is named: "example.net" */
    bool device;    /* has letters of its own */
    bool keeps;     /* a mailbox, or a device's copy of one: comparable */
    size_t letters; /* that are there now */
    size_t server;  /* of a device: the place + 1 that it is compared with; 0: none */
};

enum place_what {
    AT_NEVER,  /* it has not been here */
    AT_GONE,   /* it was in a box */
    AT_PASSED, /* it was in the queue, or a draft */
    AT_WAITS,  /* is in the queue, or a draft */
    AT_SENT,
    AT_LISTED, /* a device shows it, and has not got its text */
    AT_KEPT
};
struct place_cell {
    enum place_what what;
    const struct model_copy *copy; /* the newest; NULL: AT_NEVER */
    slice folder;                  /* "INBOX"; empty where it is in no box */
    uint32_t flags;                /* of PLACES_FLAGS */
    uint32_t more;                 /* further copies at this place */
    bool differs;                  /* from what the server has for the same person */
};

struct places {
    const struct model *model;
    struct place list[PLACES_MAX];
    size_t count;
    uint32_t *letters; /* that have been anywhere, oldest first; only those at `only` */
    size_t letter_count, letter_cap;
    uint32_t *by_host; /* private: its first place + 1; 0: none */
};

/* only: a host; 0: all of them. */
void places_read(struct places *p, const struct model *m, uint32_t only);
void places_deinit(struct places *p);
/* What is to be said of one letter: cells[places->count]. */
void places_row(const struct places *p, uint32_t letter, struct place_cell *cells);
/* Letters of the list of which at least one copy differs. */
size_t places_differing(const struct places *p);

#endif
