/* Reports as they lie in the writer's mailbox, octet for octet: tests/golden/reports.
 * MAILFLOW_REGENERATE=1 writes them anew. */
#include "tests/lib/small_world.h"

#include "sim/actors/mail_host.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

/* clang-format off */
#define NO_DSN_NET /* a next hop that takes no such requests */                                    \
    "'mail.example.net':{'kind':'mail','domain':'example.net','dsn':false,"                        \
    "'accounts':{'bob':'builder','carol':'c'}}"
#define ORG(more)                                                                                  \
    "'mail.example.org':{'kind':'mail','domain':'example.org',"                                    \
    "'accounts':{'alice':'w','dave':'d'}" more "}"
#define ASKING(to, what)                                                                           \
    "{'at':'1s','host':'alice-laptop','do':'send','to':" to ",'subject':'Party','text':'T\\n'," what "}"
#define WORLD(org, net) "'hosts':{" SMALL_ALICE "," org "," net "}"

/* How many reports there are, and the first of them. */
static const struct report_row {
    const char *name, *body;
    size_t reports;
} rows[] = {
    { "failed", WORLD(ORG(""), SMALL_NET) ",'script':["
      ASKING("['bob@example.net','nobody@example.net','gone@nowhere.invalid']", "'ret':'any'") "]", 1 },
    { "failed-full", WORLD(ORG(""), SMALL_NET) ",'script':["
      ASKING("'nobody@example.net'", "'notify':'failure','ret':'full','envid':'Party+1'") "]", 1 },
    { "failed-headers", WORLD(ORG(""), NO_DSN_NET) ",'script':["
      ASKING("['nobody@example.net']", "'notify':['failure','delay'],'ret':'headers'") "]", 1 },
    { "delayed", WORLD(ORG(""), SMALL_NET) ",'until':'5h','script':["
      SMALL_DO("0s", "mail.example.net", "down") ","
      ASKING("['bob@example.net','carol@example.net']", "'notify':['failure','delay'],'envid':'E 7'") "]", 1 },
    { "delivered", WORLD(ORG(""), SMALL_NET) ",'script':["
      ASKING("['dave@example.org','bob@example.net']", "'notify':'success','envid':'A'") "]", 2 },
    { "relayed", WORLD(ORG(""), NO_DSN_NET) ",'script':["
      ASKING("['bob@example.net','carol@example.net']", "'notify':'success','envid':'A'") "]", 1 },
    { "expanded", WORLD(ORG(",'aliases':{'info':['dave@example.org','alice@example.org']}"), SMALL_NET)
      ",'script':[" ASKING("'info@example.org'", "'notify':['success','failure']") "]", 1 },
    { NULL, WORLD(ORG(""), SMALL_NET) ",'script':["
      ASKING("['nobody@example.net']", "'notify':'never'") "],'expect':["
      "{'outcome':'failed','to':'nobody@example.net','count':1}]", 0 },
    { NULL, WORLD(ORG(""), SMALL_NET) ",'script':["
      ASKING("['nobody@example.net']", "'notify':'success'") "],'expect':["
      "{'outcome':'failed','to':'nobody@example.net','count':1}]", 0 },
    { NULL, WORLD(ORG(""), SMALL_NET) ",'script':["
      ASKING("['bob@example.net']", "'notify':'failure'") "],'expect':["
      "{'outcome':'delivered','to':'bob@example.net','count':1}]", 0 },
    { NULL, WORLD(ORG(""), SMALL_NET) ",'until':'5h','script':["
      SMALL_DO("0s", "mail.example.net", "down") ","
      ASKING("['bob@example.net']", "'notify':'failure'") "]", 0 },
};
/* clang-format on */

static bool is_report(const struct message *m)
{
    return message_contains(m, SLICE("report-type=delivery-status"));
}

static size_t reports_of(const struct small_world *w, const struct message **first_r)
{
    struct mail_host *m =
        mail_host_of(stage_find(world_stage(w->world), SLICE("mail.example.org")));
    struct account *alice = directory_find(&m->directory, SLICE("alice"), SLICE("example.org"));
    struct mailbox *box = alice->boxes[0];
    size_t count = 0;
    for (size_t i = 0; i < box->count; i++) {
        const struct message *letter = box->items[box->head + i].message;
        if (is_report(letter)) {
            *first_r = count == 0 ? letter : *first_r;
            count++;
        }
    }
    return count;
}

static void hold_golden(const char *name, const struct message *report)
{
    char path[100];
    struct buf got = { 0 }, wanted = { 0 };
    char part[4096];
    size_t n;
    message_copy(report, &got);
    (void)snprintf(path, sizeof path, "tests/golden/reports/%s.eml", name);
    if (getenv("MAILFLOW_REGENERATE")) {
        FILE *out = fopen(path, "wb");
        cr_assert_not_null(out, "%s", path);
        (void)fwrite(buf_slice(&got).ptr, 1, got.len, out);
        (void)fclose(out);
    }
    FILE *f = fopen(path, "rb");
    cr_assert_not_null(f, "%s", path);
    while ((n = fread(part, 1, sizeof part, f)) > 0) {
        buf_add(&wanted, (slice){ part, n });
    }
    (void)fclose(f);
    cr_expect(slice_eq(buf_slice(&got), buf_slice(&wanted)), "%s is now:\n%s", path, buf_z(&got));
    buf_deinit(&got);
    buf_deinit(&wanted);
}

Test(mail_report, each_kind_is_what_it_says_to_the_octet)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct small_world w;
        const struct message *first = NULL;
        cr_assert(small_world_new(&w, rows[i].body), "row %zu", i);
        small_world_run(&w);
        size_t count = reports_of(&w, &first);
        cr_expect_eq(count, rows[i].reports, "row %zu: %zu", i, count);
        cr_expect_eq(small_world_count(&w, TRACE_REPORT, ""), count, "row %zu", i);
        cr_expect_eq(w.verdict.met, w.verdict.expected, "row %zu", i);
        if (count > 0 && rows[i].name) {
            hold_golden(rows[i].name, first);
        }
        small_world_free(&w);
    }
}
