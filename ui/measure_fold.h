/* measure_fold.h - private to measure*.c and lab*.c: where each letter of each person is, while the
 * trace goes by.  Rows name each other by number. */
#ifndef MAILFLOW_UI_MEASURE_FOLD_H
#define MAILFLOW_UI_MEASURE_FOLD_H

#include "ui/measure.h"
#include "ui/vec.h"

#define SEEN       1  /* \Seen in FLAGGED.flags */
#define PLACES_MAX 64 /* of one person: each is a bit; further ones are not looked at */

struct place {
    uint32_t actor, person, name; /* name: of the host */
    uint64_t bit;                 /* among the places of the person */
    bool server, there;
    bool used; /* it once had a letter, or a folder */
    sim_time *waits;
    size_t wait_count, wait_cap;
};
struct person {
    uint32_t address;
    uint64_t there; /* bits of places that are */
    uint64_t apart, apart_read;
    sim_time apart_since, apart_read_since;
    size_t places;
};
/* One letter in one folder of one person, wherever that is. */
struct item {
    uint32_t letter, person, folder, next; /* next + 1 of the same letter; 0: none */
    uint64_t here, read, ever;             /* bits of places; ever: showed it once */
    sim_time stored;                       /* at a server first; SIM_FOREVER: not yet */
    bool apart, apart_read;                /* counted as such */
};
struct copy {
    uint32_t letter, place, item, uid, flags, next; /* next + 1; 0: none */
    bool gone, whole;
};
struct spot {                            /* what the trace calls a folder of an actor */
    uint32_t actor, place, folder, next; /* place NOWHERE: of nobody who counts */
    bool there;                          /* FOLDER said so, or something lay in it */
};
#define NOWHERE UINT32_MAX
enum start { UNTOLD, AT_ONCE, LATER };

/* What the devices of a person showed when one of them was lost. */
struct lost_letter {
    uint32_t loss, person, letter;
    bool read;
};

struct fold {
    struct measure *m;
    const struct trace *t;
    struct intern folders;
    struct vec places, persons, items, copies, spots, lost;
    uint32_t *spot_of, *item_of, *copy_of; /* by trace name: index + 1 of the newest */
    uint32_t *size_of;                     /* by trace name: octets + 1; 0: nobody told */
    size_t names;                          /* that these have room for */
    struct vec hosts;                      /* by actor: trace name */
    struct vec starts;                     /* by actor: enum start, as uint8_t */
    uint64_t folded;                       /* records so far */
    uint64_t looked;                       /* records that `starts` knows of */
    sim_time now;
};

static inline struct place *place_at(const struct fold *f, size_t i)
{
    return vec_at(&f->places, i);
}
static inline struct person *person_at(const struct fold *f, size_t i)
{
    return vec_at(&f->persons, i);
}
static inline struct item *item_at(const struct fold *f, size_t i)
{
    return vec_at(&f->items, i);
}
static inline struct copy *copy_at(const struct fold *f, size_t i)
{
    return vec_at(&f->copies, i);
}
static inline struct spot *spot_at(const struct fold *f, size_t i)
{
    return vec_at(&f->spots, i);
}

/* In any folder of that person, on one of these devices; from this item on, towards older ones. */
bool measure_is_on(const struct fold *f, uint32_t from, uint32_t person, uint64_t devices,
                   bool read);
uint64_t measure_devices_of(const struct fold *f, uint32_t person);
/* Up to a record, which never goes back.  What is measured on the way goes into m, which is to be
 * empty at first.  The trace may grow from one call to the next: where it then says that a device
 * was not there at the beginning, everything is folded anew. */
void measure_fold_init(struct fold *f, struct measure *m, const struct trace *t);
void measure_fold_to(struct fold *f, uint64_t record);
void measure_fold_deinit(struct fold *f);
/* Writes what there is in the end. */
void measure_end(struct fold *f);

#endif
