/* filter_fuzz.c - whatever a person may type: it is an expression or not, and a mistake has a place
 * in it; what was found can be asked for by the words that tell of it. */
#include <assert.h>
#include <stdint.h>

#include "ui/filter.h"
#include "ui/prompt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look(const struct filter *f, slice text)
{
    struct hits h[2];
    const struct hits *parts[2] = { &h[0], &h[1] };
    for (size_t i = 0; i < 2; i++) {
        hits_init(&h[i]);
    }
    (void)filter_holds(f, parts, 2);
    for (unsigned n = 1; n < FIELD_COUNT; n += 3) {
        hits_text(&h[n % 2], (enum field)n, 0, 0, 0, text);
        hits_number(&h[n % 2], (enum field)n, 0, 0, 0, text.len);
    }
    (void)filter_holds(f, parts, 1);
    (void)filter_holds(f, parts, 2);
    for (size_t i = 0; i < 2; i++) {
        hits_deinit(&h[i]);
    }
}

static void again(slice text, enum field field)
{
    struct hits h;
    struct buf out;
    struct filter f;
    struct filter_err err;
    const struct hits *parts[] = { &h };
    hits_init(&h);
    buf_init(&out);
    hits_text(&h, field, 0, 0, 0, slice_sub(text, 0, FILTER_MAX / 5));
    filter_of_hit(&h, &h.rows[0], &out);
    assert(filter_parse(&f, buf_slice(&out), &err) && filter_holds(&f, parts, 1));
    filter_deinit(&f);
    buf_deinit(&out);
    hits_deinit(&h);
}

static void type(slice text)
{
    struct prompt p = { 0 };
    struct canvas c;
    canvas_init(&c, 40, 3);
    prompt_open(&p, PROMPT_FIND, slice_sub(text, 0, 3));
    for (size_t i = 0; i < text.len && p.what; i++) {
        unsigned key = (unsigned char)text.ptr[i];
        if (prompt_key(&p, key < 16 ? TKEY_BASE + key : key) == PROMPT_TAKEN) {
            prompt_close(&p);
            prompt_open(&p, PROMPT_FILTER, SLICE(""));
        }
        assert(p.cursor <= p.len && p.len <= FILTER_MAX && p.text[p.len] == '\0');
    }
    prompt_draw(&p, &c); /* slow: it puts names together */
    prompt_deinit(&p);
    canvas_deinit(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct filter f;
    struct filter_err err;
    slice text = { (const char *)data, size };
    bool bare = filter_is_expression(text, true);
    assert(bare || !filter_is_expression(text, false));
    if (filter_parse(&f, text, &err)) {
        assert(err.text[0] == '\0');
        look(&f, text);
    } else {
        assert(err.text[0] && err.at <= size);
    }
    filter_deinit(&f);
    assert(filter_word_typed(text) <= size);
    again(text, FIELD_SMTP_PARAMETER);
    type(slice_sub(text, 0, 600));
    return 0;
}
