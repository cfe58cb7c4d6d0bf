/* prompt.c - see prompt.h. */
#include "ui/prompt.h"

#include "sim/base/mem.h"

void prompt_open(struct prompt *p, enum prompt_for what, slice text)
{
    p->what = what;
    p->back = 0;
    p->wrong = (struct filter_err){ 0 };
    text = slice_sub(text, 0, FILTER_MAX);
    if (text.len) {
        memcpy(p->text, text.ptr, text.len);
    }
    p->len = p->cursor = text.len;
    p->text[p->len] = '\0';
}

void prompt_deinit(struct prompt *p)
{
    for (size_t i = 0; i < PROMPT_HISTORY; i++) {
        mem_free(p->history[i]);
    }
    *p = (struct prompt){ 0 };
}

slice prompt_text(const struct prompt *p)
{
    return (slice){ p->text, p->len };
}

void prompt_refuse(struct prompt *p, const struct filter_err *why)
{
    p->wrong = *why;
    p->cursor = why->at < p->len ? why->at : p->len;
}

/* What is there already comes to the front. */
void prompt_close(struct prompt *p)
{
    size_t at = 0;
    p->what = PROMPT_CLOSED;
    if (p->len == 0) {
        return;
    }
    while (at + 1 < PROMPT_HISTORY && p->history[at] &&
           !slice_eq(slice_of(p->history[at]), prompt_text(p))) {
        at++;
    }
    mem_free(p->history[at]);
    memmove(&p->history[1], &p->history[0], at * sizeof p->history[0]);
    p->history[0] = mem_alloc(p->len + 1);
    memcpy(p->history[0], p->text, p->len);
}

static void put(struct prompt *p, slice more)
{
    if (p->len + more.len > FILTER_MAX) {
        return;
    }
    memmove(p->text + p->cursor + more.len, p->text + p->cursor, p->len - p->cursor);
    memcpy(p->text + p->cursor, more.ptr, more.len);
    p->len += more.len;
    p->cursor += more.len;
    p->text[p->len] = '\0';
}

static size_t left_of(const struct prompt *p, size_t at)
{
    while (at > 0 && ((unsigned char)p->text[--at] & 0xC0) == 0x80) {
        continue;
    }
    return at;
}

static size_t right_of(const struct prompt *p, size_t at)
{
    at += at < p->len;
    while (at < p->len && ((unsigned char)p->text[at] & 0xC0) == 0x80) {
        at++;
    }
    return at;
}

static void erase(struct prompt *p)
{
    size_t from = left_of(p, p->cursor);
    memmove(p->text + from, p->text + p->cursor, p->len - p->cursor);
    p->len -= p->cursor - from;
    p->cursor = from;
    p->text[p->len] = '\0';
}

static void history(struct prompt *p, int older)
{
    if (older > 0 ? p->back >= PROMPT_HISTORY || !p->history[p->back] : p->back == 0) {
        return;
    }
    if (p->back == 0) {
        memcpy(p->typed, p->text, sizeof p->typed);
    }
    p->back += older > 0 ? 1 : (size_t)-1;
    size_t back = p->back;
    prompt_open(p, p->what, slice_of(back ? p->history[back - 1] : p->typed));
    p->back = back;
}

/* As a shell does: what stands in front of the cursor goes. */
static void erase_all_before(struct prompt *p)
{
    p->len -= p->cursor;
    memmove(p->text, p->text + p->cursor, p->len);
    p->cursor = 0;
    p->text[p->len] = '\0';
}

/* ---- completion */

static slice word_typed(const struct prompt *p)
{
    slice before = { p->text, p->cursor };
    size_t n = filter_word_typed(before);
    return slice_from(before, before.len - n);
}

/* As far as all names that begin so agree. */
static void complete(struct prompt *p)
{
    struct buf name, common;
    slice word = word_typed(p);
    enum field f;
    buf_init(&name);
    buf_init(&common);
    for (size_t n = 0; (f = filter_completion(word, n)) != FIELD_NONE; n++) {
        buf_clear(&name);
        field_name(f, &name);
        if (n == 0) {
            buf_add(&common, buf_slice(&name));
        }
        size_t same = 0;
        while (same < common.len && same < name.len && common.ptr[same] == name.ptr[same]) {
            same++;
        }
        common.len = same;
    }
    if (word.len && common.len > word.len) {
        put(p, slice_from(buf_slice(&common), word.len));
    }
    buf_deinit(&name);
    buf_deinit(&common);
}

/* What changes the text, and no cursor's move. */
static void edit(struct prompt *p, uint32_t key)
{
    const uint32_t ctrl_u = 0x15;
    char bytes[4];
    if (key == TKEY_BACKSPACE) {
        erase(p);
    } else if (key == TKEY_DELETE && p->cursor < p->len) {
        p->cursor = right_of(p, p->cursor);
        erase(p);
    } else if (key == ctrl_u) {
        erase_all_before(p);
    } else if (key < TKEY_BASE && glyph_width(key) > 0) {
        put(p, (slice){ bytes, glyph_utf8(key, bytes) });
    }
}

enum prompt_done prompt_key(struct prompt *p, uint32_t key)
{
    p->wrong.text[0] = '\0';
    if (key == TKEY_ESCAPE) {
        p->what = PROMPT_CLOSED;
        return PROMPT_LEFT;
    } else if (key == TKEY_ENTER) {
        return PROMPT_TAKEN;
    } else if (key == TKEY_LEFT) {
        p->cursor = left_of(p, p->cursor);
    } else if (key == TKEY_RIGHT) {
        p->cursor = right_of(p, p->cursor);
    } else if (key == TKEY_HOME) {
        p->cursor = 0;
    } else if (key == TKEY_END) {
        p->cursor = p->len;
    } else if (key == TKEY_UP) {
        history(p, 1);
    } else if (key == TKEY_DOWN) {
        history(p, -1);
    } else if (key == TKEY_TAB) {
        complete(p);
    } else {
        edit(p, key);
    }
    return PROMPT_OPEN;
}

/* ---- drawing */

static void draw_names(slice word, struct canvas *c)
{
    struct buf name;
    enum field f;
    int x = 1;
    buf_init(&name);
    for (size_t n = 0; (f = filter_completion(word, n)) != FIELD_NONE && x < c->w; n++) {
        buf_clear(&name);
        field_name(f, &name);
        bool more = filter_completion(word, n + 1) != FIELD_NONE;
        if (x + text_width(buf_slice(&name)) + (more ? 2 : 0) >= c->w) {
            canvas_textz(c, x, 0, "⋯", INK_DIM);
            break;
        }
        x = canvas_text(c, x, 0, buf_slice(&name), INK_NAMES) + 2;
    }
    buf_deinit(&name);
}

static void draw_field(enum field f, struct canvas *c)
{
    int x = canvas_textz(c, 1, 0, field_label(f), INK_TITLE) + 2;
    x = canvas_text_max(c, x, 0, c->w - x, slice_of(field_doc(f)), INK_TEXT) + 2;
    if (field_is_wiresharks(f) && x + 14 < c->w) {
        canvas_textz(c, x, 0, "as in Wireshark", INK_DIM);
    }
}

/* What is wrong; else what the name under the cursor is, or may become; else what can be done. */
static void draw_hint(const struct prompt *p, struct canvas *c)
{
    slice word = word_typed(p);
    enum field f = field_find(word);
    canvas_clear(c);
    if (p->wrong.text[0]) {
        int x = canvas_textz(c, 1, 0, "✗ ", INK_ERROR);
        canvas_text_max(c, x, 0, c->w - x - 1, slice_of(p->wrong.text), INK_ERROR);
    } else if (f) {
        draw_field(f, c);
    } else if (word.len > 1 && filter_completion(word, 0)) {
        draw_names(word, c);
    } else {
        canvas_text_max(c, 1, 0, c->w - 2,
                        p->what == PROMPT_FIND
                            ? SLICE("a text, or smtp.response.code >= 400   tab names   ↑ before")
                            : SLICE("show only this: a text, or dns.qry.type == MX   empty: all"),
                        INK_DIM);
    }
}

/* The text moves to the left where the cursor would leave the line. */
static void draw_typed(const struct prompt *p, struct canvas *c)
{
    bool expression = filter_is_expression(prompt_text(p), p->what == PROMPT_FILTER);
    canvas_clear(c);
    int x = canvas_textz(c, 1, 0, p->what == PROMPT_FIND ? "find" : "filter", INK_TITLE);
    x = canvas_textz(c, x, 0, expression ? " where: " : ": ", INK_TITLE);
    struct canvas line = canvas_sub(c, (struct rect){ x, 0, c->w - x - 1, 1 });
    int cursor = text_width((slice){ p->text, p->cursor });
    int left = cursor >= line.w ? line.w - cursor - 1 : 0;
    x = canvas_text(&line, left, 0, prompt_text(p), INK_TEXT);
    if (p->cursor == p->len) {
        canvas_put(&line, left + cursor, 0, ' ', INK_SELECT);
        const slice keys = SLICE("enter takes it, esc leaves");
        if (x + 2 + text_width(keys) <= line.w)
            canvas_text(&line, x + 2, 0, keys, INK_DIM);
    } else {
        canvas_ink(&line, (struct rect){ left + cursor, 0, 1, 1 }, INK_SELECT);
    }
}

void prompt_draw(const struct prompt *p, struct canvas *c)
{
    struct canvas hint = canvas_sub(c, (struct rect){ 0, c->h - 2, c->w, 1 });
    struct canvas typed = canvas_sub(c, (struct rect){ 0, c->h - 1, c->w, 1 });
    draw_hint(p, &hint);
    draw_typed(p, &typed);
}
