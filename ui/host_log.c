/* host_log.c - what a host would have written into its log up to this moment, folded from the
 * trace: servers in the style that administrators know, devices and programs in plain sentences.
 * It is a style and not the output of any program: nothing in the run reads it, the octets of a
 * real log differ, and the number in brackets is the connection, where a real one has a process.
 * What is told of a host is looked through backwards, and ends where the page is full. */
#include "ui/host_page.h"

#include "sim/base/ip6.h"
#include "ui/words.h"

#include <stdlib.h>

/* "Sep  7 09:00:01.284", or the time since the start where the trace has no calendar. */
static void add_stamp(struct buf *out, const struct cast *c, uint64_t at)
{
    int64_t start = cast_start(c);
    if (start == 0) {
        fmt_clock(out, at);
        return;
    }
    struct civil t = civil_from_unix(start + (int64_t)(at / SIM_SECOND));
    buf_addz(out, fmt_months[(t.month - 1) % 12]);
    buf_byte(out, ' ');
    fmt_u64_padded(out, (uint64_t)t.day, 2, ' ');
    buf_byte(out, ' ');
    fmt_time(out, t);
    buf_byte(out, '.');
    fmt_u64_padded(out, at % SIM_SECOND / SIM_MS, 3, '0');
}

void host_log_begin(const struct host_log *l, uint64_t at, enum ink ink, const char *program,
                    uint32_t number)
{
    host_line_begin(l->p, l->n, ink);
    l->p->lines[l->p->count - 1].at = at;
    add_stamp(&l->p->text, l->v->model->cast, at);
    host_line_label(l->p, 0);
    buf_addz(&l->p->text, program);
    if (number) {
        buf_byte(&l->p->text, '[');
        fmt_u64(&l->p->text, number);
        buf_byte(&l->p->text, ']');
    }
    buf_addz(&l->p->text, ": ");
}

void host_log_end(const struct host_log *l)
{
    host_line_end(l->p);
}

void host_log_ip(const struct host_log *l, uint32_t host)
{
    const struct cast *c = l->v->model->cast;
    const struct cast_host *h = cast_host(c, host);
    const struct trace_rec *told = h ? trace_at(c->trace, h->address) : NULL;
    slice six = told ? trace_payload_chunk(c->trace, told->c, 0) : (slice){ 0 };
    if (!h || !h->ip) {
        buf_addz(&l->p->text, "unknown");
    } else if (is_ip6(h->ip) && six.len == IP6_OCTETS) {
        fmt_ip6(&l->p->text, (const uint8_t *)six.ptr);
    } else {
        fmt_ip4(&l->p->text, h->ip);
    }
}

void host_log_peer(const struct host_log *l)
{
    const struct cast_flow *f = cast_flow(l->v->model->cast, l->r->flow);
    uint32_t other = !f ? 0 : f->client == l->v->host ? f->server : f->client;
    slice name = cast_host_name(l->v->model->cast, other);
    buf_add(&l->p->text, name.len ? name : SLICE("unknown"));
    buf_byte(&l->p->text, '[');
    host_log_ip(l, other);
    buf_byte(&l->p->text, ']');
}

/* What is wrong with a host, and what somebody explains, is in everybody's log. */
static bool log_any(const struct host_log *l)
{
    const struct cast *c = l->v->model->cast;
    if (l->r->kind != TRACE_FAULT && l->r->kind != TRACE_NOTE) {
        return false;
    }
    bool fault = l->r->kind == TRACE_FAULT;
    slice text = trace_payload_chunk(c->trace, l->r->c, 0);
    host_log_begin(l, l->r->at, fault ? INK_WARN : INK_TEXT, fault ? "system" : "note", 0);
    buf_add(&l->p->text, trace_name_of(c->trace, l->r->a));
    buf_addz(&l->p->text, text.len ? ": " : "");
    buf_add(&l->p->text, slice_cut(&text, '\n'));
    host_log_end(l);
    return true;
}

/* Who is no server writes down what it does, in plain words. */
static void log_plain(const struct host_log *l)
{
    const struct cast *c = l->v->model->cast;
    if (!words_tell(l->r->kind) || l->r->kind == TRACE_STORY || cast_is_echo(c, l->n) ||
        cast_is_furniture(l->r) || (l->r->kind == TRACE_SAID)) {
        return;
    }
    host_log_begin(l, l->r->at, INK_TEXT, c->hosts[l->v->host].roles & ROLE_MUA ? "mua" : "app",
                   l->r->flow);
    words_of(c, l->n, &l->p->text);
    host_log_end(l);
}

/* The later moment last; lines of one record stay in their order. */
static int by_time(const void *left, const void *right)
{
    const struct host_line *a = left, *b = right;
    if (a->at != b->at) {
        return a->at < b->at ? -1 : 1;
    }
    if (a->record != b->record) {
        return a->record < b->record ? -1 : 1;
    }
    return a->start < b->start ? -1 : a->start > b->start ? 1 : 0;
}

void host_log(struct host_page *p, const struct host_view *v)
{
    const uint32_t servers = ROLE_MSA | ROLE_MTA | ROLE_MX | ROLE_STORE;
    const uint32_t names = ROLE_RESOLVER | ROLE_NAMESERVER;
    const struct cast *c = v->model->cast;
    const struct cast_host *h = cast_host(c, v->host);
    uint32_t roles = h ? h->roles : 0;
    uint64_t n = v->model->now.at;
    for (; n > 0 && p->count < HOST_ROWS_MAX; n--) {
        const struct trace_rec *r = trace_at(c->trace, n);
        struct host_log l = { .p = p, .v = v, .r = r, .n = n };
        if ((r->actor != v->host && (r->kind != TRACE_DATAGRAM || r->a != v->host)) ||
            (roles & names && host_log_dns(&l)) || r->actor != v->host || log_any(&l)) {
            continue;
        }
        if (roles & servers) {
            (void)(host_log_smtp(&l) || host_log_box(&l));
        } else if ((roles & names) == 0) {
            log_plain(&l);
        }
    }
    if (p->count) {
        qsort(p->lines, p->count, sizeof *p->lines, by_time);
    } else {
        host_line(p, 0, INK_DIM, NULL, SLICE("It has written nothing down yet."));
    }
}
