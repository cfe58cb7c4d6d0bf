/* imap_client_fuzz.c - any bytes as what an IMAP server says.  The first byte chooses how they are
 * cut, which order comes first and what is thought of TLS; the events must not depend on the cuts. */
#include "sim/base/mem.h"
#include "sim/proto/imap.h"
#include "sim/proto/sasl.h"
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

static void add_item(struct play *p, const struct imap_item *item)
{
    fmt_u64(&p->log, item->uid);
    fmt_u64(&p->log, item->size);
    fmt_u64(&p->log, item->flags);
    fmt_u64(&p->log, item->modseq);
    fmt_i64(&p->log, item->date);
    buf_add(&p->log, item->envelope);
    buf_add(&p->log, item->keywords);
    buf_add(&p->log, item->preview);
    buf_byte(&p->log, item->header_only ? 'h' : '-');
}

static void add_folder(struct play *p, const struct imap_folder *f)
{
    buf_add(&p->log, f->name);
    buf_byte(&p->log, f->separator);
    const uint64_t numbers[] = { f->attributes, f->has_status,   f->messages, f->unseen,
                                 f->uid_next,   f->uid_validity, f->modseq,   f->size };
    for (size_t i = 0; i < COUNT(numbers); i++) {
        fmt_u64(&p->log, numbers[i]);
        buf_byte(&p->log, ' ');
    }
}

static void add_copied(struct play *p, const struct imap_copied *copied)
{
    fmt_u64(&p->log, copied->uid_validity);
    buf_add(&p->log, copied->from);
    buf_byte(&p->log, ' ');
    buf_add(&p->log, copied->to);
}

static void add_event(struct play *p, const struct session_event *ev)
{
    fmt_u64(&p->log, ev->kind);
    buf_byte(&p->log, ' ');
    fmt_u64(&p->log, ev->number);
    buf_add(&p->log, ev->text);
    if (ev->kind == IMAP_EV_ITEM) {
        add_item(p, ev->detail);
    } else if (ev->kind == IMAP_EV_FOLDER) {
        add_folder(p, ev->detail);
    } else if (ev->kind == IMAP_EV_COPIED) {
        add_copied(p, ev->detail);
    } else if (ev->kind == IMAP_EV_REMOVED) {
        fmt_u64(&p->log, *(const uint32_t *)ev->detail);
    }
    if (ev->message) {
        message_copy(ev->message, &p->log);
    }
    buf_byte(&p->log, '\n');
}

/* Each order once in a while; what is in its struct turns with the count. */
static void order(struct play *p, struct session_io io)
{
    static const slice boxes[] = { SLICE_INIT("b\"\xc3\xa5x"), SLICE_INIT("Inbox"),
                                   SLICE_INIT("a\nb"), SLICE_INIT("\xff & x") };
    static const slice sets[] = { SLICE_INIT("1:*"), SLICE_INIT("3,5:7") };
    size_t n = p->orders++;
    slice box = boxes[n % COUNT(boxes)];
    slice set = sets[n % COUNT(sets)];
    const slice pair[] = { box, boxes[1] };
    const slice words = SLICE("CONDSTORE QRESYNC UTF8=ACCEPT IMAP4rev2");
    const uint32_t uid = 3;
    const struct imap_store store = { 3, FLAG_SEEN, 1 };
    struct message *m = message_from(SLICE("a: b\r\n\r\nc"));
    const struct imap_append append = { .mailbox = box,
                                        .flags = n & 31u,
                                        .message = m,
                                        .keywords = n & 1 ? SLICE("$A b") : SLICE(""),
                                        .date = n & 2 ? 86400 : 0 };
    const struct imap_open open = { .mailbox = box,
                                    .read_only = n & 1,
                                    .condstore = n & 2,
                                    .uid_validity = n & 4 ? 7 : 0,
                                    .modseq = n & 8 ? 9 : 0,
                                    .known = n & 16 ? set : SLICE("") };
    const struct imap_fetch fetch = {
        .set = set, .want = (uint32_t)(n * 37) & 1023u, .changed_since = n & 3, .vanished = n & 4
    };
    const struct imap_change change = { .set = set,
                                        .flags = n & 31u,
                                        .keywords = n & 1 ? SLICE("$A b") : SLICE(""),
                                        .mode = (int)(n % 3) - 1,
                                        .unchanged_since = n & 6,
                                        .silent = n & 8 };
    const struct imap_copy copy = { set, box };
    const struct {
        uint16_t kind;
        const void *detail;
    } all[] = {
        { IMAP_ORDER_OPEN, &open },         { IMAP_ORDER_FETCH, &fetch },
        { IMAP_ORDER_LIST, NULL },          { IMAP_ORDER_UIDS, NULL },
        { IMAP_ORDER_ENABLE, &words },      { IMAP_ORDER_CHANGE, &change },
        { IMAP_ORDER_APPEND, &append },     { IMAP_ORDER_COPY, &copy },
        { IMAP_ORDER_MOVE, &copy },         { IMAP_ORDER_REMOVE, &set },
        { IMAP_ORDER_IDLE, NULL },          { IMAP_ORDER_SEARCH, &SLICE("FLAGGED") },
        { IMAP_ORDER_STATUS, &box },        { IMAP_ORDER_CREATE, &box },
        { IMAP_ORDER_RENAME, pair },        { IMAP_ORDER_DELETE, &box },
        { IMAP_ORDER_SUBSCRIBE, &box },     { IMAP_ORDER_UNSELECT, NULL },
        { IMAP_ORDER_SELECT, &box },        { IMAP_ORDER_EXAMINE, &box },
        { IMAP_ORDER_LIST_NEW, &uid },      { IMAP_ORDER_BODY, &uid },
        { IMAP_ORDER_PEEK, &uid },          { IMAP_ORDER_STORE, &store },
        { IMAP_ORDER_SEARCH_UNSEEN, NULL }, { IMAP_ORDER_EXPUNGE, NULL },
        { IMAP_ORDER_NOOP, NULL },
    };
    size_t i = n % COUNT(all);
    imap_client_ops.tell(p->self, io, &(struct session_order){ all[i].kind, all[i].detail });
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
                                               .tls = (enum tls_policy)(first % 3),
                                               .mechanisms = first & 4 ? SASL_ALL : 0,
                                               .nonce = SLICE("nonce") };
    *p = (struct play){ .orders = first * 2 };
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
