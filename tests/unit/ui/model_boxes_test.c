/* What the screen says lies in mailboxes and on devices is what expectations see there. */
#include "ui/model.h"

#include "sim/world/expect_box.h"
#include "tests/lib/box_deeds.h"

#include <criterion/criterion.h>

/* "Folder letter uid flags", with "listed" where a device has no text; of the phone, then of the
 * server, as they came. */
static const struct {
    const char *why;
    const char *deeds;
    const char *says;
    uint32_t inbox; /* on the phone */
} rows[] = {
    { "what is fetched again is there once",
      "1 server stored 1 1 INBOX; 2 phone fetched 1 1 INBOX; 3 phone fetched 1 1 INBOX; "
      "4 phone flagged 1 1 INBOX",
      "bob@example.net/INBOX one@x 1 1; bob/INBOX one@x 1 0; ", 1 },
    { "a list shows it, the text comes, is shown again, is forgotten",
      "1 phone listed 1 1 INBOX; 1 phone listed 2 2 INBOX; 1 phone listed 3 3 INBOX; "
      "2 phone fetched 1 1 INBOX; 2 phone fetched 2 2 INBOX; 3 phone listed 1 1 INBOX; "
      "4 phone forgot 2 2 INBOX",
      "bob@example.net/INBOX one@x 1 0; bob@example.net/INBOX two@x 2 0 listed; "
      "bob@example.net/INBOX three@x 3 0 listed; ",
      3 },
    { "a UID that is learnt later is the same letter; stored once more are two",
      "1 phone stored 1 0 Sent; 1 phone flagged 1 1 Sent; 2 phone fetched 1 8 Sent; "
      "3 phone stored 1 9 Sent; 3 phone stored 2 0 Sent; 4 phone listed 2 10 Sent",
      "bob@example.net/Sent one@x 8 1; bob@example.net/Sent one@x 9 0; "
      "bob@example.net/Sent two@x 10 0; ",
      0 },
    { "one of two copies goes, both are marked",
      "1 server stored 1 1 INBOX; 1 server stored 1 2 INBOX; 1 server stored 1 3 INBOX; "
      "2 server flagged 1 4 INBOX; 3 server removed 1 1 INBOX; 3 server removed 1 1 INBOX",
      "bob/INBOX one@x 2 4; bob/INBOX one@x 3 4; ", 0 },
    { "folders and what is in them",
      "1 server stored 1 1 A; 1 server stored 2 1 B; 1 server stored 1 1 B; "
      "2 server folder 7 C<A; 3 server folder 0 B; 4 server flagged 1 2 C",
      "bob/C one@x 1 2; ", 0 },
    { "moved by hand into a folder that gets another name, and one comes back",
      "1 phone fetched 1 1 INBOX; 1 phone fetched 2 2 INBOX; 1 phone fetched 3 3 INBOX; "
      "2 phone stored 1 0 Old; 2 phone removed 1 1 INBOX; 2 phone stored 2 0 Old; "
      "2 phone removed 2 2 INBOX; 3 phone folder 7 Older<Old; 4 phone fetched 2 2 Older; "
      "5 phone stored 1 4 INBOX; 5 phone removed 1 0 Older",
      "bob@example.net/INBOX three@x 3 0; bob@example.net/Older two@x 2 0; "
      "bob@example.net/INBOX one@x 4 0; ",
      2 },
    { "a phone that is lost has nothing",
      "1 server stored 1 1 INBOX; 1 phone fetched 1 1 INBOX; 2 phone device lost",
      "bob/INBOX one@x 1 0; ", 0 },
};

static void say(const struct trace *t, struct box_item i, struct buf *out)
{
    buf_add(out, trace_name_of(t, i.place));
    buf_byte(out, ' ');
    buf_add(out, trace_name_of(t, i.letter));
    buf_byte(out, ' ');
    fmt_u64(out, i.uid);
    buf_byte(out, ' ');
    fmt_u64(out, i.flags);
    buf_addz(out, i.whole ? "; " : " listed; ");
}

static void expected(const struct trace *t, uint32_t actor, struct buf *out)
{
    struct expect_view v = { .trace = t, .until = SIM_FOREVER };
    struct boxes b = { 0 };
    boxes_fold(&b, &v, actor);
    for (size_t i = 0; i < b.count; i++) {
        if (!b.items[i].gone) {
            say(t, b.items[i], out);
        }
    }
    boxes_deinit(&b);
}

static void shown(const struct model *m, uint32_t actor, struct buf *out)
{
    for (size_t i = 0; i < model_copies(m); i++) {
        const struct model_copy *c = model_copy(m, i);
        if (!c->gone && c->host == actor && c->mailbox != 0) {
            say(m->cast->trace,
                (struct box_item){ .letter = m->cast->letters[c->letter].name,
                                   .place = c->mailbox,
                                   .uid = c->uid,
                                   .flags = c->flags,
                                   .whole = !c->listed },
                out);
        }
    }
}

Test(model_boxes, hold_what_expectations_see)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct trace t;
        struct cast c;
        struct model m;
        struct buf seen = { 0 }, drawn = { 0 };
        box_stage(&t);
        box_deeds(&t, rows[i].deeds);
        cast_init(&c, &t);
        cast_extend(&c);
        model_init(&m, &c);
        model_seek(&m, t.count);
        expected(&t, PHONE, &seen);
        expected(&t, SERVER, &seen);
        shown(&m, PHONE, &drawn);
        shown(&m, SERVER, &drawn);
        cr_expect_str_eq(buf_z(&seen), rows[i].says, "expectations: %s", rows[i].why);
        cr_expect_str_eq(buf_z(&drawn), rows[i].says, "the screen: %s", rows[i].why);
        cr_expect_eq(model_host(&m, PHONE)->inbox, rows[i].inbox, "%s: %u", rows[i].why,
                     model_host(&m, PHONE)->inbox);
        model_deinit(&m);
        cast_deinit(&c);
        trace_deinit(&t);
        buf_deinit(&seen);
        buf_deinit(&drawn);
    }
}
