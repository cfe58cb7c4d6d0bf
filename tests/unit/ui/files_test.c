#include "ui/files.h"

#include <criterion/criterion.h>

static bool is_json(slice beginning)
{
    return slice_starts(beginning, SLICE("{"));
}

Test(files, what_never_ends_is_refused_early_and_what_is_known_may_be_larger)
{
    static const struct {
        const char *path;
        struct file_bound bound;
        const char *says; /* NULL: it is read */
    } rows[] = {
        { "/dev/zero", { NULL, 0, 1000 }, "/dev/zero: larger than 1000 bytes" },
        { "/dev/zero", { is_json, SIZE_MAX, 1000 }, "/dev/zero: larger than 1000 bytes" },
        { "/dev/null", { NULL, 0, 0 }, NULL },
        { "scenarios/schema.json", { is_json, 1000000, 1 }, NULL },
        { "scenarios/schema.json",
          { is_json, 1, 1000000 },
          "scenarios/schema.json: larger than 1" },
        { "scenarios", { NULL, 0, 1000 }, "scenarios: is a directory" },
        { "no/such/file", { NULL, 0, 1000 }, "no/such/file: No such file or directory" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf out;
        struct err err = { "" };
        buf_init(&out);
        bool ok = file_read_bound(rows[i].path, &rows[i].bound, &out, &err);
        cr_expect_eq(ok, rows[i].says == NULL, "row %zu: %s", i, err.text);
        cr_expect(!rows[i].says || slice_starts(slice_of(err.text), slice_of(rows[i].says)),
                  "row %zu: %s", i, err.text);
        cr_expect_lt(out.len, 1000000);
        buf_deinit(&out);
    }
}
