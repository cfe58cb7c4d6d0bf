/* host_page.c - lines of a page, and its simple tabs: letters, queue, names, connections, and all
 * hosts of the world.  See host_page.h. */
#include "ui/host_page.h"

#include "sim/base/mem.h"
#include "ui/words.h"
#include "ui/words_queue.h"

#include <stdlib.h>

/* ---- lines */

void host_page_init(struct host_page *p)
{
    *p = (struct host_page){ 0 };
    buf_init(&p->text);
}

void host_page_deinit(struct host_page *p)
{
    buf_deinit(&p->text);
    mem_free(p->lines);
    *p = (struct host_page){ 0 };
}

void host_page_clear(struct host_page *p)
{
    buf_clear(&p->text);
    p->count = 0;
}

void host_line_begin(struct host_page *p, uint64_t record, enum ink ink)
{
    p->lines = mem_grow(p->lines, p->count, &p->cap, sizeof *p->lines);
    p->lines[p->count++] =
        (struct host_line){ .record = record, .start = p->text.len, .ink = (uint8_t)ink };
}

void host_line_label(struct host_page *p, size_t width)
{
    struct host_line *l = &p->lines[p->count - 1];
    size_t wide = (size_t)text_width(slice_from(buf_slice(&p->text), l->start));
    buf_fill(&p->text, ' ', wide < width ? width - wide : 1);
    l->label = p->text.len - l->start;
}

void host_line_end(struct host_page *p)
{
    struct host_line *l = &p->lines[p->count - 1];
    l->len = p->text.len - l->start;
}

void host_line(struct host_page *p, uint64_t record, enum ink ink, const char *label, slice text)
{
    const size_t width = 11;
    host_line_begin(p, record, ink);
    if (label) {
        buf_addz(&p->text, label);
        host_line_label(p, width);
    }
    buf_add(&p->text, text);
    host_line_end(p);
}

static void host_head(struct host_page *p, const char *text)
{
    host_line(p, 0, INK_TITLE, NULL, slice_of(text));
}

void host_more(struct host_page *p, size_t count, const char *what)
{
    if (count == 0) {
        return;
    }
    host_line_begin(p, 0, INK_DIM);
    buf_addz(&p->text, "and ");
    fmt_u64(&p->text, count);
    buf_addz(&p->text, " more ");
    buf_addz(&p->text, what);
    host_line_end(p);
}

/* ---- letters: the boxes of a server, the folders of a device */

/* Waiting letters are the queue's. */
static bool lies_here(const struct model_copy *c, uint32_t host)
{
    return c->host == host && !c->gone && c->place != PLACE_QUEUE;
}

static int by_box(const void *left, const void *right)
{
    const struct model_copy *a = *(const struct model_copy *const *)left;
    const struct model_copy *b = *(const struct model_copy *const *)right;
    if (a->place != b->place) {
        return a->place < b->place ? -1 : 1;
    }
    if (a->mailbox != b->mailbox) {
        return a->mailbox < b->mailbox ? -1 : 1;
    }
    return a->record > b->record ? -1 : a->record < b->record ? 1 : 0;
}

static void box_head(struct host_page *p, const struct host_view *v,
                     const struct model_copy *const *box, size_t count)
{
    const uint32_t seen = 1; /* RFC 9051 2.3.2 */
    const struct trace *t = v->model->cast->trace;
    size_t unseen = 0;
    for (size_t i = 0; i < count; i++) {
        unseen += (box[i]->flags & seen) == 0;
    }
    bool named = box[0]->mailbox != 0;
    host_line_begin(p, 0, INK_TITLE);
    buf_add(&p->text,
            named ? trace_name_of(t, box[0]->mailbox) : slice_of(model_place_name(box[0]->place)));
    buf_addz(&p->text, ": ");
    fmt_u64(&p->text, count);
    buf_addz(&p->text, count == 1 ? " letter" : " letters");
    if (named && unseen) {
        buf_addz(&p->text, ", ");
        fmt_u64(&p->text, unseen);
        buf_addz(&p->text, " not seen");
    }
    host_line_end(p);
}

static void box_row(struct host_page *p, const struct host_view *v, const struct model_copy *copy)
{
    const struct cast *cast = v->model->cast;
    slice from = cast_letter_line(cast, copy->letter, 0);
    slice subject = cast_letter_line(cast, copy->letter, 2);
    host_line_begin(p, copy->record, INK_LETTER);
    buf_addz(&p->text, copy->mailbox == 0 || copy->flags & 1 ? "  ✉ " : "  ✉ new: ");
    buf_add(&p->text,
            subject.len ? subject : trace_name_of(cast->trace, cast->letters[copy->letter].name));
    if (from.len) {
        buf_addz(&p->text, "  from ");
        buf_add(&p->text, from);
    }
    buf_addz(&p->text, copy->listed ? "  (only listed: its text is on the server)" : "");
    host_line_end(p);
}

void host_letters(struct host_page *p, const struct host_view *v)
{
    const size_t most = 100; /* of one box */
    const struct model_copy **rows = NULL;
    size_t count = 0, cap = 0;
    for (size_t i = 0; i < model_copies(v->model); i++) {
        if (lies_here(model_copy(v->model, i), v->host)) {
            rows = mem_grow(rows, count, &cap, sizeof *rows);
            rows[count++] = model_copy(v->model, i);
        }
    }
    if (count) {
        qsort(rows, count, sizeof *rows, by_box);
    }
    for (size_t i = 0; i < count;) {
        size_t end = i + 1;
        while (end < count && rows[end]->place == rows[i]->place &&
               rows[end]->mailbox == rows[i]->mailbox) {
            end++;
        }
        if (p->count < HOST_ROWS_MAX) {
            box_head(p, v, rows + i, end - i);
            for (size_t k = i; k < end && k < i + most; k++) {
                box_row(p, v, rows[k]);
            }
            host_more(p, end - i > most ? end - i - most : 0, "letters");
        }
        i = end;
    }
    if (count == 0) {
        host_line(p, 0, INK_DIM, NULL, SLICE("No letter lies here now."));
    }
    mem_free(rows);
}

/* ---- the queue */

static void queue_rows(struct host_page *p, const struct host_view *v, const struct queue_entry *e)
{
    const struct trace *t = v->model->cast->trace;
    const struct vec *parts = model_queues(v->model);
    slice sender = queue_sender(t, e);
    host_line_begin(p, e->accept, e->done ? INK_TEXT : INK_LETTER);
    fmt_u64_padded(&p->text, e->number, 6, '0');
    buf_addz(&p->text, "  <");
    buf_add(&p->text, trace_name_of(t, e->letter));
    buf_addz(&p->text, "> from <");
    buf_add(&p->text, sender);
    buf_addz(&p->text, ">, since ");
    words_time(v->model->cast, trace_at(t, e->accept)->at, false, &p->text);
    host_line_end(p);
    size_t more = 0;
    for (const struct queue_rcpt *r = queues_rcpt(parts, e->first); r;
         r = queues_rcpt(parts, r->next)) {
        struct queue_mark mark = words_queue_mark(r);
        if (p->count >= HOST_ROWS_MAX) {
            more++;
            continue;
        }
        char glyph[4];
        host_line_begin(p, r->last, mark.ink);
        buf_addz(&p->text, "  ");
        buf_add(&p->text, (slice){ glyph, glyph_utf8(mark.glyph, glyph) });
        buf_addz(&p->text, " to ");
        buf_add(&p->text, queue_address(t, r));
        buf_addz(&p->text, ": ");
        words_queue_state(t, r, v->now, false, &p->text);
        size_t before = p->text.len;
        buf_addz(&p->text, ", ");
        words_queue_why(t, r, v->now, &p->text);
        p->text.len = p->text.len == before + 2 ? before : p->text.len;
        host_line_end(p);
    }
    host_more(p, more, "recipients");
}

void host_queue(struct host_page *p, const struct host_view *v)
{
    const struct vec *parts = model_queues(v->model);
    size_t more = 0;
    bool past = false;
    for (int done = 0; done < 2; done++) {
        for (size_t i = 0; i < queues_slots(parts); i++) {
            const struct queue_entry *e = queues_entry(parts, i);
            if (!e || e->host != v->host || (e->done != 0) != (done == 1)) {
                continue;
            }
            if (done == 1 && !past) {
                host_head(p, "What was in it");
                past = true;
            }
            if (p->count < HOST_ROWS_MAX) {
                queue_rows(p, v, e);
            } else {
                more++;
            }
        }
        if (done == 0 && p->count == 0) {
            host_line(p, 0, INK_DIM, NULL, SLICE("Nothing waits here now."));
        }
    }
    host_more(p, more, "letters");
}

/* ---- the DNS: what it remembers, what it asked */

static void names_asked(struct host_page *p, const struct host_view *v)
{
    const struct vec *parts = model_caches(v->model);
    const struct cast *cast = v->model->cast;
    bool any = false;
    for (size_t i = caches_asks(parts); i-- > 0;) {
        const struct cache_ask *ask = caches_ask(parts, i);
        const struct trace_rec *r = trace_at(cast->trace, ask->ask);
        if (!r || ask->host != v->host || p->count >= HOST_ROWS_MAX) {
            continue;
        }
        if (!any) {
            host_head(p, "What it asked, the newest first");
        }
        any = true;
        host_line_begin(p, ask->answer ? ask->answer : ask->ask, INK_NAMES);
        buf_addz(&p->text, "  ");
        words_dns_question(trace_name_of(cast->trace, r->a), r->b, &p->text);
        buf_addz(&p->text, "  ");
        if (ask->answer) {
            words_dns_short(cast, ask->answer, &p->text);
        } else {
            buf_addz(&p->text, "no answer yet from ");
            buf_add(&p->text, cast_host_name(cast, r->c));
        }
        host_line_end(p);
    }
}

void host_names(struct host_page *p, const struct host_view *v)
{
    const struct vec *parts = model_caches(v->model);
    const struct cast *cast = v->model->cast;
    for (size_t i = 0; i < caches_slots(parts) && p->count < HOST_ROWS_MAX; i++) {
        const struct cache_row *r = caches_row(parts, i);
        if (!r || r->host != v->host) {
            continue;
        }
        if (p->count == 0) {
            host_head(p, "What it remembers, and for how long");
        }
        bool old = r->until <= v->now;
        slice name = trace_name_of(cast->trace, r->name);
        host_line_begin(p, r->record, old ? INK_DIM : INK_NAMES);
        buf_addz(&p->text, "  ");
        buf_add(&p->text, name.len ? name : SLICE("."));
        buf_byte(&p->text, ' ');
        words_type(&p->text, r->type);
        buf_addz(&p->text, "  ");
        words_dns_short(cast, r->record, &p->text);
        buf_addz(&p->text, old ? "  (too old)" : "  for ");
        if (!old) {
            words_span(&p->text, r->until - v->now);
        }
        host_line_end(p);
    }
    names_asked(p, v);
    if (p->count == 0) {
        host_line(p, 0, INK_DIM, NULL, SLICE("It remembers no names, and has asked for none."));
    }
}

/* ---- connections */

static void call_row(struct host_page *p, const struct host_view *v, uint32_t flow)
{
    const struct cast *cast = v->model->cast;
    const struct cast_flow *f = cast_flow(cast, flow);
    const struct model_conn *conn = model_conn_of(v->model, flow);
    static const char *const states[] = { "calling", "open", "ending" };
    bool client = f->client == v->host;
    slice other = cast_host_name(cast, client ? f->server : f->client);
    host_line_begin(p, f->first, conn ? INK_TITLE : INK_DIM);
    words_time(cast, trace_at(cast->trace, f->first)->at, true, &p->text);
    host_line_label(p, 18);
    buf_addz(&p->text, client ? "to " : "from ");
    buf_add(&p->text, other.len ? other : SLICE("nobody at that address"));
    buf_addz(&p->text, client ? ", port " : ", to port ");
    fmt_u64(&p->text, f->port);
    if (f->service) {
        buf_addz(&p->text, " (");
        buf_add(&p->text, trace_name_of(cast->trace, f->service));
        buf_byte(&p->text, ')');
    }
    buf_addz(&p->text, f->secured && f->secured <= v->model->now.at ? ", under TLS: " : ": ");
    buf_addz(&p->text, conn ? states[conn->state] : "over");
    host_line_end(p);
}

void host_calls(struct host_page *p, const struct host_view *v)
{
    const struct cast *cast = v->model->cast;
    size_t more = 0;
    for (uint32_t flow = (uint32_t)cast->flow_count; flow-- > 1;) {
        const struct cast_flow *f = cast_flow(cast, flow);
        bool here = f && !f->dns && (f->client == v->host || f->server == v->host);
        if (!here || f->first > v->model->now.at) {
            continue;
        }
        if (p->count < HOST_ROWS_MAX) {
            call_row(p, v, flow);
        } else {
            more++;
        }
    }
    host_more(p, more, "connections");
    if (p->count == 0) {
        host_line(
            p, 0, INK_DIM, NULL,
            SLICE("No connections yet. Questions to the DNS are no calls: see the page All."));
    }
}
