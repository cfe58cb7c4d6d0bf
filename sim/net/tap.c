/* tap.c - somebody on a link, who sees the flights of streams pass and may change them.
 * Never knows what the bytes mean, nor what is done to them. */
#include "sim/net/internal.h"

void network_tap(struct network *n, uint32_t link, const struct link_tap *tap)
{
    assert(link > 0 && link <= n->link_count);
    struct link *l = &n->links[link - 1];
    n->taps += tap != NULL;
    n->taps -= l->tap != NULL;
    l->tap = tap;
}

static slice gather(const struct flight *f, struct buf *scratch)
{
    if (f->count == 1) {
        return f->chunks[0].bytes;
    }
    for (uint32_t i = 0; i < f->count; i++) {
        buf_add(scratch, f->chunks[i].bytes);
    }
    return buf_slice(scratch);
}

static void replace(struct flight *f, slice bytes)
{
    for (uint32_t i = 0; i < f->count; i++) {
        blob_unref(&f->chunks[i].owner);
    }
    struct blob *b = blob_new(bytes);
    f->chunks[0] = (struct chunk){ blob_slice(b), b };
    f->count = 1;
}

/* What is brought about by the flight is brought about by its change from here on. */
static void record_tamper(struct stream *s, struct flight *f, uint32_t link)
{
    struct network *n = s->connection->net;
    struct trace_rec rec = { .at = n->engine->now,
                             .cause = f->record,
                             .flow = s->connection->flow,
                             .actor = s->host,
                             .kind = TRACE_TAMPER,
                             .a = stream_other(s)->host,
                             .b = link };
    f->record = trace_put_chunks(n->trace, rec, f->chunks, f->count, false);
}

void tap_flight(struct stream *s, struct flight *f)
{
    struct network *n = s->connection->net;
    for (uint32_t i = 0; i < s->path.count; i++) {
        uint32_t link = s->path.hops[i].link;
        const struct link_tap *tap = n->links[link - 1].tap;
        if (!tap) {
            continue;
        }
        struct buf scratch, out;
        buf_init(&scratch);
        buf_init(&out);
        slice in = gather(f, &scratch);
        if (tap->pass(tap->user, s->connection->flow, s->side == 0, s->connection->server_port, in,
                      &out)) {
            assert(out.len == in.len);
            replace(f, buf_slice(&out));
            record_tamper(s, f, link);
        }
        buf_deinit(&scratch);
        buf_deinit(&out);
    }
}

void tap_over(struct connection *c)
{
    const struct path *p = &c->end[0].path;
    for (uint32_t i = 0; i < p->count; i++) {
        const struct link_tap *tap = c->net->links[p->hops[i].link - 1].tap;
        if (tap && tap->over) {
            tap->over(tap->user, c->flow);
        }
    }
}
