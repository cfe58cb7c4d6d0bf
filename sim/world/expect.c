/* expect.c - the kinds of expectations.
 * Never asks an actor: what is not in the trace did not happen. */
#include "sim/world/expect.h"

#include "sim/world/expect_fold.h"

const struct expect_kind *const expect_kinds[] = {
    &expect_mailbox,   &expect_device,      &expect_outcome,
    &expect_said,      &expect_readable,    &expect_refused,
    &expect_deferred,  &expect_queue,       &expect_dns,
    &expect_cache,     &expect_connections, &expect_secured,
    &expect_unsecured, &expect_counter,     &expect_attempt,
    &expect_held,      &expect_report,      &expect_same,
    &expect_pending,   &expect_synced,      NULL,
};

bool expect_can_look(const struct scenario *sc, size_t i, const struct trace *t)
{
    return t->level >= sc->expects[i].kind->level;
}

bool expect_look(const struct scenario *sc, size_t i, const struct trace *t, struct buf *expected,
                 struct buf *seen)
{
    const struct scenario_expect *e = &sc->expects[i];
    struct expect_view view = { sc, t, e->at };
    struct buf sentence;
    buf_init(&sentence);
    bool ok = e->kind->look(&view, e->args, &sentence, seen);
    if (e->at != SIM_FOREVER) {
        buf_addz(expected, "at ");
        fmt_duration(expected, e->at);
        buf_addz(expected, ": ");
    }
    buf_add(expected, e->say.len > 0 ? e->say : buf_slice(&sentence));
    buf_deinit(&sentence);
    return ok;
}
