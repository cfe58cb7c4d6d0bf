/* The program as a whole: exit statuses, and the terminal that it must leave as it was. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "sim/base/buf.h"
#include "ui/files.h"

static const char *program(void)
{
    const char *path = getenv("MAILFLOW");
    return path ? path : "build/mailflow";
}

/* Ends in 127 where it cannot be started. */
static void start(const char *line)
{
    char words[8][64], *argv[10];
    int argc = 1;
    slice rest = slice_of(line);
    struct rlimit no_core = { 0, 0 };
    argv[0] = (char *)(uintptr_t)program();
    while (rest.len > 0) {
        slice word = slice_word(&rest);
        memcpy(words[argc - 1], word.ptr, word.len);
        words[argc - 1][word.len] = '\0';
        argv[argc] = words[argc - 1];
        argc++;
    }
    argv[argc] = NULL;
    setrlimit(RLIMIT_CORE, &no_core);
    execv(argv[0], argv);
    _exit(127);
}

static int status_of(const char *line)
{
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_RDWR);
        for (int fd = 0; fd < 3; fd++)
            dup2(null, fd);
        start(line);
    }
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Those of serve are wrong before a door is open: else they would not end. */
Test(program, exit_status_tells_what_is_wrong)
{
    static const struct {
        const char *line;
        int status;
    } rows[] = {
        { "--version", 0 },
        { "--help", 0 },
        { "play --help", 0 },
        { "", 0 },
        { "menu scenarios", 0 },
        { "play scenarios/first-mail.json", 0 },
        { "play --linear --ascii scenarios/first-mail.json", 0 },
        { "export scenarios/first-mail.json --to pcapng", 0 },
        { "export scenarios/first-mail.json --to pcapng --link nowhere", 3 },
        { "export scenarios/first-mail.json --to text --link mail.example.org", 2 },
        { "export scenarios/first-mail.json --to json --no-secrets", 2 },
        { "export scenarios/first-mail.json --to json --filter smtp.rsp.code==250", 2 },
        { "export scenarios/first-mail.json --to pcapng --filter smtp", 2 },
        { "export scenarios/first-mail.json --to text --filter smtp.response.code==250", 0 },
        { "export scenarios/first-mail.json --to pcapng --secrets", 2 },
        { "export scenarios/first-mail.json --to wiretap --secrets", 0 },
        { "run scenarios/first-mail.json --pcapng /dev/null", 0 },
        { "run scenarios/first-mail.json --pcapng /dev/null --trace-level lines", 2 },
        { "run scenarios --pcapng /dev/null", 2 },
#define LAB "scenarios/pop-vs-imap-two-devices.json"
        { "compare " LAB, 0 },
        { "compare " LAB " pop base --format json", 0 },
        { "compare " LAB " pop", 2 },
        { "compare " LAB " pop pop", 2 },
        { "compare " LAB " pop pip", 2 },
        { "compare " LAB " base pop pop-keep imap base", 2 },
        { "compare scenarios/first-mail.json", 2 },
        { "compare no-such-file.json", 3 },
        { "run " LAB, 0 },
        { "run " LAB " --variant pop --pcapng /dev/null", 0 },
        { "run " LAB " --pcapng /dev/null", 2 },
        { "run " LAB " --variant pip", 2 },
        { "run scenarios --variant pop", 2 },
        { "play " LAB " --variant pop", 0 },
        { "export " LAB " --to text --variant pop", 0 },
        { "nonsense", 2 },
        { "--nonsense", 2 },
        { "play", 2 },
        { "play a b", 2 },
        { "play --theme green scenarios/first-mail.json", 2 },
        { "play docs/mailflow.1", 2 },
        { "play no-such-file.json", 3 },
        { "menu no-such-directory", 3 },
        { "replay no-such-file", 3 },
        { "replay Makefile", 3 },
        { "serve scenarios/first-mail.json --trace no/such/folder", 3 },
        { "serve scenarios/first-mail.json --pcapng no/such/folder", 3 },
        { "serve scenarios/first-mail.json --for 0s", 2 },
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        cr_expect_eq(status_of(rows[i].line), rows[i].status, "mailflow %s: %d", rows[i].line,
                     status_of(rows[i].line));
}

/* A letter larger than any window, from a file into a file: all of it is said, and all answers are
 * there.  Where there is no standard input or output, nothing of ours takes its number. */
Test(program, standard_input_and_output_may_be_files_or_missing)
{
    static const struct {
        bool in, out;
    } rows[] = { { true, true }, { false, true }, { true, false }, { false, false } };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char said[2000] = { 0 };
        FILE *in = tmpfile(), *out = tmpfile();
        cr_assert(in && out);
        fputs("EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<alice@example.org>\r\nDATA\r\n", in);
        for (int k = 0; k < 10000; k++)
            fputs("a line of seventy octets or so, of which there are very many in it\r\n", in);
        fputs(".\r\nQUIT\r\n", in);
        rewind(in);
        int status = 0;
        pid_t pid = fork();
        if (pid == 0) {
            rows[i].in ? dup2(fileno(in), 0) : close(0);
            rows[i].out ? dup2(fileno(out), 1) : close(1);
            start("serve scenarios/open-house.json --stdio mail.example.org:25");
        }
        waitpid(pid, &status, 0);
        rewind(out);
        size_t len = fread(said, 1, sizeof said - 1, out);
        cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "row %zu: %x", i, status);
        cr_expect_eq(len > 0, rows[i].out, "row %zu", i);
        cr_expect_eq(strstr(said, "\n221 ") != NULL, rows[i].in && rows[i].out, "row %zu: %s", i,
                     said);
        fclose(in);
        fclose(out);
    }
}

/* A full disk must not look like success. */
Test(program, standard_output_that_takes_nothing)
{
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        dup2(open("/dev/null", O_RDONLY), 0);
        dup2(open("/dev/full", O_WRONLY), 1);
        dup2(open("/dev/null", O_WRONLY), 2);
        start("serve scenarios/open-house.json --stdio mail.example.org:25");
    }
    waitpid(pid, &status, 0);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 3, "%x", status);
}

/* What is right word by word and makes no sense together is found without running it. */
Test(program, check_tries_to_build_the_world)
{
    static const struct {
        const char *host;
        int status;
    } rows[] = {
        { "{\"kind\":\"mx\",\"domain\":\"example.net\"}", 2 },
        { "{\"kind\":\"mail\",\"domain\":\"example.net\",\"accounts\":{\"bob\":\"b\"}}", 0 },
        { "{\"kind\":\"mail\",\"domain\":\"example.net\",\"accounts\":{\"bob\":\"b\"},"
          "\"mta-sts\":\"enforce\",\"mta-sts-mx\":\"*.*.example.net\"}",
          2 },
        { "{\"kind\":\"mail\",\"domain\":\"example.net\",\"accounts\":{\"bob\":\"b\"},"
          "\"real\":\"127.0.0.1:2525\"}",
          0 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char path[] = "/tmp/mailflow-XXXXXX", line[64];
        int fd = mkstemp(path);
        cr_assert_geq(fd, 0);
        (void)dprintf(fd, "{\"title\":\"t\",\"hosts\":{\"mail.example.net\":%s}}", rows[i].host);
        close(fd);
        (void)snprintf(line, sizeof line, "check %s", path);
        int status = status_of(line);
        unlink(path);
        cr_expect_eq(status, rows[i].status, "%s: %d", rows[i].host, status);
    }
}

/* ---- on a terminal */

struct seat {
    int master, slave;
    pid_t pid;
    struct termios before;
    struct buf seen;
};

static void resize(const struct seat *seat, unsigned short w, unsigned short h)
{
    const struct winsize size = { .ws_row = h, .ws_col = w };
    cr_assert_eq(ioctl(seat->master, TIOCSWINSZ, &size), 0);
}

static void sit_down(struct seat *seat, const char *line)
{
    buf_init(&seat->seen);
    seat->master = posix_openpt(O_RDWR | O_NOCTTY);
    if (seat->master < 0)
        cr_skip_test("no pseudo-terminals here");
    cr_assert(grantpt(seat->master) == 0 && unlockpt(seat->master) == 0);
    const char *name = ptsname(seat->master);
    seat->slave = open(name, O_RDWR | O_NOCTTY);
    cr_assert(seat->slave >= 0 && tcgetattr(seat->slave, &seat->before) == 0);
    resize(seat, 80, 24);
    seat->pid = fork();
    if (seat->pid == 0) {
        /* who started the tests in the background ignores some, and that is inherited */
        static const int signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
        for (size_t i = 0; i < COUNT(signals); i++)
            signal(signals[i], SIG_DFL);
        setsid();
        int tty = open(name, O_RDWR); /* becomes the controlling terminal */
        for (int fd = 0; fd < 3; fd++)
            dup2(tty, fd);
        setenv("TERM", "xterm-256color", 1);
        setenv("LC_ALL", "C.UTF-8", 1);
        unsetenv("LINES");
        unsetenv("COLUMNS");
        start(line);
    }
}

/* Reads until the text has come, at most ten seconds. */
static bool wait_for(struct seat *seat, const char *text)
{
    struct pollfd fd = { .fd = seat->master, .events = POLLIN };
    for (int i = 0; i < 1000; i++) {
        char bytes[4096];
        if (slice_find(buf_slice(&seat->seen), slice_of(text)) != SLICE_NONE)
            return true;
        if (poll(&fd, 1, 10) <= 0)
            continue;
        ssize_t got = read(seat->master, bytes, sizeof bytes);
        if (got > 0)
            buf_add(&seat->seen, (slice){ bytes, (size_t)got });
    }
    return false;
}

/* Who does not leave within ten seconds is led out, and that is seen in the status. */
static int stand_up(struct seat *seat)
{
    int status = 0;
    struct termios after;
    for (int i = 0; waitpid(seat->pid, &status, WNOHANG) == 0; i++) {
        (void)poll(NULL, 0, 10);
        if (i == 1000)
            kill(seat->pid, SIGKILL);
    }
    cr_expect(tcgetattr(seat->slave, &after) == 0);
    cr_expect_eq(after.c_lflag, seat->before.c_lflag);
    cr_expect_eq(after.c_iflag, seat->before.c_iflag);
    cr_expect_eq(after.c_oflag, seat->before.c_oflag);
    close(seat->slave);
    close(seat->master);
    buf_deinit(&seat->seen);
    return status;
}

Test(program, leaves_the_terminal_as_it_was)
{
    static const struct {
        int sig;          /* 0: the key */
        const char *keys; /* typed before */
    } rows[] = { { 0, "q" },      { 0, " vq" },     { SIGINT, "" }, { SIGTERM, " " },
                 { SIGHUP, "v" }, { SIGQUIT, "?" }, { SIGABRT, "" } };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct seat seat;
        sit_down(&seat, "play scenarios/first-mail.json");
        cr_assert(wait_for(&seat, "\033[?1049h"), "row %zu: the other screen", i);
        cr_assert(wait_for(&seat, "quit"), "row %zu: the footer", i);
        buf_clear(&seat.seen);
        cr_assert(write(seat.master, rows[i].keys, strlen(rows[i].keys)) >= 0);
        if (rows[i].sig)
            kill(seat.pid, rows[i].sig);
        cr_expect(wait_for(&seat, "\033[?1049l"), "row %zu: back from the other screen", i);
        cr_expect(slice_find(buf_slice(&seat.seen), SLICE("\033[?25h")) != SLICE_NONE, "row %zu",
                  i);
        int status = stand_up(&seat);
        if (rows[i].sig)
            cr_expect(WIFSIGNALED(status) && WTERMSIG(status) == rows[i].sig, "row %zu", i);
        else
            cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "row %zu", i);
    }
}

/* The last line says more where there is more room; who serves waits elsewhere than who plays. */
Test(program, hears_of_a_new_size_of_the_terminal)
{
    char serve[64]; /* ports that no other run of the tests has */
    (void)snprintf(serve, sizeof serve, "serve --port-base %d scenarios/open-house.json",
                   10000 + (int)(getpid() % 18000));
    const struct {
        const char *line, *ready, *keys;
    } rows[] = { { "play scenarios/first-mail.json", "begins", " " },
                 { serve, "Enter shows", "\r" } };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct seat seat;
        sit_down(&seat, rows[i].line);
        cr_assert(wait_for(&seat, rows[i].ready), "row %zu", i);
        cr_assert(write(seat.master, rows[i].keys, strlen(rows[i].keys)) >= 0);
        cr_assert(wait_for(&seat, "quit"), "row %zu: the footer", i);
        cr_expect(slice_find(buf_slice(&seat.seen), SLICE("what if")) == SLICE_NONE, "row %zu", i);
        buf_clear(&seat.seen);
        resize(&seat, 120, 36);
        cr_expect(wait_for(&seat, "what if"), "row %zu", i);
        cr_assert(write(seat.master, "q", 1) == 1);
        cr_expect(wait_for(&seat, "\033[?1049l"), "row %zu", i);
        cr_expect_eq(stand_up(&seat), 0, "row %zu", i);
    }
}

/* Who sits at a terminal answers with numbers; what was answered is kept where that was asked. */
Test(program, a_lesson_in_lines_waits_for_answers)
{
    struct seat seat;
    struct err err = { "" };
    struct buf score = { 0 };
    char path[64], line[160];
    (void)snprintf(path, sizeof path, "/tmp/mailflow-score-%d", (int)getpid());
    (void)snprintf(line, sizeof line, "play --linear --score %s scenarios/first-mail.json", path);
    (void)unlink(path);
    for (size_t round = 0; round < 2; round++) { /* the second adds its line */
        sit_down(&seat, line);
        cr_assert(wait_for(&seat, "What to watch"));
        cr_assert(wait_for(&seat, "Your answer, 1 to 3"));
        cr_expect(slice_find(buf_slice(&seat.seen), SLICE("Right is")) == SLICE_NONE);
        buf_clear(&seat.seen);
        cr_assert(write(seat.master, "9\n", 2) == 2);
        cr_assert(wait_for(&seat, "Your answer, 1 to 3"), "there is no answer 9");
        cr_assert(write(seat.master, "1\n", 2) == 2);
        cr_assert(wait_for(&seat, "Not so: 1) Bob's phone."));
        cr_assert(wait_for(&seat, "Question 2"));
        cr_assert(wait_for(&seat, "Your answer"));
        cr_assert(write(seat.master, "2\n", 2) == 2);
        cr_assert(wait_for(&seat, "That is right: 2)"));
        cr_assert(wait_for(&seat, "1 of 2 questions answered right."));
        cr_expect_eq(stand_up(&seat), 0);
    }
    cr_assert(file_read(path, 1000, &score, &err), "%s", err.text);
    cr_expect_str_eq(buf_z(&score), "{\"lesson\":\"Your first e-mail\",\"seed\":1,"
                                    "\"answers\":[1,2],\"right\":1,\"of\":2}\n"
                                    "{\"lesson\":\"Your first e-mail\",\"seed\":1,"
                                    "\"answers\":[1,2],\"right\":1,\"of\":2}\n");
    (void)unlink(path);
    buf_deinit(&score);
}

/* A hundred thousand readers: it is watched while it is made, and left at once. */
Test(program, a_long_run_is_watched_while_it_is_made)
{
    struct seat seat;
    sit_down(&seat, "play scenarios/newsletter.json");
    cr_assert(wait_for(&seat, "made up to"));
    buf_clear(&seat.seen);
    cr_assert(write(seat.master, "?", 1) == 1);
    cr_expect(wait_for(&seat, "Help: keys"), "it hears");
    cr_assert(write(seat.master, "q", 1) == 1);
    cr_expect(wait_for(&seat, "\033[?1049l"));
    cr_expect_eq(stand_up(&seat), 0);
}

/* A tap, or a line that is slow: down and up are there before anybody looks. */
Test(program, a_click_that_comes_in_one_piece_counts)
{
    struct seat seat;
    const char *const click = "\033[<0;64;24M\033[<0;64;24m"; /* on "? help" in the last line */
    sit_down(&seat, "play scenarios/first-mail.json");
    cr_assert(wait_for(&seat, "begins"));
    bool numbers = slice_find(buf_slice(&seat.seen), SLICE("1006")) != SLICE_NONE;
    cr_assert(write(seat.master, "e", 1) == 1);
    cr_assert(wait_for(&seat, "depth"));
    if (numbers) { /* terminfo knows how the mouse tells where it is */
        cr_assert(write(seat.master, click, strlen(click)) >= 0);
        cr_expect(wait_for(&seat, "Help: keys"));
    }
    cr_assert(write(seat.master, "qq", 2) == 2);
    cr_expect(wait_for(&seat, "\033[?1049l"));
    cr_expect_eq(stand_up(&seat), 0);
}

Test(program, the_menu_plays_and_comes_back)
{
    struct seat seat;
    sit_down(&seat, "");
    cr_assert(wait_for(&seat, "Lessons"));
    cr_assert(write(seat.master, "\r", 1) == 1);
    cr_assert(wait_for(&seat, "begins"));
    cr_assert(write(seat.master, " ", 1) == 1);
    cr_assert(wait_for(&seat, "Story"));
    buf_clear(&seat.seen);
    cr_assert(write(seat.master, "q", 1) == 1);
    cr_assert(wait_for(&seat, "Lessons"));
    cr_assert(write(seat.master, "q", 1) == 1);
    cr_expect(wait_for(&seat, "\033[?1049l"));
    cr_expect_eq(stand_up(&seat), 0);
}
