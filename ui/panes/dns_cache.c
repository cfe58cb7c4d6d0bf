/* dns_cache.c - the DNS pane's caches with their ageing, and the zone that changed.  See dns.h.
 * Never counts anything down: what is left follows from the moment. */
#include "ui/panes/dns.h"

#include "sim/base/mem.h"
#include "ui/words.h"

#include <stdlib.h>
#include <string.h>

#define ROWS_MAX   256
#define ONE_LINE   46       /* from this width on an entry needs one line, else two */
#define OLD_SHOWN  SIM_HOUR /* so long what is too old is still to be seen */
#define ZONE_SHOWN SIM_HOUR
#define ZONE_LINES 6
#define ZONE_ROOM  20 /* a pane of so many lines has room for it all the time */

struct rows {
    const struct cache_row *list[ROWS_MAX];
    size_t count;
};

static bool is_old(const struct stage *st, const struct cache_row *r)
{
    return r->until <= st->at.now;
}

/* By host; the newest first. */
static int by_age(const void *left, const void *right)
{
    const struct cache_row *a = *(const struct cache_row *const *)left;
    const struct cache_row *b = *(const struct cache_row *const *)right;
    if (a->host != b->host) {
        return a->host < b->host ? -1 : 1;
    }
    return a->record > b->record ? -1 : a->record < b->record ? 1 : 0;
}

static void put_first(struct rows *rows, size_t from, uint32_t host)
{
    size_t to = from;
    for (size_t i = from; i < rows->count; i++) {
        const struct cache_row *r = rows->list[i];
        if (r->host == host) {
            memmove(&rows->list[to + 1], &rows->list[to], (i - to) * sizeof rows->list[0]);
            rows->list[to++] = r;
        }
    }
}

/* Whose cache is shown, or is shown first: that of the host that was picked on the map, where it
 * has one, else the fullest. */
static uint32_t foremost(const struct stage *st, bool *only_r)
{
    const struct vec *parts = model_caches(st->model);
    size_t hosts = st->model->cast->host_count;
    uint32_t *held = mem_array(hosts + 1, sizeof *held), best = 0;
    *only_r = false;
    for (size_t i = 0; i < caches_slots(parts); i++) {
        const struct cache_row *r = caches_row(parts, i);
        if (r && r->host < hosts) {
            held[r->host] += !is_old(st, r);
            *only_r = *only_r || r->host == st->chosen;
        }
    }
    for (uint32_t host = 1; host < hosts; host++) {
        best = held[host] > held[best] ? host : best;
    }
    mem_free(held);
    return *only_r ? st->chosen : best;
}

static void collect(const struct stage *st, struct rows *rows)
{
    bool only;
    uint32_t first_host = foremost(st, &only);
    const struct vec *parts = model_caches(st->model);
    rows->count = 0;
    for (int old = 0; old < 2; old++) {
        size_t first = rows->count;
        for (size_t i = 0; i < caches_slots(parts) && rows->count < ROWS_MAX; i++) {
            const struct cache_row *r = caches_row(parts, i);
            bool shown = r && (!is_old(st, r) || st->at.now - r->until < OLD_SHOWN);
            shown = shown && (!only || r->host == first_host);
            if (shown && is_old(st, r) == (old == 1)) {
                rows->list[rows->count++] = r;
            }
        }
        qsort(rows->list + first, rows->count - first, sizeof rows->list[0], by_age);
        put_first(rows, first, first_host);
    }
}

static bool has_head(const struct rows *rows, size_t i)
{
    return i == 0 || rows->list[i]->host != rows->list[i - 1]->host;
}

int dns_cache_lines(const struct stage *st, int w)
{
    struct rows rows;
    int lines = 0;
    collect(st, &rows);
    for (size_t i = 0; i < rows.count; i++) {
        lines += has_head(&rows, i) + (w < ONE_LINE ? 2 : 1);
    }
    return lines;
}

static void draw_head(const struct stage *st, const struct cache_row *r, struct canvas *c, int y)
{
    slice words = is_old(st, r) ? SLICE("threw away, too old") : SLICE("remembers");
    int right = canvas_text_right(c, c->w, y, is_old(st, r) ? (slice){ 0 } : SLICE("for"), INK_DIM);
    int x = canvas_text_ends(c, 0, y, right - text_width(words) - 2,
                             cast_host_name(st->model->cast, r->host), INK_TITLE);
    canvas_text(c, x + 1, y, words, INK_DIM);
}

/* How much of its time is left: from a high bar down to a line. */
static uint32_t freshness(const struct stage *st, const struct cache_row *r)
{
    static const uint32_t shades[] = { 0x2581, 0x2583, 0x2585, 0x2587 };
    uint64_t from = trace_at(st->trace, r->record)->at, left = r->until - st->at.now;
    uint64_t whole = r->until > from ? r->until - from : 1;
    uint64_t part = left / (whole / COUNT(shades) + 1);
    return is_old(st, r) ? 0x00B7 : shades[part < COUNT(shades) ? part : COUNT(shades) - 1];
}

/* name, type, what it is, how long it is kept */
static void draw_row(const struct stage *st, const struct cache_row *r, int names, struct canvas *c,
                     int y)
{
    bool old = is_old(st, r), one = c->w >= ONE_LINE;
    struct buf b;
    buf_init(&b);
    if (old) {
        buf_addz(&b, "too old");
    } else {
        words_span(&b, r->until - st->at.now);
    }
    int right = canvas_text_right(c, c->w, y, buf_slice(&b), old ? INK_DIM : INK_TIME) - 1;
    canvas_put(c, 0, y, freshness(st, r), old ? INK_DIM : INK_TIME);
    buf_clear(&b);
    words_type(&b, r->type);
    slice name = trace_name_of(st->trace, r->name);
    int name_w = one ? names : right - 3 - text_width(buf_slice(&b));
    int x =
        canvas_text_ends(c, 2, y, name_w, name.len ? name : SLICE("."), old ? INK_DIM : INK_TEXT);
    x = one ? 2 + name_w : x;
    x = canvas_text(c, x + 1, y, buf_slice(&b), INK_DIM);
    x = one && x < name_w + 8 ? name_w + 8 : x;
    buf_clear(&b);
    enum words_dns meaning = words_dns_short(st->model->cast, r->record, &b);
    enum ink ink = old ? INK_DIM : meaning == WORDS_DNS_FOUND ? INK_OK : INK_WARN;
    if (one) {
        canvas_text_max(c, x, y, right - x, buf_slice(&b), ink);
    } else {
        canvas_text_max(c, 4, y + 1, c->w - 4, buf_slice(&b), ink);
    }
    buf_deinit(&b);
}

static int names_width(const struct stage *st, const struct rows *rows, int most)
{
    int w = 1;
    for (size_t i = 0; i < rows->count; i++) {
        int one = text_width(trace_name_of(st->trace, rows->list[i]->name));
        w = one > w ? one : w;
    }
    return w < most ? w : most;
}

static void draw_more(size_t n, struct canvas *c)
{
    struct buf b;
    buf_init(&b);
    buf_addz(&b, "and ");
    fmt_u64(&b, n);
    buf_addz(&b, " more");
    canvas_fill(c, (struct rect){ 0, c->h - 1, c->w, 1 }, ' ', INK_TEXT);
    canvas_text_right(c, c->w, c->h - 1, buf_slice(&b), INK_DIM);
    buf_deinit(&b);
}

void dns_cache_draw(const struct stage *st, struct canvas *c)
{
    struct rows rows;
    int y = 0, each = c->w < ONE_LINE ? 2 : 1;
    size_t i = 0;
    bool old = false;
    collect(st, &rows);
    int names = names_width(st, &rows, c->w * 2 / 5);
    for (; i < rows.count && y < c->h; i++) {
        bool head = has_head(&rows, i) || is_old(st, rows.list[i]) != old;
        old = is_old(st, rows.list[i]);
        if (head && y + 1 < c->h) {
            draw_head(st, rows.list[i], c, y++);
        }
        if (y + each > c->h) {
            break;
        }
        draw_row(st, rows.list[i], names, c, y);
        y += each;
    }
    if (i < rows.count && c->h > 2) {
        draw_more(rows.count - i + (y >= c->h), c);
    }
}

/* ---- the zone that changed */

static const struct trace_rec *zone_of(const struct stage *st)
{
    const struct trace_rec *r = trace_at(st->trace, caches_zone(model_caches(st->model)));
    return r && st->at.now - r->at < ZONE_SHOWN ? r : NULL;
}

int dns_zone_lines(const struct stage *st, int h)
{
    const struct trace_rec *r = zone_of(st);
    if (r && h < ZONE_ROOM && st->at.now - r->at > SIM_MINUTE) {
        return 1; /* that it did, no longer how */
    }
    slice rest = r ? trace_payload_chunk(st->trace, r->c, 0) : (slice){ 0 };
    int lines = r != NULL;
    while (rest.len && lines <= ZONE_LINES) {
        (void)slice_cut(&rest, '\n');
        lines++;
    }
    return lines;
}

void dns_zone_draw(const struct stage *st, struct canvas *c)
{
    const struct trace_rec *r = zone_of(st);
    slice rest = r ? trace_payload_chunk(st->trace, r->c, 0) : (slice){ 0 };
    struct buf b;
    if (!r) {
        return;
    }
    buf_init(&b);
    words_span(&b, st->at.now - r->at);
    buf_addz(&b, " ago");
    int right = canvas_text_right(c, c->w, 0, buf_slice(&b), INK_DIM) - 1;
    int x = canvas_textz(c, 0, 0, "changed: ", INK_WARN);
    canvas_text_ends(c, x, 0, right - x, trace_name_of(st->trace, r->a), INK_TITLE);
    for (int y = 1; y < c->h && rest.len; y++) {
        slice line = slice_cut(&rest, '\n'), name = slice_from(line, 2);
        bool gone = slice_starts(line, SLICE("-"));
        canvas_put(c, 1, y, gone ? '-' : '+', gone ? INK_ERROR : INK_OK);
        slice data = words_dns_line(name);
        name = slice_word(&name);
        name.len -= name.len > 1; /* its dot */
        x = canvas_text_ends(c, 3, y, c->w / 2 - 3, name, gone ? INK_DIM : INK_TEXT);
        canvas_text_max(c, x + 1, y, c->w - x - 1, data, gone ? INK_DIM : INK_TEXT);
    }
    buf_deinit(&b);
}
