#include "sim/proto/http.h"

#include "sim/base/mem.h"

#include "tests/lib/dialogue_http.h"

#include <criterion/criterion.h>

Test(http_server, transcripts)
{
    static const struct dialogue_kind *const kinds[] = { &dialogue_http_server };
    dialogue_play_all("http_server", kinds, COUNT(kinds));
}

/* Where strangers call, deadlines go by the wall clock and dates by the world's. */
Test(http_server, dates_are_those_of_the_world)
{
    const struct session_ops *ops = &http_server_ops;
    const struct http_server_config config = { .unix_start = 1788771600, .body_max = 100 };
    struct outq out;
    struct buf said = { 0 };
    struct session_event ev;
    outq_init(&out);
    struct session_io io = {
        .out = &out, .room = SIZE_MAX, .now = 5 * SIM_HOUR, .at = 7 * SIM_SECOND
    };
    void *self = mem_alloc(ops->size);
    ops->open(self, &config, io);
    (void)ops->next(self, io, &ev);
    ops->feed(self, (struct chunk){ .bytes = SLICE("NONSENSE\r\n\r\n") });
    while (ops->next(self, io, &ev) == STEP_EVENT) {
    }
    for (size_t i = 0; outq_peek(&out, i); i++) {
        buf_add(&said, outq_peek(&out, i)->bytes);
    }
    cr_expect_neq(slice_find(buf_slice(&said), SLICE("Date: Mon, 07 Sep 2026 09:00:07 GMT\r\n")),
                  SLICE_NONE, "%s", buf_z(&said));
    ops->deinit(self);
    mem_free(self);
    outq_deinit(&out);
    buf_deinit(&said);
}
