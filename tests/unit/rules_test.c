/* rules_test.c - holds docs/rfc/ to its form: one row for every MUST and SHOULD of an RFC, each with
 * its state; a row that is kept names a test that exists; each section has as many rows as it
 * states, each page the sums that it states, and the index docs/rfc.md all pages with their sums. */
#include "sim/base/buf.h"
#include "sim/base/fmt.h"
#include "sim/base/mem.h"
#include "ui/files.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_MAX ((size_t)1 << 20)

static bool read_file(slice path, struct buf *out)
{
    struct buf zero = { 0 };
    struct err err;
    buf_add(&zero, path);
    bool ok = file_read(buf_z(&zero), PAGE_MAX, out, &err);
    buf_deinit(&zero);
    return ok;
}

enum rule_state { KEPT, NOT_APPLICABLE, NOT_DONE, STATES };
static const slice states[STATES] = { SLICE_INIT("kept"), SLICE_INIT("not applicable"),
                                      SLICE_INIT("not done") };

/* A page as far as it was read. */
struct page {
    slice path;
    size_t line;
    size_t counts[STATES], stated[STATES]; /* of all rows; as the page's head says */
    bool has_head;
    slice section; /* its heading; empty: none yet */
    uint64_t section_states;
    size_t section_rows;
};

#define COMPLAIN(page, ...)                                                                        \
    do {                                                                                           \
        char why[200];                                                                             \
        (void)snprintf(why, sizeof why, __VA_ARGS__);                                              \
        cr_expect(false, "%.*s:%zu: %s", SLICE_ARG((page)->path), (page)->line, why);              \
    } while (0)

/* "`tests/unit/a_test.c`" is a file; "`tests/unit/a_test.c: name`" has Test(..., name) in it. */
static void look_at_witness(const struct page *p, slice witness)
{
    struct buf text = { 0 }, needle = { 0 };
    slice name = witness, path = slice_trim(slice_cut(&name, ':'));
    name = slice_trim(name);
    if (!read_file(path, &text)) {
        COMPLAIN(p, "there is no test \"%.*s\"", SLICE_ARG(path));
    } else if (name.len > 0) {
        buf_addz(&needle, ", ");
        buf_add(&needle, name);
        size_t at = slice_find(buf_slice(&text), buf_slice(&needle));
        if (at == SLICE_NONE) {
            COMPLAIN(p, "%.*s has no test \"%.*s\"", SLICE_ARG(path), SLICE_ARG(name));
        }
    }
    buf_deinit(&text);
    buf_deinit(&needle);
}

/* How many tests or lessons the cell names; each must exist. */
static size_t witnesses(const struct page *p, slice cell)
{
    size_t count = 0;
    while (slice_find_byte(cell, '`') != SLICE_NONE) {
        (void)slice_cut(&cell, '`');
        slice code = slice_cut(&cell, '`');
        if (slice_starts(code, SLICE("tests/")) || slice_starts(code, SLICE("scenarios/"))) {
            look_at_witness(p, code);
            count++;
        } else {
            COMPLAIN(p, "\"%.*s\" is no test and no lesson", SLICE_ARG(code));
        }
    }
    return count;
}

static bool is_level(slice word)
{
    static const slice levels[] = { SLICE_INIT("MUST"),        SLICE_INIT("MUST NOT"),
                                    SLICE_INIT("SHOULD"),      SLICE_INIT("SHOULD NOT"),
                                    SLICE_INIT("SHALL"),       SLICE_INIT("SHALL NOT"),
                                    SLICE_INIT("RECOMMENDED"), SLICE_INIT("NOT RECOMMENDED"),
                                    SLICE_INIT("REQUIRED") };
    for (size_t i = 0; i < COUNT(levels); i++) {
        if (slice_eq(word, levels[i])) {
            return true;
        }
    }
    return false;
}

/* "| MUST | rule | state | where, or why not | shown by |" */
static void look_at_row(struct page *p, slice line)
{
    slice rest = slice_from(line, 1);
    slice level = slice_trim(slice_cut(&rest, '|')), rule = slice_trim(slice_cut(&rest, '|'));
    slice state = slice_trim(slice_cut(&rest, '|')), where = slice_trim(slice_cut(&rest, '|'));
    slice shown = slice_trim(slice_cut(&rest, '|'));
    if (!is_level(level) || rule.len == 0 || p->section.len == 0) {
        COMPLAIN(p, "no level, no rule or no section");
    }
    if (slice_trim(rest).len > 0) {
        COMPLAIN(p, "more than five cells");
    }
    p->section_rows++;
    for (size_t i = 0; i < STATES; i++) {
        if (slice_eq(state, states[i])) {
            p->counts[i]++;
            size_t shows = witnesses(p, shown);
            if (where.len == 0 || (i == KEPT && shows == 0)) {
                COMPLAIN(p, "a rule that is kept names a test, and every row says where or why");
            }
            return;
        }
    }
    COMPLAIN(p, "\"%.*s\" is no state", SLICE_ARG(state));
}

static void end_section(struct page *p)
{
    if (p->section.len > 0 && p->section_rows != p->section_states) {
        COMPLAIN(p, "the section before has %zu rules and states %zu", p->section_rows,
                 (size_t)p->section_states);
    }
    p->section_rows = 0;
}

/* "## 4.5.2 Transparency - 3 rules" */
static void look_at_heading(struct page *p, slice line)
{
    end_section(p);
    p->section = slice_from(line, 3);
    slice rest = line, word, last = { 0 }, number = { 0 };
    while ((word = slice_word(&rest)).len > 0) {
        number = last;
        last = word;
    }
    bool form = slice_eq(last, SLICE("rules")) || slice_eq(last, SLICE("rule"));
    if (!form || !slice_to_u64(number, &p->section_states)) {
        COMPLAIN(p, "a section ends in \"- N rules\"");
    }
}

/* "12 rules: 9 kept, 2 not applicable, 1 not done." */
static bool look_at_head(struct page *p, slice line)
{
    unsigned all, kept, foreign, open;
    char text[120];
    (void)snprintf(text, sizeof text, "%.*s", SLICE_ARG(line));
    if (sscanf(text, "%u rules: %u kept, %u not applicable, %u not done.", &all, &kept, &foreign,
               &open) != 4) {
        return false;
    }
    p->has_head = true;
    p->stated[KEPT] = kept;
    p->stated[NOT_APPLICABLE] = foreign;
    p->stated[NOT_DONE] = open;
    if (all != kept + foreign + open) {
        COMPLAIN(p, "%u is not the sum", all);
    }
    return true;
}

static void look_at_page(struct page *p, slice text)
{
    while (text.len > 0) {
        slice line = slice_cut(&text, '\n');
        p->line++;
        if (slice_starts(line, SLICE("## "))) {
            look_at_heading(p, line);
        } else if (slice_starts(line, SLICE("| level |")) || slice_starts(line, SLICE("|--"))) {
            ;
        } else if (slice_starts(line, SLICE("|"))) {
            look_at_row(p, line);
        } else if (!p->has_head) {
            (void)look_at_head(p, line);
        }
    }
    end_section(p);
    for (size_t i = 0; i < STATES; i++) {
        if (p->counts[i] != p->stated[i]) {
            COMPLAIN(p, "%zu rules are %.*s, and the head states %zu", p->counts[i],
                     SLICE_ARG(states[i]), p->stated[i]);
        }
    }
}

/* "| [7505](rfc/7505.md) | title | 4 | 3 | 1 | 0 |" stands in the index. */
static void look_in_index(const struct page *p, slice number, slice index)
{
    struct buf begin = { 0 }, end = { 0 };
    size_t all = p->counts[KEPT] + p->counts[NOT_APPLICABLE] + p->counts[NOT_DONE];
    bool found = false;
    buf_addz(&begin, "| [");
    buf_add(&begin, number);
    buf_addz(&begin, "](rfc/");
    buf_add(&begin, number);
    buf_addz(&begin, ".md) |");
    const size_t columns[] = { all, p->counts[KEPT], p->counts[NOT_APPLICABLE],
                               p->counts[NOT_DONE] };
    for (size_t i = 0; i < COUNT(columns); i++) {
        buf_addz(&end, "| ");
        fmt_u64(&end, columns[i]);
        buf_byte(&end, ' ');
    }
    buf_byte(&end, '|');
    while (index.len > 0 && !found) {
        slice line = slice_cut(&index, '\n');
        found = slice_starts(line, buf_slice(&begin)) && slice_ends(line, buf_slice(&end));
    }
    if (!found) {
        COMPLAIN(p, "docs/rfc.md wants the row %s ... %s", buf_z(&begin), buf_z(&end));
    }
    buf_deinit(&begin);
    buf_deinit(&end);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

Test(rules, pages_are_what_they_state)
{
    struct buf index = { 0 };
    char *names[200];
    size_t count = 0;
    cr_assert(read_file(SLICE("docs/rfc.md"), &index));
    DIR *dir = opendir("docs/rfc");
    cr_assert(dir);
    struct dirent *entry;
    while ((entry = readdir(dir)) && count < COUNT(names)) {
        if (entry->d_name[0] != '.') {
            names[count++] = strdup(entry->d_name);
        }
    }
    closedir(dir);
    qsort(names, count, sizeof *names, by_name);
    for (size_t i = 0; i < count; i++) {
        struct buf path = { 0 }, text = { 0 };
        buf_addz(&path, "docs/rfc/");
        buf_addz(&path, names[i]);
        struct page p = { .path = buf_slice(&path) };
        slice number = slice_of(names[i]);
        cr_expect(slice_ends(number, SLICE(".md")), "%s is no page", names[i]);
        cr_assert(read_file(p.path, &text));
        look_at_page(&p, buf_slice(&text));
        look_in_index(&p, slice_sub(number, 0, number.len - 3), buf_slice(&index));
        buf_deinit(&path);
        buf_deinit(&text);
        free(names[i]);
    }
    cr_expect_gt(count, 0);
    buf_deinit(&index);
}
