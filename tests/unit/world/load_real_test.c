#include "tests/lib/small_world.h"

#include <criterion/criterion.h>
#include <stdio.h>

Test(load_real, what_is_real_is_on_loopback)
{
    static const struct {
        const char *real, *says; /* says NULL: fine */
    } rows[] = {
        { "'127.0.0.1:2525'", NULL },
        { "'127.9.8.7:25'", NULL },
        { "'[::1]:2525'", NULL },
        { "['25=127.0.0.1:2525','143=[::1]:1143']", NULL },
        { "'192.168.0.1:25'", "and nowhere else" },
        { "'0.0.0.0:25'", "and nowhere else" },
        { "'[::2]:25'", "and nowhere else" },
        { "'localhost:25'", "address and port" },
        { "'2525'", "address and port" },
        { "'127.0.0.1'", "address and port" },
        { "'127.0.0.1:0'", "from 1 to 65535" },
        { "'127.0.0.1:65536'", "from 1 to 65535" },
        { "'smtp=127.0.0.1:25'", "must be a port" },
        { "['127.0.0.1:1','25=127.0.0.1:2']", "not both" },
        { "['25=127.0.0.1:1','25=127.0.0.1:2']", "already" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct small_world w;
        struct buf said = { 0 };
        char body[400];
        (void)snprintf(body, sizeof body,
                       "'hosts':{'mail.example.org':{'kind':'mail','domain':'example.org',"
                       "'real':%s}}",
                       rows[i].real);
        bool ok = small_world_open(&w, body);
        problems_text(&w.problems, &said);
        cr_expect_eq(ok, rows[i].says == NULL, "%s: %s", rows[i].real, buf_z(&said));
        cr_expect(!rows[i].says ||
                      slice_find(buf_slice(&said), slice_of(rows[i].says)) != SLICE_NONE,
                  "%s: %s", rows[i].real, buf_z(&said));
        small_world_free(&w);
        buf_deinit(&said);
    }
}

Test(load_real, only_serve_runs_it_and_a_device_is_never_real)
{
    struct small_world w;
    struct buf said = { 0 };
    cr_expect(!small_world_new(&w, "'hosts':{'mail.example.org':{'kind':'mail',"
                                   "'domain':'example.org','real':'127.0.0.1:1'}}"));
    cr_expect_neq(slice_find(slice_of(w.err.text), SLICE("serve")), SLICE_NONE, "%s", w.err.text);
    small_world_free(&w);
    cr_expect(!small_world_open(&w, "'hosts':{" SMALL_ORG ",'a':{'kind':'mua',"
                                    "'account':'alice@example.org','real':'127.0.0.1:1'}}"));
    problems_text(&w.problems, &said);
    cr_expect_neq(slice_find(buf_slice(&said), SLICE("only servers")), SLICE_NONE);
    small_world_free(&w);
    buf_deinit(&said);
}
