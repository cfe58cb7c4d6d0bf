/* host_log_dns.c - what a name server and a resolver write down: questions as named has them, and
 * what came of them. */
#include "ui/host_page.h"

#include "ui/words.h"

static void on_datagram(const struct host_log *l)
{
    const uint32_t domain = 53;
    const struct cast *c = l->v->model->cast;
    const struct cast_flow *f = cast_flow(c, l->r->flow);
    bool here = l->r->a == l->v->host && (l->r->b & 0xffff) == domain && l->r->until <= l->v->now;
    if (!here || !f || !f->dns) {
        return;
    }
    slice name = trace_name_of(c->trace, f->question);
    struct buf *out = &l->p->text;
    host_log_begin(l, l->r->until, INK_NAMES, "named", 0);
    buf_addz(out, "client ");
    host_log_ip(l, l->r->actor);
    buf_byte(out, '#');
    fmt_u64(out, l->r->b >> 16);
    buf_addz(out, " (");
    buf_add(out, name.len ? name : SLICE("."));
    buf_addz(out, "): query: ");
    buf_add(out, name.len ? name : SLICE("."));
    buf_addz(out, " IN ");
    words_type(out, f->type);
    /* recursion desired (RFC 1035 4.1.1) is what a resolver is asked with */
    buf_addz(out, c->hosts[l->v->host].roles & ROLE_RESOLVER ? " + (" : " - (");
    host_log_ip(l, l->v->host);
    buf_byte(out, ')');
    host_log_end(l);
}

static void on_answer(const struct host_log *l)
{
    const struct cast *c = l->v->model->cast;
    struct buf *out = &l->p->text;
    host_log_begin(l, l->r->at, INK_TEXT, "named", 0);
    buf_addz(out, "resolved ");
    slice name = trace_name_of(c->trace, l->r->a);
    buf_add(out, name.len ? name : SLICE("."));
    buf_byte(out, '/');
    words_type(out, l->r->b);
    buf_addz(out, ": ");
    enum words_dns found = words_dns_short(c, l->n, out);
    if (found == WORDS_DNS_FAILED) {
        l->p->lines[l->p->count - 1].ink = INK_ERROR;
    }
    host_log_end(l);
}

static void on_zone(const struct host_log *l)
{
    host_log_begin(l, l->r->at, INK_TEXT, "named", 0);
    buf_addz(&l->p->text, "zone ");
    buf_add(&l->p->text, trace_name_of(l->v->model->cast->trace, l->r->a));
    buf_addz(&l->p->text, "/IN: loaded serial ");
    fmt_u64(&l->p->text, l->r->b);
    host_log_end(l);
}

bool host_log_dns(const struct host_log *l)
{
    static host_log_fn *const rows[TRACE_KIND_COUNT] = {
        [TRACE_DATAGRAM] = on_datagram,
        [TRACE_ANSWER] = on_answer,
        [TRACE_ZONE] = on_zone,
    };
    if (rows[l->r->kind]) {
        rows[l->r->kind](l);
    }
    return rows[l->r->kind] != NULL;
}
