#include "ui/model.h"

#include <criterion/criterion.h>

/* One word a record, at its time; "2": of the second host, "/1": of link 1 of the first. */
struct step {
    uint64_t at, until;
    const char *what;
    uint32_t host, link;
};
static const struct {
    const char *why;
    struct step steps[5];
    uint64_t now;
    uint32_t host, link;
    int w;
    const char *said;
} rows[] = {
    { "one", { { 1, 0, "disk-full", 1, 0 } }, 5, 1, 0, 20, "disk full" },
    { "both, where there is room, the worst first",
      { { 1, 0, "crash", 1, 0 }, { 2, 0, "disk-full", 1, 0 } },
      5,
      1,
      0,
      20,
      "crash, disk full" },
    { "else how many more",
      { { 1, 0, "disk-full", 1, 0 }, { 2, 0, "clock", 1, 0 }, { 3, 9, "down", 1, 0 } },
      5,
      1,
      0,
      12,
      "down +2" },
    { "else the worst",
      { { 1, 0, "disk-full", 1, 0 }, { 3, 9, "crash", 1, 0 } },
      5,
      1,
      0,
      6,
      "crash" },
    { "the newest, where nothing is worse",
      { { 1, 0, "disk-full", 1, 0 }, { 2, 0, "clock", 1, 0 } },
      5,
      1,
      0,
      14,
      "wrong clock +1" },
    { "up ends what switched off, and nothing else",
      { { 1, 0, "disk-full", 1, 0 }, { 2, 0, "crash", 1, 0 }, { 3, 0, "up", 1, 0 } },
      5,
      1,
      0,
      30,
      "disk full" },
    { "repair leaves it off",
      { { 1, 0, "disk-full", 1, 0 }, { 2, 0, "crash", 1, 0 }, { 3, 0, "repair", 1, 0 } },
      5,
      1,
      0,
      30,
      "crash" },
    { "each has its own end",
      { { 1, 4, "disk-full", 1, 0 }, { 2, 9, "clock", 1, 0 } },
      5,
      1,
      0,
      30,
      "wrong clock" },
    { "what is left is told again, and is no other",
      { { 1, 9, "temp-fail", 1, 0 }, { 2, 4, "disk-full", 1, 0 }, { 4, 9, "temp-fail", 1, 0 } },
      5,
      1,
      0,
      30,
      "says no" },
    { "two of one kind are two",
      { { 1, 9, "temp-fail", 1, 0 }, { 2, 8, "temp-fail", 1, 0 } },
      5,
      1,
      0,
      12,
      "says no +1" },
    { "another host's", { { 1, 0, "crash", 2, 0 } }, 5, 1, 0, 30, "" },
    { "a link's are not its host's",
      { { 1, 0, "slow", 1, 1 }, { 2, 0, "crash", 1, 0 } },
      5,
      1,
      0,
      30,
      "crash" },
    { "nor a host's its link's",
      { { 1, 0, "slow", 1, 1 }, { 2, 0, "crash", 1, 0 }, { 3, 0, "lossy", 1, 1 } },
      5,
      0,
      1,
      30,
      "loses some, slow" },
    { "a mended link",
      { { 1, 0, "slow", 1, 1 }, { 2, 0, "cut", 1, 1 }, { 3, 0, "mend", 1, 1 } },
      5,
      0,
      1,
      30,
      "" },
    { "a lost device",
      { { 1, 0, "offline", 1, 0 }, { 2, 0, "lost", 1, 0 } },
      5,
      1,
      0,
      30,
      "lost, offline" },
    { "a new one in its place",
      { { 1, 0, "lost", 1, 0 }, { 2, 0, "lost", 2, 0 }, { 3, 0, "new", 1, 0 } },
      5,
      1,
      0,
      30,
      "" },
};

static uint32_t kind_of(slice what)
{
    bool device = slice_eq(what, SLICE("lost")) || slice_eq(what, SLICE("new"));
    return device ? TRACE_DEVICE : TRACE_FAULT;
}

Test(model_faults, all_that_holds_is_said)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct trace t;
        struct cast c;
        struct model m;
        struct buf said = { 0 };
        trace_init(&t, TRACE_LEVEL_HOPS);
        for (size_t k = 0; k < COUNT(rows[i].steps) && rows[i].steps[k].what; k++) {
            const struct step *s = &rows[i].steps[k];
            (void)trace_put(&t, (struct trace_rec){ .kind = kind_of(slice_of(s->what)),
                                                    .at = s->at,
                                                    .until = s->until,
                                                    .actor = s->host,
                                                    .a = trace_name(&t, slice_of(s->what)),
                                                    .b = s->link });
        }
        cast_init(&c, &t);
        cast_extend(&c);
        model_init(&m, &c);
        model_seek(&m, t.count);
        model_faults_say(&m, rows[i].host, rows[i].link, rows[i].now, rows[i].w, &said);
        cr_expect_str_eq(buf_z(&said), rows[i].said, "%s: %s", rows[i].why, buf_z(&said));
        buf_deinit(&said);
        model_deinit(&m);
        cast_deinit(&c);
        trace_deinit(&t);
    }
}
