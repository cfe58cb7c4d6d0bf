#include "ui/files.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* A folder "in" with a file, a link to a file outside, a folder that is a link, a pipe. */
static void make_tree(char *top, size_t size)
{
    char path[200];
    (void)snprintf(top, size, "build/files-test-%ld", (long)getpid());
    cr_assert_eq(mkdir(top, 0700), 0);
    (void)snprintf(path, sizeof path, "%s/in", top);
    cr_assert_eq(mkdir(path, 0700), 0);
    static const char *const files[] = { "secret", "in/plain" };
    for (size_t i = 0; i < COUNT(files); i++) {
        (void)snprintf(path, sizeof path, "%s/%s", top, files[i]);
        FILE *f = fopen(path, "w");
        cr_assert(f && fputs("1234567890", f) >= 0 && fclose(f) == 0);
    }
    (void)snprintf(path, sizeof path, "%s/in/link", top);
    cr_assert_eq(symlink("../secret", path), 0);
    (void)snprintf(path, sizeof path, "%s/in/out", top);
    cr_assert_eq(symlink("..", path), 0);
    (void)snprintf(path, sizeof path, "%s/in/pipe", top);
    cr_assert_eq(mkfifo(path, 0600), 0);
}

static void remove_tree(const char *top)
{
    static const char *const all[] = { "in/pipe", "in/out", "in/link", "in/plain", "secret", "in" };
    char path[200];
    for (size_t i = 0; i < COUNT(all); i++) {
        (void)snprintf(path, sizeof path, "%s/%s", top, all[i]);
        cr_expect_eq(remove(path), 0, "%s", path);
    }
    cr_expect_eq(rmdir(top), 0);
}

Test(files, nothing_leads_out_of_a_folder)
{
    static const struct {
        const char *path;
        size_t size_max;
        const char *says; /* NULL: it is read */
    } rows[] = {
        { "in/plain", 10, NULL },
        { "secret", 10, NULL },
        { "in/plain", 9, "in/plain: larger than 9 bytes" },
        { "in/link", 10, "in/link: a symbolic link, or a file where a folder should be" },
        { "in/out/secret", 10, "in/out/secret: a symbolic link, or a file where a folder" },
        { "in/plain/x", 10, "in/plain/x: a symbolic link, or a file where a folder should be" },
        { "in/../secret", 10, "in/../secret: No such file" },
        { "/etc/passwd", 100000, "/etc/passwd: No such file" },
        { "in/pipe", 10, "in/pipe: not an ordinary file" },
        { "in", 10, "in: not an ordinary file" },
        { "in/no", 10, "in/no: No such file" },
        { "", 10, ": No such file" },
    };
    char top[100], beside[150];
    make_tree(top, sizeof top);
    (void)snprintf(beside, sizeof beside, "%s/scenario.json", top);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf out = { 0 };
        struct err err = { "" };
        bool ok = file_read_below(beside, slice_of(rows[i].path), rows[i].size_max, &out, &err);
        cr_expect_eq(ok, rows[i].says == NULL, "row %zu: %s", i, err.text);
        cr_expect(!rows[i].says || slice_starts(slice_of(err.text), slice_of(rows[i].says)),
                  "row %zu: %s", i, err.text);
        buf_deinit(&out);
    }
    struct buf out = { 0 };
    struct err err;
    cr_expect(file_read_below("x.json", SLICE("scenarios/schema.json"), 1000000, &out, &err));
    cr_expect(!file_read_below("no/x.json", SLICE("x"), 10, &out, &err));
    buf_deinit(&out);
    remove_tree(top);
}

/* Nothing is made by asking: else remove_tree would find the folder full. */
Test(files, whether_a_file_can_be_written_is_known_before)
{
    static const struct {
        const char *path;
        bool yes;
    } rows[] = { { "secret", true }, { "new", true },     { "in/pipe", true },  { "in", false },
                 { "", false },      { "no/new", false }, { "secret/x", false } };
    char top[100], path[150];
    struct err err;
    make_tree(top, sizeof top);
    for (size_t i = 0; i < COUNT(rows); i++) {
        (void)snprintf(path, sizeof path, "%s/%s", top, rows[i].path);
        cr_expect_eq(file_can_be_written(path, &err), rows[i].yes, "%s", path);
    }
    cr_expect(file_can_be_written("-", &err));
    remove_tree(top);
}
