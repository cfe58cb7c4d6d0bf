#include "sim/proto/dns_edit.h"

#include "sim/base/err.h"

#include <criterion/criterion.h>

static void write(const struct dns_zone *z, struct buf *out)
{
    for (size_t i = 0; i < z->count; i++) {
        dns_record_text(&z->records[i], out);
        buf_byte(out, '\n');
    }
}

static void add(struct dns_zone *z, const char *line, struct arena *keep)
{
    struct err err = { "" };
    cr_assert(dns_zone_line(z, slice_of(line), keep, &err), "%s: %s", line, err.text);
}

static const char *const before[] = {
    "@ SOA ns root 7 1 2 3 4", "@ NS ns",           "@ 60 MX 10 mail",
    "ns A 192.0.2.53",         "mail A 192.0.2.25", "mail TXT \"hello\"",
};
#define APEX(serial)                                                                               \
    "x.test. 3600 IN SOA ns.x.test. root.x.test. " serial                                          \
    " 1 2 3 4\nx.test. 3600 IN NS ns.x.test.\n"
#define NS   "ns.x.test. 3600 IN A 192.0.2.53\n"
#define MX   "x.test. 60 IN MX 10 mail.x.test.\n"
#define MAIL "mail.x.test. 3600 IN A 192.0.2.25\n"
#define TXT  "mail.x.test. 3600 IN TXT \"hello\"\n"

Test(dns_edit, replaces_sets_and_takes_them_away)
{
    static const struct {
        const char *why, *lines[4], *after, *changes;
    } rows[] = {
        { "nothing", { NULL }, APEX("8") MX NS MAIL TXT, "" },
        { "a set is replaced as a whole",
          { "@ MX 5 a", "@ MX 6 b" },
          APEX("8") NS MAIL TXT "x.test. 900 IN MX 5 a.x.test.\nx.test. 900 IN MX 6 b.x.test.\n",
          "- x.test. 60 IN MX 10 mail.x.test.\n+ x.test. 900 IN MX 5 a.x.test.\n"
          "+ x.test. 900 IN MX 6 b.x.test." },
        { "one type of several, and what stays as it was is no change",
          { "mail TXT \"bye\"", "@ 60 MX 10 mail" },
          APEX("8") NS MAIL "mail.x.test. 900 IN TXT \"bye\"\n" MX,
          "- mail.x.test. 3600 IN TXT \"hello\"\n+ mail.x.test. 900 IN TXT \"bye\"" },
        { "an alias stands alone (RFC 1034 3.6.2)",
          { "mail CNAME ns" },
          APEX("8") MX NS "mail.x.test. 900 IN CNAME ns.x.test.\n",
          "- mail.x.test. 3600 IN A 192.0.2.25\n- mail.x.test. 3600 IN TXT \"hello\"\n"
          "+ mail.x.test. 900 IN CNAME ns.x.test." },
        { "one type goes",
          { "- mail A" },
          APEX("8") MX NS TXT,
          "- mail.x.test. 3600 IN A 192.0.2.25" },
        { "a name goes",
          { "- MAIL" },
          APEX("8") MX NS,
          "- mail.x.test. 3600 IN A 192.0.2.25\n- mail.x.test. 3600 IN TXT \"hello\"" },
        { "nothing takes the SOA away",
          { "- @" },
          "x.test. 3600 IN SOA ns.x.test. root.x.test. 8 1 2 3 4\n" NS MAIL TXT,
          "- x.test. 3600 IN NS ns.x.test.\n- x.test. 60 IN MX 10 mail.x.test." },
        { "an SOA of its own has its own serial",
          { "@ 3600 SOA ns root 1 1 2 3 4", "- @ MX" },
          "x.test. 3600 IN NS ns.x.test.\n" NS MAIL TXT
          "x.test. 3600 IN SOA ns.x.test. root.x.test. 1 1 2 3 4\n",
          "- x.test. 3600 IN SOA ns.x.test. root.x.test. 7 1 2 3 4\n"
          "- x.test. 60 IN MX 10 mail.x.test.\n"
          "+ x.test. 3600 IN SOA ns.x.test. root.x.test. 1 1 2 3 4" },
        { "one TTL for a set: that of the first (RFC 2181 5.2)",
          { "@ 30 MX 1 a", "@ MX 2 b" },
          APEX("8") NS MAIL TXT "x.test. 30 IN MX 1 a.x.test.\nx.test. 30 IN MX 2 b.x.test.\n",
          "- x.test. 60 IN MX 10 mail.x.test.\n+ x.test. 30 IN MX 1 a.x.test.\n"
          "+ x.test. 30 IN MX 2 b.x.test." },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dns_zone z;
        struct dns_edit e;
        struct arena keep;
        struct buf text = { 0 }, changes = { 0 };
        struct err err = { "" };
        arena_init(&keep);
        dns_zone_init(&z, SLICE("x.test"));
        dns_edit_init(&e, SLICE("x.test"), 900);
        for (size_t k = 0; k < COUNT(before); k++) {
            add(&z, before[k], &keep);
        }
        for (size_t k = 0; k < COUNT(rows[i].lines) && rows[i].lines[k]; k++) {
            cr_assert(dns_edit_line(&e, slice_of(rows[i].lines[k]), &keep, &err), "%s: %s",
                      rows[i].why, err.text);
        }
        dns_edit_apply(&e, &z, true, &changes);
        write(&z, &text);
        cr_expect_str_eq(buf_z(&text), rows[i].after, "%s", rows[i].why);
        cr_expect_str_eq(buf_z(&changes), rows[i].changes, "%s", rows[i].why);
        buf_deinit(&text);
        buf_deinit(&changes);
        dns_edit_deinit(&e);
        dns_zone_deinit(&z);
        arena_deinit(&keep);
    }
}

Test(dns_edit, says_what_is_wrong)
{
    static const struct {
        const char *line, *wrong;
    } rows[] = {
        { "@ CNAME a", "stands alone" },      { "-", "name is missing" },
        { "- a A b", "a name and a type" },   { "- a B", "not a type" },
        { "- y.test. A", "not in the zone" }, { "a 30 TXT \"x\"", "another TTL" },
        { "- a..b", "not a domain name" },    { "a TXT \"y\"", "this TXT record already" },
    };
    struct dns_edit e;
    struct arena keep;
    struct err err = { "" };
    arena_init(&keep);
    dns_edit_init(&e, SLICE("x.test"), 900);
    cr_assert(dns_edit_line(&e, SLICE("a 60 TXT \"y\""), &keep, &err));
    cr_assert(dns_edit_line(&e, SLICE("-a A 192.0.2.1"), &keep, &err), "a name may begin so");
    cr_assert(dns_edit_line(&e, SLICE("; nothing"), &keep, &err));
    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_expect(!dns_edit_line(&e, slice_of(rows[i].line), &keep, &err), "%s", rows[i].line);
        cr_expect(slice_find(slice_of(err.text), slice_of(rows[i].wrong)) != SLICE_NONE, "%s: %s",
                  rows[i].line, err.text);
    }
    dns_edit_deinit(&e);
    arena_deinit(&keep);
}
