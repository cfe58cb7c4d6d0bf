/* imap_client_fuzz.c - any bytes as what an IMAP server says.  The first byte chooses how they are
 * cut, which order comes first and what is thought of TLS; the events must not depend on the cuts. */
#include "sim/base/mem.h"
#include "sim/proto/imap.h"
#include "tests/fuzz/upgrade.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct play {
    void *self;
    struct outq out;
    struct buf log; /* events, and what the client says */
    size_t orders;
    bool closed;
    bool upgrading;
    size_t unread;                 /* of the chunk, behind the wish for TLS */
    const struct session_tls *tls; /* NULL: not yet */
};

static void drain(struct play *p)
{
    struct chunk c;
    while (outq_take(&p->out, SIZE_MAX, &c)) {
        buf_add(&p->log, c.bytes);
        blob_unref(&c.owner);
    }
}

static void add_event(struct play *p, const struct session_event *ev)
{
    fmt_u64(&p->log, ev->kind);
    buf_byte(&p->log, ' ');
    fmt_u64(&p->log, ev->number);
    buf_add(&p->log, ev->text);
    if (ev->kind == IMAP_EV_ITEM) {
        const struct imap_item *item = ev->detail;
        fmt_u64(&p->log, item->uid);
        fmt_u64(&p->log, item->size);
        buf_add(&p->log, item->envelope);
    }
    if (ev->message) {
        message_copy(ev->message, &p->log);
    }
    buf_byte(&p->log, '\n');
}

static void order(struct play *p, struct session_io io)
{
    static const uint16_t kinds[] = { IMAP_ORDER_SELECT, IMAP_ORDER_LIST_NEW,
                                      IMAP_ORDER_APPEND, IMAP_ORDER_SEARCH_UNSEEN,
                                      IMAP_ORDER_BODY,   IMAP_ORDER_STORE,
                                      IMAP_ORDER_IDLE,   IMAP_ORDER_EXPUNGE };
    static const slice box = SLICE_INIT("b\"\xc3\xa5x");
    static const uint32_t uid = 3;
    static const struct imap_store store = { 3, FLAG_SEEN, 1 };
    struct message *m = message_from(SLICE("a: b\r\n\r\nc"));
    const struct imap_append append = { box, 0, m };
    uint16_t kind = kinds[p->orders++ % COUNT(kinds)];
    const void *detail = kind == IMAP_ORDER_SELECT   ? (const void *)&box
                         : kind == IMAP_ORDER_STORE  ? (const void *)&store
                         : kind == IMAP_ORDER_APPEND ? (const void *)&append
                                                     : (const void *)&uid;
    imap_client_ops.tell(p->self, io, &(struct session_order){ kind, detail });
    message_unref(&m);
}

static void run(struct play *p)
{
    struct session_event ev;
    struct session_io io = { .out = &p->out, .room = 1u << 20, .tls = p->tls };
    while (!p->closed) {
        enum step step = imap_client_ops.next(p->self, io, &ev);
        drain(p);
        if (step == STEP_EVENT) {
            add_event(p, &ev);
            if (ev.kind == IMAP_EV_WAITING) {
                imap_client_ops.tell(p->self, io, &(struct session_order){ IMAP_ORDER_DONE, NULL });
            }
        } else if (step == STEP_WANT_ORDER) {
            order(p, io);
            drain(p);
        } else if (step == STEP_WANT_INPUT) {
            return;
        } else if (step == STEP_UPGRADE) {
            p->upgrading = true;
            p->unread = ev.text.len;
            return;
        } else {
            assert(step == STEP_CLOSE);
            p->closed = true;
        }
    }
}

/* Cut at line ends the orders come at the same places; finer cuts are the transcripts' business. */
static void feed(struct play *p, slice bytes)
{
    if (!p->closed && bytes.len > 0) {
        struct blob *b = blob_new(bytes);
        imap_client_ops.feed(p->self, (struct chunk){ blob_slice(b), b });
        run(p);
        blob_unref(&b);
    }
}

/* What is left of the input when TLS has come up, or failed. */
static slice secure(struct play *p, slice rest)
{
    struct session_io io = { .out = &p->out, .room = 1u << 20 };
    p->upgrading = false;
    if (fuzz_upgrade(&imap_client_ops, p->self, io, &rest, &p->tls)) {
        run(p);
        assert(!p->upgrading);
    }
    return rest;
}

static void play_all(struct play *p, slice bytes, size_t cut, size_t first)
{
    const struct imap_client_config config = { .user = SLICE("al\"ice"),
                                               .password = SLICE("p\xc3\xa5"),
                                               .tls = (enum tls_policy)(first % 3) };
    *p = (struct play){ .orders = first };
    p->self = mem_alloc(imap_client_ops.size);
    outq_init(&p->out);
    imap_client_ops.open(p->self, &config,
                         (struct session_io){ .out = &p->out, .room = 1u << 20, .now = 0 });
    while (bytes.len > 0) {
        size_t lf = slice_find_byte(bytes, '\n');
        slice line = slice_sub(bytes, 0, lf == SLICE_NONE ? bytes.len : lf + 1);
        size_t at = 0;
        while (at < line.len && !p->upgrading) {
            slice part = slice_sub(line, at, cut);
            feed(p, part);
            at += part.len - (p->upgrading ? p->unread : 0);
        }
        bytes = slice_from(bytes, at);
        bytes = p->upgrading ? secure(p, bytes) : bytes;
    }
    if (!p->closed) {
        imap_client_ops.eof(p->self);
        run(p);
        assert(p->closed);
    }
    imap_client_ops.deinit(p->self);
    mem_free(p->self);
    outq_deinit(&p->out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1) {
        return 0;
    }
    slice bytes = { (const char *)data + 1, size - 1 };
    struct play whole;
    struct play parts;
    play_all(&whole, bytes, bytes.len + 1, data[0] >> 4);
    play_all(&parts, bytes, (data[0] & 15u) + 1u, data[0] >> 4);
    assert(slice_eq(buf_slice(&whole.log), buf_slice(&parts.log)));
    buf_deinit(&whole.log);
    buf_deinit(&parts.log);
    return 0;
}
