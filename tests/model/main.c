/* main.c - many runs, on all processors; one that fails is made short and printed.
 *     model [--steps N] [--seed FIRST] [--length N] [--only 3,7-9] [--jobs N]
 * N steps in runs of `length`; each run is a process of its own, so that one that dies is a failure
 * like any. */
#include "tests/model/model.h"

#include "sim/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define JOBS_MAX 64

struct options {
    unsigned long long steps, first, length, jobs;
    const char *only, *self;
};

/* ---- one run, in a process ---- */

/* Exit status 0: all well. */
static void play_and_exit(uint64_t seed, size_t length, const bool *only, bool show)
{
    bool ok = model_play(seed, length, only, show);
    exit(ok ? 0 : 1);
}

static bool fails(uint64_t seed, size_t length, const bool *only)
{
    int status = 0;
    (void)fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        (void)freopen("/dev/null", "w", stderr);
        play_and_exit(seed, length, only, false);
    }
    (void)waitpid(pid, &status, 0);
    return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

/* ---- a failure, made short ---- */

/* Leaves out more and more, in pieces that get smaller, as long as it still fails. */
static void make_short(uint64_t seed, size_t length, bool *only)
{
    for (size_t piece = length / 2; piece > 0; piece /= 2) {
        for (size_t at = 1; at <= length; at += piece) {
            bool before[piece];
            bool any = false;
            for (size_t i = 0; i < piece && at + i <= length; i++) {
                any = any || only[at + i];
                before[i] = only[at + i];
                only[at + i] = false;
            }
            if (any && !fails(seed, length, only)) {
                for (size_t i = 0; i < piece && at + i <= length; i++) {
                    only[at + i] = before[i];
                }
            }
        }
    }
}

static void say_only(const bool *only, size_t length)
{
    const char *before = "";
    for (size_t i = 1; i <= length; i++) {
        if (only[i]) {
            size_t last = i;
            while (last < length && only[last + 1]) {
                last++;
            }
            (void)printf(last > i ? "%s%zu-%zu" : "%s%zu", before, i, last);
            before = ",";
            i = last;
        }
    }
}

static void report(const struct options *o, uint64_t seed)
{
    size_t length = (size_t)o->length;
    bool *only = mem_array(length + 1, sizeof *only);
    for (size_t i = 0; i <= length; i++) {
        only[i] = true;
    }
    make_short(seed, length, only);
    (void)printf("\nseed %llu failed; what is left of its steps:\n", (unsigned long long)seed);
    (void)fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        play_and_exit(seed, length, only, true);
    }
    (void)waitpid(pid, NULL, 0);
    (void)printf("\nplay it again: %s --seed %llu --length %zu --only ", o->self,
                 (unsigned long long)seed, length);
    say_only(only, length);
    (void)printf("\n");
    mem_free(only);
}

/* ---- many runs ---- */

/* Run `first`, `first + jobs` and so on; exit status 1: one failed. */
static void work(const struct options *o, unsigned long long first, unsigned long long runs)
{
    for (unsigned long long i = first; i < runs; i += o->jobs) {
        if (fails(o->first + i, (size_t)o->length, NULL)) {
            report(o, o->first + i);
            exit(1);
        }
    }
    exit(0);
}

static int run(const struct options *o)
{
    unsigned long long runs = (o->steps + o->length - 1) / o->length;
    int bad = 0;
    for (unsigned long long i = 0; i < o->jobs; i++) {
        (void)fflush(NULL);
        if (fork() == 0) {
            work(o, i, runs);
        }
    }
    for (unsigned long long i = 0; i < o->jobs; i++) {
        int status = 0;
        (void)wait(&status);
        bad += status != 0;
    }
    (void)printf("%llu steps of %d sessions in %llu runs: %s\n", runs * o->length, SESSIONS, runs,
                 bad ? "a difference was found" : "no difference");
    return bad != 0;
}

/* "3,7-9": these steps of one run, shown. */
static int play_some(const struct options *o)
{
    bool *only = mem_array((size_t)o->length + 1, sizeof *only);
    slice rest = slice_of(o->only);
    while (rest.len > 0) {
        slice part = slice_cut(&rest, ',');
        uint64_t from = 0;
        slice first = slice_cut(&part, '-');
        bool ok = slice_to_u64(first, &from);
        uint64_t to = from;
        ok = ok && (part.len == 0 || slice_to_u64(part, &to)) && to <= o->length;
        for (uint64_t i = from; ok && i <= to; i++) {
            only[i] = true;
        }
    }
    play_and_exit(o->first, (size_t)o->length, only, true);
    return 0;
}

int main(int argc, char **argv)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    struct options o = { .steps = 100000, .first = 1, .length = 500, .self = argv[0] };
    o.jobs = processors > 0 ? (unsigned long long)processors : 1;
    for (int i = 1; i + 1 < argc; i += 2) {
        unsigned long long n = strtoull(argv[i + 1], NULL, 10);
        if (strcmp(argv[i], "--steps") == 0) {
            o.steps = n;
        } else if (strcmp(argv[i], "--seed") == 0) {
            o.first = n;
        } else if (strcmp(argv[i], "--length") == 0) {
            o.length = n;
        } else if (strcmp(argv[i], "--jobs") == 0) {
            o.jobs = n;
        } else if (strcmp(argv[i], "--only") == 0) {
            o.only = argv[i + 1];
        } else {
            (void)fprintf(stderr,
                          "usage: %s [--steps N] [--seed FIRST] [--length N] [--only 3,7-9] "
                          "[--jobs N]\n",
                          argv[0]);
            return 2;
        }
    }
    o.jobs = o.jobs < 1 ? 1 : o.jobs > JOBS_MAX ? JOBS_MAX : o.jobs;
    o.length = o.length < 1 ? 1 : o.length;
    return o.only ? play_some(&o) : run(&o);
}
