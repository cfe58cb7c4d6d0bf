/* pop3_fuzz.c - any bytes, cut anywhere, into the POP3 server (first byte even) or the client (odd).
 * The second byte is how long the pieces are; the decisions of the host come from the input too. */
#include "sim/base/mem.h"
#include "sim/mail/message.h"
#include "sim/proto/pop3.h"
#include "sim/proto/sasl.h"
#include "tests/fuzz/upgrade.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct host {
    const struct session_ops *ops;
    void *self;
    struct mailbox mailbox;
    struct outq out;
    size_t said, size, room;
    unsigned choice;
    bool upgrading;
    size_t unread;                 /* of the chunk, behind the wish for TLS */
    const struct session_tls *tls; /* NULL: not yet */
};

static struct session_io io_of(struct host *h)
{
    return (struct session_io){ .out = &h->out, .room = h->room, .tls = h->tls };
}

static struct session_answer decide(struct host *h, const struct session_event *ev)
{
    h->choice = h->choice * 5 + 3;
    static const struct sasl_secret secret = { .password = SLICE_INIT("x"),
                                               .nonce = SLICE_INIT("n"),
                                               .salt = SLICE_INIT("salt"),
                                               .iterations = 1 };
    if (ev->kind == POP3_EV_GREETING && h->ops == &pop3_server_ops) {
        return (struct session_answer){ .text = h->choice % 4 ? SLICE("1.2") : SLICE("") };
    }
    if (ev->kind == POP3_EV_SECRET && h->ops == &pop3_server_ops) {
        bool lent = h->choice % 8 != 0;
        return (struct session_answer){ .code = h->choice % 4 == 0 ? 535 : 0,
                                        .grant = lent ? (void *)(uintptr_t)&secret : NULL };
    }
    if (h->ops == &pop3_server_ops) {
        bool in = h->choice % 4 != 0;
        return (struct session_answer){ .code = h->choice % 16 == 4,
                                        .grant = in ? &h->mailbox : NULL };
    }
    const struct pop3_listed *listed = ev->detail;
    unsigned wish = h->choice / 2 % 5;
    bool whole = ev->kind == POP3_EV_MESSAGE && !listed->partial;
    bool again = wish == POP3_RETRIEVE || wish >= POP3_TOP;
    return (struct session_answer){ .code = (uint16_t)(whole && again ? POP3_KEEP : wish) };
}

static bool asks(const struct host *h, const struct session_event *ev)
{
    return h->ops == &pop3_server_ops ? ev->kind == POP3_EV_LOGIN || ev->kind == POP3_EV_GREETING ||
                                            ev->kind == POP3_EV_SECRET
                                      : ev->kind == POP3_EV_LISTED || ev->kind == POP3_EV_MESSAGE;
}

static void drain(struct host *h)
{
    h->said += h->out.size;
    outq_clear(&h->out);
}

/* false: it has closed. */
static bool run(struct host *h)
{
    for (;;) {
        struct session_event ev = { 0 };
        switch (h->ops->next(h->self, io_of(h), &ev)) {
        case STEP_EVENT:
            if (asks(h, &ev)) {
                h->ops->answer(h->self, io_of(h), decide(h, &ev));
            }
            break;
        case STEP_WANT_ROOM:
            drain(h);
            break;
        case STEP_WANT_INPUT:
            drain(h);
            return true;
        case STEP_UPGRADE:
            drain(h);
            h->upgrading = true;
            h->unread = ev.text.len;
            return true;
        case STEP_CLOSE:
            return false;
        default:
            assert(false); /* a step these sessions never take */
        }
        assert(h->ops->state(h->self));
    }
}

/* What is left of the input when TLS has come up, or failed; false: it has closed. */
static bool secure(struct host *h, slice *rest)
{
    h->upgrading = false;
    if (!fuzz_upgrade(h->ops, h->self, io_of(h), rest, &h->tls)) {
        return true;
    }
    bool open = run(h);
    assert(!h->upgrading);
    return open;
}

static void play(struct host *h, const void *config, slice bytes, size_t piece)
{
    h->self = mem_alloc(h->ops->size);
    h->ops->open(h->self, config, io_of(h));
    bool open = run(h);
    while (open && bytes.len > 0) {
        struct blob *b = blob_new(slice_sub(bytes, 0, piece));
        h->ops->feed(h->self, (struct chunk){ blob_slice(b), piece % 2 ? b : NULL });
        open = run(h);
        bytes = slice_from(bytes, h->upgrading ? blob_slice(b).len - h->unread : piece);
        open = h->upgrading ? secure(h, &bytes) : open;
        blob_unref(&b);
    }
    if (open) {
        h->ops->eof(h->self);
        open = run(h);
    }
    assert(!open);
    h->ops->deinit(h->self);
    assert(!h->mailbox.locked);
    mem_free(h->self);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pop3_server_config server = { .host = SLICE("h"), .offers = POP3_USUAL };
    struct pop3_client_config client = {
        .user = SLICE("bob"), .password = SLICE("x"), .use_uidl = true, .use_capa = true
    };
    if (size < 2) {
        return 0;
    }
    server.offers |= (data[0] & 2) != 0 ? POP3_HAS_STLS : 0u;
    server.offers |= (data[0] & 16) != 0 ? POP3_HAS_APOP | POP3_HAS_EXPIRE : 0u;
    server.offers &= (data[0] & 8) != 0 ? UINT32_MAX : ~(uint32_t)POP3_HAS_SASL;
    server.tls_required = (data[0] & 4) != 0;
    server.auth_needs_tls = (data[0] & 32) != 0;
    server.update_fails = (data[0] & 64) != 0;
    server.mechanisms = (data[0] & 128) != 0 ? SASL_ALL : 0u;
    client.tls = (enum tls_policy)(data[0] / 2 % 3);
    client.use_top = (data[0] & 8) != 0;
    client.use_pipelining = (data[0] & 16) != 0;
    client.use_apop = (data[0] & 32) != 0;
    client.mechanisms = (data[0] & 64) != 0 ? SASL_ALL : 0u;
    client.nonce = SLICE("n");
    struct host h = { .room = (size_t)(data[1] >> 4) + 1, .choice = data[1] };
    bool is_client = data[0] % 2 != 0;
    h.ops = is_client ? &pop3_client_ops : &pop3_server_ops;
    outq_init(&h.out);
    mailbox_init(&h.mailbox, SLICE("INBOX"), 1);
    static const slice letters[] = { SLICE_INIT("Subject: x\r\n\r\n.\r\n..\r\n"),
                                     SLICE_INIT("no end"), SLICE_INIT("") };
    for (size_t i = 0; i < COUNT(letters); i++) {
        (void)mailbox_append(&h.mailbox, message_from(letters[i]), 0, 0, 0, 0);
    }
    slice bytes = { (const char *)data + 2, size - 2 };
    play(&h, is_client ? (const void *)&client : &server, bytes, (size_t)(data[1] & 15) + 1);
    outq_deinit(&h.out);
    mailbox_deinit(&h.mailbox);
    return 0;
}
