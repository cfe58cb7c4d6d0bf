#include "sim/actors/api.h"

#include "sim/base/err.h"
#include "sim/base/mem.h"
#include "tests/lib/small_world.h"
#include "tests/lib/stranger.h"

#include <criterion/criterion.h>

/* clang-format off */
#define SHOP                                                                                       \
    "'shop':{'kind':'app','from':'orders@shop.example','api':'api.sender.example','key':'sk-1',"   \
    "'tls':false}"
#define API(more)                                                                                  \
    "'api.sender.example':{'kind':'api','domain':'bounces.sender.example','retry':'1min',"         \
    "'keys':{'shop':'sk-1'},'http':true" more "}"
#define SENDS(to)                                                                                  \
    "{'at':'1s','host':'shop','do':'send','to':[" to "],'subject':'Reset','text':'Click'}"

static const struct small_row rows[] = {
    { "refused by the recipient's server: the report comes to the address that names him",
      "'hosts':{" SHOP "," API("") "," SMALL_NET "},'script':[" SENDS("'nobody@example.net'")
      "],'expect':[{'outcome':'bounced','to':'nobody@example.net','count':1},"
      "{'outcome':'delivered','to':'bounce-1.1-nobody=example.net@bounces.sender.example',"
      "'host':'api.sender.example','count':1}]" },
    { "refused by a host further on: its report comes by SMTP",
      "'hosts':{" SHOP "," API("") ","
      "'store.example.net':{'kind':'store','domain':'example.net','accounts':{'bob':'b'}},"
      "'mx.example.net':{'kind':'mx','domain':'example.net','next':'store.example.net'}},"
      "'script':[" SENDS("'nobody@example.net'") "],'expect':["
      "{'connections':'smtp','from':'mx.example.net','to':'api.sender.example','count':1},"
      "{'said':'RCPT TO:<bounce-1.1-nobody=example.net@bounces.sender.example>','count':1},"
      "{'outcome':'delivered','host':'api.sender.example','count':1}]" },
    { "to an address of other letters, which stands in the reverse-path, too (RFC 6531 3.4)",
      "'hosts':{" SHOP "," API("") ",'mail.example.net':{'kind':'mail','domain':'example.net',"
      "'accounts':{'özgür':'o'}}},'script':[" SENDS("'özgür@example.net'") "],'expect':["
      "{'said':'SMTPUTF8','by':'client','service':'smtp','count':1},"
      "{'mailbox':'özgür@example.net','messages':1}]" },
    { "a return path that it never gave is nobody's",
      "'hosts':{" SMALL_ALICE "," SMALL_ORG "," API("") "},'script':["
      SMALL_SEND("1s", "bounce-7.1-x@bounces.sender.example") ","
      SMALL_SEND("2s", "postmaster@bounces.sender.example") ","
      SMALL_SEND("3s", "alice@bounces.sender.example") "],'expect':["
      "{'refused':550,'host':'api.sender.example','count':2},"
      "{'outcome':'delivered','to':'postmaster@bounces.sender.example','count':1}]" },
    { "a domain that is not the caller's to send from",
      "'hosts':{" SHOP "," API(",'senders':['other.example']") "," SMALL_NET "},'script':["
      SENDS("'bob@example.net'") "],'expect':[{'said':'HTTP/1.1 403','count':1},"
      "{'connections':'smtp','count':0}]" },
};
/* clang-format on */

Test(api, sends_and_takes_back)
{
    SMALL_WORLDS_HOLD(rows);
}

/* RFC 3834 5.2: a program writes, unless whoever asked for it knows better. */
Test(api, says_that_a_program_writes)
{
    static const struct {
        const char *headers, *said;
    } rows_of_fields[] = {
        { "{}", "\r\nAuto-Submitted: auto-generated\r\n" },
        { "{\"X-A\":\"b\"}", "\r\nAuto-Submitted: auto-generated\r\n" },
        { "{\"auto-submitted\":\"no\"}", "\r\nauto-submitted: no\r\n" },
    };
    for (size_t i = 0; i < COUNT(rows_of_fields); i++) {
        struct small_world w;
        struct buf body = { 0 }, said = { 0 };
        cr_assert(small_world_new(&w, "'hosts':{" SHOP "," API("") "," SMALL_NET "}"));
        struct stage *s = world_stage(w.world);
        buf_addz(&body, "{\"from\":\"orders@shop.example\",\"to\":\"bob@example.net\","
                        "\"subject\":\"S\",\"text\":\"T\",\"headers\":");
        buf_addz(&body, rows_of_fields[i].headers);
        buf_byte(&body, '}');
        buf_addz(&said, "POST /v1/messages HTTP/1.1\r\nHost: api.sender.example\r\n"
                        "Authorization: Bearer sk-1\r\nContent-Type: application/json\r\n"
                        "Connection: close\r\nContent-Length: ");
        fmt_u64(&said, body.len);
        buf_addz(&said, "\r\n\r\n");
        buf_add(&said, buf_slice(&body));
        struct stranger x = { .first = buf_slice(&said) };
        stranger_call(&x, stage_find(s, SLICE("shop")),
                      network_ip_of(s->net, stage_find(s, SLICE("api.sender.example"))->id), 80);
        small_world_run(&w);
        cr_expect_eq(small_world_said(&w, rows_of_fields[i].said), 1, "row %zu: %s", i,
                     buf_z(&x.got));
        cr_expect_eq(small_world_said(&w, "uto-"), 1, "row %zu: once", i);
        stranger_deinit(&x);
        small_world_free(&w);
        buf_deinit(&body);
        buf_deinit(&said);
    }
}

/* What is wrong is told by the name of the member. */
static const struct {
    const char *json;
    uint16_t status;
    const char *field; /* NULL: nothing is wrong */
} bodies[] = {
    { "{'from':'a@b.example','to':'c@d.example','text':'T'}", 0, NULL },
    { "{'from':'The \\u00fcber Shop <a@b.example>','to':['c@d.example'],'html':'<p>'}", 0, NULL },
    { "{'from':'The <best> Shop <a@b.example>','to':'c@d.example','text':'T'}", 0, NULL },
    { "{'from':'<a@b.example','to':'c@d.example','text':'T'}", 422, "from" },
    { "{'from':'>','to':'c@d.example','text':'T'}", 422, "from" },
    { "{'from':'a@b.example','to':['C <c@d.example>'],'text':'T','headers':{'X-A':'b'},"
      "'tags':['x']}",
      0, NULL },
    { "{'from':'a@b.example','to':'c@d.example','text':'T','attachments':[{'name':'a.pdf',"
      "'content':'JVBERg=='},{'name':'\\u00fc','type':'image/png','content':''}]}",
      0, NULL },
    { "{'from':'a@b.example','to':'c@d.example','text':'T','attachments':{}}", 422, "attachments" },
    { "{'from':'a@b.example','to':'c@d.example','text':'T','attachments':['a']}", 422,
      "attachments[0]" },
    { "{'from':'a@b.example','to':'c@d.example','text':'T','attachments':[{'name':'a'}]}", 422,
      "attachments[0]" },
    { "{'from':'a@b.example','to':'c@d.example','text':'T','attachments':[{'name':'a',"
      "'content':'','file':'b'}]}",
      422, "attachments[0]" },
    { "{'from':'a@b.example','to':'c@d.example','text':'T','attachments':[{'name':'',"
      "'content':''}]}",
      422, "attachments[0].name" },
    { "{'from':'a@b.example','to':'c@d.example','text':'T','attachments':[{'name':'a\\r\\nX: y',"
      "'content':''}]}",
      422, "attachments[0].name" },
    { "{'from':'a@b.example','to':'c@d.example','text':'T','attachments':[{'name':'a',"
      "'content':'a'}]}",
      422, "attachments[0].content" },
    { "{'from':'a@b.example','to':'c@d.example','text':'T','attachments':[{'name':'a',"
      "'type':'text/plain\\r\\nX: y','content':''}]}",
      422, "attachments[0].type" },
    { "{'from':'a@b.example','to':'c@d.example','text':'T','attachments':[{'name':'a',"
      "'type':'multipart/mixed','content':''}]}",
      422, "attachments[0].type" },
    { "[]", 400, "" },
    { "{'to':'c@d.example','text':'T'}", 422, "from" },
    { "{'from':'a@b.example','text':'T'}", 422, "to" },
    { "{'from':'a@b.example','to':[],'text':'T'}", 422, "to" },
    { "{'from':'a@b.example','to':'c@d.example'}", 422, "text" },
    { "{'from':'a','to':'c@d.example','text':'T'}", 422, "from" },
    { "{'from':1,'to':'c@d.example','text':'T'}", 422, "from" },
    { "{'from':'a@b.example','to':['c@d.example','nobody'],'text':'T'}", 422, "to[1]" },
    { "{'from':'a@b.example','to':'c@d.example','bcc':[null],'text':'T'}", 422, "bcc[0]" },
    { "{'from':'a@b.example','to':'c@d.example','subject':'a\\r\\nBcc: x@y.example','text':'T'}",
      422, "subject" },
    { "{'from':'x\\nBcc: y <a@b.example>','to':'c@d.example','text':'T'}", 422, "from" },
    { "{'from':'a@b.example','to':'c@d.example','text':'T','headers':{'X-A':'b\\r\\nX: y'}}", 422,
      "headers.X-A" },
    { "{'from':'a@b.example','to':'c@d.example','text':'T','headers':{'X A':'b'}}", 422,
      "headers.X A" },
    { "{'from':'a@b.example','to':'c@d.example','text':'T','headers':{'bCC':'b'}}", 422,
      "headers.bCC" },
    { "{'from':'a@b.example','to':'c@d.example','text':'T','headers':{'Content-Type':'b'}}", 422,
      "headers.Content-Type" },
    { "{'from':'a@b.example','to':'c@d.example','text':'T','tags':[1]}", 422, "tags[0]" },
    { "{'from':'a@b.example','to':'c@d.example','text':'T','txet':'T'}", 422, "txet" },
};

Test(api, names_the_member_that_is_wrong)
{
    for (size_t i = 0; i < COUNT(bodies); i++) {
        struct buf text = { 0 };
        struct json j;
        struct err err;
        size_t at;
        struct api_request *r = mem_alloc(sizeof *r);
        struct api_problem why = { 0 };
        for (const char *c = bodies[i].json; *c; c++) {
            buf_byte(&text, *c == '\'' ? '"' : *c);
        }
        cr_assert(json_read(&j, buf_slice(&text), &at, &err), "row %zu: %s", i, err.text);
        bool ok = api_read(j.root, false, r, &why);
        cr_expect(ok == !bodies[i].field, "row %zu", i);
        if (!ok && bodies[i].field) {
            cr_expect(why.status == bodies[i].status, "row %zu: %u", i, why.status);
            cr_expect(slice_eq(buf_slice(&why.field), slice_of(bodies[i].field)),
                      "row %zu: \"%.*s\"", i, SLICE_ARG(buf_slice(&why.field)));
        }
        buf_deinit(&why.field);
        buf_deinit(&r->bytes);
        mem_free(r);
        json_free(&j);
        buf_deinit(&text);
    }
}
