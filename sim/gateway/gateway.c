/* gateway.c - the loop: the world's time follows the clock on the wall, and real programs are
 * heard at the moment at which they speak.  See gateway.h. */
#include "sim/gateway/gateway.h"

#include "sim/base/mem.h"
#include "sim/gateway/internal.h"

#include <assert.h>
#include <signal.h>
#include <sys/resource.h>

#define EVENTS_A_TURN 20000          /* then the sockets are looked at again */
#define BEHIND_MAX    (100 * SIM_MS) /* on the wall; then the world's time is late for good */
#define JUMP_LEAST    (200 * SIM_MS) /* on the wall; what is shorter is waited for */
#define SWEEP_MS      1000
#define PARTING_NS    SIM_SECOND
#define FILES_SPARE   64

const struct gateway_counts *gateway_counts(const struct gateway *g)
{
    return &g->counts;
}

uint64_t gateway_uptime(const struct gateway *g)
{
    return uv_hrtime() - g->began;
}

size_t gateway_doors(const struct gateway *g, const struct gateway_door **doors_r)
{
    *doors_r = g->rows;
    return g->row_count;
}

/* ---- time */

void gateway_catch_up(struct gateway *g)
{
    uint64_t wall = uv_hrtime();
    sim_time to = pace_sim(&g->pace, wall);
    g->world.stage->wall.now = wall - g->began;
    g->behind = !g->world.advance(g->world.self, to, EVENTS_A_TURN);
    if (g->behind && wall > pace_wall(&g->pace, g->engine->now) + BEHIND_MAX) {
        pace_meet(&g->pace, wall, g->engine->now);
    }
}

/* Where time may be jumped to: nobody is here, and nothing happens for a while. */
static bool may_jump(const struct gateway *g, sim_time *next_r)
{
    return g->config.jump && g->counts.open == 0 && engine_next(g->engine, next_r) &&
           pace_wall(&g->pace, *next_r) > uv_hrtime() + JUMP_LEAST;
}

static void on_alarm(uv_timer_t *timer)
{
    (void)timer; /* only wakes the loop */
}

/* Sleeps until the next event, somebody at a door, or the end of the caller's patience. */
static void look_outside(struct gateway *g, uint64_t patience_ms)
{
    sim_time next;
    uint64_t wall = uv_hrtime();
    if (g->behind || may_jump(g, &next)) {
        patience_ms = 0;
    } else if (engine_next(g->engine, &next)) {
        uint64_t due = pace_wall(&g->pace, next);
        uint64_t wait = due > wall ? (due - wall + SIM_MS - 1) / SIM_MS : 0;
        patience_ms = wait < patience_ms ? wait : patience_ms;
    }
    uv_update_time(&g->loop);
    if (patience_ms > 0) {
        (void)uv_timer_start(&g->alarm, on_alarm, patience_ms, patience_ms);
    }
    /* An alarm that is due already rings before the sleep and does not end it: so it rings again,
     * and where there is nothing to wait for there is no sleep. */
    (void)uv_run(&g->loop, patience_ms > 0 ? UV_RUN_ONCE : UV_RUN_NOWAIT);
}

bool gateway_turn(struct gateway *g, uint64_t patience_ms)
{
    if (g->stopping) {
        return false;
    }
    sim_time next;
    if (may_jump(g, &next)) {
        pace_meet(&g->pace, uv_hrtime(), next);
    }
    gateway_catch_up(g);
    look_outside(g, patience_ms);
    gateway_catch_up(g);
    return !g->stopping;
}

static void on_input(uv_poll_t *poll, int status, int events)
{
    struct gateway *g = poll->data;
    (void)status;
    (void)events;
    g->has_input = true;
    (void)uv_poll_stop(poll); /* until it was read */
}

void gateway_watch_input(struct gateway *g, int fd)
{
    if (!g->input.data && uv_poll_init(&g->loop, &g->input, fd) == 0) {
        g->input.data = g;
    }
    if (g->input.data) {
        (void)uv_poll_start(&g->input, UV_READABLE, on_input);
    }
}

bool gateway_has_input(struct gateway *g)
{
    bool has = g->has_input;
    g->has_input = false;
    if (has) {
        (void)uv_poll_start(&g->input, UV_READABLE, on_input);
    }
    return has;
}

static void on_sweep(uv_timer_t *timer)
{
    struct gateway *g = timer->data;
    gateway_catch_up(g);
    visits_sweep(g);
    callers_sweep(g);
    servers_sweep(g);
}

/* ---- the end */

void gateway_stop(struct gateway *g)
{
    g->stopping = true;
    uv_stop(&g->loop);
}

static void on_signal(uv_signal_t *signal, int number)
{
    (void)number;
    gateway_stop(signal->data);
}

void gateway_close(struct gateway *g)
{
    g->stopping = true;
    doors_close(g);
    gateway_catch_up(g);
    visits_leave(g);
    for (uint64_t until = uv_hrtime() + PARTING_NS; g->visits.in_use > 0 && uv_hrtime() < until;) {
        look_outside(g, 20);
        gateway_catch_up(g);
    }
    visits_drop(g);
}

static void close_any(uv_handle_t *handle, void *unused)
{
    (void)unused;
    if (!uv_is_closing(handle)) {
        uv_close(handle, NULL);
    }
}

void gateway_free(struct gateway *g)
{
    if (!g) {
        return;
    }
    doors_close(g);
    visits_drop(g);
    servers_drop(g);
    uv_walk(&g->loop, close_any, NULL);
    while (uv_run(&g->loop, UV_RUN_DEFAULT) != 0) {
        ; /* a stop that nobody has seen yet ends the first */
    }
    int open = uv_loop_close(&g->loop);
    assert(open == 0);
    for (size_t i = 0; i < g->door_count; i++) {
        mem_free(g->doors[i]);
    }
    mem_free(g->doors);
    mem_free(g->rows);
    mem_free(g->free_hosts);
    pool_deinit(&g->visits);
    pool_deinit(&g->writes);
    callers_deinit(g);
    servers_end(g);
    outq_deinit(&g->out);
    mem_free(g);
}

/* ---- the beginning */

/* As many open files as this process may have; what is left beside our own needs is for visits. */
static uint32_t connections_possible(uint32_t wanted)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0) {
        return wanted;
    }
    rlim_t need = (rlim_t)wanted + FILES_SPARE;
    if (files.rlim_cur < need && files.rlim_cur != files.rlim_max) {
        files.rlim_cur = files.rlim_max < need ? files.rlim_max : need;
        (void)setrlimit(RLIMIT_NOFILE, &files);
        (void)getrlimit(RLIMIT_NOFILE, &files);
    }
    if (files.rlim_cur >= need) {
        return wanted;
    }
    return files.rlim_cur > FILES_SPARE ? (uint32_t)files.rlim_cur - FILES_SPARE : 1;
}

static void heed_signals(struct gateway *g)
{
    g->interrupt.data = g->terminate.data = g;
    (void)uv_signal_init(&g->loop, &g->interrupt);
    (void)uv_signal_init(&g->loop, &g->terminate);
    (void)uv_signal_start(&g->interrupt, on_signal, SIGINT);
    (void)uv_signal_start(&g->terminate, on_signal, SIGTERM);
}

struct gateway *gateway_new(const struct gateway_config *c, const struct gateway_world *w)
{
    struct gateway *g = mem_alloc(sizeof *g);
    g->config = *c;
    g->world = *w;
    g->net = w->stage->net;
    g->trace = w->stage->trace;
    g->engine = w->stage->engine;
    uint32_t wanted = c->connections_max > 0 ? c->connections_max : GATEWAY_CONNECTIONS;
    g->config.connections_max = connections_possible(wanted);
    int status = uv_loop_init(&g->loop);
    assert(status == 0);
    pool_init(&g->visits, sizeof(struct visit));
    pool_init(&g->writes, sizeof(struct writing));
    callers_init(g);
    servers_begin(g);
    outq_init(&g->out);
    (void)signal(SIGPIPE, SIG_IGN); /* a program that has gone is an error of its socket */
    if (c->signals) {
        heed_signals(g);
    }
    g->alarm.data = g->sweep.data = g;
    (void)uv_timer_init(&g->loop, &g->alarm);
    (void)uv_timer_init(&g->loop, &g->sweep);
    (void)uv_timer_start(&g->sweep, on_sweep, SWEEP_MS, SWEEP_MS);
    g->began = uv_hrtime();
    w->stage->wall = (struct stage_wall){ .ppm = c->speed_ppm };
    g->pace = (struct pace){ .ppm = c->speed_ppm, .wall = g->began, .sim = g->engine->now };
    return g;
}

bool gateway_open(struct gateway *g, struct err *err_r)
{
    bool ok = doors_open(g, err_r);
    pace_meet(&g->pace, uv_hrtime(), g->engine->now);
    return ok;
}
