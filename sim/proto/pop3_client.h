/* pop3_client.h - the client session's insides, shared by its two files and nobody else. */
#ifndef MAILFLOW_PROTO_POP3_CLIENT_H
#define MAILFLOW_PROTO_POP3_CLIENT_H

#include "sim/proto/dots.h"
#include "sim/proto/line.h"
#include "sim/proto/pop3_list.h"

/* The reply that is being waited for. */
enum pop3_waits {
    C_GREETING,
    C_CAPA,
    C_CAPA_LINES,
    C_STLS,
    C_TLS, /* the server is ready; the host puts TLS below */
    C_USER,
    C_PASS,
    C_STAT,
    C_UIDL,
    C_UIDL_LINES,
    C_LIST,
    C_LIST_LINES,
    C_CHOOSE, /* none: the host is being asked about a message */
    C_RETR,
    C_TEXT,
    C_KEEP_OR_DELETE, /* none: the host has the message */
    C_DELE,
    C_QUIT,
    C_DONE
};

struct pop3_client {
    const struct pop3_client_config *config;
    struct line_reader lines;
    enum pop3_waits state;
    bool asking, eof, fed, quit_asked;
    bool over;        /* DONE or FAILED has been told; QUIT may still go on */
    bool may_uidl;    /* until CAPA says otherwise */
    bool may_stls;    /* CAPA says so */
    bool secured;     /* TLS is below */
    bool upgrade_due; /* STEP_UPGRADE is the next step */
    size_t at;        /* index in list of the message being handled */
    struct pop3_list list;
    struct pop3_listed listed; /* what `detail` shows */
    struct message *message;   /* being received, or shown */
    struct dot_reader reader;
    struct buf problem; /* why TLS failed, until that is told */
    bool tls_failed;
    sim_time active_at;
};

/* In each, true means that *ev_r is filled; its text is borrowed from the line. */
bool pop3_plan_line(struct pop3_client *c, struct outq *out, slice line,
                    struct session_event *ev_r);
bool pop3_plan_in_lines(const struct pop3_client *c); /* in a listing, which has no status lines */
/* C_CHOOSE: asks about the next message; false: there is none, and QUIT is said. */
bool pop3_plan_choose(struct pop3_client *c, struct outq *out, struct session_event *ev_r);
/* Shows the message being handled; all kinds but POP3_EV_REFUSED ask. */
void pop3_plan_show(struct pop3_client *c, struct session_event *ev_r, uint16_t kind);
/* TLS is up: the server is asked anew. */
void pop3_plan_secured(struct pop3_client *c, struct outq *out);
/* FAILED, told once; then goes on to that state. */
bool pop3_plan_fail(struct pop3_client *c, slice text, enum pop3_waits then,
                    struct session_event *ev_r);
void pop3_plan_wish(struct pop3_client *c, struct outq *out, enum pop3_wish wish);

#endif
