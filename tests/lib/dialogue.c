/* dialogue.c - plays transcripts against a session in every cut of the input.
 * Never knows a protocol: the adapters do. */
#include "tests/lib/dialogue.h"

#include "sim/base/mem.h"
#include "tests/lib/dialogue_adapter.h"
#include "tests/lib/dialogue_file.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_ENOUGH   (1u << 20)
#define STEPS_MAX     2000000u /* a session that gives more steps than this runs away */
#define CUT_BYTES     6000000u /* about so many bytes are played for one transcript's cuts in two */
#define CUTS_AT_LEAST 40u

enum how { HOW_WHOLE, HOW_BYTES, HOW_TURNS, HOW_NARROW, HOW_CUT };
static const char *const how_names[] = { "at once", "byte by byte", "turn by turn", "with no room",
                                         "cut in two" };

static const struct session_tls tls_stands = { .version = SLICE_INIT("TLSv1.3"),
                                               .cipher = SLICE_INIT("TLS_AES_256_GCM_SHA384") };

struct play {
    const struct dialogue_kind *kind;
    const struct transcript *t;
    enum how how;
    size_t cut; /* HOW_CUT: offset in t->in */
    void *self, *world;
    struct outq out;
    struct buf said, log;
    struct buf dropped;            /* behind STEP_UPGRADE */
    bool upgrading;                /* STEP_UPGRADE was given, and it has not been told */
    const struct session_tls *tls; /* below: facts; NULL: plain text */
    struct session_tls facts;
    bool *decided; /* decision i has been used */
    sim_time now;
    size_t room;
    size_t steps;
    bool closed, failed;
};

static void report(const struct transcript *t, const char *text)
{
    if (!t->quiet) {
        cr_expect_fail("%s", text);
    }
}

static void fail(struct play *p, size_t line, const char *what, slice want, slice got)
{
    struct buf text;
    buf_init(&text);
    buf_addz(&text, p->t->path);
    buf_byte(&text, ':');
    fmt_u64(&text, line);
    buf_addz(&text, ", played ");
    buf_addz(&text, how_names[p->how]);
    if (p->how == HOW_CUT) {
        buf_addz(&text, " at ");
        fmt_u64(&text, p->cut);
    }
    buf_addz(&text, ": ");
    buf_addz(&text, what);
    if (want.ptr || got.ptr) {
        size_t same = 0;
        while (same < want.len && same < got.len && want.ptr[same] == got.ptr[same]) {
            same++;
        }
        size_t from = same > 60 ? same - 60 : 0;
        buf_addz(&text, "\n  want: ");
        dialogue_escape(&text, slice_sub(want, from, 200));
        buf_addz(&text, "\n  got:  ");
        dialogue_escape(&text, slice_sub(got, from, 200));
    }
    p->failed = true;
    report(p->t, buf_z(&text));
    buf_deinit(&text);
}

static struct session_io io_of(struct play *p)
{
    return (struct session_io){
        .out = &p->out, .room = p->room, .now = p->now, .at = p->now, .tls = p->tls
    };
}

static void drain(struct play *p)
{
    struct chunk c;
    while (outq_take(&p->out, SIZE_MAX, &c)) {
        buf_add(&p->said, c.bytes);
        blob_unref(&c.owner);
    }
}

static slice decision_for(struct play *p, slice event)
{
    for (size_t i = 0; i < p->t->decision_count; i++) {
        if (!p->decided[i] && slice_eq(p->t->decisions[i].name, event)) {
            p->decided[i] = true;
            return p->t->decisions[i].value;
        }
    }
    return (slice){ 0 };
}

static void on_event(struct play *p, const struct session_event *ev)
{
    const struct session_ops *ops = p->kind->ops;
    size_t from = p->log.len;
    bool asks = p->kind->event(p->world, ev, &p->log);
    slice text = slice_from(buf_slice(&p->log), from);
    slice event = slice_word(&text);
    if (asks) {
        slice decision = decision_for(p, event);
        struct session_answer a =
            p->kind->decide ? p->kind->decide(p->world, ev, decision) : dialogue_answer(decision);
        if (p->how == HOW_BYTES || p->how == HOW_NARROW) { /* the answer comes late */
            struct session_event none = { 0 };
            if (ops->next(p->self, io_of(p), &none) != STEP_WANT_ANSWER) {
                fail(p, 0, "did not wait for the answer", event, event);
            }
        }
        ops->answer(p->self, io_of(p), a);
    }
    buf_byte(&p->log, '\n');
}

/* Until it is told how that went the session has nothing to say. */
static void upgrade(struct play *p, const struct session_event *ev)
{
    buf_add(&p->dropped, ev->text);
    p->upgrading = true;
    struct session_event none = { 0 };
    p->room = ROOM_ENOUGH;
    if (p->kind->ops->next(p->self, io_of(p), &none) != STEP_WANT_INPUT || p->out.size > 0) {
        fail(p, 0, "goes on before TLS is up", (slice){ 0 }, (slice){ 0 });
    }
    p->room = 0;
}

/* Until all input is used. */
static void run(struct play *p)
{
    while (!p->failed && !p->closed) {
        struct session_event ev = { 0 };
        p->room = p->how == HOW_NARROW ? p->room : ROOM_ENOUGH;
        enum step step = p->kind->ops->next(p->self, io_of(p), &ev);
        bool was_narrow = p->room == 0;
        p->room = 0;
        if (++p->steps > STEPS_MAX) {
            fail(p, 0, "runs away", (slice){ 0 }, (slice){ 0 });
        }
        switch (step) {
        case STEP_EVENT:
            on_event(p, &ev);
            break;
        case STEP_WANT_ROOM:
            if (p->how != HOW_NARROW) {
                drain(p);
            } else if (was_narrow) {
                drain(p);
                p->room = 1;
            }
            break;
        case STEP_WANT_INPUT:
        case STEP_WANT_ORDER:
            drain(p);
            return;
        case STEP_CLOSE:
            drain(p);
            p->closed = true;
            return;
        case STEP_UPGRADE:
            drain(p);
            upgrade(p, &ev);
            return;
        case STEP_WANT_ANSWER:
            fail(p, 0, "an unexpected step", (slice){ 0 }, (slice){ 0 });
            break;
        }
    }
}

/* The bytes live exactly as long as the contract says, so that the sanitizer sees who keeps them. */
static void feed(struct play *p, slice bytes)
{
    if (p->closed || p->failed || bytes.len == 0) {
        return;
    }
    if (p->upgrading) {
        buf_add(&p->dropped, bytes);
        return;
    }
    struct blob *b = blob_new(bytes);
    struct blob *owner = p->how == HOW_BYTES ? NULL : b;
    p->kind->ops->feed(p->self, (struct chunk){ blob_slice(b), owner });
    run(p);
    blob_unref(&b);
}

static void expect_said(struct play *p, const struct turn *turn)
{
    slice want = slice_sub(buf_slice(&p->t->out), 0, turn->out_to);
    if (!p->failed && !slice_eq(want, buf_slice(&p->said))) {
        fail(p, turn->line, "it says something else", want, buf_slice(&p->said));
    }
}

/* Input [from, to) of the transcript, which no barrier interrupts. */
static void feed_segment(struct play *p, size_t from, size_t to)
{
    slice bytes = slice_sub(buf_slice(&p->t->in), from, to - from);
    if (p->how == HOW_BYTES || p->how == HOW_NARROW) {
        for (size_t i = 0; i < bytes.len; i++) {
            feed(p, slice_sub(bytes, i, 1));
        }
        return;
    }
    if (p->how == HOW_CUT && p->cut > from && p->cut < to) {
        feed(p, slice_sub(bytes, 0, p->cut - from));
        bytes = slice_from(bytes, p->cut - from);
    }
    feed(p, bytes);
}

static bool act(struct play *p, slice text)
{
    struct session_order order = { 0 };
    if (slice_eq(text, SLICE("quit"))) {
        order.kind = ORDER_QUIT;
    } else if (!slice_eq(text, SLICE("wake")) &&
               (!p->kind->act || !p->kind->act(p->world, text, &order))) {
        return false;
    }
    if (order.kind != 0 && !p->closed) {
        p->kind->ops->tell(p->self, io_of(p), &order);
    }
    run(p);
    return true;
}

/* "up" or "failed why"; the problem is lent for the call alone. */
static bool tell_tls(struct play *p, slice how)
{
    bool up = slice_eq(slice_word(&how), SLICE("up"));
    if (!p->upgrading || p->dropped.len > 0) {
        fail(p, 0, "no TLS was asked for, or more was dropped", SLICE(""), buf_slice(&p->dropped));
        return false;
    }
    struct blob *why = blob_new(slice_trim(how));
    struct session_tls failed = { .problem = blob_slice(why) };
    struct session_order order = { .kind = up ? ORDER_TLS_UP : ORDER_TLS_FAILED,
                                   .detail = up ? NULL : &failed };
    p->upgrading = false;
    p->facts = tls_stands;
    p->tls = up ? &p->facts : NULL;
    p->kind->ops->tell(p->self, io_of(p), &order); /* a handshake may end when all is over */
    blob_unref(&why);
    run(p);
    return true;
}

static bool was_dropped(struct play *p, slice text)
{
    struct buf want = { 0 };
    dialogue_unescape(&want, text);
    bool same = slice_eq(buf_slice(&want), buf_slice(&p->dropped));
    if (!same) {
        fail(p, 0, "other plaintext was dropped", buf_slice(&want), buf_slice(&p->dropped));
    }
    buf_deinit(&want);
    buf_clear(&p->dropped);
    return same;
}

static bool deadline_is(struct play *p, slice want)
{
    sim_time in = 0, at = p->kind->ops->deadline(p->self);
    return slice_eq(want, SLICE("none")) ? at == 0 : parse_duration(want, &in) && at == p->now + in;
}

static void pass_barrier(struct play *p, const struct turn *turn)
{
    sim_time wait = 0;
    bool ok = true;
    switch (turn->barrier) {
    case BAR_ACT:
        ok = act(p, turn->argument);
        break;
    case BAR_EOF:
        p->facts.ended = !slice_eq(turn->argument, SLICE("cut"));
        if (!p->closed) {
            p->kind->ops->eof(p->self);
            run(p);
        }
        break;
    case BAR_TIME:
        ok = parse_duration(turn->argument, &wait);
        p->now += wait;
        break;
    case BAR_DEADLINE:
        ok = deadline_is(p, turn->argument);
        break;
    case BAR_STATE:
        ok = slice_eq(slice_of(p->kind->ops->state(p->self)), turn->argument);
        if (!ok) {
            fail(p, turn->line, "state", turn->argument, slice_of(p->kind->ops->state(p->self)));
        }
        break;
    case BAR_DROP:
        ok = was_dropped(p, turn->argument);
        break;
    case BAR_TLS:
        ok = tell_tls(p, turn->argument);
        break;
    case BAR_CLOSE:
        ok = p->closed;
        break;
    case BAR_NONE:
    case BAR_END:
        break;
    }
    if (!ok && !p->failed) {
        fail(p, turn->line, "does not hold or is not known", turn->argument, turn->argument);
    }
}

static void play_turns(struct play *p)
{
    size_t fed = 0;
    bool may_close = false;
    for (size_t i = 0; i < p->t->turn_count && !p->failed; i++) {
        const struct turn *turn = &p->t->turns[i];
        if (turn->barrier == BAR_NONE && p->how != HOW_TURNS) {
            continue;
        }
        feed_segment(p, fed, turn->in_to);
        fed = turn->in_to;
        expect_said(p, turn);
        if (!p->failed) {
            pass_barrier(p, turn);
        }
        may_close = may_close || turn->barrier == BAR_CLOSE;
    }
    if (!p->failed && p->closed && !may_close) {
        fail(p, 0, "it closed, and no CLOSE: says so", (slice){ 0 }, (slice){ 0 });
    }
}

static bool set_up(struct play *p)
{
    for (size_t i = 0; i < p->t->head_count; i++) {
        const struct dialogue_pair *h = &p->t->heads[i];
        if (slice_eq(h->name, SLICE("secured"))) {
            p->facts = tls_stands;
            p->tls = slice_eq(h->value, SLICE("yes")) ? &p->facts : NULL;
        } else if (!p->kind->setup || !p->kind->setup(p->world, h->name, h->value)) {
            fail(p, 0, "the head is not understood", h->name, h->value);
            return false;
        }
    }
    return true;
}

/* Plays once; the event log is added to log_r.  false: it has failed (and has been reported). */
static bool play(const struct dialogue_kind *kind, const struct transcript *t, enum how how,
                 size_t cut, struct buf *log_r)
{
    struct play p = { .kind = kind, .t = t, .how = how, .cut = cut };
    p.self = mem_alloc(kind->ops->size);
    p.world = mem_alloc(kind->world_size > 0 ? kind->world_size : 1);
    p.decided = mem_array(t->decision_count + 1, sizeof *p.decided);
    outq_init(&p.out);
    if (kind->begin) {
        kind->begin(p.world);
    }
    if (set_up(&p)) {
        p.room = ROOM_ENOUGH;
        kind->ops->open(p.self, p.world, io_of(&p));
        p.room = 0;
        run(&p);
        play_turns(&p);
        for (size_t i = 0; i < t->decision_count && !p.failed; i++) {
            if (!p.decided[i]) {
                fail(&p, 0, "nobody asked for", t->decisions[i].name, t->decisions[i].value);
            }
        }
        buf_add(log_r, buf_slice(&p.log));
        kind->ops->deinit(p.self);
    }
    outq_deinit(&p.out);
    if (kind->end) {
        kind->end(p.world);
    }
    buf_deinit(&p.said);
    buf_deinit(&p.log);
    buf_deinit(&p.dropped);
    mem_free(p.decided);
    mem_free(p.world);
    mem_free(p.self);
    return !p.failed;
}

static bool play_again(const struct dialogue_kind *kind, const struct transcript *t, enum how how,
                       size_t cut, slice want_log)
{
    struct buf log = { 0 };
    bool ok = play(kind, t, how, cut, &log);
    if (ok && !slice_eq(buf_slice(&log), want_log)) {
        struct play p = { .t = t, .how = how, .cut = cut };
        fail(&p, 0, "other events", want_log, buf_slice(&log));
        ok = false;
    }
    buf_deinit(&log);
    return ok;
}

static bool play_every_way(const struct dialogue_kind *kind, const struct transcript *t)
{
    struct buf log = { 0 };
    bool ok = play(kind, t, HOW_WHOLE, 0, &log);
    if (ok && t->has_events && !slice_eq(buf_slice(&log), buf_slice(&t->events))) {
        struct play p = { .t = t, .how = HOW_WHOLE };
        fail(&p, 0, "other events than E: says", buf_slice(&t->events), buf_slice(&log));
        ok = false;
    }
    slice want = buf_slice(&log);
    ok = ok && play_again(kind, t, HOW_TURNS, 0, want);
    ok = ok && play_again(kind, t, HOW_BYTES, 0, want);
    ok = ok && play_again(kind, t, HOW_NARROW, 0, want);
    size_t cuts = CUT_BYTES / (t->in.len + 1); /* a very long input is cut at some places only */
    cuts = cuts > CUTS_AT_LEAST ? cuts : CUTS_AT_LEAST;
    size_t stride = 1 + t->in.len / cuts;
    for (size_t cut = 1; ok && cut < t->in.len; cut += stride) {
        ok = play_again(kind, t, HOW_CUT, cut, want);
    }
    buf_deinit(&log);
    return ok;
}

struct kinds {
    const struct dialogue_kind *const *items;
    size_t count;
};

static const struct dialogue_kind *kind_of(const struct kinds *kinds, slice session)
{
    for (size_t i = 0; i < kinds->count; i++) {
        if (slice_eq(slice_of(kinds->items[i]->ops->name), session)) {
            return kinds->items[i];
        }
    }
    return NULL;
}

static bool client_of(void *user, slice session)
{
    const struct dialogue_kind *kind = kind_of(user, session);
    return kind && kind->client;
}

static bool play_text(const char *name, slice text, struct kinds *kinds, bool quiet)
{
    struct transcript t;
    struct buf problem = { 0 };
    bool ok = transcript_read(&t, name, text, client_of, kinds, &problem);
    t.quiet = quiet;
    const struct dialogue_kind *kind = kind_of(kinds, t.session);
    if (!ok) {
        report(&t, buf_z(&problem));
    } else if (!kind) {
        buf_addz(&problem, name);
        buf_addz(&problem, ": no adapter for its session");
        report(&t, buf_z(&problem));
        ok = false;
    } else {
        ok = play_every_way(kind, &t);
    }
    transcript_deinit(&t);
    buf_deinit(&problem);
    return ok;
}

bool dialogue_holds(const char *name, slice text, const struct dialogue_kind *const *kinds,
                    size_t count)
{
    return play_text(name, text, &(struct kinds){ kinds, count }, true);
}

static void play_file(const char *path, struct kinds *kinds)
{
    struct buf text = { 0 };
    bool read = transcript_file(path, &text);
    cr_expect(read, "%s cannot be read", path);
    if (read) {
        (void)play_text(path, buf_slice(&text), kinds, false);
    }
    buf_deinit(&text);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void dialogue_play_all(const char *prefix, const struct dialogue_kind *const *kinds, size_t count)
{
    DIR *dir = opendir("tests/dialogue");
    cr_assert_not_null(dir, "the tests run in the project's root");
    char **paths = NULL;
    size_t path_count = 0, path_cap = 0;
    struct dirent *entry;
    while ((entry = readdir(dir))) {
        slice name = slice_of(entry->d_name);
        if (slice_starts(name, slice_of(prefix)) && slice_ends(name, SLICE(".txt"))) {
            struct buf path = { 0 };
            buf_addz(&path, "tests/dialogue/");
            buf_add(&path, name);
            buf_byte(&path, '\0');
            paths = mem_grow(paths, path_count, &path_cap, sizeof *paths);
            paths[path_count++] = path.ptr;
        }
    }
    closedir(dir);
    cr_assert_gt(path_count, 0, "no tests/dialogue/%s*.txt", prefix);
    qsort(paths, path_count, sizeof *paths, by_name);
    struct kinds list = { kinds, count };
    for (size_t i = 0; i < path_count; i++) {
        play_file(paths[i], &list);
        mem_free(paths[i]);
    }
    mem_free(paths);
}
