/* dots_lab.c - see dots_lab.h. */
#include "tests/lib/dots_lab.h"

#include <criterion/criterion.h>

static void hold_cut(const struct dots_row *row, size_t number, size_t a, size_t b,
                     dots_read_fn *read)
{
    slice parts[] = { slice_sub(row->wire, 0, a), slice_sub(row->wire, a, b - a),
                      slice_from(row->wire, b) };
    struct line_reader lines;
    struct dot_reader d = { 0 };
    struct message *m = message_new();
    struct buf left = { 0 }, text = { 0 };
    line_init(&lines, 100);
    bool end = false;
    for (size_t i = 0; i < COUNT(parts); i++) {
        struct blob *owner = i == 1 ? NULL : blob_new(parts[i]);
        line_feed(&lines, (struct chunk){ owner ? blob_slice(owner) : parts[i], owner });
        end = end || read(&d, &lines, m);
        buf_add(&left, line_drop(&lines));
        blob_unref(&owner);
    }
    message_copy(m, &text);
    cr_expect_eq(end, row->ends, "row %zu cut at %zu, %zu", number, a, b);
    cr_expect_eq(d.bare, row->bare, "row %zu cut at %zu, %zu", number, a, b);
    cr_expect(slice_eq(buf_slice(&text), row->text), "row %zu cut at %zu, %zu: %s", number, a, b,
              buf_z(&text));
    cr_expect(slice_eq(buf_slice(&left), row->left), "row %zu cut at %zu, %zu", number, a, b);
    cr_expect_eq(d.size, text.len);
    message_unref(&m);
    buf_deinit(&left);
    buf_deinit(&text);
    line_deinit(&lines);
}

void dots_hold(const struct dots_row *rows, size_t count, dots_read_fn *read)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t a = 0; a <= rows[i].wire.len; a++) {
            for (size_t b = a; b <= rows[i].wire.len; b++) {
                hold_cut(&rows[i], i, a, b, read);
            }
        }
    }
}
