/* Worlds by chance: ways of TLS, certificates, policies, an attacker, loss, cuts, hosts without
 * power.  Whatever comes of a letter, it is settled, the run is the same again, its capture can be
 * read, and who insists on TLS is not overheard. */
#include "tests/lib/capture_reader.h"
#include "tests/lib/small_world.h"

#include "sim/base/rng.h"
#include "sim/export/pcapng.h"
#include "sim/export/table.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define WORLDS   50
#define BODY_MAX 6000

struct plan {
    struct rng rng;
    char text[BODY_MAX];
    size_t len;
};

#define ADD(p, ...)                                                                                \
    ((p)->len += (size_t)snprintf((p)->text + (p)->len, sizeof(p)->text - (p)->len, __VA_ARGS__))

static const char *one(struct plan *p, const char *const *words)
{
    size_t count = 0;
    while (words[count]) {
        count++;
    }
    return words[rng_below(&p->rng, count)];
}
#define ONE(p, ...) one((p), (const char *const[]){ __VA_ARGS__, NULL })

static const char *add_mail(struct plan *p, const char *domain, const char *user)
{
    const char *send = ONE(p, "none", "opportunistic", "opportunistic", "required");
    ADD(p, "'mail.%s':{'kind':'mail','give-up':'2h','domain':'%s','accounts':{'%s':'w'},", domain,
        domain, user);
    ADD(p, "'tls':'%s',", ONE(p, "none", "opportunistic", "opportunistic", "required"));
    ADD(p, "'certificate':'%s',", ONE(p, "good", "good", "expired", "wrong-name", "self-signed"));
    ADD(p, "'tls-versions':'%s','send-tls':'%s',", ONE(p, "any", "any", "1.2", "1.3"), send);
    ADD(p, "'mta-sts':'%s',", ONE(p, "none", "testing", "enforce"));
    ADD(p, "'mta-sts-max-age':'%s',", ONE(p, "1s", "10min", "7d"));
    ADD(p, "'honour-mta-sts':%s,'pipelining':%s},", ONE(p, "true", "false"),
        ONE(p, "true", "false"));
    return send;
}

static const char *add_device(struct plan *p, const char *user, const char *domain)
{
    const char *tls = ONE(p, "none", "opportunistic", "required", "implicit");
    ADD(p, "'%s-pc':{'kind':'mua','account':'%s@%s','tls':'%s','read':'%s'}", user, user, domain,
        tls, ONE(p, "imap", "pop"));
    return tls;
}

static void add_link(struct plan *p, const char *a, const char *b)
{
    ADD(p, "{'between':['%s','%s'],'latency':'%s','loss':'%s','attack':'%s'}", a, b,
        ONE(p, "1ms", "40ms"), ONE(p, "0%", "0%", "2%", "10%"),
        ONE(p, "none", "none", "strip-starttls"));
}

static unsigned moment(struct plan *p, unsigned most)
{
    return 1000 + (unsigned)rng_below(&p->rng, most);
}

static void add_deeds(struct plan *p)
{
    static const char *const people[][3] = { { "alice", "bob@example.net", "alice@example.org" },
                                             { "bob", "alice@example.org", "no@example.org" } };
    for (int i = 0; i < 6; i++) {
        const char *const *who = people[i % 2];
        ADD(p, "{'at':'%ums','host':'%s-pc','do':'send','to':['%s','%s'],'subject':'S',",
            moment(p, 10000), who[0], who[1], who[2]);
        ADD(p, "'text':'The secret of %s, %s'},", who[0], ONE(p, "short", "long, long, long"));
        ADD(p, "{'at':'%ums','host':'%s-pc','do':'fetch'},", moment(p, 60000), who[0]);
    }
    for (uint64_t i = rng_below(&p->rng, 3); i > 0; i--) {
        const char *host = ONE(p, "mail.example.org", "mail.example.net");
        unsigned at = moment(p, 10000);
        ADD(p, "{'at':'%ums','host':'%s','do':'down'},{'at':'%ums','host':'%s','do':'up'},", at,
            host, at + moment(p, 90000), host);
    }
    const char *ends =
        ONE(p, "'mail.example.org','mail.example.net'", "'bob-pc','mail.example.net'");
    unsigned at = moment(p, 10000);
    ADD(p, "{'at':'%ums','link':[%s],'do':'%s'},", at, ends,
        ONE(p, "cut", "cut", "strip-starttls"));
    ADD(p, "{'at':'%ums','link':[%s],'do':'mend'}", at + moment(p, 400000), ends);
}

/* No letter of this user passes in the clear between the two. */
static void add_silence(struct plan *p, bool insists, const char *user, const char *ends)
{
    if (insists) {
        ADD(p, "{'readable':'The secret of %s','count':0,'between':[%s]},", user, ends);
    }
}

static void make_plan(struct plan *p, uint64_t seed)
{
    p->rng = rng_seeded(seed);
    p->len = 0;
    ADD(p, "'seed':%u,'until':'1d','hosts':{", (unsigned)seed);
    const char *org = add_mail(p, "example.org", "alice");
    const char *net = add_mail(p, "example.net", "bob");
    const char *alice = add_device(p, "alice", "example.org");
    ADD(p, ",");
    const char *bob = add_device(p, "bob", "example.net");
    ADD(p, "},'links':[");
    add_link(p, "mail.example.org", "mail.example.net");
    ADD(p, ",");
    add_link(p, "bob-pc", "mail.example.net");
    ADD(p, "],'script':[");
    add_deeds(p);
    ADD(p, "],'expect':[");
    add_silence(p, org[0] == 'r', "alice", "'mail.example.org','mail.example.net'");
    add_silence(p, net[0] == 'r', "bob", "'mail.example.org','mail.example.net'");
    add_silence(p, alice[0] == 'r' || alice[0] == 'i', "", "'alice-pc','mail.example.org'");
    add_silence(p, bob[0] == 'r' || bob[0] == 'i', "", "'bob-pc','mail.example.net'");
    ADD(p, "{'counter':'letters','min':6}]");
    cr_assert_lt(p->len, sizeof p->text);
}

static void read_capture(const struct trace *t, uint64_t seed)
{
    struct export_out out = { 0 };
    struct captured c;
    cr_assert(export_pcapng(t, &(struct export_options){ 0 }, &out, NULL), "seed %u",
              (unsigned)seed);
    captured_read(&c, buf_slice(&out.buf));
    cr_expect_null(c.wrong, "seed %u: %s", (unsigned)seed, c.wrong);
    captured_free(&c);
    buf_deinit(&out.buf);
}

Test(swarm, letters_are_settled_whatever_becomes_of_tls)
{
    static struct plan p;
    size_t secured = 0, unsecured = 0, tampered = 0, lost = 0;
    for (uint64_t seed = 1; seed <= WORLDS; seed++) {
        struct small_world w[2];
        make_plan(&p, seed);
        for (size_t i = 0; i < COUNT(w); i++) {
            cr_assert(small_world_new(&w[i], p.text), "seed %u: %s", (unsigned)seed, p.text);
            small_world_run(&w[i]);
        }
        cr_expect(small_world_all_settled(&w[0]), "seed %u: %s", (unsigned)seed, p.text);
        cr_expect_eq(w[0].verdict.met, w[0].verdict.expected, "seed %u: %s", (unsigned)seed,
                     p.text);
        cr_expect_eq(w[0].trace.digest, w[1].trace.digest, "seed %u", (unsigned)seed);
        cr_expect_eq(trace_digest_wire(&w[0].trace), trace_digest_wire(&w[1].trace), "seed %u",
                     (unsigned)seed);
        read_capture(&w[0].trace, seed);
        secured += w[0].trace.kinds[TRACE_SECURED];
        unsecured += w[0].trace.kinds[TRACE_UNSECURED];
        tampered += w[0].trace.kinds[TRACE_TAMPER];
        lost += w[0].trace.kinds[TRACE_LOST];
        small_world_free(&w[0]);
        small_world_free(&w[1]);
    }
    /* All of it has happened. */
    cr_expect(secured > WORLDS && unsecured > WORLDS && tampered > WORLDS && lost > WORLDS,
              "%zu, %zu, %zu, %zu", secured, unsecured, tampered, lost);
}
