/* play.c - one run: steps by chance, until one goes wrong.  Each step draws from a generator of its
 * own, so that one that is left out changes no other. */
#include "tests/model/model.h"

#include "sim/base/mem.h"

#include <stdarg.h>
#include <stdio.h>

uint64_t pick(struct play *p, uint64_t below)
{
    return rng_below(&p->rng, below);
}

bool chance(struct play *p, unsigned percent)
{
    return pick(p, 100) < percent;
}

void model_fail(struct play *p, const char *format, ...)
{
    char text[512];
    va_list args;
    if (p->failed) {
        return;
    }
    p->failed = true;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    model_log(p, "!", slice_of(text));
}

void model_log(struct play *p, const char *who, slice text)
{
    if (!p->shows) {
        return;
    }
    while (text.len > 0) {
        slice line = slice_cut(&text, '\n');
        if (line.len > 0 && line.ptr[line.len - 1] == '\r') {
            line.len--;
        }
        (void)printf("%s %.*s\n", who, SLICE_ARG(line));
    }
    (void)fflush(stdout);
}

/* Those in IDLE are told, now or later. */
void everybody_hears(struct play *p)
{
    for (size_t i = 0; i < SESSIONS && !p->failed; i++) {
        struct client *c = &p->clients[i];
        if (c->server && c->idle && chance(p, 70)) {
            wire_tell_changed(c);
            client_news(c);
            belief_agrees(c);
        }
    }
}

/* ---- what is done next ---- */

static const struct {
    void (*step)(struct client *c);
    unsigned weight;
    bool selected; /* only with a mailbox */
} steps[] = {
    { step_fetch, 22, true },  { step_store, 22, true },  { step_noop, 10, false },
    { step_search, 12, true }, { step_copy, 7, true },    { step_expunge, 6, true },
    { step_append, 6, false }, { step_select, 5, false }, { step_leave, 5, false },
    { step_status, 4, false }, { step_idle, 4, true },
};

static void client_step(struct client *c)
{
    struct play *p = c->play;
    if (!c->server) {
        step_connect(c);
        if (!p->failed && chance(p, 90)) {
            step_select(c);
        }
        return;
    }
    if (c->idle) {
        step_idle_end(c);
        return;
    }
    if (c->box == NOBODY && chance(p, 70)) {
        step_select(c);
        return;
    }
    unsigned sum = 0;
    for (size_t i = 0; i < COUNT(steps); i++) {
        sum += !steps[i].selected || c->box != NOBODY ? steps[i].weight : 0;
    }
    unsigned at = (unsigned)pick(p, sum);
    for (size_t i = 0; i < COUNT(steps); i++) {
        unsigned weight = !steps[i].selected || c->box != NOBODY ? steps[i].weight : 0;
        if (at < weight) {
            steps[i].step(c);
            return;
        }
        at -= weight;
    }
}

void step_between(struct client *c)
{
    struct play *p = c->play;
    if (!c->pauses || p->within || p->failed || !chance(p, 20)) {
        return;
    }
    p->within = true;
    client_hears_some(c);
    if (chance(p, 30)) {
        step_outside(p);
    } else {
        model_log(p, "#", SLICE("meanwhile another session"));
        client_step(&p->clients[((size_t)c->id + 1 + pick(p, SESSIONS - 1)) % SESSIONS]);
    }
    everybody_hears(p);
    p->within = false;
}

static void one_step(struct play *p)
{
    unsigned who = (unsigned)pick(p, 100);
    char text[64];
    (void)snprintf(text, sizeof text, "step %zu", p->step);
    model_log(p, "\n#", slice_of(text));
    if (who < 12) {
        step_outside(p);
    } else if (who < 16) {
        step_pop(p);
    } else {
        struct client *c = &p->clients[pick(p, SESSIONS)];
        (void)snprintf(text, sizeof text, "session %d", c->id);
        model_log(p, "#", slice_of(text));
        client_step(c);
    }
    everybody_hears(p);
}

/* When all is done, all agree: each session that has a mailbox asks once more for all of it. */
static void agree_at_last(struct play *p)
{
    for (size_t i = 0; i < SESSIONS && !p->failed; i++) {
        struct client *c = &p->clients[i];
        if (!c->server) {
            continue;
        }
        if (c->idle) {
            step_idle_end(c);
        }
        step_noop(c);
        if (c->box != NOBODY && !p->failed) {
            c->asked = GOT_FLAGS;
            (void)client_does(c, 0, SLICE("UID FETCH 1:* (UID FLAGS)"));
            belief_agrees(c);
        }
    }
}

/* ---- a run ---- */

static void begin(struct play *p, struct rng *root)
{
    p->rng = rng_fork(root, SLICE("letters"));
    p->crowded = chance(p, 15);
    arena_init(&p->arena);
    directory_init(&p->directory, &p->arena, SLICE("example.org"));
    p->account =
        directory_add(&p->directory, SLICE("alice"), SLICE("example.org"), SLICE("secret"));
    p->config = (struct imap_server_config){ .host = SLICE("imap.example.org"),
                                             .unix_start = START_DATE,
                                             .extensions = IMAP_ALL | IMAP_REV2,
                                             .names = &p->arena };
    p->pop_config =
        (struct pop3_server_config){ .host = SLICE("pop.example.org"), .offers = POP3_USUAL };
    truth_init(p);
    for (size_t i = 0; i < SESSIONS; i++) {
        p->clients[i] = (struct client){ .play = p, .id = (int)i, .box = NOBODY };
    }
}

static void end(struct play *p)
{
    pop_free(p);
    for (size_t i = 0; i < SESSIONS; i++) {
        struct client *c = &p->clients[i];
        wire_drop(c);
        buf_deinit(&c->heard);
        mem_free(c->rows);
        mem_free(c->found);
        for (size_t k = 0; k < BOXES; k++) {
            mem_free(c->caches[k].items);
        }
    }
    buf_deinit(&p->pop_heard);
    mem_free(p->pop_mails);
    truth_free(p);
    directory_deinit(&p->directory);
    arena_deinit(&p->arena);
}

bool model_play(uint64_t seed, size_t count, const bool *only, bool shows)
{
    struct play p = { .seed = seed, .shows = shows };
    struct rng root = rng_seeded(seed);
    begin(&p, &root);
    for (p.step = 1; p.step <= count && !p.failed; p.step++) {
        if (!only || only[p.step]) {
            char name[32];
            (void)snprintf(name, sizeof name, "step-%zu", p.step);
            p.rng = rng_fork(&root, slice_of(name));
            one_step(&p);
        }
    }
    if (!p.failed) {
        agree_at_last(&p);
    }
    end(&p);
    return !p.failed;
}
