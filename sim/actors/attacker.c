/* attacker.c - who takes the offer of TLS out of what servers say: SMTP (RFC 3207 4), POP3 (RFC
 * 2595 4), IMAP (RFC 9051 6.2.1).
 * Knows of each protocol where the offer stands.  A word that comes in two flights is spoilt by
 * overwriting what is left of it, for what has gone on cannot be changed any more.
 * Not done: an IMAP letter fetched in plain text whose own lines look like a CAPABILITY response
 * is changed as well. */
#include "sim/actors/attacker.h"

#include "sim/base/buf.h"
#include "sim/base/mem.h"

#include <string.h>

#define LINE_MAX_OCTETS 2048 /* beyond that no offer is looked for */

struct attacker_flow {
    uint32_t flow;
    bool sealed; /* TLS was begun all the same */
    bool asked;  /* POP3: the client's last word was CAPA */
    bool long_line;
    struct buf line; /* that the server has not ended yet, as it went on */
};

static const struct offer {
    uint16_t port;
    bool asked;    /* only in an answer to CAPA: a letter may have such a line, too */
    size_t column; /* the word stands there, and nowhere else; `behind` not empty: anywhere */
    slice behind;  /* that is behind these */
    slice word;
} offers[] = {
    { 25, false, 4, SLICE_INIT(""), SLICE_INIT("STARTTLS") }, /* "250-" or "250 " */
    { 587, false, 4, SLICE_INIT(""), SLICE_INIT("STARTTLS") },
    { 110, true, 0, SLICE_INIT(""), SLICE_INIT("STLS") },
    { 143, false, 0, SLICE_INIT("CAPABILITY "), SLICE_INIT("STARTTLS") },
};

static const struct offer *offer_of(uint16_t port)
{
    for (size_t i = 0; i < COUNT(offers); i++) {
        if (offers[i].port == port) {
            return &offers[i];
        }
    }
    return NULL;
}

/* ---- what is remembered of each connection ---- */

static struct attacker_flow *flow_of(struct attacker *a, uint32_t flow)
{
    for (size_t i = 0; i < a->count; i++) {
        if (a->flows[i].flow == flow) {
            return &a->flows[i];
        }
    }
    a->flows = mem_grow(a->flows, a->count, &a->cap, sizeof *a->flows);
    struct attacker_flow *f = &a->flows[a->count++];
    *f = (struct attacker_flow){ .flow = flow };
    buf_init(&f->line);
    return f;
}

static void over(void *user, uint32_t flow)
{
    struct attacker *a = user;
    for (size_t i = 0; i < a->count; i++) {
        if (a->flows[i].flow == flow) {
            buf_deinit(&a->flows[i].line);
            a->flows[i] = a->flows[--a->count];
            return;
        }
    }
}

/* ---- lines ---- */

/* Where the offer stands in a line; SLICE_NONE: nowhere. */
static size_t find_offer(const struct offer *o, slice line)
{
    if (o->behind.len == 0) {
        return slice_starts_nocase(slice_from(line, o->column), o->word) ? o->column : SLICE_NONE;
    }
    size_t list = slice_find_nocase(line, o->behind);
    size_t at =
        list == SLICE_NONE ? SLICE_NONE : slice_find_nocase(slice_from(line, list), o->word);
    return at == SLICE_NONE ? SLICE_NONE : list + at;
}

/* Takes the flight's part of a line, whose first octets may have gone before. */
static bool take_line(struct attacker_flow *f, const struct offer *o, char *part, size_t len)
{
    size_t gone = f->line.len;
    bool ended = part[len - 1] == '\n', changed = false;
    if (f->long_line || gone + len > LINE_MAX_OCTETS) {
        f->long_line = !ended;
        buf_clear(&f->line);
        return false;
    }
    buf_add(&f->line, (slice){ part, len });
    size_t at = find_offer(o, buf_slice(&f->line));
    if (at != SLICE_NONE && (f->asked || !o->asked)) {
        size_t end = at + o->word.len;
        size_t from = at < gone ? gone : at;
        memset(f->line.ptr + from, 'X', end - from);
        memset(part + (from - gone), 'X', end - from);
        changed = end > from;
    }
    if (ended) {
        f->asked = f->asked && !slice_starts(buf_slice(&f->line), SLICE(".")) &&
                   !slice_starts(buf_slice(&f->line), SLICE("-ERR"));
        buf_clear(&f->line);
    }
    return changed;
}

static void hear_client(struct attacker_flow *f, slice in)
{
    const char handshake = 22; /* RFC 8446 5.1 */
    f->sealed = f->sealed || in.ptr[0] == handshake;
    f->asked = slice_starts_nocase(in, SLICE("CAPA"));
}

static bool pass(void *user, uint32_t flow, bool from_client, uint16_t port, slice in,
                 struct buf *out)
{
    const struct offer *o = offer_of(port);
    if (!o || in.len == 0) {
        return false;
    }
    struct attacker_flow *f = flow_of(user, flow);
    if (from_client) {
        hear_client(f, in);
        return false;
    }
    if (f->sealed) {
        return false;
    }
    bool changed = false;
    buf_add(out, in);
    for (size_t at = 0; at < in.len;) {
        size_t newline = slice_find_byte(slice_from(in, at), '\n');
        size_t len = newline == SLICE_NONE ? in.len - at : newline + 1;
        bool here = take_line(f, o, out->ptr + at, len);
        changed = changed || here;
        at += len;
    }
    return changed;
}

void attacker_init(struct attacker *a)
{
    *a = (struct attacker){ .tap = { pass, over, a } };
}

void attacker_deinit(struct attacker *a)
{
    for (size_t i = 0; i < a->count; i++) {
        buf_deinit(&a->flows[i].line);
    }
    mem_free(a->flows);
    *a = (struct attacker){ 0 };
}

const struct link_tap *attacker_on(struct attacker *a, enum attack what)
{
    return what == ATTACK_STRIP_STARTTLS ? &a->tap : NULL;
}
