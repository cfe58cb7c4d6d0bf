/* internal.h - what the files of this room share.  Nobody else includes it.
 * Whatever is called by libuv begins with gateway_catch_up(): the loop may have slept, and what a
 * real program does belongs to the moment at which it does it. */
#ifndef MAILFLOW_GATEWAY_INTERNAL_H
#define MAILFLOW_GATEWAY_INTERNAL_H

#include "sim/gateway/gateway.h"
#include "sim/net/idmap.h"

#include <uv.h>

#define READ_MAX   ((size_t)64 * 1024)
#define STALLED_NS (60 * SIM_SECOND) /* a reader that takes nothing of what waits for it */
/* While so many octets wait for all readers together nobody may be that slow. */
#define CROWDED    ((uint64_t)64 * 1024 * 1024)
#define CROWDED_NS (5 * SIM_SECOND)
#define LINGER_NS  (10 * SIM_SECOND) /* who does not go after the server has */
#define IDLE_NS    (45 * SIM_MINUTE) /* above the longest patience of a server (IMAP: 30 min) */
#define BACKLOG    1024

/* What is known of a server port: names, and how one says that there is no room. */
struct service {
    uint16_t port;
    const char *name;     /* of the port: "submission" */
    const char *protocol; /* of the dialogue: "smtp" */
    bool tls;             /* from the first octet: no words before */
    const char *full, *goodbye;
};
const struct service *service_of(uint16_t port); /* NULL: not a port that is opened */

struct door {
    struct gateway *gateway;
    const struct service *service;
    size_t index; /* of its row in gateway.rows */
    union {
        uv_handle_t handle;
        uv_tcp_t tcp;
        uv_udp_t udp;
    } at[2]; /* 127.0.0.1 and, where the machine has it, ::1 */
    bool is_open[2];
};

/* A real connection and its stream. */
struct visit {
    pool_id id;
    struct gateway *gateway;
    const struct service *service;
    uv_stream_t *in, *out; /* both the socket, but with --stdio */
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
        uv_tty_t tty;
    } at[2]; /* the second with --stdio only */
    uint32_t open_handles;
    int file_in, file_out; /* with --stdio, where it is a file; else -1 */
    uv_shutdown_t shutdown;
    uv_connect_t connect;   /* to a real server */
    struct stream *stream;  /* NULL: over */
    host_id host;           /* who speaks in the trace with its voice */
    bool counted;           /* among those that are open */
    bool is_visitor;        /* the host is to be given back */
    bool is_stdio;          /* its end is the program's */
    bool is_server;         /* a real server stands behind the host */
    bool opened, connected; /* the stream; the socket */
    uint64_t cause;         /* the record that it answers to: what it was last told */
    size_t writing;         /* octets of the stream that the socket has not taken yet */
    uint64_t moved_at;      /* wall: an octet came or went */
    uint64_t wrote_at;      /* wall: the socket took some, or nothing waits */
    uint64_t ended_at;      /* wall: the other side said its last; 0: not yet */
    bool heard_end;         /* FIN of the real program */
    bool said_end;          /* FIN to it, all before it written */
    bool closing;           /* uv_close was called */
    bool upgraded;          /* its TLS is in the trace */
};

struct writing { /* a chunk of the stream that the socket did not take at once */
    uv_write_t request;
    pool_id id, visit;
    struct gateway *gateway;
    struct blob *owner;
    size_t len;
};

struct server { /* a host behind which a real one stands */
    struct gateway *gateway;
    host_id host;
};

struct gateway {
    struct gateway_config config;
    struct gateway_world world;
    struct network *net;
    struct trace *trace;
    struct engine *engine;
    uv_loop_t loop;
    uv_timer_t alarm; /* the next event of the world, or the end of patience */
    uv_timer_t sweep; /* looks after those who do not move */
    uv_signal_t interrupt, terminate;
    uv_poll_t input; /* a person's keys */
    bool has_input;
    int out_problem; /* of standard output, with --stdio; libuv's status */
    struct pace pace;
    uint64_t began;
    bool stopping, behind;
    struct door **doors;
    size_t door_count, door_cap;
    struct gateway_door *rows;
    size_t row_count, row_cap;
    struct pool visits, writes, callers;
    struct pool asks;
    struct server *servers;
    size_t server_count;
    host_id caller_host; /* who sends the datagrams of real programs; 0: nobody yet */
    struct gateway_counts counts;
    uint64_t writing; /* octets of all visits that their sockets have not taken yet */
    struct outq out;  /* for the length of a call */
    /* visitors that nobody uses */
    host_id *free_hosts;
    size_t free_count, free_cap;
    uint32_t visitor_number, visitor_ip; /* of the newest */
    char in[READ_MAX];                   /* what was read, for the length of a call */
};

/* gateway.c */
void gateway_catch_up(struct gateway *g);
/* doors.c */
bool service_is_open(const struct gateway *g, host_id host, uint16_t port); /* TCP */
bool doors_open(struct gateway *g, struct err *err_r);
void doors_close(struct gateway *g);
/* visitors.c */
host_id visitor_new(struct gateway *g, const struct host_ops *ops, void *user);
host_id visitor_take(struct gateway *g);
void visitor_give_back(struct gateway *g, host_id host);
/* callers.c */
void callers_init(struct gateway *g);
void callers_deinit(struct gateway *g);
int callers_listen(struct door *d, int family, const struct sockaddr *address); /* libuv's status */
void callers_sweep(struct gateway *g);
/* servers.c */
void servers_begin(struct gateway *g);
void servers_end(struct gateway *g);
void servers_sweep(struct gateway *g);
void servers_drop(struct gateway *g); /* at once */
/* visit.c */
extern const struct stream_ops visit_ops;
void visit_listen(struct visit *v); /* when both sides stand: what it says goes into the stream */
void visit_say(struct visit *v, slice words); /* not the server's: of refusing and parting */
void visit_hear_end(struct visit *v);
void visit_say_end(struct visit *v);
void visit_break_off(struct visit *v);         /* both sides, at once */
void visit_close(struct visit *v, bool reset); /* the socket; the visit is gone later */
/* visits.c */
struct visit *visit_new(struct gateway *g, const struct service *service);
void visit_socket(struct visit *v); /* gives it one */
void visit_count(struct visit *v);
void visit_enter(struct visit *v, host_id server, uint16_t port); /* as a visitor */
void visit_begin(struct door *d, uv_stream_t *listener);
void visits_sweep(struct gateway *g);
void visits_leave(struct gateway *g); /* goodbye */
void visits_drop(struct gateway *g);  /* at once */

#endif
