#include "tests/lib/small_world.h"

#include "sim/actors/nameserver.h"
#include "sim/proto/http.h"

#include <criterion/criterion.h>

/* clang-format off */
#define SENDER                                                                                     \
    "'mail.example.org':{'kind':'mail','domain':'example.org','honour-mta-sts':true,"              \
    "'accounts':{'alice':'wonderland'}}"
#define WORLD(keys)                                                                                \
    "'hosts':{" SMALL_ALICE "," SENDER ",'mail.example.net':{'kind':'mail',"                       \
    "'domain':'example.net','accounts':{'bob':'builder'},'tls':'opportunistic'" keys "}}"
#define PLAIN(keys)                                                                                \
    "'hosts':{" SMALL_ALICE "," SENDER ",'mail.example.net':{'kind':'mail',"                       \
    "'domain':'example.net','accounts':{'bob':'builder'}" keys "}}"
/* The policy is looked for at a web host of another kind. */
#define ELSEWHERE(record, zones)                                                                   \
    "'zones':{'example.net':[" record "]" zones "},'hosts':{" SMALL_ALICE "," SENDER "," SMALL_NET \
    ",'mta-sts.example.net':{'kind':'webmail','mail-host':'mail.example.net'}}"
#define FETCHED_FROM_WEB "{'connections':'https','to':'mta-sts.example.net','count':1}"
#define SEND(at) SMALL_SEND(at, "bob@example.net")
#define ASKED(n) "{'dns':'_mta-sts.example.net','host':'mail.example.org','count':" #n "}"
#define FETCHED(n) "{'connections':'https','to':'mail.example.net','count':" #n "}"
#define ARRIVED(n) "{'mailbox':'bob@example.net','messages':" #n "}"

struct row {
    const char *why, *body, *note; /* so many NOTE records have this text */
    size_t notes;
};

static const struct row found[] = {
    { "fetched once, and known for the second letter",
      WORLD(",'mta-sts':'enforce'") ",'script':[" SEND("1s") "," SEND("60s")
      "],'expect':[" ASKED(2) "," FETCHED(1) "," ARRIVED(2) ",{'said':'mode: enforce\\r\\n',"
      "'service':'https','by':'server','count':1},{'dns':'_mta-sts.example.net','type':'TXT',"
      "'host':'mail.example.org','answer':'v=STSv1; id=20260907090000Z','count':2}]",
      "has an MTA-STS policy, \"enforce\", for 7d, with mail.example.net: letters go", 1 },
    { "two letters at once share one fetch",
      WORLD(",'mta-sts':'testing'") ",'script':[" SEND("1s") "," SEND("1s")
      "],'expect':[" ASKED(2) "," FETCHED(1) "," ARRIVED(2) "]",
      "has an MTA-STS policy, \"testing\"", 1 },
    { "who does not honour policies asks for none",
      "'hosts':{" SMALL_ALICE "," SMALL_ORG ",'mail.example.net':{'kind':'mail',"
      "'domain':'example.net','accounts':{'bob':'builder'},'mta-sts':'enforce'}},"
      "'script':[" SEND("1s") "],'expect':[" ASKED(0) "," FETCHED(0) "," ARRIVED(1) "]",
      "", 0 },
    { "there is none: no HTTPS, and no word about it",
      WORLD("") ",'script':[" SEND("1s") "],'expect':[" ASKED(1) "," FETCHED(0) "," ARRIVED(1) "]",
      "", 0 },
    { "after half of its life it is fetched again; the same one is no news",
      WORLD(",'mta-sts':'testing','mta-sts-max-age':'20min'") ",'script':[" SEND("1s") ","
      SEND("9min") "," SEND("12min") "],'expect':[" ASKED(3) "," FETCHED(2) "," ARRIVED(3) "]",
      "has an MTA-STS policy", 1 },
    { "it has run out: fetched again",
      WORLD(",'mta-sts':'testing','mta-sts-max-age':'5min'") ",'script':[" SEND("1s") ","
      SEND("9min") "],'expect':[" FETCHED(2) "," ARRIVED(2) "]",
      "has an MTA-STS policy, \"testing\", for 5min", 2 },
    { "its certificate is no good: no policy, and not asked for again within five minutes",
      WORLD(",'mta-sts':'enforce','certificate':'expired'") ",'script':[" SEND("1s") ","
      SEND("4min") "," SEND("6min") "],'expect':[" ASKED(3) "," FETCHED(2) "," ARRIVED(3) "]",
      "cannot be had: certificate has expired. Without one delivery goes on as ever", 2 },
    { "a certificate for another name",
      WORLD(",'mta-sts':'enforce','certificate':'wrong-name'") ",'script':[" SEND("1s")
      "],'expect':[" FETCHED(1) "," ARRIVED(1) "]",
      "cannot be had: ", 1 },
    { "its host falls silent: after a minute the letter goes on without it",
      WORLD(",'mta-sts':'enforce'") ",'script':[" SEND("1s") ","
      SMALL_DO("1.55s", "mail.example.net", "cut") "," SMALL_DO("65s", "mail.example.net", "mend")
      "],'expect':[" FETCHED(1) "," ARRIVED(1) ",{'at':'1min 1s','connections':'smtp','count':0}]",
      "cannot be had: it did not come within a minute", 1 },
    { "the sender loses power in the middle of it, and looks again",
      WORLD(",'mta-sts':'enforce'") ",'script':[" SEND("1s") ","
      SMALL_DO("1.5s", "mail.example.org", "down") "," SMALL_DO("3min", "mail.example.org", "up")
      "],'expect':[" ASKED(2) "," FETCHED(2) "," ARRIVED(1) "]",
      "has an MTA-STS policy", 1 },
    { "a record in several strings (RFC 8461 3.1)",
      ELSEWHERE("'_mta-sts TXT \\'v=STSv1; i\\' \\'d=1;\\''", "") ",'script':[" SEND("1s")
      "],'expect':[" FETCHED_FROM_WEB "," ARRIVED(1) "]",
      "cannot be had: its policy host does not answer with 200", 1 },
    { "a record at the end of an alias",
      ELSEWHERE("'_mta-sts CNAME records.provider.test.'",
                ",'provider.test':['records TXT \\'v=STSv1; id=1;\\'']")
      ",'script':[" SEND("1s") "],'expect':[" FETCHED_FROM_WEB "," ARRIVED(1) "]",
      "cannot be had: its policy host does not answer with 200", 1 },
    { "one that names what it was told to name",
      WORLD(",'mta-sts':'testing','mta-sts-mx':['mail.example.net','*.backup.example']")
      ",'script':[" SEND("1s") "],'expect':[" FETCHED(1) ",{'said':'mx: *.backup.example',"
      "'service':'https','line':true,'count':1}]",
      "with mail.example.net, *.backup.example: delivery goes on as ever", 1 },
};

#define BY_SMARTHOST(how, keys)                                                                    \
    "'hosts':{" SMALL_ALICE ",'mail.example.org':{'kind':'mail','domain':'example.org',"           \
    "'honour-mta-sts':true,'accounts':{'alice':'wonderland'}," how "},'relay.example.com':"        \
    "{'kind':'mail','domain':'relay.example.com','accounts':{'r':'r'},'relay-for':"                \
    "['mail.example.org'],'tls':'opportunistic'" keys "},'mail.example.net':{'kind':'mail',"       \
    "'domain':'example.net','accounts':{'bob':'builder'},'tls':'opportunistic',"                   \
    "'mta-sts':'enforce'}}"
#define ASKED_SMART(n) "{'dns':'_mta-sts.relay.example.com','host':'mail.example.org','count':" #n "}"

static const struct row bound[] = {
    { "of a smarthost its own policy holds, and nobody else's is asked for (RFC 8461 3.4)",
      BY_SMARTHOST("'smarthost':'relay.example.com','smarthost-port':25", ",'mta-sts':'enforce'")
      ",'script':[" SEND("1s") "],'expect':[" ASKED_SMART(1) "," ASKED(0) "," ARRIVED(1) ","
      "{'connections':'https','to':'relay.example.com','count':1},{'said':'STARTTLS','service':"
      "'smtp','by':'client','line':true,'count':2}]",
      "relay.example.com has an MTA-STS policy, \"enforce\"", 1 },
    { "which keeps the letter from it where it must",
      BY_SMARTHOST("'smarthost':'relay.example.com','smarthost-port':25",
                   ",'mta-sts':'enforce','mta-sts-mx':['other.example.com']")
      ",'until':'3min','script':[" SEND("1s") "],'expect':["
      "{'deferred':'bob@example.net','count':1}," ARRIVED(0) "]",
      "does not name relay.example.com", 1 },
    { "a fallback is one, when it is its turn",
      BY_SMARTHOST("'fallback':'relay.example.com'", ",'mta-sts':'enforce'")
      ",'script':[" SMALL_DO("0s", "mail.example.net", "down") "," SEND("1s") ","
      SMALL_DO("20min", "mail.example.net", "up") "],'expect':[" ASKED_SMART(1) "," ARRIVED(1) "]",
      "relay.example.com has an MTA-STS policy, \"enforce\"", 1 },
    { "enforce: the letter goes under TLS, to a host that was verified",
      WORLD(",'mta-sts':'enforce'") ",'script':[" SEND("1s") "],'expect':[" ARRIVED(1) ","
      "{'said':'STARTTLS','service':'smtp','by':'client','line':true,'count':1},"
      "{'deferred':"
      "'bob@example.net','count':0}]",
      "letters go to these hosts only", 1 },
    { "enforce, and no STARTTLS: the letter waits; at the next try the record is looked at first",
      PLAIN(",'mta-sts':'enforce'") ",'until':'7min','script':[" SEND("1s") "],'expect':[" ARRIVED(0)
      "," ASKED(2) "," FETCHED(1) ",{'said':'MAIL FROM','service':'smtp','count':0},"
      "{'outcome':'bounced','count':0},"
      "{'deferred':'bob@example.net','reason':'4.7.4 mail.example.net: TLS is required','count':2}]",
      "without TLS and a good certificate mail.example.net gets nothing. The letter waits", 2 },
    { "enforce, and an exchanger that the policy does not name",
      WORLD(",'mta-sts':'enforce','mta-sts-mx':'mx.example.net'") ",'until':'3min','script':["
      SEND("1s") "],'expect':[" ARRIVED(0) ",{'connections':'smtp','count':0},"
      "{'deferred':'bob@example.net','reason':'4.7.0 mail.example.net: The domain','count':1}]",
      "does not name mail.example.net: nothing is sent there", 1 },
    { "enforce, and an exchanger with a certificate that is no good",
      "'hosts':{" SMALL_ALICE "," SENDER ",'store.example.net':{'kind':'store',"
      "'domain':'example.net','accounts':{'bob':'b'},'mta-sts':'enforce',"
      "'mta-sts-mx':'mx.example.net'},'mx.example.net':{'kind':'mx','domain':'example.net',"
      "'next':'store.example.net','tls':'opportunistic','certificate':'self-signed'}},"
      "'until':'3min','script':[" SEND("1s") "],'expect':[" ARRIVED(0) ","
      "{'said':'MAIL FROM','service':'smtp','count':0},"
      "{'deferred':'bob@example.net','reason':'4.7.5 mx.example.net: TLS fails','count':1}]",
      "without TLS and a good certificate mx.example.net gets nothing", 1 },
    { "testing, and an exchanger that the policy does not name",
      WORLD(",'mta-sts':'testing','mta-sts-mx':'mx.example.net'") ",'script':[" SEND("1s")
      "],'expect':[" ARRIVED(1) "]",
      "does not name mail.example.net: it is a test", 1 },
    { "testing, and no STARTTLS: in the clear, with a word about it",
      PLAIN(",'mta-sts':'testing'") ",'script':[" SEND("1s") "],'expect':[" ARRIVED(1)
      ",{'deferred':'bob@example.net','count':0}]",
      "mail.example.net shows no TLS with a good certificate: \"enforce\" would keep", 1 },
    { "testing, and all is well: nothing to say",
      WORLD(",'mta-sts':'testing'") ",'script':[" SEND("1s") "],'expect':[" ARRIVED(1) "]",
      "would keep the letter", 0 },
    { "enforce needs TLS even where the sender would do without",
      "'hosts':{" SMALL_ALICE ",'mail.example.org':{'kind':'mail','domain':'example.org',"
      "'honour-mta-sts':true,'send-tls':'none','accounts':{'alice':'wonderland'}},"
      "'mail.example.net':{'kind':'mail','domain':'example.net','accounts':{'bob':'builder'},"
      "'tls':'opportunistic','mta-sts':'enforce'}},'script':[" SEND("1s") "],'expect':[" ARRIVED(1)
      ",{'said':'STARTTLS','service':'smtp','by':'client','line':true,'count':1}]",
      "letters go to these hosts only", 1 },
};
/* clang-format on */

static void hold(const struct row *row)
{
    struct small_world w;
    small_worlds_hold(&(struct small_row){ row->why, row->body }, 1);
    cr_assert(small_world_new(&w, row->body), "%s", row->why);
    small_world_run(&w);
    size_t notes = small_world_count(&w, TRACE_NOTE, row->note);
    cr_expect_eq(notes, row->notes, "%s: %zu notes", row->why, notes);
    small_world_free(&w);
}

Test(mail_sts, policies_bind)
{
    for (size_t i = 0; i < COUNT(bound); i++) {
        hold(&bound[i]);
    }
}

Test(mail_sts, policies_are_found_and_kept)
{
    for (size_t i = 0; i < COUNT(found); i++) {
        hold(&found[i]);
    }
}

/* A policy host of another make, which answers the same each time. */
static const struct odd {
    const char *why, *type, *body;
    uint16_t status, later; /* of the first answer, and of those behind it */
    size_t asked;           /* by three letters: two within ten minutes, one after half a life */
    const char *note;
    size_t notes;
} odd[] = {
    { "a good one", "text/plain; charset=utf-8",
      "version: STSv1\nmode: testing\nmx: mail.example.net\nmax_age: 86400\n", 200, 200, 2,
      "has an MTA-STS policy, \"testing\"", 1 },
    { "nobody goes where a redirection points (RFC 8461 3.3)", "text/plain", "See there.\n", 301,
      301, 3, "cannot be had: its policy host does not answer with 200", 3 },
    { "what is no text/plain is no policy (3.2)", "text/html",
      "version: STSv1\nmode: testing\nmx: mail.example.net\nmax_age: 86400\n", 200, 200, 3,
      "cannot be had: it is no text/plain", 3 },
    { "who wants no policy any more (5, 8.3)", "text/plain",
      "version: STSv1\nmode: none\nmax_age: 86400\n", 200, 200, 2,
      "has an MTA-STS policy, \"none\", for 1d: nothing is asked for any more", 1 },
    { "and takes it away: no word about that (3.3)", "text/plain",
      "version: STSv1\nmode: none\nmax_age: 86400\n", 200, 404, 2, "cannot be had", 0 },
    { "but of any other", "text/plain",
      "version: STSv1\nmode: testing\nmx: mail.example.net\nmax_age: 86400\n", 200, 404, 2,
      "cannot be had: its policy host does not answer with 200. The one of before holds on", 1 },
};

struct odd_host {
    struct actor base;
    const struct odd *row;
    size_t asked;
};
static const struct http_server_config odd_config = { .body_max = 10, .timeout = SIM_MINUTE };
static const struct pump_tls odd_tls = { .implicit = true };

static bool odd_connect(struct actor *self, uint16_t port, struct pump_service *service_r)
{
    (void)self, (void)port;
    *service_r = (struct pump_service){ &http_server_ops, &odd_config, &odd_tls };
    return true;
}

static const struct tls_identity *odd_identity(struct actor *self, const struct pump_tls *how)
{
    (void)how;
    return stage_identity(self->stage, self->name, NULL, 0, TLS_FAULT_NONE);
}

static void odd_session(struct actor *self, struct pump *p, const struct session_event *ev)
{
    struct odd_host *h = (struct odd_host *)(void *)self;
    struct http_reply r = { slice_of(h->row->type), slice_of(h->row->body),
                            h->row->status == 301
                                ? SLICE("Location: https://mta-sts.example.net/p.txt\r\n")
                                : SLICE("") };
    if (ev->kind == HTTP_EV_REQUEST) {
        uint16_t status = h->asked++ == 0 ? h->row->status : h->row->later;
        pump_answer(p, (struct session_answer){ .code = status, .grant = &r });
    }
}

static const struct actor_ops odd_ops = { .kind = { "odd", "answers", 'O', 0, 0, NULL, NULL },
                                          .size = sizeof(struct odd_host),
                                          .on_connect = odd_connect,
                                          .identity = odd_identity,
                                          .on_session = odd_session };

Test(mail_sts, policies_of_hosts_of_another_make)
{
    for (size_t i = 0; i < COUNT(odd); i++) {
        struct small_world w;
        cr_assert(small_world_new(
            &w,
            "'zones':{'example.net':['_mta-sts TXT \\'v=STSv1;id=1\\'','mta-sts A 198.18.1.1']},"
            "'hosts':{" SMALL_ALICE "," SENDER "," SMALL_NET "},'until':'14h','script':[" SEND(
                "1s") "," SEND("10min") "," SEND("13h") "],'expect':[" ARRIVED(3) "]"));
        struct stage *s = world_stage(w.world);
        struct odd_host *h =
            (struct odd_host *)(void *)stage_add(s, &odd_ops, SLICE("mta-sts.example.net"), NULL);
        h->row = &odd[i];
        network_address(s->net, h->base.id, 0xc6120101);
        (void)network_uplink(s->net, h->base.id, (struct link_config){ .latency = SIM_MS });
        network_listen(s->net, h->base.id, 443);
        small_world_run(&w);
        cr_expect_eq(w.verdict.met, 1, "%s", odd[i].why);
        cr_expect_eq(h->asked, odd[i].asked, "%s: %zu", odd[i].why, h->asked);
        cr_expect_eq(small_world_count(&w, TRACE_NOTE, odd[i].note), odd[i].notes, "%s",
                     odd[i].why);
        small_world_free(&w);
    }
}

/* RFC 8461 5.1: who silences the DNS, here by a zone of his own, cannot make a sender forget. */
Test(mail_sts, what_was_fetched_outlives_its_record)
{
    struct small_world w;
    struct dns_zone zone;
    cr_assert(small_world_new(&w, WORLD(",'mta-sts':'enforce'") ",'script':[" SEND("1s") "," SEND(
                                      "2h") "],'expect':[" FETCHED(1) "," ARRIVED(2) "]"));
    (void)world_run(w.world, 1 * SIM_HOUR);
    dns_zone_init(&zone, SLICE("_mta-sts.example.net"));
    (void)dns_name_set(&dns_zone_add(&zone, SLICE("_mta-sts.example.net"), DNS_SOA, 60)->target,
                       SLICE("ns.names.test"));
    cr_assert(nameserver_add_zone(stage_find(world_stage(w.world), SLICE("ns.names.test")), &zone));
    small_world_run(&w);
    cr_expect_eq(w.verdict.met, 2);
    cr_expect_eq(small_world_count(&w, TRACE_NOTE, "The policy that was fetched before holds"), 1);
    small_world_free(&w);
    dns_zone_deinit(&zone);
}

#define FOUR(x) "'" x "1','" x "2','" x "3','" x "4'"
Test(mail_sts, nonsense_is_not_published)
{
    static const struct {
        const char *body, *why;
    } nonsense[] = {
        { WORLD(",'mta-sts':'enforce','mta-sts-mx':'a.*.example'"), "an mx of it is no pattern" },
        { WORLD(",'mta-sts':'enforce','mta-sts-mx':[" FOUR("a") "," FOUR("b") "," FOUR(
              "c") "," FOUR("d") "," FOUR("e") "," FOUR("f") "," FOUR("g") "," FOUR("h") ",'i']"),
          "names more than 32 mail exchangers" },
    };
    for (size_t i = 0; i < COUNT(nonsense); i++) {
        struct small_world w;
        cr_expect_not(small_world_new(&w, nonsense[i].body), "row %zu", i);
        cr_expect(strstr(w.err.text, nonsense[i].why), "%s", w.err.text);
        small_world_free(&w);
    }
}
