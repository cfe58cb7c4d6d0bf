#include "ui/compare.h"

#include "tests/lib/box_deeds.h"
#include "tests/lib/small_world.h"
#include "ui/measure_fold.h"

#include <criterion/criterion.h>

/* ---- boxes, from traces made by hand */

/* What is measured, as "messages/unread/folders/octets" of phone, laptop and server, then apart,
 * its seconds, apart_read, its seconds, and what was lost: "had>left read>left". */
static const struct {
    const char *why;
    const char *deeds;
    const char *says;
} rows[] = {
    { "nothing", "9 end", "0/0/0/0 0/0/0/0 0/0/0/0 0 0s 0 0s" },
    { "one letter everywhere, read on the phone, and the server told late",
      "1 server stored 1 1 INBOX; 2 phone fetched 1 1 INBOX; 4 laptop fetched 1 1 inbox; "
      "5 phone flagged 1 1 INBOX; 7 server flagged 1 1 INBOX; 8 laptop flagged 1 1 INBOX; "
      "9 end",
      "1/0/1/100 1/0/1/100 1/0/1/100 0 3s 0 3s" },
    { "POP takes it away",
      "1 server stored 1 1 INBOX; 2 phone fetched 1 1 INBOX; 3 server removed 1 1 INBOX; "
      "9 end",
      "1/1/1/100 0/0/0/0 0/0/1/0 1 8s 0 0s" },
    { "a list shows it, then the text comes, then it is forgotten",
      "1 server stored 2 5 INBOX; 2 phone listed 2 5 INBOX; 3 phone fetched 2 5 INBOX; "
      "3 laptop listed 2 5 INBOX; 4 phone fetched 2 5 INBOX; 5 phone forgot 2 5 INBOX; 9 end",
      "1/1/1/0 1/1/1/0 1/1/1/200 0 2s 0 0s" },
    { "moved on one device, not yet on the others; and a folder of its own",
      "1 server stored 1 1 INBOX; 1 phone fetched 1 1 INBOX; 1 laptop fetched 1 1 INBOX; "
      "4 phone stored 1 0 Old; 4 phone removed 1 1 INBOX; 5 phone folder 1 Empty; 9 end",
      "1/1/3/100 1/1/1/100 1/1/1/100 2 5s 0 0s" },
    { "a UID that is learnt later is the same letter; two copies are two",
      "1 phone stored 1 0 Sent; 2 phone fetched 1 8 Sent; 3 phone stored 1 9 Sent; 9 end",
      "2/2/1/200 0/0/0/0 0/0/0/0 1 8s 0 0s" },
    { "a folder gets another name, and one is deleted",
      "1 server stored 1 1 A; 1 server stored 2 1 B; 2 server folder 7 C<A; "
      "3 server folder 0 B; 4 phone fetched 1 1 C; 5 laptop fetched 1 1 C; 9 end",
      "1/1/1/100 1/1/1/100 1/1/1/100 0 4s 0 0s" },
    { "the phone is lost with all that POP took",
      "1 phone fetched 1 1 INBOX; 1 phone fetched 2 2 INBOX; 2 phone flagged 1 1 INBOX; "
      "3 laptop fetched 3 3 INBOX; 4 phone device lost; 5 phone device new; 9 end",
      "0/0/0/0 1/1/1/300 0/0/0/0 1 8s 0 0s 3>1 1>0" },
    { "the phone is lost, and IMAP brings all back but what a copy had twice",
      "1 server stored 1 1 INBOX; 1 phone fetched 1 1 INBOX; 1 phone fetched 1 2 Copies; "
      "1 phone flagged 1 1 Copies; 4 phone device lost; 5 phone device new; "
      "6 phone fetched 1 1 INBOX; 7 phone flagged 1 1 INBOX; 9 end",
      "1/0/1/100 0/0/0/0 1/1/1/100 1 8s 1 2s 1>1 1>1" },
    { "a laptop that is bought later is no place before",
      "1 server stored 1 1 INBOX; 1 phone fetched 1 1 INBOX; 5 laptop device new; "
      "7 laptop fetched 1 1 INBOX; 9 end",
      "1/1/1/100 1/1/1/100 1/1/1/100 0 2s 0 0s" },
    { "what lies in a mailbox of somebody without a device is nobody's",
      "1 server stored 1 1 INBOX; 1 server removed 1 0 INBOX; 9 end",
      "0/0/0/0 0/0/0/0 0/0/1/0 0 0s 0 0s" },
};

static void say_box(struct buf *out, const struct measure_box *b)
{
    fmt_u64(out, b->messages);
    buf_byte(out, '/');
    fmt_u64(out, b->unread);
    buf_byte(out, '/');
    fmt_u64(out, b->folders);
    buf_byte(out, '/');
    fmt_u64(out, b->octets);
    buf_byte(out, ' ');
}

static void say(struct buf *out, const struct measure *m)
{
    const struct measure_person *p = &m->persons[0];
    say_box(out, &m->devices[0].box);
    say_box(out, &m->devices[1].box);
    say_box(out, &p->server);
    fmt_u64(out, p->apart);
    buf_byte(out, ' ');
    fmt_duration(out, p->apart_for);
    buf_byte(out, ' ');
    fmt_u64(out, p->apart_read);
    buf_byte(out, ' ');
    fmt_duration(out, p->apart_read_for);
    for (size_t i = 0; i < m->loss_count; i++) {
        const struct measure_loss *l = &m->losses[i];
        uint64_t numbers[] = { l->had, l->left, l->read_had, l->read_left };
        for (size_t k = 0; k < COUNT(numbers); k++) {
            buf_addz(out, k % 2 == 0 ? " " : ">");
            fmt_u64(out, numbers[k]);
        }
    }
}

static void measured(struct measure *m, const struct trace *t, sim_time from)
{
    struct cast c;
    cast_init(&c, t);
    cast_extend(&c);
    struct measuring *g = measure_begin(m, &c, from);
    while (measure_pass(g, 3)) /* in many slices */
        continue;
    cast_deinit(&c);
}

Test(measure, boxes_are_folded_place_by_place)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct trace t;
        struct measure m;
        struct buf said = { 0 };
        box_stage(&t);
        box_deeds(&t, rows[i].deeds);
        measured(&m, &t, 0);
        cr_assert_eq(m.device_count, 2);
        cr_assert_eq(m.person_count, 1, "Carol has no device");
        say(&said, &m);
        cr_expect_str_eq(buf_z(&said), rows[i].says, "%s", rows[i].why);
        measure_free(&m);
        trace_deinit(&t);
        buf_deinit(&said);
    }
}

/* Deed by deed, as they are written: also where a later one tells what was at the beginning. */
Test(measure, a_trace_that_grows_comes_to_the_same)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct trace t;
        struct fold f;
        struct measure m = { 0 };
        struct buf said = { 0 };
        box_stage(&t);
        measure_fold_init(&f, &m, &t);
        for (slice rest = slice_of(rows[i].deeds); rest.len > 0;) {
            box_deed(&t, slice_cut(&rest, ';'));
            measure_fold_to(&f, t.count);
            cr_expect_eq(f.folded, t.count);
        }
        measure_end(&f);
        say(&said, &m);
        cr_expect_str_eq(buf_z(&said), rows[i].says, "%s", rows[i].why);
        measure_fold_deinit(&f);
        measure_free(&m);
        trace_deinit(&t);
        buf_deinit(&said);
    }
}

Test(measure, a_wait_ends_with_the_first_sight)
{
    /* one lay there before time began */
    static const char deeds[] =
        "0 server stored 3 1 INBOX; 1 server stored 1 2 INBOX; 2 server stored 2 3 INBOX; "
        "4 phone listed 1 2 INBOX; 4 phone listed 3 1 INBOX; 5 phone fetched 1 2 INBOX; "
        "7 laptop fetched 1 2 INBOX; 8 phone removed 1 2 INBOX; 9 phone fetched 1 2 INBOX; "
        "12 phone fetched 2 3 INBOX; 13 end";
    struct trace t;
    struct measure m;
    box_stage(&t);
    box_deeds(&t, deeds);
    measured(&m, &t, 0);
    cr_expect_eq(m.devices[0].arrived, 2);
    cr_expect_eq(m.devices[0].missed, 0);
    cr_expect_eq(m.devices[0].median, 3 * SIM_SECOND);
    cr_expect_eq(m.devices[0].longest, 10 * SIM_SECOND);
    cr_expect_eq(m.devices[1].arrived, 1);
    cr_expect_eq(m.devices[1].missed, 1);
    cr_expect_eq(m.devices[1].longest, 6 * SIM_SECOND);
    cr_expect_eq(m.ended_at, 13 * SIM_SECOND);
    measure_free(&m);
    trace_deinit(&t);
}

/* ---- talks, from worlds */

static const struct measure_protocol *protocol(const struct measure *m, const char *name)
{
    for (size_t i = 0; i < m->protocol_count; i++) {
        if (slice_eq(m->protocols[i].name, slice_of(name))) {
            return &m->protocols[i];
        }
    }
    return NULL;
}

/* TLS changes nothing of what is said once it stands; commands are those of the transcript. */
Test(measure, talks_are_counted_by_protocol)
{
    static const struct {
        const char *body, *protocol;
        uint64_t connections, commands;
    } worlds[] = {
        { SMALL_HOSTS ",'script':[" SMALL_SEND("1s", "bob@example.net") "]", "smtp", 1, 5 },
        { SMALL_HOSTS ",'script':[" SMALL_SEND("1s", "bob@example.net") "]", "submission", 1, 6 },
        { "'hosts':{" SMALL_ALICE "," SMALL_ORG "," SMALL_NET
          ",'bob-pc':{'kind':'mua','account':'bob@example.net','read':'pop','tls':'none'}},"
          "'script':[" SMALL_DO("1s", "bob-pc", "fetch") "]",
          "pop3", 1, 5 },
    };
    for (size_t i = 0; i < COUNT(worlds); i++) {
        struct small_world w;
        struct measure m;
        cr_assert(small_world_new(&w, worlds[i].body), "%s", w.err.text);
        small_world_run(&w);
        measured(&m, &w.trace, 0);
        const struct measure_protocol *p = protocol(&m, worlds[i].protocol);
        cr_assert(p != NULL, "row %zu", i);
        cr_expect_eq(p->connections, worlds[i].connections, "row %zu", i);
        cr_expect_eq(p->commands, worlds[i].commands, "row %zu: %d", i, (int)p->commands);
        uint64_t octets = 0;
        for (uint64_t n = 1; n <= w.trace.count; n++) {
            const struct trace_rec *r = trace_at(&w.trace, n);
            octets += r->kind == TRACE_SAID ? r->a : 0;
        }
        for (size_t k = 0; k < m.protocol_count; k++) {
            octets -= m.protocols[k].octets_out + m.protocols[k].octets_in;
        }
        cr_expect_eq(octets, 0, "row %zu: all that was said is somebody's", i);
        measure_free(&m);
        measured(&m, &w.trace, SIM_MINUTE);
        cr_expect_eq(m.protocol_count, 0, "row %zu: nobody calls after a minute", i);
        measure_free(&m);
        small_world_free(&w);
    }
}
