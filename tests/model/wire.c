/* wire.c - a server session of its own for each client, fed in pieces of any size, with room or
 * next to none.  Never looks at what is said. */
#include "tests/model/model.h"

#include "sim/base/mem.h"

static struct session_io io_of(struct client *c, struct outq *out)
{
    struct play *p = c->play;
    return (struct session_io){ .out = out,
                                .room = chance(p, c->pauses ? 90 : 30) ? 1 + pick(p, 60) : 1 << 20,
                                .now = (sim_time)p->step * SIM_HOUR,
                                .at = (sim_time)p->step * SIM_HOUR };
}

static void take(struct client *c, struct outq *out)
{
    struct chunk k;
    while (outq_take(out, SIZE_MAX, &k)) {
        buf_add(&c->heard, k.bytes);
        blob_unref(&k.owner);
    }
}

static void answer(struct client *c, struct session_io io, const struct session_event *ev)
{
    if (ev->kind == IMAP_EV_LOGIN) {
        const struct imap_login *who = ev->detail;
        struct account *granted = directory_login(&c->play->directory, who->user, who->password);
        imap_server_ops.answer(c->server, io, (struct session_answer){ .grant = granted });
    }
}

/* Feeds all of it, and lets the session do all it can. */
static void pump(struct client *c, slice in)
{
    struct outq out;
    outq_init(&out);
    while (!c->closed) {
        struct session_event ev;
        struct session_io io = io_of(c, &out);
        enum step step = imap_server_ops.next(c->server, io, &ev);
        take(c, &out);
        if (step == STEP_EVENT) {
            answer(c, io, &ev);
            take(c, &out);
        } else if (step == STEP_WANT_ROOM) {
            step_between(c);
        } else if (step == STEP_CLOSE) {
            c->closed = true;
        } else if (step == STEP_WANT_INPUT && in.len == 0) {
            break;
        } else if (step == STEP_WANT_INPUT) {
            size_t cut = chance(c->play, 30) ? 1 + pick(c->play, in.len) : in.len;
            imap_server_ops.feed(c->server, (struct chunk){ slice_sub(in, 0, cut), NULL });
            in = slice_from(in, cut);
        }
    }
    outq_deinit(&out);
}

void wire_open(struct client *c)
{
    struct outq out;
    outq_init(&out);
    c->server = mem_alloc(imap_server_ops.size);
    c->closed = c->idle = c->enabled = c->aware = c->qresync = c->rev2 = false;
    c->box = NOBODY;
    buf_clear(&c->heard);
    c->read = 0;
    imap_server_ops.open(c->server, &c->play->config, io_of(c, &out));
    take(c, &out);
    outq_deinit(&out);
    pump(c, (slice){ 0 });
}

void wire_drop(struct client *c)
{
    if (c->server) {
        if (!c->closed && chance(c->play, 50)) {
            imap_server_ops.eof(c->server);
            pump(c, (slice){ 0 });
        }
        imap_server_ops.deinit(c->server);
        mem_free(c->server);
        c->server = NULL;
    }
}

void wire_say(struct client *c, slice text)
{
    while (text.len > 0 && !c->closed) {
        size_t wait = slice_find_byte(text, '\1');
        slice part = slice_sub(text, 0, wait == SLICE_NONE ? text.len : wait);
        size_t before = c->heard.len;
        model_log(c->play, "C", part);
        pump(c, part);
        text = slice_from(text, wait == SLICE_NONE ? text.len : wait + 1);
        if (wait != SLICE_NONE) { /* a command that is refused here is over */
            slice said = slice_from(buf_slice(&c->heard), before);
            if (!slice_starts(said, SLICE("+ "))) {
                return;
            }
            model_log(c->play, "S", said);
            c->heard.len = before;
        }
    }
}

void wire_tell_changed(struct client *c)
{
    struct outq out;
    outq_init(&out);
    imap_server_ops.tell(c->server, io_of(c, &out),
                         &(struct session_order){ .kind = IMAP_ORDER_CHANGED });
    take(c, &out);
    outq_deinit(&out);
    pump(c, (slice){ 0 });
}
