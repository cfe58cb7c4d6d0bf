/* plan.c - a seed becomes a scenario: hosts of all kinds that carry mail, links, letters, and what
 * fate does meanwhile.  What a host may have set, and what may befall it, are tables: whoever adds
 * a key or a verb adds a row.
 * Everything that is said here ends in time for each letter to be settled: no fault lasts longer
 * than FATE_ENDS, and nobody keeps a letter longer than a day. */
#include "sim/base/fmt.h"
#include "sim/base/rng.h"
#include "tests/swarm/swarm.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#define DOMAINS_MAX 7
#define HOSTS_MAX   (DOMAINS_MAX * 5 + 1)
#define USERS       4
#define LETTERS_END 7200  /* seconds */
#define FATE_ENDS   18000 /* the last fault is over by then */
#define RUN_ENDS    "6d"

enum shape {
    SHAPE_MAIL,
    SHAPE_SPLIT,
    SHAPE_BACKUP,
    SHAPE_CHAIN,
    SHAPE_TWINS,
    SHAPE_SMARTHOST,
    SHAPES
};

struct plan {
    struct rng rng;
    struct buf *out;
    size_t domains;
    enum shape shape[DOMAINS_MAX];
    char host[HOSTS_MAX][32]; /* those that carry mail */
    size_t hosts;
    char device[DOMAINS_MAX * 3 + 1][32];
    size_t devices, mail_devices; /* the first of them speak SMTP and IMAP, the rest HTTP */
    size_t senders;               /* the devices, and perhaps a shop behind them */
    bool hierarchy;
    struct {
        const char *a, *b;
    } link[8];
    unsigned letter[16]; /* when letters are written, in ms: fate likes to strike then */
    size_t letters;
    unsigned span; /* ms, in which all are written: in a hurry more is on its way at once */
    size_t links;
};

static uint64_t below(struct plan *p, uint64_t n)
{
    return rng_below(&p->rng, n);
}

static bool chance(struct plan *p, unsigned percent)
{
    return below(p, 100) < percent;
}

/* Texts write ' for ". */
__attribute__((format(printf, 2, 3))) static void add(struct plan *p, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    assert(n >= 0 && (size_t)n < sizeof text);
    for (const char *c = text; *c; c++) {
        buf_byte(p->out, *c == '\'' ? '"' : *c);
    }
}

static const char *one(struct plan *p, const char *words, char *out, size_t size)
{
    slice rest = slice_of(words);
    size_t count = 0;
    while (slice_word(&rest).len > 0) {
        count++;
    }
    rest = slice_of(words);
    slice word = slice_word(&rest);
    for (uint64_t i = count > 0 ? below(p, count) : 0; i > 0; i--) {
        word = slice_word(&rest);
    }
    (void)snprintf(out, size, "%.*s", SLICE_ARG(word));
    return out;
}

/* ---- what mail hosts may have set ---- */

static const struct option {
    unsigned percent; /* of the hosts have it */
    const char *key;
    const char *values; /* one of these words, as JSON */
} options[] = {
    { 20, "pipelining", "false" },
    { 15, "chunking", "false" },
    { 30, "send-chunking", "true" },
    { 15, "dsn", "false" },
    { 10, "smtputf8", "false" },
    { 5, "starttls-fails", "true" },
    { 10, "connections", "1 2" },
    { 15, "connections-per-destination", "1 2" },
    { 15, "recipients-per-transaction", "1 2" },
    { 15, "letters-per-connection", "1 2" },
    { 10, "rate-per-destination", "1 3" },
    { 25, "reuse", "'1s' '1min' '5min'" },
    { 20, "srs", "true" },
    { 15, "accept-unknown", "true" },
    { 10, "size", "false" },
    { 10, "size-max", "'2kB' '8kB'" },
    { 10, "8bitmime", "false" },
    { 10, "enhanced-status-codes", "false" },
    { 5, "tls", "'opportunistic' 'required'" },
    { 5, "send-tls", "'none' 'required'" },
    { 40, "retry", "'1min' '3min' '10min'" },
    { 30, "retry-max", "'5min' '20min'" },
    { 10, "retry-schedule", "['1min','2min'] ['7min']" },
    { 20, "give-up-bounces", "'5min' '1h'" },
    { 30, "delay-notice", "'5min' '1h' '0s'" },
    { 20, "plus", "true" },
    { 10, "quota", "'3kB' '20kB'" },
    { 8, "disk", "'6kB' '60kB'" },
    { 15, "greylist", "'1s' '5min'" },
    { 10, "greylist-window", "'10min' '2h'" },
    { 10, "check-sender-domain", "true" },
    { 10, "check-helo", "true" },
    { 10, "max-connections", "1 2" },
    { 10, "max-recipients", "1 2 3" },
    { 5, "rate-letters", "2 10" },
    { 5, "rate-recipients", "5" },
    { 10, "keep", "true" },
    { 10, "delivered-to", "false" },
    { 5, "clock-offset", "'-2h' '+40d'" },
};

static void add_options(struct plan *p)
{
    char word[64];
    for (size_t i = 0; i < COUNT(options); i++) {
        if (chance(p, options[i].percent)) {
            add(p, ",'%s':%s", options[i].key, one(p, options[i].values, word, sizeof word));
        }
    }
    add(p, ",'give-up':'%s'", one(p, "10min 1h 6h 1d", word, sizeof word));
}

/* An address, mostly of somebody: a user, an alias, with a detail; sometimes of nobody. */
static void add_address(struct plan *p)
{
    static const char *const strangers[] = { "nobody@d0.example", "u0@nowhere.example",
                                             "u9@d1.example" };
    unsigned d = (unsigned)below(p, p->domains);
    unsigned u = (unsigned)below(p, USERS);
    switch (below(p, 12)) {
    case 0:
        add(p, "'%s'", strangers[below(p, COUNT(strangers))]);
        break;
    case 1:
        add(p, "'all@d%u.example'", d);
        break;
    case 2:
        add(p, "'u%u+tag@d%u.example'", u, d);
        break;
    case 3:
        add(p, "'postmaster@d%u.example'", d);
        break;
    case 4:
        add(p, "'%s@d%u.example'", chance(p, 80) ? "list" : "list-bounces", d);
        break;
    default:
        add(p, "'u%u@d%u.example'", u, d);
    }
}

static void add_accounts(struct plan *p)
{
    add(p, ",'accounts':{");
    for (unsigned u = 0; u < USERS; u++) {
        add(p, "%s'u%u':'w%u'", u > 0 ? "," : "", u, u);
    }
    add(p, "}");
}

/* Forwards to other hosts name one address each: what runs in a loop must not become more with each
 * round.  Within one, all may forward to each other. */
static void add_expansions(struct plan *p, unsigned d)
{
    if (chance(p, 40)) {
        add(p, ",'aliases':{'all':['u0@d%u.example','u1@d%u.example','u2@d%u.example']}", d, d, d);
    }
    if (chance(p, 25)) {
        add(p, ",'lists':{'list@d%u.example':{'owner':'u0@d%u.example','members':[", d, d);
        for (uint64_t n = 1 + below(p, 6), k = 0; k < n; k++) {
            add(p, "%s'u%u@d%u.example'", k > 0 ? "," : "", (unsigned)below(p, USERS + 1),
                (unsigned)below(p, p->domains));
        }
        add(p, "]%s}}", chance(p, 50) ? ",'verp':true,'bounces-max':2,'footer':'bye'" : "");
    }
    if (chance(p, 10)) {
        add(p, ",'catch-all':'u0'");
    }
    if (chance(p, 10)) {
        add(p, ",'discard':{'hopeless':{'subject':'S7'}}");
    }
    if (chance(p, 25)) {
        add(p, ",'vacation':{'u1':{'text':'I am away.'},'u3':{'text':'So am I.','days':1}}");
    }
    if (chance(p, 40)) {
        add(p, ",'forwards':{'u2':");
        add_address(p);
        if (chance(p, 40)) {
            add(p,
                ",'u0':['u1@d%u.example','u2@d%u.example'],'u1':['u2@d%u.example','u0@d%u.example'"
                "]",
                d, d, d, d);
        }
        add(p, "}");
    }
}

/* ---- hosts ---- */

static void begin_host(struct plan *p, const char *what, size_t domain, const char *kind)
{
    char *name = p->host[p->hosts++];
    (void)snprintf(name, sizeof p->host[0], "%s.d%u.example", what, (unsigned)domain);
    add(p, "%s'%s':{'kind':'%s','domain':'d%u.example'", p->hosts > 1 ? "," : "", name, kind,
        (unsigned)domain);
}

static void end_host(struct plan *p)
{
    add_options(p);
    add(p, "}");
}

/* With mailboxes. */
static void add_home(struct plan *p, const char *what, size_t domain, const char *kind)
{
    begin_host(p, what, domain, kind);
    add_accounts(p);
    add_expansions(p, (unsigned)domain);
    end_host(p);
}

/* Hands on to `next`; who the users are it may know or not. */
static void add_front(struct plan *p, const char *what, size_t domain, unsigned preference,
                      const char *next)
{
    begin_host(p, what, domain, "mx");
    add(p, ",'preference':%u,'next':'%s.d%u.example'", preference, next, (unsigned)domain);
    if (chance(p, 50)) {
        add_accounts(p);
    }
    end_host(p);
}

static void add_domain(struct plan *p, size_t d)
{
    switch (p->shape[d]) {
    case SHAPE_SPLIT:
        add_home(p, "store", d, "store");
        begin_host(p, "out", d, "mta");
        add_accounts(p);
        end_host(p);
        add_front(p, "mx", d, 10, "store");
        break;
    case SHAPE_BACKUP:
        add_home(p, "mail", d, "mail");
        add_front(p, "backup", d, 20, "mail");
        break;
    case SHAPE_CHAIN:
        add_home(p, "mail", d, "mail");
        add_front(p, "inner", d, 30, "mail");
        add_front(p, "outer", d, 5, "inner");
        break;
    case SHAPE_TWINS:
        add_home(p, "mail", d, "mail");
        add_front(p, "a", d, 5, "mail");
        add_front(p, "b", d, 5, "mail");
        break;
    case SHAPE_SMARTHOST:
        begin_host(p, "mail", d, "mail");
        add_accounts(p);
        add_expansions(p, (unsigned)d);
        add(p, ",'smarthost':'relay.d%u.example','smarthost-port':587", (unsigned)d);
        end_host(p);
        begin_host(p, "relay", d, "mta");
        add(p, ",'auth':false");
        end_host(p);
        break;
    case SHAPE_MAIL:
    case SHAPES:
        add_home(p, "mail", d, "mail");
    }
}

static void add_devices(struct plan *p)
{
    char word[16];
    for (size_t d = 0; d < p->domains; d++) {
        for (unsigned u = 0; u < 2; u++) {
            if (d > 0 && chance(p, 50)) {
                continue;
            }
            char *name = p->device[p->devices++];
            (void)snprintf(name, sizeof p->device[0], "pc%u-d%u", u, (unsigned)d);
            add(p, ",'%s':{'kind':'mua','account':'u%u@d%u.example','read':'%s'", name, u,
                (unsigned)d, one(p, "imap pop", word, sizeof word));
            if (chance(p, 25)) {
                add(p, ",'tls':'%s'", one(p, "none required implicit", word, sizeof word));
            }
            if (p->shape[d] == SHAPE_SPLIT) {
                add(p, ",'server':'out.d%u.example'", (unsigned)d);
            }
            add(p, "}");
        }
    }
}

/* A person who has a browser only, and a web mail beside his server. */
static void add_browsers(struct plan *p)
{
    p->mail_devices = p->devices;
    for (unsigned d = 0; d < p->domains; d++) {
        if (p->shape[d] == SHAPE_SPLIT || !chance(p, 15)) {
            continue;
        }
        char *name = p->device[p->devices++];
        const char *clear = chance(p, 50) ? "true" : "false";
        (void)snprintf(name, sizeof p->device[0], "browser-d%u", d);
        add(p, ",'web.d%u.example':{'kind':'webmail','mail-host':'mail.d%u.example','http':%s}", d,
            d, clear);
        add(p, ",'%s':{'kind':'browser','account':'u3@d%u.example','webmail':'web.d%u.example'",
            name, d, d);
        add(p, "%s}", clear[0] == 't' ? ",'tls':false" : "");
    }
}

/* A program, and the API that it asks to send. */
static void add_shop(struct plan *p)
{
    p->senders = p->devices;
    if (!chance(p, 20)) {
        return;
    }
    const char *clear = chance(p, 50) ? "true" : "false";
    (void)snprintf(p->device[p->senders++], sizeof p->device[0], "shop");
    add(p,
        ",'shop':{'kind':'app','from':'orders@shop.example','api':'api.sender.example',"
        "'key':'k'%s}",
        clear[0] == 't' ? ",'tls':false" : "");
    (void)snprintf(p->host[p->hosts++], sizeof p->host[0], "api.sender.example");
    add(p,
        ",'api.sender.example':{'kind':'api','domain':'bounces.sender.example',"
        "'keys':{'shop':'k'},'http':%s",
        clear);
    end_host(p);
}

static void add_hosts(struct plan *p)
{
    p->domains = 1 + (size_t)below(p, chance(p, 20) ? DOMAINS_MAX : 3);
    add(p, "'hosts':{");
    for (size_t d = 0; d < p->domains; d++) {
        p->shape[d] = (enum shape)below(p, SHAPES);
        add_domain(p, d);
    }
    add_devices(p);
    add_browsers(p);
    add_shop(p);
    add(p, "}");
}

/* ---- links ---- */

static void add_link(struct plan *p, const char *a, const char *b)
{
    char latency[16], loss[16], rate[16];
    for (size_t i = 0; i < p->links; i++) {
        if (p->link[i].a == a && p->link[i].b == b) {
            return;
        }
    }
    p->link[p->links].a = a;
    p->link[p->links].b = b;
    add(p, "%s{'between':['%s','%s'],'latency':'%s'", p->links++ > 0 ? "," : "", a, b,
        one(p, "1ms 20ms 300ms 2s", latency, sizeof latency));
    if (chance(p, 30)) {
        add(p, ",'loss':'%s'", one(p, "1% 5% 20%", loss, sizeof loss));
    }
    if (chance(p, 30)) {
        add(p, ",'bandwidth':'%s'", one(p, "9600bit/s 1Mbit/s", rate, sizeof rate));
    }
    add(p, "%s}", chance(p, 20) ? ",'jitter':'50ms'" : "");
}

static void add_links(struct plan *p)
{
    char latency[16];
    add(p, ",'links':[");
    for (uint64_t n = below(p, COUNT(p->link) - 1); n > 0; n--) {
        size_t a = (size_t)below(p, p->hosts), b = (size_t)below(p, p->hosts);
        if (a < b) { /* so that no pair is joined twice */
            add_link(p, p->host[a], p->host[b]);
        }
    }
    for (size_t i = 0, n = p->links; i < p->hosts; i++) {
        if (chance(p, 20)) {
            add(p, "%s{'host':'%s','latency':'%s'}", n++ > 0 ? "," : "", p->host[i],
                one(p, "0ms 400ms 3s 20s", latency, sizeof latency));
        }
    }
    add(p, "]");
}

/* ---- the script ---- */

static unsigned begin_step(struct plan *p, unsigned at)
{
    add(p, ",{'at':'%ums'", at);
    return at;
}

static unsigned moment(struct plan *p)
{
    return (unsigned)below(p, p->span);
}

/* While a letter is on its way, mostly: that is when something can be lost. */
static unsigned bad_moment(struct plan *p)
{
    if (chance(p, 30)) {
        return moment(p);
    }
    return p->letter[below(p, p->letters)] + (unsigned)below(p, chance(p, 50) ? 2000 : 60000);
}

static void add_text(struct plan *p)
{
    uint64_t lines = chance(p, 20) ? below(p, 150) : below(p, 5);
    add(p, ",'text':'");
    for (; lines > 0; lines--) {
        add(p, "%s\\n", chance(p, 5) ? ".a line that begins with a dot" : "All is well so far");
    }
    add(p, "'");
}

/* What reports are asked for (RFC 3461 4); true: none of a failure. */
static bool add_requests(struct plan *p)
{
    static const char *const notify[] = { "'never'",
                                          "'success'",
                                          "['success','delay']",
                                          "'delay'",
                                          "['success','failure']",
                                          "'failure'",
                                          "['failure','delay']" };
    size_t which = (size_t)below(p, COUNT(notify));
    char word[16];
    add(p, ",'notify':%s,'ret':'%s'", notify[which], one(p, "any full headers", word, sizeof word));
    add(p, "%s", chance(p, 50) ? ",'envid':'E 1'" : "");
    return which < 4;
}

static void add_letter(struct plan *p)
{
    size_t device = (size_t)below(p, p->senders);
    p->letter[p->letters++] = begin_step(p, moment(p));
    add(p, ",'host':'%s','do':'send','to':[", p->device[device]);
    for (uint64_t n = chance(p, 10) ? 1 + below(p, 20) : 1 + below(p, 3), i = 0; i < n; i++) {
        add(p, i > 0 ? "," : "");
        add_address(p);
    }
    add(p, "]");
    if (chance(p, 10)) {
        add(p, ",'bcc':");
        add_address(p);
    }
    bool quiet = device < p->mail_devices && chance(p, 30) && add_requests(p);
    add(p, ",'subject':'%s%u'", quiet ? SWARM_QUIET : "S", (unsigned)below(p, 1000));
    add_text(p);
    if (chance(p, 10)) {
        add(p, ",'repeat':%u,'every':'%ums'", 2 + (unsigned)below(p, 5),
            1 + (unsigned)below(p, 600000));
    }
    add(p, "}");
}

/* Who could not send holds his letter until he does something else. */
static void add_fetches(struct plan *p)
{
    for (size_t i = 0; i < p->devices; i++) {
        add(p, ",{'at':'%us','host':'%s','do':'fetch','repeat':3,'every':'40min'}",
            FATE_ENDS + (unsigned)below(p, 1000), p->device[i]);
    }
}

enum whom { SERVER, DEVICE, LINK, UPLINK, NAMES, ZONES, WORLD };

static const struct misfortune {
    unsigned weight;
    enum whom whom;
    const char *verb;
    const char *more; /* one of these */
} misfortunes[] = {
    { 6, SERVER, "down", "" },
    { 8, SERVER, "crash", "" },
    { 5, SERVER, "restart", "" },
    { 2, DEVICE, "crash", "" },
    { 2, DEVICE, "offline", "" },
    { 4, LINK, "cut", "" },
    { 4, UPLINK, "cut", "" },
    { 3, LINK, "lossy", ",'loss':'10%' ,'loss':'60%' ,'loss':'100%'" },
    { 3, UPLINK, "lossy", ",'loss':'30%' ,'loss':'90%'" },
    { 3, LINK, "slow", ",'latency':'3s' ,'bandwidth':'4800bit/s' ,'latency':'40s'" },
    { 2, UPLINK, "slow", ",'latency':'5s','jitter':'9s'" },
    { 4, SERVER, "refuse", ",'service':'smtp' ,'how':'drop' ,'service':'submission'" },
    { 4, SERVER, "disk-full", "" },
    { 4, SERVER, "slow-replies", ",'delay':'2s' ,'delay':'40s' ,'delay':'6min' ,'delay':'11min'" },
    { 5, SERVER, "temp-fail",
      ",'command':'mail' ,'command':'rcpt' ,'command':'data' ,'command':'data','code':554 "
      ",'code':421" },
    { 2, SERVER, "clock", ",'offset':'+3d' ,'offset':'-1h'" },
    { 4, NAMES, "down", "" },
    { 4, ZONES, "dns-fault",
      ",'what':'servfail' ,'what':'lame' ,'what':'slow' ,'what':'truncate'" },
    { 2, NAMES, "refuse", ",'service':'dns'" },
    { 3, WORLD, "partition", "" },
    { 4, WORLD, "chaos", ",'rate':'2/h' ,'rate':'20/h' ,'rate':'1/min'" },
};

static const struct misfortune *draw_misfortune(struct plan *p)
{
    uint64_t all = 0;
    for (size_t i = 0; i < COUNT(misfortunes); i++) {
        all += misfortunes[i].weight;
    }
    uint64_t pick = below(p, all);
    size_t i = 0;
    while (pick >= misfortunes[i].weight) {
        pick -= misfortunes[i++].weight;
    }
    return &misfortunes[i];
}

static void add_name_server(struct plan *p)
{
    if (!p->hierarchy) {
        add(p, ",'host':'ns.names.test'");
    } else if (chance(p, 70)) {
        add(p, ",'host':'ns.d%u.example'", (unsigned)below(p, p->domains));
    } else {
        add(p, ",'host':'%s'", chance(p, 50) ? "a.root-servers.test" : "a.example-servers.test");
    }
}

static void add_victim(struct plan *p, enum whom whom)
{
    size_t i;
    switch (whom) {
    case SERVER:
    case UPLINK:
        add(p, ",'host':'%s'", p->host[below(p, p->hosts)]);
        break;
    case DEVICE:
        add(p, ",'host':'%s'", p->device[below(p, p->devices)]);
        break;
    case NAMES:
        if (chance(p, 50)) {
            add(p, ",'host':'dns.isp.test'");
            break;
        }
        /* fall through */
    case ZONES:
        add_name_server(p);
        break;
    case LINK:
        i = (size_t)below(p, p->links);
        add(p, ",'link':['%s','%s']", p->link[i].a, p->link[i].b);
        break;
    case WORLD:
        break;
    }
}

static void add_misfortune(struct plan *p)
{
    const struct misfortune *m = draw_misfortune(p);
    char more[64];
    if (m->whom == LINK && p->links == 0) {
        return;
    }
    bool chaos = slice_eq(slice_of(m->verb), SLICE("chaos"));
    (void)begin_step(p, bad_moment(p));
    add(p, ",'do':'%s'", m->verb);
    add_victim(p, m->whom);
    add(p, "%s", one(p, m->more, more, sizeof more));
    if (chaos) {
        add(p, ",'lasting':'40min'");
    } else if (m->whom == WORLD) {
        add(p, ",'hosts':['%s']", p->host[below(p, p->hosts)]);
    }
    unsigned most = chaos ? LETTERS_END : FATE_ENDS - LETTERS_END;
    add(p, ",'for':'%ums'}", 1 + (unsigned)below(p, chance(p, 50) ? 60000 : most * 1000));
}

static void add_script(struct plan *p)
{
    static const unsigned spans[] = { 2000, 20000, LETTERS_END * 1000 };
    p->span = spans[below(p, COUNT(spans))];
    add(p, ",'script':[{'at':'0s','host':'%s','do':'fetch'}", p->device[0]);
    for (uint64_t n = 1 + below(p, 8); n > 0; n--) {
        add_letter(p);
    }
    add_fetches(p);
    for (uint64_t n = chance(p, 20) ? 0 : below(p, 10); n > 0; n--) {
        add_misfortune(p);
    }
    add(p, "]");
}

void swarm_plan(uint64_t seed, struct buf *out)
{
    struct plan p = { .rng = rng_seeded(seed), .out = out };
    add(&p, "{'title':'swarm %llu','seed':%u,'until':'" RUN_ENDS "',", (unsigned long long)seed,
        (unsigned)(seed & 0xffffffff));
    char family[16];
    p.hierarchy = chance(&p, 30);
    add(&p, "'dns':'%s','family':'%s',", p.hierarchy ? "hierarchy" : "flat",
        one(&p, "ipv4 ipv4 ipv6 both", family, sizeof family));
    add_hosts(&p);
    add_links(&p);
    add_script(&p);
    add(&p, "}\n");
}

sim_time swarm_stops(uint64_t seed)
{
    static const sim_time spans[] = { 10 * SIM_SECOND, 10 * SIM_MINUTE, 3 * SIM_HOUR };
    struct rng rng = rng_seeded(~seed);
    sim_time span = spans[rng_below(&rng, COUNT(spans))];
    return rng_below(&rng, 100) < 15 ? 1 + rng_below(&rng, span) : SIM_FOREVER;
}
