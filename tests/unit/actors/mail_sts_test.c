#include "tests/lib/small_world.h"

#include "sim/actors/nameserver.h"

#include <criterion/criterion.h>

/* clang-format off */
#define SENDER                                                                                     \
    "'mail.example.org':{'kind':'mail','domain':'example.org','honour-mta-sts':true,"              \
    "'accounts':{'alice':'wonderland'}}"
#define WORLD(keys)                                                                                \
    "'hosts':{" SMALL_ALICE "," SENDER ",'mail.example.net':{'kind':'mail',"                       \
    "'domain':'example.net','accounts':{'bob':'builder'},'tls':'opportunistic'" keys "}}"
#define SEND(at) SMALL_SEND(at, "bob@example.net")
#define ASKED(n) "{'dns':'_mta-sts.example.net','host':'mail.example.org','count':" #n "}"
#define FETCHED(n) "{'connections':'https','to':'mail.example.net','count':" #n "}"
#define ARRIVED(n) "{'mailbox':'bob@example.net','messages':" #n "}"

static const struct {
    const char *why, *body, *note;
    size_t notes;
} rows[] = {
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
    { "one that names what it was told to name",
      WORLD(",'mta-sts':'testing','mta-sts-mx':['mail.example.net','*.backup.example']")
      ",'script':[" SEND("1s") "],'expect':[" FETCHED(1) ",{'said':'mx: *.backup.example',"
      "'service':'https','line':true,'count':1}]",
      "with mail.example.net, *.backup.example: delivery goes on as ever", 1 },
};
/* clang-format on */

Test(mail_sts, policies_are_found_and_kept)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct small_world w;
        small_worlds_hold(&(struct small_row){ rows[i].why, rows[i].body }, 1);
        cr_assert(small_world_new(&w, rows[i].body), "%s", rows[i].why);
        small_world_run(&w);
        size_t notes = small_world_count(&w, TRACE_NOTE, rows[i].note);
        cr_expect_eq(notes, rows[i].notes, "%s: %zu notes", rows[i].why, notes);
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

Test(mail_sts, nonsense_is_not_published)
{
    struct small_world w;
    cr_expect_not(small_world_new(&w, WORLD(",'mta-sts':'enforce','mta-sts-mx':'a.*.example'")));
    cr_expect(strstr(w.err.text, "an mx of it is no pattern"), "%s", w.err.text);
    small_world_free(&w);
}
