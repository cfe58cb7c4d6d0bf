/* dns_calls.c - who waits for what on which connection to a DNS server. */
#include "sim/actors/dns_calls.h"

#include "sim/base/mem.h"
#include "sim/proto/dns_stream.h"

#include <assert.h>
#include <string.h>

/* RFC 7766 6.2.3 wants idle connections closed, 6.2.1 wants them used again: this is how long the
 * next question of a letter's way may take to come. */
#define IDLE     (2 * SIM_SECOND)
#define OPEN_MAX 512 /* who has so much to ask takes another connection besides */

struct waiting {
    uint64_t user, cause;
    sim_time asked;
    struct blob *query; /* NULL: it is sent */
    uint16_t id;
};
struct call {
    pool_id pump;
    uint32_t ip;
    bool ready;  /* the connection stands */
    bool over;   /* it takes no more questions */
    bool served; /* a question was answered on it */
    sim_time heard;
    struct waiting *waiting; /* in the order of asking */
    size_t count, cap;
};

static struct call *call_of(const struct dns_calls *c, pool_id id)
{
    return c->pool ? pool_get(c->pool, id) : NULL;
}

static uint16_t id_of(slice message)
{
    const uint8_t *u = (const uint8_t *)message.ptr;
    return (uint16_t)(message.len < 2 ? 0 : u[0] << 8 | u[1]);
}

static void free_call(struct dns_calls *c, pool_id id)
{
    struct call *call = call_of(c, id);
    for (size_t i = 0; i < call->count; i++) {
        blob_unref(&call->waiting[i].query);
    }
    mem_free(call->waiting);
    pool_free(c->pool, id);
}

void dns_calls_drop(struct dns_calls *c)
{
    uint32_t at = 0;
    pool_id id;
    while (c->pool && pool_each(c->pool, &at, &id)) {
        free_call(c, id);
    }
}

void dns_calls_deinit(struct dns_calls *c)
{
    dns_calls_drop(c);
    if (c->pool) {
        pool_deinit(c->pool);
        mem_free(c->pool);
        c->pool = NULL;
    }
}

/* ---- asking ---- */

static struct pump *pump_in_use(const struct dns_calls *c, const struct call *call)
{
    struct pump *p = pump_by_id(c->self->stage, call->pump);
    return p && !pump_is_closing(p) ? p : NULL;
}

static pool_id connect(struct dns_calls *c, uint32_t ip)
{
    static const struct dns_stream_config config = { .idle = IDLE };
    static const struct pump_service service = { .ops = &dns_stream_client, .config = &config };
    pool_id id;
    struct call *call = pool_new(c->pool, &id);
    call->ip = ip;
    call->pump = pump_id(pump_connect(c->self, ip, DNS_PORT, SLICE("dns"), &service, id));
    return id;
}

pool_id dns_calls_to(struct dns_calls *c, uint32_t ip, uint32_t *flow_r)
{
    uint32_t at = 0;
    pool_id id;
    const struct call *call;
    if (!c->pool) {
        c->pool = mem_alloc(sizeof *c->pool);
        pool_init(c->pool, sizeof(struct call));
    }
    while ((call = pool_each(c->pool, &at, &id))) {
        if (call->ip == ip && !call->over && call->count < OPEN_MAX && pump_in_use(c, call)) {
            break;
        }
    }
    id = call ? id : connect(c, ip);
    *flow_r = pump_flow(pump_by_id(c->self->stage, call_of(c, id)->pump));
    return id;
}

bool dns_calls_has(const struct dns_calls *c, pool_id id, uint16_t message)
{
    const struct call *call = call_of(c, id);
    for (size_t i = 0; call && i < call->count; i++) {
        if (call->waiting[i].id == message) {
            return true;
        }
    }
    return false;
}

void dns_calls_ask(struct dns_calls *c, pool_id id, slice query, uint64_t user)
{
    const struct stage *s = c->self->stage;
    struct call *call = call_of(c, id);
    assert(call && !dns_calls_has(c, id, id_of(query)));
    call->waiting = mem_grow(call->waiting, call->count, &call->cap, sizeof *call->waiting);
    call->waiting[call->count++] = (struct waiting){ .user = user,
                                                     .cause = s->trace->cause,
                                                     .asked = s->engine->now,
                                                     .query = call->ready ? NULL : blob_new(query),
                                                     .id = id_of(query) };
    if (call->ready) {
        pump_tell(pump_by_id(s, call->pump), DNS_STREAM_ASK, &query);
    }
}

/* The connection stands: all that was asked so far goes together, because of who asked first. */
static void send_all(const struct dns_calls *c, struct call *call, struct pump *p)
{
    call->ready = true;
    if (call->count > 0) {
        c->self->stage->trace->cause = call->waiting[0].cause;
    }
    for (size_t i = 0; i < call->count; i++) {
        slice query = blob_slice(call->waiting[i].query);
        pump_tell(p, DNS_STREAM_ASK, &query);
        blob_unref(&call->waiting[i].query);
    }
}

/* ---- the end of a question ---- */

static size_t place_of(const struct call *call, uint64_t user)
{
    size_t at = 0;
    while (at < call->count && call->waiting[at].user != user) {
        at++;
    }
    assert(at < call->count);
    return at;
}

static void take_out(struct call *call, size_t at)
{
    blob_unref(&call->waiting[at].query);
    call->count--;
    memmove(call->waiting + at, call->waiting + at + 1, (call->count - at) * sizeof *call->waiting);
}

static void close_if_useless(const struct dns_calls *c, const struct call *call)
{
    struct pump *p = call->over && call->count == 0 && call->ready ? pump_in_use(c, call) : NULL;
    if (p) {
        pump_tell(p, ORDER_QUIT, NULL);
    }
}

void dns_calls_leave(struct dns_calls *c, pool_id id, uint64_t user)
{
    struct call *call = call_of(c, id);
    if (call) {
        size_t at = place_of(call, user);
        call->over = call->over || call->heard <= call->waiting[at].asked;
        take_out(call, at);
        close_if_useless(c, call);
    }
}

void dns_calls_done(struct dns_calls *c, pool_id id, uint64_t user)
{
    struct call *call = call_of(c, id);
    if (call) {
        call->served = true;
        call->heard = c->self->stage->engine->now;
        take_out(call, place_of(call, user));
        close_if_useless(c, call);
    }
}

/* ---- what the session says ---- */

bool dns_calls_heard(struct dns_calls *c, struct pump *p, const struct session_event *ev,
                     uint64_t *user_r)
{
    struct call *call = call_of(c, pump_user(p));
    if (!call) {
        pump_tell(p, ORDER_QUIT, NULL); /* the host was off in between */
        return false;
    }
    if (ev->kind == DNS_STREAM_READY) {
        send_all(c, call, p);
        close_if_useless(c, call);
        return false;
    }
    for (size_t i = 0; i < call->count && ev->text.len >= 2; i++) {
        if (call->waiting[i].id == id_of(ev->text)) {
            *user_r = call->waiting[i].user;
            return true;
        }
    }
    return false; /* whose asker has given up */
}

bool dns_calls_lost(struct dns_calls *c, const struct pump *p, uint64_t *user_r, bool *served_r)
{
    struct call *call = call_of(c, pump_user(p));
    if (!call) {
        return false;
    }
    call->over = true; /* who asks again takes a new one */
    if (call->count == 0) {
        free_call(c, pump_user(p));
        return false;
    }
    *user_r = call->waiting[0].user;
    *served_r = call->served;
    take_out(call, 0);
    return true;
}
