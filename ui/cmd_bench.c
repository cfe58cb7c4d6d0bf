/* cmd_bench.c - mailflow bench NAME: measures, prints JSON. */
#define _POSIX_C_SOURCE 200809L
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/world/world.h"
#include "ui/bench.h"
#include "ui/command.h"
#include "ui/files.h"

static const struct option_row rows[] = {
    { "letters", 0, OPTION_NUMBER, offsetof(struct bench_options, letters), "N", NULL,
      "deliver, fetch: so many letters a round (20000)" },
    { "at-once", 0, OPTION_NUMBER, offsetof(struct bench_options, at_once), "N", NULL,
      "so many sessions at a time (deliver: 32, 256, 2048 in turn; fetch: 1, 32)" },
    { "rounds", 0, OPTION_NUMBER, offsetof(struct bench_options, rounds), "N", NULL,
      "the median of so many rounds (5)" },
    { "records", 0, OPTION_NUMBER, offsetof(struct bench_options, records), "N", NULL,
      "ui: runs of so many records (100000)" },
    { "tls", 0, OPTION_FLAG, offsetof(struct bench_options, tls), NULL, NULL,
      "deliver, fetch: with TLS on every hop" },
    { .name = NULL },
};
static const struct bench_options defaults = { .letters = 20000, .rounds = 5, .records = 100000 };

static uint64_t read_clock(clockid_t clock)
{
    struct timespec now;
    (void)clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

uint64_t bench_clock_ns(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

uint64_t bench_cpu_ns(void)
{
    return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

uint64_t bench_median(uint64_t *values, size_t count)
{
    qsort(values, count, sizeof *values, by_value);
    return values[count / 2];
}

bool bench_load(struct scenario *sc, slice text, struct err *err_r)
{
    struct problems problems;
    problems_init(&problems, SLICE("bench"));
    bool ok = scenario_load(sc, text, &world_words, &problems);
    if (!ok) {
        struct buf said = { 0 };
        problems_text(&problems, &said);
        (void)err_set(err_r, "%s", buf_z(&said));
        buf_deinit(&said);
    }
    problems_deinit(&problems);
    return ok;
}

static int run(const void *options, const struct operands *operands, struct err *err_r)
{
    static const struct {
        const char *name;
        bool (*measure)(const struct bench_options *o, struct buf *out, struct err *err_r);
    } benches[] = { { "engine", bench_engine },   { "deliver", bench_deliver },
                    { "fetch", bench_fetch },     { "list", bench_list },
                    { "mailbox", bench_mailbox }, { "ui", bench_ui } };
    for (size_t i = 0; i < COUNT(benches); i++) {
        if (strcmp(benches[i].name, operands->items[0]) == 0) {
            struct buf out = { 0 };
            bool ok =
                benches[i].measure(options, &out, err_r) && file_write("-", buf_slice(&out), err_r);
            buf_deinit(&out);
            return ok ? EXIT_FINE : EXIT_CANNOT;
        }
    }
    (void)err_set(
        err_r, "there is no bench \"%s\"; there are engine, deliver, fetch, list, mailbox and ui",
        operands->items[0]);
    return EXIT_USAGE;
}

const struct command cmd_bench = {
    .name = "bench",
    .usage = "engine|deliver|fetch|list|mailbox|ui [OPTION...]",
    .doc = "measure, and print JSON",
    .options = rows,
    .options_size = sizeof(struct bench_options),
    .defaults = &defaults,
    .operands_min = 1,
    .operands_max = 1,
    .run = run,
};
