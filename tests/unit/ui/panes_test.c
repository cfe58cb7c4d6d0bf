/* What the keys and the mouse do in the panes of words: through the app, in lessons as they are
 * played. */
#include "tests/lib/lesson_trace.h"
#include "ui/app.h"

#include <criterion/criterion.h>

struct watched {
    struct trace trace;
    struct app app;
    struct canvas screen;
};

static void watch(struct watched *w, const char *lesson, int width, int height)
{
    struct err err = { "" };
    cr_assert(lesson_trace(&w->trace, lesson, &err), "%s", err.text);
    app_init(&w->app, &w->trace);
    app_resize(&w->app, width, height);
    app_act(&w->app, ACTION_DEPTH);
    canvas_init(&w->screen, width, height);
}

static void leave(struct watched *w)
{
    canvas_deinit(&w->screen);
    app_deinit(&w->app);
    trace_deinit(&w->trace);
}

static void press(struct watched *w, const char *keys)
{
    for (const char *k = keys; *k; k++) {
        app_key(&w->app, *k == '\r'     ? TKEY_ENTER
                         : *k == '\033' ? TKEY_ESCAPE
                                        : (uint32_t)(unsigned char)*k);
    }
}

/* Where a text stands on the screen; false: nowhere. */
static bool seen(struct watched *w, const char *text, int *x_r, int *y_r)
{
    struct buf out;
    bool found = false;
    buf_init(&out);
    screen_draw(&w->app, &w->screen);
    for (int y = 0; y < w->screen.h && !found; y++) {
        buf_clear(&out);
        for (int x = 0; x < w->screen.w; x++) {
            uint32_t glyph = canvas_cell(&w->screen, x, y)->glyph;
            buf_byte(&out, glyph < 0x80 ? (char)glyph : '?'); /* a byte a column */
        }
        size_t at = slice_find(buf_slice(&out), slice_of(text));
        found = at != SLICE_NONE;
        *x_r = found ? (int)at : *x_r;
        *y_r = found ? y : *y_r;
    }
    buf_deinit(&out);
    return found;
}

static bool sees(struct watched *w, const char *text)
{
    int x = 0, y = 0;
    return seen(w, text, &x, &y);
}

static slice said_at(const struct watched *w)
{
    const struct trace_rec *r = trace_at(&w->trace, w->app.at.record);
    return r->kind == TRACE_SAID ? trace_payload_chunk(&w->trace, r->c, 0) : (slice){ 0 };
}

Test(panes, a_line_of_the_talk_is_a_moment)
{
    struct watched w;
    watch(&w, "scenarios/first-mail.json", 120, 36);
    press(&w, "1G");
    cr_assert(sees(&w, "a5 OK done"));
    press(&w, "kkk\r"); /* OK, BYE, LOGOUT */
    cr_expect(slice_starts(said_at(&w), SLICE("a5 LOGOUT")), "%.*s", SLICE_ARG(said_at(&w)));
    cr_expect(!sees(&w, "BYE"));
    /* the same with the mouse: once selects, twice goes there */
    int x = 0, y = 0;
    cr_assert(seen(&w, "a3 OK done", &x, &y));
    uint64_t before = w.app.at.record;
    app_mouse(&w.app, MOUSE_DOWN, x, y);
    app_mouse(&w.app, MOUSE_UP, x, y);
    cr_expect(w.app.at.record == before);
    cr_assert(seen(&w, "a3 OK done", &x, &y));
    app_mouse(&w.app, MOUSE_DOWN, x, y);
    cr_expect(slice_find(said_at(&w), SLICE("a3 OK done")) != SLICE_NONE);
    cr_expect(!sees(&w, "BODY.PEEK"));
    leave(&w);
}

Test(panes, what_is_long_is_folded_until_somebody_opens_it)
{
    struct watched w;
    int x = 0, y = 0, was;
    watch(&w, "scenarios/first-mail.json", 120, 70);
    press(&w, "1G");
    cr_assert(seen(&w, "20 more lines", &x, &was));
    cr_expect(!sees(&w, "Hi Bob!"));
    press(&w, "\r"); /* without a selection: the last that is folded */
    cr_expect(sees(&w, "Hi Bob!") && sees(&w, "enter folds"));
    press(&w, "\r");
    cr_expect(!sees(&w, "Hi Bob!"));
    /* what was selected stays, wherever the time goes, as long as it is there */
    press(&w, "\rhh");
    cr_expect(sees(&w, "Hi Bob!"));
    press(&w, "g");
    cr_expect(!sees(&w, "Hi Bob!"));
    press(&w, "G\033\033");
    cr_expect(seen(&w, "20 more lines", &x, &y) && y == was);
    leave(&w);
}

static uint32_t host_named(const struct watched *w, const char *name)
{
    uint32_t host = 1;
    while (host < w->app.cast.host_count &&
           !slice_eq(cast_host_name(&w->app.cast, host), slice_of(name))) {
        host++;
    }
    return host;
}

static uint64_t first_of(const struct watched *w, enum trace_kind kind)
{
    uint64_t n = 1;
    while (n < w->trace.count && trace_at(&w->trace, n)->kind != kind) {
        n++;
    }
    return n;
}

Test(panes, boxes_lead_to_what_put_a_message_there)
{
    struct watched w;
    int x = 0, y = 0;
    watch(&w, "scenarios/imap-offline-cache.json", 80, 24);
    press(&w, "3");
    app_seek_record(&w.app, first_of(&w, TRACE_FLAGGED)); /* read in the tunnel */
    cr_assert(sees(&w, "2 messages, 1 differs"));
    press(&w, "kk\r");
    const struct trace_rec *r = trace_at(&w.trace, w.app.at.record);
    cr_expect_eq(r->kind, TRACE_FETCHED);
    app_seek_record(&w.app, w.trace.count);
    cr_assert(seen(&w, "Meeting", &x, &y));
    app_mouse(&w.app, MOUSE_DOWN, x, y);
    cr_expect(sees(&w, "Work no. 1"));
    /* a host that was picked on the map: what is there */
    w.app.chosen = host_named(&w, "alice-laptop");
    cr_expect(sees(&w, "alice-laptop: 1 message") && sees(&w, "Dinner") && !sees(&w, "Tickets"));
    app_seek_record(&w.app, 1);
    cr_expect(sees(&w, "No message has been here."));
    leave(&w);
}

Test(panes, what_was_added_to_a_letter_leads_to_when)
{
    struct watched w;
    watch(&w, "scenarios/first-mail.json", 120, 36);
    press(&w, "2");
    app_seek_record(&w.app, w.trace.count);
    cr_assert(sees(&w, "added by mail.example.org") && sees(&w, "written by alice-laptop"));
    press(&w, "jjjjjjjjj\r"); /* Received, as the first server wrote it */
    slice said = said_at(&w);
    cr_expect(slice_starts(said, SLICE("Received: from [192.0.2.10]")), "%.*s", SLICE_ARG(said));
    cr_expect(!sees(&w, "added by mail.example.net") && sees(&w, "MAIL FROM"));
    leave(&w);
}

Test(panes, enter_in_a_letter_does_what_the_hint_says)
{
    struct watched w;
    watch(&w, "scenarios/attachment-grows.json", 120, 36);
    press(&w, "2");
    uint64_t before = 0;
    for (int letter = 0; letter < 3; letter += trace_at(&w.trace, before)->kind == TRACE_ENVELOPE) {
        before++; /* the small one twice, then that with the file */
    }
    app_seek_record(&w.app, before);
    cr_assert(sees(&w, "enter unfold"));
    press(&w, "\r");
    cr_expect(w.app.at.record == before && sees(&w, "enter fold"));
    press(&w, "jjjjjjjj"); /* behind the parts, in the header */
    cr_expect(sees(&w, "enter go there") && !sees(&w, "enter fold"));
    press(&w, "\r");
    cr_expect(w.app.at.record < before);
    leave(&w);
}

Test(panes, queue_and_names_follow_the_host_that_was_picked)
{
    struct watched w;
    int x = 0, y = 0;
    watch(&w, "scenarios/why-is-my-mail-late.json", 80, 24);
    app_seek_record(&w.app, first_of(&w, TRACE_DEFER));
    press(&w, "5");
    cr_expect(sees(&w, "1 letter waits") && sees(&w, "again in"));
    w.app.chosen = host_named(&w, "mail.example.net");
    cr_expect(sees(&w, "Nothing waits at") && !sees(&w, "again in"));
    w.app.chosen = host_named(&w, "mail.example.org");
    cr_expect(sees(&w, "mail.example.org: 1 letter waits") && sees(&w, "again in"));
    /* the first click selects, the second leads to its last news */
    app_seek_record(&w.app, w.app.at.record + 1);
    cr_assert(seen(&w, "bob@example.net ", &x, &y));
    app_mouse(&w.app, MOUSE_DOWN, x, y);
    app_mouse(&w.app, MOUSE_UP, x, y);
    cr_expect(sees(&w, "enter its last news"));
    app_mouse(&w.app, MOUSE_DOWN, x, y);
    cr_expect_eq(trace_at(&w.trace, w.app.at.record)->kind, TRACE_DEFER);
    press(&w, "4");
    w.app.chosen = host_named(&w, "dns.isp.test");
    cr_expect(sees(&w, "dns.isp.test remembers") && sees(&w, "mail.example.org asks"));
    w.app.chosen = host_named(&w, "alice-laptop");
    cr_expect(sees(&w, "alice-laptop asks") && !sees(&w, "mail.example.org asks"));
    leave(&w);
}

Test(panes, say_in_a_line_what_they_are_for)
{
    const int room = 60; /* of the help on a screen of 80 columns */
    for (size_t i = 0; panes_table[i]; i++) {
        const struct pane_ops *ops = panes_table[i];
        cr_expect(text_width(slice_of(ops->doc)) <= room, "%s: %s", ops->name, ops->doc);
        cr_expect(!ops->keys || text_width(slice_of(ops->keys)) <= room, "%s: %s", ops->name,
                  ops->keys);
    }
}
