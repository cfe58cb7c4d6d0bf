/* pump_tls.c - TLS between a stream and a session, in the pump's hands.
 * Below are octets, above is the same session as ever: it is told ORDER_TLS_UP or ORDER_TLS_FAILED
 * where it asked for TLS, and is not opened before TLS stands where TLS comes first (RFC 8314 3).
 * What the session says is SAID in clear and flies as ciphertext. */
#include "sim/actors/pump.h"

#include "sim/base/mem.h"

#include <assert.h>

#define PATIENCE SIM_MINUTE /* for a handshake; a session has no say while it lasts */

enum seal_state { SEAL_SHAKING, SEAL_UP, SEAL_FAILED };

struct pump_seal {
    struct tls *tls; /* NULL: the library refused */
    struct session_tls facts;
    enum seal_state state;
    size_t heard;   /* ciphertext that still counts against the window */
    size_t waiting; /* plaintext that the session has not used up */
    sim_time deadline;
};

/* ---- what is told ---- */

static struct trace_rec record(const struct pump *p, enum trace_kind kind)
{
    return (struct trace_rec){
        .at = p->actor->stage->engine->now, .actor = p->actor->id, .flow = p->flow, .kind = kind
    };
}

static void note(struct pump *p, uint64_t cause, slice topic, slice text)
{
    struct trace *t = p->actor->stage->trace;
    struct trace_rec rec = record(p, TRACE_NOTE);
    rec.cause = cause;
    rec.a = trace_name(t, topic);
    (void)trace_put_text(t, rec, text);
}

/* Taken also where nobody wants them: an endpoint keeps them as long as it is not asked. */
static void tell_secrets(struct pump *p)
{
    struct trace *t = p->actor->stage->trace;
    slice line;
    while (tls_secret(p->seal->tls, &line)) {
        (void)trace_put_text(t, record(p, TRACE_SECRET), line);
    }
}

static uint64_t tell_secured(struct pump *p)
{
    struct stage *s = p->actor->stage;
    const struct session_tls *facts = &p->seal->facts;
    struct trace_rec rec = record(p, TRACE_SECURED);
    rec.a = trace_name(s->trace, facts->version);
    rec.b = trace_name(s->trace, facts->cipher);
    buf_clear(&s->scratch);
    buf_add(&s->scratch, facts->peer);
    buf_byte(&s->scratch, '\n');
    buf_add(&s->scratch, facts->problem);
    return trace_put_text(s->trace, rec, buf_slice(&s->scratch));
}

/* ---- the wire ---- */

static void send_wire(struct pump *p)
{
    struct outq *wire = &p->actor->stage->wire;
    tell_secrets(p);
    if (wire->size > 0 && p->stream) {
        stream_send(p->stream, wire);
    }
    outq_clear(wire);
}

/* The window opens again for what the session has used up, and for what was no plaintext at all;
 * but not while nothing can be answered, or a peer that only makes us answer (RFC 8446 4.6.3)
 * would have us queue without end. */
void pump_tls_taken(struct pump *p)
{
    struct pump_seal *seal = p->seal;
    if (seal->heard > seal->waiting && p->stream && stream_room(p->stream) > 0) {
        size_t free = seal->heard - seal->waiting;
        seal->heard = seal->waiting;
        stream_taken(p->stream, free);
    }
}

void pump_tls_used(struct pump *p, size_t plain)
{
    assert(plain <= p->seal->waiting);
    p->seal->waiting -= plain;
    pump_tls_taken(p);
}

/* ---- the handshake ---- */

static void fail(struct pump *p, slice why)
{
    struct pump_seal *seal = p->seal;
    struct trace *t = p->actor->stage->trace;
    uint64_t cause = t->cause;
    bool asked = p->begun && seal->state == SEAL_SHAKING;
    struct trace_rec rec = record(p, TRACE_UNSECURED);
    rec.a = trace_name(t, why);
    seal->state = SEAL_FAILED;
    seal->facts = (struct session_tls){ .problem = why };
    t->cause = trace_put(t, rec);
    if (seal->tls) {
        send_wire(p); /* an alert */
    }
    p->peer_ended = true; /* whatever still comes is nothing that could be read */
    if (asked) {
        pump_tell(p, ORDER_TLS_FAILED, &seal->facts);
    } else if (!p->begun) {
        p->closing = true;
        if (p->stream) {
            stream_finish(p->stream);
        }
    }
    t->cause = cause;
}

static void secured(struct pump *p)
{
    struct pump_seal *seal = p->seal;
    const struct tls_facts *f = tls_facts(seal->tls);
    struct trace *t = p->actor->stage->trace;
    uint64_t cause = t->cause;
    seal->state = SEAL_UP;
    seal->facts = (struct session_tls){ .version = f->version,
                                        .cipher = f->cipher,
                                        .peer = f->peer,
                                        .problem = f->problem,
                                        .verified = f->verified };
    t->cause = tell_secured(p);
    send_wire(p);
    if (p->begun) {
        pump_tell(p, ORDER_TLS_UP, NULL);
    } else {
        pump_begin(p);
    }
    t->cause = cause;
}

/* What a real program says under TLS nobody but its peer can tell. */
static void tell_said(struct pump *p, struct chunk plain)
{
    struct trace_rec rec = record(p, TRACE_SAID);
    rec.actor = p->stream ? stream_peer(p->stream) : 0;
    rec.a = (uint32_t)plain.bytes.len;
    if (rec.actor != 0) {
        (void)trace_put_chunks(p->actor->stage->trace, rec, &plain, 1, false);
    }
}

/* false: nothing more to do before the peer says something */
static bool step(struct pump *p)
{
    struct pump_seal *seal = p->seal;
    struct chunk plain = { 0 };
    switch (tls_next(seal->tls, &p->actor->stage->wire, &plain)) {
    case TLS_SECURED:
        secured(p);
        return true;
    case TLS_PLAIN:
        send_wire(p);
        seal->waiting += plain.bytes.len;
        if (p->outside) {
            tell_said(p, plain);
        }
        pump_push(p, plain);
        return true;
    case TLS_ENDED:
        send_wire(p);
        seal->facts.ended = true;
        p->peer_ended = true;
        return true;
    case TLS_FAILED:
        fail(p, tls_facts(seal->tls)->problem);
        return false;
    case TLS_WANT_INPUT:
        break;
    }
    send_wire(p);
    return false;
}

static void work(struct pump *p)
{
    while (!p->closing && p->seal->state != SEAL_FAILED && step(p)) {
    }
}

void pump_tls_hear(struct pump *p, slice in)
{
    p->seal->heard += in.len;
    if (p->seal->state != SEAL_FAILED) {
        tls_hear(p->seal->tls, in);
        work(p);
    }
    pump_tls_taken(p);
}

static struct tls *endpoint(struct pump *p, bool server)
{
    struct actor *a = p->actor;
    struct tls_realm *realm = stage_tls(a->stage);
    struct tls_config c = { .versions = p->how->versions,
                            .flow = p->flow,
                            .unix_now = actor_unix(a) };
    if (!realm) {
        return NULL;
    }
    if (server) {
        c.identity = p->how->identity ? p->how->identity : a->ops->identity(a, p->how);
    } else {
        c.name = p->how->name;
        c.must_verify = p->how->must_verify;
    }
    return tls_new(realm, &c);
}

void pump_tls_start(struct pump *p)
{
    struct stage *s = p->actor->stage;
    uint64_t cause = s->trace->cause;
    bool server = stream_is_server(p->stream);
    struct trace_rec rec = record(p, TRACE_UPGRADE);
    assert(p->how && !p->seal);
    rec.a = server;
    rec.b = server ? 0 : trace_name(s->trace, p->how->name);
    s->trace->cause = trace_put(s->trace, rec);
    p->seal = mem_alloc(sizeof *p->seal);
    p->seal->deadline = pump_now(p) + PATIENCE;
    p->seal->tls = endpoint(p, server);
    if (!p->seal->tls) {
        fail(p, SLICE("there is no TLS here"));
    } else if (p->peer_ended) {
        fail(p, SLICE("the peer closed the connection"));
    } else {
        work(p);
    }
    s->trace->cause = cause;
}

/* RFC 3207 6: what came behind STARTTLS came in clear; whoever put it there would have it pass for
 * something said under TLS.  The same for a reply that stands behind the server's go-ahead. */
static void drop_unread(struct pump *p, slice rest)
{
    struct trace *t = p->actor->stage->trace;
    struct chunk *unread = p->in + p->in_head;
    struct blob *held = NULL;
    size_t arrived = 0, size = 0;
    for (size_t i = 0; i < p->in_count; i++) {
        arrived += unread[i].bytes.len;
    }
    if (p->feeding) {
        held = unread[0].owner;
        unread[0] = (struct chunk){ rest, NULL };
    }
    for (size_t i = 0; i < p->in_count; i++) {
        size += unread[i].bytes.len;
    }
    if (size > 0) {
        size_t used = p->feeding && rest.len == 0;
        struct trace_rec rec = record(p, TRACE_DROPPED);
        rec.a = (uint32_t)size;
        uint64_t dropped = trace_put_chunks(t, rec, unread + used, p->in_count - used, false);
        note(p, dropped, SLICE("plaintext ahead of TLS"),
             SLICE("What came in clear behind the request for TLS is thrown away: somebody on the "
                   "way may have put it there, to have it taken for protected (RFC 3207 section 6; "
                   "CVE-2011-0411)"));
    }
    blob_unref(&held);
    for (size_t i = 0; i < p->in_count; i++) {
        blob_unref(&unread[i].owner);
    }
    p->in_head = p->in_count = 0;
    p->feeding = false;
    stream_taken(p->stream, arrived);
}

void pump_tls_upgrade(struct pump *p, slice rest)
{
    static const struct session_tls gone = { .problem = SLICE_INIT("the connection is over") };
    if (p->stream) {
        drop_unread(p, rest);
        pump_tls_start(p);
    } else {
        pump_tell(p, ORDER_TLS_FAILED, &gone);
    }
}

/* ---- what is said, and the end ---- */

void pump_tls_send(struct pump *p, struct outq *plain)
{
    tls_say(p->seal->tls, plain, &p->actor->stage->wire);
    send_wire(p);
}

void pump_tls_finish(struct pump *p)
{
    struct pump_seal *seal = p->seal;
    if (seal->state == SEAL_UP) {
        tls_finish(seal->tls, &p->actor->stage->wire);
        send_wire(p);
    }
}

/* The stream's end without the word for it: RFC 8446 6.1 calls that a truncation. */
void pump_tls_ended(struct pump *p)
{
    struct pump_seal *seal = p->seal;
    if (network_host_is_down(p->actor->stage->net, p->actor->id)) {
        seal->state = SEAL_FAILED; /* without power it notices nothing */
    } else if (seal->state == SEAL_SHAKING) {
        fail(p, SLICE("the connection ended in the middle of the handshake"));
    } else if (seal->state == SEAL_UP && !seal->facts.ended && !p->closing) {
        note(p, 0, SLICE("cut short"),
             SLICE("The connection ends without close_notify: whether all was heard that the peer "
                   "said, nobody knows (RFC 8446 section 6.1)"));
    }
}

bool pump_tls_shaking(const struct pump *p)
{
    return p->seal->state == SEAL_SHAKING;
}

bool pump_tls_failed(const struct pump *p)
{
    return p->seal->state == SEAL_FAILED;
}

sim_time pump_tls_deadline(const struct pump *p)
{
    return p->seal->deadline;
}

void pump_tls_late(struct pump *p)
{
    fail(p, SLICE("the handshake takes too long"));
}

const struct session_tls *pump_tls_facts(const struct pump *p)
{
    return p->seal->state == SEAL_UP ? &p->seal->facts : NULL;
}

void pump_tls_free(struct pump *p)
{
    tls_free(p->seal->tls);
    mem_free(p->seal);
}

const struct session_tls *pump_tls(const struct pump *p)
{
    return p->seal && p->seal->state != SEAL_SHAKING ? &p->seal->facts : NULL;
}
