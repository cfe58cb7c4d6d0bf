/* Holds the files that are written from the key tables to the tables.  After a change of a table:
 *   MAILFLOW_REWRITE=1 build/tests --filter 'reference/?*'
 * writes them anew. */
#include "sim/world/manual.h"

#include "sim/world/schema.h"
#include "sim/world/world.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static void read_file(const char *path, struct buf *out)
{
    FILE *f = fopen(path, "rb");
    cr_assert(f != NULL, "%s", path);
    for (int c = fgetc(f); c != EOF; c = fgetc(f)) {
        buf_byte(out, (char)c);
    }
    (void)fclose(f);
}

/* The file must be `want`.  The tests run in the top directory. */
static void hold(const char *path, slice have, slice want)
{
    if (getenv("MAILFLOW_REWRITE") && !slice_eq(have, want)) {
        FILE *f = fopen(path, "wb");
        cr_assert(f != NULL);
        cr_assert_eq(fwrite(want.ptr, 1, want.len, f), want.len);
        cr_assert_eq(fclose(f), 0);
        return;
    }
    cr_expect(slice_eq(have, want),
              "%s is not what the key tables say; MAILFLOW_REWRITE=1 build/tests --filter "
              "'reference/?*' writes it anew",
              path);
}

Test(reference, manual_says_what_the_tables_say)
{
    static const char path[] = "docs/mailflow-scenario.5";
    static const slice begins = SLICE_INIT(".\\\" reference begins\n");
    static const slice ends = SLICE_INIT(".\\\" reference ends\n");
    struct buf file, want;
    buf_init(&file);
    buf_init(&want);
    read_file(path, &file);
    size_t from = slice_find(buf_slice(&file), begins), to = slice_find(buf_slice(&file), ends);
    cr_assert(from != SLICE_NONE && to != SLICE_NONE && from < to);
    buf_add(&want, slice_sub(buf_slice(&file), 0, from + begins.len));
    scenario_manual(&world_words, &want);
    buf_add(&want, slice_from(buf_slice(&file), to));
    hold(path, buf_slice(&file), buf_slice(&want));
    buf_deinit(&file);
    buf_deinit(&want);
}

Test(reference, schema_says_what_the_tables_say)
{
    static const char path[] = "scenarios/schema.json";
    struct buf file, want;
    buf_init(&file);
    buf_init(&want);
    read_file(path, &file);
    scenario_schema(&world_words, &want);
    hold(path, buf_slice(&file), buf_slice(&want));
    buf_deinit(&file);
    buf_deinit(&want);
}
