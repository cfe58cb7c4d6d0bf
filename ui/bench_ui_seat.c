/* bench_ui_seat.c - the screen on a pseudo-terminal, with ncurses as it is: this program behind it,
 * in a process of its own, and somebody in front of it who reads what comes and types.
 * Never knows worlds. */
#include "ui/bench_ui.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "ui/app.h"
#include "ui/bench.h"

#define IDLE_MS 1000

struct seat {
    int master, results;
    pid_t pid;
    uint64_t octets;
};

/* What the process behind the screen tells. */
struct told {
    bool moved; /* the things have moved; false: the second message */
    uint64_t frames, ns, cpu_ns, wakes;
};

/* ---- in front of the screen */

static bool cannot(const char *what, struct err *err_r)
{
    return err_set(err_r, "bench ui: %s: %s", what, strerror(errno));
}

/* In the child it becomes standard input, output and the controlling terminal. */
static void take_terminal(const char *name)
{
    setsid();
    int tty = open(name, O_RDWR);
    for (int fd = 0; fd < 3; fd++)
        if (tty < 0 || dup2(tty, fd) < 0)
            _exit(1);
    setenv("TERM", "xterm-256color", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    unsetenv("NO_COLOR");
    unsetenv("LINES");
    unsetenv("COLUMNS");
}

/* As fork(): twice, or never. */
static bool sit_down(struct seat *s, struct err *err_r)
{
    const struct winsize size = { .ws_row = 36, .ws_col = 120 };
    char name[64];
    int ends[2];
    *s = (struct seat){ .master = posix_openpt(O_RDWR | O_NOCTTY), .pid = -1 };
    if (s->master < 0 || grantpt(s->master) != 0 || unlockpt(s->master) != 0 ||
        ioctl(s->master, TIOCSWINSZ, &size) != 0 || pipe(ends) != 0)
        return cannot("no pseudo-terminal", err_r);
    (void)snprintf(name, sizeof name, "%s", ptsname(s->master));
    s->pid = fork();
    if (s->pid < 0)
        return cannot("no process", err_r);
    if (s->pid == 0) {
        close(s->master);
        close(ends[0]);
        s->results = ends[1];
        take_terminal(name);
        return true;
    }
    close(ends[1]);
    s->results = ends[0];
    return true;
}

/* What has come within the time, up to so much of it. */
static size_t read_some(struct seat *s, char *bytes, size_t max, int ms)
{
    struct pollfd fd = { .fd = s->master, .events = POLLIN };
    if (poll(&fd, 1, ms) <= 0)
        return 0;
    ssize_t got = read(s->master, bytes, max);
    s->octets += got > 0 ? (uint64_t)got : 0;
    return got > 0 ? (size_t)got : 0;
}

/* Reads the screen until the other side tells something; false: it has gone. */
static bool read_until_told(struct seat *s, struct told *told_r)
{
    char bytes[4096];
    struct pollfd fd = { .fd = s->results, .events = POLLIN };
    while (poll(&fd, 1, 0) == 0)
        (void)read_some(s, bytes, sizeof bytes, 5);
    while (read_some(s, bytes, sizeof bytes, 5) > 0)
        continue; /* what was under way */
    return read(s->results, told_r, sizeof *told_r) == (ssize_t)sizeof *told_r;
}

static void type(struct seat *s, const char *keys)
{
    (void)!write(s->master, keys, strlen(keys));
}

static bool stand_up(struct seat *s, bool ok, struct err *err_r)
{
    char bytes[4096];
    int status = 0;
    while (waitpid(s->pid, &status, WNOHANG) == 0)
        (void)read_some(s, bytes, sizeof bytes, 5);
    close(s->master);
    close(s->results);
    return (ok && WIFEXITED(status) && WEXITSTATUS(status) == 0) ||
           err_set(err_r, "bench ui: the screen did not come");
}

/* ---- behind it */

static uint64_t wakes;

static struct term_event counting_wait(int timeout_ms)
{
    struct term_event event = terminal_curses.wait(timeout_ms);
    wakes++;
    return event;
}

static void tell(const struct seat *s, const struct told *told)
{
    (void)!write(s->results, told, sizeof *told);
}

/* Thirty pictures a second while time runs as fast as it does; then nothing, until a key. */
static void watch(struct app *a, const struct seat *s, uint64_t frames)
{
    struct terminal terminal = terminal_curses;
    struct canvas c;
    terminal.wait = counting_wait;
    canvas_init(&c, 1, 1);
    app_frame(a, &terminal, &c); /* the first picture is of all cells */
    tell(s, &(struct told){ .moved = false });
    app_act(a, ACTION_PACE);
    app_act(a, ACTION_FASTER); /* a second takes a second */
    app_act(a, ACTION_PLAY);
    uint64_t begin = bench_clock_ns(), cpu = bench_cpu_ns();
    for (uint64_t i = 0; i < frames; i++) {
        app_frame(a, &terminal, &c);
        (void)app_heed(a, &terminal, app_patience_ms(a));
    }
    tell(s, &(struct told){ true, frames, bench_clock_ns() - begin, bench_cpu_ns() - cpu, 0 });
    app_act(a, ACTION_PLAY);
    app_frame(a, &terminal, &c);
    wakes = 0;
    begin = bench_clock_ns();
    cpu = bench_cpu_ns();
    (void)app_heed(a, &terminal, app_patience_ms(a)); /* which the key ends */
    tell(s, &(struct told){ false, 0, bench_clock_ns() - begin, bench_cpu_ns() - cpu, wakes - 1 });
    canvas_deinit(&c);
}

static int behind(const struct trace *t, const struct seat *s, uint64_t frames)
{
    const struct term_config config = { .theme = THEME_DARK };
    struct err err;
    struct app a;
    if (!terminal_curses.open(&config, &err))
        return 1;
    app_init(&a, t);
    watch(&a, s, frames);
    app_deinit(&a);
    terminal_curses.close();
    return 0;
}

bool bench_seat_watch(const struct trace *t, uint64_t frames, struct bench_seat *seat_r,
                      struct err *err_r)
{
    struct seat s;
    struct told first, moved, idle;
    if (!sit_down(&s, err_r))
        return false;
    if (s.pid == 0)
        _exit(behind(t, &s, frames));
    bool ok = read_until_told(&s, &first);
    s.octets = 0;
    ok = ok && read_until_told(&s, &moved);
    *seat_r = (struct bench_seat){ .octets = s.octets };
    for (int ms = 0; ms < IDLE_MS; ms += 10) {
        char bytes[4096];
        (void)read_some(&s, bytes, sizeof bytes, 10);
    }
    type(&s, "q");
    ok = ok && read_until_told(&s, &idle);
    if (ok) {
        seat_r->frames = moved.frames;
        seat_r->ns = moved.ns;
        seat_r->cpu_ns = moved.cpu_ns;
        seat_r->idle_ns = idle.ns;
        seat_r->idle_cpu_ns = idle.cpu_ns;
        seat_r->idle_wakes = idle.wakes;
    }
    return stand_up(&s, ok, err_r);
}

/* ---- the program, from its start */

static bool where_we_are(char *path, size_t size)
{
    ssize_t len = readlink("/proc/self/exe", path, size - 1);
    path[len > 0 ? len : 0] = '\0';
    return len > 0;
}

static uint64_t cpu_of_children(void)
{
    struct rusage used;
    getrusage(RUSAGE_CHILDREN, &used);
    return (uint64_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * SIM_SECOND +
           (uint64_t)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1000;
}

bool bench_seat_first(const char *scenario, uint64_t *ns_r, uint64_t *cpu_ns_r, struct err *err_r)
{
    static const char picture[] = "quit"; /* its last line */
    char program[512];
    struct seat s;
    struct buf seen = { 0 };
    bool there = false;
    *ns_r = *cpu_ns_r = 0;
    if (!where_we_are(program, sizeof program))
        return true;
    uint64_t begin = bench_clock_ns(), cpu = cpu_of_children();
    if (!sit_down(&s, err_r))
        return false;
    if (s.pid == 0) {
        execl(program, program, "play", scenario, (char *)NULL);
        _exit(127);
    }
    while (!there && waitpid(s.pid, NULL, WNOHANG) == 0) {
        char bytes[4096];
        size_t got = read_some(&s, bytes, sizeof bytes, 5);
        buf_add(&seen, (slice){ bytes, got });
        there = slice_find(buf_slice(&seen), slice_of(picture)) != SLICE_NONE;
    }
    *ns_r = bench_clock_ns() - begin;
    buf_deinit(&seen);
    type(&s, "q");
    bool ok = stand_up(&s, there, err_r);
    *cpu_ns_r = cpu_of_children() - cpu;
    return ok;
}
