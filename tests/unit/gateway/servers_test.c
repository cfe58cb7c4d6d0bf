/* The other way: simulated clients of one world, real servers that are the doors of another. */
#include "tests/lib/open_world.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define CLIENT_HOSTS                                                                               \
    "'hosts':{" SMALL_ALICE ",'mail.example.org':{'kind':'mail','domain':'example.org',"           \
    "'accounts':{'alice':'wonderland'}}}"
#define SEND_AND_FETCH                                                                             \
    "'script':[" SMALL_SEND("1ms", "alice@example.org") "," SMALL_DO("800ms", "alice-laptop",      \
                                                                     "fetch") "]"

static host_id host_of(const struct open_world *w, const char *name)
{
    return stage_find(world_stage(w->small.world), slice_of(name))->id;
}

/* Both worlds have their turns. */
static void run_both(struct open_world *a, struct open_world *b, uint64_t ms)
{
    for (uint64_t until = gateway_uptime(a->gateway) + ms * SIM_MS;
         gateway_uptime(a->gateway) < until;) {
        (void)gateway_turn(a->gateway, 2);
        (void)gateway_turn(b->gateway, 2);
    }
}

static void reopen(struct open_world *w, const struct gateway_real *reals, size_t count)
{
    const struct gateway_config c = {
        .speed_ppm = PACE_REAL, .uplink = { .latency = SIM_MS }, .reals = reals, .real_count = count
    };
    open_world_new(w, CLIENT_HOSTS "," SEND_AND_FETCH, &c);
}

Test(servers, a_simulated_client_writes_to_a_real_server_and_reads_there)
{
    struct open_world real, client;
    open_world_new(&real, SMALL_HOSTS, NULL);
    const uint16_t ports[] = { 587, 110, 143 };
    struct gateway_real reals[COUNT(ports)];
    for (size_t i = 0; i < COUNT(ports); i++) {
        reals[i] = (struct gateway_real){ .port = ports[i],
                                          .ip = 0x7f000001,
                                          .real_port = open_world_port(&real, "mail.example.org",
                                                                       ports[i]) };
    }
    /* Which number the host has is known when its world is. */
    struct open_world first;
    open_world_new(&first, CLIENT_HOSTS, NULL);
    for (size_t i = 0; i < COUNT(ports); i++) {
        reals[i].host = host_of(&first, "mail.example.org");
    }
    open_world_free(&first);
    reopen(&client, reals, COUNT(reals));
    run_both(&client, &real, 1600);
    cr_expect_eq(small_world_fates(&real.small, FATE_DELIVERED), 1);
    cr_expect_eq(small_world_fates(&client.small, FATE_DELIVERED), 0, "it is the real one's");
    cr_expect_gt(small_world_count(&client.small, TRACE_SAID, "EHLO"), 0);
    cr_expect_gt(small_world_said(&client.small, "220 mail.example.org"), 0, "the real greeting");
    cr_expect_gt(small_world_said(&client.small, "Subject: S"), 1, "sent and read again");
    cr_expect(open_world_is_empty(&client));
    cr_expect(open_world_is_empty(&real));
    open_world_free(&client);
    open_world_free(&real);
}

static size_t closed(const struct open_world *w, enum trace_why why)
{
    const struct trace *t = &w->small.trace;
    size_t n = 0;
    for (uint64_t i = 1; i <= t->count; i++) {
        const struct trace_rec *r = trace_at(t, i);
        n += r->kind == TRACE_CLOSED && r->a == (uint32_t)why;
    }
    return n;
}

Test(servers, nobody_behind_the_host_is_a_connection_refused)
{
    struct open_world w, first;
    open_world_new(&first, CLIENT_HOSTS, NULL);
    const struct gateway_real reals[] = {
        { .host = host_of(&first, "mail.example.org"), .ip = 0x7f000001, .real_port = 1 }
    };
    open_world_free(&first);
    reopen(&w, reals, COUNT(reals));
    open_world_wait(&w, 300);
    cr_expect_eq(small_world_count(&w.small, TRACE_NOTE, "does not answer"), 1);
    cr_expect_gt(closed(&w, WHY_REFUSED), 0);
    cr_expect_eq(closed(&w, WHY_RESET), 0);
    cr_expect_eq(small_world_count(&w.small, TRACE_OPENED, ""), 0);
    cr_expect_eq(gateway_counts(w.gateway)->open, 0);
    open_world_free(&w);
}
