/* main.c - plays many worlds by chance, on all processors, each twice, and judges them.
 *     swarm [--seeds N] [--seed FIRST] [--jobs N] [--keep DIR]
 * One seed that fails is reported with the command that plays it again, and its scenario is kept as
 * a file.  Each worker is a process: a world that kills it, or never ends, is a failure like any. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "sim/world/world.h"
#include "tests/swarm/swarm.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define JOBS_MAX      256
#define EVENTS_MAX    5000000 /* of one world: more is a loop */
#define PATIENCE      120     /* seconds that a world may take */
#define FAILURES_MAX  20      /* then enough is known */
#define SLICE_OF_TIME (6 * SIM_HOUR)

struct shared {
    atomic_ullong next, done, failed, events, doubled, faults, ends[FATE_COUNT];
    struct {
        atomic_ullong seed; /* being played */
        atomic_llong since; /* seconds */
    } worker[JOBS_MAX];
};

struct options {
    unsigned long long first, seeds;
    unsigned jobs;
    const char *keep, *self;
};

static long long seconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec;
}

/* ---- one world ---- */

static bool play(slice text, sim_time stops, struct trace *t, uint64_t *events_r, struct buf *why)
{
    struct scenario sc;
    struct problems problems;
    struct err err = { "" };
    struct world *w = NULL;
    bool ok = false;
    problems_init(&problems, SLICE("swarm"));
    if (scenario_load(&sc, text, &world_words, &problems)) {
        w = world_new(&sc, sc.seed, t, &err);
    }
    if (!w) {
        problems_text(&problems, why);
        buf_addz(why, err.text);
        buf_byte(why, '\n');
    } else {
        bool more = true;
        for (sim_time at = 0; more && at < stops && world_events(w) < EVENTS_MAX;) {
            at = stops - at < SLICE_OF_TIME ? stops : at + SLICE_OF_TIME;
            more = world_run(w, at) && at < stops;
        }
        *events_r = world_events(w);
        ok = !more;
        if (more) {
            buf_addz(why, "so many events: something runs in a loop\n");
        }
        (void)world_finish(w);
    }
    world_free(w);
    scenario_free(&sc);
    problems_deinit(&problems);
    return ok;
}

static bool try_seed(uint64_t seed, struct shared *sh, struct buf *why)
{
    struct buf text = { 0 };
    struct trace t[2];
    uint64_t events = 0;
    bool ok = true;
    swarm_plan(seed, &text);
    for (size_t i = 0; i < COUNT(t); i++) {
        trace_init(&t[i], TRACE_LEVEL_BYTES);
    }
    for (size_t i = 0; ok && i < COUNT(t); i++) {
        ok = play(buf_slice(&text), swarm_stops(seed), &t[i], &events, why);
    }
    if (ok && (t[0].digest != t[1].digest || t[0].count != t[1].count)) {
        buf_addz(why, "the same world ran in two ways\n");
        ok = false;
    }
    struct swarm_tally tally = { 0 };
    ok = ok && swarm_judge(&t[0], &tally, why);
    ok = ok && swarm_fold(&t[0], why);
    for (size_t i = 0; i < FATE_COUNT; i++) {
        atomic_fetch_add(&sh->ends[i], tally.ends[i]);
    }
    atomic_fetch_add(&sh->doubled, tally.doubled);
    atomic_fetch_add(&sh->faults, t[0].kinds[TRACE_FAULT]);
    atomic_fetch_add(&sh->events, events);
    trace_deinit(&t[0]);
    trace_deinit(&t[1]);
    buf_deinit(&text);
    return ok;
}

/* ---- what failed ---- */

static void report(const struct options *o, struct shared *sh, uint64_t seed, slice why)
{
    char path[512];
    struct buf text = { 0 };
    (void)snprintf(path, sizeof path, "%s/swarm-%llu.json", o->keep, (unsigned long long)seed);
    swarm_plan(seed, &text);
    FILE *f = fopen(path, "w");
    if (f) {
        (void)fwrite(text.ptr, 1, text.len, f);
        (void)fclose(f);
    }
    buf_deinit(&text);
    atomic_fetch_add(&sh->failed, 1);
    (void)printf("\nseed %llu failed:\n%.*splay it again: %s --seed %llu --seeds 1\nlook at it:    "
                 "mailflow run %s",
                 (unsigned long long)seed, SLICE_ARG(why), o->self, (unsigned long long)seed, path);
    if (swarm_stops(seed) != SIM_FOREVER) {
        (void)printf(" --until %lluns", (unsigned long long)swarm_stops(seed));
    }
    (void)printf("\n");
    (void)fflush(stdout);
}

/* ---- workers ---- */

static void work(const struct options *o, struct shared *sh, unsigned slot)
{
    for (;;) {
        unsigned long long i = atomic_fetch_add(&sh->next, 1);
        if (i >= o->seeds || atomic_load(&sh->failed) >= FAILURES_MAX) {
            break;
        }
        struct buf why = { 0 };
        atomic_store(&sh->worker[slot].since, seconds());
        atomic_store(&sh->worker[slot].seed, o->first + i);
        if (!try_seed(o->first + i, sh, &why)) {
            report(o, sh, o->first + i, buf_slice(&why));
        }
        atomic_store(&sh->worker[slot].seed, 0);
        atomic_fetch_add(&sh->done, 1);
        buf_deinit(&why);
    }
}

static pid_t start(const struct options *o, struct shared *sh, unsigned slot)
{
    (void)fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        work(o, sh, slot);
        exit(0); /* not _exit: whoever looks for leaks does so now */
    }
    return pid;
}

static void say_progress(const struct options *o, struct shared *sh, long long since, bool last)
{
    unsigned long long done = atomic_load(&sh->done);
    long long took = seconds() - since > 0 ? seconds() - since : 1;
    if (isatty(1) || last) {
        (void)printf("%s%llu of %llu worlds, %llu failed, %llu events, %llu worlds a minute%s",
                     last ? "" : "\r", done, o->seeds, (unsigned long long)atomic_load(&sh->failed),
                     (unsigned long long)atomic_load(&sh->events),
                     done * 60 / (unsigned long long)took, last ? "\n" : "  ");
        (void)fflush(stdout);
    }
}

static void say_what_happened(struct shared *sh)
{
    (void)printf("%llu faults;", (unsigned long long)atomic_load(&sh->faults));
    for (uint32_t i = 0; i < FATE_COUNT; i++) {
        (void)printf(" %llu %s,", (unsigned long long)atomic_load(&sh->ends[i]),
                     trace_fate_name(i));
    }
    (void)printf(" %llu taken twice\n", (unsigned long long)atomic_load(&sh->doubled));
}

static void watch_for_loops(struct shared *sh, const pid_t *pids, unsigned jobs)
{
    for (unsigned i = 0; i < jobs; i++) {
        bool busy = pids[i] > 0 && atomic_load(&sh->worker[i].seed) != 0;
        if (busy && seconds() - atomic_load(&sh->worker[i].since) > PATIENCE) {
            (void)kill(pids[i], SIGKILL);
        }
    }
}

/* A worker is over.  true: another one took its place. */
static bool replace(const struct options *o, struct shared *sh, pid_t *pid, unsigned slot,
                    int status)
{
    unsigned long long seed = atomic_load(&sh->worker[slot].seed);
    bool died = !WIFEXITED(status) || WEXITSTATUS(status) != 0;
    *pid = 0;
    if (!died) {
        return false;
    }
    if (seed == 0) { /* at its end: a leak */
        atomic_fetch_add(&sh->failed, 1);
        (void)printf("\na worker ended badly (status %d)\n", status);
        return false;
    }
    report(o, sh, seed,
           WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL
               ? SLICE("it does not end\n")
               : SLICE("it killed the program (see above)\n"));
    atomic_store(&sh->worker[slot].seed, 0);
    atomic_fetch_add(&sh->done, 1);
    *pid = start(o, sh, slot);
    return true;
}

static int run(const struct options *o, struct shared *sh)
{
    pid_t pids[JOBS_MAX] = { 0 };
    long long since = seconds();
    unsigned alive = o->jobs;
    for (unsigned i = 0; i < o->jobs; i++) {
        pids[i] = start(o, sh, i);
    }
    while (alive > 0) {
        int status;
        pid_t pid = waitpid(-1, &status, WNOHANG);
        if (pid <= 0) {
            (void)nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
            say_progress(o, sh, since, false);
            watch_for_loops(sh, pids, o->jobs);
            continue;
        }
        for (unsigned i = 0; i < o->jobs; i++) {
            if (pids[i] == pid) {
                alive -= !replace(o, sh, &pids[i], i, status);
            }
        }
    }
    say_progress(o, sh, since, true);
    say_what_happened(sh);
    return atomic_load(&sh->failed) > 0;
}

int main(int argc, char **argv)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    struct options o = { .first = 1, .seeds = 20000, .keep = "build", .self = argv[0] };
    unsigned long long jobs = processors > 0 ? (unsigned long long)processors : 1;
    for (int i = 1; i + 1 < argc; i += 2) {
        unsigned long long n = strtoull(argv[i + 1], NULL, 10);
        if (strcmp(argv[i], "--seeds") == 0) {
            o.seeds = n;
        } else if (strcmp(argv[i], "--seed") == 0) {
            o.first = n;
        } else if (strcmp(argv[i], "--jobs") == 0) {
            jobs = n;
        } else if (strcmp(argv[i], "--keep") == 0) {
            o.keep = argv[i + 1];
        } else {
            (void)fprintf(stderr, "usage: %s [--seeds N] [--seed FIRST] [--jobs N] [--keep DIR]\n",
                          argv[0]);
            return 2;
        }
    }
    jobs = jobs < 1 ? 1 : jobs > JOBS_MAX ? JOBS_MAX : jobs;
    o.jobs = (unsigned)(jobs < o.seeds ? jobs : o.seeds);
    struct shared *sh =
        mmap(NULL, sizeof *sh, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (sh == MAP_FAILED) {
        return 3;
    }
    return run(&o, sh);
}
