/* app_class.c - somebody is taught while watching: where the screen stops to ask, and what opens at
 * the beginning and at the end.  See app.h. */
#include "ui/sheets/lesson.h"

/* The second run of two has no lesson of its own. */
static bool is_taught(const struct app *a)
{
    return a->taught && a->class.trace == a->trace;
}

void app_teach(struct app *a)
{
    struct class_words words;
    class_words_read(a->trace, &words);
    a->taught = true;
    if (words.count[CLASS_AIM] > 0 && !a->live)
        sheet_title_open(a);
}

/* The last moment at which the record has not happened. */
static struct playhead moment_before(const struct app *a, uint64_t record)
{
    uint64_t start = a->pace.marks[record - 1].start_us;
    struct playhead stop =
        start > 0 ? playhead_at_watch(&a->pace, start - 1) : playhead_home(&a->pace);
    bool back = stop.record < a->at.record || stop.watch_us < a->at.watch_us;
    return back ? a->at : stop; /* records of one moment: we are between them */
}

void app_onwards(struct app *a, struct playhead to)
{
    const struct class_question *q =
        is_taught(a) ? classroom_due(&a->class, a->at.record, to.record) : NULL;
    if (!q) {
        a->going = false;
        app_seek(a, to);
        return;
    }
    a->going = !a->playing;
    a->goal = to;
    app_seek(a, moment_before(a, q->before));
    sheet_question_open(a, q->record);
}

void app_go_on(struct app *a)
{
    app_sheet_close(a);
    if (a->going)
        app_onwards(a, a->goal);
}

bool app_close_lesson(struct app *a)
{
    struct class_words words;
    struct class_what_if what_ifs[CLASS_WHAT_IFS];
    class_words_read(a->trace, &words);
    bool more = words.count[CLASS_SEEN] + words.count[CLASS_NEXT] > 0 || a->class.count > 0 ||
                class_what_ifs(a->trace, what_ifs) > 0;
    if (!is_taught(a) || a->live || a->making || !more)
        return false;
    sheet_closing_open(a);
    return true;
}

void app_ask_live(struct app *a)
{
    const struct class_question *q = classroom_due(&a->class, 0, a->at.record);
    if (is_taught(a) && q && !a->sheet.ops)
        sheet_question_open(a, q->record);
}
