/* app_loop.c - the loop between a person and a trace: draw, wait, hear.
 * Sleeps until a key comes when nothing moves; draws at most every APP_FRAME_MS when something
 * does. */
#include "ui/second.h"

static void hear(struct app *a, struct term_event event)
{
    if (event.what == TERM_KEY)
        app_key(a, event.key);
    else if (event.what == TERM_MOUSE)
        app_mouse(a, event.mouse, event.x, event.y);
}

static void work(struct app *a, const struct terminal *terminal)
{
    uint64_t from = terminal->now();
    while ((a->making || second_works(a)) && terminal->now() - from < APP_WORK_NS)
        a->making ? app_make(a) : second_pass(a);
    if (a->pace.count < a->trace->count)
        app_extend(a);
    while (!model_has_read(&a->model) && terminal->now() - from < APP_WORK_NS)
        model_read_ahead(&a->model, MODEL_KEYFRAME_FIRST);
}

void app_frame(struct app *a, const struct terminal *terminal, struct canvas *c)
{
    int w, h;
    terminal->size(&w, &h);
    if (w != c->w || h != c->h)
        canvas_resize(c, w, h);
    app_resize(a, w, h);
    work(a, terminal);
    app_tick(a, terminal->now());
    if (a->redraw)
        terminal->redraw();
    a->redraw = false;
    screen_draw(a, c);
    terminal->draw(c);
}

/* What was typed meanwhile is done before the next picture, so that a slow terminal never lags
 * behind the keys. */
bool app_heed(struct app *a, const struct terminal *terminal, int timeout_ms)
{
    struct term_event event = terminal->wait(timeout_ms);
    hear(a, event);
    for (int more = 0; more < 64 && !a->quit && event.what == TERM_KEY; more++) {
        event = terminal->wait(0);
        hear(a, event);
    }
    return event.what != TERM_GONE;
}

bool app_loop(struct app *a, const struct terminal *terminal)
{
    bool there = true;
    struct canvas c;
    canvas_init(&c, 1, 1);
    while (!a->quit && there) {
        app_frame(a, terminal, &c);
        there = app_heed(a, terminal, app_patience_ms(a));
    }
    canvas_deinit(&c);
    return a->quit;
}
