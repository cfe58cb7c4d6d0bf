/* words_queue.c - the state of a letter in a queue in plain words.  See words_queue.h. */
#include "ui/words_queue.h"

#include "ui/words.h"

static const struct {
    const char *words;
    struct queue_mark mark;
} fates[FATE_COUNT] = {
    [FATE_DELIVERED] = { "in the mailbox", { 0x2713, INK_OK } },
    [FATE_RELAYED] = { "passed on", { 0x2713, INK_OK } },
    [FATE_EXPANDED] = { "new copies made", { 0x2713, INK_OK } },
    [FATE_BOUNCED] = { "given up, sender told", { 0x2717, INK_ERROR } },
    [FATE_FAILED] = { "given up, nobody told", { 0x2717, INK_ERROR } },
    [FATE_DISCARDED] = { "thrown away", { 0x2717, INK_DIM } },
    [FATE_QUEUED] = { "waits", { 0x2016, INK_WARN } },
};

struct queue_mark words_queue_mark(const struct queue_rcpt *r)
{
    static const struct queue_mark marks[] = {
        [QUEUE_NEW] = { 0x25CB, INK_WARN },      /* an empty circle */
        [QUEUE_HELD] = { 0x2261, INK_WARN },     /* a stack of lines */
        [QUEUE_TRYING] = { 0x25B6, INK_CLIENT }, /* off it goes */
        [QUEUE_ASLEEP] = { 0x2016, INK_WARN },   /* a pause */
    };
    return r->state == QUEUE_DONE ? fates[r->fate].mark : marks[r->state];
}

void words_times(uint32_t n, struct buf *out)
{
    if (n == 1 || n == 2) {
        buf_addz(out, n == 1 ? "once" : "twice");
        return;
    }
    fmt_u64(out, n);
    buf_addz(out, " times");
}

void words_queue_state(const struct trace *t, const struct queue_rcpt *r, uint64_t now, bool off,
                       struct buf *out)
{
    uint64_t next = queue_next(t, r);
    if (r->state == QUEUE_DONE) {
        buf_addz(out, fates[r->fate].words);
    } else if (off) {
        buf_addz(out, "waits for power");
    } else if (r->state == QUEUE_ASLEEP && next > now) {
        buf_addz(out, "again in ");
        words_span(out, next - now);
    } else if (r->state == QUEUE_HELD && next > now) {
        buf_addz(out, "its turn in ");
        words_span(out, next - now);
    } else {
        static const char *const words[] = { [QUEUE_NEW] = "not tried yet",
                                             [QUEUE_HELD] = "stands in line",
                                             [QUEUE_TRYING] = "being tried",
                                             [QUEUE_ASLEEP] = "any moment now" };
        buf_addz(out, words[r->state]);
    }
}

void words_queue_why(const struct trace *t, const struct queue_rcpt *r, uint64_t now,
                     struct buf *out)
{
    const struct trace_rec *last = trace_at(t, r->last);
    slice reply = queue_reply(t, r);
    if (r->state == QUEUE_HELD && last) {
        bool rate = last->until > now;
        buf_addz(out, rate ? "only so many letters a minute go to " : "all lines are busy to ");
        buf_add(out, trace_name_of(t, last->c));
        return;
    }
    if (r->state == QUEUE_DONE && r->fate == FATE_DELIVERED) {
        return; /* by the server itself */
    }
    if (r->deferred > 0) {
        buf_addz(out, r->state == QUEUE_DONE ? "after " : "tried ");
        words_times(r->deferred, out);
        buf_addz(out, " in vain: ");
    }
    buf_add(out, reply);
}
