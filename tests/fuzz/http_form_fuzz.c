/* http_form_fuzz.c - what programs and browsers send in the body of a request: first byte '0' a form
 * and what a page makes of it, else the JSON of an e-mail API. */
#include "sim/actors/api.h"
#include "sim/base/err.h"
#include "sim/base/mem.h"
#include "sim/proto/http_form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever is read is written so that the same is read again; and no text becomes markup. */
static void look_at_form(slice form)
{
    struct buf name = { 0 }, value = { 0 }, again = { 0 }, html = { 0 };
    slice rest = form, cookie, set;
    while (http_form_next(&rest, &name, &value)) {
        buf_clear(&again);
        http_form_add(&again, "x", buf_slice(&value));
        struct buf back = { 0 };
        bool there = http_form_get(buf_slice(&again), "x", &back);
        assert(there && slice_eq(buf_slice(&back), buf_slice(&value)));
        buf_deinit(&back);
        buf_clear(&html);
        html_text(&html, buf_slice(&value));
        assert(slice_find_byte(buf_slice(&html), '<') == SLICE_NONE);
        assert(slice_find_byte(buf_slice(&html), '"') == SLICE_NONE);
        buf_clear(&again);
        html_plain(&again, buf_slice(&html));
        assert(slice_find_byte(buf_slice(&value), '\0') != SLICE_NONE ||
               slice_eq(buf_slice(&again), buf_slice(&value)));
    }
    (void)http_cookie_get(form, SLICE("session"), &cookie);
    (void)http_cookie_read(form, &set, &cookie);
    buf_deinit(&name);
    buf_deinit(&value);
    buf_deinit(&again);
    buf_deinit(&html);
}

static bool has_line_end(slice s)
{
    return slice_find_byte(s, '\n') != SLICE_NONE || slice_find_byte(s, '\r') != SLICE_NONE;
}

static void look_at_json(slice text, bool news)
{
    struct json j;
    struct err err;
    size_t at = 0;
    if (!json_read(&j, text, &at, &err)) {
        assert(at <= text.len);
        return;
    }
    struct api_request *r = mem_alloc(sizeof *r);
    struct api_problem why = { 0 };
    if (api_read(j.root, news, r, &why)) {
        assert(r->from.domain.len > 0 && !has_line_end(r->subject) && !has_line_end(r->from_name));
        assert(news || r->to_count + r->cc_count + r->bcc_count <= API_RECIPIENTS_MAX);
        for (size_t i = 0; i < r->header_count; i++) {
            assert(!has_line_end(r->headers[i].name) && !has_line_end(r->headers[i].value));
        }
    } else {
        assert(why.status >= 400 && why.text);
    }
    buf_deinit(&why.field);
    mem_free(r);
    json_free(&j);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    slice rest = { (const char *)data + 1, size - 1 };
    if (data[0] == '0') {
        look_at_form(rest);
    } else {
        look_at_json(rest, data[0] == '2');
    }
    return 0;
}
