#include "ui/cast.h"

#include <criterion/criterion.h>

enum { CLIENT = 1, SERVER, FLOW = 1 };

static uint64_t put(struct trace *t, enum trace_kind kind, uint32_t actor, uint32_t a,
                    const char *text)
{
    struct trace_rec r = { .kind = kind, .actor = actor, .a = a };
    r.flow = kind == TRACE_OPEN || kind == TRACE_CLOSED ? FLOW : 0;
    return text ? trace_put_text(t, r, slice_of(text)) : trace_put(t, r);
}

/* What tells nothing new in a list, and what looks like it. */
Test(cast, knows_what_is_told_twice)
{
    static const struct {
        enum trace_kind kind;
        uint32_t actor, a;
        const char *text; /* NULL: this kind has none */
        bool twice;
    } rows[] = {
        { TRACE_OPEN, CLIENT, SERVER, NULL, false },
        { TRACE_CLOSED, SERVER, WHY_DONE, NULL, false },
        { TRACE_CLOSED, CLIENT, WHY_DONE, NULL, true },
        { TRACE_CLOSED, CLIENT, WHY_RESET, NULL, false },
        { TRACE_SCRIPT, CLIENT, 0, "the device is back", true },
        { TRACE_FAULT, CLIENT, 0, "the device is back", false },
        { TRACE_SCRIPT, CLIENT, 0, "the wire is cut", false },
        { TRACE_FAULT, CLIENT, 0, "nothing gets through", false },
        { TRACE_SCRIPT, CLIENT, 0, "opens a letter", false },
        { TRACE_SCRIPT, CLIENT, 0, "opens a letter", false },
    };
    struct trace t;
    struct cast c;
    uint64_t at[COUNT(rows)];
    trace_init(&t, TRACE_LEVEL_BYTES);
    for (uint32_t i = CLIENT; i <= SERVER; i++) {
        (void)put(&t, TRACE_HOST, i, 0, NULL);
    }
    for (size_t i = 0; i < COUNT(rows); i++) {
        at[i] = put(&t, rows[i].kind, rows[i].actor, rows[i].a, rows[i].text);
    }
    cast_init(&c, &t);
    cast_extend(&c);
    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_expect_eq(cast_is_twice(&c, at[i]), rows[i].twice, "row %zu", i);
    }
    cr_expect_not(cast_is_twice(&c, 0));
    cr_expect_not(cast_is_twice(&c, t.count + 1));
    cast_deinit(&c);
    trace_deinit(&t);
}
