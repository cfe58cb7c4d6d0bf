/* What stands at the door: too many, too slow, gone, or talking nonsense.  Whatever one does, the
 * others are served, and nothing is left behind. */
#include "tests/lib/open_world.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define ORG "mail.example.org"

/* Somebody ordinary: comes, is served, goes. */
static void serve_somebody(struct open_world *w, const char *why)
{
    struct buf heard = { 0 };
    int fd = knock(open_world_port(w, ORG, 25));
    knock_say(w, fd, "EHLO me\r\nMAIL FROM:<>\r\nRCPT TO:<alice@example.org>\r\nDATA\r\n");
    cr_expect(knock_hear(w, fd, "354", &heard), "%s: %s", why, buf_z(&heard));
    knock_say(w, fd, "Subject: S\r\n\r\nT\r\n.\r\nQUIT\r\n");
    cr_expect(knock_hear(w, fd, "221", &heard), "%s: %s", why, buf_z(&heard));
    close(fd);
    buf_deinit(&heard);
}

/* RST instead of FIN. */
static void slam(int fd)
{
    struct linger now = { .l_onoff = 1, .l_linger = 0 };
    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(fd);
}

/* ---- one at a time ---- */

static void says_garbage(struct open_world *w, uint16_t port)
{
    char text[20000];
    uint32_t x = 1;
    int fd = knock(open_world_port(w, ORG, port));
    for (size_t i = 0; i < sizeof text - 1; i++) {
        x = x * 1103515245 + 12345;
        text[i] = (char)(x >> 16 & 0xff);
        text[i] = text[i] ? text[i] : '\n';
    }
    text[sizeof text - 1] = '\0';
    knock_say(w, fd, text);
    slam(fd);
}

static void vanishes(struct open_world *w, uint16_t port)
{
    struct buf heard = { 0 };
    int fd = knock(open_world_port(w, ORG, port));
    (void)knock_hear(w, fd, "\r\n", &heard);
    knock_say(w, fd, "EHLO me\r\nMAIL FROM:<>\r\nRCPT TO:<alice@example.org>\r\nDATA\r\nhalf a");
    slam(fd);
    buf_deinit(&heard);
}

static void says_nothing_and_ends(struct open_world *w, uint16_t port)
{
    int fd = knock(open_world_port(w, ORG, port));
    open_world_wait(w, 20);
    shutdown(fd, SHUT_WR);
    cr_expect(knock_hear_end(w, fd), "port %u", port);
    close(fd);
}

static void is_gone_before_it_is_let_in(struct open_world *w, uint16_t port)
{
    slam(knock(open_world_port(w, ORG, port)));
    (void)w;
}

/* A letter octet by octet is a letter. */
static void is_slow(struct open_world *w, uint16_t port)
{
    const char *text = port == 143 ? "a NOOP\r\nb LOGOUT\r\n" : "NOOP\r\nQUIT\r\n";
    struct buf heard = { 0 };
    int fd = knock(open_world_port(w, ORG, port));
    (void)knock_hear(w, fd, "\r\n", &heard);
    for (const char *c = text; *c; c++) {
        const char one[] = { *c, '\0' };
        knock_say(w, fd, one);
    }
    cr_expect(knock_hear_end(w, fd), "port %u", port);
    close(fd);
    buf_deinit(&heard);
}

/* Asks for more than fits anywhere, and reads nothing of it. */
static void never_reads(struct open_world *w, uint16_t port)
{
    struct buf text = { 0 };
    int small = 4096;
    int fd = knock(open_world_port(w, ORG, port));
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    for (int i = 0; i < 200000; i++) {
        buf_addz(&text, port == 143 ? "a NOOP\r\n" : "NOOP\r\n");
    }
    /* The door closes at some point: what the socket takes is what was read of it. */
    size_t sent = 0;
    for (int idle = 0; idle < 50 && sent < text.len;) {
        ssize_t n = send(fd, text.ptr + sent, text.len - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        sent += n > 0 ? (size_t)n : 0;
        idle = n > 0 ? 0 : idle + 1;
        (void)gateway_turn(w->gateway, 2);
    }
    serve_somebody(w, "while somebody does not read");
    slam(fd);
    buf_deinit(&text);
}

Test(robust, whoever_comes_others_are_served)
{
    static const struct {
        const char *why;
        void (*come)(struct open_world *w, uint16_t port);
    } rows[] = {
        { "garbage", says_garbage },
        { "vanishes", vanishes },
        { "ends", says_nothing_and_ends },
        { "gone at once", is_gone_before_it_is_let_in },
        { "slow", is_slow },
        { "never reads", never_reads },
    };
    static const uint16_t ports[] = { 25, 110, 143 };
    struct open_world w;
    open_world_new(&w, SMALL_HOSTS, NULL);
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t p = 0; p < COUNT(ports); p++) {
            rows[i].come(&w, ports[p]);
        }
        serve_somebody(&w, rows[i].why);
        cr_expect(open_world_is_empty(&w), "%s", rows[i].why);
    }
    open_world_free(&w);
}

/* ---- too many ---- */

Test(robust, who_finds_no_room_is_told_so)
{
    static const struct {
        uint16_t port;
        const char *says;
    } rows[] = {
        { 25, "421 4.3.2 " },
        { 587, "421 " },
        { 110, "-ERR [SYS/TEMP] " },
        { 143, "* BYE " },
    };
    const struct gateway_config few = { .speed_ppm = PACE_REAL,
                                        .uplink = { .latency = SIM_MS },
                                        .connections_max = 3 };
    struct open_world w;
    struct buf heard = { 0 };
    int in[3];
    open_world_new(&w, SMALL_HOSTS, &few);
    for (size_t i = 0; i < COUNT(in); i++) {
        in[i] = knock(open_world_port(&w, ORG, 25));
        cr_assert(knock_hear(&w, in[i], "220 ", &heard));
    }
    for (size_t i = 0; i < COUNT(rows); i++) {
        int fd = knock(open_world_port(&w, ORG, rows[i].port));
        cr_expect(knock_hear(&w, fd, "\r\n", &heard), "port %u", rows[i].port);
        cr_expect(slice_starts(buf_slice(&heard), slice_of(rows[i].says)), "%s", buf_z(&heard));
        cr_expect(knock_hear_end(&w, fd));
        close(fd);
    }
    cr_expect_eq(gateway_counts(w.gateway)->refused, COUNT(rows));
    for (size_t i = 0; i < COUNT(in); i++) {
        knock_say(&w, in[i], "NOOP\r\n");
        cr_expect(knock_hear(&w, in[i], "250 ", &heard), "one who is in");
        close(in[i]);
    }
    cr_expect(open_world_is_empty(&w));
    serve_somebody(&w, "there is room again");
    open_world_free(&w);
    buf_deinit(&heard);
}

/* ---- a thousand ---- */

#define CROWD   1000
#define LETTERS 10

struct one {
    int fd;
    size_t sent; /* letters taken */
    bool over;
    struct buf heard;
};

static const char script[] = "RSET\r\nMAIL FROM:<x@example.com>\r\nRCPT TO:<alice@example.org>\r\n"
                             "DATA\r\n";
static const char letter[] = "Subject: one of many\r\n\r\nand short\r\n.\r\n";

static void say(struct one *o, const char *text)
{
    cr_assert_eq(send(o->fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

/* Answers to what came, line by line. */
static void go_on(struct one *o)
{
    slice rest = buf_slice(&o->heard);
    size_t used = 0;
    for (size_t at; (at = slice_find_byte(rest, '\n')) != SLICE_NONE;) {
        slice line = slice_sub(rest, 0, at + 1);
        rest = slice_from(rest, at + 1);
        used += at + 1;
        if (slice_starts(line, SLICE("220 "))) {
            say(o, "HELO one\r\n");
            say(o, script);
        } else if (slice_starts(line, SLICE("354 "))) {
            say(o, letter);
        } else if (slice_find(line, SLICE("queued")) != SLICE_NONE) {
            say(o, ++o->sent < LETTERS ? script : "QUIT\r\n");
        }
    }
    memmove(o->heard.ptr, o->heard.ptr + used, o->heard.len - used);
    o->heard.len -= used;
}

static void hear(struct one *o, size_t *over)
{
    char piece[2048];
    ssize_t n = recv(o->fd, piece, sizeof piece, MSG_DONTWAIT);
    if (n > 0) {
        buf_add(&o->heard, (slice){ piece, (size_t)n });
        go_on(o);
    } else if (n == 0) {
        o->over = true;
        ++*over;
        close(o->fd);
    }
}

Test(robust, a_thousand_at_once_lose_nothing)
{
    const struct gateway_config config = { .speed_ppm = PACE_REAL,
                                           .uplink = { .latency = SIM_MS } };
    struct open_world w;
    size_t over = 0, sent = 0;
    struct rlimit files;
    cr_assert_eq(getrlimit(RLIMIT_NOFILE, &files), 0);
    files.rlim_cur = files.rlim_max;
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &files), 0);
    size_t count = files.rlim_cur > 2 * CROWD + 100 ? CROWD : (files.rlim_cur - 100) / 2;
    struct one *crowd = calloc(count, sizeof *crowd);
    open_world_new(&w, SMALL_HOSTS, &config);
    for (size_t i = 0; i < count; i++) {
        crowd[i].fd = knock(open_world_port(&w, ORG, 25));
    }
    for (uint64_t until = gateway_uptime(w.gateway) + 40 * SIM_SECOND;
         over < count && gateway_uptime(w.gateway) < until;) {
        (void)gateway_turn(w.gateway, 1);
        for (size_t i = 0; i < count; i++) {
            if (!crowd[i].over) {
                hear(&crowd[i], &over);
            }
        }
    }
    for (size_t i = 0; i < count; i++) {
        sent += crowd[i].sent;
        buf_deinit(&crowd[i].heard);
    }
    cr_expect_eq(over, count);
    cr_expect_eq(sent, count * LETTERS);
    cr_expect(open_world_is_empty(&w), "pools with something in use");
    cr_expect_eq(small_world_fates(&w.small, FATE_DELIVERED), count * LETTERS);
    cr_expect_leq(gateway_counts(w.gateway)->hosts, count);
    cr_expect_eq(gateway_counts(w.gateway)->refused, 0);
    open_world_free(&w);
    free(crowd);
}
