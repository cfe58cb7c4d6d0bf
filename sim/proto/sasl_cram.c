/* sasl_cram.c - CRAM-MD5 (RFC 2195): the challenge, keyed with the password.
 * Never knows where the challenge's random part comes from. */
#include "sim/proto/sasl_row.h"

enum { CRAM_FRESH, CRAM_ASKED, CRAM_ANSWERED };

static void sign(slice password, slice challenge, struct buf *out)
{
    uint8_t digest[CRYPT_MD5_SIZE];
    crypt_hmac_md5(password, challenge, digest);
    crypt_hex(out, digest, sizeof digest);
}

/* The nonce is asked for; of whom it will be about is not known yet. */
static enum sasl_step cram_begin(struct sasl_server *s)
{
    s->at = CRAM_FRESH;
    return SASL_SECRET;
}

/* "<nonce@host>", of the shape of a message id (RFC 2195 2). */
static enum sasl_step challenge(struct sasl_server *s, const struct sasl_secret *secret)
{
    buf_byte(&s->message, '<');
    buf_add(&s->message, secret->nonce);
    buf_byte(&s->message, '@');
    buf_add(&s->message, s->host);
    buf_byte(&s->message, '>');
    s->challenge = buf_slice(&s->message);
    s->at = CRAM_ASKED;
    return SASL_CHALLENGE;
}

static enum sasl_step cram_secret(struct sasl_server *s, const struct sasl_secret *secret)
{
    if (s->at == CRAM_FRESH) {
        return challenge(s, secret);
    }
    slice digest = slice_from(buf_slice(&s->raw), s->authcid.len + 1);
    sign(secret->password, buf_slice(&s->message), &s->said);
    return s->known && slice_eq(digest, buf_slice(&s->said)) ? SASL_PROVED : SASL_WRONG;
}

#define CRAM_HEX ((size_t)2 * CRYPT_MD5_SIZE)

/* Name, blank, 32 hexadecimal digits in lower case; the name may have blanks in it.  An initial
 * response can be none: there was nothing to answer. */
static enum sasl_step cram_step(struct sasl_server *s, slice raw)
{
    if (s->at != CRAM_ASKED || raw.len < CRAM_HEX + 2 || raw.ptr[raw.len - CRAM_HEX - 1] != ' ') {
        return SASL_UNREADABLE;
    }
    s->authcid = slice_sub(raw, 0, raw.len - CRAM_HEX - 1);
    s->at = CRAM_ANSWERED;
    return SASL_SECRET;
}

static bool cram_answer(struct sasl_client *c, slice raw)
{
    if (c->at > 0 || raw.len == 0) {
        return false;
    }
    c->at = 1;
    buf_add(&c->said, c->account.user);
    buf_byte(&c->said, ' ');
    sign(c->account.password, raw, &c->said);
    return true;
}

const struct sasl_row sasl_row_cram_md5 = {
    .name = SLICE_INIT("CRAM-MD5"),
    .bit = SASL_CRAM_MD5,
    .challenge_first = true,
    .server_begin = cram_begin,
    .server_step = cram_step,
    .server_secret = cram_secret,
    .client_answer = cram_answer,
    .client_done = 1,
};
