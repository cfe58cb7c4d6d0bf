/* bench_list.c - one letter to a mailing list of many members at thousands of domains, until it
 * lies in each mailbox: the queue, its lines, look-ups and transactions, and hardly any text.
 * Nothing is kept of what happens: the trace counts only. */
#include "ui/bench.h"

#include "sim/base/json_text.h"
#include "sim/world/world.h"

#define MEMBERS    100000
#define DOMAINS    3000
#define ROUNDS_MAX 99

/* The world as a file would have it: members are the crowd. */
static void write_world(struct buf *out)
{
    struct arena arena;
    struct crowd crowd;
    const struct crowd_config config = { .domains = DOMAINS, .people = MEMBERS, .seed = 1 };
    arena_init(&arena);
    crowd_init(&crowd, &config, &arena);
    buf_addz(out, "{\"title\":\"bench\",\"until\":\"10d\",\"crowd\":{\"domains\":");
    fmt_u64(out, DOMAINS);
    buf_addz(out, ",\"people\":");
    fmt_u64(out, MEMBERS);
    buf_addz(out, "},\"hosts\":{\"pc\":{\"kind\":\"mua\",\"account\":\"alice@example.org\"},"
                  "\"mail.example.org\":{\"kind\":\"mail\",\"domain\":\"example.org\","
                  "\"accounts\":{\"alice\":\"wonderland\"},\"lists\":{\"all@example.org\":"
                  "{\"owner\":\"alice@example.org\",\"members\":[");
    for (uint32_t i = 0; i < MEMBERS; i++) {
        buf_addz(out, i > 0 ? ",\"" : "\"");
        crowd_reader(&crowd, i, out);
        buf_byte(out, '"');
    }
    buf_addz(out, "]}}}},\"script\":[{\"at\":\"1s\",\"host\":\"pc\",\"do\":\"send\","
                  "\"to\":\"all@example.org\",\"subject\":\"bench\",\"text\":\"To all.\"}]}");
    arena_deinit(&arena);
}

struct result {
    uint64_t ns, cpu_ns, connections;
};

static bool list_once(const struct scenario *sc, struct result *r, struct err *err_r)
{
    struct trace t;
    trace_init(&t, TRACE_LEVEL_HOPS);
    t.keep = false;
    struct world *w = world_new(sc, sc->seed, &t, err_r);
    if (!w) {
        trace_deinit(&t);
        return false;
    }
    uint64_t start = bench_clock_ns(), cpu_start = bench_cpu_ns();
    (void)world_run(w, SIM_FOREVER);
    *r = (struct result){ bench_clock_ns() - start, bench_cpu_ns() - cpu_start,
                          t.kinds[TRACE_OPEN] };
    uint64_t stored = t.kinds[TRACE_STORED];
    world_free(w);
    trace_deinit(&t);
    return stored == MEMBERS || err_set(err_r, "bench list: %llu of %d members have it",
                                        (unsigned long long)stored, MEMBERS);
}

static bool list_rows(const struct scenario *sc, const struct bench_options *o, struct buf *out,
                      struct err *err_r)
{
    uint64_t ns[ROUNDS_MAX], cpu_ns[ROUNDS_MAX];
    struct result r = { 0 };
    for (size_t i = 0; i < o->rounds; i++) {
        if (!list_once(sc, &r, err_r)) {
            return false;
        }
        ns[i] = r.ns;
        cpu_ns[i] = r.cpu_ns;
    }
    uint64_t cpu = bench_median(cpu_ns, o->rounds);
    buf_byte(out, '{');
    json_field_text(out, "bench", SLICE("list"));
    json_field_u64(out, "members", MEMBERS);
    json_field_u64(out, "domains", DOMAINS);
    json_field_bool(out, "traced", false);
    json_field_u64(out, "connections", r.connections);
    json_field_u64(out, "ms", bench_median(ns, o->rounds) / 1000000);
    json_field_u64(out, "cpu_ms", cpu / 1000000);
    json_field_u64(out, "members_per_cpu_second", (uint64_t)MEMBERS * 1000000000 / cpu);
    buf_addz(out, "}\n");
    return true;
}

bool bench_list(const struct bench_options *o, struct buf *out, struct err *err_r)
{
    struct scenario sc;
    struct buf text = { 0 };
    if (o->rounds == 0 || o->rounds > ROUNDS_MAX) {
        return err_set(err_r, "--rounds: 1 to %d", ROUNDS_MAX);
    }
    write_world(&text);
    bool ok = bench_load(&sc, buf_slice(&text), err_r);
    buf_deinit(&text);
    if (ok) {
        ok = list_rows(&sc, o, out, err_r);
        scenario_free(&sc);
    }
    return ok;
}
