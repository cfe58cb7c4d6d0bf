/* sasl.c - what all mechanisms share: which there are, base64 around what they say, memory.
 * Never knows what a response means, nor which protocol carries it. */
#include "sim/base/base64.h"
#include "sim/base/mem.h"
#include "sim/proto/sasl_row.h"

#include <assert.h>

/* The strongest first: what is worth least to who listens.  PLAIN before LOGIN, which never was
 * more than a draft and needs another round trip. */
static const struct sasl_row *const rows[] = { &sasl_row_scram_sha_256, &sasl_row_cram_md5,
                                               &sasl_row_plain, &sasl_row_login };

static const struct sasl_row *row_of(enum sasl_mechanism m)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (rows[i]->bit == m) {
            return rows[i];
        }
    }
    assert(false && "exactly one mechanism");
    return NULL;
}

slice sasl_name(enum sasl_mechanism m)
{
    return row_of(m)->name;
}

bool sasl_takes_initial(enum sasl_mechanism m)
{
    return !row_of(m)->challenge_first;
}

enum sasl_mechanism sasl_by_name(slice name)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (slice_eq_nocase(rows[i]->name, name)) {
            return rows[i]->bit;
        }
    }
    return 0;
}

/* (A plain "return rows[i]->bit" in the loop is compiled wrongly by gcc 12.2 with -O2.) */
enum sasl_mechanism sasl_strongest(uint32_t of)
{
    size_t i = 0;
    while (i < COUNT(rows) && !(of & (uint32_t)rows[i]->bit)) {
        i++;
    }
    return i < COUNT(rows) ? rows[i]->bit : 0;
}

uint32_t sasl_or_plain(uint32_t mechanisms)
{
    return mechanisms ? mechanisms : (uint32_t)SASL_PLAIN;
}

bool sasl_is_himself(slice authzid, slice authcid)
{
    return authzid.len == 0 || slice_eq(authzid, authcid);
}

/* ---- server ---- */

struct sasl_server *sasl_server_new(enum sasl_mechanism m, slice host)
{
    struct sasl_server *s = mem_alloc(sizeof *s);
    s->row = row_of(m);
    s->host = host;
    return s;
}

void sasl_server_free(struct sasl_server **s)
{
    if (*s) {
        buf_deinit(&(*s)->raw);
        buf_deinit(&(*s)->names);
        buf_deinit(&(*s)->said);
        buf_deinit(&(*s)->message);
        mem_free(*s);
        *s = NULL;
    }
}

enum sasl_step sasl_server_begin(struct sasl_server *s)
{
    s->challenge = (slice){ 0 };
    return s->row->server_begin ? s->row->server_begin(s) : SASL_CHALLENGE;
}

enum sasl_step sasl_server_step(struct sasl_server *s, slice base64, bool initial)
{
    buf_clear(&s->raw);
    s->challenge = (slice){ 0 };
    bool empty = initial && slice_eq(base64, SLICE("="));
    if (!empty && !base64_decode(base64, &s->raw)) {
        return SASL_UNREADABLE;
    }
    return s->row->server_step(s, buf_slice(&s->raw));
}

enum sasl_step sasl_server_secret(struct sasl_server *s, const struct sasl_secret *secret,
                                  bool exists)
{
    assert(s->row->server_secret);
    s->known = exists;
    return secret ? s->row->server_secret(s, secret) : SASL_WRONG;
}

void sasl_server_say(const struct sasl_server *s, slice before, struct outq *out)
{
    struct buf line = { 0 };
    base64_encode(s->challenge, &line);
    outq_text(out, before);
    outq_text(out, buf_slice(&line));
    outq_static(out, SLICE("\r\n"));
    buf_deinit(&line);
}

/* ---- client ---- */

struct sasl_client *sasl_client_new(enum sasl_mechanism m, const struct sasl_account *a)
{
    const struct sasl_row *row = row_of(m);
    bool sayable = slice_find_byte(a->user, '\0') == SLICE_NONE &&
                   slice_find_byte(a->password, '\0') == SLICE_NONE && a->user.len > 0;
    if (!sayable || (row->needs_nonce && a->nonce.len == 0)) {
        return NULL;
    }
    struct sasl_client *c = mem_alloc(sizeof *c);
    c->row = row;
    c->account = *a;
    return c;
}

struct sasl_client *sasl_client_strongest(uint32_t of, uint8_t *tried_r,
                                          const struct sasl_account *a)
{
    enum sasl_mechanism m;
    while ((m = sasl_strongest(of & ~(uint32_t)*tried_r)) != 0) {
        *tried_r |= (uint8_t)m;
        struct sasl_client *c = sasl_client_new(m, a);
        if (c) {
            return c;
        }
    }
    return NULL;
}

void sasl_client_free(struct sasl_client **c)
{
    if (*c) {
        buf_deinit(&(*c)->raw);
        buf_deinit(&(*c)->message);
        buf_deinit(&(*c)->said);
        mem_free(*c);
        *c = NULL;
    }
}

enum sasl_mechanism sasl_client_mechanism(const struct sasl_client *c)
{
    return c->row->bit;
}

bool sasl_client_begins(const struct sasl_client *c)
{
    return c->row->client_begins;
}

bool sasl_client_answer(struct sasl_client *c, slice base64, struct buf *out)
{
    buf_clear(&c->raw);
    buf_clear(&c->said);
    if (!base64_decode(base64, &c->raw) || !c->row->client_answer(c, buf_slice(&c->raw))) {
        c->at = UINT8_MAX; /* nothing that comes now is believed */
        return false;
    }
    base64_encode(buf_slice(&c->said), out);
    return true;
}

void sasl_client_initial(struct sasl_client **c, size_t max, struct buf *line)
{
    size_t bare = line->len;
    if (!(*c)->row->client_begins) {
        return;
    }
    buf_byte(line, ' ');
    bool said = sasl_client_answer(*c, SLICE(""), line);
    if (line->len == bare + 1) { /* RFC 4954 4 */
        buf_byte(line, '=');
    }
    if (!said || line->len > max) {
        struct sasl_account account = (*c)->account;
        enum sasl_mechanism m = (*c)->row->bit;
        line->len = bare;
        sasl_client_free(c);
        *c = sasl_client_new(m, &account);
    }
}

void sasl_client_respond(struct sasl_client **c, slice base64, struct buf *out)
{
    if (!*c || !sasl_client_answer(*c, base64, out)) {
        buf_byte(out, '*');
        sasl_client_free(c);
    }
}

bool sasl_client_believes(const struct sasl_client *c)
{
    return c->at == c->row->client_done;
}
