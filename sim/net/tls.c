/* tls.c - one end of a TLS connection: octets in and out, what was found out about the peer.
 * Never makes keys or certificates, and never looks at a clock. */
#include "sim/net/tls.h"

#include "sim/base/mem.h"
#include "sim/net/tls_internal.h"

#include <assert.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

enum state { SHAKING, OPEN, OVER };

struct tls {
    struct tls_realm *realm;
    SSL *ssl;
    struct tls_wire wire;
    struct tls_stream stream; /* of random octets */
    struct outq waiting;      /* said before the handshake is over */
    struct buf name;          /* the server's; a client's only */
    struct buf peer;          /* the name its certificate shows */
    struct buf secrets;       /* lines; those before secrets_at were taken */
    size_t secrets_at;
    struct tls_facts facts;
    uint8_t state; /* enum state */
    bool is_server;
    bool finished;            /* by us */
    bool ended;               /* by the peer */
    bool failed_unsaid;       /* found while we said something */
    bool heard_any, stranger; /* stranger: the first octet heard is none of TLS */
    bool alerted, heard_alert;
    int alert; /* the first fatal one; that somebody heard it or we said it */
};

/* ---- what the library tells ---- */

void tls_told_secret(const SSL *ssl, const char *line)
{
    struct tls *t = SSL_get_app_data(ssl);
    buf_addz(&t->secrets, line);
    buf_byte(&t->secrets, '\n');
}

/* In TLS 1.3 an alert's level says nothing: all but two are the end (RFC 8446 6). */
static bool is_fatal(const SSL *ssl, int level, int alert)
{
    bool harmless = alert == SSL3_AD_CLOSE_NOTIFY || alert == TLS1_AD_USER_CANCELLED;
    return level == SSL3_AL_FATAL || (SSL_version(ssl) == TLS1_3_VERSION && !harmless);
}

void tls_told_alert(const SSL *ssl, int where, int what)
{
    struct tls *t = SSL_get_app_data(ssl);
    if ((where & SSL_CB_ALERT) && !t->alerted && is_fatal(ssl, what >> 8, what & 0xFF)) {
        t->alerted = true;
        t->heard_alert = where & SSL_CB_READ;
        t->alert = what & 0xFF;
    }
}

/* ---- into the library and back ---- */

static void enter(struct tls *t, struct outq *out)
{
    ERR_clear_error();
    tls_draw_from(t->realm, &t->stream);
    t->wire.out = out;
}

static void leave(struct tls *t)
{
    ERR_clear_error();
    tls_draw_from(t->realm, NULL);
    t->wire.out = NULL;
}

/* ---- beginning and end ---- */

static void set_versions(SSL *ssl, enum tls_versions versions)
{
    static const struct {
        int least, most;
    } rows[] = {
        [TLS_VERSIONS_ALL] = { TLS1_2_VERSION, TLS1_3_VERSION },
        [TLS_VERSIONS_1_2] = { TLS1_2_VERSION, TLS1_2_VERSION },
        [TLS_VERSIONS_1_3] = { TLS1_3_VERSION, TLS1_3_VERSION },
    };
    assert((size_t)versions < COUNT(rows));
    bool ok = SSL_set_min_proto_version(ssl, rows[versions].least) &&
              SSL_set_max_proto_version(ssl, rows[versions].most);
    assert(ok);
}

static void be_server(struct tls *t, const struct tls_identity *id)
{
    bool ok = SSL_use_certificate(t->ssl, id->certificate) && SSL_use_PrivateKey(t->ssl, id->key);
    assert(ok);
    SSL_set_accept_state(t->ssl);
}

static void be_client(struct tls *t, const struct tls_config *c)
{
    X509_VERIFY_PARAM *verify = SSL_get0_param(t->ssl);
    X509_VERIFY_PARAM_set_time(verify, (time_t)c->unix_now);
    X509_VERIFY_PARAM_set_hostflags(verify, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
                                                X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    /* The dot of a fully qualified name is no part of it here: RFC 6066 3. */
    slice name = slice_ends(c->name, SLICE(".")) ? slice_sub(c->name, 0, c->name.len - 1) : c->name;
    buf_add(&t->name, name);
    if (name.len > 0 && !X509_VERIFY_PARAM_set1_ip_asc(verify, buf_z(&t->name))) {
        /* An address is compared, but not asked for: RFC 6066 3. */
        bool ok = X509_VERIFY_PARAM_set1_host(verify, name.ptr, name.len) &&
                  (name.len > TLSEXT_MAXLEN_host_name ||
                   SSL_set_tlsext_host_name(t->ssl, buf_z(&t->name)));
        assert(ok);
    }
    SSL_set_verify(t->ssl, c->must_verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, NULL);
    SSL_set_connect_state(t->ssl);
}

struct tls *tls_new(struct tls_realm *r, const struct tls_config *c)
{
    assert(c->identity || !c->must_verify || c->name.len > 0);
    struct tls *t = mem_alloc(sizeof *t);
    t->realm = r;
    t->is_server = c->identity;
    t->stream = tls_stream_fork(r, SLICE("flow"), t->is_server ? SLICE("server") : SLICE("client"),
                                c->flow);
    outq_init(&t->waiting);
    enter(t, NULL);
    t->ssl = SSL_new(t->is_server ? r->server : r->client);
    assert(t->ssl);
    (void)SSL_set_app_data(t->ssl, t);
    BIO *bio = tls_wire_open(r->wire, &t->wire);
    SSL_set_bio(t->ssl, bio, bio); /* takes the one reference for both ways */
    set_versions(t->ssl, c->versions);
    if (t->is_server) {
        be_server(t, c->identity);
    } else {
        be_client(t, c);
    }
    leave(t);
    return t;
}

void tls_free(struct tls *t)
{
    if (!t) {
        return;
    }
    SSL_free(t->ssl);
    ERR_clear_error();
    tls_wire_deinit(&t->wire);
    outq_deinit(&t->waiting);
    buf_deinit(&t->name);
    buf_deinit(&t->peer);
    buf_deinit(&t->secrets);
    mem_free(t);
}

/* ---- facts ---- */

static void look_at_peer(struct tls *t)
{
    X509 *x = SSL_get0_peer_certificate(t->ssl);
    if (!x) {
        return;
    }
    long found = SSL_get_verify_result(t->ssl);
    t->facts.verified = found == X509_V_OK && t->name.len > 0;
    t->facts.problem = found == X509_V_OK && !t->facts.verified
                           ? SLICE("no name to compare the certificate with")
                           : tls_words_certificate(found);
    bool other = found == X509_V_ERR_HOSTNAME_MISMATCH || found == X509_V_ERR_IP_ADDRESS_MISMATCH;
    if (other || t->name.len == 0) {
        tls_first_name(&t->peer, x);
    }
    t->facts.peer = t->peer.len > 0 ? buf_slice(&t->peer) : buf_slice(&t->name);
}

static enum tls_step secured(struct tls *t)
{
    t->state = OPEN;
    t->facts.version = slice_of(SSL_get_version(t->ssl));
    t->facts.cipher = slice_of(SSL_CIPHER_standard_name(SSL_get_current_cipher(t->ssl)));
    if (!t->is_server) {
        look_at_peer(t);
    }
    return TLS_SECURED;
}

static slice why_failed(const struct tls *t)
{
    long found = t->is_server ? X509_V_OK : SSL_get_verify_result(t->ssl);
    if (t->stranger) {
        return SLICE("the peer does not speak TLS");
    }
    if (t->alerted && t->heard_alert) {
        return tls_words_alert(true, t->alert);
    }
    if (t->state == SHAKING && found != X509_V_OK && SSL_get_verify_mode(t->ssl)) {
        return tls_words_certificate(found);
    }
    return tls_words_alert(false, t->alerted ? t->alert : -1);
}

static enum tls_step failed(struct tls *t)
{
    t->facts.problem = why_failed(t);
    t->facts.verified = false;
    t->state = OVER;
    outq_clear(&t->waiting);
    return TLS_FAILED;
}

/* ---- saying ---- */

static bool write_all(struct tls *t, slice s)
{
    size_t done = 0;
    return s.len == 0 || (SSL_write_ex(t->ssl, s.ptr, s.len, &done) == 1 && done == s.len);
}

static struct blob *record_room(struct tls_realm *r)
{
    if (!r->record) {
        r->record = blob_with_room(TLS_RECORD_MAX);
    }
    return r->record;
}

/* Small chunks share a record. */
static bool write_some(struct tls *t, struct outq *plain)
{
    struct chunk c;
    const struct chunk *first = outq_peek(plain, 0);
    size_t most = first->bytes.len < TLS_RECORD_MAX ? first->bytes.len : TLS_RECORD_MAX;
    if (most == TLS_RECORD_MAX || plain->count == 1) {
        bool taken = outq_take(plain, most, &c);
        assert(taken);
        bool ok = write_all(t, c.bytes);
        blob_unref(&c.owner);
        return ok;
    }
    struct blob *room = record_room(t->realm);
    while (room->len < TLS_RECORD_MAX && outq_take(plain, TLS_RECORD_MAX - room->len, &c)) {
        bool fits = blob_append(room, c.bytes);
        assert(fits);
        blob_unref(&c.owner);
    }
    bool ok = write_all(t, blob_slice(room));
    room->len = 0;
    return ok;
}

static void say_all(struct tls *t, struct outq *plain)
{
    bool ok = true;
    while (ok && plain->size > 0) {
        ok = write_some(t, plain);
    }
    if (!ok) {
        t->failed_unsaid = true;
        (void)failed(t);
        outq_clear(plain);
    } else if (t->finished) {
        (void)SSL_shutdown(t->ssl);
    }
}

void tls_say(struct tls *t, struct outq *plain, struct outq *out)
{
    if (t->state == OVER || t->finished) {
        outq_clear(plain);
        return;
    }
    if (t->state == SHAKING) {
        outq_move(&t->waiting, plain);
        return;
    }
    enter(t, out);
    say_all(t, plain);
    leave(t);
}

void tls_finish(struct tls *t, struct outq *out)
{
    if (t->state == OVER || t->finished) {
        return;
    }
    t->finished = true;
    if (t->state == OPEN) {
        enter(t, out);
        say_all(t, &t->waiting);
        leave(t);
    }
}

/* ---- hearing ---- */

void tls_hear(struct tls *t, slice in)
{
    if (t->state == OVER || t->ended || in.len == 0) {
        return;
    }
    if (!t->heard_any) {
        t->heard_any = true;
        t->stranger = in.ptr[0] != SSL3_RT_HANDSHAKE && in.ptr[0] != SSL3_RT_ALERT;
    }
    tls_wire_hear(&t->wire, in);
}

static enum tls_step not_now(struct tls *t, int result)
{
    switch (SSL_get_error(t->ssl, result)) {
    case SSL_ERROR_WANT_READ:
        return TLS_WANT_INPUT;
    case SSL_ERROR_ZERO_RETURN:
        t->ended = true;
        tls_wire_deinit(&t->wire);
        return TLS_ENDED;
    default:
        return failed(t);
    }
}

static enum tls_step shake(struct tls *t)
{
    int result = SSL_do_handshake(t->ssl);
    enum tls_step step = result == 1 ? secured(t) : not_now(t, result);
    if (step == TLS_WANT_INPUT && t->stranger) {
        return failed(t); /* the library still hopes for a hello of SSL 2 */
    }
    if (step == TLS_SECURED) {
        say_all(t, &t->waiting);
    }
    return step;
}

/* A big piece goes away with the memory that it was opened into; small ones are packed. */
static enum tls_step read_some(struct tls *t, struct chunk *plain_r)
{
    struct tls_realm *r = t->realm;
    struct blob *room = record_room(r);
    int result = SSL_read_ex(t->ssl, room->bytes, TLS_RECORD_MAX, &room->len);
    if (result != 1) {
        room->len = 0;
        return not_now(t, result);
    }
    if (room->len >= TLS_RECORD_MAX / 2) {
        *plain_r = (struct chunk){ blob_slice(room), room };
        r->record = NULL;
    } else {
        *plain_r = blob_pack(&r->lines, blob_slice(room));
        room->len = 0;
    }
    return TLS_PLAIN;
}

enum tls_step tls_next(struct tls *t, struct outq *out, struct chunk *plain_r)
{
    if (t->failed_unsaid) {
        t->failed_unsaid = false;
        return TLS_FAILED;
    }
    if (t->state == OVER || t->ended) {
        return TLS_WANT_INPUT;
    }
    enter(t, out);
    enum tls_step step = t->state == SHAKING ? shake(t) : read_some(t, plain_r);
    leave(t);
    return step;
}

/* ---- what is known ---- */

const struct tls_facts *tls_facts(const struct tls *t)
{
    return &t->facts;
}

bool tls_secret(struct tls *t, slice *line_r)
{
    slice rest = slice_from(buf_slice(&t->secrets), t->secrets_at);
    if (rest.len == 0) {
        buf_deinit(&t->secrets);
        t->secrets_at = 0;
        return false;
    }
    *line_r = slice_cut(&rest, '\n');
    t->secrets_at += line_r->len + 1;
    return true;
}
