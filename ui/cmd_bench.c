/* cmd_bench.c - mailflow bench NAME: measures, prints JSON. */
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ui/bench.h"
#include "ui/command.h"
#include "ui/files.h"

uint64_t bench_clock_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
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

static int run(const void *options, const struct operands *operands, struct err *err_r)
{
    static const struct {
        const char *name;
        bool (*measure)(struct buf *out, struct err *err_r);
    } rows[] = { { "engine", bench_engine }, { "deliver", bench_deliver } };
    (void)options;
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (strcmp(rows[i].name, operands->items[0]) == 0) {
            struct buf out = { 0 };
            bool ok = rows[i].measure(&out, err_r) && file_write("-", buf_slice(&out), err_r);
            buf_deinit(&out);
            return ok ? EXIT_FINE : EXIT_CANNOT;
        }
    }
    (void)err_set(err_r, "there is no bench \"%s\"; there are engine and deliver",
                  operands->items[0]);
    return EXIT_USAGE;
}

const struct command cmd_bench = {
    .name = "bench",
    .usage = "engine|deliver",
    .doc = "measure, and print JSON",
    .operands_min = 1,
    .operands_max = 1,
    .run = run,
};
