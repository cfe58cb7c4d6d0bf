#include "sim/mail/thread.h"

#include <criterion/criterion.h>

/* A letter as a word: "NUMBER/ID/REFERENCES/SUBJECT/SENT", ids with "," between them; a subject with
 * ">" in front is a reply's. */
static void read_letter(slice text, struct arena *a, struct thread_letter *l)
{
    uint32_t sent = 0;
    *l = (struct thread_letter){ 0 };
    (void)slice_to_u32(slice_cut(&text, '/'), &l->number);
    l->id = slice_cut(&text, '/');
    slice ids = slice_cut(&text, '/');
    l->references = arena_array(a, 10, sizeof *l->references);
    while (ids.len > 0) {
        l->references[l->reference_count++] = slice_cut(&ids, ',');
    }
    l->subject = slice_cut(&text, '/');
    l->reply = slice_starts(l->subject, SLICE(">"));
    l->subject = slice_from(l->subject, l->reply);
    (void)slice_to_u32(text, &sent);
    l->sent = sent;
}

static size_t read_letters(const char *text, struct arena *a, struct thread_letter *letters)
{
    slice rest = slice_of(text);
    size_t count = 0;
    while (rest.len > 0) {
        read_letter(slice_cut(&rest, ' '), a, &letters[count++]);
    }
    return count;
}

typedef void thread_fn(const struct thread_letter *, size_t, struct arena *, struct buf *);

static void expect_threads(thread_fn *how, const char *text, const char *expected, size_t row)
{
    struct thread_letter letters[20];
    struct arena a;
    struct buf out = { 0 };
    arena_init(&a);
    size_t count = read_letters(text, &a, letters);
    how(letters, count, &a, &out);
    cr_expect_str_eq(buf_z(&out), expected, "row %zu: %s", row, buf_z(&out));
    buf_deinit(&out);
    arena_deinit(&a);
}

/* RFC 5256 3, REFERENCES, by its steps. */
Test(thread, by_references)
{
    static const struct {
        const char *letters, *threads;
    } rows[] = {
        { "", "" },
        { "1/a//S/1", "(1)" },
        { "1/a//S/2 2/b//T/1", "(2)(1)" },
        /* 1: chains and branches, whatever comes first */
        { "1/a//S/1 2/b/a/>S/2 3/c/a,b/>S/3", "(1 2 3)" },
        { "1/c/a,b/>S/3 2/b/a/>S/2 3/a//S/1", "(3 2 1)" },
        { "1/a//S/1 2/b/a/>S/2 3/c/a/>S/3 4/d/a,c/>S/4", "(1 (2)(3 4))" },
        { "3/a//S/1 6/b/a/>S/2 4/c/a,b/>S/3 23/d/c/>S/4 44/e/b/>S/5 7/f/e/>S/6 96/g/f/>S/7",
          "(3 6 (4 23)(44 7 96))" },
        /* 1.A: what makes a circle is no link; 1.B: the letter's own word counts */
        { "1/a/b/S/1 2/b/a/T/2", "(2 1)" },
        { "1/a/a/S/1", "(1)" },
        { "1/c/x,b/S/3 2/b/a/T/2 3/a//U/1", "(3 2 1)" },
        /* two with one id, and none */
        { "1/a//S/1 2/a//T/2 3/b/a/U/3", "(1 3)(2)" },
        { "1///S/1 2///T/2", "(1)(2)" },
        /* 3: dummies */
        { "1/b/gone/S/1", "(1)" },
        { "1/b/gone/S/2 2/c/gone/T/1", "((2)(1))" },
        { "1/a//S/1 2/b/a,gone/T/2 3/c/a,gone/U/3", "(1 (2)(3))" },
        { "1/b/x,y/S/1 2/c/x,z/T/2", "((1)(2))" },
        /* 4, 6: by date, dummies by their first child's */
        { "1/b/gone/S/9 2/c/gone/T/3 3/d//U/5", "((2)(1))(3)" },
        /* 5: by subject at the top */
        { "1/a//S/1 2/b//>S/2", "(1 2)" },
        { "1/a//>S/1 2/b//S/2", "(2 1)" },
        { "1/a//S/1 2/b//S/2", "((1)(2))" },
        { "1/a//>S/1 2/b//>S/2 3/c//>S/3", "((1)(2)(3))" },
        { "1/b/gone/S/1 2/c/gone/T/2 3/d//S/3", "((1)(2)(3))" },
        { "1/b/g/S/1 2/c/g/T/2 3/d/h/S/3 4/e/h/U/4", "((1)(2)(3)(4))" },
        { "1/a///1 2/b///2", "(1)(2)" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        expect_threads(thread_by_references, rows[i].letters, rows[i].threads, i);
    }
}

Test(thread, by_subject)
{
    static const struct {
        const char *letters, *threads;
    } rows[] = {
        { "", "" },
        { "1/a//S/5 2/b//T/1 3/c//S/2", "(2)(3 1)" },
        { "1/a//S/1 2/b//>S/2 3/c//S/3 4/d//S/3", "(1 (2)(3)(4))" },
        { "166////1 167////1", "(166 167)" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        expect_threads(thread_by_subject, rows[i].letters, rows[i].threads, i);
    }
}

Test(thread, reads_ids)
{
    static const struct {
        const char *body, *ids;
    } rows[] = {
        { "", "" },
        { "<a@x>", "a@x;" },
        { "<a@x> <b@x>\r\n <c@x>", "a@x;b@x;c@x;" },
        { "<1> <2> <3> <4> <5>", "3;4;5;" },
        { "your mail of today <a@x", "" },
        { "<> < b@x > <c<d@x>", "b@x;d@x;" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena a;
        struct buf out = { 0 };
        slice *ids;
        arena_init(&a);
        size_t count = thread_ids(slice_of(rows[i].body), 3, &a, &ids);
        for (size_t k = 0; k < count; k++) {
            buf_add(&out, ids[k]);
            buf_byte(&out, ';');
        }
        cr_expect_str_eq(buf_z(&out), rows[i].ids, "row %zu: %s", i, buf_z(&out));
        buf_deinit(&out);
        arena_deinit(&a);
    }
}
