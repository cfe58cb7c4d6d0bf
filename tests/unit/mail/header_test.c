#include "sim/mail/header.h"

#include <criterion/criterion.h>

Test(header, fields_come_with_their_folds_and_stop_at_the_empty_line)
{
    slice rest = SLICE("From: a@x\r\nSubject:  folded\r\n\tover two \r\nX-Empty:\r\nOld : yes\r\n"
                       "\r\nnot: a field\r\n");
    static const struct {
        slice name, body;
    } wanted[] = {
        { SLICE_INIT("From"), SLICE_INIT("a@x") },
        { SLICE_INIT("Subject"), SLICE_INIT("folded\r\n\tover two") },
        { SLICE_INIT("X-Empty"), SLICE_INIT("") },
        { SLICE_INIT("Old"), SLICE_INIT("yes") },
    };
    struct header_field f;
    for (size_t i = 0; i < COUNT(wanted); i++) {
        cr_assert(header_next(&rest, &f), "field %zu", i);
        cr_expect(slice_eq(f.name, wanted[i].name), "field %zu", i);
        cr_expect(slice_eq(f.body, wanted[i].body), "field %zu", i);
        cr_expect(slice_ends(f.whole, SLICE("\r\n")) && slice_starts(f.whole, f.name));
    }
    cr_expect_not(header_next(&rest, &f));
    cr_expect(slice_starts(rest, SLICE("\r\n")), "the empty line stays");
}

Test(header, what_is_no_field_ends_the_section)
{
    static const slice rows[] = {
        SLICE_INIT(""),
        SLICE_INIT("\r\n"),
        SLICE_INIT("no colon\r\n"),
        SLICE_INIT(":\r\n"),
        SLICE_INIT(" lead: x\r\n"),
        SLICE_INIT("b\xc3\xa5: x\r\n"),
        SLICE_INIT("a b: x"),
        SLICE_INIT("a"),
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        slice rest = rows[i];
        struct header_field f;
        cr_expect_not(header_next(&rest, &f), "row %zu", i);
        cr_expect_eq(rest.ptr, rows[i].ptr, "row %zu", i);
    }
    slice cut = SLICE("Name: value");
    struct header_field f;
    cr_expect(header_next(&cut, &f) && slice_eq(f.body, SLICE("value")), "cut off at the end");
}

Test(header, find_count_and_unfold)
{
    slice header = SLICE("Received: one\r\nRECEIVED: two\r\nTo: b\r\nreceived: three\r\n\r\n");
    struct header_field f;
    cr_expect_eq(header_count(header, SLICE("Received")), 3);
    cr_expect(header_find(header, SLICE("to"), &f) && slice_eq(f.body, SLICE("b")));
    cr_expect_not(header_find(header, SLICE("Cc"), &f));
    struct buf out;
    buf_init(&out);
    header_unfold(SLICE("one\r\n two\r\n\tthree\r\n"), &out);
    cr_expect(slice_eq(buf_slice(&out), SLICE("one two\tthree\r\n")));
    buf_deinit(&out);
}

Test(header, message_id_without_its_brackets)
{
    static const struct {
        slice header, id;
    } rows[] = {
        { SLICE_INIT("Message-ID: <1@x>\r\n\r\n"), SLICE_INIT("1@x") },
        { SLICE_INIT("message-id:\r\n <folded@x> (why)\r\n\r\n"), SLICE_INIT("folded@x") },
        { SLICE_INIT("Message-ID: bare@x\r\n"), SLICE_INIT("bare@x") },
        { SLICE_INIT("Message-ID: <open@x\r\n"), SLICE_INIT("open@x") },
        { SLICE_INIT("Message-ID:\r\n"), SLICE_INIT("") },
        { SLICE_INIT("From: a@x\r\n"), SLICE_INIT("") },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_expect(slice_eq(header_message_id(rows[i].header), rows[i].id), "row %zu", i);
    }
    static const struct {
        slice id;
        bool plain;
    } ids[] = {
        { SLICE_INIT("1.a@example.org"), true }, { SLICE_INIT(""), false },
        { SLICE_INIT("a b@x"), false },          { SLICE_INIT("a>\r\n\tb@x"), false },
        { SLICE_INIT("a\nBcc:b@x"), false },     { SLICE_INIT("\xc3\xbc@x"), false },
    };
    for (size_t i = 0; i < COUNT(ids); i++) {
        cr_expect_eq(header_id_is_plain(ids[i].id), ids[i].plain, "id %zu", i);
    }
}
