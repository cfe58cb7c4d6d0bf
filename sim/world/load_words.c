/* load_words.c - what a lesson says of itself, and what it asks the class: the aim, what to watch,
 * what was seen and what comes next; the question of a story entry with its answers.
 * All of it is for the screen: nothing that happens depends on it. */
#include "sim/world/load.h"

#include <stddef.h>

/* Characters: five answers with a question stand on a screen of 80 x 24. */
#define LINE_MAX   160
#define PHRASE_MAX 320

/* ---- lesson */

const struct key lesson_keys[] = {
    { "aim", KEY_TEXT, offsetof(struct scenario_lesson, aim), NULL, 1, PHRASE_MAX, NULL,
      "what the class will understand, in a sentence or two" },
    { "watch", KEY_TEXTS, offsetof(struct scenario_lesson, watch), "", 1, LINE_MAX, NULL,
      "what to look at, up to five" },
    { "seen", KEY_TEXTS, offsetof(struct scenario_lesson, seen), "", 1, LINE_MAX, NULL,
      "what was seen, up to five: said at the end" },
    { "next", KEY_TEXTS, offsetof(struct scenario_lesson, next), "", 1, LINE_MAX, NULL,
      "what to try next, up to five: another lesson, a key, a change" },
    KEY_ROW_END,
};

void load_words(struct load *l, const struct json_node *n)
{
    static const char *const lists[] = { "watch", "seen", "next" };
    struct scenario_lesson *lesson;
    if (!n) {
        return;
    }
    if (json_type(n) != JSON_OBJECT) {
        problem_add(l->problems, n, SPOT_VALUE, "\"" LESSON "\" must be an object, not %s",
                    json_type_name(n));
        return;
    }
    lesson = arena_array(&l->sc->arena, 1, sizeof *lesson);
    struct key_part part = { lesson_keys, lesson };
    (void)key_read(&l->reader, n, &part, 1, NULL);
    for (size_t i = 0; i < COUNT(lists); i++) {
        const struct json_node *list = json_get(n, lists[i]);
        if (list && json_count(list) > SCENARIO_POINTS_MAX) {
            problem_add(l->problems, list, SPOT_VALUE, "%zu of them; at most %d have room",
                        json_count(list), SCENARIO_POINTS_MAX);
        }
    }
    l->sc->lesson = lesson;
}

/* ---- story/ask */

static const struct key answer_keys[] = {
    { "say", KEY_TEXT, offsetof(struct scenario_answer, say), NULL, 1, LINE_MAX, NULL,
      "the answer" },
    { "right", KEY_BOOL, offsetof(struct scenario_answer, right), "false", 0, 0, NULL,
      "it is the right one; exactly one is" },
    { "because", KEY_TEXT, offsetof(struct scenario_answer, because), NULL, 1, PHRASE_MAX, NULL,
      "why it is right, or what is wrong with it: said to who took it" },
    KEY_ROW_END,
};
static const struct key_shape answer_shape = { answer_keys, sizeof(struct scenario_answer), NULL };

const struct key ask_keys[] = {
    { "question", KEY_TEXT, offsetof(struct scenario_ask, question), NULL, 1, PHRASE_MAX, NULL,
      "what is asked" },
    { "answers", KEY_OBJECTS, offsetof(struct scenario_ask, answers), NULL, 0, SCENARIO_ANSWERS_MAX,
      &answer_shape, "two to five" },
    KEY_ROW_END,
};

static size_t count_right(const struct scenario_ask *ask)
{
    const struct scenario_answer *answers = ask->answers.items;
    size_t right = 0;
    for (size_t i = 0; i < ask->answers.count; i++) {
        right += answers[i].right;
    }
    return right;
}

const struct scenario_ask *load_ask(struct load *l, const struct json_node *n)
{
    if (json_type(n) != JSON_OBJECT) {
        problem_add(l->problems, n, SPOT_VALUE, "\"" STORY_ASK "\" must be an object, not %s",
                    json_type_name(n));
        return NULL;
    }
    struct scenario_ask *ask = arena_array(&l->sc->arena, 1, sizeof *ask);
    struct key_part part = { ask_keys, ask };
    if (!key_read(&l->reader, n, &part, 1, NULL)) {
        return NULL;
    }
    const struct json_node *answers = json_get(n, "answers");
    size_t right = count_right(ask);
    if (ask->answers.count < SCENARIO_ANSWERS_MIN) {
        problem_add(l->problems, answers, SPOT_VALUE,
                    "a question needs %d answers at least, to choose from", SCENARIO_ANSWERS_MIN);
    } else if (right != 1) {
        problem_add(l->problems, answers, SPOT_VALUE,
                    right == 0 ? "none of the answers has \"right\": true"
                               : "%zu answers have \"right\": true; exactly one must",
                    right);
    }
    return ask;
}
