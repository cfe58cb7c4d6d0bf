#include "sim/mail/message.h"

#include <criterion/criterion.h>
#include <string.h>

static const slice letter =
    SLICE_INIT("From: a@x\r\nSubject: hi\r\n\r\none\r\ntwo\r\n\r\nfour\r\n");

static struct message *in_two(slice s, size_t cut)
{
    struct message *m = message_new();
    struct blob *a = blob_new(slice_sub(s, 0, cut));
    struct blob *b = blob_new(slice_from(s, cut));
    message_add(m, (struct chunk){ blob_slice(a), a });
    message_add(m, (struct chunk){ blob_slice(b), b });
    blob_unref(&a);
    blob_unref(&b);
    return m;
}

static bool reads(const struct message *m, slice wanted)
{
    struct buf b;
    buf_init(&b);
    message_copy(m, &b);
    bool same = slice_eq(buf_slice(&b), wanted) && m->size == wanted.len;
    buf_deinit(&b);
    return same;
}

Test(message, is_the_same_letter_wherever_its_rope_is_cut)
{
    struct message *whole = message_from(letter);
    for (size_t cut = 0; cut <= letter.len; cut++) {
        struct message *m = in_two(letter, cut);
        cr_expect(reads(m, letter), "cut %zu", cut);
        cr_expect(message_same(m, whole) && message_same(whole, m), "cut %zu", cut);
        cr_expect_eq(message_header_size(m), 26, "cut %zu", cut);
        cr_expect_eq(message_lines_end(m, 26, 2), 36, "cut %zu", cut);
        cr_expect_eq(message_lines_end(m, 26, 99), letter.len, "cut %zu", cut);
        cr_expect(message_contains(m, SLICE("\r\n\r\nfour")), "cut %zu", cut);
        cr_expect_not(message_contains(m, SLICE("five")), "cut %zu", cut);
        struct buf scratch;
        buf_init(&scratch);
        slice header = message_header(m, &scratch);
        cr_expect(slice_eq(header, slice_sub(letter, 0, 26)), "cut %zu", cut);
        buf_deinit(&scratch);
        message_unref(&m);
    }
    message_unref(&whole);
}

Test(message, finds_the_end_of_the_header)
{
    static const struct {
        slice text;
        size_t size;
        const char *why;
    } rows[] = {
        { SLICE_INIT(""), 0, "empty" },
        { SLICE_INIT("\r\nbody\r\n"), 2, "an empty header" },
        { SLICE_INIT("A: b\r\n"), 6, "no empty line: all of it" },
        { SLICE_INIT("A: b\r\r\n\r\n"), 9, "a stray CR" },
        { SLICE_INIT("A: b\n\nc\r\n\r\n"), 11, "bare LF ends nothing" },
        { SLICE_INIT("A: b\r\n\r\n\r\n"), 8, "the first empty line" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct message *m = message_from(rows[i].text);
        cr_expect_eq(message_header_size(m), rows[i].size, "%s", rows[i].why);
        struct message *traced = message_with_front(m, SLICE("Received: x\r\n"));
        cr_expect_eq(message_header_size(traced), rows[i].size + 13, "%s", rows[i].why);
        cr_expect_eq(message_lines_end(m, rows[i].size, 9), m->size, "%s", rows[i].why);
        message_unref(&traced);
        message_unref(&m);
    }
}

Test(message, a_trace_field_in_front_copies_no_body)
{
    struct message *m = in_two(letter, 26);
    const char *body = m->parts[1].bytes.ptr;
    struct message *hops[8] = { m };
    for (size_t i = 1; i < COUNT(hops); i++) {
        hops[i] = message_with_front(hops[i - 1], SLICE("Received: by hop\r\n"));
        cr_expect_eq(hops[i]->part_count, 2 + i);
        cr_expect_eq(hops[i]->parts[1 + i].bytes.ptr, body);
        cr_expect_eq(hops[i]->size, letter.len + 18 * i);
    }
    cr_expect_eq(m->parts[1].owner->refs, COUNT(hops));
    for (size_t i = 0; i < COUNT(hops); i++) {
        message_unref(&hops[i]);
        cr_expect_null(hops[i]);
    }
}

Test(message, copied_text_and_neighbours_make_one_part)
{
    struct message *m = message_new();
    struct blob *b = blob_new(SLICE("0123456789"));
    message_add(m, (struct chunk){ SLICE("copied "), NULL });
    message_add(m, (struct chunk){ SLICE("together "), NULL });
    message_add(m, (struct chunk){ slice_sub(blob_slice(b), 0, 4), b });
    message_add(m, (struct chunk){ slice_sub(blob_slice(b), 4, 3), b });
    message_add(m, (struct chunk){ slice_sub(blob_slice(b), 8, 2), b });
    message_add(m, (struct chunk){ SLICE("!"), NULL });
    cr_expect(reads(m, SLICE("copied together 012345689!")));
    cr_expect_eq(m->part_count, 4);
    cr_expect_eq(b->refs, 3);
    message_unref(&m);
    cr_expect_eq(b->refs, 1);
    blob_unref(&b);
}

Test(message, any_part_goes_out_by_reference)
{
    struct message *m = in_two(letter, 13);
    for (size_t from = 0; from <= letter.len + 1; from++) {
        for (size_t len = 0; len <= letter.len + 1; len += 3) {
            struct outq out;
            outq_init(&out);
            message_out_part(m, from, len, &out);
            slice wanted = slice_sub(letter, from, len);
            cr_expect_eq(out.size, wanted.len);
            size_t at = 0;
            for (size_t i = 0; i < out.count; i++) {
                const struct chunk *c = outq_peek(&out, i);
                cr_expect_not_null(c->owner);
                cr_expect(slice_eq(c->bytes, slice_sub(wanted, at, c->bytes.len)));
                at += c->bytes.len;
            }
            outq_deinit(&out);
            struct message *part = message_new();
            message_add_part(part, m, from, len);
            cr_expect(reads(part, wanted));
            message_unref(&part);
        }
    }
    message_unref(&m);
}

Test(message, contains_finds_needles_that_overlap_themselves)
{
    static const struct {
        slice text, needle;
        bool found;
    } rows[] = {
        { SLICE_INIT("aaab"), SLICE_INIT("aab"), true },
        { SLICE_INIT("abababc"), SLICE_INIT("ababc"), true },
        { SLICE_INIT("ababab"), SLICE_INIT("ababc"), false },
        { SLICE_INIT("--=_x--=_y"), SLICE_INIT("--=_y"), true },
        { SLICE_INIT("aabaaabaaac"), SLICE_INIT("aabaaac"), true },
        { SLICE_INIT("x"), SLICE_INIT(""), true },
        { SLICE_INIT(""), SLICE_INIT("x"), false },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t cut = 0; cut <= rows[i].text.len; cut++) {
            struct message *m = in_two(rows[i].text, cut);
            cr_expect_eq(message_contains(m, rows[i].needle), rows[i].found, "row %zu", i);
            message_unref(&m);
        }
    }
}

Test(message, sees_one_8bit_octet_anywhere)
{
    char text[40];
    for (size_t at = 0; at < sizeof text; at++) {
        memset(text, 'a', sizeof text);
        struct message *plain = message_from((slice){ text, sizeof text });
        text[at] = (char)0xc3;
        struct message *m = message_from((slice){ text, sizeof text });
        cr_expect_not(message_is_8bit(plain));
        cr_expect(message_is_8bit(m), "at %zu", at);
        cr_expect_not(message_same(m, plain));
        message_unref(&plain);
        message_unref(&m);
    }
}
