/* Lessons that say their aim: they ask, have something to try, and name lessons that there are. */
#include "sim/world/scenario.h"
#include "sim/world/world.h"
#include "ui/files.h"
#include "ui/recording.h"

#include <criterion/criterion.h>

#define NAMED  "the lesson \""
/* It is for serve, where real programs wait: time cannot stand still for a question there. */
#define SERVED "scenarios/open-house.json"

/* Titles, each between two line ends. */
struct titles {
    struct buf are, named;
};

static void add_title(struct buf *to, slice title)
{
    buf_addz(to, "\n");
    buf_add(to, title);
    buf_addz(to, "\n");
}

static void read_lesson(const char *path, struct scenario *sc)
{
    struct scenario_folder folder = scenario_folder(path);
    struct problems problems;
    struct buf text = { 0 };
    struct err err;
    problems_init(&problems, slice_of(path));
    cr_assert(file_read(path, SCENARIO_SIZE_MAX, &text, &err), "%s", path);
    cr_assert(scenario_load_with(sc, buf_slice(&text), &world_words, &folder.source, &problems),
              "%s", path);
    problems_deinit(&problems);
    buf_deinit(&text);
}

static void check_words(const struct scenario *sc, const char *path)
{
    const struct scenario_lesson *lesson = sc->lesson;
    size_t asks = 0, what_ifs = 0;
    for (size_t i = 0; i < sc->story_count; i++) {
        asks += sc->stories[i].ask != NULL;
    }
    for (size_t i = 0; i < sc->variant_count; i++) {
        what_ifs += sc->variants[i].ask.len > 0;
    }
    cr_expect(lesson->aim.len > 0 && lesson->watch.count > 0, "%s: no title page", path);
    cr_expect_gt(lesson->next.count, 0, "%s does not say where to go on", path);
    if (slice_eq(slice_of(path), SLICE(SERVED))) {
        cr_expect_eq(asks, 0, "%s asks", path);
        return;
    }
    cr_expect_gt(lesson->seen.count, 0, "%s: no closing page", path);
    cr_expect_gt(asks, 0, "%s asks nothing", path);
    cr_expect_gt(what_ifs, 0, "%s has no what-if", path);
}

static void add_named(const struct scenario_lesson *lesson, struct titles *t)
{
    for (size_t i = 0; i < lesson->next.count; i++) {
        slice next = lesson->next.items[i];
        size_t at = slice_find(next, SLICE(NAMED));
        if (at != SLICE_NONE) {
            slice title = slice_from(next, at + sizeof NAMED - 1);
            add_title(&t->named, slice_sub(title, 0, slice_find(title, SLICE("\""))));
        }
    }
}

static size_t check_titles(const struct titles *t)
{
    size_t count = 0;
    for (slice rest = buf_slice(&t->named); rest.len > 0; count++) {
        size_t end = slice_find(slice_from(rest, 1), SLICE("\n")) + 2;
        slice title = slice_sub(rest, 0, end);
        cr_expect_neq(slice_find(buf_slice(&t->are), title), SLICE_NONE, "there is no lesson%.*s",
                      SLICE_ARG(title));
        rest = slice_from(rest, end);
    }
    return count;
}

Test(lesson_words, a_lesson_asks_and_says_where_to_go_on)
{
    struct file_list files = { 0 };
    struct titles titles = { 0 };
    struct err err;
    cr_assert(files_find(&files, "scenarios", &err));
    for (size_t i = 0; i < files.count; i++) {
        struct scenario sc;
        read_lesson(files.paths[i], &sc);
        add_title(&titles.are, sc.title);
        if (sc.lesson) {
            check_words(&sc, files.paths[i]);
            add_named(sc.lesson, &titles);
        }
        scenario_free(&sc);
    }
    cr_expect_geq(check_titles(&titles), 20);
    files_free(&files);
    buf_deinit(&titles.are);
    buf_deinit(&titles.named);
}
