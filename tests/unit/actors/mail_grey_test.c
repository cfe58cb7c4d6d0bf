#include "tests/lib/small_world.h"
#include "tests/lib/stranger.h"

#include <criterion/criterion.h>

/* clang-format off */
#define HOSTS(org, net)                                                                            \
    "'hosts':{" SMALL_ALICE ",'mail.example.org':{'kind':'mail','domain':'example.org',"           \
    "'accounts':{'alice':'wonderland','dave':'d'}" org "},'mail.example.net':{'kind':'mail',"      \
    "'domain':'example.net','accounts':{'bob':'b','carol':'c'}," net "}}"
#define BOX(address, count) "{'mailbox':'" address "','messages':" count "}"

static const struct small_row rows[] = {
    { "first 450, the retry is taken, the next letter at once (RFC 6647)",
      HOSTS("", "'greylist':'1min'") ",'script':[" SMALL_SEND("1s", "bob@example.net") ","
      SMALL_SEND("1h", "bob@example.net") "],'expect':["
      "{'refused':450,'to':'bob@example.net','reply':'4.7.1 Greylisted','count':1},"
      "{'deferred':'bob@example.net','reason':'450 4.7.1','count':1},"
      BOX("bob@example.net", "2") "]" },
    { "another recipient is another triplet",
      HOSTS("", "'greylist':'1min'") ",'script':[" SMALL_SEND("1s", "bob@example.net") ","
      SMALL_SEND("1h", "carol@example.net") "],'expect':["
      "{'refused':450,'count':2}," BOX("bob@example.net", "1") "," BOX("carol@example.net", "1") "]" },
    { "who comes back too soon waits again",
      HOSTS(",'retry':'1min'", "'greylist':'4min'") ",'script':[" SMALL_SEND("1s", "bob@example.net")
      "],'expect':[{'refused':450,'min':2,'max':3}," BOX("bob@example.net", "1") "]" },
    { "who comes too late is new again",
      HOSTS(",'retry':'10min','retry-max':'10min'", "'greylist':'1min','greylist-window':'5min'")
      ",'until':'59min','script':[" SMALL_SEND("1s", "bob@example.net") "],'expect':["
      "{'refused':450,'min':5}," BOX("bob@example.net", "0") "]" },
    { "and who has not been seen for long",
      HOSTS("", "'greylist':'1min','greylist-keep':'1d'") ",'script':["
      SMALL_SEND("1s", "bob@example.net") "," SMALL_SEND("2d", "bob@example.net") "],'expect':["
      "{'refused':450,'count':2}," BOX("bob@example.net", "2") "]" },
    { "a client that has proved itself is not asked any more",
      HOSTS("", "'greylist':'1min','greylist-trust':1") ",'script':["
      SMALL_SEND("1s", "bob@example.net") "," SMALL_SEND("1h", "carol@example.net") "],'expect':["
      "{'refused':450,'count':1}," BOX("carol@example.net", "1") "]" },
    { "and that is forgotten where it does not come for long",
      HOSTS("", "'greylist':'1min','greylist-trust':1,'greylist-keep':'1d'") ",'script':["
      SMALL_SEND("1s", "bob@example.net") "," SMALL_SEND("20h", "bob@example.net") ","
      SMALL_SEND("40h", "carol@example.net") "," SMALL_SEND("70h", "carol@example.net")
      "],'expect':[{'refused':450,'to':'bob@example.net','count':1},"
      "{'refused':450,'to':'carol@example.net','count':1},"
      BOX("bob@example.net", "2") "," BOX("carol@example.net", "2") "]" },
    { "and so do those whom this host relays for, by name or network",
      HOSTS("", "'greylist':'1min','relay-for':['mail.example.org','198.51.100.0/24']")
      ",'script':[" SMALL_SEND("1s", "bob@example.net") "],'expect':["
      "{'refused':450,'count':0}," BOX("bob@example.net", "1") "]" },
    { "users of our own come at once",
      HOSTS(",'greylist':'1min'", "'pop':true") ",'script':[" SMALL_SEND("1s", "dave@example.org")
      "],'expect':[{'refused':450,'count':0}," BOX("dave@example.org", "1") "]" },
};

/* One host of a pool tries, then another: by their networks. */
static const struct small_row pool_rows[] = {
    { "the same network: one client",
      "'hosts':{'a.test':{'kind':'mta','domain':'a.test','ip':'203.0.113.1'},"
      "'b.test':{'kind':'mta','domain':'b.test','ip':'203.0.113.2'},"
      "'mail.example.net':{'kind':'mail','domain':'example.net','accounts':{'bob':'b'},"
      "'greylist':'1min'}},'script':[" SMALL_DO("5min", "a.test", "down") "],'expect':[{'refused':450,'count':1}]" },
    { "each address for itself: delayed again",
      "'hosts':{'a.test':{'kind':'mta','domain':'a.test','ip':'203.0.113.1'},"
      "'b.test':{'kind':'mta','domain':'b.test','ip':'203.0.113.2'},"
      "'mail.example.net':{'kind':'mail','domain':'example.net','accounts':{'bob':'b'},"
      "'greylist':'1min','greylist-network':32}},'script':[" SMALL_DO("5min", "a.test", "down") "],"
      "'expect':[{'refused':450,'count':2}]" },
};
/* clang-format on */

Test(mail_grey, who_is_new_comes_again)
{
    SMALL_WORLDS_HOLD(rows);
}

Test(mail_grey, a_pool_of_hosts)
{
    static const char said[] = "EHLO x.test\r\nMAIL FROM:<x@a.test>\r\n"
                               "RCPT TO:<bob@example.net>\r\nQUIT\r\n";
    for (size_t i = 0; i < COUNT(pool_rows); i++) {
        struct small_world w;
        cr_assert(small_world_new(&w, pool_rows[i].body));
        struct stage *s = world_stage(w.world);
        uint32_t ip = network_ip_of(s->net, stage_find(s, SLICE("mail.example.net"))->id);
        struct stranger a = { .first = slice_of(said) }, b = a;
        stranger_call(&a, stage_find(s, SLICE("a.test")), ip, 25);
        (void)world_run(w.world, 5 * SIM_MINUTE);
        stranger_call(&b, stage_find(s, SLICE("b.test")), ip, 25);
        small_world_run(&w);
        cr_expect(!small_world_failed(&w, ""), "%s: %s / %s", pool_rows[i].why, buf_z(&a.got),
                  buf_z(&b.got));
        stranger_deinit(&a);
        stranger_deinit(&b);
        small_world_free(&w);
    }
}
