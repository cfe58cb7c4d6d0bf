/* pump_lab.h - two actors with a line between them, and a dialogue of words that knows just enough
 * to try the pump and its TLS: no protocol, no scenario.
 *
 * The server greets with "hello", answers each word with "heard WORD", "tls" with "go" (then it
 * asks for TLS), "much" with a lot, and "bye" by closing.  The client says its words one after the
 * other, each when the one before was answered; "+" ties two into one flight. */
#ifndef MAILFLOW_TESTS_PUMP_LAB_H
#define MAILFLOW_TESTS_PUMP_LAB_H

#include "sim/actors/actor.h"
#include "tests/lib/stranger.h"

#define PUMP_LAB_PORT 4000
#define PUMP_LAB_MUCH 600000 /* octets: more than two windows */

struct lab_side {
    struct session_tls facts; /* as the session had them; version empty: never */
    struct buf heard;         /* words, each followed by a blank; "much" for a whole heap */
    struct buf problem;       /* of ORDER_TLS_FAILED */
    uint32_t opened, ended, failed;
    enum trace_why why;
    bool tls_at_open;
};

struct lab_config { /* of a session */
    struct pump_lab *lab;
    struct lab_side *side;
    bool server;
    bool slow;    /* takes a second for each word */
    bool injects; /* says more behind "go" */
    const char *words;
};

struct pump_lab {
    struct trace trace;
    struct engine engine;
    struct network *net;
    struct arena arena;
    struct stage stage;
    struct actor *client, *server;
    uint32_t link, server_ip;
    struct pump_tls client_tls, server_tls;
    struct lab_config client_config, server_config;
    struct lab_side client_side, server_side;
    bool plain; /* services have no TLS */
    enum tls_fault fault;
};

void pump_lab_init(struct pump_lab *l, uint64_t seed, struct link_config link);
void pump_lab_deinit(struct pump_lab *l);
struct pump *pump_lab_call(struct pump_lab *l, const char *words);
void pump_lab_run(struct pump_lab *l, sim_time until);
size_t pump_lab_records(const struct pump_lab *l, enum trace_kind kind, const struct actor *by);
/* The first such record of that actor; its payload in scratch. */
slice pump_lab_text(const struct pump_lab *l, enum trace_kind kind, const struct actor *by,
                    struct buf *scratch);

#endif
