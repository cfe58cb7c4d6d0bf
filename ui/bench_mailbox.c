/* bench_mailbox.c - a mailbox of 10,000 messages and one of 100,000: what an IMAP session says of
 * it, and how long that takes, without a network.  What grows faster than what is said would show
 * as more than ten times as long in the second line. */
#include "ui/bench.h"

#include "sim/base/json_text.h"
#include "sim/base/mem.h"
#include "sim/proto/imap.h"

#define CHANGES    100
#define ROUNDS_MAX 99

struct sitting {
    void *session;
    struct imap_server_config config;
    struct account *account;
    uint64_t bytes;
    bool refused; /* a NO or BAD was said */
};

static void take(struct sitting *s, struct outq *out)
{
    struct chunk c;
    while (outq_take(out, SIZE_MAX, &c)) {
        s->bytes += c.bytes.len;
        s->refused = s->refused || slice_find(c.bytes, SLICE("\r\nx NO ")) != SLICE_NONE ||
                     slice_starts(c.bytes, SLICE("x NO ")) ||
                     slice_find(c.bytes, SLICE("x BAD ")) != SLICE_NONE;
        blob_unref(&c.owner);
    }
}

static void say(struct sitting *s, slice line)
{
    struct outq out;
    struct session_event ev;
    struct session_io io = { .out = &out, .room = 65536 };
    outq_init(&out);
    for (;;) {
        enum step step = imap_server_ops.next(s->session, io, &ev);
        if (step == STEP_EVENT && ev.kind == IMAP_EV_LOGIN) {
            imap_server_ops.answer(s->session, io, (struct session_answer){ .grant = s->account });
        } else if (step == STEP_WANT_INPUT && line.len > 0) {
            imap_server_ops.feed(s->session, (struct chunk){ line, NULL });
            line = (slice){ 0 };
        } else if (step == STEP_WANT_INPUT || step == STEP_CLOSE) {
            break;
        }
        take(s, &out);
    }
    take(s, &out);
    outq_deinit(&out);
}

static void sit_down(struct sitting *s, struct account *account, slice begins)
{
    struct outq out;
    *s = (struct sitting){ .account = account,
                           .session = mem_alloc(imap_server_ops.size),
                           .config = { .host = SLICE("bench"), .extensions = IMAP_ALL } };
    outq_init(&out);
    imap_server_ops.open(s->session, &s->config, (struct session_io){ .out = &out });
    outq_deinit(&out);
    say(s, SLICE("x LOGIN a b\r\n"));
    say(s, begins);
}

static void get_up(struct sitting *s)
{
    imap_server_ops.deinit(s->session);
    mem_free(s->session);
}

static void fill(struct mailbox *box, uint64_t messages)
{
    struct message *letter =
        message_from(SLICE("From: bob@example.net\r\nSubject: bench\r\n\r\n.\r\n"));
    for (uint64_t i = 0; i < messages; i++) {
        (void)mailbox_append(box, message_ref(letter), 0, i % 2 ? FLAG_SEEN : 0, 0, 0);
    }
    message_unref(&letter);
}

/* From outside: one in so many gets a flag, and the one behind it goes. */
static void change(struct mailbox *box, uint64_t messages)
{
    for (uint64_t i = 0; i < CHANGES / 2; i++) {
        uint32_t uid = (uint32_t)(1 + i * (messages / (CHANGES / 2)));
        const struct mail_item *item = mailbox_find(box, uid);
        (void)mailbox_flags(box, uid, item->flags ^ FLAG_ANSWERED);
        (void)mailbox_remove(box, uid + 1);
    }
}

enum { SELECT, FETCH, SEARCH_ALL, SEARCH, STORE, RESYNC, LIST_STORE, COPY, EXPUNGE, HEAR, DEEDS };
static const char *const names[DEEDS] = {
    "select", "fetch",      "search_all", "search_flags", "store_all",
    "resync", "store_list", "copy_all",   "expunge_half", "noop_after_expunge"
};

struct deeds {
    uint64_t ns[DEEDS][ROUNDS_MAX], bytes[DEEDS];
};

static void measure(struct sitting *s, struct deeds *d, size_t deed, size_t round, slice line)
{
    uint64_t start = bench_cpu_ns();
    s->bytes = 0;
    say(s, line);
    d->ns[deed][round] = bench_cpu_ns() - start;
    d->bytes[deed] = s->bytes;
}

/* By a set that names as many as a line has room for: "1,3,5". */
static void write_list(struct buf *out, uint64_t messages)
{
    buf_addz(out, "x UID STORE ");
    for (uint64_t uid = 1; uid <= messages && out->len < 8000; uid += 2) {
        buf_addz(out, uid > 1 ? "," : "");
        fmt_u64(out, uid);
    }
    buf_addz(out, " +FLAGS.SILENT (\\Draft)\r\n");
}

static void look(struct account *account, struct deeds *d, size_t round, bool *refused)
{
    struct sitting s;
    sit_down(&s, account, SLICE("x ENABLE QRESYNC\r\n"));
    measure(&s, d, SELECT, round, SLICE("x SELECT INBOX\r\n"));
    measure(&s, d, FETCH, round, SLICE("x UID FETCH 1:* (UID FLAGS)\r\n"));
    measure(&s, d, SEARCH_ALL, round, SLICE("x UID SEARCH ALL\r\n"));
    measure(&s, d, SEARCH, round, SLICE("x UID SEARCH UNSEEN SMALLER 1000\r\n"));
    measure(&s, d, STORE, round, SLICE("x STORE 1:* +FLAGS (\\Flagged)\r\n"));
    *refused = *refused || s.refused;
    get_up(&s);
}

/* It was away, and is back; and another one, which knows EXPUNGE only, hears what it does. */
static void come_back(struct account *account, struct deeds *d, size_t round, uint64_t modseq,
                      bool *refused)
{
    struct sitting s, other;
    struct buf line = { 0 };
    struct mailbox *box = account->boxes[0];
    size_t messages = box->count;
    sit_down(&s, account, SLICE("x ENABLE QRESYNC\r\n"));
    sit_down(&other, account, SLICE("x SELECT INBOX\r\n"));
    buf_addz(&line, "x SELECT INBOX (QRESYNC (");
    fmt_u64(&line, box->uid_validity);
    buf_byte(&line, ' ');
    fmt_u64(&line, modseq);
    buf_addz(&line, "))\r\n");
    measure(&s, d, RESYNC, round, buf_slice(&line));
    buf_clear(&line);
    write_list(&line, messages);
    measure(&s, d, LIST_STORE, round, buf_slice(&line));
    measure(&s, d, COPY, round, SLICE("x COPY 1:* Archive\r\n"));
    for (size_t i = 0; i < messages; i += 2) {
        struct mail_item *item = mailbox_at(box, i);
        (void)mailbox_flags(box, item->uid, item->flags | FLAG_DELETED);
    }
    say(&other, SLICE("x NOOP\r\n"));
    measure(&s, d, EXPUNGE, round, SLICE("x EXPUNGE\r\n"));
    measure(&other, d, HEAR, round, SLICE("x NOOP\r\n"));
    *refused = *refused || s.refused || other.refused || box->count != messages / 2;
    get_up(&s);
    get_up(&other);
    buf_deinit(&line);
}

static bool one_round(uint64_t messages, struct deeds *d, size_t round)
{
    struct arena arena;
    struct directory directory;
    bool refused = false;
    arena_init(&arena);
    directory_init(&directory, &arena, SLICE("example.org"));
    struct account *account =
        directory_add(&directory, SLICE("a"), SLICE("example.org"), SLICE("b"));
    struct mailbox *box = account->boxes[0];
    (void)account_box_add(account, SLICE("Archive"));
    fill(box, messages);
    look(account, d, round, &refused);
    uint64_t modseq = box->modseq;
    change(box, messages);
    come_back(account, d, round, modseq, &refused);
    directory_deinit(&directory);
    arena_deinit(&arena);
    return !refused;
}

static void write_row(uint64_t messages, struct deeds *d, size_t rounds, struct buf *out)
{
    buf_byte(out, '{');
    json_field_text(out, "bench", SLICE("mailbox"));
    json_field_u64(out, "messages", messages);
    for (size_t i = 0; i < DEEDS; i++) {
        json_put_key(out, names[i]);
        buf_byte(out, '{');
        json_field_u64(out, "cpu_us", bench_median(d->ns[i], rounds) / 1000);
        json_field_u64(out, "bytes", d->bytes[i]);
        buf_byte(out, '}');
    }
    buf_addz(out, "}\n");
}

bool bench_mailbox(const struct bench_options *o, struct buf *out, struct err *err_r)
{
    static const uint64_t sizes[] = { 10000, 100000 };
    if (o->rounds == 0 || o->rounds > ROUNDS_MAX) {
        return err_set(err_r, "--rounds: 1 to %d", ROUNDS_MAX);
    }
    struct deeds *d = mem_alloc(sizeof *d);
    bool ok = true;
    for (size_t i = 0; i < COUNT(sizes) && ok; i++) {
        for (size_t round = 0; round < o->rounds && ok; round++) {
            ok = one_round(sizes[i], d, round) || err_set(err_r, "bench mailbox: refused");
        }
        if (ok) {
            write_row(sizes[i], d, o->rounds, out);
        }
    }
    mem_free(d);
    return ok;
}
