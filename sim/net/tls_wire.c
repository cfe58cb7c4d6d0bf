/* tls_wire.c - where the library reads and writes: octets that were heard, a queue that is lent.
 * Its own memory BIO would keep, for each connection, room for the most that ever lay in it; a
 * thousand idle ones must stay small. */
#include "sim/net/tls_internal.h"

#include <assert.h>

#define KEPT 4096 /* room that is kept when all is used up */

static int wire_read(BIO *bio, char *out, size_t room, size_t *len_r)
{
    struct tls_wire *w = BIO_get_data(bio);
    slice rest = slice_sub(slice_from(buf_slice(&w->in), w->in_at), 0, room);
    BIO_clear_retry_flags(bio);
    *len_r = rest.len;
    if (rest.len == 0) {
        BIO_set_retry_read(bio); /* not the end: more may come */
        return 0;
    }
    memcpy(out, rest.ptr, rest.len);
    w->in_at += rest.len;
    if (w->in_at == w->in.len) {
        w->in_at = 0;
        buf_clear(&w->in);
        if (w->in.cap > KEPT) {
            buf_deinit(&w->in);
        }
    }
    return 1;
}

static int wire_write(BIO *bio, const char *bytes, size_t len, size_t *len_r)
{
    struct tls_wire *w = BIO_get_data(bio);
    assert(w->out);
    slice s = { bytes, len };
    if (len > OUTQ_TEXT / 2) {
        struct blob *b = blob_new(s);
        outq_blob(w->out, b, 0, len);
        blob_unref(&b);
    } else {
        outq_text(w->out, s);
    }
    *len_r = len;
    return 1;
}

static long wire_control(BIO *bio, int what, long number, void *pointer)
{
    (void)bio;
    (void)number;
    (void)pointer;
    return what == BIO_CTRL_FLUSH;
}

BIO_METHOD *tls_wire_method(void)
{
    /* A type number is only for who looks for a BIO in a chain; there are but 128 of them. */
    BIO_METHOD *m = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "mailflow");
    if (m && (!BIO_meth_set_read_ex(m, wire_read) || !BIO_meth_set_write_ex(m, wire_write) ||
              !BIO_meth_set_ctrl(m, wire_control))) {
        BIO_meth_free(m);
        m = NULL;
    }
    return m;
}

BIO *tls_wire_open(BIO_METHOD *method, struct tls_wire *w)
{
    BIO *bio = BIO_new(method);
    assert(bio);
    BIO_set_data(bio, w);
    BIO_set_init(bio, 1);
    return bio;
}

void tls_wire_hear(struct tls_wire *w, slice in)
{
    /* What is used up goes when there is at least as much of it as of the rest: each octet is
     * moved once at most, on the average. */
    size_t rest = w->in.len - w->in_at;
    if (w->in_at > 0 && w->in_at >= rest) {
        memmove(w->in.ptr, w->in.ptr + w->in_at, rest);
        w->in.len = rest;
        w->in_at = 0;
    }
    buf_add(&w->in, in);
}

void tls_wire_deinit(struct tls_wire *w)
{
    buf_deinit(&w->in);
}
