#include "tests/lib/open_world.h"

#include <criterion/criterion.h>
#include <sys/socket.h>
#include <unistd.h>

#define ORG "mail.example.org"

static void letter(struct open_world *w, int fd, const char *to, struct buf *heard)
{
    struct buf say = { 0 };
    buf_addz(&say, "MAIL FROM:<x@example.com>\r\nRCPT TO:<");
    buf_addz(&say, to);
    buf_addz(&say, ">\r\nDATA\r\n");
    knock_say(w, fd, buf_z(&say));
    cr_assert(knock_hear(w, fd, "354", heard), "%s", buf_z(heard));
    knock_say(w, fd, "Subject: Hello\r\n\r\nfrom outside\r\n.\r\n");
    cr_assert(knock_hear(w, fd, "250 2.0.0", heard), "%s", buf_z(heard));
    buf_deinit(&say);
}

Test(gateway, a_letter_comes_in_and_is_fetched)
{
    struct open_world w;
    struct buf heard = { 0 };
    open_world_new(&w, SMALL_HOSTS, NULL);
    int fd = knock(open_world_port(&w, ORG, 25));
    cr_assert(knock_hear(&w, fd, "220 ", &heard), "%s", buf_z(&heard));
    knock_say(&w, fd, "EHLO there\r\n");
    cr_assert(knock_hear(&w, fd, "250 ", &heard), "%s", buf_z(&heard));
    letter(&w, fd, "alice@example.org", &heard);
    knock_say(&w, fd, "QUIT\r\n");
    cr_expect(knock_hear(&w, fd, "221 ", &heard));
    cr_expect(knock_hear_end(&w, fd));
    close(fd);
    cr_expect(open_world_is_empty(&w));

    fd = knock(open_world_port(&w, ORG, 110));
    knock_say(&w, fd, "USER alice\r\nPASS wonderland\r\nRETR 1\r\nQUIT\r\n");
    cr_expect(knock_hear(&w, fd, "from outside\r\n.\r\n", &heard), "%s", buf_z(&heard));
    cr_expect(knock_hear_end(&w, fd));
    close(fd);
    cr_expect(open_world_is_empty(&w));
    cr_expect_eq(gateway_counts(w.gateway)->hosts, 1, "the second visit is the same visitor's");
    cr_expect_eq(small_world_said(&w.small, "RETR 1"), 1);
    cr_expect_eq(small_world_fates(&w.small, FATE_DELIVERED), 1);
    open_world_free(&w);
    buf_deinit(&heard);
}

Test(gateway, names_are_asked_by_datagrams)
{
    static const char ask[] = "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
                              "\x07"
                              "example\x03org\x00\x00\x0f\x00\x01";
    struct open_world w;
    char answer[512];
    ssize_t n = -1;
    open_world_new(&w, SMALL_HOSTS, NULL);
    struct sockaddr_storage to;
    socklen_t size = sizeof to;
    /* the address of a door, by way of a stream's: loopback and the right port */
    int fd = knock(open_world_port(&w, ORG, 25));
    cr_assert_eq(getpeername(fd, (struct sockaddr *)&to, &size), 0);
    close(fd);
    uint16_t port = open_world_port(&w, "dns.isp.test", 53);
    unsigned char *octets = (unsigned char *)&to + 2;
    octets[0] = (unsigned char)(port >> 8);
    octets[1] = (unsigned char)port;
    fd = socket(AF_INET, SOCK_DGRAM, 0);
    cr_assert_eq(sendto(fd, ask, sizeof ask - 1, 0, (struct sockaddr *)&to, size),
                 (ssize_t)sizeof ask - 1);
    for (int i = 0; i < 500 && n < 0; i++) {
        (void)gateway_turn(w.gateway, 5);
        n = recv(fd, answer, sizeof answer, MSG_DONTWAIT);
    }
    cr_assert_gt(n, (ssize_t)sizeof ask);
    cr_expect_eq(answer[0], 0x12);
    cr_expect_eq(answer[1], 0x34);
    cr_expect_eq(answer[3] & 15, 0, "NOERROR");
    cr_expect_eq(answer[7], 1, "one answer");
    close(fd);
    open_world_free(&w);
}

Test(gateway, a_busy_port_is_named)
{
    struct open_world w;
    struct small_world other;
    struct err err = { "" };
    open_world_new(&w, SMALL_HOSTS, NULL);
    uint16_t port = open_world_port(&w, ORG, 25);
    cr_assert(small_world_open(&other, SMALL_HOSTS));
    const struct gateway_world world = { world_stage(other.world), other.world, NULL };
    const struct gateway_config config = { .port_base = port - 25u, .speed_ppm = PACE_REAL };
    struct gateway *g = gateway_new(&config, &world);
    cr_expect(!gateway_open(g, &err));
    cr_expect_neq(slice_find(slice_of(err.text), SLICE("smtp of " ORG)), SLICE_NONE, "%s",
                  err.text);
    gateway_free(g);
    small_world_free(&other);
    open_world_free(&w);
}

/* Half an hour passes in the world, and half a second for whoever waits at the door. */
Test(gateway, patience_is_measured_on_the_wall)
{
    const struct gateway_config fast = { .speed_ppm = 3600 * PACE_REAL,
                                         .uplink = { .latency = SIM_MS } };
    const uint16_t ports[] = { 25, 110, 143 };
    struct open_world w;
    struct buf heard = { 0 };
    int fds[COUNT(ports)];
    open_world_new(&w, SMALL_HOSTS, &fast);
    for (size_t i = 0; i < COUNT(ports); i++) {
        fds[i] = knock(open_world_port(&w, ORG, ports[i]));
        cr_expect(knock_hear(&w, fds[i], "\r\n", &heard));
    }
    open_world_wait(&w, 600);
    cr_expect_gt(world_now(w.small.world), 30 * SIM_MINUTE);
    for (size_t i = 0; i < COUNT(ports); i++) {
        knock_say(&w, fds[i],
                  ports[i] == 143  ? "a NOOP\r\n"
                  : ports[i] == 25 ? "NOOP\r\n"
                                   : "CAPA\r\n");
        cr_expect(knock_hear(&w, fds[i], "\r\n", &heard));
        cr_expect(slice_starts(buf_slice(&heard), SLICE("250")) ||
                      slice_starts(buf_slice(&heard), SLICE("+OK")) ||
                      slice_starts(buf_slice(&heard), SLICE("a OK")),
                  "port %u: %s", ports[i], buf_z(&heard));
        close(fds[i]);
    }
    cr_expect(open_world_is_empty(&w));
    open_world_free(&w);
    buf_deinit(&heard);
}

/* What is said under TLS stands in the trace as said, and nothing of it in clear on the wire; here
 * only that the door of TLS is one: no plain text is taken for a dialogue. */
Test(gateway, the_doors_of_tls_do_not_listen_to_plain_text)
{
    struct open_world w;
    open_world_new(&w,
                   "'hosts':{'mail.example.org':{'kind':'mail','domain':'example.org',"
                   "'tls':'opportunistic'}}",
                   NULL);
    int fd = knock(open_world_port(&w, ORG, 993));
    knock_say(&w, fd, "a LOGIN alice wonderland\r\n");
    cr_expect(knock_hear_end(&w, fd));
    close(fd);
    cr_expect(open_world_is_empty(&w));
    cr_expect_eq(small_world_said(&w.small, "LOGIN"), 0);
    open_world_free(&w);
}

Test(gateway, idle_time_is_jumped_over_unless_somebody_is_here)
{
    const struct gateway_config jump = { .speed_ppm = PACE_REAL,
                                         .jump = true,
                                         .uplink = { .latency = SIM_MS } };
    struct open_world w;
    struct buf heard = { 0 };
    open_world_new(&w,
                   SMALL_HOSTS ",'script':[" SMALL_DO("1h", "bob-pc", "fetch") "," SMALL_DO(
                       "9h", "bob-pc", "fetch") "]",
                   &jump);
    int fd = knock(open_world_port(&w, ORG, 25));
    cr_assert(knock_hear(&w, fd, "220 ", &heard));
    sim_time before = world_now(w.small.world);
    open_world_wait(&w, 100);
    cr_expect_lt(world_now(w.small.world), before + SIM_MINUTE, "somebody is here");
    knock_say(&w, fd, "QUIT\r\n");
    cr_expect(knock_hear_end(&w, fd));
    close(fd);
    cr_expect(open_world_is_empty(&w));
    for (int i = 0; i < 200 && world_now(w.small.world) < 9 * SIM_HOUR; i++) {
        open_world_wait(&w, 10);
    }
    cr_expect_geq(world_now(w.small.world), 9 * SIM_HOUR);
    open_world_free(&w);
    buf_deinit(&heard);
}

/* The scenario says how strangers come in, and who sits on their way. */
Test(gateway, a_visitors_way_is_as_the_scenario_has_it)
{
    static const struct {
        const char *link;
        bool starttls;
        uint64_t ms; /* at least, until the greeting */
    } rows[] = {
        { "", true, 2 },
        { ",'links':[{'visitors':true,'latency':'60ms'}]", true, 180 },
        { ",'links':[{'visitors':true,'latency':'1ms','attack':'strip-starttls'}]", false, 2 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct open_world w;
        struct buf body = { 0 }, heard = { 0 };
        buf_addz(&body, "'hosts':{'mail.example.org':{'kind':'mail','domain':'example.org',"
                        "'tls':'opportunistic','accounts':{'alice':'w'}}}");
        buf_addz(&body, rows[i].link);
        open_world_new(&w, buf_z(&body), NULL);
        uint64_t begin = gateway_uptime(w.gateway);
        int fd = knock(open_world_port(&w, "mail.example.org", 25));
        cr_expect(knock_hear(&w, fd, "220 ", &heard), "%s", rows[i].link);
        cr_expect_geq(gateway_uptime(w.gateway) - begin, rows[i].ms * SIM_MS, "%s", rows[i].link);
        knock_say(&w, fd, "EHLO me\r\nQUIT\r\n");
        cr_expect(knock_hear(&w, fd, "221 ", &heard), "%s", rows[i].link);
        cr_expect_eq(strstr(buf_z(&heard), "STARTTLS") != NULL, rows[i].starttls, "%s",
                     rows[i].link);
        close(fd);
        buf_deinit(&heard);
        buf_deinit(&body);
        open_world_free(&w);
    }
}

/* A socket that is closed with something unread resets its connection: after the last answer that
 * breaks nothing off. */
Test(gateway, a_reset_after_the_end_breaks_nothing_off)
{
    static const struct {
        bool quits;
        uint64_t resets;
    } rows[] = { { true, 0 }, { false, 1 } };
    const struct linger at_once = { .l_onoff = 1 };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct open_world w;
        struct buf heard = { 0 };
        open_world_new(&w, SMALL_HOSTS, NULL);
        int fd = knock(open_world_port(&w, ORG, 25));
        cr_assert(knock_hear(&w, fd, "220 ", &heard), "%s", buf_z(&heard));
        if (rows[i].quits) {
            knock_say(&w, fd, "QUIT\r\n");
            cr_expect(knock_hear_end(&w, fd));
        }
        cr_assert_eq(setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
        close(fd);
        cr_expect(open_world_is_empty(&w));
        cr_expect_eq(gateway_counts(w.gateway)->resets, rows[i].resets, "row %zu", i);
        open_world_free(&w);
        buf_deinit(&heard);
    }
}
