#include "tests/lib/small_world.h"

#include <criterion/criterion.h>

/* clang-format off */
#define TREE "'dns':'hierarchy',"
#define NS(name, serves) "'" name "':{'kind':'nameserver','serves':" serves "}"
#define BOB SMALL_SEND("1s", "bob@example.net")
#define ASKS(server, count) "{'dns':'example.net','type':'MX','server':'" server "','count':" count "}"
#define ARRIVES "{'mailbox':'bob@example.net','messages':1}"
#define WITH(hosts) "'hosts':{" SMALL_ALICE "," SMALL_BOB "," SMALL_ORG "," SMALL_NET "," hosts "}"

static const struct small_row rows[] = {
    { "from the root down, a server for each zone on the way",
      TREE SMALL_HOSTS ",'script':[" BOB "],'expect':[" ASKS("a.root-servers.test", "1") ","
      ASKS("a.net-servers.test", "1") "," ASKS("ns.example.net", "1") ","
      ASKS("ns.example.org", "0") "," ARRIVES "]" },
    { "flat: one server knows it all",
      SMALL_HOSTS ",'script':[" BOB "],'expect':[" ASKS("ns.names.test", "1") "," ARRIVES "]" },
    { "a server of the author's own, elsewhere: no glue, its address is looked for first",
      TREE WITH(NS("ns.isp.example", "['example.net']"))
      ",'script':[" BOB "],'expect':[" ASKS("ns.isp.example", "1") ","
      "{'dns':'ns.isp.example','type':'A','server':'a.root-servers.test','min':1},"
      ARRIVES "]" },
    { "in a flat world, too, beside the one that has the rest",
      WITH(NS("ns.isp.example", "'example.net'")) ",'script':[" BOB "],'expect':["
      ASKS("ns.names.test", "1") "," ASKS("ns.isp.example", "1") "," ARRIVES "]" },
    { "two servers: where the first is off, the second answers",
      TREE WITH(NS("ns1.example.net", "['example.net']") "," NS("ns2.example.net", "['EXAMPLE.NET.']"))
      ",'script':[" SMALL_DO("0s", "ns1.example.net", "down") "," BOB "],'expect':["
      ASKS("ns1.example.net", "1") "," ASKS("ns2.example.net", "1") "," ARRIVES "]" },
    { "a server without a list has all domains, below a root and top level domains",
      TREE WITH("'ns':{'kind':'nameserver'}") ",'script':[" BOB "],'expect':["
      ASKS("a.root-servers.test", "1") "," ASKS("ns", "1") "," ARRIVES "]" },
    { "who serves the root is the root",
      TREE WITH(NS("k.root.test", "'.'")) ",'script':[" BOB "],'expect':["
      ASKS("k.root.test", "1") "," ASKS("a.net-servers.test", "1") "," ARRIVES "]" },
    { "lines of the author: another MX, with its own time to live",
      "'zones':{'example.net':['@ 300 MX 10 mx','mx A 198.51.100.11']}," SMALL_HOSTS
      ",'script':[" BOB "],'expect':[{'dns':'example.net','answer':'300 IN MX 10 mx.example.net','min':1},"
      ARRIVES "]" },
    { "and no MX at all: the address stands for it (RFC 5321 5.1)",
      "'zones':{'example.net':['- @ MX','@ A 198.51.100.11']}," SMALL_HOSTS
      ",'script':[" BOB "],'expect':[{'dns':'example.net','type':'A','host':'mail.example.org','count':1},"
      ARRIVES "]" },
    { "time to live of what is generated",
      "'ttl':'5min'," SMALL_HOSTS ",'script':[" SMALL_DO("1s", "bob-pc", "fetch") ","
      SMALL_DO("4min", "bob-pc", "fetch") "," SMALL_DO("6min", "bob-pc", "fetch") "],'expect':["
      "{'dns':'mail.example.net','host':'dns.isp.test','count':2}]" },
    { "an answer too long for a datagram comes by TCP, to the resolver and from it (RFC 7766 5)",
      "'zones':{'example.net':['@ MX 1 mail','@ MX 21 a123456789012345678901234567890123456789012345678901234567890.b123456789012345678901234567890123456789012345678901234567890.c123456789012345678901234567890123456789012345678901234567890',"
      "'@ MX 22 d123456789012345678901234567890123456789012345678901234567890.e123456789012345678901234567890123456789012345678901234567890.f123456789012345678901234567890123456789012345678901234567890',"
      "'@ MX 23 g123456789012345678901234567890123456789012345678901234567890.h123456789012345678901234567890123456789012345678901234567890.i123456789012345678901234567890123456789012345678901234567890',"
      "'@ MX 24 j123456789012345678901234567890123456789012345678901234567890.k123456789012345678901234567890123456789012345678901234567890.l123456789012345678901234567890123456789012345678901234567890',"
      "'@ MX 25 m123456789012345678901234567890123456789012345678901234567890.n123456789012345678901234567890123456789012345678901234567890.o123456789012345678901234567890123456789012345678901234567890',"
      "'@ MX 26 p123456789012345678901234567890123456789012345678901234567890.q123456789012345678901234567890123456789012345678901234567890.r123456789012345678901234567890123456789012345678901234567890',"
      "'@ MX 27 s123456789012345678901234567890123456789012345678901234567890.t123456789012345678901234567890123456789012345678901234567890.u123456789012345678901234567890123456789012345678901234567890']},"
      SMALL_HOSTS ",'script':[" BOB "],'expect':["
      "{'connections':'dns','from':'dns.isp.test','to':'ns.names.test','ended':'done','count':1},"
      "{'connections':'dns','from':'mail.example.org','to':'dns.isp.test','ended':'done','count':1},"
      "{'dns':'example.net','type':'MX','answer':'truncated','count':2}," ARRIVES "]" },
};
/* clang-format on */

Test(load_dns, worlds_have_the_servers_they_need)
{
    SMALL_WORLDS_HOLD(rows);
}

Test(load_dns, many_domains_share_a_server)
{
    struct small_world w;
    cr_assert(small_world_new(
        &w,
        "'dns':'hierarchy','hosts':{" SMALL_ALICE "," SMALL_BOB
        ",'mail.example.org':{'kind':'mail',"
        "'domain':['example.org','a.test','b.test','c.test','d.test','e.test','f.test','g.test',"
        "'h.test'],'accounts':{'alice':'w'}}," SMALL_NET "},'script':[" BOB "],'expect':[" ARRIVES
        "," ASKS("ns.names.test", "1") "]"));
    small_world_run(&w);
    cr_expect_eq(w.verdict.met, w.verdict.expected);
    cr_expect_eq(w.scenario.host_count, 4 + 1 + 1 + 3 + 1); /* resolver, root, org net test, ns */
    small_world_free(&w);
}

/* Each with its place. */
Test(load_dns, lines_that_are_wrong_are_problems)
{
    static const struct {
        const char *zones, *problem;
    } rows_wrong[] = {
        { "'example.net':['@ 300 MX 10 mail','www A 192.0.2']",
          "/zones/example.net/1: \"192.0.2\" is not an IPv4 address" },
        { "'example.net':['@ CNAME x']", "/zones/example.net/0: example.net has SOA and NS" },
        { "'example.net':['www A 8.8.8.8']", "may belong to somebody" },
        { "'example.net':['www AAAA 2a00::1']", "may belong to somebody" },
        { "'example.net':['m MX 1 mail.google.com.']", "\"mail.google.com\" may belong" },
        { "'example.net':['a 1 A 192.0.2.1','a 2 A 192.0.2.2']", "another TTL" },
        { "'example.net':['- www Z']", "not a type" },
        { "'example.net':[7]", "this must be a text, not a number" },
        { "'example.net':'www A 192.0.2.1'", "this must be a list of texts, not a string" },
        { "'example.net':[],'Example.net':[]", "another spelling" },
        { "'google.com':[]", "may belong to somebody" },
        { "'':[]", "not a zone" },
        { "'example.net':['@ MX 1 mail','$INCLUDE other.zone']",
          "/zones/example.net/1: $INCLUDE is not done here" },
        { "'example.net':['$GENERATE 1-9 h$ A 192.0.2.$']", "/zones/example.net/0: $GENERATE is" },
        { "'example.net':['www.lab TXT x','lab NS ns.lab','ns.lab A 192.0.2.1']",
          "/zones/example.net/0: lab.example.net has servers of its own" },
        { "'example.net':['lab NS ns.lab','ns.lab A 192.0.2.1','lab MX 1 mail']",
          "/zones/example.net/2: lab.example.net has servers" },
    };
    static const char *const good = "'example.net':['lab NS ns.lab','ns.lab A 192.0.2.1'],"
                                    "'.':[],'org':[],'1.2.0.192.in-addr.arpa':['7 PTR a.test.'],"
                                    "'bl.example':['1.2.0.192 A 127.0.0.2']";
    struct buf text = { 0 };
    struct small_world w;
    for (size_t i = 0; i <= COUNT(rows_wrong); i++) {
        bool bad = i < COUNT(rows_wrong);
        struct buf shown = { 0 };
        buf_clear(&text);
        buf_addz(&text, "'zones':{");
        buf_addz(&text, bad ? rows_wrong[i].zones : good);
        buf_addz(&text, "}," SMALL_HOSTS);
        cr_expect_eq(small_world_new(&w, buf_z(&text)), !bad, "%s", buf_z(&text));
        problems_text(&w.problems, &shown);
        cr_expect(!bad ||
                      slice_find(buf_slice(&shown), slice_of(rows_wrong[i].problem)) != SLICE_NONE,
                  "%s", buf_z(&shown));
        small_world_free(&w);
        buf_deinit(&shown);
    }
    buf_deinit(&text);
}
