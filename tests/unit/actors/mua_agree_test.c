/* mua_agree_test.c - whatever is done on devices that cannot see each other, and in whatever order
 * they come back: in the end all of them and the server show the same. */
#include "tests/lib/small_world.h"

#include "sim/base/mem.h"
#include "sim/base/rng.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define DEVICES 3
#define LETTERS 6
#define STEPS   24
#define SEEDS   40 /* MAILFLOW_SEEDS says another number */

static const char *const devices[DEVICES] = { "bob-pc", "bob-phone", "bob-tab" };

static void add_hosts(struct buf *b, const char *const *resync)
{
    buf_addz(b, "'hosts':{'mail.example.net':{'kind':'mail','domain':'example.net',"
                "'accounts':{'bob':'b'},'mail':[");
    for (uint64_t i = 0; i < LETTERS; i++) {
        buf_addz(b, i > 0 ? "," : "");
        buf_addz(b, "{'for':'bob@example.net','from':'carol@example.com','subject':'S");
        fmt_u64(b, i);
        buf_addz(b, "','text':'T'}");
    }
    buf_addz(b, "]}");
    for (size_t i = 0; i < DEVICES; i++) {
        buf_addz(b, ",'");
        buf_addz(b, devices[i]);
        buf_addz(b, "':{'kind':'mua','account':'bob@example.net','sent':'server','resync':'");
        buf_addz(b, resync[i]);
        buf_addz(b, "'}");
    }
    buf_addz(b, "},'script':[");
}

static void add_step(struct buf *b, uint64_t at_s, const char *device, const char *verb)
{
    buf_addz(b, b->ptr[b->len - 1] == '[' ? "{'at':'" : ",{'at':'");
    fmt_u64(b, at_s);
    buf_addz(b, "s','host':'");
    buf_addz(b, device);
    buf_addz(b, "','do':'");
    buf_addz(b, verb);
    buf_addz(b, "'");
}

static void add_letter(struct buf *b, struct rng *rng)
{
    static const char *const folders[] = { "INBOX", "INBOX", "Work", "Trash", "Drafts" };
    buf_addz(b, ",'subject':'S");
    fmt_u64(b, rng_below(rng, LETTERS));
    buf_addz(b, "','folder':'");
    buf_addz(b, folders[rng_below(rng, 5)]);
    buf_addz(b, "'");
}

/* One thing that a hand does, of those that need no network. */
static void add_deed(struct buf *b, struct rng *rng, uint64_t at_s, const char *device)
{
    static const char *const flags[] = { "seen", "flagged", "answered" };
    static const char *const folders[] = { "INBOX", "Work", "Play" };
    switch (rng_below(rng, 11)) {
    case 0:
    case 1:
    case 2:
        add_step(b, at_s, device, "flag");
        add_letter(b, rng);
        buf_addz(b, ",'flag':'");
        buf_addz(b, flags[rng_below(rng, 3)]);
        buf_addz(b, rng_below(rng, 3) == 0 ? "','on':false}" : "'}");
        break;
    case 3:
        add_step(b, at_s, device, "unread");
        add_letter(b, rng);
        buf_addz(b, "}");
        break;
    case 4:
    case 5:
    case 6:
        add_step(b, at_s, device, "move");
        add_letter(b, rng);
        buf_addz(b, ",'to':'");
        buf_addz(b, folders[rng_below(rng, 3)]);
        buf_addz(b, "'}");
        break;
    case 7:
        add_step(b, at_s, device, "delete");
        add_letter(b, rng);
        buf_addz(b, "}");
        break;
    case 8:
        add_step(b, at_s, device, "draft");
        buf_addz(b, ",'subject':'S");
        fmt_u64(b, rng_below(rng, LETTERS));
        buf_addz(b, "'}");
        break;
    case 9:
        add_step(b, at_s, device, rng_below(rng, 4) == 0 ? "empty-trash" : "sync");
        buf_addz(b, "}");
        break;
    default:
        add_step(b, at_s, device, rng_below(rng, 2) == 0 ? "offline" : "online");
        buf_addz(b, "}");
        break;
    }
}

static void add_end(struct buf *b, uint64_t at_s)
{
    static const char *const folders[] = { "INBOX", "Work", "Play", "Trash", "Drafts" };
    for (size_t i = 0; i < DEVICES; i++) {
        add_step(b, at_s, devices[i], "online");
        buf_addz(b, "}");
    }
    for (uint64_t round = 0; round < 2; round++) {
        for (size_t i = 0; i < DEVICES; i++) {
            add_step(b, at_s + 600 + round * 600 + i * 100, devices[i], "sync");
            buf_addz(b, "}");
        }
    }
    buf_addz(b, "],'expect':[");
    for (size_t i = 0; i < COUNT(folders); i++) {
        buf_addz(b, i > 0 ? "," : "");
        buf_addz(b, "{'same':['bob-pc','bob-phone','bob-tab'],'account':'bob@example.net',"
                    "'folder':'");
        buf_addz(b, folders[i]);
        buf_addz(b, "'}");
    }
    for (size_t i = 0; i < DEVICES; i++) {
        buf_addz(b, ",{'pending':'");
        buf_addz(b, devices[i]);
        buf_addz(b, "','count':0}");
    }
    buf_addz(b, "]");
}

static void play(uint64_t seed, const char *const *resync, size_t *settled)
{
    struct rng rng = rng_seeded(seed);
    struct small_world w;
    struct buf b = { 0 };
    uint64_t at = 100;
    add_hosts(&b, resync);
    for (size_t i = 0; i < DEVICES; i++) {
        add_step(&b, 10 + i * 10, devices[i], "sync");
        buf_addz(&b, "}");
        add_step(&b, 50, devices[i], "offline");
        buf_addz(&b, "}");
    }
    for (size_t i = 0; i < STEPS; i++) {
        at += rng_below(&rng, 3);
        add_deed(&b, &rng, at, devices[rng_below(&rng, DEVICES)]);
    }
    add_end(&b, at + 100);
    buf_byte(&b, '\0');
    cr_assert(small_world_new(&w, b.ptr), "seed %u: not a scenario: %s", (unsigned)seed, b.ptr);
    small_world_run(&w);
    *settled += small_world_count(&w, TRACE_SETTLED, "");
    bool agreed = !small_world_failed(&w, "");
    cr_expect(agreed, "seed %u, %s %s %s:\n%s", (unsigned)seed, resync[0], resync[1], resync[2],
              b.ptr);
    small_world_free(&w);
    buf_deinit(&b);
}

Test(mua_agree, whatever_was_done_apart)
{
    static const char *const ways[][DEVICES] = {
        { "qresync", "qresync", "qresync" },
        { "condstore", "condstore", "condstore" },
        { "flags", "flags", "flags" },
        { "qresync", "condstore", "flags" },
    };
    size_t settled = 0;
    uint64_t seeds = SEEDS;
    const char *more = getenv("MAILFLOW_SEEDS");
    cr_assert(!more || (slice_to_u64(slice_of(more), &seeds) && seeds > 0), "MAILFLOW_SEEDS");
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        play(seed, ways[seed % COUNT(ways)], &settled);
    }
    cr_expect(settled > seeds, "things had to wait: %zu", settled);
}
