#include "sim/proto/imap_section.h"

#include <criterion/criterion.h>

/* A body goes out as the very blob it came in, at whatever offset. */
Test(imap_section, sends_the_letter_by_reference)
{
    static const char *const rows[] = {
        "[]", "[TEXT]", "[HEADER]", "[]<3.20>", "[HEADER.FIELDS (B)]", "[1]"
    };
    struct blob *header = blob_new(SLICE("A: one\r\nB: two\r\n\r\n"));
    struct blob *body = blob_new(SLICE("the body of a letter\r\n"));
    struct message *m = message_new();
    message_add(m, (struct chunk){ blob_slice(header), header });
    message_add(m, (struct chunk){ blob_slice(body), body });
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena a;
        struct outq out;
        struct imap_section s;
        arena_init(&a);
        outq_init(&out);
        struct imap_lex l = { .rest = slice_of(rows[i]), .arena = &a };
        cr_assert(imap_section_parse(&l, &s), "row %zu", i);
        imap_section_write(&s, m, &a, &out);
        size_t shared = 0;
        const struct chunk *c;
        for (size_t k = 0; (c = outq_peek(&out, k)) != NULL; k++) {
            shared += c->owner == header || c->owner == body;
        }
        cr_expect_geq(shared, 1, "row %zu: %s was copied", i, rows[i]);
        outq_deinit(&out);
        arena_deinit(&a);
    }
    message_unref(&m);
    cr_expect_eq(header->refs, 1);
    cr_expect_eq(body->refs, 1);
    blob_unref(&header);
    blob_unref(&body);
}
