/* api_news.c - one text to many readers: a letter for each, with his own address, return path and
 * way out (RFC 2369 3.2), and a body that is there once.  They are written at a pace and not at
 * once, as senders do who want to be let in again tomorrow.
 * Not done: List-Unsubscribe-Post (RFC 8058): its section 4 asks for a DKIM signature over it.
 * Never knows who the readers are beyond their addresses. */
#include "sim/actors/api.h"

#include "sim/base/json_text.h"
#include "sim/base/mem.h"
#include "sim/mail/compose.h"
#include "sim/mail/mime.h"

#include <assert.h>

#define BEAT (10 * SIM_MS)

/* ---- who reads ---- */

static uint32_t count_readers(const struct api_host *a, const struct api_request *r)
{
    const struct crowd *crowd = a->mail.base.stage->crowd;
    return r->to_crowd ? crowd->config.people : (uint32_t)json_count(r->readers);
}

static void reader(const struct api_host *a, const struct api_news *n, uint32_t i, struct buf *out)
{
    buf_clear(out);
    if (n->readers) {
        buf_add(out, n->readers[i]);
    } else {
        crowd_reader(a->mail.base.stage->crowd, i, out);
    }
}

slice api_news_reader(struct api_host *a, const struct api_message *m, uint32_t i)
{
    reader(a, m->news, i, &a->reader);
    return buf_slice(&a->reader);
}

/* ---- the way out ---- */

/* What only who got the letter can know. */
static void add_token(const struct api_host *a, const struct api_message *m, uint32_t i,
                      struct buf *out)
{
    char number[8];
    for (size_t k = 0; k < sizeof number; k++) {
        number[k] = (char)(((uint64_t)m->number << 32 | i) >> 8 * k);
    }
    uint64_t seal = slice_hash((slice){ number, sizeof number }, a->seal[0]);
    fmt_u64(out, m->number);
    buf_byte(out, '.');
    fmt_u64(out, i + 1);
    buf_byte(out, '.');
    fmt_hex(out, slice_hash((slice){ number, sizeof number }, seal ^ a->seal[1]), 16);
}

static bool find_token(const struct api_host *a, slice token, struct api_place *place_r)
{
    struct buf right = { 0 };
    slice rest = token;
    slice first = slice_cut(&rest, '.'), second = slice_cut(&rest, '.');
    bool ok = api_place_of(a, first, second, place_r) && place_r->m->news;
    if (ok) {
        add_token(a, place_r->m, place_r->i, &right);
        ok = slice_eq_nocase(buf_slice(&right), token);
    }
    buf_deinit(&right);
    return ok;
}

bool api_unsubscribes(const struct api_host *a, slice token)
{
    struct api_place place;
    return find_token(a, token, &place);
}

bool api_unsubscribe(struct api_host *a, slice token)
{
    struct api_place place;
    if (!find_token(a, token, &place)) {
        return false;
    }
    (void)intern_id(&a->unsubscribed, api_news_reader(a, place.m, place.i));
    (void)actor_note(&a->mail.base, SLICE("unsubscribed"), api_news_reader(a, place.m, place.i));
    return true;
}

/* ---- a letter ---- */

static void add_unsubscribe(const struct api_host *a, const struct api_message *m, uint32_t i,
                            struct buf *out)
{
    buf_addz(out, "List-Unsubscribe: <https://");
    buf_add(out, a->mail.base.name);
    buf_addz(out, API_UNSUBSCRIBE);
    add_token(a, m, i, out);
    buf_addz(out, ">,\r\n <mailto:" API_UNSUBSCRIBE_LOCAL);
    add_token(a, m, i, out);
    buf_byte(out, '@');
    buf_add(out, a->mail.directory.domain);
    buf_addz(out, ">\r\n");
}

/* The fields that differ stand in front; what is behind them is one for all. */
static struct message *letter_for(struct api_host *a, const struct api_message *m, uint32_t i,
                                  slice to, uint32_t *name_r)
{
    struct buf *b = &a->mail.text;
    buf_clear(b);
    fmt_u64(b, i + 1);
    buf_addz(b, ".news-");
    fmt_u64(b, m->number);
    buf_byte(b, '@');
    buf_add(b, a->mail.directory.domain);
    *name_r = trace_name(mail_stage(&a->mail)->trace, buf_slice(b));
    buf_clear(b);
    buf_addz(b, "To: ");
    buf_add(b, to);
    buf_addz(b, "\r\nMessage-ID: <");
    buf_add(b, trace_name_of(mail_stage(&a->mail)->trace, *name_r));
    buf_addz(b, ">\r\n");
    add_unsubscribe(a, m, i, b);
    struct message *letter = message_new();
    struct chunk front = blob_pack(&a->fronts, buf_slice(b));
    message_add(letter, front);
    blob_unref(&front.owner);
    message_add_part(letter, m->news->shared, 0, m->news->shared->size);
    return letter;
}

static void write_to(struct api_host *a, struct api_message *m, uint32_t i)
{
    struct stage *s = mail_stage(&a->mail);
    uint64_t cause = s->trace->cause;
    uint32_t name, id;
    slice to = api_news_reader(a, m, i);
    if (intern_find(&a->unsubscribed, to, &id)) {
        m->news->counts[API_QUEUED]--;
        m->news->left_out++;
        return;
    }
    struct message *letter = letter_for(a, m, i, to, &name);
    actor_composed(&a->mail.base, &(struct composed){ .letter = name,
                                                      .size = letter->size,
                                                      .from = m->news->from,
                                                      .subject = m->subject,
                                                      .to = &to,
                                                      .to_count = 1 });
    api_enqueue(a, m, i, to, letter, name);
    message_unref(&letter);
    s->trace->cause = cause;
}

/* ---- at a pace ---- */

static void write_some(void *self, uint64_t which)
{
    struct api_host *a = self;
    struct api_message *m = a->messages[(uint32_t)which - 1];
    struct api_news *n = m->news;
    struct stage *s = mail_stage(&a->mail);
    uint64_t beats = (s->engine->now - n->since) / BEAT;
    uint64_t due = n->before + beats * (uint64_t)a->config->news_rate / (SIM_SECOND / BEAT);
    if (n->turn != which >> 32 || network_host_is_down(s->net, a->mail.base.id)) {
        return; /* with the power the next turn comes */
    }
    for (; n->written < n->total && n->written <= due; n->written++) {
        write_to(a, m, n->written);
    }
    if (n->written < n->total) {
        engine_in(s->engine, BEAT, write_some, a, which);
    }
}

/* From now on, at the pace; what was not written while there was no power is not made up for. */
void api_news_go_on(struct api_host *a, struct api_message *m)
{
    struct api_news *n = m->news;
    struct engine *e = mail_stage(&a->mail)->engine;
    if (n->written < n->total) {
        n->since = e->now;
        n->before = n->written;
        engine_in(e, 0, write_some, a, (uint64_t)++n->turn << 32 | m->number);
    }
}

static slice *keep_readers(struct api_host *a, const struct api_request *r, uint32_t total)
{
    struct arena *arena = a->mail.base.stage->arena;
    slice *kept = arena_array(arena, total, sizeof *kept);
    size_t i = 0;
    for (const struct json_node *e = json_first(r->readers); e; e = json_next(e)) {
        kept[i++] = arena_copy(arena, json_text(e));
    }
    assert(i == total);
    return kept;
}

void api_news_begin(struct api_host *a, struct api_message *m, const struct api_request *r)
{
    struct stage *s = mail_stage(&a->mail);
    struct compose c = { .from = r->from.whole,
                         .from_name = r->from_name,
                         .subject = r->subject,
                         .text = r->text,
                         .html = r->html,
                         .random = rng_u64(&a->ids),
                         .auto_generated = true,
                         .now = actor_unix(&a->mail.base) };
    struct api_news *n = arena_alloc(s->arena, sizeof *n);
    m->utf8 = !mime_is_ascii(r->from.whole);
    *n = (struct api_news){ .from = arena_copy(s->arena, r->from.whole),
                            .shared = compose_message(&c),
                            .total = count_readers(a, r) };
    n->body_8bit = message_is_8bit(n->shared);
    n->readers = r->to_crowd ? NULL : keep_readers(a, r, n->total);
    n->states = mem_alloc(n->total + 1u);
    n->counts[API_QUEUED] = n->total;
    m->news = n;
    api_news_go_on(a, m);
}

void api_news_state(struct api_news *n, uint32_t i, enum api_state state)
{
    n->counts[n->states[i]]--;
    n->counts[state]++;
    n->states[i] = (uint8_t)state;
}

void api_news_json(const struct api_message *m, struct buf *out)
{
    buf_byte(out, '{');
    json_field_text(out, "id", m->id);
    json_field_text(out, "subject", m->subject);
    json_field_u64(out, "readers", m->news->total);
    for (int s = 0; s < API_STATES; s++) {
        json_field_u64(out, api_state_name((enum api_state)s), m->news->counts[s]);
    }
    json_field_u64(out, "unsubscribed", m->news->left_out);
    buf_byte(out, '}');
}

void api_news_end(struct api_news *n)
{
    message_unref(&n->shared);
    mem_free(n->states);
}
