#include "sim/base/blob.h"

#include <criterion/criterion.h>

Test(blob, lives_until_the_last_lets_go)
{
    struct blob *b = blob_new(SLICE("body"));
    struct blob *shared = blob_ref(b);
    cr_expect_eq(shared, b);
    cr_expect_eq(b->refs, 2);
    blob_unref(&b);
    cr_expect_null(b);
    blob_unref(&b); /* harmless */
    cr_expect(slice_eq(blob_slice(shared), SLICE("body")));
    blob_unref(&shared);
    cr_expect_null(blob_ref(NULL));
    cr_expect_eq(blob_slice(NULL).len, 0);
}

Test(blob, room_is_a_limit)
{
    struct blob *b = blob_with_room(4);
    cr_expect(blob_append(b, SLICE("abc")));
    cr_expect(!blob_append(b, SLICE("de")));
    cr_expect(slice_eq(blob_slice(b), SLICE("abc")), "nothing done");
    cr_expect(blob_append(b, SLICE("d")));
    cr_expect(blob_append(b, SLICE("")));
    blob_unref(&b);
}

Test(blob, hash_is_that_of_the_bytes_whoever_holds_them)
{
    struct blob *b = blob_with_room(8);
    (void)blob_append(b, SLICE("abcd"));
    struct chunk whole = { blob_slice(b), b };
    uint64_t hash = slice_hash(SLICE("abcd"), 0);
    cr_expect_eq(chunk_hash(whole), hash);
    cr_expect_eq(chunk_hash(whole), hash, "the remembered one");
    cr_expect_eq(chunk_hash((struct chunk){ SLICE("abcd"), NULL }), hash);
    (void)blob_append(b, SLICE("e")); /* what was remembered is stale now */
    cr_expect_eq(chunk_hash(whole), hash, "the chunk still has four bytes");
    cr_expect_eq(chunk_hash((struct chunk){ blob_slice(b), b }), slice_hash(SLICE("abcde"), 0));
    blob_unref(&b);
}
