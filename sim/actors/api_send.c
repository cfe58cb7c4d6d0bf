/* api_send.c - a request made into a letter, an envelope for each recipient, and what became of
 * each.  Each envelope has a sender of its own that names the recipient (a variable envelope return
 * path), so that a report that comes back tells whom it is about, whatever is in it.
 * Never knows HTTP or JSON. */
#include "sim/actors/api.h"

#include "sim/actors/written.h"
#include "sim/base/json_text.h"
#include "sim/base/mem.h"
#include "sim/mail/mime.h"
#include "sim/mail/verp.h"

#include <assert.h>

#define BOUNCE "bounce-"

const char *api_state_name(enum api_state s)
{
    static const char *const names[API_STATES] = { "queued", "deferred", "delivered", "bounced" };
    return names[s];
}

/* ---- finding them again ---- */

static uint32_t number_at(const uint32_t *by, const struct intern *in, slice name)
{
    uint32_t id;
    return intern_find(in, name, &id) ? by[id] : 0;
}

static void remember(uint32_t **by, struct intern *in, slice name, uint32_t number)
{
    uint32_t id = intern_id(in, name);
    *by = mem_resize(*by, id + 1, sizeof **by);
    (*by)[id] = number;
}

struct api_message *api_find(const struct api_host *a, slice owner, slice id)
{
    uint32_t number = number_at(a->by_id, &a->ids_given, id);
    struct api_message *m = number > 0 ? a->messages[number - 1] : NULL;
    return m && slice_eq(m->owner, owner) ? m : NULL;
}

/* Each customer has keys of its own: "shop\nkey". */
static slice retry_name(struct api_host *a, slice owner, slice retry_key)
{
    struct buf *b = &a->mail.text;
    buf_clear(b);
    buf_add(b, owner);
    buf_byte(b, '\n');
    buf_add(b, retry_key);
    return buf_slice(b);
}

struct api_message *api_find_retry(struct api_host *a, slice owner, slice retry_key)
{
    uint32_t number = number_at(a->by_retry_key, &a->retry_keys, retry_name(a, owner, retry_key));
    return number > 0 ? a->messages[number - 1] : NULL;
}

void api_remember_retry(struct api_host *a, struct api_message *m, slice retry_key, uint64_t body)
{
    m->body = body;
    remember(&a->by_retry_key, &a->retry_keys, retry_name(a, m->owner, retry_key), m->number);
}

void api_send_deinit(struct api_host *a)
{
    for (size_t i = 0; i < a->message_count; i++) {
        for (size_t r = 0; r < a->messages[i]->rcpt_count; r++) {
            blob_unref(&a->messages[i]->rcpts[r].said);
        }
        if (a->messages[i]->news) {
            api_news_end(a->messages[i]->news);
        }
    }
    mem_free(a->messages);
    mem_free(a->by_id);
    mem_free(a->by_retry_key);
    intern_deinit(&a->ids_given);
    intern_deinit(&a->retry_keys);
    intern_deinit(&a->unsubscribed);
    blob_unref(&a->fronts);
    buf_deinit(&a->reader);
}

/* ---- the letter ---- */

static slice keep(struct api_host *a, slice s)
{
    return arena_copy(a->mail.base.stage->arena, s);
}

static slice keep_tags(struct api_host *a, const struct api_request *r)
{
    struct buf *b = &a->mail.text;
    buf_clear(b);
    buf_byte(b, '[');
    for (size_t i = 0; i < r->tag_count; i++) {
        buf_addz(b, i > 0 ? "," : "");
        json_put_text(b, r->tags[i]);
    }
    buf_byte(b, ']');
    return keep(a, buf_slice(b));
}

static bool is_named(const struct api_message *m, slice address)
{
    for (size_t i = 0; i < m->rcpt_count; i++) {
        if (slice_eq(m->rcpts[i].address, address)) {
            return true;
        }
    }
    return false;
}

/* Nobody gets a letter twice for being named twice. */
static void add_recipients(struct api_host *a, struct api_message *m, const slice *list,
                           size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!is_named(m, list[i])) {
            m->rcpts[m->rcpt_count++] = (struct api_rcpt){ .address = keep(a, list[i]) };
        }
    }
}

static struct api_message *new_message(struct api_host *a, slice owner, const struct api_request *r)
{
    struct stage *s = mail_stage(&a->mail);
    struct api_message *m = arena_alloc(s->arena, sizeof *m);
    size_t most = r->to_count + r->cc_count + r->bcc_count;
    struct buf id = { 0 };
    a->messages = mem_grow(a->messages, a->message_count, &a->message_cap, sizeof *a->messages);
    a->messages[a->message_count++] = m;
    stage_secret(s, &a->ids, &id);
    *m = (struct api_message){ .number = (uint32_t)a->message_count,
                               .id = keep(a, buf_slice(&id)),
                               .owner = owner,
                               .subject = keep(a, r->subject),
                               .tags = keep_tags(a, r) };
    buf_deinit(&id);
    m->rcpts = arena_array(s->arena, most, sizeof *m->rcpts);
    add_recipients(a, m, r->to, r->to_count);
    add_recipients(a, m, r->cc, r->cc_count);
    add_recipients(a, m, r->bcc, r->bcc_count);
    remember(&a->by_id, &a->ids_given, m->id, m->number);
    return m;
}

/* The caller's own fields stand below the trace of the way. */
static void front_fields(struct api_host *a, struct pump *p, const struct api_request *r,
                         struct buf *out)
{
    struct stage *s = mail_stage(&a->mail);
    received_by_http(out, s->net, a->mail.base.name, p, s->next_entry + 1,
                     actor_unix(&a->mail.base));
    for (size_t i = 0; i < r->header_count; i++) {
        buf_add(out, r->headers[i].name);
        buf_addz(out, ": ");
        mime_header_text(out, r->headers[i].value, MIME_UNSTRUCTURED, r->headers[i].name.len + 2);
        buf_addz(out, "\r\n");
    }
}

/* The caller may say himself who, or what, writes. */
static bool says_how(const struct api_request *r)
{
    for (size_t i = 0; i < r->header_count; i++) {
        if (slice_eq_nocase(r->headers[i].name, SLICE("Auto-Submitted"))) {
            return true;
        }
    }
    return false;
}

static struct message *write_letter(struct api_host *a, struct pump *p, const struct api_request *r,
                                    slice message_id)
{
    struct compose c = { .from = r->from.whole,
                         .from_name = r->from_name,
                         .message_id = message_id,
                         .to = r->to,
                         .to_count = r->to_count,
                         .cc = r->cc,
                         .cc_count = r->cc_count,
                         .auto_generated = !says_how(r),
                         .now = actor_unix(&a->mail.base) };
    struct letter_words words = { .subject = r->subject, .text = r->text, .html = r->html };
    struct compose_file files[API_FILES_MAX];
    for (size_t i = 0; i < r->file_count; i++) {
        const struct api_file *f = &r->files[i];
        files[i] =
            (struct compose_file){ .name = f->name,
                                   .type = f->type,
                                   .bytes = slice_sub(buf_slice(&r->bytes), f->off, f->len) };
    }
    c.files = files;
    c.file_count = r->file_count;
    struct message *letter = letter_write(&c, &words, &a->mail.base.rng);
    struct buf front = { 0 };
    front_fields(a, p, r, &front);
    struct message *stamped = message_with_front(letter, buf_slice(&front));
    buf_deinit(&front);
    message_unref(&letter);
    return stamped;
}

/* ---- the envelopes ---- */

/* "bounce-12.1-carol=example.net@api.example.com" */
static void return_path(const struct api_host *a, const struct api_message *m, uint32_t i,
                        slice address, struct buf *out)
{
    buf_clear(out);
    buf_addz(out, BOUNCE);
    fmt_u64(out, m->number);
    buf_byte(out, '.');
    fmt_u64(out, i + 1);
    verp_add(out, '-', address, a->mail.directory.domain);
}

void api_enqueue(struct api_host *a, const struct api_message *m, uint32_t i, slice to,
                 struct message *letter, uint32_t name)
{
    struct buf *from = &a->mail.text;
    return_path(a, m, i, to, from);
    struct entry *e = entry_new(&a->mail, buf_slice(from));
    e->letter = name;
    e->body_8bit = m->news ? m->news->body_8bit : message_is_8bit(letter);
    e->utf8 = m->utf8 || !mime_is_ascii(to); /* RFC 6531 3.4; it stands in the reverse-path, too */
    e->user = (uint64_t)m->number << 32 | i;
    entry_add_rcpt(e, to);
    trace_envelope(&a->mail, 0, e); /* COMPOSE names all recipients, or, of a newsletter, none */
    queue_accept(&a->mail, e, message_ref(letter));
}

struct api_message *api_send_news(struct api_host *a, slice owner, const struct api_request *r)
{
    struct api_message *m = new_message(a, owner, r);
    api_news_begin(a, m, r);
    return m;
}

struct api_message *api_send(struct api_host *a, struct pump *p, slice owner,
                             const struct api_request *r)
{
    struct stage *s = mail_stage(&a->mail);
    struct api_message *m = new_message(a, owner, r);
    struct buf id = { 0 };
    uint64_t cause = s->trace->cause;
    fmt_u64(&id, ++s->next_message);
    buf_byte(&id, '.');
    buf_add(&id, m->id);
    buf_byte(&id, '@');
    buf_add(&id, a->mail.directory.domain);
    uint32_t name = trace_name(s->trace, buf_slice(&id));
    struct message *letter = write_letter(a, p, r, buf_slice(&id));
    buf_clear(&id);
    m->utf8 = !mime_is_ascii(message_header(letter, &id));
    buf_deinit(&id);
    actor_composed(&a->mail.base, &(struct composed){ .flow = pump_flow(p),
                                                      .letter = name,
                                                      .size = letter->size,
                                                      .from = r->from.whole,
                                                      .subject = r->subject,
                                                      .to = r->to,
                                                      .to_count = r->to_count });
    for (uint32_t i = 0; i < m->rcpt_count; i++) {
        api_enqueue(a, m, i, m->rcpts[i].address, letter, name);
    }
    message_unref(&letter);
    s->trace->cause = cause;
    return m;
}

/* ---- what became of them ---- */

bool api_place_of(const struct api_host *a, slice number, slice index, struct api_place *place_r)
{
    uint32_t n, i;
    if (!slice_to_u32(number, &n) || !slice_to_u32(index, &i) || n == 0 || n > a->message_count) {
        return false;
    }
    struct api_message *m = a->messages[n - 1];
    *place_r = (struct api_place){ m, i - 1 };
    return i > 0 && i <= (m->news ? m->news->written : m->rcpt_count);
}

static enum api_state state_of(const struct api_place *p)
{
    return p->m->news ? (enum api_state)p->m->news->states[p->i] : p->m->rcpts[p->i].state;
}

static void set_state(const struct api_place *p, enum api_state state, slice said)
{
    if (p->m->news) {
        api_news_state(p->m->news, p->i, state);
        return;
    }
    struct api_rcpt *r = &p->m->rcpts[p->i];
    r->state = state;
    blob_unref(&r->said);
    r->said = said.len > 0 ? blob_new(said) : NULL;
}

/* false: the entry is about nothing that was asked for here. */
static bool place_of_entry(struct api_host *a, const struct entry *e, struct api_place *place_r)
{
    uint32_t number = (uint32_t)(e->user >> 32);
    if (number > 0) {
        *place_r = (struct api_place){ a->messages[number - 1], (uint32_t)e->user };
    }
    return number > 0;
}

static void on_outcome(struct mail_host *m, struct entry *e, size_t i, enum trace_fate fate,
                       slice reply)
{
    static const enum api_state states[FATE_COUNT] = {
        [FATE_DELIVERED] = API_DELIVERED, [FATE_RELAYED] = API_DELIVERED,
        [FATE_EXPANDED] = API_DELIVERED,  [FATE_BOUNCED] = API_BOUNCED,
        [FATE_FAILED] = API_BOUNCED,      [FATE_DISCARDED] = API_BOUNCED,
        [FATE_QUEUED] = API_QUEUED,
    };
    struct api_place place;
    (void)i;
    if (place_of_entry(api_of(m), e, &place) && fate != FATE_QUEUED) {
        set_state(&place, states[fate], reply);
    }
}

static void on_deferred(struct mail_host *m, struct entry *e, size_t i, slice reply)
{
    struct api_place place;
    (void)i;
    if (place_of_entry(api_of(m), e, &place)) {
        set_state(&place, API_DEFERRED, reply);
    }
}

/* The recipient that a return path of ours names: "bounce-12.1-carol=example.net". */
static bool named_by(const struct api_host *a, slice local, struct api_place *place_r)
{
    if (!slice_starts_nocase(local, SLICE(BOUNCE))) {
        return false;
    }
    slice rest = slice_from(local, sizeof BOUNCE - 1);
    slice numbers = slice_cut(&rest, '-');
    slice first = slice_cut(&numbers, '.');
    return api_place_of(a, first, numbers, place_r);
}

static bool is_way_out(slice local, slice *token_r)
{
    static const slice word = SLICE_INIT(API_UNSUBSCRIBE_LOCAL);
    *token_r = slice_from(local, word.len);
    return slice_starts_nocase(local, word);
}

/* RFC 5321 4.5.1 wants Postmaster known everywhere, RFC 2142 4 abuse where mail is sent. */
static bool is_role(slice local)
{
    return store_is_postmaster(local) || slice_eq_nocase(local, SLICE("abuse"));
}

static bool is_known(struct mail_host *m, const struct address *local)
{
    const struct api_host *a = api_of(m);
    struct api_place place;
    slice token;
    return is_role(local->local) || named_by(a, local->local, &place) ||
           (is_way_out(local->local, &token) && api_unsubscribes(a, token));
}

/* A report about a letter that another host had taken (RFC 3464 2.3.3); what else comes back, such
 * as an answer by a machine, changes nothing. */
static void report_came(struct mail_host *m, const struct api_place *place,
                        const struct message *message)
{
    if (state_of(place) != API_BOUNCED && message_contains(message, SLICE("\r\nAction: failed"))) {
        set_state(place, API_BOUNCED, SLICE("a report came back"));
        (void)actor_note(&m->base, SLICE("taken back"),
                         SLICE("The address that the report came to names the recipient"));
    }
}

static bool take_back(struct mail_host *m, struct entry *e, size_t i, struct message *message)
{
    struct address to;
    struct api_place place;
    slice token;
    if (!address_parse(entry_rcpt(e, i), &to)) {
        return false;
    }
    if (named_by(api_of(m), to.local, &place)) {
        report_came(m, &place, message);
        return true;
    }
    return is_role(to.local) || (is_way_out(to.local, &token) && api_unsubscribe(api_of(m), token));
}

const struct mail_hooks api_hooks = {
    .known = is_known,
    .deliver = take_back,
    .outcome = on_outcome,
    .deferred = on_deferred,
};
