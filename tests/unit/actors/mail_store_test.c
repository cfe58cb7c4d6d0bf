#include "tests/lib/small_world.h"
#include "tests/lib/stranger.h"

#include "sim/proto/imap.h"

#include <criterion/criterion.h>

static void tell(struct small_world *w, struct pump *p, uint16_t order, const void *detail)
{
    pump_tell(p, order, detail);
    (void)world_run(w->world, world_now(w->world) + SIM_SECOND);
}

/* Bob's second device, which idles while a letter comes and the first one removes it by POP3. */
Test(mail_store, sessions_in_idle_hear_of_changes_at_once)
{
    struct small_world w;
    cr_assert(small_world_new(&w,
                              "'hosts':{" SMALL_ALICE "," SMALL_BOB_POP "," SMALL_ORG "," SMALL_NET
                              "},'script':[" SMALL_SEND("10s", "bob@example.net") "," SMALL_DO(
                                  "30s", "bob-pc", "fetch") "]"));
    struct stage *s = world_stage(w.world);
    struct actor *client = stage_find(s, SLICE("alice-laptop"));
    struct actor *server = stage_find(s, SLICE("mail.example.net"));
    const struct imap_client_config config = { .user = SLICE("bob"), .password = SLICE("builder") };
    const slice inbox = SLICE("INBOX");
    const struct pump_service service = { .ops = &imap_client_ops, .config = &config };
    struct pump *p =
        pump_connect(client, network_ip_of(s->net, server->id), 143, SLICE("imap"), &service, 0);
    (void)world_run(w.world, SIM_SECOND);
    tell(&w, p, IMAP_ORDER_SELECT, &inbox);
    tell(&w, p, IMAP_ORDER_IDLE, NULL);
    cr_expect_eq(small_world_said(&w, "* 1 EXISTS\r\n"), 0);
    (void)world_run(w.world, 20 * SIM_SECOND);
    cr_expect_eq(small_world_said(&w, "* 1 EXISTS\r\n"), 1, "the letter is told of as it comes");
    cr_expect_eq(small_world_said(&w, "* 1 EXPUNGE\r\n"), 0);
    (void)world_run(w.world, 60 * SIM_SECOND);
    cr_expect_eq(small_world_said(&w, "* 1 EXPUNGE\r\n"), 1, "and of its end");
    tell(&w, p, IMAP_ORDER_DONE, NULL);
    tell(&w, p, ORDER_QUIT, NULL);
    small_world_run(&w);
    cr_expect(small_world_all_settled(&w));
    small_world_free(&w);
}

static size_t count(slice in, const char *what)
{
    size_t n = 0, at;
    while ((at = slice_find(in, slice_of(what))) != SLICE_NONE) {
        in = slice_from(in, at + 1);
        n++;
    }
    return n;
}

/* RFC 3501 5.4, 2.3.3 and 11.2: half an hour; a letter's date is that of its delivery; nobody is told
 * whether it was the name or the password. */
Test(mail_store, a_session_that_is_silent_is_logged_out)
{
    struct small_world w;
    cr_assert(small_world_new(
        &w, SMALL_HOSTS ",'until':'4h','script':[" SMALL_SEND(
                "1h", "bob@example.net") "," SMALL_SEND("3h", "bob@example.net") "]"));
    struct stage *s = world_stage(w.world);
    struct actor *server = stage_find(s, SLICE("mail.example.net"));
    struct stranger x = { .first = SLICE("1 LOGIN bob wrong\r\n2 LOGIN nobody builder\r\n"
                                         "3 LOGIN bob builder\r\n4 SELECT INBOX\r\n"
                                         "5 FETCH 1 INTERNALDATE\r\n") };
    (void)world_run(w.world, 2 * SIM_HOUR);
    stranger_call(&x, stage_find(s, SLICE("alice-laptop")), network_ip_of(s->net, server->id), 143);
    sim_time called = world_now(w.world);
    (void)world_run(w.world, called + 30 * SIM_MINUTE);
    cr_expect_eq(count(buf_slice(&x.got), " NO [AUTHENTICATIONFAILED] Wrong"), 2, "%s",
                 buf_z(&x.got));
    cr_expect_eq(count(buf_slice(&x.got), "INTERNALDATE \"07-Sep-2026 10:00:0"), 1, "%s",
                 buf_z(&x.got));
    cr_expect_eq(count(buf_slice(&x.got), "* BYE"), 0, "%s", buf_z(&x.got));
    (void)world_run(w.world, called + 31 * SIM_MINUTE);
    cr_expect_eq(count(buf_slice(&x.got), "* BYE Autologout"), 1, "%s", buf_z(&x.got));
    cr_expect(x.ended, "it ends, and is not broken");
    stranger_deinit(&x);
    small_world_free(&w);
}
