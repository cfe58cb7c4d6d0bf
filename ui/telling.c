/* telling.c - see telling.h.  Never knows where it stands. */
#include "ui/telling.h"

#include "ui/canvas.h"

slice story_part(const struct pace *p, struct playhead at, uint64_t since, slice text, int w, int h)
{
    const uint64_t page_us = 4000000;
    if (text_lines(text, w) <= h || since == 0 || since > p->count) {
        return text;
    }
    uint64_t start = p->marks[since - 1].start_us;
    uint64_t page = at.watch_us > start ? (at.watch_us - start) / page_us : 0;
    for (; page > 0 && text_lines(text, w) > h; page--) {
        for (int line = 0; line < h; line++) {
            text_wrap_line(&text, w);
        }
    }
    return text;
}
