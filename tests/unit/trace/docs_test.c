#include "sim/trace/trace.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static void read_file(const char *path, struct buf *out)
{
    char part[4096];
    size_t n;
    FILE *f = fopen(path, "rb");
    cr_assert_not_null(f, "%s", path);
    while ((n = fread(part, 1, sizeof part, f)) > 0) {
        buf_add(out, (slice){ part, n });
    }
    (void)fclose(f);
}

static const char *type_name(enum trace_type type)
{
    static const char *const names[] = { "none",  "num",  "name", "host", "bytes",   "data", "ip",
                                         "ports", "flag", "why",  "fate", "dnstype", "rcode" };
    _Static_assert(COUNT(names) == TRACE_T_RCODE + 1, "a new type: describe it in docs/trace.md");
    return names[type];
}

/* "| `host` | hops | name name, name kind, num roles | " */
static void start_of_row(const struct trace_kind_info *info, struct buf *row)
{
    buf_addz(row, "| `");
    buf_addz(row, info->name);
    buf_addz(row, "` | ");
    buf_addz(row, trace_level_name(info->level));
    buf_addz(row, " | ");
    for (size_t i = 0; i < COUNT(info->field); i++) {
        if (info->field[i].type != TRACE_T_NONE) {
            buf_addz(row, i > 0 ? ", " : "");
            buf_addz(row, info->field[i].name);
            buf_byte(row, ' ');
            buf_addz(row, type_name(info->field[i].type));
        }
    }
    buf_addz(row, " | ");
}

Test(trace_docs, page_has_a_row_for_every_kind_and_type)
{
    struct buf page, row;
    buf_init(&page);
    buf_init(&row);
    read_file("docs/trace.md", &page);
    for (uint32_t kind = 1; kind < TRACE_KIND_COUNT; kind++) {
        buf_clear(&row);
        start_of_row(trace_kind_info(kind), &row);
        cr_expect(strstr(buf_z(&page), buf_z(&row)) != NULL,
                  "docs/trace.md has no row that begins with: %s", buf_z(&row));
    }
    for (int why = 0; why < WHY_COUNT; why++) {
        cr_expect(strstr(buf_z(&page), trace_why_name((uint32_t)why)) != NULL);
    }
    for (int fate = 0; fate < FATE_COUNT; fate++) {
        cr_expect(strstr(buf_z(&page), trace_fate_name((uint32_t)fate)) != NULL);
    }
    buf_deinit(&page);
    buf_deinit(&row);
}
