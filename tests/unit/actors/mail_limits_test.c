#include "tests/lib/small_world.h"
#include "tests/lib/stranger.h"

#include <criterion/criterion.h>

/* clang-format off */
#define HOSTS(org, net)                                                                            \
    "'hosts':{" SMALL_ALICE ",'mail.example.org':{'kind':'mail','domain':'example.org',"           \
    "'accounts':{'alice':'wonderland','dave':'d'}" org "},'mail.example.net':{'kind':'mail',"      \
    "'domain':'example.net','accounts':{'bob':'b','carol':'c'}" net "}}"

static const struct small_row rows[] = {
    { "letters of one client in an hour: the third waits for the next",
      HOSTS("", ",'rate-letters':2") ",'script':[" SMALL_SEND("1s", "bob@example.net") ","
      SMALL_SEND("1min", "bob@example.net") "," SMALL_SEND("2min", "bob@example.net") "],'expect':["
      "{'at':'59min','mailbox':'bob@example.net','messages':2},"
      "{'refused':450,'reply':'4.7.1 Too many letters','min':1},"
      "{'mailbox':'bob@example.net','messages':3}]" },
    { "recipients likewise",
      HOSTS("", ",'rate-recipients':1") ",'script':[{'at':'1s','host':'alice-laptop','do':'send',"
      "'to':['bob@example.net','carol@example.net'],'subject':'S','text':'T'}],'expect':["
      "{'refused':450,'to':'carol@example.net','reply':'4.7.1 Too many recipients','min':1},"
      "{'at':'59min','mailbox':'carol@example.net','messages':0},"
      "{'mailbox':'carol@example.net','messages':1}]" },
    { "a user is counted by name, and told at submission",
      HOSTS(",'rate-letters':1", "") ",'script':[" SMALL_SEND("1s", "bob@example.net") ","
      SMALL_SEND("1min", "bob@example.net") "],'expect':["
      "{'refused':450,'host':'mail.example.org','count':1},"
      "{'mailbox':'bob@example.net','messages':1}]" },
    { "who says HELO with our name",
      HOSTS(",'check-helo':true", ",'check-helo':true") ",'script':["
      SMALL_SEND("1s", "bob@example.net") "],'expect':["
      "{'refused':550,'count':0},{'mailbox':'bob@example.net','messages':1}]" },
};

/* What a stranger says at once, and what is answered. */
static const struct talk {
    const char *why, *config, *said, *heard;
} talks[] = {
    { "more recipients of one letter than are taken", ",'max-recipients':100", "", "452 4.5.3 Too many recipients" },
    { "HELO with a name that is none", ",'check-helo':true",
      "HELO here\r\nMAIL FROM:<x@a.test>\r\n", "504 5.5.2 HELO wants" },
    { "HELO with ours", ",'check-helo':true",
      "HELO MAIL.example.net\r\nMAIL FROM:<x@a.test>\r\n", "550 5.7.1 That is my name" },
    { "HELO with our domain", ",'check-helo':true",
      "HELO example.net\r\nMAIL FROM:<x@a.test>\r\n", "550 5.7.1 That is my name" },
    { "HELO with an address (RFC 5321 4.1.3)", ",'check-helo':true",
      "HELO [203.0.113.1]\r\nMAIL FROM:<x@a.test>\r\n", "250 2.1.0 sender ok" },
};
/* clang-format on */

static void add_many(struct buf *out)
{
    buf_addz(out, "HELO x.test\r\nMAIL FROM:<x@a.test>\r\n");
    for (size_t i = 0; i < 101; i++) {
        buf_addz(out, "RCPT TO:<bob@example.net>\r\n");
    }
}

Test(mail_limits, of_letters_and_recipients)
{
    SMALL_WORLDS_HOLD(rows);
}

/* Three calls at once from one address, then one more when the others are gone. */
Test(mail_limits, of_connections_of_one_address)
{
    struct small_world w;
    struct stranger x[4];
    cr_assert(small_world_new(&w, HOSTS("", ",'max-connections':2") ",'script':[" SMALL_DO(
                                      "1min", "alice-laptop", "fetch") "]"));
    struct stage *s = world_stage(w.world);
    uint32_t ip = network_ip_of(s->net, stage_find(s, SLICE("mail.example.net"))->id);
    struct actor *from = stage_find(s, SLICE("alice-laptop"));
    for (size_t i = 0; i < 3; i++) {
        x[i] = (struct stranger){ .first = SLICE("NOOP\r\n") };
        stranger_call(&x[i], from, ip, 25);
    }
    (void)world_run(w.world, 10 * SIM_SECOND);
    for (size_t i = 0; i < 3; i++) {
        cr_expect(
            slice_starts(buf_slice(&x[i].got), i < 2 ? SLICE("220 ") : SLICE("421 Too many ")),
            "%zu: %s", i, buf_z(&x[i].got));
        cr_expect_eq(x[i].ended, i == 2);
    }
    stranger_say(&x[0], SLICE("QUIT\r\n"));
    (void)world_run(w.world, 20 * SIM_SECOND);
    x[3] = (struct stranger){ .first = SLICE("QUIT\r\n") };
    stranger_call(&x[3], from, ip, 25);
    stranger_say(&x[1], SLICE("QUIT\r\n"));
    small_world_run(&w);
    cr_expect(slice_starts(buf_slice(&x[3].got), SLICE("220 ")), "%s", buf_z(&x[3].got));
    for (size_t i = 0; i < COUNT(x); i++) {
        stranger_deinit(&x[i]);
    }
    small_world_free(&w);
}

Test(mail_limits, of_what_a_stranger_says)
{
    for (size_t i = 0; i < COUNT(talks); i++) {
        struct small_world w;
        struct buf body = { 0 }, said = { 0 };
        buf_addz(&body, "'hosts':{" SMALL_ALICE "," SMALL_ORG ",'mail.example.net':{'kind':'mail',"
                        "'domain':'example.net','accounts':{'bob':'b'}");
        buf_addz(&body, talks[i].config);
        buf_addz(&body, "}}");
        if (talks[i].said[0] != '\0') {
            buf_addz(&said, talks[i].said);
        } else {
            add_many(&said);
        }
        buf_addz(&said, "QUIT\r\n");
        cr_assert(small_world_new(&w, buf_z(&body)));
        struct stage *s = world_stage(w.world);
        uint32_t ip = network_ip_of(s->net, stage_find(s, SLICE("mail.example.net"))->id);
        struct stranger x = { .first = buf_slice(&said) };
        stranger_call(&x, stage_find(s, SLICE("alice-laptop")), ip, 25);
        small_world_run(&w);
        cr_expect(slice_find(buf_slice(&x.got), slice_of(talks[i].heard)) != SLICE_NONE, "%s: %s",
                  talks[i].why, buf_z(&x.got));
        stranger_deinit(&x);
        small_world_free(&w);
        buf_deinit(&body);
        buf_deinit(&said);
    }
}
