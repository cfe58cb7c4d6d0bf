#include "tests/lib/small_world.h"

#include <criterion/criterion.h>

/* clang-format off */
#define SHOP                                                                                       \
    "'hosts':{'shop':{'kind':'app','from':'news@shop.example','api':'api.sender.example',"         \
    "'key':'sk-1','tls':false},'api.sender.example':{'kind':'api',"                                \
    "'domain':'bounces.sender.example','keys':{'shop':'sk-1'},'http':true}}"
#define NEWS                                                                                       \
    "'script':[{'at':'1s','host':'shop','do':'newsletter','subject':'Sale','text':'Now'}]"

static const struct small_row rows[] = {
    { "everybody gets it, once",
      "'crowd':{'domains':30,'people':200}," SHOP "," NEWS ",'expect':["
      "{'outcome':'relayed','host':'api.sender.example','count':200},"
      "{'outcome':'delivered','count':200},{'outcome':'bounced','count':0},"
      "{'said':'POST /v1/newsletters HTTP/1.1','line':true,'count':1},"
      "{'said':'List-Unsubscribe: <https://api.sender.example/unsubscribe/1.1.','count':1},"
      "{'said':'List-Unsubscribe-Post','count':0}]" },
    { "who is gone bounces, to a return path that names him",
      "'crowd':{'domains':10,'people':400,'unknown':'5%'}," SHOP "," NEWS ",'expect':["
      "{'outcome':'relayed','host':'api.sender.example','min':360,'max':396},"
      "{'outcome':'bounced','reason':'5.1.1','min':4,'max':40},"
      "{'outcome':'delivered','host':'api.sender.example','min':4,'max':40}]" },
    { "who is full, and who wants to be asked twice, waits",
      "'crowd':{'domains':40,'people':400,'full':'10%','busy':'20%'}," SHOP "," NEWS ",'expect':["
      "{'outcome':'queued','min':10,'max':80},{'outcome':'bounced','count':0},"
      "{'outcome':'relayed','min':300,'max':390}]" },
    { "what is said of all hosts",
      "'crowd':{'domains':3,'people':3,'hosts':{'pipelining':false}}," SHOP "," NEWS ",'expect':["
      "{'said':'250-PIPELINING','count':0},{'outcome':'delivered','count':3}]" },
    { "by IPv6, where the world has it alone",
      "'family':'ipv6','crowd':{'domains':300,'people':300}," SHOP "," NEWS ",'expect':["
      "{'dns':'any','type':'AAAA','answer':'2001:db8:4::12c','min':1},"
      "{'dns':'any','type':'A','host':'api.sender.example','count':0},"
      "{'outcome':'delivered','count':300}]" },
    { "readers who have names, too",
      SHOP ",'script':[{'at':'1s','host':'shop','do':'newsletter','subject':'Sale','text':'Now',"
      "'readers':['postmaster@bounces.sender.example']}],'expect':["
      "{'outcome':'delivered','to':'postmaster@bounces.sender.example','count':1}]" },
    { "the API loses its power: then it goes on where it was, at its pace",
      "'crowd':{'domains':10,'people':500},'hosts':{'shop':{'kind':'app','from':'news@shop.example',"
      "'api':'api.sender.example','key':'sk-1','tls':false},'api.sender.example':{'kind':'api',"
      "'domain':'bounces.sender.example','keys':{'shop':'sk-1'},'http':true,'news-rate':100}},"
      "'script':[{'at':'1s','host':'shop','do':'newsletter','subject':'Sale','text':'Now'},"
      "{'at':'3s','host':'api.sender.example','do':'crash','for':'1min'},"
      "{'at':'64s','host':'api.sender.example','do':'crash','for':'1ms'}],'expect':["
      "{'at':'63990ms','said':'MAIL FROM:<bounce','line':true,'service':'smtp','max':310},"
      "{'outcome':'relayed','host':'api.sender.example','count':500},"
      "{'outcome':'delivered','min':500}]" },
    { "no crowd to write to",
      SHOP "," NEWS ",'expect':[{'said':'HTTP/1.1 422','count':1},"
      "{'said':'there is no crowd','count':1}]" },
};
/* clang-format on */

Test(crowd_world, is_written_to)
{
    SMALL_WORLDS_HOLD(rows);
}

/* A hundred thousand mailboxes are no memory before somebody writes to them. */
Test(crowd_world, costs_little_while_nobody_writes)
{
    struct small_world w;
    cr_assert(small_world_new(&w, "'crowd':{'domains':2000,'people':100000},'hosts':{}"));
    cr_expect(w.trace.count < 10000, "%llu records", (unsigned long long)w.trace.count);
    cr_expect(world_stage(w.world)->arena->total < 8u << 20, "%zu octets",
              world_stage(w.world)->arena->total);
    small_world_free(&w);
}

static const struct {
    const char *body, *problem;
} bad[] = {
    { "'crowd':[],'hosts':{}", "must be an object" },
    { "'crowd':{'domains':5},'hosts':{}", "\"people\" is missing" },
    { "'crowd':{'domains':5,'people':4},'hosts':{}", "each of the domains needs somebody" },
    { "'crowd':{'domains':0,'people':4},'hosts':{}", "0 is not in 1..60000" },
    { "'crowd':{'domains':1,'people':4,'unknwon':'1%'},'hosts':{}", "did you mean \"unknown\"" },
    { "'crowd':{'domains':1,'people':4,'hosts':{'domain':'a.example'}},'hosts':{}",
      "unknown key \"domain\"" },
    { "'crowd':{'domains':2,'people':4},'hosts':{'m':{'kind':'mail','domain':['ok.example',"
      "'VuMave.example']}}",
      ":1:94: /hosts/m/domain: \"VuMave.example\" is a domain of the crowd" },
    { "'crowd':{'domains':2,'people':4},'hosts':{'MX.molusa.example':{'kind':'mx',"
      "'domain':'ok.example'}}",
      "/hosts/MX.molusa.example: \"MX.molusa.example\" is a host of the crowd" },
    { "'crowd':{'domains':2,'people':4},'hosts':{'m':{'kind':'mail','domain':'ok.example',"
      "'ip':'198.19.0.1'}}",
      "/hosts/m/ip: 198.19.0.0/16 and 2001:db8:4::/48 belong to the hosts of the crowd" },
    { "'family':'both','crowd':{'domains':2,'people':4},'hosts':{'m':{'kind':'mail',"
      "'domain':'ok.example','addresses':['192.0.2.1','2001:db8:4::1']}}",
      "/hosts/m/addresses: 198.19.0.0/16" },
};

Test(crowd_world, what_makes_no_crowd)
{
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct small_world w;
        struct buf text = { 0 };
        cr_expect(!small_world_new(&w, bad[i].body), "row %zu", i);
        problems_text(&w.problems, &text);
        cr_expect(slice_find(buf_slice(&text), slice_of(bad[i].problem)) != SLICE_NONE,
                  "row %zu: %s", i, buf_z(&text));
        buf_deinit(&text);
        small_world_free(&w);
    }
}
