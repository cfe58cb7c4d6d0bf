/* bench_ui_runs.c - runs to be watched, made by the ordinary world.
 * Never knows the screen. */
#include "ui/bench_ui.h"

#include "sim/world/world.h"
#include "ui/bench.h"

#define DOMAINS_MOST 2000

/* ---- scenarios */

void bench_text_lesson(struct buf *out)
{
    buf_addz(out, "{\"title\":\"A letter\",\"hosts\":{"
                  "\"alice-laptop\":{\"kind\":\"mua\",\"account\":\"alice@example.org\"},"
                  "\"bob-laptop\":{\"kind\":\"mua\",\"account\":\"bob@example.net\"},"
                  "\"mail.example.org\":{\"kind\":\"mail\",\"domain\":\"example.org\","
                  "\"accounts\":{\"alice\":\"wonderland\"}},"
                  "\"mail.example.net\":{\"kind\":\"mail\",\"domain\":\"example.net\","
                  "\"accounts\":{\"bob\":\"builder\"}}},\"script\":["
                  "{\"at\":\"1s\",\"host\":\"alice-laptop\",\"do\":\"send\","
                  "\"to\":\"bob@example.net\",\"subject\":\"Lunch\",\"text\":\"At noon?\\n\"},"
                  "{\"at\":\"30s\",\"host\":\"bob-laptop\",\"do\":\"fetch\"}]}");
}

void bench_text_newsletter(struct buf *out, uint64_t readers)
{
    buf_addz(out, "{\"title\":\"A newsletter\",\"crowd\":{\"domains\":");
    fmt_u64(out, readers < DOMAINS_MOST ? readers : DOMAINS_MOST);
    buf_addz(out, ",\"people\":");
    fmt_u64(out, readers);
    buf_addz(out, ",\"busy\":\"10%\"},\"hosts\":{\"shop\":{\"kind\":\"app\","
                  "\"from\":\"news@shop.example\",\"name\":\"The Shop\","
                  "\"api\":\"api.sender.example\",\"key\":\"key-of-the-shop\"},"
                  "\"api.sender.example\":{\"kind\":\"api\",\"domain\":\"bounces.sender.example\","
                  "\"keys\":{\"shop\":\"key-of-the-shop\"},\"send-tls\":\"none\"}},\"script\":["
                  "{\"at\":\"1s\",\"host\":\"shop\",\"do\":\"newsletter\",\"readers\":\"crowd\","
                  "\"subject\":\"Sale\",\"text\":\"Everything must go.\\n\"}]}");
}

enum { PEOPLE = 8, SENDS = 1600 };

static void add_person(struct buf *out, unsigned i)
{
    buf_addz(out, "p");
    fmt_u64(out, i);
    buf_addz(out, i % 2 ? "@example.net" : "@example.org");
}

static void add_accounts(struct buf *out, unsigned first)
{
    for (unsigned i = first; i < PEOPLE; i += 2) {
        buf_addz(out, i > first ? ",\"p" : "\"p");
        fmt_u64(out, i);
        buf_addz(out, "\":\"secret\"");
    }
}

/* Everybody writes to the next one, in turn; every tenth time the mail is fetched. */
static void write_letters(struct buf *out)
{
    buf_addz(out, "{\"title\":\"bench\",\"until\":\"30d\",\"hosts\":{\"mail.example.org\":{"
                  "\"kind\":\"mail\",\"domain\":\"example.org\",\"accounts\":{");
    add_accounts(out, 0);
    buf_addz(out, "}},\"mail.example.net\":{\"kind\":\"mail\",\"domain\":\"example.net\","
                  "\"accounts\":{");
    add_accounts(out, 1);
    buf_addz(out, "}}");
    for (unsigned i = 0; i < PEOPLE; i++) {
        buf_addz(out, ",\"pc-");
        fmt_u64(out, i);
        buf_addz(out, "\":{\"kind\":\"mua\",\"account\":\"");
        add_person(out, i);
        buf_addz(out, "\"}");
    }
    buf_addz(out, "},\"script\":[");
    for (unsigned n = 0; n < SENDS; n++) {
        buf_addz(out, n > 0 ? ",{\"at\":\"" : "{\"at\":\"");
        fmt_u64(out, n + 1);
        buf_addz(out, "s\",\"host\":\"pc-");
        fmt_u64(out, n % PEOPLE);
        buf_addz(out, "\",\"do\":\"");
        if (n % 10 == 9) {
            buf_addz(out, "fetch\"}");
            continue;
        }
        buf_addz(out, "send\",\"to\":\"");
        add_person(out, (n * 7 + 1) % PEOPLE);
        buf_addz(out, "\",\"subject\":\"bench ");
        fmt_u64(out, n);
        buf_addz(out, "\",\"text\":\"A line or two.\\nAnd one more.\\n\"}");
    }
    buf_addz(out, "]}");
}

/* ---- runs */

/* Second by second, until there are enough. */
static bool run_text(struct trace *t, slice text, uint64_t records, struct err *err_r)
{
    struct scenario sc;
    if (!bench_load(&sc, text, err_r)) {
        return false;
    }
    trace_init(t, TRACE_LEVEL_BYTES);
    struct world *w = world_new(&sc, sc.seed, t, err_r);
    for (sim_time until = SIM_SECOND; w && t->count < records && world_run(w, until);) {
        until += SIM_SECOND;
    }
    if (w) {
        world_free(w);
    } else {
        trace_deinit(t);
    }
    scenario_free(&sc);
    return w != NULL;
}

bool bench_run_letters(struct trace *t, uint64_t records, struct err *err_r)
{
    struct buf text = { 0 };
    write_letters(&text);
    bool ok = run_text(t, buf_slice(&text), records, err_r);
    buf_deinit(&text);
    return ok;
}

bool bench_run_newsletter(struct trace *t, uint64_t readers, struct err *err_r)
{
    struct buf text = { 0 };
    bench_text_newsletter(&text, readers);
    bool ok = run_text(t, buf_slice(&text), UINT64_MAX, err_r);
    buf_deinit(&text);
    return ok;
}

/* ---- things under way */

void bench_run_moving(struct trace *t, uint32_t things)
{
    enum { HOSTS = 12 };
    trace_init(t, TRACE_LEVEL_BYTES);
    (void)trace_put(t,
                    (struct trace_rec){ .kind = TRACE_WORLD, .a = trace_name(t, SLICE("bench")) });
    for (uint32_t i = 1; i <= HOSTS; i++) {
        struct buf name = { 0 };
        buf_addz(&name, "host-");
        fmt_u64(&name, i);
        (void)trace_put(t, (struct trace_rec){ .kind = TRACE_HOST,
                                               .actor = i,
                                               .a = trace_name(t, buf_slice(&name)),
                                               .b = trace_name(t, SLICE("mail")),
                                               .c = i % 3 ? ROLE_MTA | ROLE_STORE : ROLE_MUA });
        buf_deinit(&name);
    }
    for (uint32_t i = 0; i < things; i++) {
        uint32_t from = 1 + i % HOSTS, to = 1 + (i + 1 + i / HOSTS) % HOSTS;
        (void)trace_put(t, (struct trace_rec){ .kind = TRACE_OPEN,
                                               .flow = i + 1,
                                               .actor = from,
                                               .a = to,
                                               .b = 25,
                                               .c = trace_name(t, SLICE("smtp")) });
    }
    /* After its arrival each goes again. */
    for (uint64_t at = 0; at < SIM_MINUTE; at += SIM_SECOND) {
        for (uint32_t i = 0; i < things; i++) {
            uint64_t begin = at + (uint64_t)i * SIM_MS;
            (void)trace_put_text(t,
                                 (struct trace_rec){ .kind = TRACE_FLIGHT,
                                                     .at = begin,
                                                     .until = begin + SIM_SECOND,
                                                     .flow = i + 1,
                                                     .actor = 1 + i % HOSTS,
                                                     .a = 1 + (i + 1 + i / HOSTS) % HOSTS,
                                                     .b = 1 },
                                 SLICE("x"));
        }
    }
}
