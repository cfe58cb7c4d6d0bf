/* imap_large_test.c - a mailbox of 100,000 messages: what is said, and in how many steps, follows
 * from what is asked for, not from what lies there.  Counted, never timed. */
#include "sim/proto/imap.h"

#include "sim/base/mem.h"

#include <criterion/criterion.h>

#define MESSAGES 100000
#define CHANGES  100

struct sitting {
    struct arena arena;
    struct directory directory;
    struct account *account;
    struct mailbox *box;
    struct imap_server_config config;
    void *session;
    size_t steps, bytes; /* of the last command; with room for one response a step */
    struct buf said;     /* its last response */
};

static void take(struct sitting *s, struct outq *out)
{
    struct chunk c;
    while (outq_take(out, SIZE_MAX, &c)) {
        s->bytes += c.bytes.len;
        size_t keep = c.bytes.len < 200 ? c.bytes.len : 200;
        buf_clear(&s->said);
        buf_add(&s->said, slice_from(c.bytes, c.bytes.len - keep));
        blob_unref(&c.owner);
    }
}

static void say(struct sitting *s, slice line)
{
    struct outq out;
    struct session_event ev;
    struct session_io io = { .out = &out, .room = 1 };
    outq_init(&out);
    s->steps = s->bytes = 0;
    for (bool more = true; more; s->steps++) {
        enum step step = imap_server_ops.next(s->session, io, &ev);
        if (step == STEP_EVENT && ev.kind == IMAP_EV_LOGIN) {
            imap_server_ops.answer(s->session, io, (struct session_answer){ .grant = s->account });
        } else if (step == STEP_WANT_INPUT && line.len > 0) {
            imap_server_ops.feed(s->session, (struct chunk){ line, NULL });
            line = (slice){ 0 };
        } else {
            more = step != STEP_WANT_INPUT;
        }
        take(s, &out);
    }
    outq_deinit(&out);
}

static void sit_down(struct sitting *s)
{
    struct outq out;
    s->session = mem_alloc(imap_server_ops.size);
    outq_init(&out);
    imap_server_ops.open(s->session, &s->config, (struct session_io){ .out = &out });
    outq_deinit(&out);
    say(s, SLICE("x LOGIN a b\r\n"));
    say(s, SLICE("x ENABLE QRESYNC\r\n"));
}

static void get_up(struct sitting *s)
{
    imap_server_ops.deinit(s->session);
    mem_free(s->session);
}

static void begin(struct sitting *s)
{
    *s = (struct sitting){ .config = { .host = SLICE("large"), .extensions = IMAP_ALL } };
    arena_init(&s->arena);
    directory_init(&s->directory, &s->arena, SLICE("example.org"));
    s->account = directory_add(&s->directory, SLICE("a"), SLICE("example.org"), SLICE("b"));
    s->box = s->account->boxes[0];
    struct message *letter = message_from(SLICE("Subject: x\r\n\r\n.\r\n"));
    for (size_t i = 0; i < MESSAGES; i++) {
        (void)mailbox_append(s->box, message_ref(letter), 0, 0, 0, 0);
    }
    message_unref(&letter);
}

static void end(struct sitting *s)
{
    buf_deinit(&s->said);
    directory_deinit(&s->directory);
    arena_deinit(&s->arena);
}

/* Half of them get a flag, half go; far from each other. */
static void change(struct mailbox *box)
{
    for (size_t i = 0; i < CHANGES / 2; i++) {
        uint32_t uid = (uint32_t)(1 + i * (MESSAGES / (CHANGES / 2)));
        cr_assert(mailbox_flags(box, uid, FLAG_FLAGGED));
        cr_assert(mailbox_remove(box, uid + 1));
    }
}

static void expect(struct sitting *s, const char *why, size_t steps_most, size_t bytes_most)
{
    cr_expect(slice_find(buf_slice(&s->said), SLICE("x OK")) != SLICE_NONE, "%s: %.*s", why,
              SLICE_ARG(buf_slice(&s->said)));
    cr_expect(s->steps <= steps_most, "%s: %zu steps, %zu are enough", why, s->steps, steps_most);
    cr_expect(s->bytes <= bytes_most, "%s: %zu bytes, %zu are enough", why, s->bytes, bytes_most);
}

Test(imap_large, says_and_does_as_little_as_was_asked)
{
    struct sitting s;
    struct buf line = { 0 };
    begin(&s);
    sit_down(&s);
    say(&s, SLICE("x SELECT INBOX\r\n"));
    expect(&s, "SELECT", 20, 1000);
    uint64_t modseq = s.box->modseq;
    change(s.box);
    say(&s, SLICE("x NOOP\r\n"));
    expect(&s, "100 changes, heard by NOOP", CHANGES + 20, CHANGES * 60);
    get_up(&s);
    const char *const asks[] = { "x SELECT INBOX (QRESYNC (1 ", "x SELECT INBOX (QRESYNC (1 ",
                                 "x UID FETCH 1:* (FLAGS) (CHANGEDSINCE " };
    const char *const ends[] = { "))\r\n", " 1:100000 (1,50000 1,50026)))\r\n", " VANISHED)\r\n" };
    sit_down(&s);
    for (size_t i = 0; i < COUNT(asks); i++) {
        buf_clear(&line);
        buf_addz(&line, asks[i]);
        fmt_u64(&line, modseq);
        buf_addz(&line, ends[i]);
        say(&s, buf_slice(&line));
        expect(&s, asks[i], CHANGES + 20, CHANGES * 60);
        cr_expect(s.bytes > CHANGES / 2 * 40, "%s: all is said", asks[i]);
    }
    get_up(&s);
    buf_deinit(&line);
    end(&s);
}

/* What the mailbox hands out when it is asked: as many as there are, from a log that does not grow
 * without end. */
Test(imap_large, the_mailbox_answers_what_it_is_asked)
{
    struct sitting s;
    struct uid_runs runs;
    begin(&s);
    mailbox_watch(s.box);
    for (uint32_t round = 0; round < 5; round++) { /* outdated changes are let go of */
        for (uint32_t uid = 1; uid <= MESSAGES; uid++) {
            cr_assert(mailbox_flags(s.box, uid, round + 1));
        }
    }
    uint64_t since = s.box->modseq;
    change(s.box);
    mailbox_changed(s.box, since, &runs);
    cr_expect(runs.count == CHANGES / 2, "%zu runs", runs.count);
    mem_free(runs.items);
    mailbox_vanished(s.box, since, &runs);
    cr_expect(runs.count == CHANGES / 2, "%zu runs", runs.count);
    mem_free(runs.items);
    mailbox_changed(s.box, since - 10, &runs);
    cr_expect(runs.count == CHANGES / 2 + 1, "those behind each other are one run: %zu",
              runs.count);
    mem_free(runs.items);
    end(&s);
}
