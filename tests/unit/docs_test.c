/* docs_test.c - holds README.md and docs/ to the sources: every file and function that they name
 * exists, every command is one, and every lesson, in docs/ and in scenarios/, loads, comes out as
 * it expects, and tells its whole story. */
#include "sim/base/buf.h"
#include "sim/base/mem.h"
#include "sim/world/world.h"
#include "ui/command.h"
#include "ui/recording.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool read_file(const char *path, struct buf *out)
{
    char part[8192];
    size_t n;
    FILE *f = fopen(path, "rb");
    if (!f) {
        return false;
    }
    while ((n = fread(part, 1, sizeof part, f)) > 0) {
        buf_add(out, (slice){ part, n });
    }
    (void)fclose(f);
    return true;
}

static bool exists(slice path)
{
    struct buf zero = { 0 };
    struct stat st;
    buf_add(&zero, path);
    bool ok = stat(buf_z(&zero), &st) == 0;
    buf_deinit(&zero);
    return ok;
}

typedef void file_fn(slice path, slice text, void *user);

static void each_file(const char *folder, const char *end, file_fn *fn, void *user)
{
    DIR *dir = opendir(folder);
    if (!dir) {
        return;
    }
    struct dirent *entry;
    while ((entry = readdir(dir))) {
        struct buf path = { 0 }, text = { 0 };
        buf_addz(&path, folder);
        buf_byte(&path, '/');
        buf_addz(&path, entry->d_name);
        if (entry->d_name[0] == '.') {
            ;
        } else if (slice_ends(buf_slice(&path), slice_of(end))) {
            cr_assert(read_file(buf_z(&path), &text), "%s", buf_z(&path));
            fn(buf_slice(&path), buf_slice(&text), user);
        } else {
            each_file(buf_z(&path), end, fn, user);
        }
        buf_deinit(&path);
        buf_deinit(&text);
    }
    closedir(dir);
}

/* ---- what the sources define ---- */

/* All lines of the sources that begin at the margin, where functions are defined. */
static void keep_margin(slice path, slice text, void *user)
{
    struct buf *margin = user;
    (void)path;
    while (text.len > 0) {
        slice line = slice_cut(&text, '\n');
        if (line.len > 0 && ascii_is_alpha(line.ptr[0]) && !slice_ends(line, SLICE(";"))) {
            buf_byte(margin, ' ');
            buf_add(margin, line);
            buf_byte(margin, '\n');
        }
    }
}

static bool defines(slice margin, slice function)
{
    static const char before[] = { ' ', '*' };
    struct buf needle = { 0 };
    bool found = false;
    for (size_t i = 0; i < sizeof before; i++) {
        buf_clear(&needle);
        buf_byte(&needle, before[i]);
        buf_add(&needle, function);
        buf_byte(&needle, '(');
        found = found || slice_find(margin, buf_slice(&needle)) != SLICE_NONE;
    }
    buf_deinit(&needle);
    return found;
}

/* ---- what a page names ---- */

struct search {
    slice margin;
    size_t files, functions;
};

static bool is_name(slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!ascii_is_alpha(s.ptr[i]) && !ascii_is_digit(s.ptr[i]) && s.ptr[i] != '_') {
            return false;
        }
    }
    return s.len > 0;
}

/* "sim/net/stream.c", "docs/house.md", "scenarios/"; not "build/mailflow", "NAME.c" or "*.c". */
static bool is_path(slice s)
{
    static const char *const roots[] = { "sim/",       "ui/",  "tests/",  "docs/",
                                         "scenarios/", ".ci/", "Makefile" };
    bool starts = false;
    for (size_t i = 0; i < COUNT(roots); i++) {
        starts = starts || slice_starts(s, slice_of(roots[i]));
    }
    for (size_t i = 0; i < s.len; i++) {
        starts = starts && !strchr(" *<,", s.ptr[i]);
    }
    return starts && slice_find(s, SLICE("NAME")) == SLICE_NONE;
}

/* "`engine_step()` (`sim/core/engine.c`)": the function is in that file. */
static void look_at_place(slice page, size_t line, slice function, slice behind)
{
    struct buf path = { 0 }, text = { 0 }, margin = { 0 };
    if (!slice_starts(behind, SLICE(" (`"))) {
        return;
    }
    behind = slice_from(behind, 3);
    buf_add(&path, slice_cut(&behind, '`'));
    if (slice_ends(buf_slice(&path), SLICE(".c")) && read_file(buf_z(&path), &text)) {
        keep_margin(buf_slice(&path), buf_slice(&text), &margin);
        cr_expect(defines(buf_slice(&margin), function), "%.*s:%zu: %.*s() is not in %s",
                  SLICE_ARG(page), line, SLICE_ARG(function), buf_z(&path));
    }
    buf_deinit(&path);
    buf_deinit(&text);
    buf_deinit(&margin);
}

static void look_at_code(slice page, size_t line, slice code, slice behind, struct search *s)
{
    if (is_path(code)) {
        cr_expect(exists(code), "%.*s:%zu: there is no file \"%.*s\"", SLICE_ARG(page), line,
                  SLICE_ARG(code));
        s->files++;
    } else if (slice_ends(code, SLICE("()")) && is_name(slice_sub(code, 0, code.len - 2))) {
        cr_expect(defines(s->margin, slice_sub(code, 0, code.len - 2)),
                  "%.*s:%zu: no function \"%.*s\" is defined", SLICE_ARG(page), line,
                  SLICE_ARG(code));
        look_at_place(page, line, slice_sub(code, 0, code.len - 2), behind);
        s->functions++;
    }
}

/* Links between pages, from where the page stands: [the house](house.md#floors). */
static void look_at_link(slice page, size_t line, slice target)
{
    struct buf path = { 0 };
    size_t folder = 0;
    if (slice_find(target, SLICE("://")) != SLICE_NONE) {
        return;
    }
    for (size_t i = 0; i < page.len; i++) {
        folder = page.ptr[i] == '/' ? i + 1 : folder;
    }
    buf_add(&path, slice_sub(page, 0, folder));
    buf_add(&path, slice_cut(&target, '#'));
    cr_expect(exists(buf_slice(&path)), "%.*s:%zu: the link to \"%s\" leads nowhere",
              SLICE_ARG(page), line, buf_z(&path));
    buf_deinit(&path);
}

static void look_at_line(slice page, size_t number, slice line, struct search *s)
{
    slice rest = line;
    while (slice_find_byte(rest, '`') != SLICE_NONE) {
        (void)slice_cut(&rest, '`');
        slice code = slice_cut(&rest, '`');
        look_at_code(page, number, code, rest, s);
    }
    rest = line;
    size_t at;
    while ((at = slice_find(rest, SLICE("]("))) != SLICE_NONE) {
        rest = slice_from(rest, at + 2);
        look_at_link(page, number, slice_cut(&rest, ')'));
    }
}

static void look_at_page(slice page, slice text, void *user)
{
    bool fenced = false;
    for (size_t number = 1; text.len > 0; number++) {
        slice line = slice_cut(&text, '\n');
        if (slice_starts(line, SLICE("```"))) {
            fenced = !fenced;
        } else if (!fenced) {
            look_at_line(page, number, line, user);
        }
    }
}

static void look_at_readme(file_fn *fn, void *user)
{
    struct buf text = { 0 };
    cr_assert(read_file("README.md", &text), "the tests run in the project's root");
    fn(SLICE("README.md"), buf_slice(&text), user);
    buf_deinit(&text);
}

Test(docs, name_only_what_exists)
{
    struct buf margin = { 0 }, tour = { 0 };
    each_file("sim", ".c", keep_margin, &margin);
    each_file("ui", ".c", keep_margin, &margin);
    each_file("sim", ".h", keep_margin, &margin);
    cr_assert(defines(buf_slice(&margin), SLICE("engine_step")));
    cr_assert_not(defines(buf_slice(&margin), SLICE("engine_ste")));
    cr_assert_not(defines(buf_slice(&margin), SLICE("ngine_step")));
    cr_assert(read_file("docs/tour.md", &tour));
    struct search s = { .margin = buf_slice(&margin) };
    look_at_page(SLICE("docs/tour.md"), buf_slice(&tour), &s);
    cr_expect(s.files >= 30 && s.functions >= 50,
              "the tour has lost its way: %zu files, %zu"
              " functions",
              s.files, s.functions);
    look_at_readme(look_at_page, &s);
    each_file("docs", ".md", look_at_page, &s);
    buf_deinit(&margin);
    buf_deinit(&tour);
}

/* "docs/decisions/0007-a-run-is-finished.md": no other has its number; "# 0007: a run is finished". */
static void look_at_decision(slice path, slice text, void *user)
{
    size_t *seen = user;
    uint64_t number = 0;
    slice digits = slice_sub(path, sizeof "docs/decisions/" - 1, 4);
    slice title = slice_cut(&text, '\n');
    cr_assert(slice_to_u64(digits, &number), "%.*s has no number", SLICE_ARG(path));
    cr_expect(slice_eq(slice_sub(title, 2, 4), digits) && slice_starts(title, SLICE("# ")) &&
                  slice_starts(slice_from(title, 6), SLICE(": ")),
              "%.*s has the title \"%.*s\"", SLICE_ARG(path), SLICE_ARG(title));
    cr_expect_eq(seen[number]++, 0, "%.*s: another has this number", SLICE_ARG(path));
    seen[0]++;
}

Test(docs, every_decision_has_its_own_number)
{
    size_t seen[10000] = { 0 };
    each_file("docs/decisions", ".md", look_at_decision, seen);
    for (size_t i = 1; i <= seen[0]; i++) {
        cr_expect_eq(seen[i], 1, "there is no decision %zu", i);
    }
    cr_expect_geq(seen[0], 28);
}

/* Each rule says how far it goes, in one of three words. */
Test(docs, every_rule_has_its_state)
{
    struct buf page = { 0 };
    size_t rules = 0;
    cr_assert(read_file("docs/rfc.md", &page));
    slice text = buf_slice(&page);
    while (text.len > 0) {
        slice line = slice_cut(&text, '\n');
        if (line.len < 3 || line.ptr[0] != '|' || !ascii_is_digit(line.ptr[2])) {
            continue;
        }
        bool known = slice_ends(line, SLICE("| done |")) || slice_ends(line, SLICE("| partly |")) ||
                     slice_ends(line, SLICE("| not done |"));
        cr_expect(known, "%.*s", SLICE_ARG(line));
        rules++;
    }
    cr_expect_geq(rules, 56);
    buf_deinit(&page);
}

/* ---- lessons in pages ---- */

static void play_variant(slice page, size_t line, slice lesson, slice variant, bool what_if)
{
    struct scenario sc;
    struct problems problems;
    struct buf said = { 0 };
    struct err err = { "" };
    problems_init(&problems, page);
    char beside[300];
    (void)snprintf(beside, sizeof beside, "%.*s", SLICE_ARG(page));
    struct scenario_folder folder = scenario_folder(beside);
    bool ok = scenario_load_variant(&sc, lesson, variant, &world_words, &folder.source, &problems);
    problems_text(&problems, &said);
    cr_expect(ok, "the lesson at line %zu: %s", line, buf_z(&said));
    problems_deinit(&problems);
    buf_deinit(&said);
    if (!ok) {
        return;
    }
    struct trace t;
    trace_init(&t, TRACE_LEVEL_BYTES);
    struct world *w = world_new(&sc, sc.seed, &t, &err);
    cr_assert(w, "the lesson at line %zu: %s", line, err.text);
    (void)world_run(w, SIM_FOREVER);
    struct world_verdict v = world_finish(w);
    cr_expect_eq(v.met, v.expected, "%.*s: the lesson at line %zu meets %zu of %zu expectations",
                 SLICE_ARG(page), line, v.met, v.expected);
    cr_expect(what_if || t.kinds[TRACE_STORY] == sc.story_count,
              "%.*s: the lesson at line %zu tells %zu of %zu", SLICE_ARG(page), line,
              (size_t)t.kinds[TRACE_STORY], sc.story_count);
    world_free(w);
    trace_deinit(&t);
    for (size_t i = 0; i < sc.variant_count; i++) {
        play_variant(page, line, lesson, sc.variants[i].name, sc.variants[i].ask.len > 0);
    }
    scenario_free(&sc);
}

static void play(slice page, size_t line, slice lesson)
{
    play_variant(page, line, lesson, SLICE(SCENARIO_BASE), false);
}

static void play_all(slice page, slice text, void *user)
{
    size_t *played = user, number = 0, begin = 0;
    struct buf lesson = { 0 };
    while (text.len > 0) {
        slice line = slice_cut(&text, '\n');
        number++;
        if (begin > 0 && slice_eq(line, SLICE("```"))) {
            play(page, begin, buf_slice(&lesson));
            ++*played;
            begin = 0;
        } else if (begin > 0) {
            buf_add(&lesson, line);
            buf_byte(&lesson, '\n');
        } else if (slice_eq(line, SLICE("```json"))) {
            buf_clear(&lesson);
            begin = number + 1;
        }
    }
    cr_expect_eq(begin, 0, "%.*s: a lesson without its end", SLICE_ARG(page));
    buf_deinit(&lesson);
}

Test(docs, lessons_load_and_come_out_as_expected)
{
    size_t played = 0;
    each_file("docs", ".md", play_all, &played);
    cr_expect_geq(played, 6, "docs/scenario.md teaches by example");
}

/* ---- commands in pages ---- */

/* "build/mailflow run scenarios/first-mail.json": the command exists, and so do the files. */
static void look_at_command(slice page, slice line, size_t *seen)
{
    slice rest = line;
    (void)slice_word(&rest);
    slice word = slice_word(&rest);
    struct buf name = { 0 };
    buf_add(&name, word);
    cr_expect(word.len == 0 || command_named(buf_z(&name)), "%.*s: there is no command \"%s\"",
              SLICE_ARG(page), buf_z(&name));
    while ((word = slice_word(&rest)).len > 0) {
        if (slice_starts(word, SLICE("scenarios/"))) {
            cr_expect(exists(word), "%.*s: there is no \"%.*s\"", SLICE_ARG(page), SLICE_ARG(word));
        }
    }
    ++*seen;
    buf_deinit(&name);
}

static void look_at_commands(slice page, slice text, void *user)
{
    bool shell = false;
    while (text.len > 0) {
        slice line = slice_cut(&text, '\n');
        if (slice_starts(line, SLICE("```"))) {
            shell = slice_eq(line, SLICE("```sh"));
        } else if (shell && slice_starts(line, SLICE("build/mailflow"))) {
            look_at_command(page, line, user);
        }
    }
}

Test(docs, commands_are_commands)
{
    size_t seen = 0;
    look_at_readme(look_at_commands, &seen);
    cr_expect_geq(seen, 5, "README.md shows what one can do");
    each_file("docs", ".md", look_at_commands, &seen);
}
