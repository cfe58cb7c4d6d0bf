#include "tests/lib/dns_lab.h"

#include <criterion/criterion.h>

#include <string.h>

/* A little internet: each server is an address and the zones it answers for. */
enum { ROOT, TLD_ORG, TLD_NET, EXAMPLE, PROVIDER, LIAR, SERVERS };
static const uint32_t ips[SERVERS] = { 0x0a000001, 0x0a000002, 0x0a000003,
                                       0xc0000235, 0xc6336435, 0xcb007135 };

struct internet {
    struct dns_lab server[SERVERS];
    bool silent[SERVERS];
    void (*twist)(struct dns_writer *answer, slice query); /* what EXAMPLE does to its answers */
    struct dns_cache *cache;
    struct buf log; /* "root? example.org MX\n" ... and then the reply */
    uint16_t id;
};
static const char *const names[SERVERS] = { "root", "org", "net", "example", "provider", "liar" };

#define TOP(origin, ns) "@ 86400 SOA " ns " root 1 2 3 4 900\n@ 86400 NS " ns "\n"

static void build(struct internet *in)
{
    memset(in, 0, sizeof *in);
    buf_init(&in->log);
    in->cache = dns_cache_new();
    for (size_t i = 0; i < SERVERS; i++) {
        dns_lab_init(&in->server[i]);
    }
    dns_lab_zone(&in->server[ROOT], "",
                 TOP(".", "a.root.") "a.root. A 10.0.0.1\n"
                                     "org. 86400 NS ns.org.\nns.org. 86400 A 10.0.0.2\n"
                                     "net. 86400 NS ns.net.\nns.net. 86400 A 10.0.0.3\n");
    dns_lab_zone(&in->server[TLD_ORG], "org",
                 TOP("org", "ns") "ns A 10.0.0.2\n"
                                  "example 3600 NS ns1.example\nns1.example 3600 A 192.0.2.53\n"
                                  "hosted 3600 NS dns1.provider.net.\n"
                                  "broken 3600 NS nowhere.provider.net.\n"
                                  "noglue 3600 NS ns.noglue\n"
                                  "lying 3600 NS ns.lying\nns.lying 3600 A 203.0.113.53\n");
    dns_lab_zone(
        &in->server[TLD_NET], "net",
        TOP("net", "ns") "ns A 10.0.0.3\n"
                         "provider 3600 NS dns1.provider\ndns1.provider A 198.51.100.53\n");
    dns_lab_zone(
        &in->server[EXAMPLE], "example.org",
        "@ 3600 SOA ns1 root 1 2 3 4 600\n@ NS ns1\nns1 A 192.0.2.53\n"
        "@ 300 MX 10 mail\nmail 60 A 192.0.2.25\nzero 0 A 192.0.2.26\n"
        "www CNAME mail\nfar 30 CNAME www.hosted.org.\nring1 CNAME ring2\nring2 CNAME ring1\n");
    dns_lab_zone(&in->server[PROVIDER], "provider.net",
                 "@ 3600 SOA dns1 root 1 2 3 4 600\n@ NS dns1\ndns1 A 198.51.100.53\n");
    dns_lab_zone(&in->server[PROVIDER], "hosted.org",
                 "@ 3600 SOA dns1.provider.net. root 1 2 3 4 600\n@ NS dns1.provider.net.\n"
                 "www A 198.51.100.80\n");
    dns_lab_zone(&in->server[LIAR], "",
                 "@ 3600 SOA ns root 1 2 3 4 600\n"
                 "www.lying.org. 3600 CNAME mail.example.org.\n"
                 "mail.example.org. 3600 A 203.0.113.66\n");
}

static void demolish(struct internet *in)
{
    for (size_t i = 0; i < SERVERS; i++) {
        dns_lab_deinit(&in->server[i]);
    }
    dns_cache_free(in->cache);
    buf_deinit(&in->log);
}

static void log_question(struct internet *in, size_t server, const struct dns_resolve *r)
{
    uint16_t type;
    const struct dns_name *name = dns_resolve_asked(r, &type);
    buf_addz(&in->log, names[server]);
    buf_addz(&in->log, r->tcp ? " by tcp? " : r->plain ? " without edns? " : "? ");
    buf_add(&in->log, dns_name_slice(name));
    buf_byte(&in->log, ' ');
    buf_addz(&in->log, dns_type_name(type));
    buf_byte(&in->log, '\n');
}

/* Sends the packet to whoever has that address, and gives its answer back. */
static void deliver(struct internet *in, struct dns_resolve *r, slice query, uint32_t ip,
                    sim_time now)
{
    struct dns_writer answer = { 0 };
    size_t server = 0, limit = r->tcp ? DNS_TCP_MAX : DNS_UDP_MAX;
    while (server < SERVERS && ips[server] != ip) {
        server++;
    }
    cr_assert_lt(server, SERVERS);
    log_question(in, server, r);
    if (in->silent[server] ||
        !dns_authority_answer(&in->server[server].zones, query, limit, &answer)) {
        dns_resolve_timeout(r, in->cache, now);
    } else {
        if (in->twist && server == EXAMPLE) {
            in->twist(&answer, query);
        }
        slice packet = dns_write_end(&answer);
        cr_expect(!dns_resolve_heard(r, in->cache, packet, ip + 1, now), "from elsewhere");
        answer.out.ptr[0]++;
        cr_expect(!dns_resolve_heard(r, in->cache, packet, ip, now), "another id");
        answer.out.ptr[0]--;
        answer.out.ptr[2] = (char)(answer.out.ptr[2] ^ 0x80);
        cr_expect(!dns_resolve_heard(r, in->cache, packet, ip, now), "a query");
        answer.out.ptr[2] = (char)(answer.out.ptr[2] ^ 0x80);
        cr_expect(dns_resolve_heard(r, in->cache, packet, ip, now));
        cr_expect(!dns_resolve_heard(r, in->cache, packet, ip, now), "twice");
    }
    dns_writer_deinit(&answer);
}

static const char *resolve(struct internet *in, const char *name, uint16_t type, sim_time now)
{
    struct dns_resolve r;
    struct dns_writer w = { 0 };
    struct dns_query client = { .id = 9, .has_question = true, .limit = DNS_UDP_MAX };
    uint32_t ip;
    client.question = (struct dns_question){ .type = type, .class_ = DNS_IN };
    cr_assert(dns_name_set(&client.question.name, slice_of(name)));
    buf_clear(&in->log);
    dns_resolve_start(&r, &client.question, &ips[ROOT], 1);
    int limit = 100;
    while (limit-- > 0 && dns_resolve_next(&r, in->cache, now, ++in->id, &w, &ip) == DNS_SEND) {
        deliver(in, &r, dns_write_end(&w), ip, now);
    }
    cr_expect_gt(limit, 0);
    dns_resolve_reply(&r, in->cache, now, &client, &w);
    dns_lab_text(dns_write_end(&w), &in->log);
    dns_resolve_deinit(&r);
    dns_writer_deinit(&w);
    return buf_z(&in->log);
}

#define FROM_TOP(q) "root? " q "\norg? " q "\n"
#define SOA_EXAMPLE "SOA ns1.example.org. root.example.org. 1 2 3 4 600\n"

Test(dns_resolve, goes_down_from_the_root_and_remembers)
{
    static const struct {
        const char *why, *name;
        uint16_t type;
        sim_time at; /* s */
        const char *log;
    } rows[] = {
        { "from the root", "Example.org", DNS_MX, 0,
          FROM_TOP("Example.org MX") "example? Example.org MX\nNOERROR\n"
                                     "an Example.org. 300 IN MX 10 mail.example.org.\n" },
        { "from the cache, aged", "example.ORG", DNS_MX, 100,
          "NOERROR\nan example.ORG. 200 IN MX 10 mail.example.org.\n" },
        { "the way is known", "mail.example.org", DNS_A, 100,
          "example? mail.example.org A\nNOERROR\nan mail.example.org. 60 IN A 192.0.2.25\n" },
        { "glue is no answer", "ns1.example.org", DNS_A, 100,
          "example? ns1.example.org A\nNOERROR\nan ns1.example.org. 3600 IN A 192.0.2.53\n" },
        { "TTL over", "example.org", DNS_MX, 300,
          "example? example.org MX\nNOERROR\nan example.org. 300 IN MX 10 mail.example.org.\n" },
        { "an alias", "www.example.org", DNS_A, 300,
          "example? www.example.org A\nNOERROR\nan www.example.org. 3600 IN CNAME "
          "mail.example.org.\nan mail.example.org. 60 IN A 192.0.2.25\n" },
        { "an alias, half of it known", "www.example.org", DNS_A, 400,
          "example? mail.example.org A\nNOERROR\nan www.example.org. 3500 IN CNAME "
          "mail.example.org.\nan mail.example.org. 60 IN A 192.0.2.25\n" },
        { "no such name", "nobody.example.org", DNS_A, 400,
          "example? nobody.example.org A\nNXDOMAIN\nns example.org. 600 IN " SOA_EXAMPLE },
        { "remembered, for every type", "nobody.example.org", DNS_MX, 500,
          "NXDOMAIN\nns example.org. 500 IN " SOA_EXAMPLE },
        { "no such record", "mail.example.org", DNS_MX, 500,
          "example? mail.example.org MX\nNOERROR\nns example.org. 600 IN " SOA_EXAMPLE },
        { "remembered, for this type only", "mail.example.org", DNS_MX, 501,
          "NOERROR\nns example.org. 599 IN " SOA_EXAMPLE },
        { "TTL 0 is used once", "zero.example.org", DNS_A, 501,
          "example? zero.example.org A\nNOERROR\nan zero.example.org. 0 IN A 192.0.2.26\n" },
        { "and asked again", "zero.example.org", DNS_A, 502,
          "example? zero.example.org A\nNOERROR\nan zero.example.org. 0 IN A 192.0.2.26\n" },
        { "a server without glue is looked up first", "www.hosted.org", DNS_A, 502,
          "org? www.hosted.org A\nroot? dns1.provider.net A\nnet? dns1.provider.net A\n"
          "provider? www.hosted.org A\nNOERROR\nan www.hosted.org. 3600 IN A 198.51.100.80\n" },
        { "an alias across zones", "far.example.org", DNS_A, 602,
          "example? far.example.org A\nNOERROR\nan far.example.org. 30 IN CNAME www.hosted.org.\n"
          "an www.hosted.org. 3500 IN A 198.51.100.80\n" },
        { "aliases in a ring", "ring1.example.org", DNS_A, 602,
          "example? ring1.example.org A\nSERVFAIL\n" },
        { "a lying server is heard for its own zone only", "www.lying.org", DNS_A, 602,
          "org? www.lying.org A\nliar? www.lying.org A\nexample? mail.example.org A\nNOERROR\n"
          "an www.lying.org. 3600 IN CNAME mail.example.org.\n"
          "an mail.example.org. 60 IN A 192.0.2.25\n" },
        { "any is refused", "example.org", DNS_ANY, 602, "NOTIMP\n" },
        { "and what is no type of a record: OPT (RFC 6891 6.1.1)", "example.org", DNS_OPT, 602,
          "NOTIMP\n" },
        { "and AXFR", "example.org", 252, 602, "NOTIMP\n" },
    };
    struct internet in;
    build(&in);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *log = resolve(&in, rows[i].name, rows[i].type, rows[i].at * SIM_SECOND);
        cr_expect_str_eq(log, rows[i].log, "%s", rows[i].why);
    }
    demolish(&in);
}

Test(dns_resolve, gives_up_where_nothing_helps)
{
    static const struct {
        const char *why, *name;
        bool silent[SERVERS];
        const char *log;
    } rows[] = {
        { "a silent server is asked twice",
          "example.org",
          { [EXAMPLE] = true },
          FROM_TOP("example.org A") "example? example.org A\nexample? example.org A\nSERVFAIL\n" },
        { "a silent root",
          "example.org",
          { [ROOT] = true },
          "root? example.org A\nroot? example.org A\nSERVFAIL\n" },
        { "the name server's name does not exist",
          "x.broken.org",
          { false },
          FROM_TOP("x.broken.org A") "root? nowhere.provider.net A\nnet? nowhere.provider.net A\n"
                                     "provider? nowhere.provider.net A\norg? x.broken.org A\n"
                                     "org? x.broken.org A\nSERVFAIL\n" },
        { "glue is missing",
          "x.noglue.org",
          { false },
          FROM_TOP("x.noglue.org A") "org? x.noglue.org A\norg? x.noglue.org A\nSERVFAIL\n" },
        { "a server that does not know its zone",
          "lame.lying.org",
          { false },
          FROM_TOP("lame.lying.org A") "liar? lame.lying.org A\nSERVFAIL\n" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct internet in;
        build(&in);
        memcpy(in.silent, rows[i].silent, sizeof in.silent);
        if (i == 4) {
            dns_lab_deinit(&in.server[LIAR]);
            dns_lab_init(&in.server[LIAR]);
        }
        cr_expect_str_eq(resolve(&in, rows[i].name, DNS_A, 0), rows[i].log, "%s", rows[i].why);
        demolish(&in);
    }
}

/* ---- answers as nobody should give them ---- */

static bool has_opt(slice query)
{
    return query.ptr[11] != 0; /* one additional record */
}

static void refuse(struct dns_writer *w, slice query, enum dns_rcode rcode, bool question)
{
    struct dns_query q;
    cr_assert(dns_query_read(&q, query, DNS_UDP_MAX));
    q.has_question = question;
    q.edns = rcode == DNS_BADVERS;
    q.refusal = rcode;
    dns_query_refuse(&q, rcode, w);
}

static void knows_no_edns(struct dns_writer *w, slice query)
{
    if (has_opt(query)) {
        refuse(w, query, DNS_FORMERR, false);
    }
}

static void never_likes_the_form(struct dns_writer *w, slice query)
{
    refuse(w, query, DNS_FORMERR, true);
}

static void has_another_version(struct dns_writer *w, slice query)
{
    refuse(w, query, DNS_BADVERS, true);
}

static void fails(struct dns_writer *w, slice query)
{
    refuse(w, query, DNS_SERVFAIL, true);
}

static void wants_tcp(struct dns_writer *w, slice query)
{
    w->header.truncated = w->limit < DNS_TCP_MAX;
    (void)query;
}

static void always_cuts(struct dns_writer *w, slice query)
{
    w->header.truncated = true;
    (void)query;
}

static void says_more_than_it_counts(struct dns_writer *w, slice query)
{
    buf_byte(&w->out, '\0');
    (void)query;
}

static void is_not_the_authority(struct dns_writer *w, slice query)
{
    w->header.authoritative = false;
    (void)query;
}

static void write_twisted(struct dns_writer *w, slice query, const struct dns_record *rr)
{
    struct dns_query q;
    cr_assert(dns_query_read(&q, query, DNS_UDP_MAX));
    dns_query_begin(&q, (struct dns_header){ .authoritative = rr->section == DNS_ANSWER }, w);
    cr_assert(dns_write_record(w, rr));
    dns_query_end(&q, w);
}

static void points_upwards(struct dns_writer *w, slice query)
{
    struct dns_record ns = { .type = DNS_NS, .class_ = DNS_IN, .ttl = 60 };
    ns.section = DNS_AUTHORITY;
    cr_assert(dns_name_set(&ns.target, SLICE("a.root")));
    write_twisted(w, query, &ns);
}

static void answers_another_question(struct dns_writer *w, slice query)
{
    struct dns_record a = { .type = DNS_A, .class_ = DNS_IN, .ttl = 60, .a = 1 };
    cr_assert(dns_name_set(&a.name, SLICE("www.provider.net")));
    write_twisted(w, query, &a);
}

Test(dns_resolve, bears_with_what_servers_say)
{
    static const struct {
        const char *why;
        void (*twist)(struct dns_writer *answer, slice query);
        const char *log, *again; /* the second: one second later */
    } rows[] = {
        { "without EDNS where the server has none (RFC 6891 7), and next time at once",
          knows_no_edns,
          "example? mail.example.org A\nexample without edns? mail.example.org A\nNOERROR\n"
          "an mail.example.org. 60 IN A 192.0.2.25\n",
          "example without edns? mail.example.org MX\nNOERROR\nns example.org. 600 "
          "IN " SOA_EXAMPLE },
        { "who likes the form of nothing is asked twice at most", never_likes_the_form,
          "example? mail.example.org A\nexample without edns? mail.example.org A\nSERVFAIL\n",
          "example without edns? mail.example.org MX\nSERVFAIL\n" },
        { "an extended RCODE is no answer (RFC 6891 6.1.3)", has_another_version,
          "example? mail.example.org A\nSERVFAIL\n", "example? mail.example.org MX\nSERVFAIL\n" },
        { "who fails is not asked again for this", fails, "example? mail.example.org A\nSERVFAIL\n",
          "example? mail.example.org MX\nSERVFAIL\n" },
        { "truncated: by TCP (RFC 7766 5)", wants_tcp,
          "example? mail.example.org A\nexample by tcp? mail.example.org A\nNOERROR\n"
          "an mail.example.org. 60 IN A 192.0.2.25\n",
          "example? mail.example.org MX\nexample by tcp? mail.example.org MX\nNOERROR\n"
          "ns example.org. 600 IN " SOA_EXAMPLE },
        { "what is cut off is never believed (RFC 2181 9)", always_cuts,
          "example? mail.example.org A\nexample by tcp? mail.example.org A\nSERVFAIL\n",
          "example? mail.example.org MX\nexample by tcp? mail.example.org MX\nSERVFAIL\n" },
        { "octets behind the end", says_more_than_it_counts,
          "example? mail.example.org A\nSERVFAIL\n", "example? mail.example.org MX\nSERVFAIL\n" },
        { "no authority", is_not_the_authority, "example? mail.example.org A\nSERVFAIL\n",
          "example? mail.example.org MX\nSERVFAIL\n" },
        { "upwards", points_upwards, "example? mail.example.org A\nSERVFAIL\n",
          "example? mail.example.org MX\nSERVFAIL\n" },
        { "something else", answers_another_question, "example? mail.example.org A\nNOERROR\n",
          "example? mail.example.org MX\nNOERROR\n" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct internet in;
        build(&in);
        (void)resolve(&in, "example.org", DNS_NS, 0);
        in.twist = rows[i].twist;
        const char *log = resolve(&in, "mail.example.org", DNS_A, SIM_SECOND);
        cr_expect_str_eq(log, rows[i].log, "%s", rows[i].why);
        log = resolve(&in, "mail.example.org", DNS_MX, 2 * SIM_SECOND);
        cr_expect_str_eq(log, rows[i].again, "%s", rows[i].why);
        demolish(&in);
    }
}

/* RFC 2308 7: a failure is kept for a few seconds and no longer. */
Test(dns_resolve, remembers_that_it_failed)
{
    static const struct {
        sim_time at; /* s */
        bool silent;
        const char *log;
    } rows[] = {
        { 0, true, "example? mail.example.org A\nexample? mail.example.org A\nSERVFAIL\n" },
        { 4, false, "SERVFAIL\n" },
        { 5, false,
          "example? mail.example.org A\nNOERROR\nan mail.example.org. 60 IN A 192.0.2.25\n" },
        { 10, true, "NOERROR\nan mail.example.org. 55 IN A 192.0.2.25\n" },
    };
    struct internet in;
    build(&in);
    (void)resolve(&in, "example.org", DNS_NS, 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        in.silent[EXAMPLE] = rows[i].silent;
        const char *log = resolve(&in, "mail.example.org", DNS_A, rows[i].at * SIM_SECOND);
        cr_expect_str_eq(log, rows[i].log, "at %u", (unsigned)rows[i].at);
    }
    demolish(&in);
}

/* RFC 1034 5.3.3: the fastest first; any that was not asked lately before it. */
Test(dns_resolve, asks_the_fastest_server_first)
{
    static const struct {
        sim_time took[2]; /* s; 0: it does not answer */
        uint32_t asked;   /* the first */
        sim_time at;
    } rows[] = {
        { { 3, 1 }, 0, 0 },
        { { 3, 1 }, 1, 100 },
        { { 3, 1 }, 1, 200 },
        { { 3, 9 }, 1, 300 },
        { { 3, 9 }, 0, 400 },
        { { 0, 1 }, 0, 500 },
        { { 0, 1 }, 1, 600 },
        { { 3, 1 }, 1, 700 },
        { { 3, 1 }, 0, 705 + 15 * 60 }, /* after a quarter of an hour it gets another chance */
    };
    static const uint32_t two[] = { 1, 2 };
    struct dns_cache *c = dns_cache_new();
    struct dns_writer w = { 0 };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dns_resolve r;
        struct dns_question q = { .type = DNS_A, .class_ = DNS_IN };
        uint32_t ip = 0, first = 0;
        sim_time now = rows[i].at * SIM_SECOND;
        char name[] = "a.test";
        name[0] = (char)('a' + i);
        cr_assert(dns_name_set(&q.name, slice_of(name)));
        dns_resolve_start(&r, &q, two, 2);
        while (dns_resolve_next(&r, c, now, 7, &w, &ip) == DNS_SEND) {
            sim_time took = rows[i].took[ip - 1];
            first = first ? first : ip;
            now += (took ? took : 2) * SIM_SECOND;
            struct dns_query query;
            (void)dns_query_read(&query, dns_write_end(&w), DNS_UDP_MAX);
            dns_query_refuse(&query, DNS_SERVFAIL, &w);
            if (took == 0) {
                dns_resolve_timeout(&r, c, now);
            } else {
                cr_expect(dns_resolve_heard(&r, c, dns_write_end(&w), ip, now));
            }
        }
        cr_expect_eq(first, two[rows[i].asked], "row %zu", i);
        dns_resolve_deinit(&r);
    }
    dns_writer_deinit(&w);
    dns_cache_free(c);
}

/* RFC 1035 7.4: all records of a name and type are kept, or none. */
Test(dns_resolve, keeps_a_set_whole_however_large)
{
    enum { MANY = 1500 };
    static const char *const logs[] = {
        "example? many.example.org A\nexample by tcp? many.example.org A\n", ""
    };
    struct internet in;
    build(&in);
    (void)resolve(&in, "example.org", DNS_NS, 0);
    for (uint32_t i = 0; i < MANY; i++) {
        dns_zone_add(&in.server[EXAMPLE].zone[0], SLICE("many.example.org"), DNS_A, 60)->a = i + 1;
    }
    for (size_t i = 0; i < COUNT(logs); i++) {
        struct dns_cached known;
        struct dns_record rr;
        uint32_t count = 0;
        const char *log = resolve(&in, "many.example.org", DNS_A, SIM_SECOND);
        cr_expect(slice_starts(slice_of(log), slice_of(logs[i])), "%zu: %s", i, log);
        cr_expect(slice_starts(slice_from(slice_of(log), strlen(logs[i])), SLICE("NOERROR tc\n")));
        cr_assert(dns_cache_get(in.cache, SIM_SECOND, SLICE("many.example.org"), DNS_A,
                                DNS_RANK_ANSWER, &known));
        while (dns_read_record(&known.records, &rr) && rr.a == count + 1) {
            count++;
        }
        cr_expect_eq(count, MANY, "%zu: %u", i, (unsigned)count);
    }
    demolish(&in);
}

/* RFC 1035 7.1: a question that would lead on and on has its limit. */
Test(dns_resolve, does_so_much_for_a_question_and_no_more)
{
    struct dns_suffix suffixes[DNS_LABELS_MAX + 1];
    struct dns_question q = { .type = DNS_A, .class_ = DNS_IN };
    struct dns_cache *c = dns_cache_new();
    struct dns_writer w = { 0 };
    struct dns_resolve r;
    size_t asked = 0;
    uint32_t ip;
    cr_assert(dns_name_set(&q.name, SLICE("a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z."
                                          "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z")));
    slice name = dns_name_slice(&q.name);
    size_t labels = dns_name_suffixes(name, suffixes) - 1;
    dns_resolve_start(&r, &q, &ips[ROOT], 1);
    while (dns_resolve_next(&r, c, 0, 7, &w, &ip) == DNS_SEND) {
        struct dns_query query;
        struct dns_record ns = { .type = DNS_NS, .class_ = DNS_IN, .ttl = 60 };
        struct dns_record a = { .type = DNS_A, .class_ = DNS_IN, .ttl = 60, .a = ips[ROOT] };
        cr_assert_lt(++asked, labels);
        ns.section = DNS_AUTHORITY;
        a.section = DNS_ADDITIONAL;
        cr_assert(dns_name_set(&ns.name, slice_from(name, suffixes[labels - asked].at)));
        dns_name_copy(&ns.target, &ns.name);
        dns_name_copy(&a.name, &ns.name);
        cr_assert(dns_query_read(&query, dns_write_end(&w), DNS_UDP_MAX));
        dns_query_begin(&query, (struct dns_header){ 0 }, &w);
        cr_assert(dns_write_record(&w, &ns) && dns_write_record(&w, &a));
        dns_query_end(&query, &w);
        cr_assert(dns_resolve_heard(&r, c, dns_write_end(&w), ip, 0));
    }
    cr_expect_eq(r.state, DNS_FAILED);
    cr_expect_eq(asked, DNS_RESOLVE_STEPS, "%zu", asked);
    dns_resolve_deinit(&r);
    dns_writer_deinit(&w);
    dns_cache_free(c);
}
