/* app_find.c - looking for something, showing only that, and bookmarks.  See app.h. */
#include "ui/app.h"

#include "ui/find.h"

/* A filter may begin with what is selected in the pane that has the keys. */
void app_prompt(struct app *a, int what)
{
    const struct pane *p = a->focus < a->pane_count ? &a->panes[a->focus] : NULL;
    struct buf text;
    buf_init(&text);
    if (what == PROMPT_FILTER) {
        struct stage stage = app_stage(a, p);
        if (p && p->ops->expression && a->depth >= p->ops->depth)
            p->ops->expression(p, &stage, &text);
        if (text.len == 0)
            buf_add(&text, buf_slice(&a->only.text));
    }
    prompt_open(&a->prompt, (enum prompt_for)what, buf_slice(&text));
    buf_deinit(&text);
}

void app_find(struct app *a, int direction)
{
    uint64_t record = 0;
    if (matches_is_expression(&a->found)) {
        record = record_set_next(&a->found.set, a->at.record, direction);
        if (!record) /* round at the ends */
            record = record_set_next(&a->found.set, direction > 0 ? 0 : UINT64_MAX, direction);
    } else if (a->found.text.len) {
        record = find_record(&a->cast, buf_slice(&a->found.text), a->at.record, direction);
    }
    uint64_t was = a->at.record;
    if (record)
        app_seek_record(a, record);
    if (record && record == was)
        a->notice = "It is here, and nowhere else.";
    else if (record && (record > was) != (direction > 0))
        a->notice = direction > 0 ? "There was no more to the end: this is from the start on."
                                  : "There was no more to the start: this is from the end back.";
    else if (!record)
        a->notice = a->found.text.len ? "Not found." : "Nothing to find yet: / asks for a text.";
}

static void filtered(struct app *a)
{
    app_seek(a, a->at); /* panes look anew */
    if (a->only.on && a->only.set.total == 0)
        a->notice = "Nothing matches: nothing is shown. & again, and empty, shows all.";
}

void app_prompt_key(struct app *a, uint32_t key)
{
    enum prompt_for what = a->prompt.what;
    struct filter_err err;
    if (prompt_key(&a->prompt, key) != PROMPT_TAKEN)
        return;
    slice text = prompt_text(&a->prompt);
    bool filter = what == PROMPT_FILTER;
    if (!matches_set(filter ? &a->only : &a->found, &a->cast, &a->segments, text, filter, &err)) {
        prompt_refuse(&a->prompt, &err);
        return;
    }
    prompt_close(&a->prompt);
    if (filter)
        filtered(a);
    else if (text.len)
        app_find(a, 1);
}

static void look_anew(struct app *a, struct matches *m, bool filter)
{
    struct filter_err err;
    struct buf text;
    buf_init(&text);
    buf_add(&text, buf_slice(&m->text));
    (void)matches_set(m, &a->cast, &a->segments, buf_slice(&text), filter, &err);
    buf_deinit(&text);
}

void app_look_anew(struct app *a)
{
    look_anew(a, &a->found, false);
    look_anew(a, &a->only, true);
}

void app_mark(struct app *a, int way)
{
    if (way == 0 && a->at.record == 0) {
        a->notice = "Nothing has happened yet.";
        return;
    }
    if (way == 0) {
        a->notice = marks_toggle(&a->marks, a->at.record)
                        ? "A bookmark: ' goes to the next one, \" to the one before."
                        : "The bookmark is gone.";
        return;
    }
    uint64_t record = marks_next(&a->marks, a->at.record, way);
    if (record)
        app_seek_record(a, record);
    else
        a->notice = "There is no bookmark yet: m sets one.";
}
