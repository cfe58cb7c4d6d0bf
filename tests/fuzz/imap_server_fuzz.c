/* imap_server_fuzz.c - any bytes as IMAP commands.  The first byte chooses how they are cut and how
 * little room there is; what the server says must not depend on it, and must have no NUL in it.  Its
 * bit 32 offers STARTTLS, and 64 requires it. */
#include "sim/base/mem.h"
#include "sim/proto/imap.h"
#include "tests/fuzz/upgrade.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct play {
    struct arena arena;
    struct directory directory;
    struct imap_server_config config;
    void *self;
    struct outq out;
    struct buf said;
    size_t room;
    bool closed;
    bool upgrading;
    size_t unread;                 /* of the chunk, behind the wish for TLS */
    const struct session_tls *tls; /* NULL: not yet */
};

static const char letter[] =
    "From: \"Bob\" <bob@example.net>\r\nTo: g: alice@example.org;, (c) x\r\n"
    "Subject: s\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b\r\n"
    "Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\ntext\r\n--b--\r\n";

static void open_play(struct play *p, size_t room, uint8_t head)
{
    *p = (struct play){ .room = room };
    arena_init(&p->arena);
    directory_init(&p->directory, &p->arena, SLICE("example.org"));
    struct account *a = directory_add(&p->directory, SLICE("a"), SLICE("example.org"), SLICE("b"));
    (void)account_box_add(a, SLICE("x"));
    for (size_t i = 0; i < 3; i++) {
        struct message *m = message_from(slice_of(letter));
        if (i == 1) { /* one in several pieces, and with a NUL */
            struct message *longer = message_with_front(m, SLICE("Received: by\r\n x\r\n"));
            message_add(longer, (struct chunk){ SLICE("a\0b"), NULL });
            message_unref(&m);
            m = longer;
        }
        (void)mailbox_append(a->boxes[0], m, 0, (uint32_t)i, 0, 1788771601);
    }
    p->config = (struct imap_server_config){
        .host = SLICE("h"), .extensions = IMAP_ALL, .names = &p->arena, .literal_max = 100000
    };
    p->config.starttls = (head & 32) != 0;
    p->config.tls_required = (head & 64) != 0;
    outq_init(&p->out);
    p->self = mem_alloc(imap_server_ops.size);
}

static void drain(struct play *p)
{
    struct chunk c;
    while (outq_take(&p->out, SIZE_MAX, &c)) {
        buf_add(&p->said, c.bytes);
        blob_unref(&c.owner);
    }
}

static void run(struct play *p)
{
    struct session_event ev;
    struct session_io io = { .out = &p->out, .room = p->room, .tls = p->tls };
    while (!p->closed) {
        switch (imap_server_ops.next(p->self, io, &ev)) {
        case STEP_EVENT:
            if (ev.kind == IMAP_EV_LOGIN) {
                const struct imap_login *who = ev.detail;
                struct session_answer a = { 0 };
                a.grant = directory_login(&p->directory, who->user, who->password);
                imap_server_ops.answer(p->self, io, a);
            }
            break;
        case STEP_WANT_ROOM:
            drain(p);
            break;
        case STEP_WANT_INPUT:
            drain(p);
            return;
        case STEP_UPGRADE:
            drain(p);
            p->upgrading = true;
            p->unread = ev.text.len;
            return;
        case STEP_CLOSE:
            drain(p);
            p->closed = true;
            break;
        default:
            assert(false && "a server asks for nothing else");
        }
    }
}

/* Bytes that live no longer than the contract says. */
static void feed(struct play *p, slice bytes)
{
    if (!p->closed && bytes.len > 0) {
        struct blob *b = blob_new(bytes);
        imap_server_ops.feed(p->self, (struct chunk){ blob_slice(b), b });
        run(p);
        blob_unref(&b);
    }
}

/* What is left of the input when TLS has come up, or failed. */
static slice secure(struct play *p, slice rest)
{
    struct session_io io = { .out = &p->out, .room = p->room };
    p->upgrading = false;
    if (fuzz_upgrade(&imap_server_ops, p->self, io, &rest, &p->tls)) {
        run(p);
        assert(!p->upgrading);
    }
    return rest;
}

static void play_all(struct play *p, slice bytes, size_t cut)
{
    imap_server_ops.open(p->self, &p->config,
                         (struct session_io){ .out = &p->out, .room = p->room, .now = 0 });
    if (!p->config.starttls) {
        feed(p, SLICE("1 LOGIN a b\r\n2 SELECT INBOX\r\n"));
    }
    while (bytes.len > 0 && !p->closed) {
        slice part = slice_sub(bytes, 0, cut);
        feed(p, part);
        bytes = slice_from(bytes, part.len - (p->upgrading ? p->unread : 0));
        bytes = p->upgrading ? secure(p, bytes) : bytes;
    }
    if (!p->closed) {
        imap_server_ops.eof(p->self);
        run(p);
        assert(p->closed);
    }
    imap_server_ops.deinit(p->self);
    mem_free(p->self);
    outq_deinit(&p->out);
    directory_deinit(&p->directory);
    arena_deinit(&p->arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1) {
        return 0;
    }
    slice bytes = { (const char *)data + 1, size - 1 };
    size_t cut = (data[0] & 15u) + 1u;
    struct play whole;
    struct play parts;
    open_play(&whole, 1u << 20, data[0]);
    play_all(&whole, bytes, bytes.len + 1);
    open_play(&parts, (data[0] & 16u) ? 1 : 1u << 20, data[0]);
    play_all(&parts, bytes, cut);
    assert(slice_eq(buf_slice(&whole.said), buf_slice(&parts.said)));
    assert(slice_find_byte(buf_slice(&whole.said), '\0') == SLICE_NONE);
    buf_deinit(&whole.said);
    buf_deinit(&parts.said);
    return 0;
}
