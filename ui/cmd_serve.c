/* cmd_serve.c - mailflow serve FILE: the simulated servers, open to real programs on this
 * machine. */
#include "ui/cmd_serve.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sim/base/mem.h"
#include "sim/export/table.h"
#include "sim/trace/file.h"
#include "ui/command.h"
#include "ui/files.h"
#include "ui/live.h"
#include "ui/recording.h"
#include "ui/watch.h"

#define TRACE_LIMIT_LEAST (1 << 20)
#define FOR_EVER          UINT64_MAX

enum format { FORMAT_TEXT, FORMAT_JSON };

struct serve_options {
    uint64_t port_base;
    const char *speed;
    bool jump, quiet;
    sim_time lasts; /* on the wall; FOR_EVER: until somebody ends it */
    uint32_t format;
    const char *trace, *pcapng, *ca, *stdio;
    uint64_t trace_limit;
    bool ascii, no_color;
    uint32_t theme;
};

static const struct option_row rows[] = {
    { "port-base", 0, OPTION_NUMBER, offsetof(struct serve_options, port_base), "N", NULL,
      "port 25 becomes N + 25 here, and so on; 1000 unless said" },
    { "speed", 0, OPTION_TEXT, offsetof(struct serve_options, speed), "X", NULL,
      "so many simulated seconds a second: \"60\", \"0.5\"; 1 unless said" },
    { "jump", 0, OPTION_FLAG, offsetof(struct serve_options, jump), NULL, NULL,
      "skip the time in which nothing happens and no real program is connected" },
    { "for", 0, OPTION_DURATION, offsetof(struct serve_options, lasts), "T", NULL,
      "stop by itself after this time: \"10min\"" },
    { "stdio", 0, OPTION_TEXT, offsetof(struct serve_options, stdio), "HOST:PORT", NULL,
      "join standard input and output to that simulated port instead" },
    { "ca", 0, OPTION_TEXT, offsetof(struct serve_options, ca), "FILE", NULL,
      "write the authority's certificate there (PEM), by which clients know the servers" },
    { "format", 'f', OPTION_CHOICE, offsetof(struct serve_options, format), "NAME", "text json",
      "text, or one line of json as soon as all ports are open" },
    { "trace", 't', OPTION_TEXT, offsetof(struct serve_options, trace), "FILE", NULL,
      "save what happened, for mailflow replay" },
    { "pcapng", 0, OPTION_TEXT, offsetof(struct serve_options, pcapng), "FILE", NULL,
      "save a capture of what happened, for Wireshark" },
    { "trace-limit", 0, OPTION_SIZE, offsetof(struct serve_options, trace_limit), "SIZE", NULL,
      "memory for what is recorded, 256MiB unless said; then the oldest bytes are let go" },
    { "ascii", 0, OPTION_FLAG, offsetof(struct serve_options, ascii), NULL, NULL,
      "draw with ASCII only" },
    { "no-color", 0, OPTION_FLAG, offsetof(struct serve_options, no_color), NULL, NULL,
      "without colours (NO_COLOR does the same)" },
    { "theme", 0, OPTION_CHOICE, offsetof(struct serve_options, theme), NULL, "dark light",
      "light is for projectors" },
    { "quiet", 'q', OPTION_FLAG, offsetof(struct serve_options, quiet), NULL, NULL,
      "print nothing but what is wrong" },
    { .name = NULL },
};

static bool advance(void *self, sim_time until, uint64_t events_max)
{
    return world_advance(self, until, events_max);
}

static void print(struct buf *out)
{
    (void)fwrite(out->ptr, 1, out->len, stdout);
    (void)fflush(stdout);
    buf_deinit(out);
}

static void say_ready(const struct serve *s, const struct serve_options *o)
{
    struct buf out = { 0 };
    if (o->stdio) {
        return; /* standard output is the connection's */
    }
    if (o->format == FORMAT_JSON) {
        serve_json(s, &out);
    } else if (!o->quiet) {
        serve_table(s, &out);
    }
    print(&out);
}

static void say_summary(const struct serve *s, const struct serve_options *o)
{
    struct buf out = { 0 };
    if (o->format == FORMAT_TEXT && !o->quiet && !o->stdio) {
        serve_summary(s, &out);
    }
    print(&out);
}

/* Once for each step, in the trace as well as to whoever sits here without a screen. */
static void watch_limit(struct serve *s)
{
    static const char *const words[] = {
        [LIMIT_DROPS] = "the trace has reached its limit: the oldest bytes are let go",
        [LIMIT_THINS] = "the trace has reached its limit: only the outlines are recorded from now",
        [LIMIT_FULL] = "the trace has reached its limit: nothing more is recorded",
    };
    const struct trace_limit *l = &s->trace.limit;
    enum limit_step now = l->full      ? LIMIT_FULL
                          : l->thinned ? LIMIT_THINS
                          : l->dropped ? LIMIT_DROPS
                                       : LIMIT_FAR;
    if (now == s->limit_step) {
        return;
    }
    s->limit_step = now;
    (void)trace_put_text(&s->trace,
                         (struct trace_rec){ .at = world_now(s->world),
                                             .kind = TRACE_NOTE,
                                             .a = trace_name(&s->trace, SLICE("trace limit")) },
                         slice_of(words[now]));
    if (!s->quiet) {
        command_complain(NULL, words[now], " (--trace-limit)");
    }
}

/* Without a screen: until somebody says stop, the time is over, or Enter was pressed where that is
 * waited for.  true: it was. */
static bool wait_for_the_end(struct serve *s)
{
    const uint64_t longest_ms = 60000;
    uint64_t left = longest_ms;
    while (gateway_turn(s->gateway, left < longest_ms ? left : longest_ms)) {
        uint64_t up = gateway_uptime(s->gateway);
        watch_limit(s);
        if (gateway_has_input(s->gateway)) {
            return true;
        }
        if (s->lasts > 0 && up >= s->lasts) {
            break;
        }
        left = s->lasts > 0 ? (s->lasts - up + SIM_MS - 1) / SIM_MS : longest_ms;
    }
    return false;
}

/* ---- with a screen */

static sim_time live_now(void *self)
{
    const struct serve *s = self;
    return world_now(s->world);
}

/* Until the next picture is due, or a key was pressed. */
static bool live_pass(void *self, uint64_t ms)
{
    struct serve *s = self;
    uint64_t now = gateway_uptime(s->gateway), until = now + ms * SIM_MS;
    bool on = true;
    while (on && now < until && !gateway_has_input(s->gateway)) {
        on = gateway_turn(s->gateway, (until - now + SIM_MS - 1) / SIM_MS);
        now = gateway_uptime(s->gateway);
    }
    watch_limit(s);
    return on && (s->lasts == 0 || now < s->lasts);
}

/* The table stays on the terminal until it was read. */
static bool serve_until_the_end(struct serve *s, const struct serve_options *o, struct err *err_r)
{
    struct term_config config = { o->ascii, o->no_color, (enum theme)o->theme };
    bool screen = o->format == FORMAT_TEXT && !o->quiet && !o->stdio && watch_possible();
    s->quiet = o->quiet || o->stdio;
    s->lasts = o->lasts == FOR_EVER ? 0 : o->lasts;
    if (screen) {
        puts("Enter shows what happens.");
        (void)fflush(stdout);
        gateway_watch_input(s->gateway, STDIN_FILENO);
    }
    if (!wait_for_the_end(s)) {
        return true;
    }
    char line[256];
    if (read(STDIN_FILENO, line, sizeof line) < 0) {
        return true;
    }
    s->quiet = true;
    const struct live_source live = { &s->trace, s, live_now, live_pass };
    return live_watch(&live, &terminal_curses, &config, err_r);
}

static int open_stdio(const struct serve *s, const char *where, struct err *err_r)
{
    slice rest = slice_of(where);
    slice name = slice_cut(&rest, ':');
    uint64_t port = 0;
    const struct actor *host = stage_find(world_stage(s->world), name);
    if (!slice_to_u64(rest, &port) || port == 0 || port > UINT16_MAX) {
        (void)err_set(err_r, "--stdio takes HOST:PORT, such as \"mail.example.org:25\"");
        return EXIT_USAGE;
    }
    if (!host) {
        (void)err_set(err_r, "--stdio: there is no host \"%.*s\"", SLICE_ARG(name));
        return EXIT_USAGE;
    }
    return gateway_open_stdio(s->gateway, host->id, (uint16_t)port, err_r) ? EXIT_FINE : EXIT_USAGE;
}

static bool write_authority(const struct serve *s, struct err *err_r)
{
    if (!s->ca) {
        return true;
    }
    const struct tls_realm *realm = stage_tls(world_stage(s->world));
    if (!realm) {
        return err_set(err_r, "--ca: there is no TLS here");
    }
    return file_write(s->ca, tls_realm_authority(realm), err_r);
}

/* For the gateway, which does not know scenarios. */
static void find_reals(struct serve *s)
{
    const struct scenario *sc = &s->scenario;
    for (size_t i = 0; i < sc->host_count; i++) {
        s->real_count += sc->hosts[i].real_count;
    }
    s->reals = mem_array(s->real_count + 1, sizeof *s->reals);
    size_t n = 0;
    for (size_t i = 0; i < sc->host_count; i++) {
        const struct actor *host = stage_find(world_stage(s->world), sc->hosts[i].name);
        for (size_t k = 0; k < sc->hosts[i].real_count; k++) {
            const struct scenario_real *r = &sc->hosts[i].reals[k];
            s->reals[n++] = (struct gateway_real){ host->id, r->port, r->v6, r->ip, r->real_port };
        }
    }
}

static int open_and_serve(struct serve *s, const struct serve_options *o, uint64_t ppm,
                          struct err *err_r)
{
    find_reals(s);
    const struct gateway_world world = { world_stage(s->world), s->world, advance };
    const struct link_tap *tap;
    const struct link_config uplink = world_visitors(s->world, &tap);
    const struct gateway_config config = { .port_base = (uint32_t)o->port_base,
                                           .speed_ppm = ppm,
                                           .jump = o->jump,
                                           .uplink = uplink,
                                           .tap = tap,
                                           .signals = true,
                                           .reals = s->reals,
                                           .real_count = s->real_count };
    s->gateway = gateway_new(&config, &world);
    int status = o->stdio                          ? open_stdio(s, o->stdio, err_r)
                 : gateway_open(s->gateway, err_r) ? EXIT_FINE
                                                   : EXIT_CANNOT;
    if (status == EXIT_FINE && !write_authority(s, err_r)) {
        status = EXIT_CANNOT;
    }
    if (status != EXIT_FINE) {
        return status;
    }
    say_ready(s, o);
    if (!serve_until_the_end(s, o, err_r)) {
        return EXIT_CANNOT;
    }
    gateway_close(s->gateway);
    (void)world_finish(s->world);
    say_summary(s, o);
    return EXIT_FINE;
}

/* What happened for hours is not to be lost to a wrong path. */
static bool can_save(const struct serve_options *o, struct err *err_r)
{
    return (!o->trace || file_can_be_written(o->trace, err_r)) &&
           (!o->pcapng || file_can_be_written(o->pcapng, err_r));
}

static int serve_scenario(struct serve *s, const struct serve_options *o, uint64_t ppm,
                          struct err *err_r)
{
    const struct world_options open = { .seed = s->scenario.seed,
                                        .open = true,
                                        .start = (int64_t)time(NULL) };
    trace_init(&s->trace, TRACE_LEVEL_BYTES);
    trace_limit_to(&s->trace, o->trace_limit);
    s->world = world_new_with(&s->scenario, &open, &s->trace, err_r);
    int status = s->world ? open_and_serve(s, o, ppm, err_r) : EXIT_USAGE;
    status = status == EXIT_FINE ? recording_save(&s->trace, o->trace, o->pcapng, err_r) : status;
    const char *problem = s->gateway ? gateway_stdio_problem(s->gateway) : NULL;
    if (status == EXIT_FINE && problem) {
        (void)err_set(err_r, "--stdio: could not write to standard output: %s", problem);
        status = EXIT_CANNOT;
    }
    gateway_free(s->gateway);
    mem_free(s->reals);
    world_free(s->world);
    trace_deinit(&s->trace);
    return status;
}

static int run(const void *options, const struct operands *operands, struct err *err_r)
{
    const struct serve_options *o = options;
    struct serve s = { .file = operands->items[0], .ca = o->ca };
    uint64_t ppm = PACE_REAL;
    if (o->speed && !pace_parse(slice_of(o->speed), &ppm)) {
        (void)err_set(err_r, "--speed: \"%s\" is not " PACE_WORDS, o->speed);
        return EXIT_USAGE;
    }
    if (o->port_base == 0 || o->port_base > UINT16_MAX) {
        (void)err_set(err_r, "--port-base takes a number from 1 to 65535");
        return EXIT_USAGE;
    }
    if (o->lasts == 0) {
        (void)err_set(err_r, "--for takes a time that passes; without it there is no end");
        return EXIT_USAGE;
    }
    if (o->trace_limit < TRACE_LIMIT_LEAST) {
        (void)err_set(err_r, "--trace-limit takes at least 1MiB");
        return EXIT_USAGE;
    }
    if (!can_save(o, err_r)) {
        return EXIT_CANNOT;
    }
    int status = scenario_open(&s.scenario, s.file, err_r);
    if (status == EXIT_FINE) {
        status = serve_scenario(&s, o, ppm, err_r);
        scenario_free(&s.scenario);
    }
    return status;
}

static const struct serve_options defaults = { .port_base = GATEWAY_BASE_STEP,
                                               .lasts = FOR_EVER,
                                               .trace_limit = 256 << 20 };

const struct command cmd_serve = {
    .name = "serve",
    .usage = "FILE [OPTION...]",
    .doc = "open the simulated servers to real programs on this machine",
    .options = rows,
    .options_size = sizeof(struct serve_options),
    .defaults = &defaults,
    .operands_min = 1,
    .operands_max = 1,
    .run = run,
};
