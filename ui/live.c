/* live.c - see live.h.  What makes the trace grow waits for nobody: between two pictures it has its
 * turn. */
#include "ui/live.h"

#include "ui/app.h"

#define STILL_MS   250              /* between two pictures where nothing moves */
#define SETTLED_NS (3 * SIM_SECOND) /* since the last record */

static void watch(const struct live_source *s, const struct terminal *terminal, struct app *a)
{
    uint64_t seen = 0, grew_at = 0;
    bool there = true;
    struct canvas c;
    canvas_init(&c, 1, 1);
    while (there && !a->quit) {
        uint64_t now = terminal->now();
        if (s->trace->count != seen) {
            seen = s->trace->count;
            grew_at = now;
        }
        bool still = !a->playing || (a->following && now - grew_at > SETTLED_NS);
        app_live(a, s->now(s->self));
        app_frame(a, terminal, &c);
        there = s->pass(s->self, still ? STILL_MS : APP_FRAME_MS) && app_heed(a, terminal, 0);
    }
    canvas_deinit(&c);
}

bool live_watch(const struct live_source *s, const struct terminal *terminal,
                const struct term_config *config, struct err *err_r)
{
    struct app app;
    if (!terminal->open(config, err_r))
        return false;
    app_init(&app, s->trace);
    app.taught = true; /* no title page: the world goes on meanwhile */
    watch(s, terminal, &app);
    terminal->close();
    app_deinit(&app);
    return true;
}
