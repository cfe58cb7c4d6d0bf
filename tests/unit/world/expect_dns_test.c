#include "tests/lib/small_world.h"

#include <criterion/criterion.h>

/* clang-format off */
#define BOB(at) SMALL_SEND(at, "bob@example.net")
#define WORLD "'zones':{'example.net':['@ 10m MX 10 mail']}," SMALL_HOSTS ",'script':[" BOB("1s") "," BOB("5min") ","     \
    SMALL_SEND("6min", "a@nowhere.invalid") "," SMALL_DO("20min", "dns.isp.test", "down") "," SMALL_DO("21min", "dns.isp.test", "up") "]"

static const struct {
    bool holds;
    const char *expect;
} rows[] = {
    { true, "{'cache':'dns.isp.test','at':'2min','name':'EXAMPLE.net','type':'MX','contains':'MX 10 mail'}" },
    { false, "{'cache':'dns.isp.test','at':'2min','name':'example.net','type':'MX','contains':'MX 20'}" },
    { false, "{'cache':'dns.isp.test','at':'2min','name':'example.net','type':'MX','holds':false}" },
    { true, "{'cache':'dns.isp.test','at':'11min','name':'example.net','type':'MX','holds':false}" },
    { true, "{'cache':'dns.isp.test','at':'2min','name':'example.net','left-min':'7min','left-max':'9min'}" },
    { false, "{'cache':'dns.isp.test','at':'2min','name':'example.net','left-max':'7min'}" },
    { false, "{'cache':'dns.isp.test','at':'2min','name':'example.net','left-min':'9min'}" },
    { true, "{'cache':'dns.isp.test','at':'7min','name':'nowhere.invalid','type':'MX','contains':'NXDOMAIN'}" },
    { true, "{'cache':'dns.isp.test','at':'7min','name':'nowhere.invalid','type':'A'}" },
    { true, "{'cache':'dns.isp.test','at':'19min','name':'mail.example.net','type':'A'}" },
    { true, "{'cache':'dns.isp.test','at':'20min','name':'any','holds':false}" },
    { true, "{'dns':'example.net','type':'MX','host':'mail.example.org','from-cache':'yes','count':1}" },
    { true, "{'dns':'example.net','type':'MX','host':'mail.example.org','from-cache':'no','count':1}" },
    { false, "{'dns':'example.net','type':'MX','host':'mail.example.org','from-cache':'no','count':2}" },
    { true, "{'dns':'example.net','type':'MX','host':'dns.isp.test','from-cache':'yes','count':0}" },
    { true, "{'dns':'any','host':'mail.example.org','server':'dns.isp.test','rcode':'NXDOMAIN','count':1}" },
    { true, "{'dns':'any','server':'ns.names.test','rcode':'NXDOMAIN','count':1}" },
    { true, "{'dns':'example.net','rcode':'NOERROR','host':'mail.example.org','count':2}" },
    { true, "{'dns':'example.net','rcode':'SERVFAIL','count':0}" },
    { true, "{'dns':'example.net','type':'MX','ttl-min':'10min','host':'mail.example.org','count':1}" },
    { true, "{'dns':'example.net','type':'MX','ttl-max':'6min','ttl-min':'5min','host':'mail.example.org','count':1}" },
    { false, "{'dns':'example.net','type':'MX','ttl-max':'4min'}" },
    { true, "{'dns':'example.net','type':'MX','over':'udp','host':'mail.example.org','count':2}" },
    { false, "{'dns':'example.net','type':'MX','over':'tcp'}" },
};
/* clang-format on */

Test(expect_dns, sees_caches_and_answers)
{
    struct buf text = { 0 };
    buf_addz(&text, WORLD ",'expect':[");
    for (size_t i = 0; i < COUNT(rows); i++) {
        buf_addz(&text, i > 0 ? "," : "");
        buf_addz(&text, rows[i].expect);
    }
    buf_addz(&text, "]");
    struct small_world w;
    bool made = small_world_new(&w, buf_z(&text));
    struct buf shown = { 0 };
    problems_text(&w.problems, &shown);
    cr_assert(made, "%s", buf_z(&shown));
    buf_deinit(&shown);
    small_world_run(&w);
    size_t seen = 0;
    struct buf scratch = { 0 };
    for (uint64_t n = 1; n <= w.trace.count; n++) {
        const struct trace_rec *r = trace_at(&w.trace, n);
        if (r->kind == TRACE_EXPECT) {
            slice said = trace_payload(&w.trace, r->c, &scratch);
            cr_expect_eq(r->b, rows[r->a - 1].holds, "%s\n%.*s", rows[r->a - 1].expect,
                         SLICE_ARG(said));
            seen++;
        }
    }
    cr_expect_eq(seen, COUNT(rows));
    buf_deinit(&scratch);
    buf_deinit(&text);
    small_world_free(&w);
}

Test(expect_dns, sees_tcp)
{
    static const struct small_row tcp[] = {
        { "by TCP where an answer was cut", SMALL_HOSTS
          ",'script':[{'at':'0s','host':'ns.names.test','do':'dns-fault','what':'truncate'}," BOB(
              "1s") "],'expect':[{'dns':'example.net','type':'MX','over':'tcp','count':1},"
                    "{'dns':'example.net','type':'MX','over':'tcp','answer':'MX 10 "
                    "mail','count':1},"
                    "{'dns':'example.net','type':'MX','over':'udp','answer':'truncated','count':1}"
                    "]" },
    };
    SMALL_WORLDS_HOLD(tcp);
}
