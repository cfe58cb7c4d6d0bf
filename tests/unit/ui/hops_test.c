#include "ui/hops.h"

#include "tests/lib/lesson_trace.h"

#include <criterion/criterion.h>

/* Who gave it to whom, and how many fields each sender had added. */
static void told(const struct hops *h, const struct cast *c, struct buf *out)
{
    for (size_t i = 0; i < h->count; i++) {
        const struct hop *hop = &h->list[i];
        size_t added = 0;
        for (size_t k = 0; k < hop->field_count; k++) {
            added += hops_origin(h, i, &hop->fields[k]) == i;
        }
        buf_add(out, cast_host_name(c, hop->from));
        buf_addz(out, hop->envelope ? " > " : " < ");
        buf_add(out, cast_host_name(c, hop->to));
        buf_addz(out, " +");
        fmt_u64(out, added);
        buf_addz(out, hops_changed_body(h, i) ? " changed; " : "; ");
    }
}

Test(hops, know_what_each_host_has_added)
{
    static const struct {
        const char *lesson, *letter, *says;
    } rows[] = {
        { "first-mail", "1.alice-laptop@example.org",
          "alice-laptop > mail.example.org +8; mail.example.org > mail.example.net +1; "
          "mail.example.net < bob-phone +2; " },
        { "attachment-grows", "3.bounce@mail.example.org",
          "mail.example.org < alice-laptop +11; " },
        { "dot-on-a-line", NULL, NULL },
        { "smtp-smuggling", NULL, NULL },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct trace t;
        struct cast c;
        struct err err = { "" };
        struct hops once, steps;
        struct buf out = { 0 }, other = { 0 }, path = { 0 };
        bool found = rows[i].letter == NULL;
        buf_addz(&path, "scenarios/");
        buf_addz(&path, rows[i].lesson);
        buf_addz(&path, ".json");
        cr_assert(lesson_trace(&t, buf_z(&path), &err), "%s", err.text);
        cast_init(&c, &t);
        cast_extend(&c);
        hops_init(&steps);
        for (uint32_t letter = 0; letter < c.letter_count; letter++) {
            hops_init(&once);
            hops_read(&once, &c, letter, t.count);
            buf_clear(&out);
            told(&once, &c, &out);
            slice name = trace_name_of(&t, c.letters[letter].name);
            if (rows[i].letter && slice_eq(name, slice_of(rows[i].letter))) {
                cr_expect_str_eq(buf_z(&out), rows[i].says, "%s: %s", rows[i].lesson, buf_z(&out));
                found = true;
            }
            hops_deinit(&once);
            for (uint64_t n = 1; n <= t.count; n++) { /* going there shows the same */
                hops_read(&steps, &c, letter, n);
            }
            buf_clear(&other);
            told(&steps, &c, &other);
            cr_expect_str_eq(buf_z(&other), buf_z(&out), "%s: %.*s", rows[i].lesson,
                             SLICE_ARG(name));
            if (once.count) {
                hops_read(&steps, &c, letter, steps.list[0].record); /* and back */
                cr_expect(steps.count == 1);
            }
        }
        cr_expect(found, "%s", rows[i].lesson);
        hops_deinit(&steps);
        cast_deinit(&c);
        trace_deinit(&t);
        buf_deinit(&out);
        buf_deinit(&other);
        buf_deinit(&path);
    }
}
