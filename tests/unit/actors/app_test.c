#include "tests/lib/small_world.h"

#include <criterion/criterion.h>

/* clang-format off */
#define SHOP(more)                                                                                 \
    "'shop':{'kind':'app','from':'orders@shop.example','name':'The Shop',"                         \
    "'api':'api.sender.example','key':'sk-1'" more "}"
#define API(more)                                                                                  \
    "'api.sender.example':{'kind':'api','domain':'bounces.sender.example',"                        \
    "'keys':{'shop':'sk-1'},'http':true" more "}"
#define WORLD(shop, api) "'hosts':{" SHOP(shop) "," API(api) "," SMALL_NET "," SMALL_BOB "}"
#define SHOP_SENDS(at, to)                                                                         \
    "{'at':'" at "','host':'shop','do':'send','to':[" to "],'subject':'Reset','text':'Click'}"

static const struct small_row rows[] = {
    { "a letter by HTTP is a letter by SMTP",
      WORLD(",'tls':false", "") ",'script':[" SHOP_SENDS("1s", "'bob@example.net'") "],'expect':["
      "{'connections':'http','from':'shop','to':'api.sender.example','count':1},"
      "{'connections':'smtp','from':'api.sender.example','to':'mail.example.net','count':1},"
      "{'connections':'smtp','from':'shop','count':0},"
      "{'said':'POST /v1/messages HTTP/1.1','by':'client','line':true,'count':1},"
      "{'said':'HTTP/1.1 202 Accepted','by':'server','line':true,'count':1},"
      "{'said':'From: The Shop <orders@shop.example>','service':'smtp','line':true,'count':1},"
      "{'said':'Auto-Submitted: auto-generated','service':'smtp','line':true,'count':1},"
      "{'said':'by api.sender.example with HTTP id','service':'smtp','count':1},"
      "{'mailbox':'bob@example.net','messages':1}]" },
    { "under TLS, as a matter of course",
      WORLD("", "") ",'script':[" SHOP_SENDS("1s", "'bob@example.net'") "],'expect':["
      "{'connections':'https','from':'shop','count':1},{'connections':'http','count':0},"
      "{'said':'with HTTPS id','service':'smtp','count':1},"
      "{'mailbox':'bob@example.net','messages':1}]" },
    { "the API is down: the same request goes again, and one letter comes of it",
      WORLD(",'tls':false,'retry':'1min'", "") ",'script':["
      SMALL_DO("0s", "api.sender.example", "down") "," SHOP_SENDS("1s", "'bob@example.net'") ","
      SMALL_DO("90s", "api.sender.example", "up") "],'expect':["
      "{'said':'POST /v1/messages','count':1},{'mailbox':'bob@example.net','messages':1}]" },
    { "it is down for too long: given up",
      WORLD(",'tls':false,'retry':'1s','tries':2", "") ",'script':["
      SMALL_DO("0s", "api.sender.example", "down") "," SHOP_SENDS("1s", "'bob@example.net'") ","
      SMALL_DO("30min", "api.sender.example", "up") "],'expect':["
      "{'said':'POST','count':0},{'mailbox':'bob@example.net','messages':0}]" },
    { "the answer is lost: the second request gets the first one's answer",
      WORLD(",'tls':false,'retry':'30s','timeout':'5s'", "") ",'script':["
      SHOP_SENDS("1s", "'bob@example.net'") ","
      "{'at':'1135ms','do':'cut','host':'shop'},{'at':'10s','do':'mend','host':'shop'}"
      "],'expect':[{'said':'POST /v1/messages','count':2},"
      "{'said':'202 Accepted','count':2},{'mailbox':'bob@example.net','messages':1}]" },
    { "three letters at once go over one connection",
      WORLD(",'tls':false", "") ",'script':[" SHOP_SENDS("1s", "'bob@example.net'") ","
      SHOP_SENDS("1s", "'bob@example.net'") "," SHOP_SENDS("1s", "'carol@example.net'") "],"
      "'expect':[{'connections':'http','count':1},{'said':'202 Accepted','count':3},"
      "{'mailbox':'bob@example.net','messages':2},{'mailbox':'carol@example.net','messages':1}]" },
    { "a blind copy is on the envelope only, and each recipient has an envelope of his own",
      WORLD(",'tls':false", "") ",'script':[{'at':'1s','host':'shop','do':'send',"
      "'to':['bob@example.net'],'bcc':['carol@example.net'],'subject':'S','text':'T'}],'expect':["
      "{'said':'Bcc','count':0},{'said':'carol@example.net','service':'smtp','line':true,'count':0},"
      "{'said':'MAIL FROM:<bounce-1.1-bob=example.net@bounces.sender.example>','count':1},"
      "{'said':'MAIL FROM:<bounce-1.2-carol=example.net@bounces.sender.example>','count':1},"
      "{'mailbox':'carol@example.net','messages':1}]" },
    { "what is attached goes as base64 in JSON, and comes out as a part of the letter",
      WORLD(",'tls':false", "") ",'script':[{'at':'1s','host':'shop','do':'send',"
      "'to':['bob@example.net'],'subject':'Bill','text':'T','attachments':["
      "{'name':'bill.csv','text':'item;1\\n'},{'name':'b\u00fc.bin','text':'x'}]}],'expect':["
      "{'said':'aXRlbTsxDQo=','service':'http','by':'client','count':1},"
      "{'said':'HTTP/1.1 202 Accepted','by':'server','line':true,'count':1},"
      "{'said':'Content-Type: multipart/mixed;','service':'smtp','line':true,'count':1},"
      "{'said':'Content-Type: text/csv; charset=us-ascii','service':'smtp','line':true,'count':1},"
      "{'said':'aXRlbTsxDQo=','service':'smtp','line':true,'count':1},"
      "{'said':'Content-Type: application/octet-stream','service':'smtp','line':true,'count':1},"
      "{'mailbox':'bob@example.net','messages':1}]" },
    { "a name with brackets",
      "'hosts':{'shop':{'kind':'app','from':'orders@shop.example','name':'The <best> Shop',"
      "'api':'api.sender.example','key':'sk-1','tls':false}," API("") "," SMALL_NET "},'script':["
      SHOP_SENDS("1s", "'bob@example.net'") "],'expect':["
      "{'said':'From: \\\"The <best> Shop\\\" <orders@shop.example>','line':true,'count':1},"
      "{'mailbox':'bob@example.net','messages':1}]" },
    { "a wrong key: 401, and nothing is sent or asked again",
      "'hosts':{'shop':{'kind':'app','from':'orders@shop.example','api':'api.sender.example',"
      "'key':'sk-2','tls':false}," API("") "," SMALL_NET "},'script':["
      SHOP_SENDS("1s", "'bob@example.net'") "],'expect':["
      "{'said':'HTTP/1.1 401 Unauthorized','line':true,'count':1},"
      "{'said':'WWW-Authenticate: Bearer','count':1},{'said':'POST','count':1},"
      "{'connections':'smtp','count':0}]" },
};
/* clang-format on */

Test(app, asks_an_api_to_send)
{
    SMALL_WORLDS_HOLD(rows);
}

static const struct {
    const char *host, *key, *why;
} limits[] = {
    { "shop", "'eml':'a.eml'",
      "/script/0/eml: \"send\" takes no \"eml\" from a host of kind \"app\"" },
    { "shop", "'notify':'never'", "/script/0/notify: \"send\" takes no" },
    { "shop", "'ret':'full'", "/script/0/ret: \"send\" takes no" },
    { "shop", "'envid':'x'", "/script/0/envid: \"send\" takes no" },
    { "pc", "'html':'<p>'",
      "/script/0/html: \"send\" takes no \"html\" from a host of kind \"browser\"" },
    { "pc", "'attachments':[{'name':'a','text':'b'}]", "/script/0/attachments: \"send\" takes no" },
    { "pc", "'eml':'a.eml'", "/script/0/eml: \"send\" takes no" },
    { "pc", "'envid':'x'", "/script/0/envid: \"send\" takes no" },
};

/* What is asked of hands that cannot do it is a mistake of the file, and not left out. */
Test(app, and_a_browser_say_what_they_cannot_send)
{
    for (size_t i = 0; i < COUNT(limits); i++) {
        struct small_world w;
        struct buf body = { 0 }, text = { 0 };
        buf_addz(&body,
                 "'hosts':{" SHOP("") "," API(
                     "") "," SMALL_NET
                         ",'web.example.net':{'kind':'webmail','mail-host':'mail.example.net'},"
                         "'pc':{'kind':'browser','account':'bob@example.net',"
                         "'webmail':'web.example.net'}},'script':[{'at':'1s','do':'send','host':'");
        buf_addz(&body, limits[i].host);
        buf_addz(&body, "','to':'bob@example.net','subject':'S','text':'T',");
        buf_addz(&body, limits[i].key);
        buf_addz(&body, "}]");
        cr_expect(!small_world_new(&w, buf_z(&body)), "row %zu", i);
        problems_text(&w.problems, &text);
        cr_expect(slice_find(buf_slice(&text), slice_of(limits[i].why)) != SLICE_NONE,
                  "row %zu: %s", i, buf_z(&text));
        buf_deinit(&body);
        buf_deinit(&text);
        small_world_free(&w);
    }
}

/* A key that cannot stand in a field of HTTP, or is nothing, is one that opens too much. */
Test(app, keys_that_are_none)
{
    static const char *const keys[] = { "", "a b", "a\\r\\nX: y", "=", "a=b", "\xc3\xbc" };
    for (size_t i = 0; i < COUNT(keys); i++) {
        for (int at_api = 0; at_api < 2; at_api++) {
            struct small_world w;
            struct buf body = { 0 };
            buf_addz(&body, "'hosts':{'shop':{'kind':'app','from':'orders@shop.example',"
                            "'api':'api.sender.example','key':'");
            buf_addz(&body, at_api ? "sk-1" : keys[i]);
            buf_addz(&body, "'},'api.sender.example':{'kind':'api',"
                            "'domain':'bounces.sender.example','keys':{'shop':'");
            buf_addz(&body, at_api ? keys[i] : "sk-1==");
            buf_addz(&body, "'}}}");
            cr_expect(!small_world_new(&w, buf_z(&body)), "key %zu", i);
            const char *who = at_api ? "host \"api.sender.example\": keys: that of \"shop\" must"
                                     : "host \"shop\": its key must";
            cr_expect(slice_starts(slice_of(w.err.text), slice_of(who)), "key %zu: %s", i,
                      w.err.text);
            buf_deinit(&body);
            small_world_free(&w);
        }
    }
}

Test(app, calls_hosts_of_the_kind_that_answers)
{
    static const struct {
        const char *host, *problem;
    } strangers[] = {
        { "'shop':{'kind':'app','from':'a@shop.example','api':'mail.example.net','key':'k'}",
          "/hosts/shop/api: this must be a host of kind \"api\"; \"mail.example.net\" is one of "
          "kind "
          "\"mail\"" },
        { "'pc':{'kind':'browser','account':'bob@example.net','webmail':'mail.example.net'}",
          "/hosts/pc/webmail: this must be a host of kind \"webmail\"" },
        { "'web':{'kind':'webmail','mail-host':'web'}",
          "/hosts/web/mail-host: this must be a host of kind \"mail\"; \"web\" is one of kind" },
        { "'shop':{'kind':'app','from':'a@shop.example','api':'nobody','key':'k'}",
          "/hosts/shop/api: there is no host \"nobody\"" },
    };
    for (size_t i = 0; i < COUNT(strangers); i++) {
        struct small_world w;
        struct buf body = { 0 }, text = { 0 };
        buf_addz(&body, "'hosts':{" SMALL_NET ",");
        buf_addz(&body, strangers[i].host);
        buf_addz(&body, "}");
        cr_expect(!small_world_new(&w, buf_z(&body)), "row %zu", i);
        problems_text(&w.problems, &text);
        cr_expect(slice_find(buf_slice(&text), slice_of(strangers[i].problem)) != SLICE_NONE,
                  "row %zu: %s", i, buf_z(&text));
        buf_deinit(&body);
        buf_deinit(&text);
        small_world_free(&w);
    }
}
