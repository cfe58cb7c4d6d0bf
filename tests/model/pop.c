/* pop.c - a POP3 session on INBOX (RFC 1939), and what happens to mailboxes from outside: letters
 * arrive, somebody reads in the web. */
#include "tests/model/model.h"

#include "sim/base/mem.h"

/* ---- the wire ---- */

static void pump(struct play *p, slice in)
{
    struct outq out;
    outq_init(&out);
    for (;;) {
        struct session_event ev;
        struct chunk k;
        struct session_io io = { .out = &out, .room = chance(p, 30) ? 1 + pick(p, 60) : 1 << 20 };
        enum step step = pop3_server_ops.next(p->pop, io, &ev);
        if (step == STEP_EVENT && ev.kind == POP3_EV_LOGIN) {
            pop3_server_ops.answer(p->pop, io,
                                   (struct session_answer){ .grant = p->boxes[0].real });
        }
        while (outq_take(&out, SIZE_MAX, &k)) {
            buf_add(&p->pop_heard, k.bytes);
            blob_unref(&k.owner);
        }
        if (step == STEP_CLOSE || (step == STEP_WANT_INPUT && in.len == 0)) {
            break;
        }
        if (step == STEP_WANT_INPUT) {
            size_t cut = 1 + pick(p, in.len);
            pop3_server_ops.feed(p->pop, (struct chunk){ slice_sub(in, 0, cut), NULL });
            in = slice_from(in, cut);
        }
    }
    outq_deinit(&out);
}

static slice say(struct play *p, const char *line)
{
    buf_clear(&p->pop_heard);
    model_log(p, "P", slice_of(line));
    pump(p, slice_of(line));
    return buf_slice(&p->pop_heard);
}

static slice say_number(struct play *p, const char *verb, size_t n)
{
    struct buf line = { 0 };
    buf_addz(&line, verb);
    buf_number(&line, n);
    buf_addz(&line, "\r\n");
    slice said = say(p, buf_z(&line));
    buf_deinit(&line);
    return said;
}

void pop_free(struct play *p)
{
    if (p->pop) {
        pop3_server_ops.deinit(p->pop);
        mem_free(p->pop);
        p->pop = NULL;
    }
}

/* ---- steps ---- */

static void begin(struct play *p)
{
    struct outq out;
    outq_init(&out);
    p->pop = mem_alloc(pop3_server_ops.size);
    p->pop_count = p->pop_mail_count = 0;
    pop3_server_ops.open(p->pop, &p->pop_config, (struct session_io){ .out = &out, .room = 999 });
    outq_deinit(&out);
    (void)say(p, "USER alice\r\n");
    slice said = say(p, "PASS secret\r\n");
    struct box *b = &p->boxes[0];
    for (size_t i = 0; i < b->count; i++) {
        if (b->mails[i].alive) {
            p->pop_mails =
                mem_grow(p->pop_mails, p->pop_mail_count, &p->pop_mail_cap, sizeof *p->pop_mails);
            p->pop_mails[p->pop_mail_count++] = i;
        }
    }
    if (!eat(&said, "+OK")) {
        model_fail(p, "PASS was refused");
        return;
    }
    uint64_t n = 0;
    said = say(p, "STAT\r\n");
    if (!eat(&said, "+OK ") || !eat_number(&said, &n) || n != p->pop_mail_count) {
        model_fail(p, "STAT says %llu, and there are %zu", (unsigned long long)n,
                   p->pop_mail_count);
    }
}

/* What lay there at the login is shown as it was, though others may have taken it away. */
static void retrieve(struct play *p)
{
    size_t i = (size_t)pick(p, p->pop_mail_count);
    const struct mail *m = &p->boxes[0].mails[p->pop_mails[i]];
    slice said = say_number(p, "RETR ", i + 1);
    for (size_t k = 0; k < p->pop_count; k++) {
        if (p->pop_marks[k] == i) {
            if (!eat(&said, "-ERR")) {
                model_fail(p, "RETR of what is marked");
            }
            return;
        }
    }
    if (!eat(&said, "+OK") || slice_find(said, buf_slice(&m->letter->text)) == SLICE_NONE) {
        model_fail(p, "RETR shows another letter than UID %u", m->uid);
    }
}

static void mark(struct play *p)
{
    size_t i = (size_t)pick(p, p->pop_mail_count);
    for (size_t k = 0; k < p->pop_count; k++) {
        if (p->pop_marks[k] == i) {
            return;
        }
    }
    slice said = say_number(p, "DELE ", i + 1);
    if (eat(&said, "+OK")) {
        p->pop_marks[p->pop_count++] = i;
    } else if (p->boxes[0].mails[p->pop_mails[i]].alive) {
        model_fail(p, "DELE was refused");
    }
}

/* RFC 1939 6: what was marked goes at QUIT, in order; and nothing where the connection is lost. */
static void end(struct play *p)
{
    struct box *b = &p->boxes[0];
    if (chance(p, 70)) {
        for (size_t i = 0; i < p->pop_mail_count; i++) {
            for (size_t k = 0; k < p->pop_count; k++) {
                if (p->pop_marks[k] == i && b->mails[p->pop_mails[i]].alive) {
                    truth_remove(b, p->pop_mails[i]);
                }
            }
        }
        (void)say(p, "QUIT\r\n");
    }
    pop_free(p);
}

void step_pop(struct play *p)
{
    if (!p->pop) {
        begin(p);
    } else if (p->pop_mail_count == 0 || p->pop_count + 1 >= COUNT(p->pop_marks) || chance(p, 25)) {
        end(p);
    } else if (chance(p, 50)) {
        mark(p);
    } else {
        retrieve(p);
    }
}

/* ---- from outside ---- */

static void deliver(struct play *p)
{
    struct box *b = &p->boxes[0];
    const struct letter *l = &p->letters[pick(p, LETTERS)];
    int64_t date = START_DATE + (int64_t)p->step * 3600;
    size_t mail = truth_append(b, l, 0, date);
    uint32_t uid = mailbox_append(b->real, message_from(buf_slice(&l->text)), 0, 0, 0, date);
    model_log(p, "-", SLICE("a letter arrives"));
    if (uid != b->mails[mail].uid) {
        model_fail(p, "UID %u was given, and %u was next", uid, b->mails[mail].uid);
    }
}

void step_outside(struct play *p)
{
    struct box *b = &p->boxes[0];
    size_t alive = truth_alive(b);
    if (alive == 0 || (alive < 60 && chance(p, 75))) {
        deliver(p);
        return;
    }
    size_t i = (size_t)pick(p, b->count);
    while (!b->mails[i].alive) {
        i = (i + 1) % b->count;
    }
    if (alive > 40 || chance(p, 20)) {
        model_log(p, "-", SLICE("somebody takes a letter away"));
        truth_remove(b, i);
        (void)mailbox_remove(b->real, b->mails[i].uid);
    } else {
        model_log(p, "-", SLICE("somebody reads a letter in the web"));
        truth_flags(b, i, b->mails[i].flags ^ F_SEEN);
        (void)mailbox_flags(b->real, b->mails[i].uid, truth_real_flags(b, b->mails[i].flags));
    }
}
