#include "tests/lib/small_world.h"

#include <criterion/criterion.h>

/* clang-format off */
#define HOST(name, kind, more) "'" name "':{'kind':'" kind "'," more "}"
#define ALICE(family) HOST("alice-laptop", "mua", "'account':'alice@example.org','family':'" family "'")
#define ORG(family)                                                                                \
    HOST("mail.example.org", "mail",                                                               \
         "'domain':'example.org','family':'" family "','accounts':{'alice':'wonderland'}")
#define NET(more)                                                                                  \
    HOST("mail.example.net", "mail", "'domain':'example.net','accounts':{'bob':'builder'}" more)
#define SEND(to) "'script':[" SMALL_SEND("1s", to) "],'expect':["
#define ARRIVES "{'mailbox':'bob@example.net','messages':1}]"
#define ASKS(name, type, count)                                                                    \
    "{'dns':'" name "','type':'" type "','host':'mail.example.org','count':" count "},"

static const struct small_row rows[] = {
    { "IPv6 alone, from the key to the mailbox; RFC 5321 4.1.3 and 4.4 have its literal",
      "'family':'ipv6','hosts':{" SMALL_ALICE "," SMALL_BOB "," SMALL_ORG "," SMALL_NET "},"
      "'script':[" SMALL_SEND("1s", "bob@example.net") "," SMALL_DO("20s", "bob-pc", "fetch")
      "],'expect':["
      "{'said':'EHLO [IPv6:2001:db8:1::10]\\r\\n','count':1},"
      "{'said':'Received: from [IPv6:2001:db8:1::10] ([IPv6:2001:db8:1::10])\\r\\n','min':1},"
      "{'said':'Received: from mail.example.org ([IPv6:2001:db8:1::11])','host':'mail.example.net',"
      "'count':1},"
      "{'dns':'mail.example.net','type':'AAAA','answer':'2001:db8:2::11','min':1},"
      ASKS("mail.example.net", "A", "0") ARRIVES },
    { "hosts with IPv4 alone ask for nothing else",
      "'hosts':{" ALICE("ipv4") "," ORG("ipv4") "," NET(",'family':'both'") "}," SEND("bob@example.net")
      "{'said':'EHLO [192.0.2.10]\\r\\n','count':1},"
      ASKS("mail.example.net", "AAAA", "0") ASKS("mail.example.net", "A", "1") ARRIVES },
    { "RFC 6724 2.1: where both have both, IPv6 goes first, and is what the client says it is",
      "'family':'both','hosts':{" SMALL_ALICE "," SMALL_ORG "," SMALL_NET "},"
      SEND("bob@example.net")
      "{'said':'EHLO [IPv6:2001:db8:1::10]\\r\\n','count':1},"
      "{'connections':'smtp','count':1}," ASKS("mail.example.net", "A", "1")
      ASKS("mail.example.net", "AAAA", "1") ARRIVES },
    { "IPv6 is there, the exchanger has IPv4 alone",
      "'hosts':{" ALICE("both") "," ORG("both") "," NET(",'ip':'192.0.2.77'") "},"
      SEND("bob@example.net") "{'connections':'smtp','count':1}," ARRIVES },
    { "RFC 5321 5.1: the address where nobody is is passed over, in the same round",
      "'hosts':{" ALICE("both") "," ORG("both") "," NET("") "},"
      "'zones':{'example.net':['mail AAAA 2001:db8:ffff::1','mail A 203.0.113.200',"
      "'mail A 198.51.100.10']}," SEND("bob@example.net")
      "{'connections':'smtp','from':'mail.example.org','ended':'unreachable','min':1},"
      "{'deferred':'bob@example.net','count':0}," ARRIVES },
    { "neither family in common: it cannot be reached, ever",
      "'hosts':{" ALICE("ipv4") "," ORG("ipv4") "," NET(",'family':'ipv6'") "},"
      SEND("bob@example.net")
      "{'connections':'smtp','count':0},"
      "{'outcome':'bounced','to':'bob@example.net','count':1}]" },
    { "the device tries the server's next address",
      "'hosts':{" ALICE("both") "," ORG("both") "," NET("") "},"
      "'zones':{'example.org':['mail AAAA 2001:db8:ffff::1','mail A 192.0.2.11']},"
      SEND("bob@example.net")
      "{'connections':'submission','ended':'unreachable','count':1},"
      "{'said':'EHLO [192.0.2.10]\\r\\n','count':1}," ARRIVES },
    { "a literal is its own exchanger, also of IPv6",
      "'family':'both','hosts':{" SMALL_ALICE "," SMALL_ORG ","
      NET(",'addresses':['198.51.100.7','2001:db8::25']") "}," SEND("bob@[IPv6:2001:db8::25]")
      ASKS("mail.example.net", "AAAA", "0")
      "{'connections':'smtp','from':'mail.example.org','to':'mail.example.net','min':1}]" },
    { "what a file gives is kept, the rest is not made up",
      "'family':'both','hosts':{" SMALL_ALICE "," SMALL_ORG ","
      NET(",'addresses':['2001:db8::25','2001:db8::26']") "}," SEND("bob@example.net")
      "{'dns':'mail.example.net','type':'AAAA','answer':'2001:db8::26','min':1},"
      "{'dns':'mail.example.net','type':'A','answer':'no such record','min':1}," ARRIVES },
    { "the way down from the root by IPv6",
      "'family':'ipv6','dns':'hierarchy','hosts':{" SMALL_ALICE "," SMALL_ORG "," SMALL_NET "},"
      SEND("bob@example.net") ARRIVES },
};
/* clang-format on */

Test(world_addresses, mail_goes_by_the_family_that_both_have)
{
    SMALL_WORLDS_HOLD(rows);
}

Test(world_addresses, an_address_has_one_host_and_harms_nobody)
{
    static const struct {
        const char *address, *why;
    } bad[] = {
        { "2001:db8::25", "has this address already" },
        { "2001:DB8:0:0::25", "has this address already" },
        { "192.0.2.99", "has this address already" },
        { "2606:4700::1", "may belong to somebody" },
        { "2001:db8::25::1", "is not an IPv6 address" },
        { "8.8.8.8", "may belong to somebody" },
        { "mail", "is not an IPv4 address" },
    };
    struct buf body = { 0 }, said = { 0 };
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct small_world w;
        buf_clear(&body);
        buf_clear(&said);
        buf_addz(&body, "'hosts':{'a':{'kind':'mua','account':'alice@example.org',"
                        "'ip':'192.0.2.99','addresses':['2001:db8::25']},"
                        "'mail.example.org':{'kind':'mail','domain':'example.org',"
                        "'accounts':{'alice':'w'},'addresses':'");
        buf_addz(&body, bad[i].address);
        buf_addz(&body, "'}}");
        cr_expect(!small_world_new(&w, buf_z(&body)), "%s", bad[i].address);
        cr_expect(w.problems.count == 1 &&
                      slice_find(w.problems.list[0].text, slice_of(bad[i].why)) != SLICE_NONE,
                  "%s", bad[i].address);
        small_world_free(&w);
    }
    buf_deinit(&body);
    buf_deinit(&said);
}
