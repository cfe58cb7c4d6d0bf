#include "sim/base/book.h"

#include "sim/base/fmt.h"

#include <criterion/criterion.h>

static slice named(struct buf *b, uint64_t i)
{
    buf_clear(b);
    buf_addz(b, "name ");
    fmt_u64(b, i);
    return buf_slice(b);
}

static bool is_below(const void *self, const void *record)
{
    return *(const uint64_t *)record < *(const uint64_t *)self;
}

Test(book, a_record_for_each_name)
{
    struct book b;
    struct buf name = { 0 };
    book_init(&b, sizeof(uint64_t));
    cr_expect_null(book_find(&b, SLICE("")));
    for (uint64_t i = 0; i < 1000; i++) {
        uint64_t *r = book_record(&b, named(&name, i));
        cr_expect_eq(*r, 0);
        *r = i + 1;
    }
    for (uint64_t i = 0; i < 1000; i++) {
        cr_expect_eq(*(uint64_t *)book_find(&b, named(&name, i)), i + 1);
        cr_expect_eq(*(uint64_t *)book_record(&b, named(&name, i)), i + 1);
    }
    cr_expect_null(book_find(&b, named(&name, 1000)));
    cr_expect_eq(b.count, 1000);
    buf_deinit(&name);
    book_deinit(&b);
}

/* A hundred thousand names pass by, of which a hundred are alive at a time. */
Test(book, is_as_large_as_what_is_alive)
{
    struct book b;
    struct buf name = { 0 };
    size_t most = 0;
    book_init(&b, sizeof(uint64_t));
    for (uint64_t i = 0; i < 100000; i++) {
        uint64_t first = i > 100 ? i - 100 : 0;
        book_sweep(&b, is_below, &first);
        *(uint64_t *)book_record(&b, named(&name, i)) = i;
        for (uint64_t k = first; k < i; k += 33) {
            cr_assert_eq(*(uint64_t *)book_find(&b, named(&name, k)), k);
        }
        most = b.count > most ? b.count : most;
    }
    cr_expect_leq(most, 202);
    cr_expect_leq(b.names.len, 202 * sizeof "name 100000");
    buf_deinit(&name);
    book_deinit(&b);
}

Test(book, gives_memory_back)
{
    struct book b;
    struct buf name = { 0 };
    uint64_t all = 5000;
    book_init(&b, sizeof(uint64_t));
    for (uint64_t i = 0; i < all; i++) {
        *(uint64_t *)book_record(&b, named(&name, i)) = i;
    }
    uint64_t first = all - 3;
    book_sweep(&b, is_below, &first);
    cr_expect_eq(b.count, 3);
    cr_expect_leq(b.line_cap, 64);
    cr_expect_leq(b.table_size, 64);
    cr_expect_leq(b.names.cap, 64);
    cr_expect_null(book_find(&b, named(&name, 0)));
    for (uint64_t i = first; i < all + 100; i++) {
        uint64_t *r = book_record(&b, named(&name, i));
        cr_expect_eq(*r, i < all ? i : 0);
    }
    buf_deinit(&name);
    book_deinit(&b);
}
