/* measure.h - a run in the numbers that runs are compared by: folded out of its trace alone.
 * What each number means is defined in docs/compare.md. */
#ifndef MAILFLOW_UI_MEASURE_H
#define MAILFLOW_UI_MEASURE_H

#include "sim/base/intern.h"
#include "ui/cast.h"

/* All connections of one protocol, with TLS or without: "imaps" is imap. */
struct measure_protocol {
    slice name; /* "imap", "pop3", "submission", "smtp"; others as the trace calls them */
    uint64_t connections, commands, round_trips, octets_out, octets_in; /* out: by the client */
};

/* What lies in one place for one person. */
struct measure_box {
    uint64_t messages, unread, folders;
    uint64_t octets;  /* of the letters whose text is here, as their writers made them */
    uint64_t unsized; /* letters here of which nobody told the size: they add nothing to octets */
};

struct measure_device {
    slice name, person;
    bool there; /* false: it is lost */
    struct measure_box box;
    uint64_t arrived, missed; /* new letters of the INBOX that it ever showed, and never */
    sim_time median, longest; /* from the mailbox of the server to here; 0 where none arrived */
};

/* A device went, with all that it had. */
struct measure_loss {
    slice device, person;
    sim_time at;
    uint64_t had, left;           /* letters that the person's devices showed before, of these at
                                     the end */
    uint64_t read_had, read_left; /* of them those that were read, and are marked so at the end */
};

/* Somebody with at least one device. */
struct measure_person {
    slice address;
    size_t places; /* the server and the devices that are there at the end */
    struct measure_box server;
    uint64_t apart, apart_read; /* at the end: letters not in the same folder everywhere, and
                                         letters read in one place and unread in another */
    sim_time apart_for, apart_read_for; /* how long in all there was at least one */
};

struct measure {
    sim_time ended_at;
    struct measure_protocol *protocols;
    struct measure_device *devices;
    struct measure_loss *losses;
    struct measure_person *persons;
    size_t protocol_count, protocol_cap, device_count, device_cap, loss_count, loss_cap,
        person_count, person_cap;
};

/* In slices: m is there when measure_pass() says false, and then it is over; measure_stop() gives
 * up before.  The trace is complete, must have been kept at level LINES at least, and must outlive
 * the measure; the cast knows all of it.
 * from: connections that were asked for before it are not counted. */
struct measuring;
struct measuring *measure_begin(struct measure *m, const struct cast *c, sim_time from);
bool measure_pass(struct measuring *g, uint64_t records); /* about so many are looked at */
void measure_stop(struct measuring *g);
void measure_free(struct measure *m);

#endif
