/* matches.c - see matches.h. */
#include "ui/matches.h"

#include "sim/base/mem.h"
#include "ui/find.h"

void matches_deinit(struct matches *m)
{
    if (m->facts) {
        facts_deinit(m->facts);
        mem_free(m->facts);
    }
    filter_deinit(&m->filter);
    record_set_deinit(&m->set);
    buf_deinit(&m->text);
    *m = (struct matches){ 0 };
}

bool matches_is_expression(const struct matches *m)
{
    return m->facts != NULL;
}

void matches_extend(struct matches *m)
{
    const struct trace *t = m->on ? m->cast->trace : NULL;
    struct buf scratch;
    buf_init(&scratch);
    if (t && m->segments) {
        segments_extend(m->segments);
    }
    while (t && m->seen < t->count) {
        uint64_t n = ++m->seen;
        bool holds;
        if (m->facts) {
            facts_next(m->facts);
            holds = filter_holds(&m->filter, m->facts->parts, m->facts->part_count);
        } else {
            holds = find_in_record(m->cast, n, buf_slice(&m->text), &scratch);
        }
        if (holds) {
            record_set_add(&m->set, n);
        }
    }
    buf_deinit(&scratch);
}

bool matches_set(struct matches *m, const struct cast *c, struct segments *s, slice text, bool bare,
                 struct filter_err *err_r)
{
    struct filter filter = { 0 };
    text = slice_trim(text);
    bool expression = filter_is_expression(text, bare);
    *err_r = (struct filter_err){ 0 };
    if (expression && !filter_parse(&filter, text, err_r)) {
        return false;
    }
    matches_deinit(m);
    m->on = text.len > 0 && (expression || bare);
    m->cast = c;
    m->segments = s;
    m->filter = filter;
    buf_add(&m->text, text);
    if (expression) {
        m->facts = mem_alloc(sizeof *m->facts);
        facts_init(m->facts, c, s, m->filter.wanted);
    }
    matches_extend(m);
    return true;
}
