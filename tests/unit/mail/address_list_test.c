#include "sim/mail/address_list.h"

#include "sim/base/buf.h"

#include <criterion/criterion.h>

static void show(const char *body, struct buf *out)
{
    struct arena a;
    struct address_entry e;
    arena_init(&a);
    struct address_reader r = address_list_of(slice_of(body), &a);
    while (address_entry_next(&r, &e)) {
        buf_addz(out, e.kind == ENTRY_GROUP ? "{" : e.kind == ENTRY_GROUP_END ? "}" : "");
        buf_add(out, e.name);
        if (e.kind == ENTRY_MAILBOX) {
            buf_byte(out, '|');
            buf_add(out, e.route);
            buf_byte(out, '|');
            buf_add(out, e.local);
            buf_byte(out, '|');
            buf_add(out, e.domain);
            buf_byte(out, ';');
        }
    }
    arena_deinit(&a);
}

Test(address_list, says_who_is_named)
{
    static const struct {
        const char *body, *shown;
    } rows[] = {
        { "", "" },
        { " ,, ", "" },
        { "a@b.c", "||a|b.c;" },
        { "<a@b.c>", "||a|b.c;" },
        { "Alice L. <a@b.c>", "Alice L.||a|b.c;" },
        { "\"L., \\\"Al\\\"\" <a@b.c>, d@e", "L., \"Al\"||a|b.c;||d|e;" },
        { "a@b.c (Alice (L.))", "Alice (L.)||a|b.c;" },
        { "(x) Alice  (y)\r\n\tL <a@b.c> (z)", "Alice L||a|b.c;" },
        { "(only) <a@b.c>", "only||a|b.c;" },
        { "team: a@b, \"d e\"@f;, g@h", "{team||a|b;||d e|f;}||g|h;" },
        { "undisclosed recipients:;", "{undisclosed recipients}" },
        { "never closed: a@b", "{never closed||a|b;}" },
        { "x <@r1,@r2:a@b>", "x|@r1,@r2|a|b;" },
        { "a . b @ c . d", "||a.b|c.d;" },
        { "a@[192.0.2.1]", "||a|[192.0.2.1];" },
        { "=?utf-8?q?=C3=85sa?= <a@b>", "=?utf-8?q?=C3=85sa?=||a|b;" },
        { "just words", "||just words|;" },
        { "\"unclosed", "||unclosed|;" },
        { "<unclosed@b", "||unclosed|b;" },
        { "a@b@c, d@e", "||a|b@c;||d|e;" },
        { "; ; a@b", "||a|b;" },
        { "<>", "|||;" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf out = { 0 };
        show(rows[i].body, &out);
        cr_expect_str_eq(buf_z(&out), rows[i].shown, "row %zu: %s", i, buf_z(&out));
        buf_deinit(&out);
    }
}

Test(address_list, needs_memory_in_proportion)
{
    struct buf body = { 0 };
    struct arena a;
    struct address_entry e;
    size_t count = 0;
    arena_init(&a);
    for (size_t i = 0; i < 2000; i++) {
        buf_addz(&body, "N <a@b>, ");
    }
    struct address_reader r = address_list_of(buf_slice(&body), &a);
    while (address_entry_next(&r, &e)) {
        count++;
    }
    cr_expect_eq(count, 2000);
    cr_expect_lt(a.total, 30 * body.len);
    arena_deinit(&a);
    buf_deinit(&body);
}
