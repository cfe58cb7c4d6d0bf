#include "ui/places.h"

#include "tests/lib/box_deeds.h"

#include <criterion/criterion.h>

/* A cell as text: what, folder, flags, how many more, whether it differs. */
static void told(const struct place_cell *c, struct buf *out)
{
    static const char *const names[] = {
        [AT_NEVER] = "-",   [AT_GONE] = "gone",     [AT_PASSED] = "passed", [AT_WAITS] = "waits",
        [AT_SENT] = "sent", [AT_LISTED] = "listed", [AT_KEPT] = "kept",
    };
    buf_addz(out, names[c->what]);
    if (c->folder.len) {
        buf_byte(out, ' ');
        buf_add(out, c->folder);
        buf_byte(out, ' ');
        fmt_u64(out, c->flags);
    }
    for (uint32_t i = 0; i < c->more; i++) {
        buf_byte(out, '+');
    }
    buf_addz(out, c->differs ? " !; " : "; ");
}

/* All places of all letters, by their order; a letter ends with '|'. */
static void read(const struct model *m, uint32_t only, struct buf *out, size_t *differing_r)
{
    struct places p;
    struct place_cell cells[PLACES_MAX];
    places_read(&p, m, only);
    for (size_t i = 0; i < p.count; i++) {
        buf_add(out, cast_host_name(m->cast, p.list[i].host));
        buf_byte(out, ' ');
    }
    buf_addz(out, "= ");
    for (size_t i = 0; i < p.letter_count; i++) {
        places_row(&p, p.letters[i], cells);
        for (size_t k = 0; k < p.count; k++) {
            told(&cells[k], out);
        }
        buf_addz(out, "| ");
    }
    *differing_r = places_differing(&p);
    places_deinit(&p);
}

Test(places, know_who_has_what_and_what_differs)
{
    static const struct {
        const char *why;
        const char *deeds;
        uint32_t only;
        const char *says;
        size_t differing;
    } rows[] = {
        { "what is written is there", "", 0, "phone = waits; | waits; | waits; | ", 0 },
        { "a server alone has nobody to differ from", "1 server stored 1 1 INBOX", 0,
          "phone mail = waits; kept INBOX 0; | waits; -; | waits; -; | ", 0 },
        { "fetched by one of two, and only listed by the other",
          "1 server stored 1 1 INBOX; 1 server stored 2 2 INBOX; 2 phone fetched 1 1 INBOX; "
          "3 laptop listed 1 1 INBOX; 3 laptop fetched 2 2 INBOX",
          0,
          "phone mail laptop = kept INBOX 0; kept INBOX 0; listed INBOX 0; | "
          "waits !; kept INBOX 0; kept INBOX 0; | waits; -; -; | ",
          1 },
        { "read on the phone; what only one mailbox understands is no difference",
          "1 server stored 1 1 INBOX; 2 phone fetched 1 1 INBOX; 3 phone flagged 1 1 INBOX; "
          "3 server flagged 1 64 INBOX",
          0, "phone mail = kept INBOX 1 !; kept INBOX 0; | waits; -; | waits; -; | ", 1 },
        { "and the server has heard of it",
          "1 server stored 1 1 INBOX; 2 phone fetched 1 1 INBOX; 3 phone flagged 1 1 INBOX; "
          "3 server flagged 1 1 INBOX",
          0, "phone mail = kept INBOX 1; kept INBOX 1; | waits; -; | waits; -; | ", 0 },
        { "taken from the server; in another folder; twice",
          "1 server stored 1 1 INBOX; 1 server stored 2 2 INBOX; 1 server stored 3 3 INBOX; "
          "2 phone fetched 1 1 INBOX; 2 phone stored 2 0 Old; 2 phone fetched 3 3 INBOX; "
          "3 server removed 1 1 INBOX; 3 server stored 3 4 INBOX",
          0,
          "phone mail = kept INBOX 0 !; gone; | kept Old 0 !; kept INBOX 0; | "
          "kept INBOX 0 !; kept INBOX 0+; | ",
          3 },
        { "one host: what is there, and where else",
          "1 server stored 1 1 INBOX; 1 server stored 2 2 INBOX; 2 phone fetched 2 2 INBOX; "
          "2 laptop fetched 1 1 INBOX",
          LAPTOP, "phone mail laptop = waits; kept INBOX 0; kept INBOX 0; | ", 0 },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct trace t;
        struct cast c;
        struct model m;
        struct buf out = { 0 };
        size_t differing;
        box_stage(&t);
        box_deeds(&t, rows[i].deeds);
        cast_init(&c, &t);
        cast_extend(&c);
        model_init(&m, &c);
        model_seek(&m, t.count);
        read(&m, rows[i].only, &out, &differing);
        cr_expect_str_eq(buf_z(&out), rows[i].says, "%s: %s", rows[i].why, buf_z(&out));
        cr_expect_eq(differing, rows[i].differing, "%s: %zu", rows[i].why, differing);
        model_deinit(&m);
        cast_deinit(&c);
        trace_deinit(&t);
        buf_deinit(&out);
    }
}

/* Two servers have a "bob": a device belongs to that of its own domain. */
Test(places, know_whose_device_it_is)
{
    static const struct {
        const char *name;
        uint32_t roles;
    } hosts[] = { { "bob-phone", ROLE_MUA },
                  { "mail.example.org", ROLE_STORE },
                  { "mail.example.net", ROLE_STORE },
                  { "mail.myexample.net", ROLE_STORE } }; /* ends alike, and is another domain */
    static const struct {
        enum trace_kind kind;
        uint32_t actor;
        const char *letter, *mailbox;
    } deeds[] = {
        { TRACE_STORED, 2, "one@x", "bob/INBOX" },
        { TRACE_STORED, 3, "two@x", "bob/INBOX" },
        { TRACE_STORED, 4, "three@x", "bob/INBOX" },
        { TRACE_FETCHED, 1, "two@x", "bob@example.net/INBOX" },
    };
    struct trace t;
    struct cast c;
    struct model m;
    struct buf out = { 0 };
    size_t differing;
    trace_init(&t, TRACE_LEVEL_HOPS);
    for (size_t i = 0; i < COUNT(hosts); i++) {
        trace_put(&t, (struct trace_rec){ .actor = (uint32_t)i + 1,
                                          .kind = TRACE_HOST,
                                          .a = trace_name(&t, slice_of(hosts[i].name)),
                                          .c = hosts[i].roles });
    }
    for (size_t i = 0; i < COUNT(deeds); i++) {
        trace_put(&t, (struct trace_rec){ .at = 1,
                                          .actor = deeds[i].actor,
                                          .kind = deeds[i].kind,
                                          .a = trace_name(&t, slice_of(deeds[i].letter)),
                                          .b = 1,
                                          .c = trace_name(&t, slice_of(deeds[i].mailbox)) });
    }
    cast_init(&c, &t);
    cast_extend(&c);
    model_init(&m, &c);
    model_seek(&m, t.count);
    read(&m, 0, &out, &differing);
    cr_expect_str_eq(buf_z(&out),
                     "mail.example.org mail.example.net mail.myexample.net bob-phone = "
                     "kept INBOX 0; -; -; -; | -; kept INBOX 0; -; kept INBOX 0; | "
                     "-; -; kept INBOX 0; -; | ",
                     "%s", buf_z(&out));
    cr_expect_eq(differing, 0);
    model_deinit(&m);
    cast_deinit(&c);
    trace_deinit(&t);
    buf_deinit(&out);
}
