/* pop3_client.h - the client session's insides, shared by its files and nobody else. */
#ifndef MAILFLOW_PROTO_POP3_CLIENT_H
#define MAILFLOW_PROTO_POP3_CLIENT_H

#include "sim/proto/dots.h"
#include "sim/proto/line.h"
#include "sim/proto/pop3_list.h"
#include "sim/proto/sasl.h"

/* The reply that is being waited for. */
enum pop3_waits {
    C_GREETING,
    C_CAPA,
    C_CAPA_LINES,
    C_STLS,
    C_TLS, /* the server is ready; the host puts TLS below */
    C_AUTH,
    C_APOP,
    C_USER,
    C_PASS,
    C_STAT,
    C_UIDL,
    C_UIDL_LINES,
    C_LIST,
    C_LIST_LINES,
    C_CHOOSE, /* none: the host is being asked about a message */
    C_NAME,   /* TOP n 0, for its Message-ID */
    C_TOP,
    C_RETR,
    C_TEXT, /* the text behind one of these three */
    C_DELE,
    C_QUIT,
    C_DONE
};

/* Replies that may be due at a time: few enough that what we say fits into any window while the
 * server waits for us to read (RFC 2449 6.6). */
#define POP3_WINDOW 64

struct pop3_due {
    enum pop3_waits waits;
    uint32_t at; /* index in list */
};
enum pop3_asking { ASK_NOTHING, ASK_LISTED, ASK_MESSAGE };

struct pop3_client {
    const struct pop3_client_config *config;
    struct line_reader lines;
    enum pop3_waits state; /* the first due reply's, or the part of it that comes now */
    struct pop3_due due[POP3_WINDOW];
    uint32_t due_at, due_count; /* a ring */
    enum pop3_asking asking;
    bool eof, fed, quit_asked, quit_said;
    bool over;        /* DONE or FAILED has been told; QUIT may still go on */
    bool secured;     /* TLS is below */
    bool upgrade_due; /* STEP_UPGRADE is the next step */
    bool tls_failed;
    bool choosing;   /* the listings are read */
    bool by_header;  /* UIDL is not to be had, and letters are known by their headers */
    bool heard_capa; /* what is not in `offered` is not there */
    bool challenged; /* in this AUTH */
    uint8_t tried;   /* enum sasl_mechanism, bits */
    struct pop3_offered offered;
    struct sasl_client *sasl; /* during AUTH */
    struct buf stamp;         /* of the greeting; empty: there is none */
    size_t next;              /* index in list of the message about which the host is asked next */
    size_t about;             /* of the one about which it is asked now */
    struct pop3_list list;
    struct pop3_listed listed; /* what `detail` shows */
    struct pop3_failed failed; /* likewise */
    struct message *message;   /* being received, or shown */
    struct dot_reader reader;
    struct buf problem; /* why TLS failed, until that is told */
    sim_time active_at;
};

/* In each, true means that *ev_r is filled; its text is borrowed from the line. */
bool pop3_plan_line(struct pop3_client *c, struct outq *out, slice line,
                    struct session_event *ev_r);
bool pop3_plan_in_lines(const struct pop3_client *c); /* in a listing, which has no status lines */
bool pop3_plan_text_ended(struct pop3_client *c, struct session_event *ev_r); /* C_TEXT */
/* Can the next message be dealt with, or QUIT be said, before anything more is read? */
bool pop3_plan_may_choose(const struct pop3_client *c);
bool pop3_plan_choose(struct pop3_client *c, struct outq *out, struct session_event *ev_r);
/* FAILED, told once; then goes on to C_DONE, or where `then` is C_QUIT to that, which is said. */
bool pop3_plan_fail(struct pop3_client *c, slice text, enum pop3_waits then,
                    struct session_event *ev_r);
void pop3_plan_wish(struct pop3_client *c, struct outq *out, uint16_t wish);
void pop3_plan_logged_in(struct pop3_client *c, struct outq *out);

/* Saying, a line each; the reply is due behind those that are. */
void pop3_say(struct pop3_client *c, struct outq *out, slice command, enum pop3_waits waits);
/* A name or password out of a scenario must not become a second command. */
void pop3_say_text(struct pop3_client *c, struct outq *out, slice keyword, slice argument,
                   enum pop3_waits waits);
void pop3_say_quit(struct pop3_client *c, struct outq *out);

/* pop3_enter.c: up to being logged in. */
void pop3_enter_greeted(struct pop3_client *c, struct outq *out, slice words);
void pop3_enter_secured(struct pop3_client *c, struct outq *out); /* the server is asked anew */
void pop3_enter_capability(struct pop3_client *c, slice line);
/* All that CAPA tells is known. */
bool pop3_enter_capable(struct pop3_client *c, struct outq *out, struct session_event *ev_r);
bool pop3_enter_no_tls(struct pop3_client *c, struct outq *out, slice line,
                       struct session_event *ev_r); /* STLS was refused */
void pop3_enter_log_in(struct pop3_client *c, struct outq *out);
void pop3_enter_challenged(struct pop3_client *c, struct outq *out, slice challenge);
bool pop3_enter_authenticated(struct pop3_client *c, struct outq *out, slice line,
                              struct session_event *ev_r);
bool pop3_enter_unauthenticated(struct pop3_client *c, struct outq *out, slice line,
                                struct session_event *ev_r);
/* Of "-ERR [CODE] ...". */
enum pop3_code pop3_enter_code(const struct pop3_client *c, slice line);

#endif
